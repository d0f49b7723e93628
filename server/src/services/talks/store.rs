//! Rows of talks. Only queries and mapping: the talk itself is kept as the rules know it, with the columns that lists
//! need written from it.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    accountability::Origin,
    ids::{DistrictId, TalkId, UnitId},
    people::{
        Role,
        access::{Actor, PostRef, TalkSight, see_talk},
    },
    talks::{ORIGIN, Talk, TalkEvent, TalkSettings, TalkState, TalkStep, Turn},
    time::{Day, WorkCalendar},
};

use super::super::rows::Rows;
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// A talk with what stands around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The talk.
    pub talk: Talk,
    /// Name of the unit today.
    pub unit_now: String,
    /// Post of the 区委书记.
    pub leads_district: bool,
}

impl Kept {
    /// For access questions.
    pub fn post(&self) -> PostRef {
        PostRef { post: self.talk.post, unit: self.talk.unit, leads_district: self.leads_district }
    }

    /// How much of it the actor reads; without anything it is not found.
    pub fn sight(&self, actor: &Actor) -> Result<TalkSight, Rejection> {
        see_talk(actor, self.post(), self.talk.person, self.inside())
    }

    /// Is it still the commission's own business? One that went no further before it was held stays so.
    fn inside(&self) -> bool {
        self.talk.state.is_inside() || (self.talk.state == TalkState::Ended && self.talk.minutes.is_none())
    }

    /// Name for the log.
    pub fn label(&self) -> String {
        format!("{} {}", self.talk.unit_name, self.talk.name)
    }
}

const TALKS: &str = "SELECT t.*, u.name AS unit_now, u.leads_district
  FROM talks t JOIN units u ON u.id = t.unit_id WHERE t.district_id = $1";

/// Talks of a district; more conditions can be pushed (`t` talk, `u` unit).
pub fn talks_query(district: DistrictId) -> Query {
    q(TALKS).bind(district)
}

/// A talk from a row of [`talks_query`].
pub fn read(row: &Row) -> Result<Kept, StorageError> {
    Ok(Kept { talk: row.json("talk")?, unit_now: row.text("unit_now")?, leads_district: row.flag("leads_district")? })
}

