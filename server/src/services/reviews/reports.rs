//! 述责报告 of a presenter and his check of the pack's facts: drafts kept, word guard, late
//! is said, locked after T−5 unless returned. Only he hands in, his 联络员 may draft; the office returns.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::{PackFacts, ReportPage, ReportQuery},
};
use domain::{
    Rejection,
    approval::Decision,
    board::Tone,
    ids::{CommandId, DistrictId, MeetingId, PresenterId},
    people::{
        Role,
        access::{self, Actor},
    },
    records::Look,
    text,
    time::{Day, Instant, weekday, zh},
};

pub(super) use super::report_words::{clean, facts_word, guarded, report_state};
use super::{
    super::{Services, parse, posts, rows::Rows, storage, told},
    dates::Dates,
    facts,
    opening::Opening,
    proxy::{Hand, hand, is_his, may_proxy, note_proxy, proxy_words},
    store::{self, Kept, Stored},
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Most characters of a 述责报告 (示范): twice what eight minutes can hold.
pub const REPORT_MAX: usize = 8_000;
/// Word of the step that returns a report.
const STEP_REPORT: &str = "述责报告";

/// A presenter's row; everything empty before he wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    pub text: String,
    pub handed_at: Option<Instant>,
    pub facts: Option<PackFacts>,
    pub checked_at: Option<Instant>,
    pub note: String,
    /// 0 where there is no row yet.
    pub version: i64,
}

impl Report {
    pub(super) fn of(row: &Row) -> Result<Self, StorageError> {
        let facts = row.text("facts")?;
        Ok(Self {
            text: row.text("text")?,
            handed_at: row.opt_int("handed_at")?.map(Instant),
            facts: serde_json::from_str(&facts).ok(),
            checked_at: row.opt_int("facts_checked_at")?.map(Instant),
            note: row.text("facts_note")?,
            version: row.int("version")?,
        })
    }
}

/// The row of one presenter.
pub(super) async fn load(
    rows: &mut impl Rows,
    meeting: MeetingId,
    presenter: PresenterId,
) -> Result<Report, StorageError> {
    let row = rows
        .first(
            q("SELECT * FROM meeting_reports WHERE meeting_id = $1 AND presenter_id = $2")
                .bind(meeting)
                .bind(presenter),
        )
        .await?;
    row.as_ref().map_or_else(|| Ok(Report::default()), Report::of)
}

fn subject(meeting: MeetingId, presenter: PresenterId) -> String {
    format!("report:{meeting}:{presenter}")
}

/// Why the report was returned, while nothing was handed in since.
async fn returned(
    rows: &mut impl Rows,
    meeting: MeetingId,
    presenter: PresenterId,
    report: &Report,
) -> Result<String, StorageError> {
    if report.handed_at.is_some() {
        return Ok(String::new());
    }
    let row = rows
        .first(
            q("SELECT reason FROM approvals WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT 1")
                .bind(subject(meeting, presenter)),
        )
        .await?;
    row.map_or_else(|| Ok(String::new()), |row| row.text("reason"))
}

/// Until the meeting has begun; a report handed in is locked once T−5 is over.
fn open(stored: &Stored, report: &Report, dates: &Dates, today: Day) -> bool {
    stored.preparing() && (report.handed_at.is_none() || today <= dates.reports)
}

/// Facts are checked until the raters could first read them.
pub(super) fn facts_open(stored: &Stored, report: &Report, opening: &Opening, today: Day) -> bool {
    stored.preparing() && !opening.is_open(report, today)
}

