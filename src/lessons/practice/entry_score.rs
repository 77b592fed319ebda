//! How many entries of a result are right.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::attempt::WrittenEntries;
use crate::text::counted;

/// What was written, held against what the engine writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryScore {
    /// How many entries are right.
    pub right: usize,
    /// How many are not written.
    pub missing: usize,
    /// How many are written that are no part of it.
    pub too_much: usize,
}

impl EntryScore {
    /// How many of these entries are right.
    pub fn of(written: &WrittenEntries) -> Self {
        let wanted = written.writing().wanted();
        let right = wanted.iter().filter(|entry| written.has(entry)).count();
        EntryScore {
            right,
            missing: wanted.len() - right,
            too_much: written.in_order().len() - right,
        }
    }

    /// How many there are to write. What was saved may be any number.
    pub fn wanted(self) -> usize {
        self.right.saturating_add(self.missing)
    }

    /// How many of all that are wanted or written are right, so that two can be compared by it.
    fn share(self) -> (u128, u128) {
        let all = self.wanted().saturating_add(self.too_much).max(1);
        (self.right as u128, all as u128)
    }

    fn is_better_than(self, other: Self) -> bool {
        let ((own, of_own), (others, of_others)) = (self.share(), other.share());
        own * of_others > others * of_own
    }
}

impl fmt::Display for EntryScore {
    /// `9 of 12 entries right, 3 missing, 2 too much`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = counted(self.wanted(), "entry", "entries");
        write!(f, "{} of {entries} right", self.right)?;
        if self.missing > 0 {
            write!(f, ", {} missing", self.missing)?;
        }
        if self.too_much > 0 {
            write!(f, ", {} too much", self.too_much)?;
        }
        Ok(())
    }
}

/// How well a statement was refined, and in how many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedScore {
    /// What of it was right.
    #[serde(flatten)]
    pub score: EntryScore,
    /// From the first key to handing it in.
    pub seconds: u64,
}

impl TimedScore {
    /// The better of two: the one with more right of all that is wanted or written, and then the quicker one.
    #[must_use]
    pub fn better(self, other: Self) -> Self {
        let is_other_better = other.score.is_better_than(self.score)
            || !self.score.is_better_than(other.score) && other.seconds < self.seconds;
        if is_other_better { other } else { self }
    }
}

impl fmt::Display for TimedScore {
    /// `9 of 12 entries right, 3 missing, in 6 min 12 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = spent(Duration::from_secs(self.seconds));
        write!(f, "{}, in {taken}", self.score)
    }
}

/// `6 min 12 s`
pub(super) fn spent(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(right: usize, missing: usize, too_much: usize, seconds: u64) -> TimedScore {
        let score = EntryScore {
            right,
            missing,
            too_much,
        };
        TimedScore { score, seconds }
    }

    #[test]
    fn more_that_is_right_is_better_and_then_less_time() {
        for (better, worse) in [
            (timed(9, 1, 0, 900), timed(8, 2, 0, 60)),
            (timed(9, 1, 0, 900), timed(9, 1, 1, 60)),
            (timed(9, 1, 0, 60), timed(9, 1, 0, 61)),
            // Of a shorter statement as much.
            (timed(3, 1, 0, 60), timed(6, 2, 0, 61)),
        ] {
            assert_eq!(better.better(worse), better);
            assert_eq!(worse.better(better), better);
        }
    }

    #[test]
    fn what_was_saved_may_be_any_number() {
        let most = timed(usize::MAX, usize::MAX, usize::MAX, u64::MAX);
        assert_eq!(most.better(most), most);
        assert!(most.to_string().contains("entries right"));
    }

    #[test]
    fn what_there_is_none_of_is_not_named() {
        assert_eq!(
            timed(9, 0, 0, 372).to_string(),
            "9 of 9 entries right, in 6 min 12 s"
        );
        assert_eq!(
            timed(0, 1, 2, 12).to_string(),
            "0 of 1 entry right, 1 missing, 2 too much, in 12 s"
        );
    }
}
