//! The keys: what each means where, in one table.

mod context;
mod key;
mod row;
mod rows;

pub use context::Context;
pub use key::Key;
pub use row::{Group, Row};
pub use rows::{ROWS, key_table};

pub(crate) use rows::listed;
