//! Gathers the facts that colours are made of.

use std::collections::{HashMap, HashSet};

use chrono::Days;
use domain::{
    board::{Fact, Facts, ItemFacts, ListFacts, RuleSet, Satisfied},
    duties::{DutyItem, ExistingOccurrence, LeaderList, ListState, OccurrenceState, Suggested, cadence, month_card},
    ids::{DistrictId, DutyId, LeaderListId, OccurrenceId, PostId},
    time::{Day, Window, first_of, last_of},
};

use super::{accountability, items, oversight, posts, posts::PostInfo, reviews, rows::Rows, tolerance};
use crate::storage::{Row, StorageError, q};

/// The newest list of post and year, and the list in force (issued or signed).
#[derive(Debug, Clone)]
pub struct ListHead {
    /// List.
    pub id: LeaderListId,
    /// State.
    pub state: ListState,
    /// When issued.
    pub issued_on: Option<Day>,
    /// When signed.
    pub signed_on: Option<Day>,
}

/// The newest edition; where it is not issued yet, also the one in force before it.
pub async fn lists(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Vec<ListHead>, StorageError> {
    let rows = rows
        .all(
            q("SELECT id, state, issued_at, signed_on FROM leader_lists
               WHERE post_id = $1 AND year = $2 ORDER BY edition DESC")
            .bind(post)
            .bind(year),
        )
        .await?;
    rows.iter().map(list_head).collect()
}

/// [`lists`] of some posts. One statement.
pub async fn lists_of(
    rows: &mut impl Rows,
    posts: &[PostId],
    year: i32,
) -> Result<HashMap<PostId, Vec<ListHead>>, StorageError> {
    let find = q("SELECT id, post_id, state, issued_at, signed_on FROM leader_lists WHERE year = $1").bind(year);
    let mut out: HashMap<PostId, Vec<ListHead>> = HashMap::new();
    for row in &rows.all(find.and_in("post_id", posts.iter().copied()).push("ORDER BY post_id, edition DESC")).await? {
        out.entry(row.id("post_id")?).or_default().push(list_head(row)?);
    }
    Ok(out)
}

fn list_head(row: &Row) -> Result<ListHead, StorageError> {
    Ok(ListHead {
        id: row.id("id")?,
        state: row.keyed("state", ListState::from_key)?,
        issued_on: row.opt_instant("issued_at")?.map(domain::time::Instant::day),
        signed_on: row.opt_day("signed_on")?,
    })
}

/// An occurrence with the record that satisfied it.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// As rules see it.
    pub plain: ExistingOccurrence,
    /// Satisfying record.
    pub satisfied: Option<Satisfied>,
}

/// Occurrences of post and year.
pub async fn occurrences(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Vec<Occurrence>, StorageError> {
    let rows = rows.all(q(OCCURRENCES).bind(post).bind(year).push("ORDER BY due_on, code")).await?;
    rows.iter().map(occurrence).collect()
}

/// Those of a few items.
pub async fn occurrences_of(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    duties: &[DutyId],
) -> Result<Vec<Occurrence>, StorageError> {
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let query = q(OCCURRENCES).bind(post).bind(year).and_in("duty_id", duties.iter().copied());
    let rows = rows.all(query.push("ORDER BY due_on, code").at_once(&OCCURRENCE)).await?;
    rows.iter().map(occurrence).collect()
}

const OCCURRENCES: &str =
    "SELECT id, duty_id, period_no, window_from, window_to, counts_from, due_on, state, record_id,
  event_on, recorded_on, verified_at FROM occurrences WHERE post_id = $1 AND year = $2";

/// Its columns.
const OCCURRENCE: [&str; 12] = [
    "id",
    "duty_id",
    "period_no",
    "window_from",
    "window_to",
    "counts_from",
    "due_on",
    "state",
    "record_id",
    "event_on",
    "recorded_on",
    "verified_at",
];

/// One of `SELECT *`.
pub fn occurrence(row: &Row) -> Result<Occurrence, StorageError> {
    let satisfied = match (row.opt_id("record_id")?, row.opt_day("event_on")?, row.opt_day("recorded_on")?) {
        (Some(record), Some(event_on), Some(recorded_on)) => {
            Some(Satisfied { record, event_on, recorded_on, verified: row.opt_int("verified_at")?.is_some() })
        }
        _ => None,
    };
    Ok(Occurrence {
        plain: ExistingOccurrence {
            id: row.id::<OccurrenceId>("id")?,
            duty: row.id("duty_id")?,
            period_no: row.small("period_no")?,
            window: Window { from: row.day("window_from")?, to: row.day("window_to")? },
            due: row.day("due_on")?,
            counts_from: row.day("counts_from")?,
            state: row.keyed("state", OccurrenceState::from_key)?,
            satisfied: satisfied.is_some(),
        },
        satisfied,
    })
}

/// Everything known of a post in a year.
pub struct Known {
    /// Post.
    pub info: PostInfo,
    /// Rules in force.
    pub rules: RuleSet,
    /// For the rules.
    pub facts: Facts,
    /// Items of the list in force.
    pub items: Vec<DutyItem>,
    /// Occurrences.
    pub occurrences: Vec<Occurrence>,
    /// Newest list.
    pub list: Option<ListHead>,
}

impl Known {
    /// What to do about an item whose record two readers found wrong (核查不符); `None` for any other.
    pub fn refuted(&self, duty: DutyId) -> Option<&'static str> {
        let refuted = self.facts.items.iter().find(|i| i.duty == duty)?.refuted?;
        match refuted.answered {
            None => Some("核查不符，请核对后更正或补充"),
            Some(false) => Some("核查不符，已补记，正在等核实"),
            Some(true) => None,
        }
    }

    /// 本月履责提醒 on `today`. Gaps before the arrival or in a vacancy are nobody's.
    pub fn month_card(&self, today: Day) -> Vec<Suggested> {
        card(&self.facts, &self.items, &self.occurrences, &self.rules, today)
    }
}

/// 本月履责提醒 of items and their occurrences: gaps that `facts` oblige nobody to are left out.
pub fn card(
    facts: &Facts,
    items: &[DutyItem],
    occurrences: &[Occurrence],
    rules: &RuleSet,
    today: Day,
) -> Vec<Suggested> {
    let own = |o: &&Occurrence| o.satisfied.is_some() || facts.obliges(o.plain.due);
    let plain: Vec<_> = occurrences.iter().filter(own).map(|o| o.plain.clone()).collect();
    month_card(items, &plain, rules, today)
}

/// Gathers the facts of a post. `None` where there is no such post in the district.
pub async fn gather(
    rows: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
    today: Day,
) -> Result<Option<Known>, StorageError> {
    let Some(info) = posts::post(rows, district, post, today).await? else { return Ok(None) };
    let calendar = posts::calendar(rows, district).await?;
    let (rules, enabled) = posts::rules_and_day(rows, district).await?;
    let since = info.head.as_ref().map(|head| enabled.map_or(head.from, |enabled| enabled.max(head.from)));
    let enabled = enabled.unwrap_or(first_of(year, 1));
    let heads = lists(rows, post, year).await?;
    let in_force = heads.iter().find(|l| l.state.is_in_force()).cloned();
    let items = match &in_force {
        Some(list) => items::items_of_list(rows, list.id).await?,
        None => Vec::new(),
    };
    let occurrences = occurrences(rows, post, year).await?;
    let recorded = recorded_duties(rows, post, year).await?;
    let refuted = oversight::refuted(rows, post, year).await?;
    let mut item_facts = item_facts(&items, &occurrences, |duty| recorded.contains(&duty));
    for item in &mut item_facts {
        item.refuted = refuted.get(&item.duty).copied();
    }
    // A draft of the next edition changes nothing until it is issued.
    let list = in_force.clone().or_else(|| heads.first().cloned());
    let list_facts = list.as_ref().map(|l| {
        let plain = LeaderList { state: l.state, issued_on: l.issued_on, ..LeaderList::draft(l.id, post, year) };
        ListFacts {
            state: l.state,
            receipt_due: plain.receipt_due(rules.list, &calendar),
            telephone_after: plain.telephone_after(rules.list, &calendar),
            signed_on: l.signed_on,
        }
    });
    let head = info.head.as_ref().map(|h| h.person);
    let oversight = match in_force {
        Some(_) => Some(oversight::facts(rows, post, year, today).await?),
        None => None,
    };
    let facts = Facts {
        oversight,
        review: reviews::report::facts(rows, post, year, head, today).await?,
        rectification: accountability::store::facts(rows, post, year, since, today).await?,
        term_from: info.head.as_ref().map(|h| h.from),
        vacancies: vacancies(rows, post, year).await?,
        list: list_facts,
        items: item_facts,
        excused: tolerance::excused_occurrences(rows, post).await?,
        ..Facts::empty(post, year, enabled)
    };
    Ok(Some(Known { info, rules, facts, items, occurrences, list }))
}

/// Items with their open occurrences, in the order of `items`.
fn item_facts(items: &[DutyItem], occurrences: &[Occurrence], recorded: impl Fn(DutyId) -> bool) -> Vec<ItemFacts> {
    let mut by_duty: HashMap<DutyId, Vec<Fact>> = HashMap::new();
    for o in occurrences.iter().filter(|o| o.plain.state == OccurrenceState::Open) {
        by_duty.entry(o.plain.duty).or_default().push(Fact {
            id: o.plain.id,
            window: o.plain.window,
            due: o.plain.due,
            satisfied: o.satisfied,
        });
    }
    items
        .iter()
        .map(|item| ItemFacts {
            duty: item.duty,
            code: item.code.clone(),
            text: item.short(),
            cadence: cadence(item),
            hard: item.hard,
            recorded: recorded(item.duty),
            refuted: None,
            occurrences: by_duty.remove(&item.duty).unwrap_or_default(),
        })
        .collect()
}

/// What the colours of a few items are made of, each of them named by a record that counts.
/// Without a list and without the other columns of the row.
pub fn of_items(
    post: PostId,
    year: i32,
    enabled: Option<Day>,
    terms: &[(Day, Option<Day>)],
    items: &[DutyItem],
    occurrences: &[Occurrence],
    today: Day,
) -> Facts {
    let running = |term: &&(Day, Option<Day>)| term.0 <= today && term.1.is_none_or(|end| end >= today);
    Facts {
        term_from: terms.iter().rev().find(running).map(|term| term.0),
        vacancies: gaps(terms, year),
        items: item_facts(items, occurrences, |_| true),
        ..Facts::empty(post, year, enabled.unwrap_or(first_of(year, 1)))
    }
}

/// These items of the list in force, in printed order; none where nothing is issued.
pub async fn items_in_force(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    duties: &[DutyId],
) -> Result<Vec<DutyItem>, StorageError> {
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rows
        .all(
            q("SELECT * FROM leader_items WHERE list_id = (SELECT id FROM leader_lists
                 WHERE post_id = $1 AND year = $2 AND state IN ('issued', 'signed') ORDER BY edition DESC LIMIT 1)")
            .bind(post)
            .bind(year)
            .and_in("duty_id", duties.iter().copied())
            .push("ORDER BY position")
            .at_once(&items::COLUMNS),
        )
        .await?;
    rows.iter().map(items::item_of).collect()
}

async fn recorded_duties(rows: &mut impl Rows, post: PostId, year: i32) -> Result<HashSet<DutyId>, StorageError> {
    let rows = rows
        .all(
            q("SELECT DISTINCT d.duty_id FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND d.unmatched_why IS NULL")
            .bind(post)
            .bind(year),
        )
        .await?;
    rows.iter().map(|row| row.id("duty_id")).collect()
}

/// Terms of a post, the earliest first: first day, and last day where it ended.
async fn terms(rows: &mut impl Rows, post: PostId) -> Result<Vec<(Day, Option<Day>)>, StorageError> {
    let rows =
        rows.all(q("SELECT starts_on, ends_on FROM terms WHERE post_id = $1 ORDER BY starts_on").bind(post)).await?;
    rows.iter().map(term).collect()
}

/// First day, and last day where it ended, from a row of terms.
pub fn term(row: &Row) -> Result<(Day, Option<Day>), StorageError> {
    Ok((row.day("starts_on")?, row.opt_day("ends_on")?))
}

/// Days of the year between two terms: due dates pause there.
pub async fn vacancies(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Vec<Window>, StorageError> {
    Ok(gaps(&terms(rows, post).await?, year))
}

fn gaps(terms: &[(Day, Option<Day>)], year: i32) -> Vec<Window> {
    let (from, to) = (first_of(year, 1), last_of(year, 12));
    let mut gaps = Vec::new();
    let mut covered: Option<Day> = None;
    let mut add = |from: Day, to: Day| {
        if from <= to {
            gaps.push(Window { from, to });
        }
    };
    for (start, end) in terms.iter().copied() {
        if let Some(end) = covered {
            add((end + Days::new(1)).max(from), (start - Days::new(1)).min(to));
        }
        let end = end.unwrap_or(to.max(start));
        covered = Some(covered.map_or(end, |c| c.max(end)));
    }
    if let Some(end) = covered
        && end < to
    {
        add((end + Days::new(1)).max(from), to);
    }
    gaps
}
