//! What lies around a tree: the files of its repositories and of its own folders, found in one walk.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Tree;
use super::entries::to_read;
use crate::text::Shown;

/// All that lies in folders, those in them too. No link is followed.
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

/// What holds copies of modules, and nothing of its own.
const NOT_SEARCHED: [&str; 3] = [".git", ".terraform", ".terragrunt-cache"];

impl Surroundings {
    /// Goes through the folders of a tree, and, unless there is nothing else, through the repositories of its
    /// root modules.
    pub fn of(tree: &Tree, is_all: bool) -> Self {
        let own_folders = tree.folders().filter_map(|(folder, _)| real(folder));
        let mut searched: BTreeSet<PathBuf> = own_folders.collect();
        if !is_all {
            searched.extend(repositories(tree));
        }
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
        for entry in entries.filter_map(Result::ok) {
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

    /// How messages call a file or folder of them: by its path from where the search began.
    pub fn shown(&self, path: &Path) -> String {
        let mut searched = self.searched.iter();
        let below = searched.find_map(|searched| path.strip_prefix(searched).ok());
        below.unwrap_or(path).shown().raw().to_owned()
    }
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

pub(super) fn real_or(path: &Path) -> PathBuf {
    real(path).unwrap_or_else(|| path.to_owned())
}
