//! How shortest safe prefixes are found, explained: in sentences, as text, as Markdown, JSON, a
//! picture or a page for a browser. Reports on what was refined are in [`report`].
//!
//! The engine lists the steps it takes ([`Trie::steps`](crate::refine::Trie::steps)). A
//! [`Walkthrough`] is that list for one pattern, and everything here is made from it, so what is
//! explained is what is done. A [`Narration`] says of one step what was decided, because of which
//! action, and by which [`RuleLine`]. An [`Outline`] has the visited prefixes as rows. Start with
//! [`Explanation`]: its methods return the whole in each form.
//!
//! Of a review, [`Reasons`] say why an entry, a statement or a prefix is as it is, and an
//! [`OutcomeReason`] says in one sentence why an entry stays or goes.
//!
//! *Safe* means: no unused action starts with it. It says nothing about risk.

mod by_hand;
mod explanation;
mod fitting;
mod json;
mod locked;
mod markdown;
mod names;
mod narration;
mod outcome;
mod outline;
mod page;
mod picture;
mod plain_text;
mod prefix_match;
mod reasons;
pub mod report;
mod rule;
mod shared;
mod verdict;
mod walkthrough;
mod writing;

pub use explanation::{Color, Explanation};
pub use fitting::{excess_in_words, fit_sentence};
pub use locked::{locked_entries, unused_not_edited};
pub use names::Names;
pub use narration::Narration;
pub use outcome::{OutcomeReason, held_sentence, outcome_sentence, outcome_word, until_day};
pub use outline::{Grouping, Outline, Row};
#[cfg(feature = "tui")]
pub(crate) use outline::{TrieRow, from_a_word, rows_as_opened, rows_from};
pub use picture::{Detail, Style, Theme};
pub use plain_text::tree;
pub use prefix_match::{MatchedPart, PrefixMatch};
pub use reasons::{
    GoingAction, KnownUse, NO_USE, Prefix, ReasonLine, Reasons, Sign, ToldOf, going_in_order,
    policy_name, shown_file,
};
pub use rule::RuleLine;
pub use shared::shared_sentence;
pub use verdict::Verdict;
pub use walkthrough::Walkthrough;
pub use writing::before_writing;
