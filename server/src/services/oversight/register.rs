//! Registering readings: one book or those of many units at once, announced to each head in the
//! same transaction; the sample drawn or chosen; taking one back before anything was remarked.

use std::collections::{HashMap, HashSet};

use app::api::ApiError;
use domain::{
    Rejection,
    duties::DutyItem,
    ids::{CommandId, DutyId, InspectionId, LeaderListId, PersonId, PostId, SeasonStepId},
    oversight::{Inspection, NewInspection, Phase, Purpose, Sampling, Standing, draw_least, least, share},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Day, zh_short},
};
use serde::Serialize;

use super::{
    super::{Services, colours, facts, items, people::held_on, posts, posts::PostInfo, rows::Rows, season, told},
    again,
    store::{self, Kept, Sampled},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Most books registered in one form, which is a page of the list: most districts have fewer.
pub const AT_ONCE: usize = 200;

/// What the form said.
#[derive(Debug, Clone, Serialize)]
pub struct Register {
    /// Key.
    pub command: CommandId,
    /// Purpose.
    pub purpose: Purpose,
    /// Year of the books.
    pub year: i32,
    /// Whose books.
    pub posts: Vec<PostId>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Who reads.
    pub readers: Vec<PersonId>,
    /// Percent of the items.
    pub share: u32,
    /// At least so many of them.
    pub least: u32,
    /// The step of the year's plan that it is for, where one book is registered from there.
    pub step: Option<SeasonStepId>,
}

/// What all of a form's readings share, checked.
#[derive(Debug, Clone)]
pub struct Checked {
    plain: Inspection,
    names: Vec<(PersonId, String)>,
    share: u32,
    least: u32,
    body: String,
}

/// People whom the actor may name: his colleagues in the body, himself among them, and those of the
/// 镇（街道）纪（工）委 that assists.
pub async fn candidates(
    from: &mut impl Rows,
    actor: &Actor,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let today_roles = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice];
    let bodies: Vec<String> =
        actor.grants.iter().filter(|g| today_roles.contains(&g.role)).map(|g| g.unit.to_string()).collect();
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let mut find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                      WHERE g.district_id = $1
                        AND g.role IN ('conduct_office', 'resident_team', 'supervision_office', 'town_committee')")
    .bind(actor.district);
    find = held_on(find, today).push("AND (g.unit_id IN (");
    for (n, body) in bodies.iter().enumerate() {
        find = find.push_bind(if n == 0 { "?" } else { ", ?" }, body.as_str());
    }
    find = find.push(
        ") OR g.unit_id IN (SELECT committee_id FROM oversight_map WHERE committee_id IS NOT NULL AND unit_id IN (''",
    );
    for unit in &actor.watched {
        find = find.push_bind(", ?", *unit);
    }
    let rows = from.all(find.push("))) ORDER BY s.strokes, s.name, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Checks what does not depend on a unit.
pub async fn checked(from: &mut impl Rows, actor: &Actor, form: &Register, today: Day) -> Result<Checked, Failure> {
    if form.posts.is_empty() {
        return Err(Rejection::field("post", "还没有选单位，没有登记。请至少选择一个单位。").into());
    }
    if form.posts.len() > AT_ONCE {
        return Err(Rejection::field("post", format!("一次最多登记 {AT_ONCE} 个单位，没有登记。请分批登记。")).into());
    }
    let new = NewInspection {
        purpose: form.purpose,
        year: form.year,
        from: form.from,
        to: form.to,
        readers: form.readers.clone(),
    };
    let plain = new.check(today)?;
    let known = candidates(from, actor, today).await?;
    let names = plain
        .readers
        .iter()
        .map(|id| known.iter().find(|(person, _)| person == id).cloned())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Rejection::field("reader", "翻阅人员不在可选范围，没有登记。请刷新页面后重新选择。"))?;
    let (share, least) = (share(form.share)?, least(form.least)?);
    Ok(Checked { plain, names, share, least, body: body_of(from, actor).await? })
}

async fn body_of(from: &mut impl Rows, actor: &Actor) -> Result<String, StorageError> {
    let grant = actor
        .grants
        .iter()
        .find(|g| matches!(g.role, Role::ResidentTeam | Role::SupervisionOffice))
        .or_else(|| actor.grants.iter().find(|g| g.role == Role::ConductOffice));
    let Some(grant) = grant else { return Ok(String::new()) };
    let row = from.first(q("SELECT name FROM units WHERE id = $1").bind(grant.unit)).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.text("name"))
}

/// May these books be read next? The posts in the order asked, or why one may not. Three statements.
pub async fn readable(
    from: &mut impl Rows,
    actor: &Actor,
    posts: &[PostId],
    today: Day,
) -> Result<Vec<PostInfo>, Failure> {
    let heads = posts::heads(from, actor.district, today).await?;
    let known: HashMap<PostId, PostInfo> = heads.into_iter().map(|info| (info.post, info)).collect();
    let find = q("SELECT post_id, from_day FROM inspections WHERE standing IN ('open', 'feedback')");
    let open = from.all(find.and_in("post_id", posts.iter().copied())).await?;
    let mut running: HashMap<PostId, Day> = HashMap::new();
    for row in &open {
        running.insert(row.id("post_id")?, row.day("from_day")?);
    }
    let one = |post: &PostId| {
        let info = known.get(post).ok_or(Rejection::NotFound)?;
        // Whoever may not register here is not told that the book exists.
        let _proof = access::register_reading(actor, info.access()).map_err(|_| Rejection::NotFound)?;
        match running.get(post) {
            None => Ok(info.clone()),
            Some(day) => Err(Rejection::field(
                "post",
                format!(
                    "{}还有一次{}开始的翻阅检查没有办结，没有登记。请先办结或撤销那一次。",
                    info.unit_name,
                    zh_short(*day)
                ),
            )
            .into()),
        }
    };
    posts.iter().map(one).collect()
}

/// Registers readings, each with the seed of its draw, and announces them. What is read for them is read in
/// sets, so that those of a whole district hold the writer no longer than some saves.
pub async fn register_all(
    tx: &mut Tx,
    actor: &Actor,
    checked: &Checked,
    chosen: &[(PostId, u32)],
) -> Result<Vec<InspectionId>, Failure> {
    let (today, now, year) = (tx.now().day(), tx.now(), checked.plain.year);
    let posts: Vec<PostId> = chosen.iter().map(|(post, _)| *post).collect();
    let infos = readable(tx, actor, &posts, today).await?;
    let items = items_read(tx, &posts, year).await?;
    let going_on = again::draws(tx, &posts, (checked.plain.purpose, year)).await?;
    let names: Vec<&str> = checked.names.iter().map(|(_, name)| name.as_str()).collect();
    let purpose = checked.plain.purpose;
    let words = format!("{}（{}，{}，{}）", purpose.label(), checked.plain.days(), checked.body, names.join("、"));
    let (mut made, mut rows, mut readers, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (info, (post, seed)) in infos.iter().zip(chosen) {
        let id = InspectionId(random::id(now));
        let known = items.get(post).map_or(&[][..], Vec::as_slice);
        // Taken back and registered again: the draw stays the same, whatever seed would come now.
        let (by, seed, of) = match going_on.get(post) {
            Some((by, seed)) => (*by, *seed, Some(*by)),
            None => (id.0, *seed, None),
        };
        let sample = sampled(known, |duties| draw_least(by, seed, (checked.share, checked.least), duties));
        let pool = sampled(known, <[DutyId]>::to_vec);
        rows.push(vec![
            id.into(),
            actor.district.into(),
            (*post).into(),
            info.unit.into(),
            year.into(),
            purpose.key().into(),
            checked.plain.from.into(),
            checked.plain.to.into(),
            (&checked.body).into(),
            Standing::Open.key().into(),
            json(&Sampling::Draw { share: checked.share, seed, least: checked.least, of })?.into(),
            json(&sample)?.into(),
            json(&pool)?.into(),
            actor.person.into(),
            now.into(),
        ]);
        for (person, name) in &checked.names {
            readers.push(vec![id.into(), (*person).into(), actor.district.into(), name.into()]);
        }
        let title = format!("告知翻阅检查：{words}");
        events.push(store::event_of(now, (id, *post, year), "oversight.registered", title));
        made.push(id);
    }
    let head = "INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing, sampling, sample, pool, announced_by, announced_at)";
    tx.insert_all(head, rows, "").await?;
    let head = "INSERT INTO inspection_readers (inspection_id, person_id, district_id, name)";
    tx.insert_all(head, readers, "").await?;
    for (id, info) in made.iter().zip(&infos) {
        let details = format!("{} {year}年 {words}", info.unit_name);
        let object = format!("inspection:{id}");
        tx.audit(actor.district, Some(actor.account), "oversight.registered", &object, &details).await?;
    }
    tx.thread_all(actor.district, &events).await?;
    let linked: Vec<(PostId, InspectionId)> = posts.iter().copied().zip(made.iter().copied()).collect();
    season::registered(tx, actor, (purpose, year), &linked).await?;
    Ok(made)
}

/// Each post once, in the order asked.
fn once(posts: &[PostId]) -> Vec<PostId> {
    let mut seen = HashSet::new();
    posts.iter().copied().filter(|post| seen.insert(*post)).collect()
}

/// A seed that nobody chose.
pub fn seed(tx: &Tx) -> u32 {
    // The last 32 bits of a fresh id are random.
    u32::try_from(random::id(tx.now()).as_u128() & u128::from(u32::MAX)).unwrap_or_default()
}

/// Items of the list in force of each post. Two statements.
pub(super) async fn items_read(
    from: &mut impl Rows,
    posts: &[PostId],
    year: i32,
) -> Result<HashMap<PostId, Vec<DutyItem>>, StorageError> {
    let mut lists: HashMap<LeaderListId, PostId> = HashMap::new();
    for (post, heads) in facts::lists_of(from, posts, year).await? {
        if let Some(list) = heads.iter().find(|l| l.state.is_in_force()).or(heads.first()) {
            lists.insert(list.id, post);
        }
    }
    let ids: Vec<LeaderListId> = lists.keys().copied().collect();
    let items = items::items_of_lists(from, &ids).await?;
    Ok(items.into_iter().filter_map(|(list, items)| Some((*lists.get(&list)?, items))).collect())
}

/// Those of some items that `choose` takes.
pub(super) fn sampled(items: &[DutyItem], choose: impl FnOnce(&[DutyId]) -> Vec<DutyId>) -> Vec<Sampled> {
    let duties: Vec<DutyId> = items.iter().map(|i| i.duty).collect();
    let chosen = choose(&duties);
    items
        .iter()
        .filter(|i| chosen.contains(&i.duty))
        .map(|i| Sampled { duty: i.duty, code: i.code.clone(), text: i.text.clone() })
        .collect()
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::shape("json"))
}

/// What broke off goes on until another day; the head is told, as of its first days.
pub async fn prolong(tx: &mut Tx, actor: &Actor, kept: &Kept, to: Option<Day>, why: &str) -> Result<(), Failure> {
    let _proof = access::register_reading(actor, kept.info.access())?;
    let to = kept.plain.prolong(tx.now().day(), to)?;
    let why = domain::oversight::check_word("words", "顺延原因", why)?;
    tx.execute(q("UPDATE inspections SET to_day = $1 WHERE id = $2").bind(to).bind(kept.id)).await?;
    let title = format!("{}顺延至{}", kept.plain.purpose.label(), zh_short(to));
    let object = format!("inspection:{}", kept.id);
    tx.audit(actor.district, Some(actor.account), "oversight.prolonged", &object, &format!("{title} {why}")).await?;
    store::thread(tx, actor.district, kept, "oversight.prolonged", format!("告知{title}：{why}")).await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, tx.now().day()).await
}

