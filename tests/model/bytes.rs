//! Part 5 of the proof: it accepts the bytes that are written, and rejects any other.

use std::cell::RefCell;

use iam_refine::document::Document;
use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::text::Source;

use super::decided::{Decided, Edits};
use super::decisions::{Effective, check, holds};
use super::pattern::same;

#[test]
fn the_proof_accepts_the_written_bytes_and_rejects_others() {
    let effective = RefCell::new(Effective::new());
    check(1_500, |decided| {
        let Some(text) = decided.given.document.rewrite(&decided.edits) else {
            return Ok(());
        };
        let written = Document::parse(Source::from_text("policy.json", &text)).unwrap();
        let faults = faults_of(decided, &written, &decided.edits);
        holds(faults.is_empty(), || format!("{faults:?} in {text}"))?;
        for (error, planted) in plant(decided, &written) {
            // What cannot be read back is not written either; only what can asks the proof.
            if let Ok(read_back) = Document::parse(Source::from_text("policy.json", &planted)) {
                let faults = faults_of(decided, &read_back, &decided.edits);
                holds(!faults.is_empty(), || {
                    format!("{error}: {text} became {planted}")
                })?;
                *effective.borrow_mut().entry(error).or_default() += 1;
            }
        }
        for place in 0..decided.edits.len() {
            let mut other = decided.edits.clone();
            if other[place].take().is_some() {
                let faults = faults_of(decided, &written, &other);
                let error = "a statement was not to be changed";
                holds(!faults.is_empty(), || format!("{error}: {place} in {text}"))?;
                *effective.borrow_mut().entry(error).or_default() += 1;
            }
        }
        Ok(())
    });
    let effective = effective.into_inner();
    for (error, least) in [
        ("a byte outside", 5_000),
        ("a resource", 1_000),
        ("an effect", 500),
        ("the order of entries", 500),
        ("a kept entry in other letters", 300),
        ("a kept entry with an escape", 300),
        ("a statement that was to stay is removed", 500),
        ("a statement was not to be changed", 500),
    ] {
        let count = effective.get(error).copied().unwrap_or_default();
        assert!(
            count >= least,
            "{error}: only {count} times, of {effective:?}"
        );
    }
}

fn faults_of(decided: &Decided, new: &Document, edits: &Edits) -> Vec<String> {
    let old = (&decided.given.document, &edits[..]);
    let faults = prove_file(&[old], std::slice::from_ref(new)).concat();
    faults.iter().map(ToString::to_string).collect()
}

fn plant(decided: &Decided, written: &Document) -> Vec<(&'static str, String)> {
    let text = written.source().text();
    let restored = |text: String| written.source().restored(text);
    let mut planted: Vec<(&str, String)> = vec![
        (
            "a resource",
            restored(text.replacen("bucket-", "bucked-", 1)),
        ),
        (
            "an effect",
            restored(text.replacen("\"Allow\"", "\"Deny\"", 1)),
        ),
    ];
    if !text.contains("\"Allow\"") {
        planted.pop();
    }
    let others = outside(decided, written).into_iter().map(restored);
    planted.extend(others.map(|text| ("a byte outside", text)));
    planted.extend(entries(decided, written));
    planted.extend(removals(decided));
    planted
}

/// The text with one byte changed that is not in the actions of a rewritten statement, for some of
/// its bytes; and with one comma less or more.
fn outside(decided: &Decided, written: &Document) -> Vec<String> {
    let text = written.source().text();
    let rewritten: Vec<_> = (left(decided).iter().enumerate())
        .filter(|&(_, &old)| decided.edits[old].is_some())
        .map(|(new, _)| written.actions_range(new))
        .collect();
    let is_outside = |at: &usize| !rewritten.iter().any(|range| range.contains(at));
    // Each text begins elsewhere, so that all bytes have their turn over the cases.
    let mut changed: Vec<String> = (text.len() % 17..text.len())
        .step_by(17)
        .filter(is_outside)
        .filter_map(|at| {
            let other = another(&text[at..=at], text)?;
            Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
        })
        .collect();
    for (at, comma) in text.match_indices(',').filter(|(at, _)| is_outside(at)) {
        changed.push(format!("{}{}", &text[..at], &text[at + 1..]));
        changed.push(format!("{}{comma}{}", &text[..at], &text[at..]));
    }
    changed
}

/// Another byte. White space that is already in the text is none: around a removed statement
/// either of two may be what is left.
fn another(byte: &str, text: &str) -> Option<&'static str> {
    match byte {
        " " if !text.contains('\t') => Some("\t"),
        " " | "\t" | "\r" | "\n" => None,
        "x" => Some("y"),
        _ => Some("x"),
    }
}

fn entries(decided: &Decided, written: &Document) -> Vec<(&'static str, String)> {
    let text = written.source().text();
    let mut planted = Vec::new();
    for (new, &old) in left(decided).iter().enumerate() {
        let Some(edit) = &decided.edits[old] else {
            continue;
        };
        for (at, entry) in edit.entries.iter().enumerate() {
            let range = written.entry_range(new, at);
            let raw = &text[range.clone()];
            let put = |other: &str| {
                let changed = format!("{}{other}{}", &text[..range.start], &text[range.end..]);
                written.source().restored(changed)
            };
            let letters = [raw.to_lowercase(), raw.to_uppercase()];
            if let EntryEdit::Kept(_) = entry {
                let other = letters.iter().find(|other| *other != raw);
                planted.extend(other.map(|other| ("a kept entry in other letters", put(other))));
                let escaped = format!("\"\\u00{:02x}{}", raw.as_bytes()[1], &raw[2..]);
                planted.push(("a kept entry with an escape", put(&escaped)));
            }
            if at + 1 < edit.entries.len() {
                let next = written.entry_range(new, at + 1);
                let swapped = [
                    &text[..range.start],
                    &text[next.clone()],
                    &text[range.end..next.start],
                    raw,
                    &text[next.end..],
                ];
                if !same(raw, &text[next.clone()]) {
                    let swapped = written.source().restored(swapped.concat());
                    planted.push(("the order of entries", swapped));
                }
            }
        }
    }
    planted
}

/// One more statement is removed than was decided, its comma with it.
fn removals(decided: &Decided) -> Vec<(&'static str, String)> {
    let removed = |place: usize| {
        let mut edits = decided.edits.clone();
        edits[place] = Some(StatementEdit::REMOVED);
        let text = decided.given.document.rewrite(&edits)?;
        Some(("a statement that was to stay is removed", text))
    };
    left(decided).into_iter().filter_map(removed).collect()
}

/// The places of the old statements that are still there.
fn left(decided: &Decided) -> Vec<usize> {
    let goes = |place: usize| {
        let edit = decided.edits[place].as_ref();
        edit.is_some_and(StatementEdit::is_removed)
    };
    (0..decided.edits.len())
        .filter(|&place| !goes(place))
        .collect()
}
