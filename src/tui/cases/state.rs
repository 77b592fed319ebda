//! Where one is among the cases of a lesson.

use crate::lessons::{AnswerBy, Case, CaseAnswer, CaseQuestion, Cases, Facts};
use crate::tui::keys::Context;
use crate::tui::motion::{Motion, moved};
use crate::tui::telling::Telling;
use crate::tui::typed::Typed;

/// With how many questions a rule is seen before it is to be known by heart.
const SEEN_WITH: usize = 1;

/// The most that is typed as an answer, in bytes: no answer is near it, and what is pasted by mistake is not one.
const MOST_TYPED: usize = 400;

/// The cases of a lesson, and which of them is shown.
#[derive(Debug)]
pub(crate) struct CasesState {
    pub(crate) cases: Cases,
    /// The case that is shown, counted from 0.
    pub(crate) at: usize,
    /// How far Esc got.
    pub(crate) telling: Telling,
    /// How many hints of the question are given.
    pub(crate) hints: usize,
    /// The line of what is known that is pointed at, once one was.
    pub(crate) pointed: Option<usize>,
    /// What is typed as the answer.
    pub(crate) typed: Typed,
    /// What was typed last, and is wrong.
    pub(crate) wrong: Option<String>,
}

impl CasesState {
    /// From the first case on. There is at least one.
    pub(crate) fn new(cases: Cases) -> Self {
        CasesState {
            cases,
            at: 0,
            telling: Telling::default(),
            hints: 0,
            pointed: None,
            typed: Typed::default(),
            wrong: None,
        }
    }

    /// What keys mean here.
    pub(crate) fn context(&self) -> Context {
        match self.asked().map(|question| &question.answer_by) {
            Some(AnswerBy::Fact(_)) => Context::CasePoint,
            Some(AnswerBy::Entries(_)) => Context::CaseWrite,
            Some(AnswerBy::Choice) | None => Context::Cases,
        }
    }

    pub(crate) fn case(&self) -> &Case {
        &self.cases.all()[self.at]
    }

    /// What is asked and not answered yet.
    pub(crate) fn asked(&self) -> Option<&CaseQuestion> {
        self.cases.asked_at(self.at)
    }

    /// How many cases there are.
    pub(crate) fn count(&self) -> usize {
        self.cases.all().len()
    }

    pub(crate) fn is_last(&self) -> bool {
        self.at + 1 == self.count()
    }

    /// Goes to the case at `at`, or to the last one.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.count() - 1);
        self.telling = Telling::default();
        self.hints = 0;
        self.pointed = None;
        self.typed = Typed::default();
        self.wrong = None;
    }

    /// The facts of which one may decide what is asked.
    pub(crate) fn asked_facts(&self) -> Option<&Facts> {
        match &self.asked()?.answer_by {
            AnswerBy::Fact(facts) => Some(facts),
            AnswerBy::Choice | AnswerBy::Entries(_) => None,
        }
    }

    /// Points at another fact, at first at the first one.
    pub(crate) fn point(&mut self, motion: Motion) {
        let count = self.asked_facts().map_or(0, |facts| facts.rows.len());
        if count > 0 {
            let at = self.pointed.map(|at| moved(at, count, motion, count));
            self.pointed = Some(at.unwrap_or_default());
        }
    }

    /// Types into the answer.
    pub(crate) fn type_in(&mut self, change: impl FnOnce(&mut Typed)) {
        self.telling.interrupt();
        let before = self.typed.clone();
        change(&mut self.typed);
        if self.typed.text().len() > MOST_TYPED {
            self.typed = before;
        }
    }

    /// Answers what is asked.
    pub(crate) fn answer(&mut self, answer: &CaseAnswer) {
        self.cases.answer(self.at, answer);
        // A wrong answer stays, to be mended.
        if self.asked().is_some() {
            self.wrong = self.typed.trimmed().map(str::to_owned);
        } else {
            self.typed = Typed::default();
            self.telling = Telling::Told;
        }
    }

    /// Gives the next hint; the last one stays. Returns what is said where there is none.
    pub(crate) fn hint(&mut self) -> Option<&'static str> {
        let all = self.all_hints().len();
        if self.hints < all {
            self.hints += 1;
            return None;
        }
        Some(match all {
            0 => "Nothing is asked here; Enter goes on",
            _ => "That was the last hint; Esc twice tells the answer",
        })
    }

    /// The hint that was given last.
    pub(crate) fn given_hint(&self) -> Option<String> {
        let hints = self.all_hints().into_iter();
        hints.take(self.hints).next_back()
    }

    /// First where to look, then why one of the answers is wrong; none where nothing is asked.
    fn all_hints(&self) -> Vec<String> {
        let Some(question) = self.asked() else {
            return Vec::new();
        };
        let first = "Go through the rule from the top: what it asks for is told above. The next hint says of one answer why \
             it is wrong.";
        let mut choices = question.choices.iter().enumerate();
        let wrong = match &question.answer_by {
            AnswerBy::Fact(facts) => {
                let mut rows = facts.rows.iter();
                rows.find_map(|fact| Some((fact.line(), fact.against.clone()?)))
            }
            AnswerBy::Choice | AnswerBy::Entries(_) => choices
                .find(|(at, _)| *at != question.row.right)
                .map(|(at, choice)| (choice.clone(), question.row.against(at).to_owned())),
        };
        let second =
            wrong.map(|(answer, against)| format!("Not \u{201c}{answer}\u{201d}: {against}"));
        std::iter::once(first.to_owned()).chain(second).collect()
    }

    /// Whether the rule is to be known by heart: it was seen with some questions before, and no hint is given.
    pub(crate) fn hides_rule(&self) -> bool {
        let asked_before = self.alike().into_iter().filter(|at| {
            let question = self.cases.all()[*at].question.as_ref();
            *at < self.at && question.is_some_and(|question| !question.is_example)
        });
        self.asked().is_some()
            && self.hints == 0
            && self.cases.look_again_at(self.at).is_none()
            && asked_before.count() >= SEEN_WITH
    }

    /// Tells what is asked, without an answer.
    pub(crate) fn tell(&mut self) {
        if self.asked().is_some() {
            self.cases.tell(self.at);
            self.telling = Telling::Told;
        }
    }

    /// Goes on or back, as by the wheel: nothing that is asked is passed over.
    pub(crate) fn move_by(&mut self, motion: Motion) {
        match motion {
            motion if self.asked_facts().is_some() => self.point(motion),
            Motion::Down if self.asked().is_none() => self.go_to(self.at + 1),
            Motion::Up => self.go_to(self.at.saturating_sub(1)),
            _ => {}
        }
    }

    /// The cases up to the one that is shown that the same rule decides, by their places.
    pub(crate) fn alike(&self) -> Vec<usize> {
        let mut all = self.all_alike();
        all.retain(|at| *at <= self.at);
        all
    }

    /// How many cases the same rule decides in all.
    pub(crate) fn alike_in_all(&self) -> usize {
        self.all_alike().len()
    }

    fn all_alike(&self) -> Vec<usize> {
        let rule = |at: usize| {
            let question = self.cases.all()[at].question.as_ref();
            question.map(|question| question.rule.title)
        };
        let here = rule(self.at);
        let all = 0..self.cases.all().len();
        all.filter(|at| here.is_some() && rule(*at) == here)
            .collect()
    }
}
