//! Questions: two sealed ones per presenter from the body that supervises his unit, and
//! suggestions of raters without a name. Sealed texts are read by their authors only, until
//! the operator opens them in the hall. Refuses to keep anything that links a suggestion to a rater.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::{OwnQuestion, QuestionsOf, QuestionsPage, QuestionsQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, MeetingId, PresenterId, QuestionId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    reviews::{Part, Presenter},
    text,
    time::{Instant, zh_short},
};
use sha2::{Digest, Sha256};

use super::{
    super::{Services, parse, posts, rows::Rows, storage, told},
    dates::Dates,
    nameless::{self, Nameless},
    opening,
    reports::guarded,
    store::{self, Stored, has_part},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Questions of the supervising body for each presenter (H4).
pub(super) const EACH: usize = 2;
/// Suggestions kept per presenter; more than a hall can ask.
const SUGGESTIONS_MAX: usize = 300;

/// The team or office for which the actor drafts questions about a unit.
fn author_unit(actor: &Actor, unit: UnitId) -> Result<UnitId, Rejection> {
    let _proof = access::draft_question(actor, unit)?;
    let bodies = [Role::ResidentTeam, Role::SupervisionOffice];
    actor.grants.iter().find(|g| bodies.contains(&g.role)).map(|g| g.unit).ok_or(Rejection::NotAllowed)
}

/// Questions are drafted once the plan is approved and until the meeting begins.
fn open(stored: &Stored) -> bool {
    stored.preparing()
}

/// Is there something of a presenter that the actor reads as a rater and can ask about?
pub(super) fn reads(actor: &Actor, stored: &Stored, open: bool) -> bool {
    open && has_part(actor, stored, &[Part::Rater])
}

/// Suggestions are taken until the meeting ends.
pub(super) fn takes_suggestions(stored: &Stored) -> bool {
    stored.preparing() || stored.running()
}

/// Mark of a text that a page showed.
fn mark(text: &str) -> String {
    hex::encode(Sha256::digest(text)).chars().take(16).collect()
}

async fn own_questions(
    rows: &mut impl Rows,
    stored: &Stored,
    presenter: PresenterId,
    author: UnitId,
    now: Instant,
) -> Result<Vec<OwnQuestion>, StorageError> {
    let rows = rows
        .all(
            q("SELECT id, text, state FROM meeting_questions
               WHERE meeting_id = $1 AND presenter_id = $2 AND author_unit = $3 AND anonymous = 0 ORDER BY id")
            .bind(stored.id)
            .bind(presenter)
            .bind(author),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let text = row.text("text")?;
            let command = CommandId(random::id(now));
            Ok(OwnQuestion { id: row.id("id")?, state: row.text("state")?, seen: mark(&text), text, command })
        })
        .collect()
}

/// How many questions of supervising bodies wait for a presenter; never their texts.
pub(super) async fn handed_in(rows: &mut impl Rows, stored: &Stored) -> Result<Vec<(PresenterId, u32)>, StorageError> {
    let rows = rows
        .all(
            q("SELECT presenter_id, COUNT(*) AS n FROM meeting_questions
               WHERE meeting_id = $1 AND anonymous = 0 AND state <> 'offline' GROUP BY presenter_id")
            .bind(stored.id),
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("presenter_id")?, row.small("n")?))).collect()
}

pub(super) async fn page(services: &Services, actor: &Actor, query: QuestionsQuery) -> Result<QuestionsPage, ApiError> {
    let mut read = services.store.read().clone();
    let stored = store::load(&mut read, actor.district, parse(&query.id)?).await.map_err(told)?;
    let now = services.clock.now();
    let mut rows = Vec::new();
    for presenter in stored.plan.presenters.iter().filter(|_| stored.approved()) {
        let Ok(author) = author_unit(actor, presenter.unit) else { continue };
        let questions = own_questions(&mut read, &stored, presenter.id, author, now).await.map_err(storage)?;
        rows.push(QuestionsOf {
            presenter: presenter.id,
            name: format!("{}　{}", presenter.title, presenter.name),
            room: questions.len() < EACH,
            command: CommandId(random::id(now)),
            questions,
        });
    }
    if rows.is_empty() {
        return Err(Rejection::NotFound.into());
    }
    let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
    let dates = Dates::of(&calendar, stored.plan.on);
    Ok(QuestionsPage {
        id: stored.id,
        title: stored.plan.title.clone(),
        due: zh_short(dates.questions),
        open: open(&stored),
        rows,
        draft: services.load(actor, "reviews.question", query.draft.as_deref()).await?,
    })
}

/// A form about a sealed question.
#[derive(Debug, Clone)]
pub struct QuestionForm {
    /// Meeting.
    pub meeting: MeetingId,
    /// Presenter.
    pub presenter: PresenterId,
    /// The question; none for a new one.
    pub question: Option<QuestionId>,
    /// Mark of the text that the page showed.
    pub seen: String,
    /// Text; ignored where the question is dropped.
    pub text: String,
    /// Takes the question out.
    pub drop: bool,
    /// Idempotency key.
    pub command: CommandId,
    /// Content of the form.
    pub body: Vec<u8>,
}

