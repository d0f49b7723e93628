//! The desk at the hall's door: people without a phone, cards, the roll, lost phones. With cards the
//! roll and the seats are two lists that nothing links: no id, no order, no time.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{RaterId, SeatId},
    people::access::Actor,
    reviews::{Identity, Phase},
};

use super::{
    attend::may_come,
    code::{card, card_text, fingerprint},
    room::{Need, Room},
    seats::{How, Seat},
    store,
};
use crate::{services::told, storage::Failure};

/// Whom the desk ticks as present without a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHand {
    /// A line of the roll (accounts).
    Rater(RaterId),
    /// A seat by its card, which stays at the desk.
    Seat(SeatId),
    /// So many of a group who take paper and draw no card.
    Group {
        /// Key of the group.
        group: String,
        /// How many.
        count: u32,
    },
}

/// A card to be printed. The only moment its code is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// 「粉色 03」, or the rater's name.
    pub label: String,
    /// Name of the group.
    pub group: String,
    /// Colour of the group.
    pub colour: String,
    /// Code, in groups of four.
    pub code: String,
}

impl Room {
    /// Ticks people as present without a device. The labels of the seats taken: where cards are
    /// drawn by others, these are taken out of the pile.
    ///
    /// # Errors
    /// Not the chair, not an operator; check-in is not open; not so many seats are left.
    pub async fn arrive_by_hand(self: &Arc<Self>, by: &Actor, who: ByHand) -> Result<Vec<String>, ApiError> {
        self.may(by, Need::Command)?;
        let _order = self.order.lock().await;
        let (seats, tick) = {
            let state = self.read();
            may_come(&state.meeting)?;
            let cards = state.meeting.plan.identity == Identity::Card;
            match &who {
                ByHand::Rater(_) if cards => {
                    return Err(Rejection::state("这次会议用评议卡，席位不记名。请按卡号登记，或按组登记人数。").into());
                }
                ByHand::Rater(rater) => {
                    (vec![state.seats.by_rater(*rater).cloned().ok_or(Rejection::NotFound)?], Some(*rater))
                }
                ByHand::Seat(seat) => {
                    let seat = state.seats.get(*seat).cloned().ok_or(Rejection::NotFound)?;
                    let rater = seat.rater;
                    (vec![seat], rater)
                }
                ByHand::Group { group, count } => {
                    let free = |s: &&&Seat| s.group == *group && !s.arrived && !s.revoked;
                    let mut seats: Vec<&Seat> = state.seats.sorted(&state.meeting.plan);
                    // From the end of the pile, so that the cards drawn from its top stay valid longest.
                    seats.reverse();
                    let count = usize::try_from(*count).unwrap_or(usize::MAX);
                    let taken: Vec<Seat> = seats.iter().filter(free).take(count).map(|s| (*s).clone()).collect();
                    if taken.len() < count || count == 0 {
                        return Err(Rejection::field(
                            "count",
                            format!("这一组还没有签到的只有 {} 人，没有登记。请核对人数。", taken.len()),
                        )
                        .into());
                    }
                    (taken, None)
                }
            }
        };
        if let Some(closed) = seats.iter().find(|s| s.revoked) {
            let words = format!("席位“{}”已停用，没有登记。请先恢复席位。", closed.label);
            return Err(Rejection::state(words).into());
        }
        let by_group = matches!(who, ByHand::Group { .. });
        let changed: Vec<Seat> = seats
            .into_iter()
            .filter(|s| !s.arrived)
            .map(|s| Seat { arrived: true, how: How::Hand, card: if by_group { None } else { s.card.clone() }, ..s })
            .collect();
        let mut labels: Vec<String> = changed.iter().map(|s| s.label.clone()).collect();
        labels.sort_unstable();
        let note = tick.is_some().then(|| format!("签到处登记：{}", labels.join("、")));
        self.save(by, changed, tick.map(|t| (t, true, false)), note).await?;
        Ok(labels)
    }

