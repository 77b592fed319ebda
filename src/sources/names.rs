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
    by_folder: HashMap<PathBuf, Referring<'a>>,
}

/// The links of a folder by what they refer to.
#[derive(Debug, Default)]
struct Referring<'a> {
    /// By what they refer to, and by all that this begins with.
    within: HashMap<String, Vec<usize>>,
    /// By all of what they refer to.
    whole: HashMap<&'a str, Vec<usize>>,
    /// By what their block is repeated for, each with what it asks for of one of that.
    each: HashMap<&'a str, Vec<(usize, OfEach<'a>)>>,
}

/// What is asked for of one of those that a block is repeated for.
#[derive(Clone, Copy, Debug)]
enum OfEach<'a> {
    /// Its key.
    Key,
    /// What stands under these names in it; without any all of it.
    Value(&'a str),
}

/// What an argument refers to is called so in another place too. Each member of an object that is written there
/// has a link of its own.
#[derive(Debug)]
struct Link<'a> {
    argument: &'a Argument,
    /// What its block is repeated for, where the argument asks for that.
    each: Option<&'a Argument>,
    folder: PathBuf,
    name: String,
}

impl Names {
    /// What it is called in a folder, or what begins such a name and has it in it.
    pub fn begin(&self, folder: &Path) -> impl Iterator<Item = &str> {
        self.of(folder).map(|name| {
            let dots = if name.starts_with("module.") || name.starts_with("data.") {
                2
            } else {
                1
            };
            let end = name.match_indices('.').nth(dots);
            end.map_or(name, |(end, _)| &name[..end])
        })
    }

    /// What it is called in a folder.
    pub fn of(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let names = self.0.get(folder).into_iter().flatten();
        names.map(String::as_str)
    }

    /// Whether an argument refers to it, or to what has it in it.
    pub fn are_in(&self, folder: &Path, argument: &Argument) -> bool {
        let is_one = |reference: &String| {
            let mut names = self.of(folder);
            names.any(|name| is_of(reference, name) || is_within(name, reference))
        };
        argument.references.iter().any(is_one)
    }

    /// Whether an argument asks for one of its attributes, or with `""` for itself or what has it in it.
    pub fn are_asked_for(&self, folder: &Path, argument: &Argument, what: &[&str]) -> bool {
        let asks = |reference: &String| {
            let mut names = self.of(folder);
            names.any(|name| match reference.strip_prefix(name) {
                Some(end) => what.contains(&end),
                None => what.contains(&"") && is_within(name, reference),
            })
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
            by_folder: HashMap::new(),
        };
        for (folder, files) in tree.folders() {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            for block in blocks.filter(|block| block.kind == "locals") {
                for argument in &block.arguments {
                    let name = format!("local.{}", argument.name);
                    links.add(folder, (block, argument), (folder, name));
                }
            }
        }
        for call in tree.calls().filter(|call| call.is_read()) {
            let Some((called, _)) = &call.calls else {
                continue;
            };
            for argument in &call.block.arguments {
                let name = format!("var.{}", argument.name);
                links.add(&call.folder, (call.block, argument), (called, name));
            }
            let blocks = tree.files(called).iter();
            let blocks = blocks.flat_map(|file| &file.configuration.blocks);
            for output in blocks.filter(|block| block.kind == "output") {
                if let (Some(name), Some(value)) = (output.labels.first(), output.argument("value"))
                {
                    let name = format!("{}.{name}", call.block.address());
                    links.add(called, (output, value), (&call.folder, name));
                }
            }
        }
        links
    }

