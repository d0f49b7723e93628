//! The list of meetings: all of them for those who plan and approve, for everybody else
//! those in which he has a part or drafts questions.

use std::collections::BTreeSet;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::{MeetingRow, MeetingsPage, MeetingsQuery},
};
use chrono::Datelike;
use domain::{
    board::Tone,
    ids::{CommandId, MeetingId, PresenterId},
    people::access::{self, Actor},
    reviews::{FeedbackState, Part},
    time::{Day, WorkCalendar, sane_year, weekday, zh},
};

use super::{
    super::{Services, posts, storage},
    dates::{Dates, distance_in_full},
    feedback,
    opening::Opening,
    questions::EACH,
    reports,
    store::{self, ASKED, RETURNED, Stored, part_label, parts_of},
};
use crate::{
    random,
    storage::{Pool, StorageError, q},
};

pub(super) async fn page(services: &Services, actor: &Actor, query: MeetingsQuery) -> Result<MeetingsPage, ApiError> {
    let mut read = services.store.read().clone();
    let today = services.today();
    let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
    let mut followed = feedback::links(&mut read, actor).await.map_err(storage)?;
    let coming = query.state.as_deref() == Some("coming");
    let approval = query.state.as_deref() == Some(ASKED);
    let sheets = query.state.as_deref().and_then(|state| state.strip_prefix("sheet."));
    let sheets = sheets.and_then(FeedbackState::from_key);
    let with_sheets = match sheets {
        Some(state) => Some(meetings_with(&mut read, actor, state).await.map_err(storage)?),
        None => None,
    };
    let mut rows = Vec::new();
    for stored in store::all(&mut read, actor.district).await.map_err(storage)? {
        if query.year.is_some_and(|y| sane_year(y) != stored.plan.year) {
            continue;
        }
        if coming && !(stored.preparing() && stored.plan.on >= today) {
            continue;
        }
        if (approval && stored.state != ASKED) || with_sheets.as_ref().is_some_and(|ids| !ids.contains(&stored.id)) {
            continue;
        }
        if let Some(mut row) = line(&mut read, actor, &stored, &calendar, today).await.map_err(storage)? {
            row.links.extend(followed.remove(&stored.id).unwrap_or_default());
            rows.push(row);
        }
    }
    Ok(MeetingsPage {
        command: CommandId(random::id(services.clock.now())),
        rows,
        coming,
        only: match sheets {
            Some(state) => format!("有反馈单{}", state.label()),
            None if approval => "方案待审定".to_owned(),
            None => String::new(),
        },
        may_plan: access::plan_meeting(actor).is_ok(),
        year: today.year(),
        draft: services.load(actor, "reviews.new", query.draft.as_deref()).await?,
    })
}

/// Meetings of which a 评议反馈单 stands in `state`.
async fn meetings_with(
    read: &mut Pool,
    actor: &Actor,
    state: FeedbackState,
) -> Result<BTreeSet<MeetingId>, StorageError> {
    let find = q("SELECT DISTINCT meeting_id FROM feedback_sheets WHERE district_id = $1 AND state = $2");
    let rows = read.rows(find.bind(actor.district).bind(state.key())).await?;
    rows.iter().map(|row| row.id("meeting_id")).collect()
}

