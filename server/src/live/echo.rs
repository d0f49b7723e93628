//! The go/no-go check of the phones in the room: the hub asks every open stream for an echo, the
//! phone answers with a small request, and the chair reads how many came back and how fast. End to
//! end, because an open socket proves nothing about a phone in a pocket.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use app::api::ApiError;
use domain::{Rejection, ids::SeatId, people::access::Actor, time::Instant};
use serde::Serialize;

use super::{
    code::fingerprint,
    room::{Need, Room},
};

/// The echo at hand.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    number: u64,
    asked_at: Option<Instant>,
    took_ms: HashMap<SeatId, i64>,
}

/// What the chair sees of the phones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneCheck {
    /// Seats with an open stream, however many each has.
    pub open: u32,
    /// Number of the echo last asked for; 0 is none.
    pub asked: u64,
    /// Seats that answered it.
    pub answered: u32,
    /// 95 of 100 answered within this many milliseconds.
    pub p95_ms: Option<i64>,
}

impl Room {
    /// Asks every phone for an echo; its number.
    ///
    /// # Errors
    /// Not the chair, not an operator.
    pub fn check_phones(self: &Arc<Self>, by: &Actor) -> Result<u64, ApiError> {
        self.may(by, Need::Command)?;
        let mut echoes = self.echoes.lock().unwrap_or_else(PoisonError::into_inner);
        echoes.asked_at = Some(self.house.clock.now());
        echoes.took_ms.clear();
        echoes.number = self.hub.ask_echo();
        self.hub.touch();
        Ok(echoes.number)
    }

    /// A phone answers.
    ///
    /// # Errors
    /// The token holds no seat.
    pub fn echo(&self, token: &str, number: u64) -> Result<(), ApiError> {
        let seat = self.read().seats.by_token(&fingerprint(token)).map(|s| s.id);
        let Some(seat) = seat else { return Err(Rejection::NotAllowed.into()) };
        let now = self.house.clock.now();
        let mut echoes = self.echoes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = echoes.asked_at.filter(|_| echoes.number == number) {
            let took = (now.0 - asked.0).max(0);
            echoes.took_ms.entry(seat).or_insert(took);
        }
        drop(echoes);
        self.hub.touch();
        Ok(())
    }

    /// How the phones answered so far.
    pub fn phones(&self) -> PhoneCheck {
        let echoes = self.echoes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut took: Vec<i64> = echoes.took_ms.values().copied().collect();
        took.sort_unstable();
        let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
        PhoneCheck {
            open: self.lines.seats(),
            asked: echoes.number,
            answered: u32::try_from(took.len()).unwrap_or(u32::MAX),
            p95_ms: took.get(place).copied(),
        }
    }

    /// Seats that answered the echo last asked for.
    pub(super) fn echoed(&self) -> u32 {
        let echoes = self.echoes.lock().unwrap_or_else(PoisonError::into_inner);
        u32::try_from(echoes.took_ms.len()).unwrap_or(u32::MAX)
    }
}
