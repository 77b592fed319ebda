//! What a value comes of. Where all of it is known its text tells; where it is not, so does everything that is put
//! together in it: the texts that are known, and what is asked for of resources and data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Evaluation;
use super::names::{Placed, Said};
use super::once::{BlockOnce, Each, ModuleOnce};
use super::walk::Step::{self, Any, Key, Name};
use super::walk::{Stands, Walk};
use crate::sources::policy_texts::speaks_of_policies;
use crate::terraform::{Argument, PartText, Value as Plain};

/// What a value comes of.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, asked by somebody else"
)]
pub(in crate::sources) struct Origins {
    /// The texts in it as far as they are known.
    pub texts: BTreeSet<PartText>,
    /// What it asks for of resources and data.
    pub asked: BTreeSet<Asked>,
    /// The files that it is read from, each with the folder of the module, and what is known of the path.
    pub files: BTreeSet<(PathBuf, PartText)>,
    /// Whether nobody can tell some of it: it is a variable of a root module, or what AWS is asked for.
    pub is_untold: bool,
    /// Whether one of the files is not found.
    pub has_unread: bool,
    /// Whether it is too much to be gone through.
    pub is_cut_off: bool,
    /// Whether it says that policies are given to somebody, as far as that was looked for.
    pub speaks_of_policies: bool,
}

/// What is asked for of a resource or of data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sources) struct Asked {
    /// The folder that it stands in.
    pub folder: PathBuf,
    /// Its address there.
    pub address: String,
    /// The attribute, which is empty where it is all of it.
    pub attribute: String,
}

impl<'a> Evaluation<'a> {
    /// What an argument of a block comes of, once.
    pub fn origins(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Origins {
        let block = Some(one.placed);
        self.origins_of(said, Stands::new(&one.module, &one.each, block))
    }

    /// What an argument of a call comes of, where it is called once.
    pub fn origins_given(&self, called: &ModuleOnce<'a>, said: Said<'a>) -> Origins {
        match &called.called {
            Some(call) => self.origins_of(said, Stands::new(&call.around, &call.each, call.call)),
            None => Origins::default(),
        }
    }

    /// What leads to what an argument of a block comes of, by the names up to the first key, each with the folder
    /// that it is called so in; none where nobody can tell. What a block is repeated for is asked for its keys alone:
    /// what is at these is asked for elsewhere.
    pub fn leading_to(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) -> Option<BTreeSet<(PathBuf, String)>> {
        let is_repeated_for = placed.block.argument("for_each");
        let is_repeated_for = is_repeated_for.is_some_and(|own| std::ptr::eq(own, argument));
        let path: &[Step] = if is_repeated_for { &[Key] } else { &[] };
        let said = Said {
            file: placed.file,
            argument,
        };
        let contexts = self.contexts(folder, placed);
        let mut leading = BTreeSet::new();
        for (module, each) in &contexts {
            leading.extend(self.leading(said, path, Stands::new(module, each, Some(placed)))?);
        }
        (!contexts.is_empty()).then_some(leading)
    }

    /// The same of what a block stands for once.
    pub fn leading_to_once(
        &self,
        one: &Rc<BlockOnce<'a>>,
        said: Said<'a>,
    ) -> Option<BTreeSet<(PathBuf, String)>> {
        let block = Some(one.placed);
        self.leading(said, &[], Stands::new(&one.module, &one.each, block))
    }

    fn leading(
        &self,
        said: Said<'a>,
        path: &[Step],
        stands: Stands<'_, 'a>,
    ) -> Option<BTreeSet<(PathBuf, String)>> {
        let mut walk = Walk::new(self);
        walk.said(said, path, stands);
        (!walk.found.is_cut_off).then_some(walk.by)
    }

    /// What local values, variables, data and the outputs of modules come of that are called so in a folder.
    pub fn called_in(&self, folder: &Path) -> Vec<(String, Origins)> {
        let mut found = Vec::new();
        for &module in self.modules_in(folder) {
            for once in self.modules(module).each() {
                for name in self.names_in(folder).all() {
                    for (name, steps) in self.outputs_of(once, name) {
                        let mut walk = Walk::new(self);
                        let first = name.split('.').next().unwrap_or_default();
                        walk.named(first, &steps, Stands::new(once, &Each::Once, None));
                        found.push((name, walk.found));
                    }
                }
            }
        }
        found
    }

    /// A name with what leads to it; of a module that is read each of its outputs.
    fn outputs_of(&self, around: &Rc<ModuleOnce<'a>>, name: String) -> Vec<(String, Vec<Step>)> {
        let steps = |name: &str| -> Vec<Step> {
            let names = name.split('.').skip(1);
            names.map(|name| Name(name.to_owned())).collect()
        };
        let outputs: BTreeSet<String> = match name.strip_prefix("module.") {
            Some(module) => {
                let called = self.called(around, module);
                let names = called.each().filter_map(|once| self.names(once));
                names.flat_map(|names| names.output_names()).collect()
            }
            None => BTreeSet::new(),
        };
        if outputs.is_empty() {
            let steps = steps(&name);
            return vec![(name, steps)];
        }
        let call = self.names(around).and_then(|names| names.block(&name));
        let is_repeated = call.is_some_and(|call| {
            let mut said = ["count", "for_each"].into_iter();
            said.any(|argument| call.block.argument(argument).is_some())
        });
        let outputs = outputs.into_iter();
        let named = outputs.map(|output| {
            let key = is_repeated.then_some(Any);
            let last = key.into_iter().chain([Name(output.clone())]);
            (
                format!("{name}.{output}"),
                steps(&name).into_iter().chain(last).collect(),
            )
        });
        named.collect()
    }

    fn origins_of(&self, said: Said<'a>, stands: Stands<'_, 'a>) -> Origins {
        let mut walk = Walk::new(self);
        walk.said(said, &[], stands);
        walk.found
    }
}

impl Origins {
    /// These and those of another value.
    pub fn with(mut self, other: Origins) -> Self {
        self.texts.extend(other.texts);
        self.asked.extend(other.asked);
        self.files.extend(other.files);
        self.is_untold |= other.is_untold;
        self.has_unread |= other.has_unread;
        self.is_cut_off |= other.is_cut_off;
        self.speaks_of_policies |= other.speaks_of_policies;
        self
    }

