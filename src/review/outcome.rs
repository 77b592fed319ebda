//! What would be written now: the settled statements, the text, and its proof.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::input::ReviewInput;
use super::state::{Decision, EntryPlace, State, StatementReview};
use crate::document::{self, Document, Edited};
use crate::iam::{ActionPattern, Policy, StatementEdit};
use crate::policies::SourceQuota;
use crate::proof::{self, Asked, Fault, Knowledge, Part, Proved};
use crate::refine::{Covered, NotWritten, Replacement, Universe};
use crate::text::Source;

/// What becomes of one policy as far as it is decided.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For each statement what its entries become; none where nothing changes.
    pub edits: Vec<Option<StatementEdit<Replacement>>>,
    /// For each statement the new entries that are not written.
    not_written: Vec<Arc<NotWritten>>,
    /// For each statement whether all of it goes.
    removed: Vec<bool>,
    /// Whether anything becomes of it.
    pub written: Written,
    /// What the proof found: its faults, and what it took as asked for.
    pub proved: Proved,
    /// The policy that then holds.
    pub policy: Arc<Policy>,
    /// The size that IAM counts of it.
    pub size: usize,
}

/// Whether the decisions change a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It stays as it is.
    Unchanged,
    /// Some of its statements change or go.
    Changed,
    /// Every statement goes, so it is to be detached or deleted. Its text stays as it is.
    NothingLeft,
}

/// What becomes of a file.
#[derive(Clone, Debug)]
pub struct FileOutcome {
    /// Which of the policies it holds, in the order of its text.
    pub policies: Vec<usize>,
    /// What would be written of it.
    pub written: FileText,
}

/// What would be written of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileText {
    /// Nothing would be: the bytes stay those that were read.
    Unchanged,
    /// The whole new text, byte order mark included.
    Changed(String),
    /// Nothing: of no policy in it anything is left.
    NothingLeft,
}

