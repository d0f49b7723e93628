//! Asking, answering, taking back, and 「知道了」.

use app::api::ApiError;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Tone, Visibility},
    ids::{CheckId, CommandId, DutyId, PostId},
    oversight::{Check, CheckState, CheckSubject, check_answer, check_ask},
    people::access::{self, Actor},
    time::{Day, first_of, last_of},
};
use serde::Serialize;

use super::{
    super::{
        Services, colours,
        duties::sight,
        items::issued_item,
        posts::{self, PostInfo},
        records::closing,
        rows::Rows,
    },
    said,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// A question.
#[derive(Debug, Clone, Serialize)]
pub struct AskCheck {
    /// Key.
    pub command: CommandId,
    /// `colour` or `portrait`.
    pub kind: String,
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// The item, or the fact.
    pub key: String,
    /// What he thinks; may be empty.
    pub words: String,
}

/// What is done about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CheckAct {
    /// 已更正.
    Correct,
    /// 维持原判.
    Uphold,
    /// Taken back.
    Withdraw,
    /// 知道了.
    Seen,
}

/// A step of a question.
#[derive(Debug, Clone, Serialize)]
pub struct CheckStep {
    /// Key.
    pub command: CommandId,
    /// Question.
    pub check: CheckId,
    /// What.
    pub act: CheckAct,
    /// The answer.
    pub words: String,
}

/// What stands where somebody asks.
pub struct Stands {
    /// What it is about: 「3.3 专题研究」.
    pub title: String,
    /// Words that stand there.
    pub shown: String,
    /// Tone, where it is a colour.
    pub tone: Option<Tone>,
    /// Item, where it is one.
    pub duty: Option<DutyId>,
}

/// What stands there now; `None` where there is nothing to ask about.
async fn stands(
    rows: &mut impl Rows,
    actor: &Actor,
    subject: &CheckSubject,
    today: Day,
) -> Result<Option<Stands>, StorageError> {
    match subject {
        CheckSubject::Colour { post, year, duty } => {
            let row = rows
                .first(
                    q(concat!(
                        "SELECT c.code, c.tone, c.reason, COALESCE(",
                        issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
                        ", '') AS text FROM colours c WHERE c.post_id = $1 AND c.year = $2 AND c.duty_id = $3"
                    ))
                    .bind(*post)
                    .bind(*year)
                    .bind(*duty),
                )
                .await?;
            row.map(|row| {
                let text = domain::duties::DutyItem::shorten(&row.text("text")?);
                Ok(Stands {
                    title: format!("{} {text}", row.text("code")?),
                    shown: row.text("reason")?,
                    tone: Some(row.keyed("tone", Tone::from_key)?),
                    duty: Some(*duty),
                })
            })
            .transpose()
        }
        CheckSubject::Portrait { .. } => super::portrait::stands(rows, actor, subject, today).await,
    }
}

/// In the audit log, without the words and without what the item says: who reads it there has no part in either.
async fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: CheckId, words: &str) -> Result<(), StorageError> {
    tx.audit(actor.district, Some(actor.account), action, &format!("check:{id}"), words).await
}

/// On the thread of the item, without the words: they are between the head and who answers.
async fn on_thread(tx: &mut Tx, actor: &Actor, subject: &CheckSubject, what: &str) -> Result<(), StorageError> {
    let (post, year) = (subject.post(), subject.year());
    let (duty, link) = match subject {
        CheckSubject::Colour { duty, .. } => (Some(*duty), format!("/oversight/colours/{post}?year={year}#i{duty}")),
        // The portrait is shown to the head and to supervision at addresses of their own.
        CheckSubject::Portrait { .. } => return Ok(()),
    };
    let event = ThreadEvent {
        post,
        year,
        duty,
        stage: Duty::Du,
        at: tx.now(),
        source: "checks".into(),
        title: what.to_owned(),
        link: Some(link),
        visibility: Visibility::All,
    };
    tx.thread(actor.district, &event).await
}

