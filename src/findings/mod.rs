//! What is unused: one type, [`UnusedActions`], and a reader for each shape AWS prints.

mod unused;

pub use unused::{UnusedActions, UnusedInService};
