//! What is unused: one type, [`UnusedActions`], and a reader for each shape AWS prints.
//!
//! [`recognise`](crate::text::recognise) tells what a file is, [`Page::read`] reads it,
//! [`Findings::join`] makes whole findings of what was read. A new shape is a row in `shape.rs` and
//! a small reader; the compiler then names the places that have to know it.
//!
//! What is read here is taken away from a policy, so a reader never guesses: a file that could be
//! a summary, one page of several, filtered, unfinished or out of date is refused, and it says
//! what to give in its place.

mod article;
mod entry;
mod finding_v2;
mod join;
mod last_accessed;
mod page;
mod refusal;
mod summary;
mod unused;
mod used;

pub use join::{Findings, MissingPages};
pub use last_accessed::UnusedFor;
pub use page::{More, Page};
pub use unused::{UnusedActions, UnusedInService};
pub use used::UsedActions;
