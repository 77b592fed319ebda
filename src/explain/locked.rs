//! What cannot be edited where it is written.

use std::collections::BTreeMap;

use crate::document::Place;
use crate::review::Review;

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
