//! The table of keys, [`ROWS`]: which key means what in which [`Context`], in which words, and when
//! it is offered.

mod context;
mod key;
mod row;
mod rows;

pub use context::Context;
pub use key::Key;
pub use row::{Group, Row};
pub use rows::{ROWS, key_table};

pub(crate) use rows::listed;
