//! Loads what a portrait is made of. Only queries and mapping; no text of a record is read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Datelike as _;
use domain::{
    duties::{Frequency, ListState, OccurrenceState, cadence},
    ids::{DistrictId, DutyId, InspectionId, LeaderListId, MeetingId, PersonId, PostId, TermId, UnitId},
    oversight::{Purpose, RemarkKind},
    people::access::{self, Actor, PostRef, ResultRef, SeePortrait},
    portrait::{
        FindingFact, ItemFact, ListFact, OccurrenceFact, PortraitFacts, ReadingFact, RemarkFact, ReviewFact, TermSpan,
    },
    time::{Day, Instant, first_of, zh},
};

use super::super::{
    accountability,
    duties::sight,
    facts,
    items::{self, issued_item},
    posts,
    rows::Rows,
};
use crate::storage::{Query, Row, StorageError, q};

/// An item of a list handed down, for those above.
const BELOW: &str = "下级清单条目";

/// A term in a head post, with its person.
#[derive(Debug, Clone)]
pub(in crate::services) struct Term {
    /// Term.
    pub id: TermId,
    /// Who.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// Days.
    pub span: TermSpan,
    /// Post.
    pub post: PostId,
    /// Title of the post.
    pub title: String,
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// 区委书记's post.
    pub leads_district: bool,
}

impl Term {
    /// For access.
    pub fn access(&self) -> PostRef {
        PostRef { post: self.post, unit: self.unit, leads_district: self.leads_district }
    }

    /// `叶国平，党组织书记`.
    pub fn who(&self) -> String {
        format!("{}，{}", self.name, self.title)
    }

    /// 「2024年3月1日起主持工作」, 「2022年1月5日至2026年8月2日任职」.
    pub fn days(&self) -> String {
        let what = if self.span.acting { "主持工作" } else { "任职" };
        match self.span.to {
            Some(to) => format!("{}至{}{what}", zh(self.span.from), zh(to)),
            None => format!("{}起{what}", zh(self.span.from)),
        }
    }

    /// Has it begun and not ended?
    pub fn runs(&self, today: Day) -> bool {
        self.span.from <= today && self.span.to.is_none_or(|to| to >= today)
    }
}

