//! Random Terraform files, edited at random and read again by another reader, which knows nothing of
//! HCL but comments, strings and brackets, and by one of another descent.
//!
//! `TF_SOURCES=FOLDER TF_EDITED=FOLDER cargo test --test terraform_random -- --ignored --nocapture` edits
//! the policies of all files of a folder, proves each, and leaves them in another folder.

#![allow(clippy::unwrap_used)] // A test may.

mod tree_sitter;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use iam_refine::document::{Document, Edited, Syntax, rewrite};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::terraform::{ConfigurationFile, Content};
use iam_refine::text::Source;

/// Numbers that are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn is(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const COMMENTS: [&str; 6] = [
    "# reading",
    "// \"s3:Evil\", actions = [\"x\"]",
    "# checkov:skip=CKV_AWS_1: needed",
    "/* Action = \"s3:No\" */",
    "#",
    "# ünï }",
];

/// A file of Terraform with some policies.
fn file(random: &mut Random) -> String {
    let mut text = String::new();
    if random.is(3) {
        text.push_str("locals {\n  a = \"actions = [\"\n}\n\n");
    }
    for number in 0..=random.below(3) {
        match random.below(3) {
            0 => policy_document(random, number, &mut text),
            1 => json_encoded(random, number, &mut text),
            _ => heredoc(random, number, &mut text),
        }
    }
    if random.is(4) {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn entry(random: &mut Random) -> String {
    match random.below(9) {
        0 => "\"s3:${var.verb}Object\"".to_owned(),
        1 => "\"s3:\\u0047et*\"".to_owned(),
        _ => format!(
            "\"s3:{}{}\"",
            random.of(&["Get", "Put", "List"]),
            random.of(&["", "*", "A", "B?"])
        ),
    }
}

/// A list of entries, or several that are joined with what is none.
fn lists_or_one(random: &mut Random, indent: &str) -> String {
    let more = random.of(&["var.more", "local.x # [", "[for x in var.y : x]"]);
    let mut own_list = || list(random, indent, true, false);
    match own_list().len() % 8 {
        0 => format!("concat({}, {more}\n{indent})", own_list()),
        1 => format!("concat({more}\n{indent}, {})", own_list()),
        2 => format!("distinct(concat({}, var.more, {}))", own_list(), own_list()),
        3 => format!("sort({})", own_list()),
        _ => own_list(),
    }
}

/// A list of entries, some of its lines with comments.
fn list(random: &mut Random, indent: &str, may_have_comments: bool, literal: bool) -> String {
    let count = random.below(4) + 1;
    let mut entries: Vec<String> = (0..count).map(|_| entry(random)).collect();
    if literal {
        entries.retain(|entry| !entry.contains(['$', '\\']));
    }
    if entries.is_empty() {
        entries.push("\"s3:GetObject\"".to_owned());
    }
    if random.is(3) {
        let comma = if may_have_comments && random.is(3) {
            ","
        } else {
            ""
        };
        return format!("[{}{comma}]", entries.join(", "));
    }
    let comments = may_have_comments && random.is(2);
    let trailing = may_have_comments && random.is(2);
    let mut text = "[\n".to_owned();
    for (place, entry) in entries.iter().enumerate() {
        if comments && random.is(3) {
            writeln!(text, "{indent}  {}", random.of(&COMMENTS)).unwrap();
        }
        let comma = if place + 1 < entries.len() || trailing {
            ","
        } else {
            ""
        };
        let behind = if comments && random.is(3) {
            format!(" {}", random.of(&COMMENTS))
        } else {
            String::new()
        };
        let empty = if random.is(6) { "\n" } else { "" };
        writeln!(text, "{indent}  {entry}{comma}{behind}{empty}").unwrap();
    }
    write!(text, "{indent}]").unwrap();
    text
}

fn policy_document(random: &mut Random, number: usize, text: &mut String) {
    writeln!(text, "data \"aws_iam_policy_document\" \"d{number}\" {{").unwrap();
    if random.is(4) {
        let which = random.of(&["source", "override"]);
        let list = "[data.aws_iam_policy_document.x.json, data.aws_iam_policy_document.y[0].json]";
        writeln!(text, "  {which}_policy_documents = {list} # of others").unwrap();
    }
    for place in 0..=random.below(3) {
        if place > 0 && random.is(2) {
            text.push('\n');
        }
        if random.is(2) {
            writeln!(text, "  {}", random.of(&COMMENTS)).unwrap();
        }
        let is_dynamic = random.is(6);
        let (open, close, indent) = if is_dynamic {
            (
                "  dynamic \"statement\" {\n    for_each = var.x\n    content {",
                "    }\n  }",
                "      ",
            )
        } else {
            ("  statement {", "  }", "    ")
        };
        let list = lists_or_one(random, indent);
        let name = random.of(&["actions", "actions  ", "not_actions"]);
        let sid = if random.is(3) {
            format!("{indent}sid = \"actions = [\"\n")
        } else {
            String::new()
        };
        writeln!(
            text,
            "{open}\n{sid}{indent}{name} = {list}\n{indent}resources = [\"*\"] # all\n{close}"
        )
        .unwrap();
    }
    text.push_str("}\n");
}

fn json_encoded(random: &mut Random, number: usize, text: &mut String) {
    writeln!(
        text,
        "resource \"aws_iam_policy\" \"p{number}\" {{\n  policy = jsonencode({{\n    Statement = ["
    )
    .unwrap();
    for _ in 0..=random.below(3) {
        if random.is(3) {
            writeln!(text, "      {}", random.of(&COMMENTS)).unwrap();
        }
        let assign = random.of(&[" = ", " : ", "="]);
        let key = random.of(&["Action", "\"Action\"", "NotAction"]);
        let value = if random.is(3) {
            "\"s3:*\"".to_owned()
        } else {
            lists_or_one(random, "        ")
        };
        let behind = random.of(&["", " # end", "\n"]);
        writeln!(
            text,
            "      {{\n        Effect = \"Allow\"\n        {key}{assign}{value}\n        Resource = var.r\n      }},{behind}"
        )
        .unwrap();
    }
    text.push_str("    ]\n  })\n}\n");
}

fn heredoc(random: &mut Random, number: usize, text: &mut String) {
    writeln!(
        text,
        "resource \"aws_iam_policy\" \"p{number}\" {{\n  policy = <<-EOF\n  {{\"Statement\": ["
    )
    .unwrap();
    let count = random.below(3) + 1;
    for place in 0..count {
        let value = if random.is(3) {
            "\"s3:*\"".to_owned()
        } else {
            list(random, "    ", false, false)
        };
        let value = value.replace("\\u0047", "G");
        let comma = if place + 1 < count { "," } else { "" };
        writeln!(
            text,
            "    {{\"Effect\": \"Allow\", \"Action\": {value}, \"Resource\": [\"${{var.r}}/$${{x}}\", ${{jsonencode([\"}}\"])}}]}}{comma}"
        )
        .unwrap();
    }
    text.push_str("  ]}\n  EOF\n}\n");
}

/// The file with what is in comments blank, and all else in its place.
fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(letter) = rest.chars().next() {
        let (length, is_comment) = if letter == '"' {
            (string_length(rest), false)
        } else if letter == '#' || rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (rest.find("*/").unwrap() + 2, true)
        } else {
            (letter.len_utf8(), false)
        };
        if is_comment {
            out.push_str(&" ".repeat(length));
        } else {
            out.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

fn string_length(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The strings of every list of actions, in the order of the text.
fn lists(text: &str) -> Vec<Vec<String>> {
    let text = without_comments(text);
    let mut lists = Vec::new();
    let mut at = 0;
    let mut name = String::new();
    while at < text.len() {
        let rest = &text[at..];
        let letter = rest.chars().next().unwrap();
        if letter == '"' {
            let length = string_length(rest);
            rest[1..length - 1].clone_into(&mut name);
            at += length;
        } else if letter.is_alphanumeric() || letter == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            rest[..end].clone_into(&mut name);
            at += end;
        } else if matches!(letter, '=' | ':')
            && matches!(&*name, "actions" | "not_actions" | "Action" | "NotAction")
        {
            let (strings, length) = strings(&rest[1..]);
            lists.push(strings);
            name.clear();
            at += 1 + length;
        } else {
            if !letter.is_whitespace() {
                name.clear();
            }
            at += letter.len_utf8();
        }
    }
    lists
}

/// The strings of the list that a text begins with, or its one string, or what it joins, and how long
/// that is.
fn strings(text: &str) -> (Vec<String>, usize) {
    let mut strings = Vec::new();
    let (mut at, mut in_list) = (0, false);
    let joins = !text.trim_start().starts_with(['[', '"']);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with('"') {
            let length = string_length(rest);
            strings.push(rest[..length].to_owned());
            at += length;
            if !in_list {
                break;
            }
        } else {
            in_list |= rest.starts_with('[') || joins;
            at += 1;
            if rest.starts_with(if joins { ')' } else { ']' }) {
                break;
            }
        }
    }
    (strings, at)
}

/// A random edit of a statement that can be done, and the entries that it has then, as they are written.
fn edit(random: &mut Random, document: &Document, statement: usize) -> Option<StatementEdit> {
    let entries = document.policy().statements[statement]
        .actions
        .entries()
        .len();
    let is_list = document.has_action_list(statement);
    let is_known = !document.policy().statements[statement].has_unknown_entries;
    let may_go = is_known && document.stays_because(statement).is_none();
    let all_editable = (0..entries).all(|entry| document.place(statement, entry).is_editable());
    if may_go && all_editable && random.is(3) {
        return Some(StatementEdit::removed());
    }
    let some_editable = (0..entries).any(|entry| document.place(statement, entry).is_editable());
    if !some_editable || (!is_list && !all_editable) {
        return None;
    }
    let mut edits = Vec::new();
    for entry in 0..entries {
        if !document.place(statement, entry).is_editable() || random.is(3) {
            edits.push(EntryEdit::Kept(entry));
        }
        for _ in 0..random.below(6).saturating_sub(3) {
            let name = format!("ec2:New{}", random.below(10));
            edits.push(EntryEdit::New(name.parse::<ActionPattern>().unwrap()));
        }
    }
    if edits.is_empty() {
        edits.push(EntryEdit::Kept(0));
    }
    let edit = StatementEdit {
        entries: edits.into(),
    };
    document
        .cannot_be(statement, &edit)
        .is_none()
        .then_some(edit)
}

/// What the other reader should find of a statement.
fn expected(
    document: &Document,
    statement: usize,
    edit: Option<&StatementEdit>,
) -> Option<Vec<String>> {
    let text = document.source().text();
    let own = &document.policy().statements[statement];
    let raw = |entry| text[document.entry_range(statement, entry)].to_owned();
    let mut unknown: Vec<(usize, String)> = (document.opaque_ranges(statement))
        .map(|range| (range.start, text[range].to_owned()))
        .collect();
    let kept_at = |entry| document.entry_range(statement, entry).start;
    // The other reader sees strings.
    unknown.retain(|(_, text)| text.starts_with('"'));
    unknown.retain(|(start, _)| {
        !(0..own.actions.entries().len()).any(|entry| kept_at(entry) == *start)
    });
    let mut written = Vec::new();
    let all: Vec<EntryEdit> = match edit {
        Some(edit) if edit.removes(own) => return None,
        Some(edit) => edit.entries.to_vec(),
        None => (0..own.actions.entries().len())
            .map(EntryEdit::Kept)
            .collect(),
    };
    for entry in all {
        match entry {
            EntryEdit::New(new) => written.push(format!("\"{new}\"")),
            EntryEdit::Kept(entry) => {
                let before = unknown
                    .iter()
                    .take_while(|(start, _)| *start < kept_at(entry))
                    .count();
                written.extend(unknown.drain(..before).map(|(_, text)| text));
                written.push(raw(entry));
            }
        }
    }
    written.extend(unknown.into_iter().map(|(_, text)| text));
    Some(written)
}

/// A file with edits done, and what other readers should find.
struct Wanted {
    written: String,
    /// For each policy the edits of its statements.
    edits: Vec<Vec<Option<StatementEdit>>>,
    /// The entries of each statement.
    lists: Vec<Vec<String>>,
    /// For each old statement that is written in HCL what becomes of its entries; none where it goes.
    in_hcl: Vec<Option<Vec<String>>>,
}

/// Edits all policies of a file at random.
fn edited(random: &mut Random, file: &ConfigurationFile) -> Option<Wanted> {
    let documents: Vec<&Document> = file.documents().collect();
    let mut all = Vec::new();
    let (mut lists, mut in_hcl) = (Vec::new(), Vec::new());
    for document in &documents {
        let statements = document.policy().statements.len();
        let mut edits: Vec<Option<StatementEdit>> = (0..statements)
            .map(|statement| {
                if random.is(2) {
                    edit(random, document, statement)
                } else {
                    None
                }
            })
            .collect();
        let goes = |place: usize, edit: &Option<StatementEdit>| {
            edit.as_ref()
                .is_some_and(|edit| edit.removes(&document.policy().statements[place]))
        };
        if edits
            .iter()
            .enumerate()
            .all(|(place, edit)| goes(place, edit))
        {
            edits[0] = None;
        }
        for (statement, edit) in edits.iter().enumerate() {
            let expected = expected(document, statement, edit.as_ref());
            if document.syntax() == Syntax::Hcl {
                in_hcl.push(expected.clone());
            }
            lists.extend(expected);
        }
        all.push(edits);
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    let written = rewrite(&edited)?;
    let source = file.documents().next()?.source();
    let again = documents[0].file().read_again(&written);
    let again = again.unwrap_or_else(|wrong| panic!("{wrong}\n{}\n---\n{written}", source.text()));
    let faults = prove_file(&edited, &again).concat();
    assert!(
        faults.is_empty(),
        "{faults:?}\n{}\n---\n{written}\n{all:?}",
        source.text()
    );
    Some(Wanted {
        written,
        edits: all,
        lists,
        in_hcl,
    })
}

/// Whether a reader of another descent finds the old statements without those that go, each as it was but
/// for its actions, which are as wanted; and all else as it was.
fn another_descent_agrees(old: &str, new: &str, wanted: Vec<Option<Vec<String>>>) {
    let (before, after) = (tree_sitter::read(old), tree_sitter::read(new));
    assert_eq!(before.outside, after.outside, "{old}\n---\n{new}");
    assert_eq!(before.statements.len(), wanted.len(), "{old}");
    let left = before.statements.into_iter().zip(wanted);
    let left = left.filter_map(|(statement, wanted)| Some((statement.words, sorted(wanted?))));
    let found = after.statements.into_iter();
    let found = found.map(|statement| (statement.words, sorted(statement.actions)));
    assert_eq!(
        found.collect::<Vec<_>>(),
        left.collect::<Vec<_>>(),
        "{old}\n---\n{new}"
    );
}

/// Beside what is not literal a new entry may stand at either side; the proof knows the order.
fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn another_reader_finds_what_was_asked_for() {
    let (mut files, mut changed) = (0, 0);
    for seed in 0..3_000 {
        let mut random = Random(seed);
        let text = file(&mut random);
        let file = ConfigurationFile::read(&Source::from_text("main.tf", &text)).unwrap();
        for policy in &file.policies {
            assert!(policy.document().is_some(), "{:?}\n{text}", policy.content);
        }
        files += 1;
        if let Some(wanted) = edited(&mut random, &file) {
            let Wanted {
                written,
                lists: expected,
                in_hcl,
                ..
            } = wanted;
            another_descent_agrees(&text, &written, in_hcl);
            changed += usize::from(written != text);
            let all_sorted = |lists: Vec<Vec<String>>| -> Vec<Vec<String>> {
                lists.into_iter().map(sorted).collect()
            };
            let found = all_sorted(lists(&written));
            assert_eq!(found, all_sorted(expected), "{text}\n---\n{written}");
            assert_eq!(written.contains("\r\n"), text.contains("\r\n"));
            assert_eq!(
                written.replace("\r\n", "").contains('\n'),
                text.replace("\r\n", "").contains('\n')
            );
        }
    }
    assert!(changed * 2 > files, "{changed} of {files}");
}

#[test]
fn the_proof_sees_a_line_that_is_gone_or_elsewhere() {
    let is_code = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with(['#', '/'])
    };
    let (mut planted, mut unreadable) = (0, 0);
    for seed in 0..1_500 {
        let mut random = Random(seed);
        let text = file(&mut random);
        let file = ConfigurationFile::read(&Source::from_text("main.tf", &text)).unwrap();
        let Some(Wanted { written, edits, .. }) = edited(&mut random, &file) else {
            continue;
        };
        let lines: Vec<&str> = written.split_inclusive('\n').collect();
        let code: Vec<usize> = (0..lines.len()).filter(|&at| is_code(lines[at])).collect();
        let at = code[random.below(code.len())];
        let mut wrong = lines.clone();
        if random.is(2) {
            wrong.remove(at);
        } else {
            let other = code[random.below(code.len())];
            wrong.swap(at, other);
        }
        let wrong = wrong.concat();
        if wrong == written {
            continue;
        }
        planted += 1;
        let documents: Vec<&Document> = file.documents().collect();
        let Ok(again) = documents[0].file().read_again(&wrong) else {
            unreadable += 1;
            continue;
        };
        let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&edits))
            .map(|(document, edits)| (*document, &edits[..]))
            .collect();
        let faults = prove_file(&edited, &again).concat();
        assert!(!faults.is_empty(), "{text}\n---\n{written}\n---\n{wrong}");
    }
    assert!(
        planted - unreadable > 300,
        "{planted}, {unreadable} of them no policies"
    );
}

