//! Values that Terraform makes one type of: a number or a truth beside a text is a text, and a tuple beside a set is
//! a set.

use std::collections::BTreeMap;

use super::perhaps::{Made, Perhaps};
use super::shape::{have_one_type, have_one_type_in_list};
use super::value::{Evaluated, Members, Places};

/// Several values, made one type; none where there is no such type. A number or a truth that may be a text then is
/// not known.
pub(super) fn unified<T: Made>(values: &[Evaluated<T>]) -> Option<Vec<Evaluated<T>>> {
    let have_one_type = have_one_type(values);
    have_one_type.then(|| changed(values).unwrap_or_else(|| values.to_vec()))
}

/// The same of values of a collection beside others that may be in it.
pub(super) fn unified_beside<'v, T: Made + 'v>(
    values: impl IntoIterator<Item = &'v Evaluated<T>>,
    others: Option<&Perhaps<T>>,
) -> Option<Vec<Evaluated<T>>> {
    let mut all: Vec<Evaluated<T>> = values.into_iter().cloned().collect();
    let count = all.len();
    all.extend(others.cloned().map(Evaluated::Unknown));
    let mut unified = unified(&all)?;
    unified.truncate(count);
    Some(unified)
}

/// The same, where it changes something.
pub(super) fn changed<T: Made>(values: &[Evaluated<T>]) -> Option<Vec<Evaluated<T>>> {
    let seen = Seen::of(values);
    let (are_mixed, have_orders) = (
        seen.are_mixed(),
        seen.orders.sets && seen.orders.lists && values.len() > 1,
    );
    if !are_mixed && !have_orders {
        return None;
    }
    if values.iter().all(Evaluated::may_be_plain) {
        return Some(made_texts(values));
    }
    let objects = values.iter().map(|value| match value {
        Evaluated::Object(members) if members.are_all() => Some(members),
        _ => None,
    });
    match objects.collect::<Option<Vec<&Members<T>>>>() {
        Some(objects) if have_same_members(&objects) => by_member(&objects),
        // Whether these are tuples or lists nobody can tell here.
        _ => Some(
            values
                .iter()
                .map(|value| without(value, are_mixed, have_orders))
                .collect(),
        ),
    }
}

/// Plain values, where a text among them makes all of them texts.
fn made_texts<T: Made>(values: &[Evaluated<T>]) -> Vec<Evaluated<T>> {
    let is_text = |value: &Evaluated<T>| matches!(value, Evaluated::Text(_));
    let has_text = values.iter().any(is_text);
    let made = values.iter().map(|value| match value {
        Evaluated::Number(_) | Evaluated::Bool(_) if has_text => Evaluated::Text(value.as_text()),
        Evaluated::Number(_) | Evaluated::Bool(_) => Evaluated::nothing(),
        other => other.clone(),
    });
    made.collect()
}

fn have_same_members<T>(objects: &[&Members<T>]) -> bool {
    let mut pairs = objects.windows(2);
    pairs.all(|pair| pair[0].values.keys().eq(pair[1].values.keys()))
}

/// Objects of the same members, each of which is made one type.
fn by_member<T: Made>(objects: &[&Members<T>]) -> Option<Vec<Evaluated<T>>> {
    let members = objects.iter().map(|one| BTreeMap::clone(&one.values));
    let mut made: Vec<BTreeMap<String, Evaluated<T>>> = members.collect();
    let mut is_changed = false;
    for name in objects.first()?.values.keys() {
        let values = objects.iter().map(|one| one.values[name].clone());
        for (place, value) in changed(&values.collect::<Vec<_>>())
            .into_iter()
            .flatten()
            .enumerate()
        {
            made[place].insert(name.clone(), value);
            is_changed = true;
        }
    }
    let made = made.into_iter().map(Evaluated::object);
    is_changed.then(|| made.collect())
}

