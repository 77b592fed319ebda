//! What the questions of a lesson are worked out of: its policies, with its wildcard refined.

use crate::iam::{Action, ActionPattern, Actions, Policy};
use crate::lessons::lesson::entry_at;
use crate::refine::{Curation, Granularity, Universe, plan_entry};
use crate::review::{EntryPlace, ReviewInput};

/// The policies of a lesson, one of their wildcards, and what is known.
pub(in crate::lessons) struct Matter<'a> {
    pub(super) input: &'a ReviewInput,
    pub(super) place: EntryPlace,
    /// The wildcard, and what it becomes.
    pub(super) wildcard: ActionPattern,
    pub(super) result: Vec<ActionPattern>,
    /// The actions that are asked about, of which it is told what is known.
    pub(super) asked: Vec<Action>,
}

impl<'a> Matter<'a> {
    pub(in crate::lessons) fn new(
        input: &'a ReviewInput,
        place: EntryPlace,
        asked: Vec<Action>,
    ) -> Self {
        let wildcard = entry_at(input, place).clone();
        let universe = input.universe_of(place.policy);
        let plan = plan_entry(&wildcard, universe, Curation::NONE, Granularity::Word);
        let result = plan.replacements().unwrap_or_default().iter();
        Matter {
            input,
            place,
            result: result.map(|new| new.entry.clone()).collect(),
            wildcard,
            asked,
        }
    }

    /// What is known of the actions that the policy of the wildcard is about.
    pub(super) fn universe(&self) -> &'a Universe {
        self.input.universe_of(self.place.policy)
    }

    /// The policy of the wildcard, with what that becomes in its place.
    pub(super) fn refined(&self) -> Policy {
        let mut policy = self.input.document(self.place.policy).policy().clone();
        let statement = &mut policy.statements[self.place.statement];
        if let Actions::Action(entries) = &mut statement.actions {
            entries.splice(
                self.place.entry..=self.place.entry,
                self.result.iter().cloned(),
            );
        }
        policy
    }

    /// The unused actions that the wildcard grants.
    pub(super) fn unused(&self) -> Vec<Action> {
        let unused = self.universe().unused.named();
        unused
            .filter(|action| self.wildcard.matches(action))
            .map(|action| self.as_known(&action))
            .collect()
    }

    /// An action in the spelling of AWS, whatever the finding's is.
    pub(super) fn as_known(&self, action: &Action) -> Action {
        let known = self.universe().catalogue.action(action);
        known.map_or_else(
            || action.clone(),
            |known| Action::new(action.service.clone(), known.name.clone()),
        )
    }

    /// What of the wildcard is unused, in a line.
    pub(super) fn told_unused(&self) -> String {
        let unused = self.unused();
        let unused: Vec<String> = unused
            .iter()
            .map(|action| action.name.to_string())
            .collect();
        format!("unused: {}", unused.join(", "))
    }
}
