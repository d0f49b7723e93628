//! Widgets used by two features or more. Plain markup over the classes in `style/`.

mod chart;
mod data;
mod field;
mod layout;
mod marks;
mod search_box;

pub use chart::{Chart, ChartColumn, Fill, stacked_bars, stacked_html, step_html, step_line};
pub use data::{PageData, loaded, page_data, page_data_of};
pub use field::{ChoiceChip, FormMarks, Problem, TextArea, TextField, area_text};
pub use layout::{OfficePage, PhonePage, SizeSwitch};
pub use marks::{Ring, chain, ring, state, state_as, why};
pub use search_box::{search_box, search_field};
