//! The dry run over the facts of today: some posts at a time, so that a district of a thousand units neither fills
//! the memory nor holds up other requests.

use std::collections::{BTreeSet, HashMap};

use app::api::{
    ApiError,
    rules::{DryPage, RulesQuery, ShiftRow},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Condition, DryRun, Duty, RuleSet, Shift, Tone, receipt_shift},
    duties::{LeaderList, ListState},
    ids::{DutyId, PostId},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Instant, zh_short},
};

use super::{
    super::{Services, duties::sight, parse, posts, rows::Rows, storage, told},
    draft,
    facts::{self, Around},
};
use crate::storage::{StorageError, q};

/// Rows of one page.
pub const ROWS: usize = 60;

/// What a whole run comes to.
pub struct Run {
    /// Counts, and the shifts in the order of the directory.
    pub dry: DryRun,
    /// Unit of each post.
    pub units: Vec<(PostId, String)>,
    /// Numbers that the new rules name and no list has.
    pub unknown: Vec<String>,
    /// Lists that wait for their receipt and whose days, call or colour differ, with their year.
    pub receipts: Vec<(i32, Shift)>,
}

impl Services {
    /// Runs `new` beside `old` over today's facts of the actor's district.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn dry_run(&self, actor: &Actor, old: &RuleSet, new: &RuleSet) -> Result<Run, ApiError> {
        let today = self.today();
        let year = today.year();
        let mut read = self.store.read().clone();
        let listed =
            facts::listed(&mut read, actor.district, year, actor.has(Role::Secretary)).await.map_err(storage)?;
        let around = Around::load(&mut read, actor.district, year, today).await.map_err(storage)?;
        let mut dry = DryRun::default();
        let mut codes: BTreeSet<String> = BTreeSet::new();
        for some in listed.chunks(facts::AT_ONCE) {
            for post in &around.facts(&mut read, some).await.map_err(storage)? {
                dry.try_out(old, new, post, today);
                for item in &post.items {
                    if !codes.contains(&item.code) {
                        codes.insert(item.code.clone());
                    }
                }
            }
            tokio::task::yield_now().await;
        }
        if old.rectification_is_red() != new.rectification_is_red() {
            dry.shifts.extend(rectification(&mut read, actor, new).await.map_err(storage)?);
        }
        let under = |code: &str, named: &str| {
            code == named || code.strip_prefix(named).is_some_and(|rest| rest.starts_with('.'))
        };
        let unknown = named(new).into_iter().filter(|n| !codes.iter().any(|code| under(code, n))).collect();
        let mut units: Vec<(PostId, String)> = listed.into_iter().map(|one| (one.post, one.unit)).collect();
        let mut receipts = Vec::new();
        if old.list != new.list {
            for (unit, shift) in self.receipts(&mut read, actor, (old, new)).await.map_err(storage)? {
                if !units.iter().any(|(post, _)| *post == shift.1.post) {
                    units.push((shift.1.post, unit));
                }
                receipts.push(shift);
            }
        }
        Ok(Run { dry, units, unknown, receipts })
    }

    /// Lists of this year and the next that wait for their receipt, with the name of the unit.
    async fn receipts(
        &self,
        rows: &mut impl Rows,
        actor: &Actor,
        both: (&RuleSet, &RuleSet),
    ) -> Result<Vec<(String, (i32, Shift))>, StorageError> {
        let (today, calendar) = (self.today(), posts::calendar(rows, actor.district).await?);
        let find = q("SELECT d.id, d.post_id, d.year, d.state, d.issued_at, u.name FROM leader_lists d
                      JOIN posts p ON p.id = d.post_id JOIN units u ON u.id = p.unit_id
                      WHERE d.district_id = $1 AND d.year >= $2 AND d.state = 'issued' AND u.leads_district <= $3
                      ORDER BY u.position, u.name, p.position, p.id, d.year, d.edition DESC")
        .bind(actor.district)
        .bind(today.year())
        .bind(actor.has(Role::Secretary));
        let mut out: Vec<(String, (i32, Shift))> = Vec::new();
        for row in &rows.all(find).await? {
            let (post, year) = (row.id("post_id")?, row.year("year")?);
            let list = LeaderList {
                state: row.keyed("state", ListState::from_key)?,
                issued_on: row.opt_instant("issued_at")?.map(Instant::day),
                ..LeaderList::draft(row.id("id")?, post, year)
            };
            if let Some(shift) = receipt_shift(both, &list, &calendar, today) {
                out.push((row.text("name")?, (year, shift)));
            }
        }
        Ok(out)
    }

    /// Everything that a draft changes and that fits the filters, for a file.
    ///
    /// # Errors
    /// No such draft for the actor, or storage failed.
    pub async fn dry_table(&self, actor: &Actor, query: &RulesQuery) -> Result<DryPage, ApiError> {
        if access::draft_rules(actor).is_err() && !super::decides(actor) {
            return Err(Rejection::NotFound.into());
        }
        let mut read = self.store.read().clone();
        let id = parse(query.id.as_deref().unwrap_or_default())?;
        let kept = draft::load(&mut read, actor.district, id).await.map_err(told)?;
        let old = posts::rules(&mut read, actor.district).await.map_err(storage)?;
        let query = RulesQuery { page: None, ..query.clone() };
        self.dry_page(actor, &old, &kept.rules, &query, usize::MAX).await
    }

    /// The run as the page shows it, `rows` at a time.
    pub(super) async fn dry_page(
        &self,
        actor: &Actor,
        old: &RuleSet,
        new: &RuleSet,
        query: &RulesQuery,
        rows: usize,
    ) -> Result<DryPage, ApiError> {
        let (run, reach) = (self.dry_run(actor, old, new).await?, self.rules_reach(actor, old, new).await?);
        let names: HashMap<PostId, &String> = run.units.iter().map(|(post, name)| (*post, name)).collect();
        let year = self.today().year();
        let all = || run.dry.shifts.iter().map(move |s| (year, s)).chain(run.receipts.iter().map(|(of, s)| (*of, s)));
        let changed: BTreeSet<PostId> = all().map(|(_, s)| s.post).collect();
        let units = run.units.iter().filter(|(post, _)| changed.contains(post)).cloned().collect();
        let to = query.to.as_deref().and_then(Tone::from_key);
        let only: Option<PostId> = query.post.as_deref().and_then(|post| post.parse().ok());
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let from = (page as usize - 1).saturating_mul(rows);
        let closed = sight::closed_posts(&mut self.store.read().clone(), actor, year).await.map_err(storage)?;
        let fits = |(_, s): &(i32, &Shift)| to.is_none_or(|to| s.to.0 == to) && only.is_none_or(|post| s.post == post);
        let mut fitting = all().filter(fits).skip(from);
        let line = |(of, s): (i32, &Shift)| shift_row(s, &names, closed.contains(&s.post), of);
        let rows = fitting.by_ref().take(rows).map(line).collect();
        let totals = Tone::ALL.into_iter().zip(run.dry.before).zip(run.dry.after).map(|((t, b), a)| (t, b, a));
        Ok(DryPage {
            as_of: zh_short(self.today()),
            totals: totals.collect(),
            changed: u32::try_from(run.dry.shifts.len()).unwrap_or(u32::MAX),
            receipts: u32::try_from(run.receipts.len()).unwrap_or(u32::MAX),
            rows,
            units,
            all_red: run.dry.all_red().unwrap_or_default().to_owned(),
            all_hard: reach.everything(new).unwrap_or_default(),
            warnings: reach.warning().into_iter().chain(run.dry.many_turn()).collect(),
            unknown: run.unknown,
            to: to.map(|t| t.key().to_owned()).unwrap_or_default(),
            post: only.map(|post| post.to_string()).unwrap_or_default(),
            page,
            more: fitting.next().is_some(),
        })
    }
}

