//! Registering readings: one book or those of many units at once, announced to each head in the
//! same transaction; the sample drawn or chosen; taking one back before anything was remarked.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DutyId, InspectionId, PersonId, PostId},
    oversight::{Inspection, NewInspection, Phase, Purpose, Sampling, Standing, draw, share},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Day, zh_short},
};
use serde::Serialize;

use super::{
    super::{Services, colours, facts, items, people::held_on, posts, posts::PostInfo, rows::Rows, told},
    store::{self, Kept, Sampled},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Most books registered in one form: every unit of a district, and no flood.
const AT_ONCE: usize = 300;

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
}

/// What all of a form's readings share, checked.
#[derive(Debug, Clone)]
pub struct Checked {
    plain: Inspection,
    names: Vec<(PersonId, String)>,
    share: u32,
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
    Ok(Checked { plain, names, share: share(form.share)?, body: body_of(from, actor).await? })
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

/// May this book be read next? The post, or why not.
pub async fn readable(from: &mut impl Rows, actor: &Actor, post: PostId, today: Day) -> Result<PostInfo, Failure> {
    let info = posts::post(from, actor.district, post, today).await?.ok_or(Rejection::NotFound)?;
    // Whoever may not register here is not told that the book exists.
    let _proof = access::register_reading(actor, info.access()).map_err(|_| Rejection::NotFound)?;
    let open = from
        .first(q("SELECT from_day FROM inspections WHERE post_id = $1 AND standing IN ('open', 'feedback')").bind(post))
        .await?;
    match open {
        None => Ok(info),
        Some(row) => Err(Rejection::field(
            "post",
            format!(
                "{}还有一次{}开始的翻阅检查没有办结，没有登记。请先办结或撤销那一次。",
                info.unit_name,
                zh_short(row.day("from_day")?)
            ),
        )
        .into()),
    }
}

/// Registers one reading and announces it.
pub async fn register_one(
    tx: &mut Tx,
    actor: &Actor,
    checked: &Checked,
    post: PostId,
    seed: u32,
) -> Result<InspectionId, Failure> {
    let today = tx.now().day();
    let info = readable(tx, actor, post, today).await?;
    let id = InspectionId(random::id(tx.now()));
    let sample = sample_of(tx, post, checked.plain.year, |duties| draw(id.0, seed, checked.share, duties)).await?;
    let (sampling, sample) = (json(&Sampling::Draw { share: checked.share, seed })?, json(&sample)?);
    tx.insert(
        "INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing, sampling, sample, announced_by, announced_at)",
        vec![
            id.into(),
            actor.district.into(),
            post.into(),
            info.unit.into(),
            checked.plain.year.into(),
            checked.plain.purpose.key().into(),
            checked.plain.from.into(),
            checked.plain.to.into(),
            (&checked.body).into(),
            Standing::Open.key().into(),
            sampling.into(),
            sample.into(),
            actor.person.into(),
            tx.now().into(),
        ],
    )
    .await?;
    for (person, name) in &checked.names {
        tx.insert(
            "INSERT INTO inspection_readers (inspection_id, person_id, district_id, name)",
            vec![id.into(), (*person).into(), actor.district.into(), name.into()],
        )
        .await?;
    }
    let names: Vec<&str> = checked.names.iter().map(|(_, name)| name.as_str()).collect();
    let words = format!(
        "{}（{}，{}，{}）",
        checked.plain.purpose.label(),
        days(&checked.plain),
        checked.body,
        names.join("、")
    );
    tx.audit(
        actor.district,
        Some(actor.account),
        "oversight.registered",
        &format!("inspection:{id}"),
        &format!("{} {}年 {words}", info.unit_name, checked.plain.year),
    )
    .await?;
    let kept = store::load(tx, actor.district, id, today).await?;
    store::thread(tx, actor.district, &kept, "oversight.registered", format!("告知翻阅检查：{words}")).await?;
    Ok(id)
}

/// A seed that nobody chose.
pub fn seed(tx: &Tx) -> u32 {
    // The last 32 bits of a fresh id are random.
    u32::try_from(random::id(tx.now()).as_u128() & u128::from(u32::MAX)).unwrap_or_default()
}

/// `11月5日` or `11月5日至11月7日`.
pub fn days(plain: &Inspection) -> String {
    if plain.from == plain.to {
        zh_short(plain.from)
    } else {
        format!("{}至{}", zh_short(plain.from), zh_short(plain.to))
    }
}

/// Items of the list in force that `choose` takes.
async fn sample_of(
    tx: &mut Tx,
    post: PostId,
    year: i32,
    choose: impl FnOnce(&[DutyId]) -> Vec<DutyId>,
) -> Result<Vec<Sampled>, Failure> {
    let heads = facts::lists(tx, post, year).await?;
    let items = match heads.iter().find(|l| l.state.is_in_force()).or(heads.first()) {
        Some(list) => items::items_of_list(tx, list.id).await?,
        None => Vec::new(),
    };
    let duties: Vec<DutyId> = items.iter().map(|i| i.duty).collect();
    let chosen = choose(&duties);
    Ok(items
        .into_iter()
        .filter(|i| chosen.contains(&i.duty))
        .map(|i| Sampled { duty: i.duty, code: i.code, text: i.text })
        .collect())
}

fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::shape("json"))
}

