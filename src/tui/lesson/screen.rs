//! A review that is the task of a lesson: its steps come first.

use super::state::LessonState;
use crate::lessons::{Cases, Lesson, Quiz, Reached, Score, Stage};
use crate::tui::cases::CasesState;
use crate::tui::review::ReviewScreen;
use crate::tui::steps::Steps;

impl ReviewScreen {
    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub(crate) fn of_lesson(lesson: Lesson, heading: String, from: &Reached) -> Self {
        let mut screen = ReviewScreen::new(lesson.review());
        screen.outline.reveal(&screen.review, lesson.place());
        let mut state = LessonState::new(lesson, heading, &screen.review);
        let lesson = state.lesson();
        match (lesson.cases(), from.stage) {
            ([], Stage::Steps(at)) => {
                let quiz = Quiz::with(&lesson.walk(), &from.replies);
                screen.steps = Some(Steps::of_lesson(lesson, quiz, at));
            }
            ([], _) => state.quiz = Some(Quiz::with(&lesson.walk(), &from.replies)),
            (cases, Stage::Steps(at)) => {
                let cases = Cases::with(cases, &from.replies);
                screen.cases = Some(CasesState::new(cases, at));
            }
            (cases, _) => state.cases = Some(Cases::with(cases, &from.replies)),
        }
        screen.lesson = Some(state);
        screen.refresh();
        screen
    }

    /// How far one is in the lesson, if one is played.
    pub(crate) fn reached(&self) -> Option<Reached> {
        let replies = match (self.lesson_cases(), self.lesson_quiz()) {
            (Some(cases), _) => cases.replies(),
            (None, quiz) => quiz.map(Quiz::replies).unwrap_or_default(),
        };
        Some(Reached {
            stage: self.stage()?,
            replies,
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

    /// The cases of the lesson, whatever is shown of it.
    fn lesson_cases(&self) -> Option<&Cases> {
        let shown = self.cases.as_ref().map(|state| &state.cases);
        shown.or(self.lesson.as_ref()?.cases.as_ref())
    }

    /// What came of the questions of the lesson.
    pub(crate) fn lesson_score(&self) -> Option<Score> {
        let cases = self.lesson_cases().map(Cases::score);
        cases.or(self.lesson_quiz().map(Quiz::score))
    }

    /// Goes from the cases to the task.
    pub(crate) fn leave_cases(&mut self) {
        let cases = self.cases.take().map(|state| state.cases);
        if let Some(lesson) = &mut self.lesson {
            lesson.cases = cases;
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
        if let Some(cases) = lesson.cases.take() {
            self.cases = Some(CasesState::new(cases, 0));
        } else if let Some(quiz) = lesson.quiz.take() {
            self.steps = Some(Steps::of_whole_lesson(lesson.lesson(), quiz));
        }
    }

    /// Whether there are steps to go back to from the task.
    pub(crate) fn can_go_back_to_steps(&self) -> bool {
        let lesson = self.lesson.as_ref();
        let has_some = |lesson: &LessonState| lesson.quiz.is_some() || lesson.cases.is_some();
        self.steps.is_none() && lesson.is_some_and(has_some)
    }

    /// Where one is in the lesson, if one is played.
    fn stage(&self) -> Option<Stage> {
        let lesson = self.lesson.as_ref()?;
        if let Some(state) = &self.cases {
            return Some(Stage::Steps(state.at));
        }
        Some(match &self.steps {
            Some(steps) if steps.is_lesson => Stage::Steps(steps.whole().at),
            _ if lesson.is_done() => Stage::Done,
            _ => Stage::Task,
        })
    }

    /// Whether the steps are shown that a lesson begins with.
    pub(crate) fn is_watching(&self) -> bool {
        let steps = self.steps.as_ref();
        self.cases.is_some() || steps.is_some_and(|steps| steps.is_lesson)
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
