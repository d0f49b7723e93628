//! Problems of a thread: what was put on the account from an item or about it, each with its course to the
//! striking-off, and what became of it in the lists of later years.

use std::collections::HashMap;

use domain::{
    accountability::Step,
    board::Tone,
    chain::{Answer, Knot, Line, Station},
    ids::{DutyId, ItemId, PostId},
    people::{
        Role,
        access::{self as sight, Actor},
    },
    time::{Day, first_of, zh},
};

use super::next;
use crate::{
    services::{
        accountability::{
            access::sees,
            ledger_tone,
            store::{self, Kept},
        },
        reviews::feedback::suggestions,
        rows::Rows,
    },
    storage::{StorageError, q},
};

/// Problems of one thread at most; the ledger shows all of them.
const SHOWN: i64 = 60;
/// Characters of a problem in a title.
const SHORT: usize = 40;

/// Problems about an item of a list that were on the account in `year`, as far as the actor sees them.
pub(super) async fn about(
    rows: &mut impl Rows,
    actor: &Actor,
    (post, duty, year): (PostId, DutyId, i32),
) -> Result<Vec<Kept>, StorageError> {
    let find = store::items_query(actor.district)
        .push_bind("AND i.post_id = ?", post)
        .push_bind("AND i.duty_id = ?", duty)
        .push_bind("AND i.year <= ?", year)
        .push_bind("AND (i.closed_on IS NULL OR i.closed_on >= ?)", first_of(year, 1))
        .push_bind("ORDER BY i.opened_on, i.id LIMIT ?", SHOWN);
    let all = rows.all(find).await?.iter().map(store::read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|kept| sees(actor, kept)).collect())
}

/// The courses of some problems, oldest step first. One statement.
async fn courses(
    rows: &mut impl Rows,
    actor: &Actor,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, Vec<Line>>, StorageError> {
    let mut out: HashMap<ItemId, Vec<Line>> = HashMap::new();
    let find = q("SELECT item_id, step, by_role, at FROM item_events WHERE district_id = $1")
        .bind(actor.district)
        .and_in("item_id", ids.iter().copied())
        .push("ORDER BY item_id, seq");
    for row in rows.all(find).await? {
        let step = row.keyed("step", Step::from_key)?;
        // What was done, and in which role: names and words stand on the problem's own page.
        let role = Role::from_key(&row.text("by_role")?).map(|role| format!("（{}）", role.label())).unwrap_or_default();
        let line = Line { on: row.instant("at")?.day(), words: format!("{}{role}", step.label()) };
        out.entry(row.id("item_id")?).or_default().push(line);
    }
    Ok(out)
}

/// The problems as knots of 问责.
pub(super) async fn knots(
    rows: &mut impl Rows,
    actor: &Actor,
    all: &[Kept],
    today: Day,
) -> Result<Vec<Knot>, StorageError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ItemId> = all.iter().map(|kept| kept.item.id).collect();
    let mut courses = courses(rows, actor, &ids).await?;
    let office = sight::sees_sources(actor);
    let out = all.iter().map(|kept| {
        let item = &kept.item;
        let (tone, word) = ledger_tone(kept, today);
        let short: String = item.problem.chars().take(SHORT).collect();
        let dots = if item.problem.chars().count() > SHORT { "…" } else { "" };
        let mut note = format!("{} · {}", item.kind.label_for(office), item.state.label());
        if !item.is_closed() {
            note.push_str(&format!(" · {word} · 期限{}", zh(item.deadline)));
        }
        if item.repeats.is_some() {
            note.push_str(" · 重复发生");
        }
        let knot = Knot::done(Station::Wen, item.opened_on, format!("{} {short}{dots}", kept.number))
            .note(note)
            .to(format!("/accountability/{}", item.id))
            .standing(tone, !item.is_closed());
        Knot { lines: courses.remove(&item.id).unwrap_or_default(), ..knot }
    });
    Ok(out.collect())
}

/// What became of the problems in the lists of later years, as far as the actor may know: what stands in a draft is the
/// office's and the supervising body's, and that something was not taken is the office's alone.
pub(super) async fn later(rows: &mut impl Rows, actor: &Actor, all: &[Kept]) -> Result<Vec<Knot>, StorageError> {
    let ids: Vec<ItemId> = all.iter().map(|kept| kept.item.id).collect();
    let office = sight::sees_sources(actor);
    let mut out = Vec::new();
    for one in next::of_problems(rows, actor.district, &ids).await? {
        let Some(kept) = all.iter().find(|kept| kept.item.id == one.item) else { continue };
        let (year, number) = (one.year, &kept.number);
        let drafts = office || sight::propose_items(actor, kept.item.unit).is_ok();
        let knot = |title: String| Knot::done(Station::Next, one.by.1, title);
        match (one.answer, one.issued) {
            (Answer::Taken, Some(code)) => {
                let to = one.duty.map(|duty| format!("/chain/item?post={}&duty={duty}&year={year}", kept.item.post));
                let title = format!("{number} 已列入{year}年清单自选动作 {code}");
                out.push(knot(title).to(to.unwrap_or_default()));
            }
            (Answer::Taken, None) if drafts && one.listed => {
                let title = format!("{number} 已列入{year}年清单草稿");
                out.push(knot(title).note("下达后生效").standing(Tone::None, true));
            }
            (Answer::Taken, None) if office && !one.listed => {
                out.push(knot(format!("{number} 曾列入{year}年清单草稿，后移出")));
            }
            (Answer::Refused, _) if office => out.push(knot(format!("{number} {year}年不列入自选动作")).note(one.by.0)),
            (Answer::Asked, _) => {
                let title = format!("{number} 单位建议列入{year}年清单");
                out.push(knot(title).standing(Tone::None, true));
            }
            _ => {}
        }
    }
    if office {
        for kept in all {
            if let Some(words) = suggestions::of_item(rows, &kept.item).await? {
                let on = kept.item.closed_on.unwrap_or(kept.item.opened_on);
                out.push(Knot::done(Station::Next, on, format!("{} {words}", kept.number)));
            }
        }
    }
    Ok(out)
}
