//! What is kept of a review while it goes on, so that nothing is lost when it ends in the middle.
//!
//! A journal is lines of JSON: a heading with the hashes of the inputs, then a line for each step
//! with the entries that it changed, as they are after it. A line is written before the next key
//! is read; the last one may be cut short, and is then left out.

use serde::{Deserialize, Serialize};

use super::decisions::hash_of;
use super::record::EntryRecord;
use super::{Case, Review, State};

/// What a journal says it is.
const FORMAT: &str = "iam-refine review 1";

/// The first line of a journal: what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    format: String,
    policies: Vec<String>,
    finding: String,
    catalogue: Option<jiff::civil::Date>,
}

/// What has changed since a journal was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Nothing.
    Same,
    /// The policies are the same; the finding or the catalogue is another.
    OtherFinding,
    /// The policies are others: nothing of the journal applies.
    OtherPolicies,
}

impl Heading {
    /// The heading for a review of `case`.
    pub fn of(case: &Case) -> Self {
        let sources = case.policies.iter().map(|loaded| loaded.document.source());
        Heading {
            format: FORMAT.to_owned(),
            policies: sources.map(hash_of).collect(),
            finding: hash_of(&case.findings.source),
            catalogue: case.universe.catalogue.date(),
        }
    }

    /// How the inputs of this journal compare with those `now`.
    pub fn compare(&self, now: &Heading) -> Inputs {
        if self == now {
            Inputs::Same
        } else if self.format == now.format && self.policies == now.policies {
            Inputs::OtherFinding
        } else {
            Inputs::OtherPolicies
        }
    }
}

/// The line for the step from `before` to how `review` is now; none when nothing changed.
pub fn step_line(review: &Review, before: &State) -> Option<String> {
    let records = review.state().records_since(review.case(), before);
    if records.is_empty() {
        return None;
    }
    serde_json::to_string(&records).ok()
}

/// A journal that was read.
#[derive(Clone, Debug)]
pub struct Journal {
    /// What it is about.
    pub heading: Heading,
    /// What was decided last of each entry that any step changed.
    pub records: Vec<EntryRecord>,
}

impl Journal {
    /// Reads a journal; none when it is not one, or nothing was decided in it. Lines that cannot
    /// be read end it: they were being written when the program was ended.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let heading: Heading = serde_json::from_str(lines.next()?).ok()?;
        let steps = lines.map_while(|line| serde_json::from_str::<Vec<EntryRecord>>(line).ok());
        let mut records: Vec<EntryRecord> = Vec::new();
        for record in steps.flatten() {
            let place = |record: &EntryRecord| (record.policy, record.statement, record.entry);
            match records.iter_mut().find(|old| place(old) == place(&record)) {
                Some(old) => *old = record,
                None => records.push(record),
            }
        }
        records.retain(EntryRecord::says_something);
        (!records.is_empty()).then_some(Journal { heading, records })
    }
}
