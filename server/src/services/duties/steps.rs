//! H1 up to 审定: comment, return, submit, approve; the journal every step writes
//! (approval, audit, thread). Each function takes the access proof, checks the
//! version seen and refuses by the rule of `domain::duties::LeaderList`.

use domain::{
    Rejection,
    approval::Decision,
    board::{Duty, ThreadEvent, Visibility},
    duties::{DutyItem, ListState},
    ids::LeaderListId,
    people::access::{ApproveList, CommentList, EditLists, SignList},
    text, time,
};

use super::super::{posts, rows::Rows};
use super::store::{self, By, ItemsOf, ListRow};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Word of the step that a unit answers.
pub const STEP_SENT: &str = "送单位征求意见";
/// Word of a unit's answer.
pub const STEP_COMMENT: &str = "单位意见";
/// Word of the submission.
pub const STEP_SUBMIT: &str = "提交审定";
/// Word of the approval.
pub const STEP_APPROVE: &str = "审定";
/// Word of the issue.
pub const STEP_ISSUE: &str = "下达";

/// Who keeps a list while it is drafted: the office, or for a list handed down the head of the parent unit.
#[derive(Debug, Clone, Copy)]
pub enum Keeper {
    /// 党风政风监督室.
    Office(EditLists),
    /// Head of the unit that hands the list down.
    Parent(SignList),
}

/// Loads a list and checks the version the actor saw.
pub async fn open(tx: &mut Tx, by: &By, id: LeaderListId, seen: i64) -> Result<ListRow, Failure> {
    let row = store::load_list(&mut *tx, by.district, id).await?;
    if row.list.version != seen {
        return Err(Rejection::Stale.into());
    }
    Ok(row)
}

/// Keeps one decision about a list.
pub async fn decide(
    tx: &mut Tx,
    by: &By,
    list: LeaderListId,
    step: &str,
    decision: Decision,
    reason: &str,
) -> Result<(), StorageError> {
    let key = match decision {
        Decision::Agreed => "agreed",
        Decision::Returned => "returned",
        Decision::Commented => "commented",
    };
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason, at)",
        vec![
            random::id(by.at).to_string().into(),
            by.district.into(),
            list.to_string().into(),
            step.into(),
            by.role.key().into(),
            by.account.map(|a| a.to_string()).unwrap_or_default().into(),
            (&by.name).into(),
            key.into(),
            reason.into(),
            by.at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// One line in the thread of the post.
pub async fn told(
    tx: &mut Tx,
    by: &By,
    row: &ListRow,
    source: &str,
    title: String,
    visibility: Visibility,
) -> Result<(), StorageError> {
    let event = ThreadEvent {
        post: row.list.post,
        year: row.list.year,
        duty: None,
        stage: Duty::Ming,
        at: by.at,
        source: source.to_owned(),
        title,
        link: Some(format!("/duties/lists/{}", row.list.id)),
        visibility,
    };
    tx.thread(by.district, &event).await
}

async fn audit(tx: &mut Tx, by: &By, row: &ListRow, action: &'static str, details: &str) -> Result<(), StorageError> {
    let details = format!("{} {}年第{}版 {details}", row.unit_name, row.list.year, row.list.edition);
    tx.audit(by.district, by.account, action, &format!("leader_list:{}", row.list.id), &details).await
}

/// 送单位征求意见; the unit has five working days.
pub async fn send_for_comment(tx: &mut Tx, by: &By, _: Keeper, id: LeaderListId, seen: i64) -> Result<(), Failure> {
    let mut row = open(tx, by, id, seen).await?;
    let items = store::load_items(&mut *tx, ItemsOf::Leader(id)).await?.len();
    let calendar = store::calendar(&mut *tx, by.district).await?;
    row.list = row.list.send_for_comment(by.day(), items)?;
    row.comment_until = row.list.comment_until(posts::rules(&mut *tx, by.district).await?.list, &calendar);
    store::save_list(tx, &row, seen, by.at).await?;
    decide(tx, by, id, STEP_SENT, Decision::Agreed, "").await?;
    audit(tx, by, &row, "duties.sent_for_comment", "").await?;
    told(tx, by, &row, "duties.commenting", format!("{}年第一责任人履责清单征求意见", row.list.year), Visibility::All)
        .await?;
    Ok(())
}

/// A unit's comment; an empty text means 「无意见」. The list keeps its version: two comments do not collide.
pub async fn comment(tx: &mut Tx, by: &By, _: CommentList, id: LeaderListId, words: &str) -> Result<(), Failure> {
    let row = store::load_list(&mut *tx, by.district, id).await?;
    if row.list.state != ListState::Commenting {
        return Err(Rejection::state(format!(
            "这份清单现在是“{}”，不在征求意见，意见没有保存。如有意见请与党风政风监督室联系。",
            row.list.state.label()
        ))
        .into());
    }
    let words = text::optional("comment", "意见", words, text::LINE_MAX)?;
    let words = if words.is_empty() { "无意见".to_owned() } else { words };
    decide(tx, by, id, STEP_COMMENT, Decision::Commented, &words).await?;
    audit(tx, by, &row, "duties.commented", &words).await?;
    Ok(())
}

/// The unit's comments since the list was last sent: name and day, words.
pub async fn said(from: &mut impl Rows, id: LeaderListId) -> Result<Vec<(String, String)>, StorageError> {
    let rows = from
        .all(
            q("SELECT person_name, at, reason FROM approvals WHERE subject = $1 AND step = $2 AND at >= COALESCE(
                 (SELECT MAX(at) FROM approvals WHERE subject = $1 AND step = $3), 0) ORDER BY at, id")
            .bind(id.to_string())
            .bind(STEP_COMMENT)
            .bind(STEP_SENT),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let on = time::zh_short(row.instant("at")?.day());
            Ok((format!("{on} {}", row.text("person_name")?), row.text("reason")?))
        })
        .collect()
}

