//! Part 5 of the proof: it accepts the bytes that are written, and rejects any other. In files of
//! one policy, and of several.

use std::cell::RefCell;

use iam_refine::document::{Document, Edited, File, PolicyTree, ReadPolicy, rewrite};
use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::refine::Replacement;
use iam_refine::text::{Json, Problems, Source};

use proptest::prelude::TestCaseError;

use super::decided::{Decided, Edits};
use super::decisions::{Effective, check, holds};
use super::pattern::same;

/// The policies of a file and what was decided of each.
struct Case {
    documents: Vec<Document>,
    edits: Vec<Edits>,
}

impl Case {
    fn of(decided: &Decided) -> Self {
        Case {
            documents: vec![decided.given.document.clone()],
            edits: vec![decided.edits.clone()],
        }
    }

    /// A file with the policies of `first` and `second`, and something before, between and behind.
    fn of_both(first: (&str, &Edits), second: (&str, &Edits)) -> Self {
        let text = format!(
            "{{\"note\": 7, \"first\": {},\n \"between\": [8, \"x\"], \"second\": {}, \"last\": 9}}",
            first.0, second.0
        );
        let documents = File::read(Source::from_text("policies.json", &text), policies_of).unwrap();
        assert_eq!(documents.len(), 2);
        Case {
            documents,
            edits: vec![first.1.clone(), second.1.clone()],
        }
    }

    fn edited<'c>(&'c self, edits: &'c [Edits]) -> Vec<Edited<'c, Replacement>> {
        let edits = edits.iter().map(|edits| &edits[..]);
        self.documents.iter().zip(edits).collect()
    }

    fn rewrite(&self, edits: &[Edits]) -> Option<String> {
        rewrite(&self.edited(edits))
    }

    fn read(&self, text: &str) -> Result<Vec<Document>, Problems> {
        self.documents[0].file().read_again(text)
    }

    fn faults(&self, new: &[Document], edits: &[Edits]) -> Vec<String> {
        let faults = prove_file(&self.edited(edits), new).concat();
        faults.iter().map(ToString::to_string).collect()
    }

    /// The places of the old statements of a policy that are still there. One of which nothing would
    /// be left stays as it is.
    fn left(&self, policy: usize) -> Vec<usize> {
        let edits = &self.edits[policy];
        let statements = &self.documents[policy].policy().statements;
        let goes = |place: &usize| {
            let edit = edits[*place].as_ref();
            edit.is_some_and(|edit| edit.removes(&statements[*place]))
        };
        let left: Vec<usize> = (0..edits.len()).filter(|place| !goes(place)).collect();
        if left.is_empty() {
            (0..edits.len()).collect()
        } else {
            left
        }
    }

    /// What is done with a statement; nothing where nothing would be left of its policy.
    fn edit(&self, policy: usize, statement: usize) -> Option<&StatementEdit<Replacement>> {
        let edit = self.edits[policy][statement].as_ref();
        let old = &self.documents[policy].policy().statements[statement];
        edit.filter(|edit| !edit.removes(old))
    }
}

fn policies_of(source: &Source) -> Result<Vec<ReadPolicy>, Problems> {
    ReadPolicy::all(source, trees_of(source)?)
}

fn trees_of(source: &Source) -> Result<Vec<PolicyTree>, Problems> {
    let json = Json::parse(source)?;
    let members = json.as_object().unwrap_or_default().iter();
    let values = members.map(|member| member.value.clone());
    Ok(values
        .filter(|value| value.get("Statement").is_some())
        .map(PolicyTree::from)
        .collect())
}

#[test]
fn the_proof_accepts_the_written_bytes_and_rejects_others() {
    let effective = RefCell::new(Effective::new());
    check(1_500, |decided| {
        rejects_others(&Case::of(decided), &effective)
    });
    enough(
        &effective.into_inner(),
        &[
            ("a byte outside", 5_000),
            ("a resource", 1_000),
            ("an effect", 500),
            ("the order of entries", 500),
            ("a kept entry in other letters", 300),
            ("a kept entry with an escape", 300),
            ("a statement that was to stay is removed", 500),
            ("a statement was not to be changed", 500),
        ],
    );
}

#[test]
fn in_a_file_of_several_policies_it_does_so_too() {
    let effective = RefCell::new(Effective::new());
    let last: RefCell<Option<(String, Edits)>> = RefCell::default();
    check(500, |decided| {
        let text = decided.given.document.source().text().to_owned();
        let own = (text, decided.edits.clone());
        let before = last.replace(Some(own.clone()));
        let Some(before) = before else { return Ok(()) };
        let case = Case::of_both((&before.0, &before.1), (&own.0, &own.1));
        rejects_others(&case, &effective)
    });
    enough(
        &effective.into_inner(),
        &[
            ("a byte outside", 3_000),
            ("a resource", 200),
            ("an effect", 200),
            ("the order of entries", 200),
            ("a kept entry in other letters", 100),
            ("a kept entry with an escape", 100),
            ("a statement that was to stay is removed", 200),
            ("a statement was not to be changed", 200),
            ("the policies have changed places", 100),
        ],
    );
}