/// Did the actor hold the post at some time of the year?
async fn held(rows: &mut impl Rows, actor: &Actor, post: PostId, year: i32) -> Result<bool, StorageError> {
    let find = q("SELECT id FROM terms WHERE post_id = $1 AND person_id = $2 AND starts_on <= $3
                  AND (ends_on IS NULL OR ends_on >= $4)");
    let find = find.bind(post).bind(actor.person).bind(last_of(year, 12)).bind(first_of(year, 1));
    Ok(rows.first(find).await?.is_some())
}

async fn ask(tx: &mut Tx, actor: &Actor, form: &AskCheck) -> Result<CheckId, Failure> {
    let subject = CheckSubject::from_parts(&form.kind, form.post, form.year, &form.key).ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, form.post, today).await?.ok_or(Rejection::NotFound)?;
    // A colour is the post's and answered for by whoever holds it; a fact of the portrait is a person's own.
    let own = matches!(subject, CheckSubject::Portrait { .. });
    let was = own && held(tx, actor, form.post, form.year).await?;
    let _proof = access::ask_check(actor, info.access(), was).map_err(|_| Rejection::NotFound)?;
    if !own && !sight::reads_items(tx, actor, form.post, form.year).await? {
        return Err(Rejection::NotFound.into());
    }
    let stands = stands(tx, actor, &subject, today).await?.ok_or(Rejection::NotFound)?;
    if stands.tone.is_some_and(|tone| !tone.needs_attention()) {
        let words = "这一项目前不需要关注，没有可核对的颜色，没有提交。请刷新页面查看。";
        return Err(Rejection::state(words).into());
    }
    // Findings, readings and results of a closed year may still be wrong; its colours stand as they are.
    if !own && closing::closed_on(tx, form.post, form.year).await?.is_some() {
        let words = format!("{}年的记录本已经结转，颜色不再变动，没有提交。有疑问请与党风政风监督室联系。", form.year);
        return Err(Rejection::state(words).into());
    }
    let earlier = store::about(tx, &subject).await?;
    let relevant = |kept: &&Kept| kept.plain.state == CheckState::Asked || kept.plain.by == actor.person;
    let earlier: Vec<Check> = earlier.iter().filter(relevant).map(|kept| kept.plain.clone()).collect();
    let words = check_ask(&earlier, &form.words)?;
    let check = Check { subject, by: actor.person, asked_on: today, state: CheckState::Asked };
    let days = posts::rules(tx, actor.district).await?.check_days;
    let due = check.due(&posts::calendar(tx, actor.district).await?, days);
    let (id, now) = (CheckId(random::id(tx.now())), tx.now());
    tx.insert(
        "INSERT INTO fact_checks (id, district_id, kind, post_id, unit_id, year, subject_key, title, shown, tone, words,
           state, by_person, by_name, asked_at, asked_on, due_on)",
        vec![
            id.into(),
            actor.district.into(),
            check.subject.kind().into(),
            form.post.into(),
            info.unit.into(),
            form.year.into(),
            check.subject.key().into(),
            (&stands.title).into(),
            stands.shown.into(),
            stands.tone.map_or("", Tone::key).into(),
            (&words).into(),
            check.state.key().into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
            today.into(),
            due.into(),
        ],
    )
    .await?;
    let what = stands.duty.map_or("申请核对".to_owned(), |_| format!("申请核对：{}", stands.title));
    on_thread(tx, actor, &check.subject, &what).await?;
    note(tx, actor, "oversight.fact_check_asked", id, check.subject.label()).await?;
    Ok(id)
}

/// A question and its post, for somebody who may do something about it.
async fn known(tx: &mut Tx, actor: &Actor, id: CheckId) -> Result<(Kept, PostInfo), Failure> {
    let kept = store::load(tx, actor.district, id).await?;
    let today = tx.now().day();
    let post = kept.plain.subject.post();
    let info = posts::post(tx, actor.district, post, today).await?.ok_or(Rejection::NotFound)?;
    if !store::may_read(actor, info.access(), &kept) {
        return Err(Rejection::NotFound.into());
    }
    Ok((kept, info))
}

