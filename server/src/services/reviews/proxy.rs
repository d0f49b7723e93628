//! 代录 of a 述责报告: the 联络员 of the unit drafts, pastes or uploads it; the leader reads it, corrects it and
//! hands it in himself. Who drafted is kept and shown wherever the report is read.

use app::api::ApiError;
use domain::{
    Rejection,
    approval::Decision,
    ids::{MeetingId, PostId, PresenterId},
    people::{
        Role,
        access::{self, Actor},
    },
    reviews::Presenter,
    time::{Instant, zh_short},
};

use super::{
    super::{Services, rows::Rows, told},
    reports::{self, Report},
    store::{self, Kept, Stored},
};
use crate::{
    import,
    storage::{Failure, StorageError, Tx, q},
};

/// Step under which a draft by another hand is kept.
const PROXY: &str = "代录述责报告";

/// As whom somebody works on a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// The presenter himself.
    Own,
    /// The 联络员 of his unit.
    Proxy,
}

/// The presenter of an approved meeting, and as whom the actor works on his report.
pub(super) fn hand<'a>(
    actor: &Actor,
    stored: &'a Stored,
    presenter: PresenterId,
) -> Result<(&'a Presenter, Hand), Rejection> {
    let found = stored.plan.presenter(presenter).filter(|_| stored.approved()).ok_or(Rejection::NotFound)?;
    if access::report_own(actor, found.post, found.person).is_ok() {
        return Ok((found, Hand::Own));
    }
    let _proof = access::report_draft(actor, found.unit).map_err(|_| Rejection::NotFound)?;
    Ok((found, Hand::Proxy))
}

fn subject(meeting: MeetingId, presenter: PresenterId) -> String {
    format!("report-draft:{meeting}:{presenter}")
}

/// Keeps that the actor drafted; once for each of them.
pub(super) async fn note_proxy(
    tx: &mut Tx,
    actor: &Actor,
    meeting: MeetingId,
    presenter: PresenterId,
) -> Result<(), Failure> {
    let subject = subject(meeting, presenter);
    let before = tx
        .row(
            q("SELECT id FROM approvals WHERE subject = $1 AND step = $2 AND account_id = $3")
                .bind(&subject)
                .bind(PROXY)
                .bind(actor.account),
        )
        .await?;
    if before.is_some() {
        return Ok(());
    }
    let kept = Kept {
        subject: &subject,
        step: PROXY,
        role: Role::Liaison,
        decision: Decision::Commented,
        reason: "",
        paper: None,
    };
    store::keep(tx, actor, kept).await?;
    Ok(())
}

/// 「联络员吴某 11月20日代录」; empty where the leader wrote himself.
pub(super) async fn proxy_words(
    rows: &mut impl Rows,
    meeting: MeetingId,
    presenter: PresenterId,
) -> Result<String, StorageError> {
    let found = rows
        .all(
            q("SELECT person_name, at FROM approvals WHERE subject = $1 AND step = $2 ORDER BY at, id")
                .bind(subject(meeting, presenter))
                .bind(PROXY),
        )
        .await?;
    let mut words = Vec::new();
    for row in &found {
        let on = Instant(row.int("at")?).day();
        words.push(format!("联络员{} {}代录", row.text("person_name")?, zh_short(on)));
    }
    Ok(words.join("、"))
}

/// The leader began himself: his own text is not for other eyes before he hands it in.
pub(super) fn is_his(report: &Report, proxy: &str) -> bool {
    proxy.is_empty() && !report.text.is_empty()
}

/// May the 联络员 still draft?
pub(super) async fn may_proxy(
    tx: &mut Tx,
    meeting: MeetingId,
    presenter: PresenterId,
    report: &Report,
) -> Result<(), Failure> {
    let proxy = proxy_words(tx, meeting, presenter).await?;
    if is_his(report, &proxy) {
        return Err(Rejection::state("本人已经在写述责报告，不能再代录，没有保存。请与本人联系。").into());
    }
    Ok(())
}

impl Services {
    /// The text of a .docx for the report's form. Nothing is saved by it.
    ///
    /// # Errors
    /// Not his report, nor that of his unit's leader; the report is locked; the file is none we read.
    pub async fn read_report_file(
        &self,
        actor: &Actor,
        (meeting, presenter): (MeetingId, PresenterId),
        name: String,
        bytes: Vec<u8>,
    ) -> Result<String, ApiError> {
        let mut read = self.store.read().clone();
        let stored = store::load(&mut read, actor.district, meeting).await.map_err(told)?;
        hand(actor, &stored, presenter)?;
        let text = tokio::task::spawn_blocking(move || import::prose(&name, &bytes))
            .await
            .map_err(|_| ApiError::Unavailable)?
            .map_err(|words| Rejection::field("file", words))?;
        let long = text.chars().count();
        if long > reports::REPORT_MAX {
            return Err(Rejection::field(
                "file",
                format!("文档有 {long} 字，超过 {} 字，没有读入。请精简后再上传。", reports::REPORT_MAX),
            )
            .into());
        }
        Ok(text)
    }
}

/// Approved meetings that have not begun and where the actor works on the report of `post`: meeting, presenter, title.
pub(in crate::services) async fn reporting_places(
    rows: &mut impl Rows,
    actor: &Actor,
    post: PostId,
) -> Result<Vec<(MeetingId, PresenterId, String)>, StorageError> {
    let mut places = Vec::new();
    for stored in store::all(rows, actor.district).await?.iter().filter(|s| s.preparing()) {
        for presenter in stored.plan.presenters.iter().filter(|p| p.post == post) {
            if hand(actor, stored, presenter.id).is_ok() {
                places.push((stored.id, presenter.id, stored.plan.title.clone()));
            }
        }
    }
    Ok(places)
}
