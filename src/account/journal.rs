//! The journal of an account's reviews: a heading, then a line for each step with the policy that
//! it was made in.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::{AccountPolicy, AccountReview, Began, PolicyPlace};
use crate::iam::Arn;
use crate::review::journal::{Beginning, Changed, Heading, Lines, at_the_end};
use crate::review::{EntryRecord, Review};

/// A step that was done in a policy of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// The policy that it was done in, as [`AccountReview::key`] gives it.
    pub of: String,
    /// The entries that it changed, as they were after it.
    pub entries: Vec<EntryRecord>,
}

/// The saved reviews of an account, as far as they still apply.
#[derive(Clone, Debug)]
pub struct SavedReviews {
    /// What has changed since the journal was begun.
    pub inputs: Changed,
    /// How many decisions were made.
    pub all: usize,
    /// How many of them still apply.
    pub applying: usize,
    /// The reviews with the decisions that still apply, by policy.
    pub decided: BTreeMap<PolicyPlace, Review>,
    /// What these began with, where records were given.
    pub began: Option<Began>,
}

impl AccountReview {
    /// What a journal calls the policy: the same whatever else the account has.
    pub fn key(&self, policy: &AccountPolicy) -> String {
        let arn = self.policy(policy).origin.arn.as_ref();
        arn.map_or_else(|| self.name(policy), Arn::to_string)
    }

    /// The first line of a journal: what it is about, and what it began with.
    pub fn heading_of(&self, began: Option<&Began>) -> Heading {
        let by_key = |began: &Began| {
            let policies = self.policies.iter();
            let with = policies.filter_map(|policy| {
                let with = began.with.get(&policy.place)?;
                Some((self.key(policy), with.clone()))
            });
            Beginning {
                records: began.records.clone(),
                with: with.collect(),
            }
        };
        self.heading().beginning(began.map(by_key))
    }

    /// The same of one that began with nothing.
    pub fn heading(&self) -> Heading {
        let mut policies = String::new();
        for policy in &self.policies {
            let text = self.policy(policy).document.source().original();
            let _ = writeln!(policies, "{}\n{text}", self.key(policy));
            for &place in &policy.attached_to {
                let _ = writeln!(policies, "{}", self.principal(place).owner);
            }
        }
        let findings = self.findings.iter().map(Option::as_deref);
        Heading::of_account(&policies, findings, &self.catalogue, &self.options)
    }

    /// What the journal of reviews that were left comes to now; none when nothing is decided at its end.
    pub fn left(&self, journal: Lines<Step>) -> Option<SavedReviews> {
        let Lines { heading, .. } = journal;
        let mut steps: BTreeMap<String, Vec<Vec<EntryRecord>>> = BTreeMap::new();
        for step in journal.steps {
            steps.entry(step.of).or_default().push(step.entries);
        }
        let by_key: BTreeMap<String, &AccountPolicy> = (self.policies.iter())
            .map(|policy| (self.key(policy), policy))
            .collect();
        let mut saved = SavedReviews {
            inputs: heading.compare(&self.heading()),
            all: 0,
            applying: 0,
            decided: BTreeMap::new(),
            began: heading.began().map(|began| Began {
                records: began.records.clone(),
                with: BTreeMap::new(),
            }),
        };
        for (key, steps) in steps {
            let decided = at_the_end(&steps);
            saved.all += decided.len();
            let policy = by_key.get(&key).copied();
            let review = policy.and_then(|policy| Some((policy, self.review(policy)?)));
            let Some((policy, mut review)) = review else {
                continue;
            };
            let applying = decided.len() - review.clone().replay(&decided).len();
            if applying > 0 {
                saved.applying += applying;
                review.replay_steps(&steps);
                saved.decided.insert(policy.place, review);
                let with = heading.began().and_then(|began| began.with.get(&key));
                if let (Some(began), Some(with)) = (&mut saved.began, with) {
                    began.with.insert(policy.place, with.clone());
                }
            }
        }
        (saved.all > 0).then_some(saved)
    }
}
