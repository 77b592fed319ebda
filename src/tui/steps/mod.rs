//! The steps of a wildcard, one after the other, with questions about them.

mod draw;
mod message;
mod question;
mod quiz;
mod state;
mod trie;
mod update;

pub use message::StepMessage;
pub use quiz::{Replies, Reply, Score};
pub use state::Steps;

pub(crate) use draw::{draw, draw_title};
pub(crate) use quiz::Quiz;
pub(crate) use update::{undo, update};
