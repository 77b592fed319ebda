//! What is saved of a review while it is made, so that nothing is lost when it is interrupted.
//!
//! A journal is lines of JSON: a heading with the hashes of the inputs, then a line for each step
//! with the entries that it changed, as they are after it. A line is written before the next key
//! is read; the last one may be cut short, and is then left out.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::began::BeganWith;
use super::decisions::hash_of;
use super::record::EntryRecord;
use super::{PolicyInput, Review, ReviewInput, State};
use crate::catalogue::Catalogue;
use crate::findings::Findings;
use crate::refine::Options;
use crate::text::{Untrusted, sha256};

/// What the journal of a review says it is.
const REVIEW: &str = "iam-refine review 1";

/// What the journal of an account's reviews says it is.
const ACCOUNT: &str = "iam-refine account 1";

/// The first line of a journal: what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    format: String,
    policies: Vec<String>,
    /// What the policies are known by, in the same order, where that is told; behind them the names of others,
    /// whose decisions are kept for another review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    finding: String,
    catalogue: Option<jiff::civil::Date>,
    options: String,
    /// What was done again before anything else, where records were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<Beginning>,
}

/// The records whose decisions a journal began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// A hash of all that were given.
    pub records: String,
    /// What they say, by what an account's journal calls the policy; a review has one record for all its policies.
    pub with: BTreeMap<String, BeganWith>,
}

/// What has changed since a journal was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Nothing: the policies, the finding, the catalogue and the options are the same.
    Same,
    /// The policies are the same; the finding, the catalogue or the options are others.
    OtherFinding,
    /// The policies are others: only what is about unchanged statements may still apply.
    OtherPolicies,
}

impl Heading {
    /// The heading for a review of `input`, whose policies are known by these `names`.
    pub fn of(input: &ReviewInput, names: Vec<String>) -> Self {
        Heading {
            format: REVIEW.to_owned(),
            policies: input.policies.iter().map(what_is_decided_on).collect(),
            names,
            finding: sha256(&reported_of(input)),
            catalogue: input.universe.catalogue.date(),
            options: options_text(&input.options),
            began: None,
        }
    }

    /// The heading for the reviews of an account with these policies and findings.
    pub fn of_account<'a>(
        policies: &str,
        findings: impl Iterator<Item = Option<&'a Findings>>,
        catalogue: &Catalogue,
        options: &Options,
    ) -> Self {
        let findings = findings.map(|finding| finding.map(reported).unwrap_or_default());
        Heading {
            format: ACCOUNT.to_owned(),
            policies: vec![sha256(policies)],
            names: Vec::new(),
            finding: sha256(&findings.collect::<Vec<_>>().join("\0")),
            catalogue: catalogue.date(),
            options: options_text(options),
            began: None,
        }
    }

    /// The same of a journal that began so.
    #[must_use]
    pub fn beginning(self, began: Option<Beginning>) -> Self {
        Heading { began, ..self }
    }

    /// What the journal began with.
    pub fn began(&self) -> Option<&Beginning> {
        self.began.as_ref()
    }

    /// The heading in a line, if that is one that this version reads.
    fn read(line: &str) -> Option<Self> {
        let heading: Heading = serde_json::from_str(line).ok()?;
        [REVIEW, ACCOUNT]
            .contains(&heading.format.as_str())
            .then_some(heading)
    }

    /// How the inputs of this journal compare with those `now`.
    pub fn compare(&self, now: &Heading) -> Changed {
        let is_same = self.format == now.format
            && self.policies.len() == now.policies.len()
            && (0..now.policies.len()).all(|policy| self.has_as(now, policy));
        if !is_same {
            return Changed::OtherPolicies;
        }
        let rest = |heading: &Heading| (heading.finding.clone(), heading.options.clone());
        if rest(self) == rest(now) && self.catalogue == now.catalogue {
            Changed::Same
        } else {
            Changed::OtherFinding
        }
    }

    /// Whether this has the policy at a place of the heading `now` as that has it.
    pub fn has_as(&self, now: &Heading, policy: usize) -> bool {
        let own = self.place_of(now, policy);
        own.is_some_and(|own| self.policies.get(own) == now.policies.get(policy))
    }

    /// Where this has the policy at a place of another heading; by its number, where names are not told.
    fn place_of(&self, other: &Heading, policy: usize) -> Option<usize> {
        if self.names.is_empty() || other.names.is_empty() {
            return Some(policy);
        }
        let name = other.names.get(policy)?;
        self.names.iter().position(|own| own == name)
    }

    /// The same with other policies behind them, whose decisions are kept; and these decisions.
    pub fn with_others(mut self, others: &[OfAnother]) -> (Self, Vec<EntryRecord>) {
        let mut entries = Vec::new();
        for other in others {
            let policy = self.names.len();
            self.names.push(other.name.clone());
            let own = other.entries.iter().cloned();
            entries.extend(own.map(|entry| EntryRecord { policy, ..entry }));
        }
        (self, entries)
    }

    /// The same with no policy.
    #[must_use]
    pub fn of_none(self) -> Self {
        Heading {
            policies: Vec::new(),
            names: Vec::new(),
            began: None,
            ..self
        }
    }
}

