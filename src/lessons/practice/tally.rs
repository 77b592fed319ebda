//! How practice goes: what is put right, and how many in a row.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many sets were done, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many sets were put right, or told.
    pub sets: usize,
    /// How many of them were right when they were checked first.
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

    /// Counts a set that was right at once, right later, or told. What was saved may be any number.
    pub(super) fn count(&mut self, is_right: bool, is_at_once: bool, in_a_row: usize) {
        self.sets = self.sets.saturating_add(1);
        self.right = self.right.saturating_add(usize::from(is_right));
        let is_at_once = is_right && is_at_once;
        self.at_once = self.at_once.saturating_add(usize::from(is_at_once));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_may_be_any_number() {
        let most = usize::MAX;
        let mut tally: Tally = serde_json::from_str(&format!(
            r#"{{"sets": {most}, "at_once": {most}, "right": {most}, "best": {most}}}"#
        ))
        .unwrap();
        tally.count(true, true, 1);
        assert_eq!((tally.sets, tally.right, tally.at_once), (most, most, most));
    }
}
