//! What goes although it was used once, or is perhaps not granted long enough: the first to be looked
//! at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Decision, EntryPlace, Review};
use crate::findings::{LastUse, UnusedInService};
use crate::iam::Action;
use crate::refine::{EntryExpansion, ServiceGrants, ServiceStatus};
use crate::text::Untrusted;

impl Review {
    /// What the proposals at `places` remove that was used some day, as `s3:GetObject`, or as
    /// they grant it, such as `s3:*`, of a wholly unused service: when last, the latest first.
    pub fn used_before(&self, places: &[EntryPlace]) -> Vec<(String, LastUse)> {
        let mut used: BTreeMap<String, LastUse> = BTreeMap::new();
        // Entries that are alike share their plan.
        let mut seen = BTreeSet::new();
        for &place in places {
            let plan = self
                .state
                .entry(place)
                .map(|entry| Arc::as_ptr(&entry.plan));
            if plan.is_some_and(|plan| !seen.insert(plan)) {
                continue;
            }
            used.extend(self.used_before_at(place));
        }
        let mut used: Vec<(String, LastUse)> = used.into_iter().collect();
        used.sort_by_key(|(_, last)| std::cmp::Reverse(last.latest()));
        used
    }

    /// What the accepted proposals remove that was used some day, and that nothing else grants any more.
    pub fn accepted_used_before(&self) -> Vec<(String, LastUse)> {
        self.used_before_and_gone(&self.accepted())
    }

    /// What the accepted proposals at `places` remove that was used some day, and that nothing else grants
    /// any more: of a wholly unused service at least something.
    pub fn used_before_and_gone(&self, places: &[EntryPlace]) -> Vec<(String, LastUse)> {
        let gone = &self.now().gone_actions;
        let names: BTreeSet<String> = gone.iter().map(ToString::to_string).collect();
        let services: BTreeSet<&str> = gone.iter().map(|action| action.service.as_str()).collect();
        let mut used = self.used_before(places);
        used.retain(|(name, _)| match name.split_once(':') {
            Some((service, pattern)) if pattern.contains(['*', '?']) => services.contains(service),
            _ => names.contains(name),
        });
        used
    }

    /// The actions that go, accepted as it is now, and of which AWS tells of no use whatever happens.
    pub fn untold(&self) -> Vec<Action> {
        let gone = self.now().gone_actions.iter();
        gone.filter(|action| is_untold(action)).cloned().collect()
    }

    /// The same of what the proposals at `places` remove.
    pub fn untold_at(&self, places: &[EntryPlace]) -> BTreeSet<Action> {
        let goes = places.iter().flat_map(|&place| self.what_goes_at(place));
        goes.filter(is_untold).collect()
    }

    /// The policies of which the proposals at `places` remove something and that have no date: what goes
    /// may be younger than the days that a report is asked about.
    pub fn of_unknown_age(&self, places: &[EntryPlace]) -> Vec<Untrusted> {
        let policies: BTreeSet<usize> = places.iter().map(|place| place.policy).collect();
        let policies = policies.into_iter();
        let undated = policies.filter(|&policy| self.input.is_of_unknown_age(policy));
        undated
            .map(|policy| self.input.document(policy).source().name().clone())
            .collect()
    }

    /// The policies without a date of which the accepted proposals remove something.
    pub fn accepted_of_unknown_age(&self) -> Vec<Untrusted> {
        self.of_unknown_age(&self.accepted())
    }

    /// The actions that the accepted proposals take from a policy, as far as they have names; other
    /// entries of it may grant some of them still.
    pub fn what_goes(&self, policy: usize) -> BTreeSet<Action> {
        let accepted = self.accepted().into_iter();
        let accepted = accepted.filter(|place| place.policy == policy);
        accepted
            .flat_map(|place| self.what_goes_at(place))
            .collect()
    }

    /// The actions that the proposal at a place takes away, as far as they have names.
    pub fn what_goes_at(&self, place: EntryPlace) -> Vec<Action> {
        let curation = self.state.curation(&self.input, place);
        let universe = self.input.universe_of(place.policy);
        let patterns = match self.state.entry(place) {
            Some(entry) if entry.plan.changes() => std::slice::from_ref(&entry.plan.old),
            Some(_) => &[],
            None => self.state.additions(place),
        };
        let mut going = Vec::new();
        for pattern in patterns {
            let granted = EntryExpansion::new(pattern, universe, curation);
            let goes = granted.actions().filter(|(_, fate)| !fate.stays());
            going.extend(goes.map(|(action, _)| action));
        }
        going
    }

    fn accepted(&self) -> Vec<EntryPlace> {
        let is_accepted =
            |place: &EntryPlace| self.state.decision(*place) == Some(Decision::Accepted);
        self.state.places().filter(is_accepted).collect()
    }

    fn used_before_at(&self, place: EntryPlace) -> Vec<(String, LastUse)> {
        let findings = self.input.findings_of(place.policy);
        let universe = self.input.universe_of(place.policy);
        let curation = self.state.curation(&self.input, place);
        let (patterns, leaves_unlisted) = match self.state.entry(place) {
            Some(entry) if entry.plan.changes() => {
                let patterns = std::slice::from_ref(&entry.plan.old);
                (patterns, !entry.plan.excepted.is_empty())
            }
            Some(_) => return Vec::new(),
            None => (self.state.additions(place), false),
        };
        let mut used = Vec::new();
        for pattern in patterns {
            for grants in &EntryExpansion::new(pattern, universe, curation).services {
                if leaves_unlisted && grants.status == ServiceStatus::Unlisted {
                    continue;
                }
                match universe.unused.in_service(&grants.service) {
                    Some(UnusedInService::Wholly(_)) => {
                        let last = findings.service_last_use(&grants.service);
                        used.extend(what_goes_of(grants).zip(last));
                    }
                    Some(UnusedInService::Actions(_)) => {
                        let going = grants.actions.iter();
                        let going = going.filter(|granted| !granted.fate.stays());
                        used.extend(going.filter_map(|granted| {
                            let action = Action::new(grants.service.clone(), granted.name.clone());
                            let last = findings.last_use(&action)?;
                            Some((action.to_string(), last))
                        }));
                    }
                    None => {}
                }
            }
        }
        used
    }
}

/// Whether AWS tells of no use of an action: that a service is given a role is no call of IAM, so neither the
/// service nor the action is seen to be used.
pub fn is_untold(action: &Action) -> bool {
    action.service.as_str() == "iam" && action.name.as_str().eq_ignore_ascii_case("PassRole")
}

/// What goes of a wholly unused service, of which nobody knows what was used: all that is granted of
/// it, or what is left of that.
fn what_goes_of(grants: &ServiceGrants) -> Option<String> {
    let granted = format!("{}:{}", grants.service, grants.glob);
    let stays = grants.actions.iter().any(|action| action.fate.stays());
    if !grants.has_unsafe() {
        None
    } else if stays || !grants.kept_patterns.is_empty() {
        Some(format!("{granted} except what is kept"))
    } else {
        Some(granted)
    }
}
