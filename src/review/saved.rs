//! What is read of a decision record: that which is done again. The rest of it is for people.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::decisions::{Decisions, FORMAT, Replayed, hash_of};
use super::in_iam::owner;
use super::matched::{Known, KnownPolicies, NotFound, match_up};
use super::record::EntryRecord;
use super::{EntryPlace, MadeRecord, PolicyInput, Review};
use crate::policies::PolicyOwner;
use crate::text::{Json, Problems, Source, Untrusted};

/// The formats that are read. The first did not tell who decided, when, and why.
const READ: [&str; 2] = ["iam-refine decisions 1", FORMAT];

/// What the format of a record of any version begins with.
const OF_ANY_VERSION: &str = "iam-refine decisions ";

/// What to do about a record that was changed by hand.
const AS_WRITTEN: &str = "give the record as --record wrote it, or take out what is wrong";

/// The decisions of a record, read to be done again.
#[derive(Clone, Debug)]
pub struct SavedDecisions {
    record: Record,
    from: Replayed,
}

#[derive(Clone, Debug, Deserialize)]
struct Record {
    /// None in the first format.
    #[serde(default)]
    decided: Option<Decisions>,
    principal: Option<Untrusted>,
    #[serde(default)]
    holders: Vec<Untrusted>,
    #[serde(default)]
    everywhere: Vec<Whose>,
    policies: Vec<Policy>,
    #[serde(default)]
    made: Vec<MadeRecord>,
}

/// One of several whose findings were decided on.
#[derive(Clone, Debug, Deserialize)]
struct Whose {
    principal: Option<Untrusted>,
}

#[derive(Clone, Debug, Deserialize)]
struct Policy {
    #[serde(flatten)]
    known: Known,
    entries: Vec<EntryRecord>,
}

impl Policy {
    /// What was decided of its entries. One that nobody decided on is in a record too, and is no decision.
    fn decided(&self) -> impl Iterator<Item = &EntryRecord> {
        self.entries.iter().filter(|entry| entry.says_something())
    }
}

impl Record {
    /// The first entry that contradicts the rest: one of another policy than it is listed with, or one
    /// that is decided already. Of two decisions nobody knows which one was meant.
    fn fault(&self) -> Option<Fault> {
        let mut policies = self.policies.iter().enumerate();
        policies.find_map(|(policy, recorded)| {
            let mut decided: BTreeMap<EntryPlace, usize> = BTreeMap::new();
            let mut entries = recorded.entries.iter().enumerate();
            entries.find_map(|(at, entry)| {
                let what = if entry.policy == policy {
                    decided.insert(entry.place(), at).map(Contradiction::Twice)
                } else {
                    Some(Contradiction::OtherPolicy(entry.policy))
                };
                what.map(|what| Fault { policy, at, what })
            })
        })
    }
}

/// An entry that contradicts the rest of a record.
struct Fault {
    /// With which of the policies it is listed, from 0.
    policy: usize,
    /// Where in that list, from 0.
    at: usize,
    what: Contradiction,
}

enum Contradiction {
    /// It says that it is of this policy.
    OtherPolicy(usize),
    /// It is decided already at this place of the list.
    Twice(usize),
}

impl Fault {
    /// The fault at its place in the `file`, which is only now read with the places of its values.
    fn problems(&self, file: &Source) -> Problems {
        let json = match Json::parse(file) {
            Ok(json) => json,
            Err(problems) => return problems,
        };
        let entry = |at: usize| {
            let policy = json.get("policies")?.as_array()?.get(self.policy)?;
            policy.get("entries")?.as_array()?.get(at)
        };
        let own = entry(self.at);
        let (place, message) = match self.what {
            Contradiction::OtherPolicy(other) => {
                let listed = self.policy;
                let message =
                    format!("this entry is listed with policy {listed}, and says policy {other}");
                (own.and_then(|own| own.get("policy")), message)
            }
            Contradiction::Twice(earlier) => {
                let line = entry(earlier).map(|entry| file.position(entry.range.start).line);
                let line = line.map_or_else(String::new, |line| format!(" in line {line}"));
                (own, format!("this entry is decided{line} already"))
            }
        };
        let problem = match place {
            Some(place) => file.error_at(place.range.clone(), message),
            None => file.error(message),
        };
        problem.help(AS_WRITTEN).into()
    }
}

/// What a record says it is: read before anything else, so that a record of a later format is not
/// taken for one that is broken.
#[derive(Deserialize)]
struct Heading {
    format: String,
}

/// Why a record is not read.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// It has the format of a version that is not this one.
    #[error("this is no decision record that this version reads: its format is {0:?}")]
    OtherVersion(Untrusted),
    /// It has a format, and not that of a record.
    #[error("its format is {0:?}")]
    OtherFormat(Untrusted),
    /// Something follows the record: of two nobody can tell which one is meant.
    #[error("it holds several records or something else behind one")]
    Several,
    /// It is no record.
    #[error(transparent)]
    Broken(#[from] serde_json::Error),
    /// It contradicts itself.
    #[error(transparent)]
    Contradicts(#[from] Problems),
}

/// Why a record is not replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReplayed {
    /// A policy is not the one that was decided on.
    #[error("{0} is not the policy that was decided on: its bytes differ")]
    OtherPolicy(Untrusted),
    /// A policy that was decided on is not among those that are given.
    #[error("{0} was decided on, and is not given as it was: it is missing, or its bytes differ")]
    Missing(Untrusted),
    /// Several that are given could be the policy, and not all of them were decided on.
    #[error("{policies} of the given policies have the bytes of {file}: which was decided on?")]
    Ambiguous {
        /// The file of the policy that was decided on.
        file: Untrusted,
        /// How many have its bytes.
        policies: usize,
    },
}

