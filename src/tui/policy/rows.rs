//! Listing the rows of the policy pane as they are folded and filtered.

use std::collections::HashSet;

use super::filter::EntryFilter;
use super::fold::{is_open, new_entries};
use super::row::{OutlineRow, PlacedRow};
use crate::refine::EntryPlan;
use crate::review::{EntryPlace, Review, StatementReview};

/// The least number of neighbouring literals of one fate that become one row.
const LITERALS_FOLDED_FROM: usize = 3;

/// Lists rows as they are folded.
pub(crate) struct Rows<'a> {
    review: &'a Review,
    flipped: &'a HashSet<OutlineRow>,
    filter: EntryFilter,
    placed: Vec<PlacedRow>,
}

impl<'a> Rows<'a> {
    pub(crate) fn of(
        review: &'a Review,
        flipped: &'a HashSet<OutlineRow>,
        filter: EntryFilter,
    ) -> Vec<PlacedRow> {
        let mut rows = Rows {
            review,
            flipped,
            filter,
            placed: Vec::new(),
        };
        let policies = review.outcomes().len();
        for policy in 0..policies {
            if policies == 1 || rows.add(OutlineRow::Policy(policy), 0) {
                rows.add_statements(policy);
            }
        }
        rows.placed
    }

    /// Adds a row. Returns whether what is beneath it is to be seen.
    fn add(&mut self, row: OutlineRow, depth: usize) -> bool {
        self.placed.push(PlacedRow { row, depth });
        is_open(self.review, row, self.flipped.contains(&row))
    }

    fn add_statements(&mut self, policy: usize) {
        for (statement, reviewed) in self.review.state().statements(policy).iter().enumerate() {
            let state = self.review.state();
            let is_shown = self.filter.shows_statement(state, policy, statement);
            if !is_shown || !self.add(OutlineRow::Statement { policy, statement }, 1) {
                continue;
            }
            let place = |entry| EntryPlace {
                policy,
                statement,
                entry,
            };
            match reviewed {
                StatementReview::Denies => {
                    self.add(OutlineRow::Denies { policy, statement }, 2);
                }
                StatementReview::NotAction { .. } => self.add_entry(place(0), 2),
                StatementReview::Entries(entries) => {
                    let plans: Vec<&EntryPlan> = entries.iter().map(|entry| &*entry.plan).collect();
                    let mut at = 0;
                    while at < plans.len() {
                        let count = literals_of_one_fate(&plans[at..]);
                        self.add_run(place(at), count);
                        at += count;
                    }
                }
            }
        }
    }

    fn add_run(&mut self, first: EntryPlace, count: usize) {
        let entries = first.entry..first.entry + count;
        let places = entries.map(|entry| EntryPlace { entry, ..first });
        let state = self.review.state();
        let shown: Vec<EntryPlace> = places
            .filter(|place| self.filter.shows(state, *place))
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

/// How many of the first `plans` are literals of one service and one fate; 1 when there is no such
/// run.
fn literals_of_one_fate(plans: &[&EntryPlan]) -> usize {
    let alike = |plan: &&&EntryPlan| {
        plan.old.is_literal()
            && plan.old.service() == plans[0].old.service()
            && plan.outcome == plans[0].outcome
    };
    plans.iter().take_while(alike).count().max(1)
}
