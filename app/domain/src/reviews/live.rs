//! What each role sees live: small whole states, never deltas, so that a lost event heals itself.
//! A role's view holds only what the role may see; no view holds a mark, a mean or who chose what.

use serde::Serialize;

use super::{Meeting, Phase, Presence, RoundState, Step};
use crate::{
    ids::{PersonId, PresenterId, RoundId},
    time::Instant,
};

/// The clock of a report, as the pages count it themselves between events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// Milliseconds spoken when the event was made.
    pub spoken_ms: i64,
    /// Does it run?
    pub runs: bool,
    /// Milliseconds allowed.
    pub limit_ms: i64,
}

/// What everybody in the room may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundView {
    /// Id.
    pub id: RoundId,
    /// State.
    pub state: RoundState,
    /// Words of the state.
    pub words: &'static str,
    /// Presenters on the sheet.
    pub presenters: Vec<PresenterId>,
    /// Short code of the certificate once sealed.
    pub certificate: Option<String>,
    /// Sealed or void, and what linked seats to ballots is destroyed: key and journal are gone.
    pub destroyed: bool,
}

/// The rater's phone. The same bytes for every rater: nothing of a seat is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RaterView {
    /// Phase key.
    pub phase: Phase,
    /// Presenter at hand.
    pub at: Option<PresenterId>,
    /// Name and title of the presenter at hand, and 「第 2 位，共 5 位」.
    pub who: Option<(String, String, String)>,
    /// Step of the presenter at hand.
    pub step: Step,
    /// The last round.
    pub round: Option<RoundView>,
}

/// The big screen (大屏).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScreenView {
    /// What the raters see.
    pub room: RaterView,
    /// Clock of the report.
    pub clock: ClockView,
    /// 应到, 实到.
    pub presence: Presence,
    /// Ballots in of the round at hand: turnout only.
    pub returned: u32,
    /// Whose results are announced (the page then asks for them).
    pub announced: Vec<PresenterId>,
    /// How many of the two 监票人 confirmed.
    pub confirmed: u32,
}

/// 主持人 and 会务操作员.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChairView {
    /// What the screen shows.
    pub screen: ScreenView,
    /// Version that commands are checked against.
    pub seq: u64,
    /// Ballots received and not yet durable (在路上).
    pub on_the_way: u32,
    /// Open streams of raters.
    pub phones: u32,
    /// Those present who have not returned a ballot: names, or colour and number of a card.
    pub missing: Vec<String>,
    /// Something of the machine that the operator must know and pass on.
    pub notice: Option<&'static str>,
}

/// 监票人.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TellerView {
    /// What the chair sees.
    pub chair: ChairView,
    /// Persons of the 监票人 who confirmed.
    pub confirmed_by: Vec<PersonId>,
    /// Per group: name, paper out, entered alike by both, spoiled.
    pub paper: Vec<(String, u32, u32, u32)>,
}

/// 计票人: the paper alone. Turnout and who is missing are not theirs to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterView {
    /// What the raters see.
    pub room: RaterView,
    /// Per group: name, paper out, entered alike by both, spoiled.
    pub paper: Vec<(String, u32, u32, u32)>,
}

/// The presenter's own page: his turn and his clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PresenterView {
    /// What the raters see.
    pub room: RaterView,
    /// Clock.
    pub clock: ClockView,
}

/// The facts of the running round that the room keeps in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomFacts {
    /// 应到, 实到.
    pub presence: Presence,
    /// Ballots in (electronic and paper).
    pub returned: u32,
    /// Received, not yet durable.
    pub on_the_way: u32,
    /// Open streams of raters.
    pub phones: u32,
    /// Present and not returned.
    pub missing: Vec<String>,
    /// Per group: name, paper out, entered, spoiled.
    pub paper: Vec<(String, u32, u32, u32)>,
    /// An ended round whose key is not destroyed yet, and whether trying failed.
    pub linked: Option<(RoundId, bool)>,
}

/// What the operator reads while a key cannot be destroyed.
const STILL_LINKED: &str =
    "测评已结束，但席位与测评表的对应关系还没有销毁成功，系统正在重试。请立即联系系统管理员检查磁盘。";

/// One view per role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Views {
    /// Raters.
    pub rater: RaterView,
    /// Big screen.
    pub screen: ScreenView,
    /// 主持人 and 会务操作员.
    pub chair: ChairView,
    /// 监票人.
    pub teller: TellerView,
    /// 计票人.
    pub counter: CounterView,
    /// Presenters.
    pub presenter: PresenterView,
}

/// Makes every role's view.
pub fn project(meeting: &Meeting, facts: &RoomFacts, now: Instant) -> Views {
    let count = meeting.plan.presenters.len();
    let who = meeting.at.and_then(|id| {
        let place = meeting.plan.presenters.iter().position(|p| p.id == id)?;
        let p = &meeting.plan.presenters[place];
        Some((p.name.clone(), p.title.clone(), format!("第 {} 位，共 {count} 位", place + 1)))
    });
    let last = meeting.rounds.last();
    let round = last.map(|r| RoundView {
        id: r.id,
        state: r.state,
        words: r.state.label(),
        presenters: r.presenters.clone(),
        certificate: r.certificate.clone(),
        destroyed: matches!(r.state, RoundState::Sealed | RoundState::Void)
            && facts.linked.is_none_or(|(id, _)| id != r.id),
    });
    let room = RaterView { phase: meeting.phase, at: meeting.at, who, step: meeting.step, round };
    let clock = ClockView {
        spoken_ms: meeting.clock.spoken(now),
        runs: meeting.clock.since.is_some(),
        limit_ms: i64::from(meeting.plan.rules.speech_minutes) * 60_000,
    };
    let confirmed_by: Vec<PersonId> = last.map(|r| r.confirmed.iter().copied().collect()).unwrap_or_default();
    let screen = ScreenView {
        room: room.clone(),
        clock: clock.clone(),
        presence: facts.presence,
        returned: facts.returned,
        announced: meeting.announced.iter().copied().collect(),
        confirmed: u32::try_from(confirmed_by.len()).unwrap_or(0),
    };
    let chair = ChairView {
        screen: screen.clone(),
        seq: meeting.seq,
        on_the_way: facts.on_the_way,
        phones: facts.phones,
        missing: facts.missing.clone(),
        notice: facts.linked.filter(|(_, failed)| *failed).map(|_| STILL_LINKED),
    };
    let teller = TellerView { chair: chair.clone(), confirmed_by, paper: facts.paper.clone() };
    let counter = CounterView { room: room.clone(), paper: facts.paper.clone() };
    Views { rater: room.clone(), screen, chair, teller, counter, presenter: PresenterView { room, clock } }
}
