//! How texts of office tables are made comparable: spaces, line breaks,
//! full-width forms, trailing stops, Chinese numerals. Owns folding only;
//! refuses to change what is stored beyond surrounding blanks.

use domain::text::is_hidden;

/// A text as it is stored: hidden characters dropped, line breaks inside a cell
/// joined, blanks between Chinese characters removed, runs of blanks made one.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
        } else if !is_hidden(c) {
            if gap && out.chars().next_back().is_some_and(|last| last.is_ascii_graphic()) && c.is_ascii_graphic() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// A text for comparison only: no blanks, half-width forms, no trailing stops.
pub(super) fn same_text(text: &str) -> String {
    let folded: String = text.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).map(half_width).collect();
    folded.trim_end_matches(['。', '.', ';', ';', '；', ',', '，', '、']).to_owned()
}

/// A header for comparison: no blanks, marks or bracketed remark.
pub(super) fn header(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_hidden(*c))
        .map(half_width)
        .filter(|c| !matches!(c, '*' | ':' | '、' | '。' | '※' | '★' | '"' | '“' | '”'))
        .collect()
}

/// A folded header without its brackets and what stands in them: `手机(可空)` → `手机`.
pub(super) fn without_brackets(header: &str) -> String {
    let mut depth = 0_usize;
    header
        .chars()
        .filter(|c| match c {
            '(' | '[' | '【' | '〔' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' | '〕' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Full-width letters, digits and brackets to half width.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' if !matches!(c, '，' | '；' | '：' | '！' | '？') => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        '：' => ':',
        _ => c,
    }
}

/// A person's name: no blanks between Chinese characters, one kind of middle dot.
pub(super) fn person(text: &str) -> String {
    tidy(text).chars().map(|c| if matches!(c, '•' | '・' | '．' | '●' | '‧') { '·' } else { c }).collect()
}

/// Chinese numeral below 100: `十一` → 11.
pub(crate) fn numeral(text: &str) -> Option<u32> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).and_then(|d| u32::try_from(d).ok());
    let chars: Vec<char> = text.chars().map(|c| if c == '零' { '〇' } else { c }).collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        ['十', unit] => digit(*unit).filter(|d| *d > 0).map(|d| 10 + d),
        [tens, '十'] => digit(*tens).filter(|d| *d > 1).map(|d| d * 10),
        [tens, '十', unit] => Some(digit(*tens).filter(|d| *d > 1)? * 10 + digit(*unit).filter(|d| *d > 0)?),
        [unit] => digit(*unit),
        _ => None,
    }
}

/// Splits a numbered heading: `一、政治建设`, `（二）…`, `3.…`, `第四部分 …` → number and name.
/// Without a number the whole text is the name.
pub(super) fn numbered(text: &str) -> (Option<u32>, String) {
    let text = tidy(text);
    let rest = text.strip_prefix('第').unwrap_or(&text);
    let rest = rest.strip_prefix(['（', '(']).unwrap_or(rest);
    let end = rest
        .find(|c: char| {
            !(c.is_ascii_digit() || half_width(c).is_ascii_digit() || "〇零一二三四五六七八九十".contains(c))
        })
        .unwrap_or(rest.len());
    let (number, after) = rest.split_at(end);
    let plain: String = number.chars().map(half_width).collect();
    let value = plain.parse::<u32>().ok().or_else(|| numeral(number)).filter(|n| (1..=99).contains(n));
    let marks = ['、', '.', '．', '）', ')', ':', '：', ' '];
    let name = ["大项", "部分", "类", "项", "条", "章"]
        .iter()
        .find_map(|word| after.strip_prefix(word).filter(|_| text.starts_with('第')))
        .or_else(|| after.starts_with(marks).then_some(after));
    match (value, name) {
        (Some(number), Some(name)) => {
            let name = name.trim_start_matches(marks).to_owned();
            // 「1.1」 is a code, not a heading.
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                (None, text)
            } else {
                (Some(number), name)
            }
        }
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_fold() {
        assert_eq!(person(" 王　伟 "), "王伟");
        assert_eq!(person("阿不都•热合曼"), "阿不都·热合曼");
        assert_eq!(person("𠮷䶮😀"), "𠮷䶮😀");
        assert_eq!(tidy("每 季\n度"), "每季度");
        assert_eq!(tidy("a  b"), "a b");
        assert_eq!(same_text("听取通报。 "), same_text("听取 通报"));
        assert_eq!(header("完成\n频次："), "完成频次");
        assert_eq!(without_brackets(&header("手机（可空）")), "手机");
    }

    #[test]
    fn headings_lose_their_number() {
        for (text, number, name) in [
            ("一、政治建设", Some(1), "政治建设"),
            ("十一、支持监督执纪", Some(11), "支持监督执纪"),
            ("（二） 班子", Some(2), "班子"),
            ("3.责任部署", Some(3), "责任部署"),
            ("第四部分 谈心谈话", Some(4), "谈心谈话"),
            ("二十、末项", Some(20), "末项"),
            ("政治建设", None, "政治建设"),
            ("一岗双责", None, "一岗双责"),
            ("1.1", None, "1.1"),
        ] {
            assert_eq!(numbered(text), (number, name.to_owned()), "{text}");
        }
    }
}
