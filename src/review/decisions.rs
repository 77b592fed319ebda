//! The decision record: what was decided on which files, what it depended on, and what was proved.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::input::day;
use super::record::EntryRecord;
use super::{EntryPlace, Review, ReviewInput};
use crate::findings::Findings;
use crate::iam::Action;
use crate::proof::Part;
use crate::refine::{EntryExpansion, Evidence, Fate};
use crate::text::{Source, Untrusted, sha256};

/// What a record says it is. The number grows when older programs could not read a newer record.
const FORMAT: &str = "iam-refine decisions 1";

/// All decisions of a review, with the inputs that they depend on. Written as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRecord {
    format: String,
    principal: Option<Untrusted>,
    finding: FindingRecord,
    /// The findings of all who have the policies, where only what none of them uses goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    everywhere: Vec<PrincipalRecord>,
    catalogue: Option<Date>,
    /// Patterns that were kept in all wildcards, with the reasons.
    #[serde(default)]
    keeps: BTreeMap<String, Option<Untrusted>>,
    policies: Vec<PolicyRecord>,
}

/// The finding that was decided on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FindingRecord {
    file: Untrusted,
    sha256: String,
    id: Option<Untrusted>,
    analyzed_at: Option<Timestamp>,
}

/// One of those who have the policies, and what was found of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PrincipalRecord {
    principal: Option<Untrusted>,
    #[serde(flatten)]
    finding: FindingRecord,
}

/// One policy and what was decided of its entries.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyRecord {
    file: Untrusted,
    sha256: String,
    entries: Vec<EntryDecision>,
    #[serde(default)]
    proof: BTreeMap<String, bool>,
    /// Unused actions that are excepted from "unused gone".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    excepted: Vec<String>,
}

/// The decision on an entry and its grounds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryDecision {
    #[serde(flatten)]
    record: EntryRecord,
    /// The actions that the proposal removes, with their last use as in the finding.
    #[serde(default)]
    removes: BTreeMap<String, Option<Timestamp>>,
    /// The actions that stay, by what that means.
    #[serde(default)]
    stays: BTreeMap<String, Vec<String>>,
}

/// Why a record is not replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReplayed {
    /// It has a format that this program does not know.
    #[error("this is no decision record that this version reads: its format is {0:?}")]
    Format(String),
    /// A policy is not the one that was decided on.
    #[error("{0} is not the policy that was decided on: its bytes differ")]
    OtherPolicy(String),
    /// There are more or fewer policies than were decided on.
    #[error("{given} policies are given, and {recorded} were decided on")]
    OtherNumber {
        /// How many policies are loaded.
        given: usize,
        /// How many the record is about.
        recorded: usize,
    },
}

impl DecisionRecord {
    /// Records a review as it is now.
    pub fn of(review: &Review) -> Self {
        let input = review.input();
        let findings = &input.findings;
        DecisionRecord {
            format: FORMAT.to_owned(),
            principal: input.principal.name.clone(),
            finding: FindingRecord::of(findings),
            everywhere: (input.everywhere.iter())
                .map(|finding| PrincipalRecord {
                    principal: finding.principal.clone(),
                    finding: FindingRecord::of(finding),
                })
                .collect(),
            catalogue: input.universe.catalogue.date(),
            keeps: (input.options.keeps.iter())
                .map(|keep| (keep.pattern.to_string(), keep.reason.clone()))
                .collect(),
            policies: (0..input.policies.len())
                .map(|policy| PolicyRecord::of(review, policy))
                .collect(),
        }
    }

    /// Does again in `review` what was decided. Returns the entries that do not come to the same
    /// any more; these are undecided.
    ///
    /// # Errors
    /// A record of another form, or of other policies.
    pub fn replay_in(&self, review: &mut Review) -> Result<Vec<EntryRecord>, NotReplayed> {
        if self.format != FORMAT {
            return Err(NotReplayed::Format(self.format.clone()));
        }
        let policies = &review.input().policies;
        if policies.len() != self.policies.len() {
            return Err(NotReplayed::OtherNumber {
                given: policies.len(),
                recorded: self.policies.len(),
            });
        }
        let other = policies
            .iter()
            .zip(&self.policies)
            .find(|(own, recorded)| hash_of(own.loaded.document.source()) != recorded.sha256);
        if let Some((own, _)) = other {
            let name = own.loaded.document.source().name().to_string();
            return Err(NotReplayed::OtherPolicy(name));
        }
        let entries = self.policies.iter().flat_map(|policy| &policy.entries);
        let records: Vec<EntryRecord> = entries.map(|entry| entry.record.clone()).collect();
        Ok(review.replay(&records).into_iter().cloned().collect())
    }
}

impl FindingRecord {
    fn of(findings: &Findings) -> Self {
        FindingRecord {
            file: findings.source.name().clone(),
            sha256: hash_of(&findings.source),
            id: findings.id.clone(),
            analyzed_at: findings.analyzed_at,
        }
    }
}

impl PolicyRecord {
    fn of(review: &Review, policy: usize) -> Self {
        let (input, state) = (review.input(), review.state());
        let source = input.document(policy).source();
        let proved = &review.outcomes()[policy].proved;
        let places = state.places().filter(|place| place.policy == policy);
        PolicyRecord {
            file: source.name().clone(),
            sha256: hash_of(source),
            entries: places
                .map(|place| EntryDecision::of(review, place))
                .collect(),
            proof: (Part::ALL.iter())
                .map(|&part| (part.to_string(), proved.part_holds(part)))
                .collect(),
            excepted: proved.excepted.iter().map(ToString::to_string).collect(),
        }
    }
}

impl EntryDecision {
    fn of(review: &Review, place: EntryPlace) -> Self {
        let (input, state) = (review.input(), review.state());
        let mut decision = EntryDecision {
            record: state.record(input, place),
            removes: BTreeMap::new(),
            stays: BTreeMap::new(),
        };
        for addition in state.additions(place) {
            decision.removes.insert(addition.to_string(), None);
        }
        let Some(entry) = state.entry(place) else {
            return decision;
        };
        let curation = state.curation(input, place);
        let wildcard =
            EntryExpansion::new(&entry.plan.old, input.universe_of(place.policy), curation);
        for (action, fate) in wildcard.actions() {
            decision.add(input, place.policy, &action, fate);
        }
        decision
    }

    fn add(&mut self, input: &ReviewInput, policy: usize, action: &Action, fate: Fate) {
        let universe = input.universe_of(policy);
        if fate.stays() {
            let evidence = Evidence::of(action, universe, input.finding_date());
            let class = match universe.used.last_used(action) {
                Some(at) => format!("{} on {}", evidence.key(), day(at)),
                None => evidence.key().to_owned(),
            };
            let actions = self.stays.entry(class).or_default();
            actions.push(action.to_string());
        } else {
            let last_use = universe.unused.last_accessed(action);
            self.removes.insert(action.to_string(), last_use);
        }
    }
}

pub(super) fn hash_of(source: &Source) -> String {
    sha256(&source.original())
}
