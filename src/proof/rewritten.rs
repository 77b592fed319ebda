//! The whole proof: what was decided, and the document that came of it.

use super::bytes;
use super::fault::{Fault, Part};
use super::knowledge::Knowledge;
use super::narrowed::Proved;
use crate::document::Document;
use crate::iam::{ActionPattern, Actions, Policy, Statement};
use crate::refine::{Curation, SettledEntry, SettledStatement};

/// What was done to a policy: for each statement of it nothing, or what its entries became.
#[derive(Clone, Copy, Debug)]
pub struct Rewriting<'a> {
    /// One for each statement; none for those that stay exactly as they are.
    pub statements: &'a [Option<SettledStatement>],
}

/// Parts 1 to 4: judges what the statements of `old` became. `curation` gives the keeps and marks
/// of the entry at a place of a statement.
pub fn prove<'c>(
    old: &Policy,
    rewriting: Rewriting<'_>,
    knowledge: &Knowledge<'_>,
    curation: impl Fn(usize, usize) -> Curation<'c>,
) -> Proved {
    let mut proved = Proved::default();
    if old.statements.len() != rewriting.statements.len() {
        proved.fault(Fault::new(
            Part::NothingElseTouched,
            "not every statement is accounted for",
        ));
        return proved;
    }
    for (place, (statement, settled)) in old.statements.iter().zip(rewriting.statements).enumerate()
    {
        let Some(settled) = settled else { continue };
        let known_faults = proved.faults.len();
        proved.judge_statement(statement, settled, knowledge, |entry| {
            curation(place, entry)
        });
        for fault in &mut proved.faults[known_faults..] {
            fault.statement = Some(place);
        }
    }
    proved
}

impl Proved {
    fn judge_statement<'c>(
        &mut self,
        old: &Statement,
        settled: &SettledStatement,
        knowledge: &Knowledge<'_>,
        curation: impl Fn(usize) -> Curation<'c>,
    ) {
        match (old.refinable_entries(), &old.actions) {
            (Some(entries), _) => self.judge_narrowed(entries, settled, knowledge, curation),
            (None, Actions::NotAction(entries)) if old.effect == crate::iam::Effect::Allow => {
                self.judge_extended(entries, settled, knowledge, curation(0));
            }
            _ => self.fault(Fault::new(
                Part::NothingElseTouched,
                "a Deny statement was changed",
            )),
        }
    }

    /// Whether every part holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether `part` holds.
    pub fn part_holds(&self, part: Part) -> bool {
        self.faults.iter().all(|fault| fault.part != part)
    }
}

/// Part 5: whether `new`, read back, is `old` with exactly this rewriting done. Returns what is
/// wrong; nothing when all is right.
pub fn prove_document(old: &Document, new: &Document, rewriting: Rewriting<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut touched = |what: String| faults.push(Fault::new(Part::NothingElseTouched, what));
    if old.policy().statements.len() != rewriting.statements.len() {
        touched("not every statement is accounted for".to_owned());
        return faults;
    }
    if old.policy().elements != new.policy().elements {
        touched("an element beside the statements has changed".to_owned());
    }
    let left: Vec<usize> = (0..old.policy().statements.len())
        .filter(|&place| !is_removed(rewriting, place))
        .collect();
    if left.len() != new.policy().statements.len() {
        touched(format!(
            "{} statements were to be left, and {} are",
            left.len(),
            new.policy().statements.len()
        ));
        return faults;
    }
    for (new_place, &old_place) in left.iter().enumerate() {
        let settled = rewriting.statements[old_place].as_ref();
        if let Err(what) = statement_is_as_settled(old, old_place, new, new_place, settled) {
            touched(format!("statement {}: {what}", old_place + 1));
        }
    }
    if !bytes::outside_is_equal(old, new, rewriting, &left) {
        touched("bytes outside the changed actions are not as they were".to_owned());
    }
    faults
}

pub(super) fn is_removed(rewriting: Rewriting<'_>, place: usize) -> bool {
    (rewriting.statements[place].as_ref()).is_some_and(|settled| settled.entries.is_empty())
}

fn statement_is_as_settled(
    old: &Document,
    old_place: usize,
    new: &Document,
    new_place: usize,
    settled: Option<&SettledStatement>,
) -> Result<(), &'static str> {
    let (before, after) = (
        &old.policy().statements[old_place],
        &new.policy().statements[new_place],
    );
    if before.elements != after.elements || before.effect != after.effect {
        return Err("an element beside its actions has changed");
    }
    let Some(settled) = settled else {
        return if before.actions == after.actions {
            Ok(())
        } else {
            Err("its actions have changed")
        };
    };
    let same_kind = matches!(
        (&before.actions, &after.actions),
        (Actions::Action(_), Actions::Action(_)) | (Actions::NotAction(_), Actions::NotAction(_))
    );
    let wanted: Vec<&ActionPattern> = settled
        .entries
        .iter()
        .filter_map(|entry| match entry {
            SettledEntry::Old(place) => before.actions.entries().get(*place),
            SettledEntry::New { emitted, .. } => Some(&emitted.entry),
            SettledEntry::Appended(pattern) => Some(pattern),
        })
        .collect();
    if !same_kind || !after.actions.entries().iter().eq(wanted) {
        return Err("its entries are not those that were decided");
    }
    let raw = |document: &Document, statement: usize, entry: usize| {
        document.source().text()[document.entry_range(statement, entry)].to_owned()
    };
    for (new_entry, entry) in settled.entries.iter().enumerate() {
        if let SettledEntry::Old(old_entry) = entry
            && raw(old, old_place, *old_entry) != raw(new, new_place, new_entry)
        {
            return Err("an entry that was to stay is spelled differently");
        }
    }
    Ok(())
}
