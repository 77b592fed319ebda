//! In which order the policy pane shows policies, statements and entries.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalogue::LevelCounts;
use crate::refine::EntryPlan;
use crate::review::{EntryPlace, Review, StatementReview};

/// In which order policies, the statements of each, and the entries of each of these are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryOrder {
    /// As they stand in the policy.
    #[default]
    AsWritten,
    /// Those first that take away what reaches farthest: what manages permissions, then what writes.
    RiskFirst,
    /// Those first that take away most actions.
    MostFirst,
    /// Those first that cost most characters for each action that goes.
    DearestFirst,
}

/// What entries are ordered by: the greatest first, and last those that nothing is proposed for.
type Rank = Option<(LevelCounts, isize)>;

/// Neighbouring entries that are shown as one row, or an entry alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: EntryPlace,
    pub(super) count: usize,
}

impl EntryOrder {
    /// The one that comes after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            EntryOrder::AsWritten => EntryOrder::RiskFirst,
            EntryOrder::RiskFirst => EntryOrder::MostFirst,
            EntryOrder::MostFirst => EntryOrder::DearestFirst,
            EntryOrder::DearestFirst => EntryOrder::AsWritten,
        }
    }

    /// What it is, in few words; none for the order of the policy.
    pub(crate) fn as_str(self) -> Option<&'static str> {
        match self {
            EntryOrder::AsWritten => None,
            EntryOrder::RiskFirst => Some("by risk"),
            EntryOrder::MostFirst => Some("by what goes"),
            EntryOrder::DearestFirst => Some("by cost"),
        }
    }

    /// What it is, in words.
    pub fn description(self) -> &'static str {
        match self {
            EntryOrder::AsWritten => "Entries as they are written",
            EntryOrder::RiskFirst => {
                "Entries by the access level of what goes: permissions management first, then write"
            }
            EntryOrder::MostFirst => "Entries by how many actions go, the most first",
            EntryOrder::DearestFirst => {
                "Entries by the characters that each action which goes costs, the dearest first"
            }
        }
    }

    /// The policies as they are shown.
    pub(super) fn policies(self, review: &Review) -> Vec<usize> {
        let mut policies: Vec<usize> = (0..review.state().policies()).collect();
        if self != EntryOrder::AsWritten {
            policies.sort_by_cached_key(|&policy| {
                let statements = 0..review.state().statements(policy).len();
                let runs = statements.flat_map(|statement| runs(review, policy, statement));
                let greatest = runs.map(|run| self.of_run(review, run)).max();
                match self {
                    EntryOrder::MostFirst => Reverse((review.actions_that_go(policy), greatest)),
                    _ => Reverse((0, greatest)),
                }
            });
        }
        policies
    }

    /// The statements of a policy as they are shown.
    pub(super) fn statements(self, review: &Review, policy: usize) -> Vec<usize> {
        let mut statements: Vec<usize> = (0..review.state().statements(policy).len()).collect();
        if self != EntryOrder::AsWritten {
            statements.sort_by_cached_key(|&statement| {
                let runs = runs(review, policy, statement).into_iter();
                Reverse(runs.map(|run| self.of_run(review, run)).max())
            });
        }
        statements
    }

    /// The entries of a statement as they are shown; none of one that is no list of them.
    pub(super) fn runs(self, review: &Review, policy: usize, statement: usize) -> Vec<Run> {
        let mut runs = runs(review, policy, statement);
        if self != EntryOrder::AsWritten {
            runs.sort_by_cached_key(|run| Reverse(self.of_run(review, *run)));
        }
        runs
    }

    /// What a run is ordered by: the first of its entries.
    fn of_run(self, review: &Review, run: Run) -> Rank {
        let entries = run.first.entry..run.first.entry + run.count;
        let places = entries.map(|entry| EntryPlace { entry, ..run.first });
        let nothing = LevelCounts::default();
        let rank = |place| {
            let cost = review.cost(place)?;
            Some(match self {
                EntryOrder::AsWritten => (nothing, 0),
                EntryOrder::RiskFirst => (review.levels_that_go(place), 0),
                EntryOrder::MostFirst => (nothing, cost.goes.cast_signed()),
                EntryOrder::DearestFirst => (nothing, cost.of_one()),
            })
        };
        places.filter_map(rank).max()
    }

    /// Where each entry is shown, where that is not as they are written.
    pub(super) fn ranks(self, review: &Review) -> BTreeMap<EntryPlace, [usize; 3]> {
        let mut ranks = BTreeMap::new();
        if self == EntryOrder::AsWritten {
            return ranks;
        }
        for (place, policy) in self.policies(review).into_iter().enumerate() {
            for (rank, statement) in self.statements(review, policy).into_iter().enumerate() {
                let runs = self.runs(review, policy, statement).into_iter();
                let places = runs.flat_map(|run| {
                    let entries = run.first.entry..run.first.entry + run.count;
                    entries.map(move |entry| EntryPlace { entry, ..run.first })
                });
                // A statement that has no entries has a place too.
                let first = EntryPlace {
                    policy,
                    statement,
                    entry: 0,
                };
                ranks.insert(first, [place, rank + 1, 1]);
                for (at, entry) in places.enumerate() {
                    ranks.insert(entry, [place, rank + 1, at + 1]);
                }
            }
        }
        ranks
    }
}

/// The least number of neighbouring literals of one fate that become one row.
pub(super) const LITERALS_FOLDED_FROM: usize = 3;

/// The entries of a statement as they are written, neighbouring literals of one fate together.
fn runs(review: &Review, policy: usize, statement: usize) -> Vec<Run> {
    let place = |entry| EntryPlace {
        policy,
        statement,
        entry,
    };
    match &review.state().statements(policy)[statement] {
        StatementReview::Denies => Vec::new(),
        StatementReview::NotAction { .. } => vec![Run {
            first: place(0),
            count: 1,
        }],
        StatementReview::Entries(entries) => {
            let plans: Vec<&EntryPlan> = entries.iter().map(|entry| &*entry.plan).collect();
            let mut runs = Vec::new();
            let mut at = 0;
            while at < plans.len() {
                let count = literals_of_one_fate(&plans[at..]);
                runs.push(Run {
                    first: place(at),
                    count,
                });
                at += count;
            }
            runs
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
