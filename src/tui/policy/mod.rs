//! The policy pane: the change being made, entry by entry.

mod boxes;
mod draw;
mod filter;
mod fold;
mod outline;
mod row;
mod rows;

pub(crate) use boxes::box_columns;
pub(crate) use draw::draw;
pub(crate) use outline::PolicyOutline;
pub(crate) use row::OutlineRow;
