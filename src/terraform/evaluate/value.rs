//! What expressions come to, as far as that is known.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::PartText;

/// What an expression comes to. `T` is a block that something is made by, once: its attributes are
/// evaluated when they are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Evaluated<T> {
    /// Nobody can tell here.
    Unknown,
    /// Terraform refuses this; `try` and `can` tell it from what is not known.
    Failed,
    /// `null`.
    Null,
    /// A truth.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, or as much of it as is known.
    Text(PartText),
    /// A list, a tuple or a set.
    List(Items<T>),
    /// A map or an object.
    Object(Members<T>),
    /// What a block makes once, or a module that is called.
    One(T),
    /// What is known only when it is made, and is nothing that a state has. How it is called.
    NotMade(String),
}

/// The values of a list, a tuple or a set.
#[derive(Clone, Debug)]
pub(crate) struct Items<T> {
    /// Those that are surely there, in order; those of a set in the order that Terraform goes through them in,
    /// where all are known.
    pub values: Rc<Vec<Evaluated<T>>>,
    /// Whether there are no others, at any place.
    pub are_all: bool,
    /// Whether others are behind these, if there are any, so that the places of these are known.
    pub are_first: bool,
    /// Whether it is a set, so that two that turn out to be the same are one.
    pub is_set: bool,
}

/// The members of a map or an object.
#[derive(Clone, Debug)]
pub(crate) struct Members<T> {
    /// Those that are surely there.
    pub values: Rc<BTreeMap<String, Evaluated<T>>>,
    /// Whether there are no others.
    pub are_all: bool,
}

impl<T: Clone> Items<T> {
    /// Whether these are all, and each stands at a known place.
    pub fn have_order(&self) -> bool {
        let is_told = |value: &Evaluated<T>| value.known_text().is_some();
        self.are_all && (!self.is_set || self.values.iter().all(is_told))
    }
}

/// A collection of more than so many is not known.
pub(super) const MOST: usize = 10_000;

impl<T: Clone> Evaluated<T> {
    /// A text that is known.
    pub fn text(text: impl Into<String>) -> Self {
        Evaluated::Text(PartText::known(text))
    }

    /// A list with these values; `are_all` where there are no others.
    pub fn list(values: Vec<Self>, are_all: bool) -> Self {
        if values.len() > MOST {
            return Evaluated::Unknown;
        }
        Evaluated::List(Items {
            values: Rc::new(values),
            are_all,
            are_first: false,
            is_set: false,
        })
    }

    /// A set with these values, each once.
    pub fn set(values: impl IntoIterator<Item = Self>, are_all: bool) -> Self {
        let mut each = Vec::new();
        let mut texts = std::collections::BTreeSet::new();
        for value in values {
            // What is known is told apart by its text, since there may be many.
            let is_new = match value.known_text() {
                Some(text) => texts.insert(text),
                None => each.iter().all(|one| value.is(one) != Some(true)),
            };
            if is_new {
                each.push(value);
            }
        }
        if each.iter().all(|one| one.known_text().is_some()) {
            let numbers: Option<Vec<f64>> = each.iter().map(Evaluated::as_plain_number).collect();
            match numbers {
                Some(mut numbers) => {
                    numbers.sort_by(f64::total_cmp);
                    each = numbers.into_iter().map(Evaluated::Number).collect();
                }
                None => each.sort_by_key(Evaluated::known_text),
            }
        }
        match Evaluated::list(each, are_all) {
            Evaluated::List(items) => Evaluated::List(Items {
                is_set: true,
                ..items
            }),
            other => other,
        }
    }

    /// A map or an object with these members; `are_all` where there are no others.
    pub fn object(values: BTreeMap<String, Self>, are_all: bool) -> Self {
        if values.len() > MOST {
            return Evaluated::Unknown;
        }
        Evaluated::Object(Members {
            values: Rc::new(values),
            are_all,
        })
    }

    /// Whether Terraform refuses it.
    pub fn has_failed(&self) -> bool {
        matches!(self, Evaluated::Failed)
    }

    /// What it is as a text: nothing but unknown where it is none, and cannot be made one.
    pub fn as_text(&self) -> PartText {
        match self {
            Evaluated::Text(text) => text.clone(),
            Evaluated::Bool(truth) => PartText::known(truth.to_string()),
            Evaluated::Number(number) => PartText::known(written(*number)),
            _ => PartText::unknown(),
        }
    }

