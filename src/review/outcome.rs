//! What would be written now: the settled statements, the text, and its proof.

use super::input::ReviewInput;
use super::state::{Decision, EntryPlace, State, StatementReview};
use crate::document::Document;
use crate::iam::{ActionPattern, Policy, StatementEdit, quota};
use crate::proof::{self, Fault, Knowledge, Part, Proved};
use crate::refine::{LeftOut, Replacement};
use crate::text::Source;

/// What becomes of one policy as far as it is decided.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For each statement what its entries become; none where nothing changes.
    pub edits: Vec<Option<StatementEdit<Replacement>>>,
    /// For each statement the new entries that are not written.
    left_out: Vec<Vec<LeftOut>>,
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
        let statements = self.state.statements(policy).iter();
        let (edits, left_out): (Vec<_>, Vec<_>) = statements
            .map(|statement| statement.settle(|decision| decision == Decision::Accepted))
            .map(|settled| match settled {
                Some(settled) => (Some(settled.edit), settled.left_out),
                None => (None, Vec::new()),
            })
            .unzip();
        let document = &self.input.policies[policy].document;
        let written = write(document, &edits);
        let mut proved = self.prove(policy, &edits);
        let policy = match &written {
            Written::Unchanged => document.policy().clone(),
            Written::Changed(text) => {
                let (new, faults) = read_back(document, text, &edits);
                proved.faults.extend(faults);
                new.unwrap_or_else(|| document.policy().clone())
            }
            Written::NothingLeft => Policy {
                elements: document.policy().elements.clone(),
                statements: Vec::new(),
            },
        };
        Outcome {
            edits,
            left_out,
            written,
            proved,
            policy,
        }
    }

    fn prove(&self, policy: usize, edits: &[Option<StatementEdit<Replacement>>]) -> Proved {
        let curation = |statement, entry| {
            let place = EntryPlace {
                policy,
                statement,
                entry,
            };
            self.state.curation(self.input, place)
        };
        let old = self.input.policies[policy].document.policy();
        proof::prove(old, edits, &self.knowledge, curation)
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

    /// Whether a statement goes.
    pub fn is_removed(&self, statement: usize) -> bool {
        self.edits[statement]
            .as_ref()
            .is_some_and(StatementEdit::is_removed)
    }

    /// The places, in the policy as it was read, of the statements that are left.
    pub fn places_left(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.edits.len()).filter(|&statement| !self.is_removed(statement))
    }

    /// The new entries that are not written in the place of an entry, since others cover them.
    pub fn left_out(&self, statement: usize, entry: usize) -> impl Iterator<Item = &LeftOut> {
        let left_out = self.left_out[statement].iter();
        left_out.filter(move |left_out| left_out.from == entry)
    }

    /// The size that IAM counts of what would be written.
    pub fn size(&self, document: &Document) -> usize {
        self.text(document).map_or(0, |text| quota::size(&text))
    }
}

/// The text of `document` with `edits` done.
fn write(document: &Document, edits: &[Option<StatementEdit<Replacement>>]) -> Written {
    if edits.iter().all(Option::is_none) {
        return Written::Unchanged;
    }
    match document.rewrite(edits) {
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
        let edits: Vec<Option<StatementEdit<Replacement>>> = state
            .statements(policy)
            .iter()
            .map(|statement| match statement {
                StatementReview::NotAction { .. } => statement.settle(|d| d == Decision::Accepted),
                _ => statement.settle(&accepted),
            })
            .map(|settled| settled.map(|settled| settled.edit))
            .collect();
        match write(document, &edits) {
            Written::Unchanged => quota::size(document.source().text()),
            Written::Changed(text) => quota::size(&text),
            Written::NothingLeft => 0,
        }
    };
    (0..input.policies.len()).map(size).collect()
}

/// Reads `text` back and proves that it is `document` with these `edits` done and nothing else.
/// Returns what is wrong.
pub fn prove_text<N: AsRef<ActionPattern>>(
    document: &Document,
    text: &str,
    edits: &[Option<StatementEdit<N>>],
) -> Vec<Fault> {
    read_back(document, text, edits).1
}

/// The policy that `text` holds, if it does hold one, and all that is wrong with it.
fn read_back<N: AsRef<ActionPattern>>(
    document: &Document,
    text: &str,
    edits: &[Option<StatementEdit<N>>],
) -> (Option<Policy>, Vec<Fault>) {
    let source = Source::from_text(document.source().name(), text);
    match Document::parse(source) {
        Ok(new) => {
            let faults = proof::prove_document(document, &new, edits);
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
