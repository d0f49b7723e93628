//! The page: cases in sight, what can be asked for, settings.

use std::collections::BTreeSet;

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    tolerance::{CaseRow, Subjects, TolerancePage, ToleranceQuery},
};
use domain::{
    ids::{CommandId, PostId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
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
    storage::{Pool, Query, StorageError},
};

/// Cases of a page.
const ROWS: u32 = 50;
/// Most cases that are looked through for 待办: no district has as many open ones.
const WAITING: u32 = 500;
/// Cases of a file.
const FILE_ROWS: u32 = 20_000;

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

/// The unit's cases are not those of somebody who belongs to it, nor are those of the 区委书记's post anybody's here.
fn outside(find: Query, actor: &Actor) -> Query {
    let mine: BTreeSet<UnitId> =
        actor.terms.iter().map(|term| term.unit).chain(actor.grants.iter().map(|grant| grant.unit)).collect();
    let find = find.push("u.leads_district = 0");
    // `NOT IN` of nothing would be true of nothing.
    if mine.is_empty() { find } else { find.push("AND c.unit_id NOT IN").list(mine) }
}

/// Those of units that he supervises; of the 监督室 all.
fn supervised(find: Query, actor: &Actor) -> Query {
    let find = outside(find, actor);
    if actor.has(Role::ConductOffice) {
        return find;
    }
    let bodies = [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has(role));
    let watched = actor.watched.iter().copied().filter(|_| bodies);
    find.push("AND c.unit_id IN").list(watched)
}

/// Reads the district's, alone or with others.
fn leads(actor: &Actor) -> bool {
    [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|role| actor.has(role))
}

/// As `access::see_tolerance` says of one case, for all of them.
fn sees_cases(find: Query, actor: &Actor) -> Query {
    let find = find
        .push_bind("AND (c.for_person = ?", actor.person)
        .push("OR (c.for_person IS NULL AND c.post_id IN")
        .list(actor.terms.iter().map(|term| term.post))
        .push(")")
        .push_bind("OR (c.by_person = ? AND (c.proposed = 0 OR (", actor.person);
    let find = supervised(find, actor).push_bind("))) OR (c.verifier = ? AND", actor.person);
    let find = supervised(find, actor).push(")");
    if leads(actor) { outside(find.push("OR ("), actor).push("))") } else { find.push(")") }
}

/// As `access::see_clearance` says of one.
fn sees_clearances(find: Query, actor: &Actor) -> Query {
    let find = find
        .push_bind("AND ((c.person_id = ? AND c.state IN ('approved', 'done'))", actor.person)
        .push_bind("OR (c.by_person = ? AND", actor.person);
    let find = supervised(find, actor).push(")");
    if leads(actor) { outside(find.push("OR ("), actor).push("))") } else { find.push(")") }
}

/// Which of those in sight.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// So many from there on; one more than a page says that more follow.
    Rows(u32, u32),
    /// Those that something follows, for 待办.
    Waiting,
}

/// Those first that something follows, then the latest.
fn part(find: Query, part: Part) -> Query {
    let (find, rows, skip) = match part {
        Part::Rows(rows, skip) => (find, rows, skip),
        Part::Waiting => (find.push("AND c.waits = 1"), WAITING, 0),
    };
    find.push("ORDER BY c.waits DESC, c.asked_on DESC, c.id DESC")
        .push_bind("LIMIT ?", rows)
        .push_bind("OFFSET ?", skip)
}

/// Cases that the actor may read.
pub(super) async fn cases_in_sight(
    read: &mut Pool,
    actor: &Actor,
    which: Part,
) -> Result<Vec<Kept<Case>>, StorageError> {
    let find = part(sees_cases(store::cases(actor.district), actor), which);
    let mut all = store::all_cases(read, find).await?;
    // The rule itself has the last word.
    all.retain(|kept| access::see_tolerance(actor, kept.access(), &kept.plain).is_ok());
    Ok(all)
}

/// 澄清 that the actor may read.
pub(super) async fn clearances_in_sight(
    read: &mut Pool,
    actor: &Actor,
    which: Part,
) -> Result<Vec<Kept<Clearance>>, StorageError> {
    let find = part(sees_clearances(store::clearances(actor.district), actor), which);
    let mut all = store::all_clearances(read, find).await?;
    all.retain(|kept| access::see_clearance(actor, kept.access(), &kept.plain).is_ok());
    Ok(all)
}

impl Services {
    /// Cases and 澄清 in sight, as far as a file goes.
    ///
    /// # Errors
    /// The page is not the actor's, or storage failed.
    pub async fn tolerance_for_file(&self, actor: &Actor) -> Result<(Vec<CaseRow>, Vec<CaseRow>), ApiError> {
        let _proof = access::open_tolerance(actor)?;
        let mut read = self.store.read().clone();
        let all = Part::Rows(FILE_ROWS, 0);
        let cases = cases_in_sight(&mut read, actor, all).await.map_err(storage)?;
        let clears = settings::load(&mut read, actor.district).await.map_err(storage)?.0.clearance;
        let clearances =
            if clears { clearances_in_sight(&mut read, actor, all).await.map_err(storage)? } else { Vec::new() };
        Ok((cases.iter().map(case_row).collect(), clearances.iter().map(clear_row).collect()))
    }

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
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let which = Part::Rows(ROWS + 1, (page - 1) * ROWS);
        let cases = cases_in_sight(&mut read, actor, which).await?;
        let clears = set.0.clearance;
        let clearances = if clears { clearances_in_sight(&mut read, actor, which).await? } else { Vec::new() };
        let shown = ROWS as usize;

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
            next: cases.len() > shown || clearances.len() > shown,
            cases: cases.iter().take(shown).map(case_row).collect(),
            page,
            clearances: clearances.iter().take(shown).map(clear_row).collect(),
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
