//! 「本月卡」: the month of the book with its statutory deadlines, what can be done together and one
//! phrase. Reads the same [`YearBook`](domain::records::YearBook) as every other page.

use app::api::{
    ApiError,
    reminders::{CardLine, MonthCardPage, MonthQuery, Notice},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, PostId, ReminderId},
    people::access::{Actor, Sight},
    records::{YearBook, month_together},
    reminders::{FeedEvent, Interruption, calendar_text},
    time::{Day, WorkCalendar, first_of, last_of, zh_short},
};

use super::{due, feed, switches};
use crate::{
    random,
    services::{Services, facts, parse, posts, storage, told},
    storage::{StorageError, q},
};

/// Unread notices on the card.
const NOTICES: i64 = 5;

impl Services {
    pub(super) async fn card_page(&self, actor: &Actor, query: MonthQuery) -> Result<MonthCardPage, ApiError> {
        let today = self.today();
        let post = query.post.as_deref().filter(|p| !p.is_empty()).map(parse).transpose()?;
        let book = self.year_book(actor, post, query.year).await?;
        let month = query.month.unwrap_or_else(|| today.month()).clamp(1, 12);
        let now = (book.year, month) == (today.year(), today.month());
        let lines = self.lines(actor, &book, month, now, today).await?;
        let Some(of_month) = book.months.iter().find(|m| m.month == month) else {
            return Err(Rejection::NotFound.into());
        };
        // Of what the unit has on its account, the office reads in its own ledgers.
        let inside = book.sight != Sight::Outline;
        let statutory = if inside {
            self.statutory(actor, book.post, first_of(book.year, month), last_of(book.year, month))
                .await
                .map_err(storage)?
        } else {
            Vec::new()
        };
        let notices = if inside && now { self.notices(actor).await.map_err(storage)? } else { Vec::new() };
        Ok(MonthCardPage {
            post: book.post,
            whose: format!("{}　{}", book.unit, book.title),
            year: book.year,
            month,
            now,
            listed: book.list.is_some(),
            phrase: of_month.phrase.clone(),
            lines,
            statutory,
            inside,
            together: month_together(&book.items, of_month),
            notices,
            calendar: switches::load(&mut self.store.read().clone(), actor.district).await.map_err(storage)?.feed,
            command: CommandId(random::id(self.clock.now())),
        })
    }

    /// Lines of the month; in the running one also what is left over from before.
    async fn lines(
        &self,
        actor: &Actor,
        book: &YearBook,
        month: u32,
        now: bool,
        today: Day,
    ) -> Result<Vec<CardLine>, ApiError> {
        let text = |code: &str, short: &str| {
            let item = book.items.iter().find(|i| i.code == code && !i.text.is_empty());
            item.map_or_else(|| short.to_owned(), |i| i.text.clone())
        };
        let mut lines: Vec<CardLine> = book
            .months
            .iter()
            .filter(|m| m.month == month)
            .flat_map(|m| &m.items)
            .map(|line| CardLine {
                code: line.code.clone(),
                text: text(&line.code, &line.short),
                note: line.due.map_or_else(|| "月历建议本月开展".into(), |d| format!("{}前", zh_short(d))),
                done: line.done,
                late: !line.done && line.due.is_some_and(|d| d < today),
                state: line.state.clone(),
            })
            .collect();
        if now {
            let mut read = self.store.read().clone();
            let known = facts::gather(&mut read, actor.district, book.post, book.year, today).await.map_err(storage)?;
            let Some(known) = known else { return Ok(lines) };
            for mut line in known.month_card(today) {
                // Its date says nothing of what is wrong with it.
                if let Some(words) = known.refuted(line.duty) {
                    (line.why, line.done) = (words.to_owned(), false);
                }
                match lines.iter_mut().find(|l| l.code == line.code) {
                    Some(known) if !line.done && !known.done => known.note = line.why,
                    Some(_) => {}
                    None => lines.push(CardLine {
                        state: if line.done { None } else { book.pressing(line.duty) },
                        // A list handed down: states go up, contents do not; the number is enough.
                        text: text(&line.code, ""),
                        code: line.code,
                        note: line.why,
                        done: line.done,
                        late: !line.done && line.due.is_some_and(|d| d < today),
                    }),
                }
            }
        }
        lines.sort_by_key(|l| l.done);
        Ok(lines)
    }

    async fn statutory(
        &self,
        actor: &Actor,
        post: PostId,
        from: Day,
        to: Day,
    ) -> Result<Vec<(String, String, String)>, StorageError> {
        let head = actor.terms.iter().any(|t| t.post == post);
        let all = due::deadlines(&mut self.store.read().clone(), actor.district, Some(&[post]), from, to).await?;
        let mine = all.into_iter().filter(|d| head || !d.head_only);
        Ok(mine.map(|d| (d.deadline.kind.label().to_owned(), d.deadline.title, d.deadline.link)).collect())
    }

    async fn notices(&self, actor: &Actor) -> Result<Vec<Notice>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT id, title, note FROM reminders WHERE person_id = $1 AND seen_at IS NULL AND kind <> $2
                   ORDER BY at DESC, id LIMIT $3")
                .bind(actor.person)
                // Each 催办 stands in the 待办 on its own.
                .bind(Interruption::Urge.key())
                .bind(NOTICES),
            )
            .await?;
        rows.iter()
            .map(|row| Ok(Notice { id: row.id("id")?, title: row.text("title")?, note: row.text("note")? }))
            .collect()
    }

    /// 「知道了」: takes a notice of the actor's own off his pages.
    ///
    /// # Errors
    /// Not found where it is somebody else's.
    pub async fn seen_reminder(&self, actor: &Actor, id: ReminderId) -> Result<(), ApiError> {
        let person = actor.person;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let seen =
                        q("UPDATE reminders SET seen_at = COALESCE(seen_at, $1) WHERE id = $2 AND person_id = $3")
                            .bind(now)
                            .bind(id)
                            .bind(person);
                    if tx.execute(seen).await? == 0 { Err(Rejection::NotFound.into()) } else { Ok(()) }
                })
            })
            .await
            .map_err(told)
    }

    /// One month as a calendar file: a single event that says only how many.
    ///
    /// # Errors
    /// As the card; where the district has not switched the channel on (`practice.md` 3.12).
    pub async fn month_calendar(&self, actor: &Actor, query: MonthQuery) -> Result<String, ApiError> {
        let page = self.card_page(actor, query).await?;
        if !page.calendar {
            return Err(feed::closed().into());
        }
        let open = page.lines.iter().filter(|l| !l.done).count();
        let calendar = posts::calendar(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        let event = FeedEvent {
            day: first_working(&calendar, first_of(page.year, page.month)),
            n: u32::try_from(open).unwrap_or(u32::MAX),
            sequence: 0,
            cancelled: false,
            changed_at: self.clock.now(),
        };
        Ok(calendar_text(&format!("month-{}", feed::owner(&page.post.to_string())), "履责提醒", &[event]))
    }
}

fn first_working(calendar: &WorkCalendar, first: Day) -> Day {
    if calendar.is_working(first) { first } else { calendar.plus_working(first, 1) }
}
