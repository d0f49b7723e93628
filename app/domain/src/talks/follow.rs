//! 清单对账: what the leader says, what the supervising body found and what the closed loop knows of every problem, side by
//! side.

use super::{Claim, Finding, FindingKind, Progress, Talk};
use crate::ids::ItemId;

/// A problem with what both reports say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<'a> {
    /// Problem.
    pub no: u32,
    /// Running number as it is printed.
    pub printed: usize,
    /// Its item.
    pub item: Option<ItemId>,
    /// What the leader says.
    pub claim: Option<&'a Claim>,
    /// What was found last: by the 跟踪评估, before it by a stage check.
    pub finding: Option<&'a Finding>,
}

impl Pair<'_> {
    /// Do both say something that cannot be true together?
    pub fn clashes(&self) -> bool {
        let done = self.claim.is_some_and(|c| c.progress == Progress::Done);
        done && self.finding.is_some_and(|f| f.kind != FindingKind::Proved)
    }
}

/// Every problem in the order of the list. Of a leader's report that is not sent, and of findings that nobody
/// confirmed, nothing is here unless `inside` is asked for by whoever writes them.
pub fn pairs(talk: &Talk, inside: bool) -> Vec<Pair<'_>> {
    let report = talk.report.as_ref().filter(|r| inside || r.sent.is_some());
    let tracking = talk.tracking.as_ref().filter(|t| inside || t.filed.is_some());
    (1..)
        .zip(&talk.lists.problems)
        .map(|(printed, problem)| {
            let staged = talk.stages.iter().rev().flat_map(|s| &s.findings).find(|f| f.no == problem.no);
            Pair {
                no: problem.no,
                printed,
                item: problem.item,
                claim: report.and_then(|r| r.lines.iter().find(|l| l.no == problem.no)),
                finding: tracking.and_then(|t| t.lines.iter().find(|l| l.no == problem.no)).or(staged),
            }
        })
        .collect()
}

/// How the account of a talk stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Problems of the list.
    pub problems: usize,
    /// Struck off.
    pub closed: usize,
    /// Overdue.
    pub overdue: usize,
    /// Problems that the leader calls put right and the check does not.
    pub clashes: usize,
}

/// The account: `items` are (struck off, overdue) of each problem that has one.
pub fn balance(talk: &Talk, items: &[(bool, bool)]) -> Balance {
    Balance {
        problems: talk.lists.problems.len(),
        closed: items.iter().filter(|(closed, _)| *closed).count(),
        overdue: items.iter().filter(|(_, overdue)| *overdue).count(),
        clashes: pairs(talk, false).iter().filter(|pair| pair.clashes()).count(),
    }
}
