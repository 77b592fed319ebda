//! The why pane.

mod cursor_row;
mod draw;

pub(crate) use cursor_row::{CursorRow, reasons_for};
pub(crate) use draw::{draw, draw_strip};
