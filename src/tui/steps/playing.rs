//! The steps going on by themselves: before a step is told, the letters of its prefix come one by one, and the names
//! that do not begin so fall out.

use std::time::Duration;

use super::state::Steps;
use super::told::Told;

/// How long a letter stays before the next one comes.
const LETTER: Duration = Duration::from_millis(110);

/// How long a prefix stays before it is told, or the next one comes.
const PREFIX: Duration = Duration::from_millis(700);

/// How long a step stays at least once it is told, and at most.
const TOLD: Duration = Duration::from_millis(900);
const LONGEST_TOLD: Duration = Duration::from_secs(7);

/// How long is given to read each character of what is said.
const CHARACTER: Duration = Duration::from_millis(25);

/// How the steps go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Playing {
    /// By keys alone.
    #[default]
    Stopped,
    /// By themselves; the step is told.
    Told,
    /// By themselves; the prefix of a step that comes is spelled.
    Spelling(Spelling),
}

/// The prefix of a step, as far as it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// The step, counted from 0.
    pub(crate) step: usize,
    /// How many of the letters are there.
    pub(crate) letters: usize,
}

impl Steps {
    pub(crate) fn is_playing(&self) -> bool {
        self.playing != Playing::Stopped
    }

    /// What is spelled now, while it goes on by itself.
    pub(crate) fn spelling(&self) -> Option<Spelling> {
        match self.playing {
            Playing::Spelling(spelling) => Some(spelling),
            Playing::Stopped | Playing::Told => None,
        }
    }

    /// The letters that are spelled so far, and whether that is the whole prefix.
    pub(crate) fn spelled(&self) -> Option<(&str, bool)> {
        let Spelling { step, letters } = self.spelling()?;
        let prefix = self.prefix_of(step);
        Some((&prefix[..letters], letters == prefix.len()))
    }

    /// Goes on by itself, or stops; from the last step it begins anew.
    pub(crate) fn play(&mut self) {
        if self.is_playing() {
            self.playing = Playing::Stopped;
            return;
        }
        if self.is_last() {
            self.go_to(0);
        }
        self.playing = self.goes_on();
    }

    /// How long what is shown stays while it goes on by itself.
    pub(crate) fn pause(&self) -> Option<Duration> {
        match self.playing {
            Playing::Stopped => None,
            Playing::Spelling(_) => Some(match self.spelled() {
                Some((_, false)) => LETTER,
                _ => PREFIX,
            }),
            Playing::Told => {
                let said = Told::of(self).length();
                let said = u32::try_from(said).unwrap_or(u32::MAX);
                Some(LONGEST_TOLD.min(TOLD + CHARACTER.saturating_mul(said)))
            }
        }
    }

    /// Goes on, if it does so by itself: to the next letter where `spells` them, or to the next step.
    pub(crate) fn tick(&mut self, spells: bool) {
        let next = match self.playing {
            Playing::Stopped => return,
            Playing::Told => self.spelling_of(self.at + 1),
            Playing::Spelling(now) if now.letters < self.prefix_of(now.step).len() => {
                Some(Spelling {
                    letters: now.letters + 1,
                    ..now
                })
            }
            // What is told together is spelled one after the other.
            Playing::Spelling(now) if now.step < self.next_step() => self.spelling_of(now.step + 1),
            Playing::Spelling(_) => None,
        };
        if let Some(next) = next.filter(|_| spells) {
            self.playing = Playing::Spelling(next);
            return;
        }
        self.go_on_to(self.next_step());
        self.playing = self.goes_on();
    }

    /// Whether it goes on from a step that is told: not from the last one, nor where something is asked.
    fn goes_on(&self) -> Playing {
        if self.is_last() || self.asked().is_some() {
            Playing::Stopped
        } else {
            Playing::Told
        }
    }

    /// The begin of the spelling of a step: its letters behind those of its parent come. None of one that is asked
    /// about, which would be half of the answer.
    fn spelling_of(&self, step: usize) -> Option<Spelling> {
        let node = self.walk.steps().get(step)?.node;
        if self
            .quiz()
            .is_some_and(|quiz| quiz.asked_at(step).is_some())
        {
            return None;
        }
        let trie = self.walk.trie();
        let parent = trie.node(node).parent?;
        trie.grants(node)?;
        let letters = trie.prefix_name(parent).len();
        (letters < self.prefix_of(step).len()).then_some(Spelling { step, letters })
    }

    fn prefix_of(&self, step: usize) -> &str {
        self.walk.trie().prefix_name(self.walk.steps()[step].node)
    }
}
