//! Remarks: written by a reader, agreed to by a second one where that is needed, asked about by the
//! head, answered, taken back. What becomes of one in the closed loop is `propose`'s.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DutyId, InspectionId, RecordId, RemarkId},
    oversight::{Phase, RemarkDraft, RemarkKind, Retracting, both_said, check_word},
    people::access::{self, Actor},
    time::Day,
};
use serde::Serialize;

use super::{
    super::{
        Services, colours,
        records::ticks::{self, Off},
    },
    about, propose,
    store::{self, Kept, KeptRemark},
    tap, turned, unmatch,
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// What a reader typed.
#[derive(Debug, Clone, Serialize)]
pub struct NewRemark {
    /// Key.
    pub command: CommandId,
    /// Reading.
    pub inspection: InspectionId,
    /// About a record,
    pub record: Option<RecordId>,
    /// or an item; neither: the whole book.
    pub duty: Option<DutyId>,
    /// Kind.
    pub kind: RemarkKind,
    /// Words.
    pub text: String,
    /// A tap on a row of the sheet: takes the place of the own mark there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tap: bool,
    /// The row that it says it was on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
}

/// What is done about a remark.
#[derive(Debug, Clone, Serialize)]
pub enum About {
    /// The second reader agrees.
    Agree,
    /// A reader takes it back.
    Retract,
    /// The head asks for a check.
    Ask,
    /// It stands, says the answer.
    Keep,
    /// The answer takes it back.
    Yield,
    /// A reader proposes an item of the closed loop.
    Item {
        /// What is asked for.
        demand: String,
        /// Deadline.
        deadline: Option<Day>,
    },
    /// The office opens the proposed item,
    Approve,
    /// or does not.
    Decline,
}

/// A step about a remark.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkStep {
    /// Key.
    pub command: CommandId,
    /// Remark.
    pub remark: RemarkId,
    /// What.
    pub about: About,
    /// Words: the question, the answer, the reason, the problem.
    pub words: String,
    /// [`KeptRemark::seen`] of the page; only taking back asks for it.
    pub seen: Option<i64>,
}

/// A reading that the actor may know of.
pub async fn known(tx: &mut Tx, actor: &Actor, id: InspectionId) -> Result<Kept, Failure> {
    let kept = store::load(tx, actor.district, id, tx.now().day()).await?;
    let formers = kept.former_ids();
    let _proof = access::see_reading_of(actor, kept.info.access(), &formers).map_err(|_| Rejection::NotFound)?;
    Ok(kept)
}

/// Writes a remark down. Takes no version: remarks only come to it, also those noted offline.
pub async fn write(tx: &mut Tx, actor: &Actor, form: &NewRemark) -> Result<RemarkId, Failure> {
    let kept = known(tx, actor, form.inspection).await?;
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    kept.plain.takes_remarks(tx.now().day())?;
    let draft = RemarkDraft { kind: form.kind, text: form.text.clone() }.check()?;
    let empty = form.kind == RemarkKind::Sound && draft.text.is_empty();
    about::offered(tx, actor, &kept, form, empty).await?;
    if form.kind == RemarkKind::Mismatch && form.record.is_none() && form.duty.is_none() {
        return Err(
            Rejection::field("about", "“与实际不符”须指明是哪一条记录或条目，没有保存。请选择检查内容。").into()
        );
    }
    turned::turn(tx, actor, &kept, form, &draft.text).await?;
    // Another reader found the same before: this is the second word, however it was said and sent.
    if let Some(first) = tap::second_word(tx, actor, &kept, form).await? {
        agree(tx, actor, &kept, &first, &draft.text).await?;
        return Ok(first.id);
    }
    if form.tap
        && let Some(same) = tap::settle(tx, actor, &kept, form, &draft.text).await?
    {
        return Ok(same);
    }
    if let (RemarkKind::Mismatch, Some(record)) = (form.kind, form.record) {
        tap::once(tx, (record, form.duty), &draft.text).await?;
    }
    let id = RemarkId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO inspection_remarks (id, inspection_id, district_id, record_id, duty_id, kind, text, by_person, by_name, at)",
        vec![
            id.into(),
            kept.id.into(),
            actor.district.into(),
            form.record.into(),
            form.duty.into(),
            form.kind.key().into(),
            (&draft.text).into(),
            actor.person.into(),
            (&actor.name).into(),
            tx.now().into(),
        ],
    )
    .await?;
    audit(tx, actor, "oversight.remarked", id, form.kind.label()).await?;
    Ok(id)
}

