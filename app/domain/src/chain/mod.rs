//! The chain closed: one thread from an item of a leader's list to its place in next year's list, the flow between the
//! five duties as one picture, and what the problems of a year suggest for the 自选动作 of the next.
//!
//! Orders and counts what others wrote. Refuses to decide: a suggestion is taken by hand or stays quiet.

mod flow;
mod next;
#[cfg(test)]
mod tests;
mod thread;

pub use flow::{Counted, Flow, FlowFacts, Link, Seat, Spot, flow, seat_label};
pub use next::{Answer, Problem, Suggestion, Why, suggestions, words};
pub use thread::{Knot, Line, Station, Stretch, Thread, thread};
