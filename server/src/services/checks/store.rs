//! Stored questions: one row each, with the words that stood there when it was asked.

use std::collections::HashMap;

use app::api::checks::CheckView;
use domain::{
    Rejection,
    board::Tone,
    ids::{CheckId, DistrictId, PersonId, PostId},
    oversight::{Check, CheckState, CheckSubject},
    people::access::{self, Actor, PostRef},
    time::{Day, Instant, zh_short},
};

use super::super::rows::Rows;
use crate::storage::{Failure, Row, StorageError, q};

/// A stored question.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: CheckId,
    /// As rules know it.
    pub plain: Check,
    /// What it is about.
    pub title: String,
    /// Words that stood there.
    pub shown: String,
    /// Tone that stood there, where it was a colour.
    pub tone: Option<Tone>,
    /// What was asked.
    pub words: String,
    /// Who asked.
    pub by_name: String,
    /// Last day for the answer.
    pub due: Day,
    /// The answer; empty until then.
    pub answer: String,
    /// Who answered.
    pub answered_name: String,
    /// When.
    pub answered_at: Option<Instant>,
    /// The asker said 「知道了」.
    pub seen: bool,
}

/// Reads a row of `fact_checks`.
pub fn read(row: &Row) -> Result<Kept, StorageError> {
    let (post, year, key) = (row.id("post_id")?, row.year("year")?, row.text("subject_key")?);
    let subject = row.keyed("kind", |kind| CheckSubject::from_parts(kind, post, year, &key))?;
    let plain = Check {
        subject,
        by: row.id("by_person")?,
        asked_on: row.day("asked_on")?,
        state: row.keyed("state", CheckState::from_key)?,
    };
    Ok(Kept {
        id: row.id("id")?,
        plain,
        title: row.text("title")?,
        shown: row.text("shown")?,
        tone: Tone::from_key(&row.text("tone")?),
        words: row.text("words")?,
        by_name: row.text("by_name")?,
        due: row.day("due_on")?,
        answer: row.text("answer")?,
        answered_name: row.text("answered_name")?,
        answered_at: row.opt_instant("answered_at")?,
        seen: row.opt_int("seen_at")?.is_some(),
    })
}

/// A question of the district.
///
/// # Errors
/// [`Rejection::NotFound`] where there is none.
pub async fn load(rows: &mut impl Rows, district: DistrictId, id: CheckId) -> Result<Kept, Failure> {
    let row = rows
        .first(q("SELECT * FROM fact_checks WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// Questions about one subject.
pub async fn about(rows: &mut impl Rows, subject: &CheckSubject) -> Result<Vec<Kept>, StorageError> {
    let find = q("SELECT * FROM fact_checks WHERE post_id = $1 AND year = $2 AND kind = $3 AND subject_key = $4
                  ORDER BY asked_at, id");
    let find = find.bind(subject.post()).bind(subject.year()).bind(subject.kind()).bind(subject.key());
    rows.all(find).await?.iter().map(read).collect()
}

impl Kept {
    /// As it stands beside its subject, for `viewer`.
    pub fn view(&self, viewer: PersonId) -> CheckView {
        let mine = self.plain.by == viewer;
        let on = self.answered_at.map(|at| zh_short(at.day())).unwrap_or_default();
        let asked = format!("{} {}申请核对", self.by_name, zh_short(self.plain.asked_on));
        let until = format!("，{}前答复", zh_short(self.due));
        let open = self.plain.state == CheckState::Asked;
        CheckView {
            id: self.id,
            state: self.plain.state,
            asked: if open { asked + &until } else { asked },
            words: self.words.clone(),
            answer: if self.plain.state.is_answered() {
                format!("{}：{}（{}，{on}）", self.plain.state.label(), self.answer, self.answered_name)
            } else {
                String::new()
            },
            may_withdraw: mine && open,
            unseen: mine && self.plain.state.is_answered() && !self.seen,
        }
    }
}

/// Questions of one kind about a post and year by their key, the newest first: the viewer's own, and all of them
/// for whoever answers or leads.
pub async fn views(
    rows: &mut impl Rows,
    viewer: &Actor,
    post: PostRef,
    kind: &'static str,
    year: i32,
) -> Result<HashMap<String, Vec<CheckView>>, StorageError> {
    let find = q("SELECT * FROM fact_checks WHERE district_id = $1 AND post_id = $2 AND year = $3 AND kind = $4
                  ORDER BY asked_at DESC, id DESC");
    let found = rows.all(find.bind(viewer.district).bind(post.post).bind(year).bind(kind)).await?;
    let mut out: HashMap<String, Vec<CheckView>> = HashMap::new();
    for row in &found {
        let kept = read(row)?;
        if may_read(viewer, post, &kept) {
            out.entry(kept.plain.subject.key()).or_default().push(kept.view(viewer.person));
        }
    }
    Ok(out)
}

/// May `viewer` read the question? The asker, whoever may answer it, and the leaders of the commission.
pub fn may_read(viewer: &Actor, post: PostRef, kept: &Kept) -> bool {
    kept.plain.by == viewer.person || reads_others(viewer, post)
}

/// May `viewer` read what others ask about the post?
pub fn reads_others(viewer: &Actor, post: PostRef) -> bool {
    let leads = access::decide_taking(viewer).is_ok() && access::see_colours(viewer, post).is_ok();
    // Of anybody but himself: who asked makes no other difference.
    leads || access::answer_check(viewer, post, PersonId(uuid::Uuid::nil())).is_ok()
}

/// The open question about a subject, of whoever.
pub async fn open_keys(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    kind: &'static str,
) -> Result<Vec<String>, StorageError> {
    let find =
        q("SELECT subject_key FROM fact_checks WHERE post_id = $1 AND year = $2 AND kind = $3 AND state = 'asked'
                  ORDER BY subject_key");
    rows.all(find.bind(post).bind(year).bind(kind)).await?.iter().map(|row| row.text("subject_key")).collect()
}
