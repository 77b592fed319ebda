//! What goes of one policy and is still allowed by another.

use std::collections::{BTreeMap, BTreeSet};

use super::refined::RefinedPolicy;
use super::{AccountReview, PolicyPlace, PrincipalPlace};
use crate::iam::{Action, Allowed, Policy};

/// A policy that allows what goes of another.
#[derive(Clone, Debug)]
pub struct StillGranted {
    /// What people call it, as `Send of role Reporter`.
    pub policy: String,
    /// Those of the actions that it allows.
    pub actions: Vec<Action>,
    /// The principals that have both.
    pub holders: Vec<PrincipalPlace>,
}

/// The account as it is when everything is applied.
pub(super) struct After<'r> {
    account: &'r AccountReview,
    /// The policies that change, by their places.
    changed: BTreeMap<PolicyPlace, &'r Policy>,
    names: BTreeMap<PolicyPlace, &'r str>,
}

impl<'r> After<'r> {
    /// When all that is `refined` is applied.
    pub(super) fn of(account: &'r AccountReview, refined: &'r [RefinedPolicy<'_>]) -> Self {
        let changed = refined
            .iter()
            .filter_map(|refined_policy| Some((refined_policy, refined_policy.change()?)));
        After {
            account,
            changed: changed
                .map(|(refined_policy, change)| (refined_policy.policy.place, &*change.policy))
                .collect(),
            names: (refined.iter())
                .map(|refined_policy| (refined_policy.policy.place, refined_policy.name.as_str()))
                .collect(),
        }
    }

    /// The policies that allow to some who have `refined` what goes of it.
    pub(super) fn still_granted(&self, refined: &RefinedPolicy<'_>) -> Vec<StillGranted> {
        let Some(change) = refined.change() else {
            return Vec::new();
        };
        let mut holders_of: BTreeMap<PolicyPlace, Vec<PrincipalPlace>> = BTreeMap::new();
        for &holder in &refined.policy.holders {
            for &place in self.account.policies_of(holder) {
                holders_of.entry(place).or_default().push(holder);
            }
        }
        holders_of.remove(&refined.policy.place);
        let granting = holders_of.into_iter().map(|(place, holders)| {
            let now = || self.account.policy_at(place).document.policy();
            let policy = self.changed.get(&place).copied().unwrap_or_else(now);
            let allowed = change.goes.iter().filter(|action| policy.allows(action));
            let name = self.names.get(&place).copied().unwrap_or_default();
            StillGranted {
                policy: name.to_owned(),
                actions: allowed.cloned().collect(),
                holders,
            }
        });
        (granting.filter(|granting| !granting.actions.is_empty())).collect()
    }
}

impl AccountReview {
    /// How many actions that all who have the policy are reported not to use by name no policy grants
    /// that any of them has: managed, inline or by a group.
    pub(super) fn never_granted(&self, refined: &RefinedPolicy<'_>) -> usize {
        if refined.change().is_none() {
            return 0;
        }
        let holders = refined.policy.holders.iter();
        let places: BTreeSet<PolicyPlace> = holders
            .flat_map(|&holder| self.policies_of(holder))
            .copied()
            .collect();
        let statements =
            (places.iter()).flat_map(|&place| &self.policy_at(place).document.policy().statements);
        let allowed: Allowed<'_, ()> = statements.map(|statement| (statement, ())).collect();
        let unused = self.unused_by_all(refined.policy.place, &refined.policy.holders);
        unused
            .named()
            .filter(|action| !allowed.any_of(action))
            .count()
    }
}
