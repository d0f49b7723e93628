//! The page of a plan: what is decided, what is missing by when, who decided. For the office
//! and those who approve; a rater sees no roll.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::{ApprovalLine, PlanMay, PlanPage, PlanQuery, RecusalLine, ReportLine, WaitingQuestion},
};
use domain::{
    Rejection,
    board::Tone,
    ids::{CommandId, PersonId, PostId, PresenterId, UnitId},
    people::access::{self, Actor},
    reviews::{Identity, Plan, Recusal},
    time::{Day, zh_short},
};

use super::{
    super::{Services, parse, people::held_on, posts, records::offline, rows::Rows, storage, told},
    dates::Dates,
    edit::{self, recusal_subject},
    opening::{self, Opening},
    questions, raters, ready,
    reports::{self, Report},
    store::{self, ASKED, RETURNED, Stored},
    timetable, warnings,
};
use crate::{
    random,
    storage::{Failure, Pool, StorageError, q},
};

pub(super) async fn page(services: &Services, actor: &Actor, query: PlanQuery) -> Result<PlanPage, ApiError> {
    let _proof = access::see_plans(actor)?;
    let mut read = services.store.read().clone();
    let stored = store::load(&mut read, actor.district, parse(&query.id)?).await.map_err(told)?;
    let draft = services.load(actor, "reviews.plan", query.draft.as_deref()).await?;
    let upload = services.load(actor, "imports", query.draft.as_deref()).await?;
    let today = services.today();
    let page = build(&mut read, actor, stored, today).await.map_err(storage)?;
    Ok(PlanPage { command: CommandId(random::id(services.clock.now())), draft, upload_problem: upload.problem, ..page })
}

fn may(actor: &Actor, stored: &Stored) -> PlanMay {
    let office = access::plan_meeting(actor).is_ok();
    let asked = stored.state == ASKED;
    PlanMay {
        edit: office && stored.editable(),
        ask: office && stored.editable(),
        withdraw: office && asked,
        approve: asked && access::approve_meeting(actor).is_ok(),
        paper: office && asked,
        reopen: office && stored.preparing(),
        recuse: office && (stored.editable() || stored.preparing()),
        open_pack: office && stored.preparing(),
        reports: office && stored.approved(),
    }
}

async fn build(read: &mut Pool, actor: &Actor, stored: Stored, today: Day) -> Result<PlanPage, StorageError> {
    let may = may(actor, &stored);
    let plan = &stored.plan;
    let units = store::unit_names(read, actor.district).await?;
    let unit_name: HashMap<_, _> = units.iter().cloned().collect();
    let approvals = approvals(read, &stored).await?;
    let returned = if stored.state == RETURNED {
        approvals.iter().rev().find(|a| a.1).map(|a| a.0.reason.clone()).unwrap_or_default()
    } else {
        String::new()
    };
    let calendar = posts::calendar(read, actor.district).await?;
    let dates = Dates::of(&calendar, plan.on);
    let reports = opening::reports_of(read, stored.id).await?;
    let opening = Opening::of(read, &stored).await?;
    let asked: HashMap<PresenterId, u32> = questions::handed_in(read, &stored).await?.into_iter().collect();
    let led = raters::led(read, actor.district, plan).await?;
    let mut implied = plan.implied_recusals();
    let unheld = if plan.identity == Identity::Card { implied.iter().map(|r| r.rater).collect() } else { Vec::new() };
    implied.extend(led.iter().cloned());
    implied.retain(|r| !plan.recusals.contains(r));
    let office = access::plan_meeting(actor).is_ok();
    let posts = if may.edit { head_posts(read, actor, today).await? } else { Vec::new() };
    let people = if office { officers(read, actor, plan, today).await? } else { named(read, actor, plan).await? };
    let people = placed(read, actor, people, &unit_name, today).await?;
    let handlers = if may.reports { offline::to_choose(read, actor, actor.person, today).await? } else { Vec::new() };
    let too_few = if may.reports && handlers.len() < 2 { offline::TOO_FEW.to_owned() } else { String::new() };
    let may =
        PlanMay { open_pack: may.open_pack && !timetable::unopened(plan, &opening, &reports, today).is_empty(), ..may };
    let warnings = if stored.approved() { Vec::new() } else { warnings::of(plan, &dates, today) };
    Ok(PlanPage {
        command: CommandId(random::id(domain::time::Instant(0))),
        id: stored.id,
        version: stored.version,
        state: stored.label().to_owned(),
        tone: match stored.state.as_str() {
            RETURNED => Tone::Warn,
            ASKED => Tone::Pending,
            _ if stored.approved() => Tone::Ok,
            _ => Tone::None,
        },
        may,
        approved: stored.approved(),
        returned,
        problems: problems(read, &stored, today).await?,
        warnings,
        dates: timetable::lines(&stored, &dates, &opening, &reports, &asked, today),
        posts,
        people,
        handlers,
        too_few,
        rater_units: plan.raters.iter().map(|r| raters::place_of(r, &unit_name)).collect(),
        units: if may.edit { units } else { Vec::new() },
        lists: edit::lists(read, actor).await?,
        recusals: recusals(read, &stored, &plan.recusals, &led, office).await?,
        implied: lines(plan, &implied, &led, |_| String::new()),
        unheld,
        reports: report_lines(&stored, &dates, &reports, &asked, may.reports, today),
        suggestions: if may.reports { suggestions(read, &stored).await? } else { Vec::new() },
        approvals: approvals.into_iter().map(|a| a.0).collect(),
        upload_problem: String::new(),
        draft: app::api::drafts::Draft::default(),
        plan: stored.plan,
    })
}

