//! Which undecided entry comes next, and which came before.

use super::screen::ReviewScreen;
use crate::review::{Decision, EntryPlace};
use crate::tui::policy::OutlineRow;

impl ReviewScreen {
    /// The undecided places in the order of the policies, `NotAction` proposals included.
    pub(crate) fn undecided_places(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        let state = self.review.state();
        state
            .places()
            .filter(|place| state.decision(*place) == Some(Decision::Undecided))
    }

    /// Where a proposal was rejected.
    pub(crate) fn rejected_places(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        let state = self.review.state();
        state
            .places()
            .filter(|place| state.decision(*place) == Some(Decision::Rejected))
    }

    /// The undecided ones in the order in which they are shown.
    pub(crate) fn undecided_in_order(&self) -> Vec<EntryPlace> {
        let mut places: Vec<EntryPlace> = self.undecided_places().collect();
        places.sort_by_key(|place| self.outline.rank(*place));
        places
    }

    pub(crate) fn next_undecided(&self) -> Option<EntryPlace> {
        let (_, last) = self.cursor_order();
        let mut places = self.undecided_in_order().into_iter();
        places.find(|place| self.outline.rank(*place) > last)
    }

    pub(crate) fn previous_undecided(&self) -> Option<EntryPlace> {
        let (first, _) = self.cursor_order();
        let places = self.undecided_in_order().into_iter();
        let mut before = places.filter(|place| self.outline.rank(*place) < first);
        before.next_back()
    }

    /// Where the row under the cursor begins and ends among the entries as they are shown. What is
    /// beneath it, and seen apart, comes behind its end.
    fn cursor_order(&self) -> ([usize; 3], [usize; 3]) {
        let before_entries = |at: [usize; 3]| (at, at);
        match self.outline.current() {
            None => before_entries([0, 0, 0]),
            Some(OutlineRow::Policy(policy)) => {
                let (statement, entry) = (0, 0);
                let [policy, ..] = self.outline.rank(EntryPlace {
                    policy,
                    statement,
                    entry,
                });
                before_entries([policy, 0, 0])
            }
            Some(
                OutlineRow::Statement { policy, statement }
                | OutlineRow::Denies { policy, statement },
            ) => {
                let entry = 0;
                let [policy, statement, _] = self.outline.rank(EntryPlace {
                    policy,
                    statement,
                    entry,
                });
                before_entries([policy, statement, 0])
            }
            Some(row @ OutlineRow::Literals { first, count }) => {
                let [policy, statement, entry] = self.outline.rank(first);
                let seen_apart = self.outline.is_open(&self.review, row);
                let last = if seen_apart {
                    entry - 1
                } else {
                    entry + count - 1
                };
                ([policy, statement, entry], [policy, statement, last])
            }
            Some(OutlineRow::Entry(place) | OutlineRow::New { place, .. }) => {
                let rank = self.outline.rank(place);
                (rank, rank)
            }
        }
    }
}
