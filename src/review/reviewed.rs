//! Policies and files with what becomes of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::outcome::Judge;
use super::{FileOutcome, LoadedPolicy, Outcome, Review, ReviewInput, State, Written};
use crate::document::Edited;
use crate::proof::{Fault, prove_merged};
use crate::refine::Replacement;
use crate::text::Source;

/// What becomes of all policies and of all files.
#[derive(Clone, Debug)]
pub(super) struct Outcomes {
    policies: Vec<Outcome>,
    files: Vec<FileOutcome>,
    /// What is wrong with policies that are put together of several.
    faults: Vec<Fault>,
}

/// A file with policies that are reviewed, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct ReviewedFile<'a> {
    /// The first of the policies in it.
    pub first: ReviewedPolicy<'a>,
    /// What becomes of it, as far as it is decided.
    pub outcome: &'a FileOutcome,
}

/// A policy that is reviewed, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct ReviewedPolicy<'a> {
    /// Its place among the reviewed policies, from 0.
    pub place: usize,
    /// The policy as it was read.
    pub loaded: &'a LoadedPolicy,
    /// What becomes of it, as far as it is decided.
    pub outcome: &'a Outcome,
}

impl Review {
    /// Every policy with what becomes of it, in the order they were given.
    pub fn policies(&self) -> impl Iterator<Item = ReviewedPolicy<'_>> + Clone {
        (0..self.input.policies.len()).map(|place| self.policy(place))
    }

    /// A policy with what becomes of it.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn policy(&self, place: usize) -> ReviewedPolicy<'_> {
        ReviewedPolicy {
            place,
            loaded: &self.input.policies[place].loaded,
            outcome: &self.outcomes()[place],
        }
    }

    /// Every file with what becomes of it, in the order they were given.
    pub fn files(&self) -> impl Iterator<Item = ReviewedFile<'_>> {
        let files = self.all_outcomes().files.iter();
        files.map(|outcome| ReviewedFile {
            first: self.policy(outcome.policies[0]),
            outcome,
        })
    }

    /// Whether something would not be written as it was.
    pub fn changes_something(&self) -> bool {
        let mut outcomes = self.outcomes().iter();
        outcomes.any(|outcome| outcome.written != Written::Unchanged)
    }

    /// What becomes of each policy.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.all_outcomes().policies
    }

    /// The documents of a file with what becomes of their statements.
    pub fn edited<'a>(&'a self, file: &FileOutcome) -> Vec<Edited<'a, Replacement>> {
        let policies = file.policies.iter().map(|&place| self.policy(place));
        policies
            .map(|policy| (&policy.loaded.document, &policy.outcome.edits[..]))
            .collect()
    }

    /// What is wrong with policies that are put together of several documents.
    pub(super) fn faults_together(&self) -> &[Fault] {
        &self.all_outcomes().faults
    }

    fn all_outcomes(&self) -> &Outcomes {
        let outcomes = || Box::new(Outcomes::of(&self.input, &self.state));
        self.outcomes.get_or_init(outcomes)
    }
}

impl<'a> ReviewedFile<'a> {
    /// Its name and text as it was read.
    pub fn source(&self) -> &'a Source {
        self.first.loaded.document.source()
    }

    /// The text that would be written; that which was read when nothing changes; none when nothing
    /// is left.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        self.outcome.text(self.source())
    }
}

impl Outcomes {
    pub(super) fn of(input: &ReviewInput, state: &State) -> Self {
        let judge = Judge::new(input, state);
        let mut policies: Vec<(usize, Outcome)> = Vec::new();
        let mut files = Vec::new();
        for places in input.files() {
            let (file, outcomes) = judge.file(&places);
            policies.extend(places.into_iter().zip(outcomes));
            files.push(file);
        }
        policies.sort_by_key(|(place, _)| *place);
        let policies = policies.into_iter().map(|(_, outcome)| outcome);
        let policies: Vec<Outcome> = policies.collect();
        Outcomes {
            faults: prove_together(input, &policies),
            policies,
            files,
        }
    }

    /// Judges the files anew in which something is decided otherwise in `state` than `before`.
    pub(super) fn follow(&mut self, input: &ReviewInput, state: &State, before: &State) {
        let judge = Judge::new(input, state);
        for file in &mut self.files {
            let mut policies = file.policies.iter();
            if policies.all(|&policy| state.is_as_before(before, policy)) {
                continue;
            }
            let (new, outcomes) = judge.file(&file.policies);
            for (&policy, outcome) in new.policies.iter().zip(outcomes) {
                self.policies[policy] = outcome;
            }
            *file = new;
        }
        self.faults = prove_together(input, &self.policies);
    }
}

/// Proves the policies of AWS that are put together of several documents.
fn prove_together(input: &ReviewInput, outcomes: &[Outcome]) -> Vec<Fault> {
    let mut proved: BTreeSet<&str> = BTreeSet::new();
    let mut faults = Vec::new();
    for policy in &input.policies {
        let block = policy.loaded.origin.block.iter();
        for made in block.flat_map(|block| block.made.iter()) {
            if made.documents.is_empty() || !proved.insert(&made.in_aws.called) {
                continue;
            }
            faults.extend(prove_merged(&made.documents, |document, statement| {
                let outcome = document.policy.map(|policy| &outcomes[policy]);
                outcome.is_none_or(|outcome| {
                    outcome.written != Written::Changed || !outcome.is_removed(statement)
                })
            }));
        }
    }
    faults
}
