//! Electronic ballots on their way into the round's journal, by seat. No database, no log, no count of
//! its own here: what the fold judged and made durable is what is said.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{RoundId, SeatId},
    reviews::{Ballot, Frame, Line, Meeting, ReviewRules, Round, RoundState, Sheet, SheetLine, Verdict},
};

use super::{
    code::fingerprint,
    command::journal,
    room::{Room, State},
    round::OpenRound,
    seats::Seat,
};

/// Highest counter of a ballot: nobody changes his mind so often, and the next one must be countable.
const REVS: u32 = 1_000_000;

/// What a seat holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Seat.
    pub seat: SeatId,
    /// The rater's name, or 「粉色 03」.
    pub label: String,
    /// Name of the group.
    pub group: String,
    /// Epoch of this device.
    pub epoch: u32,
    /// A tablet's: one ballot.
    pub single: bool,
    /// The last round, with the empty sheet while it is not ended.
    pub round: Option<HeldRound>,
    /// Rev of the newest ballot of this device that is durable: the next one goes on counting from it.
    pub rev: Option<u32>,
    /// A ballot of the seat is durable, also one of a device before: it counts unless a newer one comes.
    pub received: bool,
    /// Took a paper ballot: this seat's electronic one does not count.
    pub on_paper: bool,
    /// Came in after 收回: checked in, and no ballot of this round any more.
    pub late: bool,
    /// The round was closed and opened again.
    pub reopened: bool,
}

/// The round of a seat's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRound {
    /// Id.
    pub id: RoundId,
    /// State.
    pub state: RoundState,
    /// The seat's own sheet.
    pub sheet: Sheet,
    /// Rules: scale, dimensions.
    pub rules: ReviewRules,
}

/// A verdict in words for the rater.
pub fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted | Verdict::Same => "已收到。收回以前可以修改。",
        Verdict::Conflict => "您在别处用同一编号交过一张，这一张没有收下。您填的还在，请核对后再提交一次。",
        Verdict::Superseded => "您在这之后已交过更新的一张，以更新的为准。",
        Verdict::OldDevice => "您的席位已换到别的手机或平板上，这台设备交的没有收下。",
        Verdict::OnPaper => "您已领取纸质测评表，手机上的这张不计入。请填写纸质测评表。",
        Verdict::Closed => "已封存，这张未计入。此前显示“已收到”的那一张照常计入。",
        Verdict::SealedCounted => "已封存，您在收回前交的测评表已计入。",
        Verdict::SealedMixed => {
            "已封存，名册上您的席位交回了测评表。没有领过纸质测评表的，收回前交的已计入；领过的，手机上的不计入，以纸质为准。"
        }
        Verdict::SealedNothing => "已封存，您的席位没有收回的测评表，这张未计入。",
        Verdict::TooMany => {
            "改动次数太多，已保留上一次的选择，照常计入；这一次的改动没有收下。确需再改，请到签到台说明。"
        }
        Verdict::Paused => "测评暂停，这张还没有收下。内容已保留，继续后会再送一次。",
    }
}

impl Room {
    /// The seat of a token: its sheet, its newest rev.
    ///
    /// # Errors
    /// The token holds no seat here.
    pub fn sheet(&self, token: &str) -> Result<Held, ApiError> {
        let state = self.read();
        let seat = seated(&state, token)?;
        let meeting = &state.meeting;
        let open = state.round.as_ref();
        let (newest, on_paper, late, reopened) = open.map_or((None, false, false, false), |open| {
            open.with(|fold| {
                let late = fold.is_closed() && !fold.was_there(seat.id);
                (fold.newest(seat.id), fold.on_paper().contains(&seat.id), late, !fold.reopened().is_empty())
            })
        });
        let round = meeting.rounds.last().map(|round| HeldRound {
            id: round.id,
            state: round.state,
            sheet: sheet_of(meeting, round, Some(seat)),
            rules: meeting.plan.rules.clone(),
        });
        Ok(Held {
            seat: seat.id,
            label: seat.label.clone(),
            group: meeting.plan.rules.group(&seat.group).map(|g| g.name.clone()).unwrap_or_default(),
            epoch: seat.epoch,
            single: seat.single,
            round,
            rev: newest.filter(|(epoch, _)| *epoch == seat.epoch).map(|n| n.1),
            received: newest.is_some(),
            on_paper,
            late,
            reopened,
        })
    }

