//! The steps of a wildcard's walk, one after the other, with questions about them when one wants to
//! predict or plays a lesson.

mod draw;
mod message;
mod names;
mod playing;
mod question;
mod rule;
mod state;
mod told;
mod trie;
mod update;

pub use message::StepMessage;
pub use state::Steps;

pub(crate) use draw::{draw, draw_title};
pub(crate) use playing::Playing;
pub(crate) use trie::shown_rows;
pub(crate) use update::{ANSWER_FIRST, tick, undo, update};
