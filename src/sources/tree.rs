//! Root modules and the modules that they call: their files, and what is written in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::entries::{entries_or_none, to_read};
use super::evaluation::Placed;
use super::files::{TreeFile, files, is_read, passed_over, read};
use super::merged::Place;
use super::stack::holds_templates;
use super::surroundings::{real, real_or};
use super::written::embeds_policies;
use super::{BlockAddress, MODULES_JSON, ModuleFolder, Modules, normal};
use crate::document::Document;
use crate::terraform::Block;
use crate::text::{Error, Problem, Problems, Shown, Source, Untrusted};

/// The files of root modules and of the modules that they call.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The root modules: one, or several that may share modules.
    pub roots: Vec<Root>,
    /// The files of each folder, by its path from where one stands.
    folders: BTreeMap<PathBuf, Vec<TreeFile>>,
    /// The same of modules that were downloaded: what these do with what they are given is looked into, and none of
    /// them is edited.
    downloaded: BTreeMap<PathBuf, Vec<TreeFile>>,
    /// The files that are not read, and why: what they do with the blocks of others is not known.
    unread: Vec<(PathBuf, Problem)>,
}

/// A root module.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its folder.
    pub folder: PathBuf,
    /// Where its modules are.
    pub modules: Modules,
    /// Whether `terraform init` has written that down.
    pub is_initialised: bool,
}

/// A module that a root module calls, or that root module itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module<'a> {
    /// The root module, by its place in the tree.
    pub root: usize,
    /// The names of the calls, from the root module on.
    pub names: &'a [String],
}

/// What finds the modules.
pub(super) const INIT: &str = "run `terraform init` in the root module, and try again";

impl Root {
    /// Reads where the modules are of the root module in a folder.
    ///
    /// # Errors
    /// A `modules.json` that is none.
    fn open(folder: &Path) -> Result<Self, Error> {
        let modules_json = folder.join(MODULES_JSON);
        let is_initialised = modules_json.is_file();
        let modules = if is_initialised {
            Modules::read(&read(&modules_json)?)?
        } else {
            Modules::root_alone()
        };
        Ok(Root {
            folder: folder.to_owned(),
            modules,
            is_initialised,
        })
    }

    /// The path of a module's folder from where one stands.
    pub fn path(&self, folder: &Path) -> PathBuf {
        normal(&self.folder.join(folder))
    }

    /// Whether templates of CloudFormation lie beside its files.
    pub fn holds_templates(&self) -> bool {
        holds_templates(to_read(&self.folder))
    }

    /// What it is called in messages.
    pub fn shown(&self) -> Untrusted {
        to_read(&self.folder).shown()
    }

    /// Whether the files of a folder are those of the root module itself.
    pub fn is_at(&self, folder: &Path) -> bool {
        self.path(Path::new("")) == folder
    }

    /// Whether one of its modules, or it itself, is in a folder.
    pub fn has(&self, folder: &Path) -> bool {
        let mut modules = self.modules.all();
        modules.any(|(_, one)| self.path(&one.path) == folder)
    }
}

impl<'a> Module<'a> {
    /// The modules around it and itself, from the outermost call on; not the root module.
    pub fn from_outside(self) -> impl Iterator<Item = Module<'a>> {
        let ends = 1..=self.names.len();
        ends.map(move |end| Module {
            root: self.root,
            names: &self.names[..end],
        })
    }

    /// The name of the call and the module that this stands in; none of a root module.
    pub fn call(self) -> Option<(&'a String, Module<'a>)> {
        let (name, names) = self.names.split_last()?;
        let root = self.root;
        Some((name, Module { root, names }))
    }
}

impl Tree {
    /// Reads the files of the root modules in these folders, and of the modules that they call. A file that cannot be
    /// read is noted, and its blocks are not found.
    ///
    /// # Errors
    /// A folder that cannot be read, or a `modules.json` that is none.
    pub fn open<P: AsRef<Path>>(roots: &[P]) -> Result<Self, Error> {
        let mut tree = Tree {
            roots: (roots.iter().map(|root| Root::open(root.as_ref())))
                .collect::<Result<_, _>>()?,
            folders: BTreeMap::new(),
            downloaded: BTreeMap::new(),
            unread: Vec::new(),
        };
        let folders = tree.roots.iter().flat_map(|root| {
            let own_folders = root.modules.own_folders().into_iter();
            own_folders.map(|path| root.path(path))
        });
        let folders: BTreeSet<PathBuf> = folders.collect();
        for folder in folders {
            let files = files(&folder, &mut tree.unread)?;
            tree.folders.insert(folder, files);
        }
        tree.tell_own_files();
        tree.read_downloaded();
        Ok(tree)
    }

