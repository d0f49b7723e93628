//! 「转线下」 (practice 3.4): whoever reads a record finds that it holds a clue (the author, the present head,
//! a reader of a 翻阅检查 while he reads), or the office a text of a meeting, and names two officers. From then
//! on the words stand in no page and are read by nobody but these two, each once, each from his own account;
//! when both have printed and signed, they are erased. What is a record's own is here; a meeting's text is
//! `reviews::offline`. Refuses that one person erases, and that an officer handles his own request.

mod books;
mod cases;
mod common;
mod digests;
mod erase;
mod held;
mod inspected;
mod items;
mod matter;
mod pages;
mod places;
mod quoted;
mod request;
mod shown;
mod two;
mod words;

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
    held::{Held, OFFLINE},
    request::{end, replace},
};
use super::{
    super::{Services, oversight, people::held_on, posts::PostInfo, rows::Rows, search::index, told},
    decide::visible,
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

pub(in crate::services) use common::Common;
pub(in crate::services) use matter::{Act, Matter};
pub use pages::{HandlingPage, Officer, Part};
pub(in crate::services) use pages::{after_closing, shown_to_officer, since_announced};
pub(in crate::services) use quoted::{Readers, Report, cut_drafts, cut_for_good, cut_reports, put_back};
pub(in crate::services) use request::{Kind, Request, Subject, open, put};
pub use two::Sheet;
pub(in crate::services) use words::Words;

/// Said where nobody is left to be named.
pub const TOO_FEW: &str = "能办理的纪检干部不足两名，没有转出。转出的人和当事人不能自己办理：请系统管理员给党风政风监督室、联系纪检监察室或派驻机构的干部授予角色并开通账号，由安全管理员确认后，再来转出。";

/// A record and the two officers named for it.
#[derive(Debug, Clone, Copy)]
pub struct Handling {
    /// Record.
    pub record: RecordId,
    /// The two officers.
    pub officers: (PersonId, PersonId),
}

/// Who can be named: those who hold an office of the 纪委 today and can sign in, by pinyin; never whom it is
/// by or about.
pub(in crate::services) async fn officers(
    rows: &mut impl Rows,
    district: DistrictId,
    person: PersonId,
    today: Day,
) -> Result<Vec<(String, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.pinyin FROM persons s JOIN role_grants g ON g.person_id = s.id
         JOIN accounts a ON a.person_id = s.id AND a.disabled_at IS NULL
         WHERE s.district_id = $1 AND s.id <> $2 AND g.role IN ('secretary',
           'deputy_secretary', 'conduct_office', 'general_office', 'supervision_office', 'resident_team')")
    .bind(district)
    .bind(person);
    let found = rows.all(held_on(find, today).push("ORDER BY s.pinyin, s.id")).await?;
    found.iter().map(|row| Ok((row.text("id")?, row.text("name")?))).collect()
}

/// Whom the actor may name: everybody but himself.
pub(in crate::services) async fn to_choose(
    rows: &mut impl Rows,
    actor: &Actor,
    person: PersonId,
    today: Day,
) -> Result<Vec<(String, String)>, StorageError> {
    let mut all = officers(rows, actor.district, person, today).await?;
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
    let talk = row.keyed("kind", RecordKind::from_key)?.is_talk(before.is_some());
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
        let common = self.common_of_record(actor, of.record).await?;
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        self.store.write(move |tx| Box::pin(async move { ask(tx, &actor, of, &common).await })).await.map_err(told)
    }

    /// Takes the request back: the words stand where they stood, on the page that is answered.
    ///
    /// # Errors
    /// Not the asker; an officer has looked already.
    pub async fn keep_online(&self, actor: &Actor, subject: &str) -> Result<String, ApiError> {
        let (actor, subject) = (actor.clone(), subject.to_owned());
        self.store.write(move |tx| Box::pin(async move { take_back(tx, &actor, &subject).await })).await.map_err(told)
    }

    /// Names an officer in place of one who has not looked, or who looked and left office, by the asker or the
    /// 监督室; of the latter's change the asker is told. Nobody looks twice: whoever looked is not named again.
    ///
    /// # Errors
    /// Not his to say, or he handles it himself; no such officer, or one who looked; he has looked or confirmed.
    pub async fn name_offline_officer(
        &self,
        actor: &Actor,
        subject: &str,
        slot: i64,
        officer: PersonId,
    ) -> Result<(), ApiError> {
        let (actor, subject) = (actor.clone(), subject.to_owned());
        self.store
            .write(move |tx| Box::pin(async move { name_another(tx, &actor, &subject, slot, officer).await }))
            .await
            .map_err(told)
    }

    /// Shows the words to one of the two, once. Every showing stands in the log.
    ///
    /// # Errors
    /// Not one of the two; shown to him already.
    pub async fn show_offline_sheet(&self, actor: &Actor, subject: &str) -> Result<Sheet, ApiError> {
        let (actor, subject) = (actor.clone(), subject.to_owned());
        self.store.write(move |tx| Box::pin(async move { two::show(tx, &actor, &subject).await })).await.map_err(told)
    }

    /// 「已打印并签字」 of one of the two; the second erases. Again: nothing more happens.
    ///
    /// # Errors
    /// Not one of the two; he has not looked.
    pub async fn confirm_offline(&self, actor: &Actor, subject: &str) -> Result<(), ApiError> {
        let common = self.common_of_request(actor, subject).await?;
        let (actor, subject) = (actor.clone(), subject.to_owned());
        // Nobody must be about to name a file that is taken away below.
        let alone = self.evidence.alone().await;
        let left: Option<Left> = self
            .store
            .write(move |tx| Box::pin(async move { two::confirm(tx, &actor, &subject, &common).await }))
            .await
            .map_err(told)?;
        if let Some(left) = left {
            self.remove_left(alone, left).await;
        }
        Ok(())
    }
}

