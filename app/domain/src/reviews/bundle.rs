//! The sealed bundle of a round and its certificate's canonical text. Anyone with the file can
//! count again on another machine (`wuze verify-meeting`). Comments are hashed apart, not in here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::{
    Outcome, ReviewRules, SealedMark, Tally, Vote,
    marks::{believe_withheld, dealt},
    tally,
};
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
    /// Returned a ballot, electronic or paper? Paper of a group in [`Bundle::unreturned`] may be missing all
    /// the same.
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
    /// The vote. Without a seat 总体评价 alone (since format 2): its other marks stand apart.
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
    /// Format of this file: [`Self::FORMAT`]; 1 where it was sealed before marks stood apart.
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
    /// Optional marks of ballots without a seat, each by itself, sorted by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<SealedMark>,
    /// Results, in the order of the sheet.
    pub results: Vec<BundleResult>,
    /// Hash of the comments, sorted.
    pub comments: String,
    /// Reasons why the round was reopened.
    pub reopened: Vec<String>,
    /// Why the rounds between the last sealed one and this are void.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<String>,
    /// Who was taken off the sheet while it was out (姓名：原因): what was on the ballots about him is not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_off: Vec<String>,
    /// 发出: papers handed out and seats that could be voted from on a screen. Files sealed before this was
    /// counted lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<u32>,
    /// 未收回, per key of a group: so many of its `returned` marks are of papers that never came back. Paper
    /// belongs to no seat, so nobody knows whose. Files sealed before this was counted lack it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unreturned: BTreeMap<String, u32>,
    /// 发出 on paper, per key of a group; whose is not kept. Files sealed before this was counted lack it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub papers: BTreeMap<String, u32>,
    /// Hex SHA-256 of this bundle as JSON with an empty certificate: serde's order of fields, maps
    /// sorted, no spaces.
    #[serde(default)]
    pub certificate: String,
}

/// What does not agree in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The rules contradict themselves, or the format is another.
    Rules(String),
    /// The stated tally of a presenter (his name) is not what the ballots give.
    Tally(String),
    /// Ballots are not sorted, doubled, or on nobody's sheet.
    Ballots(String),
    /// The count of ballots of a presenter (his name) and the roll do not agree.
    Roll(String),
    /// 发出 is more than 实到, or less than 收回.
    Issued,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rules(what) | Self::Ballots(what) => f.write_str(what),
            Self::Tally(name) => write!(f, "“{name}”的结果与测评表重新计算的不一致"),
            Self::Roll(name) => write!(f, "“{name}”的收回、应到与名册不一致"),
            Self::Issued => f.write_str("发出的测评表多于实到人数，或少于收回的张数"),
        }
    }
}

/// 应到, 实到, 发出, 收回 of a round by its roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// 应到: lines of the roll.
    pub entitled: u32,
    /// 实到.
    pub present: u32,
    /// 发出: on paper or on a screen; in older files 实到, for nothing else was kept.
    pub issued: u32,
    /// 收回.
    pub returned: u32,
}

/// Sheets of a round: on a screen, on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByWay {
    /// 发出.
    pub issued: [u32; 2],
    /// 收回.
    pub returned: [u32; 2],
}

impl fmt::Display for Turnout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entitled, present, issued, returned } = self;
        write!(f, "应到 {entitled} 人，实到 {present} 人，发出测评表 {issued} 张，收回 {returned} 张。")
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

impl Bundle {
    /// Format of the files written now.
    pub const FORMAT: u32 = 2;
    /// The format whose ballots kept all marks of a rater together; still counted again.
    const WHOLE: u32 = 1;

    /// 应到, 实到, 发出, 收回.
    pub fn turnout(&self) -> Turnout {
        let present = count(self.roll.iter().filter(|r| r.present));
        Turnout {
            entitled: count(self.roll.iter()),
            present,
            issued: self.issued.unwrap_or(present),
            returned: self.returned(None),
        }
    }

