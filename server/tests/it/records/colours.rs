//! Colours after a record are built upon what is stored of the other items: they must be
//! what a whole recomputation gives, whatever was saved, confirmed, corrected and checked
//! before, and however time went by.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use app::api::records::{ConfirmAll, CorrectRecord, DecideRecord, Records as _, SaveRecord};
use chrono::Days;
use domain::{
    Rejection,
    ids::{CommandId, DutyId, PostId, RecordId, SessionId},
    people::{Grant, HeadTerm, Role, access::Actor},
    records::{Look, RecordDetails},
    time::{Day, Instant, iso, parse_iso},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use server::{
    random,
    services::colours,
    storage::{Failure, Tx, q},
};

use crate::{
    duties::{done, issued, rows},
    harness::{BOTH, TestApp},
};

const STEPS: usize = 40;

/// A decision without words.
fn decided(command: CommandId, record: RecordId) -> DecideRecord {
    DecideRecord {
        command,
        record,
        seen: 0,
        decision: String::new(),
        reason: String::new(),
        text: None,
        look: Look::default(),
    }
}

/// Everything that is stored of a row of the board.
async fn stored(tx: &mut Tx, post: PostId) -> Vec<String> {
    let mut lines = Vec::new();
    let colours =
        tx.rows(q("SELECT * FROM colours WHERE post_id = $1 ORDER BY year, duty_id").bind(post)).await.unwrap();
    let cells =
        tx.rows(q("SELECT * FROM board_cells WHERE post_id = $1 ORDER BY year, duty").bind(post)).await.unwrap();
    for (rows, columns) in [
        (colours, &["unit_id", "code", "tone", "word", "reason", "facts", "progress", "valid_until"][..]),
        (cells, &["unit_id", "duty", "tone", "word", "text", "why", "tally", "valid_until"][..]),
    ] {
        for row in rows {
            let values: Vec<String> = columns.iter().map(|c| row.opt_text(c).unwrap().unwrap_or_default()).collect();
            lines.push(format!("{} {}", row.int("year").unwrap(), values.join(" | ")));
        }
    }
    lines
}

type Both = (Vec<String>, Vec<String>);

/// What is stored, and what a recomputation from nothing stores; the latter is taken back.
async fn both_ways(app: &TestApp, today: Day) -> Both {
    let found: Arc<Mutex<Option<Both>>> = Arc::default();
    let (into, district, post) = (found.clone(), app.district.id, app.district.school_post);
    let taken_back = app
        .app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let before = stored(tx, post).await;
                for from in ["DELETE FROM colours WHERE post_id = $1", "DELETE FROM board_cells WHERE post_id = $1"] {
                    tx.execute(q(from).bind(post)).await?;
                }
                colours::refresh(tx, district, post, 2026, today).await?;
                *into.lock().unwrap() = Some((before, stored(tx, post).await));
                Err::<(), Failure>(Rejection::NotFound.into())
            })
        })
        .await;
    assert!(taken_back.is_err());
    let found = found.lock().unwrap().take();
    found.unwrap()
}

struct World {
    app: TestApp,
    head: Actor,
    liaison: Actor,
    office: Actor,
    duties: Vec<DutyId>,
    today: Day,
}

