//! Bounds on what people type. Counts characters, not bytes, drops control characters that would reorder or hide
//! text, and refuses what must not enter: every text of the product comes through here, so that no field forgets it.

use crate::{Rejection, records::blocked};

/// Longest text of a record, in characters.
pub const RECORD_MAX: usize = 5_000;
/// Longest name of a person, unit, post or item group, in characters.
pub const NAME_MAX: usize = 60;
/// Longest text of a list item, reason or comment, in characters.
pub const LINE_MAX: usize = 500;

/// Trims `value` and checks that it has 1 to `max` characters; `label` names the field in Chinese.
pub fn required(field: &str, label: &str, value: &str, max: usize) -> Result<String, Rejection> {
    let clean = optional(field, label, value, max)?;
    if clean.is_empty() {
        return Err(Rejection::field(field, format!("{label}还没有填写。请补上后再提交。")));
    }
    Ok(clean)
}

/// Trims `value` and checks that it has at most `max` characters, no hidden controls, and nothing that must not enter
/// (身份证号, 密级标志). The field `text` is the one that [`Rejection::MustNotEnter`] is about.
pub fn optional(field: &str, label: &str, value: &str, max: usize) -> Result<String, Rejection> {
    let clean: String =
        value.replace("\r\n", "\n").chars().filter(|c| !is_hidden(*c)).collect::<String>().trim().to_owned();
    let count = clean.chars().count();
    if count > max {
        return Err(Rejection::field(
            field,
            format!("{label}有 {count} 个字，超过了 {max} 个字。请删减后再提交，您填写的文字已保留。"),
        ));
    }
    match blocked(&clean) {
        Some(what) if field == "text" => Err(Rejection::MustNotEnter { what }),
        // Said at its own field: the form may have a text, too.
        Some(what) => Err(Rejection::field(field, Rejection::MustNotEnter { what }.to_string())),
        None => Ok(clean),
    }
}

/// Control, zero-width and direction-override characters: they disguise text
/// (look-alike names, reversed file names) and carry no meaning in Chinese. Noncharacters too: no
/// font shows them, and an XML file (.docx) that holds one cannot be opened.
pub fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        // Soft hyphen, joiners and fillers without a shape of their own; not the selectors of variants, which rare
        // characters of names need.
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}')
        || matches!(c, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{E0000}'..='\u{E007F}')
        || matches!(c, '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// The last part of a file's name as a browser sent it, without what could hide or reorder text, at
/// most `most` characters.
pub fn file_name(sent: &str, most: usize) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !is_hidden(*c) && !c.is_control()).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_and_emoji_are_kept_and_counted_once() {
        assert_eq!(required("name", "姓名", " 𠮷䶮😀 ", 3).unwrap(), "𠮷䶮😀");
    }

    #[test]
    fn hidden_controls_are_dropped() {
        assert_eq!(required("name", "姓名", "张\u{202E}三\u{200B}", 4).unwrap(), "张三");
    }

    #[test]
    fn noncharacters_of_every_plane_are_dropped_and_their_neighbours_kept() {
        let out = optional(
            "text",
            "内容",
            "甲\u{FFFF}\u{FFFE}\u{1FFFE}\u{10FFFF}\u{FDD0}\u{2028}\u{7}\u{85}乙\u{FFFD}\u{20000}",
            9,
        );
        assert_eq!(out.unwrap(), "甲乙\u{FFFD}\u{20000}");
    }

    #[test]
    fn a_file_is_called_by_its_last_part() {
        assert_eq!(file_name("C:\\Users\\甲\\清\u{202E}单\n.docx", 80), "清单.docx");
        assert_eq!((file_name("../a/乙.xlsx", 2), file_name("", 9)), ("乙.".to_owned(), String::new()));
    }

    #[test]
    fn no_field_takes_what_must_not_enter() {
        let id = "11010519491231002X";
        assert!(matches!(required("text", "内容", id, 99), Err(Rejection::MustNotEnter { .. })));
        for (field, words) in [("place", id), ("title", "密级：机密"), ("name", "【秘密】")] {
            let no = optional(field, "地点", words, 99).unwrap_err();
            assert!(no.field_name() == Some(field) && no.to_string().contains("不能存入本系统"), "{no}");
        }
        assert_eq!(optional("title", "名称", "严守\u{AD}秘密", 99).unwrap(), "严守秘密");
    }

    #[test]
    fn too_long_names_the_limit() {
        let no = required("text", "内容", &"字".repeat(6), 5).unwrap_err();
        assert!(no.to_string().contains("超过了 5 个字"));
    }
}
