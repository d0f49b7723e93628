//! The page 「明责 · 责任清单」: lists, templates, the newest list of every unit in
//! sight, and what waits for whom.

use std::collections::BTreeMap;

use app::api::{
    ApiError,
    duties::{DutiesPage, DutiesQuery, LeaderLine, ListName, OfficeMay, TemplateLine, Waiting},
};
use chrono::Datelike;
use domain::{
    duties::{ListDays, ListState},
    ids::PostId,
    people::{
        Role, UnitKind,
        access::{self, Actor, Scope},
    },
    time::{self, Day, WorkCalendar, zh},
};

use super::{
    calendar,
    handover::{self, About},
    lists::{self, TEMPLATES, TemplateRow},
    pages, sight,
    steps::{STEP_COMMENT, STEP_SENT},
    store::{self, ListRow},
};
use crate::{
    services::{Services, posts, rows::Rows, storage, told},
    storage::{Pool, StorageError, q},
};

/// A head post in sight.
struct PostLine {
    post: PostId,
    unit: String,
    kind: UnitKind,
    head: String,
    names: String,
}

pub(super) async fn page(services: &Services, actor: &Actor, query: DutiesQuery) -> Result<DutiesPage, ApiError> {
    let scope = access::board_scope(actor)?;
    pages::ensure_lists(services, actor).await?;
    let today = services.today();
    let year = domain::time::sane_year(query.year.unwrap_or(today.year()));
    let mut read = services.store.read().clone();
    let may = OfficeMay {
        edit: access::edit_lists(actor).is_ok(),
        approve: actor.has(Role::DeputySecretary) || actor.has(Role::Secretary),
        templates: scope == Scope::District || !actor.watched.is_empty(),
    };
    let heads = head_posts(&mut read, actor, &scope, today).await.map_err(storage)?;
    let newest = newest_lists(&mut read, actor, &scope, year).await.map_err(storage)?;
    let said = if may.templates { comments(&mut read, actor, year).await.map_err(storage)? } else { BTreeMap::new() };
    let days = posts::rules(&mut read, actor.district).await.map_err(storage)?.list;
    let workdays = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
    let mut kinds: Vec<UnitKind> = heads.iter().map(|h| h.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let total = u32::try_from(heads.len()).unwrap_or(u32::MAX);
    let mut waiting: BTreeMap<Stage, u32> = BTreeMap::new();
    let mut rows = Vec::new();
    for head in heads {
        let list = newest.get(&head.post);
        if let Some(row) = list {
            *waiting.entry(Stage::of(row.list.state)).or_default() += 1;
        }
        if shows(&query, &head, list) {
            let said = list.and_then(|row| said.get(&row.list.id.to_string()).copied());
            rows.push(line(head, list, said, may, (today, days, &workdays)));
        }
    }
    let templates = if may.templates { templates(&mut read, actor, year).await.map_err(storage)? } else { Vec::new() };
    Ok(DutiesPage {
        command: pages::command(services),
        year,
        years: years(&mut read, actor, today).await.map_err(storage)?,
        enabled_on: posts::enabled_on(&mut read, actor.district).await.map_err(storage)?.map(zh),
        no_holidays: calendar::missing(&mut read, actor.district, year, today).await.map_err(storage)?,
        lists: list_lines(&mut read, actor).await.map_err(storage)?,
        templates,
        rows,
        total,
        kinds: kinds.into_iter().map(|k| (k.key().to_owned(), k.label().to_owned())).collect(),
        waiting: waiting.into_iter().filter_map(|(state, count)| state.waiting(count, may)).collect(),
        may,
        handovers: handover::list(&mut read, actor.district, About::Open)
            .await
            .map_err(told)?
            .into_iter()
            .filter(|row| handover::may_see(actor, row))
            .map(|row| (row.id, handover::words(&row)))
            .collect(),
        effective_on: time::iso(time::first_of(year, 1)),
        draft: pages::draft(services, actor, "duties.page", query.draft.as_deref()).await?,
    })
}

/// States in the order of the flow, for sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stage(usize);

impl Stage {
    fn of(state: ListState) -> Self {
        Self(ListState::ALL.iter().position(|s| *s == state).unwrap_or(0))
    }

    fn waiting(self, count: u32, may: OfficeMay) -> Option<Waiting> {
        let state = *ListState::ALL.get(self.0)?;
        let (words, mine) = match state {
            ListState::Draft => ("待党风政风监督室完善并送单位征求意见", may.edit),
            ListState::Commenting => ("待单位反馈意见", false),
            ListState::Reviewing => ("待分管副书记审定", may.approve),
            ListState::Approved => ("待党风政风监督室下达", may.edit),
            ListState::Issued => ("待党组织主要负责人签收", false),
            _ => return None,
        };
        Some(Waiting { words: words.into(), count, state: state.key().into(), mine })
    }
}

fn shows(query: &DutiesQuery, head: &PostLine, list: Option<&ListRow>) -> bool {
    let kind = query.kind.as_deref().filter(|k| !k.is_empty()).is_none_or(|k| head.kind.key() == k);
    let state = query.state.as_deref().filter(|s| !s.is_empty()).is_none_or(|s| match list {
        Some(row) => row.list.state.key() == s,
        None => s == "none",
    });
    let words = query.q.as_deref().map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty());
    kind && state && words.is_none_or(|t| head.names.contains(&t))
}

