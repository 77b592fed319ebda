//! The functions of Terraform that are evaluated. What others make is not known.

use super::value::Evaluated;
use super::{collections, numbers, texts};

/// What a function makes of its arguments. Where nobody can tell, nothing is known of it.
pub(super) fn call<T: Clone>(name: &str, values: &[Evaluated<T>]) -> Evaluated<T> {
    let made = texts::call(name, values)
        .or_else(|| collections::call(name, values))
        .or_else(|| numbers::call(name, values));
    made.unwrap_or(Evaluated::Unknown)
}
