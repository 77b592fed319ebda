//! What was decided of an account before, done again here.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{AccountPolicy, AccountReview, Decided, PolicyPlace};
use crate::review::{EntryRecord, KnownPolicies, NotFound, Replayed, SavedDecisions};
use crate::text::{counted, list};

/// What records decide of the policies of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountDecisions {
    /// The reviews of those that they decide on.
    pub decided: Decided,
    /// Which record each of these is decided by.
    pub replayed: BTreeMap<PolicyPlace, Replayed>,
    /// How many entries are decided as the records say.
    pub applying: usize,
    /// What is not done again, and why.
    pub left_out: Vec<NotDecided>,
}

/// Why something that a record decides is not done again; each with the file of the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDecided {
    /// It is another text now.
    #[error("{file}: {policy} has changed since it was decided on")]
    Changed {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
    },
    /// None of the account's policies is called so.
    #[error("{file}: the policy that it decides on is not in this account")]
    Missing {
        /// The record.
        file: String,
    },
    /// The record does not tell what the policy is called, and its text does not tell either.
    #[error(
        "{file}: {count} policies of this account have the text that it decides on: which one was meant?"
    )]
    Ambiguous {
        /// The record.
        file: String,
        /// How many.
        count: usize,
    },
    /// Somebody has it who had not.
    #[error("{file}: {policy} is left undecided: nobody decided about {who}, who had it not")]
    NewHolders {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
        /// Their names.
        who: String,
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
    /// Some of its entries do not come to what they came to.
    #[error(
        "{file}: of {policy} {count} not come to what was decided on any more, and {are} left undecided"
    )]
    OtherResult {
        /// The record.
        file: String,
        /// What the policy is called.
        policy: String,
        /// How many entries, as `2 entries do`.
        count: String,
        /// `is` or `are`.
        are: &'static str,
    },
}

/// Two records that decide otherwise on one policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} and {1} do not decide the same of {2}", .files[0], .files[1], .policy)]
pub struct Contradiction {
    /// The records.
    pub files: [String; 2],
    /// What the policy is called.
    pub policy: String,
}

/// What a record decides of a policy that was found.
struct OfPolicy<'r> {
    record: &'r SavedDecisions,
    entries: Vec<EntryRecord>,
}

impl OfPolicy<'_> {
    fn file(&self) -> String {
        self.record.from().file.to_string()
    }
}

impl AccountReview {
    /// Does again what `records` decide: each policy is told by what it is in IAM and by its text. What does not
    /// apply any more is left out, and costs nothing else.
    ///
    /// # Errors
    /// Two records that decide otherwise on one policy: nobody knows which one was meant.
    pub fn replay(&self, records: &[SavedDecisions]) -> Result<AccountDecisions, Contradiction> {
        let mut replayed = AccountDecisions::default();
        let by_policy = self.by_policy(records, &mut replayed.left_out)?;
        for (number, of_policy) in by_policy {
            let policy = &self.policies[number];
            if let Some(why) = self.why_not_decided(policy, &of_policy) {
                replayed.left_out.push(why);
                continue;
            }
            let Some(mut review) = self.review(policy) else {
                continue;
            };
            let differing = review.replay(&of_policy.entries).len();
            let applying = of_policy.entries.len() - differing;
            if differing > 0 {
                replayed.left_out.push(NotDecided::OtherResult {
                    file: of_policy.file(),
                    policy: self.name(policy),
                    count: counted(differing, "entry does", "entries do"),
                    are: if differing == 1 { "is" } else { "are" },
                });
            }
            if applying > 0 {
                replayed.applying += applying;
                replayed.decided.insert(policy.place, review);
                let from = of_policy.record.from().clone();
                replayed.replayed.insert(policy.place, from);
            }
        }
        Ok(replayed)
    }

    /// What `records` decide, by the numbers of the policies; those that are not found go to `left_out`.
    fn by_policy<'r>(
        &self,
        records: &'r [SavedDecisions],
        left_out: &mut Vec<NotDecided>,
    ) -> Result<BTreeMap<usize, OfPolicy<'r>>, Contradiction> {
        let policies = self.policies.iter();
        let known = policies.map(|policy| (&**self.policy(policy), self.principal_of(policy)));
        let known = KnownPolicies::of(known);
        let mut by_policy: BTreeMap<usize, OfPolicy<'r>> = BTreeMap::new();
        for record in records {
            for (found, entries) in record.each_among(&known) {
                let file = || record.from().file.to_string();
                let name = |number: usize| self.name(&self.policies[number]);
                let number = match found {
                    Ok(number) => number,
                    Err(why) => {
                        left_out.push(match why {
                            NotFound::Missing => NotDecided::Missing { file: file() },
                            NotFound::Changed(number) => NotDecided::Changed {
                                file: file(),
                                policy: name(number),
                            },
                            NotFound::Ambiguous(count) => NotDecided::Ambiguous {
                                file: file(),
                                count,
                            },
                        });
                        continue;
                    }
                };
                match by_policy.entry(number) {
                    Entry::Vacant(free) => {
                        free.insert(OfPolicy { record, entries });
                    }
                    Entry::Occupied(other) if other.get().entries == entries => {}
                    Entry::Occupied(other) => {
                        return Err(Contradiction {
                            files: [other.get().file(), file()],
                            policy: name(number),
                        });
                    }
                }
            }
        }
        Ok(by_policy)
    }

    /// Why what was decided of a policy is not done again as a whole.
    fn why_not_decided(
        &self,
        policy: &AccountPolicy,
        of_policy: &OfPolicy<'_>,
    ) -> Option<NotDecided> {
        if !policy.is_refined() {
            let why: Vec<String> = (policy.blockers.iter())
                .map(|blocker| self.reason(blocker))
                .collect();
            return Some(NotDecided::Blocked {
                file: of_policy.file(),
                policy: self.name(policy),
                why: why.join("; "),
            });
        }
        let owners = policy.holders.iter();
        let owners = owners.map(|&holder| &self.principal(holder).owner);
        let new = owners.filter(|owner| !of_policy.record.is_decided_for(owner));
        let new: Vec<String> = new.map(ToString::to_string).collect();
        (!new.is_empty()).then(|| NotDecided::NewHolders {
            file: of_policy.file(),
            policy: self.name(policy),
            who: list(&new),
        })
    }
}