    /// Casts a ballot. [`Verdict::Accepted`] and [`Verdict::Same`] are durable when this returns. After
    /// the seal the roll's mark of the seat answers: the acknowledgement may have been lost on its way.
    ///
    /// # Errors
    /// No seat; a counter above a million; not this meeting's round; the ballot does not fit the seat's sheet; the disk.
    pub async fn cast(
        &self,
        token: &str,
        round: RoundId,
        epoch: u32,
        rev: u32,
        ballot: Ballot,
    ) -> Result<Verdict, ApiError> {
        if rev > REVS {
            let words = format!("修改次数的编号超过了 {REVS}，没有收下。请刷新页面后重新提交。");
            return Err(Rejection::field("rev", words).into());
        }
        let sealed = {
            let state = self.read();
            let seat = seated(&state, token)?;
            let sealed = state.meeting.rounds.iter().any(|r| r.id == round && r.state == RoundState::Sealed);
            sealed.then(|| seat.clone())
        };
        if let Some(seat) = sealed {
            return self.after_seal(round, &seat).await;
        }
        let (frame, open, single) = {
            let state = self.read();
            let seat = seated(&state, token)?;
            let Some(known) = state.meeting.rounds.iter().find(|r| r.id == round) else {
                return Err(foreign().into());
            };
            match known.state {
                // Sealed since the look above: the phone sends it again.
                RoundState::Sealed => return Err(ApiError::Unavailable),
                RoundState::Void | RoundState::Lost => {
                    return Err(Rejection::state(format!(
                        "{}，这张未计入。请等待会务人员重新开始测评。",
                        known.state.label()
                    ))
                    .into());
                }
                RoundState::Open | RoundState::Paused | RoundState::Closed => {}
            }
            if epoch != seat.epoch {
                return Ok(Verdict::OldDevice);
            }
            let Some(open) = state.round.clone().filter(|o| o.id() == round) else { return Ok(Verdict::Closed) };
            let ballot = match settled(&open, &state.meeting, known, seat, (epoch, rev), ballot) {
                Ok(verdict) => return Ok(verdict),
                Err(ballot) => ballot.check(&sheet_of(&state.meeting, known, Some(seat)), &state.meeting.plan.rules)?,
            };
            let single = seat.single.then_some(seat.id);
            (Frame::Vote { seat: seat.id, epoch, rev, ballot }, open, single)
        };
        if let Some(seat) = single {
            let before = open.with(|fold| fold.newest(seat));
            if before.is_some_and(|(e, r)| e == epoch && r != rev) {
                return Err(Rejection::state("这台平板上的席位已经交过测评表。要修改请到签到处办理。").into());
            }
        }
        open.submit(frame).await.map_err(|e| journal(&e))
    }
}

/// What a key that is durable already is told, whatever happened to the sheet since: a presenter may
/// have been excused after the acknowledgement that was lost. Else the ballot without the lines of
/// those who were excused.
fn settled(
    open: &OpenRound,
    meeting: &Meeting,
    round: &Round,
    seat: &Seat,
    (epoch, rev): (u32, u32),
    ballot: Ballot,
) -> Result<Verdict, Ballot> {
    let stays =
        |line: &Line| !meeting.excused.contains_key(&line.presenter) || round.presenters.contains(&line.presenter);
    let without = |ballot: Ballot| Ballot { lines: ballot.lines.into_iter().filter(stays).collect() };
    let held = open.with(|fold| match fold.held(seat.id) {
        Some((e, r, _)) if e == epoch && r > rev => Some((r, None)),
        Some((e, r, held)) if (e, r) == (epoch, rev) => Some((r, Some(held.clone()))),
        _ => None,
    });
    let ballot = without(ballot);
    match held {
        Some((_, None)) => Ok(Verdict::Superseded),
        Some((_, Some(held))) => {
            let held = without(held);
            let checked = ballot.clone().check(&sheet_of(meeting, round, Some(seat)), &meeting.plan.rules);
            let same = checked.map_or(ballot == held, |checked| checked == held);
            if same { Ok(Verdict::Same) } else { Err(ballot) }
        }
        None => Err(ballot),
    }
}

/// The round that is not ended, with its journal.
pub(super) fn at_hand(state: &State) -> Result<(OpenRound, &Round), Rejection> {
    match (&state.round, state.meeting.current()) {
        (Some(open), Some(round)) if open.id() == round.id => Ok((open.clone(), round)),
        _ => Err(Rejection::state("现在没有进行中的测评。请先开始测评。")),
    }
}

fn seated<'s>(state: &'s State, token: &str) -> Result<&'s Seat, ApiError> {
    let seat = state.seats.by_token(&fingerprint(token)).filter(|s| !s.revoked);
    seat.ok_or_else(|| {
        Rejection::state("这台设备没有签到，或席位已换到别的设备、已由会务人员停用。请重新签到，或到签到处办理。")
            .into()
    })
}

fn foreign() -> Rejection {
    Rejection::state("这张测评表不属于这次会议的测评，没有收下。请刷新页面后重新填写。")
}

/// The sheet of a seat; without one, the printed sheet with everybody on it. Only a seat that is tied
/// to a line of the roll leaves out those whom the plan recuses him from.
pub(super) fn sheet_of(meeting: &Meeting, round: &Round, seat: Option<&Seat>) -> Sheet {
    let plan = &meeting.plan;
    let rater = seat.and_then(|s| s.rater);
    let lines = round.presenters.iter().filter_map(|id| plan.presenter(*id));
    Sheet {
        lines: lines
            .filter(|p| rater.is_none_or(|r| !plan.recused(r, p.id)))
            .map(|p| SheetLine { presenter: p.id, name: p.name.clone(), title: p.title.clone() })
            .collect(),
    }
}
