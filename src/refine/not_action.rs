//! `Allow` with `NotAction`: everything but its entries is granted, so what is unused is appended.
//!
//! Appending is exact: the statement then grants what it did, minus what is appended.

use super::marks::Curation;
use super::universe::Universe;
use crate::findings::UnusedInService;
use crate::iam::{Action, ActionPattern};

/// What could be appended to a `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// How many entries it has now.
    pub old_entries: usize,
    /// The unused actions that the statement grants, each in full, and wholly unused services as
    /// `service:*`, in order.
    pub additions: Vec<ActionPattern>,
}

/// The unused actions that a `NotAction` with these `entries` grants, to be appended to it.
pub fn extend(entries: &[ActionPattern], universe: &Universe, curation: Curation<'_>) -> Extension {
    let goes = |action: &Action| {
        !entries.iter().any(|entry| entry.matches(action)) && !curation.fate(action, true).stays()
    };
    let mut additions = Vec::new();
    for (service, unused) in universe.unused.services() {
        let named: Vec<Action> = match unused {
            UnusedInService::Actions(names) => names
                .keys()
                .map(|name| Action::new(service.clone(), name.clone()))
                .collect(),
            UnusedInService::Wholly(_) => {
                let whole = ActionPattern::whole_service(service.clone());
                if !curation.keeps_some_of(service) {
                    if !entries.iter().any(|entry| whole.is_included_in(entry)) {
                        additions.push(whole);
                    }
                    continue;
                }
                // Something of it is kept: what else is known of it goes by name.
                universe
                    .names(service)
                    .into_iter()
                    .map(|name| Action::new(service.clone(), name))
                    .collect()
            }
        };
        additions.extend(
            named
                .iter()
                .filter(|action| goes(action))
                .map(ActionPattern::from),
        );
    }
    Extension {
        old_entries: entries.len(),
        additions,
    }
}
