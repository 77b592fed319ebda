//! A root module and the modules that it calls: their files, and what is written in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::callers::real_or;
use super::calls::called;
use super::{MODULES_JSON, ModuleFolder, Modules, normal};
use crate::terraform::{Block, ConfigurationFile};
use crate::text::{Error, Problem, Severity, Shown, Source};

/// The files of a root module and of the modules that it calls.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The folder of the root module.
    pub root: PathBuf,
    /// Where its modules are.
    pub modules: Modules,
    /// Whether `terraform init` has written that down.
    pub is_initialised: bool,
    /// The files of each folder, by its path from where one stands.
    folders: BTreeMap<PathBuf, Vec<TreeFile>>,
    /// The files that are not read, and why: what they do with the blocks of others is not known.
    unread: Vec<(PathBuf, Problem)>,
}

/// A file of a module.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// Its text.
    pub source: Source,
    /// What is written in it.
    pub configuration: ConfigurationFile,
    /// Its path with all links followed.
    pub(super) real: PathBuf,
}

impl TreeFile {
    /// An error about a block.
    pub fn error_at(&self, block: &Block, message: impl Into<String>) -> Problem {
        let start = block.range.start;
        let line = self.source.line_at(start);
        self.source.error_at(start..line.end.max(start), message)
    }
}

/// What finds the modules.
pub(super) const INIT: &str = "run `terraform init` in the root module, and try again";

/// Whether a folder holds files of Terraform or of `OpenTofu`.
pub fn is_module(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let mut names = entries.filter_map(|entry| Some(entry.ok()?.path()));
    names.any(|path| is_configuration(&path) || is_json_configuration(&path))
}

fn is_configuration(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension == "tf" || extension == "tofu")
}

fn is_json_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".tf.json") || name.ends_with(".tofu.json")
}

impl Tree {
    /// Reads the files of the root module in a folder, and of the modules that lie beside it. A file that
    /// cannot be read is noted, and its blocks are not found.
    ///
    /// # Errors
    /// A folder that cannot be read, or a `modules.json` that is none.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let modules_json = root.join(MODULES_JSON);
        let is_initialised = modules_json.is_file();
        let modules = if is_initialised {
            Modules::read(&read(&modules_json)?)?
        } else {
            Modules::root_alone()
        };
        let mut tree = Tree {
            root: root.to_owned(),
            folders: BTreeMap::new(),
            is_initialised,
            unread: Vec::new(),
            modules,
        };
        let folders: Vec<PathBuf> = tree
            .modules
            .own_folders()
            .into_iter()
            .map(|path| tree.path(path))
            .collect();
        for folder in folders {
            let files = files(&folder, &mut tree.unread)?;
            tree.folders.insert(folder, files);
        }
        Ok(tree)
    }

    /// The path of a module's folder from where one stands.
    pub fn path(&self, folder: &Path) -> PathBuf {
        normal(&self.root.join(folder))
    }

    /// The folder of the module with these names.
    ///
    /// # Errors
    /// Why it is not known, and what to do.
    pub fn folder(&self, module: &[String]) -> Result<(PathBuf, &ModuleFolder), Error> {
        if let Some(folder) = self.modules.folder(module) {
            return Ok((self.path(&folder.path), folder));
        }
        let called = format!("module.{}", module.join(".module."));
        let root = to_read(&self.root).shown();
        let message = if self.is_initialised {
            format!("{called} is not in {MODULES_JSON} of {root}")
        } else {
            format!("{root} has no {MODULES_JSON}, which tells where {called} is")
        };
        Err(Error::with_help(message, INIT))
    }

    /// The names of the modules that are in a folder, and have that once: neither they nor those around
    /// them have `count` or `for_each`.
    pub fn once_in<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a [String]> {
        let is_once = |module: &[String]| {
            let call = self.call(module);
            call.is_some_and(|(_, call)| !call.is_repeated())
        };
        let modules = self.modules.all();
        let here = modules.filter(move |(_, one)| self.path(&one.path) == folder);
        here.map(|(module, _)| module)
            .filter(move |module| (1..=module.len()).all(|end| is_once(&module[..end])))
    }

    /// The files of a folder.
    pub fn files(&self, folder: &Path) -> &[TreeFile] {
        self.folders.get(folder).map_or(&[], Vec::as_slice)
    }

    /// All folders with their files.
    pub fn folders(&self) -> impl Iterator<Item = (&Path, &[TreeFile])> {
        let folders = self.folders.iter();
        folders.map(|(folder, files)| (folder.as_path(), files.as_slice()))
    }

    /// The call of a module, or of one around it, that names another folder than `modules.json` has.
    pub fn misplaced_call(&self, module: &[String]) -> Option<(&TreeFile, &Block)> {
        (1..=module.len()).find_map(|end| {
            let (file, call) = self.call(&module[..end])?;
            let (around, _) = self.folder(&module[..end - 1]).ok()?;
            let (folder, _) = self.folder(&module[..end]).ok()?;
            let called = called(&real_or(&around), call, &file.source)?;
            (!called.may_be(&real_or(&folder))).then_some((file, call))
        })
    }

    /// Whether there may be several accounts: another provider than the default one of the root module.
    pub fn has_other_providers(&self) -> bool {
        let root = self.path(Path::new(""));
        let files = |(folder, files)| -> (bool, &[TreeFile]) { (folder == root.as_path(), files) };
        let mut of_root = 0;
        for (is_root, files) in self.folders().map(files) {
            let blocks = files.iter().flat_map(|file| &file.configuration.blocks);
            let of_aws = blocks.filter(|block| {
                block.kind == "provider" && block.labels.first().is_some_and(|name| name == "aws")
            });
            for block in of_aws {
                of_root += 1;
                if !is_root || of_root > 1 || block.argument("alias").is_some() {
                    return true;
                }
            }
        }
        false
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

    /// Whether a file is in the tree by this path alone, which is no link and leads through none: what a
    /// link leads to may be a part of something else too.
    pub fn is_own_file(&self, file: &TreeFile) -> bool {
        let path = file.source.path().unwrap_or(Path::new(""));
        let below_root = path.strip_prefix(&self.root).unwrap_or(path);
        let Ok(root) = fs::canonicalize(to_read(&self.root)) else {
            return false;
        };
        let here = fs::canonicalize(".").unwrap_or_default();
        let is_plain =
            file.real == normal(&root.join(below_root)) || file.real == normal(&here.join(path));
        let all = self.folders.values().flatten();
        is_plain && all.filter(|other| other.real == file.real).count() == 1
    }

    /// Why files are not read, of one folder or of all.
    pub fn unread<'a>(&'a self, folder: Option<&'a Path>) -> impl Iterator<Item = &'a Problem> {
        let of_it = move |one: &&(PathBuf, Problem)| folder.is_none_or(|folder| one.0 == folder);
        self.unread.iter().filter(of_it).map(|(_, why)| why)
    }

    /// The files of the modules that are not read, by their paths.
    pub fn unread_files(&self) -> Vec<PathBuf> {
        let mut unread = Vec::new();
        for (folder, files) in self.folders() {
            let is_read =
                |path: &PathBuf| files.iter().any(|file| file.source.path() == Some(path));
            let entries = fs::read_dir(to_read(folder)).into_iter().flatten();
            let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
            let paths = names.map(|name| folder.join(name));
            let paths = paths.filter(|path| {
                path.is_file() && (is_configuration(path) || is_json_configuration(path))
            });
            unread.extend(paths.filter(|path| !is_read(path)));
        }
        unread
    }

    /// The other files in the folders of its modules that are written as those are: what is given to
    /// variables, what Terragrunt reads, and what is not read since it is broken. One that is no text is
    /// none of them.
    pub fn beside(&self) -> Vec<Source> {
        let mut beside = Vec::new();
        for (folder, files) in self.folders() {
            let entries = fs::read_dir(to_read(folder)).into_iter().flatten();
            let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
            let paths = names.map(|name| folder.join(name));
            let is_read =
                |path: &PathBuf| files.iter().any(|file| file.source.path() == Some(path));
            let is_hcl = |path: &PathBuf| {
                let end = path.extension().unwrap_or_default().to_string_lossy();
                ["hcl", "tf", "tfvars", "tofu"].contains(&end.as_ref()) && path.is_file()
            };
            let paths = paths.filter(|path| is_hcl(path) && !is_read(path));
            beside.extend(paths.filter_map(|path| read(&path).ok()));
        }
        beside
    }

    /// The block that calls a module, and its file.
    pub fn call(&self, module: &[String]) -> Option<(&TreeFile, &Block)> {
        let (name, around) = module.split_last()?;
        let (folder, _) = self.folder(around).ok()?;
        let address = format!("module.{name}");
        let mut files = self.files(&folder).iter();
        files.find_map(|file| Some((file, file.configuration.block(&address)?)))
    }
}

