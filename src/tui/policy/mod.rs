//! The policy pane: policies, statements, entries and what replaces them, as rows that fold and can
//! be filtered.

mod boxes;
mod costs;
mod draw;
mod filter;
mod fold;
mod order;
mod outline;
mod row;
mod rows;

pub(crate) use boxes::box_columns;
pub(crate) use draw::{columns, draw};
pub(crate) use outline::PolicyOutline;
pub(crate) use row::OutlineRow;
