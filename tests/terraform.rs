//! Policies in Terraform's files: what is read of them, and what is not, with the reason.

#![allow(clippy::unwrap_used)] // A test may.

use iam_refine::document::{Document, Place};
use iam_refine::terraform::{ConfigurationFile, Content, Value};
use iam_refine::text::Source;

fn read(text: &str) -> ConfigurationFile {
    ConfigurationFile::read(&Source::from_text("main.tf", text)).unwrap()
}

/// Each statement: its effect and entries, and `…` where something is not known.
fn statements(document: &Document) -> Vec<String> {
    let statements = document.policy().statements.iter();
    statements
        .map(|statement| {
            let entries = statement.actions.entries().iter().map(ToString::to_string);
            let mut words = vec![format!("{:?}", statement.effect)];
            words.extend(entries);
            if statement.has_unknown_entries {
                words.push("…".to_owned());
            }
            words.join(" ")
        })
        .collect()
}

/// What a file holds: a line for each policy.
fn told(text: &str) -> Vec<String> {
    let policies = read(text).policies.into_iter();
    policies
        .map(|policy| {
            let what = match policy.content {
                Content::Document(document) => statements(&document).join("; "),
                Content::Reference(reference) => format!("is {reference}"),
                Content::NotOffered(note) => format!("not offered: {}", note.in_one_line()),
                Content::Refused(problems) => format!("refused: {}", problems.0[0].in_one_line()),
            };
            format!("{} in line {}: {what}", policy.address, policy.line)
        })
        .collect()
}

#[test]
fn examples_are_read() {
    for name in ["01", "02", "04", "05", "06", "07", "08", "17"] {
        let text = std::fs::read_to_string(format!("tests/data/terraform/{name}.tf")).unwrap();
        println!("{name} {:#?}", told(&text));
    }
    panic!();
}
