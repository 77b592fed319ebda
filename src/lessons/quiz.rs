//! Predicting: what a prefix is, asked before the step that explains it.

use super::answering::{Answering, Half};
use super::predict::{Answer, Question, Said};
use super::reply::{Replies, Reply};
use super::score::Score;
use crate::explain::{Names, Walkthrough};
use crate::iam::Name;

/// The questions of a walk, and what came of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// What its replies are kept under, before the prefix.
    scope: &'static str,
    /// In the order of the steps.
    questions: Vec<(Question, Answering)>,
    /// The answers that were right at once elsewhere in the lesson.
    known: Vec<Answer>,
}

/// How often an answer has to be right at once before the second half of a question is told that has the same one.
const KNOWN_FROM: usize = 2;

impl Quiz {
    /// The questions about `walk`, none of them answered.
    pub fn new(walk: &Walkthrough) -> Self {
        Quiz::with(Question::of(walk), &Replies::default(), "")
    }

    /// These questions, with what came of them before; that is kept under `scope`.
    pub(super) fn with(questions: Vec<Question>, replies: &Replies, scope: &'static str) -> Self {
        let questions = questions.into_iter().map(|question| {
            let key = key(scope, &question);
            let answering = replies.get(&key, |earlier| earlier.of_prefix(&question));
            (question, answering)
        });
        Quiz {
            scope,
            questions: questions.collect(),
            known: Vec::new(),
        }
    }

    /// The answers that were right at once.
    pub fn right_at_once(&self) -> impl Iterator<Item = Answer> {
        let right = self.questions.iter();
        let right = right.filter(|(_, answering)| answering.reply() == Some(&Reply::AtOnce));
        right.map(|(question, _)| question.answer)
    }

    /// Takes into account which answers were right at once elsewhere in the lesson.
    pub fn set_known(&mut self, known: Vec<Answer>) {
        self.known = known;
    }

    /// Whether it is no question any more what the second half of this one asks, once the first is answered so: what was
    /// pointed at is the only name beneath, or the same was right at once often enough. What is left of a wildcard is
    /// another thing for each prefix.
    fn tells_second_half(&self, question: &Question, said: &Said) -> bool {
        let known = self.right_at_once().chain(self.known.iter().copied());
        let known = known.filter(|answer| *answer == question.answer);
        let is_known = question.rests.is_empty() && known.count() >= KNOWN_FROM;
        is_known || question.is_all_beneath(said)
    }

    /// What came of the questions so far.
    pub fn replies(&self) -> Replies {
        let replies = self.questions.iter().filter_map(|(question, answering)| {
            Some((key(self.scope, question), answering.saved()?))
        });
        replies.collect()
    }

    /// Whether one of the questions is about this prefix.
    pub(super) fn asks_about(&self, prefix: &Name) -> bool {
        let mut questions = self.questions.iter();
        questions.any(|(question, _)| Name::from(question.prefix.as_str()) == *prefix)
    }

    /// How many questions there are.
    pub fn count(&self) -> usize {
        self.questions.len()
    }

    /// Whether there is a question about a step.
    pub fn is_about(&self, step: usize) -> bool {
        self.at(step).is_some()
    }

    /// The question about a step, while its answer is not shown.
    pub fn asked_at(&self, step: usize) -> Option<&Question> {
        let (question, answering) = self.at(step)?;
        answering.is_open().then_some(question)
    }

    /// The question about a step and what came of it, once its answer is shown.
    pub fn shown_at(&self, step: usize) -> Option<(&Question, &Reply)> {
        let (question, answering) = self.at(step)?;
        Some((question, answering.reply()?))
    }

    fn at(&self, step: usize) -> Option<&(Question, Answering)> {
        let mut questions = self.questions.iter();
        questions.find(|(question, _)| question.step == step)
    }

    fn at_mut(&mut self, step: usize) -> Option<&mut (Question, Answering)> {
        let mut questions = self.questions.iter_mut();
        questions.find(|(question, _)| question.step == step)
    }

    /// The steps that are asked about and not shown yet, in their order.
    fn open(&self) -> impl Iterator<Item = usize> {
        let open = (self.questions.iter()).filter(|(_, answering)| answering.is_open());
        open.map(|(question, _)| question.step)
    }

    /// The first step from `from` on that is asked about and not shown yet.
    pub fn next_asked(&self, from: usize) -> Option<usize> {
        self.open().find(|step| *step >= from)
    }

    /// How many questions before `step` are not shown yet.
    pub fn open_before(&self, step: usize) -> usize {
        self.open().filter(|open| *open < step).count()
    }

    /// Answers the question about `step`, or its first half. A wrong answer can be followed by a second one, which
    /// counts.
    pub fn answer(&mut self, step: usize, said: &Said, names: Names) {
        let tells_rest =
            (self.at(step)).is_some_and(|(question, _)| self.tells_second_half(question, said));
        let Some((question, answering)) = self.at_mut(step) else {
            return;
        };
        let is_right = question.is_right(said);
        let why = || question.look_again(said, names);
        match said {
            Said::Starts(_) | Said::NoneStarts if is_right && tells_rest => answering.right(),
            // The first half is found out; the second is asked now.
            Said::Starts(_) | Said::NoneStarts if is_right => {}
            // To point at what decides nothing says nothing of the answer yet.
            Said::Starts(_) => answering.look_again_at(Half::First, why()),
            Said::NoneStarts => answering.wrong(Half::First, &said.to_string(), why()),
            Said::Answer(_) | Said::Entry(_) if is_right => answering.right(),
            Said::Answer(_) | Said::Entry(_) => {
                answering.wrong(Half::Second, &said.to_string(), why());
            }
        }
    }

    /// Shows the answer to the question about `step` without one being given.
    pub fn pass(&mut self, step: usize) {
        if let Some((_, answering)) = self.at_mut(step) {
            answering.pass();
        }
    }

    /// Why the first answer to a half of the question about `step` was wrong, until all of it is answered.
    pub fn look_again_at(&self, step: usize, half: Half) -> Option<&str> {
        self.at(step)?.1.look_again(half)
    }

    /// How many questions were answered, and how many of them right.
    pub fn score(&self) -> Score {
        let answering = self.questions.iter().map(|(_, answering)| answering);
        answering.map(Answering::score).sum()
    }
}

/// What the answer to a question is kept under.
fn key(scope: &str, question: &Question) -> String {
    format!("{scope}{}", question.prefix)
}
