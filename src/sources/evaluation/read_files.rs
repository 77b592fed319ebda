//! The files that expressions read, as Terraform finds them: from the folder of the root module.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::names::{Placed, Said};
use super::once::{Each, ModuleOnce};
use super::{Evaluation, Value};
use crate::sources::entries::to_read;
use crate::sources::files::TreeFile;
use crate::sources::surroundings::{real, repository};
use crate::terraform::{Argument, Block, Expression, PartText, computed_paths};

/// A longer file is not read.
const LONGEST: u64 = 1024 * 1024;

impl<'a> Evaluation<'a> {
    /// `path.module` and `path.root`.
    pub(super) fn path(&self, module: &ModuleOnce<'a>, of: &str) -> Value<'a> {
        let folder = match of {
            "root" => Some(PathBuf::new()),
            _ => module.module.and_then(|module| {
                let modules = &self.tree.roots[module.root].modules;
                modules.folder(module.names).map(|one| one.path.clone())
            }),
        };
        match folder {
            None => Value::nothing(),
            Some(folder) if folder.as_os_str().is_empty() => Value::text("."),
            Some(folder) => folder.to_str().map_or_else(Value::nothing, Value::text),
        }
    }

    /// The path of a file from where one stands, which a path is from the folder of the root module.
    fn path_of_file(&self, module: &ModuleOnce<'a>, path: &str) -> Option<PathBuf> {
        let root = &self.tree.roots[module.module?.root];
        Some(root.path(Path::new(path)))
    }

    /// The line of the first argument in a file of a folder which may read the file at a real path, as far as its path
    /// is computed.
    pub(in crate::sources) fn may_read_file(
        &self,
        folder: &Path,
        file: &'a TreeFile,
        own: &Path,
    ) -> Option<usize> {
        let blocks = file.configuration.blocks.iter();
        let mut arguments = blocks.flat_map(|outer| {
            let all = arguments_in(outer).into_iter();
            all.map(move |argument| (outer, argument))
        });
        let text = file.source.text();
        let reads = |outer: &'a Block, argument: &'a Argument| {
            let may = text[argument.range.clone()].contains("file");
            let expression = may
                .then(|| self.expression(Said { file, argument }))
                .flatten();
            let paths = expression.map(|expression| computed_paths(&expression));
            let mut paths = paths.into_iter().flatten().peekable();
            let has_paths = paths.peek().is_some();
            let contexts = if has_paths {
                self.contexts(folder, Placed { file, block: outer })
            } else {
                Vec::new()
            };
            has_paths && contexts.is_empty()
                || paths.any(|path| {
                    let mut contexts = contexts.iter();
                    contexts.any(|(module, each)| self.may_be_path(module, each, &path, own))
                })
        };
        let found = arguments.find(|(outer, argument)| reads(outer, argument));
        found.map(|(_, argument)| argument.line)
    }

    /// The modules in which a block stands, with each that it stands for.
    pub(super) fn contexts(
        &self,
        folder: &Path,
        placed: Placed<'a>,
    ) -> Vec<(Rc<ModuleOnce<'a>>, Each<'a>)> {
        if ["resource", "data"].contains(&placed.block.kind.as_str()) {
            let each = self.each(folder, placed).into_iter();
            return each
                .map(|one| (Rc::clone(&one.module), one.each.clone()))
                .collect();
        }
        let modules = self.modules_in(folder).iter();
        let once = modules.flat_map(|&module| {
            let modules = self.modules(module);
            let each = modules.each().map(|once| (Rc::clone(once), Each::Once));
            each.collect::<Vec<_>>()
        });
        once.collect()
    }

    /// Whether a path, or one of those that a condition decides between, may be that of a file.
    fn may_be_path(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        path: &Expression,
        own: &Path,
    ) -> bool {
        self.may_lead_as(module, &self.value_of(module, each, path), own)
    }

    fn may_lead_as(&self, module: &ModuleOnce<'a>, path: &Value<'a>, own: &Path) -> bool {
        match path {
            Value::Text(text) => self.may_lead_to(module, text, own),
            Value::Null => false,
            Value::Unknown(perhaps) if perhaps.is_one_of_values() => {
                let mut values = perhaps.values.iter();
                values.any(|path| self.may_lead_as(module, path, own))
            }
            _ => true,
        }
    }

    /// Whether a path may lead to a file, as far as it is known. What is computed behind a folder is below that.
    fn may_lead_to(&self, module: &ModuleOnce<'a>, path: &PartText, own: &Path) -> bool {
        let at = |path: &str| self.path_of_file(module, path).and_then(|path| real(&path));
        if let Some(known) = path.as_known() {
            return at(known).is_some_and(|path| path == own);
        }
        let (folder, name) = path.start().rsplit_once('/').unwrap_or((".", path.start()));
        let folder = if folder.is_empty() { "/" } else { folder };
        let may_end = || own.to_string_lossy().ends_with(path.end());
        let is_open = path.start().is_empty();
        may_end()
            && (is_open
                || at(folder).is_some_and(|folder| {
                    let below = own.strip_prefix(folder);
                    below.is_ok_and(|below| below.to_string_lossy().starts_with(name))
                }))
    }

    /// The text of a file in the repository of its root module, or below that where there is none. What lies
    /// elsewhere is not read.
    pub(super) fn file(&self, module: &ModuleOnce<'a>, path: &str) -> Option<String> {
        let root = &self.tree.roots[module.module?.root];
        let path = self.path_of_file(module, path)?;
        self.files.of(path.clone(), || {
            let root = real(&root.folder)?;
            let around = repository(&root).unwrap_or(&root);
            let path = real(&path).filter(|path| path.starts_with(around))?;
            let about = fs::metadata(to_read(&path)).ok()?;
            let is_short = about.is_file() && about.len() <= LONGEST;
            is_short
                .then(|| fs::read_to_string(to_read(&path)).ok())
                .flatten()
        })
    }
}

/// The arguments of a block and of those in it.
pub(in crate::sources) fn arguments_in(block: &Block) -> Vec<&Argument> {
    let inner = block.blocks.iter().flat_map(arguments_in);
    block.arguments.iter().chain(inner).collect()
}
