//! A meeting that was held before the demonstration begins, through the same seats, fold, tally and
//! seal as a real one, but in one transaction and without a journal. For made-up districts only.

use std::collections::HashMap;

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, MeetingId},
    reviews::{Ballot, Event, Fold, Frame, Meeting},
    time::Instant,
};

use super::{seal, seats::How, seats::Seats, store};
use crate::storage::{Failure, Tx};

/// What happened in the hall.
pub struct Held<'a> {
    /// District.
    pub district: DistrictId,
    /// Meeting; approved, its seats made.
    pub meeting: MeetingId,
    /// In whose name it is noted.
    pub account: AccountId,
    /// Everything up to the confirmations of both 监票人.
    pub events: &'a [(Instant, Event)],
    /// Everything after the seal.
    pub after: &'a [(Instant, Event)],
}

/// Holds it. `returns` gives the ballot of the n-th rater of a group; `None` is one who did not come.
///
/// # Errors
/// No such meeting, the rules refused the seal, or storage failed.
pub async fn hold(tx: &mut Tx, held: Held<'_>, returns: impl Fn(&str, usize) -> Option<Ballot>) -> Result<(), Failure> {
    let Held { district, meeting, account, events, after } = held;
    let loaded = store::load(tx, meeting).await?.ok_or(Rejection::NotFound)?;
    let whose = (district, meeting, loaded.version);
    let mut seats = Seats::of(loaded.seats);
    let mut fold = Fold::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    let all: Vec<_> = seats.sorted(&loaded.plan).into_iter().cloned().collect();
    for mut seat in all {
        let place = places.entry(seat.group.clone()).or_default();
        let ballot = returns(&seat.group, *place);
        *place += 1;
        let Some(ballot) = ballot else { continue };
        (seat.arrived, seat.how) = (true, How::Phone);
        store::save_seat(tx, &seat).await?;
        fold.apply(&Frame::Vote { seat: seat.id, epoch: seat.epoch, rev: 1, ballot });
        seats.put(seat);
    }
    places.clear();
    for rater in &loaded.plan.raters {
        let place = places.entry(rater.group.clone()).or_default();
        if returns(&rater.group, *place).is_some() {
            store::tick(tx, meeting, rater.id, true, true).await?;
        }
        *place += 1;
    }
    let mut state = Meeting::new(loaded.plan);
    store::append(tx, whose, &state, Some(account), events).await?;
    for (at, event) in events {
        state.apply(*at, event);
        if *event == Event::RoundClosed {
            fold.apply(&Frame::Closed { at: *at });
        }
    }
    let sealed = seal::prepare(&state, &seats, &fold, &loaded.district_name)?;
    let event = (tx.now(), Event::RoundSealed { certificate: sealed.short.clone() });
    store::append(tx, whose, &state, Some(account), std::slice::from_ref(&event)).await?;
    let round = sealed.bundle.round;
    seal::write(tx, (district, meeting), account, &sealed).await?;
    state.apply(event.0, &event.1);
    let words = format!("第 {round} 轮已封存，席位与测评表的对应关系连同密钥已销毁");
    tx.audit(district, None, "reviews.link_destroyed", &meeting.to_string(), &words).await?;
    store::append(tx, whose, &state, Some(account), after).await?;
    Ok(())
}
