//! The ledger and one item as pages. The ledger reads every item in the actor's sight once and
//! filters in memory: a district has some hundreds.

use app::api::{
    ApiError,
    accountability::{LedgerPage, LedgerQuery, LedgerRow, LoopPage, LoopQuery, PastRow},
    drafts::Drafts as _,
};
use chrono::Days;
use domain::{
    Rejection,
    accountability::{ItemKind, Stage, State, Step, Waits},
    board::Tone,
    duties::Source,
    ids::{CommandId, ItemId, UnitId},
    people::access::{self as sight, Actor, Scope},
    time::{Day, WorkCalendar, iso, zh, zh_short},
};

use super::{
    super::{
        Services, oversight, parse, people::held_on, posts, reports::slice, reviews::feedback::suggestions, storage,
        told,
    },
    access::{offered, role_for, sees},
    step::leaders,
    store::{self, Kept, Past},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Calendar days before the deadline in which an item is 临近到期.
const SOON: u64 = 10;
/// Form of the drafts of an item.
pub const DRAFT: &str = "accountability.step";

/// Tone and word of an item. Red only for the unit's own delay (overdue 整改 is hard).
pub(crate) fn tone(kept: &Kept, today: Day) -> (Tone, String) {
    let item = &kept.item;
    if item.is_overdue(today) {
        return (Tone::Late, Tone::Late.word().to_owned());
    }
    match item.state.waits() {
        Waits::Unit if item.deadline <= today + Days::new(SOON) => (Tone::Warn, Tone::Warn.word().to_owned()),
        Waits::Unit => (Tone::Ok, Tone::Ok.word().to_owned()),
        Waits::Checker | Waits::Office | Waits::Deputy => (Tone::Pending, item.state.label().to_owned()),
        Waits::Nobody if item.is_closed() => (Tone::Ok, State::Closed.label().to_owned()),
        Waits::Nobody => (Tone::None, item.state.label().to_owned()),
    }
}

fn row(kept: &Kept, today: Day) -> LedgerRow {
    let item = &kept.item;
    let (tone, word) = tone(kept, today);
    LedgerRow {
        id: item.id,
        number: kept.number.clone(),
        unit: kept.unit_name.clone(),
        kind: item.kind.label().to_owned(),
        problem: item.problem.clone(),
        demand: item.demand.clone(),
        owner: item.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
        department: item.department.clone(),
        opened_on: zh(item.opened_on),
        deadline: zh(item.deadline),
        state: item.state.label().to_owned(),
        tone,
        word,
        repeated: item.repeats.is_some(),
        external: item.external.as_ref().map(|e| format!("{} {}", e.ledger, e.number)).unwrap_or_default(),
    }
}

impl Services {
    /// Every item that the actor may read, what is late first, then by deadline.
    pub(crate) async fn items_in_sight(&self, actor: &Actor) -> Result<Vec<Kept>, ApiError> {
        let scope = match sight::board_scope(actor) {
            Ok(scope) => scope,
            Err(r) => return Err(r.into()),
        };
        let find = match &scope {
            Scope::District => store::items_query(actor.district),
            Scope::Units(_) => store::items_query(actor.district).and_scope("i.unit_id", &scope),
        };
        let rows = self.store.read().rows(find.push("ORDER BY i.due_on, i.year, i.number")).await.map_err(storage)?;
        let all = rows.iter().map(store::read).collect::<Result<Vec<_>, StorageError>>().map_err(storage)?;
        let today = self.today();
        let mut all: Vec<Kept> = all.into_iter().filter(|kept| sees(actor, kept)).collect();
        all.sort_by_key(|k| (k.item.is_closed(), !k.item.is_overdue(today), k.item.deadline));
        Ok(all)
    }

    pub(super) async fn ledger_page(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError> {
        let today = self.today();
        let all = self.items_in_sight(actor).await?;
        let mut units: Vec<(String, String)> = Vec::new();
        for kept in &all {
            let unit = (kept.item.unit.to_string(), kept.unit_name.clone());
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        units.sort_by(|a, b| a.1.cmp(&b.1));
        let count =
            |is: &dyn Fn(&Kept) -> bool| u32::try_from(all.iter().filter(|k| is(k)).count()).unwrap_or(u32::MAX);
        let (open, overdue) = (count(&|k| !k.item.is_closed()), count(&|k| k.item.is_overdue(today)));
        let wish = (query.cover.as_deref(), query.period.as_deref());
        let slice = slice::of(&mut self.store.read().clone(), actor, wish, today).await.map_err(told)?;
        let unit = filter(query.unit.as_deref()).map(parse::<UnitId>).transpose()?;
        let rows = all
            .iter()
            .filter(|k| unit.is_none_or(|u| u == k.item.unit))
            .filter(|k| slice.as_ref().is_none_or(|s| s.had(k.item.post, k.item.opened_on, k.item.closed_on)))
            .filter(|k| match filter(query.state.as_deref()) {
                None => true,
                Some("open") => !k.item.is_closed(),
                Some(key) => Stage::from_key(key) == Some(k.item.state.stage()),
            })
            .filter(|k| filter(query.kind.as_deref()).is_none_or(|key| ItemKind::from_key(key) == Some(k.item.kind)))
            .filter(|k| match filter(query.due.as_deref()) {
                Some("overdue") => k.item.is_overdue(today),
                Some("soon") => tone(k, today).0 == Tone::Warn,
                _ => true,
            })
            .filter(|k| filter(query.turn.as_deref()) != Some("mine") || is_turn(actor, k))
            .map(|k| row(k, today))
            .collect();
        let words = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        Ok(LedgerPage {
            rows,
            units,
            stages: Stage::ALL.iter().map(|s| words(s.key(), s.label())).collect(),
            kinds: ItemKind::ALL.into_iter().map(|k| words(k.key(), k.label())).collect(),
            open,
            overdue,
            only: slice.map(|slice| slice.words).unwrap_or_default(),
            as_of: zh_short(today),
        })
    }

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
        if role_for(actor, &kept, Step::Link, false).is_some() {
            steps.push((Step::Link, false));
        }
        let owners = if steps.iter().any(|(s, _)| *s == Step::Plan) {
            self.leaders_of(&kept).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let mut why = why(&kept, today, &calendar);
        why.push_str(&self.whose(actor, &kept, &steps).await.map_err(storage)?);
        let office = sight::sees_sources(actor);
        let suggested = if office { suggestions::of_item(&mut read, &kept.item).await.map_err(storage)? } else { None };
        let sheet = kept.item.origin.feature == "reviews";
        // The head signed what was found, the commission found it: they may look where it came from.
        let place = if sight::see_reading(actor, kept.post()).is_ok() {
            oversight::place_of(&mut read, actor.district, &kept.item.origin).await.map_err(storage)?
        } else {
            None
        };
        let draft = self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        Ok(LoopPage {
            row: row(&kept, today),
            version: kept.item.version,
            command: CommandId(random::id(self.clock.now())),
            words: kept.item.words(&calendar),
            why,
            measures: kept.item.measures.clone(),
            evidence: kept.item.evidence.clone(),
            extension: extension(&kept),
            repeats: kept.item.repeats,
            // A problem of a review is no secret of its own presenter; of the rest the unit reads one word only.
            origin: if office || sheet { kept.item.kind.label().to_owned() } else { Source::OUTSIDE.to_owned() },
            origin_link: place.unwrap_or_default(),
            suggested: suggested.unwrap_or_default(),
            history: history.iter().map(past).collect(),
            steps,
            owners,
            today: iso(today),
            draft,
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

fn filter(value: Option<&str>) -> Option<&str> {
    value.filter(|v| !v.is_empty())
}

/// Does the next step (not an extension, not a pause) lie with the actor?
pub(super) fn is_turn(actor: &Actor, kept: &Kept) -> bool {
    offered(actor, kept).iter().any(|(step, paper)| {
        let side = matches!(step, Step::Suspend | Step::AskExtension | Step::Progress | Step::Return);
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

fn past(past: &Past) -> PastRow {
    PastRow {
        step: past.step.label().to_owned(),
        who: match past.role {
            Some(role) => format!("{}（{}）", past.name, role.label()),
            None => past.name.clone(),
        },
        on: zh(past.on),
        words: past.words.clone(),
        paper: past.paper.as_ref().map(|(on, by)| format!("纸质已签：{}，经办人{by}", zh(*on))).unwrap_or_default(),
    }
}
