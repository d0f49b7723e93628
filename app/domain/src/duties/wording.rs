//! How offices write a frequency (频次): exact words are taken, looser ones become a
//! guess that the preview asks about, the rest is unknown. Refuses to guess silently:
//! whatever is not one of the six words carries a question.

use serde::{Deserialize, Serialize};

use super::Frequency;
use crate::text::is_hidden;

/// What a wording was understood as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reading", rename_all = "snake_case")]
pub enum Reading {
    /// One of the six words or a plain synonym.
    Known {
        /// Frequency.
        frequency: Frequency,
    },
    /// Understood, to be confirmed in the preview.
    Guess {
        /// Frequency.
        frequency: Frequency,
        /// A named date (month, day).
        due: Option<(u32, u32)>,
        /// What to ask, in Chinese.
        question: String,
    },
    /// Not understood: 每旬, 每周, anything else.
    Unknown,
}

/// Plain words, after [`normal`].
const WORDS: [(Frequency, &[&str]); 6] = [
    (Frequency::Monthly, &["每月", "月度", "按月", "逐月", "每月度"]),
    (Frequency::Quarterly, &["每季度", "每季", "季度", "按季", "按季度", "逐季"]),
    (Frequency::HalfYearly, &["每半年", "半年", "半年度", "每半年度", "按半年"]),
    (Frequency::Yearly, &["每年", "年度", "每年度", "按年", "按年度"]),
    (Frequency::AnyTime, &["随时"]),
    (Frequency::OncePerTerm, &["任期1次", "任期内1次", "每任期1次", "1任1次"]),
];

/// Wordings of 随时.
const ANY_TIME: [&str; 18] = [
    "随时",
    "常态",
    "经常",
    "适时",
    "按需",
    "及时",
    "不定期",
    "长期",
    "持续",
    "日常",
    "视情",
    "根据需要",
    "按要求",
    "即时",
    "贯穿",
    "第1时间",
    "有则",
    "发生时",
];

/// What follows a number of times.
const TIMES: [char; 6] = ['次', '回', '场', '轮', '堂', '篇'];

/// Reads the wording of a frequency cell.
pub fn read_frequency(text: &str) -> Reading {
    let clean = normal(text);
    if clean.is_empty() {
        return Reading::Unknown;
    }
    if let Some((frequency, _)) = WORDS.iter().find(|(_, words)| words.contains(&clean.as_str())) {
        return Reading::Known { frequency: *frequency };
    }
    match guess(&clean) {
        Some((frequency, due)) => Reading::Guess { frequency, due, question: question(text, frequency, due) },
        None => Reading::Unknown,
    }
}

fn question(text: &str, frequency: Frequency, due: Option<(u32, u32)>) -> String {
    let raw: String = text.trim().chars().take(30).collect();
    let label = frequency.label();
    match due {
        Some((12, 31)) => format!("「{raw}」按“{label}，12月最后一个工作日前”办理，可以吗？"),
        Some((month, day)) => format!("「{raw}」按“{label}，{month}月{day}日前”办理，可以吗？"),
        None => format!("「{raw}」按“{label}”办理，可以吗？"),
    }
}

/// Without spaces, hidden characters, full-width forms, Chinese numerals, brackets and final stops.
fn normal(text: &str) -> String {
    let plain: Vec<char> = text
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .map(|c| if matches!(c, '—' | '–' | '~' | '至') { '-' } else { c })
        .filter(|c| !c.is_whitespace() && !is_hidden(*c) && !matches!(c, '(' | ')' | '“' | '”' | '"'))
        .collect();
    let mut out = String::new();
    let mut at = 0;
    while at < plain.len() {
        if let Some((value, length)) = chinese_number(&plain[at..]) {
            out.push_str(&value.to_string());
            at += length;
        } else {
            out.push(plain[at]);
            at += 1;
        }
    }
    // 「每个季度」「每一季度」 are 每季度; 「个」 stays in 3个月.
    let out = out.replace("每1个", "每").replace("每个", "每").replace("每1", "每");
    out.trim_end_matches(['。', '；', ';', '，', ',', '、', '.']).to_owned()
}

