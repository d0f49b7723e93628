//! Papers after the talk: 整改方案, 落实情况报告, 跟踪评估报告, 监督检查方案.

use super::{
    Paper3, Part, Progress, Talk, Written, pairs,
    paper::{head, paragraphs},
};
use crate::{
    accountability::Item,
    documents::{Align, Block, Doc, Orientation, Signature, table},
    time::zh,
};

const START: Align = Align::Start;

/// 整改方案: every problem with 责任领导, 责任部门, 时限 and measures, as its item knows them.
pub fn plan_doc(talk: &Talk, items: &[Item]) -> Doc {
    let mut doc = head(talk, "“三交底”廉政谈话问题整改方案");
    doc.orientation = Orientation::Landscape;
    let met = talk.met.as_ref().map(|m| format!("{} {}", zh(m.on), m.words)).unwrap_or_default();
    doc.pairs([
        ("单位", talk.unit_name.clone()),
        ("党组织主要负责人", talk.name.clone()),
        ("党组会研究", met),
        ("报送日期", talk.planned_on.map(zh).unwrap_or_default()),
    ]);
    let rows = talk.lists.problems.iter().map(|p| {
        let item = items.iter().find(|item| Some(item.id) == p.item);
        let of = |pick: &dyn Fn(&Item) -> String| item.map(pick).unwrap_or_default();
        vec![
            talk.lists.printed(p.no).to_string(),
            talk.lists.problem_words(p.no),
            of(&|i| i.measures.clone()),
            of(&|i| i.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default()),
            of(&|i| i.department.clone()),
            of(&|i| zh(i.deadline)),
            of(&|i| i.state.label().to_owned()),
        ]
    });
    let columns = [
        (1, Align::Center, "序号"),
        (4, START, "问题"),
        (4, START, "整改措施"),
        (2, Align::Center, "责任领导"),
        (2, Align::Center, "责任部门"),
        (2, Align::Center, "整改时限"),
        (2, Align::Center, "进度"),
    ];
    doc.push(Block::Table(table(&columns, rows)));
    doc
}

fn parts(doc: &mut Doc, words: &Paper3, leader: bool) {
    for (n, part) in (1..).zip(Part::ALL) {
        let label =
            if leader && *part == Part::Ecology { "履责清单落实和政治生态优化" } else { part.label() };
        doc.title(1, n, label);
        paragraphs(doc, words.of(*part));
    }
}

fn standing<L>(doc: &mut Doc, written: &Written<L>) {
    if written.number.is_empty() {
        written.label().clone_into(&mut doc.number);
    } else {
        doc.number.clone_from(&written.number);
    }
}

/// 落实情况报告 of the leader.
pub fn report_doc(talk: &Talk) -> Doc {
    let mut doc = head(talk, "“三交底”廉政谈话落实情况报告");
    let Some(report) = &talk.report else {
        doc.paragraph("（还没有起草）");
        return doc;
    };
    standing(&mut doc, report);
    parts(&mut doc, &report.parts, true);
    doc.title(1, 4, "问题逐项整改情况");
    let rows = talk.lists.problems.iter().map(|p| {
        let line = report.lines.iter().find(|l| l.no == p.no);
        vec![
            talk.lists.printed(p.no).to_string(),
            talk.lists.problem_words(p.no),
            line.map_or("", |l| l.progress.label()).to_owned(),
            line.map(|l| l.words.clone()).unwrap_or_default(),
        ]
    });
    let columns = [(1, Align::Center, "序号"), (4, START, "问题"), (2, Align::Center, "进展"), (6, START, "整改情况")];
    doc.push(Block::Table(table(&columns, rows)));
    let day = report.sent.as_ref().map(|(.., on)| zh(*on)).unwrap_or_default();
    let name = if report.sent.is_some() { talk.name.clone() } else { String::new() };
    doc.push(Block::Signatures { places: vec![Signature { role: "报告人".to_owned(), name, day }] });
    if let Some(paper) = &report.paper {
        doc.note(format!("纸质报告：{}，经办人 {}。", zh(paper.on), paper.handler));
    }
    doc
}

/// 跟踪评估报告: the findings beside what the leader reported.
pub fn tracking_doc(talk: &Talk) -> Doc {
    let mut doc = head(talk, "“三交底”廉政谈话跟踪评估报告");
    let Some(tracking) = &talk.tracking else {
        doc.paragraph("（还没有起草）");
        return doc;
    };
    standing(&mut doc, tracking);
    parts(&mut doc, &tracking.parts, false);
    doc.title(1, 4, "清单对账");
    let rows = pairs(talk, true).into_iter().map(|pair| {
        let claim = pair.claim.map(|c| (c.progress.label(), c.words.clone())).unwrap_or_default();
        let found = tracking.lines.iter().find(|l| l.no == pair.no);
        vec![
            pair.printed.to_string(),
            talk.lists.problem_words(pair.no),
            format!("{}\n{}", claim.0, claim.1).trim().to_owned(),
            found.map(|f| format!("{}\n{}", f.kind.label(), f.words)).unwrap_or_default(),
        ]
    });
    let columns = [(1, Align::Center, "序号"), (4, START, "问题"), (4, START, "谈话对象报告"), (4, START, "跟踪评估")];
    doc.push(Block::Table(table(&columns, rows)));
    let done = talk.report.as_ref().map_or(0, |r| r.lines.iter().filter(|l| l.progress == Progress::Done).count());
    doc.note(format!("{}，报告已整改 {done} 个。", talk.lists.words()));
    let day = tracking.sent.as_ref().map(|(.., on)| zh(*on)).unwrap_or_default();
    let second = tracking.filed.as_ref();
    let places = vec![
        Signature { role: "评估人".to_owned(), name: tracking.writer_name.clone(), day },
        Signature {
            role: "审核人".to_owned(),
            name: second.map(|(_, name, _)| name.clone()).unwrap_or_default(),
            day: second.map(|(.., on)| zh(*on)).unwrap_or_default(),
        },
    ];
    doc.push(Block::Signatures { places });
    if let Some(paper) = &tracking.paper {
        doc.note(format!("纸质审核：{}，经办人 {}。", zh(paper.on), paper.handler));
    }
    doc
}

/// 监督检查方案 with what was looked at.
pub fn check_plan_doc(talk: &Talk) -> Doc {
    let mut doc = head(talk, "“三交底”监督检查方案");
    if talk.checks.adopted.is_none() {
        "草稿".clone_into(&mut doc.number);
    }
    doc.orientation = Orientation::Landscape;
    doc.paragraph(format!("按三张清单量身定制，对{}{}履责情况照单督查。", talk.unit_name, talk.name));
    let rows = talk.checks.points.iter().map(|point| {
        let looks: Vec<String> = point.looks().map(|l| format!("{} {}：{}", zh(l.on), l.by_name, l.words)).collect();
        vec![point.list.label().to_owned(), talk.point_words(point), point.how.clone(), zh(point.by), looks.join("\n")]
    });
    let columns = [
        (2, START, "清单"),
        (4, START, "检查内容"),
        (4, START, "检查方法"),
        (2, Align::Center, "时间"),
        (4, START, "督查情况"),
    ];
    doc.push(Block::Table(table(&columns, rows)));
    let places = talk.checks.adopted.as_ref().map_or_else(Vec::new, |(_, name, on)| {
        vec![Signature { role: "制定人".to_owned(), name: name.clone(), day: zh(*on) }]
    });
    if !places.is_empty() {
        doc.push(Block::Signatures { places });
    }
    doc
}
