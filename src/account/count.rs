//! How many actions a policy allows, and how many of them go unused.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::{Catalogue, LevelCounts};
use crate::findings::UnusedActions;
use crate::iam::{Action, Actions, Effect, Policy, Statement};
use crate::refine::{EntryExpansion, HeldBack, Options, Universe};

/// How many actions a policy grants, each counted once, however many entries grant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) granted: usize,
    pub(super) unused: usize,
    /// The unused ones by their access levels.
    pub(super) unused_levels: LevelCounts,
}

impl Count {
    /// Counts what `policy` allows of what is known, and what of it refining takes away, be it of a `NotAction` that
    /// is extended where that is asked for.
    pub(super) fn of(
        policy: &Policy,
        unused: UnusedActions,
        held: &HeldBack,
        catalogue: &Arc<Catalogue>,
        options: &Options,
    ) -> Self {
        let universe = Universe::new(Arc::clone(catalogue), Arc::new(unused), [policy])
            .with_kept(&options.keeps);
        let mut granted: BTreeSet<Action> = BTreeSet::new();
        let mut going: BTreeSet<Action> = BTreeSet::new();
        let entries = (policy.statements.iter()).filter_map(Statement::refinable_entries);
        for entry in entries.flatten() {
            let wildcard = EntryExpansion::new(entry, &universe, options.curation(&[], held));
            let excepted = wildcard.excepted();
            for (action, fate) in wildcard.actions() {
                if !fate.stays() && !excepted.contains(&action) {
                    going.insert(action.clone());
                }
                granted.insert(action);
            }
        }
        let not_actions: Vec<&Statement> = (policy.statements.iter())
            .filter(|one| {
                one.effect == Effect::Allow && matches!(one.actions, Actions::NotAction(_))
            })
            .collect();
        if !not_actions.is_empty() {
            let curation = options.curation(&[], held);
            for action in universe.actions() {
                if not_actions.iter().any(|one| one.allows(&action)) {
                    if universe.is_unused(&action) && !curation.fate(&action, true).stays() {
                        going.insert(action.clone());
                    }
                    granted.insert(action);
                }
            }
        }
        Count {
            granted: granted.len(),
            unused: going.len(),
            unused_levels: catalogue.levels_of(&going),
        }
    }
}
