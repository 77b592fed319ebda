//! What something is called in each folder of a tree, as it is given on: by local values, and by the arguments and
//! outputs of modules.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::Module;
use super::evaluation::{Evaluation, Said, Value};
use super::references::is_of;
use super::tree::{Call, Tree, TreeFile};
use crate::terraform::{Argument, Block};

/// What something is called in each folder.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<PathBuf, BTreeSet<String>>);

/// All that is given on in a tree.
pub(super) struct Links<'a> {
    all: Vec<Link<'a>>,
    /// The links by what they refer to in each folder, and by all that this begins with.
    by_reference: HashMap<PathBuf, HashMap<String, Vec<usize>>>,
}

/// What an argument refers to is called so in another place too.
struct Link<'a> {
    said: Said<'a>,
    /// What its block is repeated for, where the argument asks for that.
    each: Option<&'a Argument>,
    /// The folder that it stands in.
    from: PathBuf,
    /// The module that it is given to by a call, in another one; none of a local value or an output.
    given: Option<(Module<'a>, &'a str)>,
    /// Where it is called so, and how.
    to: (PathBuf, String),
    /// What it comes to.
    values: OnceCell<Vec<Value<'a>>>,
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
            for (file, block) in blocks_of(files, "locals") {
                for argument in &block.arguments {
                    let to = (folder.to_owned(), format!("local.{}", argument.name));
                    links.add(Link::of(folder, Said { file, argument }, to));
                }
            }
        }
        for call in tree.calls().filter(Call::is_read) {
            links.add_call(tree, &call);
        }
        links
    }

    /// Adds what a call gives to a module, and what that gives back.
    fn add_call(&mut self, tree: &'a Tree, call: &Call<'a>) {
        let (Some((called, _)), Some(name)) = (&call.calls, call.block.labels.first()) else {
            return;
        };
        let file = call.file;
        for argument in &call.block.arguments {
            let to = (called.clone(), format!("var.{}", argument.name));
            self.add(Link {
                each: each_of(call.block, argument),
                given: Some((call.module, name)),
                ..Link::of(&call.folder, Said { file, argument }, to)
            });
        }
        for (file, output) in blocks_of(tree.files(called), "output") {
            if let (Some(name), Some(argument)) = (output.labels.first(), output.argument("value"))
            {
                let name = format!("{}.{name}", call.block.address());
                let to = (call.folder.clone(), name);
                self.add(Link::of(called, Said { file, argument }, to));
            }
        }
    }

    fn add(&mut self, link: Link<'a>) {
        let place = self.all.len();
        let here = self.by_reference.entry(link.from.clone()).or_default();
        for reference in link.arguments().flat_map(|argument| &argument.references) {
            let ends = reference.match_indices('.').map(|(at, _)| at);
            // All local values are asked for by `local` alone.
            let ends = ends.filter(|&end| &reference[..end] != ALL_LOCALS);
            for end in ends.chain([reference.len()]) {
                let links = here.entry(reference[..end].to_owned()).or_default();
                if links.last() != Some(&place) {
                    links.push(place);
                }
            }
        }
        self.all.push(link);
    }

    /// What something is called that is called so to `begin` with, and wherever an argument says it. What comes to a
    /// value that is none which `may_be` it, is not called so.
    pub fn names(
        &self,
        evaluation: &Evaluation<'a>,
        begin: Vec<(PathBuf, String)>,
        says: impl Fn(&Argument) -> bool,
        may_be: impl Fn(&Value<'a>) -> bool,
    ) -> Names {
        let mut names = Names::default();
        let mut left = begin;
        let saying = self.all.iter().filter(|link| link.arguments().any(&says));
        left.extend(saying.map(|link| link.to.clone()));
        while let Some((folder, name)) = left.pop() {
            if !names.add(&folder, &name) {
                continue;
            }
            let Some(here) = self.by_reference.get(&folder) else {
                continue;
            };
            let of_all = here.get(ALL_LOCALS).filter(|_| name.starts_with("local."));
            let links = here.get(&name).into_iter().chain(of_all).flatten();
            let links = links.map(|&link| &self.all[link]);
            let links = links.filter(|link| link.may_be(evaluation, &may_be));
            left.extend(links.map(|link| link.to.clone()));
        }
        names
    }
}

impl<'a> Link<'a> {
    fn of(from: &Path, said: Said<'a>, to: (PathBuf, String)) -> Self {
        Link {
            said,
            each: None,
            from: from.to_owned(),
            given: None,
            to,
            values: OnceCell::new(),
        }
    }

    fn arguments(&self) -> impl Iterator<Item = &'a Argument> + use<'a> {
        std::iter::once(self.said.argument).chain(self.each)
    }

    /// Whether one of the values that it comes to may be something, or it comes to none.
    fn may_be(&self, evaluation: &Evaluation<'a>, may_be: &impl Fn(&Value<'a>) -> bool) -> bool {
        let values = self.values.get_or_init(|| match self.given {
            None => evaluation.in_folder(&self.from, self.said),
            Some((around, name)) => {
                let around = evaluation.modules(around);
                let called = around.each().map(|around| evaluation.called(around, name));
                let given = called.flat_map(|called| {
                    let given = called.each().map(|once| evaluation.given(once, self.said));
                    given.collect::<Vec<_>>()
                });
                given.collect()
            }
        });
        values.is_empty() || values.iter().any(may_be)
    }
}

/// The blocks of a kind in some files.
fn blocks_of<'a>(
    files: &'a [TreeFile],
    kind: &str,
) -> impl Iterator<Item = (&'a TreeFile, &'a Block)> {
    files.iter().flat_map(move |file| {
        let blocks = file.configuration.blocks.iter();
        blocks
            .filter(move |block| block.kind == kind)
            .map(move |block| (file, block))
    })
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
