//! The sample: which items of the list are looked at. Drawn from the id of the reading and a seed,
//! so that whoever knows both can draw it again and gets the same; or chosen by hand.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Rejection, ids::DutyId};

/// Share of items in percent where nothing else is said (示范).
pub const SHARE_DEFAULT: u32 = 10;

/// A draw: whoever knows it and the number of the reading draws the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Percent.
    pub share: u32,
    /// Seed.
    pub seed: u32,
    /// At least so many items.
    #[serde(default)]
    pub least: u32,
    /// The reading whose number it goes by, where that is an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Uuid>,
}

/// How a sample came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Sampling {
    /// Drawn.
    Draw {
        /// Percent.
        share: u32,
        /// Seed, shown on the paper so that the draw can be repeated.
        seed: u32,
        /// At least so many items, where the list has them; 0: the share alone.
        #[serde(default)]
        least: u32,
        /// The reading whose number the draw goes by, where that is an earlier one: it was taken back and registered
        /// again, and nobody gets another draw by that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Uuid>,
    },
    /// Chosen by hand.
    Hand {
        /// Why; empty for samples chosen before it was asked for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// The draw that was put aside: nobody gets another one by that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced: Option<Drawn>,
    },
}

impl Sampling {
    /// For pages and papers.
    pub fn words(&self) -> String {
        match self {
            Self::Draw { share, seed, least: 0, .. } => format!("按 {share}% 抽取，抽取码 {seed}，可复核"),
            Self::Draw { share, seed, least, .. } => {
                format!("按 {share}% 抽取，不少于 {least} 条，抽取码 {seed}，可复核")
            }
            Self::Hand { reason, replaced } => {
                let instead =
                    replaced.map(|drawn| format!("替换按 {}% 抽取的结果，原抽取码 {}", drawn.share, drawn.seed));
                let why = (!reason.is_empty()).then(|| format!("原因：{reason}"));
                ["人工选定".to_owned()].into_iter().chain(instead).chain(why).collect::<Vec<_>>().join("，")
            }
        }
    }

    /// The draw: the one that stands, or the one that a choice by hand put aside.
    pub fn drawn(&self) -> Option<Drawn> {
        match *self {
            Self::Draw { share, seed, least, of } => Some(Drawn { share, seed, least, of }),
            Self::Hand { replaced, .. } => replaced,
        }
    }

    /// `抽取码 8123`; by hand, which one was put aside.
    pub fn code(&self) -> String {
        match (self, self.drawn()) {
            (Self::Draw { seed, .. }, _) => format!("抽取码 {seed}"),
            (Self::Hand { .. }, Some(drawn)) => format!("抽取码 {}，后改为人工选定", drawn.seed),
            (Self::Hand { .. }, None) => "人工选定".to_owned(),
        }
    }
}

/// Are `chosen` items by hand enough, where a draw has `drawn`?
///
/// # Errors
/// Fewer than that.
pub fn enough(chosen: usize, drawn: usize) -> Result<(), Rejection> {
    if chosen >= drawn {
        return Ok(());
    }
    let words = format!("选了 {chosen} 条，按抽查比例应查 {drawn} 条，没有保存。请至少选 {drawn} 条。");
    Err(Rejection::field("duty", words))
}

/// Most items that 「不少于」 may ask for: far more than a list has, since one that is too short is explained.
pub const LEAST_MAX: u32 = 1_000;

/// A number of items that a sample has at least, 0 to [`LEAST_MAX`].
///
/// # Errors
/// Outside of that.
pub fn least(items: u32) -> Result<u32, Rejection> {
    if items <= LEAST_MAX {
        Ok(items)
    } else {
        Err(Rejection::field("least", format!("最少抽查条数应在 0 到 {LEAST_MAX} 之间，没有登记。请改正后再提交。")))
    }
}

/// How many of a list of `len` items are drawn: the share rounded up, at least `least`, never more than there are.
pub fn wanted(percent: u32, least: u32, len: usize) -> usize {
    len.saturating_mul(percent as usize).div_ceil(100).max(least as usize).min(len)
}

