//! A review that is the task of a lesson: its steps come first, then its cases.

use super::state::{Asked, LeftAt, LessonState};
use crate::lessons::{Lesson, Mending, Quiz, Reached, Score, ScreenPart, Stage, Task};
use crate::tui::cases::CasesState;
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::steps::Steps;
use crate::tui::telling::Telling;

impl ReviewScreen {
    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub(crate) fn of_lesson(lesson: Lesson, heading: String, from: &Reached) -> Self {
        let mut screen = ReviewScreen::new(lesson.review());
        screen.outline.reveal(&screen.review, lesson.place());
        let asked = Asked::of(&lesson, &from.replies);
        let mut state = LessonState::new(lesson, heading, &screen.review, asked);
        state.replied = from.replies.clone();
        match from.stage {
            Stage::First(few) => {
                screen.lesson = Some(state);
                screen.watch_from(0, true);
                if let Some(steps) = &mut screen.steps {
                    steps.go_to(few);
                }
            }
            Stage::Steps(at) => {
                screen.lesson = Some(state);
                screen.watch_from(at, false);
            }
            Stage::Task | Stage::Done => {
                state.skip_tour();
                screen.lesson = Some(state);
                screen.show_stop();
            }
        }
        screen.refresh();
        screen
    }

    /// Shows the step or the case at `at`; before the first step come those on a few names, where these are not
    /// over.
    fn watch_from(&mut self, at: usize, with_few: bool) {
        let Some(state) = &mut self.lesson else {
            return;
        };
        if at < state.steps || state.lesson().cases().is_empty() {
            let (lesson, asked) = (state.lesson().clone(), &mut state.asked);
            let first = asked.first.take_if(|_| at == 0 && with_few);
            let quiz = asked.quiz.take();
            self.steps = quiz.map(|quiz| Steps::of_lesson(&lesson, first, quiz, at));
        } else {
            let at = at - state.steps;
            let cases = state.asked.cases.take();
            self.cases = cases.map(|cases| CasesState::new(cases, at));
        }
    }

    /// How far one is in the lesson, if one is played.
    pub(crate) fn reached(&self) -> Option<Reached> {
        let lesson = self.lesson.as_ref()?;
        let mut replies = lesson.replied.clone();
        replies.extend(lesson.asked.replies());
        let steps = self.steps.as_ref().filter(|steps| steps.is_lesson);
        let parts = steps.into_iter().flat_map(Steps::parts);
        replies.extend(
            parts
                .filter_map(|steps| steps.quiz.as_ref())
                .flat_map(Quiz::replies),
        );
        let cases = self.cases.as_ref().map(|state| state.cases.replies());
        replies.extend(cases.into_iter().flatten());
        Some(Reached {
            stage: self.stage()?,
            replies,
        })
    }

    /// What came of all that the lesson asks, if one is played.
    pub(crate) fn lesson_score(&self) -> Option<Score> {
        let held = self.lesson.as_ref()?.asked.score();
        let steps = self.steps.as_ref().filter(|steps| steps.is_lesson);
        let parts = steps.into_iter().flat_map(Steps::parts);
        let shown = parts
            .filter_map(|steps| steps.quiz.as_ref())
            .map(Quiz::score);
        let cases = self.cases.as_ref().map(|state| state.cases.score());
        Some(std::iter::once(held).chain(shown).chain(cases).sum())
    }

