//! A review that is the task of a lesson: its steps come first.

use super::state::LessonState;
use crate::lessons::{Lesson, Quiz, Reached, Stage};
use crate::tui::review::ReviewScreen;
use crate::tui::steps::Steps;

impl ReviewScreen {
    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub(crate) fn of_lesson(lesson: Lesson, heading: String, from: &Reached) -> Self {
        let mut screen = ReviewScreen::new(lesson.review());
        let mut quiz = Some(Quiz::with(&lesson.walk(), &from.replies));
        if let Stage::Steps(at) = from.stage {
            let quiz = quiz.take();
            screen.steps = quiz.map(|quiz| Steps::of_lesson(&lesson, quiz, at));
        }
        screen.outline.reveal(&screen.review, lesson.place());
        let mut state = LessonState::new(lesson, heading, &screen.review);
        state.quiz = quiz;
        screen.lesson = Some(state);
        screen.refresh();
        screen
    }

    /// How far one is in the lesson, if one is played.
    pub(crate) fn reached(&self) -> Option<Reached> {
        let quiz = self.lesson_quiz();
        Some(Reached {
            stage: self.stage()?,
            replies: quiz.map(Quiz::replies).unwrap_or_default(),
        })
    }

    /// The questions of the lesson, whatever is shown of it.
    pub(crate) fn lesson_quiz(&self) -> Option<&Quiz> {
        let lesson = self.lesson.as_ref()?;
        match &self.steps {
            Some(steps) if steps.is_lesson => steps.whole().quiz.as_ref(),
            _ => lesson.quiz.as_ref(),
        }
    }

    /// Goes from the steps back to the panes; those of a lesson lead to its task.
    pub(crate) fn leave_steps(&mut self) {
        let Some(steps) = self.steps.take() else {
            return;
        };
        if let Some(lesson) = self.lesson.as_mut().filter(|_| steps.is_lesson) {
            lesson.quiz = match steps.then {
                Some(then) => then.quiz,
                None => steps.quiz,
            };
        }
    }

    /// Goes back from the task to the first step, with what came of the questions.
    pub(crate) fn back_to_steps(&mut self) {
        let Some(lesson) = &mut self.lesson else {
            return;
        };
        if let Some(quiz) = lesson.quiz.take() {
            self.steps = Some(Steps::of_whole_lesson(lesson.lesson(), quiz));
        }
    }

    /// Whether there are steps to go back to from the task.
    pub(crate) fn can_go_back_to_steps(&self) -> bool {
        let lesson = self.lesson.as_ref();
        self.steps.is_none() && lesson.is_some_and(|lesson| lesson.quiz.is_some())
    }

    /// Where one is in the lesson, if one is played.
    fn stage(&self) -> Option<Stage> {
        let lesson = self.lesson.as_ref()?;
        Some(match &self.steps {
            Some(steps) if steps.is_lesson => Stage::Steps(steps.whole().at),
            _ if lesson.is_done() => Stage::Done,
            _ => Stage::Task,
        })
    }

    /// Whether the steps are shown that a lesson begins with.
    pub(crate) fn is_watching(&self) -> bool {
        self.steps.as_ref().is_some_and(|steps| steps.is_lesson)
    }

    /// Whether the steps are all there is, and nothing is typed among them.
    pub(crate) fn is_watching_alone(&self) -> bool {
        let has_task = self.lesson.as_ref().is_some_and(LessonState::has_task);
        let is_typing = (self.steps.as_ref()).is_some_and(|steps| steps.number.is_some());
        self.is_watching() && !has_task && !is_typing
    }

    /// Whether there is a task, and it is done.
    pub(crate) fn is_lesson_done(&self) -> bool {
        self.lesson.as_ref().is_some_and(LessonState::is_done)
    }

    /// Whether there is a task that is not done yet.
    pub(crate) fn has_open_task(&self) -> bool {
        let lesson = self.lesson.as_ref();
        lesson.is_some_and(|lesson| lesson.has_task() && !lesson.is_done())
    }
}
