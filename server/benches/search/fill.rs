//! The district that is searched: units, heads and records straight into the tables.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use domain::{
    ids::{DistrictId, PersonId, RecordId, UnitId},
    people::{Role, UnitKind, access::Actor},
    records::RecordKind,
    time::{Day, Instant, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    random,
    storage::{Failure, Store, Tx, Url, q},
};

use super::{
    OWN, Outcome, UNITS,
    people::{self, Head, Unit},
    sentences::{Dice, sentence},
};

/// Records in one command.
const AT_ONCE: usize = 5_000;
/// Days over which they are spread.
const DAYS: u64 = 320;

/// The district.
pub struct District {
    pub app: App,
    of: people::District,
    heads: Vec<Head>,
}

impl District {
    /// Fills an empty database.
    pub async fn open(url: Url, records: usize) -> Outcome<Self> {
        let clock = Arc::new(FixedClock::at_noon(parse_iso("2026-11-20").ok_or("day")?));
        let store = Store::open(url, clock.clone(), false).await?;
        let (district, heads) = store.write(|tx| Box::pin(units(tx))).await?;
        let id = district.id();
        let mut pages = vec![0_i64; UNITS];
        let mut dice = Dice::new(20_261_120);
        let mut from = 0;
        while from < records {
            let to = (from + AT_ONCE).min(records);
            let mut rows = Vec::with_capacity(to - from);
            for n in from..to {
                // The one book is spread evenly among the others, like its owner's days.
                let unit = if n % (records / OWN).max(1) == 0 { 0 } else { 1 + dice.below(UNITS - 1) };
                pages[unit] += 1;
                let day = u64::try_from(n).unwrap_or(0) * DAYS / u64::try_from(records).unwrap_or(1);
                let on = parse_iso("2026-01-01").ok_or("day")? + chrono::Days::new(day);
                let kind = RecordKind::ALL[if dice.below(3) == 0 { 1 } else { dice.below(9) }];
                let state = if dice.below(200) == 0 { "proxy" } else { "recorded" };
                let code = match dice.below(100_000) {
                    0 => "14.9".to_owned(),
                    n => format!("{}.{}", n % 13 + 1, n % 6 + 1),
                };
                rows.push((heads[unit], pages[unit], on, kind, state, sentence(&mut dice), code));
            }
            store
                .write(move |tx| {
                    Box::pin(async move {
                        for (head, page, on, kind, state, text, code) in rows {
                            record(tx, id, head, page, on, (kind, state, text, code)).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
            from = to;
        }
        // As after an upgrade: nothing of it is indexed yet.
        store.write(|tx| Box::pin(async move { Ok(tx.execute(q("DELETE FROM search_state")).await?) })).await?;
        let app = people::app(std::env::temp_dir(), store, clock)?;
        Ok(Self { app, of: district, heads })
    }

    pub fn leader(&self, n: usize) -> Actor {
        self.of.leader(self.heads[n])
    }

    pub fn liaison(&self, n: usize) -> Actor {
        self.of.of_unit(Role::Liaison, self.heads[n].unit)
    }

    pub fn office(&self, role: Role) -> Actor {
        self.of.of_office(role)
    }

    pub fn units(&self, of: Range<usize>) -> BTreeSet<UnitId> {
        self.heads[of].iter().map(|h| h.unit).collect()
    }

    pub async fn some_records(&self, n: i64) -> Outcome<Vec<RecordId>> {
        let rows = self.app.store().read().rows(q("SELECT id FROM records ORDER BY id DESC LIMIT $1").bind(n)).await?;
        Ok(rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?)
    }
}

async fn units(tx: &mut Tx) -> Result<(people::District, Vec<Head>), Failure> {
    let district = people::District::insert(tx).await?;
    let mut heads = Vec::with_capacity(UNITS);
    for n in 0..UNITS {
        let unit = Unit { name: format!("第{n}街道"), pinyin: format!("di {n} jie dao"), kind: UnitKind::Town };
        let person = (format!("曾国平{n}"), format!("zeng guo ping {n}"), "zgp");
        heads.push(district.head(tx, unit, "党工委书记", person).await?);
    }
    Ok((district, heads))
}

async fn record(
    tx: &mut Tx,
    district: DistrictId,
    Head { unit, post, term, person }: Head,
    page: i64,
    on: Day,
    (kind, state, text, code): (RecordKind, &'static str, String, String),
) -> Result<(), Failure> {
    let at = Instant::start_of(on);
    let id = RecordId(random::id(at));
    let confirmed = state == "recorded";
    tx.insert(
        "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person, author_term, proxy_person)",
        vec![
            id.into(),
            district.into(),
            post.into(),
            unit.into(),
            2026.into(),
            confirmed.then_some(page).into(),
            state.into(),
            kind.key().into(),
            text.into(),
            on.into(),
            at.into(),
            on.into(),
            person.into(),
            term.into(),
            (!confirmed).then_some(PersonId(unit.0)).into(),
        ],
    )
    .await?;
    tx.insert(
        "INSERT INTO record_duties (record_id, duty_id, district_id, code)",
        vec![id.into(), id.into(), district.into(), code.into()],
    )
    .await?;
    Ok(())
}
