//! Where a matter is stuck, and between whom: duties that wait for others, and process stages that wait for a unit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{UnitId, WarningLineId},
    time::{Day, zh_short},
};

/// A duty over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Duty.
    pub duty: WarningLineId,
    /// 任务.
    pub text: String,
    /// 牵头.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// 时限; of 全程 the end of the matter.
    pub due: Day,
    /// Struck off on.
    pub done: Option<Day>,
    /// Duties that come before it.
    pub after: Vec<WarningLineId>,
    /// The process stage it is at, where the matter has stages.
    pub stage: Option<String>,
    /// The unit that this stage waits for, as noted by whoever follows it, with the day and name.
    pub held_by: Option<(UnitId, String, Day)>,
}

/// Between whom a duty is stuck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// The unit that waits.
    pub waits: UnitId,
    /// The unit that it waits for; the same where it is its own delay.
    pub on: UnitId,
    /// Calendar days so far.
    pub days: i64,
}

/// How a duty stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Duty.
    pub duty: WarningLineId,
    /// Finished.
    pub done: bool,
    /// Waits for another that is in time.
    pub waits: bool,
    /// Stuck.
    pub stuck: Option<Stuck>,
    /// In a sentence.
    pub words: String,
}

/// How every duty stands on `today`, in the given order. What waits for a late one is stuck between the two units that
/// stand at the beginning of the chain: the one in the middle is not blamed for what it waits for itself.
pub fn standings(nodes: &[Node], today: Day) -> Vec<Standing> {
    let at: BTreeMap<_, _> = nodes.iter().map(|n| (n.duty, n)).collect();
    nodes.iter().map(|node| standing(node, &at, today)).collect()
}

fn open_before<'a>(node: &Node, at: &BTreeMap<WarningLineId, &'a Node>) -> Vec<&'a Node> {
    node.after.iter().filter_map(|id| at.get(id).copied()).filter(|n| n.done.is_none()).collect()
}

/// The late duty at the beginning of the chain before `node`, and the one that waits for it.
fn root<'a>(node: &'a Node, at: &BTreeMap<WarningLineId, &'a Node>, today: Day) -> Option<(&'a Node, &'a Node)> {
    let (mut waits, mut found) = (node, None);
    // No circle is longer than all duties.
    for _ in 0..at.len() {
        let stopped = |n: &&Node| n.due < today || n.held_by.is_some();
        let late = open_before(waits, at).into_iter().filter(stopped).min_by_key(|n| n.due);
        let Some(late) = late else { break };
        found = Some((waits, late));
        waits = late;
    }
    found
}

fn standing(node: &Node, at: &BTreeMap<WarningLineId, &Node>, today: Day) -> Standing {
    let plain = |done, waits, words| Standing { duty: node.duty, done, waits, stuck: None, words };
    if let Some(day) = node.done {
        return plain(true, false, format!("{}销号", zh_short(day)));
    }
    let stuck = |waits: &Node, on: UnitId, since: Day, words: String| Standing {
        duty: node.duty,
        done: false,
        waits: true,
        stuck: Some(Stuck { waits: waits.unit, on, days: (today - since).num_days().max(0) }),
        words,
    };
    if let Some((waits, late)) = root(node, at, today) {
        if let Some((unit, name, since)) = &late.held_by {
            let words = format!("卡在“{}”：{}等待{name}，自{}起", late.text, late.unit_name, zh_short(*since));
            return stuck(late, *unit, *since, words);
        }
        let days = (today - late.due).num_days();
        let words = format!("卡在“{}”：{}等待{}，已超期 {days} 天", late.text, waits.unit_name, late.unit_name);
        return stuck(waits, late.unit, late.due, words);
    }
    let stage = node.stage.as_ref().map(|s| format!("“{s}”环节")).unwrap_or_default();
    if let Some((unit, name, since)) = &node.held_by {
        let words = format!("{stage}卡住：{}等待{name}，自{}起", node.unit_name, zh_short(*since));
        return stuck(node, *unit, *since, words);
    }
    if node.due < today {
        let words = format!("{stage}超期 {} 天，由{}办理", (today - node.due).num_days(), node.unit_name);
        return stuck(node, node.unit, node.due, words);
    }
    let before = open_before(node, at);
    if let Some(first) = before.first() {
        let more = if before.len() > 1 { format!("等 {} 项", before.len()) } else { String::new() };
        return plain(false, true, format!("等待{}完成“{}”{more}", first.unit_name, first.text));
    }
    let at = if stage.is_empty() { "正在办理".to_owned() } else { format!("正在{stage}") };
    plain(false, false, format!("{at}，时限{}", zh_short(node.due)))
}
