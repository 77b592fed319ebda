//! All keys in a list, searched by typing.

pub(crate) mod draw;
mod rows;
mod state;

pub(crate) use rows::rows;
pub(crate) use state::Help;
