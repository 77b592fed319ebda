//! What something is called in each folder of a tree, as it is given on: by local values, and by the arguments and
//! outputs of modules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::references::is_of;
use super::tree::Tree;
use crate::terraform::{Argument, Block};

/// What something is called in each folder.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<PathBuf, BTreeSet<String>>);

/// All that is given on in a tree.
#[derive(Debug)]
pub(super) struct Links<'a> {
    all: Vec<Link<'a>>,
    /// The links by what they refer to in each folder, and by all that this begins with.
    by_reference: HashMap<PathBuf, HashMap<String, Vec<usize>>>,
}

/// What an argument refers to is called so in another place too.
#[derive(Debug)]
struct Link<'a> {
    argument: &'a Argument,
    /// What its block is repeated for, where the argument asks for that.
    each: Option<&'a Argument>,
    folder: PathBuf,
    name: String,
}

impl Names {
    /// What it is called in a folder.
    pub fn of(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let names = self.0.get(folder).into_iter().flatten();
        names.map(String::as_str)
    }

    /// Whether an argument refers to it.
    pub fn are_in(&self, folder: &Path, argument: &Argument) -> bool {
        let is_one = |reference: &String| self.of(folder).any(|name| is_of(reference, name));
        argument.references.iter().any(is_one)
    }

    /// Whether an argument asks for one of its attributes, or with `""` for itself.
    pub fn are_asked_for(&self, folder: &Path, argument: &Argument, what: &[&str]) -> bool {
        let asks = |reference: &String| {
            let names = self.of(folder);
            let mut ends = names.filter_map(|name| reference.strip_prefix(name));
            ends.any(|end| what.contains(&end))
        };
        argument.references.iter().any(asks)
    }

    fn add(&mut self, folder: &Path, name: &str) -> bool {
        let names = self.0.entry(folder.to_owned()).or_default();
        names.insert(name.to_owned())
    }
}

impl<'a> Links<'a> {
    /// Those of a tree.
    pub fn of(tree: &'a Tree) -> Self {
        let mut links = Links {
            all: Vec::new(),
            by_reference: HashMap::new(),
        };
        for (folder, files) in tree.folders() {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            let locals = blocks.filter(|block| block.kind == "locals");
            for argument in locals.flat_map(|block| &block.arguments) {
                let name = format!("local.{}", argument.name);
                links.add(folder, (argument, None), (folder, name));
            }
        }
        for call in tree.calls().filter(|call| call.is_read()) {
            let Some((called, _)) = &call.calls else {
                continue;
            };
            for argument in &call.block.arguments {
                let name = format!("var.{}", argument.name);
                let each = each_of(call.block, argument);
                links.add(&call.folder, (argument, each), (called, name));
            }
            let blocks = tree.files(called).iter();
            let blocks = blocks.flat_map(|file| &file.configuration.blocks);
            for output in blocks.filter(|block| block.kind == "output") {
                if let (Some(name), Some(value)) = (output.labels.first(), output.argument("value"))
                {
                    let name = format!("{}.{name}", call.block.address());
                    links.add(called, (value, None), (&call.folder, name));
                }
            }
        }
        links
    }

    fn add(
        &mut self,
        from: &Path,
        (argument, each): (&'a Argument, Option<&'a Argument>),
        (folder, name): (&Path, String),
    ) {
        let link = self.all.len();
        let here = self.by_reference.entry(from.to_owned()).or_default();
        let arguments = std::iter::once(argument).chain(each);
        for reference in arguments.flat_map(|argument| &argument.references) {
            let ends = reference.match_indices('.').map(|(at, _)| at);
            // All local values are asked for by `local` alone.
            let ends = ends.filter(|&end| &reference[..end] != ALL_LOCALS);
            for end in ends.chain([reference.len()]) {
                let links = here.entry(reference[..end].to_owned()).or_default();
                if links.last() != Some(&link) {
                    links.push(link);
                }
            }
        }
        self.all.push(Link {
            argument,
            each,
            folder: folder.to_owned(),
            name,
        });
    }

    /// What something is called that is called so to `begin` with, and wherever an argument says it.
    pub fn names(&self, begin: Vec<(PathBuf, String)>, says: impl Fn(&Argument) -> bool) -> Names {
        let mut names = Names::default();
        let mut left = begin;
        let saying = self.all.iter().filter(|link| {
            let mut arguments = std::iter::once(link.argument).chain(link.each);
            arguments.any(&says)
        });
        left.extend(saying.map(|link| (link.folder.clone(), link.name.clone())));
        while let Some((folder, name)) = left.pop() {
            if !names.add(&folder, &name) {
                continue;
            }
            let Some(here) = self.by_reference.get(&folder) else {
                continue;
            };
            let of_all = here.get(ALL_LOCALS).filter(|_| name.starts_with("local."));
            let links = here.get(&name).into_iter().chain(of_all).flatten();
            left.extend(links.map(|&link| {
                let link = &self.all[link];
                (link.folder.clone(), link.name.clone())
            }));
        }
        names
    }
}

/// What refers to each local value of a folder.
const ALL_LOCALS: &str = "local";

/// An argument, and what its block is repeated for where it asks for that.
pub(super) fn with_each<'b>(
    block: &'b Block,
    argument: &'b Argument,
) -> impl Iterator<Item = &'b Argument> {
    std::iter::once(argument).chain(each_of(block, argument))
}

fn each_of<'b>(block: &'b Block, argument: &Argument) -> Option<&'b Argument> {
    let mut references = argument.references.iter();
    let asks = references.any(|reference| reference.starts_with("each."));
    block.argument("for_each").filter(|_| asks)
}

/// Whether letters stand in a text where no name begins before them or goes on behind them.
pub(super) fn is_word_of(text: &str, letters: &str) -> bool {
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let mut places = text.match_indices(letters);
    places.any(|(at, _)| {
        !text[..at].ends_with(is_in_name) && !text[at + letters.len()..].starts_with(is_in_name)
    })
}
