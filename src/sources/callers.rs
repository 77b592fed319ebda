//! Who else calls a module: what it makes there is in other states.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Tree;
use super::calls::{Called, Caller, called, called_in_letters};
use super::module_calls::Call;
use super::run_alone::RunAlone;
use super::surroundings::{Surroundings, real, real_or, repositories};
use crate::terraform::read_blocks;
use crate::text::{Shown, Source};

/// The blocks that call the modules of a tree.
#[derive(Clone, Debug, Default)]
pub struct Callers {
    /// As `FILE:LINE`, by the folders of the modules.
    by_folder: BTreeMap<PathBuf, BTreeSet<String>>,
    /// The folders that are not in the repository of a root module: who calls these is not known.
    outside: BTreeSet<PathBuf>,
}

impl Callers {
    /// Those outside of the tree, in the repositories that the root modules are in; and those in it of modules
    /// that are downloaded, which may be these in another version.
    pub fn outside(tree: &Tree, surroundings: &Surroundings) -> Self {
        let own_folders: Vec<OwnFolder> = tree.folders().filter_map(OwnFolder::of).collect();
        let mut callers = Callers::default();
        let repositories = repositories(tree);
        let is_outside = |one: &&OwnFolder| {
            let mut repositories = repositories.iter();
            let is_root = tree.roots.iter().any(|root| root.is_at(one.path));
            !is_root && !repositories.any(|repository| one.real.starts_with(repository))
        };
        let outside = own_folders.iter().filter(is_outside);
        callers.outside = outside.map(|one| one.path.to_owned()).collect();
        let calls = tree.calls().filter(|call| !call.is_in_downloaded);
        for call in calls.filter(Call::is_downloaded) {
            if let Some(called) = called(&real_or(&call.folder), call.block, &call.file.source) {
                callers.add_called(&own_folders, &called, &call.place());
            }
        }
        // Who runs a root module that is given is none who calls it.
        let is_called = |one: &&OwnFolder| !tree.roots.iter().any(|root| root.is_at(one.path));
        let called: Vec<&OwnFolder> = own_folders.iter().filter(is_called).collect();
        let folders = called.iter().map(|one| one.real.as_path());
        let mut search = Search {
            own_folders: &own_folders,
            run_alone: RunAlone::of(surroundings, folders.collect()),
            called,
            surroundings,
            callers: &mut callers,
        };
        search.all();
        callers.with_indirect(tree)
    }

    /// Those in the tree whose calls `terraform init` has not written down as they are now: what these
    /// make is not known to be made in their folders.
    pub fn not_initialised(tree: &Tree) -> Self {
        let own_folders: Vec<OwnFolder> = tree.folders().filter_map(OwnFolder::of).collect();
        let mut callers = Callers::default();
        for call in tree.calls().filter(|call| !call.is_in_downloaded) {
            let Some(called) = called(&real_or(&call.folder), call.block, &call.file.source) else {
                continue;
            };
            let is_so = if call.is_downloaded() {
                !matches!(called, Called::Folder(_))
            } else {
                let known = call.calls.as_ref().and_then(|(path, _)| real(path));
                known.is_some_and(|known| called.may_be(&known))
            };
            if !is_so {
                callers.add_called(&own_folders, &called, &call.place());
            }
        }
        for path in tree.unread_files() {
            let text = fs::read(&path).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let folder = real_or(path.parent().unwrap_or(Path::new("")));
            callers.add_unread(&own_folders, &folder, &text, path.shown().raw());
        }
        callers.with_indirect(tree)
    }

    /// The blocks that make what the blocks in a folder say, by whatever way.
    pub fn of(&self, folder: &Path) -> Vec<String> {
        let callers = self.by_folder.get(folder).into_iter().flatten();
        callers.cloned().collect()
    }

    /// Whether a folder is not in the repository of a root module, so that who else calls it is not
    /// known.
    pub fn is_outside(&self, folder: &Path) -> bool {
        self.outside.contains(folder)
    }

    /// Adds one, and returns whether it was not there.
    fn add(&mut self, folder: &Path, place: String) -> bool {
        let callers = self.by_folder.entry(folder.to_owned());
        callers.or_default().insert(place)
    }

