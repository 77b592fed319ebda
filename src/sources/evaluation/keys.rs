//! What `count` and `for_each` say that a block stands for.

use std::collections::BTreeMap;

use super::Value;
use super::once::Each;
use crate::terraform::Expression;

/// The keys that a block is repeated for.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys<'a> {
    /// Those that are surely there.
    pub told: Vec<(String, Each<'a>)>,
    /// Those that may be there too, and no others are; none where nobody can tell.
    pub perhaps: Option<Vec<(String, Each<'a>)>>,
}

/// So much is counted at most.
const MOST: usize = 1_000;

impl<'a> Keys<'a> {
    /// These, and no others.
    pub fn all(told: Vec<(String, Each<'a>)>) -> Self {
        Keys {
            told,
            perhaps: Some(Vec::new()),
        }
    }

    /// Whether these are surely there, and no others are.
    pub fn are_all(&self) -> bool {
        self.perhaps.as_ref().is_some_and(Vec::is_empty)
    }

    /// Those of a `count`.
    pub fn of_count(count: &Value<'a>) -> Self {
        let Some(count) = count.as_place().filter(|count| *count <= MOST) else {
            return Keys::default();
        };
        let told = (0..count).map(|at| (at.to_string(), Each::Count(Value::place(at))));
        Keys::all(told.collect())
    }

    /// Those of a `for_each`.
    pub fn of_each(value: &Value<'a>) -> Self {
        let is_map = matches!(value, Value::Object(_));
        let Some((entries, mut are_all)) = value.entries() else {
            return Keys::default();
        };
        let mut told = Vec::new();
        for (key, value) in entries {
            let key = if is_map { key } else { value.clone() };
            match (&key, key.known_text()) {
                (_, Some(text)) => told.push((text, Each::Keyed(key, value))),
                // Whatever it will be, no state has it.
                (Value::NotMade(called), None) => {
                    told.push((called.clone(), Each::Keyed(key.clone(), value)));
                }
                _ => are_all = false,
            }
        }
        Keys {
            told,
            perhaps: are_all.then(Vec::new),
        }
    }

    /// These or others: what stands in both is surely there.
    pub fn or(self, other: Self) -> Self {
        let (Some(perhaps), Some(others)) = (self.perhaps, other.perhaps) else {
            return Keys::default();
        };
        let mut in_other: BTreeMap<String, Each<'a>> = other.told.into_iter().collect();
        let mut both = Keys::all(Vec::new());
        let mut either = perhaps;
        either.extend(others);
        for (key, each) in self.told {
            match in_other.remove(&key) {
                Some(other) => both.told.push((key, each.or(&other))),
                None => either.push((key, each)),
            }
        }
        either.extend(in_other);
        both.perhaps = Some(either);
        both
    }
}

/// What an expression may come to by its conditions, of which each has a `truth` or nobody can tell.
pub(super) fn branches<'e>(
    expression: &'e Expression,
    truth: &impl Fn(&Expression) -> Option<bool>,
) -> Vec<&'e Expression> {
    match expression {
        Expression::Parenthesis(inner) => branches(inner.inner(), truth),
        Expression::Conditional(condition) => {
            let truth_here = truth(&condition.cond_expr);
            let mut all = Vec::new();
            if truth_here != Some(false) {
                all.extend(branches(&condition.true_expr, truth));
            }
            if truth_here != Some(true) {
                all.extend(branches(&condition.false_expr, truth));
            }
            all
        }
        other => vec![other],
    }
}
