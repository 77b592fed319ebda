//! What is given on in a tree: by local values, and by the arguments and outputs of modules.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::Module;
use super::evaluation::{Evaluation, Said, Value};
use super::files::TreeFile;
use super::module_calls::Call;
use super::names::{Names, OfEach, asks_for_each, each_of, is_within};
use super::tree::Tree;
use crate::terraform::{Argument, Block};

/// All that is given on in a tree.
pub(super) struct Links<'a> {
    all: Vec<Link<'a>>,
    by_folder: HashMap<PathBuf, Referring<'a>>,
}

/// The links of a folder by what they refer to.
#[derive(Default)]
struct Referring<'a> {
    /// By what they refer to, and by all that this begins with.
    within: HashMap<String, Vec<usize>>,
    /// By all of what they refer to.
    whole: HashMap<&'a str, Vec<usize>>,
    /// By what their block is repeated for, each with what it asks for of one of that.
    each: HashMap<&'a str, Vec<(usize, OfEach<'a>)>>,
}

/// What an argument refers to is called so in another place too. Each member of an object that is written there
/// has a link of its own.
#[derive(Clone)]
struct Link<'a> {
    said: Said<'a>,
    /// What its block is repeated for, where the argument asks for that.
    each: Option<&'a Argument>,
    /// The folder that it stands in.
    from: PathBuf,
    /// The module that it is given to by a call, in another one; none of a local value or an output.
    given: Option<(Module<'a>, &'a str)>,
    /// Where it is called so, and how.
    to: (PathBuf, String),
    /// What it comes to.
    values: OnceCell<Vec<Value<'a>>>,
}