/// Terms in head posts of units that have a list; more conditions can be pushed (`t` term, `p` post, `u` unit).
pub(in crate::services) fn terms_query(district: DistrictId) -> Query {
    q("SELECT t.id AS term_id, t.person_id, t.starts_on, t.ends_on, t.acting, s.name AS person_name,
         p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name, u.leads_district
       FROM terms t JOIN persons s ON s.id = t.person_id JOIN posts p ON p.id = t.post_id JOIN units u ON u.id = p.unit_id
       WHERE t.district_id = $1 AND p.district_id = $1 AND p.is_head = 1 AND u.kind NOT IN ('team', 'committee', 'commission')")
    .bind(district)
}

/// A row of [`terms_query`].
pub(in crate::services) fn term_of(row: &Row) -> Result<Term, StorageError> {
    Ok(Term {
        id: row.id("term_id")?,
        person: row.id("person_id")?,
        name: row.text("person_name")?,
        span: TermSpan { from: row.day("starts_on")?, to: row.opt_day("ends_on")?, acting: row.flag("acting")? },
        post: row.id("post_id")?,
        title: row.text("title")?,
        unit: row.id("unit_id")?,
        unit_name: row.text("unit_name")?,
        leads_district: row.flag("leads_district")?,
    })
}

/// Facts of a term for the quarters of `year`, the year before and the present one.
pub(in crate::services) async fn facts_of(
    rows: &mut impl Rows,
    actor: &Actor,
    term: &Term,
    _may: SeePortrait,
    (year, today): (i32, Day),
) -> Result<PortraitFacts, StorageError> {
    let district = actor.district;
    let enabled = posts::enabled_on(rows, district).await?.unwrap_or(first_of(today.year(), 1));
    let mut out = PortraitFacts::empty(term.span, enabled);
    let (starts, as_of) = (out.starts(), out.as_of(today));
    let year = year.clamp(starts.year(), as_of.year().max(starts.year()));
    let mut years = vec![year - 1, year, as_of.year()];
    years.retain(|y| (starts.year()..=as_of.year()).contains(y));
    years.sort_unstable();
    years.dedup();
    out.lists = lists(rows, term.post, as_of).await?;
    let closed = closed_years(rows, actor, term, (starts.year(), as_of.year())).await?;
    out.items = year_items(rows, term, &out, &years).await?;
    // What an item handed down says stays below; its states go up.
    for item in out.items.iter_mut().filter(|item| closed.contains(&item.year)) {
        item.code = String::new();
        item.text = BELOW.to_owned();
        item.group = BELOW.to_owned();
    }
    out.readings = readings(rows, district, term, (starts, as_of), &closed).await?;
    out.reviews = reviews(rows, actor, term).await?;
    out.findings = findings(rows, district, term).await?;
    Ok(out)
}

/// Years whose items the viewer may not read: the list was handed down. The person reads his own for ever.
async fn closed_years(
    rows: &mut impl Rows,
    actor: &Actor,
    term: &Term,
    (from, to): (i32, i32),
) -> Result<BTreeSet<i32>, StorageError> {
    let mut out = BTreeSet::new();
    if access::own_portrait(actor, term.person).is_ok() {
        return Ok(out);
    }
    for year in from..=to {
        if !sight::reads_items(rows, actor, term.post, year).await? {
            out.insert(year);
        }
    }
    Ok(out)
}

async fn lists(rows: &mut impl Rows, post: PostId, as_of: Day) -> Result<Vec<ListFact>, StorageError> {
    let rows = rows
        .all(
            q("SELECT id, year, state, issued_at, receipt_due, signed_on FROM leader_lists
               WHERE post_id = $1 AND state IN ('issued', 'signed', 'superseded', 'frozen') AND issued_at IS NOT NULL
               ORDER BY year, edition")
            .bind(post),
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let issued: Instant = row.instant("issued_at")?;
        let state = row.keyed("state", ListState::from_key)?;
        let signed_on = row.opt_day("signed_on")?;
        if issued.day() <= as_of {
            out.push(ListFact {
                id: row.id("id")?,
                year: row.year("year")?,
                issued_on: issued.day(),
                receipt_due: row.opt_day("receipt_due")?,
                signed_on,
                replaced: signed_on.is_none() && !state.is_in_force(),
            });
        }
    }
    Ok(out)
}

/// Items of the lists of these years with their standing occurrences: of several editions the newest wording.
async fn year_items(
    rows: &mut impl Rows,
    term: &Term,
    known: &PortraitFacts,
    years: &[i32],
) -> Result<Vec<ItemFact>, StorageError> {
    // Handed out up to the day of the portrait, the oldest edition first.
    let lists: Vec<(LeaderListId, i32)> =
        known.lists.iter().filter(|l| years.contains(&l.year)).map(|l| (l.id, l.year)).collect();
    let ids: Vec<LeaderListId> = lists.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_list = items::items_of_lists(rows, &ids).await?;
    let names = list_names(rows, term).await?;
    let last = last_events(rows, term).await?;
    let mut found: BTreeMap<(i32, DutyId), ItemFact> = BTreeMap::new();
    for (list, year) in &lists {
        let newest = lists.iter().rev().find(|(_, y)| y == year).is_some_and(|(last, _)| last == list);
        for item in by_list.remove(list).unwrap_or_default() {
            // What is done at any time is shown as the list says now; it has no occurrence that stays.
            if item.frequency == Frequency::AnyTime && !newest {
                continue;
            }
            let fact = ItemFact {
                duty: item.duty,
                year: *year,
                cadence: cadence(&item),
                group_no: item.group_no,
                list_name: names.get(&item.list.0).cloned().unwrap_or_else(|| item.list.0.clone()),
                last_event: last.get(&(item.duty, *year)).copied(),
                code: item.code,
                text: item.text,
                group: item.group,
                list: item.list.0,
                occurrences: Vec::new(),
            };
            found.insert((*year, item.duty), fact);
        }
    }
    for year in years {
        for occurrence in facts::occurrences(rows, term.post, *year).await? {
            if occurrence.plain.state == OccurrenceState::Open
                && let Some(item) = found.get_mut(&(*year, occurrence.plain.duty))
            {
                item.occurrences.push(OccurrenceFact {
                    id: occurrence.plain.id,
                    window: occurrence.plain.window,
                    due: occurrence.plain.due,
                    satisfied: occurrence.satisfied,
                });
            }
        }
    }
    Ok(found.into_values().collect())
}

async fn list_names(rows: &mut impl Rows, term: &Term) -> Result<HashMap<String, String>, StorageError> {
    let rows = rows
        .all(
            q("SELECT l.key, l.name FROM duty_lists l JOIN units u ON u.district_id = l.district_id WHERE u.id = $1")
                .bind(term.unit),
        )
        .await?;
    rows.iter().map(|row| Ok((row.text("key")?, row.text("name")?))).collect()
}

/// The last event of the term that names an item, by item and year.
async fn last_events(rows: &mut impl Rows, term: &Term) -> Result<HashMap<(DutyId, i32), Day>, StorageError> {
    let mut find = q("SELECT d.duty_id, r.year, MAX(r.event_on) AS last_on FROM record_duties d
                      JOIN records r ON r.id = d.record_id
                      WHERE r.post_id = $1 AND r.state = 'recorded' AND d.unmatched_why IS NULL AND r.event_on >= $2")
    .bind(term.post)
    .bind(term.span.from);
    if let Some(to) = term.span.to {
        find = find.push_bind("AND r.event_on <= ?", to);
    }
    let rows = rows.all(find.push("GROUP BY d.duty_id, r.year")).await?;
    rows.iter().map(|row| Ok(((row.id("duty_id")?, row.year("year")?), row.day("last_on")?))).collect()
}

const REMARKS: &str = concat!(
    "SELECT m.id AS remark_id, m.inspection_id, m.kind, m.record_id, n.year, r.page, r.author_term, COALESCE(",
    issued_item!("code", "m.duty_id", "n.post_id", "n.year"),
    ", '') AS code FROM inspection_remarks m JOIN inspections n ON n.id = m.inspection_id
     LEFT JOIN records r ON r.id = m.record_id
     WHERE m.district_id = $1 AND m.withdrawn_at IS NULL AND (m.kind <> 'mismatch' OR m.agreed_by IS NOT NULL)"
);

/// Readings that both signed, which were over in the term, with the remarks about what this head recorded.
async fn readings(
    rows: &mut impl Rows,
    district: DistrictId,
    term: &Term,
    (from, to): (Day, Day),
    closed: &BTreeSet<i32>,
) -> Result<Vec<ReadingFact>, StorageError> {
    let found = rows
        .all(
            q("SELECT id, purpose, to_day, closed_on FROM inspections WHERE district_id = $1 AND post_id = $2
                 AND standing = 'closed' AND closed_on IS NOT NULL AND to_day >= $3 AND (to_day <= $4 OR closed_on <= $4)
               ORDER BY to_day, id")
            .bind(district)
            .bind(term.post)
            .bind(from)
            .bind(to),
        )
        .await?;
    let ids = found.iter().map(|row| row.id("id")).collect::<Result<Vec<InspectionId>, _>>()?;
    let mut remarks: HashMap<InspectionId, Vec<RemarkFact>> = HashMap::new();
    let find = q(REMARKS).bind(district).and_in("m.inspection_id", ids.iter().copied());
    for row in &rows.all(find.push("ORDER BY m.at, m.id")).await? {
        // A page that a predecessor wrote is none of this head's.
        if row.opt_id::<TermId>("author_term")?.is_some_and(|author| author != term.id) {
            continue;
        }
        let about = match (row.opt_int("page")?, row.opt_text("record_id")?, row.text("code")?) {
            (Some(page), ..) => format!("第 {page} 页"),
            (None, Some(_), _) => "一条记录".to_owned(),
            (None, None, code) if code.is_empty() => "整本".to_owned(),
            (None, None, _) if closed.contains(&row.year("year")?) => BELOW.to_owned(),
            (None, None, code) => code,
        };
        let kind = row.keyed("kind", RemarkKind::from_key)?;
        remarks.entry(row.id("inspection_id")?).or_default().push(RemarkFact { id: row.id("remark_id")?, kind, about });
    }
    found
        .iter()
        .zip(ids)
        .map(|(row, id)| {
            Ok(ReadingFact {
                id,
                purpose: row.keyed("purpose", Purpose::from_key)?.label().to_owned(),
                // Signed before the last day that was announced: over on the day of the signatures.
                to: row.day("to_day")?.min(row.day("closed_on")?),
                closed_on: row.day("closed_on")?,
                remarks: remarks.remove(&id).unwrap_or_default(),
            })
        })
        .collect()
}

/// Sealed results of the person in this post, as far as the viewer may know them; the person himself once the
/// feedback was handed to him, face to face (H6).
async fn reviews(rows: &mut impl Rows, actor: &Actor, term: &Term) -> Result<Vec<ReviewFact>, StorageError> {
    let about = ResultRef { person: term.person, unit: term.unit, leads_district: term.leads_district };
    if access::see_results(actor, about).is_err() {
        return Ok(Vec::new());
    }
    let own = actor.person == term.person;
    let found = rows
        .all(
            q("SELECT r.meeting_id, r.year, r.on_day, r.grade, f.handed_at FROM review_results r
               LEFT JOIN feedback_sheets f ON f.meeting_id = r.meeting_id AND f.presenter_id = r.presenter_id
               WHERE r.district_id = $1 AND r.post_id = $2 AND r.person_id = $3 ORDER BY r.on_day, r.meeting_id")
            .bind(actor.district)
            .bind(term.post)
            .bind(term.person),
        )
        .await?;
    let mut out = Vec::new();
    for row in &found {
        if own && row.opt_int("handed_at")?.is_none() {
            continue;
        }
        out.push(ReviewFact {
            meeting: row.id::<MeetingId>("meeting_id")?,
            year: row.year("year")?,
            on: row.day("on_day")?,
            grade: row.opt_text("grade")?,
        });
    }
    Ok(out)
}

async fn findings(rows: &mut impl Rows, district: DistrictId, term: &Term) -> Result<Vec<FindingFact>, StorageError> {
    let find = accountability::store::items_query(district).push_bind("AND i.post_id = ?", term.post);
    let rows = rows.all(find.push("ORDER BY i.opened_on, i.number, i.id")).await?;
    rows.iter()
        .map(|row| {
            let kept = accountability::store::read(row)?;
            Ok(FindingFact {
                id: kept.item.id,
                number: kept.number,
                kind: kept.item.kind,
                problem: kept.item.problem,
                opened_on: kept.item.opened_on,
                closed_on: kept.item.closed_on,
                deadline: kept.item.deadline,
            })
        })
        .collect()
}
