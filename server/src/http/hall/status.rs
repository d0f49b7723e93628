//! The room in one sentence, the steps of a presenter, the turnout. The same words as in `public/live.js`.

use std::fmt::Write as _;

use domain::reviews::{Announce, Meeting, Mode, Part, Phase, RoomFacts, RoundState, Secrecy, Step};

use super::Hall;
use crate::http::reply::escape;

/// What the room is doing now.
pub fn line(meeting: &Meeting) -> String {
    let state = meeting.rounds.last().map(|r| r.state);
    match (meeting.phase, state) {
        (Phase::Preparing, _) => return "会议还没有开始".into(),
        (_, Some(RoundState::Paused)) => return "测评暂停，请稍候".into(),
        (_, Some(RoundState::Closed)) => return "测评表已收回，等监票人封存".into(),
        _ => {}
    }
    match (meeting.phase, meeting.who()) {
        (Phase::CheckIn, None) => "正在签到".into(),
        (Phase::Running, Some((what, sheet, place))) if place.is_empty() => format!("{what}（{sheet}）"),
        (Phase::Running, Some((name, _, place))) => format!("{name}　{}　{place}", meeting.step.label()),
        (Phase::Running, None) if state == Some(RoundState::Open) => "测评进行中".into(),
        (Phase::Running, None) => "会议进行中".into(),
        (Phase::CheckIn, Some(_)) | (Phase::Preparing, _) => "会议进行中".into(),
        (Phase::Announcing | Phase::Feedback | Phase::Archived, _) => "会议已结束".into(),
    }
}

/// Was the room at this step: of the presenter at hand, or of anybody where it is at nobody? A round that was
/// held is 综合评议, whatever was pressed.
fn went_through(meeting: &Meeting, step: Step) -> bool {
    let alone = meeting.at.filter(|_| meeting.gathered().is_none() && meeting.phase <= Phase::Running);
    let been = match alone {
        Some(at) => meeting.been.get(&at).is_some_and(|been| been.contains(&step)),
        None => meeting.been.values().any(|been| been.contains(&step)),
    };
    been || (step == Step::Appraisal && !meeting.rounds.is_empty())
}

/// The steps as a list: what is over (what was left out is not in it), what is on, what comes.
pub fn steps(meeting: &Meeting) -> String {
    let state = meeting.rounds.last().map(|r| r.state);
    let ended = meeting.phase > Phase::Running;
    let closed = matches!(state, Some(RoundState::Closed));
    // With one sheet for all the seal comes after everybody, with one by one after each.
    let sealed = match meeting.at {
        Some(at) => meeting.sealed(at).is_some(),
        None => state == Some(RoundState::Sealed),
    };
    let announced = |id| meeting.announced.contains(&id) || meeting.excused.contains_key(&id);
    let told = match meeting.at.filter(|_| meeting.plan.mode == Mode::OneByOne && !ended) {
        Some(at) => announced(at),
        None => meeting.plan.presenters.iter().all(|p| announced(p.id)),
    };
    let at = if ended || sealed {
        // 会后反馈 lasts until the 归档.
        let over = if meeting.plan.announce == Announce::Afterwards { meeting.phase == Phase::Archived } else { told };
        5 + usize::from(over)
    } else if closed {
        4
    } else if meeting.at.is_some() {
        Step::ALL.iter().position(|s| *s == meeting.step).unwrap_or(0)
    } else {
        return String::new();
    };
    let appraisal = match state {
        Some(RoundState::Open) if at == 3 => "综合评议　测评进行中",
        Some(RoundState::Paused) if at == 3 => "综合评议　测评暂停",
        _ => "综合评议",
    };
    let mut words = vec!["述责", "询问", "点评", appraisal, "封存"];
    if meeting.plan.announce == Announce::Afterwards {
        words.push("会后反馈");
    } else {
        words.push("宣布结果");
    }
    let items: String = words
        .iter()
        .enumerate()
        .filter(|(i, _)| *i >= at || Step::ALL.get(*i).is_none_or(|step| went_through(meeting, *step)))
        .map(|(i, word)| {
            let class = match i.cmp(&at) {
                std::cmp::Ordering::Less => " class=\"done\"",
                std::cmp::Ordering::Equal => " class=\"on\" aria-current=\"step\"",
                std::cmp::Ordering::Greater => "",
            };
            format!("<li{class}>{}</li>", escape(word))
        })
        .collect();
    format!("<ol class=\"line\" aria-label=\"会议步骤\">{items}</ol>")
}

