//! 工作建议 and 纪检监察建议书: written, approved by another, numbered and handed over in one command, which also opens the
//! item that waits for the reply.

mod write;

use std::collections::HashMap;

use app::api::{
    ApiError,
    accountability::{AdvicePage, AdviceQuery, AdviceRow, AdvicesPage, AdvicesQuery},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{Advice, AdviceKind, AdviceState},
    board::Tone,
    documents::Doc,
    ids::{AdviceId, CommandId, ItemId},
    papers::{
        number::{self, DocumentNumber},
        official::Letter,
    },
    people::access::{self as sight, Actor, PostRef},
    time::{Day, first_of, iso, zh},
};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    find::Reader,
    ledger::tone,
    measures::{about, posts_for, years},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, Query, Row, StorageError, Tx, q},
};

pub use write::{AdviceDo, Wrote};

/// Form of the drafts of a new one.
pub const DRAFT: &str = "accountability.advice";
/// Form of the drafts of one that is there.
pub const STEP_DRAFT: &str = "accountability.advice_step";
/// Rows of a page.
const SHOWN: u32 = 50;

const ADVICES: &str =
    "SELECT a.advice, u.name AS unit_name, u.leads_district FROM advices a JOIN units u ON u.id = a.unit_id
  WHERE a.district_id = $1";

struct Found {
    advice: Advice,
    unit: String,
    leads: bool,
}

fn read(row: &Row) -> Result<Found, StorageError> {
    Ok(Found { advice: row.json("advice")?, unit: row.text("unit_name")?, leads: row.flag("leads_district")? })
}

impl Found {
    fn post(&self) -> PostRef {
        PostRef { post: self.advice.post, unit: self.advice.unit, leads_district: self.leads }
    }

    fn seen_by(&self, actor: &Actor) -> bool {
        sight::see_advice(actor, self.post(), self.advice.state == AdviceState::Issued).is_ok()
    }
}

async fn load(rows: &mut impl Rows, actor: &Actor, id: AdviceId) -> Result<Found, Failure> {
    let find = q(ADVICES).bind(actor.district).push_bind("AND a.id = ?", id);
    let found = read(&rows.first(find).await?.ok_or(Rejection::NotFound)?)?;
    if found.seen_by(actor) { Ok(found) } else { Err(Rejection::NotFound.into()) }
}

/// Those that a reader may see: the units of his items, issued ones only where the unit reads.
fn seen(query: Query, reader: &Reader<'_>, actor: &Actor) -> Query {
    match reader.units() {
        None => query,
        Some(units) => {
            let mut own: Vec<_> = actor.terms.iter().map(|t| t.unit).collect();
            own.extend(units.iter().copied());
            let query = query.and_in("a.unit_id", own);
            // Those who supervise read drafts as well, of their units alone; `seen_by` looks at each row again.
            if actor.watched.is_empty() { query.push("AND a.state = 'issued'") } else { query }
        }
    }
}

/// A line: issued, its colour and word are those of the item that waits for the reply.
fn advice_row(found: &Found, waits: Option<&Kept>, today: Day) -> AdviceRow {
    let advice = &found.advice;
    let (tone, word) = match waits {
        Some(kept) => {
            let (tone, word) = tone(kept, today);
            let state = kept.item.state.label();
            (tone, if word == state { word } else { format!("{word} · {state}") })
        }
        None => (Tone::None, advice.state.label().to_owned()),
    };
    AdviceRow {
        id: advice.id,
        kind: advice.kind.label().to_owned(),
        number: advice.number.clone(),
        title: advice.lines.title.clone(),
        unit: found.unit.clone(),
        issued_on: advice.issued_on.map(zh).unwrap_or_default(),
        reply_by: advice.lines.reply_by.map(zh).unwrap_or_default(),
        tone,
        word,
    }
}

