//! The room in one sentence, the steps of a presenter, the turnout. The same words as in `public/live.js`.

use std::fmt::Write as _;

use domain::reviews::{Announce, Meeting, Phase, RoomFacts, RoundState, Step};

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
    match (meeting.phase, who(meeting)) {
        (Phase::CheckIn, None) => "正在签到".into(),
        (Phase::Running, Some((name, _, place))) => format!("{name}　{}　{place}", meeting.step.label()),
        (Phase::Running, None) if state == Some(RoundState::Open) => "测评进行中".into(),
        (Phase::Running, None) => "会议进行中".into(),
        (Phase::CheckIn, Some(_)) | (Phase::Preparing, _) => "会议进行中".into(),
        (Phase::Announcing | Phase::Feedback | Phase::Archived, _) => "会议已结束".into(),
    }
}

/// Name, title and 「第 2 位，共 5 位」 of the presenter at hand.
pub fn who(meeting: &Meeting) -> Option<(&str, &str, String)> {
    let id = meeting.at?;
    let all = &meeting.plan.presenters;
    let place = all.iter().position(|p| p.id == id)?;
    let presenter = &all[place];
    Some((&presenter.name, &presenter.title, format!("第 {} 位，共 {} 位", place + 1, all.len())))
}

/// The steps as a list: what is over, what is on, what comes.
pub fn steps(meeting: &Meeting) -> String {
    let state = meeting.rounds.last().map(|r| r.state);
    let ended = meeting.phase > Phase::Running;
    let closed = matches!(state, Some(RoundState::Closed));
    // With one sheet for all the seal comes after everybody, with one by one after each.
    let sealed = match meeting.at {
        Some(at) => meeting.sealed(at).is_some(),
        None => state == Some(RoundState::Sealed),
    };
    let at = if ended {
        6
    } else if sealed {
        5
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
    if meeting.current().is_some() {
        let part = share(facts.returned, p.present);
        let _ = write!(
            out,
            "<div><dt>已收</dt><dd class=\"num\" data-live=\"returned\">{}</dd></div>\
             <div><dt>在路上</dt><dd class=\"num\" data-live=\"on_the_way\">{}</dd></div></dl>\
             <svg class=\"bar\" role=\"presentation\"><rect height=\"100%\" width=\"{part}%\" data-live-width=\"returned\" data-of=\"present\"/></svg>\
             <p class=\"quiet\">在路上：已到服务器、正在写入磁盘的。手机在线 <span data-live=\"phones\">{}</span> 部。封存前不显示任何结果。</p>\
             <h2>到会还没有交的</h2><p class=\"quiet\" data-show=\"left:0\"{}>到会的都交了。</p><ul class=\"names\" data-live-list=\"missing\" data-most=\"61\">{}</ul>",
            facts.returned,
            facts.on_the_way,
            facts.phones,
            if facts.missing.is_empty() { "" } else { " hidden" },
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

/// Is what linked seats to the ballots of the last round destroyed? Said only then.
pub fn destroyed(hall: &Hall) -> bool {
    hall.room.views().rater.round.is_some_and(|round| round.destroyed)
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
