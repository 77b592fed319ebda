//! A folder of AWS's answers about a role, a user or an account, as `fetch` leaves it: the answers,
//! unchanged, a file each, and a [`Manifest`] that says what was asked for each.
//!
//! [`Folder::open`] takes the path of one; what its answers come to is for `intake` to read.

mod folder;
mod manifest;

pub use folder::{Begun, FETCH_AGAIN, Folder, Forgotten, MANIFEST, UNFINISHED, read_answer};
pub use manifest::{Analyzer, Answer, Asked, FORMAT, FetchedOf, Heading, Manifest, Unanswered};