pub(super) async fn audit(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: RemarkId,
    words: &str,
) -> Result<(), Failure> {
    tx.audit(actor.district, Some(actor.account), action, &format!("inspection_remark:{id}"), words).await?;
    Ok(())
}

/// One step about a remark.
pub async fn step(tx: &mut Tx, actor: &Actor, form: &RemarkStep) -> Result<InspectionId, Failure> {
    let remark = store::remark(tx, actor.district, form.remark).await?;
    let kept = known(tx, actor, remark.inspection).await?;
    let head = access::answer_reading_of(actor, kept.info.access(), &kept.former_ids()).is_ok();
    // What is one person's word only does not exist for the head, nor what is of another's time for one who left.
    let other = kept.is_former(actor) && !remark.concerns(actor.person);
    if head && (other || (!remark.plain.counts() && !remark.plain.withdrawn)) {
        return Err(Rejection::NotFound.into());
    }
    if remark.plain.withdrawn {
        return Err(Rejection::state("这条意见已经撤回，没有再处理。请刷新页面查看。").into());
    }
    // Both signed the words; what follows from them goes on.
    let follows = matches!(form.about, About::Item { .. } | About::Approve | About::Decline);
    let over = match kept.plain.phase(tx.now().day()) {
        Phase::Closed => !follows,
        Phase::Withdrawn => true,
        Phase::Planned | Phase::Running | Phase::Over | Phase::Signing => false,
    };
    if over {
        return Err(Rejection::state("这次翻阅检查已经办结，内容不再改动。如有新情况，请另行登记。").into());
    }
    match &form.about {
        About::Ask => {
            let _proof = access::answer_reading_of(actor, kept.info.access(), &kept.former_ids())?;
            ask(tx, actor, &remark, &form.words).await?;
        }
        About::Approve | About::Decline => {
            let agrees = matches!(form.about, About::Approve);
            propose::decide(tx, actor, &kept, &remark, agrees, &form.words).await?;
        }
        about => {
            let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
            match about {
                About::Agree => agree(tx, actor, &kept, &remark, "").await?,
                About::Retract => {
                    if remark.plain.check_asked {
                        return Err(Rejection::state("负责人已对这条意见申请核对。请在答复里撤回。").into());
                    }
                    kept.plain.takes_remarks(tx.now().day())?;
                    let how = remark.plain.retract(actor.person, remark.agreed_by, remark.leaving())?;
                    if form.seen != Some(remark.seen()) {
                        return Err(Rejection::Stale.into());
                    }
                    match how {
                        Retracting::Whole => retract(tx, actor, &kept, &remark, &form.words).await?,
                        Retracting::Asked => ask_to_retract(tx, actor, &remark, &form.words).await?,
                    }
                }
                About::Keep | About::Yield => answer(tx, actor, &kept, &remark, form).await?,
                About::Item { demand, deadline } => {
                    propose::propose(tx, actor, &kept, &remark, &form.words, demand, *deadline).await?;
                }
                About::Ask | About::Approve | About::Decline => {}
            }
        }
    }
    Ok(kept.id)
}

/// The second word; `said` are the second reader's own words, where he wrote some.
async fn agree(tx: &mut Tx, actor: &Actor, kept: &Kept, remark: &KeptRemark, said: &str) -> Result<(), Failure> {
    remark.plain.agree(actor.person)?;
    kept.plain.takes_remarks(tx.now().day())?;
    let said = tap::join(tx, actor, kept, remark, said).await?;
    let text = both_said(&remark.text, &actor.name, &said);
    let now = tx.now();
    let today = now.day();
    tx.execute(
        q("UPDATE inspection_remarks SET agreed_by = $1, agreed_name = $2, agreed_on = $3, agreed_at = $4, text = $5
           WHERE id = $6")
        .bind(actor.person)
        .bind(&actor.name)
        .bind(today)
        .bind(now)
        .bind(&text)
        .bind(remark.id),
    )
    .await?;
    if let Some(record) = remark.record {
        // What does not match what was done stands for no item any more.
        let why = format!("{}{text}", unmatch::MISMATCH);
        let off = Off { why: &why, by: actor.person, cause: Some(remark.id) };
        let ticked = ticks::ticked(tx, record).await?;
        for duty in ticked.into_iter().filter(|d| remark.duty.is_none_or(|only| only == *d)) {
            unmatch::undo(tx, kept, record, duty, off).await?;
        }
    }
    audit(tx, actor, "oversight.agreed", remark.id, &remark.about()).await?;
    // The thread keeps it also after it was taken back: it is between the head and the office, as the remark is.
    let said = format!("核查不符（两人认定）：{}", remark.about());
    store::thread_between(tx, actor.district, kept, "oversight.agreed", &said).await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, today).await
}

