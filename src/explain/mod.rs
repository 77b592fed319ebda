//! How shortest safe prefixes are found, told to people: in sentences, as text, as a picture.
//!
//! The engine lists the steps it takes ([`Trie::steps`](crate::refine::Trie::steps)). A
//! [`Walkthrough`] is that list for one pattern; everything here is told from it, so what is taught
//! is what is done. A [`Narration`] says of one step what was decided, by which action, and by
//! which [`RuleLine`]. An [`Outline`] has the visited prefixes as rows, for text and pictures.
//!
//! Of a review, [`Reasons`] say why an entry, a statement or a prefix is as it is, and an
//! [`OutcomeReason`] says in one sentence why an entry stays or goes.
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
mod reasons;
pub mod report;
mod rule;
mod walkthrough;

pub use explanation::{Color, Explanation};
pub use names::Names;
pub use narration::Narration;
pub use outcome::{OutcomeReason, outcome_sentence, outcome_word};
pub use outline::{Grouping, Outline, Row};
pub use picture::{Detail, Style, Theme};
pub use plain_text::tree;
pub use reasons::{Prefix, ReasonLine, Reasons, Sign, policy_name};
pub use rule::RuleLine;
pub use walkthrough::Walkthrough;
