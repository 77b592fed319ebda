//! The functions of Terraform that are evaluated. What others make is not known.

use super::value::{Evaluated, Places};
use super::{collections, encoded, numbers, texts};

/// The functions that take lists alone, or sets in an order that is not looked into.
const OF_LISTS: [&str; 6] = [
    "chunklist",
    "coalescelist",
    "concat",
    "element",
    "reverse",
    "slice",
];

/// What a function makes of its arguments. Where nobody can tell, nothing is known of it.
pub(super) fn call<T: Clone>(name: &str, values: &[Evaluated<T>]) -> Evaluated<T> {
    let is_set = |value: &Evaluated<T>| matches!(value, Evaluated::List(items) if items.places == Places::Set);
    if OF_LISTS.contains(&name) && values.iter().any(is_set) {
        return Evaluated::Unknown;
    }
    let made = texts::call(name, values)
        .or_else(|| encoded::call(name, values))
        .or_else(|| collections::call(name, values))
        .or_else(|| numbers::call(name, values));
    made.unwrap_or(Evaluated::Unknown)
}
