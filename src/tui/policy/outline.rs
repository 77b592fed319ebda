//! The rows of the policy pane: policies, statements, entries, and what replaces them.

use std::collections::{BTreeMap, HashSet};

use super::filter::EntryFilter;
use super::fold::{can_fold, is_open};
use super::order::EntryOrder;
use super::row::{OutlineRow, PlacedRow};
use super::rows::Rows;
use crate::review::{EntryPlace, Review};

/// The rows as they are folded, and the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyOutline {
    rows: Vec<PlacedRow>,
    cursor: usize,
    /// The rows whose fold is not as it was at first.
    flipped: HashSet<OutlineRow>,
    filter: EntryFilter,
    order: EntryOrder,
    /// Where each entry is shown, where that is not as they are written.
    ranks: BTreeMap<EntryPlace, [usize; 3]>,
}

impl PolicyOutline {
    /// The rows that are to be seen.
    pub fn rows(&self) -> &[PlacedRow] {
        &self.rows
    }

    /// The row that the cursor is on, counted from 0.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row the cursor is on; none only before [`PolicyOutline::rebuild`].
    pub fn current(&self) -> Option<OutlineRow> {
        self.rows.get(self.cursor).map(|placed| placed.row)
    }

    /// Puts the cursor on the row at `index`, or on the last one.
    pub fn put_cursor(&mut self, index: usize) {
        self.cursor = index.min(self.rows.len().saturating_sub(1));
    }

    /// Makes the rows anew after something changed. The cursor stays on its row, or goes to the
    /// one above it when that is gone.
    pub fn rebuild(&mut self, review: &Review) {
        let before: Vec<OutlineRow> = self.rows.iter().map(|placed| placed.row).collect();
        let mut above = before.iter().take(self.cursor + 1).rev();
        self.rows = Rows::of(review, &self.flipped, self.filter, self.order);
        self.ranks = self.order.ranks(review);
        let kept = above.find_map(|row| self.index_of(*row)).unwrap_or(0);
        self.put_cursor(kept);
    }

    /// Which entries have rows.
    pub fn filter(&self) -> EntryFilter {
        self.filter
    }

    /// Shows these entries. The cursor stays on its row, or goes to the one above it that is shown.
    pub fn set_filter(&mut self, review: &Review, filter: EntryFilter) {
        self.filter = filter;
        self.rebuild(review);
    }

    /// In which order entries are shown.
    pub fn order(&self) -> EntryOrder {
        self.order
    }

    /// Shows the entries in the other order. The cursor stays on its row. Returns the order.
    pub fn set_next_order(&mut self, review: &Review) -> EntryOrder {
        self.order = self.order.next();
        self.rebuild(review);
        self.order
    }

    /// Where the entry at `place` is shown among all; numbers count from 1, so that a statement can
    /// stand before its first entry.
    pub fn rank(&self, place: EntryPlace) -> [usize; 3] {
        let as_written = [place.policy, place.statement + 1, place.entry + 1];
        self.ranks.get(&place).copied().unwrap_or(as_written)
    }

    /// Whether the row can be folded and unfolded.
    pub fn can_fold(review: &Review, row: OutlineRow) -> bool {
        can_fold(review, row)
    }

    /// Whether what is beneath the row is to be seen.
    pub fn is_open(&self, review: &Review, row: OutlineRow) -> bool {
        is_open(review, row, self.flipped.contains(&row))
    }

    /// Folds or unfolds the row.
    pub fn flip(&mut self, review: &Review, row: OutlineRow) {
        if !can_fold(review, row) {
            return;
        }
        if !self.flipped.remove(&row) {
            self.flipped.insert(row);
        }
        self.rebuild(review);
    }

    /// Puts the cursor on the row that the one it is on stands beneath. Returns whether there is
    /// one.
    pub fn go_to_parent(&mut self) -> bool {
        let Some(depth) = self.rows.get(self.cursor).map(|placed| placed.depth) else {
            return false;
        };
        let parent = self.rows[..self.cursor]
            .iter()
            .rposition(|placed| placed.depth < depth);
        self.cursor = parent.unwrap_or(self.cursor);
        parent.is_some()
    }

    /// Goes on to the entry at `place`; among the policies of several principals that are folded, to its
    /// policy.
    pub fn go_on_to(&mut self, review: &Review, place: EntryPlace) {
        let policy = OutlineRow::Policy(place.policy);
        let is_in_list = matches!(self.current(), Some(row @ OutlineRow::Policy(_))
            if !self.is_open(review, row) && !self.is_open(review, policy));
        match self.index_of(policy).filter(|_| is_in_list) {
            Some(index) => self.cursor = index,
            None => self.reveal(review, place),
        }
    }

    /// Puts the cursor on the entry at `place`, and unfolds what hides it, but for literals that
    /// are one row.
    pub fn reveal(&mut self, review: &Review, place: EntryPlace) {
        if !self.filter.shows(review, place) {
            self.set_filter(review, EntryFilter::All);
        }
        for row in [
            OutlineRow::Policy(place.policy),
            OutlineRow::Statement {
                policy: place.policy,
                statement: place.statement,
            },
        ] {
            if !self.is_open(review, row) {
                self.flip(review, row);
            }
        }
        let index = self.rows.iter().position(|placed| match placed.row {
            OutlineRow::Entry(entry) => entry == place,
            row @ OutlineRow::Literals { .. } => row.covers(place) && !self.is_open(review, row),
            _ => false,
        });
        if let Some(index) = index {
            self.cursor = index;
        }
    }

    /// Puts the cursor on `row`, and unfolds what hides it.
    pub fn go_to(&mut self, review: &Review, row: OutlineRow) {
        match row {
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => {
                self.reveal(review, place);
                let folded = self
                    .current()
                    .filter(|at| matches!(at, OutlineRow::Literals { .. }) || *at != row);
                if let Some(folded) = folded.filter(|folded| !self.is_open(review, *folded)) {
                    self.flip(review, folded);
                }
            }
            OutlineRow::Statement { policy, statement }
            | OutlineRow::Denies { policy, statement } => {
                if !self.filter.shows_statement(review, policy, statement) {
                    self.set_filter(review, EntryFilter::All);
                }
                for above in [
                    OutlineRow::Policy(policy),
                    OutlineRow::Statement { policy, statement },
                ] {
                    if above != row && !self.is_open(review, above) {
                        self.flip(review, above);
                    }
                }
            }
            OutlineRow::Policy(_) | OutlineRow::Literals { .. } => {}
        }
        self.cursor = self.index_of(row).unwrap_or(self.cursor);
    }

    fn index_of(&self, row: OutlineRow) -> Option<usize> {
        self.rows.iter().position(|placed| placed.row == row)
    }
}
