//! The district that is searched: units, heads and records straight into the tables.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, RecordId, SessionId, TermId, UnitId},
    people::{Grant, HeadTerm, Role, access::Actor},
    records::RecordKind,
    time::{Day, Instant, parse_iso},
};
use server::{
    App,
    clock::{Clock as _, FixedClock},
    config::Config,
    hasher::Argon2id,
    random,
    storage::{Failure, Store, Tx, Url, q},
};

use super::{
    OWN, Outcome, UNITS,
    sentences::{Dice, sentence},
};

/// Records in one command.
const AT_ONCE: usize = 5_000;
/// Days over which they are spread.
const DAYS: u64 = 320;

/// A unit's head.
type Head = (UnitId, PostId, TermId, PersonId);

/// The district.
pub struct District {
    pub app: App,
    id: DistrictId,
    office: UnitId,
    heads: Vec<Head>,
    today: Day,
}

impl District {
    /// Fills an empty database.
    pub async fn open(url: Url, records: usize) -> Outcome<Self> {
        let today = parse_iso("2026-11-20").ok_or("day")?;
        let clock = Arc::new(FixedClock::at_noon(today));
        let now = clock.now();
        let store = Store::open(url, clock.clone(), false).await?;
        let (id, office) = (DistrictId(random::id(now)), UnitId(random::id(now)));
        let heads = store.write(move |tx| Box::pin(units(tx, id, office))).await?;
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
        let config = Config {
            addr: ([127, 0, 0, 1], 0).into(),
            data: std::env::temp_dir(),
            public_url: "http://127.0.0.1:3000".into(),
            insecure: false,
            demo: false,
            tls: None,
            admin_addr: None,
            trusted_proxies: Vec::new(),
            login_header: None,
            password_max_age_days: 0,
            key_dir: None,
            evidence: server::config::Evidence::default(),
            channels: server::config::Channels::default(),
        };
        let app = App::new(config, store, clock, Arc::new(Argon2id));
        Ok(Self { app, id, office, heads, today })
    }

    fn actor(&self, person: PersonId) -> Actor {
        Actor {
            district: self.id,
            account: AccountId(person.0),
            person,
            session: SessionId(person.0),
            name: "测试".into(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: BTreeSet::new(),
        }
    }

    pub fn leader(&self, n: usize) -> Actor {
        let (unit, post, term, person) = self.heads[n];
        let from = self.today;
        Actor { terms: vec![HeadTerm { term, post, unit, from, to: None, acting: false }], ..self.actor(person) }
    }

    pub fn liaison(&self, n: usize) -> Actor {
        let unit = self.heads[n].0;
        Actor { grants: vec![Grant { role: Role::Liaison, unit }], ..self.actor(PersonId(unit.0)) }
    }

    pub fn office(&self, role: Role) -> Actor {
        Actor { grants: vec![Grant { role, unit: self.office }], ..self.actor(PersonId(self.office.0)) }
    }

    pub fn units(&self, of: Range<usize>) -> BTreeSet<UnitId> {
        self.heads[of].iter().map(|h| h.0).collect()
    }

    pub async fn some_records(&self, n: i64) -> Outcome<Vec<RecordId>> {
        let rows = self.app.store().read().rows(q("SELECT id FROM records ORDER BY id DESC LIMIT $1").bind(n)).await?;
        Ok(rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?)
    }
}

async fn units(tx: &mut Tx, district: DistrictId, office: UnitId) -> Result<Vec<Head>, Failure> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO districts (id, name, enabled_on, created_at)",
        vec![district.into(), "基准测试区".into(), "2026-01-01".into(), now.into()],
    )
    .await?;
    let mut heads = Vec::with_capacity(UNITS);
    for n in 0..=UNITS {
        let head =
            (UnitId(random::id(now)), PostId(random::id(now)), TermId(random::id(now)), PersonId(random::id(now)));
        let (unit, post, term, person) = head;
        let (unit, name, kind) = if n == UNITS {
            (office, "党风政风监督室".to_owned(), "commission")
        } else {
            (unit, format!("第{n}街道"), "town")
        };
        tx.insert(
            "INSERT INTO units (id, district_id, name, kind, starts_on, pinyin)",
            vec![
                unit.into(),
                district.into(),
                name.into(),
                kind.into(),
                "2024-01-01".into(),
                format!("di {n} jie dao").into(),
            ],
        )
        .await?;
        if n == UNITS {
            break;
        }
        tx.insert(
            "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
            vec![post.into(), district.into(), unit.into(), "党工委书记".into(), true.into(), "2024-01-01".into()],
        )
        .await?;
        tx.insert(
            "INSERT INTO persons (id, district_id, name, pinyin, initials)",
            vec![
                person.into(),
                district.into(),
                format!("曾国平{n}").into(),
                format!("zeng guo ping {n}").into(),
                "zgp".into(),
            ],
        )
        .await?;
        tx.insert(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
            vec![term.into(), district.into(), post.into(), person.into(), "2024-01-01".into()],
        )
        .await?;
        heads.push(head);
    }
    Ok(heads)
}

async fn record(
    tx: &mut Tx,
    district: DistrictId,
    (unit, post, term, person): Head,
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
