//! A unit passes problems of its list on to its 下属单位 (一级抓一级): they look whether the same happens with them. Only the
//! state of that comes up, never what they found.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    talks::{Passed, PassedList, PassedPage, PassedQuery, PassedRow},
};
use domain::{
    Rejection,
    ids::{CommandId, TalkId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    talks::{TalkEvent, TalkState, TalkStep},
    text,
    time::zh,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    PASSED_DRAFT,
    course::saved,
    store,
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// State of what was passed on: key and word.
const STATES: [(&str, &str); 4] =
    [("sent", "已发布"), ("read", "已阅"), ("checking", "对照整改中"), ("done", "已对照整改")];

fn word(key: &str) -> &'static str {
    STATES.iter().find(|(known, _)| *known == key).map_or("", |(_, word)| word)
}

/// The form of passing on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassForm {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Version that was seen.
    pub seen: u32,
    /// 下属单位.
    pub units: Vec<UnitId>,
    /// Problems, by number.
    pub problems: Vec<u32>,
    /// What is asked of them.
    pub words: String,
}

/// The answer of a 下属单位.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassedForm {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Own unit.
    pub unit: UnitId,
    /// `read`, `checking`, `done`.
    pub state: String,
    /// What was looked at: stays here.
    pub answer: String,
}

/// The head alone passes on what he was told.
pub(crate) async fn pass(tx: &mut Tx, actor: &Actor, form: PassForm) -> Result<(), Failure> {
    let (mut kept, _sight) = store::readable(tx, actor, form.talk).await?;
    let _proof = access::own_talk(actor, kept.talk.term)?;
    if kept.talk.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    if !matches!(kept.talk.state, TalkState::Signed | TalkState::Closed) {
        return Err(Rejection::state("谈话还没有签字，清单不能发布。请签字接单后再发布。").into());
    }
    if kept.talk.lists.sealed.is_some() {
        let words = "问题清单只存编号，系统里没有可以发布的内容。请在线下传达。";
        return Err(Rejection::state(words).into());
    }
    if form.units.is_empty() {
        return Err(Rejection::field("unit", "还没有勾选下属单位，没有发布。请至少勾选一个。").into());
    }
    if form.problems.is_empty() {
        return Err(Rejection::field("problem", "还没有勾选问题，没有发布。请至少勾选一条。").into());
    }
    let words = text::required("words", "对照整改要求", &form.words, text::LINE_MAX)?;
    if form.problems.iter().any(|no| kept.talk.lists.problem(*no).is_none()) {
        return Err(Rejection::NotFound.into());
    }
    let below = store::below(tx, kept.talk.unit).await?;
    let problems = serde_json::to_string(&form.problems).map_err(|_| StorageError::shape("problems"))?;
    for unit in &form.units {
        if below.iter().all(|(id, _)| id != unit) {
            return Err(Rejection::NotFound.into());
        }
        // Passed on again it is read again.
        let again = "ON CONFLICT (talk_id, unit_id) DO UPDATE SET problems = excluded.problems, words = excluded.words,
                     at = excluded.at, person_name = excluded.person_name, state = 'sent'";
        tx.insert_all(
            "INSERT INTO talk_passed (talk_id, unit_id, district_id, at, person_name, problems, words, state)",
            vec![vec![
                kept.talk.id.into(),
                (*unit).into(),
                actor.district.into(),
                tx.now().into(),
                (&actor.name).into(),
                (&problems).into(),
                (&words).into(),
                "sent".into(),
            ]],
            again,
        )
        .await?;
    }
    let by = access::hand(actor);
    kept.talk.version += 1;
    let event = TalkEvent {
        step: TalkStep::Publish,
        by: by.person,
        by_name: by.name,
        on: tx.now().day(),
        state: kept.talk.state,
        words: format!("{} 个下属单位，{} 个问题", form.units.len(), form.problems.len()),
        paper: None,
    };
    saved(tx, actor, &kept, form.seen, &event, Role::Principal).await
}

/// Head or 联络员 of a 下属单位.
fn own(actor: &Actor, unit: UnitId) -> bool {
    actor.has_in(Role::Principal, unit) || actor.has_in(Role::Liaison, unit)
}

