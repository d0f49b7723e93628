//! People: the directory of units and persons, roles waiting for the second
//! person, the 归口表, slips, and everybody's own page.

mod detail;
mod lists;
mod own;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};

pub use detail::{
    AccountLine, Bodies, GrantLine, OversightLine, PersonPage, PersonQuery, PostLine, ResetLine, TermLine, UnitPage,
    UnitQuery,
};
pub use lists::{
    DirectoryPage, DirectoryQuery, MapLine, MapPage, MapQuery, PersonLine, RolesPage, RolesQuery, SlipPerson, SlipUnit,
    SlipsPage, UnitLine,
};
pub use own::{DeviceLine, MePage, MeQuery, SessionLine};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// Port of the people service: what its pages read.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait People: Send + Sync {
    /// Units and, with a search, persons.
    async fn directory(&self, actor: &Actor, query: DirectoryQuery) -> Result<DirectoryPage, ApiError>;
    /// One unit.
    async fn unit(&self, actor: &Actor, query: UnitQuery) -> Result<UnitPage, ApiError>;
    /// One person.
    async fn person(&self, actor: &Actor, query: PersonQuery) -> Result<PersonPage, ApiError>;
    /// Roles waiting for the second person.
    async fn roles(&self, actor: &Actor, query: RolesQuery) -> Result<RolesPage, ApiError>;
    /// The 归口表.
    async fn map(&self, actor: &Actor, query: MapQuery) -> Result<MapPage, ApiError>;
    /// Units to print slips for.
    async fn slips(&self, actor: &Actor, query: RolesQuery) -> Result<SlipsPage, ApiError>;
    /// The own page.
    async fn me(&self, actor: &Actor, query: MeQuery) -> Result<MePage, ApiError>;
}

/// Units and, with a search, persons.
#[server(endpoint = "people/directory", input = Json)]
pub async fn people_directory(form: DirectoryQuery) -> Result<DirectoryPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().directory(call.actor(), form).await)
}

/// One unit.
#[server(endpoint = "people/unit", input = Json)]
pub async fn people_unit(form: UnitQuery) -> Result<UnitPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().unit(call.actor(), form).await)
}

/// One person.
#[server(endpoint = "people/person", input = Json)]
pub async fn people_person(form: PersonQuery) -> Result<PersonPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().person(call.actor(), form).await)
}

/// Roles waiting for the second person.
#[server(endpoint = "people/roles", input = Json)]
pub async fn people_roles(form: RolesQuery) -> Result<RolesPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().roles(call.actor(), form).await)
}

/// The 归口表.
#[server(endpoint = "people/map", input = Json)]
pub async fn people_map(form: MapQuery) -> Result<MapPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().map(call.actor(), form).await)
}

/// Units to print slips for.
#[server(endpoint = "people/slips", input = Json)]
pub async fn people_slips(form: RolesQuery) -> Result<SlipsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().slips(call.actor(), form).await)
}

/// The own page.
#[server(endpoint = "people/me", input = Json)]
pub async fn people_me(form: MeQuery) -> Result<MePage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().me(call.actor(), form).await)
}
