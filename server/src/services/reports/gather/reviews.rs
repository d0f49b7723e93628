//! 述责评议 of the period. The 等次 stands in a cell of its own that only those read who may.

use domain::{
    reports::{Block, FactBlock, FactRow, GradeOf},
    time::zh_short,
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of, told};
use crate::storage::{StorageError, q};

const RESULTS: &str =
    "SELECT v.post_id, v.meeting_id, v.presenter_id, v.person_id, v.unit_id, v.year, v.on_day, v.grade,
    m.title FROM review_results v JOIN meetings m ON m.id = v.meeting_id JOIN meeting_rounds d ON d.id = v.round_id
  WHERE v.district_id = $1 AND v.on_day >= $2 AND v.on_day <= $3 AND d.sealed_at <= $4";

/// Sealed reviews whose day falls into the period.
pub(super) async fn reviews(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let find = q(RESULTS).bind(ask.district).bind(ask.period.window().from).bind(ask.until()).bind(ask.as_of);
    let mut found = ask
        .by(from, &find, ("v.post_id", "ORDER BY v.on_day, v.meeting_id, v.presenter_id"), |row| {
            let grade = GradeOf {
                person: row.id("person_id")?,
                unit: row.id("unit_id")?,
                cell: 3,
                closed: format!("已评议（{}年）", row.year("year")?),
            };
            let fact = FactRow {
                id: format!("{}:{}", row.text("meeting_id")?, row.text("presenter_id")?),
                cells: vec![
                    String::new(),
                    row.text("title")?,
                    zh_short(row.day("on_day")?),
                    row.opt_text("grade")?.unwrap_or_else(|| "未形成结果".to_owned()),
                ],
                link: format!("/reviews/{}", row.text("meeting_id")?),
                grade: Some(grade),
                counts: counts([("held", true)]),
            };
            Ok((row.text("post_id")?, fact))
        })
        .await?;
    let source = |count| told("述责评议", count);
    if found.is_empty() {
        let words = format!("{}没有封存的述责评议，本期没有数据。", ask.period.label());
        return Ok(FactBlock { empty: words, sources: vec![source(0)], ..empty });
    }
    let mut rows = Vec::new();
    for covered in &ask.posts {
        for mut row in found.remove(&covered.post.to_string()).unwrap_or_default() {
            row.cells[0].clone_from(&covered.name);
            rows.push(row);
        }
    }
    let shown = source(counted(rows.len()));
    Ok(FactBlock {
        lines: vec![line_of(Block::Reviews, "held", "述责评议", format!(" {} 人次", rows.len()))],
        columns: columns(&["单位", "评议会", "日期", "等次"]),
        rows,
        note: "等次只显示给有权查看的人员，不排名。".to_owned(),
        sources: vec![shown],
        ..empty
    })
}
