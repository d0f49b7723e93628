//! 督责 in its first form: 翻阅检查. A reading of one post's book is registered, announced to its
//! head, done on its days by the persons named, answered by remarks, and signed by both sides.
//!
//! Refuses readings without an end, scores, and any change after both signed.

mod inspection;
mod paper;
mod proposal;
mod remark;
mod sample;
mod step;

#[cfg(test)]
mod tests;

pub use inspection::{DAYS_MAX, Inspection, NewInspection, Phase, Purpose, Standing};
pub use paper::{FeedbackPaper, PaperRemark, Taking, book_copy, feedback_paper};
pub use proposal::{Proposal, ProposalState};
pub use remark::{REMARK_MAX, Remark, RemarkDraft, RemarkKind, Retracting, check_word, feedback_ready};
pub use sample::{SHARE_DEFAULT, Sampling, draw, share};
pub use step::{Done, purpose_of, step};
