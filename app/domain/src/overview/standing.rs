//! Units by type and tone. A unit counts once, by the most urgent of its five cells.

use serde::{Deserialize, Serialize};

use crate::{
    board::{Duty, Tone},
    people::UnitKind,
};

/// How many units stand at which tone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tones {
    /// 逾期.
    pub late: u32,
    /// 已补记，待核.
    pub pending: u32,
    /// 临近到期 or 需关注.
    pub warn: u32,
    /// 正常.
    pub ok: u32,
    /// 未到.
    pub none: u32,
}

impl Tones {
    /// Counts `units` more at `tone`.
    pub fn add(&mut self, tone: Tone, units: u32) {
        *match tone {
            Tone::Late => &mut self.late,
            Tone::Pending => &mut self.pending,
            Tone::Warn => &mut self.warn,
            Tone::Ok => &mut self.ok,
            Tone::None => &mut self.none,
        } += units;
    }

    /// How many stand at `tone`.
    pub fn of(self, tone: Tone) -> u32 {
        match tone {
            Tone::Late => self.late,
            Tone::Pending => self.pending,
            Tone::Warn => self.warn,
            Tone::Ok => self.ok,
            Tone::None => self.none,
        }
    }

    /// All units.
    pub fn total(self) -> u32 {
        Tone::ALL.into_iter().map(|tone| self.of(tone)).sum()
    }

    /// Units with something 临近, 待核 or 逾期, as the board's 「需关注」 counts them.
    pub fn attention(self) -> u32 {
        Tone::ALL.into_iter().filter(|tone| tone.needs_attention()).map(|tone| self.of(tone)).sum()
    }

    /// Tone, units, and where its part of a bar of 1,000 begins and how long it is; most urgent first, only what
    /// there is. The parts fill the bar exactly.
    pub fn bar(self) -> Vec<(Tone, u32, u32, u32)> {
        let total = u64::from(self.total());
        let mut out = Vec::new();
        let mut passed = 0_u64;
        for tone in Tone::ALL {
            let units = self.of(tone);
            if units == 0 {
                continue;
            }
            let from = passed * 1_000 / total;
            passed += u64::from(units);
            let to = passed * 1_000 / total;
            let part = |n: u64| u32::try_from(n).unwrap_or(1_000);
            out.push((tone, units, part(from), part(to - from)));
        }
        out
    }

    /// `◆ 逾期 1　▲ 临近到期或需关注 3　✓ 正常 12`: the bar in words. Empty without units.
    pub fn words(self) -> String {
        let parts: Vec<String> = Tone::ALL
            .into_iter()
            .filter(|tone| self.of(*tone) > 0)
            .map(|tone| format!("{} {} {}", tone.icon(), Self::word(tone), self.of(tone)))
            .collect();
        parts.join("　")
    }

    /// The word of a tone that stands for many units: a yellow one is near its day or needs attention.
    pub fn word(tone: Tone) -> &'static str {
        if tone == Tone::Warn { "临近到期或需关注" } else { tone.word() }
    }
}

/// Units of one type whose five cells look the same: what storage counts in one grouped query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Type of the units.
    pub kind: UnitKind,
    /// 明履督评问.
    pub cells: [Tone; 5],
    /// How many units.
    pub units: u32,
}

/// One type of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRow {
    /// Type.
    pub kind: UnitKind,
    /// By the most urgent cell of each unit.
    pub all: Tones,
    /// By each of the five cells.
    pub duties: [Tones; 5],
}

/// Units by type, in the district's own order of types, and all together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Types that have units.
    pub rows: Vec<KindRow>,
    /// All units by their most urgent cell.
    pub all: Tones,
    /// All units by each of the five cells.
    pub duties: [Tones; 5],
}

impl Standing {
    /// All units by one cell.
    pub fn duty(&self, duty: Duty) -> Tones {
        let place = Duty::ALL.iter().position(|d| *d == duty).unwrap_or(0);
        self.duties[place]
    }
}

/// Folds what storage counted. The order and grouping of `patterns` do not matter.
pub fn standing(patterns: impl IntoIterator<Item = Pattern>) -> Standing {
    let mut out = Standing::default();
    let mut rows = UnitKind::ALL.map(|kind| KindRow { kind, all: Tones::default(), duties: Default::default() });
    for pattern in patterns {
        let worst = pattern.cells.into_iter().max().unwrap_or(Tone::None);
        out.all.add(worst, pattern.units);
        for (tones, tone) in out.duties.iter_mut().zip(pattern.cells) {
            tones.add(tone, pattern.units);
        }
        if let Some(row) = rows.iter_mut().find(|row| row.kind == pattern.kind) {
            row.all.add(worst, pattern.units);
            for (tones, tone) in row.duties.iter_mut().zip(pattern.cells) {
                tones.add(tone, pattern.units);
            }
        }
    }
    out.rows = rows.into_iter().filter(|row| row.all.total() > 0).collect();
    out
}
