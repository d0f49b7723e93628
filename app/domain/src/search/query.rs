//! What somebody typed: words separated by spaces, all of which must be there. A word may stand
//! in the text, or name a kind, an item, a month, a unit or its head.

use chrono::Datelike as _;

use super::{
    Expr, Mark,
    fold::fold,
    tokens::{is_searchable, needed},
};
use crate::{
    Rejection,
    ids::{PersonId, PostId},
    records::RecordKind,
    time::Day,
};

/// Longest query, in characters.
pub const QUERY_MAX: usize = 100;
/// Most words of a query.
pub const WORDS_MAX: usize = 10;
/// Shortest part of a name that means the kind, the unit or the head.
const NAME_MIN: usize = 2;
/// Longest printed number of an item.
const CODE_MAX: usize = 12;

/// What a word may mean beside being written in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Kinds with the word in their names.
    pub kinds: Vec<RecordKind>,
    /// The word as an item's printed number.
    pub code: Option<String>,
    /// The word as a year,
    pub year: Option<i32>,
    /// as a month, or both.
    pub month: Option<u32>,
    /// Posts whose unit or head is called so. Filled by whoever knows them, with posts of which
    /// the reader sees the outline only: in his own book every record is of his unit.
    pub posts: Vec<PostId>,
    /// Persons called so who draft in the reader's own book. Filled by whoever knows them.
    pub drafters: Vec<PersonId>,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded, without punctuation around it.
    pub text: String,
    /// What else it may mean.
    pub meta: Meta,
}

/// The words of a query. Punctuation around a word says nothing, inside it is looked for; a
/// query of punctuation has no words. Refuses what is too long to be meant.
pub fn words(typed: &str) -> Result<Vec<Word>, Rejection> {
    let count = typed.trim().chars().count();
    if count > QUERY_MAX {
        return Err(Rejection::field(
            "q",
            format!("搜索的内容有 {count} 个字，超过了 {QUERY_MAX} 个字，没有搜索。请只写几个关键词。"),
        ));
    }
    let folded = fold(typed);
    let mut out: Vec<Word> = Vec::new();
    for word in folded.split(' ') {
        let text = word.trim_matches(|c| !is_searchable(c));
        if text.is_empty() || out.iter().any(|w| w.text == text) {
            continue;
        }
        out.push(Word { text: text.to_owned(), meta: Meta::of(text) });
    }
    if out.len() > WORDS_MAX {
        return Err(Rejection::field(
            "q",
            format!("搜索的词有 {} 个，超过了 {WORDS_MAX} 个，没有搜索。请只写几个关键词。", out.len()),
        ));
    }
    Ok(out)
}

impl Meta {
    /// Everything but posts and drafters.
    fn of(word: &str) -> Self {
        let long = word.chars().count() >= NAME_MIN;
        let (year, month) = date(word);
        Self {
            kinds: RecordKind::ALL.into_iter().filter(|k| long && k.label().contains(word)).collect(),
            code: (word.len() <= CODE_MAX && word.is_ascii() && word.contains(|c: char| c.is_ascii_digit()))
                .then(|| word.to_owned()),
            year,
            month,
            posts: Vec::new(),
            drafters: Vec::new(),
        }
    }

    fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        let date = match (self.year, self.month) {
            (Some(year), Some(month)) => Some(Mark::YearMonth(year, month)),
            (Some(year), None) => Some(Mark::Year(year)),
            (None, Some(month)) => Some(Mark::Month(month)),
            (None, None) => None,
        };
        let kinds = self.kinds.iter().copied().map(Mark::Kind);
        let posts = self.posts.iter().copied().map(Mark::Post);
        let drafters = self.drafters.iter().copied().map(Mark::DraftedBy);
        kinds.chain(self.code.clone().map(Mark::Code)).chain(date).chain(posts).chain(drafters)
    }
}

impl Word {
    /// Is the word long enough to be part of a unit's or a person's name?
    pub fn may_name(&self) -> bool {
        self.text.chars().count() >= NAME_MIN
    }

    /// May the word stand in the name of a unit? One character is enough where letters would be too many.
    pub fn may_name_unit(&self) -> bool {
        self.may_name() || !self.text.is_ascii()
    }

    /// Records with the word in their text, or a little more: pairs of characters do not say
    /// that they stand in this order.
    pub fn in_text(&self) -> Expr {
        Expr::all(needed(&self.text).into_iter().map(|t| Mark::Text(t).expr()))
    }

    /// Records that the word is about without being in their text; exact.
    pub fn about(&self) -> Expr {
        Expr::any(self.meta.marks().map(|m| m.expr()))
    }