impl Services {
    pub(super) async fn advices_page(&self, actor: &Actor, query: AdvicesQuery) -> Result<AdvicesPage, ApiError> {
        let _scope = sight::board_scope(actor)?;
        let about = about(self, actor, query.item.as_deref()).await?;
        let draft = self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        let mut read = self.store.read().clone();
        let today = self.today();
        let given =
            |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let reader = Reader::of(&mut read, actor, today).await.map_err(storage)?;
        let mut find = seen(q(ADVICES).bind(actor.district), &reader, actor);
        if let Some(year) = query.year.map(domain::time::sane_year) {
            find = find
                .push_bind("AND (a.issued_on IS NULL OR (a.issued_on >= ?", first_of(year, 1))
                .push_bind("AND a.issued_on < ?))", first_of(year + 1, 1));
        }
        if let Some(kind) = given(&query.kind) {
            find = find.push_bind("AND a.kind = ?", kind);
        }
        match given(&query.state).as_deref() {
            Some("waiting") => {
                find = find.push("AND EXISTS (SELECT 1 FROM item_lines l WHERE l.item_id = a.item_id AND l.turn < 3)");
            }
            Some(state) => find = find.push_bind("AND a.state = ?", state),
            None => {}
        }
        let rows = read.all(find.push("ORDER BY a.made_at DESC, a.id DESC")).await.map_err(storage)?;
        let mut all = rows.iter().map(self::read).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        all.retain(|found| found.seen_by(actor));
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let page = query.page.unwrap_or(1).max(1);
        let skip = usize::try_from((page - 1).saturating_mul(SHOWN)).unwrap_or(usize::MAX);
        let shown: Vec<Found> = all.into_iter().skip(skip).take(SHOWN as usize).collect();
        let items: Vec<ItemId> = shown.iter().filter_map(|found| found.advice.item).collect();
        let items = store::these(&mut read, actor.district, &items).await.map_err(storage)?;
        let waits: HashMap<ItemId, &Kept> = items.iter().map(|kept| (kept.item.id, kept)).collect();
        let of = |found: &Found| found.advice.item.and_then(|item| waits.get(&item).copied());
        let lines = shown.iter().map(|found| advice_row(found, of(found), today)).collect();
        let posts =
            posts_for(&mut read, actor, today, |a, p| sight::draft_advice(a, p).is_ok()).await.map_err(storage)?;
        let words = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        let mut states = vec![words("waiting", "待答复")];
        states.extend(AdviceState::ALL.iter().map(|s| words(s.key(), s.label())));
        let years = years(
            &mut read,
            actor.district,
            "SELECT DISTINCT SUBSTR(issued_on, 1, 4) AS year FROM advices WHERE district_id = $1 AND issued_on IS NOT NULL",
            today,
        );
        Ok(AdvicesPage {
            command: CommandId(random::id(self.clock.now())),
            rows: lines,
            total,
            page,
            pages: total.div_ceil(SHOWN).max(1),
            years: years.await.map_err(storage)?,
            kinds: AdviceKind::ALL.iter().map(|k| words(k.key(), k.label())).collect(),
            states,
            drafts: !posts.is_empty(),
            posts,
            post: about.as_ref().map(|kept| kept.item.post.to_string()).unwrap_or_default(),
            about: about.map(|k| (k.item.id.to_string(), k.item.problem)).unwrap_or_default(),
            draft,
        })
    }

