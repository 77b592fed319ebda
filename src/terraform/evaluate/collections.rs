//! The functions that make collections, and that take something out of one.

use std::collections::BTreeMap;

use super::perhaps::{Made, Perhaps};
use super::shape::have_one_type;
use super::unify::{
    changed, of_type_of, unified, unified_beside, unified_in_list, without_numbers,
};
use super::value::{Evaluated, Items, Members, Places, Refused, each_once};

/// What a function makes; none where it is none of these, or nobody can tell.
pub(super) fn call<T: Made>(
    name: &str,
    values: &[Evaluated<T>],
) -> Option<Result<Evaluated<T>, Refused>> {
    use Evaluated::{List, Object};
    let made = match (name, values) {
        ("nonsensitive" | "sensitive" | "ephemeralasnull", [value]) => value.clone(),
        // Those in it have to be of one type, and lists of different values are not.
        ("toset" | "tolist" | "distinct", [List(items)]) if items.have_lists() => return None,
        ("setunion" | "setsubtract" | "setintersection", sets) if !are_of_one_type(sets) => {
            return None;
        }
        ("toset", [List(items)]) => as_set(items)?,
        ("tolist", [List(items)]) => {
            let values = items.unified()?;
            Evaluated::list_in(values, items.others.clone(), items.have_order())
        }
        ("sort", [List(items)]) if items.are_texts() => {
            Evaluated::list_in(sorted(items), items.others.clone(), items.are_each_one())
        }
        ("tomap", [Object(members)]) => of_one_type(members)?,
        ("concat", [_, ..]) => concat(values),
        ("flatten", [List(items)]) => flatten(items),
        ("compact", [List(items)]) => compact(items),
        ("distinct", [List(items)]) => distinct(items)?,
        ("reverse", [List(items)]) => {
            let reversed = items.values.iter().rev().cloned().collect();
            Evaluated::list_in(reversed, items.others.clone(), items.have_order())
        }
        ("slice", [List(items), start, end]) if items.have_order() => {
            let values = items.values.get(start.as_place()?..end.as_place()?);
            Evaluated::list(values?.to_vec())
        }
        ("merge", maps) => merge(maps)?,
        ("keys", [Object(members)]) => {
            let keys = members.values.keys().map(Evaluated::text);
            let others = members.any_other().map(|(keys, _)| keys);
            Evaluated::list_in(keys.collect(), others, true)
        }
        ("values", [Object(members)]) => {
            let others = members.any_other().map(|(_, values)| values);
            Evaluated::list_in(members.values.values().cloned().collect(), others, true)
        }
        ("zipmap", [keys, values]) => return Some(zipmap(keys, values)),
        ("lookup", [Object(members), key, rest @ ..]) => return lookup(members, key, rest.first()),
        ("element", [List(items), place]) => return element(items, place),
        ("one", [List(items)]) => return one(items),
        ("coalesce", values) if values.iter().all(Evaluated::may_be_plain) => {
            return coalesce(&unified(values)?);
        }
        ("coalescelist", lists) if lists.iter().all(|list| as_items(list).is_some()) => {
            let lists = unified(lists)?;
            let first = lists.iter().find(|list| list.length() != Some(0))?;
            first.length().map(|_| first.clone())?
        }
        ("setunion", sets) => match concat(sets) {
            List(items) => as_set(&items)?,
            other => other,
        },
        ("setsubtract", [List(items), List(others)]) => {
            filtered(as_items(&as_set(items)?)?, |one| {
                is_in(one, others).map(|is_in| !is_in)
            })
        }
        ("setintersection", [List(items), others @ ..]) => {
            let others: Option<Vec<&Items<T>>> = others.iter().map(as_items).collect();
            let others = others?;
            filtered(as_items(&as_set(items)?)?, |one| {
                super::value::all(others.iter().map(|other| is_in(one, other)))
            })
        }
        ("setproduct", lists) => product(lists).unwrap_or_else(|| any_product(lists)),
        ("chunklist", [List(items), size]) if items.have_order() && items.are_texts() => {
            let size = size.as_place().filter(|size| *size > 0)?;
            let values = items.unified()?;
            let chunks = values.chunks(size);
            Evaluated::list(
                chunks
                    .map(|chunk| Evaluated::list(chunk.to_vec()))
                    .collect(),
            )
        }
        _ => return None,
    };
    Some(Ok(made))
}

/// Whether no values of these sets are texts and others are not: then they are compared as they are.
fn are_of_one_type<T: Made>(sets: &[Evaluated<T>]) -> bool {
    let values = || {
        let sets = sets.iter().filter_map(as_items);
        sets.flat_map(|items| items.values.iter())
    };
    let is_text = |value: &Evaluated<T>| matches!(value, Evaluated::Text(_));
    let is_other =
        |value: &Evaluated<T>| matches!(value, Evaluated::Bool(_) | Evaluated::Number(_));
    let may_be = |value: &Evaluated<T>| value.may_be_plain() && !matches!(value, Evaluated::Null);
    values().all(may_be) && !(values().any(is_text) && values().any(is_other))
}

