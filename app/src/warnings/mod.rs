//! “一件事”问责预警: the list, the workbench of one matter with its three lists, one notice.

mod flow;
mod list;
mod lists;
mod matrix;
mod notice;
mod notices;
mod one;
mod parts;
mod signs;
mod steps;
mod talks;

pub use list::MattersView;
pub use notice::NoticeView;
pub use one::MatterView;
