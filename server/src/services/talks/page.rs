//! One talk as its page shows it.

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    talks::{ItemLine, PreparePage, TalkPage, TalkQuery},
};
use domain::{
    accountability::{Item, State},
    ids::{CommandId, DistrictId, ItemId, PersonId, TalkId},
    people::access::{self, Actor, TalkSight},
    talks::{Side, SignedPaper, Talk, TalkState, drafted_points},
    time::{Day, WorkCalendar, iso, zh, zh_short},
};

use super::{
    super::{Services, accountability::store as item_store, parse, rows::Rows, storage, told},
    DRAFT, LINE_DRAFT, REPORT_DRAFT, TRACKING_DRAFT, facts, here, passed, people, plan,
    sight::seen,
    sign,
    store::{self, Kept, Past},
};
use crate::{
    random,
    storage::{Failure, StorageError, q},
};

/// Items of the problems of a talk, in the order of the ledger.
pub async fn items(
    from: &mut impl Rows,
    district: DistrictId,
    kept: &Kept,
) -> Result<Vec<(Item, String)>, StorageError> {
    let find = item_store::items_query(district)
        .push_bind("AND i.origin = ?", domain::talks::ORIGIN)
        .push_bind("AND i.origin_id = ?", kept.talk.id.to_string())
        .push("ORDER BY i.year, i.number");
    from.all(find)
        .await?
        .iter()
        .map(|row| {
            let item = item_store::read(row)?;
            Ok((item.item, item.number))
        })
        .collect()
}

fn lines(talk: &Talk, items: &[(Item, String)], today: Day) -> Vec<ItemLine> {
    let by: HashMap<ItemId, &(Item, String)> = items.iter().map(|one| (one.0.id, one)).collect();
    let of = |no: u32, id: ItemId| {
        let (item, number) = by.get(&id)?;
        Some(ItemLine {
            no,
            id,
            number: number.clone(),
            state: item.state.label().to_owned(),
            closed: item.is_closed(),
            overdue: item.is_overdue(today),
            planning: item.state == State::Planning,
            owner: item.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
            department: item.department.clone(),
            deadline: zh(item.deadline),
            due: iso(item.deadline),
            measures: item.measures.clone(),
        })
    };
    talk.lists.problems.iter().filter_map(|p| of(p.no, p.item?)).collect()
}

/// What is late of a talk, in words with whose turn it is.
pub fn late(talk: &Talk, calendar: &WorkCalendar, open: usize, today: Day) -> Vec<String> {
    let late = talk.todos(calendar, open).into_iter().filter(|todo| todo.is_late(today));
    late.map(|todo| {
        let by = todo.by.map(zh_short).unwrap_or_default();
        format!("{}应于{by}前由{}办理", todo.what, todo.turn.label())
    })
    .collect()
}

fn past(one: Past) -> String {
    let role = one.role.map_or("", domain::people::Role::label);
    let words = if one.words.is_empty() { String::new() } else { format!("：{}", one.words) };
    let paper = one.paper.map(|(on, handler)| format!("（纸质，{}，经办人 {handler}）", zh_short(on)));
    format!("{}　{}　{role} {}{words}{}", zh(one.on), one.step.label(), one.name, paper.unwrap_or_default())
}

