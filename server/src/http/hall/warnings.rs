//! What the console, the desk and the 监票人 read before 开始测评 and before 收回, by turnout alone: more seats in
//! use than people on the roll, and groups too small to be counted apart. Knows nothing of any choice.

use std::collections::BTreeMap;

use domain::reviews::{Identity, Meeting, Phase, RoomFacts};

use super::Hall;
use crate::http::reply::escape;

/// All of them, as notes above the page.
pub(super) async fn of(hall: &Hall, facts: &RoomFacts) -> String {
    format!("{}{}", seats(hall).await, groups(&hall.meeting, facts))
}

/// With cards: groups in which more seats are in use than people were ticked or counted. Before a round alone:
/// afterwards nobody can tell which seat it was.
pub(super) async fn seats(hall: &Hall) -> String {
    let meeting = &hall.meeting;
    let before = matches!(meeting.phase, Phase::CheckIn | Phase::Running) && meeting.current().is_none();
    if meeting.plan.identity != Identity::Card || !before || !meeting.lets_in() {
        return String::new();
    }
    // Where storage is away the page still works; the next look says it.
    let Ok(roll) = hall.room.roll().await else { return String::new() };
    let (mut used, mut ticked): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = (BTreeMap::new(), BTreeMap::new());
    let seats = hall.room.seats();
    // Counted by number, a seat has no card any more and nobody of the roll is ticked for it.
    for seat in seats.iter().filter(|s| s.arrived && s.card.is_some()) {
        *used.entry(&seat.group).or_default() += 1;
    }
    for line in roll.iter().filter(|l| l.arrived || l.card_given) {
        *ticked.entry(&line.group).or_default() += 1;
    }
    let over: String = meeting
        .plan
        .rules
        .groups
        .iter()
        .filter_map(|g| {
            let count = |of: &BTreeMap<&str, usize>| of.get(g.key.as_str()).copied().unwrap_or(0);
            let (used, ticked) = (count(&used), count(&ticked));
            (used > ticked).then(|| {
                format!("<li>{}：已用卡签到 {used} 张，名册上登记到场或发卡 {ticked} 人</li>", escape(&g.name))
            })
        })
        .collect();
    if over.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"note warn\" data-now><b>签到的卡比名册上登记的人多</b>可能漏了登记，也可能有人用了两张卡。请在开始测评前到签到台核对。\
         <ul class=\"names\">{over}</ul></div>"
    )
}

/// Groups that will not be counted apart: their weight has no effect of its own.
pub(super) fn groups(meeting: &Meeting, facts: &RoomFacts) -> String {
    if meeting.current().is_none() || facts.few.is_empty() {
        return String::new();
    }
    let names: Vec<String> = facts.few.iter().map(|name| escape(name)).collect();
    format!(
        "<div class=\"note warn\" data-now><b>有的组不足 {} 张，不单独统计</b>{}：有效票不足 {} 张的组并入相邻的组一起统计，\
         这些组的权重不单独起作用；全部不足的，只公布收回情况。这里只按到会和收回人数估计。</div>",
        meeting.plan.rules.smallest_cell,
        names.join("、"),
        meeting.plan.rules.smallest_cell,
    )
}
