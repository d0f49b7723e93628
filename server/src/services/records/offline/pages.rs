//! What is told of what went offline, without a word of it: the page of those who handle one,
//! their 待办, and how many pages a closed or inspected book lost.

use app::api::{ApiError, records::TodoRow};
use domain::{
    Rejection,
    ids::{DistrictId, EvidenceId, InspectionId, PersonId, PostId, RecordId},
    people::access::Actor,
    time::{Day, Instant, zh_short},
};

use super::{
    super::super::{Services, rows::Rows, storage, told},
    matter::Matter,
    officers,
    request::{Kind, Officer as Named, Request, TWO, erased_officers, open, subject},
    to_choose,
};
use crate::storage::{Failure, StorageError, q};

/// What the viewer is to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// He named the two; may he still take it back?
    Asker {
        /// Nobody has looked.
        may_take_back: bool,
    },
    /// One of the two, who still has to look.
    Look,
    /// One of the two, who looked and still has to confirm.
    Print,
    /// One of the two, who confirmed.
    Done,
    /// 监督室: names another where one is away.
    Office,
    /// Of the 监督室, but he looked and was replaced: neither handles it nor names anybody.
    Former,
}

/// One of the two as the page shows him.
#[derive(Debug, Clone)]
pub struct Officer {
    /// 1 or 2.
    pub slot: i64,
    /// Name.
    pub name: String,
    /// 「未查看」 and so on.
    pub state: &'static str,
    /// The viewer may name another in his place.
    pub replaceable: bool,
}

/// The page of a request.
#[derive(Debug, Clone)]
pub struct HandlingPage {
    /// Id of what it is about.
    pub subject: String,
    /// A record of the book, whose page stays.
    pub record: bool,
    /// Unit and post, or the meeting.
    pub post: String,
    /// `第 3 页，` and kind and day, or what it was and about whom.
    pub about: String,
    /// Who asked, and when; empty once it is erased.
    pub asked: String,
    /// What the viewer may do; none once it is erased.
    pub part: Option<Part>,
    /// The two.
    pub officers: Vec<Officer>,
    /// Whom the viewer may name.
    pub choices: Vec<(String, String)>,
    /// Of the two: whose other texts of the district hold a sentence of it, and where.
    pub elsewhere: Vec<String>,
    /// Old copies are still being swept.
    pub sweeping: bool,
}

impl Services {
    /// The page of a request, for the asker, the two officers and the 监督室.
    ///
    /// # Errors
    /// Not found for everybody else.
    pub async fn handling_page(&self, actor: &Actor, id: &str) -> Result<HandlingPage, ApiError> {
        let (mut read, today) = (self.store.read().clone(), self.today());
        let about = subject(&mut read, actor.district, id).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
        let matter = Matter::of(&mut read, actor.district, &about, today).await.map_err(told)?;
        let (title, line) = matter.title().map_err(storage)?;
        let empty = HandlingPage {
            subject: about.id.clone(),
            record: about.kind == Kind::Record,
            post: title,
            about: line,
            asked: String::new(),
            part: None,
            officers: Vec::new(),
            choices: Vec::new(),
            elsewhere: Vec::new(),
            sweeping: self.store.sweeping(),
        };
        let Some(request) = open(&mut read, actor.district, &about.id).await.map_err(storage)? else {
            let erased = erased(&mut read, actor, &about.id).await.map_err(storage)? && matter.knows(actor);
            return if erased || handled(&mut read, actor, &about.id).await.map_err(storage)? {
                let all = erased_officers(&mut read, actor.district, &about.id).await.map_err(storage)?;
                Ok(HandlingPage { officers: all.iter().map(|o| seat(o, true, false)).collect(), ..empty })
            } else {
                Err(Rejection::NotFound.into())
            };
        };
        let person = matter.person().map_err(storage)?;
        let known = officers(&mut read, actor.district, person, today).await.map_err(storage)?;
        let valid = |person: PersonId| known.iter().any(|(id, _)| *id == person.to_string());
        let own = request.officers.iter().find(|o| o.person == actor.person && valid(o.person));
        let names = matter.names_others(actor, &request);
        let part = match own {
            Some(own) if own.done => Part::Done,
            Some(own) if own.seen => Part::Print,
            Some(_) => Part::Look,
            None if request.asked_by == actor.person => Part::Asker { may_take_back: !request.looked },
            None if names && request.handles(actor.person) => Part::Former,
            None if names => Part::Office,
            None => return Err(Rejection::NotFound.into()),
        };
        // A handler picks no partner.
        let names = names && !request.handles(actor.person);
        let shown = request.officers.iter().map(|o| seat(o, valid(o.person), names));
        let shown = shown.chain(request.former.iter().map(|o| seat(o, true, false)));
        let mut choices =
            if names { to_choose(&mut read, actor, person, today).await.map_err(storage)? } else { Vec::new() };
        // Nobody looks twice, and who asked does not handle it.
        let gone = |id: &String| id.parse().is_ok_and(|one| request.handles(one) || request.asked_by == one);
        choices.retain(|(id, _)| !gone(id));
        let one_of_two = matches!(part, Part::Look | Part::Print | Part::Done);
        let elsewhere = if one_of_two { matter.elsewhere(&mut read, actor, &request).await } else { Ok(Vec::new()) };
        Ok(HandlingPage {
            elsewhere: elsewhere.map_err(told)?,
            asked: std::iter::once(format!("{}于{}转出", request.asked_name, zh_short(request.asked_at.day())))
                .chain(request.changes())
                .collect::<Vec<_>>()
                .join("；"),
            part: Some(part),
            officers: shown.collect(),
            choices,
            ..empty
        })
    }