impl<'a> Links<'a> {
    /// Those of a tree.
    pub fn of(tree: &'a Tree) -> Self {
        let mut links = Links {
            all: Vec::new(),
            by_folder: HashMap::new(),
        };
        for (folder, files) in tree.read_folders() {
            for (file, block) in blocks_of(files, "locals") {
                for argument in &block.arguments {
                    let to = (folder.to_owned(), format!("local.{}", argument.name));
                    links.add(Link::of(folder, Said { file, argument }, to));
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
        let (Some((called, _)), Some(name)) = (&call.calls, call.block.labels.first()) else {
            return;
        };
        let file = call.file;
        for argument in &call.block.arguments {
            let to = (called.clone(), format!("var.{}", argument.name));
            self.add(Link {
                each: each_of(call.block, argument),
                given: Some((call.module, name)),
                ..Link::of(&call.folder, Said { file, argument }, to)
            });
        }
        for (file, output) in blocks_of(tree.files(called), "output") {
            if let (Some(name), Some(argument)) = (output.labels.first(), output.argument("value"))
            {
                let name = format!("{}.{name}", call.block.address());
                let to = (call.folder.clone(), name);
                self.add(Link::of(called, Said { file, argument }, to));
            }
        }
    }

    fn add(&mut self, link: Link<'a>) {
        let argument = link.said.argument;
        for member in &argument.members {
            let (folder, name) = &link.to;
            self.add(Link {
                said: Said {
                    argument: member,
                    ..link.said
                },
                to: (folder.clone(), format!("{name}.{}", member.name)),
                each: link.each.filter(|_| asks_for_each(member)),
                ..link.clone()
            });
        }
        if !argument.members.is_empty() {
            return;
        }
        let place = self.all.len();
        let here = self.by_folder.entry(link.from.clone()).or_default();
        here.add_all(argument, place);
        match link.each.map(|each| (each, each.part_of.as_deref())) {
            Some((_, Some(all))) => here.add_each(all, argument, place),
            Some((each, None)) => here.add_all(each, place),
            None => {}
        }
        self.all.push(link);
    }

    /// What arguments are called of local values, and of what modules are given or give back.
    pub fn called(&self, is_it: impl Fn(&Argument) -> bool) -> Vec<(PathBuf, String)> {
        let saying = self.all.iter().filter(|link| link.arguments().any(&is_it));
        saying.map(|link| link.to.clone()).collect()
    }

    /// What something is called wherever it is given on to, that is called so to `begin` with. What comes to a value that
    /// is none which `may_be` it, is not called so.
    pub fn names(
        &self,
        evaluation: &Evaluation<'a>,
        begin: &Names,
        may_be: impl Fn(&Value<'a>) -> bool,
    ) -> Names {
        let mut names = Names::default();
        let mut left = begin.all();
        while let Some((folder, name)) = left.pop() {
            if !names.add(&folder, &name) {
                continue;
            }
            let Some(here) = self.by_folder.get(&folder) else {
                continue;
            };
            let links = here.to(&name).into_iter().map(|link| &self.all[link]);
            let links = links.filter(|link| link.may_be(evaluation, &may_be));
            // What refers to itself has names without end.
            let is_full = names.count() >= MOST;
            left.extend(links.map(|link| {
                if is_full {
                    link.to.clone()
                } else {
                    link.called(&name)
                }
            }));
        }
        names
    }
}

impl<'a> Link<'a> {
    fn of(from: &Path, said: Said<'a>, to: (PathBuf, String)) -> Self {
        Link {
            said,
            each: None,
            from: from.to_owned(),
            given: None,
            to,
            values: OnceCell::new(),
        }
    }

    /// What is called so where the link leads that has this name where it begins: below what is given on as a whole
    /// it has the same names.
    fn called(&self, name: &str) -> (PathBuf, String) {
        let (folder, to) = &self.to;
        let whole = self.said.argument.part_of.as_deref();
        match whole.filter(|whole| is_within(name, whole)) {
            // What leads to itself has no end.
            Some(whole) if name.matches('.').count() < DEEPEST => {
                (folder.clone(), format!("{to}{}", &name[whole.len()..]))
            }
            _ => self.to.clone(),
        }
    }

    fn arguments(&self) -> impl Iterator<Item = &'a Argument> + use<'a> {
        std::iter::once(self.said.argument).chain(self.each)
    }

    /// Whether one of the values that it comes to may be something, or it comes to none.
    fn may_be(&self, evaluation: &Evaluation<'a>, may_be: &impl Fn(&Value<'a>) -> bool) -> bool {
        let values = self.values.get_or_init(|| match self.given {
            None => evaluation.in_folder(&self.from, self.said),
            Some((around, name)) => {
                let around = evaluation.modules(around);
                let called = around.each().map(|around| evaluation.called(around, name));
                let given = called.flat_map(|called| {
                    let given = called.each().map(|once| evaluation.given(once, self.said));
                    given.collect::<Vec<_>>()
                });
                given.collect()
            }
        });
        values.is_empty() || values.iter().any(may_be)
    }
}

impl<'a> Referring<'a> {
    fn add_all(&mut self, argument: &'a Argument, link: usize) {
        for reference in &argument.references {
            self.add(reference, link);
        }
    }

    fn add(&mut self, reference: &'a str, link: usize) {
        let ends = reference.match_indices('.').map(|(at, _)| at);
        // All local values are asked for by `local` alone.
        let ends = ends.filter(|&end| &reference[..end] != ALL_LOCALS);
        for end in ends.chain([reference.len()]) {
            let links = self.within.entry(reference[..end].to_owned()).or_default();
            if links.last() != Some(&link) {
                links.push(link);
            }
        }
        self.whole.entry(reference).or_default().push(link);
    }

    /// Adds what an argument asks for of each of those that its block is repeated for.
    fn add_each(&mut self, all: &'a str, argument: &'a Argument, link: usize) {
        let asking = argument.references.iter();
        let asking = asking.filter_map(|reference| Some((link, OfEach::of(reference)?)));
        self.each.entry(all).or_default().extend(asking);
    }

    /// The links of all that refers to what is called so, or to what has it in it.
    fn to(&self, name: &str) -> BTreeSet<usize> {
        let of_all = self.within.get(ALL_LOCALS);
        let of_all = of_all.filter(|_| name.starts_with("local."));
        let within = self.within.get(name).into_iter().chain(of_all).flatten();
        let around = name.match_indices('.').map(|(end, _)| &name[..end]);
        let around = around.filter_map(|around| self.whole.get(around)).flatten();
        let each = self.each.iter().flat_map(|(all, asking)| {
            let asking = asking.iter();
            let asking = asking.filter(|(_, of_each)| of_each.may_have(all, name));
            asking.map(|(link, _)| link)
        });
        within.chain(around).chain(each).copied().collect()
    }
}

/// The blocks of a kind in some files.
fn blocks_of<'a>(
    files: &'a [TreeFile],
    kind: &str,
) -> impl Iterator<Item = (&'a TreeFile, &'a Block)> {
    files.iter().flat_map(move |file| {
        let blocks = file.configuration.blocks.iter();
        blocks
            .filter(move |block| block.kind == kind)
            .map(move |block| (file, block))
    })
}

/// So many names are told from what they are of.
const MOST: usize = 2_000;

/// So deep is looked into objects.
const DEEPEST: usize = 30;

/// What refers to each local value of a folder.
const ALL_LOCALS: &str = "local";
