//! The papers of a matter: the 问责预警提示单 of one unit, and the three lists as a whole.

use std::collections::BTreeMap;

use super::{Level, Lists, Part, lists::Names};
use crate::{
    documents::{Align, Block, Cell, Doc, Orientation, Signature, Table, table},
    time::{Day, zh},
};

/// Opening and closing words of a notice (示范; a district's own .docx may have others).
pub const LINES: [&str; 2] = [
    "现对你单位在这件事中的责任和可能存在的问责情形进行了梳理，请对照清单查漏补缺、对标履行职责，防止推诿扯皮、打折扣、做选择、搞变通。",
    "本单所列处理方式是事前提示，供对照检视，不是处理决定；确需问责的，由有权机关按规定和程序另行作出。",
];

/// A line of the unit's own 责任清单.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number in the whole list.
    pub no: usize,
    /// 任务.
    pub text: String,
    /// 标准.
    pub standard: String,
    /// Part.
    pub part: Part,
    /// 科室.
    pub office: String,
    /// 责任人.
    pub person: String,
    /// 分管领导.
    pub leader: String,
    /// 措施.
    pub measure: String,
    /// 时限; none: 全程.
    pub due: Option<Day>,
}

/// Everything on a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFacts {
    /// 文号 as printed; empty on a specimen.
    pub number: String,
    /// 受文党组织.
    pub unit: String,
    /// The matter.
    pub matter: String,
    /// What it is about.
    pub aim: String,
    /// 牵头部门.
    pub lead: String,
    /// 监督牵头单位.
    pub supervisors: Vec<String>,
    /// Problems that the unit's duties answer, as `大类：问题`.
    pub problems: Vec<String>,
    /// Its own lines.
    pub lines: Vec<Line>,
    /// Situations: words, three ways of handling, basis.
    pub situations: Vec<(String, [String; 3], String)>,
    /// `送达后 5 个工作日内签收，10 个工作日内报送工作措施`.
    pub terms: String,
    /// Signed by the 书记 on.
    pub on: Option<Day>,
    /// `滨海示范区纪委监委`.
    pub from: String,
}

impl NoticeFacts {
    /// The lines of one unit out of the lists, for its notice.
    pub fn lines_of(lists: &Lists, unit: crate::ids::UnitId) -> (Vec<String>, Vec<Line>) {
        let mut lines = Vec::new();
        let mut problems: Vec<String> = Vec::new();
        let own: BTreeMap<_, _> = lists.cells.iter().filter(|c| c.unit == unit).map(|c| (c.duty, c)).collect();
        for (no, duty) in (1..).zip(&lists.duties) {
            let Some(cell) = own.get(&duty.id) else { continue };
            lines.push(Line {
                no,
                text: duty.text.clone(),
                standard: duty.standard.clone(),
                part: cell.part,
                office: cell.office.clone(),
                person: cell.person.clone(),
                leader: cell.leader.clone(),
                measure: cell.measure.clone(),
                due: cell.due,
            });
            let problem = duty.problem.and_then(|id| lists.problems.iter().find(|p| p.id == id));
            if let Some(problem) = problem {
                let words = match problem.group.as_str() {
                    "" => problem.text.clone(),
                    group => format!("{group}：{}", problem.text),
                };
                if !problems.contains(&words) {
                    problems.push(words);
                }
            }
        }
        (problems, lines)
    }
}

fn due(day: Option<Day>) -> String {
    day.map_or_else(|| "全程".to_owned(), zh)
}

fn situations(rows: &[(String, [String; 3], String)]) -> Table {
    let columns = [
        (1, Align::Center, "序号"),
        (6, Align::Start, "情形"),
        (4, Align::Start, Level::Direct.label()),
        (4, Align::Start, Level::Deputy.label()),
        (4, Align::Start, Level::Head.label()),
        (5, Align::Start, "依据"),
    ];
    let rows = (1..).zip(rows).map(|(n, (text, [direct, deputy, head], basis))| {
        vec![format!("{n}"), text.clone(), direct.clone(), deputy.clone(), head.clone(), basis.clone()]
    });
    table(&columns, rows)
}

