//! A lesson while it is played: how far one is, and what is not right yet.

use crate::lessons::{Cases, Lesson, Quiz, Task};
use crate::review::Review;

/// A lesson while it is played.
#[derive(Debug)]
pub(crate) struct LessonState {
    lesson: Lesson,
    /// `Lesson 3 of 7: The sibling trap`.
    pub(crate) heading: String,
    /// What is not right yet.
    missing: Option<String>,
    /// Whether the hint is shown in the place of the task.
    pub(crate) shows_hint: bool,
    /// The questions, while their steps are not shown.
    pub(crate) quiz: Option<Quiz>,
    /// The cases, while they are not shown.
    pub(crate) cases: Option<Cases>,
}

impl LessonState {
    pub(crate) fn new(lesson: Lesson, heading: String, review: &Review) -> Self {
        let mut state = LessonState {
            lesson,
            heading,
            missing: None,
            shows_hint: false,
            quiz: None,
            cases: None,
        };
        state.check(review);
        state
    }

    /// Looks whether the task is done by now.
    pub(crate) fn check(&mut self, review: &Review) {
        self.missing = self.lesson.missing(review);
    }

    pub(crate) fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    pub(crate) fn task(&self) -> Option<&Task> {
        self.lesson.task.as_ref()
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