/// Whether a file is a record of this format or the first.
///
/// # Errors
/// It is not.
pub(super) fn must_be_record(file: &Source) -> Result<(), NotRead> {
    let mut all = serde_json::Deserializer::from_str(file.text()).into_iter::<IgnoredAny>();
    if let (Some(Ok(_)), Some(Ok(_))) = (all.next(), all.next()) {
        return Err(NotRead::Several);
    }
    let heading: Heading = serde_json::from_str(file.text())?;
    let format = heading.format;
    if READ.contains(&format.as_str()) {
        return Ok(());
    }
    Err(if format.starts_with(OF_ANY_VERSION) {
        NotRead::OtherVersion(format.into())
    } else {
        NotRead::OtherFormat(format.into())
    })
}

impl SavedDecisions {
    /// Reads a record of this format or the first.
    ///
    /// # Errors
    /// A text that is no record, one of a later format, and one that contradicts itself.
    pub fn read(file: &Source) -> Result<Self, NotRead> {
        must_be_record(file)?;
        let record: Record = serde_json::from_str(file.text())?;
        if let Some(fault) = record.fault() {
            return Err(fault.problems(file).into());
        }
        let from = Replayed {
            file: file.name().clone(),
            sha256: hash_of(file),
            sums: None,
            decided: record.decided.clone(),
        };
        Ok(SavedDecisions { record, from })
    }

    /// The same of a record that was held against the `SHA256SUMS` of its folder, which has this hash itself.
    #[must_use]
    pub fn of_folder(mut self, sums: String) -> Self {
        self.from.sums = Some(sums);
        self
    }

    /// Which record it is, and whose decisions it holds.
    pub fn from(&self) -> &Replayed {
        &self.from
    }

    /// What becomes of the policies of AWS that were made of what was decided on; none in records of other
    /// policies than those in blocks.
    pub fn made(&self) -> &[MadeRecord] {
        &self.record.made
    }

    /// Does again in `review` what was decided. Its policies may stand in any order, and others beside
    /// them, which stay undecided. Returns the entries that do not come to the same any more; these
    /// are undecided too.
    ///
    /// # Errors
    /// A policy that was decided on is not given, with the same bytes.
    pub fn replay_in(&self, review: &mut Review) -> Result<Vec<EntryRecord>, NotReplayed> {
        let places = self.places_in(review)?;
        let policies = self.record.policies.iter().zip(places);
        let records = policies.flat_map(|(recorded, policy)| {
            let entries = recorded.decided().cloned();
            entries.map(move |entry| EntryRecord { policy, ..entry })
        });
        let records: Vec<EntryRecord> = records.collect();
        Ok(review.replay(&records).into_iter().cloned().collect())
    }

    /// What was decided of each policy of the record, and which of those of an account it is.
    pub fn each_among<'r>(
        &'r self,
        known: &'r KnownPolicies,
    ) -> impl Iterator<Item = (Result<usize, NotFound>, Vec<EntryRecord>)> + 'r {
        self.record.policies.iter().map(|recorded| {
            let entries = recorded.decided().cloned();
            let entries = entries.map(|entry| EntryRecord { policy: 0, ..entry });
            (known.find(&recorded.known), entries.collect())
        })
    }

    /// Whether somebody had the policies when it was decided, or the record does not tell who did.
    pub fn is_decided_for(&self, somebody: &PolicyOwner) -> bool {
        let record = &self.record;
        let mut told: Vec<&Untrusted> = record.holders.iter().collect();
        if told.is_empty() {
            let everywhere = record.everywhere.iter();
            let everywhere = everywhere.filter_map(|one| one.principal.as_ref());
            told.extend(record.principal.iter().chain(everywhere));
        }
        let is_it = |name: &&Untrusted| match owner(name.raw()) {
            Some(owner) => owner.may_be(somebody),
            None => name.raw().eq_ignore_ascii_case(somebody.name.as_str()),
        };
        told.is_empty() || told.iter().any(is_it)
    }

    /// The policies of `review` that the record does not know, called by their files.
    ///
    /// # Errors
    /// As [`replay_in`](Self::replay_in).
    pub fn unknown_in(&self, review: &Review) -> Result<Vec<Untrusted>, NotReplayed> {
        let places = self.places_in(review)?;
        let policies = review.input().policies.iter().enumerate();
        let unknown = policies.filter(|(number, _)| !places.contains(number));
        let name =
            |(_, policy): (usize, &PolicyInput)| policy.loaded.document.source().name().clone();
        Ok(unknown.map(name).collect())
    }

    /// Which of the policies of `review` each of the record's is.
    fn places_in(&self, review: &Review) -> Result<Vec<usize>, NotReplayed> {
        let input = review.input();
        let given: Vec<Known> = (input.policies.iter())
            .map(|policy| Known::of(&policy.loaded, &input.principal))
            .collect();
        let recorded: Vec<&Known> = (self.record.policies.iter())
            .map(|policy| &policy.known)
            .collect();
        match_up(&recorded, &given)
    }
}
