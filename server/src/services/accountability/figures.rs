//! The numbers of a year, as the articles tell them, each with the address of its rows. Counted by the database over the
//! same lines and with the same sight as the ledger, so that a number and its rows never differ.

use app::api::{
    ApiError,
    accountability::{Figure, FiguresPage, FiguresQuery},
};
use domain::{
    accountability::{ItemKind, Stage, State},
    people::access::{self as sight, Actor},
    time::{Day, first_of, iso, zh_short},
};

use super::{
    super::{Services, rows::Rows, storage},
    find::Reader,
    measures, regulations,
};
use crate::storage::{Query, StorageError, q};

fn figure(label: &str, count: u32, unit: &str, link: String) -> Figure {
    Figure { label: label.to_owned(), count, unit: unit.to_owned(), link }
}

/// Days of a year as the ledger's filter takes them.
fn days(year: i32) -> (Day, Day) {
    let last = first_of(year + 1, 1);
    (first_of(year, 1), last.pred_opt().unwrap_or(last))
}

async fn one(rows: &mut impl Rows, query: Query) -> Result<u32, StorageError> {
    rows.first(query.for_these_values()).await?.map_or(Ok(0), |row| row.small("n"))
}

struct Counts<'a> {
    actor: &'a Actor,
    reader: &'a Reader<'a>,
    year: i32,
}

impl Counts<'_> {
    fn lines(&self, text: &'static str) -> Query {
        self.reader.sees(q(text).bind(self.actor.district))
    }

    fn opened(&self, query: Query) -> Query {
        let (from, to) = days(self.year);
        query.push_bind("AND l.opened_on >= ?", from).push_bind("AND l.opened_on <= ?", to)
    }

    /// What was put on the account in the year, by kind.
    async fn kinds(&self, rows: &mut impl Rows) -> Result<Vec<(ItemKind, u32)>, StorageError> {
        let query = self.opened(self.lines("SELECT l.kind, COUNT(*) AS n FROM item_lines l WHERE l.district_id = $1"));
        let found = rows.all(query.push("GROUP BY l.kind").for_these_values()).await?;
        let mut counts: Vec<(ItemKind, u32)> = ItemKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        for row in &found {
            let kind = row.keyed("kind", ItemKind::from_key)?;
            if let Some(place) = counts.iter_mut().find(|(k, _)| *k == kind) {
                place.1 = row.small("n")?;
            }
        }
        Ok(counts)
    }

    /// What is not ended, by state.
    async fn states(&self, rows: &mut impl Rows) -> Result<Vec<(State, u32)>, StorageError> {
        let query = self.lines("SELECT l.state, COUNT(*) AS n FROM item_lines l WHERE l.district_id = $1");
        let found = rows.all(query.push("AND l.turn < 3 GROUP BY l.state").for_these_values()).await?;
        found.iter().map(|row| Ok((row.keyed("state", State::from_key)?, row.small("n")?))).collect()
    }

    /// Heads who were talked to in the year.
    async fn talks(&self, rows: &mut impl Rows) -> Result<u32, StorageError> {
        let (from, to) = days(self.year);
        let query = q("SELECT COUNT(DISTINCT t.person_id) AS n FROM talks t JOIN units u ON u.id = t.unit_id
             WHERE t.district_id = $1 AND u.leads_district = 0")
        .bind(self.actor.district)
        .push_bind("AND t.held_on >= ?", from)
        .push_bind("AND t.held_on <= ?", to);
        let query = match self.reader.units() {
            None => query,
            Some(units) => {
                let own = self.actor.terms.iter().map(|t| t.unit).chain(units);
                query.and_in("t.unit_id", own.collect::<Vec<_>>())
            }
        };
        one(rows, query).await
    }

    /// 工作建议 and 建议书 that were handed over in the year.
    async fn advices(&self, rows: &mut impl Rows) -> Result<u32, StorageError> {
        let (from, to) = days(self.year);
        let query = q("SELECT COUNT(*) AS n FROM advices a WHERE a.district_id = $1 AND a.state = 'issued'")
            .bind(self.actor.district)
            .push_bind("AND a.issued_on >= ?", from)
            .push_bind("AND a.issued_on <= ?", to);
        let query = match self.reader.units() {
            None => query,
            Some(units) => {
                let own = self.actor.terms.iter().map(|t| t.unit).chain(units);
                query.and_in("a.unit_id", own.collect::<Vec<_>>())
            }
        };
        one(rows, query).await
    }

    /// 逾期, 临近到期, 挂起, 重复发生, 立行立改, 已销号.
    async fn marks(&self, rows: &mut impl Rows, today: Day) -> Result<Vec<Figure>, StorageError> {
        let (from, to) = days(self.year);
        let within = format!("from={}&to={}", iso(from), iso(to));
        let count = || self.lines("SELECT COUNT(*) AS n FROM item_lines l WHERE l.district_id = $1");
        let late = one(rows, count().push("AND l.turn = 0").push_bind("AND l.due_on < ?", today)).await?;
        let repeated = one(rows, self.opened(count().push("AND l.repeats IS NOT NULL"))).await?;
        let quick = one(rows, self.opened(count().push("AND l.quick = 1"))).await?;
        let ended = count().push_bind("AND l.closed_on >= ?", from).push_bind("AND l.closed_on <= ?", to);
        let ended = one(rows, ended).await?;
        let orphan = "AND l.turn < 3 AND l.unit_id IN (SELECT o.id FROM units o WHERE o.ends_on IS NOT NULL)";
        let orphan = one(rows, count().push(orphan)).await?;
        let done = format!("/accountability?ended_from={}&ended_to={}", iso(from), iso(to));
        Ok(vec![
            figure("逾期", late, "项", "/accountability?due=overdue".to_owned()),
            figure("单位已撤并，待移交", orphan, "项", "/accountability?turn=ended".to_owned()),
            figure("本年销号", ended, "项", done),
            figure("重复发生", repeated, "项", format!("/accountability?repeated=1&{within}")),
            figure("立行立改", quick, "项", format!("/accountability?quick=1&{within}")),
        ])
    }
}

