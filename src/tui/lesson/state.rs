//! A lesson while it is played: how far one is, and what is not right yet.

use super::part::Part;
use crate::lessons::{Lesson, Quiz, Reached, Replies, Score, Stage, Task, TourStop};
use crate::review::Review;
use crate::tui::cases::CasesState;
use crate::tui::steps::Steps;

/// A lesson while it is played.
#[derive(Debug)]
pub(crate) struct LessonState {
    lesson: Lesson,
    /// `Lesson 3 of 7: The sibling trap`.
    pub(crate) heading: String,
    /// What is not right yet.
    missing: Option<String>,
    /// How many of the hints are given.
    pub(crate) hints: usize,
    /// What came of its questions before, also of those that are not asked any more.
    replied: Replies,
    /// What comes before its task, in this order.
    parts: Vec<Part>,
    at: At,
    /// How much one has seen of the tour of the screen that the task begins with.
    pub(crate) toured: usize,
    /// Whether the entries of a task that are written by hand are right.
    pub(crate) is_written: bool,
}

/// Where one is in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In this one of its parts.
    Part(usize),
    /// Behind them, at its task; this part was left for it.
    Task { left: usize },
}

impl LessonState {
    /// Begins it, or resumes it from where it was left.
    pub(crate) fn new(lesson: Lesson, heading: String, review: &Review, from: &Reached) -> Self {
        let mut state = LessonState {
            parts: Part::all_of(&lesson, from),
            lesson,
            heading,
            missing: None,
            hints: 0,
            at: At::Part(0),
            toured: 0,
            is_written: false,
            replied: from.replies.clone(),
        };
        match from.stage {
            Stage::First(at) => state.show(0, at),
            Stage::Steps(at) => state.show_counted(at),
            Stage::Task | Stage::Done => {
                state.show(state.parts.len().saturating_sub(1), usize::MAX);
                state.go_to_task();
                // Who comes back to a task has seen the tour.
                state.toured = state.lesson.tour().len();
            }
        }
        state.check(review);
        state
    }

    /// How far one is, and what was answered.
    pub(crate) fn reached(&self) -> Reached {
        let mut replies: Replies = self.parts.iter().flat_map(Part::replies).collect();
        // What was answered before stays as it was saved.
        replies.extend(self.replied.shown());
        Reached {
            stage: self.stage(),
            replies,
        }
    }

    fn stage(&self) -> Stage {
        match (self.at, self.part()) {
            (_, Some(Part::First(steps))) => Stage::First(steps.at),
            (At::Part(index), Some(part)) => Stage::Steps(self.counted_before(index) + part.at()),
            _ if self.is_done() => Stage::Done,
            _ => Stage::Task,
        }
    }

    /// What came of all that is asked in it.
    pub(crate) fn score(&self) -> Score {
        self.parts.iter().map(Part::score).sum()
    }

    /// The part that is shown; none at the task.
    pub(crate) fn part(&self) -> Option<&Part> {
        match self.at {
            At::Part(index) => self.parts.get(index),
            At::Task { .. } => None,
        }
    }

    fn part_mut(&mut self) -> Option<&mut Part> {
        match self.at {
            At::Part(index) => self.parts.get_mut(index),
            At::Task { .. } => None,
        }
    }

    /// The part that comes behind the one that is shown.
    pub(crate) fn next_part(&self) -> Option<&Part> {
        match self.at {
            At::Part(index) => self.parts.get(index + 1),
            At::Task { .. } => None,
        }
    }

    /// How many steps and how many cases still come before the task.
    pub(crate) fn left_before_task(&self) -> (usize, usize) {
        let At::Part(index) = self.at else {
            return (0, 0);
        };
        let (mut steps, mut cases) = (0, 0);
        for (place, part) in self.parts.iter().enumerate().skip(index) {
            let seen = if place == index { part.at() + 1 } else { 0 };
            let left = part.count().saturating_sub(seen);
            *(if part.cases().is_some() {
                &mut cases
            } else {
                &mut steps
            }) += left;
        }
        (steps, cases)
    }

    /// The steps that are shown, if some are.
    pub(crate) fn steps(&self) -> Option<&Steps> {
        self.part()?.steps()
    }

    pub(crate) fn steps_mut(&mut self) -> Option<&mut Steps> {
        self.part_mut()?.steps_mut()
    }

    /// The cases, if they are shown.
    pub(crate) fn cases(&self) -> Option<&CasesState> {
        self.part()?.cases()
    }

    pub(crate) fn cases_mut(&mut self) -> Option<&mut CasesState> {
        self.part_mut()?.cases_mut()
    }

