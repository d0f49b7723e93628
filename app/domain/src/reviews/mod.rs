//! 评责: the review meeting (述责述廉评议会). Owns the plan, the meeting's states, the ballot,
//! the fold of a round's journal, the tally and what each role may see live.
//!
//! A meeting is the fold of its events ([`Meeting::replay`]); a round's result is a pure
//! function of sealed ballots, roll and rules ([`tally`]). Refuses storage, hashing, time.

mod ballot;
mod bundle;
mod decide;
mod events;
mod exact;
mod feedback;
mod fold;
mod frame;
mod live;
mod marks;
mod meeting;
mod plan;
mod rules;
mod tally;
mod words;

pub use ballot::{Ballot, COMMENT_MAX, Grade, Line, Mark, Sheet, SheetLine, Vote};
pub use bundle::{Bundle, BundleMeeting, BundleResult, ByWay, Difference, RollMark, SealedBallot, Turnout};
pub use events::{Command, Event};
pub use exact::Exact;
pub use feedback::{
    ActedBy, Feedback, FeedbackProblem, FeedbackState, HAND_DAYS, HandSign, PROBLEMS_MAX, SuperiorSign,
};
pub use fold::Fold;
pub use frame::{CHANGES, Frame, Stated, Verdict};
pub use live::{
    ChairView, ClockView, CounterView, PaperCount, PresenterView, RaterView, RoomFacts, RoundView, ScreenView,
    TellerView, Views, project,
};
pub use marks::{SealedMark, part};
pub use meeting::{Meeting, Phase, Presence, Round, RoundState, SpeechClock, Step};
pub use plan::{Announce, Identity, Mode, Part, Plan, Presenter, Rater, Recusal, Secrecy};
pub use rules::{Dimension, Group, ReviewRules, Scale};
pub use tally::{GroupResult, LineResult, Outcome, Tally, stored, tally};
