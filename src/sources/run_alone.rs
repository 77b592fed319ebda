//! Which modules that are called are run by themselves too, as root modules: by a script, a workflow or a program, or by
//! what is told in which folders it is to run Terraform. What these make then is in states of their own.

use std::path::Path;

use super::calls::Caller;
use super::file_places::FolderNames;
use super::path_words::{Bases, PathWord, Start, may_be, path_words};
use super::remarks::{RemarkKind, is_within, remarks};
use super::surroundings::{Surroundings, is_fetched, only_tells, repository, stands_in};
use super::taken::{has_word_of, is_behind};

/// What stands in a file by which something is applied, or in which it is told what is to be applied.
const APPLYING: [&str; 10] = [
    "Apply",
    "Deploy",
    "apply",
    "deploy",
    "kind: Terraform",
    "kind: Workspace",
    "project_root",
    "projects:",
    "stacks:",
    "terraformModules",
];

/// What stands in the lines of Terraform's own files in which it is told.
const TOLD_IN_BLOCKS: [&str; 3] = ["-chdir=", "project_root", "working_directory"];

/// What stands before a folder that is named by its last name alone.
const GOING_THERE: [&str; 9] = [
    "-C",
    "-chdir=",
    "cd",
    "dir:",
    "directory:",
    "directory =",
    "path:",
    "root =",
    "root:",
];

/// What only looks at a module.
const LOOKING: [&str; 9] = [
    "checkov", "docs", "fmt", "lint", "test", "tflint", "tfsec", "trivy", "validate",
];

/// Modules that are called, as far as they are no root modules that are given.
pub(super) struct RunAlone<'a> {
    surroundings: &'a Surroundings,
    /// Their real folders.
    modules: Vec<&'a Path>,
    /// What these are called, and the folders around them.
    names: FolderNames,
}

impl<'a> RunAlone<'a> {
    pub fn of(surroundings: &'a Surroundings, modules: Vec<&'a Path>) -> Self {
        let around = modules.iter().filter_map(|module| module.parent());
        let names = FolderNames::called(modules.iter().copied().chain(around));
        RunAlone {
            surroundings,
            modules,
            names,
        }
    }

    /// The places of the modules that a file of these bytes runs by themselves, each with the line.
    pub fn by(&self, path: &Path, bytes: &[u8]) -> Vec<(usize, usize)> {
        let caller = Caller::of_path(path);
        let signs: &[&str] = match caller {
            Some(Caller::Configuration) => &TOLD_IN_BLOCKS,
            Some(_) => &[],
            None => &APPLYING,
        };
        if is_binary(bytes) {
            return Vec::new();
        }
        let is_said = signs.iter().any(|sign| stands_in(bytes, sign));
        if !is_said || only_tells(path) || is_fetched(path) || !self.names.are_in(bytes) {
            return Vec::new();
        }
        let text = String::from_utf8_lossy(bytes);
        let remarks = remarks(&text, RemarkKind::of(path));
        let lines = self.names.lines_in(&text, &[]).into_iter();
        let lines = lines.filter(|line| {
            let said = &text[line.clone()];
            let is_told = caller.is_none() || signs.iter().any(|sign| said.contains(sign));
            is_told && !is_within(&remarks, line.start) && !only_looks(said)
        });
        let mut found = Vec::new();
        // Lines are counted as far as they are looked at.
        let (mut counted, mut number) = (0, 1);
        for line in lines {
            let meant = self.meant_in(path, &text[line.clone()]);
            if !meant.is_empty() {
                number += text[counted..line.start].matches('\n').count();
                counted = line.start;
            }
            found.extend(meant.into_iter().map(|module| (module, number)));
        }
        found
    }

    /// The places of the modules that a line of a file means.
    fn meant_in(&self, path: &Path, line: &str) -> Vec<usize> {
        let around = self.surroundings.around(path);
        let here: Vec<String> = around
            .map(|folder| folder.to_string_lossy().into_owned())
            .collect();
        let bases = Bases {
            module: here.first().map_or("", String::as_str),
            here: &here,
        };
        let words = path_words(line);
        let meant: Vec<Meant> = (words.iter())
            .filter_map(|word| Meant::by(word, line, &bases))
            .collect();
        let is_meant = |module: &Path| {
            meant.iter().any(|meant| meant.is(module)) || is_addressed(line, module)
        };
        let modules = self.modules.iter().enumerate();
        let meant = modules.filter(|(_, module)| is_meant(module));
        meant.map(|(place, _)| place).collect()
    }
}

/// Whether a file is no text, as git takes it: a zero byte is among its first ones.
fn is_binary(bytes: &[u8]) -> bool {
    const FIRST: usize = 8_000;
    memchr::memchr(0, &bytes[..bytes.len().min(FIRST)]).is_some()
}

/// Whether a line only looks at what it names, as a word says that is no path, and applies nothing.
fn only_looks(line: &str) -> bool {
    let said = line.split('#').next().unwrap_or_default();
    let mut words = said.split_whitespace().filter(|word| !word.contains('/'));
    let applies = ["Apply", "apply"].iter().any(|word| said.contains(word));
    !applies && words.any(|word| has_word_of(word, &LOOKING))
}

/// What a word of a line may mean: one of these paths, or, where it is not plain, what is like one.
struct Meant {
    paths: Vec<String>,
    is_plain: bool,
}

impl Meant {
    /// What a word means that is the path of a folder, or may be that and says a folder around it.
    fn by(word: &PathWord, line: &str, bases: &Bases<'_>) -> Option<Self> {
        let is_plain = word.is_plain();
        let is_said = if is_plain {
            !word.is_name() || is_behind(line, word, &GOING_THERE)
        } else {
            let is_below = word.start != Start::Unknown && word.path.contains('/');
            is_below && word.is_known_in_part()
        };
        is_said.then(|| Meant {
            paths: word.paths(bases),
            is_plain,
        })
    }

    fn is(&self, module: &Path) -> bool {
        let mut paths = self.paths.iter();
        if self.is_plain {
            paths.any(|path| Path::new(path) == module)
        } else {
            let module = module.to_string_lossy();
            paths.any(|path| may_be(path, &module))
        }
    }
}

/// Whether a line has the address of a module in its repository: `git::https://host/own.git//modules/queue`.
fn is_addressed(line: &str, module: &Path) -> bool {
    let Some(below) = repository(module).and_then(|around| module.strip_prefix(around).ok()) else {
        return false;
    };
    let below = format!("//{}", below.to_string_lossy());
    let mut places = line.match_indices(&below);
    places.any(|(at, _)| {
        let behind = &line[at + below.len()..];
        !behind.starts_with(|letter: char| letter.is_alphanumeric() || "_-/".contains(letter))
    })
}
