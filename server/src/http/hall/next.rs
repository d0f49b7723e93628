//! The one right next action of a meeting: what the big button of the console does. Pure: the
//! operator who only ever presses it runs a whole meeting in order.

use domain::{
    ids::{PresenterId, RoundId},
    reviews::{Announce, Command, Meeting, Mode, Phase, Presenter, ReviewRules, RoomFacts, RoundState, Step},
};

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The command; none while somebody else is to act.
    pub command: Option<Command>,
    /// Words on the button, or whom the meeting waits for.
    pub words: String,
    /// One sentence below it.
    pub hint: String,
}

impl Next {
    fn press(command: Command, words: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { command: Some(command), words: words.into(), hint: hint.into() }
    }

    fn wait(words: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { command: None, words: words.into(), hint: hint.into() }
    }
}

/// The next action. `fresh` is the id that a new round would get, `spoken` whether the clock of the
/// presenter at hand ever ran.
pub fn next(meeting: &Meeting, facts: &RoomFacts, spoken: bool, fresh: RoundId) -> Next {
    match meeting.phase {
        Phase::Preparing => Next::press(Command::OpenCheckIn, "开始签到", "大屏显示二维码，每 30 秒更换。"),
        Phase::CheckIn | Phase::Running => running(meeting, facts, spoken, fresh),
        Phase::Announcing => announcing(meeting),
        Phase::Feedback => {
            let archive = Command::Archive { reason: String::new() };
            Next::press(archive, "归档", "反馈单都已当面交接。归档后会议不能再改。")
        }
        Phase::Archived => Next::wait("会议已归档", "结果在计票报告单里。"),
    }
}

fn running(meeting: &Meeting, facts: &RoomFacts, spoken: bool, fresh: RoundId) -> Next {
    let (plan, presence) = (&meeting.plan, facts.presence);
    let round = meeting.current().map(|r| r.state);
    match round {
        Some(RoundState::Closed) => {
            let confirmed = meeting.current().map_or(0, |r| r.confirmed.len());
            return Next::wait(
                "等监票人封存",
                format!("两名监票人在各自的页面上确认，已确认 {confirmed} 人。封存前可以重新开放。"),
            );
        }
        Some(RoundState::Paused) => {
            return Next::press(Command::ResumeRound, "继续测评", "暂停时手机上填好的不会丢，继续后再提交。");
        }
        _ => {}
    }
    if let Some(tell) = announce(meeting) {
        return tell;
    }
    let open = round == Some(RoundState::Open);
    let unsealed = |id: &PresenterId| meeting.is_left(*id);
    if !plan.presenters.iter().map(|p| p.id).any(|id| unsealed(&id)) {
        return after_the_seal(meeting);
    }
    let quorum = ReviewRules::reaches(plan.rules.start_quorum, presence.present, presence.entitled);
    let open_round = || {
        if quorum {
            let whom = if plan.mode == Mode::Together {
                "一张表评全部述责对象，边听边填，最后一起收回。"
            } else {
                ""
            };
            return Next::press(Command::OpenRound { round: fresh }, "开始测评", whom);
        }
        let needed = ReviewRules::needed(plan.rules.start_quorum, presence.entitled);
        Next::wait(
            format!("还差 {} 人到会", needed.saturating_sub(presence.present)),
            format!("应到 {} 人，实到满 {needed} 人才能开始测评。", presence.entitled),
        )
    };
    if plan.mode == Mode::Together && !open {
        return open_round();
    }
    if !meeting.at.is_some_and(|at| unsealed(&at)) {
        return call_next(meeting);
    }
    match meeting.step {
        Step::Report if meeting.clock.since.is_some() => {
            Next::press(Command::MoveTo { step: Step::Questions }, "转入询问", "述责停表。")
        }
        Step::Report if !spoken => Next::press(
            Command::RunClock { run: true },
            "开始计时",
            format!("述责 {} 分钟，大屏上倒计时。", plan.rules.speech_minutes),
        ),
        Step::Report => Next::press(Command::MoveTo { step: Step::Questions }, "转入询问", "述责已停表。"),
        Step::Questions => Next::press(Command::MoveTo { step: Step::Comments }, "转入点评", ""),
        Step::Comments if plan.mode == Mode::Together => {
            if plan.presenters.iter().any(|p| !meeting.called.contains(&p.id) && meeting.is_left(p.id)) {
                call_next(meeting)
            } else {
                Next::press(Command::MoveTo { step: Step::Appraisal }, "转入综合评议", "请大家核对后提交。")
            }
        }
        Step::Comments => Next::press(Command::MoveTo { step: Step::Appraisal }, "转入综合评议", ""),
        Step::Appraisal if !open => open_round(),
        Step::Appraisal => close(meeting, facts),
    }
}

