//! Predicting: what a prefix is, asked before the step that tells it.

use crate::teach::{Answer, Question, Walkthrough};

/// What came of a question that is told by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// It was answered.
    Answer(Answer),
    /// It was told without an answer.
    Passed,
}

/// The questions of a walk, and what came of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    questions: Vec<Question>,
    replies: Vec<Option<Reply>>,
    /// Whether the hint of the question that is asked is shown.
    pub(super) has_hint: bool,
}

impl Quiz {
    /// The questions about `walk`, none of them answered.
    pub(super) fn new(walk: &Walkthrough) -> Self {
        let questions = walk.questions();
        Quiz {
            replies: vec![None; questions.len()],
            questions,
            has_hint: false,
        }
    }

    /// How many questions there are.
    pub(super) fn count(&self) -> usize {
        self.questions.len()
    }

    /// The question about a step, while it is neither answered nor told.
    pub(super) fn asked_at(&self, step: usize) -> Option<&Question> {
        let (question, reply) = self.at(step)?;
        reply.is_none().then_some(question)
    }

    /// The question about a step and what came of it, once it is told.
    pub(super) fn told_at(&self, step: usize) -> Option<(&Question, Reply)> {
        let (question, reply) = self.at(step)?;
        reply.map(|reply| (question, reply))
    }

    fn at(&self, step: usize) -> Option<(&Question, Option<Reply>)> {
        let place = self.questions.iter().position(|own| own.step == step)?;
        Some((&self.questions[place], self.replies[place]))
    }

    /// The first step from `from` on that is asked about and not told yet.
    pub(super) fn next_asked(&self, from: usize) -> Option<usize> {
        let open = self.questions.iter().zip(&self.replies);
        let mut open = open.filter(|(question, reply)| reply.is_none() && question.step >= from);
        open.next().map(|(question, _)| question.step)
    }

    /// Answers the question about `step`, or has it told.
    pub(super) fn reply(&mut self, step: usize, reply: Reply) {
        if let Some(place) = self.questions.iter().position(|own| own.step == step) {
            self.replies[place].get_or_insert(reply);
        }
        self.has_hint = false;
    }

    /// How many are right, of how many that are answered.
    pub(super) fn score(&self) -> (usize, usize) {
        let told = self.questions.iter().zip(&self.replies);
        let answered = told.filter_map(|(question, reply)| match reply {
            Some(Reply::Answer(answer)) => Some((question, *answer)),
            Some(Reply::Passed) | None => None,
        });
        let right = answered
            .clone()
            .filter(|(own, answer)| own.answer == *answer);
        (right.count(), answered.count())
    }
}
