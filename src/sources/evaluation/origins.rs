//! What a value comes of: the texts that are known of it, and what is asked for of resources, data and files where these
//! do not tell all of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::leading::{is_of_call, written_in};
use super::names::{Placed, Said};
use super::once::{BlockOnce, Each, ModuleOnce};
use super::{Evaluation, Thing, Value};
use crate::sources::merged::Place;
use crate::sources::policy_texts::{all_attached_in, speaks_of_policies};
use crate::terraform::{Argument, Asked, Made, Of, Origin, PartText, Perhaps};

/// What a value comes of.
#[derive(Clone, Debug, Default)]
pub(in crate::sources) struct Origins {
    /// The texts in it as far as they are known.
    pub texts: BTreeSet<PartText>,
    /// What it asks for of resources and data.
    pub asked: BTreeSet<Asked>,
    /// The files that it is read from, each with the folder of the module, and what is known of the path.
    pub files: BTreeSet<(PathBuf, PartText)>,
    /// What it does not tell.
    pub gaps: BTreeSet<Gap>,
    /// Whether it says that policies are given to somebody, as far as that was looked for.
    pub speaks_of_policies: bool,
    /// What it asks for, with what the policies in it do.
    leading: BTreeSet<Asked>,
    /// The policies that are written in the tree of which the text may be in it.
    policies: BTreeSet<Place>,
}

/// Why it is not known what else a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sources) enum Gap {
    /// It is a variable of a root module, or what AWS is asked for.
    Untold,
    /// One of the files is not found.
    Unread,
    /// It is too much to be gone through.
    TooLong,
}

impl<'a> Evaluation<'a> {
    /// What an argument of a block comes of, once.
    pub fn origins(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Origins {
        self.origins_of(&self.as_written(one, said))
    }

    /// What an argument of a block comes to, once, whether Terraform ignores changes of it or not.
    fn as_written(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Value<'a> {
        if one.placed.ignores(&said.argument.name) {
            self.written_once(one, said)
        } else {
            self.argument(one, said)
        }
    }

    /// What an argument comes of wherever its block stands; none where it stands in nothing that is read. Of what a
    /// block is repeated for it is what the keys come of: what is at these is asked for elsewhere.
    pub fn origins_anywhere(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) -> Rc<Option<Origins>> {
        let of_each = placed.block.argument("for_each");
        let is_of_each = of_each.is_some_and(|own| std::ptr::eq(own, argument));
        self.anywhere.of(std::ptr::from_ref(argument), || {
            let values = self.anywhere(folder, placed, argument);
            let origins = values.map(|values| {
                let each = values.into_iter().map(|value| match value {
                    value if is_of_each => self.origins_of(&Value::Unknown(value.any_entry().0)),
                    value => self.origins_of(&value),
                });
                each.fold(Origins::default(), Origins::with)
            });
            Rc::new(origins)
        })
    }

    /// What an argument comes to wherever its block stands; none where it stands in nothing that is read.
    pub fn anywhere(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) -> Option<Vec<Value<'a>>> {
        let file = placed.file;
        let said = Said { file, argument };
        let values: Vec<Value<'a>> = match (placed.block.kind.as_str(), placed.block.labels.first())
        {
            ("resource" | "data" | "ephemeral", _) => {
                let each = self.each(folder, placed);
                each.iter()
                    .map(|one| self.written_once(one, said))
                    .collect()
            }
            ("module", Some(name)) if !is_of_call(argument) => {
                let around = self.modules_in(folder).iter();
                let around = around.flat_map(|&module| {
                    let all = self.modules(module);
                    all.each().cloned().collect::<Vec<Rc<ModuleOnce<'a>>>>()
                });
                let called = around.flat_map(|around| {
                    let called = self.called(&around, name);
                    let given = called.each().map(|once| self.given(once, said));
                    given.collect::<Vec<_>>()
                });
                called.collect()
            }
            _ => {
                let contexts = self.contexts(folder, placed).into_iter();
                let values = contexts.map(|(module, each)| {
                    self.value_within(&module, &each, (None, placed.block), said)
                });
                values.collect()
            }
        };
        (!values.is_empty()).then_some(values)
    }

