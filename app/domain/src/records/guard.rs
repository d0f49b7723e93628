//! What must not enter. Blocks only identity numbers with a right check character and classification marks
//! (密级标志); merely warns on words that may hint at a clue, and offers to mask mobile numbers and what looks
//! like an identity number: one of before 1999, which nothing tells from another number of 15 digits, or a mistyped one.
//! Refuses to guess: 听取信访形势分析 and 严守秘密 are ordinary sentences (practice 3.4).

use std::ops::Range;

use serde::{Deserialize, Serialize};

mod signs;

use signs::{fold, is_bullet, is_selector, is_star, plain};

use crate::text::is_hidden;

/// Something recognised in a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "hit", rename_all = "snake_case")]
pub enum Hit {
    /// Must not be stored.
    Block {
        /// What it is, in Chinese.
        what: String,
    },
    /// May be stored; the author is asked to look again.
    Warn {
        /// The word found.
        word: String,
    },
    /// A mobile number, or what may be an identity number; the author is offered to mask it.
    Mask {
        /// The number with four digits starred: `138****0000`.
        number: String,
    },
}

impl Hit {
    /// What to tell the author.
    pub fn message(&self) -> String {
        match self {
            Self::Block { what } => format!("文字里有{what}，不能存入本系统。请删去后再提交，您填写的文字已保留。"),
            Self::Warn { word } => {
                format!("文字里有“{word}”。问题线索和案件情况不能写在这里；如果只是一般工作表述，可以照常提交。")
            }
            Self::Mask { number } => {
                format!("文字里有{} {number}。可以把中间四位遮住再保存。", number_name(number))
            }
        }
    }
}

/// Name of an identity number in messages.
pub const IDENTITY: &str = "身份证号";
/// Name of a classification mark in messages.
pub const CLASSIFIED: &str = "密级标志";

/// Digits of an identity number of before 1999.
const OLD_IDENTITY: usize = 15;

/// Words that may hint at a clue, with the characters before and after that make them
/// part of another word (建立案例库, 发函询问).
const CLUES: [(&str, &str, &str); 16] = [
    ("信访举报件", "", ""),
    ("举报信", "", "息箱"),
    ("匿名举报", "", ""),
    ("实名举报", "", ""),
    ("被举报", "", ""),
    ("举报人", "", "次"),
    // Also 问题线索, 线索处置, 线索核查.
    ("线索", "", ""),
    ("被反映人", "", ""),
    ("审查调查", "", ""),
    ("立案", "建设确成树创", "例"),
    ("留置", "停滞", "针"),
    ("初核", "", "对"),
    ("初步核实", "", ""),
    ("函询", "", "问价"),
    ("涉密文件", "", ""),
    ("双规", "", "划"),
];

/// The words that warn unless a district takes one away, in the order of the list (示范).
pub fn clue_list() -> impl Iterator<Item = &'static str> {
    CLUES.into_iter().map(|(word, _, _)| word)
}

/// Everything recognised in `text`, each kind of thing once.
pub fn inspect(text: &str) -> Vec<Hit> {
    let chars: Vec<char> = text.chars().map(fold).filter(|c| !is_hidden(*c) && !is_selector(*c)).collect();
    let runs = digit_runs(&chars);
    let mut hits = Vec::new();
    if runs.iter().any(|run| run.windows(18).any(is_identity)) || is_identity_in_groups(&chars) {
        hits.push(Hit::Block { what: IDENTITY.to_owned() });
    }
    if is_classified(&chars) {
        hits.push(Hit::Block { what: CLASSIFIED.to_owned() });
    }
    for (word, not_after, not_before) in CLUES {
        if contains_apart(&chars, word, not_after, not_before) {
            hits.push(Hit::Warn { word: word.to_owned() });
        }
    }
    for (run, starred) in runs.iter().filter_map(|run| Some((run, starred_places(run)?))) {
        let hit = Hit::Mask { number: masked_number(run, &starred) };
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    }
    hits
}

/// The first thing that forbids storing `text`, in Chinese.
pub fn blocked(text: &str) -> Option<String> {
    inspect(text).into_iter().find_map(|hit| match hit {
        Hit::Block { what } => Some(what),
        _ => None,
    })
}

/// `text` with four digits of every mobile number and of what may be an old identity number starred.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let folded: Vec<char> = chars.iter().map(|c| fold(*c)).collect();
    let mut out = chars;
    for places in digit_places(&folded) {
        let run: Vec<char> = places.iter().map(|at| folded[*at]).collect();
        for at in starred_places(&run).and_then(|starred| places.get(starred)).unwrap_or_default() {
            out[*at] = '*';
        }
    }
    out.into_iter().collect()
}

