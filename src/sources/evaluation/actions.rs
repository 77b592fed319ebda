//! What the expressions among the actions of a policy come to where it is made.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::names::Placed;
use super::once::{Each, ModuleOnce};
use super::{Evaluation, Value};
use crate::document::ComesTo;
use crate::sources::LivePolicy;
use crate::sources::merged::Place;

impl<'a> Evaluation<'a> {
    /// What the expressions of a statement of the document at a place come to in a policy that is made of it, as far
    /// as they can be evaluated.
    pub(in crate::sources) fn comes_to(
        &self,
        policy: &LivePolicy,
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
        let wheres = self.made_in(policy, place, Placed { file, block });
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

    /// Where a block of a document stands that a policy is made of: the module, and which one of those that the
    /// block stands for; several where nobody can tell.
    fn made_in(
        &self,
        policy: &LivePolicy,
        (folder, ..): &Place,
        placed: Placed<'a>,
    ) -> Vec<(Rc<ModuleOnce<'a>>, Each<'a>)> {
        let address = &policy.address;
        let Some((_, around)) = address.keys().split_last() else {
            return Vec::new();
        };
        let root = self.states[policy.state].root;
        let modules = self.modules_in(folder).iter();
        let mut modules =
            modules.filter(|one| one.root == root && one.names == address.block.module);
        let module = modules.find_map(|&module| {
            let all = self.modules(module);
            let mut each = all.each();
            let is_it = |one: &&Rc<ModuleOnce<'a>>| {
                one.state == policy.state && one.keys.as_slice() == around
            };
            each.find(is_it).cloned()
        });
        let Some(module) = module else {
            return Vec::new();
        };
        if placed.block.kind == "locals" {
            return vec![(module, Each::Once)];
        }
        let is_own = address.block.is_of(placed.block);
        let all = self.blocks(&module, placed);
        let each = all
            .each()
            .filter(|one| !is_own || one.keys.as_slice() == address.keys());
        each.map(|one| (Rc::clone(&module), one.each.clone()))
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
            let mut are_all = items.are_all;
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