    /// Its text, or that of a number or a truth, if that is known in full.
    pub fn known_text(&self) -> Option<String> {
        self.as_text().as_known().map(str::to_owned)
    }

    /// The truth that it is, or that its text says.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Evaluated::Bool(truth) => Some(*truth),
            Evaluated::Text(text) => text.as_known()?.parse().ok(),
            _ => None,
        }
    }

    /// The number that it is, or that its text says.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Evaluated::Text(text) => {
                let number: f64 = text.as_known()?.parse().ok()?;
                number.is_finite().then_some(number)
            }
            other => other.as_plain_number(),
        }
    }

    /// The place in a list that it names.
    pub fn as_place(&self) -> Option<usize> {
        let number = self.as_number()?;
        let is_place = number >= 0.0 && number.fract() == 0.0 && number < 1e9;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        is_place.then_some(number as usize)
    }

    fn as_plain_number(&self) -> Option<f64> {
        match self {
            Evaluated::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether both are the same value; none where nobody can tell.
    pub fn is(&self, other: &Self) -> Option<bool> {
        use Evaluated::{Bool, List, NotMade, Null, Number, Object, One, Text};
        match (self, other) {
            (Null, Null) => Some(true),
            (Bool(one), Bool(other)) => Some(one == other),
            (Number(one), Number(other)) => Some((one - other).abs() < f64::EPSILON),
            (Text(one), Text(other)) => match (one.as_known(), other.as_known()) {
                (Some(one), Some(other)) => Some(one == other),
                _ => (!one.may_be_as(other)).then_some(false),
            },
            (List(one), List(other)) => {
                let are_told = one.are_all && other.are_all && !one.is_set && !other.is_set;
                if !are_told {
                    return None;
                }
                if one.values.len() != other.values.len() {
                    return Some(false);
                }
                let values = one.values.iter().zip(&*other.values);
                all(values.map(|(one, other)| one.is(other)))
            }
            (Object(one), Object(other)) => {
                if !one.are_all || !other.are_all {
                    return None;
                }
                if !one.values.keys().eq(other.values.keys()) {
                    return Some(false);
                }
                let values = one.values.values().zip(other.values.values());
                all(values.map(|(one, other)| one.is(other)))
            }
            (NotMade(_) | One(_) | Evaluated::Unknown | Evaluated::Failed, _)
            | (_, NotMade(_) | One(_) | Evaluated::Unknown | Evaluated::Failed) => None,
            // What is of another type is another value.
            _ => Some(false),
        }
    }

    /// The values of a collection with the key of each, and whether these are all; none where it is no
    /// collection, or is not known.
    pub fn entries(&self) -> Option<(Vec<(Self, Self)>, bool)> {
        match self {
            Evaluated::List(items) => {
                let is_placed = items.are_all && !items.is_set;
                let values = items.values.iter().enumerate();
                let entries = values.map(|(place, value)| {
                    let key = if items.is_set {
                        value.clone()
                    } else if is_placed {
                        Evaluated::place(place)
                    } else {
                        Evaluated::Unknown
                    };
                    (key, value.clone())
                });
                Some((entries.collect(), items.are_all))
            }
            Evaluated::Object(members) => {
                let entries = members.values.iter();
                let entries = entries.map(|(key, value)| (Evaluated::text(key), value.clone()));
                Some((entries.collect(), members.are_all))
            }
            _ => None,
        }
    }

    /// A place in a list, or how many there are.
    pub fn place(place: usize) -> Self {
        #[expect(clippy::cast_precision_loss)]
        Evaluated::Number(place as f64)
    }

    /// How many values a collection has, where that is known.
    pub fn length(&self) -> Option<usize> {
        match self {
            Evaluated::List(items) => {
                let is_told = |value: &Self| value.known_text().is_some();
                let are_told =
                    !items.is_set || items.values.len() < 2 || items.values.iter().all(is_told);
                (items.are_all && are_told).then(|| items.values.len())
            }
            Evaluated::Object(members) => members.are_all.then(|| members.values.len()),
            Evaluated::Text(text) => Some(text.as_known()?.chars().count()),
            _ => None,
        }
    }
}

/// Whether all of some truths hold; none where nobody can tell.
pub(super) fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut are_told = true;
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            Some(true) => {}
            None => are_told = false,
        }
    }
    are_told.then_some(true)
}

/// How Terraform writes a number as a text.
fn written(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}
