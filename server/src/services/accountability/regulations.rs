//! 制度 that units made or mended as a result: registered by the unit or by the 监督室 from paper, linked back to the
//! problems, withdrawn with a reason and never deleted.

use std::collections::{HashMap, HashSet};

use app::api::{
    ApiError,
    accountability::{RegulationRow, RegulationsPage, RegulationsQuery},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{Regulation, RegulationKind},
    board::{Duty, ThreadEvent, Visibility},
    ids::{CommandId, ItemId, RegulationId, UnitId},
    people::access::{self as sight, Actor},
    text,
    time::{Day, first_of, iso, zh},
};
use serde::Serialize;

use super::{
    super::{Services, rows::Rows, storage},
    access::sees,
    around,
    find::Reader,
    measures::{about, years},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, Query, StorageError, Tx, q},
};

/// Form of the drafts of a 制度.
pub const DRAFT: &str = "accountability.regulation";
/// Rows of a page.
const SHOWN: u32 = 50;

/// What is done with one.
#[derive(Debug, Clone, Serialize)]
pub enum RegulationDo {
    /// Registered.
    Add {
        /// Whose.
        unit: UnitId,
        /// About what.
        kind: RegulationKind,
        /// Title.
        title: String,
        /// The unit's 文号.
        number: String,
        /// Adopted.
        adopted_on: Day,
        /// An older one was mended.
        mended: bool,
        /// The problem it answers.
        item: Option<ItemId>,
    },
    /// Another problem that it answers.
    Link(RegulationId, ItemId),
    /// Registered by mistake, or repealed.
    Withdraw(RegulationId, String),
}

/// The 制度 of the units that a reader sees.
fn seen(query: Query, reader: &Reader<'_>, actor: &Actor) -> Query {
    match reader.units() {
        None => query,
        Some(units) => {
            let own = actor.terms.iter().map(|t| t.unit).chain(units);
            query.and_in("g.unit_id", own.collect::<Vec<_>>())
        }
    }
}

/// How many were made in a year in the units that a reader sees.
pub(super) async fn of_year(
    rows: &mut impl Rows,
    reader: &Reader<'_>,
    actor: &Actor,
    year: i32,
) -> Result<u32, StorageError> {
    let query = q("SELECT COUNT(*) AS n FROM regulations g WHERE g.district_id = $1 AND g.withdrawn_at IS NULL")
        .bind(actor.district)
        .push_bind("AND g.adopted_on >= ?", first_of(year, 1))
        .push_bind("AND g.adopted_on < ?", first_of(year + 1, 1));
    rows.first(seen(query, reader, actor)).await?.map_or(Ok(0), |row| row.small("n"))
}

impl Services {
    pub(super) async fn regulations_page(
        &self,
        actor: &Actor,
        query: RegulationsQuery,
    ) -> Result<RegulationsPage, ApiError> {
        let _scope = sight::board_scope(actor)?;
        let about = about(self, actor, query.item.as_deref()).await?;
        let draft = self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        let about = about
            .map(|kept| {
                (kept.item.id.to_string(), format!("{} {}", kept.number, kept.item.problem), kept.item.unit.to_string())
            })
            .unwrap_or_default();
        let mut read = self.store.read().clone();
        self.regulations_of(&mut read, actor, query, about, draft).await.map_err(storage)
    }

