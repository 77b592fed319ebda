//! Listing the rows of the policy pane as they are folded and filtered.

use std::collections::HashSet;

use super::filter::EntryFilter;
use super::fold::{is_open, new_entries};
use super::order::{EntryOrder, LITERALS_FOLDED_FROM, Run};
use super::row::{OutlineRow, PlacedRow};
use crate::review::{EntryPlace, Review, StatementReview};

/// Lists rows as they are folded.
pub(crate) struct Rows<'a> {
    review: &'a Review,
    flipped: &'a HashSet<OutlineRow>,
    filter: EntryFilter,
    order: EntryOrder,
    placed: Vec<PlacedRow>,
}

impl<'a> Rows<'a> {
    pub(crate) fn of(
        review: &'a Review,
        flipped: &'a HashSet<OutlineRow>,
        filter: EntryFilter,
        order: EntryOrder,
    ) -> Vec<PlacedRow> {
        let mut rows = Rows {
            review,
            flipped,
            filter,
            order,
            placed: Vec::new(),
        };
        let policies = order.policies(review);
        let is_one = policies.len() == 1;
        for policy in policies {
            if is_one || rows.shows(policy) && rows.add(OutlineRow::Policy(policy), 0) {
                rows.add_statements(policy);
            }
        }
        rows.placed
    }

    /// Whether something of a policy is shown.
    fn shows(&self, policy: usize) -> bool {
        let mut statements = 0..self.review.state().statements(policy).len();
        self.filter == EntryFilter::All
            || statements
                .any(|statement| self.filter.shows_statement(self.review, policy, statement))
    }

    /// Adds a row. Returns whether what is beneath it is to be seen.
    fn add(&mut self, row: OutlineRow, depth: usize) -> bool {
        self.placed.push(PlacedRow { row, depth });
        is_open(self.review, row, self.flipped.contains(&row))
    }

    fn add_statements(&mut self, policy: usize) {
        let state = self.review.state();
        for statement in self.order.statements(self.review, policy) {
            let is_shown = self.filter.shows_statement(self.review, policy, statement);
            if !is_shown || !self.add(OutlineRow::Statement { policy, statement }, 1) {
                continue;
            }
            if matches!(state.statements(policy)[statement], StatementReview::Denies) {
                self.add(OutlineRow::Denies { policy, statement }, 2);
            }
            for run in self.order.runs(self.review, policy, statement) {
                self.add_run(run);
            }
        }
    }

    fn add_run(&mut self, run: Run) {
        let Run { first, count } = run;
        let entries = first.entry..first.entry + count;
        let places = entries.map(|entry| EntryPlace { entry, ..first });
        let shown: Vec<EntryPlace> = places
            .filter(|place| self.filter.shows(self.review, *place))
            .collect();
        if shown.is_empty() {
            return;
        }
        let mut depth = 2;
        if count >= LITERALS_FOLDED_FROM {
            if !self.add(OutlineRow::Literals { first, count }, depth) {
                return;
            }
            depth += 1;
        }
        for place in shown {
            self.add_entry(place, depth);
        }
    }

    fn add_entry(&mut self, place: EntryPlace, depth: usize) {
        if self.add(OutlineRow::Entry(place), depth) {
            for index in 0..new_entries(self.review.state(), place) {
                self.add(OutlineRow::New { place, index }, depth + 1);
            }
        }
    }
}