impl<T: Made> Items<T> {
    fn have_lists(&self) -> bool {
        let mut values = self.values.iter();
        values.any(|value| matches!(value, Evaluated::List(_)))
    }

    fn are_texts(&self) -> bool {
        self.values.iter().all(|value| value.known_text().is_some())
    }
}

fn as_items<T>(value: &Evaluated<T>) -> Option<&Items<T>> {
    match value {
        Evaluated::List(items) => Some(items),
        _ => None,
    }
}

impl<T: Made> Items<T> {
    /// The values, made one type.
    pub(super) fn unified(&self) -> Option<Vec<Evaluated<T>>> {
        unified_in_list(&self.values, self.others.as_ref())
    }
}

fn as_set<T: Made>(items: &Items<T>) -> Option<Evaluated<T>> {
    Some(Evaluated::set(items.unified()?, items.others.clone()))
}

/// A map of the members of an object.
pub(super) fn of_one_type<T: Made>(members: &Members<T>) -> Option<Evaluated<T>> {
    let names = members.values.keys().cloned();
    let others = members.any_other().map(|(_, others)| others);
    let values = unified_beside(members.values.values(), others.as_ref())?;
    Some(Evaluated::object_in(
        names.zip(values).collect(),
        members.others.to_vec(),
    ))
}

/// Each is made a text.
fn sorted<T: Made>(items: &Items<T>) -> Vec<Evaluated<T>> {
    let mut values: Vec<Evaluated<T>> = items.values.iter().map(as_text).collect();
    values.sort_by_key(Evaluated::known_text);
    values
}

fn as_text<T: Made>(value: &Evaluated<T>) -> Evaluated<T> {
    match value {
        Evaluated::Number(_) | Evaluated::Bool(_) => Evaluated::Text(value.as_text()),
        other => other.clone(),
    }
}

/// Those of several lists, one behind the other. What is no list, or not known, may hold anything.
fn concat<T: Made>(lists: &[Evaluated<T>]) -> Evaluated<T> {
    let mut all = Vec::new();
    let (mut others, mut is_in_order) = (None, true);
    for list in lists {
        match list {
            Evaluated::List(items) => {
                all.extend(items.values.iter().cloned());
                others = either(others, items.others.clone());
                is_in_order &= items.have_order();
            }
            other => others = either(others, Some(other.any_entry().1)),
        }
    }
    // Of lists of several types it makes one, and not of tuples.
    let beside: Vec<Evaluated<T>> = others.iter().cloned().map(Evaluated::Unknown).collect();
    if changed(&[all.as_slice(), beside.as_slice()].concat()).is_some() {
        all = all.iter().map(without_numbers).collect();
    }
    Evaluated::list_in(all, others, is_in_order)
}

/// What others there may be in either.
fn either<T: Made>(one: Option<Perhaps<T>>, other: Option<Perhaps<T>>) -> Option<Perhaps<T>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Perhaps::one_of([one, other].map(Evaluated::Unknown))),
        (one, other) => one.or(other),
    }
}

/// The values of the lists in a list, and of those in these.
fn flatten<T: Made>(items: &Items<T>) -> Evaluated<T> {
    let mut all = Vec::new();
    let others = items.others.clone().map(Evaluated::Unknown);
    let (mut others, mut is_in_order) = (others.as_ref().map(flat), items.have_order());
    for value in items.values.iter() {
        match value {
            Evaluated::List(inner) => match flatten(inner) {
                Evaluated::List(inner) => {
                    all.extend(inner.values.iter().cloned());
                    others = either(others, inner.others.clone());
                    is_in_order &= inner.have_order();
                }
                other => others = either(others, Some(other.any_entry().1)),
            },
            // It may be a list.
            Evaluated::Unknown(_) | Evaluated::Several(_) => {
                others = either(others, Some(flat(value)));
            }
            other => all.push(other.clone()),
        }
    }
    Evaluated::list_in(all, others, is_in_order)
}

/// What may be in a list of something, or it is itself.
fn flat<T: Made>(value: &Evaluated<T>) -> Perhaps<T> {
    match value {
        Evaluated::List(items) => match flatten(items) {
            Evaluated::List(items) => items.any(),
            other => other.any_entry().1,
        },
        Evaluated::Unknown(perhaps) => {
            let values = perhaps.values.iter().map(flat).map(Evaluated::Unknown);
            Perhaps::one_of(values.chain(perhaps.else_of()))
        }
        Evaluated::Several(several) => {
            let each = Evaluated::Unknown(several.each());
            Perhaps::one_of([value.clone(), each])
        }
        other => Perhaps::one_of([other.clone()]),
    }
}

