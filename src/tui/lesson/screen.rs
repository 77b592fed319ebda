//! A review that is the task of a lesson: the lesson's parts come first.

use super::part::Part;
use super::state::LessonState;
use crate::lessons::{Lesson, Mending, Reached, Score, ScreenPart, Task};
use crate::text::{counted, list};
use crate::tui::cases::CasesState;
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::shell::Shell;
use crate::tui::steps::Steps;
use crate::tui::telling::Telling;

impl ReviewScreen {
    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub(crate) fn of_lesson(lesson: Lesson, heading: String, from: &Reached) -> Self {
        let mut screen = ReviewScreen::new(lesson.review());
        screen.outline.reveal(&screen.review, lesson.place());
        let state = LessonState::new(lesson, heading, &screen.review, from);
        screen.play(state);
        screen.show_stop();
        screen.refresh();
        screen
    }

    /// The lesson, while one of its parts is shown.
    pub(crate) fn watched(&self) -> Option<&LessonState> {
        self.lesson
            .as_ref()
            .filter(|lesson| lesson.part().is_some())
    }

    /// The steps in the place of the panes: of a lesson, or of an entry.
    pub(crate) fn steps(&self) -> Option<&Steps> {
        match self.watched() {
            Some(lesson) => lesson.steps(),
            None => self.entry_steps.as_ref(),
        }
    }

    pub(crate) fn steps_mut(&mut self) -> Option<&mut Steps> {
        if self.is_watching() {
            self.lesson.as_mut()?.steps_mut()
        } else {
            self.entry_steps.as_mut()
        }
    }

    /// The cases of a lesson, in the place of the panes.
    pub(crate) fn cases(&self) -> Option<&CasesState> {
        self.lesson.as_ref()?.cases()
    }

    pub(crate) fn cases_mut(&mut self) -> Option<&mut CasesState> {
        self.lesson.as_mut()?.cases_mut()
    }

    /// How far one is in the lesson, if one is played.
    pub(crate) fn reached(&self) -> Option<Reached> {
        self.lesson.as_ref().map(LessonState::reached)
    }

    /// What came of all that the lesson asks, if one is played.
    pub(crate) fn lesson_score(&self) -> Option<Score> {
        self.lesson.as_ref().map(LessonState::score)
    }

    /// Goes on behind the last step or case: to what comes then in the lesson. Returns what is said to that.
    pub(crate) fn go_on_in_lesson(&mut self) -> Option<&'static str> {
        let lesson = self.lesson.as_mut()?;
        let were_few = matches!(lesson.part(), Some(Part::First(_)));
        lesson.go_on();
        self.show_stop();
        were_few.then_some("These were a few names; now a longer wildcard")
    }

    /// Goes back before the first step or case, if something in the lesson comes there.
    pub(crate) fn go_back_in_lesson(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.go_back();
        }
    }

    /// Leaves the steps or cases of a lesson for its task.
    pub(crate) fn go_to_task(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.go_to_task();
        }
        self.show_stop();
    }

    /// Whether the screen is shown part by part, before the task.
    pub(crate) fn is_on_tour(&self) -> bool {
        let lesson = self.lesson.as_ref();
        lesson.is_some_and(|lesson| lesson.stop().is_some())
    }

    /// Whether there are hints to what is to be done now.
    pub(crate) fn gives_task_hints(&self) -> bool {
        self.has_open_task() && !self.is_on_tour()
    }

    /// Goes on to the next part of the screen, or to the task.
    pub(crate) fn go_on_in_tour(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.go_on_in_tour();
        }
        self.show_stop();
    }

    /// Shows the part of the screen that the tour of a lesson speaks of.
    fn show_stop(&mut self) {
        let stop = self.lesson.as_ref().and_then(|lesson| lesson.stop());
        match stop.map(|(stop, _)| stop.at) {
            Some(ScreenPart::Policy | ScreenPart::Bottom) | None => self.show(Pane::Policy),
            Some(ScreenPart::Trie) => self.show(Pane::Trie),
            Some(ScreenPart::Reasons) => self.show(Pane::Why),
        }
    }

    /// Goes back to the step or case that was left for the task, or to the last one, with what came of the
    /// questions.
    pub(crate) fn back_to_steps(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.go_back_from_task();
        }
    }

    /// Whether there are steps to go back to from the task.
    pub(crate) fn can_go_back_to_steps(&self) -> bool {
        let lesson = self.lesson.as_ref();
        self.entry_steps.is_none() && lesson.is_some_and(LessonState::can_go_back_from_task)
    }

    /// The keys that the task takes, in their order.
    pub(crate) fn task_keys(&self) -> &[char] {
        let lesson = self.lesson.as_ref().filter(|lesson| !lesson.is_done());
        let task = lesson.and_then(|lesson| lesson.task());
        let mending = task.filter(|_| !self.is_watching()).and_then(Task::mending);
        mending.map_or(&[], |mending| mending.keys.as_slice())
    }

    /// Whether the task of a lesson asks why something is kept.
    pub(crate) fn task_asks_why(&self) -> bool {
        let lesson = self.lesson.as_ref().filter(|lesson| !lesson.is_done());
        let task = lesson.and_then(|lesson| lesson.task());
        task.and_then(Task::mending).is_some_and(Mending::asks_why)
    }

    /// Whether the task of a lesson leaves the reasons out beside the other panes.
    pub(crate) fn leaves_out_reasons(&self) -> bool {
        let lesson = self.lesson.as_ref();
        lesson.is_some_and(|lesson| !lesson.lesson().shows_reasons())
    }

    /// Says what Esc skips if it is pressed again.
    pub(crate) fn warn_of_skipping(&self, shell: &mut Shell) {
        let (steps, cases) = (self.lesson.as_ref()).map_or((0, 0), LessonState::left_before_task);
        let left = [(steps, "step", "steps"), (cases, "case", "cases")];
        let left = left.iter().filter(|(count, ..)| *count > 0);
        let left: Vec<String> = left
            .map(|(count, one, many)| counted(*count, one, many))
            .collect();
        shell.tell(if left.is_empty() {
            "Esc again goes to the task".to_owned()
        } else {
            format!("Esc again skips {}, and goes to the task", list(&left))
        });
    }

    /// Whether the steps or cases are shown that a lesson begins with.
    pub(crate) fn is_watching(&self) -> bool {
        self.watched().is_some()
    }

    /// Whether the steps are all there is, and nothing is typed among them.
    pub(crate) fn is_watching_alone(&self) -> bool {
        let is_typing = self.steps().is_some_and(|steps| steps.number.is_some());
        self.is_watching() && !self.has_task() && !is_typing
    }

    /// Whether Esc leaves the program: the steps are all there is, and nothing is asked, or was told just now.
    pub(crate) fn leaves_by_escape(&self) -> bool {
        let steps = self.steps();
        let was_told = steps.is_some_and(|steps| steps.asking.telling == Telling::Told);
        self.is_watching_alone() && !self.is_asked() && !was_told
    }

    /// Whether a lesson with a task is played.
    pub(crate) fn has_task(&self) -> bool {
        self.lesson.as_ref().is_some_and(LessonState::has_task)
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
