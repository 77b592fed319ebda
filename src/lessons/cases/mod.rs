//! Cases: the steps of a lesson that is about something else than prefixes.
//!
//! A [`Case`] is told, shown as an example, or asked before it is told. [`Cases`] are those of a lesson
//! with what came of each.

mod read;

use std::collections::BTreeMap;

use super::asked::{Case, CaseQuestion};
use super::quiz::{Replies, Reply, Score};

pub(super) use read::WrittenCase;

/// The cases of a lesson, and what came of what is asked in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cases {
    all: Vec<Case>,
    /// What the answer to each is kept under, where something is asked.
    keys: Vec<Option<String>>,
    replies: Vec<Option<Reply>>,
    /// Of each why the answer was wrong that was given first.
    look_again: Vec<Option<String>>,
}

impl Cases {
    /// These, with what came of them before.
    pub fn with(all: &[Case], replies: &Replies) -> Self {
        let keys = keys(all);
        let reply = |key: &Option<String>| replies.get(key.as_ref()?);
        Cases {
            all: all.to_vec(),
            replies: keys.iter().map(reply).collect(),
            keys,
            look_again: vec![None; all.len()],
        }
    }

    /// All of them, in their order.
    pub fn all(&self) -> &[Case] {
        &self.all
    }

    /// The question of the case at `at`, while it is not answered.
    pub fn asked_at(&self, at: usize) -> Option<&CaseQuestion> {
        let question = self.all.get(at)?.question.as_ref()?;
        let is_open = !question.is_example && self.replies[at].is_none();
        is_open.then_some(question)
    }

    /// What came of the question of the case at `at`.
    pub fn reply_at(&self, at: usize) -> Option<Reply> {
        self.replies.get(at).copied().flatten()
    }

    /// Whether the question at `at` was answered right; none while it is open, or is no question.
    pub fn is_right_at(&self, at: usize) -> Option<bool> {
        let question = self.all.get(at)?.question.as_ref()?;
        match self.reply_at(at)? {
            Reply::Chosen(choice) => Some(choice == question.row.right),
            Reply::Later => Some(true),
            _ => None,
        }
    }

    /// Chooses an answer. A wrong one can be followed by a second one, which counts.
    pub fn choose(&mut self, at: usize, choice: usize) {
        let Some(question) = self.asked_at(at) else {
            return;
        };
        if choice != question.row.right && self.look_again[at].is_none() {
            self.look_again[at] = Some(question.row.against(choice).to_owned());
            return;
        }
        let is_later = choice == question.row.right && self.look_again[at].is_some();
        self.reply(
            at,
            if is_later {
                Reply::Later
            } else {
                Reply::Chosen(choice)
            },
        );
    }

    /// Tells the answer without one being given.
    pub fn tell(&mut self, at: usize) {
        if self.asked_at(at).is_some() {
            self.reply(at, Reply::Passed);
        }
    }

    fn reply(&mut self, at: usize, reply: Reply) {
        self.replies[at] = Some(reply);
    }

    /// Why the answer to the question at `at` was wrong that was given first, until the second one.
    pub fn look_again_at(&self, at: usize) -> Option<&str> {
        self.asked_at(at)?;
        self.look_again[at].as_deref()
    }

    /// What came of what was asked.
    pub fn replies(&self) -> Replies {
        let asked = self.keys.iter().zip(&self.replies);
        let replies = asked.filter_map(|(key, reply)| Some((key.clone()?, (*reply)?)));
        replies.collect()
    }

    /// How many questions were answered, and how many of them right.
    pub fn score(&self) -> Score {
        let questions = self.all.iter().filter_map(|case| case.question.as_ref());
        let judged: Vec<bool> = (0..self.all.len())
            .filter_map(|at| self.is_right_at(at))
            .collect();
        let later = self
            .replies
            .iter()
            .flatten()
            .filter(|reply| **reply == Reply::Later);
        let later = later.count();
        Score {
            right: judged.iter().filter(|right| **right).count() - later,
            later,
            answered: judged.len(),
            all: questions.filter(|question| !question.is_example).count(),
        }
    }
}

/// What the answer to each case is kept under: its rule, and what it is about. What is alike in both is counted, so
/// that no two share an answer.
fn keys(all: &[Case]) -> Vec<Option<String>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let key = |case: &Case| {
        let question = case.question.as_ref()?;
        let key = format!("{} {}", question.rule.title, question.row.what);
        let times = seen.entry(key.clone()).or_default();
        *times += 1;
        Some(match *times {
            1 => key,
            times => format!("{key} ({times})"),
        })
    };
    all.iter().map(key).collect()
}
