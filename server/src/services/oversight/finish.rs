//! The end of a reading: the feedback is written, both sides sign it on their own device or on paper,
//! and nothing changes later.

use std::collections::HashMap;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DutyId, InspectionId, ItemId, PersonId},
    oversight::{FeedbackPaper, PaperRemark, Phase, Remark, check_word, feedback_paper, feedback_ready},
    people::access::{self, Actor},
    signature::Signing,
    time::{Day, zh},
};
use serde::Serialize;

use super::{
    super::{
        Services, colours,
        duties::sign::head_on,
        people::{fingerprint, held_on},
        records::offline::since_announced,
        rows::Rows,
        told,
    },
    register::{choose, days, withdraw},
    remark::known,
    store::{self, Kept, KeptRemark},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Purposes of the two signatures.
pub const BY_READER: &str = "oversight.reader";
/// The head's.
pub const BY_HEAD: &str = "oversight.head";

/// What is done with a reading.
#[derive(Debug, Clone, Serialize)]
pub enum Do {
    /// Sample by hand.
    Choose(Vec<DutyId>),
    /// Take back.
    Withdraw,
    /// Write the feedback; ends the reading, before its last day only where `early` was said.
    Feedback {
        /// Asked once more, he said so.
        early: bool,
    },
    /// Back to the remarks; every signature falls.
    Reopen,
    /// Sign: the head where he is one, else a reader.
    Sign(Signing),
    /// Note what the 主持工作 member of a vacant post signed on paper.
    SignActing(Signing, PersonId),
}

/// A step of a reading.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Key.
    pub command: CommandId,
    /// Reading.
    pub inspection: InspectionId,
    /// Version that the page showed.
    pub seen: i64,
    /// What.
    pub act: Do,
    /// Conclusion or reason.
    pub words: String,
}

/// A given signature.
#[derive(Debug, Clone)]
pub struct Signed {
    /// [`BY_READER`] or [`BY_HEAD`].
    pub purpose: String,
    /// Whose.
    pub person: PersonId,
    /// His name; two readers may share one.
    pub name: String,
    /// Day.
    pub on: Day,
    /// How.
    pub signing: Signing,
    /// Why it is not the head whose book was read; mostly empty.
    pub instead: String,
}

impl Signed {
    /// Name, with why he signed instead of another.
    pub fn shown(&self) -> String {
        if self.instead.is_empty() { self.name.clone() } else { format!("{}（{}）", self.name, self.instead) }
    }
}

/// In whose place the head's signature stands: what the paper must say when it is not his whose book was read.
async fn instead(from: &mut impl Rows, kept: &Kept, person: PersonId, on: Day) -> Result<String, StorageError> {
    let head = head_on(from, kept.info.post, on).await?;
    Ok(match (head, kept.read_head) {
        (None, _) => "岗位空缺，主持工作，代为签字".to_owned(),
        (Some((head, _)), _) if head != person => "主持工作，代为签字".to_owned(),
        (Some(_), Some(read)) if read == person => String::new(),
        (Some(_), Some(_)) => "检查后到任，接任签字".to_owned(),
        (Some(_), None) => "检查时岗位空缺，到任后签字".to_owned(),
    })
}

