//! Searching for a text: in the names of a list, or in statements, entries and the nodes of tries.

mod hits;
mod state;
mod update;

pub(crate) use state::{From, Search};
pub(crate) use update::{abandon, again, begin, finish, typed};
