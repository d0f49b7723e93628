//! What the office does with a step: moves it, gives it to others, splits it, notes what was done on paper, cancels it,
//! takes it up again. Each audited, each on the version that was seen.

use app::api::ApiError;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Visibility},
    ids::{CommandId, DistrictId, PersonId, SeasonStepId, UnitId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    season::{PARTS_MAX, Share, StepKind, StepState, assigned, moved, on_paper, parts, why_given, why_split},
    text,
    time::{Day, zh, zh_short},
};
use serde::Serialize;

use super::{
    super::{Services, colours, people::held_on, posts, rows::Rows},
    store::{self, Kept, stepped},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Longest reason, in characters.
const WHY_MAX: usize = 200;

/// What is done with a step.
#[derive(Debug, Clone, Serialize)]
pub enum Do {
    /// Another due day.
    Move(Option<Day>),
    /// Somebody else does it.
    Assign(Share),
    /// Two to four do a part each.
    Split(Vec<Share>),
    /// Done on paper: day and handler.
    Paper(Option<Day>, String),
    /// Out of the plan.
    Cancel,
    /// Back into the plan.
    Restore,
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct Act {
    /// Key.
    pub command: CommandId,
    /// Step.
    pub step: SeasonStepId,
    /// Version that the page showed.
    pub seen: i64,
    /// What.
    pub act: Do,
    /// Why; of what was done on paper, what there is of it.
    pub why: String,
}

/// Who may have a step of `unit`: its bodies by the 归口表 and the 监督室, each as a whole and each of their people.
/// Three statements.
pub async fn shares(
    from: &mut impl Rows,
    district: DistrictId,
    unit: UnitId,
    today: Day,
) -> Result<Vec<(Share, String)>, StorageError> {
    let found = from
        .all(
            q("SELECT u.id, u.name, u.kind FROM units u WHERE u.district_id = $1 AND (u.ends_on IS NULL OR u.ends_on >= $2)
                 AND (u.id IN (SELECT team_id FROM oversight_map WHERE unit_id = $3 AND team_id IS NOT NULL)
                   OR u.id IN (SELECT office_id FROM oversight_map WHERE unit_id = $3 AND office_id IS NOT NULL)
                   OR u.id IN (SELECT unit_id FROM role_grants WHERE district_id = $1 AND role = 'conduct_office'
                                 AND state = 'active'))
               ORDER BY CASE WHEN u.kind = 'team' THEN 0 ELSE 1 END, u.position, u.name, u.id")
            .bind(district)
            .bind(today)
            .bind(unit),
        )
        .await?;
    let mut bodies: Vec<(UnitId, String, UnitKind)> = Vec::new();
    for row in &found {
        bodies.push((row.id("id")?, row.text("name")?, row.keyed("kind", UnitKind::from_key)?));
    }
    let roles = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice].map(Role::key);
    let find = q("SELECT DISTINCT g.unit_id, s.id, s.name, s.strokes FROM role_grants g
                  JOIN persons s ON s.id = g.person_id WHERE g.district_id = $1")
    .bind(district)
    .and_in("g.role", roles)
    .and_in("g.unit_id", bodies.iter().map(|(id, ..)| *id));
    let people = from.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    let mut out: Vec<(Share, String)> = Vec::new();
    for (body, name, _) in &bodies {
        out.push((Share { body: *body, person: None }, name.clone()));
        for row in &people {
            if row.id::<UnitId>("unit_id")? == *body {
                let person: PersonId = row.id("id")?;
                out.push((Share { body: *body, person: Some(person) }, format!("{name}　{}", row.text("name")?)));
            }
        }
    }
    Ok(out)
}

/// The step of a form, which the office may run.
async fn run(tx: &mut Tx, actor: &Actor, form: &Act) -> Result<(), Failure> {
    let kept = store::load(tx, actor.district, form.step).await?;
    // Whoever does not see it is not told that it exists.
    let _seen = access::see_step(actor, kept.of()).map_err(|_| Rejection::NotFound)?;
    let _proof = access::run_step(actor, kept.of())?;
    if !matches!(form.act, Do::Restore) {
        kept.state.changes()?;
    }
    let (today, district) = (tx.now().day(), actor.district);
    let (action, words) = match &form.act {
        Do::Move(to) => {
            let calendar = posts::calendar(tx, district).await?;
            let (to, why) = moved(kept.place, *to, &form.why, today, &calendar)?;
            stepped(tx, &kept, form.seen).await?;
            tx.execute(
                q("UPDATE season_steps SET due_on = $1, moved_why = $2 WHERE id = $3")
                    .bind(to)
                    .bind(&why)
                    .bind(kept.id),
            )
            .await?;
            ("season.moved", format!("{} → {}：{why}", zh_short(kept.due), zh_short(to)))
        }
        Do::Assign(share) => {
            let all = shares(tx, district, kept.post.unit, today).await?;
            let share = assigned(*share, &all.iter().map(|(share, _)| *share).collect::<Vec<_>>())?;
            let why = why_given(&form.why)?;
            stepped(tx, &kept, form.seen).await?;
            give(tx, kept.id, share).await?;
            let words = format!("{}改由{}承办；改派原因：{why}", had(&kept), name_of(&all, share));
            changed_hands(tx, district, &kept, &words).await?;
            ("season.assigned", words)
        }
        Do::Split(chosen) => split(tx, district, &kept, form, chosen).await?,
        Do::Paper(on, handler) => {
            let (on, handler, why) = on_paper(kept.place, *on, handler, &form.why, today)?;
            stepped(tx, &kept, form.seen).await?;
            tx.execute(
                q("UPDATE season_steps SET state = 'done', done_on = $1, handler = $2, ended_why = $3,
                     paused_on = NULL WHERE id = $4")
                .bind(on)
                .bind(&handler)
                .bind(&why)
                .bind(kept.id),
            )
            .await?;
            told_of(tx, district, &kept, on).await?;
            ("season.on_paper", format!("{} {handler}：{why}", zh(on)))
        }
        Do::Cancel => {
            let why = text::required("why", "取消原因", &form.why, WHY_MAX)?;
            if kept.inspection.is_some() {
                return Err(Rejection::state("这一步正在翻阅检查，没有取消。请先撤销那次翻阅检查，再取消。").into());
            }
            stepped(tx, &kept, form.seen).await?;
            tx.execute(
                q("UPDATE season_steps SET state = 'cancelled', ended_why = $1, paused_on = NULL WHERE id = $2")
                    .bind(&why)
                    .bind(kept.id),
            )
            .await?;
            ("season.cancelled", why)
        }
        Do::Restore => {
            kept.state.restores()?;
            stepped(tx, &kept, form.seen).await?;
            tx.execute(
                q("UPDATE season_steps SET state = $1, ended_why = '' WHERE id = $2")
                    .bind(kept.of_note().key())
                    .bind(kept.id),
            )
            .await?;
            ("season.restored", String::new())
        }
    };
    let object = format!("season:{}", kept.id);
    let details = format!("{} {words}", kept.title());
    tx.audit(district, Some(actor.account), action, &object, details.trim()).await?;
    if kept.place.kind == StepKind::QuarterReminder {
        return Ok(());
    }
    colours::refresh(tx, district, kept.post.post, kept.place.year, today).await
}

async fn give(tx: &mut Tx, step: SeasonStepId, share: Share) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE season_steps SET body_id = $1, assignee_id = $2, by_hand = 1 WHERE id = $3")
            .bind(share.body)
            .bind(share.person)
            .bind(step),
    )
    .await
    .map(drop)
}

fn name_of(all: &[(Share, String)], share: Share) -> String {
    all.iter().find(|(known, _)| *known == share).map(|(_, name)| name.clone()).unwrap_or_default()
}

/// The first one keeps the step, with its note and its reading; the others get a part of their own.
async fn split(
    tx: &mut Tx,
    district: DistrictId,
    kept: &Kept,
    form: &Act,
    chosen: &[Share],
) -> Result<(&'static str, String), Failure> {
    let all = shares(tx, district, kept.post.unit, tx.now().day()).await?;
    let allowed: Vec<Share> = all.iter().map(|(share, _)| *share).collect();
    let chosen = parts(kept.place.kind, chosen, &allowed)?;
    let known = store::parts_of(tx, district, kept.post.post, kept.place).await?;
    if known.len() + chosen.len() - 1 > PARTS_MAX {
        let no = format!("这一步已经拆成 {} 份，最多 {PARTS_MAX} 份，没有拆分。", known.len());
        return Err(Rejection::field("part", no).into());
    }
    let why = why_split(&form.why)?;
    stepped(tx, kept, form.seen).await?;
    let (now, mut next) = (tx.now(), known.iter().map(|part| part.part).max().unwrap_or(1));
    let mut rows = Vec::new();
    for (n, share) in chosen.iter().enumerate() {
        if n == 0 {
            give(tx, kept.id, *share).await?;
            continue;
        }
        next += 1;
        rows.push(vec![
            SeasonStepId(random::id(now)).into(),
            district.into(),
            kept.post.unit.into(),
            kept.post.post.into(),
            kept.place.year.into(),
            kept.place.kind.key().into(),
            kept.place.period.into(),
            next.into(),
            share.body.into(),
            share.person.into(),
            true.into(),
            kept.planned_on.into(),
            kept.due.into(),
            (&kept.moved_why).into(),
            StepState::Planned.key().into(),
            kept.paused_on.into(),
            now.into(),
            now.into(),
        ]);
    }
    tx.insert_all(
        "INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, part, body_id, assignee_id,
           by_hand, planned_on, due_on, moved_why, state, paused_on, made_at, changed_at)",
        rows,
        "",
    )
    .await?;
    let names: Vec<String> = chosen.iter().map(|share| name_of(&all, *share)).collect();
    let words = format!("{}拆分给{}分别承办；拆分原因：{why}", had(kept), names.join("、"));
    changed_hands(tx, district, kept, &words).await?;
    Ok(("season.split", words))
}

/// Whose it was.
fn had(kept: &Kept) -> String {
    match (kept.body_name.as_str(), kept.assignee_name.as_str()) {
        ("", _) => "原来没有承办单位，".to_owned(),
        (body, "") => format!("原由{body}承办，"),
        (body, person) => format!("原由{body} {person}承办，"),
    }
}

/// Source of the lines that say whose a step was before.
pub(super) const HANDS: &str = "season.hands";

/// A line in the thread of the post, for those who supervise: whose it was, and why no more. The page of the step shows
/// the lines that lead to it.
async fn changed_hands(tx: &mut Tx, district: DistrictId, kept: &Kept, words: &str) -> Result<(), StorageError> {
    let event = ThreadEvent {
        post: kept.post.post,
        year: kept.place.year,
        duty: None,
        stage: Duty::Du,
        at: tx.now(),
        source: HANDS.to_owned(),
        title: format!("{}：{words}", kept.place.kind.title(kept.place.period)),
        link: Some(format!("/oversight/season/{}", kept.id)),
        visibility: Visibility::Office,
    };
    tx.thread(district, &event).await
}

/// A line in the thread of the post: the step is done, as a signed reading says it, too.
async fn told_of(tx: &mut Tx, district: DistrictId, kept: &Kept, on: Day) -> Result<(), StorageError> {
    let event = ThreadEvent {
        post: kept.post.post,
        year: kept.place.year,
        duty: None,
        stage: Duty::Du,
        at: tx.now(),
        source: "season.on_paper".to_owned(),
        title: format!("{}：{}已在纸质材料上办结", kept.place.kind.title(kept.place.period), zh_short(on)),
        link: None,
        visibility: Visibility::All,
    };
    tx.thread(district, &event).await
}

impl Services {
    /// One act of the office on a step.
    ///
    /// # Errors
    /// Not his to do, not now, seen too long ago, wrong words, or storage failed.
    pub async fn season_act(&self, actor: &Actor, form: Act) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { run(tx, &actor, &form).await })
        })
        .await
    }
}

/// An act of the office, inside a story that is told at once.
pub(crate) async fn act_quietly(tx: &mut Tx, actor: &Actor, form: &Act) -> Result<(), Failure> {
    run(tx, actor, form).await
}
