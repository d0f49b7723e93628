//! One record on its page, as a document shows it.

use crate::{
    documents::{Block, Doc},
    people::access::Sight,
    records::{BookCorrection, BookEntry, Checking},
    time::zh,
};

/// Adds a record: its page, text, fields, items, marks and every correction with both texts.
pub(crate) fn push(doc: &mut Doc, entry: &BookEntry, sight: Sight) {
    let place = entry.page.map_or_else(|| "待确认".to_owned(), |page| format!("第{page}页"));
    let text = format!("{place}　{}　{}", zh(entry.event_on), entry.kind.label());
    doc.push(Block::Title { level: 2, text });
    doc.paragraph(body(entry, sight));
    let mut items: Vec<String> = entry.details.iter().map(|(label, value)| format!("{label}：{value}")).collect();
    if !entry.codes.is_empty() {
        let many =
            if entry.codes.len() > 1 { format!("（一次对应{}条）", entry.codes.len()) } else { String::new() };
        items.push(format!("对应清单条目：{}{many}", entry.codes.join("、")));
    }
    items.extend(entry.corrections.iter().flat_map(correction));
    if !items.is_empty() {
        doc.push(Block::List { items });
    }
    let marks = marks(entry);
    if !marks.is_empty() {
        doc.note(marks);
    }
}

fn body(entry: &BookEntry, sight: Sight) -> String {
    match (&entry.text, sight) {
        _ if entry.stub => "（此页内容已依规移除，页码保留。）".to_owned(),
        (Some(text), _) => text.clone(),
        // No reading opens it: nobody is sent to register one for it.
        (None, _) if entry.is_talk() => "（谈话内容只有本人看得到。）".to_owned(),
        (None, Sight::Outline) => "（内容在登记的翻阅检查中查看。）".to_owned(),
        (None, _) => "（内容不在查看范围。）".to_owned(),
    }
}

fn correction(it: &BookCorrection) -> Vec<String> {
    let mut lines = vec![format!("{}{}", zh(it.on), if it.supplement { "补充" } else { "更正" })];
    if let Some((before, after)) = &it.texts {
        lines.push(format!("更正前：{before}"));
        lines.push(format!("更正后：{after}"));
    }
    lines.extend(it.parts.iter().map(|(what, before, after)| match before.as_str() {
        "" => format!("{what}：{after}"),
        _ => format!("{what}：{before} → {after}"),
    }));
    if !it.reason.is_empty() {
        lines.push(format!("{}：{}", if it.supplement { "说明" } else { "更正原因" }, it.reason));
    }
    lines
}

fn marks(entry: &BookEntry) -> String {
    let mut marks = Vec::new();
    if entry.recorded_on != entry.event_on || entry.late {
        let word = if entry.late { "补记" } else { "记录" };
        marks.push(format!("{}{word}", zh(entry.recorded_on)));
    }
    if let Some(proxy) = &entry.proxy {
        let state = if entry.page.is_some() { "本人确认" } else { "本人还没有确认，不作数" };
        marks.push(format!("{proxy}代录，{state}"));
    }
    if entry.verified {
        marks.push(Checking::of(entry.is_talk()).label().to_owned());
    }
    if !entry.head.is_empty() {
        marks.push(format!("党组织主要负责人：{}", entry.head));
    }
    marks.join("　")
}
