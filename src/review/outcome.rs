//! What would be written now: the settled statements, the text, and its proof.

use std::collections::BTreeMap;

use super::input::ReviewInput;
use super::state::{Decision, EntryPlace, State, StatementReview};
use crate::document::{Document, EntryEdit, StatementEdit};
use crate::iam::{Policy, quota};
use crate::proof::{self, Fault, Knowledge, Part, Proved, Rewriting};
use crate::refine::{SettledEntry, SettledStatement};
use crate::text::Source;

/// What becomes of one policy as far as it is decided.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For each statement what its entries become; none where nothing changes.
    pub settled: Vec<Option<SettledStatement>>,
    /// What would be written.
    pub written: Written,
    /// The proof of it.
    pub proved: Proved,
    /// The policy that then holds.
    pub policy: Policy,
}

/// What would be written of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// The same bytes.
    Unchanged,
    /// This text.
    Changed(String),
    /// No policy: every statement goes, so it is to be detached or deleted.
    NothingLeft,
}

/// Judges what was decided: one state of a review, with all that is known of its actions.
pub(super) struct Judge<'a> {
    input: &'a ReviewInput,
    state: &'a State,
    knowledge: Knowledge<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(input: &'a ReviewInput, state: &'a State) -> Self {
        let policies = input.policies.iter();
        let knowledge = Knowledge::new(
            &input.universe.catalogue,
            &input.universe.unused,
            policies.map(|loaded| loaded.document.policy()),
        );
        Judge {
            input,
            state,
            knowledge: knowledge
                .with_kept(&input.options.keeps)
                .with_used(&input.universe.used),
        }
    }

    /// Settles, writes, reads back and proves one policy.
    pub(super) fn outcome(&self, policy: usize) -> Outcome {
        let settled: Vec<Option<SettledStatement>> = (self.state.statements(policy).iter())
            .map(|statement| statement.settle(|decision| decision == Decision::Accepted))
            .collect();
        let document = &self.input.policies[policy].document;
        let written = write(document, &settled);
        let mut proved = self.prove(policy, &settled);
        let policy = match &written {
            Written::Unchanged => document.policy().clone(),
            Written::Changed(text) => {
                let (new, faults) = read_back(document, text, &settled);
                proved.faults.extend(faults);
                new.unwrap_or_else(|| document.policy().clone())
            }
            Written::NothingLeft => Policy {
                elements: document.policy().elements.clone(),
                statements: Vec::new(),
            },
        };
        Outcome {
            settled,
            written,
            proved,
            policy,
        }
    }

    fn prove(&self, policy: usize, settled: &[Option<SettledStatement>]) -> Proved {
        let rewriting = Rewriting {
            statements: settled,
        };
        let curation = |statement, entry| {
            let place = EntryPlace {
                policy,
                statement,
                entry,
            };
            self.state.curation(self.input, place)
        };
        let old = self.input.policies[policy].document.policy();
        proof::prove(old, rewriting, &self.knowledge, curation)
    }
}

impl Outcome {
    /// The text that would be written; the old one when nothing changes; none when nothing is left.
    pub fn text<'a>(&'a self, document: &'a Document) -> Option<std::borrow::Cow<'a, str>> {
        match &self.written {
            Written::Unchanged => Some(document.source().original().into()),
            Written::Changed(text) => Some(text.into()),
            Written::NothingLeft => None,
        }
    }

    /// The places, in the policy as it was read, of the statements that are left.
    pub fn places_left(&self) -> impl Iterator<Item = usize> + '_ {
        let goes = |settled: &SettledStatement| settled.entries.is_empty();
        let statements = self.settled.iter().enumerate();
        statements
            .filter(move |(_, settled)| !settled.as_ref().is_some_and(goes))
            .map(|(place, _)| place)
    }

    /// The size that IAM counts of what would be written.
    pub fn size(&self, document: &Document) -> usize {
        self.text(document).map_or(0, |text| quota::size(&text))
    }
}

/// The text of `document` with its statements as they are `settled`.
pub fn write(document: &Document, settled: &[Option<SettledStatement>]) -> Written {
    let edits = edits(settled);
    if edits.is_empty() {
        return Written::Unchanged;
    }
    match document.rewrite(&edits) {
        Some(text) => Written::Changed(text),
        None => Written::NothingLeft,
    }
}

/// The size of each policy with what `accepted` says yes to. A `NotAction` counts as it is decided.
pub(super) fn sizes_with(
    input: &ReviewInput,
    state: &State,
    accepted: impl Fn(Decision) -> bool,
) -> Vec<usize> {
    let size = |policy: usize| {
        let document = &input.policies[policy].document;
        let settled: Vec<Option<SettledStatement>> = state
            .statements(policy)
            .iter()
            .map(|statement| match statement {
                StatementReview::NotAction { .. } => statement.settle(|d| d == Decision::Accepted),
                _ => statement.settle(&accepted),
            })
            .collect();
        match write(document, &settled) {
            Written::Unchanged => quota::size(document.source().text()),
            Written::Changed(text) => quota::size(&text),
            Written::NothingLeft => 0,
        }
    };
    (0..input.policies.len()).map(size).collect()
}

/// The edits that settling comes to.
fn edits(settled: &[Option<SettledStatement>]) -> BTreeMap<usize, StatementEdit> {
    let edit = |settled: &SettledStatement| {
        if settled.entries.is_empty() {
            return StatementEdit::Remove;
        }
        let entries = settled.entries.iter();
        StatementEdit::Entries(
            entries
                .map(|entry| match entry {
                    SettledEntry::Old(place) => EntryEdit::Kept(*place),
                    SettledEntry::New { emitted, .. } => EntryEdit::New(emitted.entry.clone()),
                    SettledEntry::Appended(pattern) => EntryEdit::New(pattern.clone()),
                })
                .collect(),
        )
    };
    settled
        .iter()
        .enumerate()
        .filter_map(|(place, settled)| Some((place, edit(settled.as_ref()?))))
        .collect()
}

/// Reads `text` back and proves that it is `document` with nothing changed but what was settled.
/// Returns what is wrong.
pub fn prove_text(
    document: &Document,
    text: &str,
    settled: &[Option<SettledStatement>],
) -> Vec<Fault> {
    read_back(document, text, settled).1
}

/// The policy that `text` holds, if it does hold one, and all that is wrong with it.
fn read_back(
    document: &Document,
    text: &str,
    settled: &[Option<SettledStatement>],
) -> (Option<Policy>, Vec<Fault>) {
    let rewriting = Rewriting {
        statements: settled,
    };
    let source = Source::from_text(document.source().name(), text);
    match Document::parse(source) {
        Ok(new) => {
            let faults = proof::prove_document(document, &new, rewriting);
            (Some(new.policy().clone()), faults)
        }
        Err(problems) => {
            let fault = Fault {
                part: Part::NothingElseTouched,
                statement: None,
                entry: None,
                witness: None,
                what: format!("what was written is no policy: {problems}"),
            };
            (None, vec![fault])
        }
    }
}
