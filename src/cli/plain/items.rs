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

    /// What is asked about, and where among all `items`; none once all was.
    pub(super) fn here(&self, items: &[Item]) -> Option<usize> {
        let here = self.here?;
        let holds = |item: &Item| item.contains(&here);
        let behind = |item: &Item| item[0] > here;
        // Nothing may be proposed there any more: then it is what comes behind.
        let at = items.iter().position(holds);
        at.or_else(|| items.iter().position(behind))
    }

    /// What is asked about; none once all was.
    pub(super) fn item(&self) -> Option<Item> {
        let items = self.items();
        let at = self.here(&items)?;
        items.into_iter().nth(at)
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
        self.here = here.map(|item| item[0]);
        self.ranks.is_some()
    }

    /// The places that are asked about behind what is asked about here. Places stay what they are,
    /// while an answer may join questions or part them.
    pub(super) fn behind(&self) -> Vec<EntryPlace> {
        let items = self.items();
        let next = self.here(&items).map_or(items.len(), |at| at + 1);
        items[next..].concat()
    }

    /// Goes to the question right behind this, decided or not.
    pub(super) fn go_on(&mut self) {
        let next = self.behind().first().copied();
        self.here = next.or_else(|| self.never_asked());
    }

    /// Goes to the question before this.
    pub(super) fn go_back(&mut self) {
        let items = self.items();
        let at = self.here(&items).unwrap_or(items.len());
        let before = items.get(at.saturating_sub(1));
        self.here = before.map(|item| item[0]);
    }

    /// Goes to the first undecided of `places`.
    pub(super) fn go_to_undecided(&mut self, places: &[EntryPlace]) {
        let next = places.iter().find(|place| self.is_undecided(&[**place]));
        self.here = next.copied().or_else(|| self.never_asked());
    }

    /// Goes to the first undecided of all.
    pub(super) fn go_to_first_undecided(&mut self) {
        self.go_to_undecided(&self.items().concat());
    }

    /// The first place that is undecided and was not asked about yet: in another order, or before the
    /// place where one went on, some may have been passed over.
    fn never_asked(&self) -> Option<EntryPlace> {
        let places = self.items().concat();
        let is_new =
            |place: &&EntryPlace| !self.asked.contains(place) && self.is_undecided(&[**place]);
        places.iter().find(is_new).copied()
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
