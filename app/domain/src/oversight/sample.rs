//! The sample: which items of the list are looked at. Drawn from the id of the reading and a seed,
//! so that whoever knows both can draw it again and gets the same; or chosen by hand.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Rejection, ids::DutyId};

/// Share of items in percent where nothing else is said (示范).
pub const SHARE_DEFAULT: u32 = 10;

/// How a sample came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Sampling {
    /// Drawn.
    Draw {
        /// Percent.
        share: u32,
        /// Seed, shown on the paper so that the draw can be repeated.
        seed: u32,
    },
    /// Chosen by hand.
    Hand,
}

impl Sampling {
    /// For pages and papers.
    pub fn words(self) -> String {
        match self {
            Self::Draw { share, seed } => format!("按 {share}% 抽取，抽取码 {seed}，可复核"),
            Self::Hand => "人工选定".to_owned(),
        }
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
        Err(Rejection::field("share", "抽查比例应在 1 到 100 之间，没有登记。请改正后再提交。"))
    }
}

/// Draws `percent` of `items`, rounded up, in the order of `items`. The same reading, seed and items
/// give the same sample, whatever the order of `items`; another id or seed gives another one.
pub fn draw(inspection: Uuid, seed: u32, percent: u32, items: &[DutyId]) -> Vec<DutyId> {
    let wanted = items.len().saturating_mul(percent as usize).div_ceil(100).min(items.len());
    let mut ranked: Vec<(u64, Reverse<DutyId>)> =
        items.iter().map(|duty| (rank(inspection, seed, *duty), Reverse(*duty))).collect();
    ranked.sort_unstable();
    let chosen: Vec<DutyId> = ranked.into_iter().take(wanted).map(|(_, duty)| duty.0).collect();
    items.iter().copied().filter(|duty| chosen.contains(duty)).collect()
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
