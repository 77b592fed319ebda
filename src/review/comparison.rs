//! What AWS recommends, compared with what is proposed here, entry by entry.

use std::collections::BTreeMap;

use super::input::ReviewInput;
use super::state::{EntryPlace, State, StatementReview};
use crate::iam::{ActionPattern, Actions, Policy};
use crate::policies::Recommended;
use crate::proof::{Compared, Comparison, Knowledge, Relation};

/// What AWS makes of the entries for which it is known.
#[derive(Clone, Debug, Default)]
pub struct ComparedEntries(BTreeMap<EntryPlace, Compared>);

impl ComparedEntries {
    /// Compares what is proposed for every entry, whatever is decided.
    pub(super) fn new(input: &ReviewInput, state: &State) -> Self {
        let mut compared = BTreeMap::new();
        for (policy, reviewed) in input.policies.iter().enumerate() {
            let original = reviewed.loaded.document.policy();
            let none_left = emptied(original);
            let there = match &reviewed.loaded.origin.recommended {
                None => continue,
                Some(Recommended::Policy(document)) => document.policy(),
                Some(Recommended::Detach) => &none_left,
            };
            let here = proposed(original, state.statements(policy));
            let knowledge = Knowledge::new(
                &reviewed.universe.catalogue,
                &reviewed.universe.unused,
                [original, &here, there],
            );
            let comparison = Comparison::new(original, &here, there, &knowledge);
            for (statement, review) in state.statements(policy).iter().enumerate() {
                let StatementReview::Entries(entries) = review else {
                    continue;
                };
                compared.extend(entries.iter().enumerate().map(|(entry, review)| {
                    let place = EntryPlace {
                        policy,
                        statement,
                        entry,
                    };
                    (place, comparison.of(statement, &review.plan.old))
                }));
            }
        }
        ComparedEntries(compared)
    }

    /// Whether it is known of no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What AWS makes of the entry at `place`, if that is known.
    pub fn get(&self, place: EntryPlace) -> Option<&Compared> {
        self.0.get(&place)
    }

    /// Every entry of which it is known what AWS makes of it, in order.
    pub fn iter(&self) -> impl Iterator<Item = (EntryPlace, &Compared)> {
        self.0.iter().map(|(place, compared)| (*place, compared))
    }

    /// For each relation to AWS's answer, how many entries have it; relations that no entry has are
    /// left out.
    pub fn counts(&self, counts: impl Fn(EntryPlace) -> bool) -> Vec<(Relation, usize)> {
        let count = |relation| {
            let relates = self.iter().filter(|(place, _)| counts(*place));
            relates
                .filter(|(_, compared)| compared.relation() == relation)
                .count()
        };
        let all = Relation::ALL.map(|relation| (relation, count(relation)));
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// The policy with every proposal accepted; a statement of which nothing is left stands empty.
fn proposed(original: &Policy, statements: &[StatementReview]) -> Policy {
    let mut policy = original.clone();
    for (statement, review) in policy.statements.iter_mut().zip(statements) {
        if let StatementReview::Entries(entries) = review {
            let new = entries.iter().flat_map(|entry| -> Vec<ActionPattern> {
                match entry.plan.replacements() {
                    Some(new) => new.iter().map(|emitted| emitted.entry.clone()).collect(),
                    None => vec![entry.plan.old.clone()],
                }
            });
            statement.actions = Actions::Action(new.collect());
        }
    }
    policy
}

fn emptied(original: &Policy) -> Policy {
    Policy {
        elements: original.elements.clone(),
        statements: Vec::new(),
    }
}
