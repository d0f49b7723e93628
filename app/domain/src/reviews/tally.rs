//! The tally: a pure function of the votes on one presenter, the roll and the rules. Small groups
//! are merged before counting, so that nobody's mark can be worked out from a mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Exact, Grade, Mark, ReviewRules, Scale, Vote};

/// A group's part of a result. After merging it may stand for several groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupResult {
    /// Key of the group, or keys joined by `+` where merged.
    pub key: String,
    /// Name, or names joined by 、.
    pub name: String,
    /// Weight in percent; of merged groups the sum.
    pub weight: u32,
    /// Valid ballots.
    pub valid: u32,
    /// Mean of their points, exact.
    pub mean: Exact,
    /// How many gave each grade, where grades are given.
    pub grades: Option<[u32; 4]>,
}

/// An optional row over all groups, by the same weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineResult {
    /// Key of the dimension.
    pub key: String,
    /// Words on the ballot.
    pub label: String,
    /// How many marked it.
    pub marked: u32,
    /// Weighted mean; none below the smallest cell.
    pub mean: Option<Exact>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A score and its grade.
    Graded {
        /// Weighted mean over the groups.
        score: Exact,
        /// 等次 by the lines.
        grade: Grade,
    },
    /// Too few valid ballots for a result (有效票不足应到的一半).
    TooFewValid,
    /// Fewer than the smallest cell: turnout only.
    TooFewToShow,
}

/// The result for one presenter (计票结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// 应到, after recusal.
    pub entitled: u32,
    /// 收回: valid, 弃权 and spoiled.
    pub returned: u32,
    /// 有效; 0 where too few are valid to show anything ([`Outcome::TooFewToShow`]).
    pub valid: u32,
    /// 弃权; 0 as well where too few are valid, for it gives the valid ones away.
    pub abstained: u32,
    /// 废票 (paper).
    pub spoiled: u32,
    /// Groups that counted, merged where small.
    pub groups: Vec<GroupResult>,
    /// Optional rows.
    pub lines: Vec<LineResult>,
    /// Score or why none.
    pub outcome: Outcome,
}

struct Cell {
    keys: Vec<String>,
    names: Vec<String>,
    weight: u32,
    votes: Vec<(Mark, BTreeMap<String, Mark>)>,
}

impl Cell {
    fn valid(&self) -> u32 {
        u32::try_from(self.votes.len()).unwrap_or(u32::MAX)
    }
}

/// Which merged group each group of the rules counts in, given its number of valid votes:
/// groups without any are left out (their weight is re-normalised away); then, while a group is
/// below the smallest cell and another is left, the one with the fewest (ties: the later printed)
/// joins its neighbour with the fewest (ties: the earlier printed).
pub(super) fn merge(valid: &[(String, u32)], smallest: u32) -> Vec<Vec<String>> {
    let mut cells: Vec<(Vec<String>, u32)> =
        valid.iter().filter(|(_, n)| *n > 0).map(|(k, n)| (vec![k.clone()], *n)).collect();
    while cells.len() > 1 {
        let Some(least) = (0..cells.len()).rev().min_by_key(|i| cells[*i].1) else { break };
        if cells[least].1 >= smallest {
            break;
        }
        let before = least.checked_sub(1);
        let after = (least + 1 < cells.len()).then_some(least + 1);
        let into = match (before, after) {
            (Some(b), Some(a)) if cells[a].1 < cells[b].1 => a,
            (Some(b), _) => b,
            (None, Some(a)) => a,
            (None, None) => break,
        };
        let (from, to) = (least.max(into), least.min(into));
        let (keys, n) = cells.remove(from);
        cells[to].0.extend(keys);
        cells[to].1 += n;
    }
    cells.into_iter().map(|(keys, _)| keys).collect()
}

/// Counts one presenter. `votes` are (group key, vote) of every ballot; `entitled` is the roll
/// without those set to recuse; votes of 回避 shrink it further. `spoiled` paper is 收回. Where fewer
/// than the smallest cell are valid, turnout alone leaves here: neither 有效 nor 弃权 (interfaces.md 6.7).
pub fn tally(votes: &[(String, Vote)], entitled: u32, spoiled: u32, rules: &ReviewRules) -> Tally {
    let count = |is: fn(&Vote) -> bool| u32::try_from(votes.iter().filter(|(_, v)| is(v)).count()).unwrap_or(u32::MAX);
    let recused = count(|v| matches!(v, Vote::Recuse));
    let abstained = count(|v| matches!(v, Vote::Abstain));
    let valid = count(|v| matches!(v, Vote::Rate { .. }));
    let entitled = entitled.saturating_sub(recused);
    let returned = valid + abstained + spoiled;
    let turnout = Tally {
        entitled,
        returned,
        valid: 0,
        abstained: 0,
        spoiled,
        groups: Vec::new(),
        lines: Vec::new(),
        outcome: Outcome::TooFewToShow,
    };
    if valid < rules.smallest_cell {
        return turnout;
    }
    let mut result = Tally { valid, abstained, ..turnout };
    if !ReviewRules::reaches(rules.valid_quorum, valid, entitled) {
        result.outcome = Outcome::TooFewValid;
        return result;
    }
    let cells = cells(votes, rules);
    let weight = cells.iter().map(|c| c.weight).sum::<u32>();
    let weighted = |mean: &dyn Fn(&Cell) -> Option<Exact>| {
        let mut sum = Exact::new(0, 1);
        for cell in &cells {
            sum = sum.plus(mean(cell)?.times(cell.weight));
        }
        Some(sum.over(weight))
    };
    result.groups = cells
        .iter()
        .map(|cell| GroupResult {
            key: cell.keys.join("+"),
            name: cell.names.join("、"),
            weight: cell.weight,
            valid: cell.valid(),
            mean: mean(cell.votes.iter().map(|(m, _)| *m), rules),
            grades: (rules.scale == Scale::Grades).then(|| grades(cell)),
        })
        .collect();
    let score = weighted(&|cell| Some(mean(cell.votes.iter().map(|(m, _)| *m), rules)));
    if let Some(score) = score {
        result.outcome = Outcome::Graded { score, grade: grade_of(score, rules) };
    }
    result.lines = rules
        .dimensions
        .iter()
        .map(|d| {
            let marks = |cell: &Cell| cell.votes.iter().filter_map(|(_, m)| m.get(&d.key).copied()).collect::<Vec<_>>();
            let marked = u32::try_from(cells.iter().map(|c| marks(c).len()).sum::<usize>()).unwrap_or(u32::MAX);
            // Every counted group must reach the cell on this row too, or a group's few could be read off.
            let shown = cells.iter().all(|c| marks(c).len() >= rules.smallest_cell as usize || cells.len() == 1)
                && marked >= rules.smallest_cell;
            let mean = shown.then(|| weighted(&|cell| Some(mean(marks(cell).into_iter(), rules)))).flatten();
            LineResult { key: d.key.clone(), label: d.label.clone(), marked, mean }
        })
        .collect();
    result
}

