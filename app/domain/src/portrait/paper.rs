//! The portrait on paper and as .xlsx: its tables and what it is not.

use super::{Column, Count, Dimension, ItemState, Part, Portrait};
use crate::{
    documents::{Align, Block, Doc, Orientation, Table, table},
    time::{zh, zh_short},
};

/// What the portrait is.
pub const IS: [&str; 4] = [
    "履责画像只看本岗位清单上的条目本身：这一季度到期的条目，哪些按期落实、哪些补记、哪些还没有落实。",
    "每个数字都是背后事实的个数，点开能看到是哪几条；本人认为不对的，可以申请核对，答复显示在同一处。",
    "从到任日和启用日两者较晚的一天算起；前任的事不算到现任，离任以后的事不算到前任，到任时接续的整改事项从到任日起算天数。",
    "没有到期条目、没有检查的季度是空的，不当作零；没有过完的季度标“进行中”，数字还会变。",
];

/// What it is not.
pub const IS_NOT: [&str; 3] = [
    "不是政治画像，不含对人的评价，也不作为画像以外任何评价的依据；政治画像的内容不进入本系统。",
    "不打分、不排名，不与其他单位、其他人比较，不计算平均数，不统计登录、记录条数和在线时间。",
    "不含记录正文和谈话内容；继任者看不到前任的画像，前任离任后仍看得到自己的。",
];

/// Whose paper it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperHead {
    /// Unit.
    pub unit: String,
    /// 「叶国平，党组织书记」.
    pub who: String,
    /// 「2024年3月1日起任职」.
    pub span: String,
}

impl Column {
    /// 「2026年第四季度（进行中）」, or with the days that count of it.
    pub fn label(&self) -> String {
        let mut notes = Vec::new();
        if let Some(from) = self.from {
            notes.push(format!("{}起算", zh_short(from)));
        }
        if let Some(to) = self.to {
            notes.push(format!("至{}离任", zh_short(to)));
        }
        if self.running {
            notes.push("进行中".to_owned());
        }
        if notes.is_empty() {
            self.quarter.label()
        } else {
            format!("{}（{}）", self.quarter.label(), notes.join("，"))
        }
    }
}

/// The portrait as a document: what the page shows, without the facts behind the numbers. `figures` are the charts of
/// the five duties: what each shows, and its markup.
pub fn portrait_doc(head: &PaperHead, portrait: &Portrait, figures: Vec<(String, String)>) -> Doc {
    let mut doc = Doc::new("履责画像");
    doc.orientation = Orientation::Landscape;
    doc.subtitle = format!("{}　{}", head.unit, head.who);
    doc.footer = "按本人清单条目统计，不打分、不排名、不与他人比较；不是政治画像。".into();
    doc.pairs([
        ("任期", head.span.clone()),
        ("起算", zh(portrait.starts)),
        ("截至", zh(portrait.as_of)),
        ("年度", format!("{}年", portrait.year)),
    ]);
    doc.title(1, 1, "五责按季度");
    if portrait.columns.is_empty() {
        doc.paragraph("还没有到起算日，没有数据。");
    } else {
        doc.push(Block::Table(quarters(portrait)));
        for (label, markup) in figures {
            doc.push(Block::Figure { markup, label });
        }
    }
    doc.title(1, 2, &format!("{}年度清单按大项", portrait.year));
    dimensions(&mut doc, "大项", &portrait.groups);
    doc.title(1, 3, &format!("{}年度清单按责任清单", portrait.year));
    dimensions(&mut doc, "责任清单", &portrait.lists);
    doc.title(1, 4, "问题整改");
    findings(&mut doc, portrait);
    if let Some(changes) = &portrait.changes {
        doc.title(1, 5, &format!("{}至{}的变化", zh(changes.from), zh(changes.to)));
        let rows = changes
            .lines
            .iter()
            .zip(super::Change::ALL)
            .map(|(line, what)| vec![what.label().to_owned(), number(line)]);
        doc.push(Block::Table(table(&[(6, Align::Start, "变化"), (1, Align::End, "项数")], rows)));
    }
    doc.title(1, 6, "说明");
    doc.push(Block::List { items: IS.iter().chain(&IS_NOT).map(|line| (*line).to_owned()).collect() });
    doc
}

fn number(count: &Count) -> String {
    if count.note.is_empty() { count.n.to_string() } else { count.note.clone() }
}

fn quarters(portrait: &Portrait) -> Table {
    let labels: Vec<String> = portrait.columns.iter().map(Column::label).collect();
    let mut columns = vec![(3, Align::Start, "五责"), (3, Align::Start, "事项")];
    columns.extend(labels.iter().map(|label| (3, Align::End, label.as_str())));
    let rows = portrait.series.iter().flat_map(|series| {
        Part::of(series.duty).iter().enumerate().map(move |(n, part)| {
            let duty = if n == 0 { series.duty.label() } else { "" };
            let cells = series.points.iter().map(move |point| match point.as_ref().and_then(|p| p.get(n)) {
                Some(count) => number(count),
                None => "—".to_owned(),
            });
            [duty.to_owned(), part.label().to_owned()].into_iter().chain(cells).collect::<Vec<_>>()
        })
    });
    table(&columns, rows)
}

fn dimensions(doc: &mut Doc, word: &'static str, rows: &[Dimension]) {
    if rows.is_empty() {
        doc.paragraph("本年度没有对本任期提出要求的条目。");
        return;
    }
    let mut columns = vec![(6, Align::Start, word)];
    columns.extend(ItemState::ALL.iter().map(|state| (2, Align::End, state.label())));
    let lines = rows.iter().map(|row| {
        let name = if row.no == 0 { row.name.clone() } else { format!("{}. {}", row.no, row.name) };
        [name].into_iter().chain(row.counts.iter().map(number)).collect::<Vec<_>>()
    });
    doc.push(Block::Table(table(&columns, lines)));
}

fn findings(doc: &mut Doc, portrait: &Portrait) {
    if portrait.findings.is_empty() {
        doc.paragraph("任期内没有挂账的整改事项。");
        return;
    }
    let columns = [
        (2, Align::Start, "台账编号"),
        (2, Align::Start, "来源"),
        (7, Align::Start, "问题"),
        (3, Align::Start, "挂账"),
        (3, Align::Start, "销号"),
        (2, Align::End, "天数"),
    ];
    let rows = portrait.findings.iter().map(|f| {
        let from = if f.inherited { format!("{}（接续）", zh(f.from)) } else { zh(f.from) };
        let closed = f.closed_on.map_or("在办".to_owned(), zh);
        vec![f.number.clone(), f.kind.label().to_owned(), f.problem.clone(), from, closed, f.days.to_string()]
    });
    doc.push(Block::Table(table(&columns, rows)));
}
