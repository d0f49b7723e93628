//! A request to take something offline, as its rows have it, with the two officers. Refuses a second open
//! one about the same.

use domain::{
    ids::{DistrictId, MeetingId, PersonId},
    people::access::Actor,
    time::Instant,
};
use serde::{Serialize, de::DeserializeOwned};

use super::super::super::rows::Rows;
use crate::{
    random,
    storage::{Row, StorageError, Tx, q},
};

/// Slots of the two; those behind are of officers who were replaced: looked, or the asker is told.
pub const TWO: i64 = 2;

/// What goes offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A record.
    Record,
    /// A question or a suggestion of a meeting.
    Question,
    /// A remark noted in a meeting.
    Remark,
    /// The note that a presenter left on the facts.
    Note,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Record, Self::Question, Self::Remark, Self::Note];

    /// Stored word.
    pub fn key(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Question => "question",
            Self::Remark => "remark",
            Self::Note => "note",
        }
    }

    /// The kind of a stored word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What a request is about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What.
    pub kind: Kind,
    /// Id of the record, question or remark, or of the presenter of a note.
    pub id: String,
    /// Its meeting; none of a record.
    pub meeting: Option<MeetingId>,
}

impl Subject {
    fn of(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            kind: row.keyed("subject", Kind::from_key)?,
            id: row.text("subject_id")?,
            meeting: row.opt_id("meeting_id")?,
        })
    }
}

/// One of the two.
#[derive(Debug, Clone)]
pub struct Officer {
    /// 1 or 2.
    pub slot: i64,
    /// Who.
    pub person: PersonId,
    /// Name when he was named.
    pub name: String,
    /// It was shown to him.
    pub seen: bool,
    /// He printed and signed.
    pub done: bool,
}

/// A request that is not ended.
#[derive(Debug)]
pub struct Request {
    /// Id.
    pub id: String,
    /// About what.
    pub subject: Subject,
    /// Who asked.
    pub asked_by: PersonId,
    /// His name.
    pub asked_name: String,
    /// When.
    pub asked_at: Instant,
    /// One of the two has looked.
    pub looked: bool,
    held: String,
    /// The two.
    pub officers: Vec<Officer>,
    /// Those who looked and were replaced afterwards: they keep a row behind the two.
    pub former: Vec<Officer>,
    /// Those whom somebody else than the asker replaced before they looked, in an odd slot behind the first, in an
    /// even one behind the second.
    swapped: Vec<Officer>,
}

impl Request {
    /// The words.
    pub fn held<T: DeserializeOwned>(&self) -> Result<T, StorageError> {
        serde_json::from_str(&self.held).map_err(|_| StorageError::shape("held"))
    }

    /// Is it one of the two, or one who was and looked?
    pub fn handles(&self, person: PersonId) -> bool {
        self.officers.iter().chain(&self.former).any(|officer| officer.person == person)
    }

    /// What the asker is told of changes that others made: who stands for whom.
    pub fn changes(&self) -> Vec<String> {
        let mut out = Vec::new();
        for officer in &self.officers {
            let before = self.swapped.iter().filter(|one| (one.slot - officer.slot) % TWO == 0);
            let names: Vec<&str> = before.chain([officer]).map(|one| one.name.as_str()).collect();
            out.extend(names.windows(2).map(|pair| format!("经办人由{}改为{}", pair[0], pair[1])));
        }
        out
    }

    /// Names of the two.
    pub fn names(&self) -> [String; 2] {
        [1, 2].map(|slot| self.officers.iter().find(|o| o.slot == slot).map(|o| o.name.clone()).unwrap_or_default())
    }
}

