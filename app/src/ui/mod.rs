//! Widgets used by two features or more. Plain markup over the classes in `style/`.

mod data;
mod field;
mod layout;
mod loaded;
mod marks;

pub use data::{PageData, page_data, shown};
pub use field::{ChoiceChip, FormMarks, Problem, TextArea, TextField, area_text};
pub use layout::{OfficePage, PhonePage, SizeSwitch};
pub use loaded::loaded;
pub use marks::{chain, ring, state, state_as, why};
