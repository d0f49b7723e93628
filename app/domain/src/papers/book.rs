//! The book as one document. What its viewer may not read is not in the book already; a part of
//! the book says on its cover that it is one.

use std::collections::HashMap;

use super::{Range, entry};
use crate::{
    board::{Progress, Tone},
    documents::{Align, Block, Cell, Doc, Table, table},
    ids::DutyId,
    records::{
        BookItem, BookRemark, BookSignature, CARRIED, MapKind, MapNode, TALK_COMMON, TALKS, YearBook, mind_map,
        to_be_signed,
    },
    time::{Day, month_name, zh, zh_short},
};

/// Name of the book on paper.
pub(super) const NAME: &str = "履责记录本";

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
        let tree = mind_map(book);
        let outline = map(book, &tree);
        doc.title(1, next(), "主体责任思维导图").push(Block::Map { tree: Box::new(tree), outline });
        doc.title(1, next(), "履职月历").push(Block::Table(calendar(book)));
        doc.note("条目全文见“第一责任人履责清单和落实情况”。");
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

/// Name of a paper's file, without its ending: unit, year, title and which part of the book it holds, each once.
pub fn paper_name(book: &YearBook, title: &str, range: Range) -> String {
    let year = format!("{}年度", book.year);
    let year = if title.contains(&year) { "" } else { &year };
    let words = range.words();
    let part = if words.is_empty() { words } else { format!("（{words}）") };
    format!("{}{year}{title}{part}", book.unit)
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
    let closed = book.closed_words().unwrap_or_else(|| "在用".to_owned());
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

/// A row of its own over all three columns.
fn across(cell: Cell) -> Vec<Cell> {
    vec![Cell { align: Some(Align::Start), ..cell.spanning(3, 1) }]
}

/// The tree as an outline: branch, its words, then every item in full with its state. No cell spans
/// rows: a printer breaks pages between rows only.
fn map(book: &YearBook, tree: &MapNode) -> Table {
    let columns = [(2, Align::Center, "序号"), (14, Align::Start, "内容"), (4, Align::Center, "状态")];
    let mut out = table::<&str>(&columns, []);
    let items = book.items.iter().map(|item| (item.duty, item)).collect();
    for branch in &tree.children {
        let words = plain(&branch.children);
        let head = if words.is_empty() { branch.title.clone() } else { format!("{}：{words}", branch.title) };
        out.rows.push(across(Cell::strong(head)));
        outline(&branch.children, "", &items, &mut out.rows);
    }
    out
}

/// Words of the template that nothing hangs below, in one line.
fn plain(nodes: &[MapNode]) -> String {
    let words = nodes.iter().filter(|node| node.kind != MapKind::Item && node.children.is_empty());
    words.map(|node| node.title.as_str()).collect::<Vec<_>>().join("、")
}

fn outline(nodes: &[MapNode], above: &str, items: &HashMap<DutyId, &BookItem>, rows: &mut Vec<Vec<Cell>>) {
    for node in nodes.iter().filter(|node| !node.children.is_empty()) {
        let title = if above.is_empty() { node.title.clone() } else { format!("{above} › {}", node.title) };
        let found: Vec<_> = node.children.iter().filter(|c| c.kind == MapKind::Item).collect();
        if !found.is_empty() {
            rows.push(across(Cell::text(&title)));
        }
        for leaf in found {
            let item = leaf.duty.and_then(|duty| items.get(&duty));
            // A list that was handed down has no texts here: its numbers stand.
            let words = item.map_or("", |item| item.text.as_str());
            let state = leaf.state.as_ref().map_or("", |state| state.word.as_str());
            let code = item.map_or(leaf.title.as_str(), |item| item.code.as_str());
            rows.push(vec![Cell::text(code), Cell::text(words), Cell::text(state)]);
        }
        outline(&node.children, &title, items, rows);
    }
}

/// What items of a month share: recorded, the board's word where it is not 已落实, the day where it is open.
type Group<'a> = (bool, Option<&'a str>, Option<Day>);

