//! Live meetings (评责): rooms, their rounds and what each role sees while a meeting runs.
//!
//! A room is a meeting in memory: the fold of its stored events, its seats, the open round. Ballots
//! of an open round are in its journal only ([`round`]); the database gets them at the seal
//! ([`seal`]), without whose they are. Views go out through the [`hub`].

mod attempts;
mod attend;
mod cards;
mod cast;
pub mod code;
mod command;
mod count;
mod desk;
mod door;
mod echo;
mod facts;
mod files;
pub mod hub;
pub mod journal;
pub mod key;
mod lines;
mod paper;
mod pile;
mod rehearse;
mod room;
mod rooms;
pub mod round;
pub mod seal;
pub mod seats;
mod store;
mod story;

pub use attend::{CheckIn, SeatGrant};
pub use cast::{Held, HeldRound, words};
pub use command::said;
pub use desk::{ByHand, Card};
pub use door::Device;
pub use echo::PhoneCheck;
pub use facts::PaperGroup;
pub use hub::{Hub, Listening, LiveRole, Sent};
pub use lines::{Line, PER_ACCOUNT, PER_SEAT, Whose};
pub use paper::PaperState;
pub use rehearse::Rehearsal;
pub use room::{Need, Room};
pub use rooms::Rooms;
pub use seats::{How, Seat, Seats};
pub use store::{RollLine, append_event};
pub(crate) use story::{Held as HeldMeeting, hold};

/// Cookie of a seat's token; `__Host-` goes before it on https.
pub const SEAT_COOKIE: &str = "wuze_seat";
