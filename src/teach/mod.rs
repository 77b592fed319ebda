//! How shortest safe prefixes are found, told to people: in sentences, as text, as a picture, as
//! questions.
//!
//! The engine lists the steps it takes ([`Trie::steps`](crate::refine::Trie::steps)). A
//! [`Walkthrough`] is that list for one pattern; everything here is told from it, so what is taught
//! is what is done. A [`Narration`] says of one step what was decided, by which action, and by
//! which [`RuleLine`]. An [`Outline`] has the visited prefixes as rows, for text and pictures.
//!
//! *Safe* means: no unused action starts with it. It says nothing about risk.

mod explanation;
mod json;
mod lesson;
mod markdown;
mod narration;
mod outcome;
mod outline;
mod picture;
mod predict;
mod rule;
mod text;
mod walkthrough;
mod words;

pub use explanation::{Explanation, Ink};
pub use lesson::{Lesson, LessonFiles, Task, WordList, built_in_lessons};
pub use narration::Narration;
pub use outcome::outcome_sentence;
pub use outline::{Outline, Row, Runs};
pub use picture::{Detail, Style, Theme};
pub use predict::{Answer, Question};
pub use rule::RuleLine;
pub use text::tree;
pub use walkthrough::Walkthrough;
pub use words::Names;
