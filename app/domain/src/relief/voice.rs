//! A suggestion and its answer. A voice may go without a name; the answer always has a reason.

use serde::{Deserialize, Serialize};

use super::{Family, Subject};
use crate::{Rejection, text};

/// Longest words of a suggestion and of an answer, in characters.
pub const WORDS_MAX: usize = 300;

/// What the office answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 采纳.
    Adopted,
    /// 部分采纳.
    Partly,
    /// 不采纳.
    Declined,
}

impl Verdict {
    /// Every answer, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Adopted, Self::Partly, Self::Declined];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Adopted => "采纳",
            Self::Partly => "部分采纳",
            Self::Declined => "不采纳",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::Partly => "partly",
            Self::Declined => "declined",
        }
    }

    /// The answer of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.key() == key)
    }

    /// Does it change something?
    pub fn changes(self) -> bool {
        self != Self::Declined
    }
}

/// The words of a suggestion: optional, except where nothing else says what it is about.
///
/// # Errors
/// Too long, what must not enter, or 别的事 without a word.
pub fn words(subject: &Subject, typed: &str) -> Result<String, Rejection> {
    let clean = text::optional("words", "想说的话", typed, WORDS_MAX)?;
    if clean.is_empty() && subject.family == Family::Other {
        return Err(Rejection::field("words", "选了“别的事”，还没有写是什么事，没有提交。请写一句再提交。"));
    }
    Ok(clean)
}

/// Reason and change of an answer, checked: 不采纳 needs its reason, 采纳 what changes.
///
/// # Errors
/// Too long, empty, or what must not enter.
pub fn answer(verdict: Verdict, reason: &str, changed: &str) -> Result<(String, String), Rejection> {
    let reason = if verdict == Verdict::Adopted {
        text::optional("reason", "说明", reason, WORDS_MAX)?
    } else {
        text::required("reason", "理由", reason, WORDS_MAX)?
    };
    let changed = if verdict.changes() {
        text::required("changed", "改了什么", changed, WORDS_MAX)?
    } else {
        let typed = text::optional("changed", "改了什么", changed, WORDS_MAX)?;
        if !typed.is_empty() {
            return Err(Rejection::field("changed", "选的是“不采纳”，却写了改动，没有保存。请核对后再保存。"));
        }
        typed
    };
    Ok((reason, changed))
}

/// 采纳率 in whole per cent, of answered subjects; `None` before the first answer.
pub fn adoption(changed: u32, answered: u32) -> Option<u32> {
    (answered > 0).then(|| (changed.min(answered) * 100 + answered / 2) / answered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_why_or_what_changes() {
        assert!(answer(Verdict::Adopted, "", "下一版起改为选填").is_ok());
        assert_eq!(answer(Verdict::Adopted, "", " ").unwrap_err().field_name(), Some("changed"));
        assert_eq!(answer(Verdict::Partly, "", "改为选填").unwrap_err().field_name(), Some("reason"));
        assert_eq!(answer(Verdict::Declined, "", "").unwrap_err().field_name(), Some("reason"));
        assert_eq!(answer(Verdict::Declined, "上级要求", "改").unwrap_err().field_name(), Some("changed"));
        assert!(answer(Verdict::Declined, "法规要求每年一次", "").is_ok());
    }

    #[test]
    fn words_are_optional_where_the_subject_says_it_all() {
        let of = |key: &str| Subject::parse(key).unwrap();
        assert_eq!(words(&of("reminder:quarter"), " ").unwrap(), "");
        assert_eq!(words(&of("other"), " ").unwrap_err().field_name(), Some("words"));
        assert!(words(&of("other"), &"字".repeat(WORDS_MAX + 1)).is_err());
        assert!(words(&of("rule:window"), "11010519491231002X").is_err());
    }

    #[test]
    fn the_rate_rounds_and_is_unknown_before_the_first_answer() {
        assert_eq!(adoption(0, 0), None);
        assert_eq!(adoption(2, 3), Some(67));
        assert_eq!(adoption(1, 3), Some(33));
        assert_eq!(adoption(5, 3), Some(100));
    }
}