    /// What an argument of a call comes of, where it is called once.
    pub fn origins_given(&self, called: &ModuleOnce<'a>, said: Said<'a>) -> Origins {
        match &called.called {
            Some(_) => self.origins_of(&self.given(called, said)),
            None => Origins::default(),
        }
    }

    /// What a value comes of.
    pub fn origins_of(&self, value: &Value<'a>) -> Origins {
        let mut gathering = Gathering {
            evaluation: self,
            found: Origins::default(),
            gone: BTreeSet::new(),
        };
        gathering.add(value);
        gathering.found
    }

    /// What local values, variables, data and the outputs of modules come of that are called so in a folder.
    pub fn called_in(&self, folder: &Path) -> Vec<(String, Origins)> {
        let mut found = Vec::new();
        for &module in self.modules_in(folder) {
            for once in self.modules(module).each() {
                for name in self.names_in(folder).all() {
                    let outputs = self.outputs_of(once, &name);
                    if outputs.is_empty() {
                        let value = self.referred(once, &Each::Once, &name, None);
                        found.push((name, self.origins_of(&value)));
                    } else {
                        found.extend(outputs);
                    }
                }
            }
        }
        found
    }

    /// The outputs of a module that is called so, if it is one that is read.
    fn outputs_of(&self, around: &Rc<ModuleOnce<'a>>, name: &str) -> Vec<(String, Origins)> {
        let Some(module) = name.strip_prefix("module.") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for once in self.called(around, module).each() {
            let names = self.names(once);
            for output in names.map_or(Vec::new(), |names| names.output_names()) {
                let value = self.output(once, &output);
                found.push((format!("{name}.{output}"), self.origins_of(&value)));
            }
        }
        found
    }
}

/// Gathers what values come of.
struct Gathering<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    found: Origins,
    /// What was asked for, whether its text told it, and whether a policy did.
    gone: BTreeSet<(Asked, bool, bool)>,
}