/// The sample chosen by hand, while nothing was remarked.
pub async fn choose(tx: &mut Tx, actor: &Actor, kept: &Kept, duties: &[DutyId]) -> Result<(), Failure> {
    let _proof = access::register_reading(actor, kept.info.access())?;
    untouched(tx, actor, kept).await?;
    if duties.is_empty() {
        return Err(Rejection::field("duty", "还没有选条目，没有保存。请至少选择一条。").into());
    }
    let sample = sample_of(tx, kept.info.post, kept.plain.year, |known| {
        known.iter().copied().filter(|d| duties.contains(d)).collect()
    })
    .await?;
    if sample.len() != duties.iter().collect::<std::collections::BTreeSet<_>>().len() {
        return Err(Rejection::field("duty", "所选条目不在现行清单里，没有保存。请刷新页面后重新选择。").into());
    }
    let (text, sampling) = (json(&sample)?, json(&Sampling::Hand)?);
    tx.execute(
        q("UPDATE inspections SET sample = $1, sampling = $2 WHERE id = $3").bind(text).bind(sampling).bind(kept.id),
    )
    .await?;
    let codes: Vec<&str> = sample.iter().map(|s| s.code.as_str()).collect();
    tx.audit(
        actor.district,
        Some(actor.account),
        "oversight.sampled",
        &format!("inspection:{}", kept.id),
        &codes.join("、"),
    )
    .await?;
    Ok(())
}

/// Takes a reading back that has no remarks.
pub async fn withdraw(tx: &mut Tx, actor: &Actor, kept: &Kept, why: &str) -> Result<(), Failure> {
    let _proof = access::register_reading(actor, kept.info.access())?;
    untouched(tx, actor, kept).await?;
    let why = domain::oversight::check_word("words", "撤销原因", why)?;
    tx.execute(
        q("UPDATE inspections SET standing = 'withdrawn', withdrawn_why = $1 WHERE id = $2").bind(&why).bind(kept.id),
    )
    .await?;
    tx.audit(actor.district, Some(actor.account), "oversight.withdrawn", &format!("inspection:{}", kept.id), &why)
        .await?;
    store::thread(tx, actor.district, kept, "oversight.withdrawn", format!("撤销{}", kept.plain.purpose.label()))
        .await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, tx.now().day()).await
}

async fn untouched(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
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
        let today = self.today();
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let checked = checked(tx, &actor, &form, today).await?;
                let mut made = Vec::new();
                for post in &form.posts {
                    made.push(register_one(tx, &actor, &checked, *post, seed(tx)).await?);
                }
                Ok(made)
            })
        })
        .await
    }

    /// Would this form register? Named unit by unit, for the page that asks once more.
    ///
    /// # Errors
    /// As [`register_readings`](Self::register_readings).
    pub async fn check_readings(&self, actor: &Actor, form: &Register) -> Result<(), ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        checked(&mut read, actor, form, today).await.map_err(told)?;
        for post in &form.posts {
            readable(&mut read, actor, *post, today).await.map_err(told)?;
        }
        Ok(())
    }
}
