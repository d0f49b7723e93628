//! Published 问责 measures: number, date, kind, by two persons. Read by those who run and lead the chain and by nobody
//! else; never a unit's state, never a person's.

mod write;

use std::collections::HashSet;

use super::{
    super::{Services, parse, posts, rows::Rows, storage, told},
    access::sees,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, Query, Row, StorageError, Tx, q},
};
use app::api::{
    ApiError,
    accountability::{KindRow, MeasureRow, MeasuresPage, MeasuresQuery, Mending},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{Dictionary, Form, Measure, MeasureKind, MeasureState, Responsibility, Rulebook, Target, Way},
    ids::{CommandId, DistrictId, ItemId, MeasureId, PostId},
    people::access::{self as sight, Actor, PostRef},
    time::{Day, first_of, iso, zh},
};

pub use write::{Fill, MeasureDo};

/// Form of the drafts of a measure.
pub const DRAFT: &str = "accountability.measure";
/// Rows of a page.
const SHOWN: u32 = 50;

const MEASURES: &str =
    "SELECT m.*, u.name AS unit_name, u.leads_district FROM measures m JOIN units u ON u.id = m.unit_id
  WHERE m.district_id = $1";

struct Found {
    measure: Measure,
    unit: String,
    leads: bool,
}

fn read(row: &Row) -> Result<Found, StorageError> {
    Ok(Found { measure: row.json("measure")?, unit: row.text("unit_name")?, leads: row.flag("leads_district")? })
}

impl Found {
    fn post(&self) -> PostRef {
        PostRef { post: self.measure.what.post, unit: self.measure.what.unit, leads_district: self.leads }
    }
}

/// The district's dictionaries and their version; the 示范 ones with 0.
pub(super) async fn dictionary(rows: &mut impl Rows, district: DistrictId) -> Result<(Dictionary, u32), StorageError> {
    let find = q("SELECT entries, version FROM measure_dictionaries WHERE district_id = $1").bind(district);
    match rows.first(find).await? {
        Some(row) => Ok((row.json("entries")?, row.small("version")?)),
        None => Ok((Dictionary::sample(), 0)),
    }
}

