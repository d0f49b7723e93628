//! What of the talks waits for somebody, and the last days of units among the reminders of everything else.

use std::collections::HashMap;

use app::api::{ApiError, records::TodoRow};
use domain::{
    ids::{DistrictId, PostId},
    people::{
        Role,
        access::{self, Actor},
    },
    talks::{Side, TalkState, Turn, Written},
    time::{Day, zh_short},
};

use super::{
    super::{Services, posts, rows::Rows, storage},
    list_page, passed, sign,
    store::{self, Kept},
};
use crate::storage::{StorageError, q};

/// Most rows in one list of 待办.
const SHOWN: usize = 12;

/// Is this the actor's turn?
fn is_turn(actor: &Actor, kept: &Kept, turn: Turn) -> bool {
    let (post, talk) = (kept.post(), &kept.talk);
    match turn {
        Turn::Preparer => access::prepare_talk(actor, post).is_ok(),
        Turn::Secretary => access::approve_talk(actor, post).is_ok() && !talk.prepared_by.contains(&actor.person),
        Turn::Office => access::run_talk(actor, post).is_ok(),
        Turn::Signers => [Side::Leader, Side::Speaker].into_iter().any(|side| {
            let wants = talk.unsigned().iter().any(|(_, wanted)| *wanted == side);
            wants && sign::may(actor, kept, side, false)
        }),
        Turn::Unit => access::answer_talk(actor, post, talk.term).is_ok(),
        Turn::Leader => access::own_talk(actor, talk.term).is_ok(),
        Turn::Tracker => access::track_talk(actor, post).is_ok(),
        Turn::Second => {
            let wrote = |t: &Written<_>| {
                t.writer == actor.person || t.sent.as_ref().is_some_and(|(person, ..)| *person == actor.person)
            };
            // With the 区委书记 the second hand is a higher level's, noted from paper.
            let second = post.leads_district || !talk.tracking.as_ref().is_some_and(wrote);
            access::confirm_tracking(actor, post).is_ok() && second
        }
    }
}

