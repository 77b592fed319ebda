//! What `dynamic` blocks bind where they are made.

use std::collections::BTreeMap;

use super::names::Said;
use super::scope::Here;
use super::{Evaluation, Value};
use crate::terraform::{Argument, Block};

impl<'a> Evaluation<'a> {
    /// What the `dynamic` blocks around an argument of a block bind there, the innermost last; none where one of them
    /// is made for nothing, and so the argument is not.
    pub(super) fn iterators(
        &self,
        here: &Here<'_, 'a>,
        block: &'a Block,
        said: Said<'a>,
    ) -> Option<Vec<(String, Value<'a>)>> {
        let mut bound: Vec<(String, Value<'a>)> = Vec::new();
        for dynamic in around(block, said.argument).unwrap_or_default() {
            let iterator = dynamic.argument("iterator");
            let iterator = iterator.and_then(|iterator| iterator.value.as_reference());
            let name = iterator.or(dynamic.labels.first().map(String::as_str));
            let file = said.file;
            let each = dynamic.argument("for_each");
            let each = each.map(|argument| match self.expression(Said { file, argument }) {
                Some(each) => self.in_scope(here, &each, bound.clone()),
                None => self.spelled(here.module, here.each, argument),
            });
            let (Some(name), Some(each)) = (name, each) else {
                continue;
            };
            let entries = each.entries();
            if entries.is_some_and(|(entries, others)| entries.is_empty() && others.is_empty()) {
                return None;
            }
            bound.push((name.to_owned(), iterated(&each)));
        }
        Some(bound)
    }
}

/// The key and the value of each of a collection, as far as it is known which one that is.
fn iterated<'a>(collection: &Value<'a>) -> Value<'a> {
    let entries = collection.entries();
    let only = entries.filter(|(entries, others)| entries.len() == 1 && others.is_empty());
    let only = only.and_then(|(entries, _)| entries.into_iter().next());
    let (key, value) = only.unwrap_or_else(|| {
        let (keys, values) = collection.any_entry();
        (Value::Unknown(keys), Value::Unknown(values))
    });
    let members = [("key", key), ("value", value)];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    Value::object(BTreeMap::from(members))
}

/// The `dynamic` blocks that an argument is made by, the outermost first; none where it does not stand in the block.
fn around<'b>(block: &'b Block, argument: &Argument) -> Option<Vec<&'b Block>> {
    let is_here = |one: &Argument| {
        let mut all = std::iter::once(one).chain(&one.members);
        all.any(|one| std::ptr::eq(one, argument))
    };
    if block.arguments.iter().any(is_here) {
        return Some(Vec::new());
    }
    block.blocks.iter().find_map(|inner| {
        let mut found = around(inner, argument)?;
        // What it is made for is bound in its content alone.
        let is_own = inner.arguments.iter().any(is_here);
        if inner.kind == "dynamic" && !is_own {
            found.insert(0, inner);
        }
        Some(found)
    })
}