/// What the requests with this id, open or ended, are about.
pub async fn subject(
    rows: &mut impl Rows,
    district: DistrictId,
    subject: &str,
) -> Result<Option<Subject>, StorageError> {
    let find = q("SELECT subject, subject_id, meeting_id FROM offline_requests
         WHERE district_id = $1 AND subject_id = $2 ORDER BY asked_at DESC LIMIT 1")
    .bind(district)
    .bind(subject);
    rows.first(find).await?.map(|row| Subject::of(&row)).transpose()
}

/// The open request about this.
pub async fn open(rows: &mut impl Rows, district: DistrictId, subject: &str) -> Result<Option<Request>, StorageError> {
    let find = q("SELECT * FROM offline_requests WHERE district_id = $1 AND subject_id = $2 AND state = 'open'")
        .bind(district)
        .bind(subject);
    let Some(row) = rows.first(find).await? else { return Ok(None) };
    let id = row.text("id")?;
    let (officers, behind): (Vec<_>, Vec<_>) =
        officers_of(rows, &id).await?.into_iter().partition(|officer| officer.slot <= TWO);
    let (former, swapped) = behind.into_iter().partition(|officer: &Officer| officer.seen);
    Ok(Some(Request {
        id,
        subject: Subject::of(&row)?,
        asked_by: row.id("asked_by")?,
        asked_name: row.text("asked_name")?,
        asked_at: row.instant("asked_at")?,
        looked: row.opt_int("looked_at")?.is_some(),
        held: row.text("held")?,
        officers,
        former,
        swapped,
    }))
}

async fn officers_of(rows: &mut impl Rows, request: &str) -> Result<Vec<Officer>, StorageError> {
    let find = q("SELECT * FROM offline_officers WHERE request_id = $1 ORDER BY slot").bind(request);
    let officer = |row: &Row| {
        Ok(Officer {
            slot: row.int("slot")?,
            person: row.id("person_id")?,
            name: row.text("name")?,
            seen: row.opt_int("seen_at")?.is_some(),
            done: row.opt_int("done_at")?.is_some(),
        })
    };
    rows.all(find).await?.iter().map(officer).collect()
}

/// The officers of the last request about this that was erased, with those who were replaced.
pub async fn erased_officers(
    rows: &mut impl Rows,
    district: DistrictId,
    subject: &str,
) -> Result<Vec<Officer>, StorageError> {
    let find = q("SELECT id FROM offline_requests WHERE district_id = $1 AND subject_id = $2 AND state = 'erased'
         ORDER BY asked_at DESC LIMIT 1")
    .bind(district)
    .bind(subject);
    match rows.first(find).await? {
        Some(row) => officers_of(rows, &row.text("id")?).await,
        None => Ok(Vec::new()),
    }
}

/// Puts `person` in the place of `now`; whoever looked keeps a row, with when, and so does everybody where the asker
/// is to be told.
pub async fn replace(
    tx: &mut Tx,
    request: &Request,
    now: &Officer,
    (person, name): (PersonId, &str),
    tell: bool,
) -> Result<(), StorageError> {
    if now.seen || tell {
        let last = request.former.iter().chain(&request.swapped).map(|officer| officer.slot).fold(TWO, i64::max);
        let behind = last + if (last + 1 - now.slot) % TWO == 0 { 1 } else { TWO };
        tx.execute(
            q("INSERT INTO offline_officers (request_id, slot, district_id, person_id, name, seen_at)
               SELECT request_id, CAST($1 AS BIGINT), district_id, person_id, name, seen_at FROM offline_officers
               WHERE request_id = $2 AND slot = $3")
            .bind(behind)
            .bind(&request.id)
            .bind(now.slot),
        )
        .await?;
    }
    tx.execute(
        q("UPDATE offline_officers SET person_id = $1, name = $2, seen_at = NULL WHERE request_id = $3 AND slot = $4")
            .bind(person)
            .bind(name)
            .bind(&request.id)
            .bind(now.slot),
    )
    .await?;
    Ok(())
}

/// Stores a new request with the words and its two officers.
pub async fn put(
    tx: &mut Tx,
    actor: &Actor,
    about: &Subject,
    held: &impl Serialize,
    officers: &[(PersonId, String); 2],
) -> Result<(), StorageError> {
    let held = serde_json::to_string(held).map_err(|_| StorageError::shape("held"))?;
    let now = tx.now();
    let id = random::id(now).to_string();
    let record = (about.kind == Kind::Record).then(|| about.id.clone());
    tx.insert(
        "INSERT INTO offline_requests (id, district_id, subject, subject_id, record_id, meeting_id, state, asked_by,
           asked_name, asked_at, held)",
        vec![
            (&id).into(),
            actor.district.into(),
            about.kind.key().into(),
            (&about.id).into(),
            record.into(),
            about.meeting.map(|id| id.to_string()).into(),
            "open".into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
            held.into(),
        ],
    )
    .await?;
    for (slot, (person, name)) in (1_i64..).zip(officers) {
        tx.insert(
            "INSERT INTO offline_officers (request_id, slot, district_id, person_id, name)",
            vec![(&id).into(), slot.into(), actor.district.into(), (*person).into(), name.into()],
        )
        .await?;
    }
    Ok(())
}

/// Ends a request: `back` or `erased`. Its words go.
pub async fn end(tx: &mut Tx, request: &Request, state: &'static str) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(
        q("UPDATE offline_requests SET state = $1, ended_at = $2, held = '' WHERE id = $3")
            .bind(state)
            .bind(now)
            .bind(&request.id),
    )
    .await?;
    Ok(())
}