/// Keys of the forms that the actor has now. The rules refuse whatever is wrong with them; here only what makes sense.
fn may(actor: &Actor, kept: &Kept, sight: TalkSight, left: bool) -> Vec<String> {
    let (talk, post) = (&kept.talk, kept.post());
    let runs = access::run_talk(actor, post).is_ok();
    let prepares = access::prepare_talk(actor, post).is_ok();
    let approves = access::approve_talk(actor, post).is_ok();
    let tracks = access::track_talk(actor, post).is_ok();
    let confirms = access::confirm_tracking(actor, post).is_ok();
    let own = access::own_talk(actor, talk.term).is_ok();
    let answers = access::answer_talk(actor, post, talk.term).is_ok() && !left;
    let (state, signed) = (talk.state, talk.state == TalkState::Signed);
    let report = talk.report.as_ref();
    let (sent, waits) = (report.is_some_and(|r| r.sent.is_some()), report.is_some_and(domain::talks::Written::waits));
    let tracking = talk.tracking.as_ref();
    let tracked = tracking.is_some_and(|t| t.sent.is_some());
    let hands = |p: PersonId| tracking.is_some_and(|t| t.writer == p || t.sent.as_ref().is_some_and(|s| s.0 == p));
    let mut keys = Vec::new();
    let mut may = |yes: bool, key: &str| {
        if yes {
            keys.push(key.to_owned());
        }
    };
    may(prepares && state == TalkState::Preparing, "prepare");
    may(approves && state == TalkState::Asked && !talk.prepared_by.contains(&actor.person), "approve");
    may(runs && state == TalkState::Asked, "approve_paper");
    may((approves || runs) && matches!(state, TalkState::Asked | TalkState::Approved), "return");
    may((runs || approves) && state.is_inside(), "delegate");
    let leads = talk.lead.person == Some(actor.person);
    may((runs || leads) && state == TalkState::Approved && !talk.lead.name.is_empty(), "hold");
    if state == TalkState::Held {
        let screen = |side| sign::may(actor, kept, side, false);
        may(screen(Side::Leader), "sign_leader");
        may(screen(Side::Speaker) && talk.signature(SignedPaper::Record, Side::Speaker).is_none(), "sign_speaker");
        may(runs, "sign_paper");
        may(here::may(actor, kept), "sign_here");
    }
    may(answers && signed && talk.met.is_none(), "meet");
    may(answers && signed && talk.met.is_some(), "plan");
    may(tracks && signed, "assess");
    may(tracks && signed, "checks");
    may(tracks && signed && talk.checks.adopted.is_some(), "look");
    may(answers && signed && !sent, "report");
    may(own && signed && !sent, "send_report");
    may(runs && signed && waits, "file_report");
    may(tracks && signed && sent && !tracked, "tracking");
    let confirms = confirms && signed && tracking.is_some_and(domain::talks::Written::waits);
    may(confirms && !hands(actor.person), "file_tracking");
    may(confirms && post.leads_district, "file_tracking_paper");
    may(runs && matches!(state, TalkState::Signed | TalkState::Closed) && !talk.listed, "list");
    may(own && matches!(state, TalkState::Signed | TalkState::Closed) && talk.lists.sealed.is_none(), "pass");
    may(runs && signed, "close");
    may(runs && !state.is_over(), "end");
    may(sight.is_commission(), "inside");
    keys
}

async fn group_of(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
) -> Result<(String, Vec<(String, String)>), Failure> {
    let Some(group) = talk.group else { return Ok((String::new(), Vec::new())) };
    let title = from.first(q("SELECT title FROM talk_groups WHERE id = $1").bind(group)).await?;
    let title = title.map_or(Ok(String::new()), |row| row.text("title"))?;
    let find = store::talks_query(actor.district).push_bind("AND t.group_id = ?", group);
    let mut all = Vec::new();
    for row in from.all(find.push("ORDER BY u.position, u.name, t.id")).await? {
        let kept = store::read(&row)?;
        // Whoever is talked with knows of himself alone.
        if kept.talk.id != talk.id && kept.sight(actor).is_ok_and(TalkSight::is_commission) {
            let words = format!("{} {}（{}）", kept.talk.unit_name, kept.talk.name, kept.talk.state.label());
            all.push((format!("/talks/{}", kept.talk.id), words));
        }
    }
    Ok((title, all))
}

/// Is the term over?
async fn left(from: &mut impl Rows, talk: &Talk, today: Day) -> Result<bool, StorageError> {
    let row = from.first(q("SELECT ends_on FROM terms WHERE id = $1").bind(talk.term)).await?;
    let end = row.map_or(Ok(None), |row| row.opt_day("ends_on"))?;
    Ok(end.is_some_and(|end| end < today))
}

impl Services {
    pub(super) async fn talk_page(&self, actor: &Actor, query: TalkQuery) -> Result<TalkPage, ApiError> {
        let id: TalkId = parse(&query.id)?;
        let mut draft = Draft::default();
        for form in [DRAFT, REPORT_DRAFT, TRACKING_DRAFT] {
            if draft.fields.is_empty() {
                draft = self.load(actor, form, query.draft.as_deref()).await?;
            }
        }
        let calendar = self.talk_calendar(actor).await.map_err(storage)?;
        let mut read = self.store.read().clone();
        let page = page_of(&mut read, actor, id, &calendar, self.today()).await.map_err(told)?;
        Ok(TalkPage { command: CommandId(random::id(self.clock.now())), draft, ..page })
    }