fn enough(effective: &Effective, wanted: &[(&'static str, usize)]) {
    for &(error, least) in wanted {
        let count = effective.get(error).copied().unwrap_or_default();
        assert!(
            count >= least,
            "{error}: only {count} times, of {effective:?}"
        );
    }
}

fn rejects_others(case: &Case, effective: &RefCell<Effective>) -> Result<(), TestCaseError> {
    let Some(text) = case.rewrite(&case.edits) else {
        return Ok(());
    };
    let written = case.read(&text).unwrap();
    let faults = case.faults(&written, &case.edits);
    holds(faults.is_empty(), || format!("{faults:?} in {text}"))?;
    for (error, planted) in plant(case, &written) {
        // What cannot be read back is not written either; only what can asks the proof.
        if let Ok(read_back) = case.read(&planted) {
            let faults = case.faults(&read_back, &case.edits);
            holds(!faults.is_empty(), || {
                format!("{error}: {text} became {planted}")
            })?;
            *effective.borrow_mut().entry(error).or_default() += 1;
        }
    }
    for policy in 0..case.documents.len() {
        for place in 0..case.edits[policy].len() {
            let mut other = case.edits.clone();
            if other[policy][place].take().is_none() || case.rewrite(&other).as_ref() == Some(&text)
            {
                continue;
            }
            let faults = case.faults(&written, &other);
            let error = "a statement was not to be changed";
            holds(!faults.is_empty(), || format!("{error}: {place} in {text}"))?;
            *effective.borrow_mut().entry(error).or_default() += 1;
        }
    }
    Ok(())
}

fn plant(case: &Case, written: &[Document]) -> Vec<(&'static str, String)> {
    let source = written[0].source();
    let text = source.text();
    let restored = |text: String| source.restored(text);
    let mut planted: Vec<(&str, String)> = Vec::new();
    for (error, from, to) in [
        ("a resource", "bucket-", "bucked-"),
        ("an effect", "\"Allow\"", "\"Deny\""),
    ] {
        if text.contains(from) {
            planted.push((error, restored(text.replacen(from, to, 1))));
        }
        if let Some(last) = text.rfind(from) {
            let (before, behind) = (&text[..last], &text[last + from.len()..]);
            planted.push((error, restored(format!("{before}{to}{behind}"))));
        }
    }
    let policies = trees_of(source).unwrap_or_default();
    if let [first, second] = &policies[..] {
        let (first, second) = (&first.json.range, &second.json.range);
        if text[first.clone()] != text[second.clone()] {
            let swapped = [
                &text[..first.start],
                &text[second.clone()],
                &text[first.end..second.start],
                &text[first.clone()],
                &text[second.end..],
            ];
            planted.push((
                "the policies have changed places",
                restored(swapped.concat()),
            ));
        }
    }
    let others = outside(case, written).into_iter().map(restored);
    planted.extend(others.map(|text| ("a byte outside", text)));
    planted.extend(entries(case, written));
    planted.extend(removals(case));
    planted
}

/// The text with one byte changed that is not in the actions of a rewritten statement, for some of
/// its bytes; and with one comma less or more.
fn outside(case: &Case, written: &[Document]) -> Vec<String> {
    let text = written[0].source().text();
    let mut rewritten = Vec::new();
    for (policy, written) in written.iter().enumerate() {
        for (new, &old) in case.left(policy).iter().enumerate() {
            if case.edit(policy, old).is_some() {
                rewritten.push(written.actions_range(new));
            }
        }
    }
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

fn entries(case: &Case, written: &[Document]) -> Vec<(&'static str, String)> {
    let policies = written.iter().enumerate();
    let planted = policies.flat_map(|(policy, written)| entries_of(case, policy, written));
    planted.collect()
}

fn entries_of(case: &Case, policy: usize, written: &Document) -> Vec<(&'static str, String)> {
    let text = written.source().text();
    let mut planted = Vec::new();
    for (new, &old) in case.left(policy).iter().enumerate() {
        let Some(edit) = case.edit(policy, old) else {
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
fn removals(case: &Case) -> Vec<(&'static str, String)> {
    let policies = 0..case.documents.len();
    let places =
        policies.flat_map(|policy| case.left(policy).into_iter().map(move |at| (policy, at)));
    let removed = |(policy, place): (usize, usize)| {
        let mut edits = case.edits.clone();
        edits[policy][place] = Some(StatementEdit::removed());
        let text = case.rewrite(&edits)?;
        let is_other = case.rewrite(&case.edits).as_ref() != Some(&text);
        is_other.then_some(("a statement that was to stay is removed", text))
    };
    places.filter_map(removed).collect()
}
