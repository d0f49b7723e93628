//! Optional marks apart from their ballots. 总体评价 and five optional marks of one rater, kept
//! together, are a handwriting that colleagues may know; the count needs each dimension by itself.
//! So every mark of a ballot that names no seat gets an id of its own, and a dimension whose mean may
//! not be shown leaves no mark at all. Refuses to put a rater's marks together again: for counting
//! they are dealt to any ballots of the same group, which gives the same sums.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BundleResult, Mark, SealedBallot, Tally, Vote};
use crate::ids::{BallotId, PresenterId};

/// A mark on one optional dimension, of nobody's ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedMark {
    /// Random id of its own; rows are sorted by it.
    pub id: BallotId,
    /// Whom.
    pub presenter: PresenterId,
    /// Merged group, as on the ballots.
    pub group: String,
    /// Key of the dimension.
    pub dimension: String,
    /// The mark.
    pub mark: Mark,
}

/// Takes the optional marks off every ballot without a seat. Kept are those of dimensions whose mean
/// the result shows: what is below the smallest cell there is shown to nobody, so nothing stays of it.
/// Sorted by the fresh ids; `fresh` must give random ones.
pub fn part(
    ballots: &mut [SealedBallot],
    results: &[BundleResult],
    mut fresh: impl FnMut() -> BallotId,
) -> Vec<SealedMark> {
    let shown = |presenter: PresenterId, key: &str| {
        let mut of = results.iter().filter(|r| r.presenter == presenter).flat_map(|r| &r.tally.lines);
        of.any(|line| line.key == key && line.mean.is_some())
    };
    let mut marks = Vec::new();
    for ballot in ballots.iter_mut().filter(|b| b.seat.is_none()) {
        let Vote::Rate { dimensions, .. } = &mut ballot.vote else { continue };
        for (dimension, mark) in std::mem::take(dimensions) {
            if shown(ballot.presenter, &dimension) {
                let group = ballot.group.clone();
                marks.push(SealedMark { id: fresh(), presenter: ballot.presenter, group, dimension, mark });
            }
        }
    }
    marks.sort_unstable_by_key(|m| m.id);
    marks
}

/// The votes on one presenter as they can be counted: each group's marks dealt to its ballots without
/// a seat, in no meaningful order. None where a group has more marks on a dimension than such ballots.
pub(super) fn dealt(
    presenter: PresenterId,
    ballots: &[SealedBallot],
    marks: &[SealedMark],
) -> Option<Vec<(String, Vote)>> {
    let mut piles: BTreeMap<(&str, &str), Vec<Mark>> = BTreeMap::new();
    for mark in marks.iter().filter(|m| m.presenter == presenter) {
        piles.entry((&mark.group, &mark.dimension)).or_default().push(mark.mark);
    }
    let votes = ballots
        .iter()
        .filter(|b| b.presenter == presenter)
        .map(|ballot| {
            let mut vote = ballot.vote.clone();
            if let (Vote::Rate { dimensions, .. }, None) = (&mut vote, &ballot.seat) {
                for ((_, dimension), pile) in piles.iter_mut().filter(|((group, _), _)| *group == ballot.group) {
                    if let Some(mark) = pile.pop() {
                        dimensions.insert((*dimension).to_owned(), mark);
                    }
                }
            }
            (ballot.group.clone(), vote)
        })
        .collect();
    piles.values().all(Vec::is_empty).then_some(votes)
}

/// Takes over how many marked a dimension, where the mean is not shown and the marks are therefore
/// not kept: this number alone cannot be counted again. Everything else must agree by itself.
pub(super) fn believe_withheld(counted: &mut Tally, stated: &Tally, smallest: u32) {
    let one_group = counted.groups.len() == 1;
    for (line, said) in counted.lines.iter_mut().zip(&stated.lines) {
        let withheld = line.mean.is_none() && said.mean.is_none() && line.key == said.key;
        let may_be = (line.marked..=stated.valid).contains(&said.marked) && !(one_group && said.marked >= smallest);
        if withheld && may_be {
            line.marked = said.marked;
        }
    }
}
