//! Random templates, edited at random and read again by another reader of YAML, one that descends from
//! libyaml: it has to find all that was there, with the actions as they were asked for.
//!
//! `CFN_SOURCES=FOLDER CFN_EDITED=FOLDER cargo test --test library cloudformation_random -- --ignored --nocapture`
//! edits the policies of all templates of a folder, proves each, and leaves them in another folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use iam_refine::cloudformation::Template;
use iam_refine::document::{Document, Edited, rewrite};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::text::Source;
use libyaml_safer::{EventData, Parser};

/// Numbers that are the same for the same seed, and how many lines were told apart by one.
struct Random(u64, usize);

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

    /// A number that no line has yet.
    fn next(&mut self) -> usize {
        self.1 += 1;
        self.1
    }

    /// A comment that no other line has.
    fn comment(&mut self) -> String {
        format!("{} {}", self.of(&COMMENTS), self.next())
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const COMMENTS: [&str; 6] = [
    "# reading",
    "# - s3:Evil",
    "# checkov:skip=CKV_AWS_1: needed",
    "# Action: s3:No",
    "#",
    "# ünï ]",
];

/// A template with some policies.
fn template(random: &mut Random) -> String {
    let mut text = "Resources:\n".to_owned();
    for number in 0..=random.below(2) {
        writeln!(
            text,
            "  P{number}:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:"
        )
        .unwrap();
        statements(random, &mut text);
    }
    if random.is(3) {
        text.push_str("Outputs:\n  A:\n    Value: 'Action: s3:No'\n");
    }
    if random.is(4) {
        text.truncate(text.trim_end().len());
    }
    if random.is(4) {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn statements(random: &mut Random, text: &mut String) {
    if random.is(8) {
        text.push_str("        Statement: [");
        for place in 0..=random.below(2) {
            let comma = if place > 0 { ", " } else { "" };
            let value = flow_value(random);
            write!(
                text,
                "{comma}{{Effect: Allow, Action: {value}, Resource: '*'}}"
            )
            .unwrap();
        }
        text.push_str("]\n");
        return;
    }
    text.push_str("        Statement:\n");
    if random.is(8) {
        statement(random, "          ", text);
        return;
    }
    let dash = random.of(&["        ", "          ", "            "]);
    for place in 0..=random.below(3) {
        if place > 0 && random.is(3) {
            text.push('\n');
        }
        if random.is(3) {
            writeln!(text, "{dash}{}", random.comment()).unwrap();
        }
        let indent = format!("{dash}  ");
        match random.below(6) {
            0 => {
                writeln!(text, "{dash}- !If\n{indent}- IsProd").unwrap();
                item(random, &indent, text);
                writeln!(text, "{indent}- !Ref AWS::NoValue").unwrap();
            }
            1 => {
                let value = flow_value(random);
                writeln!(
                    text,
                    "{dash}- {{Effect: Allow, \"Action\": {value}, Resource: !Ref R}}"
                )
                .unwrap();
            }
            _ => item(random, dash, text),
        }
    }
}

/// A statement behind a dash.
fn item(random: &mut Random, dash: &str, text: &mut String) {
    let indent = format!("{dash}  ");
    let mut own = String::new();
    statement(random, &indent, &mut own);
    if random.is(5) {
        writeln!(text, "{dash}-{}", random.of(&["", " # why"])).unwrap();
        text.push_str(&own);
    } else {
        write!(text, "{dash}- {}", own.trim_start()).unwrap();
    }
}

/// The keys of a statement, each on lines of its own.
fn statement(random: &mut Random, indent: &str, text: &mut String) {
    let resource = format!(
        "{indent}Resource: {}{}\n",
        random.of(&["'*'", "!Sub 'a:${B}'", "\"*\"", "!GetAtt Q.Arn"]),
        random.of(&["", "", "  # all"])
    );
    let mut keys = vec![
        format!("{indent}Effect: Allow\n"),
        actions(random, indent),
        resource,
    ];
    if random.is(4) {
        keys.push(format!(
            "{indent}Condition:\n{indent}  Bool: {{'a:b': false}}\n"
        ));
    }
    let first = random.below(keys.len());
    keys.rotate_left(first);
    for key in keys {
        text.push_str(&key);
    }
}

fn actions(random: &mut Random, indent: &str) -> String {
    let name = random.of(&["Action", "\"Action\"", "NotAction", "Action"]);
    match random.below(5) {
        0 => format!(
            "{indent}{name}: {}{}\n",
            entry(random),
            random.of(&["", "", " # one"])
        ),
        1 => format!(
            "{indent}{name}: {}{}\n",
            flow_list(random),
            random.of(&["", " # some"])
        ),
        2 => {
            let mut text = format!("{indent}{name}: [\n");
            let count = random.below(3) + 1;
            for place in 0..count {
                if random.is(4) {
                    writeln!(text, "{indent}  {}", random.comment()).unwrap();
                }
                let comma = if place + 1 < count || random.is(2) {
                    ","
                } else {
                    ""
                };
                let behind = if random.is(4) { " # why" } else { "" };
                writeln!(text, "{indent}  {}{comma}{behind}", flow_entry(random)).unwrap();
            }
            writeln!(text, "{indent}]").unwrap();
            text
        }
        _ => {
            let mut text = format!("{indent}{name}:{}\n", random.of(&["", "", "  # the list"]));
            let deeper = format!("{indent}{}", random.of(&["", "  ", "    "]));
            let dash = random.of(&["- ", "- ", "-   "]);
            for _ in 0..=random.below(4) {
                if random.is(6) {
                    text.push('\n');
                }
                if random.is(4) {
                    writeln!(text, "{deeper}{}", random.comment()).unwrap();
                }
                let behind: String = if random.is(4) {
                    random.comment()
                } else {
                    String::new()
                };
                let space = if behind.is_empty() { "" } else { "  " };
                if random.is(12) {
                    writeln!(
                        text,
                        "{deeper}-\n{deeper}  {}{space}{behind}",
                        entry(random)
                    )
                    .unwrap();
                } else {
                    writeln!(text, "{deeper}{dash}{}{space}{behind}", entry(random)).unwrap();
                }
            }
            if random.is(6) {
                writeln!(text, "{deeper}{}", random.comment()).unwrap();
            }
            text
        }
    }
}

fn entry(random: &mut Random) -> String {
    let name = random.of(&["s3:Get", "s3:Put*", "sqs:List", "ec2:A?b", "s3:*"]);
    let name = format!("{name}{}", random.next());
    match random.below(12) {
        0 => "!Sub 's3:${Verb}'".to_owned(),
        1 => "'*'".to_owned(),
        2 => "!If [IsProd, 's3:*', !Ref AWS::NoValue]".to_owned(),
        3 | 4 => format!("'{name}'"),
        5 | 6 => format!("\"{name}\""),
        _ => name,
    }
}

fn flow_entry(random: &mut Random) -> String {
    let entry = entry(random);
    if entry.contains('?') && entry.starts_with('e') {
        format!("'{entry}'")
    } else {
        entry
    }
}

fn flow_list(random: &mut Random) -> String {
    let entries: Vec<String> = (0..=random.below(3)).map(|_| flow_entry(random)).collect();
    let comma = random.of(&["", "", ","]);
    format!("[{}{comma}]", entries.join(", "))
}

fn flow_value(random: &mut Random) -> String {
    if random.is(2) {
        flow_entry(random)
    } else {
        flow_list(random)
    }
}

/// A value as the other reader has it, with its tag.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String, String),
    List(String, Vec<Node>),
    Map(String, Vec<(Node, Node)>),
}

/// What the other reader finds in a text.
fn other_reader(text: &str) -> Result<Node, String> {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut events = Vec::new();
    loop {
        match parser.parse().map_err(|error| error.to_string())?.data {
            EventData::StreamEnd => break,
            EventData::StreamStart { .. }
            | EventData::DocumentStart { .. }
            | EventData::DocumentEnd { .. } => {}
            event => events.push(event),
        }
    }
    let mut events = events.into_iter();
    let first = events.next().ok_or("nothing")?;
    Ok(node(first, &mut events))
}

fn node(event: EventData, events: &mut impl Iterator<Item = EventData>) -> Node {
    match event {
        EventData::Scalar { tag, value, .. } => Node::Text(tag.unwrap_or_default(), value),
        EventData::Alias { anchor } => Node::Text("*".to_owned(), anchor),
        EventData::SequenceStart { tag, .. } => {
            let mut list = Vec::new();
            loop {
                match events.next().unwrap() {
                    EventData::SequenceEnd => return Node::List(tag.unwrap_or_default(), list),
                    event => list.push(node(event, events)),
                }
            }
        }
        EventData::MappingStart { tag, .. } => {
            let mut map = Vec::new();
            loop {
                match events.next().unwrap() {
                    EventData::MappingEnd => return Node::Map(tag.unwrap_or_default(), map),
                    event => {
                        let key = node(event, events);
                        let event = events.next().unwrap();
                        map.push((key, node(event, events)));
                    }
                }
            }
        }
        other => panic!("{other:?}"),
    }
}

/// The statement that a value is: where its actions are.
fn actions_of(node: &Node) -> Option<usize> {
    let Node::Map(_, members) = node else {
        return None;
    };
    let is_action =
        |key: &Node| matches!(key, Node::Text(_, key) if key == "Action" || key == "NotAction");
    members.iter().position(|(key, _)| is_action(key))
}

/// Whether a value is a resource that has no policies which are offered.
fn is_other_resource(node: &Node) -> bool {
    let Node::Map(_, members) = node else {
        return false;
    };
    let kind = members.iter().find_map(|(key, value)| match value {
        Node::Text(_, kind) if is_called(key, "Type") && kind.starts_with("AWS::") => Some(kind),
        _ => None,
    });
    kind.is_some_and(|kind| {
        let is_offered = kind.starts_with("AWS::IAM::")
            || ["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]
                .contains(&kind.as_str());
        !is_offered
    })
}

fn is_called(key: &Node, name: &str) -> bool {
    matches!(key, Node::Text(_, key) if key == name)
}

/// The value with its statements, in the order of the text, edited as each of `edits` says.
fn as_asked(node: &Node, edits: &mut impl Iterator<Item = Asked>) -> Option<Node> {
    if let Some(at) = actions_of(node) {
        let asked = edits.next().unwrap();
        let Node::Map(tag, mut members) = node.clone() else {
            unreachable!()
        };
        members[at].1 = match asked {
            Asked::Stays => members[at].1.clone(),
            Asked::Goes => return None,
            Asked::Has(elements) => elements.of(&members[at].1),
        };
        return Some(Node::Map(tag, members));
    }
    if is_other_resource(node) {
        return Some(node.clone());
    }
    Some(match node {
        Node::Text(..) => node.clone(),
        Node::List(tag, list) => Node::List(
            tag.clone(),
            list.iter().filter_map(|one| as_asked(one, edits)).collect(),
        ),
        Node::Map(tag, members) => Node::Map(
            tag.clone(),
            (members.iter())
                .filter_map(|(key, value)| {
                    let new = if is_called(key, "AssumeRolePolicyDocument") {
                        value.clone()
                    } else {
                        as_asked(value, edits)?
                    };
                    Some((key.clone(), new))
                })
                .collect(),
        ),
    })
}

/// The value with the actions of each statement sorted: new ones may come before what cannot be edited,
/// or behind it.
fn sorted(node: Node) -> Node {
    match node {
        Node::Text(..) => node,
        Node::List(tag, list) => Node::List(tag, list.into_iter().map(sorted).collect()),
        Node::Map(tag, members) => {
            let at = actions_of(&Node::Map(tag.clone(), members.clone()));
            let mut members: Vec<(Node, Node)> = (members.into_iter())
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            if let Some(Node::List(_, list)) = at.map(|at| &mut members[at].1) {
                list.sort_by_key(|one| format!("{one:?}"));
            }
            Node::Map(tag, members)
        }
    }
}

/// What a statement should be.
#[derive(Debug)]
enum Asked {
    Stays,
    Goes,
    Has(Elements),
}

/// What its actions should be: those of the old ones, and new ones.
#[derive(Debug)]
struct Elements(Vec<Result<usize, String>>);

impl Elements {
    fn of(&self, old: &Node) -> Node {
        let (tag, list) = match old {
            Node::List(tag, list) if tag.is_empty() => (tag.clone(), list.clone()),
            other => (String::new(), vec![other.clone()]),
        };
        let new = self.0.iter().map(|element| match element {
            Ok(old) => list[*old].clone(),
            Err(new) => Node::Text(String::new(), new.clone()),
        });
        let new: Vec<Node> = new.collect();
        match (old, new.as_slice()) {
            (Node::Text(..), [only]) => only.clone(),
            _ => Node::List(tag, new),
        }
    }
}

/// A random edit of a statement that can be done.
fn edit(random: &mut Random, document: &Document, statement: usize) -> Option<StatementEdit> {
    let own = &document.policy().statements[statement];
    let entries = own.actions.entries().len();
    let is_list = document.has_action_list(statement);
    let may_go = !own.has_unknown_entries && document.stays_because(statement).is_none();
    let editable = |entry: usize| document.place(statement, entry).is_editable();
    let all_editable = (0..entries).all(editable);
    if may_go && all_editable && random.is(3) {
        return Some(StatementEdit::removed());
    }
    if !(0..entries).any(editable) || (!is_list && !all_editable) {
        return None;
    }
    let mut edits = Vec::new();
    for entry in 0..entries {
        if !editable(entry) || random.is(3) {
            edits.push(EntryEdit::Kept(entry));
        }
        for _ in 0..random.below(6).saturating_sub(3) {
            let name = random.of(&["ec2:New1", "ec2:New2*", "*", "ec2:N?w"]);
            edits.push(EntryEdit::New(name.parse::<ActionPattern>().unwrap()));
        }
    }
    if edits.is_empty() {
        edits.push(EntryEdit::Kept(0));
    }
    Some(StatementEdit {
        entries: edits.into(),
    })
}

fn asked(document: &Document, statement: usize, edit: Option<&StatementEdit>) -> Asked {
    let own = &document.policy().statements[statement];
    let edit = match edit {
        None => return Asked::Stays,
        Some(edit) if edit.removes(own) => return Asked::Goes,
        Some(edit) => edit,
    };
    let start_of = |entry: usize| document.entry_range(statement, entry).start;
    let entries = 0..own.actions.entries().len();
    let mut starts: BTreeSet<usize> = entries.map(start_of).collect();
    let opaque: Vec<usize> = document
        .opaque_ranges(statement)
        .map(|range| range.start)
        .collect();
    starts.extend(&opaque);
    let place = |start: usize| starts.iter().position(|own| *own == start).unwrap();
    let mut elements = Vec::new();
    let mut unknown: Vec<usize> = opaque.into_iter().map(place).collect();
    for entry in edit.entries.iter() {
        match entry {
            EntryEdit::New(new) => elements.push(Err(new.to_string())),
            EntryEdit::Kept(entry) => {
                let own_place = place(start_of(*entry));
                while unknown.first().is_some_and(|first| *first < own_place) {
                    elements.push(Ok(unknown.remove(0)));
                }
                elements.push(Ok(own_place));
            }
        }
    }
    elements.extend(unknown.into_iter().map(Ok));
    Asked::Has(Elements(elements))
}

/// Edits all policies of a file at random. Returns the new text, and what each statement should be.
fn edited(random: &mut Random, file: &Template) -> Option<(String, Vec<Asked>)> {
    let documents: Vec<&Document> = file.documents().collect();
    let (mut all, mut statements) = (Vec::new(), Vec::new());
    for document in &documents {
        let count = document.policy().statements.len();
        let mut edits: Vec<Option<StatementEdit>> = (0..count)
            .map(|statement| {
                if random.is(2) {
                    edit(random, document, statement)
                } else {
                    None
                }
            })
            .collect();
        let own = &document.policy().statements;
        let goes = |place: usize| {
            edits[place]
                .as_ref()
                .is_some_and(|edit| edit.removes(&own[place]))
        };
        if (0..count).all(goes) {
            edits[0] = None;
        }
        statements.extend(
            (0..count).map(|statement| asked(document, statement, edits[statement].as_ref())),
        );
        all.push(edits);
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    let written = rewrite(&edited)?;
    let text = documents[0].source().text();
    let again = documents[0].file().read_again(&written);
    let again = again.unwrap_or_else(|wrong| panic!("{wrong}\n{text}\n---\n{written}"));
    let faults = prove_file(&edited, &again).concat();
    assert!(
        faults.is_empty(),
        "{faults:?}\n{text}\n---\n{written}\n{all:?}"
    );
    Some((written, statements))
}

/// The comments on lines of their own that are gone though the line that they stand above, as far
/// indented as they are, is there; where that is the only one of its text.
fn lost_comments(old: &str, new: &str) -> Vec<String> {
    let (lines, kept): (Vec<&str>, BTreeSet<&str>) = (old.lines().collect(), new.lines().collect());
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let lost = lines.iter().enumerate().filter(|(at, line)| {
        let below = lines[at + 1..].iter().find(|line| !is_comment(line));
        let is_the_only = |below: &str| lines.iter().filter(|line| **line == below).count() == 1;
        let stays = below.is_some_and(|below| {
            let is_heading = !below.trim().is_empty() && indentation(below) == indentation(line);
            // A new entry may be written as this one was.
            let may_be_new = below.contains("'*'");
            is_heading && !may_be_new && is_the_only(below) && kept.contains(below)
        });
        is_comment(line) && stays && !kept.contains(**line)
    });
    lost.map(|(_, line)| (*line).to_owned()).collect()
}

#[test]
fn another_reader_finds_what_was_asked_for() {
    let (mut files, mut changed) = (0, 0);
    for seed in 0..2_000 {
        let mut random = Random(seed, 0);
        let text = template(&mut random);
        let file = Template::read(&Source::from_text("template.yaml", &text));
        let file = file.unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
        for policy in &file.policies {
            let Err(problems) = &policy.content else {
                continue;
            };
            panic!("{problems}\n{text}");
        }
        files += 1;
        if let Some((written, statements)) = edited(&mut random, &file) {
            changed += usize::from(written != text);
            let before = other_reader(&text).unwrap();
            let after = other_reader(&written)
                .unwrap_or_else(|why| panic!("{why}\n{text}\n---\n{written}"));
            let expected = as_asked(&before, &mut statements.into_iter());
            let (after, expected) = (sorted(after), expected.map(sorted));
            assert_eq!(Some(after), expected, "{text}\n---\n{written}");
            let lost = lost_comments(&text, &written);
            assert!(lost.is_empty(), "{lost:?}\n{text}\n---\n{written}");
            let without = |text: &str| text.replace("\r\n", "").contains('\n');
            assert_eq!(written.contains("\r\n"), text.contains("\r\n"));
            assert_eq!(without(&written), without(&text));
        }
    }
    assert!(changed * 2 > files, "{changed} of {files}");
}

#[test]
fn damaged_files_are_refused_or_edited_as_asked_for() {
    const PIECES: [&str; 16] = [
        "\"", "'", "{", "}", "[", "]", "#", "- ", ": ", "\n", ",", "\u{feff}", "&a ", "*a", "  ",
        "|\n",
    ];
    for seed in 0..1_500 {
        let mut random = Random(seed, 0);
        let mut text = template(&mut random);
        for _ in 0..=random.below(2) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let place = places[random.below(places.len())];
            if random.is(2) {
                text.remove(place);
            } else {
                text.insert_str(place, random.of(&PIECES));
            }
        }
        if let Ok(file) = Template::read(&Source::from_text("template.yaml", &text)) {
            let _ = edited(&mut random, &file);
        }
    }
}

#[test]
#[ignore = "takes a folder of templates"]
fn policies_of_a_folder_are_edited() {
    let folder = PathBuf::from(std::env::var("CFN_SOURCES").unwrap());
    let target = std::env::var("CFN_EDITED").ok().map(PathBuf::from);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    let mut random = Random(1, 0);
    for path in files_below(&folder) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        if path.extension().is_some_and(|end| end == "md") {
            continue;
        }
        if !Template::is_one(&text) {
            continue;
        }
        count("templates");
        let source = Source::from_text(&path.to_string_lossy(), &text);
        let file = match Template::read(&source) {
            Ok(file) => file,
            Err(problems) => {
                println!("{}", problems.0[0].in_one_line());
                count("files that are not read");
                continue;
            }
        };
        for policy in &file.policies {
            match &policy.content {
                Ok(document) => {
                    count("read");
                    for (place, statement) in document.policy().statements.iter().enumerate() {
                        count("statements");
                        if statement.has_unknown_entries {
                            count("statements with unknown entries");
                        }
                        if let Some(reason) = document.stays_because(place) {
                            let reason = reason.split(',').next().unwrap();
                            count(&format!("statements that stay: {reason}"));
                        }
                    }
                }
                Err(problems) => {
                    println!("{}", problems.0[0].in_one_line());
                    count(&format!("refused: {}", problems.0[0].message()));
                }
            }
        }
        if let Some((written, statements)) = edited(&mut random, &file) {
            count("files edited and proved");
            let before = other_reader(&text).unwrap();
            let after = other_reader(&written).unwrap();
            let all_read = file.policies.iter().all(|policy| policy.content.is_ok());
            if all_read && statements.len() == count_actions(&before) {
                assert_eq!(
                    Some(sorted(after)),
                    as_asked(&before, &mut statements.into_iter()).map(sorted),
                    "{}",
                    path.display()
                );
                count("files compared by the other reader");
            }
            if let Some(target) = &target {
                for (kind, text) in [("before", &text), ("after", &written)] {
                    let to = target.join(kind).join(path.strip_prefix(&folder).unwrap());
                    fs::create_dir_all(to.parent().unwrap()).unwrap();
                    fs::write(to, text).unwrap();
                }
            }
        }
    }
    println!("{counts:#?}");
}

fn count_actions(node: &Node) -> usize {
    if is_other_resource(node) {
        return 0;
    }
    let inner = match node {
        Node::Text(..) => 0,
        Node::List(_, list) => list.iter().map(count_actions).sum(),
        Node::Map(_, members) => members
            .iter()
            .filter(|(key, _)| !is_called(key, "AssumeRolePolicyDocument"))
            .map(|(_, value)| count_actions(value))
            .sum(),
    };
    inner + usize::from(actions_of(node).is_some())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