/// Turns that can be the actor's at all: what his 待办 looks for.
fn turns_of(actor: &Actor) -> Vec<Turn> {
    let mut all = Vec::new();
    if actor.has(Role::ConductOffice) {
        all.extend([Turn::Preparer, Turn::Office, Turn::Second]);
    }
    if !actor.watched.is_empty() {
        all.extend([Turn::Preparer, Turn::Tracker, Turn::Second, Turn::Signers]);
    }
    if actor.has(Role::DeputySecretary) {
        all.extend([Turn::Second, Turn::Signers]);
    }
    if actor.has(Role::Secretary) {
        // Of the 区委书记's talk everything is his.
        all.extend([Turn::Preparer, Turn::Secretary, Turn::Office, Turn::Signers, Turn::Tracker, Turn::Second]);
    }
    if !actor.own_units().is_empty() {
        all.extend([Turn::Unit, Turn::Leader, Turn::Signers]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

impl Services {
    /// Rows of the actor's 待办: the nearest day of each talk that is his to do, and lists passed on to his unit.
    ///
    /// # Errors
    /// Storage failed.
    pub(in crate::services) async fn talk_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        if access::see_talks(actor).is_err() {
            return Ok(Vec::new());
        }
        let today = self.today();
        let mut read = self.store.read().clone();
        let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
        let mut out: Vec<(Day, TodoRow)> = Vec::new();
        for one in list_page::waiting(&mut read, actor, &calendar, today).await.map_err(storage)? {
            let late = if one.late { "，已逾期" } else { "" };
            let row = TodoRow {
                title: format!("登记“三交底”廉政谈话 · {} {}", one.unit, one.who),
                note: format!("{}，请于{}前登记{late}", one.arrival, one.by),
                link: "/talks#due".to_owned(),
            };
            out.push((today, row));
        }
        let find = q("SELECT origin_id, COUNT(*) AS n FROM items WHERE district_id = $1 AND origin = $2
                      AND closed_on IS NULL GROUP BY origin_id");
        let open = read.rows(find.bind(actor.district).bind(domain::talks::ORIGIN)).await.map_err(storage)?;
        let open = open
            .iter()
            .map(|row| Ok((row.text("origin_id")?, row.int("n")?)))
            .collect::<Result<HashMap<String, i64>, StorageError>>()
            .map_err(storage)?;
        let find = store::and_turns(store::and_reach(store::talks_query(actor.district), actor), &turns_of(actor));
        let rows = read.rows(find.push("ORDER BY t.registered_on, t.id")).await.map_err(storage)?;
        for row in &rows {
            let kept = store::read(row).map_err(storage)?;
            if kept.sight(actor).is_err() {
                continue;
            }
            let id = kept.talk.id.to_string();
            let n = open.get(&id).copied().unwrap_or_default();
            let todos = kept.talk.todos(&calendar, usize::try_from(n).unwrap_or_default());
            let Some(todo) = todos.into_iter().find(|todo| is_turn(actor, &kept, todo.turn)) else { continue };
            let late = if todo.is_late(today) { "，已逾期" } else { "" };
            let note = match todo.by {
                Some(by) => format!("请于{}前办理{late}", zh_short(by)),
                None => "请办理".to_owned(),
            };
            let title = format!("“三交底”廉政谈话 · {}：{} {}", todo.what, kept.talk.unit_name, kept.talk.name);
            let page = if kept.talk.state == TalkState::Preparing { "/prepare" } else { "" };
            let link = format!("/talks/{id}{page}");
            out.push((todo.by.unwrap_or(today), TodoRow { title, note, link }));
        }
        for (row, waits) in passed::to_actor(&mut read, actor).await.map_err(storage)? {
            if waits {
                let link = format!("/talks/passed?id={}", row.talk);
                let title = format!("对照整改 · {}发布的问题清单", row.from);
                out.push((today, TodoRow { title, note: format!("{}，{}", row.at, row.state), link }));
            }
        }
        out.sort_by_key(|(day, _)| *day);
        Ok(out.into_iter().take(SHOWN).map(|(_, row)| row).collect())
    }
}

/// A last day of a unit, for the reminders that everything shares.
#[derive(Debug, Clone)]
pub(in crate::services) struct TalkDue {
    /// Post.
    pub(in crate::services) post: PostId,
    /// The head alone is asked, not his 联络员.
    pub(in crate::services) head_only: bool,
    /// What and by when.
    pub(in crate::services) title: String,
    /// Page.
    pub(in crate::services) link: String,
    /// Last day.
    pub(in crate::services) due: Day,
    /// Since when it stands.
    pub(in crate::services) since: Day,
}

/// Last days of signed talks from `from` to `to`: 党组会, 整改方案, the leader's report. One statement and the calendar.
pub(in crate::services) async fn last_days(
    rows: &mut impl Rows,
    district: DistrictId,
    (from, to): (Day, Day),
) -> Result<Vec<TalkDue>, StorageError> {
    let find = store::talks_query(district).push("AND t.state = 'signed' ORDER BY t.signed_on, t.id");
    let found = rows.all(find).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let calendar = posts::calendar(rows, district).await?;
    let mut out = Vec::new();
    for row in &found {
        let kept = store::read(row)?;
        for todo in kept.talk.todos(&calendar, usize::MAX) {
            let (Some(due), true) = (todo.by, matches!(todo.turn, Turn::Unit | Turn::Leader)) else { continue };
            if due < from || due > to {
                continue;
            }
            out.push(TalkDue {
                post: kept.talk.post,
                // What is known of the 区委书记 goes to nobody of his house.
                head_only: todo.turn == Turn::Leader || kept.leads_district,
                title: format!("“三交底”{}，{}前", todo.what, zh_short(due)),
                link: format!("/talks/{}", kept.talk.id),
                due,
                since: kept.talk.signed_on().unwrap_or(kept.talk.since),
            });
        }
    }
    Ok(out)
}