impl<'a> Gathering<'_, 'a> {
    fn add(&mut self, value: &Value<'a>) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Text(text) => self.add_text(text),
            Value::Unknown(perhaps) => self.add_perhaps(perhaps),
            Value::List(items) => {
                items.values.iter().for_each(|one| self.add(one));
                items.others.iter().for_each(|one| self.add_perhaps(one));
            }
            Value::Object(members) if members.says_policy() => self.add_of(&value.origins(), false),
            Value::Object(members) => {
                for (name, one) in members.values.iter() {
                    self.found.texts.insert(PartText::known(name.as_str()));
                    self.add(one);
                }
                for (key, one) in members.others.iter() {
                    self.add(key);
                    self.add(one);
                }
            }
            Value::One(Thing::Text(text)) => {
                self.add(&text.letters);
                self.found.policies.insert(text.place.clone());
            }
            Value::One(one) => self.add_of(&one.origins(), false),
            Value::Several(several) => {
                for (key, one) in several.entries() {
                    self.add(&key);
                    self.add(&one);
                }
            }
            Value::NotMade(_, of) => self.add_of(of, false),
        }
    }

    fn add_perhaps(&mut self, perhaps: &Perhaps<Thing<'a>>) {
        perhaps.values.iter().for_each(|one| self.add(one));
        (perhaps.other.iter()).for_each(|of| self.add_of(of, false));
    }

    fn add_text(&mut self, text: &PartText) {
        if text.is_policy() {
            return self.add_of(&text.origins().in_policy(), false);
        }
        if text.is_cut() {
            self.found.gaps.insert(Gap::TooLong);
        }
        self.found.texts.insert(text.clone());
        self.add_of(text.origins(), text.as_known().is_some());
    }

    /// Adds what something comes of, which may be all told by its text.
    fn add_of(&mut self, of: &Of, is_told: bool) {
        for origin in of.iter() {
            self.add_origin(origin, is_told, false);
        }
    }

    fn add_origin(&mut self, origin: &Origin, is_told: bool, is_in_policy: bool) {
        let found = &mut self.found;
        match origin {
            Origin::InPolicy(said) => self.add_origin(said, is_told, true),
            Origin::Asked(asked) => self.add_asked(asked, is_told, is_in_policy),
            Origin::Policy(folder, file, at) => {
                found.policies.insert((folder.to_path_buf(), *file, *at));
            }
            Origin::GivenUp => _ = found.gaps.insert(Gap::TooLong),
            _ if is_told || is_in_policy => {}
            Origin::Text(text) => {
                if text.is_cut() {
                    found.gaps.insert(Gap::TooLong);
                }
                if !text.is_policy() {
                    found.texts.insert(text.clone());
                }
            }
            Origin::File(folder, path) => {
                found.files.insert((folder.to_path_buf(), path.clone()));
            }
            Origin::Untold => _ = found.gaps.insert(Gap::Untold),
        }
    }

    fn add_asked(&mut self, asked: &Asked, is_told: bool, is_in_policy: bool) {
        if !self.gone.insert((asked.clone(), is_told, is_in_policy)) {
            return;
        }
        self.found.leading.insert(asked.clone());
        if !is_in_policy {
            let mut asked = asked.clone();
            // Where the text tells whether it is the ARN, it does not tell whose name it is.
            if is_told && ["", "arn", "id"].contains(&asked.attribute.as_str()) {
                "name".clone_into(&mut asked.attribute);
            }
            self.found.asked.insert(asked);
        }
        if !is_told {
            let leading = self.evaluation.leads_to(asked);
            for origin in leading.iter() {
                self.add_origin(origin, false, is_in_policy);
            }
        }
    }
}

impl Origins {
    /// These and those of another value.
    pub fn with(mut self, other: Origins) -> Self {
        self.texts.extend(other.texts);
        self.asked.extend(other.asked);
        self.files.extend(other.files);
        self.gaps.extend(other.gaps);
        self.leading.extend(other.leading);
        self.policies.extend(other.policies);
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
                folder: folder.into(),
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

    /// Whether it asks for all policies that there are, and attaches some.
    pub fn may_attach_all(&self) -> bool {
        let mut texts = self.texts.iter();
        texts.any(|text| all_attached_in(&text.shown()).is_some())
    }

    /// Whether some of it is not told, for this reason.
    pub fn has(&self, gap: Gap) -> bool {
        self.gaps.contains(&gap)
    }

    /// Whether nothing else is in it than what is known, and what is asked for that is such a thing.
    pub fn are_told(&self, is_such: impl Fn(&Asked) -> bool) -> bool {
        self.gaps.is_empty() && self.files.is_empty() && self.asked.iter().all(is_such)
    }

    /// Whether the text of one of these policies may be in it, or of what is asked for that takes one.
    pub fn may_have(
        &self,
        is_policy: impl Fn(&Place) -> bool,
        takes_one: impl Fn(&Path, &str) -> bool,
    ) -> bool {
        let asks = |asked: &Asked| {
            let name = match asked.attribute.as_str() {
                "" => asked.address.clone(),
                attribute => format!("{}.{attribute}", asked.address),
            };
            takes_one(&asked.folder, &name)
        };
        self.has(Gap::TooLong)
            || self.policies.iter().any(is_policy)
            || self.leading.iter().any(asks)
    }

    /// Whether no word of it is known.
    pub fn says_nothing(&self) -> bool {
        let mut texts = self.texts.iter();
        texts.all(|text| !text.shown().contains(char::is_alphanumeric))
    }
}