/// Published measures that name an item: words and address.
pub(super) async fn of_item(rows: &mut impl Rows, kept: &Kept) -> Result<Vec<(String, String)>, StorageError> {
    let find = q("SELECT m.measure FROM measures m WHERE m.item_id = $1 AND m.state <> 'void'
         ORDER BY m.published_on, m.id");
    let rows = rows.all(find.bind(kept.item.id)).await?;
    rows.iter()
        .map(|row| {
            let measure: Measure = row.json("measure")?;
            let words = format!("{} {}（{}）", measure.label, measure.what.number, zh(measure.what.decided_on));
            Ok((words, format!("/accountability/measures?item={}", kept.item.id)))
        })
        .collect()
}

/// How many were published in a year, by way; confirmed ones in the actor's sight only.
pub(super) async fn by_way(rows: &mut impl Rows, actor: &Actor, year: i32) -> Result<Vec<(Way, u32)>, StorageError> {
    let find = of_year(q(MEASURES), actor.district, year).push("AND m.state = 'confirmed'");
    let mut counts: Vec<(Way, u32)> = Way::ALL.iter().map(|way| (*way, 0)).collect();
    for row in rows.all(find).await? {
        let found = read(&row)?;
        let seen = sight::see_measure(actor, found.post()).is_ok();
        if let Some(place) = counts.iter_mut().find(|(way, _)| seen && *way == found.measure.way) {
            place.1 += 1;
        }
    }
    Ok(counts)
}

fn of_year(query: Query, district: DistrictId, year: i32) -> Query {
    query
        .bind(district)
        .push_bind("AND m.published_on >= ?", first_of(year, 1))
        .push_bind("AND m.published_on < ?", first_of(year + 1, 1))
}

fn row(actor: &Actor, found: &Found) -> MeasureRow {
    let Measure { what, state, version, .. } = &found.measure;
    let measure = &found.measure;
    let level = what.responsibility.map(|r| format!(" · {}", r.label())).unwrap_or_default();
    let first = measure.entered_by.0 == actor.person;
    let may_second = sight::confirm_measure(actor, found.post()).is_ok();
    let enters = sight::enter_measure(actor, found.post()).is_ok();
    let second = measure.confirmed_by.as_ref().map(|(_, name)| format!("，{name}核对")).unwrap_or_default();
    MeasureRow {
        id: measure.id,
        version: *version,
        unit: found.unit.clone(),
        kind: format!("{} · {}", measure.book.label(), measure.label),
        way: measure.way.label().to_owned(),
        form: measure.form.map(|form| form.label().to_owned()).unwrap_or_default(),
        target: format!("{}{level}", measure.target.label()),
        number: what.number.clone(),
        decided_on: zh(what.decided_on),
        published_on: what.published_on.map(zh).unwrap_or_default(),
        dual: what
            .dual
            .as_ref()
            .map(|dual| format!("已开展 {} {}", zh(dual.on), dual.number).trim_end().to_owned())
            .unwrap_or_default(),
        state: state.label().to_owned(),
        hands: match (found.leads, *state) {
            (true, MeasureState::Entered) => {
                format!("{}填写；区委书记岗位的，由另一位区纪委书记核对", measure.entered_by.1)
            }
            _ => format!("{}填写{second}", measure.entered_by.1),
        },
        reason: measure.reason.clone(),
        item: what.item.map(|id| format!("/accountability/{id}")).unwrap_or_default(),
        confirms: *state == MeasureState::Entered && may_second && !first,
        mends: *state == MeasureState::Returned && enters,
        strikes: *state != MeasureState::Void && enters && !(first && *state == MeasureState::Confirmed),
    }
}

/// Head posts that run today and that somebody may write about: id and words.
pub(super) async fn posts_for(
    rows: &mut impl Rows,
    actor: &Actor,
    today: Day,
    may: fn(&Actor, PostRef) -> bool,
) -> Result<Vec<(String, String)>, StorageError> {
    let all = posts::heads(rows, actor.district, today).await?;
    let find = q("SELECT p.id FROM posts p JOIN units u ON u.id = p.unit_id
         WHERE p.district_id = $1 AND p.is_head = 1 AND (p.ends_on < $2 OR u.ends_on < $2)");
    let over: HashSet<PostId> =
        rows.all(find.bind(actor.district).bind(today)).await?.iter().map(|r| r.id("id")).collect::<Result<_, _>>()?;
    let named = all.into_iter().filter(|info| !over.contains(&info.post) && may(actor, info.access()));
    Ok(named.map(|info| (info.post.to_string(), format!("{} · {}", info.unit_name, info.title))).collect())
}

/// An item of the address, where the actor sees it: its post, and its number with its first words.
pub(super) async fn about(services: &Services, actor: &Actor, id: Option<&str>) -> Result<Option<Kept>, ApiError> {
    let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else { return Ok(None) };
    let id: ItemId = parse(id)?;
    let mut read = services.store.read().clone();
    let kept = store::load(&mut read, actor.district, id).await.map_err(told)?;
    if sees(actor, &kept) { Ok(Some(kept)) } else { Err(Rejection::NotFound.into()) }
}

/// Years that a list can be asked for, newest first, this one always.
pub(super) async fn years(
    rows: &mut impl Rows,
    district: DistrictId,
    text: &'static str,
    today: Day,
) -> Result<Vec<i32>, StorageError> {
    let mut years = vec![chrono::Datelike::year(&today)];
    for row in rows.all(q(text).bind(district)).await? {
        let year: i32 = row.text("year")?.parse().map_err(|_| StorageError::shape("year"))?;
        if !years.contains(&year) {
            years.push(year);
        }
    }
    years.sort_unstable_by(|a, b| b.cmp(a));
    Ok(years)
}

impl Services {
    pub(super) async fn measures_page(&self, actor: &Actor, query: MeasuresQuery) -> Result<MeasuresPage, ApiError> {
        let _proof = sight::list_measures(actor)?;
        let about = about(self, actor, query.item.as_deref()).await?;
        let draft = self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        let mut read = self.store.read().clone();
        let today = self.today();
        let year = query.year.map_or(chrono::Datelike::year(&today), domain::time::sane_year);
        let (dictionary, edition) = dictionary(&mut read, actor.district).await.map_err(storage)?;
        let state = query.state.as_deref().filter(|s| !s.is_empty());
        let mut find = match &about {
            Some(kept) => q(MEASURES).bind(actor.district).push_bind("AND m.item_id = ?", kept.item.id),
            // What waits for somebody may be of any year.
            None if query.year.is_none() && state.is_some() => q(MEASURES).bind(actor.district),
            None => of_year(q(MEASURES), actor.district, year),
        };
        if let Some(state) = state {
            find = find.push_bind("AND m.state = ?", state);
        }
        let rows = read.all(find.push("ORDER BY m.published_on DESC, m.id DESC")).await.map_err(storage)?;
        let mut all = rows.iter().map(self::read).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        all.retain(|found| sight::see_measure(actor, found.post()).is_ok());
        if let Some(way) = query.way.as_deref().filter(|w| !w.is_empty()) {
            all.retain(|found| found.measure.way.key() == way);
        }
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let page = query.page.unwrap_or(1).max(1);
        let skip = usize::try_from((page - 1).saturating_mul(SHOWN)).unwrap_or(usize::MAX);
        let keeps = sight::keep_dictionary(actor).is_ok();
        let mending = match query.mend.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => mending(&mut read, actor, parse(id)?).await.map_err(told)?,
            None => None,
        };
        let may = |a: &Actor, p| sight::enter_measure(a, p).is_ok();
        let posts = posts_for(&mut read, actor, today, may).await.map_err(storage)?;
        let words = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        let years = years(
            &mut read,
            actor.district,
            "SELECT DISTINCT SUBSTR(published_on, 1, 4) AS year FROM measures WHERE district_id = $1",
            today,
        );
        Ok(MeasuresPage {
            command: CommandId(random::id(self.clock.now())),
            rows: all.iter().skip(skip).take(SHOWN as usize).map(|found| row(actor, found)).collect(),
            total,
            page,
            pages: total.div_ceil(SHOWN).max(1),
            years: years.await.map_err(storage)?,
            ways: Way::ALL.iter().map(|w| words(w.key(), w.label())).collect(),
            states: MeasureState::ALL.iter().map(|s| words(s.key(), s.label())).collect(),
            enters: !posts.is_empty(),
            keeps,
            posts,
            post: about.as_ref().map(|kept| kept.item.post.to_string()).unwrap_or_default(),
            about: about.map(|k| (k.item.id.to_string(), format!("{} {}", k.unit_name, k.number))).unwrap_or_default(),
            levels: Responsibility::ALL.iter().map(|r| words(r.key(), r.label())).collect(),
            kinds: dictionary.0.iter().map(kind_row).collect(),
            edition,
            sample: edition == 0,
            choices: [
                Rulebook::ALL.iter().map(|b| words(b.key(), b.label())).collect(),
                Way::ALL.iter().map(|w| words(w.key(), w.label())).collect(),
                Form::ALL.iter().map(|f| words(f.key(), f.label())).collect(),
                Target::ALL.iter().map(|t| words(t.key(), t.label())).collect(),
            ],
            mending,
            today: iso(today),
            draft,
        })
    }

    /// One act on a measure or on the dictionaries, at most once for its key.
    ///
    /// # Errors
    /// Not found for whoever may not; a stale version; a rule said no.
    pub async fn measure_do(&self, actor: &Actor, key: CommandId, what: MeasureDo) -> Result<(), ApiError> {
        self.once(actor, key, what, move |tx, actor, what| Box::pin(async move { write::act(tx, &actor, what).await }))
            .await
    }
}

/// What stands in one that was sent back, for whoever may fill it in anew.
async fn mending(rows: &mut impl Rows, actor: &Actor, id: MeasureId) -> Result<Option<Mending>, Failure> {
    let find = q(MEASURES).bind(actor.district).push_bind("AND m.id = ?", id);
    let found = read(&rows.first(find).await?.ok_or(Rejection::NotFound)?)?;
    if found.measure.state != MeasureState::Returned || sight::enter_measure(actor, found.post()).is_err() {
        return Err(Rejection::NotFound.into());
    }
    let what = &found.measure.what;
    let mut fields = vec![
        ("post", what.post.to_string()),
        ("item", what.item.map(|item| item.to_string()).unwrap_or_default()),
        ("kind", what.kind.clone()),
        ("responsibility", what.responsibility.map(|r| r.key().to_owned()).unwrap_or_default()),
        ("number", what.number.clone()),
        ("decided_on", iso(what.decided_on)),
        ("published_on", what.published_on.map(iso).unwrap_or_default()),
    ];
    if let Some(dual) = &what.dual {
        fields.extend([("dual", "1".to_owned()), ("dual_on", iso(dual.on)), ("dual_number", dual.number.clone())]);
    }
    Ok(Some(Mending {
        id,
        version: found.measure.version,
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        reason: found.measure.reason.clone(),
    }))
}

fn kind_row(kind: &MeasureKind) -> KindRow {
    let form = kind.form.map(|form| format!(" · {}", form.label())).unwrap_or_default();
    let numbered = if kind.numbered { " · 有文号" } else { "" };
    KindRow {
        key: kind.key.clone(),
        label: kind.label.clone(),
        book: kind.book.key().to_owned(),
        words: format!("{}{form} · {}{numbered}", kind.way.label(), kind.target.label()),
        retired: kind.retired,
    }
}

/// Those that wait for the actor: as the second person, or to mend what was sent back to him; with the unit.
pub(super) async fn waiting(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<(Measure, String)>, StorageError> {
    if sight::list_measures(actor).is_err() {
        return Ok(Vec::new());
    }
    let find = q(MEASURES).bind(actor.district).push("AND m.state IN ('entered', 'returned') ORDER BY m.made_at, m.id");
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        let found = read(&row)?;
        let own = found.measure.entered_by.0 == actor.person;
        let his = match found.measure.state {
            MeasureState::Entered => !own && sight::confirm_measure(actor, found.post()).is_ok(),
            _ => own && sight::enter_measure(actor, found.post()).is_ok(),
        };
        if his {
            out.push((found.measure, found.unit));
        }
    }
    Ok(out)
}

/// One act, inside a story that is told at once.
pub(crate) async fn measure_quietly(tx: &mut Tx, actor: &Actor, what: MeasureDo) -> Result<(), Failure> {
    write::act(tx, actor, what).await
}
