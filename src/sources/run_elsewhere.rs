//! What shows in a repository that a root module is run with several states: a script or a workflow that chooses a
//! workspace, or completes the backend.

use std::fs;
use std::path::{Path, PathBuf};

use super::entries::to_read;
use super::names::is_word_of;
use super::surroundings::{LARGEST, Surroundings, real, repository};
use super::{Root, Tree};
use crate::text::{Problem, Source};

/// What chooses a state, each with how that is told.
const CHOOSING: [(&str, &str); 5] = [
    ("workspace select", "a workspace is selected here"),
    ("workspace new", "a workspace is made here"),
    ("TF_WORKSPACE", "a workspace is selected here"),
    ("-backend-config", "the backend is completed here"),
    ("workspace:", "projects have workspaces here"),
];

/// The files that say what is run for which folder, where a workspace is a word of theirs.
const PROJECTS: [&str; 4] = ["atlantis.yaml", "config.yml", "digger.yml", "terrateam.yml"];

/// Why root modules may have several states, by what runs them.
pub(super) fn run_with_several(tree: &Tree, help: &str) -> Vec<Problem> {
    let surroundings = Surroundings::of(tree);
    let scripts = surroundings.files.iter().filter(|path| runs(path));
    let mut reasons = Vec::new();
    for path in scripts {
        let is_short = fs::metadata(path).is_ok_and(|file| file.len() <= LARGEST as u64);
        let text = is_short.then(|| fs::read_to_string(to_read(path)).ok());
        let Some(text) = text.flatten() else {
            continue;
        };
        let choosing = CHOOSING.iter().find_map(|(words, what)| {
            let is_meant = *words != "workspace:" || is_of_projects(path);
            Some((text.find(words).filter(|_| is_meant)?, *what))
        });
        let Some((at, what)) = choosing else {
            continue;
        };
        if tree.roots.iter().any(|root| is_about(root, path, &text)) {
            let source = Source::from_text(&surroundings.shown(path), &text);
            let message = format!("{what}, so it may have several states");
            reasons.push(source.error_at(at..at + 1, message).help(help.to_owned()));
        }
    }
    reasons
}

/// Whether a file runs something, or says what is run.
fn runs(path: &Path) -> bool {
    const ENDINGS: [&str; 5] = ["bash", "mk", "sh", "yaml", "yml"];
    const NAMES: [&str; 4] = ["GNUmakefile", "Justfile", "Makefile", "makefile"];
    let extension = path.extension().unwrap_or_default();
    let name = path.file_name().unwrap_or_default();
    ENDINGS.iter().any(|one| extension == *one) || NAMES.iter().any(|one| name == *one)
}

fn is_of_projects(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    PROJECTS.iter().any(|one| name == *one)
}

/// Whether a file that runs something is about a root module: it lies in its folder, or names that.
fn is_about(root: &Root, path: &Path, text: &str) -> bool {
    let Some(folder) = real(&root.folder) else {
        return false;
    };
    let below = repository(&folder).and_then(|around| folder.strip_prefix(around).ok());
    let below: Option<PathBuf> = below.map(Path::to_owned);
    path.starts_with(&folder)
        || below.is_some_and(|below| {
            let below = below.to_string_lossy();
            below.is_empty() || is_word_of(text, &below)
        })
}
