//! What a verifier finds wrong in a chain, in words that name the row.

use std::{collections::BTreeSet, fmt};

/// One thing that cannot be in an honest chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Rows are missing.
    Removed {
        /// First missing row.
        from: i64,
        /// Last missing row.
        to: i64,
    },
    /// A field of the row was changed.
    Edited {
        /// Row.
        seq: i64,
    },
    /// The row was changed and its hash made anew; the next row remembers another one.
    Rehashed {
        /// Row.
        seq: i64,
    },
    /// The row stands at another place than it was written at.
    Moved {
        /// Where it stands.
        seq: i64,
        /// Where it was written.
        original: i64,
    },
    /// Rows were put in and the later ones renumbered.
    Inserted {
        /// First row put in.
        from: i64,
        /// Last row put in.
        to: i64,
    },
    /// Rows were taken out and the later ones renumbered.
    ClosedUp {
        /// First row taken out.
        from: i64,
        /// Last row taken out.
        to: i64,
    },
    /// The texts of the row are not those that were logged.
    DetailsChanged {
        /// Row.
        seq: i64,
    },
    /// The end of the chain is gone.
    TailCut {
        /// First missing row.
        from: i64,
        /// Last row known to have been there.
        to: i64,
    },
    /// The whole chain up to a checkpoint was written anew.
    Rewritten {
        /// Row of the checkpoint.
        seq: i64,
    },
}

fn span(from: i64, to: i64) -> String {
    if from == to { format!("第 {from} 行") } else { format!("第 {from}—{to} 行") }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Removed { from, to } => write!(f, "{}被删除。", span(from, to)),
            Self::Edited { seq } => write!(f, "第 {seq} 行被改动，内容和它自己的摘要对不上。"),
            Self::Rehashed { seq } => {
                write!(f, "第 {seq} 行被改写并重算了摘要，和第 {} 行记下的上一行摘要对不上。", seq + 1)
            }
            Self::Moved { seq, original } => write!(f, "第 {seq} 行的次序被换过，它原来是第 {original} 行。"),
            Self::Inserted { from, to } => write!(f, "{}是后来插入的，其后的编号被顺延。", span(from, to)),
            Self::ClosedUp { from, to } => write!(f, "原{}被删除，其后的编号被前移。", span(from, to)),
            Self::DetailsChanged { seq } => write!(f, "第 {seq} 行的说明文字被改动，和登记时的摘要对不上。"),
            Self::TailCut { from, to } => write!(f, "链尾被截断：缺少{}。", span(from, to)),
            Self::Rewritten { seq } => {
                write!(f, "第 {seq} 行和检查点记下的摘要不同：这一行及以前的日志被整体改写过。")
            }
        }
    }
}

/// Turns moved rows into what was done to the chain: an exchange among
/// themselves stays as it is, a common shift is an insertion or a removal.
pub fn explain_moves(moves: &[(i64, i64)]) -> Vec<Finding> {
    let seqs: BTreeSet<i64> = moves.iter().map(|m| m.0).collect();
    let originals: BTreeSet<i64> = moves.iter().map(|m| m.1).collect();
    if seqs == originals {
        return moves.iter().map(|&(seq, original)| Finding::Moved { seq, original }).collect();
    }
    let mut found = Vec::new();
    let mut shift = 0;
    let mut last = None;
    for &(seq, original) in moves {
        let here = original - seq;
        let continued = last == Some(seq - 1);
        let before = if continued { shift } else { 0 };
        if here < before {
            found.push(Finding::Inserted { from: seq - (before - here), to: seq - 1 });
        } else if here > before {
            found.push(Finding::ClosedUp { from: seq + before, to: seq + here - 1 });
        }
        shift = here;
        last = Some(seq);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_named_row_by_row() {
        assert_eq!(
            explain_moves(&[(3, 7), (7, 3)]),
            [Finding::Moved { seq: 3, original: 7 }, Finding::Moved { seq: 7, original: 3 }]
        );
    }

    #[test]
    fn a_shift_is_an_insertion_or_a_removal() {
        assert_eq!(explain_moves(&[(5, 4), (6, 5), (7, 6)]), [Finding::Inserted { from: 4, to: 4 }]);
        assert_eq!(explain_moves(&[(4, 6), (5, 7)]), [Finding::ClosedUp { from: 4, to: 5 }]);
        assert_eq!(explain_moves(&[]), []);
    }
}