    /// Is a record of this book, drafted by this person or nobody, about the word?
    pub fn is_about(
        &self,
        kind: RecordKind,
        codes: &[String],
        event_on: Day,
        (post, drafter): (PostId, Option<PersonId>),
    ) -> bool {
        self.meta.marks().any(|mark| match mark {
            Mark::Kind(k) => k == kind,
            Mark::Code(code) => codes.iter().any(|c| fold(c) == code),
            Mark::Year(year) => event_on.year() == year,
            Mark::Month(month) => event_on.month() == month,
            Mark::YearMonth(year, month) => (event_on.year(), event_on.month()) == (year, month),
            Mark::Post(p) => p == post,
            Mark::DraftedBy(person) => drafter == Some(person),
            _ => false,
        })
    }
}

/// The month that a filter names: `2026-11`, `2026年11月`, or `11月` and `11` of any year.
pub fn month_mark(typed: &str) -> Option<Mark> {
    let typed = fold(typed).replace(['/', '.'], "-");
    let typed = typed.trim();
    match date(typed) {
        (Some(year), Some(month)) => Some(Mark::YearMonth(year, month)),
        (Some(year), None) => Some(Mark::Year(year)),
        (None, Some(month)) => Some(Mark::Month(month)),
        (None, None) => date(&format!("{typed}月")).1.filter(|_| typed.len() <= 2).map(Mark::Month),
    }
}

/// `2026年`, `2026年11月`, `11月`, `2026-11`.
fn date(word: &str) -> (Option<i32>, Option<u32>) {
    let year = |text: &str| text.parse::<i32>().ok().filter(|y| text.len() == 4 && (1900..=2999).contains(y));
    let month = |text: &str| text.parse::<u32>().ok().filter(|m| text.len() <= 2 && (1..=12).contains(m));
    if let Some((y, m)) = word.split_once('-') {
        return match (year(y), month(m)) {
            (Some(y), Some(m)) => (Some(y), Some(m)),
            _ => (None, None),
        };
    }
    match (word.split_once('年'), word.strip_suffix('月')) {
        (Some((y, "")), _) => (year(y), None),
        (Some((y, _)), Some(rest)) => match (year(y), rest.split_once('年').and_then(|(_, m)| month(m))) {
            (Some(y), Some(m)) => (Some(y), Some(m)),
            _ => (None, None),
        },
        (None, Some(m)) => (None, month(m)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(typed: &str) -> Vec<String> {
        words(typed).unwrap().into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn words_are_what_stands_between_spaces() {
        assert_eq!(texts("　廉政  \"谈话\"　Ａ4 谈话"), ["廉政", "谈话", "a4"]);
        assert_eq!(texts("NEAR(廉政) -党 col:x 廉*"), ["near(廉政", "党", "col:x", "廉"]);
        for nothing in ["", "  ", "\"", "*", "-", ":", "“”", "%_", "'", "\u{0}", "·"] {
            assert_eq!(texts(nothing), Vec::<String>::new(), "{nothing:?}");
        }
        assert_eq!(texts("𠮷䶮 😀"), ["𠮷䶮", "😀"]);
    }

    #[test]
    fn too_much_is_refused() {
        assert!(words(&"廉".repeat(QUERY_MAX)).is_ok());
        for long in [&"廉".repeat(QUERY_MAX + 1), &"廉".repeat(5_000), "一 二 三 四 五 六 七 八 九 十 百"]
        {
            assert_eq!(words(long).unwrap_err().field_name(), Some("q"));
        }
    }

    #[test]
    fn a_month_is_read_as_people_write_it() {
        for typed in ["2026-11", "2026年11月", "２０２６-11", "2026/11", " 2026.11 "] {
            assert_eq!(month_mark(typed), Some(Mark::YearMonth(2026, 11)), "{typed}");
        }
        for typed in ["11", "11月"] {
            assert_eq!(month_mark(typed), Some(Mark::Month(11)), "{typed}");
        }
        for typed in ["13", "0", "2026-13", "明年", "", "-"] {
            assert_eq!(month_mark(typed), None, "{typed}");
        }
    }

    #[test]
    fn one_character_may_stand_in_the_name_of_a_unit() {
        let word = |typed: &str| words(typed).unwrap().remove(0);
        assert!(word("西").may_name_unit() && !word("西").may_name());
        assert!(!word("x").may_name_unit() && word("xq").may_name_unit());
    }

    #[test]
    fn words_can_name_kinds_items_and_months() {
        let meta = |typed: &str| words(typed).unwrap().remove(0).meta;
        assert_eq!(meta("谈话").kinds, [RecordKind::Talk]);
        assert_eq!(meta("谈").kinds, []);
        assert_eq!(meta("3.3").code.as_deref(), Some("3.3"));
        assert_eq!(meta("廉政").code, None);
        for (typed, year, month) in [
            ("2026年", Some(2026), None),
            ("2026年11月", Some(2026), Some(11)),
            ("2026-11", Some(2026), Some(11)),
            ("１１月", None, Some(11)),
            ("13月", None, None),
            ("去年11月", None, None),
            ("11月份", None, None),
            ("26-11", None, None),
        ] {
            let meta = meta(typed);
            assert_eq!((meta.year, meta.month), (year, month), "{typed}");
        }
    }
}
