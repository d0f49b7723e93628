//! What the room knows of the running round, for the views: turnout only. Never looks into a ballot.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ids::SeatId,
    reviews::{Fold, Meeting, PaperCount, Presence, RoomFacts, Round},
};

use super::{hub::Hub, round::OpenRound, seats::Seats};

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
pub(super) fn gather(meeting: &Meeting, seats: &Seats, round: Option<&OpenRound>, hub: &Hub) -> RoomFacts {
    let mut facts = RoomFacts { presence: presence(seats), phones: hub.phones(), ..RoomFacts::default() };
    let (Some(round), Some(held)) = (round, meeting.current()) else { return facts };
    facts.on_the_way = round.on_the_way();
    let (returned, on_paper, groups) = round.with(|fold| {
        (fold.returned().collect::<BTreeSet<SeatId>>(), fold.on_paper().clone(), paper(meeting, held, seats, fold))
    });
    let back: u32 = groups.iter().map(|g| g.count.entered.saturating_add(g.count.spoiled)).sum();
    facts.returned = u32::try_from(returned.len()).unwrap_or(u32::MAX).saturating_add(back);
    let waiting = |id: SeatId| !returned.contains(&id) && !on_paper.contains(&id);
    let missing: Vec<&str> = seats.iter().filter(|s| s.arrived && waiting(s.id)).map(|s| s.label.as_str()).collect();
    facts.missing = named(missing);
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