pub(super) async fn page(services: &Services, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError> {
    let mut read = services.store.read().clone();
    let meeting = parse(&query.id)?;
    let stored = store::load(&mut read, actor.district, meeting).await.map_err(told)?;
    let (presenter, hand) = hand(actor, &stored, parse(&query.presenter)?)?;
    let own = hand == Hand::Own;
    let today = services.today();
    let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
    let dates = Dates::of(&calendar, stored.plan.on);
    let mut report = load(&mut read, meeting, presenter.id).await.map_err(storage)?;
    let proxy = proxy_words(&mut read, meeting, presenter.id).await.map_err(storage)?;
    let closed = !own && is_his(&report, &proxy);
    if closed {
        report.text.clear();
    }
    let returned = returned(&mut read, meeting, presenter.id, &report).await.map_err(storage)?;
    let opening = Opening::of(&mut read, &stored).await.map_err(storage)?;
    let facts = match &report.facts {
        // 代录 is of the report; what the facts say is between the leader and the house.
        _ if !own => PackFacts::default(),
        Some(kept) if report.checked_at.is_some() || opening.is_open(&report, today) => kept.clone(),
        _ => facts::gather(&mut read, actor.district, presenter, stored.plan.year, today).await.map_err(storage)?,
    };
    let (tone, state) = report_state(&report, &dates, today);
    let (facts_tone, facts_state) = if stored.preparing() || report.checked_at.is_some() {
        facts_word(&report, &dates, today)
    } else {
        // Nobody is late any more with what is over.
        (Tone::None, "没有核对".to_owned())
    };
    Ok(ReportPage {
        command: CommandId(random::id(services.clock.now())),
        meeting,
        presenter: presenter.id,
        title: stored.plan.title.clone(),
        place: format!("{} {}　{}", zh(stored.plan.on), weekday(stored.plan.on), stored.plan.place),
        own,
        name: presenter.name.clone(),
        proxy,
        post: presenter.title.clone(),
        version: report.version,
        most: REPORT_MAX,
        tone,
        state,
        open: open(&stored, &report, &dates, today) && (own || (report.handed_at.is_none() && !closed)),
        handed: report.handed_at.is_some(),
        late: today > dates.reports,
        returned,
        shown: facts::mark(&facts),
        facts,
        facts_tone,
        facts_state,
        facts_open: own && facts_open(&stored, &report, &opening, today),
        note: if own { report.note } else { String::new() },
        text: report.text,
        draft: services.load(actor, "reviews.report", query.draft.as_deref()).await?,
    })
}

/// A form of the presenter's about his own report.
#[derive(Debug, Clone)]
pub struct OwnReport {
    /// Meeting.
    pub meeting: MeetingId,
    /// Presenter.
    pub presenter: PresenterId,
    /// Version that the page showed; 0 before the first.
    pub seen: i64,
    /// Idempotency key.
    pub command: CommandId,
    /// Content of the form.
    pub body: Vec<u8>,
}

/// What it does.
#[derive(Debug, Clone)]
pub enum ReportStep {
    /// Keeps an unfinished text.
    Keep {
        /// Text.
        text: String,
        /// What was answered about mobile numbers.
        look: Look,
    },
    /// Hands the report in.
    Hand {
        /// Text.
        text: String,
        /// What was answered about mobile numbers.
        look: Look,
        /// He was told that a late report is locked at once.
        late: bool,
    },
    /// The facts are right, as far as `note` says nothing else.
    Facts {
        /// Mark of the facts that the page showed.
        shown: String,
        /// What he notes on them.
        note: String,
    },
}

impl Services {
    /// One step of the presenter himself, or the draft of his 联络员.
    ///
    /// # Errors
    /// Not his; stale; locked; a text is too long or must not enter.
    pub async fn own_report(&self, actor: &Actor, form: OwnReport, step: ReportStep) -> Result<(), ApiError> {
        let (actor, today) = (actor.clone(), self.today());
        let body = form.body.clone();
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, form.meeting).await?;
                    let (presenter, hand) = hand(&actor, &stored, form.presenter)?;
                    if hand == Hand::Proxy && !matches!(step, ReportStep::Keep { .. }) {
                        return Err(Rejection::state(
                            "述责报告由述责对象本人提交，没有提交。请先存草稿，再请本人核对后提交。",
                        )
                        .into());
                    }
                    let mut report = load(&mut *tx, form.meeting, form.presenter).await?;
                    if report.version != form.seen {
                        return Err(Rejection::Stale.into());
                    }
                    let calendar = posts::calendar(&mut *tx, actor.district).await?;
                    let dates = Dates::of(&calendar, stored.plan.on);
                    let action = match step {
                        ReportStep::Keep { text: typed, look } => {
                            if report.handed_at.is_some() {
                                return Err(Rejection::state("报告已经提交，不能再存为草稿。修改后请重新提交。").into());
                            }
                            unlocked(&stored, &report, &dates, today)?;
                            if hand == Hand::Proxy {
                                may_proxy(tx, form.meeting, form.presenter, &report).await?;
                            }
                            report.text = clean(&typed, &report.text, look)?;
                            if hand == Hand::Proxy {
                                note_proxy(tx, &actor, form.meeting, form.presenter).await?;
                            }
                            (hand == Hand::Proxy).then_some("reviews.report_drafted")
                        }
                        ReportStep::Hand { text: typed, look, late } => {
                            unlocked(&stored, &report, &dates, today)?;
                            let text = text::required("text", "述责报告", &typed, REPORT_MAX)?;
                            report.text = clean(&text, &report.text, look)?;
                            if today > dates.reports && !late {
                                return Err(Rejection::state(
                                    "提交期限已过，报告没有提交，文字已保留。现在提交会立即锁定，请看清提示后再确认提交。",
                                )
                                .into());
                            }
                            report.handed_at = Some(tx.now());
                            Some("reviews.report_handed")
                        }
                        ReportStep::Facts { shown, note } => {
                            let opening = Opening::of(&mut *tx, &stored).await?;
                            if !facts_open(&stored, &report, &opening, today) {
                                return Err(Rejection::state(
                                    "材料已经开放给评议人员，内容不再变动，没有保存。如有不同意见，请与党风政风监督室联系。",
                                )
                                .into());
                            }
                            let year = stored.plan.year;
                            let now_facts = facts::gather(&mut *tx, actor.district, presenter, year, today).await?;
                            // Facts that were checked before stand as they were; a new check takes those of today.
                            let kept = report.facts.clone().filter(|_| report.checked_at.is_some());
                            let seen = [Some(now_facts), kept].into_iter().flatten().find(|f| facts::mark(f) == shown);
                            let Some(seen) = seen else {
                                return Err(Rejection::state(
                                    "材料里的事实刚刚有变动，核对没有保存。请看过最新内容后再确认，您写的说明已保留。",
                                )
                                .into());
                            };
                            report.note = guarded("note", "说明", &note, text::LINE_MAX)?;
                            report.facts = Some(seen);
                            report.checked_at = Some(tx.now());
                            Some("reviews.facts_checked")
                        }
                    };
                    save(tx, actor.district, form.meeting, form.presenter, &report).await?;
                    if let Some(action) = action {
                        let object = format!("presenter:{}", form.presenter);
                        // Every version of the report stays in the log; a note may have to go offline, so it does not.
                        let words = if action == "reviews.report_handed" { report.text.as_str() } else { "" };
                        tx.audit(actor.district, Some(actor.account), action, &object, words).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// The office returns a report; the presenter may change it again, also after T−5.
    ///
    /// # Errors
    /// Not the office; stale; nothing was handed in; no reason.
    pub async fn return_report(&self, actor: &Actor, form: OwnReport, reason: &str) -> Result<(), ApiError> {
        let _proof = access::plan_meeting(actor)?;
        let (actor, reason) = (actor.clone(), reason.to_owned());
        let body = form.body.clone();
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, form.meeting).await?;
                    stored.plan.presenter(form.presenter).ok_or(Rejection::NotFound)?;
                    let mut report = load(&mut *tx, form.meeting, form.presenter).await?;
                    if report.version != form.seen {
                        return Err(Rejection::Stale.into());
                    }
                    if report.handed_at.is_none() || !stored.preparing() {
                        return Err(Rejection::state("这份报告没有提交，或会议已经开始，不能退回。").into());
                    }
                    let reason = guarded("reason", "退回的理由", &reason, text::LINE_MAX)?;
                    let reason = text::required("reason", "退回的理由", &reason, text::LINE_MAX)?;
                    report.handed_at = None;
                    save(tx, actor.district, form.meeting, form.presenter, &report).await?;
                    let about = subject(form.meeting, form.presenter);
                    let kept = Kept {
                        subject: &about,
                        step: STEP_REPORT,
                        role: Role::ConductOffice,
                        decision: Decision::Returned,
                        reason: &reason,
                        paper: None,
                    };
                    store::keep(tx, &actor, kept).await?;
                    let object = format!("presenter:{}", form.presenter);
                    let (who, action) = (Some(actor.account), "reviews.report_returned");
                    tx.audit(actor.district, who, action, &object, &reason).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

fn unlocked(stored: &Stored, report: &Report, dates: &Dates, today: Day) -> Result<(), Rejection> {
    if open(stored, report, dates, today) {
        return Ok(());
    }
    Err(Rejection::state(
        "提交的期限已过，报告已经锁定，没有保存。确需修改的，请党风政风监督室退回后再改，您填写的文字已保留。",
    ))
}

/// Writes the row of one presenter.
pub(crate) async fn save(
    tx: &mut Tx,
    district: DistrictId,
    meeting: MeetingId,
    presenter: PresenterId,
    report: &Report,
) -> Result<(), Failure> {
    let facts = report.facts.as_ref().map(serde_json::to_string).transpose();
    let facts = facts.map_err(|_| StorageError::shape("facts"))?.unwrap_or_default();
    tx.execute(
        q("INSERT INTO meeting_reports
             (meeting_id, presenter_id, district_id, text, handed_at, facts, facts_checked_at, facts_note, version)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
           ON CONFLICT (meeting_id, presenter_id) DO UPDATE SET text = excluded.text, handed_at = excluded.handed_at,
             facts = excluded.facts, facts_checked_at = excluded.facts_checked_at, facts_note = excluded.facts_note,
             version = meeting_reports.version + 1")
        .bind(meeting)
        .bind(presenter)
        .bind(district)
        .bind(&report.text)
        .bind(report.handed_at)
        .bind(facts)
        .bind(report.checked_at)
        .bind(&report.note),
    )
    .await?;
    Ok(())
}
