//! A question as a lesson asks it, with what is known.

use super::answer::AnswerBy;
use super::choosing::{ChoiceRule, ChoosingRow};
use super::timeline::Timeline;
use crate::explain::PrefixMatch;

/// A step of a lesson that is no matter of prefixes.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// What is said first, or all that is said where nothing is asked.
    pub told: String,
    /// What is known, a line each; facts that one points at stand with the question.
    pub known: Vec<String>,
    /// What is asked, if something is.
    pub question: Option<CaseQuestion>,
}

/// What makes the answer of a case plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CasePicture {
    /// How a prefix matches a wildcard, letter by letter: each way.
    Matches(Vec<PrefixMatch>),
    /// When an action was there, beside the time of the finding.
    Times(Timeline),
}

/// What is asked in a case.
#[derive(Clone, Debug)]
pub struct CaseQuestion {
    /// The question, in a sentence.
    pub asked: String,
    /// By what rule it is decided.
    pub rule: &'static ChoiceRule,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// How it is answered.
    pub answer_by: AnswerBy,
    /// What it is about, and which choice is right and why.
    pub row: ChoosingRow,
    /// What the right choice says something about, as it stands before it.
    pub before_right: String,
    /// What makes the answer plain, shown with it.
    pub picture: Option<CasePicture>,
    /// Whether it is an example, which is told at once.
    pub is_example: bool,
}

impl CaseQuestion {
    /// The choice that is right, in its words.
    pub fn right(&self) -> &str {
        self.choices.get(self.row.right).map_or("", String::as_str)
    }
}

/// How many choices there are at most: each has a key.
pub(super) const MOST_CHOICES: usize = 5;

/// What is asked; why it cannot be, in a sentence.
pub(super) type Asked = Result<Case, String>;

impl Case {
    /// All that is known, a line each: the facts that one points at as well.
    pub fn all_known(&self) -> Vec<String> {
        let answer_by = self.question.as_ref().map(|question| &question.answer_by);
        let mut known = self.known.clone();
        if let Some(AnswerBy::Fact(facts)) = answer_by {
            known.extend(facts.lines());
        }
        known
    }

    /// A question about what is known.
    pub(super) fn asking<T: ToString>(
        known: Vec<String>,
        asked: String,
        rule: &'static ChoiceRule,
        choices: impl Iterator<Item = T>,
        row: ChoosingRow,
    ) -> Self {
        let question = CaseQuestion {
            asked,
            rule,
            choices: choices.map(|choice| choice.to_string()).collect(),
            answer_by: AnswerBy::Choice,
            before_right: row.what.clone(),
            row,
            picture: None,
            is_example: false,
        };
        Case {
            told: String::new(),
            known,
            question: Some(question),
        }
    }

    /// The same, with other words before the right choice than what it is about: an answer is kept under that.
    pub(super) fn with_words_before_right(mut self, words: String) -> Self {
        if let Some(question) = &mut self.question {
            question.before_right = words;
        }
        self
    }

    /// The same, answered otherwise than by the number of a choice.
    pub(super) fn answered_by(mut self, answer_by: AnswerBy) -> Self {
        if let Some(question) = &mut self.question {
            question.answer_by = answer_by;
        }
        self
    }

    /// The same, with what makes the answer plain.
    pub(super) fn with_picture(mut self, picture: Option<CasePicture>) -> Self {
        if let Some(question) = &mut self.question {
            question.picture = picture;
        }
        self
    }
}
