//! What is asked about at once: a proposal, or neighbouring actions of a list that go for one reason.

use std::cmp::Reverse;

use super::Plain;
use crate::refine::EntryOutcome;
use crate::review::{Decision, EntryPlace};

/// The least number of neighbouring actions that are asked about at once, as many as the screen shows
/// in one row.
const TOGETHER_FROM: usize = 3;

/// The places of one question, never none.
pub(super) type Item = Vec<EntryPlace>;

impl Plain<'_> {
    /// All questions, in the order in which they are asked.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut places: Vec<EntryPlace> = self.review.state().places().collect();
        if let Some(ranks) = &self.ranks {
            places.sort_by_key(|place| Reverse(ranks.get(place)));
        }
        let mut runs: Vec<Item> = Vec::new();
        for place in places {
            match runs.last_mut() {
                Some(run) if self.goes_with(run, place) => run.push(place),
                _ => runs.push(vec![place]),
            }
        }
        let items = runs.into_iter().flat_map(|run| {
            if run.len() < TOGETHER_FROM {
                run.into_iter().map(|place| vec![place]).collect()
            } else {
                vec![run]
            }
        });
        items.collect()
    }

    /// What is asked about; none once all was.
    pub(super) fn item(&self) -> Option<Item> {
        self.items().into_iter().nth(self.at)
    }

    /// The one place that is asked about; none where they are several.
    pub(super) fn place(&self) -> Option<EntryPlace> {
        match self.item()?.as_slice() {
            [place] => Some(*place),
            _ => None,
        }
    }

    pub(super) fn is_undecided(&self, item: &[EntryPlace]) -> bool {
        item.iter()
            .any(|place| self.review.state().decision(*place) == Some(Decision::Undecided))
    }

    /// Asks about each of what is asked about at once.
    pub(super) fn part(&mut self) -> Option<usize> {
        let item = self.item().filter(|item| item.len() > 1)?;
        self.parted.extend(&item);
        Some(item.len())
    }

    /// Asks in the order of risk from now on, or as they are written again. True for by risk.
    pub(super) fn change_order(&mut self) -> bool {
        let here = self.item();
        self.ranks = if self.ranks.is_some() {
            None
        } else {
            let places = self.review.state().places();
            let ranks = places.map(|place| (place, self.review.levels_that_go(place)));
            Some(ranks.collect())
        };
        if let Some(place) = here.and_then(|item| item.first().copied()) {
            self.go_to(place);
        }
        self.ranks.is_some()
    }

    /// Goes to the question about a place.
    pub(super) fn go_to(&mut self, place: EntryPlace) {
        let items = self.items();
        let at = items.iter().position(|item| item.contains(&place));
        self.at = at.unwrap_or(self.at);
    }

    /// Goes to the first undecided question from the one at `from` on, or past the last.
    pub(super) fn go_to_undecided(&mut self, from: usize) {
        let items = self.items();
        let next = (from..items.len()).find(|&at| self.is_undecided(&items[at]));
        self.at = next.unwrap_or(items.len());
    }

    /// Whether an action stands right behind those of `run` and goes for the same reason, and as much
    /// is decided of it.
    fn goes_with(&self, run: &[EntryPlace], place: EntryPlace) -> bool {
        let state = self.review.state();
        let (Some(&last), is_parted) = (run.last(), self.parted.contains(&place)) else {
            return false;
        };
        let is_next = EntryPlace {
            entry: last.entry + 1,
            ..last
        } == place;
        let (Some(before), Some(entry)) = (state.entry(last), state.entry(place)) else {
            return false;
        };
        let is_compared = |place| self.review.compared().get(place).is_some();
        is_next
            && !is_parted
            && !self.parted.contains(&last)
            && entry.plan.old.is_literal()
            && before.plan.old.is_literal()
            && matches!(entry.plan.outcome, EntryOutcome::Goes(_))
            && entry.plan.outcome == before.plan.outcome
            && entry.plan.old.service() == before.plan.old.service()
            && entry.decision == before.decision
            && entry.reason == before.reason
            && entry.marks.is_empty()
            && before.marks.is_empty()
            && !is_compared(last)
            && !is_compared(place)
    }
}
