//! The page: cases in sight, what can be asked for, settings.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    tolerance::{CaseRow, Subjects, TolerancePage, ToleranceQuery},
};
use domain::{
    ids::{CommandId, PostId},
    people::access::{self, Actor},
    time::zh_short,
    tolerance::{Case, Clearance},
};

use super::{
    super::{
        Services, parse,
        posts::{self, PostInfo},
        storage,
    },
    ASK, CLEAR, SETTINGS, settings,
    store::{self, Kept},
    subjects,
};
use crate::{
    random,
    storage::{Pool, StorageError},
};

/// Cases of a page.
const ROWS: usize = 50;
/// Cases that are looked through for those in sight.
const LOOKED: i64 = 2_000;

fn case_row(kept: &Kept<Case>) -> CaseRow {
    CaseRow {
        link: format!("/tolerance/{}", kept.plain.id),
        title: kept.plain.title.clone(),
        unit: kept.unit.clone(),
        who: kept.plain.concerned.name().to_owned(),
        on: zh_short(kept.plain.asked_on),
        state: kept.plain.state.label().to_owned(),
        over: kept.plain.state.is_over(),
    }
}

fn clear_row(kept: &Kept<Clearance>) -> CaseRow {
    CaseRow {
        link: format!("/clearances/{}", kept.plain.id),
        title: kept.plain.title.clone(),
        unit: kept.unit.clone(),
        who: kept.plain.person.1.clone(),
        on: zh_short(kept.plain.asked_on),
        state: kept.plain.state.label().to_owned(),
        over: kept.plain.state == domain::tolerance::ClearanceState::Refused || kept.plain.receipt.is_some(),
    }
}

/// A post as it is chosen.
fn label(info: &PostInfo) -> String {
    format!("{}（{}）", info.unit_name, info.who())
}

/// Cases that the actor may read, open ones first, the latest first.
pub(super) async fn cases_in_sight(read: &mut Pool, actor: &Actor) -> Result<Vec<Kept<Case>>, StorageError> {
    let find = store::cases(actor.district).push_bind("ORDER BY c.asked_on DESC, c.id DESC LIMIT ?", LOOKED);
    let mut all = store::all_cases(read, find).await?;
    all.retain(|kept| access::see_tolerance(actor, kept.access(), &kept.plain).is_ok());
    all.sort_by_key(|kept| kept.plain.state.is_over());
    Ok(all)
}

/// 澄清 that the actor may read.
pub(super) async fn clearances_in_sight(read: &mut Pool, actor: &Actor) -> Result<Vec<Kept<Clearance>>, StorageError> {
    let find = store::clearances(actor.district).push_bind("ORDER BY c.asked_on DESC, c.id DESC LIMIT ?", LOOKED);
    let mut all = store::all_clearances(read, find).await?;
    all.retain(|kept| access::see_clearance(actor, kept.access(), &kept.plain).is_ok());
    Ok(all)
}

impl Services {
    pub(super) async fn tolerance_list(&self, actor: &Actor, query: ToleranceQuery) -> Result<TolerancePage, ApiError> {
        let _proof = access::open_tolerance(actor)?;
        let mut draft = (Draft::default(), String::new());
        for (form, of) in [(ASK, "ask"), (CLEAR, "clear"), (SETTINGS, "settings")] {
            let found = self.load(actor, form, query.draft.as_deref()).await?;
            if !found.fields.is_empty() || !found.problem.is_empty() {
                draft = (found, of.to_owned());
            }
        }
        // What was typed before a refusal is about what it was about.
        let asked = query.post.clone().or_else(|| Some(draft.0.value("post", "")).filter(|post| !post.is_empty()));
        let post: Option<PostId> = asked.filter(|post| !post.is_empty()).map(|post| parse(&post)).transpose()?;
        self.tolerance_read(actor, &query, post, draft).await.map_err(storage)
    }

    async fn tolerance_read(
        &self,
        actor: &Actor,
        query: &ToleranceQuery,
        post: Option<PostId>,
        (draft, draft_of): (Draft, String),
    ) -> Result<TolerancePage, StorageError> {
        let (mut read, district, today) = (self.store.read().clone(), actor.district, self.today());
        let set = settings::load(&mut read, district).await?;
        let all = cases_in_sight(&mut read, actor).await?;
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let skip = ROWS.saturating_mul(usize::try_from(page - 1).unwrap_or(0));
        let clears = set.0.clearance;
        let clearances = if clears { clearances_in_sight(&mut read, actor).await? } else { Vec::new() };

        let heads = posts::heads(&mut read, district, today).await?;
        let proposes = |info: &&PostInfo| access::propose_tolerance(actor, info.access()).is_ok();
        let own = |info: &&PostInfo| access::ask_tolerance(actor, info.access()).is_ok();
        let mine = heads.iter().filter(own).find(|info| actor.post.is_none_or(|post| post == info.post));
        let mine = mine.or_else(|| heads.iter().find(own));
        let chosen = match post {
            Some(post) => heads.iter().filter(|info| own(info) || proposes(info)).find(|info| info.post == post),
            None => mine,
        };
        let subjects = match chosen {
            None => None,
            Some(info) => {
                let found = subjects::of_post(&mut read, district, info.post, today).await?;
                Some(Subjects {
                    post: info.post.to_string(),
                    label: label(info),
                    choices: found.into_iter().map(|f| (f.about.key(), f.title)).collect(),
                    own: own(&info),
                })
            }
        };
        let about = query.about.clone().unwrap_or_default();
        let known = subjects.as_ref().is_some_and(|s| s.choices.iter().any(|(key, _)| *key == about));
        Ok(TolerancePage {
            next: all.len() > skip + ROWS,
            cases: all.iter().skip(skip).take(ROWS).map(case_row).collect(),
            page,
            clearances: clearances.iter().map(clear_row).collect(),
            clears,
            posts: heads.iter().filter(proposes).map(|info| (info.post, label(info))).collect(),
            subjects,
            about: if known { about } else { String::new() },
            settings: access::set_tolerance(actor).is_ok().then(|| settings::view(&set)),
            command: CommandId(random::id(self.clock.now())),
            draft,
            draft_of,
        })
    }
}
