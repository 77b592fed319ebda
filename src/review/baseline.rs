//! What went in an earlier run, to tell apart what is new. Lines are no part of it: they move.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use super::saved::{NotRead, must_be_record};
use super::{Decision, EntryPlace, Review};
use crate::text::{Source, Untrusted};

/// An action that goes from an entry, by what stays the same while files are edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Going {
    /// The file, as it was given or found.
    pub file: String,
    /// The address of the block it stands in, if it stands in one.
    pub block: Option<String>,
    /// The `Sid` of its statement, or else a hash of what that says besides actions.
    pub statement: String,
    /// The entry, or a whole `NotAction`.
    pub entry: String,
    /// The action.
    pub action: String,
}

impl Going {
    /// What goes at a place, as its record tells it; nothing where that is not accepted, or
    /// its statement has to stay.
    pub fn at(review: &Review, place: EntryPlace) -> Vec<Going> {
        let (input, state) = (review.input(), review.state());
        let outcome = &review.outcomes()[place.policy];
        let is_done = outcome.edits[place.statement].is_some();
        if state.decision(place) != Some(Decision::Accepted) || !is_done {
            return Vec::new();
        }
        let record = state.record(input, place);
        let loaded = review.policy(place.policy).loaded;
        let sid = input.statement(place).sid();
        let actions: Vec<String> = match state.entry(place) {
            Some(_) => (review.what_goes_at(place).iter())
                .map(ToString::to_string)
                .collect(),
            None => record.becomes,
        };
        let going = |action| Going {
            file: loaded.document.source().name().raw().to_owned(),
            block: (loaded.origin.block.as_ref()).map(|block| block.address.clone()),
            statement: statement_called(sid, &record.on),
            entry: record.pattern.clone(),
            action,
        };
        actions.into_iter().map(going).collect()
    }
}

/// What stays the same of a statement while its actions change.
fn statement_called(sid: Option<&str>, on: &str) -> String {
    let sid = sid.filter(|sid| !sid.is_empty());
    sid.unwrap_or(on).to_owned()
}

/// All that goes in a run.
#[derive(Clone, Debug, Default)]
pub struct Baseline(BTreeSet<Going>);

impl Baseline {
    /// Reads what went in the run whose decision record a file holds.
    ///
    /// # Errors
    /// A text that is no record, or one of a later format.
    pub fn read(file: &Source) -> Result<Self, NotRead> {
        must_be_record(file)?;
        Ok(Baseline::of_record(&serde_json::from_str(file.text())?))
    }

    /// What goes when a review is written now.
    pub fn of(review: &Review) -> Self {
        let places = review.state().places();
        Baseline(places.flat_map(|place| Going::at(review, place)).collect())
    }

    /// What goes `now` and did not then.
    pub fn new_in<'n>(&self, now: &'n Baseline) -> Vec<&'n Going> {
        now.0.iter().filter(|going| !self.has(going)).collect()
    }

    /// Whether it went then.
    pub fn has(&self, going: &Going) -> bool {
        self.0.contains(going)
    }

    fn of_record(record: &Record) -> Self {
        let places = record.policies.iter().flat_map(|policy| &policy.entries);
        let told: BTreeMap<Place, &[Told]> = places
            .filter_map(|entry| Some((entry.place, entry.goes.as_deref()?)))
            .collect();
        let mut going = BTreeSet::new();
        for policy in &record.policies {
            let decided = policy.entries.iter();
            for entry in decided.filter(|entry| entry.decision == Decision::Accepted) {
                let place = entry.as_of.unwrap_or(entry.place);
                let actions = told.get(&place).copied().unwrap_or_default();
                going.extend(actions.iter().map(|told| Going {
                    file: policy.file.raw().to_owned(),
                    block: policy.block.as_ref().map(|block| block.address.clone()),
                    statement: statement_called(entry.sid.as_deref(), &entry.on),
                    entry: entry.pattern.clone(),
                    action: told.action.clone(),
                }));
            }
        }
        Baseline(going)
    }
}

/// What is read of a record.
#[derive(Deserialize)]
struct Record {
    policies: Vec<Policy>,
}

#[derive(Deserialize)]
struct Policy {
    file: Untrusted,
    #[serde(default)]
    block: Option<Block>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Block {
    address: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(flatten)]
    place: Place,
    on: String,
    #[serde(default)]
    sid: Option<String>,
    pattern: String,
    decision: Decision,
    #[serde(default)]
    goes: Option<Vec<Told>>,
    /// The place of an entry that is told what goes of, and it is the same.
    #[serde(default, rename = "goesAndStaysAs")]
    as_of: Option<Place>,
}

#[derive(Deserialize)]
struct Told {
    action: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Place {
    policy: usize,
    statement: usize,
    entry: usize,
}

/// `main.tf, aws_iam_policy.logs.policy: s3:GetBucketAcl of s3:Get*`
impl fmt::Display for Going {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(block) = &self.block {
            write!(f, ", {block}")?;
        }
        write!(f, ": {}", self.action)?;
        if self.action != self.entry {
            write!(f, " of {}", self.entry)?;
        }
        Ok(())
    }
}
