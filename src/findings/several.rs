//! What several principals that have one policy do not use: all of them, or only some.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::last_use::{LastUse, SeenUse};
use super::{Findings, UnusedActions, UnusedInService, UsedActions};
use crate::catalogue::{Catalogue, KnownAction, Service};
use crate::iam::{Action, Policy};

impl Findings {
    /// What none of those uses that these are about, as one finding; nothing where they are about
    /// nobody who uses anything. Its date is that of the oldest: newer actions are not in that one. It
    /// is too young for what any of them is: nothing of that is unused by all.
    pub fn common(all: &[&Findings]) -> Option<Findings> {
        let first = *all.iter().find(|finding| finding.unused_role.is_none())?;
        let is_one = all.len() == 1;
        let users = || all.iter().copied().filter(|one| one.unused_role.is_none());
        let mut used = UsedActions::default();
        let mut seen = SeenUse::default();
        for finding in all {
            used.add_all(UsedActions::clone(&finding.used));
            seen.add_all(SeenUse::clone(&finding.seen));
        }
        Some(Findings {
            source: first.source.clone(),
            start: first.start,
            other_pages: Vec::new(),
            reports: Vec::new(),
            id: first.id.clone().filter(|_| is_one),
            principal: first.principal.clone().filter(|_| is_one),
            created_at: users().filter_map(Findings::principal_young_since).max(),
            analyzed_at: all.iter().map(|finding| finding.analyzed_at).min()?,
            unused: Arc::new(unused_by_all(all.iter().copied(), None)),
            used: Arc::new(used),
            recently_used: Arc::new(recently_used_by_any(all.iter().copied())),
            seen: Arc::new(seen),
            window: None,
            asked_since: users().filter_map(|finding| finding.asked_since).min(),
            unused_role: None,
            notes: Vec::new(),
        })
    }

    /// Whether the principal does not use `action` of a policy that was changed last at `changed_at`,
    /// as far as this tells.
    fn leaves(&self, action: &Action, changed_at: Option<Timestamp>) -> bool {
        self.unused_role.is_some() || (self.unused.contains(action) && !self.is_younger(changed_at))
    }
}

/// What any of `findings` reports as unused, and was used within the window all the same: when last.
pub fn recently_used_by_any<'f>(
    findings: impl Iterator<Item = &'f Findings>,
) -> BTreeMap<Action, LastUse> {
    let mut used: BTreeMap<Action, LastUse> = BTreeMap::new();
    for (action, last) in findings.flat_map(|finding| &*finding.recently_used) {
        let last = match used.remove(action) {
            Some(known) => known.later(last.clone()),
            None => last.clone(),
        };
        used.insert(action.clone(), last);
    }
    used
}

/// What is unused in all of `findings`, of a policy that was changed last at `changed_at`; nothing
/// where there is none, or none of a principal that uses anything at all. Who uses nothing keeps
/// nothing.
pub fn unused_by_all<'f>(
    findings: impl Iterator<Item = &'f Findings>,
    changed_at: Option<Timestamp>,
) -> UnusedActions {
    let mut findings = findings.filter(|finding| finding.unused_role.is_none());
    let Some(first) = findings.next() else {
        return UnusedActions::default();
    };
    let unused = Arc::unwrap_or_clone(first.unused_of(changed_at));
    findings.fold(unused, |common, finding| {
        common.common_with(&finding.unused_of(changed_at))
    })
}

/// The places among `holders` of those because of whom a policy that was changed last at
/// `changed_at` keeps `action`: they use it, or it is not granted long enough, or nothing is found of
/// them. Nobody, when no holder uses it.
pub fn kept_for(
    holders: &[Option<&Findings>],
    action: &Action,
    changed_at: Option<Timestamp>,
) -> Vec<usize> {
    let leaves = |finding: &Findings| finding.leaves(action, changed_at);
    let uses = |finding: Option<&Findings>| !finding.is_some_and(leaves);
    let places = holders.iter().enumerate();
    places
        .filter(|&(_, finding)| uses(*finding))
        .map(|(place, _)| place)
        .collect()
}

/// The actions that `policy` allows, which was changed last at `changed_at`, that a holder does not
/// use, and that stay because of others: for each the places of these among `holders`.
pub fn contested(
    holders: &[Option<&Findings>],
    policy: &Policy,
    changed_at: Option<Timestamp>,
    catalogue: &Catalogue,
) -> BTreeMap<Action, Vec<usize>> {
    let mut actions: BTreeSet<Action> = BTreeSet::new();
    let users = holders.iter().flatten();
    let users = users.filter(|finding| !finding.is_younger(changed_at));
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
    (actions.into_iter())
        .filter(|action| policy.allows(action))
        .map(|action| (kept_for(holders, &action, changed_at), action))
        .filter(|(keepers, _)| !keepers.is_empty())
        .map(|(keepers, action)| (action, keepers))
        .collect()
}