    /// All modules, with their folders.
    pub fn modules(&self) -> impl Iterator<Item = (Module<'_>, PathBuf, &ModuleFolder)> {
        let roots = self.roots.iter().enumerate();
        roots.flat_map(|(place, root)| {
            let modules = root.modules.all();
            modules.map(move |(names, one)| {
                let module = Module { root: place, names };
                (module, root.path(&one.path), one)
            })
        })
    }

    /// The folder of a module.
    ///
    /// # Errors
    /// Why it is not known, and what to do.
    pub fn folder(&self, module: Module<'_>) -> Result<(PathBuf, &ModuleFolder), Error> {
        let root = &self.roots[module.root];
        if let Some(folder) = root.modules.folder(module.names) {
            return Ok((root.path(&folder.path), folder));
        }
        let called = format!("module.{}", module.names.join(".module."));
        let shown = root.shown();
        let message = if root.is_initialised {
            format!("{called} is not in {MODULES_JSON} of {shown}")
        } else {
            format!("{shown} has no {MODULES_JSON}, which tells where {called} is")
        };
        Err(Error::with_help(message, INIT))
    }

    /// The files of a folder.
    pub fn files(&self, folder: &Path) -> &[TreeFile] {
        let files = self.folders.get(folder);
        let files = files.or_else(|| self.downloaded.get(folder));
        files.map_or(&[], Vec::as_slice)
    }

    /// Whether the files of a folder are read.
    pub(super) fn is_read(&self, folder: &Path) -> bool {
        self.folders.contains_key(folder) || self.downloaded.contains_key(folder)
    }

    /// Whether the block of a role in a module embeds policies itself.
    pub(super) fn embeds_policies(&self, module: Module<'_>, role: &BlockAddress) -> bool {
        let Ok((folder, _)) = self.folder(module) else {
            return false;
        };
        let mut files = self.files(&folder).iter();
        files.any(|file| {
            let mut blocks = file.configuration.blocks.iter();
            blocks.any(|block| role.is_of(block) && embeds_policies(block))
        })
    }

    /// The document at a place: the folder, the file in it and the policy in that.
    pub(super) fn document(&self, (folder, file, at): &Place) -> Option<&Document> {
        self.files(folder)[*file].configuration.policies[*at].document()
    }

    /// All folders whose files may be edited, with these.
    pub fn folders(&self) -> impl Iterator<Item = (&Path, &[TreeFile])> {
        let folders = self.folders.iter();
        folders.map(|(folder, files)| (folder.as_path(), files.as_slice()))
    }

    /// All folders of which files are read, with these.
    pub(super) fn read_folders(&self) -> impl Iterator<Item = (&Path, &[TreeFile])> {
        let downloaded = self.downloaded.iter();
        let downloaded = downloaded.map(|(folder, files)| (folder.as_path(), files.as_slice()));
        self.folders().chain(downloaded)
    }

    /// All blocks that are read, each with its folder.
    pub(super) fn read_blocks(&self) -> impl Iterator<Item = (&Path, Placed<'_>)> {
        self.read_folders().flat_map(|(folder, files)| {
            files.iter().flat_map(move |file| {
                let blocks = file.configuration.blocks.iter();
                blocks.map(move |block| (folder, Placed { file, block }))
            })
        })
    }

    /// Reads the modules that were downloaded, from outside on. One that is not there, or not the one that is
    /// called now, or that cannot be read as a whole, is not read at all.
    fn read_downloaded(&mut self) {
        let modules = self.modules().filter(|(_, _, one)| one.is_downloaded);
        let modules =
            modules.map(|(module, folder, _)| (module.root, module.names.to_vec(), folder));
        let modules: Vec<(usize, Vec<String>, PathBuf)> = modules.collect();
        for (root, names, folder) in modules {
            let names = names.as_slice();
            let mut unread = Vec::new();
            if self.is_downloaded_as_called(Module { root, names }) {
                match files(&folder, &mut unread) {
                    Ok(files) if unread.is_empty() && !files.is_empty() => {
                        self.downloaded.insert(folder, files);
                    }
                    _ => {}
                }
            }
        }
    }

    fn is_downloaded_as_called(&self, module: Module<'_>) -> bool {
        let folder = self.folder(module).map(|(_, folder)| folder);
        let call = self.call(module);
        call.is_some_and(|(_, call)| folder.is_ok_and(|folder| folder.is_called_by(call)))
    }

