//! A book opened for writing: the items and occurrences that what is being saved rests on.
//! Refuses to decide where a tick goes: that is the record's own rule.

use std::collections::HashMap;

use domain::{
    board::Satisfied,
    duties::{DutyItem, ExistingOccurrence},
    ids::{DistrictId, DutyId, OccurrenceId, PostId, RecordId},
    records::{NewRecord, Placement},
    time::Day,
};

use super::{
    super::{
        colours::{self, Named},
        facts::{self, Occurrence},
        items,
    },
    ticks::{self, Doing},
};
use crate::storage::{Failure, StorageError, Tx};

/// A book as saving needs it: items in force and the occurrences of its year. Read
/// once, kept true by what is saved through it; a step of the list makes it stale.
#[derive(Debug, Clone)]
pub struct Book {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Items of the list in force, or those of them that a record names.
    pub items: Vec<DutyItem>,
    /// Their occurrences.
    pub occurrences: Vec<ExistingOccurrence>,
    /// The records that satisfied them.
    satisfied: HashMap<OccurrenceId, Satisfied>,
}

impl Book {
    /// Reads the book of a post and year.
    pub async fn open(tx: &mut Tx, post: PostId, year: i32) -> Result<Self, StorageError> {
        let heads = facts::lists(tx, post, year).await?;
        let items = match heads.iter().find(|l| l.state.is_in_force()) {
            Some(list) => items::items_of_list(tx, list.id).await?,
            None => Vec::new(),
        };
        let occurrences = facts::occurrences(tx, post, year).await?;
        Ok(Self::of(post, year, items, &occurrences))
    }

    /// Reads of it what a record with these ticks needs: nothing where it has none.
    pub(super) async fn about(tx: &mut Tx, post: PostId, year: i32, duties: &[DutyId]) -> Result<Self, StorageError> {
        let items = facts::items_in_force(tx, post, year, duties).await?;
        let occurrences = facts::occurrences_of(tx, post, year, duties).await?;
        Ok(Self::of(post, year, items, &occurrences))
    }

    /// Printed number of an item; empty where the list in force does not have it.
    pub(super) fn code(&self, duty: DutyId) -> String {
        self.items.iter().find(|i| i.duty == duty).map(|i| i.code.clone()).unwrap_or_default()
    }

    fn of(post: PostId, year: i32, items: Vec<DutyItem>, occurrences: &[Occurrence]) -> Self {
        Self {
            post,
            year,
            items,
            occurrences: occurrences.iter().map(|o| o.plain.clone()).collect(),
            satisfied: occurrences.iter().filter_map(|o| Some((o.plain.id, o.satisfied?))).collect(),
        }
    }

    /// Colours the items that a record with `ticks` ticks was just entered for; the book was
    /// read [`about`](Self::about) these.
    pub(super) async fn touch(
        &self,
        tx: &mut Tx,
        district: DistrictId,
        ticks: usize,
        today: Day,
    ) -> Result<(), Failure> {
        let stands = |plain: &ExistingOccurrence| Occurrence {
            plain: plain.clone(),
            satisfied: self.satisfied.get(&plain.id).copied(),
        };
        let occurrences: Vec<Occurrence> = self.occurrences.iter().map(stands).collect();
        let named = Named { items: &self.items, occurrences: &occurrences, ticks };
        colours::touch(tx, district, self.post, self.year, named, today).await
    }

    /// The first record of an occurrence satisfies it.
    pub(super) async fn settle(
        &mut self,
        tx: &mut Tx,
        id: RecordId,
        new: &NewRecord,
        recorded_on: Day,
        placements: &[Placement],
    ) -> Result<(), StorageError> {
        let first: Vec<OccurrenceId> =
            placements.iter().filter(|p| p.satisfies).filter_map(|placement| placement.occurrence).collect();
        ticks::satisfy(tx, Doing::unchecked(id, new.event_on, recorded_on), &first).await?;
        let done = Satisfied { record: id, event_on: new.event_on, recorded_on, verified: false };
        for occurrence in self.occurrences.iter_mut().filter(|o| first.contains(&o.id)) {
            occurrence.satisfied = true;
            self.satisfied.insert(occurrence.id, done);
        }
        Ok(())
    }
}
