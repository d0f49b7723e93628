//! Items that were red or yellow at the end of the period, by name and with the reason that was stored then.

use domain::{
    board::Tone,
    duties::DutyItem,
    reports::{FactBlock, FactLine, FactRow, Source},
};

use super::{super::super::rows::Rows, Ask, columns, counted};
use crate::{
    services::{duties::sight, items::issued_item},
    storage::{StorageError, q},
};

/// The last change of each item by the end of the period ($3), where it was red or yellow, with its tone at the moment
/// asked about ($4). Changes are only ever appended.
const COLOURS: &str = concat!(
    "SELECT c.post_id, c.duty_id, c.after_tone, c.reason, ",
    issued_item!("code", "c.duty_id", "c.post_id", "c.year"),
    " AS code, ",
    issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
    " AS text, (SELECT n.after_tone FROM colour_changes n WHERE n.post_id = c.post_id AND n.year = c.year
        AND n.duty_id = c.duty_id AND n.at <= $4 ORDER BY n.at DESC, n.id DESC LIMIT 1) AS tone_now
     FROM colour_changes c WHERE c.district_id = $1 AND c.year = $2 AND c.at <= $3
       AND c.after_tone IN ('late', 'pending', 'warn')
       AND NOT EXISTS (SELECT 1 FROM colour_changes n WHERE n.post_id = c.post_id AND n.year = c.year
         AND n.duty_id = c.duty_id AND n.at <= $3 AND (n.at > c.at OR (n.at = c.at AND n.id > c.id)))"
);

struct Coloured {
    duty: String,
    code: String,
    text: String,
    tone: Tone,
    now: Tone,
    reason: String,
}

/// Red, 已补记待核 and yellow.
pub(super) async fn colours(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let find = q(COLOURS).bind(ask.district).bind(ask.period.year).bind(ask.end()).bind(ask.as_of);
    let mut found = ask
        .by(from, &find, ("c.post_id", "ORDER BY c.post_id, c.duty_id"), |row| {
            let coloured = Coloured {
                duty: row.text("duty_id")?,
                code: row.opt_text("code")?.unwrap_or_default(),
                text: row.opt_text("text")?.unwrap_or_default(),
                tone: row.keyed("after_tone", Tone::from_key)?,
                now: row.keyed("tone_now", Tone::from_key)?,
                reason: row.text("reason")?,
            };
            Ok((row.text("post_id")?, coloured))
        })
        .await?;
    let source = Source {
        name: "条目颜色和变化".to_owned(),
        link: format!("/board?year={}&state=attention", ask.period.year),
        count: counted(found.values().map(Vec::len).sum()),
    };
    if found.is_empty() {
        let words = format!("{}末没有需关注的条目。", ask.period.label());
        return Ok(FactBlock { empty: words, sources: vec![source], ..empty });
    }
    // A report is read above: of a list handed down it says the states, not what the items say.
    let below = sight::handed_down(from, ask.district, ask.period.year).await?;
    let (mut rows, mut tones) = (Vec::new(), Vec::new());
    for covered in &ask.posts {
        let mut own = found.remove(&covered.post.to_string()).unwrap_or_default();
        own.sort_by_key(|c| DutyItem::order(&c.code));
        for one in own {
            tones.push(one.tone);
            let state = |tone: Tone| format!("{} {}", tone.icon(), tone.word());
            let (item, reason) = if below.contains(&covered.post) {
                ("下级清单条目".to_owned(), String::new())
            } else {
                (format!("{} {}", one.code, DutyItem::shorten(&one.text)), one.reason)
            };
            rows.push(FactRow {
                id: format!("{}:{}", covered.post, one.duty),
                cells: vec![covered.name.clone(), item, state(one.tone), state(one.now), reason],
                link: format!("/board?year={}&post={}&item={}", ask.period.year, covered.post, one.duty),
                grade: None,
            });
        }
    }
    let line = |tone: Tone, label: &str| FactLine {
        id: tone.key().to_owned(),
        label: label.to_owned(),
        value: format!(" {} 条", tones.iter().filter(|t| **t == tone).count()),
        link: source.link.clone(),
    };
    Ok(FactBlock {
        lines: vec![
            line(Tone::Late, "逾期（红）"),
            line(Tone::Pending, "已补记，待核"),
            line(Tone::Warn, "临近到期或需关注（黄）"),
        ],
        columns: columns(&["单位", "条目", "期末", "取数时", "原因"]),
        rows,
        note: "原因是当时存下的。".to_owned(),
        sources: vec![source],
        ..empty
    })
}
