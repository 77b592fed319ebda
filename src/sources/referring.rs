//! The blocks of each folder of a tree by what they are called and what they refer to, so that not all of them
//! are looked at for each policy.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::files::TreeFile;
use super::references::ALL;
use super::tree::Tree;
use crate::terraform::Block;

/// The blocks of a tree by what they refer to.
pub(super) struct Referring<'a>(HashMap<PathBuf, InFolder<'a>>);

/// Those of a folder, in its order.
#[derive(Default)]
struct InFolder<'a> {
    blocks: Vec<(&'a TreeFile, &'a Block)>,
    /// Their places, by their addresses.
    called: HashMap<String, Vec<usize>>,
    /// By all that they refer to.
    whole: HashMap<&'a str, Vec<usize>>,
    /// By all that this begins with, up to a dot or its end.
    begins: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Referring<'a> {
    /// Those of a tree.
    pub fn of(tree: &'a Tree) -> Self {
        let folders = tree.read_folders().map(|(folder, files)| {
            let mut found = InFolder::default();
            for file in files {
                for block in &file.configuration.blocks {
                    found.add(file, block);
                }
            }
            (folder.to_owned(), found)
        });
        Referring(folders.collect())
    }

    /// The blocks of a folder that may refer to something at one of these addresses or below it.
    pub fn to<'n>(
        &self,
        folder: &Path,
        addresses: impl IntoIterator<Item = &'n str>,
    ) -> Vec<(&'a TreeFile, &'a Block)> {
        self.found(folder, |here| here.to(addresses).collect())
    }

    /// The blocks of a folder that are called so.
    pub fn called<'n>(
        &self,
        folder: &Path,
        addresses: impl IntoIterator<Item = &'n str>,
    ) -> Vec<(&'a TreeFile, &'a Block)> {
        self.found(folder, |here| here.called(addresses).collect())
    }

    /// Both.
    pub fn called_or_to<'n>(
        &self,
        folder: &Path,
        called: impl IntoIterator<Item = &'n str>,
        to: impl IntoIterator<Item = &'n str>,
    ) -> Vec<(&'a TreeFile, &'a Block)> {
        self.found(folder, |here| {
            here.called(called).chain(here.to(to)).collect()
        })
    }

    /// Blocks of a folder by their places, each once and in the order of the folder.
    fn found(
        &self,
        folder: &Path,
        places: impl FnOnce(&InFolder<'a>) -> BTreeSet<usize>,
    ) -> Vec<(&'a TreeFile, &'a Block)> {
        let here = self.0.get(folder);
        here.map_or(Vec::new(), |here| {
            let places = places(here).into_iter();
            places.map(|place| here.blocks[place]).collect()
        })
    }
}

impl<'a> InFolder<'a> {
    fn to<'n>(&self, addresses: impl IntoIterator<Item = &'n str>) -> impl Iterator<Item = usize> {
        let below = addresses.into_iter().filter_map(|one| self.begins.get(one));
        let all = ALL.iter().filter_map(|one| self.whole.get(one));
        below.chain(all).flatten().copied()
    }

    fn called<'n>(
        &self,
        addresses: impl IntoIterator<Item = &'n str>,
    ) -> impl Iterator<Item = usize> {
        let called = addresses.into_iter();
        called
            .filter_map(|one| self.called.get(one))
            .flatten()
            .copied()
    }

    fn add(&mut self, file: &'a TreeFile, block: &'a Block) {
        let place = self.blocks.len();
        self.blocks.push((file, block));
        let called = self.called.entry(block.address()).or_default();
        called.push(place);
        self.add_references(block, place);
    }

    fn add_references(&mut self, block: &'a Block, place: usize) {
        let arguments = block.arguments.iter();
        for reference in arguments.flat_map(|argument| &argument.references) {
            add(self.whole.entry(reference).or_default(), place);
            let ends = reference.match_indices('.').map(|(at, _)| at);
            for end in ends.chain([reference.len()]) {
                add(self.begins.entry(&reference[..end]).or_default(), place);
            }
        }
        for inner in &block.blocks {
            self.add_references(inner, place);
        }
    }
}

/// Adds a place, which is none before the last one.
fn add(places: &mut Vec<usize>, place: usize) {
    if places.last() != Some(&place) {
        places.push(place);
    }
}
