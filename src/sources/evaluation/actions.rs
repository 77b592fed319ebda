//! What the expressions among the actions of a policy come to where it is made.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::names::Placed;
use super::once::{BlockOnce, Each, ModuleOnce};
use super::policy_text::TextOnce;
use super::{Evaluation, Value};
use crate::document::ComesTo;
use crate::sources::merged::Place;
use crate::sources::{LivePolicy, Module};

impl<'a> Evaluation<'a> {
    /// What the expressions of a statement of the document at a place come to in a policy that is made of it, or of the
    /// text that its block is `given`, as far as they can be evaluated.
    pub(in crate::sources) fn comes_to(
        &self,
        (policy, given): (&LivePolicy, Option<&TextOnce<'a>>),
        place: &Place,
        statement: usize,
    ) -> ComesTo {
        let (folder, file, at) = place;
        let file = &self.tree.files(folder)[*file];
        let written = &file.configuration.policies[*at];
        let Some(document) = written.document() else {
            return ComesTo::default();
        };
        let block = &file.configuration.blocks[written.block];
        let ranges = document.unknown_ranges(statement);
        let expressions = ranges.map(|range| file.configuration.expression_at(&file.source, range));
        let Some(expressions) = expressions.collect::<Option<Vec<_>>>() else {
            return ComesTo::default();
        };
        let wheres = match given {
            Some(text) if text.place == *place => {
                vec![(Rc::clone(&text.module), text.each.clone())]
            }
            Some(text) => self.made_in(policy, &text.module, Placed { file, block }),
            None => match self.module_of(policy) {
                Some(module) => self.made_in(policy, &module, Placed { file, block }),
                None => Vec::new(),
            },
        };
        let each = wheres.iter().map(|(module, each)| {
            let values = expressions
                .iter()
                .map(|one| self.value_of(module, each, one));
            entries_of(values)
        });
        // Of several of which nobody can tell which it is, what all come to is what it comes to.
        each.reduce(|one, other| ComesTo {
            are_all: one.are_all && other.are_all && one.entries == other.entries,
            entries: &one.entries & &other.entries,
        })
        .unwrap_or_default()
    }

    /// What the block of a policy makes once where that is this policy.
    pub(in crate::sources) fn once(
        &self,
        policy: &LivePolicy,
        placed: Placed<'a>,
    ) -> Option<Rc<BlockOnce<'a>>> {
        let all = self.blocks(&self.module_of(policy)?, placed);
        let mut each = all.each();
        let one = each.find(|one| one.keys.as_slice() == policy.address.keys());
        one.cloned()
    }

    /// The module that a policy is made in.
    fn module_of(&self, policy: &LivePolicy) -> Option<Rc<ModuleOnce<'a>>> {
        let address = &policy.address;
        let (_, around) = address.keys().split_last()?;
        let root = self.states[policy.state].root;
        let names = &address.block.module;
        let (folder, _) = self.tree.folder(Module { root, names }).ok()?;
        let mut modules = self.modules_in(&folder).iter();
        let module = modules.find(|one| one.root == root && one.names == names.as_slice())?;
        let all = self.modules(*module);
        let mut each = all.each();
        let is_it =
            |one: &&Rc<ModuleOnce<'a>>| one.state == policy.state && one.keys.as_slice() == around;
        each.find(is_it).cloned()
    }

    /// What the block of a document stands for in a module where a policy may be made of it.
    fn made_in(
        &self,
        policy: &LivePolicy,
        module: &Rc<ModuleOnce<'a>>,
        placed: Placed<'a>,
    ) -> Vec<(Rc<ModuleOnce<'a>>, Each<'a>)> {
        if matches!(placed.block.kind.as_str(), "locals" | "module") {
            return vec![(Rc::clone(module), Each::Once)];
        }
        let address = &policy.address;
        let is_own = address.block.is_of(placed.block);
        let all = self.blocks(module, placed);
        let each = all
            .each()
            .filter(|one| !is_own || one.keys.as_slice() == address.keys());
        each.map(|one| (Rc::clone(module), one.each.clone()))
            .collect()
    }
}

/// The entries that values are, or have in them, in small letters.
fn entries_of<'a>(values: impl Iterator<Item = Value<'a>>) -> ComesTo {
    let mut entries = BTreeSet::new();
    let mut are_all = true;
    for value in values {
        are_all &= add_entries(&value, &mut entries);
    }
    ComesTo { entries, are_all }
}

/// Adds what a value comes to; returns whether that is all.
fn add_entries(value: &Value<'_>, entries: &mut BTreeSet<String>) -> bool {
    match value {
        Value::List(items) => {
            let mut are_all = items.are_all();
            for one in items.values.iter() {
                are_all &= add_entries(one, entries);
            }
            are_all
        }
        Value::Text(text) => match text.as_known() {
            Some(text) => {
                entries.insert(text.to_ascii_lowercase());
                true
            }
            None => false,
        },
        _ => false,
    }
}
