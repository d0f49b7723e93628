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
    super::{Services, people::fingerprint, records::offline::since_announced, rows::Rows, told},
    again,
    choose::choose,
    ending::end,
    hits,
    register::{prolong, withdraw},
    remark::known,
    signing::{BY_HEAD, BY_READER, Instead, Signed, sign, signed},
    store::{self, Kept, KeptRemark},
    tap::agreed_among,
};
use crate::storage::{Failure, StorageError, Tx, q};

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
    /// Note what the 主持工作 member of a vacant post, or who headed it when it was read, signed on paper.
    SignActing(Signing, PersonId),
    /// The head signs on the reader's screen with his own secret, which was asked for before.
    SignHere(Signing, PersonId),
    /// The office ends what nobody can sign for a vacant post.
    End,
    /// It broke off and goes on until then.
    Prolong(Option<Day>),
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

/// The paper of a reading as it stands.
pub async fn paper(from: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<FeedbackPaper, StorageError> {
    let all = store::remarks(from, actor.district, kept.id).await?;
    let items = item_words(from, &all).await?;
    let off = hits::taken_off(from, &all).await?;
    let mut remarks = Vec::new();
    for m in all.into_iter().filter(|m| m.plain.counts()) {
        let item = m.signed_item().and_then(|id| items.get(&id).cloned()).unwrap_or_default();
        let answer = match (m.check_words.is_empty(), m.answer.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("申请核对：{}", m.check_words),
            (false, false) => format!("申请核对：{}；答复：{}", m.check_words, m.answer),
        };
        let said = match off.get(&m.id) {
            Some(codes) => format!("{}（取消对应：{}）", m.text, codes.join("、")),
            None => m.text.clone(),
        };
        remarks.push(PaperRemark {
            about: m.about(),
            kind: m.plain.kind.label().to_owned(),
            by: m.names(),
            text: said,
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
    // Ended without the head's hand: the paper says so in its place.
    let head = match kept.ended().split_once('：') {
        Some((ended, _)) => (ended.to_owned(), String::new()),
        None => by(BY_HEAD),
    };
    Ok(FeedbackPaper {
        unit: kept.info.unit_name.clone(),
        head: kept.read_of.clone(),
        year: kept.plain.year,
        purpose: kept.plain.purpose.label().to_owned(),
        days: kept.plain.days(),
        body: kept.body.clone(),
        readers: kept.names.join("、"),
        sampling: kept.sampling.words(),
        earlier: again::earlier(from, kept).await?,
        sample: kept.sample.iter().map(|s| (s.code.clone(), s.text.clone())).collect(),
        remarks,
        conclusion: kept.conclusion.clone(),
        signed: [by(BY_READER), head],
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
pub(super) async fn content(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<String, StorageError> {
    let plain = FeedbackPaper { signed: Default::default(), ..paper(tx, actor, kept).await? };
    let text = serde_json::to_string(&feedback_paper(&plain)).map_err(|_| StorageError::shape("paper"))?;
    Ok(fingerprint(&text))
}

/// One step.
pub async fn step(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    let kept = known(tx, actor, form.inspection).await?;
    store::stepped(tx, &kept, form.seen).await?;
    match &form.act {
        Do::Choose(duties) => choose(tx, actor, &kept, duties, &form.words).await,
        Do::Withdraw => withdraw(tx, actor, &kept, &form.words).await,
        Do::Feedback { early } => feedback(tx, actor, &kept, &form.words, *early).await,
        Do::Reopen => reopen(tx, actor, &kept).await,
        Do::Sign(signing) => sign(tx, actor, &kept, signing.clone(), None).await,
        Do::SignActing(signing, person) => sign(tx, actor, &kept, signing.clone(), Some(Instead::Paper(*person))).await,
        Do::SignHere(signing, person) => sign(tx, actor, &kept, signing.clone(), Some(Instead::Here(*person))).await,
        Do::End => end(tx, actor, &kept, &form.words).await,
        Do::Prolong(to) => prolong(tx, actor, &kept, *to, &form.words).await,
    }
}

async fn feedback(tx: &mut Tx, actor: &Actor, kept: &Kept, words: &str, early: bool) -> Result<(), Failure> {
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    kept.plain.takes_remarks(tx.now().day())?;
    let all = store::remarks(tx, actor.district, kept.id).await?;
    agreed_among(&all)?;
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

pub(super) async fn audit(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    kept: &Kept,
    words: &str,
) -> Result<(), Failure> {
    let details = format!("{} {}年 {words}", kept.info.unit_name, kept.plain.year);
    tx.audit(actor.district, Some(actor.account), action, &format!("inspection:{}", kept.id), details.trim()).await?;
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
        let formers = kept.former_ids();
        let _proof = access::see_reading_of(actor, kept.info.access(), &formers).map_err(|_| Rejection::NotFound)?;
        let mut paper = paper(&mut read, actor, &kept).await.map_err(super::super::storage)?;
        paper.offline = since_announced(&mut read, id).await.map_err(super::super::storage)?.len();
        Ok(feedback_paper(&paper))
    }
}
