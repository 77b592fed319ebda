//! What becomes of a name in full that stands beside a wildcard in the same statement.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::iam::{Action, ActionPattern};
use crate::refine::{Curation, Granularity, Universe, plan_entry, settle_entries};

pub(in crate::lessons) const CHOICES: [&str; 4] = [
    "it goes",
    "it stays, once",
    "it stays, and comes again",
    "a prefix takes its place",
];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "and the name beside it?",
    lines: &[
        "the finding names it: it goes",
        "else it stays as it is,",
        "  and no new entry repeats it",
    ],
};

const GOES: usize = 0;
const ONCE: usize = 1;
const TWICE: usize = 2;

/// What becomes of `literal` beside `wildcard`. None where the wildcard is not narrowed, or does not grant it.
pub(in crate::lessons) fn row(
    wildcard: &ActionPattern,
    literal: &Action,
    universe: &Universe,
) -> Option<ChoosingRow> {
    let entries = [wildcard.clone(), ActionPattern::from(literal)];
    let plans = entries
        .each_ref()
        .map(|entry| plan_entry(entry, universe, Curation::NONE, Granularity::Word));
    let plans: Vec<_> = plans.iter().collect();
    let edit = settle_entries(&plans, |_| true)?.edit;
    let name = &literal.name;
    let is_kept = edit.kept().any(|kept| kept == 1);
    let new: Vec<&ActionPattern> = edit.new_entries().map(|new| &new.entry).collect();
    let repeated = new.iter().any(|new| **new == entries[1]);
    let granting = new.iter().find(|new| new.matches(literal));
    let (right, line) = match (is_kept, repeated) {
        (false, _) => (GOES, 0),
        (true, false) => (ONCE, if granting.is_some() { 1 } else { 2 }),
        (true, true) => (TWICE, 2),
    };
    let why = match granting {
        _ if right == GOES => {
            format!("{name} is unused, whether a wildcard grants it or an entry of its own.")
        }
        Some(new) => format!(
            "{} is written in the place of {}, and grants {name} too; but nothing speaks against the entry \
             that stands there, so it is left alone.",
            new.name(),
            wildcard.name()
        ),
        None => format!(
            "The walk comes to {name} as well; but that entry stands there already, so it is left out, as any \
             entry that another one covers."
        ),
    };
    let is_unused = right == GOES;
    let against = against_others(CHOICES.len(), right, |choice| {
        match choice {
        GOES => format!("{name} is not unused: what is used is never taken away."),
        _ if is_unused => format!("The finding names {name}: it is unused, however it is granted."),
        TWICE => format!("{name} is there already: an entry that another one covers is left out."),
        _ => "Only what is unused is taken away; an entry that nothing speaks against stays as it is."
            .to_owned(),
    }
    });
    Some(ChoosingRow {
        what: format!("{name} beside it"),
        known: String::new(),
        right,
        line,
        why,
        against,
        because: Some(literal.clone()),
    })
}