/// The presenter of an approved meeting for whom the actor drafts; as if there were none otherwise.
fn drafted_for<'a>(
    actor: &Actor,
    stored: &'a Stored,
    presenter: PresenterId,
) -> Result<(&'a Presenter, UnitId), Rejection> {
    let found = stored.plan.presenter(presenter).filter(|_| stored.approved()).ok_or(Rejection::NotFound)?;
    let author = author_unit(actor, found.unit).map_err(|_| Rejection::NotFound)?;
    Ok((found, author))
}

impl Services {
    /// Drafts, changes or drops a sealed question.
    ///
    /// # Errors
    /// Not the supervising body; two are there already; stale; the text must not enter.
    pub async fn draft_question(&self, actor: &Actor, form: QuestionForm) -> Result<(), ApiError> {
        let actor = actor.clone();
        let body = form.body.clone();
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, form.meeting).await?;
                    let (presenter, author) = drafted_for(&actor, &stored, form.presenter)?;
                    let now = tx.now();
                    let before = own_questions(&mut *tx, &stored, presenter.id, author, now).await?;
                    let old = match form.question {
                        None => None,
                        Some(id) => Some(before.iter().find(|q| q.id == id).ok_or(Rejection::NotFound)?),
                    };
                    if old.is_some_and(|q| q.seen != form.seen) {
                        return Err(Rejection::Stale.into());
                    }
                    if !open(&stored) || old.is_some_and(|q| q.state != "sealed") {
                        return Err(Rejection::state("询问题已经启封或会议已经开始，不能再改，没有保存。").into());
                    }
                    let text = if form.drop { String::new() } else { guarded("text", "询问题", &form.text, text::LINE_MAX)? };
                    if !form.drop {
                        text::required("text", "询问题", &text, text::LINE_MAX)?;
                    }
                    if !form.drop && before.iter().any(|q| old.is_none_or(|o| o.id != q.id) && q.text == text) {
                        return Err(Rejection::field("text", "这道题已经有了，没有重复保存。").into());
                    }
                    let id = match old {
                        Some(old) if form.drop => {
                            tx.execute(q("DELETE FROM meeting_questions WHERE id = $1").bind(old.id)).await?;
                            old.id
                        }
                        Some(old) => {
                            tx.execute(
                                q("UPDATE meeting_questions SET text = $1 WHERE id = $2").bind(&text).bind(old.id),
                            )
                            .await?;
                            old.id
                        }
                        None if form.drop => return Err(Rejection::NotFound.into()),
                        None if before.len() >= EACH => {
                            return Err(Rejection::state(format!(
                                "每位述责对象 {EACH} 道题已经备齐，没有保存。可以修改或换掉其中一道。"
                            ))
                            .into());
                        }
                        None => {
                            let id = QuestionId(random::id(tx.now()));
                            tx.insert(
                                "INSERT INTO meeting_questions (id, meeting_id, presenter_id, district_id, text, author_unit, state, anonymous)",
                                vec![
                                    id.into(),
                                    stored.id.into(),
                                    presenter.id.into(),
                                    actor.district.into(),
                                    (&text).into(),
                                    author.into(),
                                    "sealed".into(),
                                    false.into(),
                                ],
                            )
                            .await?;
                            id
                        }
                    };
                    // The text is sealed: the log holds only that something was put there.
                    let object = format!("question:{id}");
                    let (who, words) = (Some(actor.account), presenter.title.clone());
                    tx.audit(actor.district, who, "reviews.question", &object, &words).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// A suggestion of a rater without a name. The row's id comes from the form's own key, so a
    /// second click adds nothing; no command, audit row or draft of the account is written, and the
    /// database keeps no order of arrival ([`nameless::rewrite`]).
    ///
    /// # Errors
    /// No rater of this meeting or this presenter's materials are not open yet; the text must not enter.
    pub async fn suggest_question(
        &self,
        actor: &Actor,
        (meeting, presenter): (MeetingId, PresenterId),
        command: CommandId,
        typed: &str,
    ) -> Result<(), ApiError> {
        let (actor, typed, today) = (actor.clone(), typed.to_owned(), self.today());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, meeting).await?;
                    let open = opening::is_open(&mut *tx, &stored, presenter, today).await?;
                    if !reads(&actor, &stored, open) {
                        return Err(Rejection::NotFound.into());
                    }
                    if !takes_suggestions(&stored) {
                        return Err(Rejection::state("会议已经结束，建议没有提交。").into());
                    }
                    let text = guarded("text", "询问建议", &typed, text::LINE_MAX)?;
                    let text = text::required("text", "询问建议", &text, text::LINE_MAX)?;
                    let mut all = nameless::all(tx, meeting).await?;
                    let new = Nameless {
                        id: nameless::id(command, &text),
                        presenter,
                        text,
                        state: "sealed".into(),
                        opened_at: None,
                    };
                    if all.iter().any(|s| s.id == new.id) {
                        return Ok(());
                    }
                    if all.iter().filter(|s| s.presenter == presenter).count() >= SUGGESTIONS_MAX {
                        return Err(
                            Rejection::state("给这位述责对象的建议已经很多，没有提交。请在会上当面询问。").into()
                        );
                    }
                    all.push(new);
                    nameless::rewrite(tx, (actor.district, meeting), all).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}
