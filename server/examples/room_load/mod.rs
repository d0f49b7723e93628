//! Load and faults on one `wuze serve` over loopback, through the public API only. Every part is
//! bounded and ends by itself; the tests use the small parts, `room_load` all of them.

pub mod crash;
pub mod hall;
pub mod http;
pub mod numbers;
pub mod oracle;
pub mod phones;
pub mod race;
