//! Facts of a report, block by block, from the tables of the features that own them; only read. Everything is asked as
//! it stood at one moment (`as_of`), so that the same question asked again later gives the same answer unless a source
//! was corrected. Rows stand in the order of the posts asked for.

mod closed_loop;
mod colours;
mod inspections;
mod lists;
mod reviews;
mod season;
mod talks;

use std::{collections::HashMap, hash::Hash};

use chrono::Datelike as _;
use domain::{
    ids::{DistrictId, PostId, UnitId},
    reports::{Block, Cover, FactBlock, FactLine, Period, Source, rows_of},
    time::{Day, Instant, last_of},
};
use serde::{Deserialize, Serialize};

pub(in crate::services) use lists::due_in;

use super::{super::rows::Rows, slice};
use crate::storage::{Query, Row, StorageError};

/// Posts asked about in one statement: bounds its values and the time that it takes.
const AT_ONCE: usize = 200;

/// A head post that a report covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Post.
    pub post: PostId,
    /// Its unit.
    pub unit: UnitId,
    /// Name of the unit at the time.
    pub name: String,
}

/// What facts are asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// District.
    pub district: DistrictId,
    /// Whom it is about.
    pub cover: Cover,
    /// Posts in the order of the directory.
    pub posts: Vec<Covered>,
    /// Period.
    pub period: Period,
    /// The moment that they are about.
    pub as_of: Instant,
}

impl Ask {
    /// The last day that the facts are about.
    pub fn until(&self) -> Day {
        self.period.until(self.as_of.day())
    }

    /// Does what is done, or due, on `on` belong to this period? 半年梳理 of the first half is due by 15 July (practice
    /// H3): what of it (`mid_year`) falls into July is counted with the first half and its second quarter, and nowhere
    /// else.
    pub fn takes(&self, on: Day, mid_year: bool) -> bool {
        let day = if mid_year && on.month() == 7 { last_of(on.year(), 6) } else { on };
        self.period.window().holds(day)
    }

    /// The last day on which something may be done that [`takes`](Self::takes) counts with this period.
    pub fn last_day(&self) -> Day {
        let last = self.period.window().to;
        if last.month() == 6 { last_of(last.year(), 7) } else { last }
    }

    /// A page that shows what was read there and nothing else, narrowed to this cover and period.
    fn listed(&self, name: &str, page: &str, count: u32) -> Source {
        let join = if page.contains('?') { '&' } else { '?' };
        let link = format!("{page}{join}{}", slice::address(self.cover, self.period));
        Source { name: name.to_owned(), link, count }
    }

    /// The last moment of that day, or the moment asked about where it is earlier.
    fn end(&self) -> Instant {
        let day_after = self.until().succ_opt().map_or(self.as_of, Instant::start_of);
        self.as_of.min(day_after.plus_ms(-1))
    }

    /// Rows of a query about some of the posts at a time, gathered by what `key` reads of a row.
    async fn by<K: Eq + Hash, T>(
        &self,
        from: &mut impl Rows,
        query: &Query,
        (column, tail): (&'static str, &'static str),
        read: impl Fn(&Row) -> Result<(K, T), StorageError>,
    ) -> Result<HashMap<K, Vec<T>>, StorageError> {
        let mut out: HashMap<K, Vec<T>> = HashMap::new();
        for some in self.posts.chunks(AT_ONCE) {
            let find = query.clone().and_in(column, some.iter().map(|covered| covered.post)).push(tail);
            for row in &from.all(find).await? {
                let (key, value) = read(row)?;
                out.entry(key).or_default().push(value);
            }
        }
        Ok(out)
    }
}

/// Computes one block. `now` is the moment at which it is computed, which readers are told.
pub async fn block(from: &mut impl Rows, ask: &Ask, which: Block, now: Instant) -> Result<FactBlock, StorageError> {
    let empty = FactBlock::without(which, now, "");
    if ask.posts.is_empty() {
        return Ok(FactBlock::without(which, now, "这个范围里没有负责人岗位，没有数据。"));
    }
    match which {
        Block::Receipts => lists::receipts(from, ask, empty).await,
        Block::Items => lists::items(from, ask, empty).await,
        Block::Colours => colours::colours(from, ask, empty).await,
        Block::Inspections => inspections::inspections(from, ask, empty).await,
        Block::Reviews => reviews::reviews(from, ask, empty).await,
        Block::Loop => closed_loop::items(from, ask, empty).await,
        Block::Season => season::steps(from, ask, empty).await,
        Block::Talks => talks::talks(from, ask, empty).await,
    }
}

fn columns(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A number of a block that opens the rows it counts.
fn line_of(block: Block, id: &str, label: &str, value: String) -> FactLine {
    FactLine { id: id.to_owned(), label: label.to_owned(), value, link: rows_of(block, id) }
}

/// Where no page shows what was read and nothing else: the rows of the block are the list, and lead on to each thing.
fn told(name: &str, count: u32) -> Source {
    Source { name: name.to_owned(), link: String::new(), count }
}

/// The ids of those lines that count a row.
fn counts<const N: usize>(all: [(&str, bool); N]) -> Vec<String> {
    all.into_iter().filter(|(_, counted)| *counted).map(|(id, _)| id.to_owned()).collect()
}

fn counted(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
