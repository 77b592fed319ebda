//! How shortest safe prefixes are found, told to people: in sentences, as text, as a picture.
//!
//! The engine lists the steps it takes ([`Trie::steps`](crate::refine::Trie::steps)). A
//! [`Walkthrough`] is that list for one pattern; everything here is told from it, so what is taught
//! is what is done. A [`Narration`] says of one step what was decided, by which action, and by
//! which [`RuleLine`]. An [`Outline`] has the visited prefixes as rows, for text and pictures.
//!
//! *Safe* means: no unused action starts with it. It says nothing about risk.

mod explanation;
mod json;
mod markdown;
mod names;
mod narration;
mod outcome;
mod outline;
mod picture;
mod plain_text;
pub mod report;
mod rule;
mod walkthrough;

pub use explanation::{Color, Explanation};
pub use names::Names;
pub use narration::Narration;
pub use outcome::outcome_sentence;
pub use outline::{Grouping, Outline, Row};
pub use picture::{Detail, Style, Theme};
pub use plain_text::tree;
pub use rule::RuleLine;
pub use walkthrough::Walkthrough;
