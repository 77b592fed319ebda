//! The steps going on by themselves: before a step is told, the letters of its prefix come one by one, and the names
//! that do not begin so fall out. In a lesson they do so too when the first steps are told, and after a right answer.

use std::time::Duration;

use super::state::Steps;
use super::told::Told;
use crate::lessons::Reply;

/// How long a letter stays before the next one comes.
const LETTER: Duration = Duration::from_millis(110);

/// How long all letters of a step take together that are told already: whoever reads is not to wait.
const RUN: Duration = Duration::from_millis(800);

/// How many steps at the begin of a walk have their letters run.
const FIRST_STEPS: usize = 3;

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
    /// By keys alone; the step is told, and the letters of its prefix run by.
    Running(Spelling),
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
    /// Whether they go on by themselves.
    pub(crate) fn is_playing(&self) -> bool {
        matches!(self.playing, Playing::Told | Playing::Spelling(_))
    }

    /// What is spelled now before it is told, while it goes on by itself.
    fn spelling(&self) -> Option<Spelling> {
        match self.playing {
            Playing::Spelling(spelling) => Some(spelling),
            Playing::Stopped | Playing::Running(_) | Playing::Told => None,
        }
    }

    /// The letters that are spelled so far before their step is told, and whether that is the whole prefix.
    pub(crate) fn spelled(&self) -> Option<(&str, bool)> {
        let now = self.spelling()?;
        let letters = self.letters_of(now);
        Some((letters, letters.len() == self.prefix_of(now.step).len()))
    }

    /// The step whose letters come one by one, told or not, and those that are there.
    pub(super) fn letters(&self) -> Option<(usize, &str)> {
        match self.playing {
            Playing::Spelling(now) | Playing::Running(now) => {
                Some((now.step, self.letters_of(now)))
            }
            Playing::Stopped | Playing::Told => None,
        }
    }

    fn letters_of(&self, now: Spelling) -> &str {
        &self.prefix_of(now.step)[..now.letters]
    }

    /// Has the letters of an answered question run, if the answer was right.
    pub(super) fn run_letters_of_answer(&mut self) {
        let reply = self.quiz().and_then(|quiz| quiz.shown_at(self.at));
        if let Some((_, Reply::AtOnce | Reply::Later)) = reply {
            self.run_letters();
        }
    }

    /// Has the letters run of one of the first steps, the first time that it is told.
    pub(super) fn run_letters_of_first(&mut self) {
        let is_new = (self.run_before..FIRST_STEPS).contains(&self.at);
        if is_new && self.asked().is_none() {
            self.run_before = self.at + 1;
            self.run_letters();
        }
    }

    /// Has the letters of the step that is told run by: in lessons, and of one alone.
    fn run_letters(&mut self) {
        let is_alone = self.run_of(self.at).count() == 1;
        let letters = self.letters_behind_parent(self.at);
        if let Some(begin) = letters.filter(|_| self.is_lesson && is_alone) {
            self.playing = Playing::Running(begin);
        }
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
            Playing::Running(now) => {
                let begin = self.letters_behind_parent(now.step);
                let begin = begin.map_or(0, |begin| begin.letters);
                let letters = self.prefix_of(now.step).len() - begin;
                let letters = u32::try_from(letters).unwrap_or(u32::MAX).max(1);
                Some(LETTER.min(RUN / letters))
            }
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
            Playing::Running(now) => {
                let next = self.next_letter(now);
                self.playing = next.map_or(Playing::Stopped, Playing::Running);
                return;
            }
            Playing::Told => self.spelling_of(self.at + 1),
            Playing::Spelling(now) if self.next_letter(now).is_some() => self.next_letter(now),
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

    fn next_letter(&self, now: Spelling) -> Option<Spelling> {
        let letters = now.letters + 1;
        let is_there = letters <= self.prefix_of(now.step).len();
        is_there.then_some(Spelling { letters, ..now })
    }

    /// The begin of the spelling of a step that comes. None of one that is asked about, which would be half of the
    /// answer.
    fn spelling_of(&self, step: usize) -> Option<Spelling> {
        let asked = self.quiz().and_then(|quiz| quiz.asked_at(step));
        if asked.is_some() {
            return None;
        }
        self.letters_behind_parent(step)
    }

    /// Where the letters of a step begin to come: behind those of its parent.
    fn letters_behind_parent(&self, step: usize) -> Option<Spelling> {
        let node = self.walk.steps().get(step)?.node;
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
