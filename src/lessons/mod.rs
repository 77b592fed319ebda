//! Lessons: something to watch and to predict, and then something wrong to be put right.
//!
//! A lesson is a folder: `lesson.toml` beside policies and findings in any of the shapes that are
//! read. The built-in ones are written in the same form and read by the same reader.

mod built_in;
mod goals;
mod lesson;
mod predict;
mod progress;
mod quiz;
mod read;
mod word_list;

pub use built_in::built_in_lessons;
pub use lesson::{Lesson, Task};
pub use predict::{Answer, Question};
pub use progress::{Progress, Reached, SavedStage, Stage};
pub use quiz::{Quiz, Replies, Reply, Score};
pub use read::LessonFiles;
pub use word_list::WordList;
