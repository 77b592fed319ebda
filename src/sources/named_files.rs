//! The files that paths and commands name, as far as these are known: in some folders, and nowhere outside of the
//! repositories of these.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::entries::{entries_or_none, to_read};
use super::surroundings::{LARGEST, real_or, repository};
use crate::terraform::PartText;

pub(super) const MOST: usize = 500;

/// What stands for what nobody knows in a text that is shown.
const UNKNOWN: char = '…';

/// The folders in which files are looked for.
pub(super) struct NamedFiles(pub Vec<PathBuf>);

/// The files that a command names.
#[derive(Default)]
pub(super) struct OfCommand {
    pub files: Vec<PathBuf>,
    /// Whether a script that it names is not found.
    pub is_missing: bool,
}

impl NamedFiles {
    /// The files at a path, or in the folder that it is. Behind what nobody knows goes on what is known where a name
    /// begins; where a folder is known, all that fits below it may be meant.
    pub fn at(&self, path: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for path in self.paths(path) {
            add_all_in(&path, &mut files);
        }
        files
    }

    /// The files that are run or deployed with a text: those that its words name, or all in the folder that it is.
    pub fn in_command(&self, text: &str) -> OfCommand {
        let is_between =
            |letter: char| letter.is_whitespace() || "\"'`=;,()<>|&{}[]".contains(letter);
        let words: Vec<&str> = text
            .split(is_between)
            .filter(|word| !word.is_empty())
            .collect();
        if let [path] = words.as_slice() {
            return OfCommand {
                is_missing: is_script(path) && self.paths(path).is_empty(),
                files: self.at(path),
            };
        }
        let mut looked_in = NamedFiles(self.0.clone());
        let mut found = OfCommand::default();
        for (place, &word) in words.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| words[before]);
            let paths = match word {
                "make" => looked_in.paths("Makefile"),
                word => looked_in.paths(word),
            };
            found.is_missing |= is_script(word) && paths.is_empty();
            let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
                paths.into_iter().partition(|path| path.is_dir());
            found.files.extend(files);
            if before == Some("cd") {
                looked_in.0.extend(folders);
            }
        }
        found
    }

    /// What is at a path, a file or a folder.
    fn paths(&self, path: &str) -> Vec<PathBuf> {
        let is_unknown = |name: &str| name.contains(UNKNOWN);
        let mut names: Vec<&str> = path.split('/').collect();
        if names.first().is_some_and(|name| is_unknown(name)) {
            names.remove(0);
        }
        let first = names.iter().position(|name| is_unknown(name));
        let last = names.iter().rposition(|name| is_unknown(name));
        let (Some(first), Some(last)) = (first, last) else {
            return self.there(&names);
        };
        let mut found = self.there(&names[last + 1..]);
        let rest = names[first..].join("/");
        let (start, rest) = rest.split_once(UNKNOWN).unwrap_or((&rest, ""));
        let end = rest.rsplit_once(UNKNOWN).map_or(rest, |(_, end)| end);
        for folder in self.there(&names[..first]) {
            let mut within = Vec::new();
            add_all_in(&folder, &mut within);
            within.retain(|path| {
                let below = path.strip_prefix(&folder).unwrap_or(path);
                let below = below.to_string_lossy();
                let rest = below.strip_prefix(start);
                rest.is_some_and(|rest| rest.ends_with(end))
            });
            found.extend(within);
        }
        found
    }

    /// What is at a path of these names.
    fn there(&self, names: &[&str]) -> Vec<PathBuf> {
        let path = names.join("/");
        let path = Path::new(&path);
        let folders = self.0.iter().filter(|_| leads_on(path));
        let paths = folders.map(|folder| (folder, folder.join(path)));
        let there = paths.filter(|(folder, path)| {
            let around = real_or(folder);
            path.exists() && real_or(path).starts_with(repository(&around).unwrap_or(&around))
        });
        there.map(|(_, path)| path).collect()
    }
}

/// Whether a path leads from where one stands to something that has a name.
fn leads_on(path: &Path) -> bool {
    let mut parts = path.components();
    let is_relative =
        |part: &Component<'_>| !matches!(part, Component::RootDir | Component::Prefix(_));
    let has_name = path.file_name().is_some();
    has_name && parts.all(|part| is_relative(&part))
}

/// Whether a word of a command is a script of the files here, as it is written.
fn is_script(word: &str) -> bool {
    const SCRIPTS: [&str; 7] = ["bash", "js", "pl", "ps1", "py", "rb", "sh"];
    let extension = Path::new(word).extension().unwrap_or_default();
    let is_path = word.starts_with("./") || word.starts_with("../");
    is_path && SCRIPTS.iter().any(|one| extension == *one)
}

/// Adds a file, or all in a folder.
fn add_all_in(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        found.push(path.to_owned());
    }
    for inner in entries_or_none(path) {
        if found.len() >= MOST {
            return;
        }
        let is_link = inner.symlink_metadata().is_ok_and(|one| one.is_symlink());
        if inner.is_file() || inner.is_dir() && !is_link {
            add_all_in(&inner, found);
        }
    }
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Option<PartText> {
    let is_small =
        fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LARGEST as u64);
    let bytes = is_small.then(|| fs::read(to_read(path)).ok()).flatten()?;
    Some(PartText::known(String::from_utf8_lossy(&bytes)))
}
