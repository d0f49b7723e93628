//! 问责 · 问题整改: the ledger and one item. Plain forms; nothing here decides who may do what.

mod item;
mod ledger;
mod steps;

pub use item::ItemView;
pub use ledger::LedgerView;
