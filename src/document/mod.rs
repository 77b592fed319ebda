//! A policy in its source text: where each entry is, and edits that leave every other byte alone.
//!
//! A [`Source`](crate::text::Source) goes in and a [`Document`] comes out: the policy's meaning,
//! and the bytes of its parts. [`Document::rewrite`] takes an edit for each statement and returns
//! the new text. A [`File`] may hold several documents; [`rewrite`] writes the changes of all of
//! them. [`Document::split`] cuts a long document into several. [`deny_text`] is the text of a new one.
//!
//! A format of files is a [`Reader`]: a function that finds the policies in a text, each of them a
//! [`ReadPolicy`], which is made of a tree in which every value knows its bytes. What is in the place of a value and is none,
//! such as a reference, is an [`Opaque`](crate::text::Opaque) in that tree. The entries that come
//! from it have a [`Place::Opaque`]: they are known, and stay as they are. Who has seen what is made of a
//! policy tells what its expressions come to: a [`Meaning`].

mod align;
mod blocks;
mod comment;
mod deny;
mod edit;
mod file;
mod grammar;
mod kept;
mod layout;
mod list;
mod meaning;
mod places;
mod policy_text;
mod policy_tree;
mod splice;
mod split;
mod yaml;

pub use comment::{is_directive, is_heading};
pub use deny::deny_text;
pub use file::{Edited, File, InTurn, Reader, rewrite};
pub use kept::{KeepComment, keep_comments, speaks_to_us};
pub use layout::Place;
pub use meaning::{Lock, Meaning, Meanings, StayingStatement, Told};
pub use places::{Places, allow, statement_of};
pub use policy_text::Document;
pub use policy_tree::{ComesTo, PolicyTree, ReadPolicy, StatementForm, Syntax};
pub use split::NotSplit;
pub use yaml::{column, past_comments, with_comments};