/// 问责预警提示单.
pub fn notice_doc(facts: &NoticeFacts) -> Doc {
    let mut doc = Doc::new("问责预警提示单");
    doc.number.clone_from(&facts.number);
    doc.subtitle.clone_from(&facts.matter);
    doc.push(Block::Paragraph { text: format!("{}：", facts.unit) });
    doc.paragraph(LINES[0]);
    doc.pairs([
        ("受文单位", facts.unit.clone()),
        ("事项", facts.matter.clone()),
        ("牵头部门", facts.lead.clone()),
        ("监督牵头单位", facts.supervisors.join("、")),
        ("办理期限", facts.terms.clone()),
    ]);
    if !facts.aim.is_empty() {
        doc.paragraph(facts.aim.clone());
    }
    doc.title(1, 1, "问题清单");
    if facts.problems.is_empty() {
        doc.paragraph("（你单位承担的责任没有对应的问题，请按责任清单履行。）");
    } else {
        let items = (1..).zip(&facts.problems).map(|(n, text)| format!("{n}．{text}")).collect();
        doc.push(Block::List { items });
    }
    doc.title(1, 2, "责任清单");
    let columns = [
        (1, Align::Center, "序号"),
        (5, Align::Start, "任务"),
        (2, Align::Center, "分工"),
        (4, Align::Start, "责任科室、责任人"),
        (3, Align::Start, "分管领导"),
        (5, Align::Start, "措施"),
        (3, Align::Start, "时限"),
    ];
    let rows = facts.lines.iter().map(|line| {
        let task = if line.standard.is_empty() {
            line.text.clone()
        } else {
            format!("{}\n标准：{}", line.text, line.standard)
        };
        let who = format!("{} {}", line.office, line.person).trim().to_owned();
        vec![
            line.no.to_string(),
            task,
            line.part.label().to_owned(),
            who,
            line.leader.clone(),
            line.measure.clone(),
            due(line.due),
        ]
    });
    doc.push(Block::Table(table(&columns, rows)));
    doc.title(1, 3, "问责清单");
    doc.push(Block::Table(situations(&facts.situations)));
    doc.paragraph(LINES[1]);
    doc.push(Block::Signatures {
        places: vec![
            Signature {
                role: "签发单位".to_owned(),
                name: facts.from.clone(),
                day: facts.on.map(zh).unwrap_or_default(),
            },
            Signature { role: "党组织主要负责人签收".to_owned(), name: String::new(), day: String::new() },
        ],
    });
    doc.footer = "内部资料，不外传。".to_owned();
    doc
}

/// The three lists of a matter on one paper, for 审定 and 签发.
pub fn lists_doc(title: &str, standing: &str, lists: &Lists, names: &Names) -> Doc {
    let mut doc = Doc::new(format!("{title}“一件事”三张清单"));
    doc.number = standing.to_owned();
    doc.orientation = Orientation::Landscape;
    doc.title(1, 1, "问题清单");
    let columns = [(1, Align::Center, "序号"), (4, Align::Start, "大类"), (12, Align::Start, "问题")];
    let rows = (1..).zip(&lists.problems).map(|(n, p)| vec![format!("{n}"), p.group.clone(), p.text.clone()]);
    doc.push(Block::Table(table(&columns, rows)));
    doc.title(1, 2, "责任清单");
    let columns = [
        (1, Align::Center, "序号"),
        (5, Align::Start, "任务"),
        (4, Align::Start, "单位"),
        (2, Align::Center, "分工"),
        (4, Align::Start, "责任科室、责任人"),
        (3, Align::Start, "分管领导"),
        (5, Align::Start, "措施"),
        (3, Align::Start, "时限"),
    ];
    let mut matrix = table::<String>(&columns, []);
    for (n, duty) in (1..).zip(&lists.duties) {
        let mut cells: Vec<_> = lists.cells.iter().filter(|c| c.duty == duty.id).collect();
        cells.sort_by_key(|c| c.part);
        let rows = u32::try_from(cells.len()).unwrap_or(1).max(1);
        for (at, cell) in cells.iter().enumerate() {
            let mut row = Vec::new();
            if at == 0 {
                row.push(Cell::text(format!("{n}")).spanning(1, rows).centered());
                row.push(Cell::text(duty.text.clone()).spanning(1, rows));
            }
            let unit = names.get(&cell.unit).map(|(name, _)| name.clone()).unwrap_or_default();
            row.extend([
                Cell::text(unit),
                Cell::text(cell.part.label()).centered(),
                Cell::text(format!("{} {}", cell.office, cell.person).trim().to_owned()),
                Cell::text(cell.leader.clone()),
                Cell::text(cell.measure.clone()),
                Cell::text(due(cell.due)),
            ]);
            matrix.rows.push(row);
        }
        if cells.is_empty() {
            matrix.rows.push(vec![
                Cell::text(format!("{n}")).centered(),
                Cell::text(duty.text.clone()),
                Cell::text("（还没有单位）").spanning(6, 1),
            ]);
        }
    }
    doc.push(Block::Table(matrix));
    doc.title(1, 3, "问责清单");
    let rows: Vec<_> = lists.situations.iter().map(|s| (s.text.clone(), s.handling.clone(), s.basis.clone())).collect();
    doc.push(Block::Table(situations(&rows)));
    doc.note(LINES[1]);
    doc.footer = "内部资料，不外传。".to_owned();
    doc
}