/// Items of each month by what stands of them, as numbers: their words stand in the list that follows, and the
/// twelve months on three pages at most.
fn calendar(book: &YearBook) -> Table {
    let columns = [(5, Align::Start, "落实或到期"), (15, Align::Start, "条目序号")];
    let mut out = table::<&str>(&columns, []);
    for month in &book.months {
        let name = month_name(month.month);
        let head = if month.phrase.is_empty() { name.to_owned() } else { format!("{name}　{}", month.phrase) };
        out.rows.push(vec![Cell { align: Some(Align::Start), ..Cell::strong(head).spanning(2, 1) }]);
        let mut groups: Vec<(Group<'_>, Vec<&str>)> = Vec::new();
        for item in &month.items {
            // Recorded, and the board does not call it 已落实.
            let said = item.state.as_ref().filter(|_| item.done).map(|(_, word)| word.as_str());
            let key = (item.done, said, item.due.filter(|_| !item.done));
            match groups.iter_mut().find(|(of, _)| *of == key) {
                Some((_, codes)) => codes.push(item.code.as_str()),
                None => groups.push((key, vec![item.code.as_str()])),
            }
        }
        // What is done first, then by day; what has no day last.
        groups.sort_by_key(|((done, said, due), _)| (!done, *said, due.is_none(), *due));
        for ((done, said, due), codes) in groups {
            let state = match (done, said, due) {
                (true, said, _) => said.unwrap_or(Progress::Done.label()).to_owned(),
                (false, _, Some(day)) => format!("{}前", zh_short(day)),
                (false, _, None) => "本月开展".to_owned(),
            };
            out.rows.push(vec![Cell::text(state), Cell::text(codes.join("、"))]);
        }
    }
    out
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
        (7, Align::Start, "履责条目"),
        (2, Align::Center, "频次"),
        (3, Align::Start, "落实情况"),
        (6, Align::Start, "记录页"),
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
        let label = item.far();
        let state = if item.word == CARRIED {
            CARRIED.to_owned()
        } else if item.word.is_empty() || item.word == label || item.tone == Tone::None {
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
        (6, Align::Start, "意见"),
        (3, Align::Start, "本人意见"),
    ];
    let about = |it: &BookRemark| if it.about.is_empty() { "全本".to_owned() } else { it.about.clone() };
    let row = |it: &BookRemark| vec![zh(it.on), it.by.clone(), about(it), it.text.clone(), it.answer.clone()];
    doc.push(Block::Table(table(&columns, remarks.iter().map(row))));
}

/// What was signed, each thing in one row with everybody who signed it; drawn signatures follow.
fn signed(doc: &mut Doc, book: &YearBook) {
    doc.paragraph(book.closed_words().map_or_else(|| to_be_signed(book.year), |words| format!("{words}。")));
    if book.signatures.is_empty() {
        doc.paragraph("（还没有签名。）");
        return;
    }
    let line = |it: &BookSignature| {
        let role = if it.role.is_empty() { String::new() } else { format!("{}：", it.role) };
        let paper = if it.paper.is_empty() { String::new() } else { format!("（{}）", it.paper) };
        format!("{role}{}　{}{paper}", it.name, zh(it.on))
    };
    let mut things: Vec<Vec<&BookSignature>> = Vec::new();
    for it in &book.signatures {
        // Two readings of a day have one name; in each everybody signs once.
        let same = |of: &&BookSignature| of.purpose == it.purpose && of.role != it.role;
        match things.last_mut() {
            Some(thing) if thing.iter().all(same) => thing.push(it),
            _ => things.push(vec![it]),
        }
    }
    let rows = things.iter().map(|thing| {
        let purpose = thing.first().map_or("", |it| it.purpose.as_str());
        vec![purpose.replace('（', "\n（"), thing.iter().map(|it| line(it)).collect::<Vec<_>>().join("\n")]
    });
    let columns = [(8, Align::Start, "签名事项"), (12, Align::Start, "签名")];
    doc.push(Block::Table(table(&columns, rows)));
    for it in &book.signatures {
        if let Some(path) = &it.drawing {
            doc.push(Block::Drawing { path: path.clone(), label: format!("{}　{}手写签名", it.purpose, it.name) });
        }
    }
}
