//! The desk at the hall's door: people without a phone, cards, the roll, lost phones. With cards the
//! roll and the seats are two lists that nothing links: no id, no order, no time.
//!
//! Whatever changes seats waits for the phones that are coming in, and runs in a task of its own: a
//! browser that goes away must not part memory from the database, nor let go of the seats in between.
//! What counts people carries the key of its form; what names one seat or one line needs none.

use std::{future::Future, sync::Arc};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{AccountId, CommandId, DistrictId, MeetingId, RaterId, SeatId},
    people::access::Actor,
    reviews::{Identity, Meeting, Phase},
};

use sha2::{Digest as _, Sha256};

use super::{
    attend::may_come,
    code::{card, card_text, fingerprint},
    room::{Need, Room},
    seats::{How, Seat},
    store,
};
use crate::{
    services::{storage, told},
    storage::{Failure, Tx, q},
};

/// A form that counts people: the same key with the same content is carried out once.
type Once = (CommandId, Vec<u8>);

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
    /// Not the chair, not an operator; check-in is not open; not so many seats are left; by number where
    /// seats belong to people.
    pub async fn arrive_by_hand(self: &Arc<Self>, by: &Actor, who: ByHand) -> Result<Vec<String>, ApiError> {
        self.may(by, Need::Command)?;
        let (room, by) = (self.clone(), by.clone());
        apart(async move { room.arrive_now(&by, who, None).await }).await
    }

    /// Ticks so many of a group as present, once for `key`: a form that is sent again gets the labels
    /// of its first time.
    ///
    /// # Errors
    /// As [`Room::arrive_by_hand`]; the key was used for something else.
    pub async fn arrive_group(
        self: &Arc<Self>,
        by: &Actor,
        key: CommandId,
        group: String,
        count: u32,
    ) -> Result<Vec<String>, ApiError> {
        self.may(by, Need::Command)?;
        let once = (key, body("arrive", self, &group, count)?);
        let (room, by) = (self.clone(), by.clone());
        apart(async move { room.arrive_now(&by, ByHand::Group { group, count }, Some(once)).await }).await
    }

    async fn arrive_now(
        self: &Arc<Self>,
        by: &Actor,
        who: ByHand,
        once: Option<Once>,
    ) -> Result<Vec<String>, ApiError> {
        let _order = self.order.lock().await;
        let _seating = self.seating.write().await;
        if let Some((key, body)) = &once
            && let Some(labels) = self.done_at_desk(by, *key, Some(body)).await?
        {
            return Ok(labels);
        }
        let (seats, tick) = self.wanted(&who)?;
        if let ByHand::Group { group, count } = &who {
            self.room_for(group, *count).await?;
        }
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
        self.save(by, changed, tick.map(|t| (t, true, false)), note, once.map(|o| (o, labels.clone()))).await?;
        Ok(labels)
    }

    /// With cards: does the roll hold so many more of a group? Who drew a card and who was counted by number
    /// are two people; one who is both would sit on two seats.
    async fn room_for(&self, group: &str, more: u32) -> Result<(), ApiError> {
        let roll = self.roll().await?;
        let of = || roll.iter().filter(|l| l.group == group);
        let (people, drawn) = (of().count(), of().filter(|l| l.card_given).count());
        // Counted by number, a seat loses its card; one that was ticked by its card keeps it.
        let counted = {
            let state = self.read();
            state.seats.iter().filter(|s| s.group == group && s.how == How::Hand && s.card.is_none()).count()
        };
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        if drawn.saturating_add(counted).saturating_add(more) <= people {
            return Ok(());
        }
        let words = format!(
            "这一组名册上 {people} 人，已登记发卡 {drawn} 人、按人数登记 {counted} 人，再登记就多于名册，有人会占两个席位，没有登记。\
             请核对：领了卡的人凭卡签到，不再按人数登记；没有用的卡请先在名册上退卡。"
        );
        Err(Rejection::field("count", words).into())
    }

    /// The seats to be ticked, and the line of the roll with them.
    fn wanted(&self, who: &ByHand) -> Result<(Vec<Seat>, Option<RaterId>), ApiError> {
        let state = self.read();
        may_come(&state.meeting)?;
        let cards = state.meeting.plan.identity == Identity::Card;
        match who {
            ByHand::Rater(_) if cards => {
                Err(Rejection::state("这次会议用评议卡，席位不记名。请按卡号登记，或按组登记人数。").into())
            }
            ByHand::Rater(rater) => {
                Ok((vec![state.seats.by_rater(*rater).cloned().ok_or(Rejection::NotFound)?], Some(*rater)))
            }
            ByHand::Seat(seat) => {
                let seat = state.seats.get(*seat).cloned().ok_or(Rejection::NotFound)?;
                let rater = seat.rater;
                Ok((vec![seat], rater))
            }
            ByHand::Group { group, count } => {
                by_number(&state.meeting)?;
                let free = |s: &&&Seat| s.group == *group && !s.arrived && !s.revoked;
                let mut seats: Vec<&Seat> = state.seats.sorted(&state.meeting.plan);
                // From the end of the pile, so that the cards drawn from its top stay valid longest.
                seats.reverse();
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                let taken: Vec<Seat> = seats.iter().filter(free).take(count).map(|s| (*s).clone()).collect();
                if taken.len() < count || count == 0 {
                    let words = format!("这一组还没有签到的只有 {} 人，没有登记。请核对人数。", taken.len());
                    return Err(Rejection::field("count", words).into());
                }
                Ok((taken, None))
            }
        }
    }

    /// What the desk's form with this key did: the labels of the seats it took.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn desk_labels(&self, by: &Actor, key: CommandId) -> Result<Vec<String>, ApiError> {
        self.may(by, Need::Command)?;
        Ok(self.done_at_desk(by, key, None).await?.unwrap_or_default())
    }

    pub(super) async fn done_at_desk(
        &self,
        by: &Actor,
        key: CommandId,
        body: Option<&[u8]>,
    ) -> Result<Option<Vec<String>>, ApiError> {
        let query = q("SELECT body_hash, answer FROM commands WHERE account_id = $1 AND key = $2")
            .bind(by.account)
            .bind(key.to_string());
        let Some(row) = self.house.store.read().row(query).await.map_err(storage)? else { return Ok(None) };
        let hash = body.map(|b| hex::encode(Sha256::digest(b)));
        let kept = [row.text("body_hash").map_err(storage)?, row.text("answer").map_err(storage)?];
        if hash.is_some_and(|hash| kept[0] != hash && !(kept[0].is_empty() && kept[1].starts_with('['))) {
            return Err(Rejection::KeyReused.into());
        }
        // The answer of some other form: nothing of the desk's.
        Ok(Some(row.json("answer").unwrap_or_default()))
    }

    /// Ticks the roll: somebody of it drew a card (`given`), or gave it back unused.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such line; he drew one already; no cards in this meeting; with those
    /// counted by number there would be more than the roll has.
    pub async fn give_card(self: &Arc<Self>, by: &Actor, rater: RaterId, given: bool) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        let (room, by) = (self.clone(), by.clone());
        apart(async move {
            let _order = room.order.lock().await;
            if room.meeting().plan.identity != Identity::Card {
                return Err(Rejection::state("这次会议用账号签到，不用领卡。").into());
            }
            let roll = room.roll().await?;
            let line = roll.iter().find(|l| l.rater == rater).ok_or(Rejection::NotFound)?;
            if given && line.card_given {
                return Err(Rejection::state(format!(
                    "“{}”已经领过评议卡，不能再领。遗失的请到会务组停用后换卡。",
                    line.name
                ))
                .into());
            }
            if given {
                room.room_for(&line.group, 1).await?;
            }
            room.save(&by, Vec::new(), Some((rater, given, given)), None, None).await
        })
        .await
    }

    /// Fresh codes for every seat that has not checked in; cards printed before are void.
    ///
    /// # Errors
    /// Not the chair, not an operator; the meeting is over.
    pub async fn deal_cards(self: &Arc<Self>, by: &Actor) -> Result<Vec<Card>, ApiError> {
        self.may(by, Need::Command)?;
        let (room, by) = (self.clone(), by.clone());
        apart(async move {
            let _order = room.order.lock().await;
            let _seating = room.seating.write().await;
            let (cards, changed) = room.fresh_cards()?;
            let note = format!("制作评议卡 {} 张，此前制作的未签到卡作废", cards.len());
            room.save(&by, changed, None, Some(note), None).await?;
            Ok(cards)
        })
        .await
    }

    fn fresh_cards(&self) -> Result<(Vec<Card>, Vec<Seat>), Rejection> {
        let state = self.read();
        let plan = &state.meeting.plan;
        if state.meeting.phase > Phase::Running {
            return Err(Rejection::state("会议已经结束，不能再制卡。"));
        }
        let waiting = state.seats.sorted(plan).into_iter().filter(|s| !s.arrived && !s.revoked);
        Ok(waiting
            .map(|seat| {
                let code = card();
                let group = plan.rules.group(&seat.group);
                let changed = Seat { card: Some(fingerprint(&card_text(&code))), ..seat.clone() };
                let card = Card {
                    label: seat.label.clone(),
                    group: group.map(|g| g.name.clone()).unwrap_or_default(),
                    colour: group.map(|g| g.colour.clone()).unwrap_or_default(),
                    code,
                };
                (card, changed)
            })
            .unzip())
    }

    /// Closes a seat whose phone was lost, or opens it again. What it cast stays counted.
    ///
    /// # Errors
    /// Not the chair, not an operator; no such seat.
    pub async fn revoke(self: &Arc<Self>, by: &Actor, seat: SeatId, revoked: bool) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        {
            // The phone ends now, whatever the disk does.
            let mut state = self.write();
            let now = state.seats.get(seat).cloned().ok_or(Rejection::NotFound)?;
            state.seats.put(Seat { epoch: now.epoch + 1, token: None, revoked, ..now });
        }
        self.lines.end(seat);
        let (room, by) = (self.clone(), by.clone());
        apart(async move {
            let _order = room.order.lock().await;
            let _seating = room.seating.write().await;
            // A phone that was on its way has arrived meanwhile, and holds nothing.
            let now = room.read().seats.get(seat).cloned().ok_or(Rejection::NotFound)?;
            let seat = Seat { revoked, ..now };
            let note = format!("{}席位：{}", if revoked { "停用" } else { "恢复" }, seat.label);
            let id = seat.id;
            room.save(&by, vec![seat], None, Some(note), None).await?;
            // Who gets his seat back at the desk comes in with his card, also with a ballot in.
            if !revoked {
                room.doors.permit(id, room.house.clock.now());
            }
            Ok(())
        })
        .await
    }

    /// A line of the desk in the log, and nothing else.
    pub(super) async fn note_desk(&self, by: &Actor, note: String) -> Result<(), ApiError> {
        self.save(by, Vec::new(), None, Some(note), None).await
    }

    /// Writes, then puts into memory what was written. Whoever changes seats holds `seating` alone.
    async fn save(
        &self,
        by: &Actor,
        seats: Vec<Seat>,
        tick: Option<(RaterId, bool, bool)>,
        note: Option<String>,
        once: Option<(Once, Vec<String>)>,
    ) -> Result<(), ApiError> {
        let rows = Rows { whose: (self.district(), self.id(), by.account), seats: seats.clone(), tick, note };
        let written = match once {
            Some(((key, body), labels)) => {
                let job = self.house.store.once(by.account, key.to_string(), &body, move |tx| {
                    Box::pin(async move {
                        rows.write(tx).await?;
                        Ok(labels)
                    })
                });
                job.await.map(drop)
            }
            None => self.house.store.write(move |tx| Box::pin(async move { rows.write(tx).await })).await,
        };
        if written.is_ok() {
            let mut state = self.write();
            for seat in seats {
                if state.seats.get(seat.id).is_some_and(|now| now.epoch == seat.epoch) {
                    state.seats.put(seat);
                }
            }
        }
        self.hub.touch();
        written.map_err(told)
    }
}

