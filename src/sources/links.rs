//! What is given on in a tree: by local values, and by the arguments and outputs of modules.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::evaluation::{Evaluation, Origins, Placed};
use super::files::TreeFile;
use super::module_calls::Call;
use super::names::{Names, root_of, with_each};
use super::tree::Tree;
use crate::terraform::{Argument, Block};

/// All that is given on in a tree.
pub(super) struct Links<'a> {
    all: Vec<Link<'a>>,
    /// Those of a folder by what they refer to.
    by_folder: HashMap<PathBuf, HashMap<&'a str, Vec<usize>>>,
}

/// What an argument refers to may be in what is called so in another place.
struct Link<'a> {
    /// The folder that it stands in.
    from: PathBuf,
    placed: Placed<'a>,
    argument: &'a Argument,
    /// Where it is called so, and how.
    to: (PathBuf, String),
}

impl<'a> Links<'a> {
    /// Those of a tree.
    pub fn of(tree: &'a Tree) -> Self {
        let mut links = Links {
            all: Vec::new(),
            by_folder: HashMap::new(),
        };
        for (folder, files) in tree.read_folders() {
            for placed in blocks_of(files, "locals") {
                for argument in &placed.block.arguments {
                    let to = (folder.to_owned(), format!("local.{}", argument.name));
                    links.add(folder, placed, argument, to);
                }
            }
        }
        for call in tree.calls().filter(|call| call.is_read) {
            links.add_call(tree, &call);
        }
        links
    }

    /// Adds what a call gives to a module, and what that gives back.
    fn add_call(&mut self, tree: &'a Tree, call: &Call<'a>) {
        let Some((called, _)) = &call.calls else {
            return;
        };
        for argument in &call.block.arguments {
            let to = (called.clone(), format!("var.{}", argument.name));
            self.add(&call.folder, call.placed(), argument, to);
        }
        for output in blocks_of(tree.files(called), "output") {
            if let Some(argument) = output.block.argument("value") {
                let to = (call.folder.clone(), call.block.address());
                self.add(called, output, argument, to);
            }
        }
    }

    fn add(
        &mut self,
        from: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
        to: (PathBuf, String),
    ) {
        let place = self.all.len();
        let here = self.by_folder.entry(from.to_owned()).or_default();
        for argument in with_each(placed.block, argument) {
            for reference in &argument.references {
                here.entry(root_of(reference)).or_default().push(place);
            }
        }
        self.all.push(Link {
            from: from.to_owned(),
            placed,
            argument,
            to,
        });
    }

    /// What arguments are called of local values, and of what modules are given or give back.
    pub fn called(&self, is_it: &impl Fn(&Argument) -> bool) -> Vec<(PathBuf, String)> {
        let saying = self.all.iter().filter(|link| says(link.argument, is_it));
        saying.map(|link| link.to.clone()).collect()
    }

    /// What something may be in, wherever it is given on to, that is called so to `begin` with. What does not come of
    /// what `may_have` it, does not have it.
    pub fn names(
        &self,
        evaluation: &Evaluation<'a>,
        begin: &Names,
        may_have: impl Fn(&Origins) -> bool,
    ) -> Names {
        let mut names = Names::default();
        let begin = begin.all().into_iter();
        let mut left: Vec<(PathBuf, String)> = begin
            .map(|(folder, name)| (folder, root_of(&name).to_owned()))
            .collect();
        while let Some((folder, name)) = left.pop() {
            if !names.add(&folder, &name) {
                continue;
            }
            let Some(here) = self.by_folder.get(&folder) else {
                continue;
            };
            // All local values are asked for by `local` alone.
            let of_all = here.get("local").filter(|_| name.starts_with("local."));
            let links = here.get(name.as_str()).into_iter().chain(of_all).flatten();
            let links: BTreeSet<&usize> = links.collect();
            let links = links.into_iter().map(|&link| &self.all[link]);
            let links = links.filter(|link| {
                let origins = evaluation.origins_anywhere(&link.from, link.placed, link.argument);
                origins.as_ref().as_ref().is_none_or(&may_have)
            });
            left.extend(links.map(|link| link.to.clone()));
        }
        names
    }
}

/// Whether an argument, or a member of the object that it is, is one.
fn says(argument: &Argument, is_it: &impl Fn(&Argument) -> bool) -> bool {
    is_it(argument) || argument.members.iter().any(|member| says(member, is_it))
}

/// The blocks of a kind in some files.
fn blocks_of<'a>(files: &'a [TreeFile], kind: &str) -> impl Iterator<Item = Placed<'a>> {
    files.iter().flat_map(move |file| {
        let blocks: &'a [Block] = &file.configuration.blocks;
        let blocks = blocks.iter().filter(move |block| block.kind == kind);
        blocks.map(move |block| Placed { file, block })
    })
}
