//! Items that were red or yellow at the end of the period, by name and with the reason that was stored then.

use domain::{
    board::{NEEDS_ATTENTION, Tone, word_of},
    duties::DutyItem,
    reports::{Block, FactBlock, FactRow},
    time::first_of,
};

use super::{super::super::rows::Rows, Ask, columns, counted, line_of, told};
use crate::{
    services::{duties::sight, items::issued_item, posts},
    storage::{StorageError, q},
};

/// The last change of each item by the end of the period ($3), where it was red or yellow, with its tone at the moment
/// asked about ($4), and whether something of it was past its day then: yellow that was 临近到期 becomes 需关注 without a
/// change. Changes are only ever appended.
const COLOURS: &str = concat!(
    "SELECT c.post_id, c.duty_id, c.after_tone, c.reason, ",
    issued_item!("code", "c.duty_id", "c.post_id", "c.year"),
    " AS code, ",
    issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
    " AS text, (SELECT n.after_tone FROM colour_changes n WHERE n.post_id = c.post_id AND n.year = c.year
        AND n.duty_id = c.duty_id AND n.at <= $4 ORDER BY n.at DESC, n.id DESC LIMIT 1) AS tone_now,
      (SELECT n.reason FROM colour_changes n WHERE n.post_id = c.post_id AND n.year = c.year
        AND n.duty_id = c.duty_id AND n.at <= $4 ORDER BY n.at DESC, n.id DESC LIMIT 1) AS reason_now,
      (SELECT COUNT(*) FROM occurrences o WHERE o.post_id = c.post_id AND o.year = c.year AND o.duty_id = c.duty_id
        AND o.state = 'open' AND o.due_on < $5 AND (o.record_id IS NULL OR o.recorded_on > $5)
        AND o.due_on >= $7 AND EXISTS (SELECT 1 FROM terms h WHERE h.post_id = o.post_id AND h.starts_on <= o.due_on
          AND (h.ends_on IS NULL OR h.ends_on >= o.due_on))) AS past,
      (SELECT COUNT(*) FROM occurrences o WHERE o.post_id = c.post_id AND o.year = c.year AND o.duty_id = c.duty_id
        AND o.state = 'open' AND o.due_on < $6 AND (o.record_id IS NULL OR o.recorded_on > $6)
        AND o.due_on >= $7 AND EXISTS (SELECT 1 FROM terms h WHERE h.post_id = o.post_id AND h.starts_on <= o.due_on
          AND (h.ends_on IS NULL OR h.ends_on >= o.due_on))) AS past_now
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
    /// Icon and word at the end of the period, and at the moment asked about.
    states: [String; 2],
    reason: String,
}

/// `▲ 需关注`, by the word that the board had for it.
fn state(tone: Tone, reason: &str, over: bool) -> String {
    let word = match word_of(tone, reason) {
        usual if tone == Tone::Warn && over && usual == tone.word() => NEEDS_ATTENTION,
        word => word,
    };
    format!("{} {word}", tone.icon())
}

/// Red, 已补记待核 and yellow.
pub(super) async fn colours(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let enabled = posts::enabled_on(from, ask.district).await?.unwrap_or(first_of(ask.period.year, 1));
    let find = q(COLOURS)
        .bind(ask.district)
        .bind(ask.period.year)
        .bind(ask.end())
        .bind(ask.as_of)
        .bind(ask.until())
        .bind(ask.as_of.day())
        .bind(enabled);
    let mut found = ask
        .by(from, &find, ("c.post_id", "ORDER BY c.post_id, c.duty_id"), |row| {
            let tone = row.keyed("after_tone", Tone::from_key)?;
            let (reason, now) = (row.text("reason")?, row.keyed("tone_now", Tone::from_key)?);
            let states = [
                state(tone, &reason, row.int("past")? > 0),
                state(now, &row.text("reason_now")?, row.int("past_now")? > 0),
            ];
            // Stored before its day: nothing changed in the colour when the day passed, but the reason would mislead.
            let reason = match tone {
                Tone::Warn if row.int("past")? > 0 && word_of(tone, &reason) == tone.word() => {
                    format!("{reason}到期末已过期限，仍没有记录。")
                }
                _ => reason,
            };
            let coloured = Coloured {
                duty: row.text("duty_id")?,
                code: row.opt_text("code")?.unwrap_or_default(),
                text: row.opt_text("text")?.unwrap_or_default(),
                tone,
                states,
                reason,
            };
            Ok((row.text("post_id")?, coloured))
        })
        .await?;
    let source = told("条目颜色和变化", counted(found.values().map(Vec::len).sum()));
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
            let handed_down = below.contains(&covered.post);
            let (item, reason) = if handed_down {
                ("下级清单条目".to_owned(), String::new())
            } else {
                (format!("{} {}", one.code, DutyItem::shorten(&one.text)), one.reason)
            };
            let place = format!("/board?year={}&post={}", ask.period.year, covered.post);
            rows.push(FactRow {
                id: format!("{}:{}", covered.post, one.duty),
                cells: [covered.name.clone(), item].into_iter().chain(one.states).chain([reason]).collect(),
                // The page of such an item is closed above.
                link: if handed_down { format!("{place}&duty=lv") } else { format!("{place}&item={}", one.duty) },
                grade: None,
                counts: vec![one.tone.key().to_owned()],
            });
        }
    }
    let line = |tone: Tone, label: &str| {
        let n = tones.iter().filter(|t| **t == tone).count();
        line_of(Block::Colours, tone.key(), label, format!(" {n} 条"))
    };
    Ok(FactBlock {
        lines: vec![
            line(Tone::Late, "逾期（红）"),
            line(Tone::Pending, "已补记，待核"),
            line(Tone::Warn, "临近到期或需关注（黄）"),
        ],
        columns: columns(&["单位", "条目", "期末", "取数时", "原因"]),
        rows,
        note: "原因是变成这个颜色时存下的，之后过了期限的另外写明。".to_owned(),
        sources: vec![source],
        ..empty
    })
}
