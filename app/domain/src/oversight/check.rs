//! 「申请核对」: the head asks whether what the system says of him is right; the supervising body answers. Of a
//! colour, or of a fact of his 履责画像. (A remark of a 翻阅检查 carries its own question, see `remark`.)
//!
//! Refuses a second question while one is open, an answer without words, and questions by anybody but the head.

use serde::{Deserialize, Serialize};

use super::remark::check_word;
use crate::{
    Rejection,
    ids::{DutyId, PersonId, PostId},
    records::masked,
    text,
    time::{Day, WorkCalendar},
};

/// Longest words of a question, in characters; none are needed.
pub const ASK_MAX: usize = text::LINE_MAX;
/// Longest key of a fact of the portrait, in characters.
pub const KEY_MAX: usize = 120;
/// Working days for the answer (示范); each version of the rules may set its own.
pub const ANSWER_DAYS: u32 = 5;

/// `5 个工作日内（示范）`; what the district set itself is no sample.
pub fn answer_period(days: u32) -> String {
    format!("{days} 个工作日内{}", if days == ANSWER_DAYS { "（示范）" } else { "" })
}

/// What is to be checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CheckSubject {
    /// The colour of an item.
    Colour {
        /// Post.
        post: PostId,
        /// Year of its list.
        year: i32,
        /// Item.
        duty: DutyId,
    },
    /// A fact of the 履责画像.
    Portrait {
        /// Post.
        post: PostId,
        /// Year that the fact is of.
        year: i32,
        /// Which fact; the portrait makes the keys and knows them again.
        key: String,
    },
}

impl CheckSubject {
    /// Storage keys of the kinds.
    pub const KINDS: [&'static str; 2] = ["colour", "portrait"];

    /// A fact of the portrait.
    ///
    /// # Errors
    /// `key` is none that the portrait could have made: empty, too long, or not of letters, digits and `-_.:`.
    pub fn portrait(post: PostId, year: i32, key: &str) -> Result<Self, Rejection> {
        let clean = !key.is_empty()
            && key.len() <= KEY_MAX
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
        if clean { Ok(Self::Portrait { post, year, key: key.to_owned() }) } else { Err(Rejection::NotFound) }
    }

    /// The subject of its storage columns.
    pub fn from_parts(kind: &str, post: PostId, year: i32, key: &str) -> Option<Self> {
        match kind {
            "colour" => Some(Self::Colour { post, year, duty: key.parse().ok()? }),
            "portrait" => Self::portrait(post, year, key).ok(),
            _ => None,
        }
    }

    /// Storage key of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Colour { .. } => "colour",
            Self::Portrait { .. } => "portrait",
        }
    }

    /// Chinese word of the kind.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Colour { .. } => "颜色",
            Self::Portrait { .. } => "履责画像",
        }
    }

    /// Post.
    pub fn post(&self) -> PostId {
        match self {
            Self::Colour { post, .. } | Self::Portrait { post, .. } => *post,
        }
    }

    /// Year.
    pub fn year(&self) -> i32 {
        match self {
            Self::Colour { year, .. } | Self::Portrait { year, .. } => *year,
        }
    }

    /// What tells it from others of its kind, post and year: the item, or the fact.
    pub fn key(&self) -> String {
        match self {
            Self::Colour { duty, .. } => duty.to_string(),
            Self::Portrait { key, .. } => key.clone(),
        }
    }
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// 待答复.
    Asked,
    /// 已更正: something was put right.
    Corrected,
    /// 维持原判.
    Upheld,
    /// Taken back by whoever asked.
    Withdrawn,
}

impl CheckState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Corrected, Self::Upheld, Self::Withdrawn];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "待答复",
            Self::Corrected => "已更正",
            Self::Upheld => "维持原判",
            Self::Withdrawn => "已撤回",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Corrected => "corrected",
            Self::Upheld => "upheld",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Was it answered?
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Corrected | Self::Upheld)
    }
}

/// A question as rules need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// About what.
    pub subject: CheckSubject,
    /// Who asked.
    pub by: PersonId,
    /// When.
    pub asked_on: Day,
    /// Where it stands.
    pub state: CheckState,
}

impl Check {
    /// Last day for the answer: `days` working days after the question.
    pub fn due(&self, calendar: &WorkCalendar, days: u32) -> Day {
        calendar.plus_working(self.asked_on, days)
    }

    /// May it be answered now?
    ///
    /// # Errors
    /// It was answered, or taken back.
    pub fn answer(&self, answer: CheckState) -> Result<(), Rejection> {
        if !answer.is_answered() {
            return Err(Rejection::field("answer", "答复请选“已更正”或“维持原判”，没有保存。"));
        }
        match self.state {
            CheckState::Asked => Ok(()),
            CheckState::Withdrawn => Err(Rejection::state("这项核对申请已经撤回，不用再答复。请刷新页面查看。")),
            CheckState::Corrected | CheckState::Upheld => {
                Err(Rejection::state("这项核对申请已经答复过，没有再次保存。请刷新页面查看。"))
            }
        }
    }

