//! The open interface of live meetings, `/api/v1/…`: join, stream, ballot, commands, the sealed
//! bundle. What a hall's own screen, a phone's page and a load generator speak. JSON in, JSON out;
//! errors are `{"error": 中文, "field"?: …}`. Refuses business: the rooms decide.

mod answer;
mod ballots;
mod rooms;
mod stream;

use axum::http::{HeaderMap, HeaderValue, header};

pub use answer::{Body, client, failed, sorry};

use super::{
    policy::{Builder, Kind, Policy},
    session,
};
use crate::{config::Config, live::SEAT_COOKIE};

/// Text of the interface's description.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Twelve hours: the longest meeting. Seconds.
const SEAT_AGE: i64 = 12 * 3_600;

/// Adds the routes.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Data, "/api/v1/openapi.json", Policy::Public, rooms::openapi)
        .api(Kind::Api, "/api/v1/rooms/{id}/join", Policy::Public, rooms::join)
        .get(Kind::Data, "/api/v1/rooms/{id}/sheet", Policy::Seat, rooms::sheet)
        .get(Kind::Stream, "/api/v1/rooms/{id}/stream", Policy::Seat, stream::open)
        .get(Kind::Data, "/api/v1/rooms/{id}/code", Policy::SignedIn, rooms::code)
        .api(Kind::Api, "/api/v1/rooms/{id}/echo", Policy::Seat, rooms::echo)
        .api(Kind::Api, "/api/v1/rooms/{id}/commands", Policy::SignedIn, rooms::command)
        .api(Kind::Replace, "/api/v1/rounds/{id}/ballot", Policy::Seat, ballots::cast)
        .get(Kind::Data, "/api/v1/rounds/{id}/bundle.json", Policy::SignedIn, ballots::bundle)
}

/// The token in `Authorization: Bearer`, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim).filter(|t| !t.is_empty() && t.len() <= 128)
}

/// The seat's token of a request: from the header, else from the cookie.
pub fn seat_of(config: &Config, headers: &HeaderMap) -> Option<String> {
    bearer(headers).map(str::to_owned).or_else(|| session::cookie_of(config, headers, SEAT_COOKIE))
}

/// The cookie of a seat; an empty token ends it.
pub fn seat_cookie(config: &Config, token: &str) -> HeaderValue {
    session::cookie(config, SEAT_COOKIE, token, Some(if token.is_empty() { 0 } else { SEAT_AGE }))
}

/// Does a request say that it holds a seat? Whether it does, the room knows.
pub(super) fn claims_seat(headers: &HeaderMap) -> bool {
    let cookie = |name: &str| name == SEAT_COOKIE || name.strip_prefix("__Host-") == Some(SEAT_COOKIE);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    bearer(headers).is_some() || cookies.filter_map(|c| c.trim().split_once('=')).any(|(name, _)| cookie(name))
}

/// Requests that go by the seat alone: whoever is signed in beside it does not matter and is not
/// looked up, so that ballots and phones never wait for the database.
pub(super) fn by_seat(path: &str, query: Option<&str>) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let role = || query.into_iter().flat_map(|q| q.split('&')).find_map(|p| p.strip_prefix("role="));
    match path.strip_prefix("/api/v1/") {
        Some(rest) => {
            let room = rest.starts_with("rooms/");
            matches!(last, "ballot" | "echo" | "sheet")
                || (room && last == "stream" && role().is_none_or(|r| r == "rater"))
        }
        None => path.starts_with("/room/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seat_alone_counts_for_ballots_and_phones() {
        for path in ["/api/v1/rounds/1/ballot", "/api/v1/rooms/1/echo", "/api/v1/rooms/1/stream", "/room/1/ballot"] {
            assert!(by_seat(path, None), "{path}");
        }
        assert!(by_seat("/api/v1/rooms/1/stream", Some("after=1.2&role=rater")));
        assert!(!by_seat("/api/v1/rooms/1/stream", Some("role=chair")));
        assert!(!by_seat("/api/v1/wall/stream", Some("names=1")));
        for path in ["/api/v1/rooms/1/join", "/api/v1/rooms/1/commands", "/rooms", "/me", "/ballot"] {
            assert!(!by_seat(path, None), "{path}");
        }
    }
}
