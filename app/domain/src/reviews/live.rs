//! What each role sees live: small whole states, never deltas, so that a lost event heals itself.
//! A role's view holds only what the role may see; no view holds a mark, a mean or who chose what.

use serde::Serialize;

use super::{Meeting, Mode, Phase, Presence, RoundState, Step};
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
    /// Presenter at hand; nobody while the room is at the one sheet of all.
    pub at: Option<PresenterId>,
    /// Name and title of the presenter at hand, and 「第 2 位，共 5 位」. At the one sheet of all: 「综合评议 ·
    /// 集中测评」, how many are on it, and nothing.
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
    /// Seats whose phone answered the last 手机试连.
    pub echoed: u32,
    /// Everybody present who votes without paper has returned a ballot.
    pub all_in: bool,
    /// Papers handed out that are neither entered nor accounted for.
    pub paper_left: u32,
    /// Names of groups that too few come back of to be counted apart: by turnout alone.
    pub few: Vec<String>,
    /// Something of the machine that the operator must know and pass on.
    pub notice: Option<&'static str>,
}

/// What one group has of paper: 发出 = entered + spoiled + unreturned, before anything is sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PaperCount {
    /// Name of the group.
    pub name: String,
    /// 发出.
    pub out: u32,
    /// Entered alike by both 计票人.
    pub entered: u32,
    /// 废票, counted alike by both.
    pub spoiled: u32,
    /// 未收回, counted alike by both.
    pub unreturned: u32,
}

impl PaperCount {
    /// Accounted for: 收回 and 未收回.
    pub fn known(&self) -> u32 {
        self.entered.saturating_add(self.spoiled).saturating_add(self.unreturned)
    }
}

/// 监票人.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TellerView {
    /// What the chair sees.
    pub chair: ChairView,
    /// Persons of the 监票人 who confirmed.
    pub confirmed_by: Vec<PersonId>,
    /// Paper per group.
    pub paper: Vec<PaperCount>,
}

/// 计票人: the paper alone. Turnout and who is missing are not theirs to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterView {
    /// What the raters see.
    pub room: RaterView,
    /// Paper per group.
    pub paper: Vec<PaperCount>,
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
    /// Present and not returned: names, and a word for those beyond what a view carries.
    pub missing: Vec<String>,
    /// How many these are.
    pub left: u32,
    /// Seats that answered the last 手机试连.
    pub echoed: u32,
    /// Paper per group; of a sealed round until the next one.
    pub paper: Vec<PaperCount>,
    /// Names of groups that too few come back of to be counted apart: by turnout alone.
    pub few: Vec<String>,
    /// An ended round whose key is not destroyed yet, and whether trying failed.
    pub linked: Option<(RoundId, bool)>,
}

impl RoomFacts {
    /// Papers handed out that are neither entered nor accounted for.
    pub fn paper_left(&self) -> u32 {
        self.paper.iter().fold(0, |n: u32, g| n.saturating_add(g.out.saturating_sub(g.known())))
    }
}

/// What the operator reads while a key cannot be destroyed.
const STILL_LINKED: &str = "测评已结束，但席位与测评表的对应关系还没有销毁成功，系统正在重试。密钥放在单独介质上的，请马上接好介质；已接好的，请立即联系系统管理员检查磁盘。";

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

/// What the room is at when it is at no single presenter.
pub const TOGETHER: &str = "综合评议 · 集中测评";

impl Meeting {
    /// Is the room at the one sheet of 集中测评, not at one presenter any more? How many are on the sheet:
    /// whoever reported last must not look as if he alone were rated.
    pub fn gathered(&self) -> Option<usize> {
        if self.plan.mode != Mode::Together || !matches!(self.phase, Phase::CheckIn | Phase::Running) {
            return None;
        }
        let closed = self.current().filter(|r| r.state == RoundState::Closed);
        let sealed = self.at.and_then(|at| self.sealed(at));
        if closed.is_none() && sealed.is_none() && !(self.at.is_some() && self.step == Step::Appraisal) {
            return None;
        }
        let left = || self.plan.presenters.iter().filter(|p| self.is_left(p.id)).count();
        Some(closed.or(sealed).or_else(|| self.current()).map_or_else(left, |round| round.presenters.len()))
    }

    /// Neither sealed nor excused.
    pub fn is_left(&self, presenter: PresenterId) -> bool {
        self.sealed(presenter).is_none() && !self.excused.contains_key(&presenter)
    }

    /// Does coming in still lead to a ballot? Not after 收回, unless somebody is left to be rated in a later round.
    pub fn lets_in(&self) -> bool {
        matches!(self.phase, Phase::CheckIn | Phase::Running)
            && self.current().is_none_or(|r| r.state != RoundState::Closed)
            && self.plan.presenters.iter().any(|p| self.is_left(p.id))
    }

    /// Name, title and place of whoever is at hand, or what the room is at.
    pub fn who(&self) -> Option<(String, String, String)> {
        if let Some(n) = self.gathered() {
            return Some((TOGETHER.to_owned(), format!("{n} 名述责对象，一张票"), String::new()));
        }
        let all = &self.plan.presenters;
        let place = all.iter().position(|p| Some(p.id) == self.at)?;
        let p = &all[place];
        Some((p.name.clone(), p.title.clone(), format!("第 {} 位，共 {} 位", place + 1, all.len())))
    }
}

/// Makes every role's view.
pub fn project(meeting: &Meeting, facts: &RoomFacts, now: Instant) -> Views {
    let who = meeting.who();
    let at = meeting.at.filter(|_| meeting.gathered().is_none());
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
    let room = RaterView { phase: meeting.phase, at, who, step: meeting.step, round };
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
        echoed: facts.echoed,
        all_in: facts.left == 0,
        paper_left: facts.paper_left(),
        few: facts.few.clone(),
        notice: facts.linked.filter(|(_, failed)| *failed).map(|_| STILL_LINKED),
    };
    let teller = TellerView { chair: chair.clone(), confirmed_by, paper: facts.paper.clone() };
    let counter = CounterView { room: room.clone(), paper: facts.paper.clone() };
    Views { rater: room.clone(), screen, chair, teller, counter, presenter: PresenterView { room, clock } }
}
