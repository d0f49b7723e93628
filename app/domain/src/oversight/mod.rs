//! 督责 in its first form: 翻阅检查. A reading of one post's book is registered, announced to its
//! head, done on its days by the persons named, answered by remarks, and signed by both sides.
//!
//! Refuses readings without an end, scores, and any change after both signed.

mod check;
mod inspection;
mod paper;
mod proposal;
mod remark;
mod sample;
mod step;
mod turn;

#[cfg(test)]
mod tests;

pub use check::{
    ANSWER_DAYS, ASK_MAX, Check, CheckState, CheckSubject, KEY_MAX, answer_period, check_answer, check_ask,
};
pub use inspection::{AHEAD_MAX, DAYS_MAX, HERE_MAX, Inspection, NewInspection, Phase, Purpose, Standing, here_open};
pub use paper::{FeedbackPaper, PaperRemark, Taking, book_copy, feedback_paper};
pub use proposal::{Proposal, ProposalState};
pub use remark::{
    Mark, REMARK_MAX, Remark, RemarkDraft, RemarkKind, Retracting, Tap, both_said, check_word, contradicting,
    feedback_ready, joined, seconded, tap,
};
pub use sample::{
    Drawn, LEAST_MAX, Ranked, Redraw, SHARE_DEFAULT, Sampling, draw, draw_least, enough, least, redraw, share, wanted,
    why_so_many,
};
pub use step::{Done, Going, PlanStep, purpose_of, step, with_going};
pub use turn::turned;
