//! How practice goes: what is put right, and how many in a row.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many sets were done, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many sets were put right, or told.
    pub sets: usize,
    /// How many of them were right when they were looked at first.
    pub at_once: usize,
    /// How many were right before they were told.
    pub right: usize,
    /// The most that were right at once, one after the other.
    pub best: usize,
}

impl Tally {
    /// Whether no set was done.
    pub fn is_empty(&self) -> bool {
        self.sets == 0
    }

    /// Counts a set that was right at once, right later, or told.
    pub(super) fn count(&mut self, is_right: bool, is_at_once: bool, in_a_row: usize) {
        self.sets += 1;
        self.right += usize::from(is_right);
        self.at_once += usize::from(is_right && is_at_once);
        self.best = self.best.max(in_a_row);
    }
}

impl fmt::Display for Tally {
    /// `5 of 7 right, 4 at once; best 3 in a row`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally {
            sets,
            at_once,
            right,
            best,
        } = self;
        write!(
            f,
            "{right} of {sets} right, {at_once} at once; best {best} in a row"
        )
    }
}
