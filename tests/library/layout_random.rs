//! Random policies in random layouts under random edits: the entries are the wanted ones, and
//! every other byte is the same.
//!
//! What is expected is worked out from the pieces the text was put together from, not by reading
//! it again.

use iam_refine::document::Document;
use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::text::{Problems, Source};
use proptest::prelude::*;

/// The text with no statement edited.
fn unchanged(document: &Document) -> Option<String> {
    let edits: Vec<Option<StatementEdit>> = vec![None; document.policy().statements.len()];
    document.rewrite(&edits)
}

/// A policy as pieces of text.
#[derive(Clone, Debug)]
struct Pieces {
    byte_order_mark: bool,
    head: String,
    statements: Vec<StatementPieces>,
    /// Between two statements: a comma and white space.
    gaps: Vec<String>,
    tail: String,
}

/// A statement: what stands before its entries' value, the value, what stands behind it.
#[derive(Clone, Debug)]
struct StatementPieces {
    before: String,
    entries: Vec<String>,
    value: String,
    after: String,
    edit: Edit,
}

#[derive(Clone, Debug)]
enum Edit {
    None,
    Remove,
    /// Before each old entry so many new ones, and whether it stays; so many new ones at the end.
    Entries(Vec<(usize, bool)>, usize),
}

fn white_space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "", "", " ", "  ", "\n", "\n    ", "\r\n\t", "\t", " \n\n ",
    ])
}

fn comma() -> impl Strategy<Value = String> {
    (white_space(), white_space()).prop_map(|(before, after)| format!("{before},{after}"))
}

fn entry() -> impl Strategy<Value = String> {
    const SPELLINGS: [&str; 6] = [
        "*",
        "s3:Get*",
        "s3:Get\\u002a",
        "ec2:\\u0052un?nstances",
        "a-b:*X*",
        "\\u0069am:PassRole",
    ];
    prop::sample::select(&SPELLINGS[..]).prop_map(|text| format!("\"{text}\""))
}

fn statement() -> impl Strategy<Value = StatementPieces> {
    let name = prop::sample::select(vec!["Action", "NotAction"]);
    let entries = prop::collection::vec((entry(), comma()), 1..7);
    let spaces = prop::array::uniform8(white_space());
    (name, entries, spaces, comma(), any::<bool>(), any::<bool>()).prop_flat_map(
        |(name, entries, s, comma, one_string, is_last)| {
            let rest = r#""Effect" : "Allow", "Sid": "A\u002c [\"x\", }""#;
            let one_string = one_string && entries.len() == 1;
            let value = if one_string {
                entries[0].0.clone()
            } else {
                format!("[{}{}{}]", s[0], joined(&entries), s[1])
            };
            let colon = format!("\"{name}\"{}:{}", s[2], s[3]);
            let (before, after) = if is_last {
                (
                    format!("{{{}{rest}{comma}{colon}", s[4]),
                    format!("{}}}", s[5]),
                )
            } else {
                (
                    format!("{{{}{colon}", s[4]),
                    format!("{comma}{rest}{}}}", s[5]),
                )
            };
            let entries: Vec<_> = entries.into_iter().map(|(entry, _)| entry).collect();
            edit(entries.len()).prop_map(move |edit| StatementPieces {
                before: before.clone(),
                entries: entries.clone(),
                value: value.clone(),
                after: after.clone(),
                edit,
            })
        },
    )
}

/// The entries, each but the first with the comma it came with before it.
fn joined(entries: &[(String, String)]) -> String {
    let mut text = entries[0].0.clone();
    for (entry, comma) in &entries[1..] {
        text.push_str(comma);
        text.push_str(entry);
    }
    text
}

fn edit(entries: usize) -> impl Strategy<Value = Edit> {
    let changes = prop::collection::vec(
        (prop::sample::select(vec![0, 0, 1, 3]), any::<bool>()),
        entries,
    );
    prop_oneof![
        1 => Just(Edit::None),
        1 => Just(Edit::Remove),
        4 => (changes, 0..3_usize).prop_map(|(changes, at_end)| {
            let count: usize = changes.iter().map(|&(new, kept)| new + usize::from(kept)).sum();
            Edit::Entries(changes, if count == 0 { 1 } else { at_end })
        }),
    ]
}

fn policy() -> impl Strategy<Value = Pieces> {
    let statements = prop::collection::vec((statement(), comma()), 1..5);
    let spaces = prop::array::uniform8(white_space());
    (statements, spaces, any::<bool>(), any::<bool>()).prop_map(
        |(statements, s, byte_order_mark, one_object)| {
            let is_list = !one_object || statements.len() > 1;
            let (open, close) = if is_list { ("[", "]") } else { ("", "") };
            let head = format!(
                "{}{{{}\"Statement\"{}:{}{open}{}",
                s[0], s[1], s[2], s[3], s[4]
            );
            let tail = format!(
                "{}{close}{}, \"Version\": \"2012-10-17\"}}{}",
                s[5], s[6], s[7]
            );
            let (statements, gaps): (Vec<_>, Vec<_>) = statements.into_iter().unzip();
            Pieces {
                byte_order_mark,
                head,
                statements,
                gaps,
                tail,
            }
        },
    )
}

impl Pieces {
    fn text(&self) -> String {
        let mut text = String::from(if self.byte_order_mark { "\u{feff}" } else { "" });
        text.push_str(&self.head);
        for (index, statement) in self.statements.iter().enumerate() {
            if index > 0 {
                text.push_str(&self.gaps[index - 1]);
            }
            text.push_str(&statement.before);
            text.push_str(&statement.value);
            text.push_str(&statement.after);
        }
        text + &self.tail
    }