/// 「已更正」 is true only where something stands there otherwise by now: who asked would read it beside the same fact.
async fn corrected(tx: &mut Tx, actor: &Actor, kept: &Kept, today: Day) -> Result<(), Failure> {
    let subject = &kept.plain.subject;
    if matches!(subject, CheckSubject::Colour { .. }) {
        // What was put right shows at once.
        colours::refresh(tx, actor.district, subject.post(), subject.year(), today).await?;
    }
    let now = stands(tx, actor, subject, today).await?;
    if now.is_none_or(|now| now.shown != kept.shown || now.tone != kept.tone) {
        return Ok(());
    }
    let colour = matches!(subject, CheckSubject::Colour { .. });
    if colour && closing::closed_on(tx, subject.post(), subject.year()).await?.is_some() {
        let words =
            "这一年的记录本已经结转，颜色不再变动，不能答复“已更正”，没有保存。请答复“维持原判”，写明核对的结果。";
        return Err(Rejection::field("words", words).into());
    }
    let words = "现在显示的和申请时一样，还没有更正，没有保存。请先在来源处改正（核实补记、取消对应或撤回检查意见、办理整改，入口在下面），再答复“已更正”；事实无误的，请答复“维持原判”。";
    Err(Rejection::field("words", words).into())
}

async fn step(tx: &mut Tx, actor: &Actor, form: &CheckStep) -> Result<Kept, Failure> {
    let (kept, info) = known(tx, actor, form.check).await?;
    let now = tx.now();
    match form.act {
        CheckAct::Correct | CheckAct::Uphold => {
            let said = said::of(tx, actor.district, [(&kept, &info)], now.day()).await?.remove(&kept.id);
            let may = access::answer_check_of(actor, info.access(), kept.plain.by, &said.unwrap_or_default());
            let _proof = may.map_err(|why| if why == Rejection::NotAllowed { Rejection::NotFound } else { why })?;
            let state = if form.act == CheckAct::Correct { CheckState::Corrected } else { CheckState::Upheld };
            kept.plain.answer(state)?;
            let words = check_answer(&form.words)?;
            tx.execute(
                q("UPDATE fact_checks SET state = $1, answer = $2, answered_by = $3, answered_name = $4, answered_at = $5
                   WHERE id = $6")
                .bind(state.key())
                .bind(&words)
                .bind(actor.person)
                .bind(&actor.name)
                .bind(now)
                .bind(kept.id),
            )
            .await?;
            if state == CheckState::Corrected {
                corrected(tx, actor, &kept, now.day()).await?;
            }
            on_thread(tx, actor, &kept.plain.subject, &format!("核对答复：{}，{}", kept.title, state.label())).await?;
            note(tx, actor, "oversight.fact_check_answered", kept.id, state.label()).await?;
        }
        CheckAct::Withdraw => {
            kept.plain.withdraw(actor.person)?;
            let change = q("UPDATE fact_checks SET state = $1 WHERE id = $2");
            tx.execute(change.bind(CheckState::Withdrawn.key()).bind(kept.id)).await?;
            on_thread(tx, actor, &kept.plain.subject, &format!("撤回核对申请：{}", kept.title)).await?;
            note(tx, actor, "oversight.fact_check_withdrawn", kept.id, "").await?;
        }
        CheckAct::Seen => {
            if kept.plain.by != actor.person {
                return Err(Rejection::NotFound.into());
            }
            if !kept.plain.state.is_answered() {
                return Err(Rejection::state("这项核对申请还没有答复。请刷新页面查看。").into());
            }
            let change = q("UPDATE fact_checks SET seen_at = $1 WHERE id = $2 AND seen_at IS NULL");
            tx.execute(change.bind(now).bind(kept.id)).await?;
        }
    }
    Ok(kept)
}

/// Asks inside a command, for the demonstration district.
pub(crate) async fn ask_quietly(tx: &mut Tx, actor: &Actor, form: &AskCheck) -> Result<CheckId, Failure> {
    ask(tx, actor, form).await
}

/// Answers inside a command, for the demonstration district.
pub(crate) async fn step_quietly(tx: &mut Tx, actor: &Actor, form: &CheckStep) -> Result<(), Failure> {
    step(tx, actor, form).await.map(drop)
}

impl Services {
    /// Asks whether a colour or a fact is right.
    ///
    /// # Errors
    /// Not the head's own, nothing to ask about, asked already, or storage failed.
    pub async fn ask_check(&self, actor: &Actor, form: AskCheck) -> Result<CheckId, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { ask(tx, &actor, &form).await })
        })
        .await
    }

    /// Answers a question, takes it back, or notes that its answer was seen.
    ///
    /// # Errors
    /// Not found for whoever has no part in it, one's own mark, settled already, no words, or storage failed.
    pub async fn check_step(&self, actor: &Actor, form: CheckStep) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { step(tx, &actor, &form).await.map(drop) })
        })
        .await
    }
}
