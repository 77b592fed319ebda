//! Texts and the places in them: files as they were read, what is wrong with them and where, JSON
//! that knows its places, and text made ready to be printed.
//!
//! Bytes of a file go in; a [`Source`] comes out, its name and text. [`Json::parse`] makes a tree
//! of it in which each value knows its bytes, [`Fields`] reads an object member by member, and
//! [`recognise`] says what a file is: its [`Shape`]. A [`Problem`] says what is wrong at a place
//! and what to do about it; an [`Error`] is what functions return when they could not do their
//! work.
//!
//! Text from outside is an [`Untrusted`] and is printed through [`printable()`], which makes hidden
//! characters visible.

mod alike;
mod day;
mod diff;
mod digest;
mod error;
mod excerpt;
mod fields;
mod foreign;
mod json;
mod lines;
mod parsing;
mod parts;
mod printable;
mod problem;
mod related;
mod shape;
mod side_by_side;
mod source;
mod spelling;
mod untrusted;
mod words;

pub use alike::alike;
pub use day::day;
pub use diff::{DiffLine, diff_lines, unified_diff};
pub use digest::{base64, base64_sha256, sha256};
pub use error::{Error, Report};
pub use fields::{AS_PRINTED, Fields, is_beyond_time};
pub use foreign::no_text;
pub use json::{Json, JsonValue, Known, Member, Opaque};
pub use lines::Lines;
pub use parts::{into_parts, parse_parts};
pub use printable::{
    escape_json, escape_markdown, escape_xml, printable, quoted, reveal, sanitize,
};
pub use problem::{Problem, Problems, Severity};
pub use related::Related;
pub use shape::{Holds, Shape, recognise};
pub use side_by_side::{DiffRow, SideLine, side_by_side};
pub use source::{LARGEST_ACCOUNT, LARGEST_FILE, Position, Source};
pub use untrusted::{Shown, Untrusted};
pub use words::{break_of, capitalised, counted, either, grouped, list, some_of, wrap};
