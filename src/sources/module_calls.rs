//! The blocks that call modules, and which modules these are.

use std::path::PathBuf;

use super::calls::called;
use super::evaluation::Placed;
use super::files::TreeFile;
use super::surroundings::real_or;
use super::{Module, ModuleFolder, Tree};
use crate::terraform::Block;

/// A block of a root module, or of one that it calls, that calls a module.
pub(super) struct Call<'a> {
    /// The folder that it stands in.
    pub folder: PathBuf,
    /// The module that it stands in.
    pub module: Module<'a>,
    /// The file there.
    pub file: &'a TreeFile,
    /// The block.
    pub block: &'a Block,
    /// Where the module is that it calls, and whether that was downloaded; none where `terraform init` has
    /// not written it down.
    pub calls: Option<(PathBuf, &'a ModuleFolder)>,
    /// Whether the files of the module that it calls are read.
    pub is_read: bool,
    /// Whether the module that it stands in was downloaded.
    pub is_in_downloaded: bool,
}

impl<'a> Call<'a> {
    /// The block in its file.
    pub fn placed(&self) -> Placed<'a> {
        Placed {
            file: self.file,
            block: self.block,
        }
    }

    /// How messages call it.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.source.name().raw(), self.block.line)
    }

    /// Whether the module that it calls was downloaded.
    pub fn is_downloaded(&self) -> bool {
        let calls = self.calls.as_ref();
        calls.is_some_and(|(_, module)| module.is_downloaded)
    }
}

impl Tree {
    /// All blocks that call modules, in whichever module is read.
    pub(super) fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        let modules = self.modules().filter(|(_, folder, _)| self.is_read(folder));
        modules.flat_map(|(module, folder, within)| {
            let blocks = self.files(&folder).iter().flat_map(|file| {
                let blocks = file.configuration.blocks.iter();
                blocks.map(move |block| (file, block))
            });
            let calls = blocks.filter(|(_, block)| block.kind == "module");
            let calls = calls.map(|(file, block)| {
                let name = block.labels.first().cloned().unwrap_or_default();
                let names: Vec<String> = module.names.iter().cloned().chain([name]).collect();
                let root = module.root;
                let calls = self
                    .folder(Module {
                        root,
                        names: &names,
                    })
                    .ok();
                let is_read = |(called, _): &(PathBuf, _)| self.is_read(called);
                Call {
                    folder: folder.clone(),
                    module,
                    file,
                    block,
                    is_read: calls.as_ref().is_some_and(is_read),
                    is_in_downloaded: within.is_downloaded,
                    calls,
                }
            });
            calls.collect::<Vec<Call<'_>>>()
        })
    }

    /// The block that calls a module, and its file.
    pub fn call(&self, module: Module<'_>) -> Option<(&TreeFile, &Block)> {
        let (name, around) = module.call()?;
        let (folder, _) = self.folder(around).ok()?;
        let address = format!("module.{name}");
        let mut files = self.files(&folder).iter();
        files.find_map(|file| Some((file, file.configuration.block(&address)?)))
    }

    /// The module that another one calls by a name; none where `terraform init` has not written it down.
    pub(super) fn called_by<'a>(&'a self, module: Module<'_>, name: &str) -> Option<Module<'a>> {
        let names = [module.names, &[name.to_owned()]].concat();
        let root = module.root;
        let names = self.roots[root].modules.names(&names)?;
        Some(Module { root, names })
    }

    /// The call of a module, or of one around it, that names another folder than `modules.json` has.
    pub fn misplaced_call(&self, module: Module<'_>) -> Option<(&TreeFile, &Block)> {
        module.from_outside().find_map(|module| {
            let (file, call) = self.call(module)?;
            let (_, around) = module.call()?;
            let (around, _) = self.folder(around).ok()?;
            let (folder, _) = self.folder(module).ok()?;
            let called = called(&real_or(&around), call, &file.source)?;
            (!called.may_be(&real_or(&folder))).then_some((file, call))
        })
    }
}
