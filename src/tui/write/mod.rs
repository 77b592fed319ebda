//! The preview of what would be written of a review, shown before it is written.

mod draw;

pub(crate) use draw::{COLUMNS, draw};
