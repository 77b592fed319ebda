//! What each fuzz target does with its bytes: whatever they are, nothing panics, and what was said
//! of them is true.
//!
//! These are run by `fuzz/` with bytes that a fuzzer makes up, and by the tests with the corpus.

#![allow(clippy::unwrap_used, reason = "a target may fail by panicking")]

pub mod accounts;
pub mod catalogues;
pub mod documents;
pub mod edits;
pub mod engine;
pub mod findings;
pub mod keys;
pub mod records;
mod reviews;
pub mod screens;
pub mod sources;
pub mod states;
mod telling;

/// The naive model, as the tests of the engine have it.
#[allow(dead_code, reason = "what plants errors is not used here")]
#[path = "../../model"]
mod model {
    pub mod agreement;
    pub mod decided;
    mod definition;
    pub mod drawn;
    mod known;
    mod layout;
    mod pattern;
    mod statement;
    mod tree;
    mod world;
}
