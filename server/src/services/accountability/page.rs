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
        Services, oversight, parse, people::held_on, posts, reviews::feedback::suggestions, storage, talks, told,
        warnings,
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
        let suggested = if office { suggestions::of_item(&mut read, &kept.item).await.map_err(storage)? } else { None };
        // The head signed what was found, the commission found it: they may look where it came from.
        let place = if sight::see_reading(actor, kept.post()).is_ok() {
            oversight::place_of(&mut read, actor.district, &kept.item.origin).await.map_err(storage)?
        } else {
            None
        };
        let place = match place {
            None => talks::place_of(&mut read, actor, &kept.item.origin).await.map_err(storage)?,
            found => found,
        };
        let place = match place {
            None => warnings::place_of(&mut read, actor, &kept.item.origin).await.map_err(storage)?,
            found => found,
        };
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
        let what = match kept.item.state {
            State::Planning => (Step::Plan, "整改方案"),
            State::Working => (Step::Fill, "整改情况"),
            _ => return Ok(String::new()),
        };
        if steps.iter().any(|(step, _)| *step == what.0) || sight::accept_item(actor, kept.item.post).is_err() {
            return Ok(String::new());
        }
        let find = q("SELECT s.name FROM role_grants g JOIN persons s ON s.id = g.person_id
             WHERE g.unit_id = $1 AND g.role = 'liaison'")
        .bind(kept.item.unit);
        let rows = self.store.read().rows(held_on(find, self.today()).push("ORDER BY s.strokes, s.id")).await?;
        let names = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        Ok(if names.is_empty() {
            format!("{}由本单位联络员或班子成员在系统里报送；本单位还没有联络员，请与党风政风监督室联系。", what.1)
        } else {
            format!("{}由本单位联络员（{}）或班子成员在系统里报送。", what.1, names.join("、"))
        })
    }

    /// Head and 班子成员 of the unit, who can be 责任领导.
    async fn leaders_of(&self, kept: &Kept) -> Result<Vec<(String, String)>, StorageError> {
        let mut read = self.store.read().clone();
        let found = leaders(&mut read, kept.item.unit, kept.item.post, self.today()).await?;
        Ok(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
    }
}

/// Does the next step (not an extension, not a pause) lie with the actor?
pub(super) fn is_turn(actor: &Actor, kept: &Kept) -> bool {
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
        !side && !paper
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
