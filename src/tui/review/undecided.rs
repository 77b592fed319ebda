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

    pub(crate) fn next_undecided(&self) -> Option<EntryPlace> {
        let (_, last) = self.cursor_order();
        self.undecided_places().find(|place| order(*place) > last)
    }

    pub(crate) fn previous_undecided(&self) -> Option<EntryPlace> {
        let (first, _) = self.cursor_order();
        let before = self
            .undecided_places()
            .filter(|place| order(*place) < first);
        before.last()
    }

    /// Where the row under the cursor begins and ends among the entries. What is beneath it, and
    /// seen apart, comes behind its end.
    fn cursor_order(&self) -> ([usize; 3], [usize; 3]) {
        let before_entries = |at: [usize; 3]| (at, at);
        match self.outline.current() {
            None => before_entries([0, 0, 0]),
            Some(OutlineRow::Policy(policy)) => before_entries([policy, 0, 0]),
            Some(
                OutlineRow::Statement { policy, statement }
                | OutlineRow::Denies { policy, statement },
            ) => before_entries([policy, statement + 1, 0]),
            Some(row @ OutlineRow::Literals { first, count }) => {
                let [policy, statement, entry] = order(first);
                let seen_apart = self.outline.is_open(&self.review, row);
                let last = if seen_apart {
                    entry - 1
                } else {
                    entry + count - 1
                };
                (order(first), [policy, statement, last])
            }
            Some(OutlineRow::Entry(place) | OutlineRow::New { place, .. }) => {
                (order(place), order(place))
            }
        }
    }
}

/// Entries count from 1, so that a statement can stand before its first one.
fn order(place: EntryPlace) -> [usize; 3] {
    [place.policy, place.statement + 1, place.entry + 1]
}
