//! Paper handed out: to a seat, or to so many of a group. A form by number carries its key into the
//! round's journal, in one record with the seats: whatever stops between the journal and the form's
//! answer, the same form counts once. Refuses paper after 收回.

use std::{collections::HashMap, sync::Arc};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, SeatId},
    people::access::Actor,
    reviews::{Frame, RoundState, Sheet, Stated, Verdict},
};

use super::{
    cast::{at_hand, sheet_of},
    command::journal,
    desk::{ByHand, apart, body, by_number},
    facts::{self, PaperGroup},
    room::{Need, Room, State},
    round::OpenRound,
    seats::{How, Seat},
};
use crate::{services::told, storage::Failure};

/// The paper of the round at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperState {
    /// The printed sheet: every presenter of the round.
    pub sheet: Option<Sheet>,
    /// Per group.
    pub groups: Vec<PaperGroup>,
    /// Group, number and readings of sheets that two did not yet enter alike.
    pub unsettled: Vec<(String, u32, usize)>,
    /// Groups whose spoiled and unreturned papers two did not yet count alike, with how many counted.
    pub unstated: Vec<(String, usize)>,
}

impl Room {
    /// The desk hands a paper ballot to a seat: its electronic ballot is void and blocked.
    ///
    /// # Errors
    /// Not the chair, not an operator; no round is open; no such seat; the plan recuses the rater from
    /// somebody on the sheet.
    pub async fn mark_paper(self: &Arc<Self>, by: &Actor, seat: SeatId) -> Result<Verdict, ApiError> {
        self.may(by, Need::Command)?;
        let open = self.accepting()?;
        let arrived = {
            let state = self.read();
            let seat = state.seats.get(seat).ok_or(Rejection::NotFound)?;
            full_sheet(&state, seat)?;
            seat.arrived
        };
        if !arrived {
            self.arrive_by_hand(by, ByHand::Seat(seat)).await?;
        }
        let verdict = open.submit(Frame::Paper { seat }).await.map_err(|e| journal(&e))?;
        if verdict == Verdict::Closed {
            return Err(taken_in().into());
        }
        Ok(verdict)
    }

    /// Hands paper to so many of a group who came in without a device, once for `key`: a form that is
    /// sent again, also after a crash at any point of its first time, changes nothing.
    ///
    /// # Errors
    /// Not the chair, not an operator; no round is open; fewer are there; the key was used for something
    /// else.
    pub async fn paper_group(
        self: &Arc<Self>,
        by: &Actor,
        key: CommandId,
        group: String,
        count: u32,
    ) -> Result<(), ApiError> {
        self.may(by, Need::Command)?;
        let body = body("paper", self, &group, count)?;
        let (room, by) = (self.clone(), by.clone());
        apart(async move {
            let _order = room.order.lock().await;
            if room.done_at_desk(&by, key, Some(&body)).await?.is_some() {
                return Ok(());
            }
            // The journal first: it knows the key too, and answers for the crash before the next line.
            room.hand_out(key, &group, count).await?;
            let nobody = Vec::<String>::new();
            let noted = room
                .house
                .store
                .once(by.account, key.to_string(), &body, move |_| Box::pin(async move { Ok::<_, Failure>(nobody) }));
            noted.await.map(drop).map_err(told)
        })
        .await
    }

    async fn hand_out(&self, key: CommandId, group: &str, count: u32) -> Result<(), ApiError> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        by_number(&self.meeting())?;
        loop {
            let open = {
                let state = self.read();
                at_hand(&state)?.0
            };
            // Known already: whatever became of the round since.
            match open.with(|fold| fold.handed(key).map(|(of, n)| of == group && n == count)) {
                Some(true) => return Ok(()),
                Some(false) => return Err(Rejection::KeyReused.into()),
                None => {}
            }
            self.accepting()?;
            let waiting: Vec<SeatId> = {
                let state = self.read();
                let free = |s: &&Seat| s.group == group && s.arrived && s.how == How::Hand;
                open.with(|fold| {
                    let seats = state.seats.iter().filter(free).map(|s| s.id);
                    seats.filter(|id| !fold.on_paper().contains(id)).collect()
                })
            };
            if waiting.len() < count || count == 0 {
                let words = format!("这一组签到处登记、还没领纸质表的只有 {} 人，没有发。请核对人数。", waiting.len());
                return Err(Rejection::field("count", words).into());
            }
            let seats = waiting.into_iter().take(count).collect();
            let frame = Frame::Papers { key, group: group.to_owned(), seats };
            match open.submit(frame).await.map_err(|e| journal(&e))? {
                Verdict::Accepted | Verdict::Same => return Ok(()),
                Verdict::Closed => return Err(taken_in().into()),
                // The desk gave one of them paper by name in between: it is chosen again.
                Verdict::OnPaper => {}
                _ => return Err(Rejection::KeyReused.into()),
            }
        }
    }

    /// The paper of the round at hand.
    pub fn paper(&self) -> PaperState {
        let state = self.read();
        let Ok((open, round)) = at_hand(&state) else { return PaperState::default() };
        open.with(|fold| PaperState {
            sheet: Some(sheet_of(&state.meeting, round, None)),
            groups: facts::paper(&state.meeting, round, &state.seats, fold),
            unsettled: fold.unsettled(&round.presenters),
            unstated: fold.unstated(),
        })
    }

    /// What this 计票人 stated of each group: his own numbers, never the other one's.
    pub fn own_statements(&self, by: &Actor) -> HashMap<String, Stated> {
        let state = self.read();
        let Ok((open, _)) = at_hand(&state) else { return HashMap::new() };
        let groups = state.meeting.plan.rules.groups.iter();
        open.with(|fold| groups.map(|g| (g.key.clone(), fold.stated_by(&g.key, by.person))).collect())
    }

    fn accepting(&self) -> Result<OpenRound, ApiError> {
        let state = self.read();
        let (open, round) = at_hand(&state)?;
        if round.state == RoundState::Closed {
            return Err(taken_in().into());
        }
        Ok(open)
    }
}

/// The printed sheet has everybody on it. With cards whoever recuses himself marks it there; a rater with an
/// account whom the plan recuses must not even be asked.
fn full_sheet(state: &State, seat: &Seat) -> Result<(), Rejection> {
    let (_, round) = at_hand(state)?;
    let plan = &state.meeting.plan;
    let whom: Vec<&str> = round
        .presenters
        .iter()
        .filter(|p| seat.rater.is_some_and(|r| plan.recused(r, **p)))
        .filter_map(|p| plan.presenter(*p).map(|p| p.name.as_str()))
        .collect();
    if whom.is_empty() {
        return Ok(());
    }
    Err(Rejection::state(format!(
        "“{}”对“{}”须回避，纸质测评表列有全部述责对象，没有发。请让本人用手机，或按“用这台平板”填写，那里已去掉须回避的人。",
        seat.label,
        whom.join("、")
    )))
}

fn taken_in() -> Rejection {
    Rejection::state("测评表已经收回，不能再发纸质测评表。")
}