    /// Whether there may be several accounts of a root module: its providers differ in more than their regions, or a
    /// module of it has one of its own, or not all of its files are read.
    pub fn has_other_accounts(&self, root: usize) -> bool {
        let root = &self.roots[root];
        let modules = root.modules.all().map(|(_, one)| root.path(&one.path));
        let modules: BTreeSet<PathBuf> = modules.collect();
        let mut has_default = false;
        let mut accounts: BTreeSet<Vec<&str>> = BTreeSet::new();
        for folder in &modules {
            if self.unread(Some(folder)).next().is_some() {
                return true;
            }
            for file in self.files(folder) {
                let blocks = file.configuration.blocks.iter();
                for provider in blocks.filter(|block| is_provider_of_aws(block)) {
                    if root.is_at(folder) {
                        has_default |= provider.argument("alias").is_none();
                        accounts.insert(says_account(file, provider));
                    } else if !is_given_one(provider) {
                        return true;
                    }
                }
            }
        }
        if !has_default {
            // That which nothing is said of.
            accounts.insert(Vec::new());
        }
        accounts.len() > 1
    }

    /// Whether blocks say that something was called otherwise.
    pub fn has_moved(&self) -> bool {
        let mut files = self.folders.values().flatten();
        files.any(|file| {
            file.configuration
                .blocks
                .iter()
                .any(|one| one.kind == "moved")
        })
    }

    fn tell_own_files(&mut self) {
        let mut paths_to: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for file in self.folders.values().flatten() {
            *paths_to.entry(file.real.clone()).or_default() += 1;
        }
        let here = real_or(Path::new("."));
        let roots = self.roots.iter();
        let roots: Vec<_> = roots
            .filter_map(|root| Some((root.folder.clone(), real(&root.folder)?)))
            .collect();
        for file in self.folders.values_mut().flatten() {
            let path = file.source.path().unwrap_or(Path::new(""));
            let is_below = |(root, real_root): &(PathBuf, PathBuf)| {
                let below_root = path.strip_prefix(root).unwrap_or(path);
                file.real == normal(&real_root.join(below_root))
            };
            let is_plain = file.real == normal(&here.join(path)) || roots.iter().any(is_below);
            file.is_own = is_plain && paths_to[&file.real] == 1;
        }
    }

    /// Why files are not read, of one folder or of all.
    pub fn unread<'a>(&'a self, folder: Option<&'a Path>) -> impl Iterator<Item = &'a Problem> {
        let of_it = move |one: &&(PathBuf, Problem)| folder.is_none_or(|folder| one.0 == folder);
        self.unread.iter().filter(of_it).map(|(_, why)| why)
    }

    /// Why files are not read, each with the folder of the file.
    pub(super) fn unread_in_folders(&self) -> impl Iterator<Item = (&Path, &Problem)> {
        let unread = self.unread.iter();
        unread.map(|(folder, why)| (folder.as_path(), why))
    }

    /// The files of the modules that are not read, by their paths.
    pub fn unread_files(&self) -> Vec<PathBuf> {
        self.other_files().filter(|path| is_read(path)).collect()
    }

    /// What lies in the folders of the modules and is none of the files that are read.
    fn other_files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.folders().flat_map(|(folder, files)| {
            let is_file =
                |path: &PathBuf| files.iter().any(|file| file.source.path() == Some(path));
            let others = entries_or_none(folder).into_iter();
            others.filter(move |path| !is_file(path) && path.is_file())
        })
    }

    /// The other files in the folders of its modules that are written as those are: what is given to
    /// variables, what Terragrunt reads, and what is not read since it is broken; or why one cannot be read.
    pub fn beside(&self) -> Vec<Result<Source, Problems>> {
        let is_hcl = |path: &PathBuf| {
            let end = path.extension().unwrap_or_default().to_string_lossy();
            ["hcl", "tf", "tfvars", "tofu"].contains(&end.as_ref())
        };
        let paths = self.other_files().filter(is_hcl);
        paths
            .map(|path| read(&path).map_err(|why| passed_over(&path, why)))
            .collect()
    }
}

fn is_provider_of_aws(block: &Block) -> bool {
    block.kind == "provider" && block.labels.first().is_some_and(|name| name == "aws")
}

/// What a provider says by which it may be of another account than one that says something else.
fn says_account<'f>(file: &'f TreeFile, provider: &'f Block) -> Vec<&'f str> {
    const OF_NONE: [&str; 5] = [
        "alias",
        "default_tags",
        "ignore_tags",
        "max_retries",
        "region",
    ];
    let is_of_account = |name: &String| !OF_NONE.contains(&name.as_str());
    let arguments = provider.arguments.iter();
    let arguments = arguments.filter(|one| is_of_account(&one.name));
    let arguments =
        arguments.flat_map(|one| [one.name.as_str(), &file.source.text()[one.range.clone()]]);
    let blocks = provider.blocks.iter();
    let blocks = blocks.filter(|one| is_of_account(&one.kind));
    let blocks = blocks.map(|one| &file.source.text()[one.range.clone()]);
    arguments.chain(blocks).collect()
}

/// Whether a module only says by a provider that its caller gives it one.
fn is_given_one(provider: &Block) -> bool {
    let mut arguments = provider.arguments.iter();
    provider.blocks.is_empty() && arguments.all(|one| one.name == "alias")
}