fn cells(votes: &[(String, Vote)], rules: &ReviewRules) -> Vec<Cell> {
    let of = |key: &str| {
        votes
            .iter()
            .filter(|(group, _)| group == key)
            .filter_map(|(_, vote)| match vote {
                Vote::Rate { overall, dimensions } => Some((*overall, dimensions.clone())),
                Vote::Recuse | Vote::Abstain => None,
            })
            .collect::<Vec<_>>()
    };
    merge(&sizes(votes.iter().map(|(g, v)| (g.as_str(), v)), rules), rules.smallest_cell)
        .into_iter()
        .map(|keys| {
            let groups: Vec<_> = keys.iter().flat_map(|k| k.split('+')).filter_map(|k| rules.group(k)).collect();
            Cell {
                names: groups.iter().map(|g| g.name.clone()).collect(),
                weight: groups.iter().map(|g| g.weight).sum(),
                votes: keys.iter().flat_map(|k| of(k)).collect(),
                keys,
            }
        })
        .collect()
}

/// Valid votes per group key, in the order of the rules. Keys of sealed ballots may already be
/// merged (`a+b`).
fn sizes<'a>(votes: impl Iterator<Item = (&'a str, &'a Vote)>, rules: &ReviewRules) -> Vec<(String, u32)> {
    let mut sizes: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for (group, vote) in votes {
        if matches!(vote, Vote::Rate { .. }) {
            let first = group.split('+').next().unwrap_or_default();
            let place = rules.groups.iter().position(|g| g.key == first).unwrap_or(usize::MAX);
            *sizes.entry((place, group)).or_default() += 1;
        }
    }
    sizes.into_iter().map(|((_, group), n)| (group.to_owned(), n)).collect()
}

/// The votes on one presenter as they may be stored: the merged group on every valid one, no group
/// on 弃权 and 回避, and none at all where fewer than the smallest cell are valid (then only the
/// turnout of the tally is kept). Counting them again gives the same tally but for those few.
pub fn stored<K>(votes: Vec<(K, String, Vote)>, rules: &ReviewRules) -> Vec<(K, String, Vote)> {
    let sizes = sizes(votes.iter().map(|(_, g, v)| (g.as_str(), v)), rules);
    if sizes.iter().map(|(_, n)| *n).sum::<u32>() < rules.smallest_cell {
        return Vec::new();
    }
    let cells = merge(&sizes, rules.smallest_cell);
    votes
        .into_iter()
        .map(|(key, group, vote)| {
            let merged = match vote {
                Vote::Rate { .. } => {
                    cells.iter().find(|keys| keys.contains(&group)).map(|keys| keys.join("+")).unwrap_or_default()
                }
                Vote::Recuse | Vote::Abstain => String::new(),
            };
            (key, merged, vote)
        })
        .collect()
}

fn mean(marks: impl Iterator<Item = Mark>, rules: &ReviewRules) -> Exact {
    let mut points: Vec<u32> = marks.map(|m| m.points(rules)).collect();
    points.sort_unstable();
    if rules.trimmed && points.len() >= rules.trim_from as usize {
        points.pop();
        points.remove(0);
    }
    Exact::new(points.iter().map(|p| u128::from(*p)).sum(), points.len() as u128)
}

fn grades(cell: &Cell) -> [u32; 4] {
    let mut counts = [0; 4];
    for (mark, _) in &cell.votes {
        if let Mark::Grade(g) = mark {
            counts[g.index()] += 1;
        }
    }
    counts
}

/// 等次 of a score: by the rounded number that is shown.
fn grade_of(score: Exact, rules: &ReviewRules) -> Grade {
    let [good, better, fair] = rules.lines.map(|l| u64::from(l) * 100);
    match score.hundredths() {
        s if s >= good => Grade::Good,
        s if s >= better => Grade::Better,
        s if s >= fair => Grade::Fair,
        _ => Grade::Poor,
    }
}
