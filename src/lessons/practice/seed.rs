//! What a seed says of its set before anything is dealt: how hard it is, and whose turn it is.

use super::subject::Level;

/// How many turns there are of seeds that nobody asked for: they are to be read out to a class.
pub(super) const TURNS: u64 = 3_000;

/// How many seeds there are in a turn, one of each level.
const LEVELS: u64 = Level::ALL.len() as u64;

/// A seed in its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The subjects have one turn after the other.
    pub(super) turn: u64,
    /// How hard its set is, where there are such names.
    pub(super) level: Level,
}

impl Seed {
    /// An easy one, by any number.
    pub fn easy(number: u64) -> Self {
        Seed {
            turn: number % TURNS,
            level: Level::Easy,
        }
    }

    /// One that is neither easy nor hard, by any number.
    pub(super) fn middling(number: u64) -> Self {
        Seed {
            level: Level::Middling,
            ..Seed::easy(number)
        }
    }

    /// A hard one, by any number.
    pub(super) fn hard(number: u64) -> Self {
        Seed {
            level: Level::Hard,
            ..Seed::easy(number)
        }
    }

    /// What tells it.
    pub fn number(self) -> u64 {
        self.turn * LEVELS + self.level as u64
    }

    /// It and those behind it that are as hard, of so many turns at most.
    pub(super) fn and_next(self, turns: usize) -> impl Iterator<Item = Seed> {
        let last = (u64::MAX - self.level as u64) / LEVELS;
        let next = move |turn| Seed { turn, ..self };
        (self.turn..=last).take(turns).map(next)
    }
}

impl From<u64> for Seed {
    fn from(number: u64) -> Self {
        let level = Level::ALL.into_iter().nth((number % LEVELS) as usize);
        Seed {
            turn: number / LEVELS,
            level: level.unwrap_or_default(),
        }
    }
}
