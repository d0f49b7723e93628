//! One item as a page, with the steps that its reader can take.

use app::api::{
    ApiError,
    accountability::{LoopPage, LoopQuery, PastRow},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{State, Step, Waits},
    ids::{CommandId, ItemId},
    people::access::{self as sight, Actor},
    time::{Day, WorkCalendar, iso, zh},
};

use super::{
    super::{
        Services, chain, oversight, parse, people::held_on, posts, reviews::feedback::suggestions, rows::Rows, storage,
        talks, told, warnings,
    },
    access::{offered, role_for, sees},
    ledger::row,
    step::leaders,
    store::{self, Kept, Past},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Form of the drafts of an item.
pub const DRAFT: &str = "accountability.step";

impl Services {
    pub(super) async fn loop_page(&self, actor: &Actor, query: LoopQuery) -> Result<LoopPage, ApiError> {
        let id: ItemId = parse(&query.id)?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id).await.map_err(told)?;
        if !sees(actor, &kept) {
            return Err(Rejection::NotFound.into());
        }
        let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
        let history = store::history(&mut read, id).await.map_err(storage)?;
        let mut steps = offered(actor, &kept);
        for step in [Step::Link, Step::Relate] {
            if role_for(actor, &kept, step, false).is_some() {
                steps.push((step, false));
            }
        }
        let owners = if steps.iter().any(|(s, _)| matches!(s, Step::Plan | Step::Owner)) {
            self.leaders_of(&kept).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let mut why = why(&kept, today, &calendar);
        why.push_str(&self.whose(actor, &kept, &steps).await.map_err(storage)?);
        let office = sight::sees_sources(actor);
        let suggested = if office {
            match suggestions::of_item(&mut read, &kept.item).await.map_err(storage)? {
                None => chain::became(&mut read, actor.district, id).await.map_err(storage)?,
                found => found,
            }
        } else {
            None
        };
        let place = place_of(&mut read, actor, &kept).await.map_err(storage)?;
        let draft = self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        let around = self.around(actor, &kept, &steps, &calendar).await.map_err(storage)?;
        Ok(LoopPage {
            row: row(&kept, today, office),
            version: kept.item.version,
            command: CommandId(random::id(self.clock.now())),
            words: kept.item.words(&calendar),
            why,
            measures: kept.item.measures.clone(),
            evidence: kept.item.evidence.clone(),
            extension: extension(&kept),
            repeats: kept.item.repeats,
            // What was handed to the unit is no secret to it; of the rest it reads one word only.
            origin: kept.item.kind.label_for(office).to_owned(),
            origin_link: place.unwrap_or_default(),
            suggested: suggested.unwrap_or_default(),
            history: history.iter().map(|line| past(line, &kept, office)).collect(),
            steps,
            owners,
            today: iso(today),
            draft,
            around,
        })
    }

    /// Who has the form of the next step, for a head who reads that it is his unit's turn and has none.
    async fn whose(&self, actor: &Actor, kept: &Kept, steps: &[(Step, bool)]) -> Result<String, StorageError> {
        let own = sight::fill_item(actor, kept.item.unit).is_ok();
        let (what, also) = match kept.item.state {
            State::Planning if !own && steps.iter().any(|(step, _)| *step == Step::Plan) => {
                ("整改方案", "，也可以由您")
            }
            State::Working if !steps.iter().any(|(step, _)| *step == Step::Fill) => ("整改情况", ""),
            _ => return Ok(String::new()),
        };
        if sight::accept_item(actor, kept.item.post).is_err() {
            return Ok(String::new());
        }
        let find = q("SELECT s.name FROM role_grants g JOIN persons s ON s.id = g.person_id
             WHERE g.unit_id = $1 AND g.role = 'liaison'")
        .bind(kept.item.unit);
        let rows = self.store.read().rows(held_on(find, self.today()).push("ORDER BY s.strokes, s.id")).await?;
        let names = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        Ok(if names.is_empty() {
            format!("{what}由本单位联络员或班子成员{also}在系统里报送；本单位还没有联络员，请与党风政风监督室联系。")
        } else {
            format!("{what}由本单位联络员（{}）或班子成员{also}在系统里报送。", names.join("、"))
        })
    }

    /// Head and 班子成员 of the unit, who can be 责任领导.
    async fn leaders_of(&self, kept: &Kept) -> Result<Vec<(String, String)>, StorageError> {
        let mut read = self.store.read().clone();
        let found = leaders(&mut read, kept.item.unit, kept.item.post, self.today()).await?;
        Ok(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
    }
}

/// Where an item came from, for whoever may look there: the head signed what was found, the commission found it.
///
/// # Errors
/// Storage failed.
pub(in crate::services) async fn place_of(
    rows: &mut impl Rows,
    actor: &Actor,
    kept: &Kept,
) -> Result<Option<String>, StorageError> {
    let origin = &kept.item.origin;
    if sight::see_reading(actor, kept.post()).is_ok()
        && let Some(place) = oversight::place_of(rows, actor.district, origin).await?
    {
        return Ok(Some(place));
    }
    if let Some(place) = talks::place_of(rows, actor, origin).await? {
        return Ok(Some(place));
    }
    warnings::place_of(rows, actor, origin).await
}

/// Does the next step (not an extension, not a pause) lie with the actor? A head may bring the plan himself; it is the
/// department's task all the same.
pub(super) fn is_turn(actor: &Actor, kept: &Kept) -> bool {
    let department = sight::fill_item(actor, kept.item.unit).is_ok();
    offered(actor, kept).iter().any(|(step, paper)| {
        let side = matches!(
            step,
            Step::Suspend
                | Step::AskExtension
                | Step::Progress
                | Step::Return
                | Step::Settle
                | Step::Owner
                | Step::Transfer
        );
        !side && !paper && (department || *step != Step::Plan)
    })
}

fn why(kept: &Kept, today: Day, calendar: &WorkCalendar) -> String {
    let item = &kept.item;
    if item.is_overdue(today) {
        let days = (today - item.deadline).num_days();
        return format!(
            "整改期限是{}，已超过 {days} 天还没有申请销号。逾期整改属硬性事项，会变红。",
            zh(item.deadline)
        );
    }
    if item.excused && today > item.deadline {
        return format!("整改期限是{}，请继续办理。", zh(item.deadline));
    }
    match item.due(calendar) {
        Some((day, Waits::Unit)) if day >= today => format!("{}到期，还有 {} 天。", zh(day), (day - today).num_days()),
        Some((day, Waits::Unit)) => format!("{}应完成这一步，现已超过；整改期限是{}。", zh(day), zh(item.deadline)),
        Some((day, _)) if day < today => {
            format!("监督单位应于{}前办理，现已超过；不影响本单位。", zh(day))
        }
        Some((day, _)) => format!("监督单位应于{}前办理。", zh(day)),
        None => String::new(),
    }
}

fn extension(kept: &Kept) -> String {
    let Some(e) = &kept.item.extension else { return String::new() };
    let state = match e.granted {
        None => "待党风政风监督室审批",
        Some(true) => "已同意",
        Some(false) => "未同意",
    };
    format!("申请由{}延至{}：{}（{state}）", zh(e.from), zh(e.to), e.reason)
}

/// A line of the history. The other ledger's name tells the source, so a unit reads only that there is one.
fn past(past: &Past, kept: &Kept, office: bool) -> PastRow {
    let tells = office || !kept.item.kind.is_inside();
    let words = match past.step {
        Step::Link if !tells => "已关联其他台账的编号".to_owned(),
        Step::Bring if !tells => past.words.split('（').next().unwrap_or_default().to_owned(),
        _ => past.words.clone(),
    };
    PastRow {
        step: past.step.label().to_owned(),
        who: match past.role {
            Some(role) => format!("{}（{}）", past.name, role.label()),
            None => past.name.clone(),
        },
        on: zh(past.on),
        words,
        paper: past.paper.as_ref().map(|(on, by)| format!("纸质已签：{}，经办人{by}", zh(*on))).unwrap_or_default(),
    }
}
