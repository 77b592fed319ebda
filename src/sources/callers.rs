//! Who else calls a module: what it makes there is in other states.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Tree;
use super::tree::called_folder;
use crate::terraform::ConfigurationFile;
use crate::text::{Shown, Source};

/// The blocks outside of a tree that call the modules in it, as `FILE:LINE`, by the folders of these.
#[derive(Clone, Debug, Default)]
pub struct Callers(BTreeMap<PathBuf, BTreeSet<String>>);

impl Callers {
    /// Looks for them in the repository that the root module is in, or else in its own folder.
    pub fn outside(tree: &Tree) -> Self {
        let real = |path: &Path| fs::canonicalize(Path::new(".").join(path)).ok();
        let folders = tree.folders();
        let own_folders: BTreeMap<PathBuf, &Path> = folders
            .filter_map(|(folder, _)| Some((real(folder)?, folder)))
            .collect();
        let mut callers = Callers::default();
        let Some(root) = real(&tree.root) else {
            return callers;
        };
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let mut search = Search {
            own_folders: &own_folders,
            repository: repository.unwrap_or(&root),
            callers: &mut callers,
        };
        search.folder(search.repository);
        callers.add_indirect(tree);
        callers
    }

    /// The blocks outside that make what the blocks in a folder say, by whatever way.
    pub fn of(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let callers = self.0.get(folder).into_iter().flatten();
        callers.map(String::as_str)
    }

    /// Gives what calls a module to those that this one calls.
    fn add_indirect(&mut self, tree: &Tree) {
        loop {
            let before = self.0.values().map(BTreeSet::len).sum::<usize>();
            for (folder, files) in tree.folders() {
                let Some(callers) = self.0.get(folder).cloned() else {
                    continue;
                };
                let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
                for called in blocks.filter_map(|block| called_folder(folder, block)) {
                    self.0
                        .entry(called)
                        .or_default()
                        .extend(callers.iter().cloned());
                }
            }
            if self.0.values().map(BTreeSet::len).sum::<usize>() == before {
                return;
            }
        }
    }
}

struct Search<'a> {
    /// The folders of the tree by their real paths.
    own_folders: &'a BTreeMap<PathBuf, &'a Path>,
    repository: &'a Path,
    callers: &'a mut Callers,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        let is_own = self.own_folders.contains_key(folder);
        for entry in entries.filter_map(Result::ok) {
            let (path, name) = (entry.path(), entry.file_name());
            // A link to a folder could lead back here.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !name.as_encoded_bytes().starts_with(b".") {
                    self.folder(&path);
                }
            } else if !is_own
                && path
                    .extension()
                    .is_some_and(|end| end == "tf" || end == "tofu")
            {
                self.file(folder, &path);
            }
        }
    }

    fn file(&mut self, folder: &Path, path: &Path) {
        let Ok(text) = fs::read_to_string(path) else {
            return;
        };
        if !text.contains("module") || !text.contains("./") {
            return;
        }
        let Ok(file) = ConfigurationFile::read(&Source::from_text("", &text)) else {
            return;
        };
        for block in file.blocks.iter().filter(|block| block.kind == "module") {
            let called = called_folder(folder, block);
            let called = called.and_then(|called| fs::canonicalize(called).ok());
            if let Some(own_folder) = called.and_then(|called| self.own_folders.get(&called)) {
                let shown = path.strip_prefix(self.repository).unwrap_or(path).shown();
                let place = format!("{}:{}", shown.raw(), block.line);
                let callers = self.callers.0.entry(own_folder.to_path_buf());
                callers.or_default().insert(place);
            }
        }
    }
}
