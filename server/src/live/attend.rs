//! Coming in by phone, tablet or at a door of one's own: a ticket and an account or a drawn card
//! give a seat and its token. A new device raises the seat's epoch and ends the one before.
//!
//! With cards nothing of this reaches the log: a seat's row has no time, the roll is ticked apart.
//!
//! Who comes in after 收回 is checked in, has no ballot of that round ([`super::Held::late`]) and is in none
//! of its numbers: the journal says who was there. A round opened again takes him in.
//!
//! Phones come in side by side ([`Room::seating`], shared); the desk works on seats alone with them, so
//! that it never sees, and never writes back, a seat whose phone is on its way to the disk.

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
    desk::apart,
    door::Device,
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
    /// The card that was shown: the desk may have made it void in the meantime.
    card: Option<String>,
    /// Cookie of the forms of the device that comes with a card.
    form: String,
    /// Line of the roll to tick with it (accounts only).
    tick: Option<RaterId>,
    /// Who is noted in the log (accounts only).
    noted: Option<Actor>,
    /// Who of the desk hands the seat over: noted always.
    desk: Option<Actor>,
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
    /// It is neither, or too many digits were wrong from `client`.
    pub fn ticket(&self, text: &str, client: &str) -> Result<String, ApiError> {
        let now = self.house.clock.now();
        let (text, who) = (text.trim(), Who::Address(client.to_owned()));
        let digits = is_digits(text);
        if digits {
            self.house.attempts.check(&who, now)?;
        }
        if self.secret.accepts(text, now) {
            return Ok(self.secret.ticket(self.id(), Entry::Phone, now));
        }
        if digits {
            self.house.attempts.failed(&who, now);
        }
        Err(stale_code().into())
    }

    /// Does a device with this token hold a seat here now?
    pub fn holds_seat(&self, token: &str) -> bool {
        self.read().seats.by_token(&fingerprint(token)).is_some_and(|s| !s.revoked)
    }

    /// Opens a shared tablet: a ticket that seats one person after another for twelve hours.
    ///
    /// # Errors
    /// Not the chair, not an operator.
    pub fn open_tablet(&self, by: &Actor) -> Result<String, ApiError> {
        self.may(by, Need::Command)?;
        Ok(self.secret.ticket(self.id(), Entry::Tablet, self.house.clock.now()))
    }

    /// Checks in with a ticket. A card whose seat has a device needs the desk for another one; the device that
    /// holds a seat gets it as it is, or a code scanned twice would cost it what it has not sent. Wrong tickets
    /// count on the account; wrong cards on their ticket alone, never on the address: the hall is one, and a
    /// card cannot be guessed.
    ///
    /// # Errors
    /// The ticket is over; not on the roll; no such card, or used on another device; the seat was closed;
    /// check-in is not open.
    pub async fn check_in(
        self: &Arc<Self>,
        ticket: &str,
        who: CheckIn<'_>,
        device: Device<'_>,
    ) -> Result<SeatGrant, ApiError> {
        let now = self.house.clock.now();
        let attempts = &self.house.attempts;
        let tries = match who {
            CheckIn::Account(actor) => Some(Who::Account(actor.account.to_string())),
            CheckIn::Card(_) => None,
        };
        if let Some(tries) = &tries {
            attempts.check(tries, now)?;
        }
        let Some(entry) = self.secret.opens(self.id(), ticket, now) else {
            if let Some(tries) = &tries {
                attempts.failed(tries, now);
            }
            return Err(stale_code().into());
        };
        let tries = tries.unwrap_or_else(|| Who::Ticket(ticket.to_owned()));
        attempts.check(&tries, now)?;
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
                    if let Some(held) = holds(seat, device, how) {
                        return Ok(grant(seat, held));
                    }
                    let (noted, form) = (Some(actor.clone()), String::new());
                    Change { seat: seat.id, how, single, card: None, form, tick: Some(rater), noted, desk: None }
                }
                CheckIn::Card(typed) => {
                    let card = fingerprint(&card_text(typed));
                    let Some(seat) = state.seats.by_card(&card) else {
                        attempts.failed(&tries, now);
                        return Err(void_card().into());
                    };
                    if let Some(held) = holds(seat, device, how) {
                        return Ok(grant(seat, held));
                    }
                    let (form, tick) = (device.form.to_owned(), seat.rater);
                    Change { seat: seat.id, how, single, card: Some(card), form, tick, noted: None, desk: None }
                }
            }
        };
        self.seat(change).await
    }

    /// The desk hands a seat to whoever stands there, on a tablet, for one ballot; noted. A seat with a device,
    /// or with a ballot in, needs 换机 first, as for another card: nobody replaces what its holder chose unseen.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such seat; the seat was closed; check-in is not open; 换机 is needed.
    pub async fn hand_seat(self: &Arc<Self>, by: &Actor, seat: SeatId) -> Result<SeatGrant, ApiError> {
        self.may(by, Need::Command)?;
        let tick = {
            let state = self.read();
            may_come(&state.meeting)?;
            state.seats.get(seat).ok_or(Rejection::NotFound)?.rater
        };
        let (form, desk) = (String::new(), Some(by.clone()));
        self.seat(Change { seat, how: How::Tablet, single: true, card: None, form, tick, noted: None, desk }).await
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
        // Until memory and database agree on this seat, the desk changes none.
        let _seating = self.seating.read().await;
        let seat = {
            let mut state = self.write();
            let mut seat = state.seats.get(change.seat).cloned().ok_or(Rejection::NotFound)?;
            if change.card.is_some() && seat.card != change.card {
                return Err(void_card().into());
            }
            if seat.revoked {
                return Err(Rejection::state("这个席位已由会务人员停用，不能签到。请到签到处办理。").into());
            }
            if change.card.is_some() {
                self.may_take(&state, &seat, change.how, &change.form)?;
            } else if change.desk.is_some() {
                self.may_hand(&state, &seat)?;
            }
            seat.epoch += 1;
            // Nobody knows this token yet; it keeps a second use of the card out meanwhile.
            seat.token = Some(fingerprint(&token));
            state.seats.put(seat.clone());
            self.doors.taken(seat.id, change.how, &change.form);
            Seat { arrived: true, how: change.how, single: change.single, ..seat }
        };
        let (district, meeting) = (self.district(), self.id());
        let (row, tick, noted, desk) = (seat.clone(), change.tick, change.noted, change.desk);
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
                if let Some(by) = desk {
                    let words = format!("用签到处的平板签到：{}", row.label);
                    tx.audit(district, Some(by.account), "reviews.desk", &meeting.to_string(), &words).await?;
                }
                Ok(())
            })
        });
        let written = written.await;
        let grant = grant(&seat, token);
        let mut state = self.write();
        if let Err(failure) = written {
            if let Some(now) = state.seats.get(seat.id).filter(|now| now.token == seat.token).cloned() {
                state.seats.put(Seat { token: None, ..now });
                self.doors.permit(seat.id, self.house.clock.now());
            }
            return Err(told(failure));
        }
        match state.seats.get(seat.id).cloned() {
            Some(now) if now.epoch == seat.epoch && !now.revoked => state.seats.put(seat),
            // A newer device, or the desk, was faster; he came all the same.
            Some(now) if !now.arrived => state.seats.put(Seat { arrived: true, how: seat.how, ..now }),
            _ => {}
        }
        drop(state);
        self.hub.touch();
        Ok(grant)
    }

    /// A device gives its seat back: whoever comes next with the card needs no desk for it, unless a ballot
    /// is in. Nothing happens where it holds none.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn leave(self: &Arc<Self>, token: &str) -> Result<(), ApiError> {
        let (room, token) = (self.clone(), fingerprint(token));
        apart(async move {
            let _seating = room.seating.read().await;
            let seat = {
                let mut state = room.write();
                let Some(held) = state.seats.by_token(&token).cloned() else { return Ok(()) };
                let seat = Seat { epoch: held.epoch + 1, token: None, ..held };
                state.seats.put(seat.clone());
                seat
            };
            let row = seat.clone();
            let written = room.house.store.write(move |tx| {
                Box::pin(async move {
                    store::save_seat(tx, &row).await?;
                    Ok(())
                })
            });
            written.await.map_err(told)
        })
        .await
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

