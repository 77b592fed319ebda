//! The panel of lengths that policies can come to: how much of what is unused goes at each, and what
//! is left whole for it. A choice sets the marks, and decides nothing.

mod draw;
mod lengths;
mod message;
mod table;
mod update;

pub use message::FitMessage;

pub(crate) use draw::{columns, draw, height};
pub(crate) use table::{FitTable, sharing_quota_name};
pub(crate) use update::update;
