//! What becomes of a name in full that stands beside a wildcard in the same statement.

use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::matter::Matter;
use crate::iam::{Action, ActionPattern};
use crate::refine::{Curation, Granularity, Universe, plan_entry, settle_entries};
use crate::text::list;

pub(in crate::lessons) const CHOICES: [&str; 3] = [
    "goes",
    "stays, beside a prefix that grants it too",
    "stays, and nothing new grants it",
];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "and the name beside it?",
    lines: &[
        "the finding names it: it goes",
        "else it stays as it is:",
        "  a new prefix may grant it too;",
        "  itself is not written again",
    ],
};

const GOES: usize = 0;
const TOO: usize = 1;
const ALONE: usize = 2;

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
    let granting = new.iter().find(|new| new.matches(literal));
    let (right, line) = match (is_kept, granting) {
        (false, _) => (GOES, 0),
        (true, Some(_)) => (TOO, 2),
        (true, None) => (ALONE, 3),
    };
    let why = match granting {
        _ if right == GOES => {
            format!("{name} is unused, whether a wildcard grants it or an entry of its own.")
        }
        Some(new) => format!(
            "{} is written in the place of {}, and grants {name} too. But {name} was there before, and only new \
             entries are left out where another one covers them.",
            new.name(),
            wildcard.name()
        ),
        None => format!(
            "The walk names {name} too, but does not write it again: it stands there already, and what another \
             entry covers is left out."
        ),
    };
    let is_unused = right == GOES;
    let against = against_others(CHOICES.len(), right, |choice| match choice {
        GOES => format!("The finding does not name {name}, so nothing takes it away."),
        _ if is_unused => format!("The finding names {name}: it is unused, however it is granted."),
        TOO => format!(
            "Is a star written for {name}? Its safe prefix has one name beneath it, or the name is unsafe itself."
        ),
        _ => {
            format!("Which is the first safe prefix of {name}, and how many names lie beneath it?")
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

/// What becomes of a name in full that stands beside the wildcard.
pub(in crate::lessons) fn case(matter: &Matter<'_>, literal: &Action) -> Asked {
    let universe = matter.universe();
    let row = row(&matter.wildcard, literal, universe);
    let row = row.ok_or_else(|| format!("{} is not narrowed", matter.wildcard))?;
    let is_covered = |new: &&ActionPattern| {
        let mut others = matter.result.iter().filter(|other| other != new);
        others.any(|other| new.is_included_in(other))
    };
    let result = matter.result.iter().filter(|new| !is_covered(new));
    let result: Vec<String> = result.map(|new| new.name().to_string()).collect();
    Ok(Case::asking(
        vec![
            format!("found {}", matter.told_unused()),
            format!("by itself {} becomes {}", matter.wildcard, list(&result)),
        ],
        format!(
            "The statement has two entries, {} and {literal}. What becomes of the second one?",
            matter.wildcard
        ),
        &RULE,
        CHOICES.iter(),
        row,
    ))
}