    /// Goes from the last step on: to all names behind the first few, to the cases, or to the task. Returns
    /// what is said to that.
    pub(crate) fn go_on_from_steps(&mut self) -> Option<&'static str> {
        let steps = self.steps.as_mut()?;
        let is_quiet = steps.is_quiet;
        if let Some(mut then) = steps.then.take() {
            then.is_quiet = is_quiet;
            let first = self.steps.replace(*then);
            if let Some(lesson) = &mut self.lesson {
                lesson.asked.first = first.and_then(|first| first.quiz);
            }
            return Some("These were a few names; now all of them");
        }
        self.leave_steps();
        let cases = self
            .lesson
            .as_mut()
            .and_then(|lesson| lesson.asked.cases.take());
        self.cases = cases.map(|cases| CasesState::new(cases, 0));
        None
    }

    /// Whether something comes behind the steps: cases, or a task.
    pub(crate) fn leads_on_from_steps(&self) -> bool {
        let lesson = self.lesson.as_ref();
        lesson.is_some_and(|lesson| lesson.has_task() || lesson.asked.cases.is_some())
    }

    /// Goes from the steps back to the panes; those of a lesson lead to its task.
    pub(crate) fn leave_steps(&mut self) {
        let Some(steps) = self.steps.take() else {
            return;
        };
        if let Some(lesson) = self.lesson.as_mut().filter(|_| steps.is_lesson) {
            lesson.left_at = Some(LeftAt {
                at: steps.whole().at,
                few: steps.then.as_ref().map(|_| steps.at),
            });
            match steps.then {
                Some(then) => {
                    lesson.asked.first = steps.quiz;
                    lesson.asked.quiz = then.quiz;
                }
                None => lesson.asked.quiz = steps.quiz,
            }
            self.begin_tour();
        }
    }

    /// Goes from the cases to the task.
    pub(crate) fn leave_cases(&mut self) {
        let Some(CasesState { cases, at, .. }) = self.cases.take() else {
            return;
        };
        if let Some(lesson) = &mut self.lesson {
            lesson.left_at = Some(LeftAt {
                at: lesson.steps + at,
                few: None,
            });
            lesson.asked.cases = Some(cases);
        }
        self.begin_tour();
    }

    /// Begins the tour of the screen, the first time that the task is come to.
    fn begin_tour(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.begin_tour();
        }
        self.show_stop();
    }

    /// Whether the screen is shown part by part, before the task.
    pub(crate) fn is_on_tour(&self) -> bool {
        let lesson = self.lesson.as_ref();
        !self.is_watching() && lesson.is_some_and(|lesson| lesson.stop().is_some())
    }

    /// Goes on to the next part of the screen, or to the task.
    pub(crate) fn go_on_in_tour(&mut self) {
        if let Some(lesson) = &mut self.lesson {
            lesson.go_on_in_tour();
        }
        self.show_stop();
    }

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
        let Some(lesson) = &self.lesson else {
            return;
        };
        let last = lesson.steps + lesson.lesson().cases().len();
        let left = lesson.left_at.unwrap_or(LeftAt {
            at: last.saturating_sub(1),
            few: None,
        });
        self.watch_from(left.at, left.few.is_some());
        if let (Some(steps), Some(few)) = (&mut self.steps, left.few) {
            steps.go_to(few);
        }
    }

    /// Goes from the first case back to the last step, if there are steps.
    pub(crate) fn back_from_cases(&mut self) {
        let Some(lesson) = &mut self.lesson else {
            return;
        };
        if let Some(quiz) = lesson.asked.quiz.take() {
            let mut steps = Steps::of_whole_lesson(lesson.lesson(), quiz);
            steps.go_to(usize::MAX);
            lesson.asked.cases = self.cases.take().map(|state| state.cases);
            self.steps = Some(steps);
        }
    }

    /// Goes from the first step on all names back to the last one on the first few, if there are such.
    pub(crate) fn back_to_few(&mut self) {
        let Some(lesson) = &mut self.lesson else {
            return;
        };
        let Some(first) = lesson.asked.first.take() else {
            return;
        };
        let Some(whole) = self.steps.take() else {
            return;
        };
        let is_quiet = whole.is_quiet;
        let mut few = Steps::of_few(lesson.lesson(), first, whole);
        few.is_quiet = is_quiet;
        few.go_to(usize::MAX);
        self.steps = Some(few);
    }

    /// Whether there are steps to go back to from the task.
    pub(crate) fn can_go_back_to_steps(&self) -> bool {
        let asked = self.lesson.as_ref().map(|lesson| &lesson.asked);
        let has_some = |asked: &Asked| asked.quiz.is_some() || asked.cases.is_some();
        self.steps.is_none() && self.cases.is_none() && asked.is_some_and(has_some)
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

    /// Where one is in the lesson, if one is played.
    fn stage(&self) -> Option<Stage> {
        let lesson = self.lesson.as_ref()?;
        if let Some(state) = &self.cases {
            return Some(Stage::Steps(lesson.steps + state.at));
        }
        Some(match &self.steps {
            Some(steps) if steps.is_lesson && steps.then.is_some() => Stage::First(steps.at),
            Some(steps) if steps.is_lesson => Stage::Steps(steps.at),
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
        let has_task = self.has_task();
        let is_typing = (self.steps.as_ref()).is_some_and(|steps| steps.number.is_some());
        self.is_watching() && !has_task && !is_typing
    }

    /// Whether Esc leaves the program: the steps are all there is, and nothing is asked, or was told just now.
    pub(crate) fn leaves_by_escape(&self) -> bool {
        let steps = self.steps.as_ref();
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
