//! What comes before the task of a lesson, part by part, each with what is answered in it.

use crate::lessons::{Cases, Lesson, Quiz, Reached, Replies, Score, Stage};
use crate::tui::cases::CasesState;
use crate::tui::steps::Steps;

/// A part of a lesson, and where one is in it.
#[derive(Debug)]
pub(crate) enum Part {
    /// The steps on its first few names.
    First(Steps),
    /// The steps on all of them.
    Walk(Steps),
    Cases(CasesState),
}

impl Part {
    /// The parts of a lesson in their order, with what was answered before. One goes through them from `from` on.
    pub(super) fn all_of(lesson: &Lesson, from: &Reached) -> Vec<Part> {
        let replies = &from.replies;
        let mut parts = Vec::new();
        if let Some(quiz) = lesson.quiz(replies) {
            let mut walk = Steps::of_lesson(lesson, lesson.walk(), quiz);
            walk.gain = lesson.gain();
            if let Some((few, quiz)) = lesson.first_quiz(replies) {
                let few = Steps::of_lesson(lesson, few, quiz);
                // What is said once is not said again.
                if matches!(from.stage, Stage::First(_)) {
                    walk.leave_out_remarks_of(&few);
                }
                parts.push(Part::First(few));
            }
            parts.push(Part::Walk(walk));
        }
        if !lesson.cases().is_empty() {
            let cases = Cases::with(lesson.cases(), replies);
            parts.push(Part::Cases(CasesState::new(cases)));
        }
        parts
    }

    pub(super) fn steps(&self) -> Option<&Steps> {
        match self {
            Part::First(steps) | Part::Walk(steps) => Some(steps),
            Part::Cases(_) => None,
        }
    }

    pub(super) fn steps_mut(&mut self) -> Option<&mut Steps> {
        match self {
            Part::First(steps) | Part::Walk(steps) => Some(steps),
            Part::Cases(_) => None,
        }
    }

    pub(super) fn cases(&self) -> Option<&CasesState> {
        match self {
            Part::Cases(cases) => Some(cases),
            Part::First(_) | Part::Walk(_) => None,
        }
    }

    pub(super) fn cases_mut(&mut self) -> Option<&mut CasesState> {
        match self {
            Part::Cases(cases) => Some(cases),
            Part::First(_) | Part::Walk(_) => None,
        }
    }

    /// Which step or case of it is shown, counted from 0.
    pub(super) fn at(&self) -> usize {
        match self {
            Part::First(steps) | Part::Walk(steps) => steps.at,
            Part::Cases(cases) => cases.at,
        }
    }

    /// How many steps or cases it has.
    pub(super) fn count(&self) -> usize {
        match self {
            Part::First(steps) | Part::Walk(steps) => steps.count(),
            Part::Cases(cases) => cases.count(),
        }
    }

    /// Comes to the step or case at `at`, or to the last one, from elsewhere.
    pub(super) fn enter(&mut self, at: usize) {
        match self {
            Part::First(steps) | Part::Walk(steps) => steps.enter(at),
            Part::Cases(cases) => cases.go_to(at),
        }
    }

    /// What was answered in it.
    pub(super) fn replies(&self) -> Replies {
        match self {
            Part::First(steps) | Part::Walk(steps) => {
                steps.quiz.as_ref().map(Quiz::replies).unwrap_or_default()
            }
            Part::Cases(cases) => cases.cases.replies(),
        }
    }

    /// Its questions about steps.
    pub(super) fn quiz(&self) -> Option<&Quiz> {
        self.steps()?.quiz.as_ref()
    }

    pub(super) fn quiz_mut(&mut self) -> Option<&mut Quiz> {
        self.steps_mut()?.quiz.as_mut()
    }

    /// How many of its questions are answered, and how many of them right.
    pub(super) fn score(&self) -> Score {
        match self {
            Part::First(steps) | Part::Walk(steps) => {
                steps.quiz.as_ref().map(Quiz::score).into_iter().sum()
            }
            Part::Cases(cases) => cases.cases.score(),
        }
    }
}
