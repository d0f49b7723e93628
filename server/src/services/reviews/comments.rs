//! What raters wrote, read by two persons (H6): 保留, 不采用 or 转线下. Shuffled by their random ids,
//! without group or ballot. A comment is settled when two decided alike, and to the same words.
//!
//! 转线下 erases the words here with the second decision; until then the page can be printed for
//! the 信访室. The log keeps what was decided, never the words.

use std::collections::BTreeMap;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::feedback::{CommentRow, CommentsPage, CommentsQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, MeetingId, PresenterId},
    people::{
        Role,
        access::{self, Actor},
    },
    records::blocked,
    reviews::{COMMENT_MAX, Plan},
    text,
};

use super::{
    super::{Services, parse, storage, told},
    feedback::Counted,
    report::plan_of,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Form of the drafts.
pub const DRAFT: &str = "reviews.comments";

/// What a reader decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// 保留, perhaps in other words.
    Keep,
    /// 不采用.
    Drop,
    /// 转线下.
    Offline,
}

impl Reading {
    /// The decision of a form key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Keep, Self::Drop, Self::Offline].into_iter().find(|r| r.key() == key)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Keep => "kept",
            Self::Drop => "dropped",
            Self::Offline => "offline",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Keep => "保留",
            Self::Drop => "不采用",
            Self::Offline => "转线下",
        }
    }
}

/// Readers: the office, 分管副书记, 书记; never of the unit. Nobody else knows that there are comments.
fn reads(actor: &Actor, plan: &Plan, presenter: &str, leading: &[String]) -> bool {
    let Some(p) = plan.presenters.iter().find(|p| p.id.to_string() == presenter) else { return false };
    if p.person == actor.person {
        return false;
    }
    if leading.contains(&p.unit.to_string()) {
        return actor.has(Role::Secretary);
    }
    access::draft_feedback(actor, p.unit).is_ok() || access::sign_feedback(actor, p.unit).is_ok()
}

async fn leading(rows: &mut impl super::super::rows::Rows, district: DistrictId) -> Result<Vec<String>, StorageError> {
    let rows = rows.all(q("SELECT id FROM units WHERE district_id = $1 AND leads_district = 1").bind(district)).await?;
    rows.iter().map(|r| r.text("id")).collect()
}

impl Services {
    pub(super) async fn comments_page(&self, actor: &Actor, query: CommentsQuery) -> Result<CommentsPage, ApiError> {
        let meeting: MeetingId = parse(&query.meeting)?;
        let mut read = self.store.read().clone();
        let plan = plan_of(&mut read, actor.district, meeting).await.map_err(told)?;
        let above = leading(&mut read, actor.district).await.map_err(storage)?;
        if !plan.presenters.iter().any(|p| reads(actor, &plan, &p.id.to_string(), &above)) {
            return Err(Rejection::NotFound.into());
        }
        // Random ids shuffle; a presenter's comments stand together.
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT c.*, mine.decision AS my_decision, other.decision AS other_decision, other.words AS other_words
                   FROM sealed_comments c JOIN meeting_rounds r ON r.id = c.round_id
                   LEFT JOIN comment_readings mine ON mine.comment_id = c.id AND mine.account_id = $2
                   LEFT JOIN comment_readings other ON other.comment_id = c.id AND other.account_id <> $2
                     AND NOT EXISTS (SELECT 1 FROM comment_readings more WHERE more.comment_id = c.id
                       AND more.account_id <> $2 AND more.account_id > other.account_id)
                   WHERE r.meeting_id = $1 AND r.district_id = $3 ORDER BY c.presenter_id, c.id")
                .bind(meeting)
                .bind(actor.account)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let now = self.clock.now();
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            let presenter = row.text("presenter_id").map_err(storage)?;
            if reads(actor, &plan, &presenter, &above) {
                let name = plan.presenters.iter().find(|p| p.id.to_string() == presenter).map(|p| p.name.clone());
                let command = CommandId(random::id(now));
                out.push(comment_row(row, name.unwrap_or_default(), command).map_err(storage)?);
            }
        }
        let results = results(&mut read, meeting).await.map_err(storage)?;
        let sealed = !results.is_empty();
        let withheld = plan
            .presenters
            .iter()
            .filter(|p| reads(actor, &plan, &p.id.to_string(), &above))
            .map(|p| (p.name.clone(), results.get(&p.id).copied().flatten()))
            .collect();
        Ok(CommentsPage {
            meeting,
            title: plan.title,
            rows: out,
            withheld,
            sealed,
            draft: self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?,
        })
    }

    /// One reader decides on one comment; the meeting it belongs to is the answer.
    ///
    /// # Errors
    /// No such comment for this actor, settled already, or words that are too long.
    pub async fn read_comment(
        &self,
        actor: &Actor,
        key: CommandId,
        comment: String,
        reading: Reading,
        words: String,
    ) -> Result<MeetingId, ApiError> {
        let actor = actor.clone();
        let body = serde_json::to_vec(&(&comment, reading.key(), &words)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, key.to_string(), &body, move |tx| {
                Box::pin(async move { decide(tx, &actor, &comment, reading, &words).await })
            })
            .await
            .map_err(told)
    }
}

