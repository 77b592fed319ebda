//! The list of all keys, opened by `?`, searched by typing; Enter runs the selected row.

mod draw;
mod rows;
mod state;

pub(crate) use draw::draw;
pub(crate) use rows::{HelpRows, rows};
pub(crate) use state::Help;
