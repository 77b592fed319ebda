//! Who else calls a module: what it makes there is in other states.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Tree;
use super::calls::{Called, Caller, called};
use super::tree::to_read;
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
    /// Those outside of the tree, in the repositories that the root modules are in.
    pub fn outside(tree: &Tree) -> Self {
        let own_folders: Vec<OwnFolder> = tree.folders().filter_map(OwnFolder::of).collect();
        let mut callers = Callers::default();
        let searched = searched(tree);
        let is_outside = |one: &&OwnFolder| {
            let mut searched = searched.iter();
            !searched.any(|searched| one.real.starts_with(searched))
        };
        let outside = own_folders.iter().filter(is_outside);
        callers.outside = outside.map(|one| one.path.to_owned()).collect();
        for searched in &searched {
            let mut search = Search {
                own_folders: &own_folders,
                searched,
                callers: &mut callers,
            };
            search.folder(searched);
        }
        callers.with_indirect(tree)
    }

    /// Those in the tree whose calls `terraform init` has not written down as they are now: what these
    /// make is not known to be made in their folders.
    pub fn not_initialised(tree: &Tree) -> Self {
        let own_folders: Vec<OwnFolder> = tree.folders().filter_map(OwnFolder::of).collect();
        let mut callers = Callers::default();
        for call in tree.calls() {
            let known = call.calls.as_ref().filter(|_| call.is_read());
            let known = known.and_then(|(path, _)| real(path));
            let Some(called) = called(&real_or(&call.folder), call.block, &call.file.source) else {
                continue;
            };
            if known.is_some_and(|known| called.may_be(&known)) {
                continue;
            }
            let place = format!("{}:{}", call.file.source.name().raw(), call.block.line);
            callers.add_called(&own_folders, &called, &place);
        }
        let mut search = Search {
            own_folders: &own_folders,
            searched: Path::new(""),
            callers: &mut callers,
        };
        for path in tree.unread_files() {
            search.unread(
                &path,
                &String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()),
            );
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

pub(super) fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(to_read(path)).ok()
}

pub(super) fn real_or(path: &Path) -> PathBuf {
    real(path).unwrap_or_else(|| path.to_owned())
}

/// The folders that are searched for what uses the files of a tree: the repository of each root module,
/// or that module's own folder where there is none.
pub(super) fn searched(tree: &Tree) -> BTreeSet<PathBuf> {
    let roots = tree.roots.iter().filter_map(|root| real(&root.folder));
    let all: BTreeSet<PathBuf> = roots
        .map(|root| repository(&root).unwrap_or(&root).to_owned())
        .collect();
    let is_within = |one: &PathBuf| {
        let mut around = one.ancestors().skip(1);
        around.any(|around| all.contains(around))
    };
    all.iter().filter(|one| !is_within(one)).cloned().collect()
}

/// The repository that a folder is in; of a repository within another one the outer one.
pub fn repository(folder: &Path) -> Option<&Path> {
    let mut around = folder
        .ancestors()
        .filter(|folder| folder.join(".git").exists());
    let inner = around.next()?;
    // A file called so is that of a submodule, or of another work tree.
    let is_within = inner.join(".git").is_file();
    Some(if is_within {
        around.last().unwrap_or(inner)
    } else {
        inner
    })
}

struct Search<'a> {
    own_folders: &'a [OwnFolder<'a>],
    searched: &'a Path,
    callers: &'a mut Callers,
}

/// What holds copies of modules, and no calls of its own.
const NOT_SEARCHED: [&str; 3] = [".git", ".terraform", ".terragrunt-cache"];

impl Search<'_> {
    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return self.add_any(folder, "cannot be read");
        };
        let is_own = self.own_folders.iter().any(|own| own.real == folder);
        for entry in entries.filter_map(Result::ok) {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_symlink() {
                self.link(&path);
            }
            // A link to a folder could lead back here.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !NOT_SEARCHED.iter().any(|not| name == OsStr::new(not)) {
                    self.folder(&path);
                }
                continue;
            }
            match Caller::of_path(&path) {
                Some(Caller::Configuration | Caller::JsonConfiguration) if is_own => {}
                Some(caller) if path.is_file() => self.file(folder, &path, caller),
                _ => {}
            }
        }
    }

    /// What a link leads to is a part of the module that the link is in.
    fn link(&mut self, path: &Path) {
        let Ok(real) = fs::canonicalize(path) else {
            return;
        };
        let place = format!("{}, a link to it", self.shown(path));
        for folder in self.own_folders {
            let is_in_it = real.parent() == Some(&folder.real) && real.is_file();
            if folder.real.starts_with(&real) || is_in_it && Caller::of_path(&real).is_some() {
                self.callers.add(folder.path, place.clone());
            }
        }
    }

    fn file(&mut self, folder: &Path, path: &Path, caller: Caller) {
        let text = match fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => return self.add_any(path, "cannot be read"),
        };
        if !text.contains("source") {
            return;
        }
        match caller.calls(folder, &Source::from_text("", &text)) {
            Ok(calls) => {
                for (line, called) in calls {
                    let place = format!("{}:{line}", self.shown(path));
                    self.callers.add_called(self.own_folders, &called, &place);
                }
            }
            Err(_) => self.unread(path, &text),
        }
    }

    /// A file that cannot be read may call what it names.
    fn unread(&mut self, path: &Path, text: &str) {
        let place = format!("{}, which is not read", self.shown(path));
        for folder in self.own_folders {
            let name = folder.real.file_name().unwrap_or_default();
            if text.contains(&format!("/{}", name.to_string_lossy())) {
                self.callers.add(folder.path, place.clone());
            }
        }
    }

    fn add_any(&mut self, path: &Path, why: &str) {
        let place = format!("{}, which {why}", self.shown(path));
        self.callers
            .add_called(self.own_folders, &Called::Any, &place);
    }

    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.searched).unwrap_or(path);
        path.shown().raw().to_owned()
    }
}
