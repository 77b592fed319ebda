//! Which statements of two policies are about the same.
//!
//! Statements that are equal in all but their actions and their `Sid` form a group, on both sides.
//! A statement that keeps its `Sid` belongs to the group it came from, and one that only one side
//! has to one that only the other has, where they share some actions: then something else was
//! changed, and it can be named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::effort::Effort;
use crate::iam::{ActionPattern, Elements, Grants, Policy, Statement};

/// A statement and its place.
pub(super) type Placed<'p> = (usize, &'p Statement);

/// Statements of the two policies that are judged together, by what they grant together.
#[derive(Debug, Default)]
pub(super) struct Group<'p> {
    pub original: Vec<Placed<'p>>,
    pub refined: Vec<Placed<'p>>,
    /// The elements in which refined statements differ although they correspond, with the place of
    /// the statement.
    pub changed: Vec<(usize, String)>,
}

/// Puts the statements of both policies into groups.
pub(super) fn groups<'p>(
    original: &'p Policy,
    refined: &'p Policy,
    effort: &Effort,
) -> Vec<Group<'p>> {
    let mut by_scope: BTreeMap<String, Group<'p>> = BTreeMap::new();
    let mut namesakes = Namesakes::default();
    for placed in original.statements.iter().enumerate() {
        let scope = scope(placed.1);
        namesakes.add(placed.1, &scope);
        by_scope.entry(scope).or_default().original.push(placed);
    }
    for placed in refined.statements.iter().enumerate() {
        let scope = scope(placed.1);
        let namesake = namesakes.of(placed.1, &scope);
        let (scope, namesake) = match namesake {
            Some((namesake, scope)) => (scope.clone(), Some(namesake)),
            None => (scope, None),
        };
        let group = by_scope.entry(scope).or_default();
        group.refined.push(placed);
        if let Some(namesake) = namesake {
            group.note_changes(namesake, placed);
        }
    }
    let all = by_scope.into_values();
    let (mut groups, lonely): (Vec<_>, Vec<_>) =
        all.partition(|group| !group.original.is_empty() && !group.refined.is_empty());
    let (gone, new): (Vec<_>, Vec<_>) = lonely
        .into_iter()
        .partition(|group| group.refined.is_empty());
    let mut gone = Gone::new(gone);
    for mut group in new {
        if let Some(original) = gone.take_most_alike(group.refined[0].1, effort) {
            group.original = original;
            group.note_changes(group.original[0].1, group.refined[0]);
        }
        groups.push(group);
    }
    groups.extend(gone.groups.into_iter().flatten());
    groups
}

/// The statements of the original that have a `Sid`.
#[derive(Default)]
struct Namesakes<'p> {
    /// The first of each `Sid`, with its scope.
    first: BTreeMap<&'p str, (&'p Statement, String)>,
    /// All, by what they say other than their actions.
    all: BTreeSet<(&'p str, String)>,
}

impl<'p> Namesakes<'p> {
    fn add(&mut self, statement: &'p Statement, scope: &str) {
        if let Some(sid) = statement.sid() {
            let first = self.first.entry(sid);
            first.or_insert_with(|| (statement, scope.to_owned()));
            self.all.insert((sid, scope.to_owned()));
        }
    }

    /// The statement with the same `Sid`, unless another one is equal to `refined` in that and in
    /// all else.
    fn of(&self, refined: &'p Statement, scope: &str) -> Option<&(&'p Statement, String)> {
        let sid = refined.sid()?;
        let is_itself = self.all.contains(&(sid, scope.to_owned()));
        self.first.get(sid).filter(|_| !is_itself)
    }
}

/// What only the original has, found by the entries of its first statements.
struct Gone<'p> {
    /// In the order of the policy; none where one was taken.
    groups: Vec<Option<Group<'p>>>,
    /// For each group, what its first statement means.
    meanings: Vec<BTreeMap<&'p str, Value>>,
    /// The groups whose first statement has the entry, by their places in `groups`.
    places: BTreeMap<&'p ActionPattern, BTreeSet<usize>>,
    grants: Grants<'p, &'p ActionPattern>,
}

