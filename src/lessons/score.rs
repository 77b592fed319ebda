//! How the questions were answered, in numbers.

use std::fmt;
use std::iter::Sum;

use super::cases::Cases;
use super::lesson::Lesson;
use super::reply::Replies;

/// How many questions there are, and how they were answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// How many are answered right at once.
    pub right: usize,
    /// How many are with the second answer.
    pub later: usize,
    /// How many are answered, right or wrong.
    pub answered: usize,
    /// How many questions there are.
    pub all: usize,
}

impl Score {
    /// What `replies` come to in a lesson.
    pub fn of(lesson: &Lesson, replies: &Replies) -> Self {
        let walked = lesson.quiz(replies).map(|quiz| quiz.score());
        let first = lesson.first_quiz(replies).map(|(_, quiz)| quiz.score());
        let scores = [
            walked,
            first,
            Some(Cases::with(lesson.cases(), replies).score()),
        ];
        scores.into_iter().flatten().sum()
    }
}

impl Sum for Score {
    fn sum<I: Iterator<Item = Self>>(scores: I) -> Self {
        let none = Score {
            right: 0,
            later: 0,
            answered: 0,
            all: 0,
        };
        scores.fold(none, |sum, score| Score {
            right: sum.right + score.right,
            later: sum.later + score.later,
            answered: sum.answered + score.answered,
            all: sum.all + score.all,
        })
    }
}

impl fmt::Display for Score {
    /// `3 of 6 right at once, 1 later, 2 not answered`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} right at once", self.right, self.all)?;
        if self.later > 0 {
            write!(f, ", {} later", self.later)?;
        }
        match self.all - self.answered {
            0 => Ok(()),
            open => write!(f, ", {open} not answered"),
        }
    }
}
