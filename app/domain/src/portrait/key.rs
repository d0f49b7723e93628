//! Names of the numbers: made by the fold, carried by links and questions, known again here.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Quarter;
use crate::board::Duty;

/// What a number of a quarter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Lists handed out in the quarter and signed in time.
    Signed,
    /// Signed after the last day for it.
    SignedLate,
    /// Not signed yet.
    Unsigned,
    /// Items due in the quarter, all of it recorded by the due day.
    InTime,
    /// Recorded after the due day (补记).
    Late,
    /// Past due without a record.
    Wanting,
    /// Not recorded, and the day for it is still to come (本期未做): also where earlier periods of the item are done.
    Pending,
    /// Remarks of signed readings: 印证充分.
    Sound,
    /// 需补充.
    ToAdd,
    /// 与实际不符, agreed by two.
    Mismatch,
    /// Results of 述责评议.
    Result,
    /// Findings put on the account.
    Opened,
    /// Struck off (销号).
    Closed,
    /// In hand at the end of the quarter.
    Open,
}

impl Part {
    /// Every part, duty by duty.
    pub const ALL: [Self; 14] = [
        Self::Signed,
        Self::SignedLate,
        Self::Unsigned,
        Self::InTime,
        Self::Late,
        Self::Wanting,
        Self::Pending,
        Self::Sound,
        Self::ToAdd,
        Self::Mismatch,
        Self::Result,
        Self::Opened,
        Self::Closed,
        Self::Open,
    ];

    /// The parts of a duty, in the order of a table.
    pub fn of(duty: Duty) -> &'static [Self] {
        match duty {
            Duty::Ming => &[Self::Signed, Self::SignedLate, Self::Unsigned],
            Duty::Lv => &[Self::InTime, Self::Late, Self::Wanting, Self::Pending],
            Duty::Du => &[Self::Sound, Self::ToAdd, Self::Mismatch],
            Duty::Ping => &[Self::Result],
            Duty::Wen => &[Self::Opened, Self::Closed, Self::Open],
        }
    }

    /// The duty that it belongs to.
    pub fn duty(self) -> Duty {
        Duty::ALL.into_iter().find(|duty| Self::of(*duty).contains(&self)).unwrap_or(Duty::Lv)
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Signed => "按期签收",
            Self::SignedLate => "超期签收",
            Self::Unsigned => "待签收",
            Self::InTime => "按期落实",
            Self::Late => "补记",
            Self::Wanting => "未落实",
            Self::Pending => "本期未做",
            Self::Sound => "印证充分",
            Self::ToAdd => "需补充",
            Self::Mismatch => "与实际不符",
            Self::Result => "评议结果",
            Self::Opened => "新挂账",
            Self::Closed => "已销号",
            Self::Open => "季末在办",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::SignedLate => "signed_late",
            Self::Unsigned => "unsigned",
            Self::InTime => "in_time",
            Self::Late => "late",
            Self::Wanting => "wanting",
            Self::Pending => "pending",
            Self::Sound => "sound",
            Self::ToAdd => "to_add",
            Self::Mismatch => "mismatch",
            Self::Result => "result",
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
}

/// How an item of the list stands in a year. An item is counted once, by the worst of what was due of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// 按期落实: nothing of the year is left to do.
    InTime,
    /// 还要再做: done in time as far as it fell due, and due again in the year.
    Again,
    /// 未到期: not due so far, and no record.
    Pending,
    /// 补记.
    Late,
    /// 未落实.
    Wanting,
    /// 随时 item with a record in the term.
    AnyTime,
    /// 随时 item without one; nothing is wanting.
    AnyIdle,
}

impl ItemState {
    /// Every state, in the order of a table.
    pub const ALL: [Self; 7] =
        [Self::InTime, Self::Again, Self::Late, Self::Wanting, Self::Pending, Self::AnyTime, Self::AnyIdle];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::InTime => "按期落实",
            Self::Late => "补记",
            Self::Wanting => "未落实",
            Self::Again => "还要再做",
            Self::Pending => "未到期",
            Self::AnyTime => "随时·有记录",
            Self::AnyIdle => "随时·暂无",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::Late => "late",
            Self::Wanting => "wanting",
            Self::Again => "again",
            Self::Pending => "pending",
            Self::AnyTime => "any_time",
            Self::AnyIdle => "any_idle",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// What happened since the end of the last quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Lists handed out or signed.
    Lists,
    /// Items recorded in time.
    Done,
    /// Items recorded after their due day.
    Late,
    /// Items that fell due without a record.
    Wanting,
    /// Readings signed by both.
    Readings,
    /// Results of 述责评议.
    Results,
    /// Findings put on the account.
    Opened,
    /// Findings struck off.
    Closed,
}

