//! Coming in by phone, tablet or at a door of one's own: a ticket and an account or a drawn card
//! give a seat and its token. A new device raises the seat's epoch and ends the one before.
//!
//! With cards nothing of this reaches the log: a seat's row has no time, the roll is ticked apart.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{RaterId, SeatId},
    people::access::Actor,
    reviews::{Identity, Meeting, Phase},
};

use super::{
    attempts::Who,
    code::{self, Entry, card_text, fingerprint},
    room::{Need, Room},
    seats::{How, Seat},
    store,
};
use crate::{services::told, storage::Failure};

/// Who wants to check in.
#[derive(Debug, Clone, Copy)]
pub enum CheckIn<'a> {
    /// A signed-in account on the roll.
    Account(&'a Actor),
    /// The code of a printed card, as typed or scanned.
    Card(&'a str),
}

/// A seat given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatGrant {
    /// Seat.
    pub seat: SeatId,
    /// Its epoch; part of every ballot's key.
    pub epoch: u32,
    /// For the cookie; stored only as a fingerprint.
    pub token: String,
    /// The rater's name, or 「粉色 03」.
    pub label: String,
    /// A tablet's: ends with one ballot.
    pub single: bool,
}

/// What a seat becomes.
struct Change {
    seat: SeatId,
    how: How,
    single: bool,
    /// Line of the roll to tick with it (accounts only).
    tick: Option<RaterId>,
    /// Who is noted in the log (accounts only).
    noted: Option<Actor>,
}

impl Room {
    /// Six digits for the screen and the address of its QR; both change every 30 seconds.
    pub fn code(&self) -> (String, String) {
        let (digits, token) = self.secret.code(self.house.clock.now());
        (digits, format!("{}/m/{token}", self.house.origin))
    }

    /// A ticket for a code or a QR token; the one before still counts.
    ///
    /// # Errors
    /// It is neither, or too many were wrong from `client`.
    pub fn ticket(&self, text: &str, client: &str) -> Result<String, ApiError> {
        let now = self.house.clock.now();
        let who = Who::Address(client.to_owned());
        self.attempts.check(&who, now)?;
        if self.secret.accepts(text.trim(), now) {
            return Ok(self.secret.ticket(self.id(), Entry::Phone, now));
        }
        self.attempts.failed(&who, now);
        Err(stale_code().into())
    }

    /// Opens a shared tablet: a ticket that seats one person after another for twelve hours.
    ///
    /// # Errors
    /// Not the chair, not an operator.
    pub fn open_tablet(&self, by: &Actor) -> Result<String, ApiError> {
        self.may(by, Need::Command)?;
        Ok(self.secret.ticket(self.id(), Entry::Tablet, self.house.clock.now()))
    }

    /// Checks in with a ticket. `client` is the address; only failures are counted on it.
    ///
    /// # Errors
    /// The ticket is over; not on the roll; no such card; the seat was closed; check-in is not open.
    pub async fn check_in(
        self: &Arc<Self>,
        ticket: &str,
        who: CheckIn<'_>,
        client: &str,
    ) -> Result<SeatGrant, ApiError> {
        let now = self.house.clock.now();
        let tries = match who {
            CheckIn::Account(actor) => Who::Account(actor.account.to_string()),
            CheckIn::Card(_) => Who::Address(client.to_owned()),
        };
        self.attempts.check(&tries, now)?;
        let Some(entry) = self.secret.opens(self.id(), ticket, now) else {
            self.attempts.failed(&tries, now);
            return Err(stale_code().into());
        };
        let (how, single) = match entry {
            Entry::Phone => (How::Phone, false),
            Entry::Tablet => (How::Tablet, true),
        };
        let change = {
            let state = self.read();
            may_come(&state.meeting)?;
            match who {
                CheckIn::Account(actor) => {
                    let rater = self.rater_of(&state.meeting, actor)?;
                    let seat = state.seats.by_rater(rater).ok_or(Rejection::NotFound)?;
                    Change { seat: seat.id, how, single, tick: Some(rater), noted: Some(actor.clone()) }
                }
                CheckIn::Card(typed) => {
                    let Some(seat) = state.seats.by_card(&fingerprint(&card_text(typed))) else {
                        self.attempts.failed(&tries, now);
                        return Err(Rejection::field(
                            "card",
                            "没有这张评议卡，或这张卡已作废。请核对卡号，或到签到处换卡。",
                        )
                        .into());
                    };
                    Change { seat: seat.id, how, single, tick: seat.rater, noted: None }
                }
            }
        };
        self.seat(change).await
    }