/// The path by which a folder is opened: the one where one stands has an empty path.
pub(super) fn to_read(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// The files of a folder, in the order of their names.
fn files(folder: &Path, unread: &mut Vec<(PathBuf, Problem)>) -> Result<Vec<TreeFile>, Error> {
    let place = to_read(folder);
    let cannot = |error| Error::new(format!("{} cannot be read", place.shown())).caused_by(error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(place).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        paths.push(folder.join(name));
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let about = Source::from_text(path.shown().raw(), "");
        if is_json_configuration(&path) {
            let warning = about.warning("configuration in JSON is not read");
            let warning = warning.help("write what is about policies in it as .tf");
            unread.push((folder.to_owned(), warning));
        } else if is_configuration(&path) && path.is_file() {
            match TreeFile::read(&path) {
                Ok(file) => files.push(file),
                Err(Error::Problems(problems)) => {
                    let problems = problems.0.into_iter();
                    let warnings = problems.map(|one| one.passed_over(Severity::Warning));
                    unread.extend(warnings.map(|warning| (folder.to_owned(), warning)));
                }
                Err(error) => {
                    unread.push((folder.to_owned(), about.warning(error.in_one_line())));
                }
            }
        }
    }
    Ok(files)
}

impl TreeFile {
    fn read(path: &Path) -> Result<Self, Error> {
        let source = read(path)?;
        let real = fs::canonicalize(path);
        Ok(TreeFile {
            configuration: ConfigurationFile::read(&source)?,
            source,
            real: real.unwrap_or_else(|_| path.to_owned()),
        })
    }
}

/// Reads a file whose name in messages and patches is its path.
pub(super) fn read(path: &Path) -> Result<Source, Error> {
    let cannot = |error| Error::new(format!("{} cannot be read", path.shown())).caused_by(error);
    let bytes = fs::read(path).map_err(cannot)?;
    Ok(Source::from_bytes(path.shown().raw(), &bytes)?.at(path))
}
