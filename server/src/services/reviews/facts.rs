//! The facts of a presenter's material pack, put together from 明责, 履责 and 督责: names
//! and dates, never counts of entries, never scores, never the text of a record.

use std::collections::HashMap;

use app::api::reviews::{PackEntry, PackFacts, PackGroup, PackItem, PackKind};
use domain::{
    board::{Progress, Tone},
    duties::{Action, DutyItem},
    ids::{DistrictId, DutyId, RecordId},
    oversight::{Purpose, Standing},
    records::RecordKind,
    reviews::Presenter,
    time::{Day, zh_short},
};
use sha2::{Digest, Sha256};

use super::super::{facts, rows::Rows};
use crate::storage::{Row, StorageError, q};

/// Facts as of `today`.
pub(super) async fn gather(
    rows: &mut impl Rows,
    district: DistrictId,
    presenter: &Presenter,
    year: i32,
    today: Day,
) -> Result<PackFacts, StorageError> {
    let mut pack = PackFacts { on: zh_short(today), ..PackFacts::default() };
    let Some(known) = facts::gather(rows, district, presenter.post, year, today).await? else {
        return Ok(pack);
    };
    match &known.list {
        Some(list) => {
            let signed = match list.signed_on {
                Some(on) => format!("{}签收", zh_short(on)),
                None if list.state.is_in_force() => "已下达，还没有签收".to_owned(),
                None => format!("{}，还没有下达", list.state.label()),
            };
            pack.list = format!("{year}年第一责任人履责清单：{signed}。");
            pack.list_link = Some(format!("/duties/lists/{}", list.id));
        }
        None => pack.list = format!("{year}年还没有下达第一责任人履责清单。"),
    }
    pack.oversight = oversight(rows, presenter, year).await?;
    if known.info.leads_district {
        // The book of the 区委书记 is seen by himself and the 区纪委书记 only.
        pack.left_out = "履责记录按规定不列入评议材料。".to_owned();
        return Ok(pack);
    }
    pack.progress = progress(rows, presenter, year, &known.items).await?;
    pack.kinds = kinds(rows, presenter, year).await?;
    Ok(pack)
}