/// What people put between the groups of a number.
fn is_joint(c: char) -> bool {
    (c.is_whitespace() && c != '\n')
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '⁃' | '−' | '－' | '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '\u{2800}'
        )
        || is_hidden(c)
        || is_selector(c)
}

/// Places of the digits (and X, which ends an identity number) that follow each other
/// with nothing but joints between.
fn digit_places(chars: &[char]) -> Vec<Vec<usize>> {
    let mut runs = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        let ends = matches!(c, 'x' | 'X') && !run.is_empty();
        if c.is_ascii_digit() || ends {
            run.push(at);
        } else if !run.is_empty() && !is_joint(*c) {
            runs.push(std::mem::take(&mut run));
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

fn digit_runs(chars: &[char]) -> Vec<Vec<char>> {
    digit_places(chars).into_iter().map(|places| places.into_iter().map(|at| chars[at]).collect()).collect()
}

/// What else stands between region, birthday and the last four, and as well between the numbers of a list.
fn is_parting(c: char) -> bool {
    matches!(
        c,
        '\n' | ',' | '、' | '。' | ';' | '/' | '\\' | '|' | '_' | '.' | ':' | '(' | ')' | '[' | ']' | '【' | '】'
    ) || matches!(
        c,
        '〔' | '〕' | '{' | '}' | '<' | '>' | '《' | '》' | '"' | '\'' | '“' | '”' | '‘' | '’' | '+' | '=' | '~'
    ) || matches!(c, '*' | '#' | '×' | '&' | '@' | '…' | '%' | '^' | '!' | '?')
}

/// Most signs between two groups of one number.
const PARTED: usize = 4;

/// An identity number whose groups of 6, 8 and 4 are parted by what parts the numbers of lists too: only these groups,
/// whole ones, so that amounts, days and telephone numbers side by side are none.
fn is_identity_in_groups(chars: &[char]) -> bool {
    // Groups of digits, with whether a mere joint stands before them; `None` ends what may belong together.
    let mut groups: Vec<(Option<bool>, Vec<char>)> = Vec::new();
    let (mut between, mut soft, mut inside) = (0_usize, true, false);
    for c in chars {
        if c.is_ascii_digit() || (inside && matches!(c, 'x' | 'X')) {
            match groups.last_mut() {
                Some((_, group)) if inside => group.push(*c),
                _ => groups.push(((between <= PARTED).then_some(soft), vec![*c])),
            }
            (inside, between, soft) = (true, 0, true);
            continue;
        }
        inside = false;
        between = match c {
            _ if is_joint(*c) => between,
            _ if is_parting(*c) => between.saturating_add(1),
            _ => PARTED + 1,
        };
        soft = soft && is_joint(*c);
    }
    (0..groups.len()).any(|from| {
        let mut number: Vec<char> = Vec::with_capacity(18);
        for (at, (joined, group)) in groups.iter().enumerate().skip(from) {
            let follows = match joined {
                _ if at == from => true,
                Some(true) => true,
                Some(false) => matches!(number.len(), 6 | 14),
                None => false,
            };
            if !follows || number.len() + group.len() > 18 {
                return false;
            }
            number.extend(group);
            if number.len() == 18 {
                return is_identity(&number);
            }
        }
        false
    })
}

/// 18 characters of a citizen's identity number by GB 11643: region, date of birth, serial, check.
fn is_identity(w: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digits: Option<Vec<u32>> = w.iter().take(17).map(|c| c.to_digit(10)).collect();
    let (Some(digits), Some(last)) = (digits, w.get(17)) else {
        return false;
    };
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, weight)| d * weight).sum();
    let check = usize::try_from(sum % 11).ok().and_then(|n| CHECKS.get(n));
    is_plausible(&digits) && check == Some(&last.to_ascii_uppercase())
}

/// Region and date keep chance numbers (account numbers, serials) from being taken for one.
fn is_plausible(digits: &[u32]) -> bool {
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + d);
    (11..=91).contains(&number(0, 2))
        && (1_900..=2_099).contains(&number(6, 10))
        && (1..=12).contains(&number(10, 12))
        && (1..=31).contains(&number(12, 14))
}

