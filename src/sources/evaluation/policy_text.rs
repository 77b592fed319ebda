//! The texts of policies that are written in the tree, wherever they are given on to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use super::names::{Placed, Said};
use super::once::{BlockOnce, Each, ModuleOnce};
use super::{Evaluation, Thing, Value};
use crate::sources::files::TreeFile;
use crate::sources::merged::Place;
use crate::terraform::{Content, WrittenPolicy};

/// The text of a policy that is written in one place, as a module has it once.
#[derive(Debug)]
pub(in crate::sources) struct TextOnce<'a> {
    /// Where it is written.
    pub place: Place,
    /// The module that it stands in.
    pub module: Rc<ModuleOnce<'a>>,
    /// Which one of those that its block stands for.
    pub each: Each<'a>,
    /// What is known of its letters.
    pub letters: Value<'a>,
}

/// The text of a policy that a value is, whichever of several it is.
pub(in crate::sources) fn only_text<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Rc<TextOnce<'a>>> {
    match value {
        Value::One(Thing::Text(text)) => Some(text),
        Value::Unknown(perhaps) if perhaps.is_one_of_values() => {
            let mut texts = perhaps.values.iter().map(only_text);
            let first = texts.next()??;
            let is_same = |text: Option<&Rc<TextOnce<'a>>>| text.is_some_and(|text| first.is(text));
            texts.all(is_same).then_some(first)
        }
        _ => None,
    }
}

impl TextOnce<'_> {
    /// Whether it is the same as another one.
    fn is(&self, other: &Self) -> bool {
        let is_for_same = match (&self.each, &other.each) {
            (Each::Once, Each::Once) => true,
            (Each::Count(one), Each::Count(other))
            | (Each::Keyed(one, _), Each::Keyed(other, _)) => one.is(other) == Some(true),
            _ => false,
        };
        self.place == other.place && Rc::ptr_eq(&self.module, &other.module) && is_for_same
    }
}

impl<'a> Evaluation<'a> {
    /// The text that a document or a template comes to where it is made once.
    pub(super) fn text_of(&self, one: &Rc<BlockOnce<'a>>, attribute: &str) -> Option<Value<'a>> {
        let Placed { file, block } = one.placed;
        let kind = block.labels.first().filter(|_| block.kind == "data")?;
        let is_text = match kind.as_str() {
            "aws_iam_policy_document" => ["json", "minified_json"].contains(&attribute),
            "template_file" => attribute == "rendered",
            _ => false,
        };
        let address = block.address();
        let letters = if kind == "template_file" {
            Value::made_of(one.asked(attribute))
        } else {
            Value::nothing()
        };
        let is_it = |written: &WrittenPolicy| written.address == address;
        is_text.then_some(())?;
        self.written(&one.module, &one.each, (file, &is_it), letters)
    }

    /// What an argument comes to, with the text of a policy in the place of what is written as one: all of it, or a
    /// member of an object.
    pub(super) fn with_texts(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        said: Said<'a>,
        value: Value<'a>,
    ) -> Value<'a> {
        if said.file.configuration.policies.is_empty() {
            return value;
        }
        match value {
            Value::Unknown(_) | Value::Text(_) => {
                let is_it = |written: &WrittenPolicy| {
                    written.range == said.argument.range && is_text(&written.content)
                };
                let letters = value.clone();
                let written = self.written(module, each, (said.file, &is_it), letters);
                written.unwrap_or(value)
            }
            Value::Object(members) if !said.argument.members.is_empty() => {
                let mut values = BTreeMap::clone(&members.values);
                for argument in &said.argument.members {
                    if let Some(value) = values.get_mut(&argument.name) {
                        let file = said.file;
                        let said = Said { file, argument };
                        *value = self.with_texts(module, each, said, value.clone());
                    }
                }
                Value::object_in(values, members.others.to_vec())
            }
            value => value,
        }
    }

    fn written(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        (file, is_it): (&'a TreeFile, &dyn Fn(&WrittenPolicy) -> bool),
        letters: Value<'a>,
    ) -> Option<Value<'a>> {
        let at = file.configuration.policies.iter().position(is_it)?;
        let (folder, number) = self.place_of(module, file)?;
        let text = TextOnce {
            place: (folder, number, at),
            module: Rc::clone(module),
            each: each.clone(),
            letters,
        };
        Some(Value::One(Thing::Text(Rc::new(text))))
    }

    /// The folder of a module, and which of the files there one is.
    fn place_of(&self, module: &ModuleOnce<'a>, file: &TreeFile) -> Option<(PathBuf, usize)> {
        let (folder, _) = self.tree.folder(module.module?).ok()?;
        let mut files = self.tree.files(&folder).iter();
        let number = files.position(|one| std::ptr::eq(one, file))?;
        Some((folder, number))
    }
}

fn is_text(content: &Content) -> bool {
    matches!(content, Content::Document(_) | Content::InFile(_))
}
