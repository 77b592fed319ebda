//! A text and the places in it: files as they were read, what is wrong with them and where, JSON
//! that knows its places, and words made ready to be shown.
//!
//! A [`Source`] is a file's name and text. [`Json`] is a tree of values that knows where in the
//! text each stands, [`Fields`] reads an object of it member by member, and [`recognise`] tells by
//! its [`Shape`] what a file is. A [`Problem`] says what is wrong at a place and what to do about
//! it, an [`Error`] why a command or a reader could not do its work. A text from outside is shown
//! through [`printable()`], which leaves no character unseen.

mod diff;
mod digest;
mod error;
mod excerpt;
mod fields;
mod json;
mod parsing;
mod printable;
mod problem;
mod shape;
mod side_by_side;
mod source;
mod untrusted;
mod words;

pub use diff::{DiffLine, diff_lines, unified_diff};
pub use digest::sha256;
pub use error::{Error, Report};
pub use fields::{AS_PRINTED, Fields};
pub use json::{Json, JsonValue, Member, Opaque};
pub use printable::{escape_json, printable, quoted, sanitize};
pub use problem::{Problem, Problems, Severity};
pub use shape::{Holds, Shape, recognise};
pub use side_by_side::{DiffRow, SideLine, side_by_side};
pub use source::{LARGEST_ACCOUNT, LARGEST_FILE, Position, Source};
pub use untrusted::Untrusted;
pub use words::{counted, grouped, list, some_of, wrap};
