//! Where an action would be granted if it were written now.

use super::{OtherPolicy, Review};
use crate::iam::Action;
use crate::proof::{Place, still_granted};

impl Review {
    /// The statements that would allow `action` (on some resource, under some condition) if it were
    /// written now, by their places in the policies as they were read.
    pub fn granting_now(&self, action: &Action) -> Vec<Place> {
        let mut places = Vec::new();
        for (policy, outcome) in self.outcomes().iter().enumerate() {
            let written = std::slice::from_ref(&outcome.policy);
            let mut granting = still_granted(action, written).peekable();
            if granting.peek().is_none() {
                continue;
            }
            let left: Vec<usize> = outcome.places_left().collect();
            places.extend(granting.filter_map(|place| {
                let statement = *left.get(place.statement)?;
                Some(Place { policy, statement })
            }));
        }
        places
    }

    /// The policies that are loaded beside the reviewed ones and allow `action` as they are.
    pub fn granting_beside(&self, action: &Action) -> impl Iterator<Item = &OtherPolicy> {
        let others = self.case().others.iter();
        others.filter(move |other| other.policy.document.policy().allows(action))
    }
}
