//! The server of 五责: services, storage, documents, jobs behind the `wuze` binary.
//! Owns all I/O. Refuses rules (those are `domain`'s) and pages (those are `app`'s).

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod hasher;
pub mod http;
pub mod import;
pub mod operations;
pub mod random;
pub mod services;
pub mod storage;

use std::sync::Arc;

use ::app::api::Backend;

use crate::{clock::Clock, config::Config, hasher::Hasher, services::Services, storage::Store};

/// The running installation: configuration, storage and services, shared by every request.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    store: Store,
    services: Arc<Services>,
}

impl App {
    /// Puts an installation together.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>, hasher: Arc<dyn Hasher>) -> Self {
        let services = Arc::new(Services::new(store.clone(), clock, hasher));
        Self(Arc::new(Inner { config, store, services }))
    }

    /// Configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Storage.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Services, with everything the HTTP layer may ask of them.
    pub fn services(&self) -> &Arc<Services> {
        &self.0.services
    }

    /// Services as pages see them.
    pub fn backend(&self) -> Arc<dyn Backend> {
        self.0.services.clone()
    }
}