/// Takes a reading back that has no remarks.
pub async fn withdraw(tx: &mut Tx, actor: &Actor, kept: &Kept, why: &str) -> Result<(), Failure> {
    let _proof = access::register_reading(actor, kept.info.access())?;
    untouched(tx, actor, kept).await?;
    // Who took it back is told with the next one of the kind.
    let why = format!("{}，{}撤销", domain::oversight::check_word("words", "撤销原因", why)?, actor.name);
    tx.execute(
        q("UPDATE inspections SET standing = 'withdrawn', withdrawn_why = $1 WHERE id = $2").bind(&why).bind(kept.id),
    )
    .await?;
    tx.audit(actor.district, Some(actor.account), "oversight.withdrawn", &format!("inspection:{}", kept.id), &why)
        .await?;
    store::thread(tx, actor.district, kept, "oversight.withdrawn", format!("撤销{}", kept.plain.purpose.label()))
        .await?;
    season::withdrawn(tx, actor, kept.id).await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, tx.now().day()).await
}

pub(super) async fn untouched(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    let phase = kept.plain.phase(tx.now().day());
    let open = matches!(phase, Phase::Planned | Phase::Running | Phase::Over);
    if !open || !store::remarks(tx, actor.district, kept.id).await?.is_empty() {
        return Err(Rejection::state("这次翻阅检查已经有检查意见或已经办结，不能再改，没有保存。").into());
    }
    Ok(())
}

