//! 「转线下」 of a record (practice 3.4): whoever reads its text finds that it holds a clue (the author, the
//! present head, a reader of a 翻阅检查 while he reads) and names two officers. From then on the words are out
//! of the book and read by nobody but these two, each once, each from his own account; when both have printed
//! and signed, they are erased. Refuses that one person erases, and that an officer handles his own request.

mod erase;
mod held;
mod pages;
mod request;
mod two;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{DistrictId, PersonId, RecordId},
    people::access::{self, Actor, Sight},
    records::RecordKind,
    time::Day,
};

use self::{
    erase::Left,
    held::Held,
    request::{Request, open},
};
use super::{
    super::{Services, oversight, posts, posts::PostInfo, rows::Rows, search::index, told},
    decide::{Stored, load, visible},
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

pub use pages::{HandlingPage, Officer, Part};
pub(in crate::services) use pages::{after_closing, shown_to_officer, since_announced};
pub use two::RecordSheet;

/// A record and the two officers named for it.
#[derive(Debug, Clone, Copy)]
pub struct Handling {
    /// Record.
    pub record: RecordId,
    /// The two officers.
    pub officers: (PersonId, PersonId),
}

/// Who can be named: holders of an office of the 纪委 who can sign in, by pinyin; never the author.
pub(super) async fn officers(
    rows: &mut impl Rows,
    district: DistrictId,
    author: PersonId,
) -> Result<Vec<(String, String)>, StorageError> {
    let found = rows
        .all(
            q("SELECT DISTINCT s.id, s.name, s.pinyin FROM persons s JOIN role_grants g ON g.person_id = s.id
               JOIN accounts a ON a.person_id = s.id AND a.disabled_at IS NULL
               WHERE s.district_id = $1 AND s.id <> $2 AND g.state = 'active' AND g.role IN ('secretary',
                 'deputy_secretary', 'conduct_office', 'general_office', 'supervision_office', 'resident_team')
               ORDER BY s.pinyin, s.id")
            .bind(district)
            .bind(author),
        )
        .await?;
    found.iter().map(|row| Ok((row.text("id")?, row.text("name")?))).collect()
}

/// Whom the actor may name: everybody but himself.
pub(super) async fn to_choose(
    rows: &mut impl Rows,
    actor: &Actor,
    author: PersonId,
) -> Result<Vec<(String, String)>, StorageError> {
    let mut all = officers(rows, actor.district, author).await?;
    let own = actor.person.to_string();
    all.retain(|(id, _)| *id != own);
    Ok(all)
}

/// May the actor take this record offline? Whoever reads the text already and answers for the book or
/// checks it: its author, the present head of the post, a reader of a 翻阅检查 on its days. Talks stay
/// their author's. The 联络员 tells the head.
pub(super) async fn handles(
    rows: &mut impl Rows,
    actor: &Actor,
    info: &PostInfo,
    row: &Row,
    today: Day,
) -> Result<bool, StorageError> {
    let year = row.year("year")?;
    let own = row.id::<PersonId>("author_person")? == actor.person;
    let id: RecordId = row.id("id")?;
    let before = rows
        .first(
            q("SELECT 1 AS n FROM record_corrections WHERE record_id = $1 AND before_kind = 'talk' LIMIT 1").bind(id),
        )
        .await?;
    let talk = row.keyed("kind", RecordKind::from_key)? == RecordKind::Talk || before.is_some();
    if access::write_record(actor, info.post).is_ok() {
        return Ok(own || !talk);
    }
    let Some(reading) = oversight::reading_of(rows, actor, info.post, year, today).await? else { return Ok(false) };
    let reads = access::read_during(actor, info.access(), year, Some(reading.proof)) == Ok(Sight::Reading);
    let judges = access::remark_reading(actor, info.access(), &reading.plain).is_ok();
    Ok(reads && judges && !talk && matches!(row.text("state")?.as_str(), "recorded" | "stub"))
}

impl Services {
    /// Asks for it: closes the words to everybody but the two officers. Nothing is erased yet. The same
    /// again is the same.
    ///
    /// # Errors
    /// Not his to handle; two different officers of the commission are needed, neither himself nor the
    /// author; not in the book, or gone already.
    pub async fn ask_record_offline(&self, actor: &Actor, of: Handling) -> Result<(), ApiError> {
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        let done = self.store.write(move |tx| Box::pin(async move { ask(tx, &actor, of).await })).await;
        done.map_err(told)?;
        self.kept.changed();
        Ok(())
    }

    /// Takes the request back: the words stand in the book again.
    ///
    /// # Errors
    /// Not the asker; an officer has looked already.
    pub async fn keep_record_online(&self, actor: &Actor, record: RecordId) -> Result<(), ApiError> {
        let actor = actor.clone();
        let done = self.store.write(move |tx| Box::pin(async move { take_back(tx, &actor, record).await })).await;
        done.map_err(told)?;
        self.kept.changed();
        Ok(())
    }

    /// Names an officer in place of one who has not confirmed, by the asker or the 监督室. The same person
    /// again may look once more: his sheet was not printed.
    ///
    /// # Errors
    /// Not his to say; no such officer; he has confirmed already.
    pub async fn name_offline_officer(
        &self,
        actor: &Actor,
        record: RecordId,
        slot: i64,
        officer: PersonId,
    ) -> Result<(), ApiError> {
        let actor = actor.clone();
        self.store
            .write(move |tx| Box::pin(async move { name_another(tx, &actor, record, slot, officer).await }))
            .await
            .map_err(told)
    }

    /// Shows the words to one of the two, once. Every showing stands in the log.
    ///
    /// # Errors
    /// Not one of the two; shown to him already.
    pub async fn show_offline_sheet(&self, actor: &Actor, record: RecordId) -> Result<RecordSheet, ApiError> {
        let actor = actor.clone();
        self.store.write(move |tx| Box::pin(async move { two::show(tx, &actor, record).await })).await.map_err(told)
    }

    /// 「已打印并签字」 of one of the two; the second erases. Again: nothing more happens.
    ///
    /// # Errors
    /// Not one of the two; he has not looked.
    pub async fn confirm_offline(&self, actor: &Actor, record: RecordId) -> Result<(), ApiError> {
        let actor = actor.clone();
        // Nobody must be about to name a file that is taken away below.
        let alone = self.evidence.alone().await;
        let left: Option<Left> = self
            .store
            .write(move |tx| Box::pin(async move { two::confirm(tx, &actor, record).await }))
            .await
            .map_err(told)?;
        self.kept.changed();
        if let Some(left) = left {
            self.remove_left(alone, left).await;
        }
        Ok(())
    }
}

async fn ask(tx: &mut Tx, actor: &Actor, of: Handling) -> Result<(), Failure> {
    let (stored, info) = visible(tx, actor, of.record).await?;
    let today = tx.now().day();
    if !handles(tx, actor, &info, &stored.row, today).await? {
        return Err(Rejection::NotAllowed.into());
    }
    let (first, second) = of.officers;
    if first == second {
        return Err(Rejection::field("second", "两名干部不能是同一人，没有转出。请重新选择。").into());
    }
    let author: PersonId = stored.row.id("author_person")?;
    let mut names = Vec::new();
    for (field, officer) in [("first", first), ("second", second)] {
        names.push(named(tx, actor, author, officer, field).await?);
    }
    if stored.state == "stub" {
        let same = open(tx, actor.district, of.record).await?.is_some_and(|r| r.asked_by == actor.person);
        return if same {
            Ok(())
        } else {
            Err(Rejection::state("这一页已经转线下。请刷新页面查看。").into())
        };
    }
    if stored.state != "recorded" {
        return Err(Rejection::state("这条记录还没有编页，不能转线下。不采用的，请退回联络员。").into());
    }
    let held = Held::take(tx, of.record, &stored).await?;
    let held = serde_json::to_string(&held).map_err(|_| StorageError::shape("held"))?;
    let (id, now) = (random::id(tx.now()).to_string(), tx.now());
    tx.insert(
        "INSERT INTO offline_requests (id, district_id, record_id, state, asked_by, asked_name, asked_at, held)",
        vec![
            (&id).into(),
            actor.district.into(),
            of.record.into(),
            "open".into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
            held.into(),
        ],
    )
    .await?;
    for (slot, (person, name)) in (1_i64..).zip([first, second].into_iter().zip(&names)) {
        tx.insert(
            "INSERT INTO offline_officers (request_id, slot, district_id, person_id, name)",
            vec![(&id).into(), slot.into(), actor.district.into(), person.into(), name.into()],
        )
        .await?;
    }
    index::replace(tx, of.record).await?;
    note(tx, actor, of.record, "records.offline_asked", &names.join("、")).await
}

/// Name of an officer whom the actor may name.
async fn named(
    tx: &mut Tx,
    actor: &Actor,
    author: PersonId,
    officer: PersonId,
    field: &str,
) -> Result<String, Failure> {
    if officer == actor.person || officer == author {
        let words = "转出的人和这条记录的负责人不能自己办理，没有保存。请另选一名干部。";
        return Err(Rejection::field(field, words).into());
    }
    let known = officers(tx, actor.district, author).await?;
    let found = known.into_iter().find(|(id, _)| *id == officer.to_string());
    let none = || Rejection::field(field, "所选的人不是纪检机构的干部或者没有可用的账号，没有保存。请重新选择。");
    Ok(found.ok_or_else(none)?.1)
}

async fn take_back(tx: &mut Tx, actor: &Actor, record: RecordId) -> Result<(), Failure> {
    let (request, stored, _) = found(tx, actor, record).await?;
    if request.asked_by != actor.person {
        return Err(Rejection::NotFound.into());
    }
    if request.looked {
        return Err(Rejection::state("已有干部查看过，不能撤回。请等两名干部办理完。").into());
    }
    let held = request.held()?;
    held.give_back(tx, record, stored.post).await?;
    end(tx, &request, "back").await?;
    index::replace(tx, record).await?;
    note(tx, actor, record, "records.offline_back", "").await
}

async fn name_another(
    tx: &mut Tx,
    actor: &Actor,
    record: RecordId,
    slot: i64,
    officer: PersonId,
) -> Result<(), Failure> {
    let (request, stored, info) = found(tx, actor, record).await?;
    if !names_others(actor, &request, &info) {
        return Err(Rejection::NotFound.into());
    }
    let (Some(now), Some(other)) =
        (request.officers.iter().find(|o| o.slot == slot), request.officers.iter().find(|o| o.slot != slot))
    else {
        return Err(Rejection::NotFound.into());
    };
    if now.done {
        return Err(Rejection::state("这名干部已经确认，不能更换。").into());
    }
    if other.person == officer {
        return Err(Rejection::field("officer", "两名干部不能是同一人，没有保存。请重新选择。").into());
    }
    if officer == request.asked_by {
        return Err(Rejection::field("officer", "转出的人不能自己办理，没有保存。请另选一名干部。").into());
    }
    let name = named(tx, actor, stored.row.id("author_person")?, officer, "officer").await?;
    tx.execute(
        q("UPDATE offline_officers SET person_id = $1, name = $2, seen_at = NULL WHERE request_id = $3 AND slot = $4")
            .bind(officer)
            .bind(&name)
            .bind(&request.id)
            .bind(slot),
    )
    .await?;
    note(tx, actor, record, "records.offline_named", &format!("{} → {name}", now.name)).await
}

/// The asker, or the 监督室 where he is away; never about the own unit.
fn names_others(actor: &Actor, request: &Request, info: &PostInfo) -> bool {
    let reads = access::read_book(actor, info.access()).is_ok();
    request.asked_by == actor.person || (reads && access::handle_questions(actor, info.unit).is_ok())
}

/// An open request with its record; whoever has nothing to do with it learns nothing by it.
async fn found(tx: &mut Tx, actor: &Actor, record: RecordId) -> Result<(Request, Stored, PostInfo), Failure> {
    let request = open(tx, actor.district, record).await?.ok_or(Rejection::NotFound)?;
    let stored = load(tx, actor.district, record).await?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, stored.post, today).await?.ok_or(Rejection::NotFound)?;
    Ok((request, stored, info))
}

async fn end(tx: &mut Tx, request: &Request, state: &'static str) -> Result<(), StorageError> {
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

/// The log keeps who and when, never words nor a digest that could be tried out.
async fn note(
    tx: &mut Tx,
    actor: &Actor,
    record: RecordId,
    action: &'static str,
    details: &str,
) -> Result<(), Failure> {
    tx.audit(actor.district, Some(actor.account), action, &format!("record:{record}"), details).await?;
    Ok(())
}
