//! Papers of the day: 廉政谈话记录表, 廉洁从政承诺书, the three lists as they are handed over.

use super::{ListKind, Side, Signed, SignedPaper, Talk};
use crate::{
    documents::{Align, Block, Doc, Signature, table},
    signature::Signing,
    time::zh,
};

const START: Align = Align::Start;

/// The head of every paper of a talk.
pub(super) fn head(talk: &Talk, name: &str) -> Doc {
    let mut doc = Doc::new(name);
    doc.subtitle.clone_from(&talk.unit_name);
    doc.footer = "内部资料，不外传。".to_owned();
    doc
}

fn who(talk: &Talk) -> [(&'static str, String); 6] {
    [
        ("谈话对象", talk.name.clone()),
        ("单位及职务", format!("{}{}", talk.unit_name, talk.title)),
        ("任职方式", talk.arrival.label().to_owned()),
        ("到任日期", zh(talk.arrived_on)),
        ("管理权限", talk.level.label().to_owned()),
        ("主谈人", speaker(talk)),
    ]
}

fn speaker(talk: &Talk) -> String {
    let asked = if talk.lead.reason.is_empty() { "" } else { "（受委托）" };
    format!("{} {}{asked}", talk.lead.speaker.label(), talk.lead.name).trim().to_owned()
}

/// A place to sign, with the signature where it stands.
fn sign(doc: &mut Doc, role: &str, name: &str, signed: Option<&Signed>) {
    let place = Signature {
        role: role.to_owned(),
        name: signed.map(|_| name.to_owned()).unwrap_or_default(),
        day: signed.map(|s| zh(s.on)).unwrap_or_default(),
    };
    doc.push(Block::Signatures { places: vec![place] });
    match signed.map(|s| &s.signing) {
        Some(Signing::Drawn { path }) => {
            doc.push(Block::Drawing { path: path.clone(), label: format!("{name}手写签名") });
        }
        Some(Signing::Paper { on, handler }) => {
            doc.note(format!("{role}{name}纸质已签：{}，经办人 {handler}。", zh(*on)));
        }
        Some(Signing::Typed { .. }) | None => {}
    }
}

/// Paragraphs of a text.
pub(super) fn paragraphs(doc: &mut Doc, words: &str) {
    let mut some = false;
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        doc.paragraph(line.trim());
        some = true;
    }
    if !some {
        doc.paragraph("（待填写）");
    }
}

/// 廉政谈话记录表. Before the talk it is an empty form to take along.
pub fn record_doc(talk: &Talk) -> Doc {
    let mut doc = head(talk, "廉政谈话记录表");
    doc.number.clone_from(&talk.number);
    doc.pairs(who(talk));
    let Some(minutes) = &talk.minutes else {
        doc.pairs([("谈话时间", String::new()), ("谈话地点", String::new())]);
        doc.title(1, 1, "谈话要点");
        doc.push(Block::Lines { count: 12 });
        doc.title(1, 2, "谈话对象表态");
        doc.push(Block::Lines { count: 6 });
        doc.signatures(&["主谈人", "谈话对象", "记录人"]);
        return doc;
    };
    let mut facts = vec![
        ("谈话时间", zh(minutes.on)),
        ("谈话地点", minutes.place.clone()),
        ("记录人", minutes.writer.clone()),
        ("交底清单", talk.lists.words()),
    ];
    if talk.group.is_some() {
        facts.push(("谈话方式", "集体谈话，一人一份清单".to_owned()));
    }
    if !minutes.present.is_empty() {
        facts.push(("参加人员", minutes.present.clone()));
    }
    if !talk.lead.reason.is_empty() {
        facts.push(("委托原因", talk.lead.reason.clone()));
    }
    doc.pairs(facts);
    doc.title(1, 1, "谈话要点");
    paragraphs(&mut doc, &minutes.words);
    doc.title(1, 2, "谈话对象表态");
    paragraphs(&mut doc, &minutes.answer);
    sign(&mut doc, "主谈人", &talk.lead.name, talk.signature(SignedPaper::Record, Side::Speaker));
    sign(&mut doc, "谈话对象", &talk.name, talk.signature(SignedPaper::Record, Side::Leader));
    doc
}