    /// What an argument says of itself, which stands in no module that is called.
    pub fn spelled(folder: &Path, argument: &Argument) -> Self {
        let asked = argument.references.iter().map(|reference| {
            let ends = reference.match_indices('.').map(|(end, _)| end);
            let end = ends
                .chain([reference.len()])
                .nth(if reference.starts_with("data.") { 2 } else { 1 });
            let (address, rest) = reference.split_at(end.unwrap_or(reference.len()));
            Asked {
                folder: folder.to_owned(),
                address: address.to_owned(),
                attribute: rest.trim_start_matches('.').to_owned(),
            }
        });
        Origins {
            texts: written_in(argument).collect(),
            asked: asked.collect(),
            ..Origins::default()
        }
    }

    /// Looks whether it says that policies are given to somebody.
    pub fn look_for_policies(&mut self) {
        let mut texts = self.texts.iter();
        self.speaks_of_policies = texts.any(|text| speaks_of_policies(&text.shown()));
    }

    /// Whether nothing else can be in it than what is known, and managed policies.
    pub fn are_all_told(&self) -> bool {
        let is_policy = |one: &Asked| one.address.starts_with("aws_iam_policy.");
        let is_known = |text: &PartText| text.as_known().is_some();
        let is_open = self.is_untold || self.has_unread || self.is_cut_off;
        !is_open
            && self.files.is_empty()
            && self.asked.iter().all(is_policy)
            && self.texts.iter().all(is_known)
    }

    /// Whether no word of it is known.
    pub fn says_nothing(&self) -> bool {
        let mut texts = self.texts.iter();
        texts.all(|text| !text.shown().contains(char::is_alphanumeric))
    }
}

/// The texts that are written in an argument.
pub(super) fn written_in(argument: &Argument) -> impl Iterator<Item = PartText> {
    argument.texts.iter().filter_map(|text| match text {
        Plain::Text(text) => Some(PartText::known(text.as_str())),
        Plain::EndsIn(end) => Some(PartText::unknown().then(&PartText::known(end.as_str()))),
        _ => None,
    })
}