/// The token of a device that sits there already, in the same way.
fn holds(seat: &Seat, device: Device<'_>, how: How) -> Option<String> {
    let held = device.seat.filter(|t| seat.token.as_deref() == Some(&fingerprint(t)));
    held.filter(|_| (seat.how, seat.revoked) == (how, false)).map(str::to_owned)
}

fn grant(seat: &Seat, token: String) -> SeatGrant {
    SeatGrant { seat: seat.id, epoch: seat.epoch, token, label: seat.label.clone(), single: seat.single }
}

/// Is check-in open?
pub(super) fn may_come(meeting: &Meeting) -> Result<(), Rejection> {
    match meeting.phase {
        Phase::CheckIn | Phase::Running => Ok(()),
        Phase::Preparing => Err(Rejection::state("会议还没有开始签到。请等大屏显示二维码后再试。")),
        _ => Err(Rejection::state("会议已经结束，不能再签到。")),
    }
}

/// Six digits, as on the hall's screen: the only code that can be guessed.
pub(super) fn is_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

fn void_card() -> Rejection {
    Rejection::field("card", "没有这张评议卡，或这张卡已作废。请核对卡号，或到签到处换卡。")
}

pub(super) fn stale_code() -> Rejection {
    Rejection::field("code", "签到码不对或已过期。请重新扫描大屏上的二维码，或输入屏幕上现在的 6 位数字。")
}
