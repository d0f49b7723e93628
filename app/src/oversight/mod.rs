//! 督责: registering readings (翻阅检查), the sheet of one for readers on site and for the head, and
//! statutory 调取.

mod forms;
mod list;
mod one;
mod rows;
mod takings;

pub use forms::{remark_on, unmatch_from};
pub use list::ReadingsView;
pub use one::ReadingView;
pub use takings::TakingsView;