    /// May `person` take it back?
    ///
    /// # Errors
    /// Somebody else asked, or it is not open.
    pub fn withdraw(&self, person: PersonId) -> Result<(), Rejection> {
        if self.by != person {
            return Err(Rejection::NotFound);
        }
        if self.state != CheckState::Asked {
            return Err(Rejection::state("这项核对申请已经答复或撤回，没有再处理。请刷新页面查看。"));
        }
        Ok(())
    }
}

/// Words of a question about a subject that `earlier` questions were asked about: clean, phone numbers starred.
///
/// # Errors
/// One is still open; asked again without a word of what is new; too long, or not to be stored.
pub fn check_ask(earlier: &[Check], words: &str) -> Result<String, Rejection> {
    if earlier.iter().any(|c| c.state == CheckState::Asked) {
        return Err(Rejection::state("这一项已经申请过核对，还在等答复，没有重复提交。答复会显示在原处和您的待办里。"));
    }
    let words = masked(&text::optional("words", "核对说明", words, ASK_MAX)?);
    if words.is_empty() && earlier.iter().any(|c| c.state.is_answered()) {
        return Err(Rejection::field("words", "这一项已经核对并答复过。再次申请请写明有什么新情况，没有提交。"));
    }
    Ok(words)
}

/// Words of an answer.
///
/// # Errors
/// Empty, too long, or not to be stored.
pub fn check_answer(words: &str) -> Result<String, Rejection> {
    check_word("words", "答复", words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{duties::fixture::id, time::parse_iso};

    fn asked(state: CheckState) -> Check {
        let subject = CheckSubject::Colour { post: PostId(id("post")), year: 2026, duty: DutyId(id("duty")) };
        Check { subject, by: PersonId(id("head")), asked_on: parse_iso("2026-11-20").unwrap(), state }
    }

    #[test]
    fn one_open_question_per_subject_and_a_second_one_says_what_is_new() {
        assert_eq!(check_ask(&[], "  ").unwrap(), "", "one tap is enough");
        let open = check_ask(&[asked(CheckState::Asked)], "再看看").unwrap_err();
        assert!(open.to_string().contains("还在等答复"));
        assert!(check_ask(&[asked(CheckState::Withdrawn)], "").is_ok());
        for answered in [CheckState::Corrected, CheckState::Upheld] {
            assert_eq!(check_ask(&[asked(answered)], "").unwrap_err().field_name(), Some("words"));
            assert!(check_ask(&[asked(answered)], "10月已补会议记录").is_ok());
        }
        assert!(check_ask(&[], &"字".repeat(ASK_MAX + 1)).is_err());
        assert_eq!(check_ask(&[], "身份证号 11010519491231002X").unwrap_err().field_name(), Some("words"));
    }

    #[test]
    fn answered_once_with_words_and_taken_back_by_the_asker_only() {
        let open = asked(CheckState::Asked);
        assert!(open.answer(CheckState::Upheld).is_ok() && open.answer(CheckState::Corrected).is_ok());
        assert!(open.answer(CheckState::Withdrawn).is_err() && open.answer(CheckState::Asked).is_err());
        assert!(check_answer(" ").is_err() && check_answer("已核对").is_ok());
        assert!(open.withdraw(PersonId(id("head"))).is_ok());
        assert_eq!(open.withdraw(PersonId(id("other"))).unwrap_err(), Rejection::NotFound);
        for state in [CheckState::Corrected, CheckState::Upheld, CheckState::Withdrawn] {
            let done = asked(state);
            assert!(done.answer(CheckState::Upheld).is_err() && done.withdraw(done.by).is_err());
            assert_eq!(CheckState::from_key(state.key()), Some(state));
        }
    }

    #[test]
    fn the_answer_is_due_in_working_days() {
        let calendar = WorkCalendar::default();
        // A Friday: five working days later is the Friday after.
        assert_eq!(asked(CheckState::Asked).due(&calendar, ANSWER_DAYS), parse_iso("2026-11-27").unwrap());
    }

    #[test]
    fn only_the_built_in_period_is_a_sample() {
        assert_eq!(answer_period(ANSWER_DAYS), "5 个工作日内（示范）");
        assert_eq!(answer_period(7), "7 个工作日内");
    }

    #[test]
    fn subjects_lead_back_from_their_columns() {
        let colour = asked(CheckState::Asked).subject;
        let fact = CheckSubject::portrait(PostId(id("post")), 2026, "q3.lv:late").unwrap();
        for subject in [colour, fact] {
            let key = subject.key();
            let back = CheckSubject::from_parts(subject.kind(), subject.post(), subject.year(), &key);
            assert_eq!(back, Some(subject));
        }
        for key in ["", "带汉字", "a b", "x'--", &"k".repeat(KEY_MAX + 1)] {
            assert!(CheckSubject::portrait(PostId(id("post")), 2026, key).is_err(), "{key}");
        }
        assert_eq!(CheckSubject::from_parts("colour", PostId(id("post")), 2026, "no id"), None);
    }
}
