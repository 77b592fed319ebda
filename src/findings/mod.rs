//! What is unused: a reader for each shape of findings that AWS prints, and one type for all.
//!
//! A file goes in and a [`Page`] comes out ([`Page::read`]); [`Findings::join`] joins the pages of
//! each finding. What matters of [`Findings`] is its [`UnusedActions`], and the [`UsedActions`]
//! where a report names them.
//!
//! What is read here is taken away from a policy, so a reader never guesses: a file that could be a
//! summary, one page of several, filtered, unfinished or out of date is refused, and the message
//! says what to give in its place. How to add a shape is in `CONTRIBUTING.md`.

mod article;
mod entry;
mod evidence;
mod finding_v2;
mod generated_policy;
mod join;
mod last_accessed;
mod last_use;
mod page;
mod read;
mod recent;
mod refusal;
mod related;
mod several;
mod summary;
mod unused;
mod used;

pub(crate) use join::second_finding;
pub use join::{Findings, Joined, MissingPages};
pub use last_accessed::UnusedFor;
pub use last_use::{LastUse, SeenUse, When};
pub use page::{AccountPage, More, Page, UnusedRole};
pub use several::{contested, kept_for, recently_used_by_any, unused_by_all};
pub use unused::{UnusedActions, UnusedInService};
pub use used::UsedActions;