    fn add(
        &mut self,
        from: &Path,
        (block, argument): (&'a Block, &'a Argument),
        (folder, name): (&Path, String),
    ) {
        for member in &argument.members {
            let name = format!("{name}.{}", member.name);
            self.add(from, (block, member), (folder, name));
        }
        if !argument.members.is_empty() {
            return;
        }
        let link = self.all.len();
        let each = each_of(block, argument);
        let here = self.by_folder.entry(from.to_owned()).or_default();
        here.add_all(argument, link);
        match each.map(|each| (each, each.part_of.as_deref())) {
            Some((_, Some(all))) => here.add_each(all, argument, link),
            Some((each, None)) => here.add_all(each, link),
            None => {}
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
            let Some(here) = self.by_folder.get(&folder) else {
                continue;
            };
            let called = here.to(&name).into_iter().map(|link| {
                let link = &self.all[link];
                (link.folder.clone(), link.called(&name))
            });
            left.extend(called);
        }
        names
    }
}

impl Link<'_> {
    /// What is called so where the link leads that has this name where it begins: below what is given on as a whole
    /// it has the same names.
    fn called(&self, name: &str) -> String {
        let whole = self.argument.part_of.as_deref();
        match whole.filter(|whole| is_within(name, whole)) {
            // What leads to itself has no end.
            Some(whole) if name.matches('.').count() < DEEPEST => {
                format!("{}{}", self.name, &name[whole.len()..])
            }
            _ => self.name.clone(),
        }
    }
}

impl<'a> Referring<'a> {
    fn add_all(&mut self, argument: &'a Argument, link: usize) {
        for reference in &argument.references {
            self.add(reference, link);
        }
    }

    fn add(&mut self, reference: &'a str, link: usize) {
        let ends = reference.match_indices('.').map(|(at, _)| at);
        // All local values are asked for by `local` alone.
        let ends = ends.filter(|&end| &reference[..end] != ALL_LOCALS);
        for end in ends.chain([reference.len()]) {
            let links = self.within.entry(reference[..end].to_owned()).or_default();
            if links.last() != Some(&link) {
                links.push(link);
            }
        }
        self.whole.entry(reference).or_default().push(link);
    }

    /// Adds what an argument asks for of each of those that its block is repeated for.
    fn add_each(&mut self, all: &'a str, argument: &'a Argument, link: usize) {
        for reference in &argument.references {
            let of_each = match reference.strip_prefix("each.value") {
                Some(names) => OfEach::Value(names.trim_start_matches('.')),
                None if reference.starts_with("each.") => OfEach::Key,
                None => continue,
            };
            self.each.entry(all).or_default().push((link, of_each));
        }
    }

    /// The links of all that refers to what is called so, or to what has it in it.
    fn to(&self, name: &str) -> Vec<usize> {
        let of_all = self
            .within
            .get(ALL_LOCALS)
            .filter(|_| name.starts_with("local."));
        let within = self.within.get(name).into_iter().chain(of_all).flatten();
        let mut links: Vec<usize> = within.copied().collect();
        for (end, _) in name.match_indices('.') {
            links.extend(self.whole.get(&name[..end]).into_iter().flatten());
        }
        for (all, asking) in &self.each {
            let asking = asking
                .iter()
                .filter(|(_, of_each)| match name.strip_prefix(all) {
                    Some(below) => {
                        below.is_empty() || below.starts_with('.') && of_each.has(&below[1..])
                    }
                    None => is_of(all, name),
                });
            links.extend(asking.map(|(link, _)| link));
        }
        links
    }
}

impl OfEach<'_> {
    /// Whether it has in it what stands under these names in what a block is repeated for: its key, and the names
    /// in what is at that.
    fn has(self, names: &str) -> bool {
        match (self, names.split_once('.')) {
            (_, None) => true,
            (OfEach::Key, Some(_)) => false,
            (OfEach::Value(asked), Some((_, names))) => {
                asked.is_empty() || is_of(asked, names) || is_within(names, asked)
            }
        }
    }
}

/// Whether a name stands below another one, which is that of an object with it in it.
fn is_within(name: &str, around: &str) -> bool {
    let below = name.strip_prefix(around);
    below.is_some_and(|below| below.starts_with('.'))
}

/// So deep is looked into objects.
const DEEPEST: usize = 30;

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
