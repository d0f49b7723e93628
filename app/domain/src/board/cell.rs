//! What one cell of the board shows: which duty, in which tone, in which words.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// One of the five duties, in the order of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 明责.
    Ming,
    /// 履责.
    Lv,
    /// 督责.
    Du,
    /// 评责.
    Ping,
    /// 问责.
    Wen,
}

impl Duty {
    /// The chain.
    pub const ALL: [Self; 5] = [Self::Ming, Self::Lv, Self::Du, Self::Ping, Self::Wen];

    /// One character, drawn in a ring.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Ming => "明",
            Self::Lv => "履",
            Self::Du => "督",
            Self::Ping => "评",
            Self::Wen => "问",
        }
    }

    /// Two characters.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ming => "明责",
            Self::Lv => "履责",
            Self::Du => "督责",
            Self::Ping => "评责",
            Self::Wen => "问责",
        }
    }

    /// Class of the ring's hue.
    pub fn css(self) -> &'static str {
        self.key()
    }

    /// Stable key for storage and URLs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ming => "ming",
            Self::Lv => "lv",
            Self::Du => "du",
            Self::Ping => "ping",
            Self::Wen => "wen",
        }
    }

    /// The duty of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.key() == key)
    }
}

/// State of a cell or an item: icon, word and colour together, readable in black and
/// white. Ordered by urgency, the least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// 未到: nothing to say yet.
    None,
    /// 正常.
    Ok,
    /// 临近到期, and for an ordinary item also past its due day.
    Warn,
    /// 已补记，待核: was red, recorded late, not yet confirmed by a checker.
    Pending,
    /// 逾期: hard items only.
    Late,
}

impl Tone {
    /// Every tone, most urgent first, as filters show them.
    pub const ALL: [Self; 5] = [Self::Late, Self::Pending, Self::Warn, Self::Ok, Self::None];

    /// Icon before the word.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Ok => "✓",
            Self::Warn => "▲",
            Self::Late => "◆",
            Self::Pending => "◇",
            Self::None => "—",
        }
    }

    /// The usual word; a cell may carry a closer one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "正常",
            Self::Warn => "临近到期",
            Self::Late => "逾期",
            Self::Pending => "已补记，待核",
            Self::None => "未到",
        }
    }

    /// Class of the pill.
    pub fn css(self) -> &'static str {
        self.key()
    }

    /// Stable key for storage and URLs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Late => "late",
            Self::Pending => "pending",
            Self::None => "none",
        }
    }

    /// The tone of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }

    /// Does a row with this tone belong to 「需关注」?
    pub fn needs_attention(self) -> bool {
        self >= Self::Warn
    }
}

/// One of the five cells of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Which duty.
    pub duty: Duty,
    /// Tone.
    pub tone: Tone,
    /// Word beside the icon; mostly [`Tone::word`].
    pub word: String,
    /// The line below: what it is about.
    pub text: String,
    /// Why, in one or a few plain sentences.
    pub why: String,
    /// First day on which time alone can change the cell; `None` if time cannot.
    pub valid_until: Option<Day>,
}

impl Cell {
    /// A cell with the usual word of its tone that time does not change.
    pub fn new(duty: Duty, tone: Tone, text: impl Into<String>, why: impl Into<String>) -> Self {
        Self { duty, tone, word: tone.word().to_owned(), text: text.into(), why: why.into(), valid_until: None }
    }

    /// A column that no feature feeds yet.
    pub fn without_source(duty: Duty, because: &str) -> Self {
        Self::new(duty, Tone::None, "—", format!("本环节尚无数据：{because}"))
    }

    /// With a closer word.
    #[must_use]
    pub fn word(self, word: &str) -> Self {
        Self { word: word.to_owned(), ..self }
    }

    /// Changed by time alone on `day`.
    #[must_use]
    pub fn until(self, day: Option<Day>) -> Self {
        Self { valid_until: day, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_back_and_urgency_is_the_order() {
        for duty in Duty::ALL {
            assert_eq!(Duty::from_key(duty.key()), Some(duty));
            assert!(duty.label().starts_with(duty.glyph()));
        }
        for tone in Tone::ALL {
            assert_eq!(Tone::from_key(tone.key()), Some(tone));
        }
        assert!(Tone::ALL.is_sorted_by(|a, b| a > b));
        assert_eq!(Tone::ALL.into_iter().filter(|t| t.needs_attention()).count(), 3);
    }
}
