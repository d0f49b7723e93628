//! The district that is measured.

use std::{path::Path, sync::Arc};

use domain::{
    people::{Role, UnitKind, access::Actor},
    time::{Day, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    random,
    services::colours,
    storage::{Failure, Store, Tx, Url, q},
};

use super::{
    Outcome,
    list::signed_list,
    people::{District, Head, Unit, app},
};

/// A running installation on a file, with `units` heads who have a year behind them.
pub struct Bench {
    pub app: App,
    district: District,
    heads: Vec<Head>,
}

impl Bench {
    /// Makes it; `durable` waits for the disk as production does.
    pub async fn new(file: &Path, units: usize, durable: bool) -> Outcome<Self> {
        let today = parse_iso("2026-11-20").ok_or("day")?;
        let clock = Arc::new(FixedClock::at_noon(today));
        let store = Store::open(Url::Sqlite(file.to_owned()), clock.clone(), durable).await?;
        let district = store.write(|tx| Box::pin(District::insert(tx))).await?;
        let mut heads = Vec::new();
        for n in 0..units {
            heads.push(store.write(move |tx| Box::pin(leader(tx, district, n, today))).await?);
        }
        let app = app(file.with_extension("data"), store, clock)?;
        Ok(Self { app, district, heads })
    }

    pub fn clock_now(&self) -> domain::time::Instant {
        self.app.store().now()
    }

    pub fn office(&self) -> Actor {
        self.district.of_office(Role::ConductOffice)
    }

    /// Cookie of a running session of the first head.
    pub async fn cookie(&self) -> Outcome<String> {
        let (district, person) = (self.district.id(), self.heads.first().ok_or("no head")?.person);
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
                    Ok::<(), Failure>(())
                })
            })
            .await?;
        Ok("wuze=bench".into())
    }

    pub fn leader(&self, n: usize) -> Actor {
        self.district.leader(self.heads[n % self.heads.len()])
    }
}

/// A unit with its head, a signed list of 60 items, occurrences, a year of records, colours.
async fn leader(tx: &mut Tx, of: District, n: usize, today: Day) -> Result<Head, Failure> {
    let (now, district) = (tx.now(), of.id());
    let unit = Unit { name: format!("第{n}单位"), pinyin: String::new(), kind: UnitKind::Department };
    let head = of.head(tx, unit, "党组书记", (format!("负责人{n}"), "fuzeren".into(), "fzr")).await?;
    let Head { unit, post, term, person } = head;
    signed_list(tx, district, post, unit, today).await?;
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
                unit.into(),
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
    Ok(head)
}