    /// Ticks the roll: somebody of it drew a card (`given`), or gave it back unused.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such line; he drew one already; no cards in this meeting.
    pub async fn give_card(self: &Arc<Self>, by: &Actor, rater: RaterId, given: bool) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        let _order = self.order.lock().await;
        let meeting = self.meeting();
        if meeting.plan.identity != Identity::Card {
            return Err(Rejection::state("这次会议用账号签到，不用领卡。").into());
        }
        let roll = self.roll().await?;
        let line = roll.iter().find(|l| l.rater == rater).ok_or(Rejection::NotFound)?;
        if given && line.card_given {
            return Err(Rejection::state(format!(
                "“{}”已经领过评议卡，不能再领。遗失的请到会务组停用后换卡。",
                line.name
            ))
            .into());
        }
        self.save(by, Vec::new(), Some((rater, given, given)), None).await
    }

    /// Fresh codes for every seat that has not checked in; cards printed before are void.
    ///
    /// # Errors
    /// Not the chair, not an operator; the meeting is over.
    pub async fn deal_cards(self: &Arc<Self>, by: &Actor) -> Result<Vec<Card>, ApiError> {
        self.may(by, Need::Command)?;
        let _order = self.order.lock().await;
        let (mut cards, mut changed) = (Vec::new(), Vec::new());
        {
            let state = self.read();
            let plan = &state.meeting.plan;
            if state.meeting.phase > Phase::Running {
                return Err(Rejection::state("会议已经结束，不能再制卡。").into());
            }
            for seat in state.seats.sorted(plan).into_iter().filter(|s| !s.arrived && !s.revoked) {
                let code = card();
                let group = plan.rules.group(&seat.group);
                changed.push(Seat { card: Some(fingerprint(&card_text(&code))), ..seat.clone() });
                cards.push(Card {
                    label: seat.label.clone(),
                    group: group.map(|g| g.name.clone()).unwrap_or_default(),
                    colour: group.map(|g| g.colour.clone()).unwrap_or_default(),
                    code,
                });
            }
        }
        let note = format!("制作评议卡 {} 张，此前制作的未签到卡作废", cards.len());
        self.save(by, changed, None, Some(note)).await?;
        Ok(cards)
    }

    /// Closes a seat whose phone was lost, or opens it again. What it cast stays counted.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such seat.
    pub async fn revoke(self: &Arc<Self>, by: &Actor, seat: SeatId, revoked: bool) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        let _order = self.order.lock().await;
        let seat = {
            // The phone ends now, whatever the disk does.
            let mut state = self.write();
            let seat = state.seats.get(seat).cloned().ok_or(Rejection::NotFound)?;
            let seat = Seat { epoch: seat.epoch + 1, token: None, revoked, ..seat };
            state.seats.put(seat.clone());
            seat
        };
        let note = format!("{}席位：{}", if revoked { "停用" } else { "恢复" }, seat.label);
        self.save(by, vec![seat], None, Some(note)).await
    }

    async fn save(
        self: &Arc<Self>,
        by: &Actor,
        seats: Vec<Seat>,
        tick: Option<(RaterId, bool, bool)>,
        note: Option<String>,
    ) -> Result<(), ApiError> {
        let (district, meeting, account) = (self.district(), self.id(), by.account);
        let rows = seats.clone();
        let written = self.house.store.write(move |tx| {
            Box::pin(async move {
                for seat in &rows {
                    if !store::save_seat(tx, seat).await? {
                        return Err(Failure::Rejected(Rejection::Stale));
                    }
                }
                if let Some((rater, arrived, given)) = tick {
                    store::tick(tx, meeting, rater, arrived, given).await?;
                }
                if let Some(note) = note {
                    tx.audit(district, Some(account), "reviews.desk", &meeting.to_string(), &note).await?;
                }
                Ok(())
            })
        });
        // A browser that goes away must not part memory from the database.
        let done = {
            let room = self.clone();
            let written = written.await.map_err(told);
            let mut state = room.write();
            if written.is_ok() {
                for seat in seats {
                    if state.seats.get(seat.id).is_some_and(|now| now.epoch == seat.epoch) {
                        state.seats.put(seat);
                    }
                }
            }
            written
        };
        self.hub.touch();
        done
    }
}