/// A hash of what a decision on a policy is about: its text, and of one in a block what that makes and who
/// has it.
fn what_is_decided_on(policy: &PolicyInput) -> String {
    let hash = hash_of(policy.loaded.document.source());
    match &policy.loaded.origin.block {
        None => hash,
        Some(block) => {
            let all = [&[hash][..], &block.makes, &block.holders].concat();
            sha256(&all.join("\0"))
        }
    }
}

/// What the findings say, and whom they are about where several count: with another principal, others
/// may use what none of these does.
fn reported_of(input: &ReviewInput) -> String {
    let whom = input.principal.everywhere.iter();
    let mut whom: Vec<&str> = whom.map(Untrusted::raw).collect();
    whom.sort_unstable();
    let mut text = reported(&input.findings);
    for principal in whom {
        text += "\n--everywhere ";
        text += principal;
    }
    text
}

/// What the findings say, however many pages they came in.
fn reported(findings: &Findings) -> String {
    let unused = &findings.unused;
    let wholly = unused.wholly_unused().map(|service| format!("{service}:*"));
    let named = unused.named().map(|action| action.to_string());
    // What was used stays, so another time of its use is another finding.
    let used = findings.recently_used.iter();
    let used = used.map(|(action, at)| format!("{action} used {}", at.latest()));
    wholly
        .chain(named)
        .chain(used)
        .collect::<Vec<_>>()
        .join("\n")
}

fn options_text(options: &Options) -> String {
    let keeps = options.keeps.iter().map(|keep| keep.pattern.to_string());
    let words: Vec<String> = std::iter::once(options.granularity.to_string())
        .chain(keeps)
        .collect();
    words.join(" ")
}

/// Whether something was decided in the journal with this text, or it cannot be read.
pub fn holds_decisions(journal: &str) -> bool {
    let mut lines = journal.lines();
    let is_read = lines
        .next()
        .is_none_or(|first| Heading::read(first).is_some());
    !is_read || lines.any(|line| line != "[]")
}

/// The lines of a journal, as far as they are read.
#[derive(Clone, Debug)]
pub struct Lines<S> {
    /// The inputs that the decisions were made on.
    pub heading: Heading,
    /// The steps, in the order in which they were done.
    pub steps: Vec<S>,
    /// The first line that is none of this version, counted from 1; no step from there on is read. One that
    /// was being written when the program was ended is no such line.
    pub damaged: Option<usize>,
}

