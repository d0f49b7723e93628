//! 三色预警: the rules in plain words, drafts with their form and dry run, versions; and the history of every colour
//! of a post.

mod colours;
mod draft;
mod dry;
mod form;
mod page;

pub use colours::ColoursView;
pub use page::RulesView;
