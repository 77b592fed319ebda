//! A lesson on the screen: its steps with questions first, then its task, a review to put right.

mod part;
mod screen;
mod state;
mod task;

pub(crate) use part::Part;
pub(crate) use state::LessonState;
pub(crate) use task::task_lines;
