//! Policies in templates of CloudFormation and SAM: what is read of them and what is not, with the
//! reason; edits that leave every other byte alone; and that the proof sees when one does not.

#![allow(clippy::unwrap_used)] // A test may.

use iam_refine::cloudformation::{Content, Makes, Template};
use iam_refine::document::{Document, Edited, Place, rewrite};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::text::Source;

fn read(text: &str) -> Template {
    Template::read(&Source::from_text("template.yaml", text)).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(format!("tests/data/cloudformation/{name}")).unwrap()
}

/// Each statement: its effect and entries, `…` where something is not known, and `!` where it has to stay.
fn statements(document: &Document) -> String {
    let statements = document.policy().statements.iter().enumerate();
    let statements = statements.map(|(place, statement)| {
        let entries = statement.actions.entries().iter().map(ToString::to_string);
        let mut words = vec![format!("{:?}", statement.effect)];
        words.extend(entries);
        if statement.has_unknown_entries {
            words.push("…".to_owned());
        }
        if document.stays_because(place).is_some() {
            words.push("!".to_owned());
        }
        words.join(" ")
    });
    statements.collect::<Vec<_>>().join("; ")
}

/// What a template holds: a line for each policy.
fn told(text: &str) -> Vec<String> {
    let policies = read(text).policies.into_iter();
    policies
        .map(|policy| {
            let what = match policy.content {
                Content::Document(document) => statements(&document),
                Content::Refused(problems) => format!("refused: {}", problems.0[0].in_one_line()),
            };
            format!("{}: {what}", policy.address)
        })
        .collect()
}

/// A template with one policy, of which these lines are the statements.
fn with_statements(lines: &str) -> String {
    let around = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
                  PolicyDocument:\n        Statement:\n";
    let mut text = around.to_owned();
    for line in lines.lines() {
        if line.is_empty() {
            text.push('\n');
        } else {
            text.push_str(&format!("        {line}\n"));
        }
    }
    text
}

/// What is said of one policy with these statements.
fn told_of(lines: &str) -> String {
    let told = told(&with_statements(lines));
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].replace("P.PolicyDocument: ", "")
}

/// An edit in words: `0 2 s3:GetObject` keeps two entries and adds a third; nothing removes all.
fn edit(words: &str) -> StatementEdit {
    let entries = words.split_whitespace().map(|word| match word.parse() {
        Ok(kept) => EntryEdit::Kept(kept),
        Err(_) => EntryEdit::New(word.parse::<ActionPattern>().unwrap()),
    });
    StatementEdit {
        entries: entries.collect(),
    }
}

/// The documents of a file with these edits of statements of its first policy.
fn with_edits<T>(
    text: &str,
    edits: &[(usize, &str)],
    then: impl FnOnce(&[Edited<'_, ActionPattern>]) -> T,
) -> T {
    let file = read(text);
    let documents: Vec<&Document> = file.documents().collect();
    let mut all: Vec<Vec<Option<StatementEdit>>> = (documents.iter())
        .map(|document| vec![None; document.policy().statements.len()])
        .collect();
    for (statement, words) in edits {
        all[0][*statement] = Some(edit(words));
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    then(&edited)
}

/// The file with edits of statements of its first policy, after the proof has read it.
fn edited(text: &str, edits: &[(usize, &str)]) -> String {
    with_edits(text, edits, |edited| {
        let written = rewrite(edited).unwrap();
        let again = edited[0].0.file().read_again(&written);
        let again = again.unwrap_or_else(|wrong| panic!("{wrong}\n{written}"));
        assert_eq!(prove_file(edited, &again).concat(), [], "{written}");
        written
    })
}

/// Whether the proof finds a fault in `written`, which is not what was asked for.
fn is_rejected(text: &str, edits: &[(usize, &str)], written: &str) -> bool {
    with_edits(text, edits, |edited| {
        match edited[0].0.file().read_again(written) {
            Ok(again) => !prove_file(edited, &again).concat().is_empty(),
            Err(_) => true,
        }
    })
}

#[test]
fn the_forms_that_are_read() {
    assert_eq!(
        told(&example("12.yaml")),
        ["Role.Policies[0]: Allow s3:Get* s3:Put* s3:ListBucket; Allow sqs:SendMessage sqs:* !"]
    );
    assert_eq!(
        told(&example("13.yaml")),
        ["Fn.Policies[1]: Allow s3:*; Allow sqs:*"]
    );
}

#[test]
fn examples_come_out_byte_for_byte() {
    let examples: [(&str, &[(usize, &str)]); 3] = [
        ("11", &[(0, "s3:GetObject s3:GetBucket* 2")]),
        ("12", &[(1, "0")]),
        ("13", &[(0, "s3:GetObject s3:List*")]),
    ];
    for (name, edits) in examples {
        let text = example(&format!("{name}.yaml"));
        let expected = example(&format!("{name}.out"));
        assert_eq!(edited(&text, edits), expected, "{name}");
        let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(
            edited(&crlf(&text), edits),
            crlf(&expected),
            "{name}, with CRLF"
        );
    }
}