    async fn regulations_of(
        &self,
        read: &mut impl Rows,
        actor: &Actor,
        query: RegulationsQuery,
        about: (String, String, String),
        draft: app::api::drafts::Draft,
    ) -> Result<RegulationsPage, StorageError> {
        let today = self.today();
        let reader = Reader::of(read, actor, today).await?;
        let given =
            |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let base = |head: &'static str| {
            let mut find = seen(q(head).bind(actor.district), &reader, actor);
            if let Some(year) = query.year.map(domain::time::sane_year) {
                find = find
                    .push_bind("AND g.adopted_on >= ?", first_of(year, 1))
                    .push_bind("AND g.adopted_on < ?", first_of(year + 1, 1))
                    .push("AND g.withdrawn_at IS NULL");
            }
            // From a problem one looks for what its own unit made.
            if let Some(unit) = given(&query.unit).or_else(|| Some(about.2.clone()).filter(|unit| !unit.is_empty())) {
                find = find.push_bind("AND g.unit_id = ?", unit);
            }
            if let Some(kind) = given(&query.kind) {
                find = find.push_bind("AND g.kind = ?", kind);
            }
            find
        };
        let count = base("SELECT COUNT(*) AS n FROM regulations g WHERE g.district_id = $1");
        let total = read.first(count).await?.map_or(Ok(0), |row| row.small("n"))?;
        let page = query.page.unwrap_or(1).max(1);
        let find = base(
            "SELECT g.*, u.name AS unit_name FROM regulations g JOIN units u ON u.id = g.unit_id WHERE g.district_id = $1",
        )
        .push_bind("ORDER BY g.adopted_on DESC, g.id DESC LIMIT ?", SHOWN)
        .push_bind("OFFSET ?", i64::from(page - 1) * i64::from(SHOWN));
        let mut rows = Vec::new();
        let found = read.all(find).await?;
        let shown: Vec<RegulationId> = found.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
        let mut answered = answered(read, actor, &shown).await?;
        let adds = |unit: UnitId| sight::add_regulation(actor, unit, reader.leads(unit)).is_ok();
        for row in &found {
            let id: RegulationId = row.id("id")?;
            let unit: UnitId = row.id("unit_id")?;
            let withdrawn = row.opt_instant("withdrawn_at")?.is_some();
            let kind = row.keyed("kind", RegulationKind::from_key)?;
            let added = format!("{} {}登记", zh(row.instant("added_at")?.day()), row.text("added_name")?);
            let why = row.text("withdrawn_why")?;
            rows.push(RegulationRow {
                id,
                unit: row.text("unit_name")?,
                kind: kind.label().to_owned(),
                title: format!("《{}》", row.text("title")?),
                number: row.text("number")?,
                adopted_on: zh(row.day("adopted_on")?),
                made: if row.flag("mended")? { "修订" } else { "新建" }.to_owned(),
                items: answered.remove(&id).unwrap_or_default(),
                note: if withdrawn { format!("{added}；已撤下：{why}") } else { added },
                withdrawn,
                withdraws: !withdrawn && adds(unit),
            });
        }
        let words = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        let units = q("SELECT DISTINCT u.id, u.name, u.position FROM units u JOIN regulations g ON g.unit_id = u.id
             WHERE u.district_id = $1");
        let units = seen(units.bind(actor.district), &reader, actor).push("ORDER BY u.position, u.name, u.id");
        let units = read.all(units).await?;
        let own = around::heirs(read, actor.district, None).await?;
        let may = |id: &str| id.parse::<UnitId>().is_ok_and(adds);
        Ok(RegulationsPage {
            command: CommandId(random::id(self.clock.now())),
            rows,
            total,
            page,
            pages: total.div_ceil(SHOWN).max(1),
            years: years(
                read,
                actor.district,
                "SELECT DISTINCT SUBSTR(adopted_on, 1, 4) AS year FROM regulations WHERE district_id = $1",
                today,
            )
            .await?,
            units: units
                .iter()
                .map(|row| Ok((row.text("id")?, row.text("name")?)))
                .collect::<Result<_, StorageError>>()?,
            kinds: RegulationKind::ALL.iter().map(|k| words(k.key(), k.label())).collect(),
            own: own.into_iter().filter(|(id, _)| may(id)).collect(),
            about,
            today: iso(today),
            draft,
        })
    }

    /// One act on a 制度, at most once for its key.
    ///
    /// # Errors
    /// Not found for whoever may not; a rule said no.
    pub async fn regulation_do(&self, actor: &Actor, key: CommandId, what: RegulationDo) -> Result<(), ApiError> {
        self.once(actor, key, what, move |tx, actor, what| Box::pin(async move { act(tx, &actor, what).await })).await
    }
}

/// Problems that documents answer, in the reader's sight: address and number. Two statements for a page.
async fn answered(
    rows: &mut impl Rows,
    actor: &Actor,
    of: &[RegulationId],
) -> Result<HashMap<RegulationId, Vec<(String, String)>>, StorageError> {
    let find = q("SELECT m.regulation_id, m.item_id FROM regulation_items m WHERE m.district_id = $1")
        .bind(actor.district)
        .and_in("m.regulation_id", of.iter().copied());
    let found = rows.all(find.push("ORDER BY m.regulation_id, m.item_id")).await?;
    let ids: Vec<ItemId> = found.iter().map(|row| row.id("item_id")).collect::<Result<_, _>>()?;
    let once: HashSet<ItemId> = ids.iter().copied().collect();
    let kept = store::these(rows, actor.district, &once.into_iter().collect::<Vec<_>>()).await?;
    let seen: HashMap<ItemId, &Kept> =
        kept.iter().filter(|kept| sees(actor, kept)).map(|kept| (kept.item.id, kept)).collect();
    let mut out: HashMap<RegulationId, Vec<(String, String)>> = HashMap::with_capacity(of.len());
    for (row, item) in found.iter().zip(ids) {
        if let Some(kept) = seen.get(&item) {
            let line = (format!("/accountability/{item}"), kept.number.clone());
            out.entry(row.id("regulation_id")?).or_default().push(line);
        }
    }
    Ok(out)
}

