//! The pane of reasons: why what the cursor is on stays, goes or is narrowed, and the marks on it.

mod cursor_row;
mod draw;

pub(crate) use cursor_row::{CursorRow, reasons_for};
pub(crate) use draw::{draw, draw_strip, lines};
