//! The sealed bundle of a round and its certificate's canonical text. Anyone with the file can
//! count again on another machine (`wuze verify-meeting`). Comments are hashed apart, not in here.

use serde::{Deserialize, Serialize};

use super::{ReviewRules, Tally, Vote, tally};
use crate::{
    ids::{BallotId, PresenterId, RoundId},
    time::Day,
};

/// The meeting, as far as a result needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleMeeting {
    /// Title.
    pub title: String,
    /// Day.
    pub on: Day,
    /// District.
    pub district: String,
}

/// A line of the roll after the seal: in the order of seats, without time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollMark {
    /// Name, or colour and number of the card.
    pub seat: String,
    /// Key of the group.
    pub group: String,
    /// Checked in?
    pub present: bool,
    /// Returned a ballot, electronic or paper?
    pub returned: bool,
}

/// A sealed vote on one presenter. A rater's votes on several presenters are not linked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedBallot {
    /// Random id; rows are sorted by it.
    pub id: BallotId,
    /// Whom.
    pub presenter: PresenterId,
    /// Merged group; empty for 弃权 and 回避.
    pub group: String,
    /// The vote.
    pub vote: Vote,
    /// Seat, in named rounds only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
}

/// The counted presenter of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleResult {
    /// Whom.
    pub presenter: PresenterId,
    /// Name at the time.
    pub name: String,
    /// Unit and title at the time.
    pub title: String,
    /// 应到 by the roll, before the recusals that were tapped.
    pub entitled: u32,
    /// Spoiled paper ballots.
    pub spoiled: u32,
    /// The tally.
    pub tally: Tally,
}

/// Everything a result is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Format of this file: 1.
    pub format: u32,
    /// Meeting.
    pub meeting: BundleMeeting,
    /// Round.
    pub round: RoundId,
    /// Rules.
    pub rules: ReviewRules,
    /// Roll.
    pub roll: Vec<RollMark>,
    /// Sealed ballots, sorted by id.
    pub ballots: Vec<SealedBallot>,
    /// Results, in the order of the sheet.
    pub results: Vec<BundleResult>,
    /// Hash of the comments, sorted.
    pub comments: String,
    /// Reasons why the round was reopened.
    pub reopened: Vec<String>,
    /// Hex SHA-256 of this bundle as JSON with an empty certificate: serde's order of fields, maps
    /// sorted, no spaces.
    #[serde(default)]
    pub certificate: String,
}

/// What does not agree in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The stated tally of a presenter is not what the ballots give.
    Tally(String),
    /// Ballots are not sorted, doubled, or on nobody's sheet.
    Ballots(String),
    /// The count of ballots and the roll do not agree.
    Roll(String),
}

impl Bundle {
    /// Counts again and compares.
    pub fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.ballots.windows(2).any(|w| w[0].id >= w[1].id) {
            found.push(Difference::Ballots("测评表没有按编号排列，或有重复编号".into()));
        }
        let known = |p: PresenterId| self.results.iter().any(|r| r.presenter == p);
        if self.ballots.iter().any(|b| !known(b.presenter)) {
            found.push(Difference::Ballots("有测评表不属于本轮述责对象".into()));
        }
        let returned = u32::try_from(self.roll.iter().filter(|r| r.returned).count()).unwrap_or(u32::MAX);
        for result in &self.results {
            let votes: Vec<(String, Vote)> = self
                .ballots
                .iter()
                .filter(|b| b.presenter == result.presenter)
                .map(|b| (b.group.clone(), b.vote.clone()))
                .collect();
            let again = tally(&votes, result.entitled, result.spoiled, &self.rules);
            let withheld = votes.is_empty() && result.tally.valid < self.rules.smallest_cell;
            if !withheld && again != result.tally {
                found.push(Difference::Tally(result.name.clone()));
            }
            if result.tally.returned > returned {
                found.push(Difference::Roll(result.name.clone()));
            }
        }
        found
    }
}
