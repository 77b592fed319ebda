//! What cannot be edited where it is written.

use std::collections::BTreeMap;

use crate::document::Place;
use crate::iam::Action;
use crate::review::{ExceptedBecause, Review};

/// The entries of a policy that are not written as such, by what they come from; a reason without entries
/// where nobody knows what comes from it.
pub fn locked_entries(review: &Review, policy: usize) -> BTreeMap<String, Vec<String>> {
    let document = review.input().document(policy);
    let mut locked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (statement, written) in document.policy().statements.iter().enumerate() {
        for reason in document.opaque_reasons(statement) {
            locked.entry(reason.to_owned()).or_default();
        }
        for (entry, pattern) in written.actions.entries().iter().enumerate() {
            if let Place::Opaque(_, reason) = document.place(statement, entry) {
                let names = locked.entry(reason.to_owned()).or_default();
                names.push(pattern.to_string());
            }
        }
    }
    locked
}

/// The actions of a policy that are reported as unused and stay, since they cannot be edited where they are
/// written, by the reasons.
pub fn unused_not_edited(review: &Review, policy: usize) -> BTreeMap<String, Vec<Action>> {
    let mut stay: BTreeMap<String, Vec<Action>> = BTreeMap::new();
    for exception in review.exceptions(policy) {
        if let ExceptedBecause::NotEdited(why) = exception.because {
            let actions = stay.entry(why.raw().to_owned()).or_default();
            actions.push(exception.action);
        }
    }
    stay
}