impl<S: DeserializeOwned> Lines<S> {
    /// Reads the lines of a journal; none when it does not begin as one.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines().zip(1..).peekable();
        let (first, _) = lines.next()?;
        let mut read = Lines {
            heading: Heading::read(first)?,
            steps: Vec::new(),
            damaged: None,
        };
        while let Some((line, number)) = lines.next() {
            let Ok(step) = serde_json::from_str(line) else {
                let is_last = lines.peek().is_none();
                let is_cut_short = is_last && serde_json::from_str::<IgnoredAny>(line).is_err();
                read.damaged = (!is_cut_short).then_some(number);
                break;
            };
            read.steps.push(step);
        }
        Some(read)
    }
}

/// The line for the step from `before` to how `review` is now; none when nothing changed.
pub fn step_line(review: &Review, before: &State) -> Option<String> {
    let records = review.state().records_since(review.input(), before);
    if records.is_empty() {
        return None;
    }
    serde_json::to_string(&records).ok()
}

/// What was decided of a policy that is not reviewed now.
#[derive(Clone, Debug)]
pub struct OfAnother {
    /// What it is known by.
    pub name: String,
    /// The decisions on its entries.
    pub entries: Vec<EntryRecord>,
}

/// The journal of a review.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The inputs that the decisions were made on.
    pub heading: Heading,
    /// The steps, each with the entries that it changed, as they were after it.
    pub steps: Vec<Vec<EntryRecord>>,
}

impl Journal {
    /// What was read of a journal; none when nothing is decided at its end.
    pub fn of(lines: Lines<Vec<EntryRecord>>) -> Option<Self> {
        let Lines { heading, steps, .. } = lines;
        let steps = steps.into_iter().filter(|step| !step.is_empty()).collect();
        let journal = Journal { heading, steps };
        (!journal.at_the_end().is_empty()).then_some(journal)
    }

    /// The same with the policies numbered as in the heading `now`; and what was decided of others.
    pub fn numbered_as(mut self, now: &Heading) -> (Self, Vec<OfAnother>) {
        let decided = self.at_the_end();
        let number = |policy: usize| now.place_of(&self.heading, policy);
        let mut others: BTreeMap<usize, OfAnother> = BTreeMap::new();
        for entry in decided
            .into_iter()
            .filter(|entry| number(entry.policy).is_none())
        {
            let name = || {
                self.heading
                    .names
                    .get(entry.policy)
                    .cloned()
                    .unwrap_or_default()
            };
            let other = others.entry(entry.policy).or_insert_with(|| OfAnother {
                name: name(),
                entries: Vec::new(),
            });
            other.entries.push(entry);
        }
        let steps = self.steps.into_iter().map(|step| {
            let step = step.into_iter();
            let here = step.filter_map(|entry| {
                let policy = now.place_of(&self.heading, entry.policy)?;
                Some(EntryRecord { policy, ..entry })
            });
            here.collect::<Vec<EntryRecord>>()
        });
        self.steps = steps.filter(|step| !step.is_empty()).collect();
        let began = self.heading.began.take().map(|mut began| {
            for with in began.with.values_mut() {
                let entries = std::mem::take(&mut with.entries).into_iter();
                let here = entries.filter_map(|mut entry| {
                    entry.record.policy = now.place_of(&self.heading, entry.record.policy)?;
                    Some(entry)
                });
                with.entries = here.collect();
            }
            began
        });
        self.heading.began = began;
        (self, others.into_values().collect())
    }

    /// What is decided after the last step.
    pub fn at_the_end(&self) -> Vec<EntryRecord> {
        at_the_end(&self.steps)
    }
}

/// What is decided after the last of `steps`.
pub fn at_the_end(steps: &[Vec<EntryRecord>]) -> Vec<EntryRecord> {
    let last: BTreeMap<_, &EntryRecord> = (steps.iter().flatten())
        .map(|record| ((record.policy, record.statement, record.entry), record))
        .collect();
    let decided = last.into_values().filter(|record| record.says_something());
    decided.cloned().collect()
}
