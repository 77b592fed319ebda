//! What each proposal takes away, and what it costs in characters.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Review;
use super::state::{Decision, EntryPlace, StatementReview};
use crate::catalogue::LevelCounts;
use crate::iam::{Action, ActionPattern, quota};
use crate::refine::{Covered, EntryExpansion};
use crate::text::{counted, grouped};

/// What the proposal for an entry takes away, and how much longer the policy becomes with it: by the
/// new entries that are written in its place, less the entry itself, with quotes and commas, as if
/// every proposal were accepted. A new entry that another one covers is not written and costs nothing.
/// Displayed, it is `−8 actions  +2,555 ch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The actions that go.
    pub goes: usize,
    /// The characters more; negative where the policy becomes shorter.
    pub characters: isize,
}

impl Cost {
    /// What it costs to let one action go, in thousandths of a character: the more, the dearer.
    pub fn of_one(self) -> isize {
        let goes = isize::try_from(self.goes.max(1)).unwrap_or(isize::MAX);
        self.characters.saturating_mul(1_000) / goes
    }

    /// `+2,555 ch`.
    pub fn characters_in_words(self) -> String {
        let sign = if self.characters < 0 { '−' } else { '+' };
        format!("{sign}{} ch", grouped(self.characters.unsigned_abs()))
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions = counted(self.goes, "action", "actions");
        write!(f, "−{actions}  {}", self.characters_in_words())
    }
}

/// What the proposal for an entry comes to, as if every proposal were accepted.
#[derive(Clone, Debug)]
pub(super) struct Proposed {
    cost: Cost,
    /// Its new entries that are not written, each with the one that covers it.
    covered: Vec<(ActionPattern, ActionPattern)>,
}

impl Review {
    /// What the proposal for the entry at `place` takes away and costs; none where none is made for
    /// one.
    pub fn cost(&self, place: EntryPlace) -> Option<Cost> {
        self.proposed(place).map(|proposed| proposed.cost)
    }

    /// The new entries of the proposal at `place` that are not written, since others of the statement
    /// cover them: now, or where it is not accepted, if every proposal were.
    pub fn left_out(&self, place: EntryPlace) -> Vec<Covered<'_>> {
        if self.state.decision(place) == Some(Decision::Accepted) {
            let outcome = &self.outcomes()[place.policy];
            return outcome.left_out(place.statement, place.entry).collect();
        }
        let covered = self
            .proposed(place)
            .map_or(&[][..], |proposed| &proposed.covered);
        let covered = covered.iter();
        covered
            .map(|(entry, covered_by)| Covered { entry, covered_by })
            .collect()
    }

    /// How many new entries are written in the place of the one at `place`: now, or where it is not
    /// accepted, if every proposal were.
    pub fn new_entries(&self, place: EntryPlace) -> usize {
        let entry = self.state.entry(place);
        let new = entry.and_then(|entry| entry.plan.replacements());
        new.map_or(0, |new| new.len() - self.left_out(place).len())
    }

    /// How many actions of each access level the proposal for the entry at `place` takes away.
    pub fn levels_that_go(&self, place: EntryPlace) -> LevelCounts {
        let universe = self.input.universe_of(place.policy);
        universe.catalogue.levels_of(&self.going_at(place))
    }

    /// How many actions the proposals for the entries of a policy take away, each counted once.
    pub fn actions_that_go(&self, policy: usize) -> usize {
        let all = self
            .going
            .get_or_init(|| vec![OnceCell::new(); self.state.policies()]);
        *all[policy].get_or_init(|| self.going_from(policy).len())
    }

    /// Which actions these are, in order.
    pub fn going_from(&self, policy: usize) -> BTreeSet<Action> {
        let places = self.state.places_of(policy);
        places.flat_map(|place| self.going_at(place)).collect()
    }

    /// The actions that the proposal for the entry at `place` takes away.
    fn going_at(&self, place: EntryPlace) -> Vec<Action> {
        let entry = self.state.entry(place);
        let Some(entry) = entry.filter(|entry| entry.plan.changes()) else {
            return Vec::new();
        };
        let universe = self.input.universe_of(place.policy);
        let curation = self.state.curation(&self.input, place);
        let granted = EntryExpansion::new(&entry.plan.old, universe, curation);
        let going = granted.actions().filter(|(_, fate)| !fate.stays());
        going.map(|(action, _)| action).collect()
    }

    fn proposed(&self, place: EntryPlace) -> Option<&Proposed> {
        self.costs.get_or_init(|| costs(self)).get(&place)
    }
}

fn costs(review: &Review) -> BTreeMap<EntryPlace, Proposed> {
    let (input, state) = (review.input(), review.state());
    let mut costs = BTreeMap::new();
    for policy in 0..state.policies() {
        let document = input.document(policy);
        let settled = state.settle(input, policy, |statement, _| {
            matches!(statement, StatementReview::Entries(_))
        });
        for (statement, settled) in settled.iter().enumerate() {
            let (Some(settled), StatementReview::Entries(entries)) =
                (settled, &state.statements(policy)[statement])
            else {
                continue;
            };
            let mut written = vec![0; entries.len()];
            for new in settled.edit.new_entries() {
                written[new.from] += new.entry.to_string().len() + QUOTES + COMMA;
            }
            let changing = entries
                .iter()
                .enumerate()
                .filter(|(_, own)| own.plan.changes());
            for (entry, own) in changing {
                let old = document.entry_range(statement, entry);
                let old = quota::size(&document.source().text()[old]) + COMMA;
                // A string that becomes several entries becomes a list.
                let is_list = document.has_action_list(statement);
                let brackets = if !is_list && settled.edit.entries.len() > 1 {
                    2
                } else {
                    0
                };
                let difference = (written[entry] + brackets).cast_signed() - old.cast_signed();
                let place = EntryPlace {
                    policy,
                    statement,
                    entry,
                };
                let cost = Cost {
                    goes: own.plan.goes,
                    characters: difference,
                };
                let covered = settled.left_out(entry);
                let covered = covered.map(|out| (out.entry.clone(), out.covered_by.clone()));
                let covered = covered.collect();
                costs.insert(place, Proposed { cost, covered });
            }
        }
    }
    costs
}

/// The characters of the quotes around an entry, and of the comma behind it.
const QUOTES: usize = 2;
const COMMA: usize = 1;