impl Services {
    pub(super) async fn figures_page(&self, actor: &Actor, query: FiguresQuery) -> Result<FiguresPage, ApiError> {
        let _scope = sight::board_scope(actor)?;
        let today = self.today();
        let year = query.year.map_or(chrono::Datelike::year(&today), domain::time::sane_year);
        let mut read = self.store.read().clone();
        let reader = Reader::of(&mut read, actor, today).await.map_err(storage)?;
        let counts = Counts { actor, reader: &reader, year };
        figures(&mut read, &counts, today).await.map_err(storage)
    }
}

async fn figures(rows: &mut impl Rows, counts: &Counts<'_>, today: Day) -> Result<FiguresPage, StorageError> {
    let Counts { actor, reader, year } = *counts;
    let office = sight::sees_sources(actor);
    let (from, to) = days(year);
    let within = format!("from={}&to={}", iso(from), iso(to));
    let kinds = counts.kinds(rows).await?;
    let advice = [ItemKind::Suggestion, ItemKind::Recommendation];
    let problems = kinds.iter().filter(|(kind, _)| !advice.contains(kind)).map(|(_, n)| n).sum();
    let head = vec![
        figure("发现问题", problems, "个", format!("/accountability?kind={}&{within}", ItemKind::PROBLEMS)),
        figure("廉政谈话", counts.talks(rows).await?, "人", format!("/talks?year={year}")),
        figure(
            "工作建议",
            counts.advices(rows).await?,
            "条",
            format!("/accountability/advices?year={year}&state=issued"),
        ),
        figure(
            "建立和完善制度",
            regulations::of_year(rows, reader, actor, year).await?,
            "项",
            format!("/accountability/regulations?year={year}"),
        ),
    ];
    let states = counts.states(rows).await?;
    let of = |is: &dyn Fn(State) -> bool| states.iter().filter(|(state, _)| is(*state)).map(|(_, n)| n).sum::<u32>();
    let stages = Stage::ALL
        .iter()
        .filter(|stage| **stage != Stage::Closed)
        .map(|stage| {
            let link = format!("/accountability?state={}", stage.key());
            figure(stage.label(), of(&|state| state.stage() == *stage), "项", link)
        })
        .collect();
    let waits = [
        ("派驻组、联系室复核", State::Checking),
        ("党风政风监督室销号", State::Checked),
        ("分管副书记审定", State::Deciding),
    ];
    let waits = waits
        .into_iter()
        .map(|(label, at)| {
            figure(label, of(&|state| state == at), "项", format!("/accountability?state=at:{}", at.key()))
        })
        .collect();
    let mut shown: Vec<Figure> = kinds
        .iter()
        .filter(|(kind, n)| *n > 0 && (office || !kind.is_inside()))
        .map(|(kind, n)| figure(kind.label(), *n, "项", format!("/accountability?kind={}&{within}", kind.key())))
        .collect();
    let hidden: u32 = kinds.iter().filter(|(kind, _)| kind.is_inside()).map(|(_, n)| n).sum();
    if !office && hidden > 0 {
        let link = format!("/accountability?kind={}&{within}", ItemKind::FOUND);
        shown.push(figure(domain::duties::Source::OUTSIDE, hidden, "项", link));
    }
    let measures = if sight::list_measures(actor).is_ok() {
        let by_way = measures::by_way(rows, actor, year).await?;
        let link = |key: &str| format!("/accountability/measures?year={year}&way={key}&state=confirmed");
        by_way.into_iter().map(|(way, n)| figure(way.label(), n, "项", link(way.key()))).collect()
    } else {
        Vec::new()
    };
    Ok(FiguresPage {
        year,
        years: years(rows, actor, today).await?,
        as_of: zh_short(today),
        head,
        stages,
        kinds: shown,
        marks: counts.marks(rows, today).await?,
        waits,
        measures,
    })
}

/// From the first item to this year, newest first.
async fn years(rows: &mut impl Rows, actor: &Actor, today: Day) -> Result<Vec<i32>, StorageError> {
    let find = q("SELECT MIN(opened_on) AS first FROM item_lines WHERE district_id = $1").bind(actor.district);
    let now = chrono::Datelike::year(&today);
    let first = match rows.first(find).await? {
        Some(row) => row.opt_day("first")?.map_or(now, |day| chrono::Datelike::year(&day)),
        None => now,
    };
    Ok((first.min(now)..=now).rev().take(20).collect())
}
