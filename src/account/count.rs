//! How many actions a policy allows, and how many of them go unused.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::{Catalogue, LevelCounts};
use crate::findings::UnusedActions;
use crate::iam::{Action, Policy, Statement};
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
    /// Counts what the `Action` entries of `policy` allow, and what of it refining takes away.
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
        Count {
            granted: granted.len(),
            unused: going.len(),
            unused_levels: catalogue.levels_of(&going),
        }
    }
}
