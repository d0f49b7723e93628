//! 责任清单签收, and how far the items of the lists are that fell due in the period.

use std::collections::HashSet;

use domain::{
    ids::{DistrictId, PostId},
    reports::{Block, FactBlock, FactRow, Period},
    time::{Day, first_of, zh_short},
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of, told};
use crate::{
    services::posts,
    storage::{StorageError, q},
};

struct Receipt {
    id: String,
    edition: i64,
    signed: Option<Day>,
}

/// Which lists of the year were issued by the end of the period, and which of these were signed by then: a list that
/// was issued anew afterwards takes nothing back.
pub(super) async fn receipts(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let find = q("SELECT post_id, id, edition, signed_at, signed_on FROM leader_lists
                  WHERE district_id = $1 AND year = $2 AND issued_at IS NOT NULL AND issued_at <= $3")
    .bind(ask.district)
    .bind(ask.period.year)
    .bind(ask.end());
    let (as_of, until) = (ask.as_of, ask.until());
    let found = ask
        .by(from, &find, ("post_id", "ORDER BY post_id, edition"), |row| {
            let at = row.opt_instant("signed_at")?;
            let signed = row.opt_day("signed_on")?.filter(|on| *on <= until && at.is_none_or(|at| at <= as_of));
            Ok((row.text("post_id")?, Receipt { id: row.text("id")?, edition: row.int("edition")?, signed }))
        })
        .await?;
    if found.is_empty() {
        let year = ask.period.year;
        return Ok(FactBlock {
            empty: format!("到期末{year}年的履责清单还没有下达，本期没有数据。"), ..empty
        });
    }
    let (mut rows, mut signed) = (Vec::new(), 0);
    for covered in &ask.posts {
        let last = found.get(&covered.post.to_string()).and_then(|all| all.last());
        let (is_issued, is_signed) = (last.is_some(), last.is_some_and(|one| one.signed.is_some()));
        let (list, state, link) = match last {
            None => ("—".to_owned(), "还没有下达".to_owned(), String::new()),
            Some(one) => {
                signed += usize::from(one.signed.is_some());
                let state = match one.signed {
                    Some(on) => format!("已签收 {}", zh_short(on)),
                    None => "已下达，还没有签收".to_owned(),
                };
                (format!("{}年第{}版", ask.period.year, one.edition), state, format!("/duties/lists/{}", one.id))
            }
        };
        rows.push(FactRow {
            id: covered.post.to_string(),
            cells: vec![covered.name.clone(), list, state],
            link,
            grade: None,
            counts: counts([("issued", is_issued), ("signed", is_signed), ("open", is_issued && !is_signed)]),
        });
    }
    let issued = found.len();
    let line = |id: &str, label: &str, n: usize| line_of(Block::Receipts, id, label, format!(" {n} 份"));
    Ok(FactBlock {
        lines: vec![
            line("issued", "已下达", issued),
            line("signed", "已签收", signed),
            line("open", "还没有签收", issued - signed),
        ],
        columns: columns(&["单位", "清单", "签收"]),
        rows,
        note: "按期末（还没有过完的，到取数时）已下达的最后一版计算。".to_owned(),
        sources: vec![told("第一责任人履责清单", counted(issued))],
        ..empty
    })
}

/// Items with an occurrence that falls due in the period, by post. What fell due in a vacancy or before the 启用日 is
/// nobody's. A record counts that was made by the moment asked about.
const TALLY: &str = "SELECT t.post_id, COUNT(*) AS n,
    CAST(SUM(CASE WHEN t.done = t.n THEN 1 ELSE 0 END) AS BIGINT) AS done,
    CAST(SUM(CASE WHEN t.done = 0 AND t.first_due > $6 THEN 1 ELSE 0 END) AS BIGINT) AS ahead,
    CAST(SUM(CASE WHEN t.missed > 0 THEN 1 ELSE 0 END) AS BIGINT) AS missed
  FROM (SELECT o.post_id, o.duty_id, COUNT(*) AS n, MIN(o.due_on) AS first_due,
      SUM(CASE WHEN o.record_id IS NOT NULL AND COALESCE(d.ticked_at, r.recorded_at, 0) <= $5 THEN 1 ELSE 0 END) AS done,
      SUM(CASE WHEN o.due_on < $8 AND NOT (o.record_id IS NOT NULL AND COALESCE(d.ticked_at, r.recorded_at, 0) <= $5)
        THEN 1 ELSE 0 END) AS missed
    FROM occurrences o LEFT JOIN records r ON r.id = o.record_id
    LEFT JOIN record_duties d ON d.record_id = o.record_id AND d.duty_id = o.duty_id
    WHERE o.district_id = $1 AND o.year = $2 AND o.state IN ('open', 'carried') AND o.due_on >= $3 AND o.due_on <= $4
      AND (o.record_id IS NOT NULL OR (o.due_on >= $7 AND EXISTS (SELECT 1 FROM terms h WHERE h.post_id = o.post_id
        AND h.starts_on <= o.due_on AND (h.ends_on IS NULL OR h.ends_on >= o.due_on))))";

/// The items of a post that [`items`] counts in a period.
pub(in crate::services) async fn due_in(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    period: Period,
) -> Result<HashSet<String>, StorageError> {
    let enabled = posts::enabled_on(from, district).await?.unwrap_or(first_of(period.year, 1));
    let window = period.window();
    let find = q("SELECT DISTINCT o.duty_id FROM occurrences o WHERE o.post_id = $1 AND o.year = $2
        AND o.state IN ('open', 'carried') AND o.due_on >= $3 AND o.due_on <= $4
        AND (o.record_id IS NOT NULL OR (o.due_on >= $5 AND EXISTS (SELECT 1 FROM terms h WHERE h.post_id = o.post_id
          AND h.starts_on <= o.due_on AND (h.ends_on IS NULL OR h.ends_on >= o.due_on))))");
    let find = find.bind(post).bind(period.year).bind(window.from).bind(window.to).bind(enabled);
    from.all(find).await?.iter().map(|row| row.text("duty_id")).collect()
}

/// 已落实 / 推进中 / 未到期, counted by items and never by entries.
pub(super) async fn items(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let window = ask.period.window();
    let enabled = posts::enabled_on(from, ask.district).await?.unwrap_or(first_of(ask.period.year, 1));
    let find = q(TALLY)
        .bind(ask.district)
        .bind(ask.period.year)
        .bind(window.from)
        .bind(window.to)
        .bind(ask.as_of)
        .bind(ask.until())
        .bind(enabled)
        .bind(ask.as_of.day());
    let tail = "GROUP BY o.post_id, o.duty_id) t GROUP BY t.post_id";
    let found = ask
        .by(from, &find, ("o.post_id", tail), |row| {
            Ok((row.text("post_id")?, (row.int("n")?, row.int("done")?, row.int("ahead")?, row.int("missed")?)))
        })
        .await?;
    if found.is_empty() {
        return Ok(FactBlock {
            empty: format!("{}没有应落实的清单条目：清单还没有下达，或没有条目在本期到期。", ask.period.label()),
            ..empty
        });
    }
    let (mut rows, mut all) = (Vec::new(), (0, 0, 0, 0));
    for covered in &ask.posts {
        let one = found.get(&covered.post.to_string()).and_then(|one| one.first());
        let words = match one {
            None => "本期没有应落实的条目".to_owned(),
            Some((n, done, ahead, missed)) => {
                all = (all.0 + n, all.1 + done, all.2 + ahead, all.3 + missed);
                let past =
                    if *missed > 0 { format!("（其中已到期缺记录 {missed} 条）") } else { String::new() };
                format!("应落实 {n} 条：已落实 {done} 条，推进中 {} 条{past}，未到期 {ahead} 条", n - done - ahead)
            }
        };
        rows.push(FactRow {
            id: covered.post.to_string(),
            cells: vec![covered.name.clone(), words],
            link: match one {
                Some(_) => {
                    format!("/board?year={}&post={}&duty=lv&period={}", ask.period.year, covered.post, ask.period.key())
                }
                None => String::new(),
            },
            grade: None,
            counts: one.map_or_else(Vec::new, |(n, done, ahead, missed)| {
                counts([
                    ("all", *n > 0),
                    ("done", *done > 0),
                    ("going", n - done - ahead > 0),
                    ("missed", *missed > 0),
                    ("ahead", *ahead > 0),
                ])
            }),
        });
    }
    let (n, done, ahead, missed) = all;
    let line = |id: &str, label: &str, n: i64| line_of(Block::Items, id, label, format!(" {n} 条"));
    Ok(FactBlock {
        lines: vec![
            line("all", "本期应落实", n),
            line("done", "已落实", done),
            line("going", "推进中", n - done - ahead),
            line("missed", "推进中已到期缺记录的", missed),
            line("ahead", "未到期", ahead),
        ],
        columns: columns(&["单位", "清单条目"]),
        rows,
        note: "按条目计算，不按记录条数；取数前补记的计为已落实，岗位空缺期间到期的不计。".to_owned(),
        sources: vec![told("五责看板·履责", counted(usize::try_from(n).unwrap_or_default()))],
        ..empty
    })
}
