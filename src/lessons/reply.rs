//! What came of the questions, and how it is saved.

use std::collections::{BTreeMap, btree_map};

use serde::{Deserialize, Serialize};

use super::answering::{Answering, LookAgain};
use super::earlier::Earlier;

/// What came of a question whose answer was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The first answer was right.
    AtOnce,
    /// The second answer was right.
    Later,
    /// Both were wrong. This was said last: its words, since what can be said may be another in another version.
    Wrong(String),
    /// The answer was shown without one being given.
    Passed,
}

/// What came of a question whose answer was not shown yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begun {
    /// The first answer to one of its halves was wrong, or to both; why, as it is told until the second one.
    LookAgain(LookAgain),
}

/// What came of a question, as it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Saved {
    /// As this version saves it.
    Reply(Reply),
    /// Of one whose answer was not shown yet.
    Begun(Begun),
    /// As an earlier one did.
    Earlier(Earlier),
}

impl From<Reply> for Saved {
    fn from(reply: Reply) -> Self {
        Saved::Reply(reply)
    }
}

/// What came of the questions, by what each is about. One to which no answer was given is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Replies(BTreeMap<String, Saved>);

impl Replies {
    /// Whether nothing was answered yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How far the question is answered that is kept under `key`; what an earlier version saved of it is judged first.
    pub(super) fn get(&self, key: &str, judge: impl Fn(&Earlier) -> Reply) -> Answering {
        match self.0.get(key) {
            None => Answering::default(),
            Some(Saved::Reply(reply)) => Answering::shown(reply.clone()),
            Some(Saved::Begun(Begun::LookAgain(why))) => Answering::begun(why.clone()),
            Some(Saved::Earlier(earlier)) => Answering::shown(judge(earlier)),
        }
    }

    /// Those whose answers were shown.
    #[cfg(feature = "tui")]
    pub(crate) fn shown(&self) -> impl Iterator<Item = (String, Saved)> {
        let all = self.0.iter();
        let shown = all.filter(|(_, saved)| !matches!(saved, Saved::Begun(_)));
        shown.map(|(key, saved)| (key.clone(), saved.clone()))
    }
}

impl<S: Into<Saved>> Extend<(String, S)> for Replies {
    fn extend<I: IntoIterator<Item = (String, S)>>(&mut self, replies: I) {
        let replies = replies.into_iter();
        self.0
            .extend(replies.map(|(key, reply)| (key, reply.into())));
    }
}

impl IntoIterator for Replies {
    type Item = (String, Saved);
    type IntoIter = btree_map::IntoIter<String, Saved>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<S: Into<Saved>> FromIterator<(String, S)> for Replies {
    fn from_iter<I: IntoIterator<Item = (String, S)>>(replies: I) -> Self {
        let mut all = Replies::default();
        all.extend(replies);
        all
    }
}
