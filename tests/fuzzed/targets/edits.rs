//! Edits of policies: what was asked for is what is read again, and no other byte is touched.
//!
//! The bytes are the edits, a NUL, and the policy.

use iam_refine::document::Document;
use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::text::Source;

type Edits = Vec<Option<StatementEdit>>;

pub fn run(bytes: &[u8]) -> bool {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (Some(wishes), Some(text)) = (parts.next(), parts.next()) else {
        return false;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let Ok(document) = Document::parse(Source::from_text("policy.json", text)) else {
        return false;
    };
    let edits = drawn(&document, wishes);
    let statements = &document.policy().statements;
    let goes = |place: &usize| edits[*place] == Some(StatementEdit::removed());
    let left: Vec<usize> = (0..statements.len()).filter(|place| !goes(place)).collect();
    let Some(written) = document.rewrite(&edits) else {
        assert!(left.is_empty());
        return true;
    };
    let new = Document::parse(Source::from_text("policy.json", &written)).unwrap();
    assert_eq!(new.policy().elements, document.policy().elements);
    assert_eq!(new.policy().statements.len(), left.len());
    for (now, &before) in left.iter().enumerate() {
        check_statement(&document, before, &new, now, &edits);
    }
    check_around(&document, &new, &left);
    check_bytes(&document, &new, &edits);
    true
}

/// What each byte asks of the next entry: to stay, to go, to have a new one before it.
fn drawn(document: &Document, wishes: &[u8]) -> Edits {
    let mut wishes = wishes.iter().copied();
    let statements = document.policy().statements.iter();
    let edits = statements.map(|statement| match wishes.next().unwrap_or(1) % 4 {
        0 => Some(StatementEdit::removed()),
        1 => None,
        _ => Some(StatementEdit {
            entries: entries(statement.actions.entries().len(), &mut wishes).into(),
        }),
    });
    edits.collect()
}

fn entries(old: usize, wishes: &mut impl Iterator<Item = u8>) -> Vec<EntryEdit> {
    let mut entries = Vec::new();
    for place in 0..old {
        let wish = wishes.next().unwrap_or(1);
        entries.extend((0..wish >> 6).map(|number| new(wish, number)));
        if wish % 2 == 1 {
            entries.push(EntryEdit::Kept(place));
        }
    }
    let wish = wishes.next().unwrap_or_default();
    entries.extend((0..wish >> 6).map(|number| new(wish, number)));
    if entries.is_empty() {
        entries.push(EntryEdit::Kept(0));
    }
    entries
}

fn new(wish: u8, number: u8) -> EntryEdit {
    let service = if wish & 2 == 0 { "s3" } else { "a-b" };
    EntryEdit::New(format!("{service}:New{number}*").parse().unwrap())
}

/// The entries are the wanted ones, those that stay byte for byte, and nothing else of the
/// statement is another.
fn check_statement(old: &Document, before: usize, new: &Document, now: usize, edits: &Edits) {
    let (old_text, new_text) = (old.source().text(), new.source().text());
    let (was, is) = (
        &old.policy().statements[before],
        &new.policy().statements[now],
    );
    assert_eq!((&was.effect, &was.elements), (&is.effect, &is.elements));
    let (from, to) = (old.statement_range(before), new.statement_range(now));
    let Some(StatementEdit { entries: wanted }) = &edits[before] else {
        return assert_eq!(old_text[from], new_text[to]);
    };
    let (value, new_value) = (old.actions_range(before), new.actions_range(now));
    assert_eq!(
        old_text[from.start..value.start],
        new_text[to.start..new_value.start]
    );
    assert_eq!(
        old_text[value.end..from.end],
        new_text[new_value.end..to.end]
    );
    assert_eq!(is.actions.entries().len(), wanted.len());
    for (place, (entry, wanted)) in is.actions.entries().iter().zip(wanted.iter()).enumerate() {
        match wanted {
            EntryEdit::New(pattern) => assert_eq!(entry.to_string(), pattern.to_string()),
            EntryEdit::Kept(kept) => assert_eq!(
                old_text[old.entry_range(before, *kept)],
                new_text[new.entry_range(now, place)]
            ),
        }
    }
}

/// The proof finds no other byte touched, within the statements and between them.
fn check_bytes(old: &Document, new: &Document, edits: &[Option<StatementEdit>]) {
    let faults = prove_file(&[(old, edits)], std::slice::from_ref(new)).concat();
    assert!(faults.is_empty(), "{faults:?}");
}

/// What stands before the first statement and behind the last is as it was, but for white space
/// where statements go.
fn check_around(old: &Document, new: &Document, left: &[usize]) {
    let last = old.policy().statements.len() - 1;
    let (old_text, new_text) = (old.source().original(), new.source().original());
    let mark = old_text.len() - old.source().text().len();
    let before = &old_text[..mark + old.statement_range(0).start];
    let behind = &old_text[mark + old.statement_range(last).end..];
    assert!(new_text.starts_with(before), "{new_text}");
    assert!(new_text.ends_with(behind), "{new_text}");
    assert!(!left.is_empty());
}