/// A meeting as the actor has to do with it; `None` where he has not.
async fn line(
    read: &mut Pool,
    actor: &Actor,
    stored: &Stored,
    calendar: &WorkCalendar,
    today: Day,
) -> Result<Option<MeetingRow>, StorageError> {
    let dates = Dates::of(calendar, stored.plan.on);
    let parts = parts_of(actor, stored);
    let supervised: Vec<_> = stored
        .plan
        .presenters
        .iter()
        .filter(|p| stored.approved() && access::draft_question(actor, p.unit).is_ok())
        .collect();
    let plans = access::see_plans(actor).is_ok();
    if !plans && parts.is_empty() && supervised.is_empty() {
        return Ok(None);
    }
    let (mut waits, mut links) = (Vec::new(), Vec::new());
    let id = stored.id;
    let mut link = |words: &str, path: String, external| links.push((words.to_owned(), path, external));
    if plans {
        link("会议方案", format!("/reviews/{id}"), false);
        if stored.state == ASKED && access::approve_meeting(actor).is_ok() {
            waits.push("等您审定".to_owned());
        }
        if access::plan_meeting(actor).is_ok() && stored.editable() {
            let word = if stored.state == RETURNED {
                "方案已退回，请修改后再报"
            } else {
                "方案还没有提请审定"
            };
            waits.push(format!("{word}（{}）", distance_in_full(dates.plan, today)));
        }
    }
    if !supervised.is_empty() {
        link("询问题", format!("/reviews/{id}/questions"), false);
        if stored.preparing() && wanting_questions(read, actor, stored).await? {
            waits.push(format!("请备齐询问题（{}）", distance_in_full(dates.questions, today)));
        }
    }
    for presenter in stored.plan.presenters.iter().filter(|p| p.person == actor.person && stored.approved()) {
        if access::report_own(actor, presenter.post, presenter.person).is_ok() {
            link("述责报告", format!("/reviews/{id}/report/{}", presenter.id), true);
            waits.extend(own_waits(read, stored, presenter.id, &dates, today, distance_in_full).await?);
        }
    }
    if super::pack::opens(read, actor, stored, calendar, today).await? {
        link("评议材料", format!("/reviews/{id}/pack"), true);
    }
    let hall = [Part::Chair, Part::Operator, Part::Teller, Part::Counter];
    if parts.iter().any(|p| hall.contains(p)) {
        link("会场", format!("/hall/{id}"), true);
    }
    if parts.contains(&Part::Rater) && stored.running() {
        link("进入会议", format!("/room/{id}"), true);
    }
    let words: Vec<&str> = parts.iter().map(|p| part_label(*p)).collect();
    let tone = match stored.state.as_str() {
        RETURNED => Tone::Warn,
        ASKED => Tone::Pending,
        _ if stored.approved() => Tone::Ok,
        _ => Tone::None,
    };
    Ok(Some(MeetingRow {
        id,
        title: stored.plan.title.clone(),
        day: format!("{} {}", zh(stored.plan.on), weekday(stored.plan.on)),
        place: stored.plan.place.clone(),
        state: stored.label().to_owned(),
        tone,
        parts: words.join("、"),
        waits,
        links,
    }))
}

/// Is a question wanting for a presenter of a unit that the actor supervises?
pub(super) async fn wanting_questions(read: &mut Pool, actor: &Actor, stored: &Stored) -> Result<bool, StorageError> {
    let supervised = stored.plan.presenters.iter().filter(|p| access::draft_question(actor, p.unit).is_ok());
    let supervised: Vec<PresenterId> = supervised.map(|p| p.id).collect();
    if supervised.is_empty() {
        return Ok(false);
    }
    let units: Vec<_> = actor.grants.iter().map(|g| g.unit).collect();
    let rows = read
        .rows(
            q("SELECT presenter_id FROM meeting_questions WHERE anonymous = 0")
                .push_bind("AND meeting_id = ?", stored.id)
                .and_in("author_unit", units.iter().copied()),
        )
        .await?;
    let about = rows.iter().map(|r| r.id("presenter_id")).collect::<Result<Vec<PresenterId>, _>>()?;
    Ok(supervised.iter().any(|p| about.iter().filter(|a| *a == p).count() < EACH))
}

/// What a presenter still has to do, with the day as `until` writes it for a day and today.
pub(super) async fn own_waits(
    read: &mut Pool,
    stored: &Stored,
    presenter: PresenterId,
    dates: &Dates,
    today: Day,
    until: fn(Day, Day) -> String,
) -> Result<Vec<String>, StorageError> {
    let mut waits = Vec::new();
    if !stored.preparing() {
        return Ok(waits);
    }
    let report = reports::load(read, stored.id, presenter).await?;
    if report.handed_at.is_none() {
        waits.push(format!("请提交述责报告（{}）", until(dates.reports, today)));
    }
    let opening = Opening::of(read, stored).await?;
    if report.checked_at.is_none() && reports::facts_open(stored, &report, &opening, today) {
        waits.push(format!("请核对评议材料里的事实（{}）", until(dates.reports, today)));
    }
    Ok(waits)
}
