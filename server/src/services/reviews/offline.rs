//! 「转线下」 of a meeting's texts (practice 3.4): a question, a suggestion, a remark or a note on the facts that
//! holds a clue leaves every page at once and waits for two officers. The act itself, its pages and its log
//! are `records::offline`'s; here is who may ask, and where such words stand.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{DistrictId, MeetingId, PersonId, PostId, PresenterId, QuestionId},
    people::access::{self, Actor},
    reviews::Presenter,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::{
        Services,
        records::offline::{
            Act, Common, Kind, Matter, Readers, Report, Subject, Words, asked_before, cut_drafts, cut_for_good,
            cut_reports, open, put, put_back, to_choose, two_named,
        },
        rows::Rows,
        storage, told,
    },
    store::{self, Stored, parts_of},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// What goes offline.
#[derive(Debug, Clone)]
pub enum Clue {
    /// A question or a suggestion.
    Question(QuestionId),
    /// A remark noted in the meeting.
    Remark(String),
    /// The note that a presenter left on the facts.
    Note(PresenterId),
}

/// A clue and the two officers named for it.
#[derive(Debug, Clone)]
pub struct Handling {
    /// Meeting.
    pub meeting: MeetingId,
    /// What.
    pub clue: Clue,
    /// The two officers.
    pub officers: (PersonId, PersonId),
}

/// A text of a meeting as the two-officer act knows it.
pub struct Text {
    stored: Stored,
    clue: Clue,
    /// A suggestion without a name.
    nameless: bool,
    /// Whom it is about.
    pub presenter: Presenter,
}

/// The words while they wait.
#[derive(Debug, Serialize, Deserialize)]
pub struct HeldText {
    text: String,
    /// State of the question before; empty of the others.
    state: String,
    reports: Vec<Report>,
}

