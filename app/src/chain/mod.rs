//! The chain closed, as pages: the thread of an item from its list to the next year's, and the flow between the five
//! duties as one picture. Decides nothing; every number leads to what it counted.

mod flow;
mod picture;
mod thread;

pub use flow::FlowView;
pub use thread::ThreadView;

use crate::routes::{Bundle, bundle_of};

/// How a link to `to` leaves this page's script: the pages of another bundle are loaded anew.
fn rel(to: &str) -> Option<&'static str> {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    (bundle_of(path) != Some(Bundle::Account)).then_some("external")
}
