//! A row of the board: the five cells of one post, folded from its facts and colours.
//! Names items and dates; refuses scores, counts side by side and 问责 itself.

use chrono::{Datelike, Days};
use serde::{Deserialize, Serialize};

use super::{Cell, Colour, Duty, Facts, ListFacts, NEEDS_ATTENTION, Progress, REFUTED, RuleSet, Tone};
use crate::{
    duties::ListState,
    time::{Day, zh_short},
};

/// Items by progress; never occurrences, never entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// 已落实.
    pub done: u32,
    /// 推进中.
    pub going: u32,
    /// 未到期: never fell due so far, and no record.
    pub not_due: u32,
    /// 随时: no date, and no record; nothing is wanting.
    #[serde(default)]
    pub any_time: u32,
}

impl Tally {
    /// Counts items. What no day will ever change has no date: 随时, and what asks nothing of this head.
    pub fn of(colours: &[Colour]) -> Self {
        let mut tally = Self::default();
        for colour in colours {
            match colour.progress {
                Progress::Done => tally.done += 1,
                Progress::Going => tally.going += 1,
                Progress::NotDue if colour.valid_until.is_none() => tally.any_time += 1,
                Progress::NotDue => tally.not_due += 1,
            }
        }
        tally
    }

    /// 年度应落实 n 条.
    pub fn all(self) -> u32 {
        self.done + self.going + self.not_due + self.any_time
    }

    /// 「已落实 40 条，推进中 12 条，未到期 1 条，随时 7 条」.
    pub fn words(self) -> String {
        let Self { done, going, not_due, any_time } = self;
        format!("已落实 {done} 条，推进中 {going} 条，未到期 {not_due} 条，随时 {any_time} 条")
    }
}

/// Items whose last day lies in the quarter of `today` and that have no record of it yet (本期未做). Those that fell
/// due in the quarter already, or were recorded late in it, speak for themselves. The portrait says the same number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThisQuarter {
    /// All of them.
    pub open: u32,
    /// Of these, what is 已落实 so far and due once more.
    pub again: u32,
}

impl ThisQuarter {
    /// Counts items.
    pub fn of(facts: &Facts, colours: &[Colour], today: Day) -> Self {
        let quarter = |day: Day| (day.year(), day.month0() / 3);
        let mut out = Self::default();
        for item in &facts.items {
            let mut open = false;
            let mut spoken = false;
            for fact in item.occurrences.iter().filter(|f| quarter(f.due) == quarter(today) && facts.asks_for(f)) {
                match fact.satisfied {
                    None if fact.due >= today => open = true,
                    None => spoken = true,
                    Some(done) => spoken |= done.recorded_on > fact.due,
                }
            }
            if open && !spoken {
                out.open += 1;
                let done = colours.iter().any(|c| c.duty_id == item.duty && c.progress == Progress::Done);
                out.again += u32::from(done);
            }
        }
        out
    }
}

/// The five cells in the order of the chain, and the progress of the items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// 明履督评问.
    pub cells: [Cell; 5],
    /// Items by progress.
    pub tally: Tally,
    /// First day on which time alone changes a cell.
    pub valid_until: Option<Day>,
}

impl Row {
    /// The most urgent tone of the row.
    pub fn tone(&self) -> Tone {
        self.cells.iter().map(|c| c.tone).max().unwrap_or(Tone::None)
    }

    /// The cell that the colour of the whole unit comes from: the most urgent, the earliest of the chain among
    /// equals. Its `why` is the reason of the unit's colour.
    pub fn worst(&self) -> &Cell {
        worst(&self.cells).unwrap_or(&self.cells[0])
    }
}

/// The most urgent of some cells, the first among equals; `None` of none.
pub fn worst<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Option<&'a Cell> {
    // `max_by_key` takes the last of equals: a strict comparison keeps the first.
    cells.into_iter().fold(None, |worst: Option<&Cell>, cell| match worst {
        Some(kept) if kept.tone >= cell.tone => Some(kept),
        _ => Some(cell),
    })
}

/// Folds the colours that [`evaluate`](super::evaluate) gave for `facts` on `today` into five cells.
pub fn row(rules: &RuleSet, facts: &Facts, colours: &[Colour], today: Day) -> Row {
    let tally = Tally::of(colours);
    let cells = [
        receipt(rules, facts, today),
        fulfilment(facts, colours, tally),
        oversight(facts),
        review(facts, today),
        rectification(rules, facts, today),
    ];
    let valid_until = cells.iter().filter_map(|c| c.valid_until).min();
    Row { cells, tally, valid_until }
}