/// 廉洁从政承诺书: with the lines of the day of the talk, before it with those that the district has now.
pub fn commitment_doc(talk: &Talk, lines: &str) -> Doc {
    let lines = if talk.promise.is_empty() { lines } else { &talk.promise };
    let mut doc = head(talk, "廉洁从政承诺书");
    doc.paragraph(format!("本人任{}{}，郑重承诺：", talk.unit_name, talk.title));
    for (n, line) in (1..).zip(lines.lines().map(str::trim).filter(|line| !line.is_empty())) {
        doc.push(Block::Title { level: 3, text: Doc::numbered(3, n, line) });
    }
    sign(&mut doc, "承诺人", &talk.name, talk.signature(SignedPaper::Commitment, Side::Leader));
    doc
}

/// 履责清单 as a table.
fn duties(doc: &mut Doc, talk: &Talk) {
    let rows = talk.lists.duties.iter().map(|line| {
        let kind = if line.optional { "自选动作" } else { "规定动作" };
        vec![line.code.clone(), line.text.clone(), line.frequency.label().to_owned(), kind.to_owned()]
    });
    let columns =
        [(1, Align::Center, "编号"), (6, START, "履责事项"), (1, Align::Center, "频次"), (1, Align::Center, "类别")];
    doc.push(Block::Table(table(&columns, rows)));
}

/// 问题清单 by 方面; where only numbers are stored, the number of the paper.
fn problems(doc: &mut Doc, talk: &Talk) {
    if let Some(sealed) = &talk.lists.sealed {
        doc.paragraph(format!(
            "本清单只存编号：{}，共 {}。纸质清单存放于{}。",
            sealed.number,
            talk.lists.words(),
            sealed.place
        ));
        return;
    }
    for (n, (area, count)) in (1..).zip(talk.lists.areas()) {
        doc.title(2, n, &format!("{area}（{count} 个）"));
        let of = talk.lists.problems.iter().filter(|p| p.area == area);
        let rows = of.map(|p| {
            let due = p.due.map(zh).unwrap_or_default();
            let n = talk.lists.printed(p.no).to_string();
            vec![n, p.symptom.clone(), p.cause.clone(), p.remedy.clone(), due]
        });
        let columns = [
            (1, Align::Center, "序号"),
            (4, START, "病症"),
            (3, START, "病因"),
            (4, START, "处方"),
            (2, Align::Center, "整改时限"),
        ];
        doc.push(Block::Table(table(&columns, rows)));
    }
}

fn risks(doc: &mut Doc, talk: &Talk) {
    let rows = talk.lists.risks.iter().map(|r| {
        vec![
            r.post.clone(),
            r.point.clone(),
            r.cause.clone(),
            r.level.label().to_owned(),
            r.control.clone(),
            r.owner.clone(),
        ]
    });
    let columns = [
        (2, START, "岗位"),
        (3, START, "风险点"),
        (3, START, "成因"),
        (1, Align::Center, "等级"),
        (4, START, "防控措施"),
        (2, START, "责任人"),
    ];
    doc.push(Block::Table(table(&columns, rows)));
}

/// The three lists as they are handed over. No internal source is on them.
pub fn lists_doc(talk: &Talk) -> Doc {
    let mut doc = head(talk, "“三交底”廉政谈话清单");
    if talk.state.is_inside() {
        talk.state.label().clone_into(&mut doc.number);
    }
    doc.orientation = crate::documents::Orientation::Landscape;
    doc.pairs([
        ("谈话对象", format!("{}（{}）", talk.name, talk.title)),
        ("交底日期", talk.minutes.as_ref().map(|m| zh(m.on)).unwrap_or_default()),
    ]);
    for (n, kind) in (1..).zip(ListKind::ALL) {
        doc.title(1, n, kind.label());
        if talk.lists.count(*kind) == 0 {
            doc.paragraph("（没有条目）");
            continue;
        }
        match kind {
            ListKind::Duty => duties(&mut doc, talk),
            ListKind::Problem => problems(&mut doc, talk),
            ListKind::Risk => risks(&mut doc, talk),
        }
    }
    doc
}
