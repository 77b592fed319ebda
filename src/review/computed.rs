//! What goes of a statement unless what is computed beside it grants it too, which nobody can tell.

use std::collections::BTreeSet;

use super::{EntryPlace, Review, Written};
use crate::iam::Action;
use crate::text::{Untrusted, some_of};

/// How many actions are named.
const NAMED: usize = 3;

/// What goes of a statement by entries that an expression beside them may come to as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoesUnless {
    /// The place of the statement in its policy, from 0.
    pub statement: usize,
    /// What goes, one action at least.
    pub actions: BTreeSet<Action>,
    /// What the expression is: `it comes from var.more, main.tf:19`.
    pub reason: String,
}

impl Review {
    /// What goes of the statements of a policy unless what is computed in them grants it too.
    pub fn goes_unless(&self, policy: usize) -> Vec<GoesUnless> {
        let outcome = &self.outcomes()[policy];
        let document = self.input().document(policy);
        let edits = outcome.edits.iter().enumerate();
        let edits = edits.filter_map(|(statement, edit)| Some((statement, edit.as_ref()?)));
        let mut found = Vec::new();
        for (statement, edit) in edits.filter(|_| outcome.written == Written::Changed) {
            let Some(reason) = document.may_repeat(statement).next() else {
                continue;
            };
            let kept: BTreeSet<usize> = edit.kept().collect();
            let entries = 0..document.policy().statements[statement]
                .actions
                .entries()
                .len();
            let removed = entries.filter(|entry| {
                !kept.contains(entry) && document.place(statement, *entry).is_editable()
            });
            let places = removed.map(|entry| EntryPlace {
                policy,
                statement,
                entry,
            });
            let mut actions: BTreeSet<Action> =
                places.flat_map(|place| self.what_goes_at(place)).collect();
            actions.retain(|action| !outcome.policy.allows(action));
            if !actions.is_empty() {
                found.push(GoesUnless {
                    statement,
                    actions,
                    reason: reason.to_owned(),
                });
            }
        }
        found
    }

    /// The actions that are gone unless what is computed grants them too.
    pub(super) fn gone_unless(&self) -> BTreeSet<Action> {
        let policies = 0..self.input().policies.len();
        let all = policies.flat_map(|policy| self.goes_unless(policy));
        let mut actions: BTreeSet<Action> = all.flat_map(|one| one.actions).collect();
        let gone: BTreeSet<&Action> = self.now().gone_actions.iter().collect();
        actions.retain(|action| gone.contains(action));
        actions
    }

    /// What goes of all policies unless what is computed grants it too, each with what that is.
    pub(super) fn all_that_goes_unless(&self) -> Vec<Untrusted> {
        let policies = 0..self.input().policies.len();
        let all = policies.flat_map(|policy| self.goes_unless(policy));
        let told = all.map(|one| {
            let actions: Vec<String> = one.actions.iter().map(ToString::to_string).collect();
            format!("{}, {}", some_of(&actions, NAMED), one.reason).into()
        });
        told.collect()
    }
}
