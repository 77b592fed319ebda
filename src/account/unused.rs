//! What the holders of a policy do not use: all of them, or only some.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{AccountPolicy, AccountReview, PrincipalPlace};
use crate::findings::{self, Findings, UnusedActions};
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

    /// What all of `holders` that have findings do not use; nothing when none has, or none of them
    /// uses anything at all.
    pub(super) fn unused_by_all(&self, holders: &[PrincipalPlace]) -> UnusedActions {
        let findings = holders.iter().filter_map(|&holder| self.finding(holder));
        findings::unused_by_all(findings)
    }

    /// What is reported of `holders`, and was used within the window all the same: when last.
    pub(super) fn recently_used_by(
        &self,
        holders: &[PrincipalPlace],
    ) -> BTreeMap<Action, Timestamp> {
        let findings = holders.iter().filter_map(|&holder| self.finding(holder));
        let mut used: BTreeMap<Action, Timestamp> = BTreeMap::new();
        for (action, &at) in findings.flat_map(|finding| &*finding.recently_used) {
            let last = used.entry(action.clone()).or_insert(at);
            *last = at.max(*last);
        }
        used
    }

    /// The holders of `policy` because of which it keeps `action`: they use it, or nothing is
    /// found of them. Nobody, when no holder uses it.
    pub fn kept_for(&self, policy: &AccountPolicy, action: &Action) -> Vec<PrincipalPlace> {
        let holders = &policy.holders;
        let keepers = findings::kept_for(&self.findings_of(holders), action);
        keepers.into_iter().map(|place| holders[place]).collect()
    }

    /// The actions that `policy` allows, that a holder does not use, and that stay because of
    /// others.
    pub fn contested(&self, policy: &AccountPolicy) -> Contested {
        let holders = &policy.holders;
        let document = self.policy(policy).document.policy();
        let findings = self.findings_of(holders);
        let contested =
            findings::contested(&findings, std::iter::once(document), &self.catalogue).into_iter();
        let named = contested.map(|(action, keepers)| {
            let keepers = keepers.into_iter().map(|place| holders[place]);
            (action, keepers.collect())
        });
        named.collect()
    }
}