impl HeldText {
    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Text {
    async fn load(rows: &mut impl Rows, district: DistrictId, meeting: MeetingId, clue: Clue) -> Result<Self, Failure> {
        let stored = store::load(&mut *rows, district, meeting).await?;
        let (presenter, nameless): (PresenterId, bool) = match &clue {
            Clue::Question(id) => {
                // Only what the office can see: suggestions, and questions that were opened.
                let find = q("SELECT presenter_id, anonymous FROM meeting_questions
                     WHERE id = $1 AND meeting_id = $2 AND (anonymous = 1 OR state <> 'sealed')")
                .bind(*id)
                .bind(meeting);
                let row = rows.first(find).await?.ok_or(Rejection::NotFound)?;
                (row.id("presenter_id")?, row.flag("anonymous")?)
            }
            Clue::Remark(id) => {
                let find = q("SELECT presenter_id FROM meeting_remarks WHERE id = $1 AND meeting_id = $2")
                    .bind(id)
                    .bind(meeting);
                (rows.first(find).await?.ok_or(Rejection::NotFound)?.id("presenter_id")?, false)
            }
            Clue::Note(presenter) => (*presenter, false),
        };
        let presenter = stored.plan.presenter(presenter).cloned().ok_or(Rejection::NotFound)?;
        Ok(Self { stored, clue, nameless, presenter })
    }

    /// The text that a request is about.
    ///
    /// # Errors
    /// It is not there.
    pub async fn of(rows: &mut impl Rows, district: DistrictId, subject: &Subject) -> Result<Self, Failure> {
        let gone = |_| Rejection::NotFound;
        let clue = match subject.kind {
            Kind::Question => Clue::Question(subject.id.parse().map_err(gone)?),
            Kind::Remark => Clue::Remark(subject.id.clone()),
            Kind::Note => Clue::Note(subject.id.parse().map_err(gone)?),
            Kind::Record => return Err(Rejection::NotFound.into()),
        };
        Self::load(rows, district, subject.meeting.ok_or(Rejection::NotFound)?, clue).await
    }

    fn subject(&self) -> Subject {
        let (kind, id) = match &self.clue {
            Clue::Question(id) => (Kind::Question, id.to_string()),
            Clue::Remark(id) => (Kind::Remark, id.clone()),
            Clue::Note(id) => (Kind::Note, id.to_string()),
        };
        Subject { kind, id, meeting: Some(self.stored.id) }
    }

    /// May the actor take it offline? The office, never about the own unit; a remark also those who run the hall.
    pub fn handles(&self, actor: &Actor) -> bool {
        let office = access::handle_questions(actor, self.presenter.unit).is_ok();
        office || (matches!(self.clue, Clue::Remark(_)) && access::run_hall(&parts_of(actor, &self.stored)).is_ok())
    }

    /// Title of the meeting.
    pub fn title(&self) -> &str {
        &self.stored.plan.title
    }

    /// What it was.
    pub fn what(&self) -> &'static str {
        match self.clue {
            Clue::Question(_) if self.nameless => "询问建议",
            Clue::Question(_) => "询问题",
            Clue::Remark(_) => "会议记录",
            Clue::Note(_) => "事实核对说明",
        }
    }

    /// What it was and about whom.
    pub fn about(&self) -> String {
        format!("{}，涉及{}　{}", self.what(), self.presenter.title, self.presenter.name)
    }

    /// The page where the actor reads it: the office the materials, who runs the hall the console.
    pub fn page(&self, actor: &Actor) -> String {
        if matches!(self.clue, Clue::Remark(_)) || access::handle_questions(actor, self.presenter.unit).is_err() {
            return format!("/hall/{}", self.stored.id);
        }
        format!("/reviews/{}?tab=reports", self.stored.id)
    }

    /// Its name in the log.
    pub fn object(&self) -> String {
        match &self.clue {
            Clue::Question(id) => format!("question:{id}"),
            Clue::Remark(id) => format!("remark:{id}"),
            Clue::Note(id) => format!("presenter:{id}"),
        }
    }

    async fn words(&self, rows: &mut impl Rows) -> Result<(String, String), StorageError> {
        let find = match &self.clue {
            Clue::Question(id) => q("SELECT text, state FROM meeting_questions WHERE id = $1").bind(*id),
            Clue::Remark(id) => q("SELECT text, '' AS state FROM meeting_remarks WHERE id = $1").bind(id),
            Clue::Note(id) => q("SELECT facts_note AS text, '' AS state FROM meeting_reports
                 WHERE meeting_id = $1 AND presenter_id = $2")
            .bind(self.stored.id)
            .bind(*id),
        };
        let Some(row) = rows.first(find).await? else { return Ok((String::new(), String::new())) };
        Ok((row.text("text")?, row.text("state")?))
    }

    async fn set(&self, tx: &mut Tx, text: &str, state: &str) -> Result<(), StorageError> {
        let change = match &self.clue {
            Clue::Question(id) => {
                q("UPDATE meeting_questions SET text = $1, state = $2 WHERE id = $3").bind(text).bind(state).bind(*id)
            }
            Clue::Remark(id) => q("UPDATE meeting_remarks SET text = $1 WHERE id = $2").bind(text).bind(id),
            Clue::Note(id) => q("UPDATE meeting_reports SET facts_note = $1, version = version + 1
                 WHERE meeting_id = $2 AND presenter_id = $3")
            .bind(text)
            .bind(self.stored.id)
            .bind(*id),
        };
        tx.execute(change).await?;
        Ok(())
    }

    /// Takes the words off every page, and quoted lines out of the presenter's reports.
    async fn take(&self, tx: &mut Tx, common: &Common) -> Result<HeldText, Failure> {
        let (text, state) = self.words(tx).await?;
        if text.is_empty() {
            return Err(Rejection::state("内容已经转线下，系统里没有了。请刷新页面查看。").into());
        }
        self.set(tx, "", "offline").await?;
        let words = common.own(tx, self.stored.district, Words::of(&text)).await?;
        let reports = cut_reports(tx, self.presenter.post, &words).await?;
        Ok(HeldText { text, state, reports })
    }

    /// Puts the words back.
    ///
    /// # Errors
    /// The presenter wrote another note meanwhile.
    pub async fn give_back(&self, tx: &mut Tx, held: HeldText) -> Result<(), Failure> {
        if !self.words(tx).await?.0.is_empty() {
            return Err(Rejection::state("述责对象已经重新写了说明，不能撤回。请等两名干部办理完。").into());
        }
        self.set(tx, &held.text, &held.state).await?;
        put_back(tx, self.presenter.post, held.reports).await?;
        Ok(())
    }

    /// Erases them wherever they were quoted, and what could be tried out against them; whose drafts were cut.
    pub async fn erase(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        held: HeldText,
        readers: &Readers,
        common: &Common,
    ) -> Result<Vec<String>, Failure> {
        let words = common.own(tx, self.stored.district, Words::of(&held.text)).await?;
        let drafts = cut_drafts(tx, actor, readers, &words).await?;
        cut_for_good(tx, self.stored.district, self.presenter.post, &words).await?;
        cut_feedback(tx, self.stored.id, &words).await?;
        self.forget_digests(tx).await?;
        tx.leave_no_trace();
        tx.leave_no_trace_of_record();
        Ok(drafts)
    }

    /// A stored answer holds a digest of the form that it answered, and a short text can be found from it.
    /// The answer stays, so that the same form sent again does nothing.
    async fn forget_digests(&self, tx: &mut Tx) -> Result<(), StorageError> {
        let forget = match &self.clue {
            // No answer is kept of a suggestion without a name.
            Clue::Question(_) if self.nameless => return Ok(()),
            Clue::Question(id) => q("UPDATE commands SET body_hash = '' WHERE answer = 'null' AND account_id IN (
                   SELECT a.id FROM accounts a JOIN role_grants g ON g.person_id = a.person_id
                   JOIN meeting_questions n ON n.author_unit = g.unit_id WHERE n.id = $1)")
            .bind(*id),
            Clue::Remark(id) => q("UPDATE commands SET body_hash = '' WHERE answer = $1").bind(format!("\"{id}\"")),
            Clue::Note(_) => q("UPDATE commands SET body_hash = '' WHERE answer = 'null' AND account_id IN (
                   SELECT id FROM accounts WHERE person_id = $1)")
            .bind(self.presenter.person),
        };
        tx.execute(forget).await?;
        Ok(())
    }
}

/// Quoted lines of feedback sheets of the meeting that nobody signed yet.
async fn cut_feedback(tx: &mut Tx, meeting: MeetingId, words: &Words) -> Result<(), StorageError> {
    let find = q("SELECT id, text FROM feedback_sheets WHERE meeting_id = $1 AND state IN ('draft', 'asked')");
    let rows = tx.rows(find.bind(meeting)).await?;
    for row in &rows {
        let mut sheet: Value = row.json("text")?;
        if !words.cut_strings(&mut sheet) {
            continue;
        }
        let text = serde_json::to_string(&sheet).map_err(|_| StorageError::shape("text"))?;
        tx.execute(
            q("UPDATE feedback_sheets SET text = $1, version = version + 1 WHERE id = $2")
                .bind(text)
                .bind(row.text("id")?),
        )
        .await?;
    }
    Ok(())
}

/// Texts handed in that are read at once.
const HANDED: i64 = 50;

/// A text handed in for a presenter.
pub struct Handed {
    /// Meeting.
    pub meeting: MeetingId,
    /// Presenter.
    pub presenter: PresenterId,
    /// Post reported on.
    pub post: PostId,
    /// His name.
    pub name: String,
    /// Title of the meeting.
    pub title: String,
    /// The text.
    pub text: String,
}

/// Where a page of handed in texts ends.
pub type HandedUpTo = (MeetingId, PresenterId);

/// Texts handed in to meetings of the district behind `after`, [`HANDED`] rows at most, and where more follow; with
/// `post` of meetings in which it is reported on alone.
pub async fn handed(
    rows: &mut impl Rows,
    district: DistrictId,
    post: Option<PostId>,
    after: Option<HandedUpTo>,
) -> Result<(Vec<Handed>, Option<HandedUpTo>), StorageError> {
    let mut find =
        q("SELECT meeting_id, presenter_id, text FROM meeting_reports WHERE district_id = $1 AND text <> ''")
            .bind(district);
    if let Some(post) = post {
        let plans =
            "AND meeting_id IN (SELECT id FROM meetings WHERE district_id = $1 AND replace(plan, ?, '') <> plan)";
        find = find.push_bind(plans, post);
    }
    if let Some((meeting, presenter)) = after {
        find = find.push_bind("AND (meeting_id, presenter_id) > (?", meeting).push_bind(", ?)", presenter);
    }
    let found = rows.all(find.push_bind("ORDER BY meeting_id, presenter_id LIMIT ?", HANDED)).await?;
    let mut out = Vec::new();
    let mut last: Option<Stored> = None;
    let mut upto = None;
    for row in &found {
        let (meeting, presenter): HandedUpTo = (row.id("meeting_id")?, row.id("presenter_id")?);
        upto = Some((meeting, presenter));
        if last.as_ref().is_none_or(|stored| stored.id != meeting) {
            last = match store::load(rows, district, meeting).await {
                Ok(stored) => Some(stored),
                Err(Failure::Storage(e)) => return Err(e),
                Err(Failure::Rejected(_)) => continue,
            };
        }
        let Some(stored) = &last else { continue };
        let Some(of) = stored.plan.presenter(presenter) else { continue };
        let (post, name, title) = (of.post, of.name.clone(), stored.plan.title.clone());
        out.push(Handed { meeting, presenter, post, name, title, text: row.text("text")? });
    }
    let more = i64::try_from(found.len()).is_ok_and(|n| n == HANDED);
    Ok((out, upto.filter(|_| more)))
}

impl Services {
    /// Asks for it: the words leave every page and wait for the two officers. Where they handle it. The same
    /// again is the same.
    ///
    /// # Errors
    /// Neither the office nor those who run the hall; two different officers of the commission are needed,
    /// neither himself nor the presenter; it is gone already.
    pub async fn ask_text_offline(&self, actor: &Actor, of: Handling) -> Result<String, ApiError> {
        let mut read = self.store.read().clone();
        let job = async {
            let text = Text::load(&mut read, actor.district, of.meeting, of.clue.clone()).await?;
            let words = Words::of(&text.words(&mut read).await?.0);
            Ok::<_, Failure>(Common::of(self.store.read(), actor.district, None, &words).await?)
        };
        let common = job.await.map_err(told)?;
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        self.store.write(move |tx| Box::pin(async move { ask(tx, &actor, of, &common).await })).await.map_err(told)
    }

    /// Whom the actor may name for what is about a presenter; nobody where he may take nothing of it offline.
    ///
    /// # Errors
    /// No such meeting; storage failed.
    pub async fn offline_officers(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        presenter: PresenterId,
    ) -> Result<Vec<(String, String)>, ApiError> {
        let mut read = self.store.read().clone();
        let stored = store::load(&mut read, actor.district, meeting).await.map_err(told)?;
        let found = stored.plan.presenter(presenter).ok_or(Rejection::NotFound)?;
        to_choose(&mut read, actor, found.person, self.today()).await.map_err(storage)
    }
}

async fn ask(tx: &mut Tx, actor: &Actor, of: Handling, common: &Common) -> Result<String, Failure> {
    let text = Text::load(tx, actor.district, of.meeting, of.clue).await?;
    if !text.handles(actor) {
        return Err(Rejection::NotFound.into());
    }
    let two = two_named(tx, actor, text.presenter.person, of.officers).await?;
    let about = text.subject();
    if open(tx, actor.district, &about.id).await?.is_some() {
        asked_before(tx, actor, &about, "这段内容已经转线下，还没有办完。请刷新页面查看。").await?;
        return Ok(about.id);
    }
    let held = text.take(tx, common).await?;
    put(tx, actor, &about, &held, &two).await?;
    let names = two.map(|(_, name)| name).join("、");
    Matter::Text(Box::new(text)).note(tx, actor, Act::Asked, &names).await?;
    Ok(about.id)
}
