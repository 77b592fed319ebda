//! The table of granularities of a wildcard: what cutting its names at words, letters or not at all
//! comes to. A choice replans the entry and accepts it.

mod draw;
mod message;
mod table;
mod update;

pub use message::CutMessage;

pub(crate) use draw::{columns, draw, height};
pub(crate) use table::{CutSubject, CutTable};
pub(crate) use update::update;
