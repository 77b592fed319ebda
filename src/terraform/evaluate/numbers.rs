//! The functions that make numbers and truths.

use super::collections::is_in;
use super::decimal::Decimal;
use super::perhaps::Made;
use super::value::{Evaluated, Refused, all};

/// What a function makes; none where it is none of these, or nobody can tell.
pub(super) fn call<T: Made>(
    name: &str,
    values: &[Evaluated<T>],
) -> Option<Result<Evaluated<T>, Refused>> {
    let number = |place: usize| values.get(place).and_then(Evaluated::as_number);
    let made = match (name, values) {
        ("tonumber" | "tobool", [Evaluated::Null]) => Evaluated::Null,
        ("tonumber", [_]) => Evaluated::Number(number(0)?),
        ("ceil", [_]) => Evaluated::Number(number(0)?.ceil()?),
        ("floor", [_]) => Evaluated::Number(number(0)?.floor()?),
        ("tobool", [value]) => Evaluated::Bool(value.as_bool()?),
        ("min", [_, ..]) => Evaluated::Number(numbers(values)?.into_iter().min()?),
        ("max", [_, ..]) => Evaluated::Number(numbers(values)?.into_iter().max()?),
        ("abs", [_]) => Evaluated::Number(number(0)?.abs()),
        ("sum", [list]) => {
            let numbers = numbers(&all_of(list)?)?;
            let mut numbers = numbers.into_iter();
            let first = numbers.next()?;
            Evaluated::Number(numbers.try_fold(first, Decimal::plus)?)
        }
        ("length", [value]) => Evaluated::place(value.length()?),
        ("alltrue", [list]) => {
            let truths = all(all_of(list)?.iter().map(Evaluated::as_bool));
            Evaluated::Bool(truths?)
        }
        ("anytrue", [list]) => {
            let lies = all(all_of(list)?
                .iter()
                .map(|one| one.as_bool().map(|truth| !truth)));
            Evaluated::Bool(!lies?)
        }
        ("contains", [Evaluated::List(items), value]) => Evaluated::Bool(is_in(value, items)?),
        ("range", [_, ..]) => {
            let whole: Option<Vec<i64>> = values.iter().map(Evaluated::as_whole).collect();
            return range(&whole?);
        }
        _ => return None,
    };
    Some(Ok(made))
}

fn numbers<T: Made>(values: &[Evaluated<T>]) -> Option<Vec<Decimal>> {
    values.iter().map(Evaluated::as_number).collect()
}

/// All values of a list.
fn all_of<T: Made>(value: &Evaluated<T>) -> Option<Vec<Evaluated<T>>> {
    let (entries, others) = value.entries()?;
    others
        .is_empty()
        .then(|| entries.into_iter().map(|(_, value)| value).collect())
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`. Terraform has a limit too.
fn range<T: Made>(numbers: &[i64]) -> Option<Result<Evaluated<T>, Refused>> {
    const MOST: usize = 1024;
    let (start, limit, step) = match *numbers {
        [limit] => (0, limit, if limit < 0 { -1 } else { 1 }),
        [start, limit] => (start, limit, if limit < start { -1 } else { 1 }),
        // Terraform refuses to count away from the limit.
        [start, limit, step] if limit > start && step < 0 || limit < start && step > 0 => {
            return Some(Err(Refused));
        }
        [start, limit, step] if step != 0 => (start, limit, step),
        _ => return None,
    };
    let mut values = Vec::new();
    let mut next = start;
    while if step > 0 { next < limit } else { next > limit } {
        if values.len() >= MOST {
            return None;
        }
        values.push(Evaluated::whole(next));
        next = next.checked_add(step)?;
    }
    Some(Ok(Evaluated::list(values)))
}
