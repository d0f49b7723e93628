//! The book as one document. What its viewer may not read is not in the book already; a part of
//! the book says on its cover that it is one.

use super::{Range, entry};
use crate::{
    documents::{Align, Block, Cell, Doc, Signature, Table, table},
    records::{BookRemark, MapKind, MapNode, TALK_COMMON, TALKS, YearBook, mind_map},
    time::{month_name, zh, zh_short},
};

/// Name of the book on paper.
const NAME: &str = "履责记录本";

/// The book, or the part of it in `range`.
pub fn book_doc(book: &YearBook, range: Range) -> Doc {
    let mut doc = cover(book);
    let words = range.words();
    if !words.is_empty() {
        doc.push(Block::Centered { text: format!("本件为其中：{words}") });
    }
    doc.push(Block::PageBreak);
    let mut chapter = 0;
    let mut next = || {
        chapter += 1;
        chapter
    };
    if range.is_whole() {
        doc.title(1, next(), "主体责任思维导图").push(Block::Table(map(book)));
        doc.title(1, next(), "履职月历").push(Block::Table(calendar(book)));
        doc.title(1, next(), "谈心谈话要素梳理").push(Block::Table(talks())).note(format!("通用要素：{TALK_COMMON}"));
        doc.title(1, next(), "第一责任人履责清单和落实情况").push(Block::Table(list(book)));
    }
    doc.title(1, next(), "履责纪实");
    let mut any = false;
    for one in book.entries.iter().filter(|one| range.holds(one)) {
        entry::push(&mut doc, one, book.sight);
        any = true;
    }
    if !any {
        doc.paragraph("（这个范围里没有记录。）");
    }
    if range.is_whole() {
        doc.title(1, next(), "翻阅检查反馈意见");
        remarks(&mut doc, &book.remarks);
        doc.title(1, next(), "签名");
        signed(&mut doc, book);
    }
    doc.signatures(&["党组织主要负责人", "检查人员"]);
    doc.footer = format!("{}　{}年度{NAME}", book.unit, book.year);
    doc
}

/// The cover alone.
pub fn cover_doc(book: &YearBook) -> Doc {
    let mut doc = cover(book);
    doc.title = format!("{NAME}封面");
    doc
}

/// 检查反馈意见 of the year alone, to be signed face to face.
pub fn remarks_doc(book: &YearBook) -> Doc {
    let mut doc = Doc::new("履责检查反馈意见");
    doc.subtitle = format!("{}　{}年度", book.unit, book.year);
    doc.pairs([("单位", book.unit.clone()), ("党组织主要负责人", present(book))]);
    remarks(&mut doc, &book.remarks);
    doc.signatures(&["党组织主要负责人", "检查人员"]);
    doc
}

/// Names of those who held the post in the year, with their days where there are several.
pub(super) fn heads(book: &YearBook) -> String {
    let days = |head: &crate::records::BookHead| match head.until {
        Some(until) => format!("{}（{}至{}）", head.name, zh(head.from), zh(until)),
        None => format!("{}（{}起）", head.name, zh(head.from)),
    };
    match book.heads.as_slice() {
        [one] => one.name.clone(),
        several => several.iter().map(days).collect::<Vec<_>>().join("\n"),
    }
}

/// The last who held the post in the year.
pub(super) fn present(book: &YearBook) -> String {
    book.heads.last().map(|head| head.name.clone()).unwrap_or_default()
}

/// `第2版，2026年2月3日下达，2026年2月11日签收`.
pub(super) fn list_words(book: &YearBook) -> String {
    let Some(list) = &book.list else { return "还没有下达".to_owned() };
    let mut words = vec![format!("第{}版", list.version)];
    words.extend(list.issued_on.map(|day| format!("{}下达", zh(day))));
    words.push(list.signed_on.map_or_else(|| "还没有签收".to_owned(), |day| format!("{}签收", zh(day))));
    words.join("，")
}

fn cover(book: &YearBook) -> Doc {
    let mut doc = Doc::new(NAME);
    doc.subtitle = format!("{}　{}年度", book.district, book.year);
    let closed = book.closed_on.map_or_else(|| "在用".to_owned(), |day| format!("{}年度结转", zh(day)));
    let lines = [
        ("单　　位", book.unit.clone()),
        ("职　　务", book.title.clone()),
        ("党组织主要负责人", heads(book)),
        ("履责清单", list_words(book)),
        ("记 录 本", closed),
    ];
    let rows = lines.map(|(key, value)| vec![Cell::strong(key).centered(), Cell::text(value)]);
    doc.push(Block::Table(Table {
        rows: rows.into(),
        row_height: 14,
        ..table::<&str>(&[(6, Align::Center, ""), (14, Align::Start, "")], [])
    }));
    if let Some(Block::Table(table)) = doc.blocks.last_mut() {
        table.header.clear();
    }
    doc.push(Block::Centered { text: "内部资料　注意保管".to_owned() });
    doc
}

