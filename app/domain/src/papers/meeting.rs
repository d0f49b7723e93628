//! Fields of the papers of a meeting: 评议反馈单, 计票报告单; and the values of those of 问责. They are read from the
//! same document that every renderer draws, so that the district's own form cannot say anything else.

use super::{Fields, Paper};
use crate::{
    documents::{Block, Doc, Signature, Table},
    time::{Day, zh},
};

/// Fields of the 评议反馈单.
pub(super) const FEEDBACK: [&str; 13] = [
    "区",
    "日期",
    "标题",
    "会议名称",
    "述责对象",
    "岗位",
    "评议日期",
    "评议等次",
    "总体意见",
    "评议意见",
    "问题和整改要求",
    "签字",
    "正文",
];
/// Fields of the 计票报告单.
pub(super) const COUNT: [&str; 17] = [
    "区",
    "日期",
    "标题",
    "会议名称",
    "会议日期",
    "测评方式",
    "应到",
    "实到",
    "发出",
    "收回",
    "计票结果",
    "计票规则",
    "重新开放情况",
    "封存校验码",
    "说明",
    "签字",
    "正文",
];

/// Values of the fields of `paper` as `doc` says them; every name has a value, an empty one where the document has none.
pub fn meeting_fields(paper: Paper, doc: &Doc, district: &str, today: Day) -> Fields {
    let value = |name: &str| match name {
        "区" => district.to_owned(),
        "日期" => zh(today),
        "标题" => doc.title.clone(),
        "会议名称" | "副标题" => doc.subtitle.clone(),
        "文号" => doc.number.clone(),
        "受文单位" => addressee(doc),
        "正文" => lines(doc.blocks.iter().filter(|b| !matches!(b, Block::Signatures { .. } | Block::Note { .. }))),
        "签字" => lines(doc.blocks.iter().filter(|b| matches!(b, Block::Signatures { .. }))),
        "说明" => lines(doc.blocks.iter().filter(|b| matches!(b, Block::Note { .. }))),
        _ => pair(doc, name).or_else(|| section(doc, name)).unwrap_or_default(),
    };
    paper.names().into_iter().map(|name| (name, value(name))).collect()
}

/// Whom it goes to: the line that ends as an address does.
fn addressee(doc: &Doc) -> String {
    let line = doc.blocks.iter().find_map(|block| match block {
        Block::Paragraph { text } => text.strip_suffix('：'),
        _ => None,
    });
    line.unwrap_or_default().to_owned()
}

/// The first value under a name: what the document says of the meeting comes before what it says of each person.
fn pair(doc: &Doc, name: &str) -> Option<String> {
    doc.blocks.iter().find_map(|block| match block {
        Block::KeyValues { pairs } => pairs.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
        Block::Code { label, text } if label == name => Some(text.clone()),
        _ => None,
    })
}

/// Everything below a heading of the first level, up to the next one.
fn section(doc: &Doc, name: &str) -> Option<String> {
    let is_head = |block: &Block| matches!(block, Block::Title { level: 1, .. });
    let named =
        |block: &Block| matches!(block, Block::Title { level: 1, text } if text.ends_with(&format!("、{name}")));
    let after = doc.blocks.iter().position(named)? + 1;
    let of = doc.blocks.iter().skip(after).take_while(|b| {
        !is_head(b) && !matches!(b, Block::Signatures { .. } | Block::Note { .. } | Block::Code { .. })
    });
    Some(lines(of))
}

fn lines<'a>(blocks: impl Iterator<Item = &'a Block>) -> String {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Title { text, .. } | Block::Paragraph { text } | Block::Centered { text } | Block::Note { text } => {
                out.push(text.clone());
            }
            Block::List { items } => out.extend(items.iter().cloned()),
            Block::Table(table) | Block::Map { outline: table, .. } => rows(table, &mut out),
            Block::KeyValues { pairs } => out.extend(pairs.0.iter().map(|(key, value)| format!("{key}：{value}"))),
            Block::Signatures { places } => out.extend(places.iter().map(signed)),
            Block::Code { label, text } => out.push(format!("{label}：{text}")),
            Block::Drawing { .. }
            | Block::Figure { .. }
            | Block::Qr { .. }
            | Block::Lines { .. }
            | Block::Cut
            | Block::PageBreak => {}
        }
    }
    out.retain(|line| !line.trim().is_empty());
    out.join("\n")
}

