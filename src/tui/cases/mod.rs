//! The cases of a lesson on the screen: what is told and asked in the place of a walk's steps.

mod answers;
mod draw;
mod known;
mod message;
mod picture;
mod state;
mod told;
mod update;

pub use message::CaseMessage;

pub(crate) use draw::{draw, draw_title};
pub(crate) use state::CasesState;
pub(crate) use update::update;
