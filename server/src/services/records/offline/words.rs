//! The sentences by which a quotation of what went offline is recognised, and what stands in their place.
//! Refuses what could be anybody's: short parts, beginnings, places, names of files, reasons of corrections.

use domain::papers::{Section, first_sentence};
use serde_json::Value;

/// Fewest characters of a sentence or clause that is recognised within other words.
const PART: usize = 16;
/// Fewest characters of a text that is recognised where it stands alone on a line.
const WHOLE: usize = 6;
/// What stands in place of a quoted line.
pub const CUT: &str = "（此处内容已转线下）";

/// What a quotation is recognised by.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Long sentences and clauses, wherever they stand.
    parts: Vec<String>,
    /// Texts, as a line of their own.
    whole: Vec<String>,
    /// As a report of the same book draws them: with the number of the page.
    drawn: Vec<String>,
}

impl Words {
    /// Those of one text.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        words.add(text);
        words
    }

    /// Adds a text.
    pub fn add(&mut self, text: &str) {
        for sentence in text.split(['。', '！', '？', '；', '!', '?', ';', '\n', '\r']) {
            let clauses = sentence.split(|c: char| c.is_whitespace() || "，：、,:（）()“”\"".contains(c));
            for part in std::iter::once(sentence).chain(clauses) {
                let part = part.trim();
                if part.chars().count() >= PART && !self.parts.iter().any(|known| known == part) {
                    self.parts.push(part.to_owned());
                }
            }
        }
        let whole = text.trim();
        if whole.chars().count() >= WHOLE {
            self.whole.push(whole.to_owned());
        }
    }

    /// Adds a text of a page as reports quote it.
    pub fn add_drawn(&mut self, text: &str, page: Option<u32>) {
        let said = first_sentence(text);
        if let Some(page) = page.filter(|_| !said.is_empty()) {
            self.drawn.push(format!("，{said}（记录本第{page}页"));
        }
    }

    /// Long sentences and clauses.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Keeps those parts alone of which `own` says so.
    pub fn keep(&mut self, own: impl Fn(&str) -> bool) {
        self.parts.retain(|part| own(part));
    }

    /// Does a line quote them?
    fn quoted(&self, line: &str) -> bool {
        self.parts.iter().chain(&self.drawn).any(|part| line.contains(part))
            || self.whole.iter().any(|w| line.trim() == w)
    }

    /// Does `text` quote them?
    pub fn are_in(&self, text: &str) -> bool {
        self.whole.iter().any(|whole| text.contains('\n') && text.trim() == whole)
            || text.lines().any(|l| self.quoted(l))
    }

    /// Does `text` hold a whole sentence of them?
    pub fn sentence_in(&self, text: &str) -> bool {
        self.parts.iter().any(|part| text.contains(part))
    }

    /// `text` without the lines that quote them; `None` where none does.
    pub fn cut(&self, text: &str) -> Option<String> {
        if self.whole.iter().any(|whole| text.trim() == whole) {
            return Some(CUT.to_owned());
        }
        self.are_in(text).then(|| {
            let lines: Vec<&str> = text.lines().map(|line| if self.quoted(line) { CUT } else { line }).collect();
            lines.join("\n")
        })
    }

    /// Cuts a section of a report; did it quote them?
    pub fn cut_section(&self, section: &mut Section) -> bool {
        let (text, drawn) = (self.cut(&section.text), self.cut(&section.drawn));
        let touched = text.is_some() || drawn.is_some();
        section.text = text.unwrap_or_else(|| section.text.clone());
        section.drawn = drawn.unwrap_or_else(|| section.drawn.clone());
        if touched {
            // Whoever has the section open must look again before he saves it.
            section.version += 1;
        }
        touched
    }

    /// Cuts every string within; did any quote the words?
    pub fn cut_strings(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.cut(text) {
                Some(cut) => {
                    *text = cut;
                    true
                }
                None => false,
            },
            Value::Array(all) => self.cut_all(all.iter_mut()),
            Value::Object(all) => self.cut_all(all.values_mut()),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn cut_all<'a>(&self, values: impl Iterator<Item = &'a mut Value>) -> bool {
        let mut cut = false;
        for value in values {
            cut |= self.cut_strings(value);
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUE: &str = "听取意见时，有职工反映采购员收受供货商的购物卡，请纪检部门核实。会后走访了两户。";

    #[test]
    fn whole_sentences_are_recognised_and_beginnings_are_not() {
        let mut words = Words::of(CLUE);
        words.add_drawn(CLUE, Some(3));
        let sentence = "听取意见时，有职工反映采购员收受供货商的购物卡，请纪检部门核实";
        assert!(words.are_in(&format!("昨天{sentence}一事")) && words.sentence_in(sentence));
        assert!(words.are_in("又说有职工反映采购员收受供货商的购物卡这件事"));
        for other in ["听取意见时，有职工反映食堂饭菜质量", "会后走访了两户", "请纪检部门核实", "采购员"]
        {
            assert!(!words.are_in(other), "{other}");
        }
        assert_eq!(words.cut(&format!("第一行\n{sentence}\n末行")), Some(format!("第一行\n{CUT}\n末行")));
        assert_eq!(words.cut("第一行"), None);
        let drawn = format!("11月2日调研，{sentence}（记录本第3页，补记）");
        assert!(words.are_in(&drawn));
    }

    #[test]
    fn a_short_text_is_recognised_alone_and_in_reports_of_its_page() {
        let mut words = Words::of("有人送购物卡");
        words.add_drawn("有人送购物卡", Some(3));
        assert!(words.are_in("有人送购物卡") && words.are_in("上午：\n有人送购物卡 "));
        assert!(words.are_in("11月2日调研，有人送购物卡（记录本第3页）。"));
        assert!(!words.are_in("研究有人送购物卡的问题") && !words.are_in("11月2日调研，有人送购物卡（记录本第4页）。"));
        assert!(!Words::of("谈话").are_in("谈话"));
    }

    #[test]
    fn quoted_lines_of_a_sheet_are_cut_wherever_they_stand() {
        let words = Words::of("采购员收受供货商的购物卡一千元整");
        let mut sheet = serde_json::json!({ "opinion": "总体较好", "problems": [{ "text": "有人说采购员收受供货商的购物卡一千元整" }] });
        assert!(words.cut_strings(&mut sheet));
        assert!(!sheet.to_string().contains("购物卡") && sheet.to_string().contains("总体较好"));
        assert!(!words.cut_strings(&mut sheet));
    }
}
