//! Predicting: what a prefix is, asked before the step that tells it.

use crate::teach::{Answer, Question, Walkthrough};

/// The questions of a walk, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    questions: Vec<Question>,
    answers: Vec<Option<Answer>>,
    /// Whether the hint of the question that is asked is shown.
    pub(super) has_hint: bool,
}

impl Quiz {
    /// The questions about `walk`, none of them answered.
    pub(super) fn new(walk: &Walkthrough) -> Self {
        let questions = walk.questions();
        Quiz {
            answers: vec![None; questions.len()],
            questions,
            has_hint: false,
        }
    }

    /// How many questions there are.
    pub(super) fn count(&self) -> usize {
        self.questions.len()
    }

    /// The question about a step, while it is not answered.
    pub(super) fn asked_at(&self, step: usize) -> Option<&Question> {
        let (question, answer) = self.at(step)?;
        answer.is_none().then_some(question)
    }

    /// The question about a step and its answer, once it is answered.
    pub(super) fn answered_at(&self, step: usize) -> Option<(&Question, Answer)> {
        let (question, answer) = self.at(step)?;
        answer.map(|answer| (question, answer))
    }

    fn at(&self, step: usize) -> Option<(&Question, Option<Answer>)> {
        let place = self.questions.iter().position(|own| own.step == step)?;
        Some((&self.questions[place], self.answers[place]))
    }

    /// The first step from `from` on that is asked about and not answered yet.
    pub(super) fn next_asked(&self, from: usize) -> Option<usize> {
        let open = self.questions.iter().zip(&self.answers);
        let mut open = open.filter(|(question, answer)| answer.is_none() && question.step >= from);
        open.next().map(|(question, _)| question.step)
    }

    /// Answers the question about `step`.
    pub(super) fn answer(&mut self, step: usize, answer: Answer) {
        if let Some(place) = self.questions.iter().position(|own| own.step == step) {
            self.answers[place].get_or_insert(answer);
        }
        self.has_hint = false;
    }

    /// How many are right, of how many that are answered.
    pub(super) fn score(&self) -> (usize, usize) {
        let answered = self.questions.iter().zip(&self.answers);
        let answered = answered.filter_map(|(question, answer)| Some((question, (*answer)?)));
        let right = answered
            .clone()
            .filter(|(own, answer)| own.answer == *answer);
        (right.count(), answered.count())
    }
}
