//! All keys in a list, searched by typing.

mod draw;
mod rows;
mod state;

pub(crate) use draw::draw;
pub(crate) use rows::rows;
pub(crate) use state::Help;
