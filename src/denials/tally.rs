//! Denials counted: each once, however often it is told.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use jiff::Timestamp;

use super::{Denial, lines};

/// How many denials that differ are told apart. A log of a week has a few hundred.
const MOST: usize = 100_000;

/// All that was denied in a text.
#[derive(Clone, Debug, Default)]
pub struct Denials {
    of: BTreeMap<Denial, Times>,
    beyond: u64,
    long_lines: u64,
    broken_json: Option<usize>,
}

/// How often something was denied, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// How often.
    pub count: u64,
    /// The first time that is told.
    pub first: Option<Timestamp>,
    /// The last time that is told.
    pub last: Option<Timestamp>,
}

impl Times {
    /// Counts another time.
    pub fn add(&mut self, at: Option<Timestamp>) {
        self.add_all(Times {
            count: 1,
            first: at,
            last: at,
        });
    }

    /// Counts other times too.
    pub fn add_all(&mut self, other: Times) {
        self.count = self.count.saturating_add(other.count);
        // Nothing is before everything, so the first is looked for among those that are told.
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.last = self.last.max(other.last);
    }
}

impl Denials {
    /// Reads a text to its end.
    ///
    /// # Errors
    /// Whatever reading fails with.
    pub fn read(text: impl BufRead) -> io::Result<Self> {
        let mut denials = Denials::default();
        let mut add = |denial, at| denials.add(denial, at);
        let read = lines::read(text, &mut add)?;
        denials.long_lines = read.long_lines;
        denials.broken_json = read.broken_json;
        Ok(denials)
    }

    fn add(&mut self, denial: Denial, at: Option<Timestamp>) {
        if self.of.len() >= MOST && !self.of.contains_key(&denial) {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        self.of.entry(denial).or_default().add(at);
    }

    /// Each denial, and how often it is told.
    pub fn iter(&self) -> impl Iterator<Item = (&Denial, &Times)> {
        self.of.iter()
    }

    /// How many denials are not among these, since there are too many that differ.
    pub fn beyond(&self) -> u64 {
        self.beyond
    }

    /// How many lines are longer than [`LONGEST_LINE`](super::LONGEST_LINE): they are searched in
    /// parts.
    pub fn long_lines(&self) -> u64 {
        self.long_lines
    }

    /// The line in which JSON that the text began with broke off, from 1: from there it is read as
    /// lines.
    pub fn broken_json(&self) -> Option<usize> {
        self.broken_json
    }
}
