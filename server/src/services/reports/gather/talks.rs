//! “三交底”廉政谈话 held in the period: with whom, how many problems were handed over, how many of them are struck off, and
//! whether both reports are filed. What was said stands in the talk alone.

use domain::{
    reports::{Block, FactBlock, FactRow},
    talks::Talk,
    time::{Day, zh_short},
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of, told};
use crate::storage::{StorageError, q};

/// The lists of a talk do not change after it was held, so what they hold is what they held at any later moment.
const HELD: &str = "SELECT t.id, t.post_id, t.held_on, t.talk,
    (SELECT MIN(e.at) FROM talk_events e WHERE e.talk_id = t.id AND e.state = 'signed') AS signed_at,
    (SELECT MIN(e.at) FROM talk_events e WHERE e.talk_id = t.id AND e.step = 'file_tracking') AS filed_at,
    (SELECT COUNT(*) FROM items i WHERE i.origin = 'talks' AND i.origin_id = t.id AND i.closed_on <= $4) AS closed
  FROM talks t JOIN units u ON u.id = t.unit_id
  WHERE t.district_id = $1 AND u.leads_district = 0 AND t.held_on >= $2 AND t.held_on <= $3
    AND EXISTS (SELECT 1 FROM talk_events h WHERE h.talk_id = t.id AND h.step = 'hold' AND h.at <= $5)";

struct Held {
    id: String,
    on: Day,
    name: String,
    speaker: &'static str,
    problems: usize,
    closed: i64,
    signed: bool,
    filed: bool,
}

/// Talks held in the period.
pub(super) async fn talks(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let (first, as_of) = (ask.period.window().from, ask.as_of);
    let find = q(HELD).bind(ask.district).bind(first).bind(ask.until()).bind(as_of.day()).bind(as_of);
    let found = ask
        .by(from, &find, ("t.post_id", "ORDER BY t.held_on, t.id"), |row| {
            let talk: Talk = row.json("talk")?;
            let by_then = |name: &str| Ok::<_, StorageError>(row.opt_instant(name)?.is_some_and(|at| at <= as_of));
            let held = Held {
                id: row.text("id")?,
                on: row.day("held_on")?,
                speaker: talk.lead.speaker.label(),
                problems: talk.lists.problems.len(),
                name: talk.name,
                closed: row.int("closed")?,
                signed: by_then("signed_at")?,
                filed: by_then("filed_at")?,
            };
            Ok((row.text("post_id")?, held))
        })
        .await?;
    if found.is_empty() {
        let words = format!("{}没有开展“三交底”廉政谈话，本期没有数据。", ask.period.label());
        return Ok(FactBlock { empty: words, sources: vec![told("“三交底”廉政谈话", 0)], ..empty });
    }
    let (mut rows, mut signed, mut filed, mut problems, mut closed) = (Vec::new(), 0, 0, 0, 0);
    for covered in &ask.posts {
        for held in found.get(&covered.post.to_string()).into_iter().flatten() {
            signed += usize::from(held.signed);
            filed += usize::from(held.filed);
            problems += held.problems;
            closed += held.closed;
            let state = match (held.signed, held.filed) {
                (_, true) => "双报告已归档",
                (true, _) => "已签字，接单整改",
                _ => "已谈话，还没有签完",
            };
            rows.push(FactRow {
                id: held.id.clone(),
                cells: vec![
                    covered.name.clone(),
                    format!("{}　{}", held.name, zh_short(held.on)),
                    held.speaker.to_owned(),
                    format!("{} 个，已销号 {} 个", held.problems, held.closed),
                    state.to_owned(),
                ],
                link: format!("/talks/{}", held.id),
                grade: None,
                counts: counts([
                    ("held", true),
                    ("signed", held.signed),
                    ("filed", held.filed),
                    ("problems", held.problems > 0),
                    ("closed", held.closed > 0),
                ]),
            });
        }
    }
    let line = |id: &str, label: &str, value: String| line_of(Block::Talks, id, label, value);
    let shown = counted(rows.len());
    Ok(FactBlock {
        lines: vec![
            line("held", "开展廉政谈话", format!(" {shown} 人次")),
            line("signed", "双方已签字", format!(" {signed} 人次")),
            line("filed", "双报告已归档", format!(" {filed} 人次")),
            line("problems", "交底问题", format!(" {problems} 个")),
            line("closed", "已销号", format!(" {closed} 个")),
        ],
        columns: columns(&["单位", "谈话", "主谈人", "问题", "进度"]),
        rows,
        note: "按谈话的日期列入一期；交底的内容在谈话里，这里只列数量。".to_owned(),
        sources: vec![told("“三交底”廉政谈话", shown)],
        ..empty
    })
}