/// A Chinese number up to 99 at the start: value and length in characters.
fn chinese_number(chars: &[char]) -> Option<(u32, usize)> {
    let digit = |at: usize| {
        let c = *chars.get(at)?;
        let n = match c {
            '两' => 2,
            _ => "零一二三四五六七八九".chars().position(|d| d == c)?,
        };
        u32::try_from(n).ok()
    };
    let ten = |at: usize| chars.get(at) == Some(&'十');
    match (digit(0), ten(0), ten(1)) {
        (Some(tens), _, true) => Some(digit(2).map_or((tens * 10, 2), |ones| (tens * 10 + ones, 3))),
        (Some(ones), _, false) => Some((ones, 1)),
        (None, true, _) => Some(digit(1).map_or((10, 1), |ones| (10 + ones, 2))),
        _ => None,
    }
}

type Guess = (Frequency, Option<(u32, u32)>);

fn guess(text: &str) -> Option<Guess> {
    let chars: Vec<char> = text.chars().collect();
    // Finer or longer than the windows of this system.
    let every_few = chars.windows(2).any(|w| w[0] == '每' && w[1].is_ascii_digit());
    if every_few || ["每旬", "周", "每日", "每天", "双月", "隔月"].iter().any(|word| text.contains(word)) {
        return None;
    }
    let has = |word: &str| text.contains(word);
    if !has("每年") && ["任期", "到任", "任职", "届内", "上任"].iter().any(|word| text.contains(word)) {
        return Some((Frequency::OncePerTerm, None));
    }
    let dates = dates(&chars);
    let one_date = (dates.len() == 1).then(|| dates[0]);
    if let Some((at, times)) = times(&chars) {
        let unit = units(&chars[..at]).last().or(units(&chars[at..]).first()).copied();
        if let Some(unit) = unit {
            let frequency = per(unit, times)?;
            return Some((frequency, one_date.filter(|_| frequency == Frequency::Yearly)));
        }
    }
    let every = |unit: &Frequency| {
        let words: &[&str] = match unit {
            Frequency::HalfYearly => &["每半年", "上下半年", "上、下半年", "上半年、下半年"],
            Frequency::Quarterly => &["每季", "各季"],
            Frequency::Monthly => &["每月", "各月", "按月"],
            _ => &["每年"],
        };
        words.iter().any(|word| text.contains(word))
    };
    let named =
        [Frequency::HalfYearly, Frequency::Quarterly, Frequency::Monthly, Frequency::Yearly].into_iter().find(every);
    match (named, dates.as_slice()) {
        (Some(Frequency::Yearly) | None, [date]) => return Some((Frequency::Yearly, Some(*date))),
        // 「6月、12月」 twice a year, 「3月至5月」 by the end of May.
        (None, [.., last]) if has("-") => return Some((Frequency::Yearly, Some(*last))),
        (None | Some(Frequency::Yearly), [_, _]) => return Some((Frequency::HalfYearly, None)),
        (None | Some(Frequency::Yearly), [_, _, _, _]) => return Some((Frequency::Quarterly, None)),
        (None, [_, ..]) => return None,
        (Some(unit), _) => return Some((unit, None)),
        (None, []) => {}
    }
    // 「年内及时完成」 is a task of the year; 及时 only says how.
    let within =
        has("完成") && ["年内", "年底", "年末", "年终", "年度内", "当年", "本年"].iter().any(|w| text.contains(w));
    if !within && ANY_TIME.iter().any(|word| text.contains(word)) {
        return Some((Frequency::AnyTime, None));
    }
    let seasons: [(&[&str], (u32, u32)); 6] = [
        (&["1季度", "1季"], (3, 31)),
        (&["2季度", "2季", "上半年", "年中"], (6, 30)),
        (&["3季度", "3季"], (9, 30)),
        (&["4季度", "4季"], (12, 31)),
        (&["年初"], (3, 31)),
        (&["年内", "年底", "年末", "年终", "年度内", "当年", "下半年", "本年"], (12, 31)),
    ];
    let season = seasons.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
    if let Some((_, due)) = season {
        return Some((Frequency::Yearly, Some(*due)));
    }
    units(&chars).first().map(|unit| (*unit, None))
}

