//! The list of a book's records, as far as the viewer may read them.

mod paging;

use std::collections::HashMap;

use app::api::{
    ApiError,
    records::{BookPage, BookQuery, RecordRow},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    duties::DutyItem,
    ids::{DutyId, PersonId, PostId, RecordId},
    people::access::{Actor, Sight},
    records::{BookHead, Checking, RecordDetails, RecordKind, WITHDRAWN, refusal},
    time::{sane_year, zh_short},
};

use self::paging::Behind;
use super::{
    super::{Services, duties::sight, items::issued_item, parse, posts::PostInfo, storage},
    one::Past,
};
use crate::storage::{Row, StorageError, q};

impl Services {
    pub(super) async fn book_page(&self, actor: &Actor, query: BookQuery) -> Result<BookPage, ApiError> {
        let today = self.today();
        let info = match query.post.as_deref() {
            Some(id) => self.post_info(actor, parse(id)?, today).await?,
            None => self.own_post(actor).await?,
        };
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let sight = self.sight_of(actor, &info, year).await?;
        let duty: Option<DutyId> = query.duty.as_deref().map(parse).transpose()?;
        let mut find = q("SELECT r.*, p.name AS proxy_name FROM records r LEFT JOIN persons p ON p.id = r.proxy_person
                          WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3")
        .bind(actor.district)
        .bind(info.post)
        .bind(year);
        // What went offline before it had a page stands in no list.
        find = find.push("AND r.state <> 'offline'");
        if sight.is_from_outside() {
            // Office eyes never see what the head has not confirmed.
            find = find.push("AND r.state IN ('recorded', 'stub')");
        }
        if let Some(duty) = duty {
            find = find.push_bind("AND r.id IN (SELECT record_id FROM record_duties WHERE duty_id = ?)", duty);
        }
        let (rows, older) =
            self.book_rows(find, query.before.as_deref().and_then(Behind::read)).await.map_err(storage)?;
        let out = self.record_rows(actor, &rows, sight).await?;
        if sight.is_from_outside() {
            self.note_reading(actor, &info, year, sight == Sight::Reading).await?;
        }
        let may_write = Self::writes(actor, &info).is_ok() && year == today.year();
        let about = match duty {
            Some(duty) => self.item_words(actor, &info, year, duty).await.map_err(storage)?,
            None => None,
        };
        let posts = self.posts_of(actor).await?;
        Ok(BookPage {
            post: info.post,
            title: self.book_title(actor, &info, year).await?,
            posts: if posts.iter().any(|p| p.chosen && p.post == info.post) { posts } else { Vec::new() },
            year,
            sight,
            about,
            rows: out,
            may_write,
            older,
        })
    }

    /// The unit and whoever held the post in `year`: a predecessor's book keeps his name.
    async fn book_title(&self, actor: &Actor, info: &PostInfo, year: i32) -> Result<String, ApiError> {
        let today = self.today();
        let held = self.heads_of(actor, info.post, year).await?;
        if held.is_empty() {
            return Ok(format!(
                "{}　{}",
                info.unit_name,
                if year == today.year() { info.who() } else { info.title.clone() }
            ));
        }
        let vacant = if year == today.year() && info.head.is_none() { "（空缺）" } else { "" };
        let names: Vec<String> = held
            .into_iter()
            .map(|head| match head.until.filter(|to| to.year() == year && *to < today) {
                Some(to) => format!("{}（至{}）", head.name, zh_short(to)),
                None => head.name,
            })
            .collect();
        Ok(format!("{}　{}，{}{vacant}", info.unit_name, names.join("、"), info.title))
    }

    /// Whoever held the post in `year` so far, in order.
    pub(super) async fn heads_of(&self, actor: &Actor, post: PostId, year: i32) -> Result<Vec<BookHead>, ApiError> {
        let today = self.today();
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT t.person_id, s.name, t.starts_on, t.ends_on FROM terms t JOIN persons s ON s.id = t.person_id
                   WHERE t.post_id = $1 AND t.district_id = $2 ORDER BY t.starts_on, t.id")
                .bind(post)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let mut held: Vec<(PersonId, BookHead)> = Vec::new();
        for row in &rows {
            let (from, until) = (row.day("starts_on").map_err(storage)?, row.opt_day("ends_on").map_err(storage)?);
            if from > today || from.year() > year || until.is_some_and(|to| to.year() < year) {
                continue;
            }
            let person = row.id("person_id").map_err(storage)?;
            match held.last_mut().filter(|(last, _)| *last == person) {
                // First 主持工作, then appointed: one holder.
                Some((_, head)) => head.until = until,
                None => held.push((person, BookHead { name: row.text("name").map_err(storage)?, from, until })),
            }
        }
        Ok(held.into_iter().map(|(_, head)| head).collect())
    }

    /// Code and text of an item on the newest list of the year; what was handed down stays below.
    async fn item_words(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
        duty: DutyId,
    ) -> Result<Option<(String, String)>, StorageError> {
        let mut read = self.store.read().clone();
        if !sight::reads_items(&mut read, actor, info.post, year).await? {
            return Ok(None);
        }
        let row = read
            .row(
                q(concat!(
                    "SELECT ",
                    issued_item!("code", "$1", "$2", "$3"),
                    " AS code, ",
                    issued_item!("text", "$1", "$2", "$3"),
                    " AS text"
                ))
                .bind(duty)
                .bind(info.post)
                .bind(year),
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(row.opt_text("code")?.zip(row.opt_text("text")?))
    }

    /// A record as far as `sight` reaches.
    pub(super) async fn record_row(&self, actor: &Actor, row: &Row, sight: Sight) -> Result<RecordRow, ApiError> {
        let one = self.record_rows(actor, std::slice::from_ref(row), sight).await?;
        one.into_iter().next().ok_or_else(hidden)
    }

    /// Records as far as `sight` reaches: two statements, however many they are.
    pub(in crate::services) async fn record_rows(
        &self,
        actor: &Actor,
        rows: &[Row],
        sight: Sight,
    ) -> Result<Vec<RecordRow>, ApiError> {
        let job = async {
            let ids = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<RecordId>, _>>()?;
            let mut codes: HashMap<RecordId, Vec<String>> = HashMap::new();
            let mut changes: HashMap<RecordId, Vec<Row>> = HashMap::new();
            if !ids.is_empty() {
                let read = self.store.read();
                let find = q("SELECT record_id, code FROM record_duties WHERE unmatched_why IS NULL");
                for tick in read.rows(find.and_in("record_id", ids.iter().copied())).await? {
                    codes.entry(tick.id("record_id")?).or_default().push(tick.text("code")?);
                }
                let find = q("SELECT * FROM record_corrections WHERE 1 = 1");
                for change in read.rows(find.and_in("record_id", ids.iter().copied()).push("ORDER BY seq")).await? {
                    changes.entry(change.id("record_id")?).or_default().push(change);
                }
            }
            let mut out = Vec::with_capacity(rows.len());
            for (id, row) in ids.iter().zip(rows) {
                let mut codes = codes.remove(id).unwrap_or_default();
                codes.sort_by_cached_key(|code| DutyItem::order(code));
                let past = Past::of(changes.get(id).map_or(&[][..], Vec::as_slice))?;
                let own = row.id::<PersonId>("author_person")? == actor.person;
                let drafted = row.opt_id::<PersonId>("proxy_person")? == Some(actor.person);
                out.push(read_row(row, sight, Seen { own, drafted, past }, codes)?);
            }
            Ok::<_, StorageError>(out)
        };
        job.await.map_err(storage)
    }
}

/// What decides how much of a record its viewer reads.
#[derive(Clone, Copy)]
pub(in crate::services) struct Seen {
    /// The viewer is its author,
    pub own: bool,
    /// or drafted it as 联络员.
    pub drafted: bool,
    /// What was changed of it since.
    pub past: Past,
}

/// Turns a row into what the viewer may read of it.
pub(in crate::services) fn read_row(
    row: &Row,
    sight: Sight,
    seen: Seen,
    codes: Vec<String>,
) -> Result<RecordRow, StorageError> {
    let Seen { own, drafted, past } = seen;
    let kind = row.keyed("kind", RecordKind::from_key)?;
    let talk = kind.is_talk(past.talked);
    let state = row.text("state")?;
    let shared = row.flag("shared")?;
    let text = match sight {
        // A successor sees what was done, not the notes of his predecessor's talks.
        Sight::Full if talk && !own => None,
        // A reader reads what was done; what was said between two persons is no evidence of an item.
        Sight::Reading if talk => None,
        Sight::Full | Sight::Reading => Some(row.text("text")?),
        // What a 联络员 drafted himself he may read; talks of the head he may not.
        Sight::WithoutTalks if talk && !shared && (!drafted || past.changed) => None,
        Sight::WithoutTalks => Some(row.text("text")?),
        Sight::Outline => None,
    };
    let details = match &text {
        Some(_) => row.json::<RecordDetails>("details")?.details_lines(kind),
        None => Vec::new(),
    };
    // What the head wrote in its place is as open as the text.
    let refused = match state.as_str() {
        // What its 联络员 took back himself needs no reason.
        "refused" => Some(row.text("refused_why")?).filter(|why| why != WITHDRAWN),
        _ => None,
    };
    let refused = refused.map(|why| if text.is_some() { why } else { refusal(&why).0.to_owned() });
    Ok(RecordRow {
        id: row.id("id")?,
        page: row.opt_int("page")?.and_then(|p| u32::try_from(p).ok()),
        kind,
        text,
        event_on: zh_short(row.day("event_on")?),
        recorded_on: zh_short(row.day("recorded_on")?),
        late: row.flag("late")?,
        proxy: row.opt_text("proxy_name")?,
        unconfirmed: state == "proxy",
        refused,
        verified: row.opt_int("verified_at")?.is_some(),
        codes,
        corrected: past.corrected,
        tags: tags(row, &state, (kind, past))?,
        details,
        drafted_late: row.flag("proxy_late")?,
        shared: shared && talk,
        talk,
        stub: matches!(state.as_str(), "stub" | "offline"),
    })
}

/// Words that tell what is particular about a record.
fn tags(row: &Row, state: &str, (kind, past): (RecordKind, Past)) -> Result<Vec<String>, StorageError> {
    let note = row.text("refused_why")?;
    let mut tags = match row.opt_text("proxy_name")? {
        _ if state == "proxy" => vec!["代录，待确认".to_owned()],
        Some(by) => vec![format!("代录 {by}")],
        None => Vec::new(),
    };
    match state {
        // Its 联络员 changed it since it was sent.
        "proxy" if !note.is_empty() => tags.push(note),
        "refused" => tags.push(if note == WITHDRAWN { "已撤回" } else { "未采用" }.to_owned()),
        _ => {}
    }
    if row.flag("late")? {
        tags.push("补记".to_owned());
    }
    if past.corrected {
        tags.push("有更正".to_owned());
    }
    tags.extend(past.added_on.map(|day| format!("{}补充", zh_short(day))));
    if row.opt_int("verified_at")?.is_some() {
        tags.push(Checking::of(kind.is_talk(past.talked)).label().to_owned());
    }
    Ok(tags)
}

/// Office eyes never see what the head has not confirmed.
pub(in crate::services) fn shown_in_outline(state: &str) -> bool {
    matches!(state, "recorded" | "stub")
}

/// A record outside the viewer's book is "not found", like one that does not exist.
pub(in crate::services) fn hidden() -> ApiError {
    Rejection::NotFound.into()
}
