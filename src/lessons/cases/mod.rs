//! Cases: the steps of a lesson that is about something else than prefixes.
//!
//! A [`Case`] is told, shown as an example, or asked before it is told. [`Cases`] are those of a lesson
//! with what came of each.

mod read;

use std::collections::BTreeMap;

use super::answering::{Answering, Half};
use super::asked::{Case, CaseAnswer, CaseQuestion};
use super::reply::{Replies, Reply};
use super::score::Score;

pub(super) use read::WrittenCase;

/// The cases of a lesson, and what came of what is asked in them.
#[derive(Clone, Debug)]
pub struct Cases {
    all: Vec<Case>,
    /// Of each case in which something is asked what the answer is kept under, and how far that is given.
    asked: Vec<Option<(String, Answering)>>,
}

impl Cases {
    /// These, with what came of them before.
    pub fn with(all: &[Case], replies: &Replies) -> Self {
        let asked = all.iter().zip(keys(all)).map(|(case, key)| {
            let question = case.question.as_ref();
            let (question, key) = question.filter(|one| !one.is_example).zip(key)?;
            let answering = replies.get(&key, |earlier| earlier.of_case(question));
            Some((key, answering))
        });
        Cases {
            asked: asked.collect(),
            all: all.to_vec(),
        }
    }

    /// All of them, in their order.
    pub fn all(&self) -> &[Case] {
        &self.all
    }

    fn answering(&self, at: usize) -> Option<&Answering> {
        let (_, answering) = self.asked.get(at)?.as_ref()?;
        Some(answering)
    }

    /// The question of the case at `at`, while it is not answered.
    pub fn asked_at(&self, at: usize) -> Option<&CaseQuestion> {
        let is_open = self.answering(at)?.is_open();
        self.all[at].question.as_ref().filter(|_| is_open)
    }

    /// What came of the question of the case at `at`.
    pub fn reply_at(&self, at: usize) -> Option<&Reply> {
        self.answering(at)?.reply()
    }

    /// Whether the question at `at` was answered right; none while it is open, or is no question.
    pub fn is_right_at(&self, at: usize) -> Option<bool> {
        match self.reply_at(at)? {
            Reply::AtOnce | Reply::Later => Some(true),
            Reply::Wrong(_) => Some(false),
            Reply::Passed => None,
        }
    }

    /// Takes an answer. A wrong one can be followed by a second one, which counts. One that cannot be given to the
    /// question is none.
    pub fn answer(&mut self, at: usize, answer: &CaseAnswer) {
        let asked = self.all.get(at).zip(self.asked.get_mut(at));
        let Some((Some(question), Some((_, answering)))) =
            asked.map(|(case, asked)| (&case.question, asked))
        else {
            return;
        };
        let Some(words) = question.words(answer) else {
            return;
        };
        match question.against(&words) {
            None => answering.right(),
            Some(why) => answering.wrong(Half::First, &words, why),
        }
    }

    /// Tells the answer without one being given.
    pub fn tell(&mut self, at: usize) {
        if let Some(Some((_, answering))) = self.asked.get_mut(at) {
            answering.pass();
        }
    }

    /// Why the answer to the question at `at` was wrong that was given first, until the second one.
    pub fn look_again_at(&self, at: usize) -> Option<&str> {
        self.answering(at)?.look_again(Half::First)
    }

    /// What came of what was asked.
    pub fn replies(&self) -> Replies {
        let asked = self.asked.iter().flatten();
        let replies = asked.filter_map(|(key, answering)| Some((key.clone(), answering.saved()?)));
        replies.collect()
    }

    /// How many questions were answered, and how many of them right.
    pub fn score(&self) -> Score {
        let asked = self.asked.iter().flatten();
        asked.map(|(_, answering)| answering.score()).sum()
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
