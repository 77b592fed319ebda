//! What `count` and `for_each` say that a block stands for.

use std::collections::BTreeMap;

use super::Value;
use super::once::Each;
use crate::terraform::{Origin, Perhaps};

/// The keys that a block is repeated for.
#[derive(Clone, Debug)]
pub(super) struct Keys<'a> {
    /// Those that are surely there.
    pub told: Vec<(String, Each<'a>)>,
    /// What else may be there.
    pub others: Others<'a>,
}

/// What else a block may be repeated for.
#[derive(Clone, Debug)]
pub(super) enum Others<'a> {
    /// These, and nothing else.
    These(Vec<(String, Each<'a>)>),
    /// Nobody can tell: what the keys are made of, and what is at them.
    Untold(Value<'a>, Value<'a>),
}

/// So much is counted at most.
const MOST: usize = 1_000;

impl<'a> Keys<'a> {
    /// These, and no others.
    pub fn all(told: Vec<(String, Each<'a>)>) -> Self {
        Keys {
            told,
            others: Others::These(Vec::new()),
        }
    }

    /// Those of which nobody can tell.
    pub fn untold() -> Self {
        let untold = || Value::made_of(Origin::Untold);
        Keys {
            told: Vec::new(),
            others: Others::Untold(untold(), untold()),
        }
    }

    /// Whether these are surely there, and no others are.
    pub fn are_all(&self) -> bool {
        matches!(&self.others, Others::These(others) if others.is_empty())
    }

    /// Those of a `count`.
    pub fn of_count(count: &Value<'a>) -> Self {
        if let Value::Unknown(perhaps) = count {
            return Keys::of_one(perhaps, Keys::of_count).unwrap_or_else(Keys::untold);
        }
        let Some(count) = count.as_place().filter(|count| *count <= MOST) else {
            return Keys::untold();
        };
        let told = (0..count).map(|at| (at.to_string(), Each::Count(Value::place(at))));
        Keys::all(told.collect())
    }

    /// Those of a `for_each`.
    pub fn of_each(value: &Value<'a>) -> Self {
        let any = || {
            let (keys, values) = value.any_entry();
            Others::Untold(Value::Unknown(keys), Value::Unknown(values))
        };
        if let Value::Unknown(perhaps) = value {
            let untold = || Keys {
                told: Vec::new(),
                others: any(),
            };
            return Keys::of_one(perhaps, Keys::of_each).unwrap_or_else(untold);
        }
        let is_map = matches!(value, Value::Object(_));
        let Some((entries, others)) = value.entries() else {
            return Keys {
                told: Vec::new(),
                others: any(),
            };
        };
        let mut others = others.map(|(key, value)| Others::Untold(key, value));
        let mut told = Vec::new();
        for (key, value) in entries {
            let key = if is_map { key } else { value.clone() };
            match (&key, key.known_text()) {
                (_, Some(text)) => told.push((text, Each::Keyed(key, value))),
                // Whatever it will be, no state has it.
                (Value::NotMade(called, _), None) => {
                    told.push((called.clone(), Each::Keyed(key.clone(), value)));
                }
                _ => others = Some(any()),
            }
        }
        Keys {
            told,
            others: others.unwrap_or_else(|| Others::These(Vec::new())),
        }
    }

    /// Those of one of several values; none where it may be something else.
    fn of_one(
        perhaps: &Perhaps<super::Thing<'a>>,
        of: impl Fn(&Value<'a>) -> Self,
    ) -> Option<Self> {
        let each = perhaps.values.iter().map(of);
        each.reduce(Keys::or).filter(|_| perhaps.is_one_of_values())
    }

    /// These or others: what stands in both is surely there.
    fn or(self, other: Self) -> Self {
        let mut in_other: BTreeMap<String, Each<'a>> = other.told.into_iter().collect();
        let (mut told, mut either) = (Vec::new(), Vec::new());
        for (key, each) in self.told {
            match in_other.remove(&key) {
                Some(other) => told.push((key, each.or(&other))),
                None => either.push((key, each)),
            }
        }
        either.extend(in_other);
        let values = |each: &Each<'a>| match each {
            Each::Keyed(key, value) => (key.clone(), value.clone()),
            Each::Count(_) | Each::Once => (Value::nothing(), Value::nothing()),
        };
        let others = match (self.others, other.others) {
            (Others::These(one), Others::These(other)) => {
                either.extend(one.into_iter().chain(other));
                Others::These(either)
            }
            (one, other) => {
                let (mut keys, mut all): (Vec<_>, Vec<_>) =
                    either.iter().map(|(_, each)| values(each)).unzip();
                for others in [one, other] {
                    match others {
                        Others::Untold(key, value) => {
                            keys.push(key);
                            all.push(value);
                        }
                        Others::These(these) => {
                            let these = these.iter().map(|(_, each)| values(each));
                            let (these_keys, these): (Vec<_>, Vec<_>) = these.unzip();
                            keys.extend(these_keys);
                            all.extend(these);
                        }
                    }
                }
                Others::Untold(Value::one_of(keys), Value::one_of(all))
            }
        };
        Keys { told, others }
    }
}
