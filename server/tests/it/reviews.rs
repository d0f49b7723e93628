//! 评责: plans, the live room, sealing, what comes after. Everything that touches a database runs on both.

mod above;
mod after;
mod anonymity;
mod bad;
mod hall;
mod own;
mod papers;
mod plan;
pub mod planning;
mod proxy;
pub mod room_anonymity;
mod room_change;
mod room_count;
mod room_door;
mod room_flow;
mod room_gaps;
mod room_interface;
mod room_paper;
mod room_refusals;
mod room_restart;
mod room_streams;
pub mod sealed;