#[test]
fn damaged_files_are_refused_or_edited_as_asked_for() {
    const PIECES: [&str; 12] = [
        "\"", "{", "}", "[", "]", "#", "/*", "${", "%{", "\n", ",", "\u{feff}",
    ];
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let mut text = file(&mut random);
        for _ in 0..=random.below(2) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let place = places[random.below(places.len())];
            if random.is(2) {
                text.remove(place);
            } else {
                text.insert_str(place, random.of(&PIECES));
            }
        }
        if let Ok(file) = ConfigurationFile::read(&Source::from_text("main.tf", &text)) {
            let _ = edited(&mut random, &file);
        }
    }
}

#[test]
#[ignore = "takes a folder of Terraform files"]
fn policies_of_a_folder_are_edited() {
    let folder = PathBuf::from(std::env::var("TF_SOURCES").unwrap());
    let target = std::env::var("TF_EDITED").ok().map(PathBuf::from);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    let mut random = Random(1);
    for path in files_below(&folder) {
        count("files");
        let text = fs::read_to_string(&path).unwrap();
        let source = Source::from_text(&path.to_string_lossy(), &text);
        let file = match ConfigurationFile::read(&source) {
            Ok(file) => file,
            Err(problems) => {
                println!("{}", problems.0[0].in_one_line());
                count("files that are no HCL");
                continue;
            }
        };
        for policy in &file.policies {
            match &policy.content {
                Content::Merged(_, None) => count("of others alone"),
                Content::Document(document) | Content::Merged(_, Some(document)) => {
                    count("read");
                    for (place, statement) in document.policy().statements.iter().enumerate() {
                        count("statements");
                        let entries = 0..statement.actions.entries().len();
                        let locked =
                            entries.filter(|&entry| !document.place(place, entry).is_editable());
                        for _ in locked {
                            count("entries that are known and locked");
                        }
                        if statement.has_unknown_entries {
                            count("statements with unknown entries");
                        }
                        if let Some(reason) = document.stays_because(place) {
                            count(&format!(
                                "statements that stay: {}",
                                reason.split(',').next().unwrap()
                            ));
                        }
                    }
                }
                Content::InFile(_) => {}
                Content::Reference(_) => count("references"),
                Content::NotOffered(_) => count("not offered"),
                Content::Refused(problems) => {
                    let why = problems.0[0].message().to_owned();
                    count(&format!("refused: {why}"));
                }
            }
        }
        if let Some(Wanted { written, .. }) = edited(&mut random, &file) {
            count("files edited and proved");
            if let Some(target) = &target {
                let copy = |kind: &str, text: &str| {
                    let to = target.join(kind).join(path.strip_prefix(&folder).unwrap());
                    fs::create_dir_all(to.parent().unwrap()).unwrap();
                    fs::write(to, text).unwrap();
                };
                copy("before", &text);
                copy("after", &written);
            }
        }
    }
    println!("{counts:#?}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path
            .extension()
            .is_some_and(|end| end == "tf" || end == "tofu")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}
