//! The steps of one wildcard, one after the other: where one is among them.

use crate::explain::Walkthrough;
use crate::iam::ActionPattern;
use crate::lessons::{Lesson, Question, Quiz, Reply};
use crate::review::{EntryPlace, Review};
use crate::tui::keys::Context;
use crate::tui::motion::Motion;
use crate::tui::typed::Typed;

/// How many steps a page key goes.
const PAGE: usize = 10;

/// The steps of a wildcard, and where one is among them.
#[derive(Debug)]
pub struct Steps {
    /// The entry of the policy whose steps these are.
    pub(crate) place: EntryPlace,
    /// Its steps; there is at least one.
    pub(crate) walk: Walkthrough,
    /// What is said after the last step; none when there is nothing to add.
    pub(crate) closing: Option<String>,
    /// The step that is shown, counted from 0.
    pub(crate) at: usize,
    /// The number of a step, while it is typed.
    pub(crate) number: Option<Typed>,
    /// Whether it goes on by itself.
    pub(crate) is_playing: bool,
    /// The questions, when it is to be predicted.
    pub(crate) quiz: Option<Quiz>,
    /// Whether they are not asked for now.
    pub(crate) is_quiet: bool,
    /// Whether they are the first part of a lesson: nothing is decided there.
    pub(crate) is_lesson: bool,
}

impl Steps {
    /// The steps of the wildcard at `place` as it is marked and cut now.
    ///
    /// # Errors
    /// Why there are none, in a sentence.
    pub(crate) fn of(review: &Review, place: EntryPlace) -> Result<Self, String> {
        let (input, state) = (review.input(), review.state());
        let Some(entry) = state
            .entry(place)
            .filter(|entry| !entry.plan.old.is_literal())
        else {
            return Err("Select a wildcard first".to_owned());
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
    pub(crate) fn of_lesson(lesson: &Lesson, quiz: Quiz, at: usize) -> Self {
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

    /// What keys mean here: a step is shown, a question asked, or a number typed.
    pub(crate) fn context(&self) -> Context {
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

    /// The new entries of the steps that are shown so far.
    pub fn result(&self) -> Vec<&ActionPattern> {
        let collected = self.walk.result_after(self.told_steps());
        collected.into_iter().map(|new| &new.entry).collect()
    }

    /// How many steps there are.
    pub fn count(&self) -> usize {
        self.walk.steps().len()
    }

    /// How many steps are shown by now.
    pub(crate) fn told_steps(&self) -> usize {
        self.at + usize::from(self.asked().is_none())
    }

    /// What is asked about the step before it is explained.
    pub(crate) fn asked(&self) -> Option<&Question> {
        self.quiz()?.asked_at(self.at)
    }

    /// The questions, while they are asked.
    pub(crate) fn quiz(&self) -> Option<&Quiz> {
        self.quiz.as_ref().filter(|_| !self.is_quiet)
    }

    /// An entry without the service that all of them are of.
    pub(crate) fn short(&self, entry: &ActionPattern) -> String {
        let (whole, old) = (entry.to_string(), self.walk.plan().old.to_string());
        let has_service = old.contains(':');
        match whole.split_once(':') {
            Some((_, name)) if has_service => name.to_owned(),
            _ => whole,
        }
    }

    pub(crate) fn is_last(&self) -> bool {
        self.at + 1 == self.count()
    }

    /// Goes to the step at `at`, or to the last one.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.count() - 1);
    }

    /// The next step that gives something to the policy; the last one when there is none.
    pub(crate) fn next_result(&self) -> usize {
        let mut coming = self.at + 1..self.count();
        let question = (self.quiz()).and_then(|quiz| quiz.next_asked(self.at + 1));
        let result = coming
            .find(|&step| !self.walk.emitted_at(step).is_empty())
            .unwrap_or(self.count() - 1);
        question.map_or(result, |question| question.min(result))
    }

    /// Goes several steps at once.
    pub(crate) fn move_by(&mut self, motion: Motion) {
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

    /// Goes on by itself, or stops; from the last step it begins anew.
    pub(crate) fn play(&mut self) {
        self.is_playing = !self.is_playing;
        if self.is_playing && self.is_last() {
            self.go_to(0);
        }
    }

    /// Goes to the next step, if they go on by themselves.
    pub(crate) fn tick(&mut self) {
        if self.is_playing {
            self.go_to(self.at + 1);
            self.is_playing = !self.is_last() && self.asked().is_none();
        }
    }

    /// Types into the number of a step, where digits alone are typed.
    pub(crate) fn type_number(&mut self, change: impl FnOnce(&mut Typed)) {
        if let Some(number) = &mut self.number {
            let before = number.clone();
            change(number);
            if !number.text().bytes().all(|letter| letter.is_ascii_digit()) {
                *number = before;
            }
        }
    }

    /// Answers what is asked about this step, or has it explained without an answer.
    pub(crate) fn reply(&mut self, reply: Reply) {
        let at = self.at;
        if let Some(quiz) = &mut self.quiz {
            quiz.reply(at, reply);
        }
    }
}
