//! What several principals that have one policy do not use: all of them, or only some.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Findings, UnusedActions, UnusedInService, UsedActions};
use crate::catalogue::{Catalogue, KnownAction, Service};
use crate::iam::{Action, Policy};

impl Findings {
    /// What none of those uses that these are about, as one finding; nothing where they are about
    /// nobody who uses anything. Its date is that of the oldest: newer actions are not in that one.
    pub fn common(all: &[&Findings]) -> Option<Findings> {
        let first = *all.iter().find(|finding| finding.unused_role.is_none())?;
        let is_one = all.len() == 1;
        let mut used = UsedActions::default();
        let mut recently_used: BTreeMap<Action, Timestamp> = BTreeMap::new();
        for finding in all {
            used.add_all(UsedActions::clone(&finding.used));
            for (action, &at) in &*finding.recently_used {
                let last = recently_used.entry(action.clone()).or_insert(at);
                *last = at.max(*last);
            }
        }
        Some(Findings {
            source: first.source.clone(),
            start: first.start,
            other_pages: Vec::new(),
            reports: Vec::new(),
            id: first.id.clone().filter(|_| is_one),
            principal: first.principal.clone().filter(|_| is_one),
            analyzed_at: all.iter().map(|finding| finding.analyzed_at).min()?,
            unused: Arc::new(unused_by_all(all.iter().copied())),
            used: Arc::new(used),
            recently_used: Arc::new(recently_used),
            asked_since: first.asked_since.filter(|_| is_one),
            unused_role: None,
            notes: Vec::new(),
        })
    }

    /// Whether the principal uses `action`, as far as this tells.
    fn leaves(&self, action: &Action) -> bool {
        self.unused_role.is_some() || self.unused.contains(action)
    }
}

/// What is unused in all of `findings`; nothing where there is none, or none of a principal that
/// uses anything at all. Who uses nothing keeps nothing.
pub fn unused_by_all<'f>(findings: impl Iterator<Item = &'f Findings>) -> UnusedActions {
    let mut findings = findings.filter(|finding| finding.unused_role.is_none());
    let Some(first) = findings.next() else {
        return UnusedActions::default();
    };
    let unused = UnusedActions::clone(&first.unused);
    findings.fold(unused, |common, finding| {
        common.common_with(&finding.unused)
    })
}

/// The places among `holders` of those because of whom a policy keeps `action`: they use it, or
/// nothing is found of them. Nobody, when no holder uses it.
pub fn kept_for(holders: &[Option<&Findings>], action: &Action) -> Vec<usize> {
    let uses = |finding: Option<&Findings>| !finding.is_some_and(|finding| finding.leaves(action));
    let places = holders.iter().enumerate();
    places
        .filter(|&(_, finding)| uses(*finding))
        .map(|(place, _)| place)
        .collect()
}

/// The actions that any of `policies` allows, that a holder does not use, and that stay because of
/// others: for each the places of these among `holders`.
pub fn contested<'p>(
    holders: &[Option<&Findings>],
    policies: impl Iterator<Item = &'p Policy>,
    catalogue: &Catalogue,
) -> BTreeMap<Action, Vec<usize>> {
    let mut actions: BTreeSet<Action> = BTreeSet::new();
    let users = holders.iter().flatten();
    for finding in users.filter(|finding| finding.unused_role.is_none()) {
        actions.extend(finding.unused.named());
        for (service, unused) in finding.unused.services() {
            let wholly = matches!(unused, UnusedInService::Wholly(_));
            let known = catalogue.service(service).filter(|_| wholly);
            let known = known.into_iter().flat_map(Service::actions);
            let action = |known: &KnownAction| Action::new(service.clone(), known.name.clone());
            actions.extend(known.map(action));
        }
    }
    let policies: Vec<&Policy> = policies.collect();
    (actions.into_iter())
        .filter(|action| policies.iter().any(|policy| policy.allows(action)))
        .map(|action| (kept_for(holders, &action), action))
        .filter(|(keepers, _)| !keepers.is_empty())
        .map(|(keepers, action)| (action, keepers))
        .collect()
}
