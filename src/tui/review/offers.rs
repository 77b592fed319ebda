//! What the table of keys asks before it offers something.

use super::pane::Pane;
use super::screen::ReviewScreen;
use crate::iam::{Action, ActionPrefix};
use crate::refine::{HeldBecause, Safety};
use crate::review::Decision;
use crate::tui::policy::OutlineRow;
use crate::tui::steps::Steps;
use crate::tui::trie::{OpenedTrie, RowId, TrieRow, can_split, has_wildcards, left_whole, mark_on};

impl ReviewScreen {
    pub(crate) fn can_decide(&self) -> bool {
        !self.decidable().is_empty()
    }

    /// Whether a row of the policy is decided by itself: an entry, or what several are folded into.
    pub(crate) fn is_decided_alone(&self, row: OutlineRow) -> bool {
        let stands_for_itself = match row {
            OutlineRow::New { .. } | OutlineRow::Denies { .. } => false,
            OutlineRow::Entry(_) => true,
            OutlineRow::Policy(_) | OutlineRow::Statement { .. } | OutlineRow::Literals { .. } => {
                !self.outline.is_open(&self.review, row)
            }
        };
        stands_for_itself && !row.places(self.review.state()).is_empty()
    }

    /// Whether what is written for an entry lies between the cursor and the next one.
    pub(crate) fn is_at_new_entries(&self) -> bool {
        let row = self.outline.current();
        row.is_some_and(|row| match row {
            OutlineRow::New { .. } => true,
            OutlineRow::Entry(_) => self.outline.is_open(&self.review, row),
            _ => false,
        })
    }

    /// What is decided of all that the cursor stands for; none where that differs.
    pub(crate) fn decision_here(&self) -> Option<Decision> {
        let state = self.review.state();
        let places = self.decidable().into_iter();
        let mut decisions = places.filter_map(|place| state.decision(place));
        let first = decisions.next()?;
        decisions.all(|other| other == first).then_some(first)
    }

    /// Whether the entry whose steps are shown can be decided: not in a lesson.
    pub(crate) fn can_decide_steps(&self) -> bool {
        !self.is_watching()
    }

    /// Whether something is proposed for the policy under the cursor, or for those that share its quota.
    pub(crate) fn has_proposals(&self) -> bool {
        let policy = self.outline.current().map_or(0, OutlineRow::policy);
        let mut sharing = self.review.sharing_quota(policy);
        let state = self.review.state();
        sharing.any(|other| state.places().any(|place| place.policy == other))
    }

    /// Whether there are wildcards of which something goes.
    pub(crate) fn has_wildcards(&self) -> bool {
        self.review.cut_places().next().is_some()
    }

    pub(crate) fn has_undecided(&self) -> bool {
        !self.review.undecided().is_empty()
    }

    pub(crate) fn has_next_undecided(&self) -> bool {
        self.next_undecided().is_some()
    }

    pub(crate) fn has_previous_undecided(&self) -> bool {
        self.previous_undecided().is_some()
    }

    pub(crate) fn can_undo(&self) -> bool {
        self.review.can_undo()
    }

    pub(crate) fn can_redo(&self) -> bool {
        self.review.can_redo()
    }

    pub(crate) fn has_trie(&self) -> bool {
        self.trie().is_some()
    }

    /// Whether the row of the trie under the cursor is one prefix with actions to keep or to drop.
    pub(crate) fn can_mark(&self) -> bool {
        let of_several = self.shown_trie().filter(|_| has_wildcards(self));
        let row = self.trie().or(of_several).and_then(OpenedTrie::current);
        row.is_some_and(|row| !matches!(row.id, RowId::Gathered(_)) && row.stays + row.goes > 0)
    }

    /// Whether the row of the trie under the cursor can be split, or is.
    pub(crate) fn can_split(&self) -> bool {
        self.trie_row().is_some_and(|(opened, row)| {
            let node = opened.trie().node(opened.representative(row));
            node.safety == Safety::Split || can_split(self, opened, row)
        })
    }

    /// Whether the row of the trie under the cursor can be left whole, or is.
    pub(crate) fn can_leave_whole(&self) -> bool {
        matches!(left_whole(self), Some(Ok(_)))
    }

    /// Whether the steps show the names and the trie by turns.
    pub(crate) fn has_one_of_two(&self) -> bool {
        self.seen.has_one_of_two
    }

    /// Whether an unused action is to be pointed at that starts with a prefix.
    pub(crate) fn is_pointing(&self) -> bool {
        self.steps().is_some_and(Steps::is_pointing)
    }

    /// Whether it is to be chosen what is written for a prefix.
    pub(crate) fn is_choosing(&self) -> bool {
        let steps = self.steps();
        steps.is_some_and(|steps| steps.asked().is_some() && !steps.is_pointing())
    }

    fn trie_row(&self) -> Option<(&OpenedTrie, &TrieRow)> {
        let opened = self.trie()?;
        Some((opened, opened.current()?))
    }

    /// Whether something besides what lies over the panes can be closed.
    pub(crate) fn can_close(&self) -> bool {
        self.is_watching()
            || self.entry_steps.is_some()
            || self.pane == Pane::Diff
            || self.is_searching()
    }

    /// Whether something is held back of what the cursor is on.
    pub(crate) fn has_held(&self) -> bool {
        self.held_here().next().is_some()
    }

    /// Whether something is held back of what the cursor is on, or marked there.
    pub(crate) fn can_let_go(&self) -> bool {
        self.has_held() || self.has_mark_here()
    }

    /// Whether the row of the trie under the cursor bears a mark.
    pub(crate) fn has_mark_here(&self) -> bool {
        let row = self.trie_row().filter(|_| self.pane == Pane::Trie);
        row.is_some_and(|(opened, row)| mark_on(opened, row).is_some())
    }

    /// What is held back of what the cursor is on.
    pub(crate) fn held_here(&self) -> impl Iterator<Item = (&Action, &HeldBecause)> {
        let prefix = self.held_prefix();
        let held = self.place().into_iter().flat_map(|place| {
            let (state, input) = (self.review.state(), self.review.input());
            state.held_back(input, place)
        });
        held.filter(move |(action, _)| prefix.starts(action))
    }

    /// What the actions at the cursor start with: in the trie the prefix there, in the policy
    /// nothing, which is all of the entry.
    pub(crate) fn held_prefix(&self) -> ActionPrefix {
        match (self.pane, self.trie_row()) {
            (Pane::Trie, Some((opened, row))) => opened.trie().prefix(opened.representative(row)),
            _ => ActionPrefix::of_everything(),
        }
    }

    pub(crate) fn has_marks(&self) -> bool {
        !self.marks().is_empty()
    }

    pub(crate) fn is_searching(&self) -> bool {
        !self.search.is_empty()
    }

    pub(crate) fn can_write(&self) -> bool {
        self.review.is_proved() && self.review.changes_something()
    }

    pub(crate) fn can_unfold(&self) -> bool {
        self.pane == Pane::Policy
    }
}
