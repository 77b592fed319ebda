//! A policy in its source text: where each entry stands, and edits that leave all else alone.
//!
//! A [`Document`] is a policy read from a [`Source`](crate::text::Source), and
//! [`Document::rewrite`] writes it back changed.

mod edit;
mod grammar;
mod layout;
mod reading;
mod splice;

pub use reading::Document;
