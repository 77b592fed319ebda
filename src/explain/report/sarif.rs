//! What goes as results in SARIF 2.1.0, the format of code scanning: for each entry a place and a
//! sentence.
//!
//! The shape is that of the OASIS standard "Static Analysis Results Interchange Format Version 2.1.0".
//! Columns count characters, from 1, and the end of a region is the column behind it.

use std::fmt::Write;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use crate::explain::unused_not_edited;
use crate::iam::Action;
use crate::review::{Baseline, EntryPlace, Going, Review};
use crate::text::{Problem, Severity, Source, counted, list, sha256, some_of};

/// How many names a sentence has.
const NAMED: usize = 10;

/// What is found: its id, what it means in short, and what to do.
const RULES: [(&str, &str, &str); 3] = [
    (
        "unused-action",
        "An action is granted by its name and not used",
        "Remove it.",
    ),
    (
        "unused-in-wildcard",
        "A wildcard grants actions that are not used",
        "Write in its place what grants the others alone, or remove it where it grants no others.",
    ),
    (
        "unused-by-not-action",
        "A NotAction grants actions that are not used",
        "Add them to it.",
    ),
];

/// The log of one run, with a result for each entry of which something goes; with a baseline each result
/// tells whether all of it was known.
/// Files are called from the root of their repository, as far as `in_repository` knows it.
pub fn sarif(
    review: &Review,
    known: Option<&Baseline>,
    in_repository: &dyn Fn(&Path) -> PathBuf,
) -> Value {
    let results = review.state().places();
    let results = results.filter_map(|place| result(review, place, known, in_repository));
    let left = review.input().left.iter();
    let left = left.map(|left| notification(left, in_repository));
    let notifications = left.chain(
        review
            .policies()
            .flat_map(|policy| not_edited(review, policy.place, in_repository)),
    );
    let rules = RULES.iter().map(|(id, short, help)| {
        json!({
            "id": id,
            "shortDescription": {"text": short},
            "help": {"text": help},
            "properties": {"tags": ["security"]},
            "defaultConfiguration": {"level": "warning"},
        })
    });
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "iam-refine",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

/// What goes at a place; nothing where nothing does.
fn result(
    review: &Review,
    place: EntryPlace,
    known: Option<&Baseline>,
    in_repository: &dyn Fn(&Path) -> PathBuf,
) -> Option<Value> {
    let going = Going::at(review, place);
    let first = going.first()?;
    let document = review.input().document(place.policy);
    let source = document.source();
    let entry = review.state().entry(place);
    let (rule, range) = match entry {
        Some(entry) => (
            usize::from(!entry.plan.old.is_literal()),
            document.entry_range(place.statement, place.entry),
        ),
        None => (2, document.actions_range(place.statement)),
    };
    let block = first.block.as_deref().unwrap_or_default();
    let mark = [&first.file, block, &first.statement, &first.entry].join("\0");
    let mut result = json!({
        "ruleId": RULES[rule].0,
        "ruleIndex": rule,
        "level": "warning",
        "message": {"text": message(review, place, &going)},
        "locations": [location(source, Some(range), in_repository)],
        "partialFingerprints": {"entry/v1": sha256(&mark)},
    });
    if let Some(known) = known {
        let is_known = going.iter().all(|going| known.has(going));
        result["baselineState"] = if is_known { "unchanged" } else { "new" }.into();
    }
    Some(result)
}

/// What is said of a place: who does not use what, and what it becomes.
fn message(review: &Review, place: EntryPlace, going: &[Going]) -> String {
    let input = review.input();
    let loaded = review.policy(place.policy).loaded;
    let (whom, does) = match &loaded.origin.block {
        Some(block) if block.holders.len() > 1 => (some_of(&block.holders, NAMED), "do"),
        Some(block) => (list(&block.holders), "does"),
        None => (input.principal.to_string(), "does"),
    };
    let names: Vec<String> = going.iter().map(|going| going.action.clone()).collect();
    let Some(entry) = review.state().entry(place) else {
        return format!(
            "NotAction grants what {whom} {does} not use: {}; add it",
            some_of(&names, NAMED)
        );
    };
    let old = &entry.plan.old;
    if old.is_literal() {
        return format!(
            "{whom} {does} not use {old}{}",
            last_use(review, place, old.as_action())
        );
    }
    let becomes: Vec<String> = (entry.plan.replacements().unwrap_or_default().iter())
        .map(|new| new.entry.to_string())
        .collect();
    let becomes = match becomes.as_slice() {
        [] => "remove it".to_owned(),
        new => format!("write {}", some_of(new, NAMED)),
    };
    format!(
        "{old} grants {} that {whom} {does} not use: {}; {becomes}",
        counted(names.len(), "action", "actions"),
        some_of(&names, NAMED),
    )
}

fn last_use(review: &Review, place: EntryPlace, action: Option<Action>) -> String {
    let findings = review.input().findings_of(place.policy);
    let last = action.and_then(|action| findings.last_use(&action));
    last.map_or_else(String::new, |last| format!("; it was used {last}"))
}

/// Something that was not looked at, and why.
fn notification(left: &Problem, in_repository: &dyn Fn(&Path) -> PathBuf) -> Value {
    let advice = left
        .advice()
        .map_or_else(String::new, |help| format!(": {help}"));
    let level = match left.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut notification = json!({
        "level": level,
        "message": {"text": format!("{}{advice}", left.message())},
    });
    if left.source().path().is_some() {
        notification["locations"] = json!([location(
            left.source(),
            left.range().cloned(),
            in_repository
        )]);
    }
    notification
}

/// What is not used and stays, since it cannot be edited where it is written.
fn not_edited(
    review: &Review,
    policy: usize,
    in_repository: &dyn Fn(&Path) -> PathBuf,
) -> Vec<Value> {
    let document = review.input().document(policy);
    let line = document.source().line_at(document.policy_range().start);
    let notes = unused_not_edited(review, policy)
        .into_iter()
        .map(|(why, actions)| {
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            let message = format!(
                "{}: not used, and not edited: {why}",
                some_of(&names, NAMED)
            );
            json!({
                "level": "note",
                "message": {"text": message},
                "locations": [location(document.source(), Some(line.clone()), in_repository)],
            })
        });
    notes.collect()
}

fn location(
    source: &Source,
    range: Option<Range<usize>>,
    in_repository: &dyn Fn(&Path) -> PathBuf,
) -> Value {
    let path = source.path().unwrap_or(Path::new(""));
    let mut place =
        json!({"artifactLocation": {"uri": uri(&in_repository(path)), "uriBaseId": "%SRCROOT%"}});
    if let Some(range) = range {
        let (start, end) = (source.position(range.start), source.position(range.end));
        place["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    json!({"physicalLocation": place})
}

/// A path as a reference; one that begins at the root with its scheme.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    if path.is_absolute() {
        uri += "file://";
    }
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.as_encoded_bytes()),
        Component::ParentDir => Some(&b".."[..]),
        Component::RootDir => Some(&b""[..]),
        Component::CurDir | Component::Prefix(_) => None,
    });
    let names: Vec<String> = names.map(encoded).collect();
    uri + &names.join("/")
}

/// A name with all but unreserved characters (RFC 3986, 2.3) as `%XX`.
fn encoded(name: &[u8]) -> String {
    let mut text = String::new();
    for &byte in name {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri(Path::new("./a b/ä.tf")), "a%20b/%C3%A4.tf");
        assert_eq!(uri(Path::new("/a/b.tf")), "file:///a/b.tf");
        assert_eq!(uri(Path::new("../b:c.tf")), "../b%3Ac.tf");
    }
}
