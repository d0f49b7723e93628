//! The whole router in process: fresh database, clock that tests move, cheap
//! hasher, a small district. Both databases or a failure, never a skip.

mod client;
mod databases;
mod district;

pub use client::{Client, Reply};
pub use databases::{Place, empty, fresh};
pub use district::{District, logins};

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::Router;
use domain::time::{Day, parse_iso};
use server::{
    App,
    clock::FixedClock,
    config::{Config, Layer, Settings},
    hasher::Hasher,
    http::{policy::Entry, router::site},
    storage::Store,
};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Both, for the loops of contract tests.
pub const BOTH: [Database; 2] = [Database::Sqlite, Database::Postgres];

/// Says yes to `hashed:SECRET`; counts its runs, for "exactly one hash in both cases".
#[derive(Debug, Default)]
pub struct CountingHasher(pub AtomicUsize);

impl CountingHasher {
    pub fn runs(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Hasher for CountingHasher {
    fn hash(&self, secret: &str) -> String {
        self.0.fetch_add(1, Ordering::SeqCst);
        format!("hashed:{secret}")
    }

    fn verify(&self, secret: &str, hash: &str) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        hash == format!("hashed:{secret}")
    }
}

/// How often an attack is tried: `small` in `make test`, `full` where `WUZE_FULL` is set
/// (`make bench`), which also prints the count.
pub fn times(attack: &str, small: usize, full: usize) -> usize {
    if std::env::var_os("WUZE_FULL").is_none() {
        return small;
    }
    counted(attack, full);
    full
}

/// Prints how often an attack was tried, where `WUZE_FULL` is set.
pub fn counted(attack: &str, n: usize) {
    if std::env::var_os("WUZE_FULL").is_some() {
        println!("attack {attack}: {n} times");
    }
}

/// Password of every account of the test district.
pub const PASSWORD: &str = "kai-men-jian-shan";

/// A running installation.
pub struct TestApp {
    pub app: App,
    pub router: Router,
    pub entries: Vec<Entry>,
    pub clock: Arc<FixedClock>,
    pub hasher: Arc<CountingHasher>,
    pub district: District,
    place: databases::Place,
}

/// The day on which every test begins: a Monday.
pub fn first_day() -> Day {
    parse_iso("2026-11-02").unwrap()
}

/// The default settings of a server on `data`. The disk of a test may be nearly full.
pub fn config(data: PathBuf) -> Config {
    let layer = Layer { data: Some(data), evidence_reserve_mb: Some(0), ..Layer::default() };
    let settings = Settings::resolve(layer).unwrap();
    settings.config(settings.addr)
}

impl TestApp {
    /// A district with people and accounts, without lists, noon of [`first_day`].
    pub async fn new(database: Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let place = databases::fresh(database).await;
        let clock = Arc::new(FixedClock::at_noon(first_day()));
        let hasher = Arc::new(CountingHasher::default());
        let store = Store::open(place.url.clone(), clock.clone(), false).await.unwrap();
        let district = district::build(&store).await;
        let mut config = config(place.folder());
        change(&mut config);
        let app = App::new(config, store, clock.clone(), hasher.clone());
        app.rooms().recover().await.unwrap();
        app.services().recover_evidence().await.unwrap();
        let made = site(&app);
        Self { app, router: made.router, entries: made.entries, clock, hasher, district, place }
    }

    /// The server stops, however it stands, and is started again on the same data.
    pub async fn restart(self) -> Self {
        let Self { app, router, clock, hasher, district, place, .. } = self;
        let config = app.config().clone();
        drop(router);
        app.rooms().closing().cancel();
        app.store().close().await;
        drop(app);
        let store = Store::open(place.url.clone(), clock.clone(), false).await.unwrap();
        let app = App::new(config, store, clock.clone(), hasher.clone());
        app.rooms().recover().await.unwrap();
        app.services().recover_evidence().await.unwrap();
        let made = site(&app);
        Self { app, router: made.router, entries: made.entries, clock, hasher, district, place }
    }

    /// Folder of the data, and of the SQLite file.
    pub fn folder(&self) -> std::path::PathBuf {
        self.place.folder()
    }

    /// A browser without a session.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone(), self.app.config().origin())
    }

    /// A browser signed in as `login`.
    pub async fn sign_in(&self, login: &str) -> Client {
        let mut client = self.visitor();
        let reply = client.post("/signin", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, 303, "{login}: {}", reply.text());
        client
    }
}
