//! What a district sets for its record books, read from what was typed: warning words, days of 代录,
//! the day of 年度结转. Refuses words that would warn at everything, and days that make no sense.

use super::{ClueWords, ProxyDays, clue_list};
use crate::{Rejection, text, time::parse_iso};

/// Most words that a district adds.
pub const CLUE_WORDS_MAX: usize = 50;
/// Longest word, in characters.
const WORD_MAX: usize = 20;
/// Working days to draft a 代录 after the event, at most.
const DRAFT_MAX: u32 = 30;
/// Working days to confirm one, at most: within a quarter.
const CONFIRM_MAX: u32 = 60;

/// `warn` are the words of the list that go on warning, `more` what was typed: one a line, or apart by 、.
///
/// # Errors
/// A word of one character, a long one, too many.
pub fn clue_words(warn: &[String], more: &str) -> Result<ClueWords, Rejection> {
    let refused = |words: String| Err(Rejection::field("more", words));
    let mut own: Vec<String> = Vec::new();
    for word in more.split(['\n', '、', '，', ',', '；', ';']) {
        let word: String = word.chars().filter(|c| !text::is_hidden(*c) && !c.is_whitespace()).collect();
        match word.chars().count() {
            0 => continue,
            1 => {
                return refused(format!("「{word}」只有一个字，会处处提示，没有保存。请写两个字以上的词。"));
            }
            n if n > WORD_MAX => {
                return refused(format!(
                    "「{word}」有 {n} 个字，没有保存。每个词不超过 {WORD_MAX} 个字，请拆开或删减。"
                ));
            }
            _ => {}
        }
        if !own.contains(&word) && !clue_list().any(|known| known == word) {
            own.push(word);
        }
    }
    if own.len() > CLUE_WORDS_MAX {
        let words = format!("另加的词有 {} 个，没有保存。最多 {CLUE_WORDS_MAX} 个，请删减后再保存。", own.len());
        return refused(words);
    }
    let fewer = clue_list().filter(|word| !warn.iter().any(|w| w == word)).map(str::to_owned).collect();
    Ok(ClueWords { more: own, fewer })
}

fn days(field: &str, label: &str, typed: &str, max: u32) -> Result<u32, Rejection> {
    let n = typed.trim().parse::<u32>().ok().filter(|n| (1..=max).contains(n));
    let words = || format!("{label}「{}」不是 1 到 {max} 的整数，没有保存。请填工作日天数。", typed.trim());
    n.ok_or_else(|| Rejection::field(field, words()))
}

/// Days of 代录 (H2), in working days.
///
/// # Errors
/// Not a whole number in its bounds.
pub fn proxy_days(drafted: &str, confirmed: &str) -> Result<ProxyDays, Rejection> {
    Ok(ProxyDays {
        draft: days("drafted", "代录期限", drafted, DRAFT_MAX)?,
        confirm: days("confirmed", "确认期限", confirmed, CONFIRM_MAX)?,
    })
}

/// The setting of the automatic day as it is kept: `03-31`, or `off`.
///
/// # Errors
/// No such day in a year.
pub fn closing_day(automatic: bool, month: &str, day: &str) -> Result<String, Rejection> {
    if !automatic {
        return Ok("off".to_owned());
    }
    let number = |typed: &str| typed.trim().parse::<u32>().ok().filter(|n| (1..=31).contains(n));
    let kept = number(month).zip(number(day)).map(|(month, day)| format!("{month:02}-{day:02}"));
    // Of a leap year: 2月29日 means the last day of February in other years.
    kept.filter(|kept| parse_iso(&format!("2024-{kept}")).is_some()).ok_or_else(|| {
        let words =
            format!("没有「{}月{}日」这一天，没有保存。请填次年的月和日，如 3 月 31 日。", month.trim(), day.trim());
        Rejection::field("day", words)
    })
}

/// The automatic day in words.
pub fn closing_words(day: Option<(u32, u32)>) -> String {
    day.map_or_else(|| "不自动结转".to_owned(), |(month, day)| format!("次年{month}月{day}日以后自动结转"))
}

#[cfg(test)]
mod tests {
    use super::{super::automatic_day, *};

    fn list() -> Vec<String> {
        clue_list().map(str::to_owned).collect()
    }

    #[test]
    fn words_are_split_cleaned_and_bounded() {
        let words = clue_words(&list()[1..], "内鬼、内 鬼\r\n打招呼\u{200B}，线索;").unwrap();
        assert_eq!((words.more, words.fewer), (vec!["内鬼".to_owned(), "打招呼".into()], vec![list()[0].clone()]));
        for bad in ["查", &"长".repeat(WORD_MAX + 1)] {
            assert_eq!(clue_words(&[], bad).unwrap_err().field_name(), Some("more"));
        }
        let many: Vec<String> = (100..=100 + CLUE_WORDS_MAX).map(|n| format!("词{n}")).collect();
        assert!(clue_words(&[], &many.join("\n")).is_err() && clue_words(&[], &many[1..].join("\n")).is_ok());
    }

    #[test]
    fn days_are_whole_and_in_bounds() {
        assert_eq!(proxy_days(" 5 ", "15"), Ok(ProxyDays { draft: 5, confirm: 15 }));
        for (a, b, field) in
            [("0", "10", "drafted"), ("31", "10", "drafted"), ("3", "x", "confirmed"), ("3", "-1", "confirmed")]
        {
            assert_eq!(proxy_days(a, b).unwrap_err().field_name(), Some(field), "{a} {b}");
        }
    }

    #[test]
    fn a_day_is_a_day_of_some_year() {
        let kept = |month, day| closing_day(true, month, day).map(|kept| automatic_day(Some(&kept)));
        assert_eq!(kept("2", "29"), Ok(Some((2, 29))));
        assert_eq!(kept("4", "30"), Ok(Some((4, 30))));
        assert_eq!(closing_day(false, "x", "").map(|kept| automatic_day(Some(&kept))), Ok(None));
        for (month, day) in [("2", "30"), ("13", "1"), ("", ""), ("三", "1"), ("4", "31")] {
            assert_eq!(closing_day(true, month, day).unwrap_err().field_name(), Some("day"));
        }
    }
}