/// The texts that are not empty, and not `null`.
fn compact<T: Made>(items: &Items<T>) -> Evaluated<T> {
    // Of a set it makes a list.
    let texts = items.values.iter().map(as_text).collect();
    let texts = Evaluated::list_in(texts, items.others.clone(), items.have_order());
    let Some(texts) = as_items(&texts) else {
        return texts;
    };
    filtered(texts, |value| match value {
        Evaluated::Null => Some(false),
        Evaluated::NotMade(..) | Evaluated::One(_) | Evaluated::Number(_) | Evaluated::Bool(_) => {
            Some(true)
        }
        Evaluated::Text(text) => match text.as_known() {
            Some(text) => Some(!text.is_empty()),
            None => (!text.start().is_empty() || !text.end().is_empty()).then_some(true),
        },
        _ => None,
    })
}

/// The values of a list of which something holds; one of which nobody can tell may be there or not.
fn filtered<T: Made>(
    items: &Items<T>,
    holds: impl Fn(&Evaluated<T>) -> Option<bool>,
) -> Evaluated<T> {
    let mut values = Vec::new();
    let mut perhaps = Vec::new();
    for value in items.values.iter() {
        match holds(value) {
            Some(true) => values.push(value.clone()),
            Some(false) => {}
            None => perhaps.push(value.clone()),
        }
    }
    let perhaps = (!perhaps.is_empty()).then(|| Perhaps::one_of(perhaps));
    let others = either(items.others.clone(), perhaps);
    match items.places {
        Places::Set => Evaluated::set(values, others),
        places => Evaluated::list_in(values, others, places == Places::InOrder),
    }
}

/// Whether a value is among others.
pub(super) fn is_in<T: Made>(value: &Evaluated<T>, items: &Items<T>) -> Option<bool> {
    let is_other = |one: &Evaluated<T>| one.is(value).map(|is_it| !is_it);
    let others = super::value::all(items.values.iter().map(is_other));
    match others {
        Some(true) if !items.are_all() => None,
        others => others.map(|are_others| !are_others),
    }
}

/// Those of a list, each once, as far as it can be told which are the same.
fn distinct<T: Made>(items: &Items<T>) -> Option<Evaluated<T>> {
    let each = each_once(items.unified()?);
    let are_told = each.iter().all(|value| value.known_text().is_some());
    let is_in_order = items.have_order() && (are_told || each.len() < 2);
    Some(Evaluated::list_in(each, items.others.clone(), is_in_order))
}

/// Several maps in one: of those with the same key the last counts.
fn merge<T: Made>(maps: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let mut all: BTreeMap<String, Evaluated<T>> = BTreeMap::new();
    let mut others = Vec::new();
    for map in maps {
        forget(&mut all, |key| map.perhaps_at(key));
        if let Evaluated::Object(members) = map {
            others.extend(members.others.iter().cloned());
            let members = members.values.iter();
            all.extend(members.map(|(key, value)| (key.clone(), value.clone())));
        } else if !matches!(map, Evaluated::Null) {
            others.extend(map.perhaps_entries());
        }
    }
    (!maps.is_empty()).then(|| Evaluated::object_in(all, others))
}

/// Another map may have something else in the place of these, where it has anything there.
pub(super) fn forget<T: Made>(
    values: &mut BTreeMap<String, Evaluated<T>>,
    at: impl Fn(&str) -> Option<Evaluated<T>>,
) {
    for (key, value) in values.iter_mut() {
        if let Some(other) = at(key) {
            *value = Evaluated::one_of([value.clone(), other]);
        }
    }
}

impl<T: Made> Evaluated<T> {
    /// What a map of which nobody can tell what it is may have of a name, if anything.
    fn perhaps_at(&self, name: &str) -> Option<Self> {
        match self {
            Evaluated::Object(members) => members.perhaps_at(name),
            Evaluated::Null => None,
            Evaluated::Unknown(perhaps) => {
                let values = perhaps.values.iter();
                let values = values.filter_map(|one| one.perhaps_at(name));
                let mut values = values.chain(perhaps.else_of()).peekable();
                values.peek().is_some().then(|| Evaluated::one_of(values))
            }
            other => Some(other.any()),
        }
    }
}

