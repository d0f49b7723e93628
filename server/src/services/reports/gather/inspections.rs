//! 翻阅检查 of the period and how many remarks of each sort count. The words of remarks are no facts of a report: they
//! are about a leader's book and stay with the reading.

use std::collections::HashMap;

use domain::{
    oversight::{Purpose, RemarkKind},
    reports::{Block, FactBlock, FactRow},
    time::{Day, zh_short},
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of, told};
use crate::storage::{StorageError, q};

const READINGS: &str = "SELECT n.id, n.post_id, n.purpose, n.from_day, n.to_day, n.body, n.closed_on,
    (SELECT MAX(s.at) FROM signatures s WHERE s.subject = n.id) AS signed_at
  FROM inspections n WHERE n.district_id = $1 AND n.announced_at <= $2 AND n.standing <> 'withdrawn'
    AND n.from_day <= $3 AND n.from_day >= $4";

const REMARKS: &str = "SELECT m.inspection_id, m.kind, COUNT(*) AS n FROM inspection_remarks m
    JOIN inspections n ON n.id = m.inspection_id
  WHERE m.district_id = $1 AND m.at <= $2 AND m.withdrawn_at IS NULL
    AND (m.kind <> 'mismatch' OR (m.agreed_at IS NOT NULL AND m.agreed_at <= $2))
    AND n.from_day <= $3 AND n.from_day >= $4";

struct Held {
    id: String,
    purpose: Purpose,
    days: (Day, Day),
    body: String,
    closed: bool,
}

/// Readings that began in the period, each counted in one period of its length and in no other.
pub(super) async fn inspections(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let (first, as_of) = (ask.period.window().from, ask.as_of);
    let until = ask.last_day().min(as_of.day());
    let asked = |text| q(text).bind(ask.district).bind(as_of).bind(until).bind(first);
    let mut found = ask
        .by(from, &asked(READINGS), ("n.post_id", "ORDER BY n.from_day, n.id"), |row| {
            let signed = row.opt_instant("signed_at")?.is_none_or(|at| at <= as_of);
            let held = Held {
                id: row.text("id")?,
                purpose: row.keyed("purpose", Purpose::from_key)?,
                days: (row.day("from_day")?, row.day("to_day")?),
                body: row.text("body")?,
                closed: row.opt_day("closed_on")?.is_some_and(|on| on <= as_of.day()) && signed,
            };
            Ok((row.text("post_id")?, held))
        })
        .await?;
    let begun = found.len();
    for held in found.values_mut() {
        held.retain(|one| ask.takes(one.days.0, one.purpose == Purpose::HalfYear));
    }
    found.retain(|_, held| !held.is_empty());
    let source = |count| told("翻阅检查", count);
    if found.is_empty() {
        let label = ask.period.label();
        let words = if begun > 0 {
            format!("{label}开展的都是半年梳理的翻阅检查，列入上半年和第二季度，本期没有另外的数据。")
        } else {
            format!("{label}没有开展翻阅检查，本期没有数据。")
        };
        return Ok(FactBlock { empty: words, sources: vec![source(0)], ..empty });
    }
    let remarks: HashMap<String, Vec<(RemarkKind, i64)>> = ask
        .by(from, &asked(REMARKS), ("n.post_id", "GROUP BY m.inspection_id, m.kind"), |row| {
            Ok((row.text("inspection_id")?, (row.keyed("kind", RemarkKind::from_key)?, row.int("n")?)))
        })
        .await?;
    let (mut rows, mut closed, mut total) = (Vec::new(), 0, Vec::<(RemarkKind, i64)>::new());
    for covered in &ask.posts {
        for held in found.get(&covered.post.to_string()).into_iter().flatten() {
            closed += usize::from(held.closed);
            let (from_day, to_day) = held.days;
            let days = if from_day == to_day {
                zh_short(from_day)
            } else {
                format!("{}至{}", zh_short(from_day), zh_short(to_day))
            };
            let own = remarks.get(&held.id).map_or(&[][..], Vec::as_slice);
            total.extend_from_slice(own);
            let said = words(own);
            let kinds = own.iter().filter(|(_, n)| *n > 0).map(|(kind, _)| kind.key().to_owned());
            rows.push(FactRow {
                id: held.id.clone(),
                cells: vec![
                    covered.name.clone(),
                    format!("{}　{days}", held.purpose.label()),
                    held.body.clone(),
                    if held.closed { "双方已签字" } else { "还没有签完" }.to_owned(),
                    if said.is_empty() { "没有检查意见".to_owned() } else { said },
                ],
                link: format!("/oversight/{}", held.id),
                grade: None,
                counts: counts([("held", true), ("closed", held.closed)]).into_iter().chain(kinds).collect(),
            });
        }
    }
    let shown = source(counted(rows.len()));
    let line = |id: &str, label: &str, value: String| line_of(Block::Inspections, id, label, value);
    let mut lines = vec![
        line("held", "开展翻阅检查", format!(" {} 次", rows.len())),
        line("closed", "双方已签字", format!(" {closed} 次")),
    ];
    for kind in RemarkKind::ALL {
        let n: i64 = total.iter().filter(|(k, _)| *k == kind).map(|(_, n)| n).sum();
        lines.push(line(kind.key(), kind.label(), format!(" {n} 处")));
    }
    Ok(FactBlock {
        lines,
        columns: columns(&["单位", "检查", "检查单位", "进度", "检查意见"]),
        rows,
        note: "意见的内容在翻阅检查里，这里只列数量。每次检查按开始的那一天只列入一期；七月开展的半年梳理列入上半年\
               和第二季度，不列入第三季度和下半年。"
            .to_owned(),
        sources: vec![shown],
        ..empty
    })
}

fn words(all: &[(RemarkKind, i64)]) -> String {
    let of = |kind: &RemarkKind| all.iter().find(|(k, _)| k == kind).map(|(_, n)| *n).filter(|n| *n > 0);
    let said: Vec<String> =
        RemarkKind::ALL.iter().filter_map(|kind| of(kind).map(|n| format!("{} {n} 处", kind.label()))).collect();
    said.join("，")
}