pub(super) fn receipt(rules: &RuleSet, facts: &Facts, today: Day) -> Cell {
    let cell = |tone, text: String, why: String| Cell::new(Duty::Ming, tone, text, why);
    let Some(list) = facts.list else {
        return match facts.term_from {
            None => cell(Tone::None, "暂无负责人".into(), "这个岗位目前没有负责人，到期事项暂停计算。".into()),
            Some(from) if from <= facts.enabled_on || from.year() != facts.year => {
                cell(Tone::None, "尚未下达".into(), format!("{}年第一责任人履责清单还没有下达。", facts.year))
            }
            Some(from) => cell(
                Tone::None,
                format!("{}到任", zh_short(from)),
                format!("负责人{}到任，第一责任人履责清单还没有下达。", zh_short(from)),
            ),
        };
    };
    match (list.state, list.signed_on) {
        (ListState::Signed, Some(on)) => cell(
            Tone::Ok,
            format!("已签收 {}", zh_short(on)),
            format!("{}年第一责任人履责清单已于{}签收。", facts.year, zh_short(on)),
        ),
        (ListState::Issued, _) => unsigned(rules, facts, list, today),
        (ListState::Frozen, _) => {
            cell(Tone::None, "已冻结".into(), "负责人已变动，原清单已冻结，新清单还没有下达。".into())
        }
        (state, _) => cell(
            Tone::None,
            state.label().into(),
            format!("{}年第一责任人履责清单现在是“{}”，还没有下达。", facts.year, state.label()),
        ),
    }
}

/// Issued, not signed: waiting is no fault; past its days it is yellow for the unit.
fn unsigned(rules: &RuleSet, facts: &Facts, list: ListFacts, today: Day) -> Cell {
    let until = list.receipt_due.map(|day| format!("，应于{}前签收", zh_short(day))).unwrap_or_default();
    let overdue = list.receipt_due.is_some_and(|day| today > day);
    let calling = list.telephone_after.is_some_and(|day| today > day);
    let why = format!(
        "{}年第一责任人履责清单已下达{until}，{}。",
        facts.year,
        if calling {
            format!("下达超过{}个工作日，请派驻纪检监察组电话提醒", rules.list.telephone)
        } else if overdue {
            "现已超过签收期限".to_owned()
        } else {
            "正在等待签收".to_owned()
        }
    );
    let next = [list.receipt_due, list.telephone_after]
        .into_iter()
        .flatten()
        .map(|day| day + Days::new(1))
        .find(|day| *day > today);
    let text = list.receipt_due.map_or_else(|| "待签收".to_owned(), |day| format!("{}前签收", zh_short(day)));
    let cell = if overdue {
        Cell::new(Duty::Ming, Tone::Warn, "超期未签收", why).word(NEEDS_ATTENTION)
    } else {
        Cell::new(Duty::Ming, Tone::None, text, why).word("待签收")
    };
    cell.until(next)
}

fn fulfilment(facts: &Facts, colours: &[Colour], tally: Tally) -> Cell {
    let until = colours.iter().filter_map(|c| c.valid_until).min();
    if colours.is_empty() {
        let why = if facts.term_from.is_none() {
            "这个岗位目前没有负责人，到期事项暂停计算。"
        } else {
            "第一责任人履责清单还没有下达，暂无应落实事项。"
        };
        return Cell::new(Duty::Lv, Tone::None, "尚未启用", why);
    }
    let tone = colours.iter().map(|c| c.tone).max().unwrap_or(Tone::None);
    let cell = match tone {
        Tone::Late | Tone::Pending | Tone::Warn => {
            let urgent: Vec<&Colour> = colours.iter().filter(|c| c.tone == tone).collect();
            // The word must be true of all it stands for.
            let word = if tone != Tone::Pending && urgent.iter().all(|c| c.refuted) {
                REFUTED
            } else if tone == Tone::Warn && urgent.iter().any(|c| c.overdue || c.refuted) {
                NEEDS_ATTENTION
            } else {
                tone.word()
            };
            let mut others: Vec<&Colour> =
                colours.iter().filter(|c| c.tone.needs_attention() && c.tone != tone).collect();
            others.sort_by_key(|c| std::cmp::Reverse(c.tone));
            let why = urgent.iter().chain(&others).take(WHY_ITEMS).map(|c| c.reason.as_str()).collect::<String>();
            Cell::new(Duty::Lv, tone, names(&urgent), why).word(word)
        }
        Tone::Ok => {
            Cell::new(Duty::Lv, tone, CALM, format!("已落实 {} 条，目前没有临近到期或逾期的事项。", tally.done))
        }
        Tone::None => Cell::new(Duty::Lv, tone, "尚未到期", "目前没有到期的事项。"),
    };
    cell.until(until)
}