    /// 发出 and 收回 on a screen and on paper; none in files that do not tell paper from screens.
    pub fn by_way(&self) -> Option<ByWay> {
        self.issued?;
        let sum = |of: &BTreeMap<String, u32>| of.values().fold(0_u32, |n, m| n.saturating_add(*m));
        let (papers, missing, all) = (sum(&self.papers), sum(&self.unreturned), self.turnout());
        // Older files count what is missing and not what was handed out.
        let paper = papers.checked_sub(missing)?;
        Some(ByWay {
            issued: [all.issued.checked_sub(papers)?, papers],
            returned: [all.returned.checked_sub(paper)?, paper],
        })
    }

    /// 收回 of a group, or of all.
    fn returned(&self, group: Option<&str>) -> u32 {
        let of = |key: &str| group.is_none_or(|g| g == key);
        let missing = self.unreturned.iter().filter(|(key, _)| of(key)).fold(0_u32, |n, (_, m)| n.saturating_add(*m));
        count(self.roll.iter().filter(|r| r.returned && of(&r.group))).saturating_sub(missing)
    }

    /// Counts again and compares. The file may come from anywhere: nothing in it is believed.
    pub fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        if ![Self::WHOLE, Self::FORMAT].contains(&self.format) {
            found.push(Difference::Rules("文件格式不是本程序认识的版本".into()));
        }
        // Files of before the weights had to sum up to 100 still count: only their ratio matters here.
        if let Err(no) = self.rules.consistent() {
            found.push(Difference::Rules(format!("评议规则有误：{no}")));
            return found;
        }
        if self.ballots.windows(2).any(|w| w[0].id >= w[1].id) {
            found.push(Difference::Ballots("测评表没有按编号排列，或有重复编号".into()));
        }
        if self.marks.windows(2).any(|w| w[0].id >= w[1].id) {
            found.push(Difference::Ballots("单项评价没有按编号排列，或有重复编号".into()));
        }
        self.stand_apart(&mut found);
        let known = |p: PresenterId| self.results.iter().any(|r| r.presenter == p);
        let whom = self.ballots.iter().map(|b| b.presenter).chain(self.marks.iter().map(|m| m.presenter));
        if !whom.into_iter().all(known) {
            found.push(Difference::Ballots("有测评表不属于本轮述责对象".into()));
        }
        let twice =
            (1..self.results.len()).any(|i| self.results[..i].iter().any(|r| r.presenter == self.results[i].presenter));
        if twice {
            found.push(Difference::Ballots("同一述责对象有两个结果".into()));
        }
        if self.roll.iter().any(|r| self.rules.group(&r.group).is_none() || (r.returned && !r.present)) {
            found.push(Difference::Ballots("名册里有不存在的分组，或没有签到却交了测评表".into()));
        }
        let marked = |key: &str| count(self.roll.iter().filter(|r| r.returned && r.group == key));
        if self.unreturned.iter().any(|(key, missing)| *missing == 0 || *missing > marked(key)) {
            found.push(Difference::Ballots("未收回的张数多于名册上收回的张数".into()));
        }
        let came = |key: &str| count(self.roll.iter().filter(|r| r.present && r.group == key));
        let out = |key: &str| self.papers.get(key).copied().unwrap_or(0);
        if self.papers.iter().any(|(key, out)| *out == 0 || *out > came(key))
            || (!self.papers.is_empty() && self.unreturned.iter().any(|(key, missing)| *missing > out(key)))
        {
            found.push(Difference::Ballots("发出的纸质测评表多于到会人数，或少于未收回的张数".into()));
        }
        let turnout = self.turnout();
        if turnout.issued > turnout.present || turnout.returned > turnout.issued {
            found.push(Difference::Issued);
        }
        for result in &self.results {
            self.compare(result, &mut found);
        }
        found
    }

    /// Nobody's marks stand together, by the format of the file.
    fn stand_apart(&self, found: &mut Vec<Difference>) {
        let whole = |b: &SealedBallot| matches!(&b.vote, Vote::Rate { dimensions, .. } if !dimensions.is_empty());
        if self.format == Self::WHOLE {
            if !self.marks.is_empty() {
                found.push(Difference::Ballots("旧格式的文件里不应有分开的单项评价".into()));
            }
        } else if self.ballots.iter().any(|b| b.seat.is_none() && whole(b)) {
            found.push(Difference::Ballots("有不记名测评表的单项评价没有分开".into()));
        }
    }

    fn compare(&self, result: &BundleResult, found: &mut Vec<Difference>) {
        let turnout = self.turnout();
        let Some(votes) = dealt(result.presenter, &self.ballots, &self.marks) else {
            found.push(Difference::Ballots(format!("“{}”的单项评价多于测评表", result.name)));
            return;
        };
        let stated = &result.tally;
        if !votes.iter().all(|(group, vote)| self.fits(group, vote)) {
            found.push(Difference::Ballots(format!("“{}”有测评表的分组或评价不在规则内", result.name)));
            return;
        }
        if !self.cells_apart(result, &votes, found) {
            return;
        }
        // Below the smallest cell no vote is kept: only the turnout can be checked.
        let withheld = votes.is_empty() && stated.valid < self.rules.smallest_cell;
        let agrees = if withheld {
            // Older files tell 有效 and 弃权 here too: then they must be what came back.
            let told = u64::from(stated.valid) + u64::from(stated.abstained);
            stated.outcome == Outcome::TooFewToShow
                && stated.groups.is_empty()
                && stated.lines.is_empty()
                && stated.spoiled == result.spoiled
                && u64::from(stated.returned)
                    .checked_sub(u64::from(stated.spoiled))
                    .is_some_and(|back| told == 0 || told == back)
        } else {
            let mut counted = tally(&votes, result.entitled, result.spoiled, &self.rules);
            if self.format != Self::WHOLE {
                believe_withheld(&mut counted, stated, self.rules.smallest_cell);
            }
            counted == *stated
        };
        if !agrees {
            found.push(Difference::Tally(result.name.clone()));
        }
        // Every ballot back has one line on him. 回避 that was tapped is out of 应到 and no 收回; one that
        // was set before has no line, and whether that rater returned a sheet at all the bundle does not
        // say: so many marks, and no more, may be left over.
        let recused = u64::from(result.entitled.saturating_sub(stated.entitled));
        let set_before = u64::from(turnout.entitled.saturating_sub(result.entitled));
        let (back, marks) = (u64::from(stated.returned) + recused, u64::from(turnout.returned));
        let counts = back <= marks && marks <= back + set_before;
        if !counts || result.entitled > turnout.entitled || stated.valid > stated.entitled {
            found.push(Difference::Roll(result.name.clone()));
        }
    }

    /// The cells of one presenter: no group stands in two of them or twice in one, the parts are in the
    /// order of the rules, and no more are valid in a cell than came back of its groups. Without this the
    /// weight of a group could count twice. The keys must be known to the rules already.
    fn cells_apart(&self, result: &BundleResult, votes: &[(String, Vote)], found: &mut Vec<Difference>) -> bool {
        let mut cells: BTreeMap<&str, u64> = BTreeMap::new();
        for (group, vote) in votes {
            if matches!(vote, Vote::Rate { .. }) {
                *cells.entry(group).or_default() += 1;
            }
        }
        let place = |key: &str| self.rules.groups.iter().position(|g| g.key == key);
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (cell, valid) in cells {
            let places: Vec<usize> = cell.split('+').filter_map(place).collect();
            if places.windows(2).any(|w| w[0] >= w[1]) || !places.iter().all(|at| taken.insert(*at)) {
                found.push(Difference::Ballots(format!("“{}”的合并分组重复或次序不对", result.name)));
                return false;
            }
            let back: u64 = cell.split('+').map(|key| u64::from(self.returned(Some(key)))).sum();
            if valid > back {
                let names: Vec<&str> = places.iter().map(|at| self.rules.groups[*at].name.as_str()).collect();
                found.push(Difference::Roll(format!("{}（{}）", result.name, names.join("、"))));
            }
        }
        true
    }

    /// A vote that the rules allow, under groups that they know.
    fn fits(&self, group: &str, vote: &Vote) -> bool {
        match vote {
            Vote::Recuse | Vote::Abstain => group.is_empty(),
            Vote::Rate { overall, dimensions } => {
                group.split('+').all(|key| self.rules.group(key).is_some())
                    && overall.fits(self.rules.scale)
                    && dimensions.iter().all(|(key, mark)| {
                        mark.fits(self.rules.scale) && self.rules.dimensions.iter().any(|d| d.key == *key)
                    })
            }
        }
    }
}