    pub(super) async fn prepare_page(&self, actor: &Actor, query: TalkQuery) -> Result<PreparePage, ApiError> {
        let id: TalkId = parse(&query.id)?;
        let mut draft = self.load(actor, LINE_DRAFT, query.draft.as_deref()).await?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let (kept, sight) = store::readable(&mut read, actor, id).await.map_err(told)?;
        // The lists in the making are the commission's own.
        let _proof = access::prepare_talk(actor, kept.post()).map_err(|_| domain::Rejection::NotFound)?;
        let (settings, ..) = store::settings(&mut read, actor.district).await.map_err(storage)?;
        if let (Some(key), true) = (query.from.as_deref(), draft.fields.is_empty()) {
            let fields = facts::begun(&mut read, actor, &kept.talk, key, today).await.map_err(told)?;
            draft = Draft { fields, ..Draft::default() };
        }
        let suggestions = facts::suggestions(&mut read, actor, &kept.talk, today).await.map_err(told)?;
        let duties = facts::duties(&mut read, &kept.talk, today).await.map_err(told)?;
        Ok(PreparePage {
            sources: sight.reads_sources(),
            may: kept.talk.state == TalkState::Preparing,
            areas: settings.areas,
            suggestions,
            duties: duties.into_iter().map(|(id, words)| (id.to_string(), words)).collect(),
            wanting: kept.talk.lists.wanting(),
            line: query.line,
            talk: seen(kept.talk, sight),
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }
}

async fn page_of(
    read: &mut impl Rows,
    actor: &Actor,
    id: TalkId,
    calendar: &WorkCalendar,
    today: Day,
) -> Result<TalkPage, Failure> {
    let (kept, sight) = store::readable(read, actor, id).await?;
    let (settings, ..) = store::settings(read, actor.district).await?;
    let items = items(read, actor.district, &kept).await?;
    let open = items.iter().filter(|(item, _)| !item.is_closed()).count();
    let left = left(read, &kept.talk, today).await?;
    let may = may(actor, &kept, sight, left);
    let can = |key: &str| may.iter().any(|may| may == key);
    let speakers = if can("delegate") { settings.rule.speakers(kept.talk.level) } else { Vec::new() };
    let mut led = Vec::new();
    for speaker in &speakers {
        for (person, name) in people::candidates(read, actor.district, &kept.talk, *speaker, today).await? {
            led.push((speaker.key().to_owned(), person, name));
        }
    }
    let leaders =
        if can("plan") { plan::leaders(read, kept.talk.unit, kept.talk.post, today).await? } else { Vec::new() };
    let table = kept.talk.timetable(calendar);
    let points = if can("checks") {
        drafted_points(&kept.talk.lists, table.stage_by.filter(|day| *day >= today).unwrap_or(today))
    } else {
        Vec::new()
    };
    let below = if can("pass") { store::below(read, kept.talk.unit).await? } else { Vec::new() };
    let passed = match sight {
        TalkSight::Own => passed::of_talk(read, id).await?,
        _ => Vec::new(),
    };
    let (group_title, group) = group_of(read, actor, &kept.talk).await?;
    let hash = |paper| -> Result<String, StorageError> {
        let whole = sign::hash(&kept.talk, paper, &settings.commitment)?;
        Ok(whole.chars().take(16).collect())
    };
    let hashes = if kept.talk.state == TalkState::Held && sight.reads_record() {
        [hash(SignedPaper::Record)?, hash(SignedPaper::Commitment)?]
    } else {
        [const { String::new() }; 2]
    };
    let history = if sight.is_commission() {
        store::history(read, id).await?.into_iter().map(past).collect()
    } else {
        Vec::new()
    };
    Ok(TalkPage {
        unit_now: if kept.unit_now == kept.talk.unit_name { String::new() } else { kept.unit_now.clone() },
        inside: sight.is_commission(),
        sources: sight.reads_sources(),
        record: sight.reads_record(),
        own: sight == TalkSight::Own,
        left,
        late: late(&kept.talk, calendar, open, today),
        unfinished: if kept.talk.state == TalkState::Signed { kept.talk.unfinished(open) } else { Vec::new() },
        items: lines(&kept.talk, &items, today),
        history,
        speakers: speakers.into_iter().map(|s| (s.key().to_owned(), s.label().to_owned())).collect(),
        people: led,
        leaders,
        points,
        below,
        passed,
        group,
        group_title,
        commitment: if kept.talk.promise.is_empty() { settings.commitment } else { kept.talk.promise.clone() },
        hashes,
        today: iso(today),
        table,
        may,
        talk: seen(kept.talk, sight),
        command: CommandId(uuid::Uuid::nil()),
        draft: Draft::default(),
    })
}
