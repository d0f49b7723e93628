//! Who may take a drawn card's seat a second time. A seat that has a device, or a ballot in the round at
//! hand, is given to another device by the desk alone (换机): who saw or copied a card must not replace
//! what its holder chose. The same device comes in again by its seat's cookie, or by the cookie of the
//! form where the answer that brought the first one got lost.
//!
//! In memory: after a restart the desk presses 换机 once more, and whoever stands there with a card is told
//! so. Nothing here names anybody.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use app::api::ApiError;
use domain::{Rejection, ids::SeatId, people::access::Actor, reviews::Identity, time::Instant};

use super::{
    code::fingerprint,
    desk::apart,
    room::{Need, Room, State},
    seats::{How, Seat},
};

/// How long 换机 lets a card check in once more, in milliseconds.
const CHANGE_MS: i64 = 5 * 60_000;

/// What a device brings along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Device<'a> {
    /// Token of a seat it holds.
    pub seat: Option<&'a str>,
    /// Cookie of its forms; empty where it keeps none.
    pub form: &'a str,
}

/// What the door remembers of seats.
#[derive(Debug)]
pub(super) struct Doors {
    seats: Mutex<HashMap<SeatId, Door>>,
    /// When it began to remember.
    since: Instant,
    /// Seats somebody had come to before: what was permitted for them then is not known.
    earlier: BTreeSet<SeatId>,
}

#[derive(Debug, Default)]
struct Door {
    /// Fingerprint of the form's cookie of the phone that sits there.
    form: Option<String>,
    /// 换机: one check-in until then.
    until: Option<Instant>,
}

impl Doors {
    /// Of a room that is loaded now, with the seats somebody has come to.
    pub(super) fn new(since: Instant, earlier: BTreeSet<SeatId>) -> Self {
        Self { seats: Mutex::default(), since, earlier }
    }

    /// May 换机 have been pressed for this seat, in time, before a restart?
    fn forgot(&self, seat: SeatId, now: Instant) -> bool {
        let known = self.seats.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&seat);
        !known && self.earlier.contains(&seat) && now.0 < self.since.0 + CHANGE_MS
    }

    fn with<T>(&self, seat: SeatId, work: impl FnOnce(&mut Door) -> T) -> T {
        work(self.seats.lock().unwrap_or_else(PoisonError::into_inner).entry(seat).or_default())
    }

    /// A phone sits there now; the permit is used up. On a shared tablet everybody has the same cookie.
    pub(super) fn taken(&self, seat: SeatId, how: How, form: &str) {
        let form = (how == How::Phone && !form.is_empty()).then(|| fingerprint(form));
        self.with(seat, |door| *door = Door { form, until: None });
    }

    /// The desk lets one more device in.
    pub(super) fn permit(&self, seat: SeatId, now: Instant) {
        self.with(seat, |door| door.until = Some(Instant(now.0 + CHANGE_MS)));
    }

    fn opens(&self, seat: SeatId, form: &str, now: Instant) -> bool {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.get(&seat).is_some_and(|door| {
            let same = !form.is_empty() && door.form.as_deref() == Some(fingerprint(form).as_str());
            same || door.until.is_some_and(|until| now < until)
        })
    }
}

impl Room {
    /// May the desk put this seat on its own tablet?
    ///
    /// # Errors
    /// It needs 换机 first.
    pub(super) fn may_hand(&self, state: &State, seat: &Seat) -> Result<(), Rejection> {
        self.may_take(state, seat, How::Tablet, "").map_err(|_| {
            Rejection::state(format!(
                "“{}”已在别的设备上签到，或已交过测评表，没有交给这台平板。请核对是本人，先按“换机”，五分钟内再按“用这台平板”。",
                seat.label
            ))
        })
    }

    /// May a card be used for this seat by a device that is not the seat's own?
    ///
    /// # Errors
    /// It needs the desk's 换机.
    pub(super) fn may_take(&self, state: &State, seat: &Seat, how: How, form: &str) -> Result<(), Rejection> {
        let free = seat.token.is_none() && !has_cast(state, seat.id);
        let form = if how == How::Phone { form } else { "" };
        let now = self.house.clock.now();
        if free || self.doors.opens(seat.id, form, now) {
            return Ok(());
        }
        let words = if self.doors.forgot(seat.id, now) {
            "这张卡已在另一台设备上签到。会场系统刚刚重新启动，此前办过的换机已失效，请到签到台请工作人员办理换机\
             （再点一次就行），然后重新签到；不是您本人用的，请马上告诉工作人员。"
        } else {
            "这张卡已在另一台设备上签到。如果换了手机，请到签到台请工作人员办理换机；不是您本人用的，请马上告诉工作人员。"
        };
        Err(Rejection::field("card", words))
    }

    /// 换机: the card of this seat may check in once more, or the desk's own tablet may have it, within five
    /// minutes. The device before goes on until then. A person with an account needs it for that tablet alone.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such seat; it is closed.
    pub async fn allow_change(self: &Arc<Self>, by: &Actor, seat: SeatId) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        let (room, by) = (self.clone(), by.clone());
        apart(async move {
            let note = {
                let state = room.read();
                let seat = state.seats.get(seat).ok_or(Rejection::NotFound)?;
                if seat.revoked {
                    return Err(Rejection::state(format!("“{}”已停用，请先恢复席位。", seat.label)).into());
                }
                let way = match state.meeting.plan.identity {
                    Identity::Card => "凭卡在另一台设备上",
                    Identity::Account => "用签到处的平板",
                };
                format!("换机：{}，五分钟内可以{way}签到一次", seat.label)
            };
            room.note_desk(&by, note).await?;
            room.doors.permit(seat, room.house.clock.now());
            Ok(())
        })
        .await
    }

    /// Seats that a second device needs the desk for.
    pub fn taken(&self) -> Vec<SeatId> {
        let state = self.read();
        let held = state.seats.iter().filter(|s| s.token.is_some() || has_cast(&state, s.id));
        held.map(|s| s.id).collect()
    }
}

/// Is there a ballot of this seat in the round at hand?
fn has_cast(state: &State, seat: SeatId) -> bool {
    state.meeting.current().is_some()
        && state.round.as_ref().is_some_and(|round| round.with(|fold| fold.newest(seat).is_some()))
}