pub(crate) async fn answer(tx: &mut Tx, actor: &Actor, form: PassedForm) -> Result<(), Failure> {
    if !own(actor, form.unit) {
        return Err(Rejection::NotFound.into());
    }
    let known = STATES.iter().any(|(key, _)| *key == form.state && *key != "sent");
    if !known {
        return Err(Rejection::field("state", "还没有选进展，没有保存。请选一项。").into());
    }
    let answer = if form.state == "done" {
        text::required("answer", "对照整改情况", &form.answer, text::RECORD_MAX)?
    } else {
        text::optional("answer", "对照整改情况", &form.answer, text::RECORD_MAX)?
    };
    let set = q("UPDATE talk_passed SET state = $1, answer = $2, answered_at = $3, answered_name = $4
                 WHERE talk_id = $5 AND unit_id = $6 AND district_id = $7");
    let set = set.bind(&form.state).bind(answer).bind(tx.now()).bind(&actor.name);
    if tx.execute(set.bind(form.talk).bind(form.unit).bind(actor.district)).await? == 0 {
        return Err(Rejection::NotFound.into());
    }
    let object = format!("talk:{}", form.talk);
    tx.audit(actor.district, Some(actor.account), "talks.passed", &object, word(&form.state)).await?;
    Ok(())
}

/// Where a list was passed on to, with states only.
pub async fn of_talk(from: &mut impl Rows, talk: TalkId) -> Result<Vec<Passed>, StorageError> {
    let find = q("SELECT p.at, p.person_name, p.state, u.name FROM talk_passed p JOIN units u ON u.id = p.unit_id
                  WHERE p.talk_id = $1 ORDER BY u.position, u.name, u.id");
    let rows = from.all(find.bind(talk)).await?;
    rows.iter()
        .map(|row| {
            Ok(Passed {
                unit: row.text("name")?,
                at: format!("{}　{}", zh(row.instant("at")?.day()), row.text("person_name")?),
                state: word(&row.text("state")?).to_owned(),
            })
        })
        .collect()
}

/// Lists that were passed on to the actor's units, the newest first.
pub async fn to_actor(from: &mut impl Rows, actor: &Actor) -> Result<Vec<(PassedRow, bool)>, StorageError> {
    let units: Vec<UnitId> = actor.own_units().into_iter().filter(|unit| own(actor, *unit)).collect();
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT p.talk_id, p.at, p.state, t.talk FROM talk_passed p JOIN talks t ON t.id = p.talk_id
                  WHERE p.district_id = $1")
    .bind(actor.district)
    .and_in("p.unit_id", units)
    .push("ORDER BY p.at DESC, p.talk_id LIMIT 50");
    let rows = from.all(find).await?;
    rows.iter()
        .map(|row| {
            let talk: domain::talks::Talk = row.json("talk")?;
            let state = row.text("state")?;
            let line = PassedRow {
                talk: row.id("talk_id")?,
                from: talk.unit_name,
                at: zh(row.instant("at")?.day()),
                state: word(&state).to_owned(),
            };
            Ok((line, state != "done"))
        })
        .collect()
}

impl Services {
    /// Passes problems on to 下属单位.
    ///
    /// # Errors
    /// Not the head; not signed; only numbers are stored; a unit that is not below.
    pub async fn pass_talk(&self, actor: &Actor, form: PassForm) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { pass(tx, &actor, form).await })
        })
        .await
    }

    /// The answer of a 下属单位.
    ///
    /// # Errors
    /// Not of that unit, or nothing was passed on to it.
    pub async fn answer_passed(&self, actor: &Actor, form: PassedForm) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { answer(tx, &actor, form).await })
        })
        .await
    }

    pub(super) async fn passed_page(&self, actor: &Actor, query: PassedQuery) -> Result<PassedPage, ApiError> {
        let _proof = access::see_talks(actor)?;
        let mut read = self.store.read().clone();
        let id = query.id.as_deref().filter(|id| !id.is_empty()).map(parse::<TalkId>).transpose()?;
        let one = match id {
            Some(id) => Some(opened(&mut read, actor, id).await.map_err(told)?),
            None => None,
        };
        let rows = to_actor(&mut read, actor).await.map_err(storage)?;
        Ok(PassedPage {
            rows: rows.into_iter().map(|(row, _)| row).collect(),
            one,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, PASSED_DRAFT, query.draft.as_deref()).await?,
        })
    }
}

/// A list that was passed on to a unit of the actor, or 「没有找到」.
async fn opened(from: &mut impl Rows, actor: &Actor, id: TalkId) -> Result<PassedList, Failure> {
    let units: Vec<UnitId> = actor.own_units().into_iter().filter(|unit| own(actor, *unit)).collect();
    let find = q("SELECT p.*, u.name FROM talk_passed p JOIN units u ON u.id = p.unit_id WHERE p.district_id = $1")
        .bind(actor.district)
        .push_bind("AND p.talk_id = ?", id)
        .and_in("p.unit_id", units)
        .push("ORDER BY u.position, u.name, u.id");
    let row = from.first(find).await?.ok_or(Rejection::NotFound)?;
    let kept = store::load(from, actor.district, id).await?;
    let numbers: Vec<u32> = row.json("problems")?;
    let of = kept.talk.lists.problems.iter().filter(|p| numbers.contains(&p.no));
    let answered = match row.opt_instant("answered_at")? {
        Some(at) => format!("{}　{}", row.text("answered_name")?, zh(at.day())),
        None => String::new(),
    };
    Ok(PassedList {
        talk: id,
        unit: row.id("unit_id")?,
        unit_name: row.text("name")?,
        from: kept.talk.unit_name.clone(),
        at: format!("{}　{}", zh(row.instant("at")?.day()), row.text("person_name")?),
        words: row.text("words")?,
        problems: of.map(|p| [p.area.clone(), p.symptom.clone(), p.remedy.clone()]).collect(),
        state: row.text("state")?,
        answer: row.text("answer")?,
        answered,
    })
}
