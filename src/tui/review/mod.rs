//! The review of a policy or of several: its state ([`ReviewScreen`]), where its panes are drawn,
//! and what the keys that decide do.

mod changed;
mod deciding;
mod draw;
mod header;
mod message;
mod mouse;
mod moving;
mod now;
mod offers;
mod pane;
mod screen;
mod size;
mod title;
mod undecided;
mod update;

pub use message::ReviewMessage;
pub use pane::Pane;

pub(crate) use deciding::{decide, decided_since, undo};
pub(crate) use draw::{draw, select_found};
pub(crate) use mouse::click;
pub(crate) use moving::move_by;
pub(crate) use screen::{ReviewScreen, Scroll};
pub(crate) use title::pane_title;
pub(crate) use update::update;
