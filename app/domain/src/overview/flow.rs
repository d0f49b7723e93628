//! The chain 明→履→督→评→问 of a district: at each link, how many units stand where, and what is going on.

use serde::{Deserialize, Serialize};

use super::{Standing, Tones};
use crate::{
    accountability::Stage as ItemStage,
    board::{Duty, Progress, Tally, Tone},
    time::{Day, zh_short},
};

/// Steps of the year's plan of 督责.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFacts {
    /// Done this year.
    pub done: u32,
    /// Not done, their day not passed.
    pub open: u32,
    /// Not done, their day passed: the supervising bodies' own delay.
    pub late: u32,
    /// Not done, without a body in the 归口表; also while the post is vacant.
    pub unassigned: u32,
}

/// Items of the closed loop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    /// Open ones by stage.
    pub stages: Vec<(ItemStage, u32)>,
    /// Of them 逾期: the unit's own delay.
    pub overdue: u32,
    /// 销号 since the first of the month.
    pub closed: u32,
}

impl ItemFacts {
    /// Open items at `stage`.
    pub fn at(&self, stage: ItemStage) -> u32 {
        self.stages.iter().filter(|(s, _)| *s == stage).map(|(_, n)| n).sum()
    }

    /// 整改在办.
    pub fn open(&self) -> u32 {
        self.stages.iter().filter(|(s, _)| *s != ItemStage::Closed).map(|(_, n)| n).sum()
    }
}

/// What the chain is folded from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFacts {
    /// Units by type and tone.
    pub standing: Standing,
    /// Lists issued, inside the days for their receipt.
    pub unsigned: u32,
    /// Items of all lists by progress.
    pub progress: Tally,
    /// Steps of 督责.
    pub steps: StepFacts,
    /// Books by year whose reading has begun and not ended.
    pub readings: Vec<(i32, u32)>,
    /// Meetings that are planned and not held.
    pub meetings: u32,
    /// The next meeting.
    pub next_meeting: Option<Day>,
    /// Items of 问责.
    pub items: ItemFacts,
}

/// A state at a link, with the place that shows exactly what was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Tone.
    pub tone: Tone,
    /// Words without the number, such as `待签收`.
    pub words: String,
    /// How many.
    pub n: u32,
    /// 个单位 or 项.
    pub measure: String,
    /// The place; empty where there is none.
    pub to: String,
}

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Which duty.
    pub duty: Duty,
    /// Units by the tone of its cell.
    pub units: Tones,
    /// What its units are at; they add up to all units.
    pub counts: Vec<Count>,
    /// What is going on beside, each with its place.
    pub going: Vec<Count>,
    /// One sentence.
    pub note: String,
    /// The feature's own page.
    pub to: String,
}

const UNITS: &str = "个单位";
const MATTERS: &str = "项";
const BOOKS: &str = "本";

/// Folds the chain. At every link the counts add up to the units of the district.
pub fn flow(facts: &FlowFacts) -> [Stage; 5] {
    [receipts(facts), fulfilment(facts), oversight(facts), reviews(facts), rectification(facts)]
}

/// The board's rows with this cell at this tone.
fn rows(duty: Duty, tone: Tone) -> String {
    format!("/board?state={}.{}", duty.key(), tone.key())
}

fn count(tone: Tone, words: &str, n: u32, measure: &str, to: impl Into<String>) -> Count {
    Count { tone, words: words.to_owned(), n, measure: measure.to_owned(), to: to.into() }
}

/// A stage whose counts are those of its cells in these words; what there is none of is left out.
fn stage(facts: &FlowFacts, duty: Duty, words: [&str; 5], to: &str) -> Stage {
    let units = facts.standing.duty(duty);
    let counts = Tone::ALL
        .into_iter()
        .zip(words)
        .filter(|(tone, _)| units.of(*tone) > 0)
        .map(|(tone, words)| count(tone, words, units.of(tone), UNITS, rows(duty, tone)))
        .collect();
    Stage { duty, units, counts, going: Vec::new(), note: String::new(), to: to.to_owned() }
}