/// What there is in values: numbers, truths, and what is a text or may be one; sets, and other lists.
#[derive(Default)]
struct Seen {
    numbers: bool,
    truths: bool,
    others: bool,
    orders: Orders,
}

/// Whether there are sets among values, and lists that are none.
#[derive(Default)]
struct Orders {
    sets: bool,
    lists: bool,
}

impl Seen {
    fn of<T>(values: &[Evaluated<T>]) -> Self {
        let mut seen = Seen::default();
        for value in values {
            seen.see(value);
        }
        seen
    }

    /// Whether there is what is of several plain types, or may be.
    fn are_mixed(&self) -> bool {
        self.numbers && self.truths || (self.numbers || self.truths) && self.others
    }

    fn see<T>(&mut self, value: &Evaluated<T>) {
        match value {
            Evaluated::Null => {}
            Evaluated::Number(_) => self.numbers = true,
            Evaluated::Bool(_) => self.truths = true,
            Evaluated::List(items) => {
                self.orders.sets |= items.places == Places::Set;
                self.orders.lists |= items.places != Places::Set;
                self.others |= !items.are_all();
                for one in items.values.iter() {
                    self.see(one);
                }
            }
            Evaluated::Object(members) => {
                self.others |= !members.are_all();
                for one in members.values.values() {
                    self.see(one);
                }
            }
            _ => self.others = true,
        }
    }
}

/// The same of a list or a set.
pub(super) fn unified_in_list<T: Made>(
    values: &[Evaluated<T>],
    others: Option<&Perhaps<T>>,
) -> Option<Vec<Evaluated<T>>> {
    if have_one_type_in_list(values) {
        unified_beside(values, others)
    } else {
        None
    }
}

/// A value as it is beside others if all are to be of one type, and if they need not be.
pub(super) fn of_type_of<'v, T: Made + 'v>(
    others: impl Iterator<Item = &'v Evaluated<T>>,
    value: &Evaluated<T>,
) -> Evaluated<T> {
    let others = others.filter(|one| !matches!(one, Evaluated::Null));
    let mut all: Vec<Evaluated<T>> = others.cloned().collect();
    let has_text = all.iter().any(|one| matches!(one, Evaluated::Text(_)));
    let may_be_other = match value {
        Evaluated::Null => false,
        Evaluated::Text(_) if all.is_empty() => {
            value.as_number().is_some() || value.as_bool().is_some()
        }
        Evaluated::Text(_) => !has_text,
        value if value.length() == Some(0) => false,
        value => {
            all.push(value.clone());
            all.len() < 2 || changed(&all).is_some()
        }
    };
    if may_be_other {
        Evaluated::one_of([without(&without_numbers(value), false, true)])
    } else {
        value.clone()
    }
}

/// A value in which no number and no truth is known.
pub(super) fn without_numbers<T: Made>(value: &Evaluated<T>) -> Evaluated<T> {
    without(value, true, false)
}

/// A value in which no number and no truth is known, or no order of lists, which may be sets.
fn without<T: Made>(value: &Evaluated<T>, numbers: bool, orders: bool) -> Evaluated<T> {
    let inner = |one: &Evaluated<T>| without(one, numbers, orders);
    match value {
        Evaluated::Number(_) | Evaluated::Bool(_) if numbers => Evaluated::nothing(),
        // Sets of numbers and tuples of texts are no one type.
        Evaluated::List(_) if numbers && orders => Evaluated::one_of([value.scattered()]),
        Evaluated::List(items) => {
            let values = items.values.iter().map(inner).collect();
            if orders {
                Evaluated::list_in(values, items.others.clone(), false)
            } else {
                items.with(values)
            }
        }
        Evaluated::Object(members) => {
            let values = members.values.iter();
            let values = values.map(|(name, one)| (name.clone(), inner(one)));
            Evaluated::object_in(values.collect(), members.others.to_vec())
        }
        other => other.clone(),
    }
}