/// Whose words were withheld at the seal, by the last round of each presenter: the smallest number of
/// valid ballots that his result fell short of. Says nothing of whether anybody wrote.
async fn results(
    rows: &mut impl super::super::rows::Rows,
    meeting: MeetingId,
) -> Result<BTreeMap<PresenterId, Option<u32>>, StorageError> {
    let rounds = rows
        .all(
            q("SELECT bundle FROM meeting_rounds WHERE meeting_id = $1 AND state = 'sealed' ORDER BY sealed_at")
                .bind(meeting),
        )
        .await?;
    let mut found = BTreeMap::new();
    for row in &rounds {
        let counted: Counted = row.json("bundle")?;
        let least = counted.rules.smallest_cell;
        found.extend(counted.results.iter().map(|r| (r.presenter, (r.tally.valid < least).then_some(least))));
    }
    Ok(found)
}

fn comment_row(row: &Row, name: String, command: CommandId) -> Result<CommentRow, StorageError> {
    let state = row.text("state")?;
    let settled = state != "raw";
    let word = |key: &str| Reading::from_key(key).map_or("待阅", Reading::label).to_owned();
    let other = row.opt_text("other_decision")?.map(|d| format!("另一位已阅：{}", word(&d)));
    let text = row.text("text")?;
    let cleared = row.opt_text("cleared_text")?;
    let proposed = row.opt_text("other_words")?.filter(|w| !w.is_empty());
    Ok(CommentRow {
        id: row.text("id")?,
        command,
        name,
        words: cleared.or(proposed).unwrap_or_else(|| text.clone()),
        text: if state == "offline" { String::new() } else { text },
        mine: row.opt_text("my_decision")?.unwrap_or_default(),
        other: other.filter(|_| !settled).unwrap_or_default(),
        state: word(&state),
        settled,
    })
}

pub(crate) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    comment: &str,
    reading: Reading,
    words: &str,
) -> Result<MeetingId, Failure> {
    let row = tx
        .row(
            q("SELECT c.presenter_id, c.state, r.meeting_id FROM sealed_comments c
               JOIN meeting_rounds r ON r.id = c.round_id WHERE c.id = $1 AND c.district_id = $2")
            .bind(comment)
            .bind(actor.district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let meeting: MeetingId = row.id("meeting_id")?;
    let plan = plan_of(tx, actor.district, meeting).await?;
    let above = leading(tx, actor.district).await?;
    if !reads(actor, &plan, &row.text("presenter_id")?, &above) {
        return Err(Rejection::NotFound.into());
    }
    if row.text("state")? != "raw" {
        return Err(Rejection::state("这条意见已由两人阅定，不能再改。").into());
    }
    let words = match reading {
        Reading::Keep => {
            let words = text::required("words", "保留的文字", words, COMMENT_MAX)?;
            if let Some(what) = blocked(&words) {
                return Err(Rejection::MustNotEnter { what }.into());
            }
            words
        }
        Reading::Drop | Reading::Offline => String::new(),
    };
    tx.execute(
        q("DELETE FROM comment_readings WHERE comment_id = $1 AND account_id = $2").bind(comment).bind(actor.account),
    )
    .await?;
    tx.insert(
        "INSERT INTO comment_readings (comment_id, account_id, district_id, decision, words)",
        vec![comment.into(), actor.account.into(), actor.district.into(), reading.key().into(), (&words).into()],
    )
    .await?;
    let alike = tx
        .row(
            q("SELECT COUNT(*) AS n FROM comment_readings WHERE comment_id = $1 AND decision = $2 AND words = $3")
                .bind(comment)
                .bind(reading.key())
                .bind(&words),
        )
        .await?;
    let settled = alike.map_or(Ok(0), |r| r.int("n"))? >= 2;
    if settled {
        settle(tx, comment, reading, &words).await?;
    }
    let what = format!("{}{}", reading.label(), if settled { "，两人一致" } else { "" });
    tx.audit(actor.district, Some(actor.account), "reviews.comment_read", &format!("comment:{comment}"), &what).await?;
    Ok(meeting)
}

async fn settle(tx: &mut Tx, comment: &str, reading: Reading, words: &str) -> Result<(), Failure> {
    let query = match reading {
        Reading::Keep => {
            q("UPDATE sealed_comments SET state = 'kept', cleared_text = $1 WHERE id = $2").bind(words).bind(comment)
        }
        Reading::Drop => {
            q("UPDATE sealed_comments SET state = 'dropped', cleared_text = NULL WHERE id = $1").bind(comment)
        }
        Reading::Offline => {
            q("UPDATE sealed_comments SET state = 'offline', text = '', cleared_text = NULL WHERE id = $1")
                .bind(comment)
        }
    };
    tx.execute(query).await?;
    // Words that somebody would have kept go with it.
    if reading != Reading::Keep {
        tx.leave_no_trace();
        tx.execute(q("UPDATE comment_readings SET words = '' WHERE comment_id = $1").bind(comment)).await?;
    }
    Ok(())
}
