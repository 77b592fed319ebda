//! The cases of a lesson on the screen: what is told and asked in the place of a walk's steps.

mod draw;
mod message;
mod picture;
mod state;
mod update;

pub use message::CaseMessage;

pub(crate) use draw::{draw, draw_title};
pub(crate) use state::CasesState;
pub(crate) use update::update;
