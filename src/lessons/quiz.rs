//! Predicting: what a prefix is, asked before the step that explains it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cases::Cases;
use super::lesson::Lesson;
use super::predict::{Answer, Given, Question};
use crate::explain::{Names, Walkthrough};
use crate::iam::Name;

/// What came of a question whose answer was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The answer that was given, right or wrong.
    Answer(Answer),
    /// The second answer was right.
    Later,
    /// It was right, but pointed at an action that decides nothing: as an earlier version kept it.
    NoWitness,
    /// The answer was shown without one being given.
    Passed,
    /// What was chosen in a case, right or wrong.
    Chosen(usize),
    /// What was chosen wrongly of what could stand for a safe prefix.
    OtherRest(usize),
}

/// What came of the questions, by the prefix that each is about. One whose answer was not shown yet
/// is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Replies(BTreeMap<String, Reply>);

impl Replies {
    /// Whether nothing was asked yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What came of the question that is kept under `key`.
    pub(super) fn get(&self, key: &str) -> Option<Reply> {
        self.0.get(key).copied()
    }
}

impl Extend<(String, Reply)> for Replies {
    fn extend<I: IntoIterator<Item = (String, Reply)>>(&mut self, replies: I) {
        self.0.extend(replies);
    }
}

impl IntoIterator for Replies {
    type Item = (String, Reply);
    type IntoIter = std::collections::btree_map::IntoIter<String, Reply>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(String, Reply)> for Replies {
    fn from_iter<I: IntoIterator<Item = (String, Reply)>>(replies: I) -> Self {
        Replies(replies.into_iter().collect())
    }
}

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

impl std::iter::Sum for Score {
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

/// The questions of a walk, and what came of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// What its replies are kept under, before the prefix.
    scope: &'static str,
    questions: Vec<Question>,
    replies: Vec<Option<Reply>>,
    /// Of each why the first answer to each half was wrong: whether an unused action starts with the prefix, and what
    /// is written for it.
    look_again: Vec<[Option<String>; 2]>,
}

impl Quiz {
    /// The questions about `walk`, none of them answered.
    pub fn new(walk: &Walkthrough) -> Self {
        Quiz::with(Question::of(walk), &Replies::default(), "")
    }

    /// These questions, with what came of them before; that is kept under `scope`.
    pub(super) fn with(questions: Vec<Question>, replies: &Replies, scope: &'static str) -> Self {
        let known = questions.iter();
        Quiz {
            scope,
            replies: known
                .map(|question| replies.get(&format!("{scope}{}", question.prefix)))
                .collect(),
            look_again: vec![[None, None]; questions.len()],
            questions,
        }
    }

    /// What came of the questions.
    pub fn replies(&self) -> Replies {
        let asked = self.questions.iter().zip(&self.replies);
        let replies = asked.filter_map(|(question, reply)| {
            Some((format!("{}{}", self.scope, question.prefix), (*reply)?))
        });
        replies.collect()
    }

    /// Whether one of the questions is about this prefix.
    pub(super) fn asks_about(&self, prefix: &Name) -> bool {
        let mut questions = self.questions.iter();
        questions.any(|question| Name::from(question.prefix.as_str()) == *prefix)
    }

    /// How many questions there are.
    pub fn count(&self) -> usize {
        self.questions.len()
    }

    /// The question about a step, while its answer is not shown.
    pub fn asked_at(&self, step: usize) -> Option<&Question> {
        let (question, reply) = self.at(step)?;
        reply.is_none().then_some(question)
    }

    /// The question about a step and what came of it, once its answer is shown.
    pub fn shown_at(&self, step: usize) -> Option<(&Question, Reply)> {
        let (question, reply) = self.at(step)?;
        reply.map(|reply| (question, reply))
    }

    /// The question about a step, and what came of it.
    pub fn at(&self, step: usize) -> Option<(&Question, Option<Reply>)> {
        let place = self.place_of(step)?;
        Some((&self.questions[place], self.replies[place]))
    }

    fn place_of(&self, step: usize) -> Option<usize> {
        (self.questions.iter()).position(|question| question.step == step)
    }

    /// The first step from `from` on that is asked about and not shown yet.
    pub fn next_asked(&self, from: usize) -> Option<usize> {
        let open = self.questions.iter().zip(&self.replies);
        let mut open = open.filter(|(question, reply)| reply.is_none() && question.step >= from);
        open.next().map(|(question, _)| question.step)
    }

    /// Answers the question about `step`. A wrong answer can be followed by a second one, which counts.
    pub fn answer(&mut self, step: usize, given: &Given, names: Names) {
        let Some(place) = self
            .place_of(step)
            .filter(|place| self.replies[*place].is_none())
        else {
            return;
        };
        let question = &self.questions[place];
        let is_right = question.is_right(given);
        // To point at what decides nothing says nothing of the answer yet.
        let is_pointed = question.is_witnessed(given);
        let of_written = is_pointed && given.answer != Answer::NoneStarts;
        let look_again = &mut self.look_again[place];
        let half = &mut look_again[usize::from(of_written)];
        if !is_pointed || !is_right && half.is_none() {
            *half = Some(question.look_again(given, names));
            return;
        }
        let is_later = look_again.iter().any(Option::is_some);
        let reply = match given.rest {
            _ if is_right && is_later => Reply::Later,
            Some(rest) if !is_right => Reply::OtherRest(rest),
            _ => Reply::Answer(given.answer),
        };
        self.reply(step, reply);
    }

    /// Counts the answer to the question about `step`, or has it shown.
    pub fn reply(&mut self, step: usize, reply: Reply) {
        if let Some(place) = self.place_of(step) {
            self.replies[place].get_or_insert(reply);
        }
    }

    /// How many questions before `step` are not shown yet.
    pub fn open_before(&self, step: usize) -> usize {
        let open = self.questions.iter().zip(&self.replies);
        let open = open.filter(|(question, reply)| reply.is_none() && question.step < step);
        open.count()
    }

    /// Why the first answer to a half of the question about `step` was wrong, until all of it is answered: to what is
    /// written for the prefix, or before.
    pub fn look_again_at(&self, step: usize, of_written: bool) -> Option<&str> {
        self.asked_at(step)?;
        let look_again = &self.look_again[self.place_of(step)?];
        look_again[usize::from(of_written)].as_deref()
    }

    /// How many questions were answered, and how many of them right.
    pub fn score(&self) -> Score {
        let asked = self.questions.iter().zip(&self.replies);
        let answered = asked.filter_map(|(question, reply)| match reply {
            Some(Reply::Answer(answer)) => Some(question.answer == *answer),
            Some(Reply::NoWitness | Reply::Later | Reply::OtherRest(_)) => Some(false),
            Some(Reply::Passed | Reply::Chosen(_)) | None => None,
        });
        let right = answered.clone().filter(|is_right| *is_right);
        let later = self
            .replies
            .iter()
            .flatten()
            .filter(|reply| **reply == Reply::Later);
        Score {
            right: right.count(),
            later: later.count(),
            answered: answered.count(),
            all: self.count(),
        }
    }
}