fn zipmap<T: Made>(keys: &Evaluated<T>, values: &Evaluated<T>) -> Result<Evaluated<T>, Refused> {
    let unknown = || {
        let others = vec![(keys.any(), values.any())];
        Ok(Evaluated::object_in(BTreeMap::new(), others))
    };
    let (Some(keys), Some(values)) = (as_items(keys), as_items(values)) else {
        return unknown();
    };
    let is_set = |items: &Items<T>| items.places == Places::Set;
    if is_set(keys)
        || is_set(values)
        || !keys.have_order()
        || keys.values.iter().any(|key| key.known_text().is_none())
    {
        return unknown();
    }
    let is_placed = values.have_order();
    if is_placed && keys.values.len() != values.values.len() {
        return Err(Refused);
    }
    let members = keys.values.iter().enumerate().filter_map(|(place, key)| {
        let value = values.values.get(place).filter(|_| is_placed);
        let value = value.cloned();
        let value = value.unwrap_or_else(|| Evaluated::Unknown(values.any()));
        Some((key.known_text()?, value))
    });
    Ok(Evaluated::object(members.collect()))
}

fn lookup<T: Made>(
    members: &Members<T>,
    key: &Evaluated<T>,
    default: Option<&Evaluated<T>>,
) -> Option<Result<Evaluated<T>, Refused>> {
    let key = key.known_text()?;
    // All values and what stands in for them have to be of one type.
    let are_of_its_type = |default: &Evaluated<T>| {
        let mut values = members.values.values();
        values.all(|value| have_one_type([value, default]))
    };
    if !default.is_none_or(are_of_its_type) {
        return None;
    }
    match members.values.get(&key) {
        Some(value) => {
            let both: Vec<Evaluated<T>> = std::iter::once(value).chain(default).cloned().collect();
            let is_one_type = changed(&both).is_none();
            Some(Ok(if is_one_type {
                value.clone()
            } else {
                without_numbers(value)
            }))
        }
        // It is made the type of the values where they are of a map.
        None if members.are_all() => {
            let default = default.map(|default| of_type_of(members.values.values(), default));
            Some(default.ok_or(Refused))
        }
        None => None,
    }
}

/// The value at a place, which is counted from the front again behind the last.
fn element<T: Made>(
    items: &Items<T>,
    place: &Evaluated<T>,
) -> Option<Result<Evaluated<T>, Refused>> {
    let place = place.as_place().filter(|_| items.have_order())?;
    let place = place.checked_rem(items.values.len());
    let value = place.and_then(|place| items.values.get(place));
    Some(value.cloned().ok_or(Refused))
}

fn one<T: Made>(items: &Items<T>) -> Option<Result<Evaluated<T>, Refused>> {
    Evaluated::List(items.clone()).length()?;
    Some(match items.values.as_slice() {
        [] => Ok(Evaluated::Null),
        [only] => Ok(only.clone()),
        _ => Err(Refused),
    })
}

/// The first that is neither `null` nor an empty text.
fn coalesce<T: Made>(values: &[Evaluated<T>]) -> Option<Result<Evaluated<T>, Refused>> {
    for value in values {
        match value {
            Evaluated::Null => {}
            Evaluated::Unknown(_) => return None,
            Evaluated::Text(text) => match text.as_known() {
                Some("") => {}
                None if text.start().is_empty() && text.end().is_empty() => return None,
                _ => return Some(Ok(value.clone())),
            },
            other => return Some(Ok(other.clone())),
        }
    }
    Some(Err(Refused))
}

/// Each value of each list with each of the others.
fn product<T: Made>(lists: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let lists: Vec<&Items<T>> = lists.iter().map(as_items).collect::<Option<_>>()?;
    // Of sets it makes a set, and values of several types have to be made one.
    let is_plain = |list: &&Items<T>| list.places != Places::Set && !list.have_lists();
    if !lists.iter().all(is_plain) {
        return None;
    }
    let count = lists
        .iter()
        .try_fold(1_usize, |count, list| count.checked_mul(list.values.len()))?;
    if lists.len() < 2 || count > super::value::MOST {
        return None;
    }
    let mut rows: Vec<Vec<Evaluated<T>>> = vec![Vec::new()];
    for list in &lists {
        let values = list.unified()?;
        let with = |row: &Vec<Evaluated<T>>| {
            let row = row.clone();
            let values = values.iter();
            values
                .map(move |value| [row.as_slice(), std::slice::from_ref(value)].concat())
                .collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(with).collect();
    }
    let are_all = lists.iter().all(|list| list.are_all());
    let are_in_order = lists.iter().all(|list| list.have_order());
    let rows = rows.into_iter().map(Evaluated::list);
    let any = || Perhaps::one_of([row(lists.iter().map(|list| Evaluated::Unknown(list.any())))]);
    let others = (!are_all).then(any);
    Some(Evaluated::list_in(rows.collect(), others, are_in_order))
}

fn row<T: Made>(values: impl Iterator<Item = Evaluated<T>>) -> Evaluated<T> {
    Evaluated::list(values.collect())
}

/// The same where nobody can tell which values there are.
fn any_product<T: Made>(lists: &[Evaluated<T>]) -> Evaluated<T> {
    let others = Perhaps::one_of([row(lists.iter().map(Evaluated::any))]);
    Evaluated::list_in(Vec::new(), Some(others), false)
}