/// 主持人控制: a result that is sealed and not announced comes before anything else; nothing while
/// somebody is reporting or a sheet is open, for his name is on the screen then.
fn announce(meeting: &Meeting) -> Option<Next> {
    if meeting.plan.announce != Announce::Chair || meeting.current().is_some() {
        return None;
    }
    if meeting.at.is_some_and(|at| meeting.is_left(at)) {
        return None;
    }
    let p = untold(meeting)?;
    Some(Next::press(
        Command::Announce { presenter: p.id },
        format!("宣布{}的结果", p.name),
        "已封存，宣布后等次显示在大屏上。主持人决定不宣布的，用下面的按钮往下走。",
    ))
}

/// Sealed and not announced, in the order of the meeting.
pub fn untold(meeting: &Meeting) -> Option<&Presenter> {
    let waits = |p: &&Presenter| meeting.sealed(p.id).is_some() && !meeting.announced.contains(&p.id);
    meeting.plan.presenters.iter().find(waits)
}

fn close(meeting: &Meeting, facts: &RoomFacts) -> Next {
    let (missing, paper) = (facts.left, facts.paper_left());
    let uncalled: Vec<&str> =
        meeting.uncalled().into_iter().filter_map(|id| meeting.plan.presenter(id)).map(|p| p.name.as_str()).collect();
    let hint = if !uncalled.is_empty() {
        format!("表上的{}还没有述责。本人没有到会的，请先注明未述责。", uncalled.join("、"))
    } else if missing == 0 && paper == 0 {
        "到会的都交了。收回后由监票人封存。".to_owned()
    } else if missing == 0 {
        format!("手机上到会的都交了，纸质 {paper} 张待录入。收回后仍可录入，都对上了才能封存。")
    } else {
        let paper = if paper > 0 { format!("，纸质 {paper} 张待录入") } else { String::new() };
        format!("到会的还有 {missing} 人没有交{paper}。收回后没交的不再接收；封存前可以重新开放。")
    };
    Next::press(Command::CloseRound, "收回测评表", hint)
}

fn call_next(meeting: &Meeting) -> Next {
    let rest = meeting
        .plan
        .presenters
        .iter()
        .find(|p| !meeting.called.contains(&p.id) && meeting.is_left(p.id))
        .or_else(|| meeting.plan.presenters.iter().find(|p| meeting.is_left(p.id)));
    match rest {
        Some(p) => Next::press(Command::Call { presenter: p.id }, format!("请{}述责", p.name), p.title.clone()),
        None => after_the_seal(meeting),
    }
}

fn after_the_seal(meeting: &Meeting) -> Next {
    Next::press(
        Command::Finish,
        "结束会议",
        match meeting.plan.announce {
            Announce::Afterwards => "全部封存。本次会议会后反馈，不在会上宣布结果。",
            Announce::Chair => "全部封存，结果已宣布。",
            Announce::AtOnce => "全部封存，结果已在大屏上。",
        },
    )
}

fn announcing(meeting: &Meeting) -> Next {
    announce(meeting)
        .unwrap_or_else(|| Next::press(Command::StartFeedback, "转入一人一单", "拟制评议反馈单，会后当面反馈。"))
}
