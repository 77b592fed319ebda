//! A lesson while it is played: its steps with questions, and then its task.

mod screen;
mod state;
mod task;

pub(crate) use state::LessonState;
pub(crate) use task::task_lines;
