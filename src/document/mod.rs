//! A policy in its source text: where each entry stands, and edits that leave all else alone.
//!
//! A [`Source`] is a file's name and text; [`Json`] is a tree of values that knows where in the
//! text each stands; a [`Problem`] tells what is wrong at a place.

mod excerpt;
mod json;
mod printable;
mod problem;
mod source;

pub use json::{Json, JsonValue, Member};
pub use printable::{printable, quoted};
pub use problem::{Problem, Problems, Severity};
pub use source::{LARGEST_FILE, Position, Source};
