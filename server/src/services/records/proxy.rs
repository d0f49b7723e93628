//! 代录 between 联络员 and head (H2): until when it is decided, sending it again, refusing all at
//! once, what the head changed while confirming, and letting the 联络员 read a talk. Refuses to
//! decide about a 代录 that is back with its 联络员.

mod change;
mod share;

pub(super) use change::{change, give_up, may_change, withdraw};
pub(super) use share::{share, shareable};

use app::api::records::SavedRecord;
use domain::{
    Rejection,
    ids::{DistrictId, PersonId, PostId, RecordId},
    people::access::{self, Actor, PostRef},
    records::{DROPPED, Look, ProxyDays, RecordDetails, RecordKind, WITHDRAWN, Waiting, blocked},
    text,
    time::{Day, WorkCalendar, zh, zh_short},
};

use super::{
    super::{
        posts::{self, Head},
        rows::Rows,
        search::index,
    },
    closing,
    decide::{Stored, load, reason, refuse},
    rules::{self, RecordRules},
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// Most 代录 of a post in one list; the others follow as these are dealt with.
const LISTED: i64 = 200;
/// Day on which a 代录 went to its head, in a query of records `r`.
const SENT: &str = "COALESCE(r.proxy_sent_on, r.recorded_on)";
/// Does the head it was sent to still hold the post on `?`, in a query of records `r`?
const HOLDS: &str = "(SELECT COUNT(*) FROM terms t WHERE t.post_id = r.post_id AND t.person_id = r.author_person
    AND ? BETWEEN t.starts_on AND COALESCE(t.ends_on, '9999-12-31'))";

/// What decides where the 代录 of a district wait: loaded once, for any number of them.
#[derive(Debug)]
pub(super) struct Waits {
    days: ProxyDays,
    calendar: WorkCalendar,
    today: Day,
}

impl Waits {
    async fn load(rows: &mut impl Rows, district: DistrictId, today: Day) -> Result<Self, StorageError> {
        let calendar = posts::calendar(rows, district).await?;
        Ok(Self { days: rules::of(rows, district).await?.days, calendar, today })
    }

    /// First day of sending with which a 代录 is still with its head.
    fn sent_since(&self) -> Day {
        self.days.sent_since(self.today, &self.calendar)
    }

    /// Where a 代录 is, whose head `holds` the post still, or not.
    fn of(&self, row: &Row, holds: bool) -> Result<Option<Waiting>, StorageError> {
        if row.text("state")? != "proxy" {
            return Ok(None);
        }
        if !holds {
            return Ok(Some(Waiting::HeadLeft));
        }
        let sent = match row.opt_day("proxy_sent_on")? {
            Some(day) => day,
            None => row.day("recorded_on")?,
        };
        Ok(Some(self.days.waiting(sent, self.today, &self.calendar)))
    }
}

