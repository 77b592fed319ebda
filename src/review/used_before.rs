//! What goes although it was used once: the first to be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Decision, EntryPlace, Review};
use crate::findings::UnusedInService;
use crate::iam::Action;
use crate::refine::{EntryExpansion, ServiceGrants, ServiceStatus};

impl Review {
    /// What the proposals at `places` remove that was used some day, as `s3:GetObject`, or as
    /// they grant it, such as `s3:*`, of a wholly unused service: when last, the latest first.
    pub fn used_before(&self, places: &[EntryPlace]) -> Vec<(String, Timestamp)> {
        let mut used: BTreeMap<String, Timestamp> = BTreeMap::new();
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
        let mut used: Vec<(String, Timestamp)> = used.into_iter().collect();
        used.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        used
    }

    /// What the accepted proposals remove that was used some day.
    pub fn accepted_used_before(&self) -> Vec<(String, Timestamp)> {
        let is_accepted =
            |place: &EntryPlace| self.state.decision(*place) == Some(Decision::Accepted);
        let accepted: Vec<EntryPlace> = self.state.places().filter(is_accepted).collect();
        self.used_before(&accepted)
    }

    fn used_before_at(&self, place: EntryPlace) -> Vec<(String, Timestamp)> {
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
                    Some(UnusedInService::Wholly(at)) => {
                        used.extend(what_goes_of(grants).zip(*at));
                    }
                    Some(UnusedInService::Actions(_)) => {
                        let going = grants.actions.iter();
                        let going = going.filter(|granted| !granted.fate.stays());
                        used.extend(going.filter_map(|granted| {
                            let action = Action::new(grants.service.clone(), granted.name.clone());
                            let at = universe.unused.last_accessed(&action)?;
                            Some((action.to_string(), at))
                        }));
                    }
                    None => {}
                }
            }
        }
        used
    }
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
