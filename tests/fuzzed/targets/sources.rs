//! Policies in the files of Terraform and in templates: what was asked for is what is read again, and no
//! other byte is touched.
//!
//! The bytes are the edits, a NUL, and the file.

use std::path::Path;

use iam_refine::cloudformation::{self, Template};
use iam_refine::document::{Document, Edited, keep_comments, rewrite};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::sources::Caller;
use iam_refine::terraform::{ConfigurationFile, comments, template_comments};
use iam_refine::text::Source;

use super::telling::{check, check_problem, source};

/// As `.tf`.
pub fn terraform(bytes: &[u8]) -> bool {
    let Some((wishes, source)) = wishes_and_source("main.tf", bytes) else {
        return false;
    };
    tell_what_is_beside(&source, Caller::Configuration);
    match ConfigurationFile::read(&source) {
        Ok(file) => edit_all(&file.documents().collect::<Vec<_>>(), wishes),
        Err(problems) => {
            check(&problems);
            false
        }
    }
}

/// As a template in YAML or JSON.
pub fn templates(bytes: &[u8]) -> bool {
    let Some((wishes, source)) = wishes_and_source("template.yaml", bytes) else {
        return false;
    };
    tell_what_is_beside(&source, Caller::JsonConfiguration);
    match Template::read(&source) {
        Ok(template) => edit_all(&template.documents().collect::<Vec<_>>(), wishes),
        Err(problems) => {
            check(&problems);
            false
        }
    }
}

fn wishes_and_source<'b>(name: &str, bytes: &'b [u8]) -> Option<(&'b [u8], Source)> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], source(name, &bytes[end + 1..])?))
}

/// What else is read of such a file.
fn tell_what_is_beside(source: &Source, caller: Caller) {
    let mut places = comments(source.text());
    places.extend(template_comments(source.text()));
    match cloudformation::comments(source) {
        Ok(more) => places.extend(more),
        Err(problem) => check_problem(&problem),
    }
    if let Err(problems) = keep_comments(source, places) {
        check(&problems);
    }
    if let Err(problems) = caller.calls(Path::new("/root"), source) {
        check(&problems);
    }
}

/// Whether there is anything to edit.
fn edit_all(documents: &[&Document], wishes: &[u8]) -> bool {
    let mut wishes = wishes.iter().copied();
    for problem in documents.iter().flat_map(|document| document.warnings()) {
        check_problem(problem);
    }
    let all: Vec<Vec<Option<StatementEdit>>> = (documents.iter())
        .map(|document| drawn(document, &mut wishes))
        .collect();
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    let Some(written) = rewrite(&edited) else {
        return false;
    };
    let again = documents[0].file().read_again(&written);
    let again = again.unwrap_or_else(|problems| panic!("{problems}\n{written}"));
    let faults = prove_file(&edited, &again).concat();
    assert!(faults.is_empty(), "{faults:?}\n{written}");
    if all.iter().flatten().all(Option::is_none) {
        assert_eq!(written, documents[0].source().original());
    }
    true
}

/// What each byte asks of the next statement or entry, as far as that can be.
fn drawn(document: &Document, wishes: &mut impl Iterator<Item = u8>) -> Vec<Option<StatementEdit>> {
    let statements = 0..document.policy().statements.len();
    let edits = statements.map(|statement| {
        let edit = match wishes.next().unwrap_or(1) % 4 {
            0 => StatementEdit::removed(),
            1 => return None,
            _ => StatementEdit {
                entries: entries(document, statement, wishes).into(),
            },
        };
        document
            .cannot_be(statement, &edit)
            .is_none()
            .then_some(edit)
    });
    edits.collect()
}

fn entries(
    document: &Document,
    statement: usize,
    wishes: &mut impl Iterator<Item = u8>,
) -> Vec<EntryEdit> {
    let mut entries = Vec::new();
    for place in 0..document.policy().statements[statement]
        .actions
        .entries()
        .len()
    {
        let wish = wishes.next().unwrap_or(1);
        // What is new comes in the place of what can be edited.
        let is_editable = document.place(statement, place).is_editable();
        let added = if is_editable { wish >> 6 } else { 0 };
        entries.extend((0..added).map(|number| new(wish, number)));
        if wish % 2 == 1 || !is_editable {
            entries.push(EntryEdit::Kept(place));
        }
    }
    entries
}

fn new(wish: u8, number: u8) -> EntryEdit {
    let name = if wish & 2 == 0 { "s3:New" } else { "*" };
    EntryEdit::New(
        format!("{name}{number}*")
            .parse()
            .unwrap_or_else(|_| "s3:New*".parse().unwrap()),
    )
}
