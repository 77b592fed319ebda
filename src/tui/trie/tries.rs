//! The tries that were shown.
//!
//! A trie is built when the cursor first comes to what it is of, and again only when its marks,
//! what is held back of it, or its granularity change.

use std::collections::HashMap;

use super::opened::OpenedTrie;
use super::subject::Subject;
use crate::review::{EntryPlace, Review};

/// The tries that were shown so far.
#[derive(Debug, Default)]
pub struct Tries {
    opened: HashMap<Subject, OpenedTrie>,
}

impl Tries {
    /// Makes sure that the trie of `subject` is there as all is marked now.
    pub(crate) fn show(&mut self, review: &Review, subject: Subject) {
        let opened = self.opened.get(&subject);
        if opened.is_some_and(|opened| opened.is_of(review, subject)) {
            return;
        }
        let before = self.opened.remove(&subject);
        if let Some(opened) = OpenedTrie::new(review, subject, before) {
            self.opened.insert(subject, opened);
        }
    }

    /// The same of the wildcard at `place`. Nothing happens where no wildcard is.
    pub fn prepare(&mut self, review: &Review, place: EntryPlace) {
        let entry = review.state().entry(place);
        if entry.is_some_and(|entry| !entry.plan.old.is_literal()) {
            self.show(review, Subject::Wildcard(place));
        }
    }

    /// The trie of `subject`, if it was shown.
    pub(crate) fn of(&self, subject: Subject) -> Option<&OpenedTrie> {
        self.opened.get(&subject)
    }

    /// The same, to move in it.
    pub(crate) fn of_mut(&mut self, subject: Subject) -> Option<&mut OpenedTrie> {
        self.opened.get_mut(&subject)
    }

    /// The wildcard at `place`, if it was prepared.
    pub fn get(&self, place: EntryPlace) -> Option<&OpenedTrie> {
        self.of(Subject::Wildcard(place))
    }

    /// The wildcard at `place`, to move in it.
    pub fn get_mut(&mut self, place: EntryPlace) -> Option<&mut OpenedTrie> {
        self.of_mut(Subject::Wildcard(place))
    }
}
