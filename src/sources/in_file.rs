//! A policy that a block reads from a file of its own: whether that is the one place which reads it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::evaluation::Evaluation;
use super::file_places::{COMPUTED, FilePlace, places};
use super::files::{TreeFile, read};
use super::named_in_blocks::Named;
use super::readers::Readers;
use super::surroundings::{Surroundings, real, real_or, repository};
use super::{Root, Tree, normal};
use crate::document::Document;
use crate::terraform::{PolicyFile, WrittenPolicy, read_policy_file, reads_files};
use crate::text::{Error, Problem, Shown, some_of};

/// What is done about a file that may serve something else too.
const OF_ITS_OWN: &str = "give this policy a file of its own, under a name that nothing else has and in a folder \
                          that nothing else takes as a whole, or use jsonencode({ … }) in its place";

/// How many of those that name a file are named.
const NAMED: usize = 5;

/// The files that blocks of a tree read policies from, and what else may read them.
pub(super) struct PolicyFiles<'a> {
    pub tree: &'a Tree,
    pub evaluation: &'a Evaluation<'a>,
    pub surroundings: &'a OnceCell<Surroundings>,
    /// Whether no other root module makes anything of them.
    pub complete: bool,
    /// Looked for once, for all of them.
    pub found: OnceCell<Found>,
}

/// What names the files that blocks read policies from.
pub(super) struct Found {
    places: Vec<FilePlace>,
    /// The blocks of the tree.
    named: Named,
    /// What else lies in the repositories.
    readers: Readers,
}

/// A policy in a file of its own.
pub(super) struct InFile {
    pub document: Document,
    /// What reads the file elsewhere, and is said to make nothing of it.
    pub read_elsewhere: Vec<String>,
}