    fn edits(&self) -> Vec<Option<StatementEdit>> {
        let statements = self.statements.iter();
        statements.map(StatementPieces::document_edit).collect()
    }

    /// Checks `result` piece by piece.
    fn check(&self, result: &str) {
        let mut rest = result;
        if self.byte_order_mark {
            rest = after(rest, "\u{feff}");
        }
        rest = after(rest, &self.head);
        let staying =
            |(_, statement): &(usize, &StatementPieces)| !matches!(statement.edit, Edit::Remove);
        let mut last = None;
        for (index, statement) in self.statements.iter().enumerate().filter(staying) {
            if let Some(last) = last {
                // One of the commas that stood between the two, with its white space.
                let end = rest.find('{').unwrap();
                assert!(
                    self.gaps[last..index].iter().any(|gap| gap == &rest[..end]),
                    "{rest:?}"
                );
                rest = &rest[end..];
            }
            rest = statement.check(rest);
            last = Some(index);
        }
        assert_eq!(rest, self.tail);
    }
}

impl StatementPieces {
    fn document_edit(&self) -> Option<StatementEdit> {
        let Edit::Entries(changes, at_end) = &self.edit else {
            return matches!(self.edit, Edit::Remove).then_some(StatementEdit::removed());
        };
        let new = |count: usize| {
            std::iter::repeat_n(EntryEdit::New("new:Entry*".parse().unwrap()), count)
        };
        let mut entries = Vec::new();
        for (index, &(before, is_kept)) in changes.iter().enumerate() {
            entries.extend(new(before));
            entries.extend(is_kept.then_some(EntryEdit::Kept(index)));
        }
        entries.extend(new(*at_end));
        Some(StatementEdit {
            entries: entries.into(),
        })
    }

    /// The entries the statement shall have, as they are spelled.
    fn wanted(&self) -> Vec<&str> {
        let Edit::Entries(changes, at_end) = &self.edit else {
            return self.entries.iter().map(String::as_str).collect();
        };
        let new = |count: usize| std::iter::repeat_n("\"new:Entry*\"", count);
        let mut wanted = Vec::new();
        for (entry, &(before, is_kept)) in self.entries.iter().zip(changes) {
            wanted.extend(new(before));
            wanted.extend(is_kept.then_some(entry.as_str()));
        }
        wanted.extend(new(*at_end));
        wanted
    }

    /// Checks the statement at the start of `text`, and returns what follows it.
    fn check<'t>(&self, text: &'t str) -> &'t str {
        let text = after(text, &self.before);
        let was_list = self.value.starts_with('[');
        let (entries, rest) = if let Some(list) = text.strip_prefix('[') {
            list.split_once(']').unwrap()
        } else {
            assert!(!was_list, "a list stays a list");
            let end = text[1..].find('"').unwrap() + 2;
            text.split_at(end)
        };
        let entries: Vec<_> = entries.split(',').map(str::trim).collect();
        assert_eq!(entries, self.wanted());
        if !was_list && entries.len() == 1 {
            assert!(text.starts_with('"'), "one string stays one");
        }
        let is_unchanged = self.entries.iter().map(String::as_str).eq(self.wanted())
            && !matches!(&self.edit, Edit::Entries(changes, _) if changes.iter().any(|c| c.0 > 0));
        if is_unchanged {
            assert!(
                text.starts_with(&self.value),
                "what did not change is the same"
            );
        }
        after(rest, &self.after)
    }
}

#[track_caller]
fn after<'t>(text: &'t str, piece: &str) -> &'t str {
    text.strip_prefix(piece)
        .unwrap_or_else(|| panic!("{piece:?} is missing at the start of {text:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_was_edited_changes(policy in policy()) {
        let text = policy.text();
        let source = Source::from_bytes("policy.json", text.as_bytes()).unwrap();
        let document = Document::parse(source).unwrap();
        prop_assert_eq!(unchanged(&document), Some(text));

        let all_go = policy.statements.iter().all(|statement| matches!(statement.edit, Edit::Remove));
        match document.rewrite(&policy.edits()) {
            None => prop_assert!(all_go),
            Some(result) => {
                policy.check(&result);
                let again = Document::parse(Source::from_text("policy.json", &result)).unwrap();
                let count = policy.edits().into_iter().filter(|edit| *edit == Some(StatementEdit::removed())).count();
                prop_assert_eq!(again.policy().statements.len(), policy.statements.len() - count);
            }
        }
    }

    #[test]
    fn a_damaged_policy_is_told_or_read_and_never_changed(
        policy in policy(),
        place in any::<prop::sample::Index>(),
        removed in 0..4_usize,
        inserted in "[\\[\\]{},:\"\\\\u0 a\n\u{202e}]{0,3}",
    ) {
        let mut characters: Vec<char> = policy.text().chars().collect();
        let start = place.index(characters.len());
        let end = characters.len().min(start + removed);
        characters.splice(start..end, inserted.chars());
        let text: String = characters.into_iter().collect();
        let read = Source::from_bytes("policy.json", text.as_bytes())
            .map_err(Problems::from)
            .and_then(Document::parse);
        match read {
            Ok(document) => prop_assert_eq!(unchanged(&document), Some(text)),
            Err(problems) => {
                prop_assert!(problems.has_errors());
                prop_assert!(problems.to_string().starts_with("error: policy.json:"));
            }
        }
    }
}
