//! What would be written now: the settled statements, the text, and its proof.

use std::collections::BTreeMap;

use super::case::Case;
use super::state::{Decision, EntryPlace, State, StatementReview};
use crate::document::{Document, EntryEdit, Source, StatementEdit};
use crate::iam::{Policy, quota};
use crate::proof::{self, Fault, Knowledge, Part, Proved, Rewriting};
use crate::refine::{SettledEntry, SettledStatement};

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

impl Outcome {
    /// Settles, writes, reads back and proves one policy as it is decided in `state`.
    pub(super) fn new(case: &Case, state: &State, policy: usize) -> Self {
        let settled: Vec<Option<SettledStatement>> = state
            .statements(policy)
            .iter()
            .map(|statement| statement.settle(|decision| decision == Decision::Accepted))
            .collect();
        let document = &case.policies[policy].document;
        let written = write(document, &settled);
        let proved = prove(case, state, policy, &settled, &written);
        let policy = match &written {
            Written::Unchanged => document.policy().clone(),
            Written::Changed(text) => read_back(document, text)
                .map_or_else(|_| document.policy().clone(), |new| new.policy().clone()),
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
    case: &Case,
    state: &State,
    accepted: impl Fn(Decision) -> bool,
) -> Vec<usize> {
    let size = |policy: usize| {
        let document = &case.policies[policy].document;
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
    (0..case.policies.len()).map(size).collect()
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

/// Proves what was settled, and the text that came of it, read back.
fn prove(
    case: &Case,
    state: &State,
    policy: usize,
    settled: &[Option<SettledStatement>],
    written: &Written,
) -> Proved {
    let document = &case.policies[policy].document;
    let knowledge = Knowledge::new(
        &case.universe.catalogue,
        &case.universe.unused,
        case.policies.iter().map(|loaded| loaded.document.policy()),
    )
    .with_kept(&case.options.keeps)
    .with_used(&case.universe.used);
    let rewriting = Rewriting {
        statements: settled,
    };
    let mut proved = proof::prove(
        document.policy(),
        rewriting,
        &knowledge,
        |statement, entry| {
            let place = EntryPlace {
                policy,
                statement,
                entry,
            };
            state.curation(case, place)
        },
    );
    if let Written::Changed(text) = written {
        proved.faults.extend(prove_text(document, text, settled));
    }
    proved
}

/// Reads `text` back and proves that it is `document` with nothing changed but what was settled.
/// Returns what is wrong.
pub fn prove_text(
    document: &Document,
    text: &str,
    settled: &[Option<SettledStatement>],
) -> Vec<Fault> {
    let rewriting = Rewriting {
        statements: settled,
    };
    match read_back(document, text) {
        Ok(new) => proof::prove_document(document, &new, rewriting),
        Err(what) => vec![Fault {
            part: Part::NothingElseTouched,
            statement: None,
            entry: None,
            witness: None,
            what,
        }],
    }
}

fn read_back(document: &Document, text: &str) -> Result<Document, String> {
    let source = Source::from_text(document.source().name(), text);
    Document::parse(source).map_err(|problems| format!("what was written is no policy: {problems}"))
}
