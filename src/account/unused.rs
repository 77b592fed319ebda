//! What the holders of a policy do not use: all of them, or only some.

use std::collections::BTreeMap;

use super::{AccountPolicy, AccountReview, PolicyPlace, PrincipalPlace};
use crate::findings::{self, Findings, LastUse, UnusedActions};
use crate::iam::Action;

/// Actions that some holders of a policy do not use and that stay because others use them: for each
/// those who keep it, in the order of the account.
pub type Contested = BTreeMap<Action, Vec<PrincipalPlace>>;

impl AccountReview {
    /// What is found of each of `holders`, if anything.
    fn findings_of(&self, holders: &[PrincipalPlace]) -> Vec<Option<&Findings>> {
        holders.iter().map(|&holder| self.finding(holder)).collect()
    }

    /// What all of `holders` that have findings do not use, as one finding; nothing when none has,
    /// or none of them uses anything at all.
    pub(super) fn common_findings(&self, holders: &[PrincipalPlace]) -> Option<Findings> {
        let findings = self.findings_of(holders).into_iter().flatten();
        Findings::common(&findings.collect::<Vec<_>>())
    }

    /// What all of `holders` that have findings do not use of the policy at `place`; nothing when none
    /// has, or none of them uses anything at all, or what one of them has of it is too young.
    pub(super) fn unused_by_all(
        &self,
        place: PolicyPlace,
        holders: &[PrincipalPlace],
    ) -> UnusedActions {
        let findings = holders.iter().filter_map(|&holder| self.finding(holder));
        findings::unused_by_all(findings, self.policy_at(place).origin.changed_at)
    }

    /// What is reported of `holders`, and was used within the window all the same: when last.
    pub(super) fn recently_used_by(&self, holders: &[PrincipalPlace]) -> BTreeMap<Action, LastUse> {
        findings::recently_used_by_any(holders.iter().filter_map(|&holder| self.finding(holder)))
    }

    /// The holders of `policy` because of which it keeps `action`: they use it, or nothing is
    /// found of them. Nobody, when no holder uses it.
    pub fn kept_for(&self, policy: &AccountPolicy, action: &Action) -> Vec<PrincipalPlace> {
        let holders = &policy.holders;
        let changed_at = self.policy(policy).origin.changed_at;
        let keepers = findings::kept_for(&self.findings_of(holders), action, changed_at);
        keepers.into_iter().map(|place| holders[place]).collect()
    }

    /// The actions that `policy` allows, that a holder does not use, and that stay because of
    /// others.
    pub fn contested(&self, policy: &AccountPolicy) -> Contested {
        let holders = &policy.holders;
        let loaded = self.policy(policy);
        let (document, changed_at) = (loaded.document.policy(), loaded.origin.changed_at);
        let findings = self.findings_of(holders);
        let contested = findings::contested(&findings, document, changed_at, &self.catalogue);
        let named = contested.into_iter().map(|(action, keepers)| {
            let keepers = keepers.into_iter().map(|place| holders[place]);
            (action, keepers.collect())
        });
        named.collect()
    }
}