    /// The desk hands a seat to whoever stands there, on a tablet, for one ballot.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such seat; the seat was closed; check-in is not open.
    pub async fn hand_seat(self: &Arc<Self>, by: &Actor, seat: SeatId) -> Result<SeatGrant, ApiError> {
        self.may(by, Need::Command)?;
        let tick = {
            let state = self.read();
            may_come(&state.meeting)?;
            state.seats.get(seat).ok_or(Rejection::NotFound)?.rater
        };
        let noted = tick.is_some().then(|| by.clone());
        self.seat(Change { seat, how: How::Tablet, single: true, tick, noted }).await
    }

    /// Gives the seat to a new token. The device before ends at once, also if storage then fails.
    async fn seat(self: &Arc<Self>, change: Change) -> Result<SeatGrant, ApiError> {
        // In a task of its own: database and memory must not part because a phone went away.
        let room = self.clone();
        let done = tokio::spawn(async move { room.seat_now(change).await });
        done.await.unwrap_or(Err(ApiError::Unavailable))
    }

    async fn seat_now(self: Arc<Self>, change: Change) -> Result<SeatGrant, ApiError> {
        let token = code::seat_token();
        let seat = {
            let mut state = self.write();
            let mut seat = state.seats.get(change.seat).cloned().ok_or(Rejection::NotFound)?;
            if seat.revoked {
                return Err(Rejection::state("这个席位已由会务人员停用，不能签到。请到签到处办理。").into());
            }
            seat.epoch += 1;
            seat.token = None;
            state.seats.put(seat.clone());
            Seat { token: Some(fingerprint(&token)), arrived: true, how: change.how, single: change.single, ..seat }
        };
        let (district, meeting) = (self.district(), self.id());
        let (row, tick, noted) = (seat.clone(), change.tick, change.noted);
        let written = self.house.store.write(move |tx| {
            Box::pin(async move {
                if !store::save_seat(tx, &row).await? {
                    return Err(Failure::Rejected(Rejection::Stale));
                }
                if let Some(rater) = tick {
                    store::tick(tx, meeting, rater, true, false).await?;
                }
                if let Some(by) = noted {
                    let words = format!("{}（{}）", row.label, row.how.label());
                    tx.audit(district, Some(by.account), "reviews.checked_in", &meeting.to_string(), &words).await?;
                }
                Ok(())
            })
        });
        written.await.map_err(told)?;
        let grant =
            SeatGrant { seat: seat.id, epoch: seat.epoch, token, label: seat.label.clone(), single: seat.single };
        let mut state = self.write();
        // Somebody newer, or the desk, may have been faster.
        if state.seats.get(seat.id).is_some_and(|now| now.epoch == seat.epoch && !now.revoked) {
            state.seats.put(seat);
        }
        drop(state);
        self.hub.touch();
        Ok(grant)
    }

    fn rater_of(&self, meeting: &Meeting, actor: &Actor) -> Result<RaterId, Rejection> {
        if actor.district != self.district() {
            return Err(Rejection::NotFound);
        }
        let rater = meeting.plan.raters.iter().find(|r| r.person == Some(actor.person));
        match (rater, meeting.plan.identity) {
            (None, _) => Err(Rejection::state("您不在这次会议的评议人员名册上。请到签到处核对。")),
            (Some(_), Identity::Card) => {
                Err(Rejection::field("card", "这次会议凭抽取的评议卡签到。请输入卡上的编码。"))
            }
            (Some(rater), Identity::Account) => Ok(rater.id),
        }
    }
}

/// Is check-in open?
pub(super) fn may_come(meeting: &Meeting) -> Result<(), Rejection> {
    match meeting.phase {
        Phase::CheckIn | Phase::Running => Ok(()),
        Phase::Preparing => Err(Rejection::state("会议还没有开始签到。请等大屏显示二维码后再试。")),
        _ => Err(Rejection::state("会议已经结束，不能再签到。")),
    }
}

fn stale_code() -> Rejection {
    Rejection::field("code", "签到码不对或已过期。请重新扫描大屏上的二维码，或输入屏幕上现在的 6 位数字。")
}