/// Everything that stands against 提请审定, while it can be asked for: whoever drafts reads it at once.
async fn problems(read: &mut Pool, stored: &Stored, today: Day) -> Result<Vec<(String, String)>, StorageError> {
    if !stored.editable() {
        return Ok(Vec::new());
    }
    let mut found = ready::missing(&stored.plan, today);
    match edit::tellers_have_accounts(read, stored.district, &stored.plan).await {
        Ok(()) => {}
        Err(Failure::Rejected(no)) => found.push(no),
        Err(Failure::Storage(e)) => return Err(e),
    }
    let said = |no: Rejection| match no {
        Rejection::Field { field, message } => (field, message),
        other => (String::new(), other.to_string()),
    };
    Ok(found.into_iter().map(said).collect())
}

/// Steps in order; the flag marks a decision that returned the plan.
async fn approvals(read: &mut Pool, stored: &Stored) -> Result<Vec<(ApprovalLine, bool)>, StorageError> {
    let rows =
        read.all(q("SELECT * FROM approvals WHERE subject = $1 ORDER BY at, id").bind(stored.id.to_string())).await?;
    rows.iter()
        .map(|row| {
            let back = row.text("decision")? == "returned";
            let step = row.text("step")?;
            let word = match (step == super::approve::STEP_DECIDE, back) {
                (true, true) => "审定 · 退回修改".to_owned(),
                (true, false) => "审定 · 同意".to_owned(),
                _ => step,
            };
            let at = row.instant("at")?;
            let when = match row.opt_day("paper_on")? {
                Some(on) => {
                    let handler = row.opt_text("paper_handler")?.unwrap_or_default();
                    format!("纸质审定：{}，经办人 {handler}", zh_short(on))
                }
                None => format!("{} {}", zh_short(at.day()), at.clock()),
            };
            let line =
                ApprovalLine { words: word, who: row.text("person_name")?, at: when, reason: row.text("reason")? };
            Ok((line, back))
        })
        .collect()
}

fn report_lines(
    stored: &Stored,
    dates: &Dates,
    reports: &HashMap<PresenterId, Report>,
    questions: &HashMap<PresenterId, u32>,
    notes: bool,
    today: Day,
) -> Vec<ReportLine> {
    if !stored.approved() {
        return Vec::new();
    }
    stored
        .plan
        .presenters
        .iter()
        .map(|p| {
            let report = reports.get(&p.id).cloned().unwrap_or_default();
            ReportLine {
                presenter: p.id,
                name: format!("{}　{}", p.title, p.name),
                report: reports::report_state(&report, dates, today).1,
                handed: report.handed_at.is_some() && stored.preparing(),
                facts: reports::facts_word(&report, dates, today).1,
                questions: questions.get(&p.id).copied().unwrap_or(0),
                version: report.version,
                note: if notes { report.note } else { String::new() },
            }
        })
        .collect()
}

/// Lines of recusals; `led` are those of a 镇街纪（工）委 under the presenter's party committee.
fn lines(
    plan: &Plan,
    set: &BTreeSet<Recusal>,
    led: &BTreeSet<Recusal>,
    why: impl Fn(&Recusal) -> String,
) -> Vec<RecusalLine> {
    set.iter()
        .filter_map(|recusal| {
            let rater = plan.raters.iter().find(|r| r.id == recusal.rater)?;
            let presenter = plan.presenter(recusal.presenter)?;
            let own = match () {
                () if rater.person == Some(presenter.person) => "本人",
                () if rater.unit == Some(presenter.unit) => "同一单位",
                () if led.contains(recusal) => "受其所在党（工）委领导的纪（工）委",
                () => "",
            };
            let said = why(recusal);
            Some(RecusalLine {
                rater: recusal.rater,
                rater_name: rater.name.clone(),
                presenter: recusal.presenter,
                presenter_name: presenter.name.clone(),
                why: if said.is_empty() { own.to_owned() } else { said },
            })
        })
        .collect()
}

