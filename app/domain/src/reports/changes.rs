//! What differs between two computations of the same facts: two editions, or the frozen ones and the sources today.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Block, FactBlock};
use crate::board::{NEEDS_ATTENTION, Tone};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactChange {
    /// In which block.
    pub block: Block,
    /// What it is about: the label of a line, the first cell of a row.
    pub about: String,
    /// As it was; empty where it was not there.
    pub before: String,
    /// As it is; empty where it is not there any more.
    pub after: String,
    /// The source.
    pub link: String,
}

/// Lines and rows that differ, block by block, in the order of `before`; what is new stands last in its block.
/// The note and the moment of a block are no facts.
pub fn changes(before: &[FactBlock], after: &[FactBlock]) -> Vec<FactChange> {
    let mut out = Vec::new();
    for block in Block::ALL {
        let find = |all: &[FactBlock]| all.iter().find(|b| b.block == block).map(facts).unwrap_or_default();
        let (was, is) = (find(before), find(after));
        let known: BTreeMap<&str, &Fact> = is.iter().map(|fact| (fact.id.as_str(), fact)).collect();
        for old in &was {
            let new = known.get(old.id.as_str());
            if new.is_none_or(|new| new.words != old.words) {
                let after = new.map(|new| new.words.clone()).unwrap_or_default();
                out.push(change(block, old, old.words.clone(), after));
            }
        }
        let old: BTreeSet<&str> = was.iter().map(|fact| fact.id.as_str()).collect();
        for new in is.iter().filter(|fact| !old.contains(fact.id.as_str())) {
            out.push(change(block, new, String::new(), new.words.clone()));
        }
    }
    out
}

/// What the sources say otherwise today of the moment that filed facts are about. One yellow state is 临近到期 and then,
/// by time alone, 需关注: the word of it is no correction.
pub fn corrections(filed: &[FactBlock], now: &[FactBlock]) -> Vec<FactChange> {
    let mut all = changes(filed, now);
    all.retain(|one| timeless(one.block, &one.before) != timeless(one.block, &one.after));
    all
}

/// Words of a fact without what time alone makes of them.
fn timeless(block: Block, words: &str) -> String {
    let state = |word: &str| format!("{} {word}", Tone::Warn.icon());
    match block {
        Block::Colours => words.replace(&state(NEEDS_ATTENTION), &state(Tone::Warn.word())),
        _ => words.to_owned(),
    }
}

struct Fact {
    id: String,
    about: String,
    words: String,
    link: String,
}

fn change(block: Block, fact: &Fact, before: String, after: String) -> FactChange {
    FactChange { block, about: fact.about.clone(), before, after, link: fact.link.clone() }
}

fn facts(block: &FactBlock) -> Vec<Fact> {
    let lines = block.lines.iter().map(|line| Fact {
        id: format!("line:{}", line.id),
        about: line.label.clone(),
        words: line.value.clone(),
        link: line.link.clone(),
    });
    let rows = block.rows.iter().map(|row| Fact {
        id: format!("row:{}", row.id),
        about: row.cells.first().cloned().unwrap_or_default(),
        words: row.cells.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join("　"),
        link: row.link.clone(),
    });
    lines.chain(rows).collect()
}
