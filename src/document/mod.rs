//! A policy in its source text: where each entry stands, and edits that leave all else alone.
//!
//! A [`Source`] is a file's name and text; [`Json`] is a tree of values that knows where in the
//! text each stands; a [`Problem`] tells what is wrong at a place. A [`Document`] is a policy read
//! from these, and [`Document::rewrite`] writes it back changed.

mod edit;
mod excerpt;
mod fields;
mod grammar;
mod json;
mod layout;
mod parsing;
mod printable;
mod problem;
mod reading;
mod source;
mod splice;

pub use edit::{EntryEdit, StatementEdit};
pub use fields::{AS_PRINTED, Fields};
pub use json::{Json, JsonValue, Member};
pub use printable::{printable, quoted};
pub use problem::{Problem, Problems, Severity};
pub use reading::Document;
pub use source::{LARGEST_ACCOUNT, LARGEST_FILE, Position, Source};