/// A row in one line, each cell after the word of its column.
fn rows(table: &Table, out: &mut Vec<String>) {
    let head: Vec<&str> = table.header.last().into_iter().flatten().map(|cell| cell.text.as_str()).collect();
    for row in &table.rows {
        let cells = row.iter().enumerate().map(|(n, cell)| match head.get(n) {
            Some(word) if row.len() == head.len() && !word.is_empty() => format!("{word}：{}", cell.text),
            _ => cell.text.clone(),
        });
        out.push(cells.collect::<Vec<_>>().join("；"));
    }
}

/// A place to sign; who has not signed leaves room.
fn signed(place: &Signature) -> String {
    let name = if place.name.is_empty() { "　　　　　　" } else { &place.name };
    let day = if place.day.is_empty() { "　　年　月　日" } else { &place.day };
    format!("{}：{name}　{day}", place.role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        documents::{Align, table},
        time::first_of,
    };

    fn value(fields: &Fields, name: &str) -> String {
        fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap()
    }

    #[test]
    fn a_sheet_fills_the_districts_form_with_its_own_words() {
        let mut doc = Doc::new("述责述廉评议反馈单");
        doc.subtitle = "2026年度述责述廉评议会".into();
        doc.pairs([("述责对象", "叶国平".into()), ("评议等次", "较好".into())]);
        doc.title(1, 1, "总体意见").paragraph("抓得较实。").title(1, 2, "问题和整改要求");
        let columns = [(1, Align::Start, "序号"), (2, Align::Start, "问题")];
        doc.push(Block::Table(table(&columns, [vec!["1", "专题研究不够"]]))).paragraph("请整改。");
        doc.signatures(&["签发人"]).note("一人一单");
        let fields = meeting_fields(Paper::Feedback, &doc, "示范区", first_of(2026, 11));
        assert_eq!(fields.iter().map(|(n, _)| *n).collect::<Vec<_>>(), FEEDBACK);
        assert_eq!((value(&fields, "述责对象"), value(&fields, "总体意见")), ("叶国平".into(), "抓得较实。".into()));
        assert_eq!(value(&fields, "问题和整改要求"), "序号：1；问题：专题研究不够\n请整改。");
        assert_eq!(value(&fields, "评议意见"), "", "what the sheet does not say stays empty");
        assert!(value(&fields, "签字").starts_with("签发人：　") && !value(&fields, "正文").contains("一人一单"));
    }

    #[test]
    fn a_numbered_paper_fills_the_districts_form() {
        use crate::papers::official::{Letter, is_out};
        let letter = Letter {
            kind: "工作建议".into(),
            about: "规范市场管理".into(),
            to: vec!["东湖街道党工委".into()],
            facts: "监督中发现，通道被占用。".into(),
            demands: vec!["清理通道。".into()],
            from: "区纪委".into(),
            ..Letter::default()
        };
        let mut doc = letter.doc();
        assert!(!is_out(&doc), "a draft says so in the place of its number");
        doc.number = "滨纪建〔2026〕3号".into();
        assert!(is_out(&doc));
        let fields = meeting_fields(Paper::Suggestion, &doc, "示范区", first_of(2026, 11));
        assert_eq!(value(&fields, "文号"), "滨纪建〔2026〕3号");
        assert_eq!(value(&fields, "受文单位"), "东湖街道党工委");
        assert_eq!(value(&fields, "基本情况"), "监督中发现，通道被占用。");
        assert!(Paper::ALL.into_iter().all(|paper| Paper::from_key(paper.key()) == Some(paper)));
    }

    #[test]
    fn the_meetings_numbers_come_before_a_persons() {
        let mut doc = Doc::new("计票报告单");
        doc.title(1, 1, "参会和测评情况").pairs([("收回", "12 张".into())]);
        doc.title(1, 2, "计票结果").title(2, 1, "叶国平").pairs([("收回", "11 张".into())]);
        doc.push(Block::Code { label: "封存校验码".into(), text: "A1B2".into() });
        let fields = meeting_fields(Paper::Count, &doc, "示范区", first_of(2026, 11));
        assert_eq!(value(&fields, "收回"), "12 张");
        assert_eq!(value(&fields, "计票结果"), "（一）叶国平\n收回：11 张");
        assert_eq!((value(&fields, "封存校验码"), value(&fields, "重新开放情况")), ("A1B2".into(), String::new()));
    }
}
