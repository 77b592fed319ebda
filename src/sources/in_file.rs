//! A policy that a block reads from a file of its own: whether that is the one place which reads it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::callers::{real, real_or, searched};
use super::tree::{TreeFile, read};
use super::{Tree, normal};
use crate::document::Document;
use crate::terraform::{PolicyFile, WrittenPolicy, may_begin, may_name, read_policy_file};
use crate::text::{Error, Problem, Shown, some_of};

/// What is done about a file that may serve something else too.
const OF_ITS_OWN: &str = "give this policy a file of its own, under a name that nothing else has, or use \
                          jsonencode({ … }) in its place";

/// How many of those that name a file are named.
const NAMED: usize = 5;

/// The policy in the file that a block of `file` reads, in the module in `folder`. With `complete`
/// nobody outside of the tree reads it.
///
/// # Errors
/// It is not read, or something else may read it too.
pub(super) fn document(
    tree: &Tree,
    folder: &Path,
    (file, written): (&TreeFile, &WrittenPolicy),
    policy_file: &PolicyFile,
    complete: bool,
) -> Result<Document, Problem> {
    let here = |message: String| file.source.error_at(written.range.clone(), message);
    let root;
    let base = if policy_file.is_in_module {
        folder
    } else {
        let mut roots = tree.roots.iter().filter(|root| root.has(folder));
        let (Some(only), None) = (roots.next(), roots.next()) else {
            let message =
                "the policy is in a file below the root module, and there are several of these";
            return Err(here(message.to_owned()).help(OF_ITS_OWN));
        };
        root = only.path(Path::new(""));
        &root
    };
    let named = Path::new(&policy_file.path);
    let is_below =
        (named.components()).all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_below {
        let message = format!(
            "the policy is in a file outside of its module, which others may read too: {}",
            named.shown()
        );
        return Err(here(message).help(OF_ITS_OWN));
    }
    let path = normal(&base.join(named));
    if real(&path).is_none() || real(&path) != real(base).map(|base| normal(&base.join(named))) {
        let message = format!("{} is not there, or is a link", path.shown());
        return Err(here(message).help(OF_ITS_OWN));
    }
    is_read_once(tree, file, &path, complete).map_err(|why| here(why).help(OF_ITS_OWN))?;
    let document = read(&path).and_then(|source| {
        let document = read_policy_file(source, policy_file.is_template);
        document.map_err(Error::from)
    });
    document.map_err(|error| match error {
        Error::Problems(problems) if !problems.0.is_empty() => problems.0[0].clone(),
        error => here(error.in_one_line()),
    })
}

/// Whether nothing but the one block can read a file, as far as its name tells.
fn is_read_once(tree: &Tree, file: &TreeFile, path: &Path, complete: bool) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if file.source.text().matches(name.as_ref()).count() > 1 {
        return Err(format!("{name} is named several times in this file"));
    }
    let whole = real(path).unwrap_or_else(|| path.to_owned());
    let mut others: Vec<String> = Vec::new();
    for (folder, _) in tree.folders() {
        add_links(&real_or(folder), &whole, &mut others);
    }
    let whole = whole.to_string_lossy();
    for other in tree.folders().flat_map(|(_, files)| files) {
        let shown = other.source.name().raw();
        let text = other.source.text();
        if let Some(line) = may_name(text, &whole) {
            others.push(format!("{shown}:{line}, whose path is not plain"));
        }
        if other.source.path() != file.source.path() && text.contains(name.as_ref()) {
            others.push(shown.to_owned());
        }
    }
    others.extend(given_to_downloaded(tree, path));
    let unread = tree.unread_files().into_iter();
    others.extend(unread.map(|path| format!("{}, which is not read", path.shown())));
    if !complete {
        others.extend(naming_outside(tree, path, &name));
    }
    if others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{name} may be read elsewhere too: {}",
        some_of(&others, NAMED)
    ))
}

/// Where a module of which nobody looks what it reads, since it is downloaded, is given a path that is not
/// plain and may be that of a file.
fn given_to_downloaded(tree: &Tree, path: &Path) -> Vec<String> {
    let path = path.to_string_lossy();
    let calls = tree.calls().filter(|call| !call.is_read());
    let given = calls.flat_map(|call| {
        let text = call.file.source.text();
        let arguments = call.block.arguments.iter();
        let given = arguments.filter(|given| may_begin(&text[given.range.clone()], &path));
        let name = call.file.source.name();
        let shown = given.map(|given| format!("{name}:{}, whose path is not plain", given.line));
        shown.collect::<Vec<String>>()
    });
    given.collect()
}

/// The files of the repository, beside those of the tree, that name a file.
fn naming_outside(tree: &Tree, own: &Path, name: &str) -> Vec<String> {
    let files = tree.folders().flat_map(|(_, files)| files);
    let mut known: Vec<PathBuf> = files.map(|file| file.real.clone()).collect();
    known.extend(real(own));
    let mut found = Vec::new();
    for searched in searched(tree) {
        let mut search = Search {
            own: real(own).unwrap_or_else(|| own.to_owned()),
            name: name.as_bytes(),
            known: &known,
            found: Vec::new(),
        };
        search.folder(&searched);
        let paths = search.found.iter();
        let shown = paths.map(|path| path.strip_prefix(&searched).unwrap_or(path));
        found.extend(shown.map(|path| path.shown().to_string()));
    }
    found
}

/// The links in a folder, and in those in it, that lead to a file or to a folder around it.
fn add_links(folder: &Path, own: &Path, found: &mut Vec<String>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_symlink() {
            if real(&path).is_some_and(|real| own.starts_with(real)) {
                found.push(format!("{}, a link to it", path.shown()));
            }
        } else if path.is_dir() && !is_copy(&path) {
            add_links(&path, own, found);
        }
    }
}

/// What holds no sources, or copies of them.
const NOT_SEARCHED: [&str; 4] = [".git", ".terraform", ".terragrunt-cache", "node_modules"];

fn is_copy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    NOT_SEARCHED.iter().any(|not| name == *not)
}

/// Looks for what may read a file.
struct Search<'a> {
    own: PathBuf,
    name: &'a [u8],
    /// The files that are looked at otherwise.
    known: &'a [PathBuf],
    found: Vec<PathBuf>,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return self.found.push(folder.to_owned());
        };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_symlink() {
                if real(&path).is_some_and(|real| self.own.starts_with(real)) {
                    self.found.push(path);
                }
            } else if path.is_dir() {
                if !is_copy(&path) {
                    self.folder(&path);
                }
            } else if path.is_file() && !self.known.contains(&path) && self.may_read(&path) {
                self.found.push(path);
            }
        }
    }

    /// Whether a file names it, or may name it by a path that is not plain. One that cannot be read may.
    fn may_read(&self, path: &Path) -> bool {
        /// What only writes of it.
        const PROSE: [&str; 2] = ["md", "txt"];
        const SOURCES: [&str; 3] = ["tf", "tofu", "hcl"];
        let extension = path.extension().unwrap_or_default();
        if PROSE.iter().any(|prose| extension == *prose) {
            return false;
        }
        let Ok(bytes) = fs::read(path) else {
            return true;
        };
        let is_source = SOURCES.iter().any(|source| extension == *source);
        memchr::memmem::find(&bytes, self.name).is_some()
            || is_source
                && may_name(
                    &String::from_utf8_lossy(&bytes),
                    &self.own.to_string_lossy(),
                )
                .is_some()
    }
}
