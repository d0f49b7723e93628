//! “三交底”廉政谈话: `/talks`, `/talks/{id}` from the preparing to both reports, the three lists in the making, the register
//! of risks, what a unit passed on, the settings. Every write is a plain form; scripts only take the drawn signature.

mod after;
mod checks;
mod list;
mod lists;
mod one;
mod parts;
mod passed;
mod prepare;
mod report;
mod risks;
mod settings;
mod sign;
mod steps;

pub use list::TalksView;
pub use one::TalkView;
pub use passed::PassedView;
pub use prepare::PrepareView;
pub use risks::RisksView;
pub use settings::SettingsView;
