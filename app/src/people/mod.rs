//! Pages of 组织与人员 (office bundle) and everybody's own page (phone bundle).
//! Every change is a plain form: these pages work the same without scripts.

mod directory;
mod map;
mod me;
mod parts;
mod person;
mod roles;
mod slips;
mod unit;
mod unit_forms;

pub use directory::DirectoryView;
pub use map::MapView;
pub use me::MeView;
pub use person::PersonView;
pub use roles::RolesView;
pub use slips::SlipsView;
pub use unit::UnitView;
