//! What the holders of a policy do not use: all of them, or only some.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{AccountPolicy, AccountReview, PrincipalPlace};
use crate::findings::{Findings, UnusedActions, UnusedInService};
use crate::iam::Action;

/// Actions that some holders of a policy do not use and that stay because others use them: for each
/// those who keep it, in the order of the account.
pub type Contested = BTreeMap<Action, Vec<PrincipalPlace>>;

impl AccountReview {
    /// The findings of those of `holders` that use anything. Who uses nothing keeps nothing.
    pub(super) fn findings_of_users<'a>(
        &'a self,
        holders: &'a [PrincipalPlace],
    ) -> impl Iterator<Item = &'a Findings> {
        let findings = holders.iter().filter_map(|&holder| self.finding(holder));
        findings.filter(|finding| finding.unused_role.is_none())
    }

    /// What all of `holders` that have findings do not use; nothing when none has, or none of them
    /// uses anything at all.
    pub(super) fn unused_by_all(&self, holders: &[PrincipalPlace]) -> UnusedActions {
        let mut findings = self.findings_of_users(holders);
        let Some(first) = findings.next() else {
            return UnusedActions::default();
        };
        let unused = UnusedActions::clone(&first.unused);
        findings.fold(unused, |common, finding| {
            common.common_with(&finding.unused)
        })
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

    /// The holders of `subject` because of which it keeps `action`: they use it, or nothing is
    /// found of them. Nobody, when no holder uses it.
    pub fn kept_for(&self, subject: &AccountPolicy, action: &Action) -> Vec<PrincipalPlace> {
        let uses = |&holder: &PrincipalPlace| {
            let finding = self.finding(holder);
            !finding.is_some_and(|finding| {
                finding.unused_role.is_some() || finding.unused.contains(action)
            })
        };
        subject.holders.iter().copied().filter(uses).collect()
    }

    /// The actions that `subject` allows, that a holder does not use, and that stay because of
    /// others.
    pub fn contested(&self, subject: &AccountPolicy) -> Contested {
        let findings = self.findings_of_users(&subject.holders);
        let mut actions: BTreeSet<Action> = BTreeSet::new();
        for finding in findings {
            actions.extend(finding.unused.named());
            for (service, unused) in finding.unused.services() {
                let wholly = matches!(unused, UnusedInService::Wholly(_));
                let known = self.catalogue.service(service).filter(|_| wholly);
                let known = known
                    .into_iter()
                    .flat_map(crate::catalogue::Service::actions);
                let name = |known: &crate::catalogue::KnownAction| known.name.clone();
                actions.extend(known.map(|known| Action::new(service.clone(), name(known))));
            }
        }
        let policy = self.policy(subject).document.policy();
        (actions.into_iter())
            .filter(|action| policy.allows(action))
            .map(|action| (self.kept_for(subject, &action), action))
            .filter(|(keepers, _)| !keepers.is_empty())
            .map(|(keepers, action)| (action, keepers))
            .collect()
    }
}
