//! A lesson while it is played: how far one is, and what is not right yet.

use super::model::{Model, Settings};
use super::quiz::{Quiz, Replies};
use super::steps::Steps;
use crate::lessons::{Lesson, Task};
use crate::review::Review;

/// How far one is in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Watching and predicting: at this step, counted from 0.
    Steps(usize),
    /// Doing the task.
    Task,
    /// The task is done.
    Done,
}

/// How far one is in a lesson, and what came of its questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Where one is.
    pub stage: Stage,
    /// How one answered.
    pub replies: Replies,
}

/// A lesson while it is played.
#[derive(Debug)]
pub(super) struct LessonState {
    lesson: Lesson,
    /// `Lesson 3 of 7: The sibling trap`.
    pub(super) heading: String,
    /// What is not right yet.
    missing: Option<String>,
    /// Whether the hint is shown in the place of the task.
    pub(super) shows_hint: bool,
    /// The questions, while their steps are not shown.
    pub(super) quiz: Option<Quiz>,
}

impl LessonState {
    pub(super) fn new(lesson: Lesson, heading: String, review: &Review) -> Self {
        let mut play = LessonState {
            lesson,
            heading,
            missing: None,
            shows_hint: false,
            quiz: None,
        };
        play.check(review);
        play
    }

    /// Looks whether the task is done by now.
    pub(super) fn check(&mut self, review: &Review) {
        self.missing = self.lesson.missing(review);
    }

    pub(super) fn task(&self) -> Option<&Task> {
        self.lesson.task.as_ref()
    }

    pub(super) fn has_task(&self) -> bool {
        self.lesson.task.is_some()
    }

    /// What is not right yet.
    pub(super) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// Whether there is a task, and it is done.
    pub(super) fn is_done(&self) -> bool {
        self.has_task() && self.missing.is_none()
    }
}

impl Model {
    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub fn of_lesson(lesson: Lesson, heading: String, from: &Reached, settings: Settings) -> Self {
        let mut model = Model::new(lesson.review(), settings);
        let mut quiz = Some(Quiz::with(&lesson.walk(), &from.replies));
        if let Stage::Steps(at) = from.stage {
            let quiz = quiz.take();
            model.steps = quiz.map(|quiz| Steps::of_lesson(&lesson, quiz, at));
        }
        model.outline.reveal(&model.review, lesson.place());
        model.refresh();
        let mut play = LessonState::new(lesson, heading, &model.review);
        play.quiz = quiz;
        model.play = Some(play);
        model
    }

    /// How far one is in the lesson, if one is played.
    pub fn reached(&self) -> Option<Reached> {
        let quiz = self.lesson_quiz();
        Some(Reached {
            stage: self.stage()?,
            replies: quiz.map(Quiz::replies).unwrap_or_default(),
        })
    }

    /// The questions of the lesson, whatever is shown of it.
    pub(super) fn lesson_quiz(&self) -> Option<&Quiz> {
        let play = self.play.as_ref()?;
        match &self.steps {
            Some(steps) if steps.is_lesson => steps.quiz.as_ref(),
            _ => play.quiz.as_ref(),
        }
    }

    /// Goes from the steps back to the panes; those of a lesson lead to its task.
    pub(super) fn leave_steps(&mut self) {
        let Some(steps) = self.steps.take() else {
            return;
        };
        if let Some(play) = self.play.as_mut().filter(|_| steps.is_lesson) {
            play.quiz = steps.quiz;
        }
    }

    /// Where one is in the lesson, if one is played.
    pub fn stage(&self) -> Option<Stage> {
        let play = self.play.as_ref()?;
        Some(match &self.steps {
            Some(steps) if steps.is_lesson => Stage::Steps(steps.at),
            _ if play.is_done() => Stage::Done,
            _ => Stage::Task,
        })
    }

    /// Whether the steps are shown that a lesson begins with.
    pub(super) fn is_watching(&self) -> bool {
        self.steps.as_ref().is_some_and(|steps| steps.is_lesson)
    }

    /// Whether the steps are all there is, and nothing is typed among them.
    pub(super) fn is_watching_alone(&self) -> bool {
        let has_task = self.play.as_ref().is_some_and(LessonState::has_task);
        let is_typing = (self.steps.as_ref()).is_some_and(|steps| steps.number.is_some());
        self.is_watching() && !has_task && !is_typing
    }

    /// Whether there is a task that is not done yet.
    pub(super) fn has_open_task(&self) -> bool {
        let play = self.play.as_ref();
        play.is_some_and(|play| play.has_task() && !play.is_done())
    }
}
