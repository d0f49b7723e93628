//! The district that is measured.

use std::{path::Path, sync::Arc};

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{Grant, HeadTerm, Role, UnitKind, access::Actor},
    time::{Day, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    config::Config,
    hasher::Argon2id,
    random,
    services::colours,
    storage::{Store, Url, q},
};

use super::{Outcome, list::signed_list};

/// A running installation on a file, with `units` heads who have a year behind them.
pub struct Bench {
    pub app: App,
    district: DistrictId,
    office: UnitId,
    heads: Vec<(PostId, UnitId, TermId, PersonId)>,
    pub today: Day,
}

impl Bench {
    /// Makes it; `durable` waits for the disk as production does.
    pub async fn new(file: &Path, units: usize, durable: bool) -> Outcome<Self> {
        let today = parse_iso("2026-11-20").ok_or("day")?;
        let clock = Arc::new(FixedClock::at_noon(today));
        let store = Store::open(Url::Sqlite(file.to_owned()), clock.clone(), durable).await?;
        let (district, office) = (DistrictId(random::id(store.now())), UnitId(random::id(store.now())));
        let mut heads = Vec::new();
        {
            let district_row = store
                .write(move |tx| {
                    Box::pin(async move {
                        let now = tx.now();
                        tx.insert(
                            "INSERT INTO districts (id, name, enabled_on, created_at)",
                            vec![district.into(), "基准测试区".into(), "2026-01-01".into(), now.into()],
                        )
                        .await?;
                        unit(tx, district, office, "党风政风监督室", UnitKind::Commission).await
                    })
                })
                .await;
            district_row?;
        }
        for n in 0..units {
            heads.push(store.write(move |tx| Box::pin(async move { leader(tx, district, n, today).await })).await?);
        }
        let config = Config {
            addr: ([127, 0, 0, 1], 0).into(),
            data: file.with_extension("data"),
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
        Ok(Self { app, district, office, heads, today })
    }

    pub fn clock_now(&self) -> domain::time::Instant {
        self.app.store().now()
    }

    fn actor(&self, person: PersonId) -> Actor {
        Actor {
            district: self.district,
            account: AccountId(person.0),
            person,
            session: SessionId(person.0),
            name: "测试".into(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: std::collections::BTreeSet::new(),
        }
    }

    pub fn office(&self) -> Actor {
        Actor {
            grants: vec![Grant { role: Role::ConductOffice, unit: self.office }],
            ..self.actor(PersonId(self.office.0))
        }
    }

    /// Cookie of a running session of the first head.
    pub async fn cookie(&self) -> Outcome<String> {
        let (district, person) = (self.district, self.heads.first().ok_or("no head")?.3);
        self.app
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    tx.insert(
                        "INSERT INTO accounts (id, district_id, person_id, login, changed_at)",
                        vec![person.to_string().into(), district.into(), person.into(), "bench".into(), now.into()],
                    )
                    .await?;
                    tx.insert(
                        "INSERT INTO sessions (id, district_id, account_id, token_hash, form_token, label, created_at, seen_at, expires_at)",
                        vec![
                            person.to_string().into(),
                            district.into(),
                            person.to_string().into(),
                            server::services::people::fingerprint("bench").into(),
                            "bench".into(),
                            "bench".into(),
                            now.into(),
                            now.into(),
                            now.plus_ms(3_600_000).into(),
                        ],
                    )
                    .await?;
                    Ok::<(), server::storage::Failure>(())
                })
            })
            .await?;
        Ok("wuze=bench".into())
    }

    pub fn leader(&self, n: usize) -> Actor {
        let (post, unit, term, person) = self.heads[n % self.heads.len()];
        let from = parse_iso("2024-01-01").unwrap_or(self.today);
        Actor { terms: vec![HeadTerm { term, post, unit, from, to: None, acting: false }], ..self.actor(person) }
    }
}

async fn unit(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    id: UnitId,
    name: &str,
    kind: UnitKind,
) -> Result<(), server::storage::Failure> {
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on)",
        vec![id.into(), district.into(), name.into(), kind.key().into(), "2024-01-01".into()],
    )
    .await?;
    Ok(())
}

/// A unit with its head, a signed list of 60 items, occurrences, a year of records, colours.
async fn leader(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    n: usize,
    today: Day,
) -> Result<(PostId, UnitId, TermId, PersonId), server::storage::Failure> {
    let now = tx.now();
    let (u, post) = (UnitId(random::id(now)), PostId(random::id(now)));
    let (person, term) = (PersonId(random::id(now)), TermId(random::id(now)));
    unit(tx, district, u, &format!("第{n}单位"), UnitKind::Department).await?;
    tx.insert(
        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
        vec![post.into(), district.into(), u.into(), "党组书记".into(), true.into(), "2024-01-01".into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO persons (id, district_id, name, pinyin, initials)",
        vec![person.into(), district.into(), format!("负责人{n}").into(), "fuzeren".into(), "fzr".into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
        vec![term.into(), district.into(), post.into(), person.into(), "2024-01-01".into()],
    )
    .await?;
    signed_list(tx, district, post, u, today).await?;
    // Every third occurrence stays open, so that the board has something to say.
    let open = tx
        .rows(
            q("SELECT id, window_from, due_on FROM occurrences WHERE post_id = $1 AND window_from <= $2 ORDER BY due_on, id")
                .bind(post)
                .bind(today),
        )
        .await?;
    for (place, row) in open.iter().enumerate().filter(|(place, _)| !(place + n).is_multiple_of(3)) {
        let record = domain::ids::RecordId(random::id(now));
        let on = row.day("window_from")?;
        tx.insert(
            "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person, author_term)",
            vec![
                record.into(),
                district.into(),
                post.into(),
                u.into(),
                2026.into(),
                i64::try_from(place + 1).unwrap_or(1).into(),
                "recorded".into(),
                "visit".into(),
                "到窗口蹲点，听办事群众说材料重复提交，当场定了合并两张表。".into(),
                on.into(),
                now.into(),
                on.into(),
                person.into(),
                term.into(),
            ],
        )
        .await?;
        tx.execute(
            q("UPDATE occurrences SET record_id = $1, event_on = $2, recorded_on = $2 WHERE id = $3")
                .bind(record)
                .bind(on)
                .bind(row.text("id")?),
        )
        .await?;
    }
    colours::refresh(tx, district, post, 2026, today).await?;
    Ok((post, u, term, person))
}
