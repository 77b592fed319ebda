//! The text for a pull request: what goes of each policy and why, what stays, and whom it concerns.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::civil::Date;

use super::account_evidence::{day, in_a_cell, in_bold, level_words, quoted, why_it_stays};
use super::markdown::code;
use super::source_summary::source_caveat;
use super::{proof_sentence, size_sentence};
use crate::catalogue::{Level, reach};
use crate::explain::{NO_USE, locked_entries};
use crate::findings::{Findings, LastUse};
use crate::iam::{Action, Allowed, Statement};
use crate::review::{Review, ReviewedPolicy, Written};
use crate::sources::CodeOwners;
use crate::text::{Problem, counted, escape_markdown, list};

/// What GitHub takes for the body of a pull request, in characters.
const LONGEST: usize = 65_536;

/// What changes, policy by policy, in the order of those who own the files. What is more than GitHub takes
/// is counted. Where policies are `too_long` for AWS, that and the ways out stand first.
pub fn pull_request(review: &Review, owners: Option<&CodeOwners>, too_long: &[Problem]) -> String {
    let mut beginning = format!("# Unused permissions\n\n{}", totals(review));
    beginning += &listed("Too long for AWS", too_long).concat();
    let end = end(review);
    let room = LONGEST.saturating_sub(length(&beginning) + length(&end));
    let left = listed("Left as they are", &review.input().left);
    let policies = policies(review, owners);
    // What is left as it is takes half of it at most.
    let of_left: usize = left.iter().map(|part| length(part)).sum();
    let room_of_left = of_left.min(room / 2);
    let policies = within(&policies, room - room_of_left, "policies");
    let left = within(&left, room_of_left, "lines of these");
    format!("{beginning}{policies}{left}{end}")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The first of these parts, as far as they fit, and how many more of `what` there are.
fn within(parts: &[String], room: usize, what: &str) -> String {
    let all: usize = parts.iter().map(|part| length(part)).sum();
    if all <= room {
        return parts.concat();
    }
    let more = |count: usize| {
        format!("\nAnd {count} more {what}, which are too much for the text of a pull request.\n")
    };
    let room = room.saturating_sub(length(&more(parts.len())));
    let mut text = String::new();
    let mut used = 0;
    for (at, part) in parts.iter().enumerate() {
        used += length(part);
        if used > room {
            return text + &more(parts.len() - at);
        }
        text += part;
    }
    text
}

/// What there is to tell of each policy, those of one owner behind each other.
fn policies(review: &Review, owners: Option<&CodeOwners>) -> Vec<String> {
    let mut by_owner: BTreeMap<Vec<String>, Vec<ReviewedPolicy<'_>>> = BTreeMap::new();
    let concerned = review.policies().filter(|policy| is_told(review, policy));
    for policy in concerned {
        let path = policy.loaded.document.source().path();
        let owned = owners.zip(path).map(|(owners, path)| owners.of(path));
        let owned = owned.unwrap_or_default().to_vec();
        by_owner.entry(owned).or_default().push(policy);
    }
    let mut parts = Vec::new();
    for (names, policies) in &by_owner {
        let mut heading = String::new();
        if owners.is_some() {
            let names = match names.as_slice() {
                [] => "nobody".to_owned(),
                // What names an owner calls them, which is what the text is for.
                names => names.join(" "),
            };
            heading = format!("\n## Files of {}\n", escape_markdown(&names));
        }
        for policy in policies {
            parts.push(std::mem::take(&mut heading) + &about(review, policy));
        }
    }
    parts
}

/// What is proved, and what to mind.
fn end(review: &Review) -> String {
    let catalogue = &review.input().universe.catalogue;
    let proof = proof_sentence(&review.proof(), catalogue);
    let mut text = format!("\n## Proof\n\n{proof}\n");
    for (at, caveat) in review.caveats().iter().enumerate() {
        let before = if at == 0 { "\n" } else { "" };
        let caveat = source_caveat(review, caveat);
        let _ = writeln!(text, "{before}- {}", escape_markdown(&caveat));
    }
    text
}

fn totals(review: &Review) -> String {
    let written = |written: Written| {
        let policies = review.policies();
        policies.filter(move |policy| policy.outcome.written == written)
    };
    let changed = written(Written::Changed);
    let files = review.files().filter(|file| file.outcome.changes()).count();
    let gone: usize = (changed.clone())
        .map(|policy| what_goes(review, &policy).len())
        .sum();
    let mut text = format!(
        "{} in {}: {} granted any more there.",
        counted(changed.count(), "policy changes", "policies change"),
        counted(files, "file", "files"),
        counted(gone, "action is not", "actions are not"),
    );
    if let left @ 1.. = written(Written::NothingLeft).count() {
        let policies = counted(left, "policy", "policies");
        let _ = write!(text, " Of {policies} nothing is used.");
    }
    text + "\n"
}

/// Whether there is something to tell of a policy.
fn is_told(review: &Review, policy: &ReviewedPolicy<'_>) -> bool {
    policy.outcome.written != Written::Unchanged || !review.exceptions(policy.place).is_empty()
}

fn about(review: &Review, policy: &ReviewedPolicy<'_>) -> String {
    let source = policy.loaded.document.source();
    let mut text = String::new();
    match &policy.loaded.origin.block {
        None => {
            let _ = writeln!(text, "\n### {}\n", escape_markdown(source.name().raw()));
        }
        Some(block) => {
            let _ = writeln!(
                text,
                "\n### {}\n\n{}, in {}; had by {}; {} {}.\n",
                block
                    .makes
                    .first()
                    .map_or_else(String::new, |made| code(made)),
                code(&format!("{}:{}", source.name().raw(), block.line)),
                code(&block.address),
                some_names(block.holders.iter().map(|holder| code(holder))),
                if block.findings.len() == 1 {
                    "finding"
                } else {
                    "findings"
                },
                some_names(block.findings.iter().map(dated)),
            );
            if let [_, others @ ..] = block.makes.as_slice()
                && !others.is_empty()
            {
                let others = some_names(others.iter().map(|other| code(other)));
                let _ = writeln!(text, "The block makes {others} too.\n");
            }
            if !block.claims.is_empty() {
                let claims = escape_markdown(&list(&block.claims));
                let _ = writeln!(text, "By `--states-complete`: {claims}.\n");
            }
            if !block.as_in_states.is_empty() {
                let places = some_names(block.as_in_states.iter().map(|place| code(place)));
                let _ = writeln!(
                    text,
                    "Taken to be as the states have it, since it cannot be read: {places}.\n"
                );
            }
            for note in &block.notes {
                let _ = writeln!(text, "Mind: {}.\n", code(note));
            }
        }
    }
    match policy.outcome.written {
        Written::NothingLeft => {
            let is_part = policy
                .loaded
                .origin
                .block
                .as_ref()
                .is_some_and(|block| block.is_part);
            text += if is_part {
                "Nothing of this document is used, so it stays as it is here: take it by hand out of those \
                 that take its statements. What others grant is used.\n\n"
            } else {
                "Nothing of it is used, so it stays as it is here: remove it by hand, and what attaches \
                 it.\n\n"
            };
        }
        Written::Unchanged => text += "It stays as it is.\n\n",
        Written::Changed => {
            let size = size_sentence(&review.size(policy.place));
            let _ = writeln!(text, "Size: {size}.\n");
        }
    }
    text += &goes(review, policy);
    text += &stays(review, policy);
    text
}

/// The name of a finding, and of which day it is.
fn dated(finding: &Findings) -> String {
    let name = quoted(finding.name());
    let date = finding.analyzed_at.map(day);
    date.map_or_else(|| name.clone(), |date| format!("{name} of {date}"))
}

fn quoted_names(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// How many who have a policy, or findings or copies of it, are named before the rest is counted: there
/// may be hundreds, and the record names all.
const NAMED: usize = 5;

/// The first of these names, and how many more there are.
fn some_names(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let (first, more) = names.split_at(names.len().min(NAMED));
    let first = first.join(", ");
    match more.len() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// The actions that go from a policy.
fn what_goes(review: &Review, policy: &ReviewedPolicy<'_>) -> BTreeSet<Action> {
    let known = known(policy);
    let after: Allowed<'_, ()> = known.iter().map(|statement| (statement, ())).collect();
    let mut going = review.what_goes(policy.place);
    if policy.outcome.written != Written::NothingLeft {
        going.retain(|action| !after.any_of(action));
    }
    going
}

/// What is known of a policy as it is written now. What is not may grant anything, which the notes tell.
fn known(policy: &ReviewedPolicy<'_>) -> Vec<Statement> {
    let statements = policy.outcome.policy.statements.iter();
    statements
        .map(|statement| Statement {
            has_unknown_entries: false,
            ..statement.clone()
        })
        .collect()
}

/// What was used before comes first, then what reaches far.
type Row = (Reverse<Option<Date>>, String, usize);

fn goes(review: &Review, policy: &ReviewedPolicy<'_>) -> String {
    let findings = review.input().findings_of(policy.place);
    let mut rows: BTreeMap<Row, Vec<Action>> = BTreeMap::new();
    for action in what_goes(review, policy) {
        let last = findings.last_use(&action);
        let date = last.as_ref().map(LastUse::latest).map(day);
        let words = last.map_or_else(|| NO_USE.to_owned(), |last| in_bold(&last));
        let level = reach(level(review, policy, &action));
        let row = (Reverse(date), words, level);
        rows.entry(row).or_default().push(action);
    }
    if rows.is_empty() {
        return String::new();
    }
    let heading = match policy.outcome.written {
        Written::NothingLeft => "not used",
        Written::Changed | Written::Unchanged => "goes",
    };
    let mut text = format!("| {heading} | level | last used |\n|---|---|---|\n");
    for ((_, used, _), actions) in &rows {
        let level = level_words(level(review, policy, &actions[0]));
        let actions: Vec<&Action> = actions.iter().collect();
        let _ = writeln!(text, "| {} | {level} | {used} |", in_a_cell(&actions));
    }
    text
}

fn level(review: &Review, policy: &ReviewedPolicy<'_>, action: &Action) -> Option<Level> {
    let universe = review.input().universe_of(policy.place);
    universe.catalogue.level(action)
}

/// What stays although it is reported, and what cannot be edited where it is written.
fn stays(review: &Review, policy: &ReviewedPolicy<'_>) -> String {
    let mut rows: BTreeMap<String, Vec<Action>> = BTreeMap::new();
    let known = known(policy);
    let after: Allowed<'_, ()> = known.iter().map(|statement| (statement, ())).collect();
    let mut exceptions = review.exceptions(policy.place);
    exceptions.retain(|exception| after.any_of(&exception.action));
    for exception in exceptions {
        rows.entry(why_it_stays(&exception.because))
            .or_default()
            .push(exception.action);
    }
    let mut text = String::new();
    if !rows.is_empty() {
        text += "\n| stays, though reported | why |\n|---|---|\n";
    }
    for (why, actions) in &rows {
        let actions: Vec<&Action> = actions.iter().collect();
        let _ = writeln!(text, "| {} | {why} |", in_a_cell(&actions));
    }
    let locked = locked_entries(review, policy.place);
    if !locked.is_empty() {
        text += "\nNot edited here:\n\n";
    }
    for (reason, names) in &locked {
        let reason = code(reason);
        let _ = match names.as_slice() {
            [] => writeln!(text, "- {reason}"),
            names => writeln!(
                text,
                "- {}: {reason}",
                quoted_names(names.iter().map(|name| code(name)))
            ),
        };
    }
    text
}

/// Policies and what is said of each, each in a line under a heading.
fn listed(heading: &str, problems: &[Problem]) -> Vec<String> {
    let mut parts = Vec::new();
    for why in problems {
        let mut text = String::new();
        if parts.is_empty() {
            let _ = write!(text, "\n## {heading}\n\n");
        }
        let _ = write!(text, "- {}", code(&why.in_one_line()));
        if let Some(help) = why.advice() {
            let _ = write!(text, ": {}", code(help));
        }
        parts.push(text + "\n");
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_counted() {
        let parts = |count: usize| vec!["ä".repeat(100); count];
        assert_eq!(within(&parts(3), 300, "policies"), "ä".repeat(300));
        let cut = within(&parts(9), 320, "policies");
        let said = "\nAnd 7 more policies, which are too much for the text of a pull request.\n";
        assert_eq!(cut, "ä".repeat(200) + said);
        assert!(length(&cut) <= 320);
        assert!(within(&parts(9), 10, "policies").starts_with("\nAnd 9 more"));
    }
}
