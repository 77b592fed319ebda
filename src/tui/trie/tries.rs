//! The tries of the wildcards that were opened.
//!
//! A trie is built when the cursor first comes to its wildcard, and again only when its marks,
//! what is held back of it, or its granularity change.

use std::collections::HashMap;

use super::opened::OpenedTrie;
use crate::review::{EntryPlace, Review};

/// The wildcards that were opened so far.
#[derive(Debug, Default)]
pub struct Tries {
    opened: HashMap<EntryPlace, OpenedTrie>,
}

impl Tries {
    /// Makes sure that the wildcard at `place` is opened as it is marked now. Nothing happens where
    /// no wildcard is.
    pub fn prepare(&mut self, review: &Review, place: EntryPlace) {
        let Some(entry) = review.state().entry(place) else {
            return;
        };
        if entry.plan.old.is_literal() {
            return;
        }
        let opened = self.opened.get(&place);
        if !opened.is_some_and(|opened| opened.is_of(entry)) {
            let before = self.opened.remove(&place);
            let opened = OpenedTrie::new(review, place, entry, before);
            self.opened.insert(place, opened);
        }
    }

    /// The wildcard at `place`, if it was prepared.
    pub fn get(&self, place: EntryPlace) -> Option<&OpenedTrie> {
        self.opened.get(&place)
    }

    /// The wildcard at `place`, to move in it.
    pub fn get_mut(&mut self, place: EntryPlace) -> Option<&mut OpenedTrie> {
        self.opened.get_mut(&place)
    }
}