impl Change {
    /// Every kind, in the order of the chain.
    pub const ALL: [Self; 8] =
        [Self::Lists, Self::Done, Self::Late, Self::Wanting, Self::Readings, Self::Results, Self::Opened, Self::Closed];

    /// Chinese words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lists => "下达或签收的清单",
            Self::Done => "按期落实的条目",
            Self::Late => "补记的条目",
            Self::Wanting => "到期未落实的条目",
            Self::Readings => "双方签字的翻阅检查",
            Self::Results => "述责评议结果",
            Self::Opened => "新挂账的整改事项",
            Self::Closed => "已销号的整改事项",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Done => "done",
            Self::Late => "late",
            Self::Wanting => "wanting",
            Self::Readings => "readings",
            Self::Results => "results",
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// Name of one number of a portrait.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// `2026q3.late`: a part of a quarter.
    Quarter(Quarter, Part),
    /// `2026.group.3.late`: items of a 大项 in a year.
    Group(i32, u32, ItemState),
    /// `2026.list.first_responsible.late`: items of one of the five lists in a year.
    List(i32, String, ItemState),
    /// `2026q4.since.done`: what changed in the quarter up to the day of the portrait.
    Since(Quarter, Change),
}

impl Key {
    /// The key of a [`Display`](fmt::Display) text; `None` for one that no portrait makes.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            [quarter, part] => Some(Self::Quarter(Quarter::from_key(quarter)?, Part::from_key(part)?)),
            [quarter, "since", what] => Some(Self::Since(Quarter::from_key(quarter)?, Change::from_key(what)?)),
            [year, "group", no, state] => {
                Some(Self::Group(year.parse().ok()?, no.parse().ok()?, ItemState::from_key(state)?))
            }
            [year, "list", key, state] => {
                Some(Self::List(year.parse().ok()?, (*key).to_owned(), ItemState::from_key(state)?))
            }
            _ => None,
        }
    }

    /// The year that it is of.
    pub fn year(&self) -> i32 {
        match self {
            Self::Quarter(quarter, _) | Self::Since(quarter, _) => quarter.year,
            Self::Group(year, ..) | Self::List(year, ..) => *year,
        }
    }

    /// What it counts, in words that stand alone: 「2026年第三季度履责：补记」.
    pub fn words(&self) -> String {
        match self {
            Self::Quarter(quarter, part) => {
                format!("{}{}：{}", quarter.label(), part.duty().label(), part.label())
            }
            Self::Group(year, no, state) => format!("{year}年第{no}大项：{}", state.label()),
            Self::List(year, _, state) => format!("{year}年按责任清单：{}", state.label()),
            Self::Since(quarter, what) => format!("{}的变化：{}", quarter.label(), what.label()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarter(quarter, part) => write!(f, "{quarter}.{}", part.key()),
            Self::Group(year, no, state) => write!(f, "{year}.group.{no}.{}", state.key()),
            Self::List(year, key, state) => write!(f, "{year}.list.{key}.{}", state.key()),
            Self::Since(quarter, what) => write!(f, "{quarter}.since.{}", what.key()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_known_again_and_nothing_else() {
        let quarter = Quarter { year: 2026, no: 3 };
        let mut keys: Vec<Key> = Part::ALL.into_iter().map(|part| Key::Quarter(quarter, part)).collect();
        keys.extend(Change::ALL.into_iter().map(|what| Key::Since(quarter, what)));
        for state in ItemState::ALL {
            keys.extend([Key::Group(2026, 12, state), Key::List(2026, "dual_duty".into(), state)]);
        }
        for key in keys {
            assert_eq!(Key::parse(&key.to_string()), Some(key.clone()));
            assert_eq!(key.year(), 2026);
            assert!(key.words().contains("2026年"), "{}", key.words());
        }
        for wrong in ["", ".", "2026q3", "2026q3.score", "2026.group.x.late", "2026.rank.1.late", "2026q3.since.rank"] {
            assert_eq!(Key::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_part_belongs_to_one_duty() {
        let listed: Vec<Part> = Duty::ALL.into_iter().flat_map(|duty| Part::of(duty).iter().copied()).collect();
        assert_eq!(listed, Part::ALL);
        for part in Part::ALL {
            assert!(Part::of(part.duty()).contains(&part));
            assert_eq!(Part::from_key(part.key()), Some(part));
        }
    }
}
