//! What comes to the blocks that do something, from wherever: with the files that are run, deployed or read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::acts::{Act, Does};
use super::evaluation::{Evaluation, Gap, Origins, Placed, Said};
use super::named_files::{MOST, NamedFiles, read};
use super::state::has_word;
use super::survey::Doing;
use crate::terraform::{Argument, Value as Plain};

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
            let text = one.placed.file.source.text();
            for act in one.acts.iter().filter(|act| may_say(act, text)) {
                let mut origins = come_of(evaluation, one.folder, one.placed, act.argument);
                add_files(evaluation, one.folder, act, &mut origins);
                origins.look_for_policies();
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

/// Whether an argument, of a file of this text, may come to what has something to do with a policy or a group: it refers
/// to something, reads a file, or says a word of it.
fn may_say(act: &Act<'_>, text: &str) -> bool {
    const WORDS: [&str; 2] = ["polic", "group"];
    let says = |text: &Plain| match text {
        Plain::Text(text) | Plain::EndsIn(text) => {
            let text = text.to_ascii_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        }
        _ => false,
    };
    let argument = act.argument;
    let reads_a_file =
        || has_word(&argument.name, &FILES) || text[argument.range.clone()].contains("file");
    let is_said =
        || !argument.references.is_empty() || argument.texts.iter().any(says) || reads_a_file();
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

/// Adds what is in the files that are read for an argument, packed with it, or named in what is run.
fn add_files(evaluation: &Evaluation<'_>, folder: &Path, act: &Act<'_>, origins: &mut Origins) {
    let roots = evaluation.tree.roots.iter();
    let roots: Vec<PathBuf> = roots.map(|root| root.folder.clone()).collect();
    let below = |folder: &Path| NamedFiles([&[folder.to_owned()], roots.as_slice()].concat());
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut is_unread = false;
    for (folder, path) in &origins.files {
        let found = below(folder).at(&path.shown());
        // Of very many some are left out.
        is_unread |= found.is_empty() || found.len() >= MOST;
        paths.extend(found);
    }
    let name = act.argument.name.as_str();
    for text in &origins.texts {
        if act.is_run {
            let named = below(folder).in_command(&text.shown());
            let is_missing = named.is_missing && COMMANDS.contains(&name);
            is_unread |= is_missing || named.files.len() >= MOST;
            paths.extend(named.files);
        } else if has_word(name, &FILES) {
            paths.extend(below(folder).at(&text.shown()));
        }
    }
    paths.sort();
    paths.dedup();
    for path in paths {
        match read(&path) {
            Some(text) => _ = origins.texts.insert(text),
            None => is_unread = true,
        }
    }
    if is_unread {
        origins.gaps.insert(Gap::Unread);
    }
}

/// The arguments that name scripts of this machine.
const COMMANDS: [&str; 4] = ["command", "program", "script", "scripts"];

/// The words of arguments by which a file is taken as a whole.
const FILES: [&str; 3] = ["file", "filename", "source"];
