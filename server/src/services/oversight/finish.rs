//! The end of a reading: the feedback is written, both sides sign it on their own device or on paper,
//! and nothing changes later.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DutyId, InspectionId, PersonId},
    oversight::{FeedbackPaper, PaperRemark, Phase, Remark, check_word, feedback_paper, feedback_ready},
    people::access::{self, Actor},
    signature::Signing,
    time::{Day, zh},
};
use serde::Serialize;

use super::{
    super::{Services, colours, duties::sign::head_on, people::fingerprint, rows::Rows, told},
    register::{choose, days, withdraw},
    remark::known,
    store::{self, Kept},
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
    /// Write the feedback; ends the reading.
    Feedback,
    /// Back to the remarks; every signature falls.
    Reopen,
    /// Sign: the head where he is one, else a reader.
    Sign(Signing),
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
    pub name: String,
    /// Day.
    pub on: Day,
    /// How.
    pub signing: Signing,
}

/// Signatures under the present edition.
pub async fn signed(from: &mut impl Rows, kept: &Kept) -> Result<Vec<Signed>, StorageError> {
    let rows = from
        .all(
            q("SELECT s.purpose, s.signing, s.at, p.name FROM signatures s JOIN persons p ON p.id = s.person_id
               WHERE s.subject = $1 AND s.version = $2 AND s.purpose IN ('oversight.reader', 'oversight.head')
               ORDER BY s.at, s.id")
            .bind(kept.id)
            .bind(kept.edition),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let signing: Signing = row.json("signing")?;
            let on = match &signing {
                Signing::Paper { on, .. } => *on,
                _ => row.instant("at")?.day(),
            };
            Ok(Signed { purpose: row.text("purpose")?, name: row.text("name")?, on, signing })
        })
        .collect()
}

/// The paper of a reading as it stands.
pub async fn paper(from: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<FeedbackPaper, StorageError> {
    let mut remarks = Vec::new();
    for m in store::remarks(from, actor.district, kept.id).await?.into_iter().filter(|m| m.plain.counts()) {
        let item = match m.item {
            None => String::new(),
            Some(id) => {
                let row = from.first(q("SELECT year, number, due_on FROM items WHERE id = $1").bind(id)).await?;
                row.map_or_else(
                    || Ok::<_, StorageError>(String::new()),
                    |row| Ok(format!("{}-{:03}，{}前", row.int("year")?, row.int("number")?, zh(row.day("due_on")?))),
                )?
            }
        };
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
                Signing::Paper { handler, .. } => format!("{}（纸质已签，经办人{handler}）", s.name),
                _ => s.name.clone(),
            })
            .collect();
        (names.join("、"), found.last().map(|s| zh(s.on)).unwrap_or_default())
    };
    Ok(FeedbackPaper {
        unit: kept.info.unit_name.clone(),
        head: kept.info.who(),
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
    })
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
        Do::Feedback => feedback(tx, actor, &kept, &form.words).await,
        Do::Reopen => reopen(tx, actor, &kept).await,
        Do::Sign(signing) => sign(tx, actor, &kept, signing.clone()).await,
    }
}

async fn feedback(tx: &mut Tx, actor: &Actor, kept: &Kept, words: &str) -> Result<(), Failure> {
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    kept.plain.takes_remarks(tx.now().day())?;
    let all = store::remarks(tx, actor.district, kept.id).await?;
    feedback_ready(&all.into_iter().map(|m| m.plain).collect::<Vec<Remark>>())?;
    let words = check_word("words", "综合意见", words)?;
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

async fn sign(tx: &mut Tx, actor: &Actor, kept: &Kept, signing: Signing) -> Result<(), Failure> {
    let today = tx.now().day();
    if kept.plain.phase(today) != Phase::Signing {
        return Err(Rejection::state("反馈意见还没有定稿或已经办结，没有签字。请刷新页面查看。").into());
    }
    let waiting = store::remarks(tx, actor.district, kept.id).await?.iter().any(|m| m.plain.waits_for_answer());
    if waiting {
        return Err(Rejection::state("还有申请核对的意见没有答复，没有签字。请先答复，再签字。").into());
    }
    let on_paper = matches!(signing, Signing::Paper { .. });
    let (purpose, person, name) = if access::answer_reading(actor, kept.info.access()).is_ok() && !on_paper {
        (BY_HEAD, actor.person, actor.name.clone())
    } else {
        let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
        match &signing {
            // 「纸质已签」 is the head's word on paper; the reader signs on his own screen.
            Signing::Paper { on, .. } => {
                let head = head_on(tx, kept.info.post, *on).await?.ok_or_else(|| {
                    Rejection::field("paper_on", "签字日期当天这个岗位没有负责人，没有保存。请核对日期。")
                })?;
                (BY_HEAD, head.0, head.1)
            }
            _ => (BY_READER, actor.person, actor.name.clone()),
        }
    };
    let signing = signing.check(&name, today)?;
    let before = signed(tx, kept).await?;
    if before.iter().any(|s| s.purpose == purpose && (purpose == BY_HEAD || s.name == name)) {
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
        let actor = actor.clone();
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move { step(tx, &actor, &form).await })
            })
            .await
            .map_err(told)
    }

    /// 履责检查反馈意见 as a document.
    ///
    /// # Errors
    /// Not found for everybody who may not see the reading.
    pub async fn reading_paper(&self, actor: &Actor, id: InspectionId) -> Result<domain::documents::Doc, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id, self.today()).await.map_err(told)?;
        let _proof = access::see_reading(actor, kept.info.access()).map_err(|_| Rejection::NotFound)?;
        let paper = paper(&mut read, actor, &kept).await.map_err(super::super::storage)?;
        Ok(feedback_paper(&paper))
    }
}
