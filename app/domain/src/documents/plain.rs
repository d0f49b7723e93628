//! The words of a document without any form: what every renderer must contain, in this order.

use super::{Block, Doc};

impl Doc {
    /// Every visible piece of text in reading order, one a line. A test of a renderer looks for each.
    pub fn plain_text(&self) -> String {
        let mut out = Vec::new();
        out.push(self.title.clone());
        out.push(self.subtitle.clone());
        out.push(self.number.clone());
        for block in &self.blocks {
            block.words(&mut out);
        }
        out.push(self.footer.clone());
        out.push(self.watermark.clone());
        out.retain(|line| !line.trim().is_empty());
        out.join("\n")
    }
}

impl Block {
    fn words(&self, out: &mut Vec<String>) {
        match self {
            Self::Title { text, .. } | Self::Paragraph { text } | Self::Centered { text } | Self::Note { text } => {
                out.push(text.clone());
            }
            Self::List { items } => out.extend(items.iter().cloned()),
            Self::Table(table) | Self::Map { outline: table, .. } => {
                out.extend(table.header.iter().chain(&table.rows).flatten().map(|cell| cell.text.clone()));
            }
            Self::KeyValues { pairs } => {
                for (key, value) in &pairs.0 {
                    out.extend([key.clone(), value.clone()]);
                }
            }
            Self::Signatures { places } => {
                for place in places {
                    out.extend([place.role.clone(), place.name.clone(), place.day.clone()]);
                }
            }
            Self::Drawing { label, .. } | Self::Qr { label, .. } | Self::Figure { label, .. } => {
                out.push(label.clone());
            }
            Self::Code { label, text } => out.extend([label.clone(), text.clone()]),
            Self::Lines { .. } | Self::Cut | Self::PageBreak => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Align, table};
    use super::*;

    #[test]
    fn plain_text_holds_every_word_once_in_order() {
        let mut doc = Doc::new("计票报告单");
        doc.title(1, 1, "参会情况")
            .pairs([("应到", "24 人".into()), ("实到", "23 人".into())])
            .push(Block::Table(table(&[(1, Align::Start, "组别")], [vec!["甲组"]])))
            .push(Block::Code { label: "封存校验码".into(), text: "A1B2-C3D4-E5F6-0718".into() })
            .signatures(&["监票人", "监票人"])
            .note("一份存档。");
        doc.footer = "第3版规则".into();
        let lines: Vec<String> = doc.plain_text().lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "计票报告单",
                "一、参会情况",
                "应到",
                "24 人",
                "实到",
                "23 人",
                "组别",
                "甲组",
                "封存校验码",
                "A1B2-C3D4-E5F6-0718",
                "监票人",
                "监票人",
                "一份存档。",
                "第3版规则"
            ]
        );
    }

    #[test]
    fn a_document_survives_storage_and_refuses_what_it_does_not_know() {
        let mut doc = Doc::new("评议反馈单");
        doc.paragraph("一人一单")
            .push(Block::PageBreak)
            .push(Block::Table(table(&[(1, Align::Start, "问题")], [vec!["甲"]])));
        let text = serde_json::to_string(&doc).unwrap();
        assert_eq!(serde_json::from_str::<Doc>(&text).unwrap(), doc);
        assert!(serde_json::from_str::<Doc>(&text.replacen("\"title\"", "\"colour\":1,\"title\"", 1)).is_err());
    }
}
