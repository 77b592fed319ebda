//! What is in the files that are run, deployed or read as data, as far as it is told which these are: a script that a
//! command names, a template, a chart.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::entries::{entries_or_none, to_read};
use super::evaluation::{Evaluation, Placed, Said};
use super::mentions::add_texts;
use super::survey::Doing;
use crate::terraform::{Argument, PartText, Value as Plain};

/// So large files are read, and so many of a folder.
const LARGEST: u64 = 1 << 20;
const MOST: usize = 500;

/// The texts of files that are run or deployed, by the arguments that name them.
#[derive(Default)]
pub(super) struct RunFiles {
    texts: HashMap<*const Argument, Vec<PartText>>,
    /// The arguments that take what is in files of which nobody can tell here what these say.
    unread: HashSet<*const Argument>,
}

impl RunFiles {
    /// Those of the blocks that do something, or read a file.
    pub fn of<'a>(evaluation: &Evaluation<'a>, doing: &[Doing<'a>]) -> Self {
        let mut files = RunFiles::default();
        for Doing {
            folder,
            placed,
            acts,
        } in doing
        {
            for act in acts.iter().filter(|act| act.is_run) {
                files.add(evaluation, folder, *placed, act.argument);
            }
            let is_data = |kind| placed.block.is_data(kind);
            if ["local_file", "local_sensitive_file"]
                .into_iter()
                .any(is_data)
            {
                let path = placed.block.argument("filename").into_iter();
                path.for_each(|path| files.add(evaluation, folder, *placed, path));
            }
        }
        files
    }

    fn add<'a>(
        &mut self,
        evaluation: &Evaluation<'a>,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) {
        const TAKES: [&str; 2] = ["file(", "filebase64("];
        let file = placed.file;
        let said = Said { file, argument };
        let mut texts = Vec::new();
        for one in evaluation.each(folder, placed) {
            add_texts(&evaluation.argument(&one, said), &mut texts);
        }
        let come_to = texts.iter().map(PartText::shown);
        let written = argument.texts.iter().filter_map(|text| match text {
            Plain::Text(path) => Some(path.clone()),
            Plain::EndsIn(end) => Some(format!("{UNKNOWN}{end}")),
            _ => None,
        });
        let roots = evaluation.tree.roots.iter();
        let roots = roots.map(|root| root.folder.as_path());
        let folders: Vec<&Path> = std::iter::once(folder).chain(roots).collect();
        let mut paths: Vec<PathBuf> = Vec::new();
        for text in come_to.chain(written) {
            paths.extend(named_in(&text, &folders));
        }
        paths.sort();
        paths.dedup();
        let read = paths.iter().filter_map(|path| read(path));
        let read: Vec<PartText> = read.collect();
        let letters = said.letters();
        let key = std::ptr::from_ref(argument);
        if read.is_empty() && TAKES.iter().any(|takes| letters.contains(takes)) {
            self.unread.insert(key);
        }
        if !read.is_empty() {
            self.texts.insert(key, read);
        }
    }

    /// Those of an argument.
    pub fn by(&self, argument: &Argument) -> &[PartText] {
        let found = self.texts.get(&std::ptr::from_ref(argument));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether an argument takes what is in a file that is not found.
    pub fn are_unread(&self, argument: &Argument) -> bool {
        self.unread.contains(&std::ptr::from_ref(argument))
    }
}

/// What stands for what nobody knows in a text that is shown.
const UNKNOWN: char = '…';

/// The files that a text names, below one of these folders; if the text is the path of a folder alone, all that are
/// in it.
fn named_in(text: &str, folders: &[&Path]) -> Vec<PathBuf> {
    let is_between = |letter: char| letter.is_whitespace() || "\"'`=;,()<>|&{}[]".contains(letter);
    let words: Vec<&str> = text
        .split(is_between)
        .filter(|word| !word.is_empty())
        .collect();
    let is_alone = words.len() == 1;
    let mut found = Vec::new();
    for word in words {
        // Behind what nobody knows goes on what is known where a name begins.
        let word = match word.rsplit_once(UNKNOWN) {
            Some((_, rest)) if rest.starts_with('/') => rest.trim_start_matches('/'),
            Some(_) => continue,
            None => word,
        };
        let path = Path::new(word);
        if word.is_empty() || !is_below(path) {
            continue;
        }
        for folder in folders {
            let path = folder.join(path);
            if path.is_file() {
                found.push(path);
            } else if is_alone && path.is_dir() {
                add_all_in(&path, &mut found);
            }
        }
    }
    found
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
    let is_small = fs::metadata(path).is_ok_and(|file| file.len() <= LARGEST);
    let bytes = is_small.then(|| fs::read(to_read(path)).ok()).flatten()?;
    Some(PartText::known(String::from_utf8_lossy(&bytes)))
}