    pub(super) async fn advice_page(&self, actor: &Actor, query: AdviceQuery) -> Result<AdvicePage, ApiError> {
        let id: AdviceId = parse(&query.id)?;
        let mut read = self.store.read().clone();
        let found = load(&mut read, actor, id).await.map_err(told)?;
        let draft = self.load(actor, STEP_DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?;
        let advice = &found.advice;
        let writes = sight::draft_advice(actor, found.post()).is_ok();
        let signs = sight::sign_advice(actor, found.post()).is_ok();
        let inside = writes || signs || sight::see_advice(actor, found.post(), false).is_ok();
        let about = match advice.about.filter(|_| inside) {
            Some(item) => {
                let kept = store::these(&mut read, actor.district, &[item]).await.map_err(storage)?;
                kept.first().map(|k| (format!("/accountability/{item}"), k.number.clone())).unwrap_or_default()
            }
            None => Default::default(),
        };
        let open = matches!(advice.state, AdviceState::Draft | AdviceState::Returned);
        let waits: Vec<ItemId> = advice.item.into_iter().collect();
        let waits = store::these(&mut read, actor.district, &waits).await.map_err(storage)?;
        let approved = advice.approved_by.as_ref().map(|(_, name)| format!("，{name}审定")).unwrap_or_default();
        Ok(AdvicePage {
            command: CommandId(random::id(self.clock.now())),
            row: advice_row(&found, waits.first(), self.today()),
            version: advice.version,
            state: advice.state.label().to_owned(),
            problem: advice.lines.problem.clone(),
            demand: advice.lines.demand.clone(),
            reply_iso: advice.lines.reply_by.map(iso).unwrap_or_default(),
            hands: if inside { format!("{}起草{approved}", advice.drafted_by.1) } else { String::new() },
            reason: if inside { advice.reason.clone() } else { String::new() },
            about,
            item: advice.item.map(|item| format!("/accountability/{item}")).unwrap_or_default(),
            writes: writes && open,
            signs: signs && advice.state == AdviceState::Asked && advice.drafted_by.0 != actor.person,
            drops: writes && !matches!(advice.state, AdviceState::Issued | AdviceState::Dropped),
            paper: if advice.state == AdviceState::Issued {
                format!("/documents/advice/{id}/page")
            } else {
                String::new()
            },
            draft,
        })
    }

    /// The paper, for whoever may read the thing itself.
    ///
    /// # Errors
    /// Not found for whoever may not; storage failed.
    pub async fn advice_paper(&self, actor: &Actor, id: AdviceId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let found = load(&mut read, actor, id).await.map_err(told)?;
        let district = self.district_name(actor.district).await?;
        let advice = &found.advice;
        let number = number::parse(&advice.number).map(|(prefix, year, number)| DocumentNumber {
            series: advice.kind.series(),
            year,
            number,
            prefix,
        });
        let about = advice.lines.title.trim_start_matches("关于");
        let about = about.trim_end_matches(advice.kind.label()).trim_end_matches("建议").trim_end_matches('的');
        let letter = Letter {
            kind: advice.kind.label().to_owned(),
            about: about.to_owned(),
            number,
            to: vec![found.unit.clone()],
            facts: advice.lines.problem.clone(),
            demands: advice.lines.demand.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            reply_by: advice.lines.reply_by,
            from: format!("中共{district}纪委"),
            on: advice.issued_on,
        };
        Ok(letter.doc())
    }

    /// One act on a 工作建议 or 建议书, at most once for its key; gives its id.
    ///
    /// # Errors
    /// Not found for whoever may not; a stale version; a rule said no.
    pub async fn advice_do(&self, actor: &Actor, key: CommandId, what: AdviceDo) -> Result<AdviceId, ApiError> {
        self.once(actor, key, what, move |tx, actor, what| Box::pin(async move { write::act(tx, &actor, what).await }))
            .await
    }
}

/// Those that wait for the actor: to approve, or to mend what was sent back to him; with the unit.
pub(super) async fn waiting(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<(Advice, String)>, StorageError> {
    let find = q(ADVICES).bind(actor.district).push("AND a.state IN ('asked', 'returned') ORDER BY a.made_at, a.id");
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        let found = read(&row)?;
        let own = found.advice.drafted_by.0 == actor.person;
        let his = match found.advice.state {
            AdviceState::Asked => !own && sight::sign_advice(actor, found.post()).is_ok(),
            _ => own && sight::draft_advice(actor, found.post()).is_ok(),
        };
        if his {
            out.push((found.advice, found.unit));
        }
    }
    Ok(out)
}

/// One act, inside a story that is told at once.
pub(crate) async fn advice_quietly(tx: &mut Tx, actor: &Actor, what: AdviceDo) -> Result<AdviceId, Failure> {
    write::act(tx, actor, what).await
}
