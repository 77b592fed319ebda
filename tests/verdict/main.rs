//! The verdict on policies refined elsewhere: errors planted in a right answer are found, each with
//! its part and a witness, and right answers of another shape are accepted.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod accepted;
mod case;
mod decided;
mod many;
mod planted;
