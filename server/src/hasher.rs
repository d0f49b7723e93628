//! Password hashing behind a port: argon2id in production, something cheap in tests.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

/// Hashes and checks passwords and PINs. Blocking: call through `Services::hashing`.
pub trait Hasher: Send + Sync {
    /// A PHC string.
    fn hash(&self, secret: &str) -> String;
    /// Does `secret` belong to `hash`? An unreadable hash belongs to nothing.
    fn verify(&self, secret: &str, hash: &str) -> bool;
}

/// argon2id, 19 MiB, t=2, p=1 (the OWASP floor): 25–41 ms of CPU.
#[derive(Debug, Clone, Copy, Default)]
pub struct Argon2id;

impl Argon2id {
    /// Memory in KiB.
    pub const MEMORY_KIB: u32 = 19 * 1024;
    /// Passes.
    pub const PASSES: u32 = 2;

    fn engine() -> Argon2<'static> {
        let params = Params::new(Self::MEMORY_KIB, Self::PASSES, 1, None).unwrap_or_default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }
}

impl Hasher for Argon2id {
    fn hash(&self, secret: &str) -> String {
        Self::engine().hash_password(secret.as_bytes()).map(|h| h.to_string()).unwrap_or_default()
    }

    fn verify(&self, secret: &str, hash: &str) -> bool {
        PasswordHash::new(hash).is_ok_and(|h| Self::engine().verify_password(secret.as_bytes(), &h).is_ok())
    }
}
