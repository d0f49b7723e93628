//! What the room knows of the running round, for the views: turnout only. Never looks into a ballot.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ids::{RoundId, SeatId},
    reviews::{Bundle, Fold, Meeting, Mode, PaperCount, Presence, RoomFacts, Round, RoundState},
};

use super::{
    hub::Hub,
    round::OpenRound,
    seats::{Seat, Seats},
};

/// Names of those who have not returned a ballot that a view carries; the rest is a number.
const NAMED: usize = 60;

/// What one group has of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperGroup {
    /// Key.
    pub key: String,
    /// Colour of its papers.
    pub colour: String,
    /// Name and numbers.
    pub count: PaperCount,
}

/// Presence, from the seats.
pub(super) fn presence(seats: &Seats) -> Presence {
    Presence { entitled: seats.len(), present: seats.arrived() }
}

/// Is there anybody on the round's sheet whom the seat may rate? Only a seat that is tied to a line of the
/// roll is left out, and only where the plan recuses it from everybody on the sheet.
fn rates(meeting: &Meeting, round: &Round, seat: &Seat) -> bool {
    let recused = |r| round.presenters.iter().all(|p| meeting.plan.recused(r, *p));
    round.presenters.is_empty() || !seat.rater.is_some_and(recused)
}

/// 应到 and 实到 of a round, after recusal (interfaces.md 6.9). Who came after 收回 is in the hall.
fn of_round(meeting: &Meeting, round: &Round, seats: &Seats) -> Presence {
    let mut presence = Presence::default();
    for seat in seats.iter().filter(|s| rates(meeting, round, s)) {
        presence.entitled += 1;
        presence.present += u32::from(seat.arrived);
    }
    presence
}

/// The numbers of a sealed round, for the pages until the next round: nothing tells them any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    round: RoundId,
    presence: Presence,
    returned: u32,
    paper: Vec<PaperCount>,
}

/// What is kept of the round at hand when it is sealed.
pub(super) fn keep(meeting: &Meeting, seats: &Seats, round: Option<&OpenRound>, hub: &Hub) -> Option<Kept> {
    let held = meeting.current()?;
    let facts = gather(meeting, seats, round, None, hub);
    Some(Kept { round: held.id, presence: facts.presence, returned: facts.returned, paper: facts.paper })
}

/// The same from the sealed bundle, after a restart. Which group spoiled papers are of is in no bundle:
/// where that matters the paper is one row for all groups.
pub(super) fn kept_of(meeting: &Meeting, seats: &Seats, round: &Round, bundle: &Bundle) -> Kept {
    let spoiled = bundle.results.first().map_or(0, |r| r.spoiled);
    let count = |name: &str, out: u32, unreturned: u32| PaperCount {
        name: name.to_owned(),
        out,
        entered: out.saturating_sub(unreturned).saturating_sub(spoiled),
        spoiled,
        unreturned,
    };
    let all = bundle.papers.values().sum();
    let paper = if spoiled > 0 && bundle.papers.len() > 1 {
        vec![count("各组合计", all, bundle.unreturned.values().sum())]
    } else {
        let of =
            |key: &str| bundle.papers.get(key).copied().zip(Some(bundle.unreturned.get(key).copied().unwrap_or(0)));
        let groups = meeting.plan.rules.groups.iter();
        groups.filter_map(|g| of(&g.key).map(|(out, gone)| count(&g.name, out, gone))).collect()
    };
    let presence = of_round(meeting, round, seats);
    Kept { round: round.id, presence, returned: bundle.turnout().returned, paper }
}

/// Is the room still at what the sealed round was about? Then its 应到 and 实到 stand beside its 收回.
fn stands(meeting: &Meeting) -> bool {
    let left = |p| meeting.is_left(p);
    !meeting.at.is_some_and(left)
        && (meeting.plan.mode == Mode::OneByOne || !meeting.plan.presenters.iter().any(|p| left(p.id)))
}

/// Paper handed out, per key of a group.
pub(super) fn handed_out<'s>(seats: &'s Seats, fold: &Fold) -> HashMap<&'s str, u32> {
    let mut out = HashMap::new();
    for seat in fold.on_paper().iter().filter_map(|id| seats.get(*id)) {
        *out.entry(seat.group.as_str()).or_default() += 1;
    }
    out
}

