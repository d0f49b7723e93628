//! What raters wrote, read by two persons (H6): 保留, 不采用 or 转线下. Shuffled by their random ids,
//! without group or ballot. A comment is settled when two decided alike, and to the same words.
//!
//! Where the house may have one reader only (the sheets that are signed above it), the second reads on
//! paper: whoever decides names him, his day and why, and the log keeps that.
//!
//! 转线下 erases the words here with the second decision; until then the page can be printed for
//! the 信访室. The log keeps what was decided, never the words.

use std::collections::{BTreeMap, BTreeSet};

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::feedback::{CommentRow, CommentsPage, CommentsQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, MeetingId, PersonId, PresenterId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    reviews::{COMMENT_MAX, Outcome, Plan, Presenter},
    text,
    time::{Day, iso, zh},
};
use serde::Serialize;

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    feedback::{Counted, heads_of_commission},
    report::plan_of,
    second,
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

/// The second reader where no second account may read: he reads the printed words, somebody who may
/// decide says so here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperReader {
    /// Name and office, such as 市纪委副书记某某.
    pub name: String,
    /// When he read.
    pub on: Day,
    /// Why nobody of the house reads as the second.
    pub reason: String,
}

impl PaperReader {
    fn check(self, actor: &Actor, plan: &Plan, presenter: &Presenter, today: Day) -> Result<Self, Rejection> {
        let name = text::required("second", "另一位阅看人", &self.name, text::NAME_MAX)?;
        if name == actor.name || name == presenter.name {
            return Err(Rejection::field("second", "另一位阅看人不能是本人或述责对象，没有保存。请另填一位。"));
        }
        if self.on < plan.on || self.on > today {
            let words = format!("纸质阅看日期应在{}到今天之间，没有保存。请核对日期。", zh(plan.on));
            return Err(Rejection::field("second_on", words));
        }
        let reason = text::required("reason", "纸质阅看的原因", &self.reason, text::LINE_MAX)?;
        Ok(Self { name, reason, ..self })
    }
}

/// Presenters whose comments others read than usual, as with their sheets.
struct Above {
    /// Units that lead the district: only the 书记 reads.
    leading: BTreeSet<UnitId>,
    /// 区纪委书记: all of the house answer to him, the office that drafts reads all the same.
    heads: BTreeSet<PersonId>,
}

impl Above {
    async fn of(rows: &mut impl Rows, district: DistrictId, today: Day) -> Result<Self, StorageError> {
        let units =
            rows.all(q("SELECT id FROM units WHERE district_id = $1 AND leads_district = 1").bind(district)).await?;
        Ok(Self {
            leading: units.iter().map(|r| r.id("id")).collect::<Result<_, _>>()?,
            heads: heads_of_commission(rows, district, today).await?,
        })
    }

    /// May the second reader be one on paper?
    fn paper(&self, presenter: &Presenter) -> bool {
        self.leading.contains(&presenter.unit) || self.heads.contains(&presenter.person)
    }

    /// Readers: the office, 分管副书记, 书记; never of the unit. Nobody else knows that there are comments.
    fn reads(&self, actor: &Actor, presenter: &Presenter) -> bool {
        if presenter.person == actor.person {
            return false;
        }
        if self.heads.contains(&presenter.person) {
            return actor.has(Role::ConductOffice);
        }
        if self.leading.contains(&presenter.unit) {
            return actor.has(Role::Secretary);
        }
        access::draft_feedback(actor, presenter.unit).is_ok() || access::sign_feedback(actor, presenter.unit).is_ok()
    }
}