/// Judges what was decided: one state of a review, with all that is known of its actions.
pub(super) struct Judge<'a> {
    input: &'a ReviewInput,
    state: &'a State,
    /// What the proof knows under each universe that it was asked for.
    knowledge: RefCell<Vec<(&'a Universe, Rc<Knowledge<'a>>)>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(input: &'a ReviewInput, state: &'a State) -> Self {
        Judge {
            input,
            state,
            knowledge: RefCell::default(),
        }
    }

    fn knowledge(&self, policy: usize) -> Rc<Knowledge<'a>> {
        let universe = self.input.universe_of(policy);
        let mut known = self.knowledge.borrow_mut();
        let mut universes = known.iter();
        if let Some((_, known)) = universes.find(|(found, _)| std::ptr::eq(*found, universe)) {
            return Rc::clone(known);
        }
        let policies = self.input.meanings();
        let held = self.input.held(policy).iter();
        let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, policies)
            .with_kept(&self.input.options.keeps)
            .with_held(held.map(|(action, _)| action))
            .with_used(&universe.used);
        let knowledge = Rc::new(knowledge);
        known.push((universe, Rc::clone(&knowledge)));
        knowledge
    }

    /// Settles, writes, reads back and proves the policies of one file. Returns what becomes of
    /// each.
    pub(super) fn file(&self, policies: &[usize]) -> (FileOutcome, Vec<Outcome>) {
        let mut outcomes: Vec<Outcome> = (policies.iter())
            .map(|&policy| self.settled(policy))
            .collect();
        let written = self.write(policies, &outcomes);
        if let FileText::Changed(text) = &written {
            self.read_back(policies, text, &mut outcomes);
        }
        let file = FileOutcome {
            policies: policies.to_vec(),
            written,
        };
        (file, outcomes)
    }

    /// One policy settled and proved, before it is written.
    fn settled(&self, policy: usize) -> Outcome {
        let is_accepted = |_: &_, decision| decision == Decision::Accepted;
        let settled = self.state.settle(self.input, policy, is_accepted);
        let nothing = Arc::<NotWritten>::default();
        let (edits, not_written): (Vec<_>, Vec<_>) = (settled.into_iter())
            .map(|settled| match settled {
                Some(settled) => (Some(settled.edit), settled.not_written),
                None => (None, Arc::clone(&nothing)),
            })
            .unzip();
        let loaded = &self.input.policies[policy].loaded;
        let document = &loaded.document;
        let old = &document.policy().statements;
        let removed: Vec<bool> = (edits.iter().zip(old))
            .map(|(edit, old)| edit.as_ref().is_some_and(|edit| edit.removes(old)))
            .collect();
        let written = written(&edits, &removed);
        // Of a source it stays: the resource, and what attaches it, go with it or not at all.
        let is_left = written != Written::NothingLeft || loaded.origin.block.is_some();
        Outcome {
            proved: self.prove(policy, &edits),
            policy: if is_left {
                document.shared_policy()
            } else {
                Arc::new(Policy {
                    elements: document.policy().elements.clone(),
                    statements: Vec::new(),
                })
            },
            size: if is_left {
                loaded.size(loaded.quota())
            } else {
                0
            },
            edits,
            not_written,
            removed,
            written,
        }
    }

    fn write(&self, policies: &[usize], outcomes: &[Outcome]) -> FileText {
        if outcomes
            .iter()
            .all(|outcome| outcome.written == Written::NothingLeft)
        {
            let is_source = policies.first().is_some_and(|&policy| {
                let origin = &self.input.policies[policy].loaded.origin;
                origin.block.is_some()
            });
            // There is more in a source than the policy.
            return if is_source {
                FileText::Unchanged
            } else {
                FileText::NothingLeft
            };
        }
        if !(outcomes.iter()).any(|outcome| outcome.written == Written::Changed) {
            return FileText::Unchanged;
        }
        match document::rewrite(&self.edited(policies, outcomes)) {
            Some(text) => FileText::Changed(text),
            None => FileText::NothingLeft,
        }
    }

    /// Takes from `text`, which was written, what the policies that changed are now, and proves it.
    fn read_back(&self, policies: &[usize], text: &str, outcomes: &mut [Outcome]) {
        let (new, faults) = read_back(&self.edited(policies, outcomes), text);
        for (outcome, faults) in outcomes.iter_mut().zip(faults) {
            outcome.proved.faults.extend(faults);
        }
        for (&policy, outcome) in policies.iter().zip(outcomes) {
            let place = self.input.document(policy).place_in_file();
            if let Some(new) = new.get(place)
                && outcome.written == Written::Changed
            {
                let loaded = &self.input.policies[policy].loaded;
                outcome.size = match &loaded.origin.block {
                    Some(_) => loaded.size_with(loaded.quota(), &outcome.edits),
                    None => new.size(),
                };
                outcome.policy = new.shared_policy();
            }
        }
    }

    fn edited<'o>(
        &'o self,
        policies: &[usize],
        outcomes: &'o [Outcome],
    ) -> Vec<Edited<'o, Replacement>> {
        let documents = policies.iter().map(|&policy| self.input.document(policy));
        let edits = outcomes.iter().map(|outcome| &outcome.edits[..]);
        documents.zip(edits).collect()
    }

    fn prove(&self, policy: usize, edits: &[Option<StatementEdit<Replacement>>]) -> Proved {
        let place = |statement, entry| EntryPlace {
            policy,
            statement,
            entry,
        };
        let curation = |statement, entry| self.state.curation(self.input, place(statement, entry));
        let document = self.input.document(policy);
        let mut proved = proof::prove(document, edits, &self.knowledge(policy), curation);
        let asked = |statement, entry| {
            let place = place(statement, entry);
            // What its marks leave of it may be the entry itself.
            let is_marked = || {
                let entry = self.state.entry(place);
                entry.is_some_and(|entry| !entry.marks.is_empty())
            };
            match self.state.decision(place) {
                Some(Decision::Accepted) if is_marked() => Asked::Either,
                Some(Decision::Accepted) => Asked::Change,
                Some(Decision::Rejected | Decision::Undecided) | None => Asked::Stay,
            }
        };
        let stays_whole = |statement| {
            self.state
                .why_whole(self.input, policy, statement)
                .is_some()
        };
        let as_decided = proof::prove_decided(document.policy(), edits, asked, stays_whole);
        proved.faults.extend(as_decided);
        proved
    }
}