/// The tree as an outline: branch, topic, items with their state.
fn map(book: &YearBook) -> Table {
    let columns = [(3, Align::Center, "方面"), (6, Align::Start, "内容"), (11, Align::Start, "清单条目和状态")];
    let mut out = table::<&str>(&columns, []);
    for branch in &mind_map(book).children {
        let mut lines = Vec::new();
        branch.children.iter().for_each(|node| outline(node, "", &mut lines));
        let height = u32::try_from(lines.len()).unwrap_or(1).max(1);
        let mut first = Some(Cell::strong(&branch.title).spanning(1, height));
        if lines.is_empty() {
            lines.push((String::new(), String::new()));
        }
        for (title, items) in lines {
            out.rows.push(first.take().into_iter().chain([Cell::text(title), Cell::text(items)]).collect());
        }
    }
    out
}

fn outline(node: &MapNode, above: &str, lines: &mut Vec<(String, String)>) {
    let title = if above.is_empty() { node.title.clone() } else { format!("{above} › {}", node.title) };
    let items: Vec<String> = node.children.iter().filter(|c| c.kind == MapKind::Item).map(leaf).collect();
    let below: Vec<&MapNode> = node.children.iter().filter(|c| c.kind != MapKind::Item).collect();
    if below.is_empty() || !items.is_empty() {
        lines.push((title.clone(), items.join("\n")));
    }
    for child in below {
        outline(child, &title, lines);
    }
}

fn leaf(node: &MapNode) -> String {
    match &node.state {
        Some(state) => format!("{}　{}", node.title, state.word),
        None => node.title.clone(),
    }
}

fn calendar(book: &YearBook) -> Table {
    let columns = [(3, Align::Center, "月份"), (11, Align::Start, "本月履责提醒"), (6, Align::Start, "说明")];
    let rows = book.months.iter().map(|month| {
        let items: Vec<String> = month
            .items
            .iter()
            .map(|item| {
                let due = item.due.map(|day| format!("（{}前）", zh_short(day))).unwrap_or_default();
                let done = if item.done { "　已记录" } else { "" };
                format!("{} {}{due}{done}", item.code, item.short)
            })
            .collect();
        vec![month_name(month.month).to_owned(), items.join("\n"), month.phrase.clone()]
    });
    table(&columns, rows)
}

fn talks() -> Table {
    let columns = [
        (4, Align::Start, "类型"),
        (5, Align::Start, "谁→谁"),
        (3, Align::Start, "时机"),
        (5, Align::Start, "必备要素"),
        (3, Align::Start, "系统里留存"),
    ];
    table(&columns, TALKS.iter().map(|t| vec![t.kind, t.who, t.when, t.elements, t.kept]))
}

fn list(book: &YearBook) -> Table {
    let columns = [
        (2, Align::Center, "序号"),
        (9, Align::Start, "履责条目"),
        (2, Align::Center, "频次"),
        (4, Align::Start, "落实情况"),
        (3, Align::Start, "记录页"),
    ];
    let mut out = table::<&str>(&columns, []);
    let mut group = None;
    for item in &book.items {
        if group != Some((item.group_no, item.group.as_str())) {
            group = Some((item.group_no, item.group.as_str()));
            let name = Cell::strong(Doc::numbered(1, item.group_no, &item.group)).spanning(5, 1);
            out.rows.push(vec![Cell { align: Some(Align::Start), ..name }]);
        }
        // Why the board says so is for the board; paper names the state.
        let label = item.progress.label();
        let state = if item.word.is_empty() || item.word == label {
            label.to_owned()
        } else {
            format!("{label}（{}）", item.word)
        };
        out.rows.push(vec![
            Cell::text(&item.code),
            Cell::text(&item.text),
            Cell::text(item.frequency.label()),
            Cell::text(state),
            Cell::text(pages(&item.pages)),
        ]);
    }
    out
}

/// `第3、8、12至15页`; empty without pages.
pub(super) fn pages(pages: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match runs.last_mut() {
            Some((_, last)) if *page <= *last + 1 => *last = (*page).max(*last),
            _ => runs.push((*page, *page)),
        }
    }
    if runs.is_empty() {
        return String::new();
    }
    let runs: Vec<String> =
        runs.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}至{b}") }).collect();
    format!("第{}页", runs.join("、"))
}

fn remarks(doc: &mut Doc, remarks: &[BookRemark]) {
    if remarks.is_empty() {
        doc.paragraph("（还没有检查反馈意见。）");
        return;
    }
    let columns = [
        (4, Align::Start, "日期"),
        (4, Align::Start, "检查人员"),
        (3, Align::Start, "所在"),
        (5, Align::Start, "意见"),
        (4, Align::Start, "本人意见"),
    ];
    let about = |it: &BookRemark| if it.about.is_empty() { "全本".to_owned() } else { it.about.clone() };
    let row = |it: &BookRemark| vec![zh(it.on), it.by.clone(), about(it), it.text.clone(), it.answer.clone()];
    doc.push(Block::Table(table(&columns, remarks.iter().map(row))));
}

fn signed(doc: &mut Doc, book: &YearBook) {
    for it in &book.signatures {
        let place = Signature { role: it.purpose.clone(), name: it.name.clone(), day: zh(it.on) };
        doc.push(Block::Signatures { places: vec![place] });
        if let Some(path) = &it.drawing {
            doc.push(Block::Drawing { path: path.clone(), label: format!("{}手写签名", it.name) });
        }
        if !it.paper.is_empty() {
            doc.note(it.paper.clone());
        }
    }
    if book.signatures.is_empty() {
        doc.paragraph("（还没有签名。）");
    }
}