/// Carries it out inside a command.
pub(crate) async fn act(tx: &mut Tx, actor: &Actor, what: RegulationDo) -> Result<(), Failure> {
    let (id, words) = match what {
        RegulationDo::Add { unit, kind, title, number, adopted_on, mended, item } => {
            let missing = || Rejection::field("unit", "还没有选单位，没有保存。请选择。");
            let find = q("SELECT leads_district FROM units WHERE id = $1 AND district_id = $2");
            let row = tx.row(find.bind(unit).bind(actor.district)).await?.ok_or_else(missing)?;
            let leads = row.flag("leads_district")?;
            let _proof = sight::add_regulation(actor, unit, leads).map_err(|_| missing())?;
            let id = RegulationId(random::id(tx.now()));
            let made =
                Regulation { id, unit, kind, title, number, adopted_on, mended, items: item.into_iter().collect() }
                    .checked(tx.now().day())?;
            insert(tx, actor, &made).await?;
            for item in &made.items {
                link(tx, actor, id, unit, *item, &made.title).await?;
            }
            (id, format!("《{}》", made.title))
        }
        RegulationDo::Link(id, item) => {
            let (unit, title) = own(tx, actor, id).await?;
            link(tx, actor, id, unit, item, &title).await?;
            (id, format!("《{title}》关联问题"))
        }
        RegulationDo::Withdraw(id, reason) => {
            let (_, title) = own(tx, actor, id).await?;
            let reason = text::required("reason", "撤下原因", &reason, text::LINE_MAX)?;
            let now = tx.now();
            tx.execute(
                q("UPDATE regulations SET withdrawn_at = $1, withdrawn_why = $2 WHERE id = $3")
                    .bind(now)
                    .bind(&reason)
                    .bind(id),
            )
            .await?;
            (id, format!("撤下《{title}》"))
        }
    };
    let object = format!("regulation:{id}");
    tx.audit(actor.district, Some(actor.account), "accountability.regulation", &object, &words).await?;
    Ok(())
}

/// One that the actor may change: unit and title.
async fn own(tx: &mut Tx, actor: &Actor, id: RegulationId) -> Result<(UnitId, String), Failure> {
    let find = q("SELECT g.unit_id, g.title, u.leads_district FROM regulations g JOIN units u ON u.id = g.unit_id
         WHERE g.id = $1 AND g.district_id = $2 AND g.withdrawn_at IS NULL");
    let row = tx.row(find.bind(id).bind(actor.district)).await?.ok_or(Rejection::NotFound)?;
    let unit = row.id("unit_id")?;
    let leads = row.flag("leads_district")?;
    let _proof = sight::add_regulation(actor, unit, leads).map_err(|_| Rejection::NotFound)?;
    Ok((unit, row.text("title")?))
}

async fn insert(tx: &mut Tx, actor: &Actor, made: &Regulation) -> Result<(), StorageError> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO regulations (id, district_id, unit_id, kind, title, number, adopted_on, mended, added_by, added_name,
         added_at)",
        vec![
            made.id.into(),
            actor.district.into(),
            made.unit.into(),
            made.kind.key().into(),
            (&made.title).into(),
            (&made.number).into(),
            made.adopted_on.into(),
            made.mended.into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
        ],
    )
    .await
    .map(drop)
}

/// Links it to a problem of the same unit, and says so in the thread of its post.
async fn link(
    tx: &mut Tx,
    actor: &Actor,
    id: RegulationId,
    unit: UnitId,
    item: ItemId,
    title: &str,
) -> Result<(), Failure> {
    let none = || Rejection::field("item", "没有找到这个单位的这一问题，没有保存。请从问题的页面进入。");
    let kept = store::load(tx, actor.district, item).await.map_err(|_| none())?;
    // The office sees every item; the unit its own. A document answers problems of its own unit alone.
    if !sees(actor, &kept) || kept.item.unit != unit {
        return Err(none().into());
    }
    tx.execute(
        q("INSERT INTO regulation_items (regulation_id, item_id, district_id) VALUES ($1, $2, $3)
           ON CONFLICT (regulation_id, item_id) DO NOTHING")
        .bind(id)
        .bind(item)
        .bind(actor.district),
    )
    .await?;
    let event = ThreadEvent {
        post: kept.item.post,
        year: chrono::Datelike::year(&tx.now().day()),
        duty: kept.item.duty,
        stage: Duty::Wen,
        at: tx.now(),
        source: "accountability.regulation".to_owned(),
        title: format!("问题整改 · 建立制度：《{title}》"),
        link: Some(format!("/accountability/{item}")),
        visibility: Visibility::All,
    };
    Ok(tx.thread(actor.district, &event).await?)
}
