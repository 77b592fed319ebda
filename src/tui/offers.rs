//! What the table of actions asks before it offers something.

use super::model::{Model, Overlay, Pane};
use super::tries::{OpenedTrie, RowId, TrieRow};
use crate::refine::Safety;
use crate::review::Written;

impl Model {
    pub(super) fn can_decide(&self) -> bool {
        !self.decidable().is_empty()
    }

    pub(super) fn has_undecided(&self) -> bool {
        !self.review.undecided().is_empty()
    }

    pub(super) fn has_next_undecided(&self) -> bool {
        self.next_undecided().is_some()
    }

    pub(super) fn has_previous_undecided(&self) -> bool {
        self.previous_undecided().is_some()
    }

    pub(super) fn can_undo(&self) -> bool {
        self.review.can_undo()
    }

    pub(super) fn can_redo(&self) -> bool {
        self.review.can_redo()
    }

    pub(super) fn has_trie(&self) -> bool {
        self.trie().is_some()
    }

    /// Whether the row of the trie under the cursor is one prefix with actions to keep or to drop.
    pub(super) fn can_mark(&self) -> bool {
        let row = self.trie_row();
        row.is_some_and(|(_, row)| {
            !matches!(row.id, RowId::Gathered(_)) && row.stays + row.goes > 0
        })
    }

    /// Whether the row of the trie under the cursor can be split, or is.
    pub(super) fn can_split(&self) -> bool {
        self.trie_row().is_some_and(|(opened, row)| {
            let node = opened.trie().node(opened.representative(row));
            node.safety == Safety::Split || opened.can_split(row)
        })
    }

    fn trie_row(&self) -> Option<(&OpenedTrie, &TrieRow)> {
        let opened = self.trie()?;
        Some((opened, opened.current()?))
    }

    pub(super) fn can_close(&self) -> bool {
        self.overlay != Overlay::None
            || self.steps.is_some()
            || self.pane == Pane::Diff
            || self.is_searching()
    }

    pub(super) fn has_marks(&self) -> bool {
        !self.marks().is_empty()
    }

    pub(super) fn is_searching(&self) -> bool {
        !self.search.is_empty()
    }

    pub(super) fn can_write(&self) -> bool {
        self.review.is_proved() && self.changes_something()
    }

    pub(super) fn can_unfold(&self) -> bool {
        self.pane == Pane::Policy
    }

    pub(super) fn changes_something(&self) -> bool {
        let mut outcomes = self.review.outcomes().iter();
        outcomes.any(|outcome| outcome.written != Written::Unchanged)
    }
}