impl Services {
    /// Registers readings of all `form.posts`, or of none.
    ///
    /// # Errors
    /// A wrong field, a book that is being read, or storage failed.
    pub async fn register_readings(&self, actor: &Actor, form: Register) -> Result<Vec<InspectionId>, ApiError> {
        let (today, year, posts) = (self.today(), form.year, once(&form.posts));
        let made = self
            .once(actor, form.command, form, move |tx, actor, form| {
                Box::pin(async move {
                    let checked = checked(tx, &actor, &form, today).await?;
                    let chosen: Vec<(PostId, u32)> = once(&form.posts).into_iter().map(|p| (p, seed(tx))).collect();
                    let made = register_all(tx, &actor, &checked, &chosen).await?;
                    // Registered from the year's plan: for this step and no other.
                    if let (Some(step), [id]) = (form.step, made.as_slice()) {
                        season::attach(tx, &actor, step, *id).await?;
                    }
                    Ok(made)
                })
            })
            .await?;
        // The board says that it goes on; some posts at a time, as a page of them is registered at once.
        self.recolour_rows(actor.district, year, posts).await?;
        Ok(made)
    }

    /// Would this form register? Named unit by unit, for the page that asks once more.
    ///
    /// # Errors
    /// As [`register_readings`](Self::register_readings).
    pub async fn check_readings(&self, actor: &Actor, form: &Register) -> Result<(), ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        checked(&mut read, actor, form, today).await.map_err(told)?;
        readable(&mut read, actor, &once(&form.posts), today).await.map_err(told)?;
        Ok(())
    }
}
