//! 减负反馈: what the system asks of people, in total, and what they say is not needed (「这条没必要」).
//!
//! Refuses figures of one person, and of groups of units under [`GROUP_MIN`]; knows no ranking. Minutes are an
//! estimate from taps, with 示范 seconds that the district may change, and are said to be one.

mod figures;
mod forms;
mod subject;
mod voice;

pub use figures::{Figures, GROUP_MIN, Group, Quarter, Rates, Shape, Use, lighter};
pub use forms::{AskedField, AskedForm, FORMS, form};
pub use subject::{Family, Subject, named};
pub use voice::{Verdict, WORDS_MAX, adoption, answer, words};
