//! The files that blocks read policies from, with the folders around them, and whether a path means one of these.
//!
//! Who takes a folder as a whole, or a file in it by a path that is not plain, may take the file: what packs, deploys,
//! uploads or goes through it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::path_words::{Bases, PathWord, Start, address_before, may_be};
use super::surroundings::{Surroundings, real_or, stands_in};
use super::taken::Reach;
use super::{Tree, normal};
use crate::terraform::Content;

/// A file that a block reads a policy from.
pub(super) struct FilePlace {
    /// Its real path.
    pub own: PathBuf,
    /// The same as a text.
    pub path: String,
    pub name: String,
    /// The folder of the module that it is read in.
    pub module: String,
    /// The folders around the file, below that.
    pub folders: Vec<String>,
    /// Those around the module in the repository, below that.
    pub above: Vec<String>,
}

/// How a text may mean a file.
pub(super) const COMPUTED: &str = "whose path is not plain";
pub(super) const FOLDER: &str = "where a folder around it is named";

/// The files that the blocks of a tree read policies from.
pub(super) fn places(tree: &Tree, surroundings: &Surroundings) -> Vec<FilePlace> {
    let mut places: BTreeMap<PathBuf, FilePlace> = BTreeMap::new();
    for (folder, files) in tree.folders() {
        let policies = files.iter().flat_map(|file| &file.configuration.policies);
        for policy in policies {
            let Content::InFile(file) = &policy.content else {
                continue;
            };
            let roots = tree.roots.iter().filter(|root| root.has(folder));
            let roots = roots.map(|root| root.path(Path::new("")));
            let own = Some(folder.to_owned()).filter(|_| file.is_in_module);
            let bases: Vec<PathBuf> = own.map_or_else(|| roots.collect(), |own| vec![own]);
            for base in bases {
                let own = real_or(&normal(&base.join(&file.path)));
                let module = real_or(&base);
                places
                    .entry(own.clone())
                    .or_insert_with(|| FilePlace::of(own, &module, surroundings));
            }
        }
    }
    places.into_values().collect()
}

impl FilePlace {
    fn of(own: PathBuf, module: &Path, surroundings: &Surroundings) -> Self {
        let shown = |folder: &Path| folder.to_string_lossy().into_owned();
        let around = own.ancestors().skip(1);
        let below = around.take_while(|around| around.starts_with(module) && *around != module);
        FilePlace {
            path: own.to_string_lossy().into_owned(),
            name: name_of(&own),
            module: shown(module),
            folders: below.map(shown).collect(),
            above: surroundings.above(module).map(shown).collect(),
            own,
        }
    }

    /// Whether a folder is one around the file, within the repository.
    pub fn has_around(&self, folder: &Path) -> bool {
        let module = std::iter::once(&self.module);
        let mut around = self.folders.iter().chain(module).chain(&self.above);
        around.any(|around| Path::new(around) == folder)
    }

    /// Whether one of the paths that a word may be is the module's folder or one around it: what goes through all below
    /// that comes by the file.
    pub fn is_below(&self, paths: &[String]) -> bool {
        let mut folders = std::iter::once(&self.module).chain(&self.above);
        folders.any(|folder| paths.iter().any(|path| may_be(path, folder)))
    }

    /// How one of the paths that a word may be means the file or a folder around it.
    pub fn meant_by(
        &self,
        word: &PathWord,
        paths: &[String],
        reach: Reach,
    ) -> Option<&'static str> {
        let mut paths = paths.iter();
        if word.is_plain() {
            let is_around = |path: &String| match reach {
                Reach::Below => self.folders.contains(path),
                Reach::Module => self.folders.contains(path) || *path == self.module,
                Reach::Above => *path != self.path && self.own.starts_with(path),
            };
            return paths.any(is_around).then_some(FOLDER);
        }
        paths.find_map(|path| {
            let mut folders = (self.folders.iter())
                .filter(|_| word.start != Start::Unknown || word.path.contains('/'));
            if may_be(path, &self.path) {
                Some(COMPUTED)
            } else {
                folders.any(|folder| may_be(path, folder)).then_some(FOLDER)
            }
        })
    }
}