/// 18 characters by themselves that would be an identity number but for the check: mistyped, or another number. Only
/// real days of people who live.
fn is_mistyped_identity(run: &[char]) -> bool {
    let digits: Vec<u32> = run.iter().filter_map(|c| c.to_digit(10)).collect();
    if run.len() != 18 || digits.len() < 17 || !is_plausible(&digits) {
        return false;
    }
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + d);
    let real = i32::try_from(number(6, 10))
        .ok()
        .and_then(|year| chrono::NaiveDate::from_ymd_opt(year, number(10, 12), number(12, 14)));
    real.is_some() && (1_920..=2_020).contains(&number(6, 10)) && !is_identity(run)
}

/// A 15-digit number of before 1999: it has no check character, so region and date of birth must
/// be real ones and nothing may stand before or after.
fn is_old_identity(run: &[char]) -> bool {
    let number =
        |from: usize, to: usize| run.get(from..to)?.iter().try_fold(0, |n, c| c.to_digit(10).map(|d| n * 10 + d));
    let (Some(region), Some(year), Some(month), Some(day), Some(_)) =
        (number(0, 2), number(6, 8), number(8, 10), number(10, 12), number(12, 15))
    else {
        return false;
    };
    let region = matches!(region, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65);
    let born = i32::try_from(year).ok().and_then(|year| chrono::NaiveDate::from_ymd_opt(1_900 + year, month, day));
    run.len() == OLD_IDENTITY && region && born.is_some()
}

fn is_mobile(run: &[char]) -> bool {
    run.len() == 11 && run[0] == '1' && ('3'..='9').contains(&run[1]) && run.iter().all(char::is_ascii_digit)
}

/// Which digits of a number are starred: the middle of a mobile one, year and month of an old identity number, month
/// and day of one whose check is wrong.
fn starred_places(run: &[char]) -> Option<Range<usize>> {
    match run {
        _ if is_mobile(run) => Some(3..7),
        _ if is_old_identity(run) => Some(6..10),
        _ if is_mistyped_identity(run) => Some(10..14),
        _ => None,
    }
}

/// What a masked number is called.
pub(super) fn number_name(masked: &str) -> &'static str {
    match masked.len() {
        OLD_IDENTITY => "疑似15位身份证号",
        18 => "疑似身份证号",
        _ => "手机号码",
    }
}

fn masked_number(run: &[char], starred: &Range<usize>) -> String {
    run.iter().enumerate().map(|(n, c)| if starred.contains(&n) { '*' } else { *c }).collect()
}

/// A level with a star and term, a level alone in brackets or on a line, or one after 「密级：」.
fn is_classified(chars: &[char]) -> bool {
    let seen = chars.iter().filter(|c| !c.is_whitespace() || **c == '\n');
    let text: String = seen.map(|c| plain(*c)).collect();
    let levels = ["绝密", "机密", "秘密"];
    text.lines().any(|line| {
        levels.iter().any(|level| {
            let alone = line.trim_matches(|c: char| !c.is_alphanumeric());
            alone.strip_suffix('级').unwrap_or(alone) == *level
                || line.match_indices(level).any(|(at, _)| {
                    let before = line[..at].trim_end_matches([':', '为', '是']);
                    let after = &line[at + level.len()..];
                    let boxed = line[..at].ends_with(['【', '[', '〔', '(']);
                    let closed = after.trim_start_matches('级').starts_with(['】', ']', '〕', ')']);
                    starred(after) || (boxed && closed) || before.ends_with("密级")
                })
        })
    })
}

/// `★10年`, `☆长期`, `*5年`; a star of emphasis without a term counts only if it is the real one.
fn starred(after: &str) -> bool {
    let after = after.trim_start_matches(['」', '》', '"', '”', '级']);
    after.starts_with(is_star)
        || after
            .strip_prefix('*')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("长期"))
        || after.strip_prefix(is_bullet).is_some_and(|rest| {
            let term = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.starts_with("长期")
                || (term.len() < rest.len() && (term.starts_with('年') || term.starts_with("个月")))
        })
}

/// Does `word` occur where the characters around it do not make it part of another word?
fn contains_apart(chars: &[char], word: &str, not_after: &str, not_before: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    chars.windows(word.len()).enumerate().any(|(at, w)| {
        let before = at.checked_sub(1).and_then(|n| chars.get(n));
        let after = chars.get(at + word.len());
        w == word.as_slice()
            && before.is_none_or(|c| !not_after.contains(*c))
            && after.is_none_or(|c| !not_before.contains(*c))
    })
}

#[cfg(test)]
mod tests;
