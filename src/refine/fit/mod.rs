//! The tightest policy of at most so many characters.
//!
//! Narrowing makes a policy longer, and AWS takes only so many characters. A prefix that is left
//! *whole* ([`MarkKind::Whole`](super::MarkKind::Whole)) is written as if it were safe: that is
//! shorter than all that is safe beneath it, and what is unused under it stays granted, the
//! [`Excess`]. Which prefixes are best left whole is found exactly: [`Choices`] are the prefixes of one
//! wildcard with what each costs, and [`Tightest`] goes through all sets of them at once.

mod choices;
mod excess;
mod tightest;

pub use choices::{Choices, Narrowing};
pub use excess::Excess;
pub use tightest::Tightest;