async fn ask(tx: &mut Tx, actor: &Actor, of: Handling, common: &Common) -> Result<(), Failure> {
    let (stored, info) = visible(tx, actor, of.record).await?;
    let today = tx.now().day();
    if !handles(tx, actor, &info, &stored.row, today).await? {
        return Err(Rejection::NotAllowed.into());
    }
    let author: PersonId = stored.row.id("author_person")?;
    let two = two_named(tx, actor, author, of.officers).await?;
    let about = Subject { kind: Kind::Record, id: of.record.to_string(), meeting: None };
    if matches!(stored.state.as_str(), "stub" | OFFLINE) {
        return asked_before(tx, actor, &about, "这条记录已经转线下。请刷新页面查看。").await;
    }
    let held = Held::take(tx, of.record, &stored, common).await?;
    put(tx, actor, &about, &held, &two).await?;
    index::replace(tx, of.record).await?;
    let names = two.map(|(_, name)| name).join("、");
    Matter::Record(Box::new((of.record, stored, info))).note(tx, actor, Act::Asked, &names).await
}

/// The same from the same person is done already; else it is gone, and `words` say so.
pub(in crate::services) async fn asked_before(
    tx: &mut Tx,
    actor: &Actor,
    about: &Subject,
    words: &'static str,
) -> Result<(), Failure> {
    let same = open(tx, actor.district, &about.id).await?.is_some_and(|r| r.asked_by == actor.person);
    if same { Ok(()) } else { Err(Rejection::state(words).into()) }
}

/// The two officers whom the actor names, with their names.
pub(in crate::services) async fn two_named(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    (first, second): (PersonId, PersonId),
) -> Result<[(PersonId, String); 2], Failure> {
    let today = tx.now().day();
    if to_choose(tx, actor, person, today).await?.len() < 2 {
        return Err(Rejection::state(TOO_FEW).into());
    }
    if first == second {
        return Err(Rejection::field("second", "两名干部不能是同一人，没有转出。请重新选择。").into());
    }
    let one = named(tx, actor, person, first, "first").await?;
    let two = named(tx, actor, person, second, "second").await?;
    Ok([(first, one), (second, two)])
}

