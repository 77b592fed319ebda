//! A policy in its source text: where each entry stands, and edits that leave all else alone.
//!
//! A [`Document`] is a policy read from a [`Source`](crate::text::Source), and
//! [`Document::rewrite`] writes it back changed. A [`File`] may hold several: what changes in any of
//! them is joined and done at once, by [`rewrite`].
//!
//! A format of files is a [`Reader`]: it gives the tree of every policy in a file, in which each
//! value has its place. What stands there and is no value, such as a reference, is an
//! [`Opaque`](crate::text::Opaque) of that tree, and the entries that come of it have a
//! [`Place::Opaque`]: they are known, and stay as they are.

mod edit;
mod file;
mod grammar;
mod layout;
mod reading;
mod splice;

pub use file::{Edited, File, Reader, rewrite};
pub use layout::Place;
pub use reading::Document;