/// What the folders around some files are called, those of their modules too.
pub(super) struct FolderNames(BTreeSet<String>);

impl FolderNames {
    pub fn of(places: &[FilePlace]) -> Self {
        let folders = places
            .iter()
            .flat_map(|place| place.folders.iter().chain([&place.module]));
        FolderNames::called(folders.map(Path::new))
    }

    /// Those as well that lie around the modules.
    pub fn with_above(places: &[FilePlace]) -> Self {
        let FolderNames(mut names) = FolderNames::of(places);
        let above = places.iter().flat_map(|place| &place.above);
        names.extend(above.map(|folder| name_of(Path::new(folder))));
        FolderNames(names)
    }

    /// What some folders are called.
    pub fn called<'p>(folders: impl Iterator<Item = &'p Path>) -> Self {
        let names = folders.map(name_of);
        FolderNames(names.filter(|name| !name.is_empty()).collect())
    }

    /// Whether bytes have one of them.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        let mut names = self.0.iter();
        names.any(|name| stands_in(bytes, name))
    }

    /// The bytes of the lines that have one of them, or one of some more words, in order.
    pub fn lines_in(&self, text: &str, more: &[&str]) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let names = self
            .0
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied());
        let mut lines: BTreeSet<(usize, usize)> = BTreeSet::new();
        for name in names {
            // A line is looked for once, however often it has the name.
            let mut seen = 0;
            for at in memchr::memmem::find_iter(bytes, name.as_bytes()) {
                if at < seen {
                    continue;
                }
                let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
                let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                lines.insert((start, end));
                seen = end;
            }
        }
        lines.into_iter().map(|(start, end)| start..end).collect()
    }

    /// Whether one of them stands in a word.
    pub fn stand_in(&self, word: &PathWord) -> bool {
        word.path.split('/').any(|name| self.0.contains(name))
    }

    /// Whether a word may mean one of the folders or, by a path that is not plain, of the files.
    pub fn may_be_meant(&self, word: &PathWord, reach: Reach) -> bool {
        !word.is_plain()
            || reach == Reach::Above
            || word.ends_in_base()
            || self.0.contains(word.last_name())
    }
}

/// The last name of a path.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Whether a text names a file at a place; not where its path is plain and leads to another one that is there.
pub(super) fn names_it(words: &[PathWord], at: usize, bases: &Bases<'_>, own: &Path) -> bool {
    let next = words.partition_point(|word| word.range.end <= at);
    let word = words.get(next).filter(|word| word.range.contains(&at));
    let Some(word) = word else {
        return true;
    };
    let paths = word.paths(bases);
    let mut all = paths.iter();
    let is_own = all.any(|path| Path::new(path) == own);
    is_own || !word.is_plain() || !paths.iter().any(|path| Path::new(path).is_file())
}

/// Whether what stands at a place is the end of an address of something else. One that has the path from the module's
/// folder on, with that, is no chance.
pub(super) fn is_in_address(text: &str, at: usize, place: &FilePlace) -> bool {
    let around = Path::new(&place.module).parent().unwrap_or(&place.own);
    let path = place.own.strip_prefix(around).unwrap_or(&place.own);
    let folder = path.parent().unwrap_or(path).to_string_lossy();
    let folder = format!("/{}/", folder.trim_matches('/'));
    address_before(text, at).is_some_and(|before| !before.ends_with(&folder))
}

/// Whether a text at a place is the last name of a path that is put together, which may be that of the file.
pub(super) fn is_put_together_of(
    joined: &[PathWord],
    at: usize,
    bases: &Bases<'_>,
    place: &FilePlace,
) -> bool {
    let mut around = joined.iter().filter(|word| word.range.contains(&at));
    around.any(|word| {
        let mut paths = word.paths(bases).into_iter();
        paths.any(|path| may_be(&path, &place.path))
    })
}
