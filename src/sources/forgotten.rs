//! What is in AWS though no block makes it: what Terraform keeps no more of, by `removed` blocks, and what it is to take
//! over, by `import` blocks. What that gives to somebody no state tells.

use std::path::Path;

use super::Module;
use super::address::BlockAddress;
use super::applied::FOR_WHOM;
use super::attached::Attached;
use super::evaluation::{Placed, Said};
use super::naming::Naming;
use super::state::{is_deploying, is_type_of_who};
use super::tree::Tree;
use super::uses::Uses;
use crate::terraform::{Block, Value};
use crate::text::Problem;

/// The blocks of a tree by which something that may give policies to somebody, or put somebody into a group, is told to
/// be in AWS, each with its folder.
pub(super) fn forgetting(tree: &Tree) -> Vec<(&Path, Placed<'_>)> {
    let mut found = Vec::new();
    for (folder, files) in tree.read_folders() {
        for file in files {
            let blocks = file.configuration.blocks.iter();
            let forgetting = blocks.filter(|block| {
                let is_made = |what: &What<'_>| {
                    let mut all = files.iter().flat_map(|file| &file.configuration.blocks);
                    all.any(|one| what.is_of(one))
                };
                match block.kind.as_str() {
                    "removed" => {
                        !is_destroyed(block) && What::of(block).is_none_or(|what| what.may_give())
                    }
                    "import" => {
                        What::of(block).is_some_and(|what| what.may_give() && !is_made(&what))
                    }
                    _ => false,
                }
            });
            found.extend(forgetting.map(|block| (folder, Placed { file, block })));
        }
    }
    found
}

/// The blocks by which Terraform is to take over managed policies, each with its folder.
pub(super) fn importing(tree: &Tree) -> Vec<(&Path, Placed<'_>)> {
    let importing = tree.read_blocks().filter(|(_, placed)| {
        let what = What::of(placed.block).filter(|_| placed.block.kind == "import");
        what.is_some_and(|what| what.address.starts_with("aws_iam_policy."))
    });
    importing.collect()
}

/// What a block is about.
struct What<'b> {
    /// The names of the calls that lead to its module.
    calls: Vec<&'b str>,
    /// Its own address there, which is empty where it is all of that module.
    address: &'b str,
}

impl<'b> What<'b> {
    fn of(removed: &'b Block) -> Option<Self> {
        let said = ["from", "to"]
            .into_iter()
            .find_map(|name| removed.argument(name));
        let mut address = said?.value.as_reference()?;
        let mut calls = Vec::new();
        while let Some(rest) = address.strip_prefix("module.") {
            let (name, rest) = rest.split_once('.').unwrap_or((rest, ""));
            calls.push(name);
            address = rest;
        }
        Some(What { calls, address })
    }

    /// Whether it may give policies to somebody, or put somebody into a group.
    fn may_give(&self) -> bool {
        let kind = self.address.split('.').next().unwrap_or_default();
        // The text of such a policy is its own.
        let is_policy = kind.starts_with("aws_iam_") && kind.ends_with("_policy");
        kind.is_empty()
            || kind.contains("_attachment")
            || !is_policy && (is_deploying(kind) || is_type_of_who(kind))
    }

    /// Whether a block of its folder makes it, or leads to it.
    fn is_of(&self, block: &Block) -> bool {
        let address = block.address();
        match self.calls.first() {
            Some(call) => address == format!("module.{call}"),
            None => address == self.address,
        }
    }

    /// Whether it is what a state has at an address in or below one of these modules.
    fn has(&self, one: &BlockAddress, module: &[String]) -> bool {
        let below = one.module.strip_prefix(module);
        let in_it = below.and_then(|below| {
            let (calls, rest) = below.split_at_checked(self.calls.len())?;
            (calls == self.calls).then_some(rest)
        });
        in_it.is_some_and(|rest| {
            self.address.is_empty()
                || rest.is_empty() && self.address == format!("{}.{}", one.kind, one.name)
        })
    }
}

/// Whether what a block is about is no more in AWS either, once it is applied.
fn is_destroyed(removed: &Block) -> bool {
    let mut lifecycles = removed.blocks_of("lifecycle");
    lifecycles.any(|one| {
        let destroy = one.argument("destroy");
        destroy.is_some_and(|destroy| destroy.value == Value::Bool(true))
    })
}

impl<'a> Attached<'_, 'a> {
    /// Refuses the policy if Terraform is to take it over as that of another block too.
    pub fn is_taken_over_as_itself(&self) -> Result<(), Problem> {
        let evaluation = self.uses.evaluation;
        for &(folder, placed) in &self.uses.survey.importing {
            let what = What::of(placed.block);
            if what.is_none_or(|what| self.is_imported(folder, &what)) {
                continue;
            }
            let each = evaluation.each(folder, placed);
            let is_it = |said: &Said<'a>| {
                let mut origins = each.iter().map(|one| evaluation.origins(one, *said));
                origins.any(|origins| self.naming(&origins) == Naming::ByArn)
            };
            let said = ["id", "identity"].into_iter();
            let mut said = said.filter_map(|name| placed.argument(name));
            if let Some(said) = said.find(is_it) {
                let own = self.policy.placed.block.address();
                let message = format!("{own} is to be taken over here as another one too");
                let why = placed
                    .file
                    .source
                    .error_at(said.argument.range.clone(), message);
                return Err(why.help("keep one block of the two"));
            }
        }
        Ok(())
    }

    /// Whether it is the policy's own block that a block of a folder takes over something as.
    fn is_imported(&self, folder: &Path, what: &What<'_>) -> bool {
        let calls: Vec<String> = what.calls.iter().map(|&call| call.to_owned()).collect();
        let mut modules = self.uses.evaluation.modules_in(folder).iter();
        what.address == self.policy.placed.block.address()
            && modules.any(|around| {
                let names = [around.names, calls.as_slice()].concat();
                let root = around.root;
                let module = self.uses.tree.folder(Module {
                    root,
                    names: &names,
                });
                module.is_ok_and(|(folder, _)| folder == self.policy.folder)
            })
    }
}

impl Uses<'_, '_> {
    /// Notes what Terraform keeps no more of and no state has.
    pub fn forgotten_are_known(&self) {
        for &(folder, placed) in &self.survey.forgetting {
            let modules = self.evaluation.modules_in(folder);
            let what = What::of(placed.block);
            let is_made = self.states.iter().any(|state| {
                let here = modules.iter().filter(|module| module.root == state.root);
                let mut here = here.flat_map(|module| {
                    let resources = state.resources.iter();
                    resources.map(|one| (&one.address.block, module.names))
                });
                here.any(|(one, names)| what.as_ref().is_some_and(|what| what.has(one, names)))
            });
            if !is_made {
                self.believe(placed, FOR_WHOM);
            }
        }
    }
}
