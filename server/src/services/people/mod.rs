//! People: sessions and sign-in, accounts and devices, the directory of units and
//! persons, roles, 归口表. Refuses secrets in clear: only hashes are stored, and a
//! printed code is shown once.

pub mod accounts;
pub mod activation;
pub mod attempts;
mod confirm;
pub mod denials;
mod detail;
pub mod devices;
mod directory;
mod district;
mod held;
pub mod import_people;
pub mod import_units;
pub(crate) mod install;
mod liaisons;
mod lines;
mod me;
pub mod names;
pub(crate) mod order;
pub mod oversight;
pub mod persons;
pub mod resets;
pub mod roles;
pub mod sessions;
pub mod sign_in;
pub mod slips;
pub mod terms;
pub mod units;

use domain::{ids::CommandId, time::Instant};
use sha2::{Digest as _, Sha256};

use crate::{random, services::Services, storage::StorageError};

pub use attempts::Attempts;
pub(crate) use confirm::Tried;
pub use denials::Denials;
pub use directory::DRAFT;
pub(in crate::services) use directory::find_persons;
pub(crate) use directory::like;
pub(in crate::services) use held::held_on;

/// One intention of a user: its id and the bytes that must be the same in a retry.
#[derive(Debug, Clone)]
pub struct Command {
    /// Idempotency key from the form.
    pub id: CommandId,
    /// Content of the form.
    pub body: Vec<u8>,
}

impl Command {
    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// What is stored of a token or code: its SHA-256, hex.
pub fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

impl Services {
    /// Server time.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Wrong attempts.
    pub fn attempts(&self) -> &Attempts {
        &self.door.attempts
    }

    /// Checks a secret; at most as many at once as there are cores.
    pub(crate) async fn verify_secret(&self, secret: String, hash: String) -> Result<bool, StorageError> {
        let _permit = self.hashing.acquire().await.map_err(|_| StorageError::Stopped)?;
        let hasher = self.hasher.clone();
        tokio::task::spawn_blocking(move || hasher.verify(&secret, &hash)).await.map_err(|_| StorageError::Stopped)
    }

    /// Hashes a new secret; at most as many at once as there are cores.
    pub(crate) async fn hash_secret(&self, secret: String) -> Result<String, StorageError> {
        let _permit = self.hashing.acquire().await.map_err(|_| StorageError::Stopped)?;
        let hasher = self.hasher.clone();
        tokio::task::spawn_blocking(move || hasher.hash(&secret)).await.map_err(|_| StorageError::Stopped)
    }
}

/// What sign-in keeps in memory.
pub struct Door {
    /// Wrong attempts by login, device and code.
    pub attempts: Attempts,
    /// Denials that were counted but not written yet.
    pub denials: Denials,
    /// Days after which a password must be changed; 0 is never.
    pub password_days: u32,
    /// Stands in for the hash of an account that does not exist, so that one hash runs in both cases.
    pub nobody: String,
}

impl Door {
    /// A door whose stand-in hash was made by `hasher`.
    pub fn new(hasher: &dyn crate::hasher::Hasher) -> Self {
        let denials = Denials::default();
        Self { attempts: Attempts::default(), denials, password_days: 0, nobody: hasher.hash(&random::token()) }
    }
}