fn shift_row(shift: &Shift, names: &HashMap<PostId, &String>, closed: bool, year: i32) -> ShiftRow {
    // What an item handed down says stays below; its state goes up.
    let side = |(tone, why): &(Tone, String), word: &str| {
        (*tone, word.to_owned(), if closed { String::new() } else { why.clone() })
    };
    let (before, after) = shift.words();
    ShiftRow {
        unit: names.get(&shift.post).map(|n| (*n).clone()).unwrap_or_default(),
        link: if shift.is_cell() {
            format!("/oversight/colours/{}?year={year}", shift.post)
        } else {
            format!("/oversight/colours/{}?year={year}#i{}", shift.post, shift.duty)
        },
        item: if closed && !shift.is_cell() {
            "下级清单条目".to_owned()
        } else {
            format!("{} {}", shift.code, shift.text)
        },
        from: side(&shift.from, before),
        to: side(&shift.to, after),
    }
}

/// Numbers that rules name.
fn named(rules: &RuleSet) -> BTreeSet<String> {
    let items = rules.rules.iter().flat_map(|rule| &rule.when).filter_map(|c| match c {
        Condition::Items { one_of } => Some(one_of),
        _ => None,
    });
    rules.hard.also.iter().chain(&rules.hard.never).chain(items.flatten()).cloned().collect()
}

/// Overdue 整改, which stands in the fifth cell and in no item.
async fn rectification(rows: &mut impl Rows, actor: &Actor, new: &RuleSet) -> Result<Vec<Shift>, StorageError> {
    let find = q("SELECT b.post_id, b.tone, b.why FROM board_cells b JOIN units u ON u.id = b.unit_id
                  WHERE b.district_id = $1 AND b.duty = 'wen' AND b.tone IN ('late', 'warn') AND u.leads_district <= $2
                    AND b.year = (SELECT MAX(l.year) FROM board_cells l WHERE l.post_id = b.post_id)
                  ORDER BY u.position, u.name, b.post_id")
    .bind(actor.district)
    .bind(actor.has(Role::Secretary));
    let found = rows.all(find).await?;
    let to = if new.rectification_is_red() { Tone::Late } else { Tone::Warn };
    let mut out = Vec::new();
    for row in &found {
        let (from, why) = (row.keyed("tone", Tone::from_key)?, row.text("why")?);
        if from != to {
            out.push(Shift {
                post: row.id("post_id")?,
                duty: DutyId(uuid::Uuid::nil()),
                code: Duty::Wen.label().to_owned(),
                text: "逾期整改".to_owned(),
                from: (from, why.clone()),
                to: (to, why),
                said: None,
            });
        }
    }
    Ok(out)
}