/// Recusals set, with their reasons for the office alone.
async fn recusals(
    read: &mut Pool,
    stored: &Stored,
    set: &BTreeSet<Recusal>,
    led: &BTreeSet<Recusal>,
    office: bool,
) -> Result<Vec<RecusalLine>, StorageError> {
    let mut reasons: BTreeMap<Recusal, String> = BTreeMap::new();
    for recusal in set.iter().filter(|_| office) {
        let row = read
            .first(
                q("SELECT reason FROM approvals WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT 1")
                    .bind(recusal_subject(stored.id, recusal)),
            )
            .await?;
        if let Some(row) = row {
            reasons.insert(recusal.clone(), row.text("reason")?);
        }
    }
    Ok(lines(&stored.plan, set, led, |r| reasons.get(r).cloned().unwrap_or_default()))
}

async fn head_posts(read: &mut Pool, actor: &Actor, today: Day) -> Result<Vec<(PostId, String)>, StorageError> {
    let rows = read
        .all(
            q("SELECT p.id, p.title, u.name AS unit_name, s.name AS person_name FROM posts p
               JOIN units u ON u.id = p.unit_id JOIN terms t ON t.post_id = p.id JOIN persons s ON s.id = t.person_id
               WHERE p.district_id = $1 AND p.is_head = 1 AND u.ends_on IS NULL
                 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY u.position, u.pinyin, p.position, p.id")
            .bind(actor.district)
            .bind(today),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let words = format!("{}{}　{}", row.text("unit_name")?, row.text("title")?, row.text("person_name")?);
            Ok((row.id("id")?, words))
        })
        .collect()
}

/// Persons who can run the meeting: those of the commission, and raters known to the system.
async fn officers(
    read: &mut Pool,
    actor: &Actor,
    plan: &Plan,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.pinyin FROM persons s JOIN role_grants g ON g.person_id = s.id
         WHERE s.district_id = $1
           AND g.role NOT IN ('principal', 'member', 'liaison', 'system_admin', 'security_admin', 'audit_admin')")
    .bind(actor.district);
    let rows = read.all(held_on(find, today).push("ORDER BY s.pinyin, s.id")).await?;
    let mut people: Vec<(PersonId, String)> =
        rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect::<Result<_, StorageError>>()?;
    for rater in &plan.raters {
        if let Some(person) = rater.person
            && !people.iter().any(|(id, _)| *id == person)
        {
            people.push((person, rater.name.clone()));
        }
    }
    for (id, name) in named(read, actor, plan).await? {
        if !people.iter().any(|(known, _)| *known == id) {
            people.push((id, name));
        }
    }
    Ok(people)
}

/// Names of those whom the plan gives a part.
async fn named(read: &mut Pool, actor: &Actor, plan: &Plan) -> Result<Vec<(PersonId, String)>, StorageError> {
    let ids: BTreeSet<PersonId> =
        plan.chair.iter().chain(&plan.operators).chain(&plan.tellers).chain(&plan.counters).copied().collect();
    let rows = read
        .all(q("SELECT id, name FROM persons WHERE district_id = $1").bind(actor.district).and_in("id", ids))
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Names with the unit in which each works, so that namesakes are told apart.
async fn placed(
    read: &mut Pool,
    actor: &Actor,
    people: Vec<(PersonId, String)>,
    units: &HashMap<UnitId, String>,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let known = raters::known(read, actor.district, today).await?;
    let place: HashMap<PersonId, &str> =
        known.iter().filter_map(|p| Some((p.id, p.units.iter().find_map(|unit| units.get(unit))?.as_str()))).collect();
    let with = |(id, name): (PersonId, String)| match place.get(&id) {
        Some(unit) => (id, format!("{name}（{unit}）")),
        None => (id, name),
    };
    Ok(people.into_iter().map(with).collect())
}

async fn suggestions(read: &mut Pool, stored: &Stored) -> Result<Vec<WaitingQuestion>, StorageError> {
    let rows = read
        .all(
            q("SELECT id, presenter_id, text, state FROM meeting_questions
               WHERE meeting_id = $1 AND anonymous = 1 ORDER BY presenter_id, id")
            .bind(stored.id),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let presenter = stored.plan.presenter(row.id("presenter_id")?).map(|p| p.name.clone());
            Ok(WaitingQuestion {
                id: row.id("id")?,
                presenter: presenter.unwrap_or_default(),
                text: row.text("text")?,
                state: row.text("state")?,
            })
        })
        .collect()
}
