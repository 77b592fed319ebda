//! The screen of an account: the list of its policies, and one of them opened.
//!
//! Made like the screen of a review: a pure [`Model`], a table of [`COMMANDS`] of its own,
//! [`action_for`], [`update()`], [`view()`]. A policy that is opened is that other screen, within
//! this one; what is decided in it is kept here when it is left.

mod list;
mod model;
mod preview;
mod run;
mod size;
mod standing;
mod strip;
mod table;
mod update;
mod view;

pub use model::{Context, Decided, Model};
pub use preview::{Changing, Preview};
pub use run::{Desk, Ended, run};
pub use table::{Action, COMMANDS, action_for};
pub use update::{Effect, update};
pub use view::view;
