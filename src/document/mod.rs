//! A policy in its source text: where each entry stands, and edits that leave all else alone.
//!
//! A [`Document`] is a policy read from a [`Source`](crate::text::Source), and
//! [`Document::rewrite`] writes it back changed. A [`File`] may hold several: what changes in any of
//! them is joined and done at once, by [`rewrite`].

mod edit;
mod file;
mod grammar;
mod layout;
mod reading;
mod splice;

pub use file::{Edited, File, Reader, rewrite};
pub use layout::Place;
pub use reading::Document;
