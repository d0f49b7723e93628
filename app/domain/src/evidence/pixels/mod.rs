//! Pixels after decoding: their formats, shrinking row by row, turning. Pure arithmetic, and here
//! because the loops over every pixel want a crate that is always optimised. Refuses to decode.

pub mod plain;
pub mod shrink;
pub mod turn;
