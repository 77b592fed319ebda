//! What goes although it was used once: the first to be looked at.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Decision, EntryPlace, Review};
use crate::findings::UnusedInService;
use crate::iam::{Action, ActionPattern};

impl Review {
    /// What the proposals at `places` remove that was used some day, as `s3:GetObject`, or `s3:*`
    /// for a whole service: when last, the latest first.
    pub fn used_before(&self, places: &[EntryPlace]) -> Vec<(String, Timestamp)> {
        let mut used: BTreeMap<String, Timestamp> = BTreeMap::new();
        for &place in places {
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
        let unused = &self.input.universe_of(place.policy).unused;
        let curation = self.state.curation(&self.input, place);
        let patterns: Vec<&ActionPattern> = match self.state.entry(place) {
            Some(entry) if entry.plan.changes() => vec![&entry.plan.old],
            Some(_) => Vec::new(),
            None => self.state.additions(place).iter().collect(),
        };
        let mut used = Vec::new();
        for (service, unused) in unused.services() {
            let of_service: Vec<&ActionPattern> = (patterns.iter().copied())
                .filter(|pattern| pattern.covers_service(service))
                .collect();
            let Some(first) = of_service.first() else {
                continue;
            };
            match unused {
                UnusedInService::Wholly(at) => {
                    let name = match first.as_action() {
                        Some(action) => action.to_string(),
                        None => format!("{service}:*"),
                    };
                    used.extend(at.map(|at| (name, at)));
                }
                UnusedInService::Actions(actions) => {
                    for (name, at) in actions {
                        let Some(at) = *at else { continue };
                        let action = Action::new(service.clone(), name.clone());
                        let goes = of_service.iter().any(|pattern| pattern.matches(&action))
                            && !curation.fate(&action, true).stays();
                        if goes {
                            used.push((action.to_string(), at));
                        }
                    }
                }
            }
        }
        used
    }
}
