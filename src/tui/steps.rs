//! The steps of one wildcard, one after the other: where one is among them.

use super::action::Motion;
use super::context::Context;
use super::quiz::Quiz;
use crate::explain::Walkthrough;
use crate::iam::ActionPattern;
use crate::lessons::{Answer, Lesson, Question};
use crate::review::{EntryPlace, Review};

/// How many steps a page key goes.
const PAGE: usize = 10;

/// Something that a person can do among the steps of a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// Shows the steps of the wildcard under the cursor.
    Show,
    /// Goes to the next step.
    Next,
    /// Goes to the step before.
    Back,
    /// Goes to the next step that gives something to the policy.
    NextResult,
    /// Asks for the number of a step.
    AskNumber,
    /// Goes to the step of the number that was typed.
    GoTo,
    /// Goes on by itself, or stops.
    LessonState,
    /// Some time went by while it goes on by itself.
    Tick,
    /// Asks about some prefixes before they are told, or no more.
    Predict,
    /// Answers what is asked.
    Answer(Answer),
    /// Tells what is asked, without an answer.
    Tell,
    /// Shows where to look.
    Hint,
    /// Goes back to the panes.
    Leave,
    /// Accepts the entry whose steps these are.
    Accept,
    /// Leaves that entry as it was.
    Reject,
}

/// The steps of a wildcard, and where one is among them.
#[derive(Debug)]
pub struct Steps {
    /// The wildcard.
    pub(super) place: EntryPlace,
    /// Its steps; there is at least one.
    pub(super) walk: Walkthrough,
    /// What is told after the last step.
    pub(super) closing: Option<String>,
    /// The step that is told.
    pub(super) at: usize,
    /// The number of a step, while it is typed.
    pub(super) number: Option<String>,
    /// Whether it goes on by itself.
    pub(super) is_playing: bool,
    /// The questions, when it is to be predicted.
    pub(super) quiz: Option<Quiz>,
    /// Whether they are not asked for now.
    pub(super) is_quiet: bool,
    /// Whether they are the first part of a lesson: nothing is decided there.
    pub(super) is_lesson: bool,
}

impl Steps {
    /// The steps of the wildcard at `place` as it is marked and cut now.
    ///
    /// # Errors
    /// Why there are none, in a sentence.
    pub(super) fn of(review: &Review, place: EntryPlace) -> Result<Self, String> {
        let (input, state) = (review.input(), review.state());
        let Some(entry) = state.entry(place).filter(|own| !own.plan.old.is_literal()) else {
            return Err("Only a wildcard is refined in steps: go to one first".to_owned());
        };
        let curation = state.curation(input, place);
        let pattern = &entry.plan.old;
        let walk = Walkthrough::new(
            pattern,
            input.universe_of(place.policy),
            curation,
            entry.granularity,
        );
        if walk.steps().is_empty() {
            return Err(format!("Nothing of {pattern} goes: there are no steps"));
        }
        Ok(Steps::new(place, walk))
    }

    /// The steps that a lesson begins with, with its questions, from the step at `at` on.
    pub(super) fn of_lesson(lesson: &Lesson, quiz: Quiz, at: usize) -> Self {
        let walk = lesson.walk();
        let mut steps = Steps {
            quiz: Some(quiz),
            is_lesson: true,
            ..Steps::new(lesson.place(), walk)
        };
        steps.go_to(at);
        steps
    }

    fn new(place: EntryPlace, walk: Walkthrough) -> Self {
        Steps {
            place,
            closing: walk.closing(),
            walk,
            at: 0,
            number: None,
            is_playing: false,
            quiz: None,
            is_quiet: false,
            is_lesson: false,
        }
    }

    /// What keys mean.
    pub(super) fn context(&self) -> Context {
        if self.number.is_some() {
            Context::StepNumber
        } else if self.asked().is_some() {
            Context::Predict
        } else {
            Context::Steps
        }
    }

    /// Which entry is refined in these steps.
    pub fn entry(&self) -> EntryPlace {
        self.place
    }

    /// The new entries as far as they are told.
    pub fn result(&self) -> Vec<&ActionPattern> {
        let collected = self.walk.result_after(self.told());
        collected.into_iter().map(|new| &new.entry).collect()
    }

    /// How many steps there are.
    pub fn count(&self) -> usize {
        self.walk.steps().len()
    }

    /// How many steps are told by now.
    pub(super) fn told(&self) -> usize {
        self.at + usize::from(self.asked().is_none())
    }

    /// What is asked about the step before it is told.
    pub(super) fn asked(&self) -> Option<&Question> {
        self.quiz()?.asked_at(self.at)
    }

    /// The questions, while they are asked.
    pub(super) fn quiz(&self) -> Option<&Quiz> {
        self.quiz.as_ref().filter(|_| !self.is_quiet)
    }

    /// An entry without the service that all of them are of.
    pub(super) fn short(&self, entry: &ActionPattern) -> String {
        let (whole, old) = (entry.to_string(), self.walk.plan().old.to_string());
        let has_service = old.contains(':');
        match whole.split_once(':') {
            Some((_, name)) if has_service => name.to_owned(),
            _ => whole,
        }
    }

    pub(super) fn is_last(&self) -> bool {
        self.at + 1 == self.count()
    }

    /// Goes to the step at `at`, or to the last one.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.count() - 1);
    }

    /// The next step that gives something to the policy; the last one when there is none.
    pub(super) fn next_result(&self) -> usize {
        let mut coming = self.at + 1..self.count();
        let question = (self.quiz()).and_then(|quiz| quiz.next_asked(self.at + 1));
        let result = coming
            .find(|&step| !self.walk.emitted_at(step).is_empty())
            .unwrap_or(self.count() - 1);
        question.map_or(result, |question| question.min(result))
    }

    /// Goes several steps at once.
    pub(super) fn move_by(&mut self, motion: Motion) {
        let at = match motion {
            Motion::Down => self.at + 1,
            Motion::Up => self.at.saturating_sub(1),
            Motion::First => 0,
            Motion::Last => usize::MAX,
            Motion::HalfDown | Motion::PageDown => self.at + PAGE,
            Motion::HalfUp | Motion::PageUp => self.at.saturating_sub(PAGE),
        };
        self.go_to(at);
    }
}
