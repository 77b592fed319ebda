//! Which statements of two policies speak of the same.
//!
//! Statements that are equal in all but their actions and their `Sid` form a group, on both sides.
//! A statement that keeps its `Sid` belongs to the group it came from, and one that only one side
//! has to one that only the other has, where they share some actions: then something else was
//! changed, and it can be named.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::iam::{Policy, Statement};

/// A statement and its place.
pub(super) type Placed<'p> = (usize, &'p Statement);

/// Statements that correspond.
#[derive(Debug, Default)]
pub(super) struct Group<'p> {
    pub original: Vec<Placed<'p>>,
    pub refined: Vec<Placed<'p>>,
    /// The elements in which refined statements differ although they correspond, with the place of
    /// the statement.
    pub changed: Vec<(usize, String)>,
}

/// Puts the statements of both policies into groups.
pub(super) fn groups<'p>(original: &'p Policy, refined: &'p Policy) -> Vec<Group<'p>> {
    let mut by_scope: BTreeMap<String, Group<'p>> = BTreeMap::new();
    for placed in original.statements.iter().enumerate() {
        let group = by_scope.entry(scope(placed.1)).or_default();
        group.original.push(placed);
    }
    for placed in refined.statements.iter().enumerate() {
        let namesake = namesake(placed.1, original);
        let group = by_scope
            .entry(scope(namesake.unwrap_or(placed.1)))
            .or_default();
        group.refined.push(placed);
        if let Some(namesake) = namesake {
            group.note_changes(namesake, placed);
        }
    }
    let all = by_scope.into_values();
    let (mut groups, lonely): (Vec<_>, Vec<_>) =
        all.partition(|group| !group.original.is_empty() && !group.refined.is_empty());
    let (mut gone, new): (Vec<_>, Vec<_>) = lonely
        .into_iter()
        .partition(|group| group.refined.is_empty());
    gone.sort_by_key(|group| group.original[0].0);
    for mut group in new {
        let ranked = gone.iter().enumerate().filter_map(|(place, candidate)| {
            let likeness = likeness(candidate.original[0].1, group.refined[0].1)?;
            Some((likeness, Reverse(place)))
        });
        if let Some((_, Reverse(place))) = ranked.max() {
            group.original = gone.remove(place).original;
            group.note_changes(group.original[0].1, group.refined[0]);
        }
        groups.push(group);
    }
    groups.extend(gone);
    groups
}

/// The statement of the original with the same `Sid`, unless another one is equal to `refined` in
/// that and in all else.
fn namesake<'p>(refined: &Statement, original: &'p Policy) -> Option<&'p Statement> {
    let sid = refined.sid()?;
    let namesakes = || {
        original
            .statements
            .iter()
            .filter(|old| old.sid() == Some(sid))
    };
    let is_itself = namesakes().any(|old| differing(old, refined).is_empty());
    namesakes().next().filter(|_| !is_itself)
}

impl Group<'_> {
    fn note_changes(&mut self, old: &Statement, (place, new): Placed<'_>) {
        let names = differing(old, new).into_iter();
        self.changed.extend(names.map(|name| (place, name)));
    }
}

/// All that a statement says beside its actions and its `Sid`, in a form that is equal when it
/// means the same: a single resource may stand in a list, and resources in any order.
fn scope(statement: &Statement) -> String {
    let mut scope = BTreeMap::new();
    for (name, value) in &statement.elements {
        if name != "Sid" {
            scope.insert(name, meaning(name, value));
        }
    }
    serde_json::to_string(&scope).unwrap_or_default()
}

fn meaning(name: &str, value: &Value) -> Value {
    match (name, value) {
        ("Resource" | "NotResource", Value::String(one)) => Value::from(vec![one.clone()]),
        ("Resource" | "NotResource", Value::Array(list)) => {
            let mut list = list.clone();
            list.sort_by_key(ToString::to_string);
            list.dedup();
            Value::Array(list)
        }
        (_, value) => value.clone(),
    }
}

/// How much two statements without a common `Sid` are alike; none when they have nothing to do with
/// each other.
fn likeness(a: &Statement, b: &Statement) -> Option<Reverse<usize>> {
    let shares_actions = b.actions.entries().iter().any(|new| {
        let mut old = a.actions.entries().iter();
        old.any(|old| new.is_included_in(old) || old.is_included_in(new))
    });
    shares_actions.then_some(Reverse(differing(a, b).len()))
}

/// The names of the elements, beside actions and `Sid`, that are not the same in both.
fn differing(a: &Statement, b: &Statement) -> Vec<String> {
    differing_elements(&a.elements, &b.elements)
        .filter(|name| *name != "Sid")
        .map(str::to_owned)
        .collect()
}

/// The names of the elements that are not the same in both, in order.
pub(super) fn differing_elements<'e>(
    a: &'e Map<String, Value>,
    b: &'e Map<String, Value>,
) -> impl Iterator<Item = &'e str> {
    let means = |elements: &Map<String, Value>, name: &str| {
        elements.get(name).map(|value| meaning(name, value))
    };
    let added = b.keys().filter(|name| !a.contains_key(*name));
    a.keys()
        .chain(added)
        .filter(move |name| means(a, name) != means(b, name))
        .map(String::as_str)
}