fn line(
    head: PostLine,
    list: Option<&ListRow>,
    said: Option<bool>,
    may: OfficeMay,
    (today, days, calendar): (Day, ListDays, &WorkCalendar),
) -> LeaderLine {
    let note = list.map_or_else(
        || "还没有制作清单".to_owned(),
        |row| {
            let call = row.list.needs_telephone(today, days, calendar);
            let waiting = pages::waiting_note(row, today, call);
            match said {
                Some(true) => format!("单位提出意见 · {waiting}"),
                Some(false) => format!("单位回复“无意见” · {waiting}"),
                None => waiting,
            }
        },
    );
    let pick = list.is_some_and(|row| {
        row.from_unit.is_none()
            && match row.list.state {
                ListState::Draft | ListState::Commenting | ListState::Approved => may.edit,
                ListState::Reviewing => may.approve,
                _ => false,
            }
    });
    LeaderLine {
        post: head.post,
        unit: head.unit,
        kind: head.kind.label().to_owned(),
        head: head.head,
        list: list.map(|row| (row.list.id, row.list.version)),
        state: list.map(|row| row.list.state),
        edition: list.map(|row| format!("第{}版", row.list.edition)).unwrap_or_default(),
        note,
        pick,
    }
}

async fn head_posts(read: &mut Pool, actor: &Actor, scope: &Scope, today: Day) -> Result<Vec<PostLine>, StorageError> {
    let rows = read
        .all(
            q("SELECT p.id AS post_id, u.name, u.kind, u.pinyin, n.name AS head, n.initials
               FROM posts p JOIN units u ON u.id = p.unit_id
               LEFT JOIN terms t ON t.post_id = p.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               LEFT JOIN persons n ON n.id = t.person_id
               WHERE p.district_id = $1 AND p.is_head = 1 AND p.ends_on IS NULL AND u.ends_on IS NULL")
            .bind(actor.district)
            .bind(today)
            .and_scope("u.id", scope)
            .push("ORDER BY u.position, u.pinyin, u.name, t.starts_on DESC"),
        )
        .await?;
    let mut lines: Vec<PostLine> = Vec::with_capacity(rows.len());
    for row in &rows {
        let kind = row.keyed("kind", UnitKind::from_key)?;
        let post = row.id("post_id")?;
        if !kind.answers_for_a_list() || lines.last().is_some_and(|l| l.post == post) {
            continue;
        }
        let (unit, head) = (row.text("name")?, row.opt_text("head")?.unwrap_or_else(|| "空缺".to_owned()));
        let names = format!("{unit} {head} {} {}", row.text("pinyin")?, row.opt_text("initials")?.unwrap_or_default())
            .to_lowercase();
        lines.push(PostLine { post, unit, kind, head, names });
    }
    Ok(lines)
}

async fn newest_lists(
    read: &mut Pool,
    actor: &Actor,
    scope: &Scope,
    year: i32,
) -> Result<BTreeMap<PostId, ListRow>, StorageError> {
    let query = store::lists_query(actor.district)
        .push_bind("AND l.year = ?", year)
        .and_scope("l.unit_id", scope)
        .push("ORDER BY l.edition");
    let mut newest = BTreeMap::new();
    for row in read.all(query).await? {
        let row = store::read_list(&row)?;
        if sight::sees(actor, &row) {
            newest.insert(row.list.post, row);
        }
    }
    Ok(newest)
}

/// Lists of the year, not issued yet, whose unit answered since they were last sent: does it ask
/// for a change, or reply 「无意见」 only?
async fn comments(read: &mut Pool, actor: &Actor, year: i32) -> Result<BTreeMap<String, bool>, StorageError> {
    let rows = read
        .all(
            q("SELECT a.subject, a.reason FROM approvals a
               WHERE a.step = $1 AND a.subject IN (SELECT l.id FROM leader_lists l
                   WHERE l.district_id = $2 AND l.year = $3 AND l.state IN ('draft', 'commenting', 'reviewing'))
                 AND a.at >= COALESCE(
                   (SELECT MAX(s.at) FROM approvals s WHERE s.subject = a.subject AND s.step = $4), 0)")
            .bind(STEP_COMMENT)
            .bind(actor.district)
            .bind(year)
            .bind(STEP_SENT),
        )
        .await?;
    let mut said = BTreeMap::new();
    for row in &rows {
        *said.entry(row.text("subject")?).or_insert(false) |= row.text("reason")? != "无意见";
    }
    Ok(said)
}

async fn years(read: &mut Pool, actor: &Actor, today: Day) -> Result<Vec<i32>, StorageError> {
    let rows = read
        .all(
            q("SELECT year FROM leader_lists WHERE district_id = $1 UNION SELECT year FROM templates WHERE district_id = $1")
                .bind(actor.district),
        )
        .await?;
    let mut years = rows.iter().map(|r| r.year("year")).collect::<Result<Vec<_>, _>>()?;
    years.extend([today.year(), today.year() + 1]);
    years.sort_unstable();
    years.dedup();
    Ok(years)
}

async fn list_lines(read: &mut Pool, actor: &Actor) -> Result<Vec<ListName>, StorageError> {
    let rows = read
        .all(
            q("SELECT d.id, d.key, d.name, d.party, d.position,
                 (SELECT COUNT(*) FROM templates t WHERE t.list_id = d.id) AS used
               FROM duty_lists d WHERE d.district_id = $1 ORDER BY d.position, d.name")
            .bind(actor.district),
        )
        .await?;
    rows.iter()
        .map(|r| {
            Ok(ListName {
                id: r.id("id")?,
                key: r.text("key")?,
                name: r.text("name")?,
                party: r.text("party")?,
                position: u32::try_from(r.int("position")?).unwrap_or(0),
                used: r.int("used")? > 0,
            })
        })
        .collect()
}

/// A template as shown in lists, with its number of items.
pub(super) fn template_line(row: &TemplateRow, items: u32) -> TemplateLine {
    TemplateLine {
        id: row.id,
        list: row.list_name.clone(),
        list_key: row.list_key.clone(),
        kind: row.kind.map_or("各类单位通用", UnitKind::label).to_owned(),
        year: row.year,
        edition: row.edition,
        state: row.state_label().to_owned(),
        draft: row.state == "draft",
        items,
    }
}

async fn templates(read: &mut Pool, actor: &Actor, year: i32) -> Result<Vec<TemplateLine>, StorageError> {
    let counts = read
        .all(
            q("SELECT i.template_id, COUNT(*) AS n FROM template_items i JOIN templates t ON t.id = i.template_id
               WHERE t.district_id = $1 AND t.year = $2 GROUP BY i.template_id")
            .bind(actor.district)
            .bind(year),
        )
        .await?;
    let mut sizes = BTreeMap::new();
    for row in &counts {
        sizes.insert(row.text("template_id")?, row.small("n")?);
    }
    let rows = read
        .all(
            q(TEMPLATES)
                .bind(actor.district)
                .push_bind("AND t.year = ? ORDER BY d.position, t.unit_kind, t.edition DESC", year),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let template = lists::read_template(row)?;
            let items = sizes.get(&template.id.to_string()).copied().unwrap_or(0);
            Ok(template_line(&template, items))
        })
        .collect()
}
