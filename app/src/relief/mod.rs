//! 减负反馈: what is asked of people in total, what they say is not needed, and what came of it.

mod chart;
mod figures;
mod page;
mod voices;

pub use page::ReliefView;
