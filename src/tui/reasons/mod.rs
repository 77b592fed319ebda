//! The why pane.

mod draw;

pub(crate) use draw::{draw, draw_strip};