/// Paper per group, as it counts for the presenters of `round`.
pub(super) fn paper(meeting: &Meeting, round: &Round, seats: &Seats, fold: &Fold) -> Vec<PaperGroup> {
    let out = handed_out(seats, fold);
    let groups = meeting.plan.rules.groups.iter();
    groups
        .map(|g| {
            let stated = fold.stated(&g.key);
            let count = PaperCount {
                name: g.name.clone(),
                out: out.get(g.key.as_str()).copied().unwrap_or(0),
                entered: fold.entered(&g.key, &round.presenters),
                spoiled: stated.spoiled,
                unreturned: stated.unreturned,
            };
            PaperGroup { key: g.key.clone(), colour: g.colour.clone(), count }
        })
        .collect()
}

/// All facts; cheap enough for ten times a second with 3,000 seats.
pub(super) fn gather(
    meeting: &Meeting,
    seats: &Seats,
    round: Option<&OpenRound>,
    kept: Option<&Kept>,
    hub: &Hub,
) -> RoomFacts {
    let mut facts = RoomFacts { presence: presence(seats), phones: hub.phones(), ..RoomFacts::default() };
    let (Some(round), Some(held)) = (round, meeting.current()) else {
        let last = meeting.rounds.last().filter(|r| r.state == RoundState::Sealed);
        if let Some(kept) = kept.filter(|k| last.is_some_and(|r| r.id == k.round)) {
            facts.returned = kept.returned;
            facts.paper.clone_from(&kept.paper);
            if stands(meeting) {
                facts.presence = kept.presence;
            }
        }
        return facts;
    };
    facts.on_the_way = round.on_the_way();
    let (returned, on_paper, groups, away) = round.with(|fold| {
        let away = seats.iter().map(|s| s.id).filter(|id| !fold.was_there(*id)).collect::<BTreeSet<SeatId>>();
        let returned = fold.returned().collect::<BTreeSet<SeatId>>();
        (returned, fold.on_paper().clone(), paper(meeting, held, seats, fold), away)
    });
    facts.presence = of_round(meeting, held, seats);
    let back: u32 = groups.iter().map(|g| g.count.entered.saturating_add(g.count.spoiled)).sum();
    facts.returned = u32::try_from(returned.len()).unwrap_or(u32::MAX).saturating_add(back);
    let waiting = |id: SeatId| !returned.contains(&id) && !on_paper.contains(&id);
    let due = |s: &&Seat| s.arrived && !away.contains(&s.id) && rates(meeting, held, s);
    let missing: Vec<&str> = seats.iter().filter(due).filter(|s| waiting(s.id)).map(|s| s.label.as_str()).collect();
    facts.left = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    facts.missing = named(missing);
    let (mut there, mut back): (HashMap<&str, u32>, HashMap<&str, u32>) = (HashMap::new(), HashMap::new());
    for seat in seats.iter().filter(due) {
        *there.entry(seat.group.as_str()).or_default() += 1;
        *back.entry(seat.group.as_str()).or_default() += u32::from(returned.contains(&seat.id));
    }
    // Papers that are on their way to the 计票人 will come back: only 未收回 will not.
    let paper = |g: &PaperGroup| g.count.out.saturating_sub(g.count.unreturned);
    let expected = groups.iter().map(|g| (g, back.get(g.key.as_str()).copied().unwrap_or(0).saturating_add(paper(g))));
    let expected: Vec<(&PaperGroup, u32)> = expected.collect();
    let all: u32 = expected.iter().map(|(_, n)| *n).sum();
    let late = held.state == RoundState::Closed || all.saturating_mul(2) >= facts.presence.present;
    let cell = meeting.plan.rules.smallest_cell;
    let small = |(g, n): &&(&PaperGroup, u32)| {
        let there = there.get(g.key.as_str()).copied().unwrap_or(0);
        there > 0 && (there < cell || (late && *n < cell))
    };
    facts.few = expected.iter().filter(small).map(|(g, _)| g.count.name.clone()).collect();
    facts.paper = groups.into_iter().map(|g| g.count).collect();
    facts
}

/// Sorted names, with a word for those beyond what a view carries.
fn named(mut names: Vec<&str>) -> Vec<String> {
    names.sort_unstable();
    let more = names.len().saturating_sub(NAMED);
    let mut named: Vec<String> = names.into_iter().take(NAMED).map(str::to_owned).collect();
    if more > 0 {
        named.push(format!("另有 {more} 人"));
    }
    named
}
