//! The sentences by which a quotation of what went offline is recognised, and what stands in their place.
//! Refuses what could be anybody's: short parts, beginnings, and of fields, names of files and reasons whatever is
//! not long.

use domain::papers::{Section, first_sentence, tells};
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
    /// Those of the parts that are whole sentences.
    sentences: Vec<String>,
    /// Texts, as a line of their own.
    whole: Vec<String>,
    /// As a report of the same book draws them: its words of a text, and the number of the page.
    drawn: Vec<(String, u32)>,
    /// As a report draws remarks about it: the end of a line.
    remarks: Vec<String>,
    /// Longer fields, whole: cut beside words that are recognised.
    fields: Vec<String>,
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
        for sentence in sentences(text) {
            let whole = sentence.trim();
            if whole.chars().count() >= PART && !self.sentences.iter().any(|known| known == whole) {
                self.sentences.push(whole.to_owned());
            }
        }
        self.add_parts(text);
        let whole = text.trim();
        if whole.chars().count() >= WHOLE {
            self.whole.push(whole.to_owned());
        }
    }

    /// Adds long parts of a field, a name or a reason: what stands in another record of the same book is no quotation.
    pub fn add_parts(&mut self, text: &str) {
        for sentence in sentences(text) {
            let clauses = sentence.split(|c: char| c.is_whitespace() || "，：、,:（）()“”\"".contains(c));
            for part in std::iter::once(sentence).chain(clauses) {
                let part = part.trim();
                if part.chars().count() >= PART && !self.parts.iter().any(|known| known == part) {
                    self.parts.push(part.to_owned());
                }
            }
        }
    }

    /// Adds a longer field: its parts, and the whole of it in a form that quotes more.
    pub fn add_field(&mut self, value: &str) {
        self.add_parts(value);
        self.fields.push(value.trim().to_owned());
    }

    /// Adds a remark about it, however short, as reports draw it.
    pub fn add_remark(&mut self, text: &str) {
        if !text.is_empty() {
            self.remarks.push(format!("：{}", text.replace('\n', " ")));
        }
    }

    /// Adds a text of a page as reports quote it.
    pub fn add_drawn(&mut self, text: &str, page: Option<u32>) {
        let said = first_sentence(text);
        if let Some(page) = page.filter(|_| !said.is_empty()) {
            self.drawn.push((said, page));
        }
    }

    /// Long sentences and clauses.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Is this part a whole sentence?
    pub fn is_sentence(&self, part: &str) -> bool {
        self.sentences.iter().any(|known| known == part)
    }

    /// Is there no whole sentence that others might hold?
    pub fn has_no_sentence(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Does `text` hold one of the whole sentences, whether they are anybody's or not?
    pub fn whole_sentence_in(&self, text: &str) -> bool {
        self.sentences.iter().any(|sentence| text.contains(sentence))
    }

    /// Keeps those parts alone of which `own` says so.
    pub fn keep(&mut self, own: impl Fn(&str) -> bool) {
        self.parts.retain(|part| own(part));
    }

    /// Does a line quote them?
    fn quoted(&self, line: &str) -> bool {
        self.parts.iter().any(|part| line.contains(part))
            || self.drawn.iter().any(|(said, page)| tells(line, said, *page))
            || (line.contains("检查反馈：") && self.remarks.iter().any(|remark| line.trim_end().ends_with(remark)))
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

    /// Cuts longer fields that stand there word for word: of a form that was found to quote the words.
    pub fn cut_fields(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.fields.iter().any(|field| field == text.trim()) => CUT.clone_into(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.cut_fields(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.cut_fields(one)),
            _ => {}
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

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['。', '！', '？', '；', '!', '?', ';', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use domain::{
        board::{Progress, Tone},
        duties::{Action, Frequency},
        ids::{DutyId, PostId, RecordId},
        papers::{FiveLists, ReportKind, drafted},
        people::access::Sight,
        records::{BookEntry, BookItem, RecordKind, YearBook},
        time::first_of,
    };
    use uuid::Uuid;

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
    }

    /// The line of the annual report that tells a record of page 3, and of page 4 where `next`.
    fn line(kind: RecordKind, text: &str, next: bool) -> String {
        let (duty, on) = (DutyId(Uuid::from_u128(1)), first_of(2026, 11));
        let entry = BookEntry {
            record: RecordId(Uuid::from_u128(2)),
            page: Some(if next { 4 } else { 3 }),
            kind,
            text: Some(text.to_owned()),
            details: Vec::new(),
            event_on: on,
            recorded_on: on,
            late: true,
            proxy: None,
            head: String::new(),
            verified: false,
            codes: Vec::new(),
            duties: vec![duty],
            corrections: Vec::new(),
            stub: false,
            talked: false,
        };
        let item = BookItem {
            duty,
            code: "3.3".to_owned(),
            group_no: 3,
            group: "责任部署".to_owned(),
            text: "到基层听取意见".to_owned(),
            frequency: Frequency::HalfYearly,
            action: Action::Mandatory,
            months: Vec::new(),
            routine: false,
            tone: Tone::Ok,
            word: String::new(),
            reason: String::new(),
            progress: Progress::Done,
            pages: Vec::new(),
        };
        let book = YearBook {
            post: PostId(Uuid::from_u128(3)),
            year: 2026,
            district: String::new(),
            unit: String::new(),
            title: String::new(),
            heads: Vec::new(),
            sight: Sight::Full,
            list: None,
            items: vec![item],
            months: Vec::new(),
            entries: vec![entry],
            remarks: Vec::new(),
            signatures: Vec::new(),
            closed_on: None,
            closed_by: None,
        };
        let sections = drafted(&book, &FiveLists::default(), ReportKind::Annual);
        let found = sections.iter().flat_map(|section| section.text.lines()).find(|line| line.contains("记录本第"));
        found.unwrap().to_owned()
    }

    #[test]
    fn a_short_text_is_recognised_alone_and_in_reports_of_its_page() {
        let text = "有人送购物卡";
        let mut words = Words::of(text);
        words.add_drawn(text, Some(3));
        assert!(words.are_in(text) && words.are_in("上午：\n有人送购物卡 "));
        for (kind, mark) in [(RecordKind::Other, "（记录本"), (RecordKind::Visit, "（蹲点调研，记录本")] {
            let drawn = line(kind, text, false);
            assert!(drawn.contains(mark) && words.are_in(&drawn), "{drawn}");
            assert!(!words.are_in(&line(kind, text, true)), "of another page");
        }
        assert!(!words.are_in("研究有人送购物卡的问题"));
        assert!(!Words::of("谈话").are_in("谈话"));
    }

    #[test]
    fn a_sentence_that_a_report_cuts_short_is_recognised_there() {
        let text = "有教职工反映，食堂采购员、仓库保管员，逢年过节，收受供货商的烟酒，".repeat(3);
        let mut words = Words::of(&text);
        words.add_drawn(&text, Some(3));
        for kind in [RecordKind::Other, RecordKind::Visit] {
            let drawn = line(kind, &text, false);
            assert!(drawn.contains('…') && words.are_in(&drawn), "{drawn}");
        }
    }

    #[test]
    fn short_fields_and_remarks_are_recognised_where_they_belong_alone() {
        let mut words = Words::of(CLUE);
        words.add_field("暂停付款");
        words.add_remark("与签到表不一致");
        words.add_remark("");
        let mut draft = serde_json::json!([["d.topics", "暂停付款"], ["d.document", "暂停付款的通知"]]);
        assert!(!words.cut_strings(&mut draft), "by themselves they are anybody's");
        words.cut_fields(&mut draft);
        assert_eq!(draft, serde_json::json!([["d.topics", CUT], ["d.document", "暂停付款的通知"]]));
        assert!(words.are_in("5月6日检查反馈：需补充：与签到表不一致"));
        assert!(!words.are_in("与签到表不一致") && !words.are_in("5月6日检查反馈：需补充：已补签到表"));
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
