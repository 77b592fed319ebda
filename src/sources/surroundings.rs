//! What lies around a tree: the files of its repositories and of its own folders, found in one walk.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Tree;
use super::entries::to_read;
use crate::store::is_unfinished;
use crate::text::Shown;

/// All that lies in folders, those in them too, but for the files that a run of this program left which was
/// killed. No link is followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    /// The folders that were searched, none of them within another.
    searched: BTreeSet<PathBuf>,
    pub files: Vec<PathBuf>,
    /// The links, each with what it leads to.
    pub links: Vec<(PathBuf, PathBuf)>,
    /// The folders that cannot be read.
    pub unreadable: Vec<PathBuf>,
}

/// Larger files, in bytes, are not looked through for what is run or named in them.
pub(super) const LARGEST: usize = 1 << 20;

/// What holds copies of modules, and nothing of its own.
const NOT_SEARCHED: [&str; 3] = [".git", ".terraform", ".terragrunt-cache"];

impl Surroundings {
    /// Goes through the folders of a tree, and through the repositories of its root modules.
    pub fn of(tree: &Tree) -> Self {
        let own_folders = tree.folders().filter_map(|(folder, _)| real(folder));
        let mut searched: BTreeSet<PathBuf> = own_folders.collect();
        searched.extend(repositories(tree));
        Surroundings::in_folders(&searched)
    }

    /// Goes through folders, which may be within each other.
    pub fn in_folders(searched: &BTreeSet<PathBuf>) -> Self {
        let is_within = |one: &PathBuf| {
            let mut around = one.ancestors().skip(1);
            around.any(|around| searched.contains(around))
        };
        let mut surroundings = Surroundings::default();
        for folder in searched.iter().filter(|one| !is_within(one)) {
            surroundings.walk(folder);
            surroundings.searched.insert(folder.clone());
        }
        surroundings
    }

    fn walk(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return self.unreadable.push(folder.to_owned());
        };
        let entries = entries.filter_map(Result::ok);
        for entry in entries.filter(|entry| !is_unfinished(entry)) {
            let path = entry.path();
            match entry.file_type() {
                // A link to a folder could lead back here.
                Ok(kind) if kind.is_symlink() => {
                    let to = fs::canonicalize(&path);
                    self.links.extend(to.ok().map(|to| (path, to)));
                }
                Ok(kind) if kind.is_dir() => {
                    let name = entry.file_name();
                    if !NOT_SEARCHED.iter().any(|not| name == OsStr::new(not)) {
                        self.walk(&path);
                    }
                }
                Ok(kind) if kind.is_file() => self.files.push(path),
                _ => {}
            }
        }
    }

    /// The folders around a file or folder, from the nearest on, as far as these were searched.
    pub fn around<'p>(&'p self, path: &'p Path) -> impl Iterator<Item = &'p Path> {
        let around = path.ancestors().skip(1);
        around.take_while(|around| {
            let mut searched = self.searched.iter();
            searched.any(|searched| around.starts_with(searched))
        })
    }

    /// The folders around one below where the search began.
    pub fn above<'p>(&'p self, path: &'p Path) -> impl Iterator<Item = &'p Path> {
        let around = self.around(path);
        around.filter(|around| !self.searched.contains(*around))
    }

    /// How messages call a file or folder of them: by its path from where the search began.
    pub fn shown(&self, path: &Path) -> String {
        let mut searched = self.searched.iter();
        let below = searched.find_map(|searched| path.strip_prefix(searched).ok());
        below.unwrap_or(path).shown().raw().to_owned()
    }
}

/// What only writes of files, or keeps what was written of them.
const PROSE: [&str; 11] = [
    "adoc", "baseline", "diff", "lock", "log", "md", "mdx", "patch", "rst", "sarif", "txt",
];

/// What only lists them: by their owners, for whom they are of interest, or those that a program leaves alone.
const LISTS: [&str; 15] = [
    ".checkov.yaml",
    ".checkov.yml",
    ".cspell.json",
    ".editorconfig",
    ".gitattributes",
    ".mergify.yml",
    ".pre-commit-config.yaml",
    ".secrets.baseline",
    "CODEOWNERS",
    "cspell.json",
    "cspell.yaml",
    "dependabot.yml",
    "labeler.yml",
    "renovate.json",
    "sonar-project.properties",
];

/// Whether a file is of a package that was fetched.
pub(super) fn is_fetched(path: &Path) -> bool {
    path.iter().any(|part| part == "node_modules")
}

/// Whether a file only tells of others, as its name says.
pub(super) fn only_tells(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default();
    LISTS.contains(&name.as_ref())
        || path.ends_with(".vscode/settings.json")
        || name.starts_with('.') && name.ends_with("ignore")
        || PROSE.iter().any(|prose| extension == *prose)
}

/// Whether a file is a page that shows what is written in it, and runs nothing: nor is it a template, whatever makes a
/// page of it.
pub(super) fn only_shows(path: &Path, bytes: &[u8]) -> bool {
    const RUNNING: [&str; 13] = [
        "#{",
        "${",
        "%{",
        "<!--#",
        "<%",
        "<?",
        "<script",
        "fetch(",
        "hx-",
        "javascript:",
        " th:",
        "{%",
        "{{",
    ];
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    if extension != "html" && extension != "htm" {
        return false;
    }
    let page = bytes.to_ascii_lowercase();
    !RUNNING.iter().any(|sign| stands_in(&page, sign)) && !calls_something(&page)
}

/// Whether a page says what is done at an event (`onclick=`), or calls something of a template (`@include(`).
fn calls_something(page: &[u8]) -> bool {
    const LONGEST: usize = 40;
    let is_in_name = |letter: &&u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'_');
    let name_behind = |at: usize| {
        let name = page[at..].iter().take(LONGEST).take_while(is_in_name);
        name.count()
    };
    let mut calls = memchr::memchr_iter(b'@', page).map(|at| at + 1);
    let mut events = memchr::memmem::find_iter(page, "on").filter(|at| {
        let before = at.checked_sub(1).map(|before| page[before]);
        before.is_some_and(|before| before.is_ascii_whitespace() || b"\"'".contains(&before))
    });
    calls
        .any(|at| matches!(name_behind(at), name if name > 0 && page.get(at + name) == Some(&b'(')))
        || events.any(|at| page.get(at + name_behind(at)) == Some(&b'='))
}

/// The repositories that the root modules of a tree are in.
pub(super) fn repositories(tree: &Tree) -> BTreeSet<PathBuf> {
    let roots = tree.roots.iter().filter_map(|root| real(&root.folder));
    let repositories = roots.filter_map(|root| repository(&root).map(Path::to_owned));
    repositories.collect()
}

/// The repository that a folder is in; of a repository within another one the outer one.
pub fn repository(folder: &Path) -> Option<&Path> {
    let mut around = folder
        .ancestors()
        .filter(|folder| folder.join(".git").exists());
    let inner = around.next()?;
    // A file called so is that of a submodule, or of another work tree.
    let is_within = inner.join(".git").is_file();
    Some(if is_within {
        around.last().unwrap_or(inner)
    } else {
        inner
    })
}

/// The path of a folder or file with all links followed.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(to_read(path)).ok()
}

/// Whether a word stands in bytes, alone or within another one.
pub(super) fn stands_in(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

pub(super) fn real_or(path: &Path) -> PathBuf {
    real(path).unwrap_or_else(|| path.to_owned())
}
