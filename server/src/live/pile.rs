//! The pile of paper at 封存: is it complete, what never came back, what was given out in all. Refuses to
//! call spoiled what was never returned.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Rejection,
    ids::SeatId,
    reviews::{Fold, Meeting, PaperCount},
};

use super::{
    facts,
    seats::{How, Seat, Seats},
};

/// Is all paper accounted for that was handed out, per group, and read and counted alike by both 计票人?
/// What did not come back is said to be so, and is not called spoiled.
///
/// # Errors
/// Says which group lacks what, and what to do.
pub(super) fn paper_is_complete(meeting: &Meeting, seats: &Seats, fold: &Fold) -> Result<(), Rejection> {
    let Some(round) = meeting.current() else { return Ok(()) };
    let (unsettled, unstated) = (fold.unsettled(&round.presenters), fold.unstated());
    for group in facts::paper(meeting, round, seats, fold) {
        let PaperCount { name, out, entered, spoiled, unreturned } = &group.count;
        let back = entered.saturating_add(*spoiled);
        if back > *out {
            return Err(Rejection::state(format!(
                "“{name}”收回纸质测评表 {back} 张，多于发出的 {out} 张，本轮不能封存。请作废本轮，重新测评。",
            )));
        }
        let open: Vec<String> = unsettled.iter().filter(|u| u.0 == group.key).map(|u| u.1.to_string()).collect();
        if !open.is_empty() {
            return Err(Rejection::state(format!(
                "“{name}”第 {} 张纸质测评表两名计票人还没有录成一致，不能封存。请核对原件后补录。",
                open.join("、")
            )));
        }
        if unstated.iter().any(|u| u.0 == group.key) {
            return Err(Rejection::state(format!(
                "“{name}”的废票、未收回张数两名计票人还没有报成一致，不能封存。请各自重新清点后登记。",
            )));
        }
        let known = group.count.known();
        if known > *out {
            return Err(Rejection::state(format!(
                "“{name}”发出纸质测评表 {out} 张，收回 {back} 张、未收回 {unreturned} 张，合计多于发出，不能封存。请核对未收回张数。",
            )));
        }
        if known < *out {
            return Err(Rejection::state(format!(
                "“{name}”发出纸质测评表 {out} 张，只收回 {back} 张、登记未收回 {unreturned} 张，不能封存。\
                 请把收回的逐张录入；不能辨认的登记为废票，确实没有交回的登记为未收回，两名计票人都要登记。",
            )));
        }
    }
    Ok(())
}

/// Papers that did not come back, per key of a group, where it is not known whose; and the seats whose
/// paper certainly did not.
pub(super) fn unreturned(meeting: &Meeting, seats: &Seats, fold: &Fold) -> (BTreeMap<String, u32>, BTreeSet<SeatId>) {
    let (mut some, mut certain) = (BTreeMap::new(), BTreeSet::new());
    for group in &meeting.plan.rules.groups {
        let missing = fold.stated(&group.key).unreturned;
        let of = |id: &&SeatId| seats.get(**id).is_some_and(|s| s.group == group.key);
        let papers: Vec<SeatId> = fold.on_paper().iter().filter(of).copied().collect();
        if missing > 0 && papers.len() == usize::try_from(missing).unwrap_or(usize::MAX) {
            certain.extend(papers);
        } else if missing > 0 {
            some.insert(group.key.clone(), missing);
        }
    }
    (some, certain)
}

/// What was given out for the round.
pub(super) struct Handed {
    /// 发出.
    pub(super) issued: u32,
    /// Papers by group.
    pub(super) papers: BTreeMap<String, u32>,
    /// Papers that never came back, by group.
    pub(super) unreturned: BTreeMap<String, u32>,
}

/// 发出: papers handed out, and seats that came in with a device to vote from before 收回. Who was ticked at
/// the desk and took no paper was given nothing.
pub(super) fn issued(seats: &Seats, fold: &Fold, returned: &BTreeSet<SeatId>) -> u32 {
    let device = |s: &Seat| matches!(s.how, How::Phone | How::Tablet) || returned.contains(&s.id);
    let got = seats
        .iter()
        .filter(|s| s.arrived && fold.was_there(s.id))
        .filter(|s| fold.on_paper().contains(&s.id) || device(s));
    u32::try_from(got.count()).unwrap_or(u32::MAX)
}
