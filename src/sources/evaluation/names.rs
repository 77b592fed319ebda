//! What the names in the files of a folder refer to.

use std::collections::HashMap;
use std::path::Path;

use crate::sources::files::TreeFile;
use crate::sources::tree::Tree;
use crate::terraform::{Argument, Block, Value};

/// A block, and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub(in crate::sources) struct Placed<'a> {
    /// The file.
    pub file: &'a TreeFile,
    /// The block.
    pub block: &'a Block,
}

/// An argument, and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub(in crate::sources) struct Said<'a> {
    /// The file.
    pub file: &'a TreeFile,
    /// The argument.
    pub argument: &'a Argument,
}

impl<'a> Placed<'a> {
    /// Whether Terraform ignores changes of an argument of it.
    pub fn ignores(self, name: &str) -> bool {
        let is_it = |value: &Value| {
            let said = value.as_reference().or_else(|| value.as_text());
            let said = said.and_then(|said| said.split('.').next());
            said.is_some_and(|said| said == name || matches!(said, "all" | "*"))
        };
        let mut lifecycles = self.block.blocks_of("lifecycle");
        lifecycles.any(|lifecycle| match lifecycle.argument("ignore_changes") {
            None => false,
            Some(argument) => match &argument.value {
                Value::List(values) => values.iter().any(is_it),
                value => is_it(value),
            },
        })
    }

    /// An argument of the block.
    pub fn argument(self, name: &str) -> Option<Said<'a>> {
        let argument = self.block.argument(name)?;
        Some(Said {
            file: self.file,
            argument,
        })
    }
}

/// The blocks and local values of a folder by their names. What is there twice is laid over another.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    blocks: HashMap<String, Vec<Placed<'a>>>,
    locals: HashMap<&'a str, Vec<Said<'a>>>,
    /// Whether there are files that are not read.
    are_more: bool,
}

impl<'a> Names<'a> {
    /// Those of a folder.
    pub fn of(tree: &'a Tree, folder: &Path) -> Self {
        let mut names = Names {
            are_more: tree.unread(Some(folder)).next().is_some(),
            ..Names::default()
        };
        for file in tree.files(folder) {
            for block in &file.configuration.blocks {
                let placed = Placed { file, block };
                if block.kind == "locals" {
                    for argument in &block.arguments {
                        let said = Said { file, argument };
                        let name = argument.name.as_str();
                        names.locals.entry(name).or_default().push(said);
                    }
                } else {
                    let called = names.blocks.entry(block.address()).or_default();
                    called.push(placed);
                }
            }
        }
        names
    }

    /// The block at an address, as `aws_iam_role.app` or `variable.roles`, if it is the only one.
    pub fn block(&self, address: &str) -> Option<Placed<'a>> {
        only(self.blocks(address))
    }

    /// All blocks at an address.
    pub fn blocks(&self, address: &str) -> &[Placed<'a>] {
        self.blocks.get(address).map_or(&[], Vec::as_slice)
    }

    /// Whether there is a block at an address, or several laid over each other, or perhaps one in a file that is
    /// not read.
    pub fn may_have(&self, address: &str) -> bool {
        self.blocks.contains_key(address) || self.are_more
    }

    /// How local values, variables, data and modules are called.
    pub fn all(&self) -> Vec<String> {
        let is_named = |name: &&String| {
            let kinds = ["data.", "ephemeral.", "module."];
            kinds.iter().any(|kind| name.starts_with(kind))
        };
        let blocks = self.blocks.keys();
        let variables = blocks
            .clone()
            .filter_map(|name| name.strip_prefix("variable."));
        let variables = variables.map(|name| format!("var.{name}"));
        let locals = self.locals.keys().map(|name| format!("local.{name}"));
        blocks
            .filter(is_named)
            .cloned()
            .chain(variables)
            .chain(locals)
            .collect()
    }

    /// The names of all outputs.
    pub fn output_names(&self) -> Vec<String> {
        let names = self.blocks.keys();
        let outputs = names.filter_map(|name| name.strip_prefix("output."));
        outputs.map(str::to_owned).collect()
    }

    /// Whether there may be outputs that are not read.
    pub fn may_put_out_more(&self) -> bool {
        self.are_more || self.output_names().is_empty()
    }

    /// All local values of a name.
    pub fn locals(&self, name: &str) -> &[Said<'a>] {
        self.locals.get(name).map_or(&[], Vec::as_slice)
    }
}

fn only<T: Copy>(all: &[T]) -> Option<T> {
    match all {
        [only] => Some(*only),
        _ => None,
    }
}