/// What the desk writes at once.
struct Rows {
    whose: (DistrictId, MeetingId, AccountId),
    seats: Vec<Seat>,
    tick: Option<(RaterId, bool, bool)>,
    note: Option<String>,
}

impl Rows {
    async fn write(self, tx: &mut Tx) -> Result<(), Failure> {
        let (district, meeting, account) = self.whose;
        for seat in &self.seats {
            if !store::save_seat(tx, seat).await? {
                return Err(Failure::Rejected(Rejection::Stale));
            }
        }
        if let Some((rater, arrived, given)) = self.tick {
            store::tick(tx, meeting, rater, arrived, given).await?;
        }
        if let Some(note) = self.note {
            tx.audit(district, Some(account), "reviews.desk", &meeting.to_string(), &note).await?;
        }
        Ok(())
    }
}

/// Runs in a task of its own, to its end.
pub(super) async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(work).await.unwrap_or(Err(ApiError::Unavailable))
}

/// With accounts a seat is one person's: nobody is counted by number there.
pub(super) fn by_number(meeting: &Meeting) -> Result<(), Rejection> {
    if meeting.plan.identity == Identity::Card {
        return Ok(());
    }
    Err(Rejection::state("这次会议用账号签到，席位对应到人，不能按人数登记。请在名单上逐人登记、逐人发纸质测评表。"))
}

/// What a form that counts people says, for its key.
pub(super) fn body(what: &str, room: &Room, group: &str, count: u32) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(&(room.id(), what, group, count)).map_err(|_| ApiError::Unavailable)
}