impl Outcome {
    /// Whether the statement at this place, from 0, is removed as a whole.
    pub fn is_removed(&self, statement: usize) -> bool {
        self.removed[statement]
    }

    /// The places, in the policy as it was read, of the statements that are left.
    pub fn places_left(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.edits.len()).filter(|&statement| !self.is_removed(statement))
    }

    /// The places, in the policy as it was read, of the statements of the one that then holds. Where
    /// nothing would be left it may stay as it is.
    pub(super) fn places_written(&self) -> Vec<usize> {
        if self.written == Written::NothingLeft {
            (0..self.policy.statements.len()).collect()
        } else {
            self.places_left().collect()
        }
    }

    /// The new entries that are not written in the place of an entry, since others cover them.
    pub fn left_out(&self, statement: usize, entry: usize) -> impl Iterator<Item = Covered<'_>> {
        let edit = self.edits[statement].as_ref();
        self.not_written[statement].of(edit, entry)
    }
}

impl FileOutcome {
    /// The text that would be written; that of `source`, as it was read, when nothing changes; none
    /// when nothing is left.
    pub fn text<'a>(&'a self, source: &Source) -> Option<Cow<'a, str>> {
        match &self.written {
            FileText::Unchanged => Some(source.original().into()),
            FileText::Changed(text) => Some(text.into()),
            FileText::NothingLeft => None,
        }
    }

    /// Whether a file with it is another than before, or none.
    pub fn changes(&self) -> bool {
        self.written != FileText::Unchanged
    }
}

fn written(edits: &[Option<StatementEdit<Replacement>>], removed: &[bool]) -> Written {
    if edits.iter().all(Option::is_none) {
        Written::Unchanged
    } else if removed.iter().all(|&goes| goes) {
        Written::NothingLeft
    } else {
        Written::Changed
    }
}

/// The size of a policy, as it counts against a quota, with what `accepted` says yes to.
pub(super) fn size_with(
    input: &ReviewInput,
    state: &State,
    policy: usize,
    quota: Option<SourceQuota>,
    accepted: impl Fn(&StatementReview, Decision) -> bool,
) -> usize {
    let settled = state.settle(input, policy, accepted);
    let edits: Vec<Option<StatementEdit<Replacement>>> = (settled.into_iter())
        .map(|settled| settled.map(|settled| settled.edit))
        .collect();
    input.policies[policy].loaded.size_with(quota, &edits)
}

/// Reads `text` back and proves that it is the file of `documents` with their edits done and
/// nothing else. Returns what is wrong.
pub fn prove_text<N: AsRef<ActionPattern>>(documents: &[Edited<'_, N>], text: &str) -> Vec<Fault> {
    read_back(documents, text).1.concat()
}

/// The policies that `text` holds, if it does hold policies, and all that is wrong with each.
fn read_back<N: AsRef<ActionPattern>>(
    documents: &[Edited<'_, N>],
    text: &str,
) -> (Vec<Document>, Vec<Vec<Fault>>) {
    let Some((first, _)) = documents.first() else {
        return (Vec::new(), Vec::new());
    };
    match first.file().read_again(text) {
        Ok(new) => {
            let faults = proof::prove_file(documents, &new);
            (new, faults)
        }
        Err(problems) => {
            let fault = Fault {
                part: Part::NothingElseTouched,
                statement: None,
                entry: None,
                witness: None,
                what: format!("what was written is no policy: {problems}"),
            };
            (Vec::new(), vec![vec![fault]; documents.len()])
        }
    }
}