impl PolicyFiles<'_> {
    /// The policy in the file that a block of `file` reads, in the module in `folder`.
    ///
    /// # Errors
    /// It is not read, or something else may read it too.
    pub fn document(
        &self,
        folder: &Path,
        (file, written): (&TreeFile, &WrittenPolicy),
        policy_file: &PolicyFile,
    ) -> Result<InFile, Problem> {
        let here = |message: String| file.source.error_at(written.range.clone(), message);
        let path = self.path(folder, policy_file);
        let path = path.map_err(|why| here(why).help(OF_ITS_OWN))?;
        let read_elsewhere = self.is_read_once(file, &path);
        let read_elsewhere = read_elsewhere.map_err(|why| here(why).help(OF_ITS_OWN))?;
        let document = read(&path).and_then(|source| {
            let document = read_policy_file(source, policy_file.is_template);
            document.map_err(Error::from)
        });
        let document = document.map_err(|error| match error {
            Error::Problems(problems) if !problems.0.is_empty() => problems.0[0].clone(),
            error => here(error.in_one_line()),
        })?;
        Ok(InFile {
            document,
            read_elsewhere,
        })
    }

    /// The path of a policy's file, which is below the module's folder or the root module's, and no link.
    fn path(&self, folder: &Path, policy_file: &PolicyFile) -> Result<PathBuf, String> {
        let base = if policy_file.is_in_module {
            folder.to_owned()
        } else {
            let mut roots = self.tree.roots.iter().filter(|root| root.has(folder));
            let (Some(only), None) = (roots.next(), roots.next()) else {
                let why =
                    "the policy is in a file below the root module, and there are several of these";
                return Err(why.to_owned());
            };
            only.path(Path::new(""))
        };
        let named = Path::new(&policy_file.path);
        let is_below = (named.components())
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_below {
            return Err(format!(
                "the policy is in a file outside of its module, which others may read too: {}",
                named.shown()
            ));
        }
        let path = normal(&base.join(named));
        let without_links = real(&base).map(|base| normal(&base.join(named)));
        if real(&path).is_none() || real(&path) != without_links {
            return Err(format!("{} is not there, or is a link", path.shown()));
        }
        Ok(path)
    }

    /// Whether nothing but the one block can read a file, as far as its name and the folders around it tell; returns
    /// what does elsewhere, where that is said to make nothing.
    fn is_read_once(&self, file: &TreeFile, path: &Path) -> Result<Vec<String>, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_in_repository = |root: &Root| {
            let root = real(&root.folder);
            root.is_some_and(|root| repository(&root).is_some())
        };
        if !self.complete && !self.tree.roots.iter().all(is_in_repository) {
            return Err(format!(
                "no repository tells how far to look for what else reads {name}; where nothing else does, \
                 say --states-complete"
            ));
        }
        let own = real_or(path);
        let found = self.found.get_or_init(|| self.look());
        let place = found.places.iter().position(|place| place.own == own);
        let Some(place) = place else {
            return Err(format!("nobody can tell here what else reads {name}"));
        };
        let lines = found.named.lines(place, &file.real);
        if lines.len() > 1 {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            return Err(format!(
                "{name} is named several times in this file: lines {}",
                some_of(&lines, NAMED)
            ));
        }
        let mut others = found.readers.of_place(place, false);
        others.extend(self.read_by_blocks(found, place, file));
        others.extend(self.named_by_downloaded(found, place));
        let unread = self.tree.unread_files().into_iter();
        others.extend(unread.map(|path| format!("{}, which is not read", path.shown())));
        if others.is_empty() {
            return Ok(found.readers.of_place(place, true));
        }
        Err(format!(
            "{name} may be read elsewhere too: {}",
            some_of(&others, NAMED)
        ))
    }

    /// The files of the tree of which a block may read a policy's file too, or names it, beside the one that reads it.
    fn read_by_blocks(&self, found: &Found, place: usize, file: &TreeFile) -> Vec<String> {
        let own = &found.places[place].own;
        let files = self.tree.folders().flat_map(|(folder, files)| {
            let files = files.iter();
            files.map(move |file| (folder, file))
        });
        let mut others = Vec::new();
        for (folder, other) in files {
            let shown = other.source.name().raw();
            let computed = self.evaluation.may_read_file(folder, other, own);
            let reads = reads_files(other.source.text());
            let reads = computed.into_iter().chain(reads).min();
            let reads = reads.map(|line| (line, COMPUTED));
            let by_folder = found.named.by(place, &other.real);
            if let Some((line, how)) = reads.into_iter().chain(by_folder).min() {
                others.push(format!("{shown}:{line}, {how}"));
            }
            let named = found.named.lines(place, &other.real).first();
            if let Some(line) = named.filter(|_| other.source.path() != file.source.path()) {
                others.push(format!("{shown}:{line}"));
            }
        }
        others
    }

    /// The files of modules that were downloaded in which a policy's file is named, or may be meant.
    fn named_by_downloaded(&self, found: &Found, place: usize) -> Vec<String> {
        let tree = self.tree;
        let edited: BTreeSet<&Path> = tree.folders().map(|(folder, _)| folder).collect();
        let downloaded = tree.read_folders();
        let downloaded = downloaded.filter(|(folder, _)| !edited.contains(folder));
        let others = downloaded.flat_map(|(_, files)| files).filter_map(|other| {
            let shown = other.source.name().raw();
            if let Some((line, how)) = found.named.by(place, &other.real) {
                return Some(format!("{shown}:{line}, {how}"));
            }
            let named = found.named.lines(place, &other.real).first();
            named.map(|line| format!("{shown}:{line}"))
        });
        others.collect()
    }

    fn look(&self) -> Found {
        let look = || Surroundings::of(self.tree);
        let surroundings = self.surroundings.get_or_init(look);
        let places = places(self.tree, surroundings);
        Found {
            named: Named::of(self.evaluation, &places),
            readers: Readers::of(self.tree, surroundings, &places, self.complete),
            places,
        }
    }
}