    /// May the viewer open [`handling_page`](Self::handling_page) of a record that waits?
    pub(in crate::services::records) async fn sees_handling(&self, actor: &Actor, record: RecordId) -> bool {
        self.handling_page(actor, &record.to_string()).await.is_ok_and(|page| page.part.is_some())
    }

    /// Rows of 待办: of each officer until he confirmed, and of the asker whose officer left.
    pub(in crate::services::records) async fn offline_todos(
        &self,
        actor: &Actor,
    ) -> Result<Vec<TodoRow>, StorageError> {
        let (mut read, today) = (self.store.read().clone(), self.today());
        let rows = read
            .all(
                q("SELECT DISTINCT o.subject_id, o.asked_at
                   FROM offline_requests o JOIN offline_officers f ON f.request_id = o.id
                   WHERE o.district_id = $1 AND o.state = 'open'
                     AND ((f.person_id = $2 AND f.slot <= 2 AND f.done_at IS NULL) OR o.asked_by = $2)
                   ORDER BY o.asked_at, o.subject_id")
                .bind(actor.district)
                .bind(actor.person),
            )
            .await?;
        let mut out = Vec::new();
        for row in &rows {
            let Some(request) = open(&mut read, actor.district, &row.text("subject_id")?).await? else { continue };
            let matter = match Matter::of(&mut read, actor.district, &request.subject, today).await {
                Ok(matter) => matter,
                Err(Failure::Storage(e)) => return Err(e),
                Err(_) => continue,
            };
            let known = officers(&mut read, actor.district, matter.person()?, today).await?;
            let Some(note) = waits_for(actor, &request, &known) else { continue };
            out.push(TodoRow {
                title: format!("办理转线下：{}", matter.todo()),
                note,
                link: format!("/handling/{}", request.subject.id),
            });
        }
        Ok(out)
    }
}

/// One of the two, or one who looked and was replaced, as the page shows him.
fn seat(officer: &Named, valid: bool, names: bool) -> Officer {
    let former = officer.slot > TWO;
    let looked = officer.seen && valid;
    Officer {
        slot: officer.slot,
        name: officer.name.clone(),
        state: match (officer.done, officer.seen) {
            (true, _) => "已打印并签字",
            (false, false) if former => "没有查看，换了别人办理",
            _ if former => "已查看，后来换了别人办理",
            _ if !valid => "已不在岗位，请另选一名干部",
            (false, true) => "已查看，还没有确认",
            (false, false) => "还没有查看",
        },
        replaceable: names && !former && !officer.done && !looked,
    }
}

/// What a request waits for from the viewer.
fn waits_for(actor: &Actor, request: &Request, known: &[(String, String)]) -> Option<String> {
    let valid = |person: PersonId| known.iter().any(|(id, _)| *id == person.to_string());
    if let Some(own) = request.officers.iter().find(|o| o.person == actor.person && !o.done && valid(o.person)) {
        return Some(if own.seen { "打印并签字后，请确认" } else { "请查看一次、打印并签字" }.to_owned());
    }
    let left = request.officers.iter().any(|o| !o.done && !valid(o.person));
    if request.asked_by != actor.person {
        return None;
    }
    let changes = request.changes();
    if left {
        Some("所选干部已不在岗位，请另选一名".to_owned())
    } else {
        (!changes.is_empty()).then(|| changes.join("；"))
    }
}

/// Did the actor ask for or handle a request about this that is erased?
pub async fn handled(rows: &mut impl Rows, actor: &Actor, subject: &str) -> Result<bool, StorageError> {
    let row = rows
        .first(
            q("SELECT 1 AS n FROM offline_requests o WHERE o.subject_id = $1 AND o.district_id = $2 AND o.state = 'erased'
                 AND (o.asked_by = $3 OR EXISTS (
                   SELECT 1 FROM offline_officers f WHERE f.request_id = o.id AND f.person_id = $3
                     AND (f.slot <= 2 OR f.seen_at IS NOT NULL))) LIMIT 1")
            .bind(subject)
            .bind(actor.district)
            .bind(actor.person),
        )
        .await?;
    Ok(row.is_some())
}

async fn erased(rows: &mut impl Rows, actor: &Actor, subject: &str) -> Result<bool, StorageError> {
    let find = q(
        "SELECT 1 AS n FROM offline_requests WHERE subject_id = $1 AND district_id = $2 AND state = 'erased' LIMIT 1",
    )
    .bind(subject)
    .bind(actor.district);
    Ok(rows.first(find).await?.is_some())
}

/// Is this file of a waiting record open to the actor: one of its two officers, between looking and confirming?
pub async fn shown_to_officer(
    rows: &mut impl Rows,
    actor: &Actor,
    file: EvidenceId,
    today: Day,
) -> Result<bool, StorageError> {
    let row = rows
        .first(
            q("SELECT r.author_person FROM evidence_links l JOIN offline_requests o ON o.record_id = l.record_id
               JOIN offline_officers f ON f.request_id = o.id JOIN records r ON r.id = l.record_id
               WHERE l.id = $1 AND l.district_id = $2 AND o.state = 'open' AND f.person_id = $3
                 AND f.slot <= 2 AND f.seen_at IS NOT NULL AND f.done_at IS NULL")
            .bind(file)
            .bind(actor.district)
            .bind(actor.person),
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let known = officers(rows, actor.district, row.id("author_person")?, today).await?;
    Ok(known.iter().any(|(id, _)| *id == actor.person.to_string()))
}

/// Pages of a book that went offline after `closed`: what was signed does not change by it.
pub async fn after_closing(
    rows: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
) -> Result<u32, StorageError> {
    let row = rows
        .first(
            q("SELECT COUNT(DISTINCT r.id) AS n FROM offline_requests o JOIN records r ON r.id = o.record_id
               JOIN book_closings c ON c.post_id = r.post_id AND c.year = r.year
               WHERE o.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND r.page IS NOT NULL AND o.state <> 'back'
                 AND o.asked_at >= c.closed_at")
            .bind(district)
            .bind(post)
            .bind(year),
        )
        .await?;
    row.map_or(Ok(0), |row| Ok(u32::try_from(row.int("n")?).unwrap_or(u32::MAX)))
}

/// Pages of the book of a reading that went offline since it was announced: record, page, day.
pub async fn since_announced(
    rows: &mut impl Rows,
    inspection: InspectionId,
) -> Result<Vec<(RecordId, i64, Day)>, StorageError> {
    let found = rows
        .all(
            q("SELECT r.id, r.page, o.asked_at FROM offline_requests o JOIN records r ON r.id = o.record_id
               JOIN inspections i ON i.post_id = r.post_id AND i.year = r.year
               WHERE i.id = $1 AND r.page IS NOT NULL AND o.state <> 'back' AND o.asked_at >= i.announced_at ORDER BY r.page")
            .bind(inspection),
        )
        .await?;
    found
        .iter()
        .map(|row| {
            let at: Instant = row.instant("asked_at")?;
            Ok((row.id("id")?, row.opt_int("page")?.unwrap_or_default(), at.day()))
        })
        .collect()
}
