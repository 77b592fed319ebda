//! The exact choice: a knapsack over the prefixes of all wildcards.
//!
//! Prefixes are gone through from the last to the first. For each and for every number of characters
//! it is known what stays at least if it and all after it are to come to no more. A prefix is either
//! left whole, and what is within it is passed over, or opened. Work is the number of prefixes times
//! the number of characters.

use std::ops::Range;

use super::choices::{Choice, Choices};
use super::excess::Excess;
use crate::iam::ActionPrefix;

/// The best that can be done at every length, for wildcards that are written together.
pub struct Tightest {
    /// The prefixes of each wildcard.
    choices: Vec<Choices>,
    /// What stays at least, by the characters that all may take; none where they are too few.
    least: Row,
    /// For each wildcard and each of its prefixes the lengths at which it is left whole.
    whole_at: Vec<Vec<Bits>>,
}

/// What stays at least, by number of characters.
type Row = Vec<Option<Excess>>;

impl Tightest {
    /// Finds the best choice for every length up to `longest`, in characters of new entries with their
    /// quotes and commas.
    pub fn of(choices: Vec<Choices>, longest: usize) -> Self {
        let mut least: Row = vec![Some(Excess::NOTHING); longest + 1];
        let mut whole_at: Vec<Vec<Bits>> = Vec::new();
        for wildcard in choices.iter().rev() {
            let mut bits = vec![Bits::default(); wildcard.prefixes.len()];
            least = each_from(wildcard, 0..wildcard.prefixes.len(), least, &mut bits);
            whole_at.push(bits);
        }
        whole_at.reverse();
        Tightest {
            choices,
            least,
            whole_at,
        }
    }

    /// The characters of the shortest that can be written.
    pub fn shortest(&self) -> usize {
        self.choices.iter().map(Choices::shortest).sum()
    }

    /// The prefixes that are then left whole, by wildcard; none where the characters are too few.
    pub fn left_whole(&self, length: usize) -> Option<Vec<Vec<&ActionPrefix>>> {
        let mut left = length.min(self.least.len() - 1);
        self.least[left]?;
        let by_wildcard = self.choices.iter().zip(&self.whole_at);
        let chosen = by_wildcard.map(|(wildcard, whole_at)| {
            let mut chosen = Vec::new();
            let mut at = 0;
            while let Some(choice) = wildcard.prefixes.get(at) {
                match choice.whole {
                    Some((size, _)) if whole_at[at].get(left) => {
                        chosen.push(&choice.prefix);
                        left -= size;
                        at = choice.end;
                    }
                    _ => {
                        left -= choice.opened;
                        at += 1;
                    }
                }
            }
            chosen
        });
        Some(chosen.collect())
    }
}

/// What stays at least of the prefixes at `places`, which are next to each other and with all that is
/// within them, and of all `after` them.
fn each_from(wildcard: &Choices, places: Range<usize>, after: Row, whole_at: &mut [Bits]) -> Row {
    let mut starts = Vec::new();
    let mut at = places.start;
    while at < places.end {
        starts.push(at);
        at = wildcard.prefixes[at].end;
    }
    (starts.into_iter().rev()).fold(after, |after, at| one_of(wildcard, at, after, whole_at))
}

fn one_of(wildcard: &Choices, at: usize, after: Row, whole_at: &mut [Bits]) -> Row {
    let choice = &wildcard.prefixes[at];
    let within = at + 1..choice.end;
    if (wildcard.prefixes[at..choice.end].iter()).all(|choice| choice.whole.is_none()) {
        return behind(after, wildcard.narrowest(at..choice.end));
    }
    let opened = each_from(wildcard, within, after.clone(), whole_at);
    let mut least = behind(opened, choice.opened);
    if let Choice {
        whole: Some((size, excess)),
        ..
    } = choice
    {
        let bits = &mut whole_at[at];
        for length in *size..least.len() {
            let Some(rest) = after[length - size] else {
                continue;
            };
            let whole = rest + *excess;
            if least[length].is_none_or(|opened| whole < opened) {
                least[length] = Some(whole);
                bits.set(length, least.len());
            }
        }
    }
    least
}

/// The same with `size` more characters written.
fn behind(mut row: Row, size: usize) -> Row {
    let length = row.len();
    row.rotate_right(size.min(length));
    row[..size.min(length)].fill(None);
    row
}

/// Yes or no for each number of characters; no for all of them where nothing was said.
#[derive(Clone, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, at: usize, length: usize) {
        if self.0.is_empty() {
            self.0 = vec![0; length.div_ceil(64)];
        }
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn get(&self, at: usize) -> bool {
        (self.0.get(at / 64)).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}
