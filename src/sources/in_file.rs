//! A policy that a block reads from a file of its own: whether that is the one place which reads it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::callers::{real, repository};
use super::tree::{TreeFile, read};
use super::{Tree, normal};
use crate::document::Document;
use crate::terraform::{PolicyFile, WrittenPolicy, read_policy_file, reads_any_file};
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
    let root = tree.path(Path::new(""));
    let base = if policy_file.is_in_module {
        folder
    } else {
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
    let mut others: Vec<String> = Vec::new();
    for other in tree.folders().flat_map(|(_, files)| files) {
        let shown = other.source.name().raw();
        let text = other.source.text();
        if let Some(line) = reads_any_file(text) {
            others.push(format!("{shown}:{line}, whose path is not plain"));
        }
        if other.source.path() != file.source.path() && text.contains(name.as_ref()) {
            others.push(shown.to_owned());
        }
    }
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

/// The files of the repository, beside those of the tree, that name a file.
fn naming_outside(tree: &Tree, own: &Path, name: &str) -> Vec<String> {
    let Some(root) = real(&tree.root) else {
        return Vec::new();
    };
    let searched = repository(&root).unwrap_or(&root);
    let files = tree.folders().flat_map(|(_, files)| files);
    let mut known: Vec<PathBuf> = files.map(|file| file.real.clone()).collect();
    known.extend(real(own));
    let mut found = Vec::new();
    add_naming(searched, name.as_bytes(), &known, &mut found);
    let shown = (found.iter()).map(|path| path.strip_prefix(searched).unwrap_or(path));
    shown.map(|path| path.shown().to_string()).collect()
}

/// What holds no sources, or copies of them.
const NOT_SEARCHED: [&str; 4] = [".git", ".terraform", ".terragrunt-cache", "node_modules"];

fn add_naming(folder: &Path, name: &[u8], known: &[PathBuf], found: &mut Vec<PathBuf>) {
    const SOURCES: [&str; 6] = ["tf", "tofu", "json", "hcl", "tpl", "tftpl"];
    let Ok(entries) = fs::read_dir(folder) else {
        return found.push(folder.to_owned());
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let own_name = path.file_name().unwrap_or_default();
        if path.is_symlink() || NOT_SEARCHED.iter().any(|not| own_name == *not) {
            continue;
        }
        if path.is_dir() {
            add_naming(&path, name, known, found);
            continue;
        }
        let extension = path.extension().unwrap_or_default();
        if !path.is_file() || !SOURCES.iter().any(|source| extension == *source) {
            continue;
        }
        let names_it = |bytes: Vec<u8>| memchr::memmem::find(&bytes, name).is_some();
        if !known.contains(&path) && fs::read(&path).map_or(true, names_it) {
            found.push(path);
        }
    }
}
