//! The way from 点题 to 办结, and every way it refuses.

mod flow;
mod lists;
mod machine;

use uuid::Uuid;

use crate::{
    ids::{PersonId, UnitId, WarningLineId},
    time::{Day, parse_iso},
};

fn d(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn line(n: u128) -> WarningLineId {
    WarningLineId(Uuid::from_u128(n))
}

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(n))
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}
