//! A lesson on the screen: its steps with questions first, then its task, a review to put right.

mod in_trie;
mod screen;
mod state;
mod task;

pub(crate) use in_trie::{draw as draw_in_trie, is_of_use};
pub(crate) use state::LessonState;
pub(crate) use task::task_lines;