pub(super) async fn retract(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    remark: &KeptRemark,
    why: &str,
) -> Result<(), Failure> {
    let why = check_word("words", "撤回原因", why)?;
    not_an_item(remark)?;
    tx.execute(
        // What was proposed of it goes with it.
        q("UPDATE inspection_remarks SET withdrawn_at = $1, withdrawn_why = $2, proposal_state = '' WHERE id = $3")
            .bind(tx.now())
            .bind(&why)
            .bind(remark.id),
    )
    .await?;
    if remark.plain.kind == RemarkKind::Mismatch && remark.plain.agreed {
        if let Some(record) = remark.record {
            unmatch::restore(tx, record, remark.id).await?;
        }
        let said = format!("核查不符已撤回：{}", remark.about());
        store::thread_between(tx, actor.district, kept, "oversight.retracted", &said).await?;
        colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, tx.now().day()).await?;
    }
    audit(tx, actor, "oversight.retracted", remark.id, &why).await
}

/// What two said is taken back by two: its author asks, the second reader does it.
pub(super) async fn ask_to_retract(tx: &mut Tx, actor: &Actor, remark: &KeptRemark, why: &str) -> Result<(), Failure> {
    let why = check_word("words", "撤回原因", why)?;
    not_an_item(remark)?;
    tx.execute(q("UPDATE inspection_remarks SET withdrawn_why = $1 WHERE id = $2").bind(&why).bind(remark.id)).await?;
    audit(tx, actor, "oversight.retract_asked", remark.id, &why).await
}

fn not_an_item(remark: &KeptRemark) -> Result<(), Failure> {
    match remark.item {
        None => Ok(()),
        Some(_) => Err(Rejection::state("这条意见已经转为整改事项，不能撤回。请在问题整改里办理销号。").into()),
    }
}

async fn ask(tx: &mut Tx, actor: &Actor, remark: &KeptRemark, words: &str) -> Result<(), Failure> {
    remark.plain.ask_check()?;
    let words = check_word("words", "申请核对的内容", words)?;
    tx.execute(
        q("UPDATE inspection_remarks SET check_words = $1, check_at = $2 WHERE id = $3")
            .bind(&words)
            .bind(tx.now())
            .bind(remark.id),
    )
    .await?;
    audit(tx, actor, "oversight.check_asked", remark.id, "").await
}

async fn answer(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    remark: &KeptRemark,
    form: &RemarkStep,
) -> Result<(), Failure> {
    if !remark.plain.waits_for_answer() {
        return Err(Rejection::state("这条意见没有等待答复的核对申请。请刷新页面查看。").into());
    }
    if matches!(form.about, About::Yield) && !remark.plain.is_of(actor.person, remark.agreed_by) {
        return Err(Rejection::state("只有填写或者认定这条意见的同志可以在答复里撤回，没有保存。").into());
    }
    let words = check_word("words", "核对答复", &form.words)?;
    tx.execute(
        q("UPDATE inspection_remarks SET answer = $1, answered_by = $2, answered_at = $3, withdrawn_why = ''
           WHERE id = $4")
        .bind(&words)
        .bind(actor.person)
        .bind(tx.now())
        .bind(remark.id),
    )
    .await?;
    // A signature covers the words that stood there; they are others now.
    tx.execute(q("UPDATE inspections SET edition = edition + 1, version = version + 1 WHERE id = $1").bind(kept.id))
        .await?;
    if matches!(form.about, About::Yield) {
        retract(tx, actor, kept, remark, &words).await?;
    }
    audit(tx, actor, "oversight.check_answered", remark.id, "").await
}

impl Services {
    /// Writes a remark.
    ///
    /// # Errors
    /// Not a reader, not in its time, wrong words, or storage failed.
    pub async fn write_remark(&self, actor: &Actor, form: NewRemark) -> Result<RemarkId, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { write(tx, &actor, &form).await })
        })
        .await
    }

    /// A step about a remark.
    ///
    /// # Errors
    /// Not his to take, not now, wrong words, or storage failed.
    pub async fn remark_step(&self, actor: &Actor, form: RemarkStep) -> Result<InspectionId, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { step(tx, &actor, &form).await })
        })
        .await
    }
}