/// Below 「正常」: words, because one count under the other would be a ranking. How many items are done
/// stands in the reason, which only the drawer of one unit and the leader's own page show.
const CALM: &str = "暂无临近到期事项";

/// Reasons shown in a cell; the page lists the rest.
const WHY_ITEMS: usize = 3;

/// One item by number and name, two by number, more by two numbers and 「等」, never by their count.
fn names(urgent: &[&Colour]) -> String {
    match urgent {
        [one] => format!("{} {}", one.code, one.text),
        [one, two] => format!("{}、{}", one.code, two.code),
        [one, two, ..] => format!("{}、{} 等", one.code, two.code),
        [] => String::new(),
    }
}

fn oversight(facts: &Facts) -> Cell {
    let Some(o) = &facts.oversight else {
        return Cell::without_source(Duty::Du, "督责工作（季度提醒、半年梳理、年底检查）还没有开展。");
    };
    let cell = match o.done_on {
        Some(on) => Cell::new(
            Duty::Du,
            Tone::Ok,
            format!("{}已确认", o.step),
            format!("{}已于{}完成，双方已确认。", o.step, zh_short(on)),
        ),
        None if o.underway => Cell::new(
            Duty::Du,
            Tone::None,
            format!("{}进行中", o.step),
            format!("{}正在进行，双方还没有签字；由监督单位负责，不影响本单位。", o.step),
        ),
        // A delay of the supervising body colours that body's page, not the unit.
        None => {
            let by = o.due.map(|day| format!("应于{}前完成；", zh_short(day))).unwrap_or_default();
            Cell::new(
                Duty::Du,
                Tone::None,
                format!("{}待确认", o.step),
                format!("{}还没有完成；{by}由监督单位负责，不影响本单位。", o.step),
            )
        }
    };
    cell.until(o.next)
}

fn review(facts: &Facts, today: Day) -> Cell {
    match &facts.review {
        None => Cell::without_source(Duty::Ping, "还没有封存的述责评议结果。"),
        Some(r) => match (&r.sealed, r.next_on) {
            (Some((year, grade)), _) => Cell::new(
                Duty::Ping,
                Tone::Ok,
                format!("{grade}（{year}年）"),
                format!("最近一次述责评议（{year}年）的等次是“{grade}”。"),
            ),
            // The day after, the date is history and there is still no result: the cell must change by itself.
            (None, Some(on)) if on >= today => {
                Cell::new(Duty::Ping, Tone::None, zh_short(on), format!("述责评议安排在{}。", zh_short(on)))
                    .until(on.succ_opt())
            }
            (None, _) => Cell::without_source(Duty::Ping, "还没有封存的述责评议结果。"),
        },
    }
}

fn rectification(rules: &RuleSet, facts: &Facts, today: Day) -> Cell {
    let Some(r) = facts.rectification else {
        return Cell::without_source(Duty::Wen, "还没有登记整改事项。");
    };
    let next = r.next_due.map(|day| day + Days::new(1)).filter(|day| *day > today);
    let cell = if r.overdue > 0 {
        // Overdue 整改 is a hard matter; where nothing may be red it is 需关注.
        let words = format!("整改在办 {} / 逾期 {}", r.open, r.overdue);
        let kind = if rules.hard.rectification { "；逾期整改属硬性事项" } else { "" };
        let why = format!("有 {} 项整改超过期限还没有申请销号{kind}。", r.overdue);
        if rules.rectification_is_red() {
            Cell::new(Duty::Wen, Tone::Late, words, why)
        } else {
            Cell::new(Duty::Wen, Tone::Warn, words, why).word(NEEDS_ATTENTION)
        }
    } else if r.open > 0 {
        Cell::new(
            Duty::Wen,
            Tone::Ok,
            format!("整改在办 {} 项", r.open),
            match r.before {
                0 => format!("有 {} 项整改正在办理，都在期限内。", r.open),
                n => format!(
                    "有 {} 项整改正在办理，其中 {n} 项的期限在现任到任或本区启用前已过，不计逾期；请与党风政风监督室商定新的期限。",
                    r.open
                ),
            },
        )
    } else {
        Cell::new(Duty::Wen, Tone::Ok, "无在办", "目前没有在办的整改事项。")
    };
    cell.until(next)
}