/// Name of an officer whom the actor may name.
async fn named(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    officer: PersonId,
    field: &str,
) -> Result<String, Failure> {
    if officer == actor.person || officer == person {
        let words = "转出的人和当事人（记录的负责人、述责对象）不能自己办理，没有保存。请另选一名干部。";
        return Err(Rejection::field(field, words).into());
    }
    let today = tx.now().day();
    let known = officers(tx, actor.district, person, today).await?;
    let found = known.into_iter().find(|(id, _)| *id == officer.to_string());
    let none = || Rejection::field(field, "所选的人不是纪检机构的干部或者没有可用的账号，没有保存。请重新选择。");
    Ok(found.ok_or_else(none)?.1)
}

async fn take_back(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<String, Failure> {
    let (request, matter) = found(tx, actor, subject).await?;
    if request.asked_by != actor.person {
        return Err(Rejection::NotFound.into());
    }
    if request.looked {
        return Err(Rejection::state("已有干部查看过，不能撤回。请等两名干部办理完。").into());
    }
    matter.give_back(tx, &request).await?;
    end(tx, &request, "back").await?;
    matter.note(tx, actor, Act::Back, "").await?;
    Ok(matter.page(actor))
}

async fn name_another(tx: &mut Tx, actor: &Actor, subject: &str, slot: i64, officer: PersonId) -> Result<(), Failure> {
    let (request, matter) = found(tx, actor, subject).await?;
    if !matter.names_others(actor, &request) {
        return Err(Rejection::NotFound.into());
    }
    if request.handles(actor.person) {
        let words = "办理的干部不能更换自己或另一名干部，没有保存。请转出的人或党风政风监督室的其他同志重新指定。";
        return Err(Rejection::field("officer", words).into());
    }
    let (Some(now), Some(other)) =
        (request.officers.iter().find(|o| o.slot == slot), request.officers.iter().find(|o| o.slot != slot))
    else {
        return Err(Rejection::NotFound.into());
    };
    if now.done {
        return Err(Rejection::state("这名干部已经确认，不能更换。").into());
    }
    let person = matter.person()?;
    let today = tx.now().day();
    // Shown to two, once each: a third one only where one of them can no longer end it.
    if now.seen
        && officers(tx, actor.district, person, today).await?.iter().any(|(id, _)| *id == now.person.to_string())
    {
        let words = "这名干部已经查看过内容，不能更换，没有保存。请他在办理单上签字后，从自己的账号确认；没有打印成的，在另一名干部打印的办理单上签字。";
        return Err(Rejection::field("officer", words).into());
    }
    if other.person == officer {
        return Err(Rejection::field("officer", "两名干部不能是同一人，没有保存。请重新选择。").into());
    }
    if officer == request.asked_by {
        return Err(Rejection::field("officer", "转出的人不能自己办理，没有保存。请另选一名干部。").into());
    }
    if now.person == officer || request.former.iter().any(|o| o.person == officer) {
        let words = "内容对每名干部只显示一次，不能再指定同一人，没有保存。请另选一名干部。";
        return Err(Rejection::field("officer", words).into());
    }
    let name = named(tx, actor, person, officer, "officer").await?;
    let tell = request.asked_by != actor.person;
    replace(tx, &request, now, (officer, name.as_str()), tell).await?;
    matter.note(tx, actor, Act::Named, &format!("{} → {name}", now.name)).await
}

/// An open request with what it is about; whoever has nothing to do with it learns nothing by it.
async fn found(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<(Request, Matter), Failure> {
    let request = open(tx, actor.district, subject).await?.ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    let matter = Matter::of(tx, actor.district, &request.subject, today).await?;
    Ok((request, matter))
}
