//! What was decided of an account before, done again here.

use std::collections::BTreeMap;

use super::{AccountReview, Decided, PolicyPlace};
use crate::review::{KnownPolicies, Replayed, SavedDecisions};
use crate::text::counted;

/// What records decide of the policies of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountDecisions {
    /// The reviews of those that they decide on.
    pub decided: Decided,
    /// Which record each of these is decided by.
    pub replayed: BTreeMap<PolicyPlace, Replayed>,
    /// What is not done again, and why.
    pub left_out: Vec<NotDecided>,
}

/// Why something that a record decides is not done again; each with the file of the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDecided {
    /// The policy is not there as it was.
    #[error("{file}: the policy that it decides on has changed since, or is not in this account")]
    OtherPolicy {
        /// The record.
        file: String,
    },
    /// Something forbids now to narrow the policy.
    #[error("{file}: {policy} stays as it is: {why}")]
    Blocked {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
        /// What forbids it.
        why: String,
    },
    /// An earlier record decides on the policy.
    #[error("{file}: another record decides on {policy} too, and was taken")]
    Twice {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
    },
    /// Some of its entries do not come to what they came to.
    #[error(
        "{file}: of {policy} {count} do not come to what was decided on any more, and are left undecided"
    )]
    OtherResult {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
        /// How many entries, as `2 entries`.
        count: String,
    },
}

impl AccountReview {
    /// Does again what `records` decide: each policy is told by what it is in IAM and by its text. What does not
    /// apply any more is left out, and costs nothing else.
    pub fn replay(&self, records: &[SavedDecisions]) -> AccountDecisions {
        let policies = self.policies.iter();
        let known = policies.map(|policy| (&**self.policy(policy), self.principal_of(policy)));
        let known = KnownPolicies::of(known);
        let mut replayed = AccountDecisions::default();
        for record in records {
            for (place, entries) in record.each_among(&known) {
                let file = record.from().file.to_string();
                let Ok(place) = place else {
                    replayed.left_out.push(NotDecided::OtherPolicy { file });
                    continue;
                };
                let policy = &self.policies[place];
                let name = self.name(policy);
                let Some(mut review) = self.review(policy) else {
                    let why: Vec<String> = (policy.blockers.iter())
                        .map(|blocker| self.reason(blocker))
                        .collect();
                    replayed.left_out.push(NotDecided::Blocked {
                        file,
                        policy: name,
                        why: why.join("; "),
                    });
                    continue;
                };
                if replayed.decided.contains_key(&policy.place) {
                    let twice = NotDecided::Twice { file, policy: name };
                    replayed.left_out.push(twice);
                    continue;
                }
                let differing = review.replay(&entries).len();
                if differing > 0 {
                    replayed.left_out.push(NotDecided::OtherResult {
                        file,
                        policy: name,
                        count: counted(differing, "entry", "entries"),
                    });
                }
                replayed.decided.insert(policy.place, review);
                let from = record.from().clone();
                replayed.replayed.insert(policy.place, from);
            }
        }
        replayed
    }
}
