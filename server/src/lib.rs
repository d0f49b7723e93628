//! The server of 五责: services, storage, documents, jobs behind the `wuze` binary.
//! Owns all I/O. Refuses rules (those are `domain`'s) and pages (those are `app`'s).

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod documents;
pub mod evidence;
pub mod hasher;
pub mod http;
pub mod import;
pub mod live;
pub mod operations;
pub mod random;
pub mod services;
pub mod storage;

use std::sync::Arc;

use ::app::api::Backend;

use crate::{
    clock::Clock, config::Config, hasher::Hasher, http::wall::Walls, live::Rooms, services::Services, storage::Store,
};

/// The running installation: configuration, storage and services, shared by every request.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    store: Store,
    services: Arc<Services>,
    rooms: Arc<Rooms>,
    walls: Walls,
}

impl App {
    /// Puts an installation together.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>, hasher: Arc<dyn Hasher>) -> Self {
        let rooms = Arc::new(Rooms::new(&config, store.clone(), clock.clone()));
        let mut services = Services::new(store.clone(), clock, hasher);
        services.door.password_days = config.password_max_age_days;
        services.evidence = Arc::new(evidence::Files::of(&config));
        services.carrier = Arc::new(services::reminders::Wire::new(config.channels.clone()));
        let services = Arc::new(services);
        let walls = Walls::new(services.clone(), rooms.closing().clone());
        Self(Arc::new(Inner { config, store, services, rooms, walls }))
    }

    /// Configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Storage.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Live meetings.
    pub fn rooms(&self) -> &Arc<Rooms> {
        &self.0.rooms
    }

    /// 大屏.
    pub fn walls(&self) -> &Walls {
        &self.0.walls
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