    fn add_called(&mut self, folders: &[OwnFolder<'_>], called: &Called, place: &str) {
        for folder in folders.iter().filter(|one| called.may_be(&one.real)) {
            self.add(folder.path, place.to_owned());
        }
    }

    /// Adds a file that cannot be read: it may call whatever it names.
    fn add_unread(&mut self, folders: &[OwnFolder<'_>], around: &Path, text: &str, shown: &str) {
        let place = format!("{shown}, which is not read");
        for (_, called) in called_in_letters(around, text) {
            self.add_called(folders, &called, &place);
        }
        for folder in folders {
            let name = folder.real.file_name().unwrap_or_default();
            if text.contains(&format!("/{}", name.to_string_lossy())) {
                self.add(folder.path, place.clone());
            }
        }
    }

    /// Gives what calls a module to those that this one calls.
    fn with_indirect(mut self, tree: &Tree) -> Self {
        let inner = tree.modules().filter_map(|(module, folder, _)| {
            let (_, around) = module.call()?;
            let (around, _) = tree.folder(around).ok()?;
            Some((around, folder))
        });
        let calls: BTreeSet<(PathBuf, PathBuf)> = inner.collect();
        let mut is_more = true;
        while is_more {
            is_more = false;
            for (around, inner) in &calls {
                for caller in self.of(around) {
                    is_more |= self.add(inner, caller);
                }
            }
        }
        self
    }
}

/// Whether a file may make something, or call what does.
fn may_make(path: &Path) -> bool {
    const MAKE_NOTHING: [&str; 4] = ["terraform", "provider", "variable", "output"];
    let Some(caller) = Caller::of_path(path) else {
        return false;
    };
    let blocks = fs::read_to_string(path).ok();
    let blocks = blocks.and_then(|text| read_blocks(&Source::from_text("", &text)).ok());
    let is_known = caller == Caller::Configuration;
    blocks.filter(|_| is_known).is_none_or(|blocks| {
        let mut blocks = blocks.iter();
        blocks.any(|block| !MAKE_NOTHING.contains(&block.kind.as_str()))
    })
}

/// A folder of the tree.
struct OwnFolder<'a> {
    path: &'a Path,
    real: PathBuf,
}

impl<'a> OwnFolder<'a> {
    fn of<T>((path, _): (&'a Path, T)) -> Option<Self> {
        let real = real(path)?;
        Some(OwnFolder { path, real })
    }
}

struct Search<'a> {
    own_folders: &'a [OwnFolder<'a>],
    /// Those that are no root modules which are given.
    called: Vec<&'a OwnFolder<'a>>,
    run_alone: RunAlone<'a>,
    surroundings: &'a Surroundings,
    callers: &'a mut Callers,
}

impl Search<'_> {
    fn all(&mut self) {
        for folder in &self.surroundings.unreadable {
            self.add_any(folder);
        }
        for (link, to) in &self.surroundings.links {
            self.link(link, to);
        }
        for path in &self.surroundings.files {
            let is_own = |folder| self.own_folders.iter().any(|own| own.real == folder);
            match Caller::of_path(path).zip(path.parent()) {
                Some((Caller::Configuration | Caller::JsonConfiguration, folder))
                    if is_own(folder) => {}
                Some((caller, folder)) => self.file(folder, path, caller),
                None => {}
            }
            self.runs_alone(path);
        }
    }

    /// Adds a file that runs a module by itself.
    fn runs_alone(&mut self, path: &Path) {
        if self.called.is_empty() {
            return;
        }
        let bytes = fs::read(path).unwrap_or_default();
        for (module, line) in self.run_alone.by(path, &bytes) {
            let shown = self.surroundings.shown(path);
            let place = format!("{shown}:{line}, which may run it by itself");
            self.callers.add(self.called[module].path, place);
        }
    }

    /// What a link leads to is a part of the module that the link is in.
    fn link(&mut self, link: &Path, to: &Path) {
        let place = format!("{}, a link to it", self.surroundings.shown(link));
        for folder in self.own_folders {
            let is_in_it = to.parent() == Some(&folder.real) && to.is_file();
            if folder.real.starts_with(to) || is_in_it && may_make(to) {
                self.callers.add(folder.path, place.clone());
            }
        }
    }

    fn file(&mut self, folder: &Path, path: &Path, caller: Caller) {
        let Ok(bytes) = fs::read(path) else {
            return self.add_any(path);
        };
        if !caller.may_call(&bytes) {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        let shown = self.surroundings.shown(path);
        match caller.calls(folder, &Source::from_text("", &text)) {
            Ok(calls) => {
                for (line, called) in calls {
                    let computed = match called {
                        Called::Any => ", whose source is computed",
                        _ => "",
                    };
                    let place = format!("{shown}:{line}{computed}");
                    self.callers.add_called(self.own_folders, &called, &place);
                }
            }
            Err(_) => (self.callers).add_unread(self.own_folders, folder, &text, &shown),
        }
    }

    /// What cannot be read may call anything.
    fn add_any(&mut self, path: &Path) {
        let place = format!("{}, which cannot be read", self.surroundings.shown(path));
        self.callers
            .add_called(self.own_folders, &Called::Any, &place);
    }
}
