//! The list of talks, with the heads with whom one is due.

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    talks::{DueRow, TalkRow, TalksPage, TalksQuery},
};
use domain::{
    ids::{CommandId, TalkGroupId, TalkId},
    people::{
        Role,
        access::{self, Actor},
    },
    talks::{Level, TalkState},
    time::{Day, WorkCalendar, first_of, zh, zh_short},
};

use super::{
    super::{Services, parse, rows::Rows, storage},
    REGISTER_DRAFT, due, passed,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Talks of a page.
const ROWS: usize = 50;

/// How many items each talk has, and how many of them are struck off.
type Counts = HashMap<String, (usize, usize)>;

async fn counts(from: &mut impl Rows, actor: &Actor) -> Result<Counts, StorageError> {
    let find = q("SELECT origin_id, COUNT(*) AS n, COUNT(closed_on) AS closed
                  FROM items WHERE district_id = $1 AND origin = $2 GROUP BY origin_id");
    let rows = from.all(find.bind(actor.district).bind(domain::talks::ORIGIN)).await?;
    rows.iter()
        .map(|row| {
            let size = |name: &str| Ok::<_, StorageError>(usize::try_from(row.int(name)?).unwrap_or_default());
            Ok((row.text("origin_id")?, (size("n")?, size("closed")?)))
        })
        .collect()
}

/// Rows looked through for a page at once.
const AT_ONCE: i64 = 60;

/// A page of talks in the actor's sight, the newest first, and its last one where more follow.
async fn in_sight(
    from: &mut impl Rows,
    actor: &Actor,
    (state, year): (Option<TalkState>, Option<i32>),
    before: Option<TalkId>,
) -> Result<(Vec<Kept>, Option<TalkId>), StorageError> {
    let (mut out, mut last) = (Vec::new(), before);
    loop {
        let mut find = store::and_reach(store::talks_query(actor.district), actor);
        if let Some(state) = state {
            find = find.push_bind("AND t.state = ?", state.key());
        }
        if let Some(year) = year {
            find = find.push_bind("AND t.held_on >= ?", first_of(year, 1));
            find = find.push_bind("AND t.held_on < ?", first_of(year + 1, 1));
        }
        if let Some(last) = last {
            find = find.push_bind(
                "AND (t.registered_on, t.id) < (SELECT k.registered_on, k.id FROM talks k
                   WHERE k.district_id = $1 AND k.id = ?)",
                last,
            );
        }
        let rows = from.all(find.push_bind("ORDER BY t.registered_on DESC, t.id DESC LIMIT ?", AT_ONCE)).await?;
        for row in &rows {
            let kept = store::read(row)?;
            if kept.sight(actor).is_ok() {
                if out.len() == ROWS {
                    return Ok((out, last));
                }
                last = Some(kept.talk.id);
                out.push(kept);
            } else {
                last = Some(kept.talk.id);
            }
        }
        if !i64::try_from(rows.len()).is_ok_and(|n| n == AT_ONCE) {
            return Ok((out, None));
        }
    }
}

/// `廉政谈话 17 人次，交底问题 120 个，已销号 96 个` of the district, without the 区委书记.
async fn totals(from: &mut impl Rows, actor: &Actor) -> Result<String, StorageError> {
    let held = q("SELECT COUNT(*) AS n FROM talks t JOIN units u ON u.id = t.unit_id
                  WHERE t.district_id = $1 AND t.held_on IS NOT NULL AND u.leads_district = 0");
    let held = from.first(held.bind(actor.district)).await?.map_or(Ok(0), |row| row.int("n"))?;
    let items = q("SELECT COUNT(*) AS n, COUNT(i.closed_on) AS closed FROM items i JOIN units u ON u.id = i.unit_id
                   WHERE i.district_id = $1 AND i.origin = $2 AND u.leads_district = 0");
    let row = from.first(items.bind(actor.district).bind(domain::talks::ORIGIN)).await?;
    let (n, closed) = row.map_or(Ok((0, 0)), |row| Ok::<_, StorageError>((row.int("n")?, row.int("closed")?)))?;
    Ok(format!("廉政谈话 {held} 人次，交底问题 {n} 个，已销号 {closed} 个"))
}

fn line(
    kept: &Kept,
    calendar: &WorkCalendar,
    counts: &Counts,
    groups: &HashMap<TalkGroupId, String>,
    today: Day,
) -> TalkRow {
    let talk = &kept.talk;
    let (all, closed) = counts.get(&talk.id.to_string()).copied().unwrap_or_default();
    let todos = talk.todos(calendar, all - closed);
    let first = todos.first();
    let next = first.map(|todo| match todo.by {
        Some(by) => format!("{}，{}前", todo.what, zh_short(by)),
        None => todo.what.to_owned(),
    });
    let account = if all > 0 {
        format!("{}，已销号 {closed} 个", talk.lists.words())
    } else if talk.lists.problems.is_empty() {
        String::new()
    } else {
        talk.lists.words()
    };
    TalkRow {
        id: talk.id,
        unit: talk.unit_name.clone(),
        who: format!("{}，{}", talk.name, talk.title),
        arrival: format!("{}　{}到任", talk.arrival.label(), zh_short(talk.arrived_on)),
        state: talk.state,
        next: next.unwrap_or_default(),
        late: todos.iter().any(|todo| todo.is_late(today)),
        account,
        group: talk.group.and_then(|id| groups.get(&id).cloned()).unwrap_or_default(),
    }
}

/// Heads to be registered that the actor may register.
pub(super) async fn waiting(
    from: &mut impl Rows,
    actor: &Actor,
    calendar: &WorkCalendar,
    today: Day,
) -> Result<Vec<DueRow>, StorageError> {
    if !actor.has(Role::ConductOffice) && !actor.has(Role::Secretary) {
        return Ok(Vec::new());
    }
    let (settings, ..) = store::settings(from, actor.district).await?;
    let all = due::due(from, actor.district, &settings, today).await?;
    Ok(all
        .into_iter()
        .filter(|one| access::run_talk(actor, one.access()).is_ok())
        .map(|one| {
            let by = settings.days.register_by(one.from, calendar);
            DueRow {
                term: one.term,
                unit: one.unit_name,
                who: format!("{}，{}", one.name, one.title),
                arrival: one.arrival.label().to_owned(),
                from: zh(one.from),
                by: zh_short(by),
                late: today > by,
                level: one.level.key().to_owned(),
                speaker: settings.rule.lead(one.level).label().to_owned(),
            }
        })
        .collect())
}

impl Services {
    pub(super) async fn talks_page(&self, actor: &Actor, query: TalksQuery) -> Result<TalksPage, ApiError> {
        let _proof = access::see_talks(actor)?;
        let today = self.today();
        let calendar = self.talk_calendar(actor).await.map_err(storage)?;
        let before = query.before.as_deref().map(parse::<TalkId>).transpose()?;
        let state = query.state.as_deref().and_then(TalkState::from_key);
        let year = query.year.map(domain::time::sane_year);
        let mut read = self.store.read().clone();
        let (shown, older) = in_sight(&mut read, actor, (state, year), before).await.map_err(storage)?;
        let counts = counts(&mut read, actor).await.map_err(storage)?;
        let find = q("SELECT id, title FROM talk_groups WHERE district_id = $1").bind(actor.district);
        let groups = read.rows(find).await.map_err(storage)?;
        let groups: HashMap<TalkGroupId, String> = groups
            .iter()
            .map(|row| Ok((row.id("id")?, row.text("title")?)))
            .collect::<Result<_, StorageError>>()
            .map_err(storage)?;
        let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
        let totals = if leads && state.is_none() && year.is_none() && before.is_none() {
            totals(&mut read, actor).await.map_err(storage)?
        } else {
            String::new()
        };
        let due = waiting(&mut read, actor, &calendar, today).await.map_err(storage)?;
        let passed = passed::to_actor(&mut read, actor).await.map_err(storage)?;
        let may_risks = [Role::Principal, Role::Liaison, Role::ConductOffice].into_iter().any(|r| actor.has(r))
            || !actor.watched.is_empty();
        Ok(TalksPage {
            rows: shown.iter().map(|kept| line(kept, &calendar, &counts, &groups, today)).collect(),
            older,
            state: state.map(TalkState::key).unwrap_or_default().to_owned(),
            year,
            may_register: actor.has(Role::ConductOffice) || !due.is_empty(),
            due,
            levels: Level::ALL.iter().map(|l| (l.key().to_owned(), l.label().to_owned())).collect(),
            passed: passed.into_iter().map(|(row, _)| row).collect(),
            totals,
            may_set: access::set_talks(actor).is_ok(),
            may_risks,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, REGISTER_DRAFT, query.draft.as_deref()).await?,
        })
    }
}
