//! 督责步骤 of the period: reminders, 半年梳理 and 年底检查, done or not. A delay is the supervising body's.

use domain::{
    reports::{Block, FactBlock, FactRow},
    time::{Day, zh_short},
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of};
use crate::storage::{StorageError, q};

const STEPS: &str = "SELECT n.id, n.post_id, n.kind, n.period, n.part, n.due_on, n.done_on, n.inspection_id, b.name AS body
  FROM season_steps n LEFT JOIN units b ON b.id = n.body_id
  WHERE n.district_id = $1 AND n.year = $2 AND n.made_at <= $3 AND n.state <> 'cancelled' AND n.due_on >= $4 AND n.due_on <= $5";

struct Planned {
    id: String,
    mid_year: bool,
    what: String,
    due: Day,
    done: Option<Day>,
    body: String,
    inspection: Option<String>,
}

fn what(kind: &str, period: i64) -> String {
    const NUMBERS: [&str; 5] = ["", "一", "二", "三", "四"];
    match kind {
        "quarter_reminder" => {
            let number = usize::try_from(period).ok().and_then(|n| NUMBERS.get(n)).copied().unwrap_or_default();
            format!("第{number}季度提醒")
        }
        "mid_year" => "半年梳理".to_owned(),
        _ => "年底检查".to_owned(),
    }
}

/// Steps that fall due in the period, also what is still ahead in one that runs. 半年梳理 of the first half is due by
/// 15 July and counted with that half and its second quarter alone.
pub(super) async fn steps(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let (first, last) = (ask.period.window().from, ask.last_day());
    let find = q(STEPS).bind(ask.district).bind(ask.period.year).bind(ask.as_of).bind(first).bind(last);
    let today = ask.as_of.day();
    let mut found = ask
        .by(from, &find, ("n.post_id", "ORDER BY n.due_on, n.kind, n.period, n.part, n.id"), |row| {
            let kind = row.text("kind")?;
            let planned = Planned {
                id: row.text("id")?,
                mid_year: kind == "mid_year",
                what: what(&kind, row.int("period")?),
                due: row.day("due_on")?,
                done: row.opt_day("done_on")?.filter(|on| *on <= today),
                body: row.opt_text("body")?.unwrap_or_else(|| "归口表还没有列明".to_owned()),
                inspection: row.opt_text("inspection_id")?,
            };
            Ok((row.text("post_id")?, planned))
        })
        .await?;
    for steps in found.values_mut() {
        steps.retain(|step: &Planned| ask.takes(step.due, step.mid_year));
    }
    found.retain(|_, steps| !steps.is_empty());
    let plan = format!("/oversight/season?year={}&state=all", ask.period.year);
    let source = |count| ask.listed("督责安排", &plan, count);
    if found.is_empty() {
        let words = format!("{}没有排定的督责步骤，本期没有数据。", ask.period.label());
        return Ok(FactBlock { empty: words, sources: vec![source(0)], ..empty });
    }
    let (mut rows, mut done, mut late) = (Vec::new(), 0, 0);
    for covered in &ask.posts {
        for step in found.get(&covered.post.to_string()).into_iter().flatten() {
            let state = match step.done {
                Some(on) => format!("已完成 {}", zh_short(on)),
                None if step.due < today => "超过期限，还没有完成".to_owned(),
                None => "未到期".to_owned(),
            };
            let is_late = step.done.is_none() && step.due < today;
            done += usize::from(step.done.is_some());
            late += usize::from(is_late);
            let link = match &step.inspection {
                Some(id) => format!("/oversight/{id}"),
                None => format!("/oversight/season/{}", step.id),
            };
            rows.push(FactRow {
                id: step.id.clone(),
                cells: vec![
                    covered.name.clone(),
                    step.what.clone(),
                    format!("{}前", zh_short(step.due)),
                    state,
                    step.body.clone(),
                ],
                link,
                grade: None,
                counts: counts([("all", true), ("done", step.done.is_some()), ("late", is_late)]),
            });
        }
    }
    let shown = source(counted(rows.len()));
    let line = |id: &str, label: &str, n: usize| line_of(Block::Season, id, label, format!(" {n} 项"));
    Ok(FactBlock {
        lines: vec![
            line("all", "本期步骤", rows.len()),
            line("done", "已完成", done),
            line("late", "监督单位超过期限", late),
        ],
        columns: columns(&["单位", "步骤", "期限", "进度", "办理单位"]),
        rows,
        note: "超过期限是监督单位的，不影响被监督单位的颜色。七月到期的半年梳理列入上半年和第二季度。".to_owned(),
        sources: vec![shown],
        ..empty
    })
}