impl World {
    async fn new(database: crate::harness::Database) -> Self {
        let app = TestApp::new(database).await;
        let today = parse_iso("2026-03-02").unwrap();
        app.clock.set_day(today);
        issued(&app, "区教育局").await;
        // A checker marks only while he reads.
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let (post, unit) = (app.district.school_post, app.district.school);
        let term = rows(&app, q("SELECT id FROM terms WHERE post_id = $1").bind(post)).await[0].id("id").unwrap();
        let from = parse_iso("2024-01-01").unwrap();
        let actor = |login: &str| Actor {
            district: app.district.id,
            account: app.district.account(login),
            person: app.district.person(login),
            session: SessionId(app.district.account(login).0),
            name: login.to_owned(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: BTreeSet::new(),
        };
        let head =
            Actor { terms: vec![HeadTerm { term, post, unit, from, to: None, acting: false }], ..actor("leader_b") };
        let liaison = Actor { grants: vec![Grant { role: Role::Liaison, unit }], ..actor("liaison_b") };
        let office =
            Actor { grants: vec![Grant { role: Role::ConductOffice, unit: app.district.office }], ..actor("office") };
        let items = rows(
            &app,
            q("SELECT i.duty_id FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE l.post_id = $1")
                .bind(post),
        )
        .await;
        let duties = items.iter().map(|row| row.id("duty_id").unwrap()).collect();
        Self { app, head, liaison, office, duties, today }
    }

    fn ticks(&self, rng: &mut StdRng) -> Vec<DutyId> {
        self.duties.iter().copied().filter(|_| rng.random_range(0..3) == 0).collect()
    }

    /// A day of the year, the last weeks more often than the others.
    fn day(&self, rng: &mut StdRng) -> String {
        let back = if rng.random_range(0..2) == 0 { 20 } else { 300 };
        let first = parse_iso("2026-01-01").unwrap();
        iso((self.today - Days::new(rng.random_range(0..back))).max(first))
    }

    /// A record in one of `states`, with its version.
    async fn any(&self, rng: &mut StdRng, state: &'static str) -> Option<(RecordId, i64)> {
        let found = q("SELECT id, version FROM records WHERE state = $1 ORDER BY recorded_at, id").bind(state);
        let rows = rows(&self.app, found).await;
        let row = rows.get(rng.random_range(0..rows.len().max(1)))?;
        Some((row.id("id").unwrap(), row.int("version").unwrap()))
    }

    /// One step; `false` where it changed nothing that colours rest on.
    async fn step(&mut self, rng: &mut StdRng, n: usize) -> bool {
        let services = self.app.app.services();
        let command = CommandId(random::id(Instant(0)));
        match rng.random_range(0..10) {
            kind @ 0..=3 => {
                let form = SaveRecord {
                    command,
                    post: self.app.district.school_post,
                    kind: None,
                    text: format!("第 {n} 次"),
                    event_on: self.day(rng),
                    duties: self.ticks(rng),
                    details: RecordDetails::default(),
                    look: Look::default(),
                };
                let who = if kind == 3 { &self.liaison } else { &self.head };
                services.save(who, form).await.unwrap();
                kind != 3
            }
            4 => {
                let waiting = rows(&self.app, q("SELECT id, version FROM records WHERE state = 'proxy'")).await;
                let records: Vec<RecordId> = waiting.iter().map(|row| row.id("id").unwrap()).collect();
                let seen = waiting.iter().map(|row| row.int("version").unwrap()).collect();
                let form = ConfirmAll { command, records, seen, refuse: None };
                services.confirm_all(&self.head, form).await.unwrap() > 0
            }
            5 => {
                let Some((record, seen)) = self.any(rng, "proxy").await else { return false };
                let form = DecideRecord { seen, decision: "confirm".to_owned(), ..decided(command, record) };
                // One that went back to the 联络员 meanwhile is not confirmed.
                services.decide(&self.head, form).await.is_ok()
            }
            6 => {
                let Some((record, seen)) = self.any(rng, "recorded").await else { return false };
                let form = DecideRecord { seen, decision: "verify".to_owned(), ..decided(command, record) };
                services.decide(&self.office, form).await.unwrap();
                true
            }
            7 | 8 => {
                let Some((record, seen)) = self.any(rng, "recorded").await else { return false };
                let form = CorrectRecord {
                    command,
                    record,
                    seen,
                    text: Some(format!("第 {n} 次，更正")),
                    kind: None,
                    event_on: String::new(),
                    duties: Some(self.ticks(rng)),
                    details: None,
                    look: Look::default(),
                    reason: "记错".to_owned(),
                };
                services.correct(&self.head, form).await.unwrap();
                true
            }
            _ => {
                self.today = (self.today + Days::new(rng.random_range(1..30))).min(parse_iso("2026-12-30").unwrap());
                self.app.clock.set_day(self.today);
                // Midnight may be missed: the machine was off.
                rng.random_range(0..2) == 0 && {
                    services.recolour_due().await.unwrap();
                    true
                }
            }
        }
    }
}

#[tokio::test]
async fn colours_built_upon_the_stored_ones_are_those_of_a_whole_recomputation() {
    for database in BOTH {
        for seed in 0..3 {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut world = World::new(database).await;
            let mut compared = 0;
            for n in 0..STEPS {
                if !world.step(&mut rng, n).await {
                    continue;
                }
                let (kept, whole) = both_ways(&world.app, world.today).await;
                assert_eq!(kept, whole, "{database:?}, seed {seed}, step {n}, {}", world.today);
                assert_eq!(whole.iter().filter(|line| line.contains("| lv |")).count(), 1);
                compared += 1;
            }
            assert!(compared > STEPS / 2, "{compared}");
            changes_lead_to_the_tones(&world).await;
        }
    }
}

/// The noted changes of an item are a way from nothing to its tone: each tone was entered as
/// often as it was left, but for the two ends.
async fn changes_lead_to_the_tones(world: &World) {
    let post = world.app.district.school_post;
    let changes = q("SELECT duty_id, before_tone, after_tone FROM colour_changes WHERE post_id = $1").bind(post);
    let mut ways: BTreeMap<(String, String), i32> = BTreeMap::new();
    for row in rows(&world.app, changes).await {
        let duty = row.text("duty_id").unwrap();
        *ways.entry((duty.clone(), row.text("after_tone").unwrap())).or_default() += 1;
        *ways.entry((duty, row.text("before_tone").unwrap())).or_default() -= 1;
    }
    for row in rows(&world.app, q("SELECT duty_id, tone FROM colours WHERE post_id = $1").bind(post)).await {
        let duty = row.text("duty_id").unwrap();
        *ways.entry((duty.clone(), row.text("tone").unwrap())).or_default() -= 1;
        *ways.entry((duty, "none".to_owned())).or_default() += 1;
    }
    assert!(ways.values().all(|n| *n == 0), "{ways:?}");
}

#[tokio::test]
async fn a_head_whose_first_day_is_put_right_is_not_asked_for_what_was_due_before() {
    for database in BOTH {
        let world = World::new(database).await;
        let today = parse_iso("2026-11-02").unwrap();
        world.app.clock.set_day(today);
        world.app.app.services().recolour_due().await.unwrap();
        let mut admin = world.app.sign_in("sysadmin").await;
        let list = "单位\t单位类型\t姓名\t职务\t系统角色\t任职起\t任职止
区教育局\t部门\t叶国平\t党组织书记\t一把手\t2026-10-01\t";
        let fields = [("kind", "people"), ("target", ""), ("pasted", list)];
        let upload = admin.upload("/imports/upload", &fields, "", b"").await.location();
        let upload = upload.rsplit('/').next().unwrap().to_owned();
        done(&mut admin, "/imports/commit", &[("upload", &upload)]).await;
        let term = q("SELECT starts_on FROM terms WHERE post_id = $1").bind(world.app.district.school_post);
        assert_eq!(rows(&world.app, term).await[0].text("starts_on").unwrap(), "2026-10-01");
        let (kept, whole) = both_ways(&world.app, today).await;
        assert_eq!(kept, whole, "{database:?}");
    }
}