impl<'p> Gone<'p> {
    fn new(mut groups: Vec<Group<'p>>) -> Self {
        groups.sort_by_key(|group| group.original[0].0);
        let firsts: Vec<&Statement> = groups.iter().map(|group| group.original[0].1).collect();
        let mut places: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for (place, first) in firsts.iter().enumerate() {
            for entry in first.actions.entries() {
                places.entry(entry).or_default().insert(place);
            }
        }
        Gone {
            meanings: firsts.into_iter().map(meanings).collect(),
            grants: places.keys().map(|entry| (*entry, *entry)).collect(),
            groups: groups.into_iter().map(Some).collect(),
            places,
        }
    }

    /// Takes out the statements that are most like `new`: with some actions in common, and the
    /// fewest other elements that differ.
    fn take_most_alike(&mut self, new: &'p Statement, effort: &Effort) -> Option<Vec<Placed<'p>>> {
        let meanings = meanings(new);
        let mut nearest: Option<(usize, usize)> = None;
        for entry in self.sharing_with(new, effort) {
            for &place in self.places.get(entry).into_iter().flatten() {
                let ranked = (count_differing(&self.meanings[place], &meanings), place);
                nearest = Some(nearest.map_or(ranked, |nearest| nearest.min(ranked)));
                // Those that differ in nothing correspond already; so none is nearer than this.
                if ranked.0 <= 1 {
                    break;
                }
            }
        }
        let (_, place) = nearest?;
        let taken = self.groups[place].take()?;
        for entry in taken.original[0].1.actions.entries() {
            if let Some(places) = self.places.get_mut(entry) {
                places.remove(&place);
            }
        }
        Some(taken.original)
    }

    /// The entries that have actions in common with those of `new`.
    fn sharing_with(&self, new: &Statement, effort: &Effort) -> BTreeSet<&'p ActionPattern> {
        let mut sharing = BTreeSet::new();
        for pattern in new.actions.entries() {
            let candidates: Vec<&ActionPattern> = match pattern {
                ActionPattern::InService { service, name } => self
                    .grants
                    .in_service(service)
                    .that_may_meet(name)
                    .collect(),
                ActionPattern::Everything => self.places.keys().copied().collect(),
            };
            let is_shared = |entry: &&ActionPattern| {
                effort.includes(entry, pattern) || effort.includes(pattern, entry)
            };
            sharing.extend(candidates.into_iter().filter(is_shared));
        }
        sharing
    }
}

impl Group<'_> {
    fn note_changes(&mut self, old: &Statement, (place, new): Placed<'_>) {
        let names = differing(old, new).into_iter();
        self.changed.extend(names.map(|name| (place, name)));
    }
}

/// All that a statement says other than its actions and its `Sid`, in a form that is equal when it
/// means the same: a single resource may stand in a list, and resources in any order.
pub(super) fn scope(statement: &Statement) -> String {
    serde_json::to_string(&meanings(statement)).unwrap_or_default()
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

/// What a statement says other than its actions and its `Sid`, as [`meaning`] has it.
fn meanings(statement: &Statement) -> BTreeMap<&str, Value> {
    let elements = statement.elements.iter().filter(|(name, _)| *name != "Sid");
    let meanings = elements.map(|(name, value)| (name, meaning(name, value)));
    meanings.collect()
}

fn count_differing(a: &BTreeMap<&str, Value>, b: &BTreeMap<&str, Value>) -> usize {
    let added = b.keys().filter(|name| !a.contains_key(*name));
    let changed = a.iter().filter(|(name, value)| b.get(*name) != Some(value));
    changed.count() + added.count()
}

/// The names of the elements, other than actions and `Sid`, that are not the same in both.
fn differing(a: &Statement, b: &Statement) -> Vec<String> {
    differing_elements(&a.elements, &b.elements)
        .filter(|name| *name != "Sid")
        .map(str::to_owned)
        .collect()
}

/// The names of the elements that are not the same in both, in order.
pub(super) fn differing_elements<'e>(
    a: &'e Elements,
    b: &'e Elements,
) -> impl Iterator<Item = &'e str> {
    let means =
        |elements: &Elements, name: &str| elements.get(name).map(|value| meaning(name, value));
    let names = |elements: &'e Elements| elements.iter().map(|(name, _)| name);
    let added = names(b).filter(|name| a.get(name).is_none());
    names(a)
        .chain(added)
        .filter(move |name| means(a, name) != means(b, name))
}