/// Why it is so many, in words: what was asked for and what the list has.
pub fn why_so_many(percent: u32, least: u32, len: usize) -> String {
    let (drawn, by_share) = (wanted(percent, least, len), wanted(percent, 0, len));
    let exact = len.saturating_mul(percent as usize);
    if len == 0 {
        "这份清单没有条目，没有可抽的；可以翻阅整本。".to_owned()
    } else if least as usize > len {
        format!("要求不少于 {least} 条，清单只有 {len} 条，全部列入。")
    } else if drawn == len {
        format!("清单共 {len} 条，全部列入。")
    } else if drawn > by_share {
        format!("清单共 {len} 条，按 {percent}% 是 {by_share} 条，按“不少于 {least} 条”抽 {drawn} 条。")
    } else if exact < 100 {
        format!("清单共 {len} 条，按 {percent}% 不足一条，抽 1 条。")
    } else if !exact.is_multiple_of(100) {
        format!("清单共 {len} 条，按 {percent}% 抽 {drawn} 条（不足一条的算一条）。")
    } else {
        format!("清单共 {len} 条，按 {percent}% 抽 {drawn} 条。")
    }
}

/// A share of 1 to 100 percent.
///
/// # Errors
/// Outside of that.
pub fn share(percent: u32) -> Result<u32, Rejection> {
    if (1..=100).contains(&percent) {
        Ok(percent)
    } else {
        Err(Rejection::field("share", "抽查比例应在 1 到 100 之间，没有保存。请改正后再提交。"))
    }
}

/// Draws `percent` of `items`, rounded up, in the order of `items`. The same reading, seed and items
/// give the same sample, whatever the order of `items`; another id or seed gives another one.
pub fn draw(inspection: Uuid, seed: u32, percent: u32, items: &[DutyId]) -> Vec<DutyId> {
    draw_least(inspection, seed, (percent, 0), items)
}

/// [`draw`] of a share, and of at least so many items.
pub fn draw_least(inspection: Uuid, seed: u32, (percent, least): (u32, u32), items: &[DutyId]) -> Vec<DutyId> {
    let mut ranked: Vec<(u64, Reverse<DutyId>)> =
        items.iter().map(|duty| (rank(inspection, seed, *duty), Reverse(*duty))).collect();
    ranked.sort_unstable();
    let many = wanted(percent, least, items.len());
    let chosen: Vec<DutyId> = ranked.into_iter().take(many).map(|(_, duty)| duty.0).collect();
    items.iter().copied().filter(|duty| chosen.contains(duty)).collect()
}

/// An item of the list in a draw that is looked at once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Item.
    pub duty: DutyId,
    /// 排序码: the smallest are drawn. Sixteen hexadecimal digits, as they sort.
    pub rank: String,
    /// Drawn when computed now.
    pub drawn: bool,
}

/// A draw computed again from what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redraw {
    /// The whole list, in the order of the ranks.
    pub lines: Vec<Ranked>,
    /// Does it give the sample that stands on the sheet?
    pub same: bool,
}

/// Draws once more from the list that was drawn from, and says whether `sample` comes out of it.
pub fn redraw(inspection: Uuid, seed: u32, (percent, least): (u32, u32), pool: &[DutyId], sample: &[DutyId]) -> Redraw {
    let drawn = draw_least(inspection, seed, (percent, least), pool);
    let mut lines: Vec<(u64, Reverse<DutyId>)> =
        pool.iter().map(|duty| (rank(inspection, seed, *duty), Reverse(*duty))).collect();
    lines.sort_unstable();
    let line = |(rank, Reverse(duty)): (u64, Reverse<DutyId>)| Ranked {
        duty,
        rank: format!("{rank:016x}"),
        drawn: drawn.contains(&duty),
    };
    let same = drawn.len() == sample.len() && drawn.iter().all(|duty| sample.contains(duty));
    Redraw { lines: lines.into_iter().map(line).collect(), same }
}

/// SplitMix64 over the bytes of all three: spreads evenly, and is ten lines for whoever wants to check.
fn rank(inspection: Uuid, seed: u32, duty: DutyId) -> u64 {
    let mut state = u64::from(seed);
    for half in [inspection.as_u64_pair(), duty.0.as_u64_pair()].into_iter().flat_map(|(a, b)| [a, b]) {
        state = mixed(state ^ half);
    }
    state
}

fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