/// Has the unit answered since the list was last sent?
pub async fn answered(from: &mut impl Rows, id: LeaderListId) -> Result<bool, StorageError> {
    let rows = from
        .all(
            q("SELECT COUNT(*) AS n FROM approvals WHERE subject = $1 AND step = $2 AND at >= COALESCE(
                 (SELECT MAX(at) FROM approvals WHERE subject = $1 AND step = $3), 0)")
            .bind(id.to_string())
            .bind(STEP_COMMENT)
            .bind(STEP_SENT),
        )
        .await?;
    rows.first().map_or(Ok(false), |row| Ok(row.int("n")? > 0))
}

/// Did the list lie before the approver with just these items, and came back?
pub fn unchanged(row: &ListRow, items: &[DutyItem]) -> Result<bool, StorageError> {
    Ok(row.list.returned.is_some() && !row.content_hash.is_empty() && row.content_hash == store::content_hash(items)?)
}

/// 提交审定: after the unit's opinion, or straight again after a return that changed no item.
pub async fn submit(tx: &mut Tx, by: &By, _: Keeper, id: LeaderListId, seen: i64) -> Result<(), Failure> {
    let mut row = open(tx, by, id, seen).await?;
    let calendar = store::calendar(&mut *tx, by.district).await?;
    let items = store::load_items(&mut *tx, ItemsOf::Leader(id)).await?;
    if row.list.state == ListState::Draft {
        let unchanged = unchanged(&row, &items)?;
        row.list = row.list.resubmit(unchanged)?;
    } else {
        let answered = answered(&mut *tx, id).await?;
        let days = posts::rules(&mut *tx, by.district).await?.list;
        row.list = row.list.submit(by.day(), answered, days, &calendar)?;
    }
    // What lies before the approver; the issue sets it again.
    row.content_hash = store::content_hash(&items)?;
    store::save_list(tx, &row, seen, by.at).await?;
    decide(tx, by, id, STEP_SUBMIT, Decision::Agreed, "").await?;
    audit(tx, by, &row, "duties.submitted", "").await?;
    Ok(())
}

/// Who may send a list back to the draft.
#[derive(Debug, Clone, Copy)]
#[expect(dead_code, reason = "the proofs are held, not read")]
pub enum Returner {
    /// Whoever keeps the draft.
    Keeper(Keeper),
    /// The approver.
    Approver(ApproveList),
}

/// 退回起草, with a reason.
pub async fn return_to_draft(
    tx: &mut Tx,
    by: &By,
    who: Returner,
    id: LeaderListId,
    seen: i64,
    reason: &str,
) -> Result<(), Failure> {
    let mut row = open(tx, by, id, seen).await?;
    let step = match who {
        Returner::Approver(_) => STEP_APPROVE,
        Returner::Keeper(_) => "退回起草",
    };
    row.list = row.list.return_to_draft(reason)?;
    row.comment_until = None;
    store::save_list(tx, &row, seen, by.at).await?;
    let reason = row.list.returned.clone().unwrap_or_default();
    decide(tx, by, id, step, Decision::Returned, &reason).await?;
    audit(tx, by, &row, "duties.returned", &reason).await?;
    Ok(())
}

/// 审定. Whoever submitted a list never approves it.
pub async fn approve(
    tx: &mut Tx,
    by: &By,
    _: ApproveList,
    id: LeaderListId,
    seen: i64,
    reason: &str,
) -> Result<(), Failure> {
    let mut row = open(tx, by, id, seen).await?;
    let submitted = tx
        .row(
            q("SELECT account_id FROM approvals WHERE subject = $1 AND step = $2 ORDER BY at DESC, id DESC LIMIT 1")
                .bind(id.to_string())
                .bind(STEP_SUBMIT),
        )
        .await?;
    if let (Some(last), Some(me)) = (submitted, by.account)
        && last.text("account_id")? == me.to_string()
    {
        return Err(Rejection::state("这份清单是您提交审定的，不能由您自己审定。请由另一位负责同志审定。").into());
    }
    let reason = text::optional("reason", "审定意见", reason, text::LINE_MAX)?;
    row.list = row.list.approve()?;
    store::save_list(tx, &row, seen, by.at).await?;
    decide(tx, by, id, STEP_APPROVE, Decision::Agreed, &reason).await?;
    audit(tx, by, &row, "duties.approved", &reason).await?;
    Ok(())
}
