//! The functions of Terraform that are evaluated. Of what others make it is known what it comes of.

use super::origins::Of;
use super::perhaps::{Made, Perhaps};
use super::value::{Evaluated, Places, Refused};
use super::{collections, encoded, numbers, texts};
use crate::terraform::functions::{keeps_members, tells_nothing};

/// The functions that take any number of arguments, of which the members are as they were.
const OF_SEVERAL: [&str; 5] = ["coalesce", "coalescelist", "concat", "merge", "setunion"];

/// The functions that refuse what is `null`. Others take it, or what comes of it is told there.
const OF_NO_NULL: [&str; 5] = ["contains", "endswith", "join", "startswith", "strcontains"];

/// The functions that take lists alone, or sets in an order that is not looked into.
const OF_LISTS: [&str; 6] = [
    "chunklist",
    "coalescelist",
    "concat",
    "element",
    "reverse",
    "slice",
];

/// The functions that take one of those in what they are given.
const TAKE_ONE: [&str; 3] = ["element", "lookup", "one"];

/// So many values are looked into for arguments of which each may be one of several.
const MANY: usize = 32;

/// Puts the values of the last argument, behind which `...` stands, in the place of it; not where nobody can tell which
/// these are.
pub(super) fn expand<T: Made>(name: &str, values: &mut Vec<Evaluated<T>>) -> bool {
    let last = values.pop();
    match last {
        Some(Evaluated::List(items)) if items.are_as_they_stand() => {
            values.extend(items.values.iter().cloned());
            true
        }
        // Of those that take any number of arguments it may be any of them.
        Some(several) if OF_SEVERAL.contains(&name) => {
            values.push(several.any());
            true
        }
        other => {
            values.extend(other);
            false
        }
    }
}

/// What a function makes of its arguments, or what that comes of.
pub(super) fn call<T: Made>(name: &str, values: &[Evaluated<T>]) -> Result<Evaluated<T>, Refused> {
    let of_each = || made_of_each(values, &|values| call(name, values)).map(Ok);
    let made = made(name, values).or_else(of_each);
    made.unwrap_or_else(|| Ok(unknown(name, values)))
}

fn made<T: Made>(name: &str, values: &[Evaluated<T>]) -> Option<Result<Evaluated<T>, Refused>> {
    let is_set = |value: &Evaluated<T>| matches!(value, Evaluated::List(items) if items.places == Places::Set);
    let is_null = |value: &Evaluated<T>| matches!(value, Evaluated::Null);
    if OF_LISTS.contains(&name) && values.iter().any(is_set)
        || OF_NO_NULL.contains(&name) && values.iter().any(is_null)
    {
        return None;
    }
    let of_texts = texts::call(name, values).or_else(|| encoded::call(name, values));
    let of_texts = of_texts.map(|made| made.and_of(&Of::all(values.iter().map(Evaluated::asked))));
    (of_texts.map(Ok))
        .or_else(|| collections::call(name, values))
        .or_else(|| numbers::call(name, values))
}

/// What makes one value of several.
type Make<'m, T> = dyn Fn(&[Evaluated<T>]) -> Result<Evaluated<T>, Refused> + 'm;

/// What is made of each that arguments may be, where some may be one of several values.
pub(super) fn made_of_each<T: Made>(
    values: &[Evaluated<T>],
    make: &Make<'_, T>,
) -> Option<Evaluated<T>> {
    let mut all: Vec<Vec<Evaluated<T>>> = vec![Vec::new()];
    for value in values {
        let each = match value {
            Evaluated::Unknown(perhaps) if !perhaps.values.is_empty() => perhaps.each().collect(),
            value => vec![value.clone()],
        };
        if all.len() * each.len() > MANY {
            return None;
        }
        let with = |row: &Vec<Evaluated<T>>| {
            let each = each.iter();
            each.map(|one| [row.as_slice(), std::slice::from_ref(one)].concat())
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    (all.len() > 1).then(|| Evaluated::one_of(all.iter().flat_map(|values| make(values))))
}

/// What a function makes of which it is not known what that is.
fn unknown<T: Made>(name: &str, values: &[Evaluated<T>]) -> Evaluated<T> {
    if tells_nothing(name) {
        return Evaluated::nothing();
    }
    match (name, values) {
        (name, [of, _, rest @ ..]) if TAKE_ONE.contains(&name) => {
            Evaluated::one_of([of.any()].into_iter().chain(rest.iter().cloned()))
        }
        ("one", [of]) => Evaluated::one_of([of.any(), Evaluated::Null]),
        ("keys", [of]) => Evaluated::list_in(Vec::new(), Some(of.any_entry().0), false),
        ("values", [of]) => Evaluated::list_in(Vec::new(), Some(of.any_entry().1), false),
        ("coalesce" | "coalescelist", _) => Evaluated::one_of(values.iter().cloned()),
        ("chunklist", [of, ..]) => {
            let chunk = Perhaps::one_of([of.scattered()]);
            Evaluated::list_in(Vec::new(), Some(chunk), false)
        }
        (name, _) if keeps_members(name) || name == "toset" => {
            Evaluated::one_of(values.iter().map(Evaluated::scattered))
        }
        // The texts in what these make are such as they are given.
        ("flatten" | "matchkeys" | "transpose", _) | (_, []) => Evaluated::made_of_all(values),
        _ => Evaluated::written_anew(&texts::left_in(name, values)),
    }
}