/// One talk, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: TalkId) -> Result<Kept, Failure> {
    let row = from.first(talks_query(district).push_bind("AND t.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// One talk that the actor may read, with how much of it.
pub async fn readable(from: &mut impl Rows, actor: &Actor, id: TalkId) -> Result<(Kept, TalkSight), Failure> {
    let kept = load(from, actor.district, id).await?;
    let sight = kept.sight(actor).map_err(|_| Rejection::NotFound)?;
    Ok((kept, sight))
}

/// Page of the talk that an item came from, where the actor may open it.
pub async fn place_of(from: &mut impl Rows, actor: &Actor, origin: &Origin) -> Result<Option<String>, StorageError> {
    let Some(id) = (origin.feature == ORIGIN).then(|| origin.id.parse::<TalkId>().ok()).flatten() else {
        return Ok(None);
    };
    match readable(from, actor, id).await {
        Ok(_) => Ok(Some(format!("/talks/{id}"))),
        Err(Failure::Rejected(_)) => Ok(None),
        Err(Failure::Storage(e)) => Err(e),
    }
}

fn text_of(talk: &Talk) -> Result<String, StorageError> {
    serde_json::to_string(talk).map_err(|_| StorageError::shape("talk"))
}

/// Whose turn it is, between commas. Days and open items do not matter here: a turn that is not there yet is sorted out
/// by whoever reads the talk.
fn turns_of(talk: &Talk) -> String {
    let mut all: Vec<&str> = talk.todos(&WorkCalendar::default(), 0).iter().map(|todo| todo.turn.key()).collect();
    all.sort_unstable();
    all.dedup();
    format!(",{},", all.join(","))
}

/// Narrows [`talks_query`] to talks in which it is one of these turns.
pub fn and_turns(query: Query, turns: &[Turn]) -> Query {
    let mut query = query.push("AND (1 = 0");
    for turn in turns {
        query = query.push(match turn {
            Turn::Preparer => "OR t.turns LIKE '%,preparer,%'",
            Turn::Secretary => "OR t.turns LIKE '%,secretary,%'",
            Turn::Office => "OR t.turns LIKE '%,office,%'",
            Turn::Signers => "OR t.turns LIKE '%,signers,%'",
            Turn::Unit => "OR t.turns LIKE '%,unit,%'",
            Turn::Leader => "OR t.turns LIKE '%,leader,%'",
            Turn::Tracker => "OR t.turns LIKE '%,tracker,%'",
            Turn::Second => "OR t.turns LIKE '%,second,%'",
        });
    }
    query.push(")")
}

/// Narrows it to units that the actor leads, belongs to or supervises; those who lead the district see every one.
pub fn and_reach(query: Query, actor: &Actor) -> Query {
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|role| actor.has(role));
    if leads {
        return query;
    }
    let units: BTreeSet<UnitId> = actor.own_units().into_iter().chain(actor.watched.iter().copied()).collect();
    query.and_in("t.unit_id", units)
}

/// Writes a new talk.
pub async fn insert(tx: &mut Tx, district: DistrictId, talk: &Talk) -> Result<(), StorageError> {
    tx.insert(
        "INSERT INTO talks (id, district_id, post_id, unit_id, term_id, person_id, group_id, state, registered_on,
         turns, talk, version)",
        vec![
            talk.id.into(),
            district.into(),
            talk.post.into(),
            talk.unit.into(),
            talk.term.into(),
            talk.person.into(),
            talk.group.into(),
            talk.state.key().into(),
            talk.registered_on.into(),
            turns_of(talk).into(),
            text_of(talk)?.into(),
            talk.version.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Saves a talk after a step, if nobody changed it since version `seen`.
pub async fn save(tx: &mut Tx, talk: &Talk, seen: u32) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE talks SET state = $1, held_on = $2, signed_on = $3, over_on = $4, turns = $5, talk = $6, version = $7
               WHERE id = $8 AND version = $9")
            .bind(talk.state.key())
            .bind(talk.minutes.as_ref().map(|m| m.on))
            .bind(talk.signed_on())
            .bind(talk.over_on)
            .bind(turns_of(talk))
            .bind(text_of(talk)?)
            .bind(talk.version)
            .bind(talk.id)
            .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// Appends to the history.
pub async fn note(
    tx: &mut Tx,
    district: DistrictId,
    id: TalkId,
    event: &TalkEvent,
    role: Role,
) -> Result<(), StorageError> {
    let last = tx.row(q("SELECT COALESCE(MAX(seq), 0) AS n FROM talk_events WHERE talk_id = $1").bind(id)).await?;
    let seq = last.map_or(Ok(0), |row| row.int("n"))? + 1;
    tx.insert(
        "INSERT INTO talk_events (talk_id, seq, district_id, at, step, state, by_role, person_id, person_name, words,
         paper_on, paper_handler)",
        vec![
            id.into(),
            seq.into(),
            district.into(),
            tx.now().into(),
            event.step.key().into(),
            event.state.key().into(),
            role.key().into(),
            event.by.into(),
            (&event.by_name).into(),
            (&event.words).into(),
            event.paper.as_ref().map(|p| p.on).into(),
            event.paper.as_ref().map(|p| p.handler.clone()).into(),
        ],
    )
    .await?;
    Ok(())
}

/// One line of the history.
#[derive(Debug, Clone)]
pub struct Past {
    /// Step.
    pub step: TalkStep,
    /// Who.
    pub name: String,
    /// In which role.
    pub role: Option<Role>,
    /// Day.
    pub on: Day,
    /// Words.
    pub words: String,
    /// Paper: day and handler.
    pub paper: Option<(Day, String)>,
}

/// The history of a talk, oldest first. Every change of a list is one step; they are told once a day and person.
pub async fn history(from: &mut impl Rows, id: TalkId) -> Result<Vec<Past>, StorageError> {
    let rows = from.all(q("SELECT * FROM talk_events WHERE talk_id = $1 ORDER BY seq").bind(id)).await?;
    let mut all: Vec<Past> = Vec::with_capacity(rows.len());
    for row in &rows {
        let past = Past {
            step: row.keyed("step", TalkStep::from_key)?,
            name: row.text("person_name")?,
            role: Role::from_key(&row.text("by_role")?),
            on: row.instant("at")?.day(),
            words: row.text("words")?,
            paper: row.opt_day("paper_on")?.zip(row.opt_text("paper_handler")?),
        };
        let again = |last: &Past| {
            matches!(past.step, TalkStep::Prepare | TalkStep::WriteReport | TalkStep::WriteTracking)
                && (last.step, &last.name, last.on) == (past.step, &past.name, past.on)
        };
        match all.last_mut() {
            Some(last) if again(last) => {
                if !past.words.is_empty() && !last.words.contains(&past.words) {
                    last.words = format!("{}、{}", last.words, past.words);
                }
            }
            _ => all.push(past),
        }
    }
    Ok(all)
}

/// The settings of the district, the defaults (示范) where nobody set any: version, and who confirmed them when.
pub async fn settings(
    from: &mut impl Rows,
    district: DistrictId,
) -> Result<(TalkSettings, i64, Option<(String, Day)>), StorageError> {
    let find = q("SELECT version, settings, at, person_name FROM talk_settings WHERE district_id = $1
                  ORDER BY version DESC LIMIT 1");
    Ok(match from.first(find.bind(district)).await? {
        None => (TalkSettings::default(), 0, None),
        Some(row) => {
            let who = (row.text("person_name")?, row.instant("at")?.day());
            (row.json("settings")?, row.int("version")?, Some(who))
        }
    })
}

/// 下属单位 of a unit that have not ended, in the order of the directory.
pub async fn below(from: &mut impl Rows, unit: UnitId) -> Result<Vec<(UnitId, String)>, StorageError> {
    let find = q("SELECT id, name FROM units WHERE parent_id = $1 AND ends_on IS NULL AND kind = 'subordinate'
                  ORDER BY position, name, id");
    from.all(find.bind(unit)).await?.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}
