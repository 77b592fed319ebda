//! A lesson while it is played: how far one is, and what is not right yet.

use crate::lessons::{Cases, Lesson, Quiz, Replies, Score, Task, TourStop};
use crate::review::Review;

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
    pub(crate) replied: Replies,
    /// What is asked in it, as far as that is not on the screen.
    pub(crate) asked: Asked,
    /// How many steps its walk has; none where that is not played.
    pub(crate) steps: usize,
    /// Where the steps were left for the task, to go back there.
    pub(crate) left_at: Option<LeftAt>,
    /// Where one is in the tour of the screen that comes before the task; none before it.
    pub(crate) toured: Option<usize>,
    /// Whether the entries of a task that are written by hand are right.
    pub(crate) is_written: bool,
}

/// What is asked in a lesson, part by part.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// About the steps on its first few names.
    pub(crate) first: Option<Quiz>,
    /// About the steps on all of them.
    pub(crate) quiz: Option<Quiz>,
    pub(crate) cases: Option<Cases>,
}

/// A step or a case that was left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeftAt {
    /// Its place, as [`Stage::Steps`](crate::lessons::Stage::Steps) counts.
    pub(crate) at: usize,
    /// Its place among the steps on the first few names, where it was one of these.
    pub(crate) few: Option<usize>,
}

impl Asked {
    /// All that `lesson` asks, with what came of it before.
    pub(crate) fn of(lesson: &Lesson, replies: &Replies) -> Self {
        let cases = Cases::with(lesson.cases(), replies);
        Asked {
            first: lesson.first_quiz(replies).map(|(_, quiz)| quiz),
            quiz: lesson.quiz(replies),
            cases: (!cases.all().is_empty()).then_some(cases),
        }
    }

    /// What came of it.
    pub(crate) fn replies(&self) -> Replies {
        let quizzes = self.first.iter().chain(&self.quiz).map(Quiz::replies);
        let cases = self.cases.iter().map(Cases::replies);
        quizzes.chain(cases).flatten().collect()
    }

    /// How many are answered, and how many of them right.
    pub(crate) fn score(&self) -> Score {
        let quizzes = self.first.iter().chain(&self.quiz).map(Quiz::score);
        quizzes.chain(self.cases.iter().map(Cases::score)).sum()
    }
}

impl LessonState {
    pub(crate) fn new(lesson: Lesson, heading: String, review: &Review, asked: Asked) -> Self {
        let walk = lesson.is_walked().then(|| lesson.walk());
        let mut state = LessonState {
            steps: walk.map_or(0, |walk| walk.steps().len()),
            lesson,
            heading,
            missing: None,
            hints: 0,
            left_at: None,
            toured: None,
            is_written: false,
            replied: Replies::default(),
            asked,
        };
        state.check(review);
        state
    }

    /// Begins the tour of the screen, the first time that the task is come to.
    pub(super) fn begin_tour(&mut self) {
        self.toured.get_or_insert(0);
    }

    /// Leaves it out: who comes back to a task has seen it.
    pub(super) fn skip_tour(&mut self) {
        self.toured = Some(self.lesson.tour().len());
    }

    pub(super) fn go_on_in_tour(&mut self) {
        self.toured = self.toured.map(|at| at + 1);
    }

    /// What is shown of the screen now, and whether that is the last.
    pub(crate) fn stop(&self) -> Option<(&TourStop, bool)> {
        let at = self.toured.filter(|_| !self.is_done())?;
        let stop = self.lesson.tour().get(at)?;
        Some((stop, at + 1 == self.lesson.tour().len()))
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