fn receipts(facts: &FlowFacts) -> Stage {
    let mut made = stage(facts, Duty::Ming, ["逾期", "待核", "超期未签收", "已签收", "待签收或未下达"], "/duties");
    let waiting = facts.unsigned.min(made.units.none);
    if waiting > 0 {
        made.going.push(count(Tone::None, "已下达，待签收", waiting, UNITS, "/duties?state=issued"));
    }
    made.note = match (made.units.total(), made.units.ok) {
        (0, _) => "还没有应签收责任清单的单位。".to_owned(),
        (all, signed) if all == signed => "各单位的第一责任人履责清单都已签收。".to_owned(),
        (all, signed) => format!("{all} 个单位中 {signed} 个已签收第一责任人履责清单。"),
    };
    made
}

fn fulfilment(facts: &FlowFacts) -> Stage {
    let words = ["有事项逾期或核查不符", "已补记，待核", "有事项临近到期或需关注", "正常", "未启用或未到期"];
    let mut made = stage(facts, Duty::Lv, words, "/board");
    let tally = facts.progress;
    made.note = if tally.all() == 0 {
        "还没有应落实的条目。".to_owned()
    } else {
        format!(
            "年度应落实条目 {} 条：已落实 {} 条，推进中（含已到期缺记录和待核的）{} 条，未到期或随时 {} 条。{}。",
            tally.all(),
            tally.done,
            tally.going,
            tally.not_due + tally.any_time,
            Progress::DONE_MEANS
        )
    };
    made
}

fn oversight(facts: &FlowFacts) -> Stage {
    let words = ["逾期", "待核", "需关注", "本期已确认", "本期待确认"];
    let mut made = stage(facts, Duty::Du, words, "/oversight");
    let steps = facts.steps;
    // The same filters as the board of the season has: each opens exactly its steps.
    for (tone, words, n, filter) in [
        (Tone::Warn, "监督单位应办未办", steps.late, "state=late"),
        (Tone::None, "监督单位待办", steps.open, "state=coming"),
        (Tone::Ok, "监督单位已办", steps.done, "state=done"),
        (Tone::Warn, "归口表没有监督单位", steps.unassigned, "body=none&state=open"),
    ] {
        if n > 0 {
            made.going.push(count(tone, words, n, MATTERS, format!("/oversight/season?{filter}")));
        }
    }
    for (year, n) in &facts.readings {
        if *n > 0 {
            let words = format!("{year}年度翻阅检查进行中");
            made.going.push(count(Tone::Ok, &words, *n, BOOKS, format!("/oversight?year={year}&state=open")));
        }
    }
    made.note = match (steps.done + steps.open + steps.late, steps.late) {
        (0, _) => "今年的督责安排还没有生成。".to_owned(),
        (all, 0) => format!("今年的督责工作 {all} 项，已完成 {} 项。", steps.done),
        (all, late) => {
            format!("今年的督责工作 {all} 项，已完成 {} 项；{late} 项由监督单位延误，不影响单位。", steps.done)
        }
    };
    made
}

fn reviews(facts: &FlowFacts) -> Stage {
    let words = ["逾期", "待核", "需关注", "已有评议结果", "尚未评议"];
    let mut made = stage(facts, Duty::Ping, words, "/reviews");
    if facts.meetings > 0 {
        made.going.push(count(Tone::None, "评议会筹备中", facts.meetings, "场", "/reviews?state=coming"));
    }
    made.note = match facts.next_meeting {
        Some(on) => format!("下一场述责评议会在{}。", zh_short(on)),
        None => "近期没有安排述责评议会。".to_owned(),
    };
    made
}

fn rectification(facts: &FlowFacts) -> Stage {
    let words = ["有整改逾期", "待核", "需关注", "在期限内或无在办", "未登记整改事项"];
    let mut made = stage(facts, Duty::Wen, words, "/accountability");
    let items = &facts.items;
    for stage in
        [ItemStage::Unsigned, ItemStage::Planning, ItemStage::Working, ItemStage::Checking, ItemStage::Suspended]
    {
        let n = items.at(stage);
        if n > 0 {
            let tone = if stage == ItemStage::Checking { Tone::Pending } else { Tone::None };
            let to = format!("/accountability?state={}", stage.key());
            made.going.push(count(tone, stage.label(), n, MATTERS, to));
        }
    }
    if items.overdue > 0 {
        made.going.push(count(Tone::Late, "其中逾期", items.overdue, MATTERS, "/accountability?due=overdue"));
    }
    made.note = match (items.open(), items.closed) {
        (0, 0) => "目前没有在办的整改事项。".to_owned(),
        (open, closed) => format!("整改在办 {open} 项，本月销号 {closed} 项。"),
    };
    made
}
