//! The pane of reasons: why what the cursor is on stays, goes or is narrowed, and the marks on it.

mod draw;

pub(crate) use draw::{draw, draw_strip};