/// 督责 of the year in sentences: every reading that was not taken back, signed or running.
async fn oversight(rows: &mut impl Rows, presenter: &Presenter, year: i32) -> Result<String, StorageError> {
    let found = rows
        .all(
            q("SELECT purpose, standing, announced_at, closed_on FROM inspections
               WHERE post_id = $1 AND year = $2 AND standing <> 'withdrawn' ORDER BY announced_at, id")
            .bind(presenter.post)
            .bind(year),
        )
        .await?;
    let mut said = Vec::new();
    for row in &found {
        let what = row.keyed("purpose", Purpose::from_key)?.label();
        let begun = zh_short(row.instant("announced_at")?.day());
        said.push(match (row.keyed("standing", Standing::from_key)?, row.opt_day("closed_on")?) {
            (Standing::Closed, Some(on)) => format!("{what}{}完成，双方已确认。", zh_short(on)),
            (Standing::Closed, None) => format!("{what}已完成，双方已确认。"),
            (Standing::Feedback, _) => format!("{what}{begun}开始，反馈意见待双方确认。"),
            (Standing::Open | Standing::Withdrawn, _) => format!("{what}{begun}开始，正在进行。"),
        });
    }
    Ok(if said.is_empty() {
        "本年度还没有开展半年梳理、年底检查。".to_owned()
    } else {
        said.concat()
    })
}

async fn progress(
    rows: &mut impl Rows,
    presenter: &Presenter,
    year: i32,
    items: &[DutyItem],
) -> Result<Vec<PackGroup>, StorageError> {
    let stored = rows
        .all(
            q("SELECT duty_id, progress, tone, word FROM colours WHERE post_id = $1 AND year = $2")
                .bind(presenter.post)
                .bind(year),
        )
        .await?;
    let mut standing: HashMap<DutyId, (Progress, Tone, String)> = HashMap::new();
    for row in &stored {
        let progress = row.keyed("progress", Progress::from_key)?;
        let tone = row.keyed("tone", Tone::from_key)?;
        standing.insert(row.id("duty_id")?, (progress, tone, row.text("word")?));
    }
    Ok([Progress::Done, Progress::Going, Progress::NotDue]
        .into_iter()
        .map(|wanted| {
            let items = items
                .iter()
                .filter_map(|item| {
                    let (progress, tone, word) =
                        standing.get(&item.duty).cloned().unwrap_or((Progress::NotDue, Tone::None, String::new()));
                    let mut notes: Vec<String> = Vec::new();
                    if item.action == Action::Optional {
                        notes.push("自选动作".to_owned());
                    }
                    if tone.needs_attention() {
                        notes.push(format!("{} {word}", tone.icon()));
                    }
                    (progress == wanted).then(|| PackItem {
                        code: item.code.clone(),
                        text: item.text.clone(),
                        note: notes.join("　"),
                    })
                })
                .collect();
            PackGroup { label: wanted.label().to_owned(), items }
        })
        .collect())
}

async fn kinds(rows: &mut impl Rows, presenter: &Presenter, year: i32) -> Result<Vec<PackKind>, StorageError> {
    // Only what the presenter himself stands for: a predecessor's records are not his.
    let found = rows
        .all(
            q("SELECT id, kind, event_on, late, proxy_person, verified_at FROM records
               WHERE post_id = $1 AND year = $2 AND state = 'recorded' AND author_person = $3 ORDER BY event_on, id")
            .bind(presenter.post)
            .bind(year)
            .bind(presenter.person),
        )
        .await?;
    let ticks = rows
        .all(
            q("SELECT d.record_id, d.code FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND d.unmatched_why IS NULL")
            .bind(presenter.post)
            .bind(year),
        )
        .await?;
    let mut codes: HashMap<RecordId, Vec<String>> = HashMap::new();
    for row in &ticks {
        codes.entry(row.id("record_id")?).or_default().push(row.text("code")?);
    }
    let mut kinds: Vec<(RecordKind, Vec<PackEntry>)> = Vec::new();
    for row in &found {
        let kind = row.keyed("kind", RecordKind::from_key)?;
        let id: RecordId = row.id("id")?;
        let entry = entry(row, id, codes.remove(&id).unwrap_or_default())?;
        match kinds.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, entries)) => entries.push(entry),
            None => kinds.push((kind, vec![entry])),
        }
    }
    kinds.sort_by_key(|(kind, _)| RecordKind::ALL.iter().position(|k| k == kind));
    Ok(kinds.into_iter().map(|(kind, entries)| PackKind { label: kind.label().to_owned(), entries }).collect())
}

fn entry(row: &Row, id: RecordId, mut codes: Vec<String>) -> Result<PackEntry, StorageError> {
    codes.sort_by_cached_key(|code| DutyItem::order(code));
    let mut marks = Vec::new();
    if codes.len() > 1 {
        marks.push(format!("一次对应 {} 条", codes.len()));
    }
    if row.flag("late")? {
        marks.push("补记".to_owned());
    }
    if row.opt_text("proxy_person")?.is_some() {
        marks.push("代录".to_owned());
    }
    marks.push(if row.opt_int("verified_at")?.is_some() { "已核实" } else { "已记录" }.to_owned());
    let items =
        if codes.is_empty() { "未对应清单条目".to_owned() } else { format!("对应 {}", codes.join("、")) };
    Ok(PackEntry { on: zh_short(row.day("event_on")?), items, marks, link: Some(format!("/records/{id}")) })
}

/// The facts without their links: for readers who may not follow them.
pub(super) fn without_links(mut facts: PackFacts) -> PackFacts {
    facts.list_link = None;
    for entry in facts.kinds.iter_mut().flat_map(|k| &mut k.entries) {
        entry.link = None;
    }
    facts
}

/// Mark of the facts that a page showed: what is checked is what was read.
pub(super) fn mark(facts: &PackFacts) -> String {
    // The day on which they were put together is no fact.
    let plain = PackFacts { on: String::new(), ..facts.clone() };
    let text = serde_json::to_string(&plain).unwrap_or_default();
    hex::encode(Sha256::digest(text)).chars().take(16).collect()
}
