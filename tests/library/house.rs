//! The rooms of the house: a folder of `src` knows only those above it in the table that `lib.rs`
//! begins with, and what only one room may do stands nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

/// What a single room may name: the words, the room, and the files elsewhere that still do.
const RESERVED: &[(&[&str], &str, &[&str])] = &[
    (
        &[
            "fs::write",
            "fs::create_dir",
            "fs::rename",
            "fs::copy",
            "fs::hard_link",
            "set_permissions",
            "fs::remove",
            "File::create",
            "OpenOptions",
            "DirBuilder",
            "tempfile::",
        ],
        "store",
        &[],
    ),
    (&["clap::", "clap_complete::", "clap_mangen::"], "cli", &[]),
    (&["ratatui::", "tui_tree_widget::"], "tui", &[]),
    (&["ureq::"], "cli", &[]),
    // What a path has of lines and hidden characters is spelled out: `Shown::shown`.
    (&[".display()"], "text", &[]),
    // What is printed goes through `cli/speak.rs`.
    (
        &["stdout()", "io::stderr", "println!", "print!"],
        "tui",
        &["cli/speak.rs"],
    ),
];

#[test]
fn the_table_lists_every_room_once() {
    let mut listed = rooms();
    listed.sort();
    let folders = fs::read_dir("src").expect("src is read");
    let mut folders: Vec<String> = folders
        .map(|entry| entry.expect("an entry of src").path())
        .filter(|path| path.is_dir())
        .map(|path| file_name(&path))
        .collect();
    folders.sort();
    assert_eq!(listed, folders);
}

#[test]
fn a_room_knows_only_those_above_it() {
    let rooms = rooms();
    let place = |room: &str| rooms.iter().position(|listed| listed == room);
    let mut upward = Vec::new();
    for file in sources() {
        let own = place(&file.room);
        for named in file.rooms_named() {
            match place(&named) {
                Some(at) if Some(at) <= own => {}
                Some(_) => upward.push(format!("{} -> {named}", file.path)),
                None => upward.push(format!("{} -> {named}, which is no room", file.path)),
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn what_one_room_does_stands_in_no_other() {
    let mut strayed = Vec::new();
    for (words, room, exceptions) in RESERVED {
        let mut used: Vec<&str> = Vec::new();
        for file in sources().iter().filter(|file| file.room != *room) {
            let named = words.iter().find(|word| file.code.contains(**word));
            match (named, exceptions.iter().find(|path| file.path == **path)) {
                (Some(_), Some(exception)) => used.push(exception),
                (Some(word), None) => strayed.push(format!("{} names {word}", file.path)),
                (None, _) => {}
            }
        }
        let gone = exceptions.iter().filter(|path| !used.contains(*path));
        strayed.extend(gone.map(|path| format!("{path} is no exception any more")));
    }
    assert!(strayed.is_empty(), "{strayed:#?}");
}

/// What the proof may know of what it judges: the words for what was asked and claimed, and none of what works out
/// the answer.
const KNOWN_TO_PROOF: [&str; 6] = [
    "Claim",
    "Curation",
    "Fate",
    "Keep",
    "MarkKind",
    "Replacement",
];

#[test]
fn the_proof_shares_nothing_with_the_trie_and_the_plan() {
    let proof = sources().into_iter().filter(|file| file.room == "proof");
    let known: Vec<String> = proof.flat_map(|file| file.named_of("refine")).collect();
    assert!(known.iter().any(|name| name == "Claim"), "{known:?}");
    let others: Vec<&String> = (known.iter())
        .filter(|name| !KNOWN_TO_PROOF.contains(&name.as_str()))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn an_arrow_upward_is_seen() {
    let code = code_of(
        "//! crate::tui\nuse crate::{cli::Exit, iam::Action};\nlet a = \"crate::refine\";\n\
         crate::proof::prove();\n#[cfg(test)]\nmod tests { use crate::review::Review; }\n",
    );
    let file = SourceFile {
        path: "text/planted.rs".to_owned(),
        room: "text".to_owned(),
        code,
    };
    assert_eq!(file.rooms_named(), ["cli", "iam", "proof"]);
    assert_eq!(file.named_of("proof"), ["prove"]);
}

/// A file of `src` without comments, strings and unit tests.
struct SourceFile {
    path: String,
    room: String,
    code: String,
}

impl SourceFile {
    /// The rooms behind `crate::`, a brace of several among them.
    fn rooms_named(&self) -> Vec<String> {
        let mut named = Vec::new();
        for (at, root) in self.code.match_indices("crate::") {
            let rest = &self.code[at + root.len()..];
            match rest.strip_prefix('{') {
                None => named.push(first_word(rest)),
                Some(list) => named.extend(first_words(list)),
            }
        }
        named
    }

    /// What is named of a room: the words behind `crate::room::`.
    fn named_of(&self, room: &str) -> Vec<String> {
        let path = format!("crate::{room}::");
        let uses = self.code.match_indices(&path);
        let named = uses.flat_map(|(at, path)| {
            let rest = &self.code[at + path.len()..];
            let list = rest.strip_prefix('{');
            list.map_or_else(|| vec![first_word(rest)], first_words)
        });
        named.collect()
    }
}

/// The first word of each path in a brace that `list` begins in.
fn first_words(list: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut depth, mut expects) = (0, true);
    for (at, letter) in list.char_indices() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            letter if expects && !letter.is_whitespace() => {
                words.push(first_word(&list[at..]));
                expects = false;
            }
            _ => {}
        }
    }
    words
}

fn first_word(text: &str) -> String {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    text.chars().take_while(is_part).collect()
}

/// The rooms in the order of the table in `lib.rs`.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").expect("lib.rs is read");
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | [`"));
    rows.map(first_word).collect()
}

fn sources() -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of src is read") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.extend(source(&path));
            }
        }
    }
    files
}

/// A file in a room; none for those that stand in none.
fn source(path: &Path) -> Option<SourceFile> {
    let inside = path.strip_prefix("src").expect("a path in src");
    let room = inside.parent()?.components().next()?;
    let text = fs::read_to_string(path).expect("a source is read");
    Some(SourceFile {
        path: inside.to_string_lossy().replace('\\', "/"),
        room: room.as_os_str().to_string_lossy().into_owned(),
        code: code_of(&text),
    })
}

/// `text` without comments, strings and the unit tests at its end.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let mut code = String::new();
    for line in text.lines() {
        let mut in_string = false;
        let mut before = ' ';
        for (at, letter) in line.char_indices() {
            match letter {
                '"' if before != '\\' && !line[at..].starts_with("\"'") => in_string = !in_string,
                '/' if !in_string && line[at..].starts_with("//") => break,
                _ if !in_string => code.push(letter),
                _ => {}
            }
            before = letter;
        }
        code.push('\n');
    }
    code
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().expect("a name");
    name.to_string_lossy().into_owned()
}