/// Where an undecided 代录 is `today`; `None` for every other record.
pub(super) async fn waiting(
    rows: &mut impl Rows,
    district: DistrictId,
    row: &Row,
    today: Day,
) -> Result<Option<Waiting>, StorageError> {
    if row.text("state")? != "proxy" {
        return Ok(None);
    }
    let held = rows
        .first(
            q("SELECT COUNT(*) AS n FROM terms WHERE post_id = $1 AND person_id = $2 AND starts_on <= $3
                 AND (ends_on IS NULL OR ends_on >= $3)")
            .bind(row.id::<PostId>("post_id")?)
            .bind(row.id::<PersonId>("author_person")?)
            .bind(today),
        )
        .await?;
    let holds = held.map_or(Ok(0), |row| row.int("n"))? > 0;
    Waits::load(rows, district, today).await?.of(row, holds)
}

/// 代录 of a post that wait for the actor, its head, to confirm them, each with the day until when; the newest
/// event first. Home counts exactly what 待办 lists.
pub(super) async fn with_head(
    rows: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    today: Day,
) -> Result<Vec<(Row, Day)>, StorageError> {
    let waits = Waits::load(rows, actor.district, today).await?;
    let find =
        q("SELECT r.id, r.kind, r.text, r.event_on, r.state, r.refused_why, r.proxy_sent_on, r.recorded_on, r.version
           FROM records r WHERE r.post_id = $1 AND r.state = 'proxy' AND r.author_person = $2")
        .bind(post)
        .bind(actor.person)
        .push("AND")
        .push(SENT)
        .push_bind(">= ?", waits.sent_since())
        .push("ORDER BY r.event_on DESC, r.id");
    let found = rows.all(find.push_bind("LIMIT ?", LISTED)).await?;
    let mut out = Vec::new();
    for row in found {
        if let Some(Waiting::Head(until)) = waits.of(&row, true)? {
            out.push((row, until));
        }
    }
    Ok(out)
}

/// 代录 of a post that came back to the actor, its 联络员: refused, or not decided about. The newest event first.
pub(super) async fn with_drafter(
    rows: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    today: Day,
) -> Result<Vec<(Row, Option<Waiting>)>, StorageError> {
    let waits = Waits::load(rows, actor.district, today).await?;
    let find = q("SELECT r.id, r.kind, r.text, r.event_on, r.state, r.refused_why, r.proxy_sent_on, r.recorded_on,")
        .push_bind(HOLDS, today)
        .push("AS holds FROM records r WHERE")
        .push_bind("r.post_id = ?", post)
        .push_bind("AND r.proxy_person = ?", actor.person)
        // 已撤回, 不再提交: nobody waits for it.
        .push_bind("AND ((r.state = 'refused' AND r.refused_why <> ?", WITHDRAWN)
        .push_bind("AND r.refused_why NOT LIKE ?) OR (r.state = 'proxy' AND (", format!("{DROPPED}%"))
        .push(SENT)
        .push_bind("< ? OR", waits.sent_since())
        .push_bind(HOLDS, today)
        .push("= 0))) ORDER BY r.event_on DESC, r.id");
    let found = rows.all(find.push_bind("LIMIT ?", LISTED)).await?;
    let mut out = Vec::new();
    for row in found {
        let waiting = waits.of(&row, row.int("holds")? > 0)?;
        if waiting.is_none_or(Waiting::is_back) {
            out.push((row, waiting));
        }
    }
    Ok(out)
}

/// The same as a sentence for the page.
pub(super) fn waiting_words(waiting: Waiting) -> String {
    match waiting {
        Waiting::Head(until) => format!("请负责人于{}前确认，确认前不计入。", zh_short(until)),
        Waiting::Returned(until) => {
            format!("负责人没有在{}前确认，已退回联络员，不计入；联络员核对后可再次提交。", zh_short(until))
        }
        Waiting::HeadLeft => "原负责人已经离任，已退回联络员，不计入；联络员核对后可提交给现任负责人。".to_owned(),
    }
}

/// Refuses what is back with the 联络员.
pub(super) async fn still_with_head(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<(), Failure> {
    let today = tx.now().day();
    match waiting(tx, actor.district, &stored.row, today).await? {
        Some(Waiting::Returned(until)) => Err(Rejection::state(format!(
            "这条代录没有在{}前确认，已退回联络员。请联络员核对后再次提交，再确认。",
            zh_short(until)
        ))
        .into()),
        // Whoever left the post, and his successor, have no right to it at all.
        Some(Waiting::Head(_) | Waiting::HeadLeft) | None => Ok(()),
    }
}

/// Is it back with its 联络员? 「全部确认」 leaves such a one where it is.
pub(super) async fn is_returned(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<bool, StorageError> {
    let today = tx.now().day();
    Ok(waiting(tx, actor.district, &stored.row, today).await?.is_some_and(Waiting::is_back))
}

/// Text typed into the form of a 代录, checked like that of a record; `None` where it is as before.
async fn typed(
    tx: &mut Tx,
    actor: &Actor,
    stored: &Stored,
    typed: Option<String>,
    look: Look,
) -> Result<Option<String>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    let details: RecordDetails = stored.row.json("details")?;
    let kind = stored.row.keyed("kind", RecordKind::from_key)?;
    let rules: RecordRules = rules::of(tx, actor.district).await?;
    let (typed, _) = rules.looked(look, kind, typed, RecordDetails::default(), &stored.text)?;
    let clean = text::required("text", "内容", &typed, text::RECORD_MAX)?;
    if clean == stored.text.trim() {
        return Ok(None);
    }
    if let Some(what) = blocked(&clean) {
        return Err(Rejection::MustNotEnter { what }.into());
    }
    if details.marker(kind).is_some() {
        return Err(Rejection::field("text", "这一类型只存标记，内容不能改写。请直接确认，或退回联络员。").into());
    }
    Ok(Some(clean))
}

/// What the head wrote in place of a 代录 before he sends it back; `None` where he left it as it was, or empty. The
/// inner error is the question about its words.
pub(super) async fn rewritten(
    tx: &mut Tx,
    actor: &Actor,
    stored: &Stored,
    text: Option<String>,
    look: Look,
) -> Result<Result<Option<String>, Rejection>, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    let text = text.filter(|text| !text.trim().is_empty());
    match typed(tx, actor, stored, text, look).await {
        Ok(text) => Ok(Ok(text)),
        Err(Failure::Rejected(asked)) if asked.field_name() == Some("look") => Ok(Err(asked)),
        Err(no) => Err(no),
    }
}

/// What the head changes while he confirms: both texts stay, each with its author.
pub(super) async fn edited(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: Stored,
    text: Option<String>,
    look: Look,
) -> Result<Stored, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    if stored.state != "proxy" || stored.row.id::<PersonId>("author_person")? != actor.person {
        // The confirmation itself says what is wrong.
        return Ok(stored);
    }
    let Some(after) = typed(tx, actor, &stored, text, look).await? else { return Ok(stored) };
    tx.insert(
        "INSERT INTO record_corrections (record_id, seq, district_id, before_text, after_text, reason, at, person_id)",
        vec![
            id.into(),
            stored.version.into(),
            actor.district.into(),
            (&stored.text).into(),
            (&after).into(),
            "确认代录时修改".into(),
            tx.now().into(),
            actor.person.into(),
        ],
    )
    .await?;
    tx.execute(q("UPDATE records SET text = $1, version = version + 1 WHERE id = $2").bind(after).bind(id)).await?;
    load(tx, actor.district, id).await
}

/// Is it with its 联络员: refused by the head, or back because nobody decided?
fn is_back(row: &Row, waiting: Option<Waiting>) -> Result<bool, StorageError> {
    Ok(row.text("state")? == "refused" || waiting.is_some_and(Waiting::is_back))
}

/// May its 联络员 send it again? Refused by the head, or back because nobody decided.
pub(super) fn may_resend(
    actor: &Actor,
    post: PostRef,
    row: &Row,
    waiting: Option<Waiting>,
) -> Result<bool, StorageError> {
    let own = row.opt_id::<PersonId>("proxy_person")? == Some(actor.person);
    let drafts = access::draft_record(actor, post).is_ok();
    Ok(own && drafts && is_back(row, waiting)?)
}

/// The 联络员 sends a 代录 that came back once more, to whoever heads the post now; his days begin again.
/// Unchanged, it counts from the day it was first written; with other words it was written today.
pub(super) async fn resend(
    tx: &mut Tx,
    actor: &Actor,
    post: PostRef,
    (id, stored): (RecordId, &Stored),
    text: Option<String>,
    look: Look,
) -> Result<SavedRecord, Failure> {
    let now = tx.now();
    let today = now.day();
    let _proof = access::draft_record(actor, post)?;
    let waiting = waiting(tx, actor.district, &stored.row, today).await?;
    if !may_resend(actor, post, &stored.row, waiting)? {
        return Err(Rejection::state("这条代录现在不能再次提交。请返回记录本查看它的情况。").into());
    }
    closing::open_year(tx, stored.post, stored.year).await?;
    let head = present_head(tx, actor, stored).await?;
    let typed = typed(tx, actor, stored, text, look).await?;
    let anew = typed.is_some();
    let text = typed.unwrap_or_else(|| stored.text.clone());
    tx.execute(
        q("UPDATE records SET state = 'proxy', refused_why = '', text = $1, proxy_sent_on = $2, author_person = $3,
             author_term = $4, version = version + 1 WHERE id = $5")
        .bind(text)
        .bind(today)
        .bind(head.person)
        .bind(head.term)
        .bind(id),
    )
    .await?;
    if anew {
        written(tx, id).await?;
    }
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.resend", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}

/// Whoever heads the post today and can answer for what the 代录 is about.
async fn present_head(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<Head, Failure> {
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, stored.post, today).await?.ok_or(Rejection::NotFound)?;
    let Some(head) = info.head else {
        return Err(Rejection::state("这个岗位目前没有负责人，没有提交。请等负责人到任后再提交。").into());
    };
    if stored.row.day("event_on")? < head.from && stored.row.id::<PersonId>("author_person")? != head.person {
        return Err(Rejection::state(format!(
            "这件事发生在现任负责人到任（{}）以前，不能由其确认，没有提交。请核对发生日期；属原负责人任内的，不再提交。",
            zh(head.from)
        ))
        .into());
    }
    Ok(head)
}

/// It was written now: what it corresponds to counts from today. The head's days run on as they did.
pub(super) async fn written(tx: &mut Tx, id: RecordId) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(
        q("UPDATE records SET proxy_sent_on = COALESCE(proxy_sent_on, recorded_on), recorded_on = $1, recorded_at = $2
           WHERE id = $3")
        .bind(now.day())
        .bind(now)
        .bind(id),
    )
    .await?;
    Ok(())
}

/// 「全部退回」, with one reason.
pub(super) async fn refuse_all(tx: &mut Tx, actor: &Actor, ids: Vec<RecordId>, typed: &str) -> Result<u32, Failure> {
    let reason = &reason("全部退回的原因", typed)?;
    let mut refused = 0;
    for id in ids {
        refuse(tx, actor, id, reason).await?;
        refused += 1;
    }
    Ok(refused)
}
