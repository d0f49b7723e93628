//! A small meeting for the tests of reviews.
use std::collections::BTreeSet;

use domain::{
    ids::{PersonId, PostId, PresenterId, RaterId, RoundId, UnitId},
    reviews::{Announce, Identity, Meeting, Mode, Plan, Presence, Presenter, Rater, ReviewRules, Secrecy},
    time::first_of,
};
use uuid::Uuid;

pub const CHAIR: PersonId = PersonId(Uuid::from_u128(900));
pub const OPERATOR: PersonId = PersonId(Uuid::from_u128(901));
pub const TELLERS: [PersonId; 2] = [PersonId(Uuid::from_u128(910)), PersonId(Uuid::from_u128(911))];
pub const COUNTERS: [PersonId; 2] = [PersonId(Uuid::from_u128(920)), PersonId(Uuid::from_u128(921))];

pub fn presenter(n: u128) -> PresenterId {
    PresenterId(Uuid::from_u128(100 + n))
}

pub fn rater(n: u128) -> RaterId {
    RaterId(Uuid::from_u128(200 + n))
}

pub fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(300 + n))
}

pub fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(400 + n))
}

pub fn round(n: u128) -> RoundId {
    RoundId(Uuid::from_u128(700 + n))
}

/// Three presenters, twelve raters in three groups, one sheet for all, 会后反馈.
pub fn plan() -> Plan {
    Plan {
        title: "2026年度述责述廉评议会".into(),
        year: 2026,
        on: first_of(2026, 12),
        place: "三号会议室".into(),
        mode: Mode::Together,
        secrecy: Secrecy::Anonymous,
        identity: Identity::Account,
        announce: Announce::Afterwards,
        rules: ReviewRules::default(),
        presenters: (1..=3)
            .map(|n| Presenter {
                id: presenter(n),
                post: PostId(Uuid::from_u128(500 + n)),
                unit: unit(n),
                person: person(n),
                name: format!("述责人{n}"),
                title: format!("第{n}街道党工委书记"),
            })
            .collect(),
        raters: (1..=12_u8)
            .map(|n| (n, u128::from(n)))
            .map(|(place, n)| Rater {
                id: rater(n),
                person: Some(person(20 + n)),
                unit: None,
                name: format!("评议人员{n}"),
                place: String::new(),
                group: ["a", "b", "c"][usize::from(place) % 3].into(),
            })
            .collect(),
        recusals: BTreeSet::new(),
        chair: Some(CHAIR),
        operators: BTreeSet::from([OPERATOR]),
        tellers: TELLERS.to_vec(),
        counters: COUNTERS.to_vec(),
    }
}

pub fn meeting() -> Meeting {
    Meeting::new(plan())
}

pub const FULL: Presence = Presence { entitled: 12, present: 12 };
