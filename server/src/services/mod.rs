//! Services: load → ask `domain::people::access` for a proof → domain rule → one
//! write (rows, audit, thread). They implement the ports of `app::api`.

pub mod accountability;
mod audit;
mod board;
pub mod chain;
pub mod checks;
pub mod colours;
pub mod drafts;
pub mod duties;
pub mod evidence;
pub mod facts;
pub mod imports;
pub mod items;
pub mod kept_years;
pub mod letters;
pub mod numbers;
mod once;
pub mod oversight;
pub mod overview;
pub mod people;
pub mod portrait;
pub mod posts;
pub mod records;
pub mod relief;
pub mod reminders;
pub mod reports;
pub mod reviews;
pub mod rows;
pub mod rules;
pub mod search;
pub mod season;
pub mod settings;
pub mod signatures;
pub mod talks;
pub mod tolerance;
pub mod warnings;

use std::{path::Path, sync::Arc};

use app::api::{ApiError, Backend};
use domain::{Rejection, time::Day};
use tokio::sync::Semaphore;

use crate::{
    clock::Clock,
    evidence::Files,
    hasher::Hasher,
    storage::{Failure, StorageError, Store},
};

/// Everything behind the pages.
pub struct Services {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hasher: Arc<dyn Hasher>,
    /// As many hashes at once as cores: a flood of sign-ins must not take all memory.
    pub(crate) hashing: Semaphore,
    /// What sign-in keeps in memory.
    pub(crate) door: people::Door,
    /// Files of 佐证材料.
    pub(crate) evidence: Arc<Files>,
    /// What was suggested without a name, as long as this process lives.
    pub(crate) heard: Arc<relief::Heard>,
    /// What carries messages out of the system.
    pub(crate) carrier: Arc<dyn reminders::Carrier>,
    /// The background work on reports.
    pub(crate) reports: reports::Desk,
    /// The background work on 问责预警提示单.
    pub(crate) notices: warnings::Desk,
}

impl Services {
    /// Services over a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>, hasher: Arc<dyn Hasher>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let door = people::Door::new(&*hasher);
        // Of the configuration, which `App::new` knows; without room until then.
        let evidence = Arc::new(Files::new(Path::new("."), 0, u64::MAX));
        Self {
            store,
            clock,
            hasher,
            hashing: Semaphore::new(cores),
            door,
            evidence,
            heard: Arc::default(),
            carrier: Arc::new(reminders::Wire::default()),
            reports: reports::Desk::default(),
            notices: warnings::Desk::default(),
        }
    }

    /// Files of 佐证材料.
    pub fn evidence_files(&self) -> &Files {
        &self.evidence
    }

    /// Today in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.clock.today()
    }
}

impl Backend for Services {
    fn accountability(&self) -> &dyn app::api::accountability::Accountability {
        self
    }
    fn feedback(&self) -> &dyn app::api::reviews::feedback::FeedbackDesk {
        self
    }
    fn tolerance(&self) -> &dyn app::api::tolerance::Tolerance {
        self
    }
    fn letters(&self) -> &dyn app::api::letters::Letters {
        self
    }
    fn numbers(&self) -> &dyn app::api::numbers::Numbers {
        self
    }
    fn oversight(&self) -> &dyn app::api::oversight::Oversight {
        self
    }
    fn overview(&self) -> &dyn app::api::overview::Overview {
        self
    }
    fn audit(&self) -> &dyn app::api::audit::Audit {
        self
    }
    fn board(&self) -> &dyn app::api::board::Board {
        self
    }
    fn chain(&self) -> &dyn app::api::chain::Chain {
        self
    }
    fn checks(&self) -> &dyn app::api::checks::Checks {
        self
    }
    fn rules(&self) -> &dyn app::api::rules::Rules {
        self
    }
    fn records(&self) -> &dyn app::api::records::Records {
        self
    }
    fn year_books(&self) -> &dyn app::api::book::YearBooks {
        self
    }
    fn relief(&self) -> &dyn app::api::relief::Relief {
        self
    }
    fn reminders(&self) -> &dyn app::api::reminders::Reminders {
        self
    }
    fn season(&self) -> &dyn app::api::season::Season {
        self
    }
    fn reports(&self) -> &dyn app::api::reports::Reports {
        self
    }
    fn settings(&self) -> &dyn app::api::settings::Settings {
        self
    }
    fn reviews(&self) -> &dyn app::api::reviews::Reviews {
        self
    }
    fn duties(&self) -> &dyn app::api::duties::Duties {
        self
    }
    fn people(&self) -> &dyn app::api::people::People {
        self
    }
    fn portraits(&self) -> &dyn app::api::portrait::Portraits {
        self
    }
    fn imports(&self) -> &dyn app::api::imports::Imports {
        self
    }
    fn search(&self) -> &dyn app::api::search::Search {
        self
    }
    fn warnings(&self) -> &dyn app::api::warnings::Warnings {
        self
    }
    fn talks(&self) -> &dyn app::api::talks::Talks {
        self
    }
    fn drafts(&self) -> &dyn app::api::drafts::Drafts {
        self
    }
}

/// What the browser may learn of a failure; the rest is logged here, once.
pub fn told(failure: Failure) -> ApiError {
    match failure {
        Failure::Rejected(r) => ApiError::Rejected(r),
        Failure::Storage(e) => storage(e),
    }
}

/// What the browser may learn of a failed read.
pub fn storage(error: StorageError) -> ApiError {
    tracing::error!(%error, "storage failed");
    match error {
        StorageError::Full => ApiError::Full,
        _ => ApiError::Unavailable,
    }
}

/// An id from outside that does not parse is "not found", like one that is not yours.
pub fn parse<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.trim().parse().map_err(|_| Rejection::NotFound.into())
}
