//! Where the names of a wildcard are cut: what each granularity comes to, and taking one.

mod draw;
mod message;
mod table;
mod update;

pub use message::CutMessage;

pub(crate) use draw::draw;
pub(crate) use table::CutTable;
pub(crate) use update::update;
