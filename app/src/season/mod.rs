//! 督责安排: the season board (list and month), and one step with what the office does about it.

mod board;
mod month;
mod step;

pub use board::SeasonView;
pub use step::StepView;