/// Who is there, what is in, who is missing. Turnout only, never a choice.
pub fn turnout(meeting: &Meeting, facts: &RoomFacts) -> String {
    let p = facts.presence;
    let mut out = format!(
        "<section class=\"card\"><h2>到会与收回</h2><dl class=\"kv\">\
         <div><dt>应到</dt><dd class=\"num\" data-live=\"entitled\">{}</dd></div>\
         <div><dt>实到</dt><dd class=\"num\" data-live=\"present\">{}</dd></div>",
        p.entitled, p.present
    );
    let sealed = meeting.current().is_none() && meeting.rounds.last().is_some_and(|r| r.state == RoundState::Sealed);
    if sealed {
        let _ = write!(
            out,
            "<div><dt>收回 <small>已封存</small></dt><dd class=\"num\" data-live=\"returned\">{}</dd></div></dl>\
             <p class=\"quiet\">手机在线 <span data-live=\"phones\">{}</span> 部。名单和发卡在签到台。</p>",
            facts.returned, facts.phones
        );
    } else if meeting.current().is_some() {
        let part = share(facts.returned, p.present);
        let _ = write!(
            out,
            "<div><dt>收回</dt><dd class=\"num\" data-live=\"returned\">{}</dd></div>\
             <div><dt>在路上</dt><dd class=\"num\" data-live=\"on_the_way\">{}</dd></div></dl>\
             <svg class=\"bar\" role=\"presentation\"><rect height=\"100%\" width=\"{part}%\" data-live-width=\"returned\" data-of=\"present\"/></svg>\
             <p class=\"quiet\">在路上：已到服务器、正在写入磁盘的。手机在线 <span data-live=\"phones\">{}</span> 部。封存前不显示任何结果。</p>\
             <h2>到会还没有交的</h2><p class=\"quiet\" data-show=\"all_in:true\"{}>到会的都交了。</p>{}<ul class=\"names\" data-live-list=\"missing\" data-most=\"61\">{}</ul>",
            facts.returned,
            facts.on_the_way,
            facts.phones,
            if facts.missing.is_empty() && facts.paper_left() == 0 { "" } else { " hidden" },
            waiting_paper(facts.paper_left()),
            facts.missing.iter().map(|n| format!("<li>{}</li>", escape(n))).collect::<String>(),
        );
    } else {
        let _ = write!(
            out,
            "</dl><p class=\"quiet\">手机在线 <span data-live=\"phones\">{}</span> 部。名单和发卡在签到台。</p>",
            facts.phones
        );
    }
    out + "</section>"
}

/// Paper that is handed out and not accounted for is not 「都交了」.
fn waiting_paper(left: u32) -> String {
    let hide = if left == 0 { " hidden" } else { "" };
    format!(
        "<p class=\"quiet\" data-show=\"paper_in:false\"{hide}>纸质 <b data-live=\"paper_left\">{left}</b> 张待录入。</p>"
    )
}

/// 计票报告单 and the file to count again, of the last sealed round, for those who may read them.
pub fn papers(hall: &Hall) -> String {
    let Some(round) = hall.meeting.rounds.iter().rev().find(|r| r.state == RoundState::Sealed) else {
        return String::new();
    };
    // Whoever reports reads no scores of others; the file of a named round holds who chose what.
    if hall.is(Part::Presenter) || !(hall.is(Part::Chair) || hall.is(Part::Teller)) {
        return String::new();
    }
    let id = round.id;
    let file = if hall.is(Part::Teller) && hall.meeting.plan.secrecy == Secrecy::Anonymous {
        format!(
            "<p><a class=\"btn\" href=\"/reviews/rounds/{id}/bundle\" download>下载封存的测评数据</a></p>\
             <p class=\"quiet\">核验：在任一台装有本程序的电脑上运行 <span class=\"mono\">wuze verify-meeting 文件名</span>，\
             重新计算并核对封存校验码。</p>"
        )
    } else {
        String::new()
    };
    format!(
        "<section class=\"card\"><h2>计票报告单</h2><p><a class=\"btn\" href=\"/documents/count/{id}/page\">看计票报告单</a></p>{file}</section>"
    )
}

/// Is what linked seats to the ballots of the last round destroyed? Said only then.
fn destroyed(hall: &Hall) -> bool {
    hall.room.views().rater.round.is_some_and(|round| round.destroyed)
}

/// What became of the link between seats and the ballots of the last round, which is sealed.
pub fn link(hall: &Hall) -> &'static str {
    match (hall.meeting.plan.secrecy, destroyed(hall)) {
        (Secrecy::Named, _) => "记名测评，席位和测评表一并封存保管",
        (Secrecy::Anonymous, true) => "席位与测评表的对应关系已销毁",
        (Secrecy::Anonymous, false) => "正在销毁席位与测评表的对应关系",
    }
}

/// What the machine wants the operator to know.
pub fn notice(hall: &Hall) -> String {
    hall.room.views().chair.notice.map_or_else(String::new, |words| {
        format!("<div class=\"note bad\" role=\"alert\" data-now><b>请马上处理</b>{}</div>", escape(words))
    })
}

/// Whole percent of a bar.
pub fn share(part: u32, whole: u32) -> u32 {
    (100 * part).checked_div(whole).unwrap_or(0).min(100)
}

/// Minutes and seconds, always of what is left or over, never negative.
pub fn minutes(ms: i64) -> String {
    let seconds = ms.abs() / 1000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// The clock of a report as first drawn; `live.js` counts on.
pub fn clock(meeting: &Meeting, now: domain::time::Instant) -> String {
    let limit = i64::from(meeting.plan.rules.speech_minutes) * 60_000;
    let spoken = meeting.clock.spoken(now);
    let (left, runs) = (limit - spoken, meeting.clock.since.is_some());
    let (class, words) = if left < 0 {
        (" over", "◆ 已超时")
    } else if runs && left <= 60_000 {
        (" near", "▲ 还剩不到一分钟")
    } else if runs {
        ("", "剩余")
    } else if spoken > 0 {
        (" stopped", "已停表")
    } else {
        (" stopped", "未开始计时")
    };
    format!(
        "<div class=\"clock{class}\" data-clock role=\"timer\"><span data-left>{}</span><span data-said>{words}</span></div>",
        minutes(left)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_minutes_and_seconds() {
        assert_eq!(minutes(8 * 60_000), "08:00");
        assert_eq!(minutes(-61_500), "01:01");
        assert_eq!(minutes(0), "00:00");
    }
}
