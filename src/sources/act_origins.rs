//! What comes to the blocks that do something, from wherever: with the files that are run, deployed or read.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::acts::{Act, Does};
use super::entries::{entries_or_none, to_read};
use super::evaluation::{Evaluation, Origins, Placed, Said};
use super::survey::Doing;
use crate::terraform::{Argument, PartText, Value as Plain};

/// What the arguments of acts come of.
#[derive(Default)]
pub(super) struct ActOrigins {
    by_argument: HashMap<*const Argument, Origins>,
    none: Origins,
}

impl ActOrigins {
    /// Those of all acts.
    pub fn of<'a>(evaluation: &Evaluation<'a>, doing: &[Doing<'a>]) -> Self {
        let mut found = ActOrigins::default();
        for one in doing {
            for act in one.acts.iter().filter(|act| may_say(act)) {
                let mut origins = come_of(evaluation, one.folder, one.placed, act.argument);
                add_files(evaluation, one.folder, act, &mut origins);
                let key = std::ptr::from_ref(act.argument);
                found.by_argument.insert(key, origins);
            }
        }
        found
    }

    /// Those of an argument.
    pub fn by(&self, argument: &Argument) -> &Origins {
        let found = self.by_argument.get(&std::ptr::from_ref(argument));
        found.unwrap_or(&self.none)
    }
}

/// Whether an argument may come to what has something to do with a policy or a group: it refers to something, or says
/// a word of it.
fn may_say(act: &Act<'_>) -> bool {
    const WORDS: [&str; 2] = ["polic", "group"];
    let says = |text: &Plain| match text {
        Plain::Text(text) | Plain::EndsIn(text) => {
            let text = text.to_ascii_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        }
        _ => false,
    };
    let argument = act.argument;
    let is_said = || !argument.references.is_empty() || argument.texts.iter().any(says);
    act.is_run || act.does != Does::Remark && is_said()
}

/// What an argument comes of, in all that its block stands for.
fn come_of<'a>(
    evaluation: &Evaluation<'a>,
    folder: &Path,
    placed: Placed<'a>,
    argument: &'a Argument,
) -> Origins {
    if evaluation.modules_in(folder).is_empty() {
        return Origins::spelled(folder, argument);
    }
    let file = placed.file;
    let each = evaluation.each(folder, placed);
    let each = each
        .iter()
        .map(|one| evaluation.origins(one, Said { file, argument }));
    each.fold(Origins::default(), Origins::with)
}

/// So large files are read, and so many of a folder.
const LARGEST: u64 = 1 << 20;
const MOST: usize = 500;

/// Adds what is in the files that are read for an argument, or named in what is run.
fn add_files(evaluation: &Evaluation<'_>, folder: &Path, act: &Act<'_>, origins: &mut Origins) {
    let roots = evaluation.tree.roots.iter();
    let roots: Vec<&Path> = roots.map(|root| root.folder.as_path()).collect();
    let mut paths: Vec<PathBuf> = Vec::new();
    for (folder, path) in &origins.files {
        let folders: Vec<&Path> = std::iter::once(folder.as_path())
            .chain(roots.clone())
            .collect();
        let found = path_in(&path.shown(), &folders);
        origins.has_unread |= found.is_empty();
        paths.extend(found);
    }
    if act.is_run {
        let folders: Vec<&Path> = std::iter::once(folder).chain(roots).collect();
        for text in &origins.texts {
            paths.extend(named_in(&text.shown(), &folders));
        }
    }
    paths.sort();
    paths.dedup();
    origins
        .texts
        .extend(paths.iter().filter_map(|path| read(path)));
}

/// What stands for what nobody knows in a text that is shown.
const UNKNOWN: char = '…';

/// The files that are run or deployed with a text: those that its words name, or all in the folder that it is.
fn named_in(text: &str, folders: &[&Path]) -> Vec<PathBuf> {
    let is_between = |letter: char| letter.is_whitespace() || "\"'`=;,()<>|&{}[]".contains(letter);
    let words: Vec<&str> = text
        .split(is_between)
        .filter(|word| !word.is_empty())
        .collect();
    let is_alone = words.len() == 1;
    let mut found = Vec::new();
    for path in words.into_iter().flat_map(|word| path_in(word, folders)) {
        if path.is_file() {
            found.push(path);
        } else if is_alone {
            add_all_in(&path, &mut found);
        }
    }
    found
}

/// What is at a path below one of these folders. Behind what nobody knows goes on what is known where a name begins.
fn path_in(path: &str, folders: &[&Path]) -> Vec<PathBuf> {
    let path = match path.rsplit_once(UNKNOWN) {
        Some((_, rest)) if rest.starts_with('/') => rest.trim_start_matches('/'),
        Some(_) => return Vec::new(),
        None => path,
    };
    if !is_below(Path::new(path)) {
        return Vec::new();
    }
    let paths = folders.iter().map(|folder| folder.join(path));
    paths.filter(|path| path.exists()).collect()
}

/// Whether a path leads into what it is joined to, and not to that itself.
fn is_below(path: &Path) -> bool {
    let mut names = 0;
    for part in path.components() {
        match part {
            Component::Normal(_) => names += 1,
            Component::CurDir => {}
            _ => return false,
        }
    }
    names > 0
}

fn add_all_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries_or_none(folder) {
        if found.len() >= MOST {
            return;
        }
        let is_link = path.symlink_metadata().is_ok_and(|one| one.is_symlink());
        if path.is_dir() && !is_link {
            add_all_in(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> Option<PartText> {
    let is_small = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LARGEST);
    let bytes = is_small.then(|| fs::read(to_read(path)).ok()).flatten()?;
    Some(PartText::known(String::from_utf8_lossy(&bytes)))
}