impl Services {
    pub(super) async fn comments_page(&self, actor: &Actor, query: CommentsQuery) -> Result<CommentsPage, ApiError> {
        let meeting: MeetingId = parse(&query.meeting)?;
        let mut read = self.store.read().clone();
        let plan = plan_of(&mut read, actor.district, meeting).await.map_err(told)?;
        let above = Above::of(&mut read, actor.district, self.today()).await.map_err(storage)?;
        let readable: BTreeMap<PresenterId, &Presenter> =
            plan.presenters.iter().filter(|p| above.reads(actor, p)).map(|p| (p.id, p)).collect();
        if readable.is_empty() {
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
            let presenter: PresenterId = row.id("presenter_id").map_err(storage)?;
            if let Some(presenter) = readable.get(&presenter) {
                let command = CommandId(random::id(now));
                out.push(comment_row(row, presenter, above.paper(presenter), command).map_err(storage)?);
            }
        }
        let raw = rows.iter().filter(|row| row.text("state").is_ok_and(|state| state == "raw"));
        let raw: BTreeSet<PresenterId> =
            raw.map(|row| row.id("presenter_id")).collect::<Result<_, _>>().map_err(storage)?;
        let waiting = readable.values().copied().filter(|p| raw.contains(&p.id) && !above.paper(p));
        let alone = second::alone(&mut read, actor.district, waiting, self.today()).await.map_err(storage)?;
        let results = results(&mut read, meeting).await.map_err(storage)?;
        let sealed = !results.is_empty();
        let withheld = plan
            .presenters
            .iter()
            .filter(|p| readable.contains_key(&p.id))
            .map(|p| (p.name.clone(), results.get(&p.id).copied().flatten()))
            .collect();
        Ok(CommentsPage {
            meeting,
            title: plan.title.clone(),
            rows: out,
            withheld,
            alone,
            sealed,
            today: iso(self.today()),
            draft: self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?,
        })
    }

    /// One reader decides on one comment, `second` with him on paper; the meeting it belongs to is the answer.
    ///
    /// # Errors
    /// No such comment for this actor, settled already, words that are too long, or no second reader on
    /// paper for this presenter.
    pub async fn read_comment(
        &self,
        actor: &Actor,
        key: CommandId,
        comment: String,
        reading: Reading,
        words: String,
        second: Option<PaperReader>,
    ) -> Result<MeetingId, ApiError> {
        let actor = actor.clone();
        let body =
            serde_json::to_vec(&(&comment, reading.key(), &words, &second)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, key.to_string(), &body, move |tx| {
                Box::pin(async move { decide(tx, &actor, &comment, (reading, &words), second).await })
            })
            .await
            .map_err(told)
    }
}

/// Whose words were withheld at the seal, by the last round of each presenter: the smallest number of
/// valid ballots that his result fell short of. Says nothing of whether anybody wrote.
async fn results(rows: &mut impl Rows, meeting: MeetingId) -> Result<BTreeMap<PresenterId, Option<u32>>, StorageError> {
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
        found.extend(
            counted.results.iter().map(|r| (r.presenter, (r.tally.outcome == Outcome::TooFewToShow).then_some(least))),
        );
    }
    Ok(found)
}

fn comment_row(row: &Row, presenter: &Presenter, paper: bool, command: CommandId) -> Result<CommentRow, StorageError> {
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
        name: presenter.name.clone(),
        paper,
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
    (reading, words): (Reading, &str),
    second: Option<PaperReader>,
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
    let today = tx.now().day();
    let above = Above::of(tx, actor.district, today).await?;
    let presenter = plan.presenter(row.id("presenter_id")?).ok_or(Rejection::NotFound)?;
    if !above.reads(actor, presenter) {
        return Err(Rejection::NotFound.into());
    }
    // Everywhere else two accounts can read: one of them alone never settles a comment.
    if second.is_some() && !above.paper(presenter) {
        return Err(
            Rejection::field("second", "这位述责对象的意见由两人在系统中阅定，没有保存。请另一位登录阅看。").into()
        );
    }
    let second = second.map(|s| s.check(actor, &plan, presenter, today)).transpose()?;
    if row.text("state")? != "raw" {
        return Err(Rejection::state("这条意见已由两人阅定，不能再改。").into());
    }
    let words = match reading {
        Reading::Keep => text::required("words", "保留的文字", words, COMMENT_MAX)?,
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
    let settled = second.is_some() || alike.map_or(Ok(0), |r| r.int("n"))? >= 2;
    if settled {
        settle(tx, comment, reading, &words).await?;
    }
    let (action, what) = match &second {
        Some(PaperReader { name, on, reason }) => {
            let how = format!("两人一致，另一位{name}于{}纸质阅看，原因：{reason}", zh(*on));
            ("reviews.comment_read_paper", format!("{}，{how}", reading.label()))
        }
        None => ("reviews.comment_read", format!("{}{}", reading.label(), if settled { "，两人一致" } else { "" })),
    };
    tx.audit(actor.district, Some(actor.account), action, &format!("comment:{comment}"), &what).await?;
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