/// 班子成员 of the unit on a day, one of whom 主持工作 while the post is vacant.
pub async fn members(from: &mut impl Rows, kept: &Kept, on: Day) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.unit_id = $1 AND g.role = 'member'")
    .bind(kept.info.unit);
    let rows = from.all(held_on(find, on).push("ORDER BY s.strokes, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Signatures under the present edition.
pub async fn signed(from: &mut impl Rows, kept: &Kept) -> Result<Vec<Signed>, StorageError> {
    let rows = from
        .all(
            q("SELECT s.purpose, s.signing, s.at, s.person_id, p.name FROM signatures s JOIN persons p ON p.id = s.person_id
               WHERE s.subject = $1 AND s.version = $2 AND s.purpose IN ('oversight.reader', 'oversight.head')
               ORDER BY s.at, s.id")
            .bind(kept.id)
            .bind(kept.edition),
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let signing: Signing = row.json("signing")?;
        let on = match &signing {
            Signing::Paper { on, .. } => *on,
            _ => row.instant("at")?.day(),
        };
        let (purpose, person) = (row.text("purpose")?, row.id("person_id")?);
        let instead = if purpose == BY_HEAD { instead(from, kept, person, on).await? } else { String::new() };
        out.push(Signed { purpose, person, name: row.text("name")?, on, signing, instead });
    }
    Ok(out)
}

/// The paper of a reading as it stands.
pub async fn paper(from: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<FeedbackPaper, StorageError> {
    let all = store::remarks(from, actor.district, kept.id).await?;
    let items = item_words(from, &all).await?;
    let mut remarks = Vec::new();
    for m in all.into_iter().filter(|m| m.plain.counts()) {
        let item = m.signed_item().and_then(|id| items.get(&id).cloned()).unwrap_or_default();
        let answer = match (m.check_words.is_empty(), m.answer.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("申请核对：{}", m.check_words),
            (false, false) => format!("申请核对：{}；答复：{}", m.check_words, m.answer),
        };
        remarks.push(PaperRemark {
            about: m.about(),
            kind: m.plain.kind.label().to_owned(),
            text: m.text.clone(),
            answer,
            item,
        });
    }
    let given = signed(from, kept).await?;
    let by = |purpose: &str| {
        let found: Vec<&Signed> = given.iter().filter(|s| s.purpose == purpose).collect();
        let names: Vec<String> = found
            .iter()
            .map(|s| match &s.signing {
                Signing::Paper { handler, .. } => format!("{}（纸质已签，经办人{handler}）", s.shown()),
                _ => s.shown(),
            })
            .collect();
        (names.join("、"), found.last().map(|s| zh(s.on)).unwrap_or_default())
    };
    Ok(FeedbackPaper {
        unit: kept.info.unit_name.clone(),
        head: kept.read_of.clone(),
        year: kept.plain.year,
        purpose: kept.plain.purpose.label().to_owned(),
        days: days(&kept.plain),
        body: kept.body.clone(),
        readers: kept.names.join("、"),
        sampling: kept.sampling.words(),
        sample: kept.sample.iter().map(|s| (s.code.clone(), s.text.clone())).collect(),
        remarks,
        conclusion: kept.conclusion.clone(),
        signed: [by(BY_READER), by(BY_HEAD)],
        // Not among what is signed: a page may go offline afterwards.
        offline: 0,
    })
}

/// Number and deadline of the items that remarks became: `2026-003，2026年12月1日前`. One statement, or none.
async fn item_words(from: &mut impl Rows, all: &[KeptRemark]) -> Result<HashMap<ItemId, String>, StorageError> {
    let ids: Vec<ItemId> = all.iter().filter_map(|m| m.item).collect();
    let mut words = HashMap::new();
    if ids.is_empty() {
        return Ok(words);
    }
    for row in &from.all(q("SELECT id, year, number, due_on FROM items WHERE 1 = 1").and_in("id", ids)).await? {
        let said = format!("{}-{:03}，{}前", row.int("year")?, row.int("number")?, zh(row.day("due_on")?));
        words.insert(row.id("id")?, said);
    }
    Ok(words)
}

/// Hash of what is signed: the paper without its signatures.
async fn content(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<String, StorageError> {
    let plain = FeedbackPaper { signed: Default::default(), ..paper(tx, actor, kept).await? };
    let text = serde_json::to_string(&feedback_paper(&plain)).map_err(|_| StorageError::shape("paper"))?;
    Ok(fingerprint(&text))
}

/// One step.
pub async fn step(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    let kept = known(tx, actor, form.inspection).await?;
    store::stepped(tx, &kept, form.seen).await?;
    match &form.act {
        Do::Choose(duties) => choose(tx, actor, &kept, duties).await,
        Do::Withdraw => withdraw(tx, actor, &kept, &form.words).await,
        Do::Feedback { early } => feedback(tx, actor, &kept, &form.words, *early).await,
        Do::Reopen => reopen(tx, actor, &kept).await,
        Do::Sign(signing) => sign(tx, actor, &kept, signing.clone(), None).await,
        Do::SignActing(signing, person) => sign(tx, actor, &kept, signing.clone(), Some(*person)).await,
    }
}

async fn feedback(tx: &mut Tx, actor: &Actor, kept: &Kept, words: &str, early: bool) -> Result<(), Failure> {
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    kept.plain.takes_remarks(tx.now().day())?;
    let all = store::remarks(tx, actor.district, kept.id).await?;
    feedback_ready(&all.into_iter().map(|m| m.plain).collect::<Vec<Remark>>())?;
    let words = check_word("words", "综合意见", words)?;
    if tx.now().day() < kept.plain.to && !early {
        let asked = format!(
            "翻阅到{}才结束，形成反馈意见会提前结束翻阅，还没有保存。确要提前结束的，再按一次。",
            zh(kept.plain.to)
        );
        return Err(Rejection::field("early", asked).into());
    }
    tx.execute(
        q("UPDATE inspections SET standing = 'feedback', conclusion = $1, edition = edition + 1 WHERE id = $2")
            .bind(&words)
            .bind(kept.id),
    )
    .await?;
    audit(tx, actor, "oversight.feedback", kept, "").await
}

async fn reopen(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    if kept.plain.phase(tx.now().day()) != Phase::Signing {
        return Err(Rejection::state("只有待签字的反馈意见可以退回修改。请刷新页面查看。").into());
    }
    tx.execute(q("UPDATE inspections SET standing = 'open', edition = edition + 1 WHERE id = $1").bind(kept.id))
        .await?;
    audit(tx, actor, "oversight.reopened", kept, "").await
}

async fn audit(tx: &mut Tx, actor: &Actor, action: &'static str, kept: &Kept, words: &str) -> Result<(), Failure> {
    let details = format!("{} {}年 {words}", kept.info.unit_name, kept.plain.year);
    tx.audit(actor.district, Some(actor.account), action, &format!("inspection:{}", kept.id), details.trim()).await?;
    Ok(())
}

/// Whose signature on paper is noted: the head's of that day, or, where there was none, `acting`'s.
async fn on_paper(tx: &mut Tx, kept: &Kept, on: Day, acting: Option<PersonId>) -> Result<(PersonId, String), Failure> {
    match (head_on(tx, kept.info.post, on).await?, acting) {
        (Some(head), None) => Ok(head),
        (Some((_, name)), Some(_)) => Err(Rejection::field(
            "signer",
            format!("签字日期当天的负责人是{name}，应由其本人签字，没有保存。请改选“签字当日的负责人”。"),
        )
        .into()),
        (None, None) => Err(Rejection::field(
            "paper_on",
            "签字日期当天这个岗位没有负责人，没有保存。请核对日期；岗位空缺的，请选择主持工作的同志，或等新任负责人到任后签字。",
        )
        .into()),
        (None, Some(person)) => {
            let known = members(tx, kept, on).await?;
            let found = known.into_iter().find(|(id, _)| *id == person);
            Ok(found.ok_or_else(|| {
                Rejection::field("signer", "所选的同志不是这个单位的班子成员，没有保存。请重新选择。")
            })?)
        }
    }
}

async fn sign(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    signing: Signing,
    acting: Option<PersonId>,
) -> Result<(), Failure> {
    let today = tx.now().day();
    if kept.plain.phase(today) != Phase::Signing {
        return Err(Rejection::state("反馈意见还没有定稿或已经办结，没有签字。请刷新页面查看。").into());
    }
    let all = store::remarks(tx, actor.district, kept.id).await?;
    if all.iter().any(|m| m.plain.waits_for_office()) {
        return Err(
            Rejection::state("还有提请转为整改事项的意见待党风政风监督室审定，没有签字。请等审定后再签字。").into()
        );
    }
    if all.iter().any(|m| m.plain.waits_for_answer()) {
        return Err(Rejection::state("还有申请核对的意见没有答复，没有签字。请先答复，再签字。").into());
    }
    let paper = matches!(signing, Signing::Paper { .. });
    let (purpose, person, name) = if access::answer_reading(actor, kept.info.access()).is_ok() && !paper {
        (BY_HEAD, actor.person, actor.name.clone())
    } else {
        let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
        match &signing {
            // 「纸质已签」 is the head's word on paper; the reader signs on his own screen.
            Signing::Paper { on, .. } => {
                let (person, name) = on_paper(tx, kept, *on, acting).await?;
                (BY_HEAD, person, name)
            }
            _ => (BY_READER, actor.person, actor.name.clone()),
        }
    };
    let signing = signing.check_for("检查反馈意见", &name, today)?;
    let before = signed(tx, kept).await?;
    if before.iter().any(|s| s.purpose == purpose && (purpose == BY_HEAD || s.person == person)) {
        return Err(Rejection::state("已经签过字，没有重复签字。请刷新页面查看。").into());
    }
    keep(tx, actor, kept, (purpose, person), &signing).await?;
    audit(tx, actor, "oversight.signed", kept, &format!("{name} {}", signing.label())).await?;
    let other = if purpose == BY_HEAD { BY_READER } else { BY_HEAD };
    if before.iter().any(|s| s.purpose == other) {
        tx.execute(
            q("UPDATE inspections SET standing = 'closed', closed_on = $1 WHERE id = $2").bind(today).bind(kept.id),
        )
        .await?;
        let title = format!("{}：双方已在检查反馈意见上签字", kept.plain.purpose.label());
        store::thread(tx, actor.district, kept, "oversight.closed", title).await?;
        audit(tx, actor, "oversight.closed", kept, "").await?;
        colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, today).await?;
    }
    Ok(())
}

async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (purpose, person): (&'static str, PersonId),
    signing: &Signing,
) -> Result<(), Failure> {
    let hash = content(tx, actor, kept).await?;
    let text = serde_json::to_string(signing).map_err(|_| StorageError::shape("signing"))?;
    tx.insert(
        "INSERT INTO signatures (id, district_id, purpose, subject, version, content_hash, person_id, post_id, at, signing)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            purpose.into(),
            kept.id.to_string().into(),
            kept.edition.into(),
            hash.into(),
            person.into(),
            kept.info.post.into(),
            tx.now().into(),
            text.into(),
        ],
    )
    .await?;
    Ok(())
}

impl Services {
    /// A step of a reading.
    ///
    /// # Errors
    /// Not his to take, not now, seen too long ago, wrong words, or storage failed.
    pub async fn reading_step(&self, actor: &Actor, form: Step) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { step(tx, &actor, &form).await })
        })
        .await
    }

    /// 履责检查反馈意见 as a document.
    ///
    /// # Errors
    /// Not found for everybody who may not see the reading.
    pub async fn reading_paper(&self, actor: &Actor, id: InspectionId) -> Result<domain::documents::Doc, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id, self.today()).await.map_err(told)?;
        let _proof = access::see_reading(actor, kept.info.access()).map_err(|_| Rejection::NotFound)?;
        let mut paper = paper(&mut read, actor, &kept).await.map_err(super::super::storage)?;
        paper.offline = since_announced(&mut read, id).await.map_err(super::super::storage)?.len();
        Ok(feedback_paper(&paper))
    }
}
