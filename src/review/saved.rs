//! What is read of a decision record: that which is done again. The rest of it is for people.

use serde::Deserialize;

use super::Review;
use super::decisions::{Decisions, FORMAT, Replayed, hash_of};
use super::record::EntryRecord;
use crate::text::{Source, Untrusted};

/// The formats that are read. The first did not tell who decided, when, and why.
const READ: [&str; 2] = ["iam-refine decisions 1", FORMAT];

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
    policies: Vec<Policy>,
}

#[derive(Clone, Debug, Deserialize)]
struct Policy {
    sha256: String,
    entries: Vec<EntryRecord>,
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
    /// It has a format that this program does not know.
    #[error("this is no decision record that this version reads: its format is {0:?}")]
    Format(Untrusted),
    /// It is no record.
    #[error(transparent)]
    Broken(#[from] serde_json::Error),
}

/// Why a record is not replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReplayed {
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

impl SavedDecisions {
    /// Reads a record of this format or the first.
    ///
    /// # Errors
    /// A text that is no record, or one of a later format.
    pub fn read(file: &Source) -> Result<Self, NotRead> {
        let heading: Heading = serde_json::from_str(file.text())?;
        if !READ.contains(&heading.format.as_str()) {
            return Err(NotRead::Format(heading.format.into()));
        }
        let record: Record = serde_json::from_str(file.text())?;
        let from = Replayed {
            file: file.name().clone(),
            sha256: hash_of(file),
            decided: record.decided.clone(),
        };
        Ok(SavedDecisions { record, from })
    }

    /// Which record it is, and whose decisions it holds.
    pub fn from(&self) -> &Replayed {
        &self.from
    }

    /// Does again in `review` what was decided. Returns the entries that do not come to the same
    /// any more; these are undecided.
    ///
    /// # Errors
    /// A record of other policies.
    pub fn replay_in(&self, review: &mut Review) -> Result<Vec<EntryRecord>, NotReplayed> {
        let policies = &review.input().policies;
        let recorded = &self.record.policies;
        if policies.len() != recorded.len() {
            return Err(NotReplayed::OtherNumber {
                given: policies.len(),
                recorded: recorded.len(),
            });
        }
        let other = (policies.iter().zip(recorded))
            .find(|(policy, recorded)| hash_of(policy.loaded.document.source()) != recorded.sha256);
        if let Some((policy, _)) = other {
            let name = policy.loaded.document.source().name().to_string();
            return Err(NotReplayed::OtherPolicy(name));
        }
        let records = recorded.iter().flat_map(|policy| &policy.entries);
        let records: Vec<EntryRecord> = records.cloned().collect();
        Ok(review.replay(&records).into_iter().cloned().collect())
    }
}
