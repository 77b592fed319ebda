//! What `count` and `for_each` say that a block stands for.

use std::collections::BTreeMap;

use super::Value;
use super::once::{Each, Repeated};
use crate::terraform::{Origin, Perhaps};

/// The keys that a block is repeated for.
#[derive(Clone, Debug)]
pub(super) struct Keys<'a> {
    /// Those that are surely there.
    pub told: Vec<(String, Each<'a>)>,
    /// What else may be there.
    pub others: Vec<Other<'a>>,
}

/// What else a block may be repeated for.
#[derive(Clone, Debug)]
pub(super) enum Other<'a> {
    /// This.
    This(String, Each<'a>),
    /// Nobody can tell: what the keys are made of, and what is at them.
    Untold(Value<'a>, Value<'a>),
}

impl<'a> Other<'a> {
    /// Whether it may be what a state has at a key.
    pub fn may_be_at(&self, key: &str) -> bool {
        match self {
            Other::This(own, _) => own == key,
            Other::Untold(own, _) => own.may_be_named(key),
        }
    }

    /// Its key, if that is known.
    pub fn key(&self) -> Option<&String> {
        match self {
            Other::This(key, _) => Some(key),
            Other::Untold(..) => None,
        }
    }

    /// The one at a key that a state has.
    pub fn at(&self, repeated: Repeated, key: &str) -> Each<'a> {
        match self {
            Other::This(_, each) => each.clone(),
            Other::Untold(_, value) => Each::at(repeated, key, value),
        }
    }

    /// The one at a key that no state has.
    pub fn each(&self, repeated: Repeated) -> Each<'a> {
        match self {
            Other::This(_, each) => each.clone(),
            Other::Untold(key, value) => Each::other(repeated, (key.clone(), value.clone())),
        }
    }
}

/// So much is counted at most.
const MOST: usize = 1_000;

impl<'a> Keys<'a> {
    /// These, and no others.
    pub fn all(told: Vec<(String, Each<'a>)>) -> Self {
        Keys {
            told,
            others: Vec::new(),
        }
    }

    /// Those of which nobody can tell.
    pub fn untold() -> Self {
        let untold = || Value::made_of(Origin::Untold);
        Keys {
            told: Vec::new(),
            others: vec![Other::Untold(untold(), untold())],
        }
    }

    /// Whether these are surely there, and no others are.
    pub fn are_all(&self) -> bool {
        self.others.is_empty()
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
        if let Value::Unknown(perhaps) = value
            && let Some(keys) = Keys::of_one(perhaps, Keys::of_each)
        {
            return keys;
        }
        let is_map = !matches!(value, Value::List(_));
        let entries = value.entries();
        let (entries, others) = entries.unwrap_or_else(|| (Vec::new(), value.perhaps_entries()));
        let (mut told, mut more) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            let key = if is_map { key } else { value.clone() };
            match (&key, key.known_text()) {
                (_, Some(text)) => told.push((text, Each::Keyed(key, value))),
                // Whatever it will be, no state has it.
                (Value::NotMade(called, _), None) => {
                    told.push((called.clone(), Each::Keyed(key.clone(), value)));
                }
                _ => more.push((key, value)),
            }
        }
        let others = Value::few(more.into_iter().chain(others).collect());
        let others = others
            .into_iter()
            .map(|(key, value)| match key.known_text() {
                Some(text) => Other::This(text, Each::Keyed(key, value)),
                None => Other::Untold(key, value),
            });
        Keys {
            told,
            others: others.collect(),
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
        let mut told = Vec::new();
        let mut others: Vec<Other<'a>> = self.others.into_iter().chain(other.others).collect();
        for (key, each) in self.told {
            match in_other.remove(&key) {
                Some(other) => told.push((key, each.or(&other))),
                None => others.push(Other::This(key, each)),
            }
        }
        let in_other = in_other.into_iter();
        others.extend(in_other.map(|(key, each)| Other::This(key, each)));
        Keys { told, others }
    }
}