/// The frequency of `times` in each `unit`; between two frequencies the denser one.
fn per(unit: Frequency, times: u32) -> Option<Frequency> {
    match (unit.per_year().saturating_mul(times), unit) {
        (1, _) => Some(Frequency::Yearly),
        (2, _) => Some(Frequency::HalfYearly),
        (3..=4, _) => Some(Frequency::Quarterly),
        (5..=12, _) | (13..=48, Frequency::Monthly) => Some(Frequency::Monthly),
        _ => None,
    }
}

/// The first number of times: where it stands and how many, the lower one of a range.
fn times(chars: &[char]) -> Option<(usize, u32)> {
    let at = chars.iter().enumerate().position(|(n, c)| {
        TIMES.contains(c) && n.checked_sub(1).is_some_and(|before| chars[before].is_ascii_digit())
    })?;
    let (value, start) = number_before(chars, at)?;
    match start.checked_sub(1) {
        Some(dash) if chars[dash] == '-' => {
            Some(number_before(chars, dash).map_or((start, value), |(low, s)| (s, low)))
        }
        _ => Some((start, value)),
    }
}

/// The number that ends before `at`: its value and where it starts.
fn number_before(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let start = chars[..at].iter().rposition(|c| !c.is_ascii_digit()).map_or(0, |n| n + 1);
    let digits: String = chars[start..at].iter().collect();
    digits.parse().ok().map(|value| (value, start))
}

/// The units of time named, in order; 6月, 第1季度, 上半年, 2026年, 年底 are dates, not units.
fn units(chars: &[char]) -> Vec<Frequency> {
    let mut found = Vec::new();
    let mut skip = false;
    for (at, c) in chars.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        let before = at.checked_sub(1).map(|n| chars[n]);
        let after = chars.get(at + 1).copied();
        let counted = before.is_some_and(|b| b.is_ascii_digit());
        match c {
            '半' if after == Some('年') => {
                skip = true;
                if !matches!(before, Some('上' | '下')) || (at >= 2 && chars[at - 2] == '上') {
                    found.push(Frequency::HalfYearly);
                }
            }
            '季' if !counted => found.push(Frequency::Quarterly),
            '月' if !counted && before != Some('个') => found.push(Frequency::Monthly),
            '年' if !matches!(after, Some('底' | '初' | '末' | '终' | '中' | '轻')) && before != Some('青') => {
                let calendar_year = number_before(chars, at).is_some_and(|(value, _)| value > 1);
                if !calendar_year {
                    found.push(Frequency::Yearly);
                }
            }
            _ => {}
        }
    }
    found
}

/// Named dates: `6月底前`, `12月10日前`, `5月中旬`, `9月`; a bare `6月前` means the end of May.
fn dates(chars: &[char]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for at in (0..chars.len()).filter(|at| chars[*at] == '月') {
        let Some((month, _)) = number_before(chars, at).filter(|(m, _)| (1..=12).contains(m)) else {
            continue;
        };
        let rest = &chars[at + 1..];
        let day: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
        let date = match (day.parse::<u32>(), rest.first()) {
            (Ok(day), _) if (1..=last_day(month)).contains(&day) => Some((month, day)),
            (Ok(_), _) => None,
            (Err(_), Some('前')) => (month > 1).then(|| (month - 1, last_day(month - 1))),
            (Err(_), Some('上')) => Some((month, 10)),
            (Err(_), Some('中')) => Some((month, 20)),
            (Err(_), Some('初')) => Some((month, 5)),
            (Err(_), _) => Some((month, last_day(month))),
        };
        found.extend(date);
    }
    found
}

/// Last day of a month in an ordinary year.
fn last_day(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests;