    /// Shows the step or the case at `at` of a part. Who wants no questions is not asked there either, and sees what was
    /// chosen to be seen.
    fn show(&mut self, index: usize, at: usize) {
        let chosen = self
            .steps()
            .map(|steps| (steps.is_quiet, steps.shows_names));
        self.at = At::Part(index);
        let others = self.parts.iter().enumerate();
        let others = others.filter(|(other, _)| *other != index);
        let known = others.filter_map(|(_, part)| part.quiz());
        let known = known.flat_map(Quiz::right_at_once).collect();
        let Some(part) = self.parts.get_mut(index) else {
            return;
        };
        part.enter(at);
        if let Some(quiz) = part.quiz_mut() {
            quiz.set_known(known);
        }
        if let (Some(chosen), Some(steps)) = (chosen, part.steps_mut()) {
            (steps.is_quiet, steps.shows_names) = chosen;
        }
    }

    /// Shows what [`Stage::Steps`] counts so.
    fn show_counted(&mut self, at: usize) {
        let mut parts = (0..self.parts.len()).rev();
        let is_it = |index: &usize| self.counts(*index) && self.counted_before(*index) <= at;
        if let Some(index) = parts.find(is_it) {
            self.show(index, at - self.counted_before(index));
        }
    }

    /// Whether [`Stage::Steps`] counts the steps of a part: those on the first few names have their own.
    fn counts(&self, index: usize) -> bool {
        !matches!(self.parts[index], Part::First(_))
    }

    fn counted_before(&self, index: usize) -> usize {
        let before = (0..index).filter(|before| self.counts(*before));
        before.map(|before| self.parts[before].count()).sum()
    }

    /// Whether something comes behind the part that is shown: another one, or a task.
    pub(crate) fn leads_on(&self) -> bool {
        self.next_part().is_some() || self.has_task()
    }

    /// Goes on behind the part that is shown: to the next one, or to the task.
    pub(super) fn go_on(&mut self) {
        match self.at {
            At::Part(index) if self.next_part().is_some() => self.show(index + 1, 0),
            At::Part(_) => self.go_to_task(),
            At::Task { .. } => {}
        }
    }

    /// Goes back to the end of the part before the one that is shown, if there is one.
    pub(super) fn go_back(&mut self) {
        if let At::Part(index @ 1..) = self.at {
            self.show(index - 1, usize::MAX);
        }
    }

    /// Leaves the part that is shown for the task.
    pub(super) fn go_to_task(&mut self) {
        if let (At::Part(left), true) = (self.at, self.has_task()) {
            self.at = At::Task { left };
        }
    }

    /// Whether there is something before the task to go back to from there.
    pub(super) fn can_go_back_from_task(&self) -> bool {
        matches!(self.at, At::Task { left } if left < self.parts.len())
    }

    /// Goes back from the task to what was left for it.
    pub(super) fn go_back_from_task(&mut self) {
        if let At::Task { left } = self.at
            && let Some(part) = self.parts.get(left)
        {
            self.show(left, part.at());
        }
    }

    pub(super) fn go_on_in_tour(&mut self) {
        self.toured += 1;
    }

    /// What is shown of the screen now, and whether that is the last.
    pub(crate) fn stop(&self) -> Option<(&TourStop, bool)> {
        let is_open = matches!(self.at, At::Task { .. }) && !self.is_done();
        let stop = self.lesson.tour().get(self.toured).filter(|_| is_open)?;
        Some((stop, self.toured + 1 == self.lesson.tour().len()))
    }

    /// Looks whether the task is done by now.
    pub(crate) fn check(&mut self, review: &Review) {
        let is_open = self.is_by_hand() && !self.is_written;
        let by_hand = is_open.then(|| "the entries are not right yet".to_owned());
        self.missing = by_hand.or_else(|| self.lesson.missing(review));
    }

    /// Whether entries are written by hand for the task.
    fn is_by_hand(&self) -> bool {
        self.task().is_some_and(|task| task.exercise().is_some())
    }

    pub(crate) fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    pub(crate) fn task(&self) -> Option<&Task> {
        self.lesson.task.as_ref()
    }

    /// Gives the next hint; behind the last one none.
    pub(crate) fn hint(&mut self) {
        let all = self.task().map_or(0, |task| task.hints.len());
        self.hints = if self.hints < all { self.hints + 1 } else { 0 };
    }

    /// The hint that was given last, with its number where there are several.
    pub(crate) fn given_hint(&self) -> Option<(String, &str)> {
        let hints = &self.task()?.hints;
        let at = self.hints.checked_sub(1)?;
        let sign = match hints.len() {
            1 => "HINT ".to_owned(),
            all => format!("HINT {} of {all}", at + 1),
        };
        Some((sign, hints.get(at)?))
    }

    pub(crate) fn has_task(&self) -> bool {
        self.lesson.task.is_some()
    }

    /// What is not right yet.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// Whether there is a task, and it is done.
    pub(crate) fn is_done(&self) -> bool {
        self.has_task() && self.missing.is_none()
    }
}
