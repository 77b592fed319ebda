//! What expressions come to, as far as that is known.

use std::collections::BTreeMap;
use std::rc::Rc;

use unicode_width::UnicodeWidthChar;

use super::decimal::Decimal;
use super::origins::{Of, Origin};
use super::perhaps::{Made, Perhaps};
use super::text::PartText;

/// What an expression comes to. `T` is a block that something is made by, once: its attributes are
/// evaluated when they are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Evaluated<T> {
    /// Nobody can tell here which one of these it is, or what it is that is made of something.
    Unknown(Perhaps<T>),
    /// `null`.
    Null,
    /// A truth.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A text, or as much of it as is known.
    Text(PartText),
    /// A list, a tuple or a set.
    List(Items<T>),
    /// A map or an object.
    Object(Members<T>),
    /// What a block makes once, or a module that is called, or a text that is written in some place.
    One(T),
    /// Several of which nobody can tell how many there are, or none: a list or a map.
    Several(Several<T>),
    /// What is known only when it is made, and is nothing that a state has. How it is called, and what it comes of.
    NotMade(String, Of),
}

/// Terraform refuses something: no value has it in it. `try` and `can` tell it from what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

impl<T: Made> From<Refused> for Evaluated<T> {
    /// Where Terraform refuses something, nothing is made; and where it does not, nothing is known of it.
    fn from(_: Refused) -> Self {
        Evaluated::made_of(Origin::Untold)
    }
}

/// What a block makes several times, as far as that is known.
#[derive(Clone, Debug)]
pub(crate) struct Several<T> {
    /// By their keys, as far as these are known. Some may be there no more.
    pub values: Rc<BTreeMap<String, Evaluated<T>>>,
    /// The keys of others, with what these are.
    pub others: Rc<Vec<Entry<T>>>,
}

/// The values of a list, a tuple or a set.
#[derive(Clone, Debug)]
pub(crate) struct Items<T> {
    /// Those that are surely there; those of a set in the order that Terraform goes through them in, where all
    /// are known.
    pub values: Rc<Vec<Evaluated<T>>>,
    /// What there may be beside these, if anything.
    pub others: Option<Perhaps<T>>,
    /// What is known of their places.
    pub places: Places,
    /// How many values there are in all, with those within these.
    pub(super) size: usize,
}

/// What is known of the places that values have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// They are in order, and there are no others between them.
    InOrder,
    /// They have none: it is a set. Two that turn out to be the same are one.
    Set,
    /// Nobody can tell, nor whether two that turn out to be the same are one.
    Unknown,
}

/// The members of a map or an object.
#[derive(Clone, Debug)]
pub(crate) struct Members<T> {
    /// Those that are surely there.
    pub values: Rc<BTreeMap<String, Evaluated<T>>>,
    /// The names of others that there may be, as far as they are known, with what is at them. Each may stand for several.
    pub others: Rc<Vec<Entry<T>>>,
    /// How many values there are in all, with those within these.
    pub(super) size: usize,
}

impl<T> Members<T> {
    /// Whether there are no others.
    pub fn are_all(&self) -> bool {
        self.others.is_empty()
    }
}

impl<T> Items<T> {
    /// Whether there are no others.
    pub fn are_all(&self) -> bool {
        self.others.is_none()
    }
}

impl<T: Made> Items<T> {
    /// Whether these are all, and it is known in which order Terraform goes through them.
    pub fn have_order(&self) -> bool {
        let is_told = |value: &Evaluated<T>| value.known_text().is_some();
        match self.places {
            Places::InOrder => self.are_all(),
            Places::Set => self.are_all() && self.values.iter().all(is_told),
            Places::Unknown => false,
        }
    }

    /// Whether these are all, and stand in the order that they have, if they have one.
    pub fn are_as_they_stand(&self) -> bool {
        self.have_order() || self.are_all() && self.values.len() < 2
    }

    /// Whether no two of them may be one.
    pub fn are_each_one(&self) -> bool {
        let is_told = |value: &Evaluated<T>| value.known_text().is_some();
        self.values.len() < 2
            || match self.places {
                Places::InOrder => true,
                Places::Set => self.values.iter().all(is_told),
                Places::Unknown => false,
            }
    }

    /// As many other values in the places of these.
    pub fn with(&self, values: Vec<Evaluated<T>>) -> Evaluated<T> {
        match self.places {
            Places::Set => Evaluated::set(values, self.others.clone()),
            places => Evaluated::list_in(values, self.others.clone(), places == Places::InOrder),
        }
    }
}

/// A collection of more than so many, with those within these, is not known.
pub(super) const MOST: usize = 10_000;

/// A key, and what is at it.
pub(crate) type Entry<T> = (Evaluated<T>, Evaluated<T>);

/// Those that are surely there, and others that may be.
type Entries<T> = (Vec<Entry<T>>, Vec<Entry<T>>);

impl<T: Made> Evaluated<T> {
    /// A text that is known.
    pub fn text(text: impl Into<String>) -> Self {
        Evaluated::Text(PartText::known(text))
    }

    /// A list with these values in order, and no others.
    pub fn list(values: Vec<Self>) -> Self {
        Evaluated::list_in(values, None, true)
    }

    /// A list with these values, and maybe others, where the order may not be known.
    pub fn list_in(values: Vec<Self>, others: Option<Perhaps<T>>, is_in_order: bool) -> Self {
        let places = if is_in_order && others.is_none() {
            Places::InOrder
        } else {
            Places::Unknown
        };
        Evaluated::items(values, others, places)
    }

    fn items(values: Vec<Self>, others: Option<Perhaps<T>>, places: Places) -> Self {
        let size = size_of(values.iter()) + others.as_ref().map_or(0, |others| others.size);
        if size > MOST {
            let others = others.into_iter().map(Evaluated::Unknown);
            let all: Vec<Self> = values.into_iter().chain(others).collect();
            return Evaluated::made_of_all(&all);
        }
        Evaluated::List(Items {
            values: Rc::new(values),
            others,
            places,
            size,
        })
    }

    /// A set with these values, each once.
    pub fn set(values: impl IntoIterator<Item = Self>, others: Option<Perhaps<T>>) -> Self {
        let mut each = each_once(values);
        if each.iter().all(|one| one.known_text().is_some()) {
            let numbers: Option<Vec<Decimal>> =
                each.iter().map(Evaluated::as_plain_number).collect();
            match numbers {
                Some(mut numbers) => {
                    numbers.sort_unstable();
                    each = numbers.into_iter().map(Evaluated::Number).collect();
                }
                None => each.sort_by_key(Evaluated::known_text),
            }
        }
        Evaluated::items(each, others, Places::Set)
    }

    /// A map or an object with these members, and no others.
    pub fn object(values: BTreeMap<String, Self>) -> Self {
        Evaluated::object_in(values, Vec::new())
    }

    /// A map or an object with these members, and maybe others of such names and values.
    pub fn object_in(values: BTreeMap<String, Self>, mut others: Vec<Entry<T>>) -> Self {
        // Of one name there is one.
        others.retain(|(key, _)| {
            key.known_text()
                .is_none_or(|key| !values.contains_key(&key))
        });
        let others = Evaluated::few(others);
        let of_others = others.iter().flat_map(|(key, value)| [key, value]);
        let size = size_of(values.values().chain(of_others));
        if size > MOST {
            let names: Vec<Self> = values.keys().map(Evaluated::text).collect();
            let others = others.into_iter().flat_map(|(key, value)| [key, value]);
            let all = names.into_iter().chain(values.into_values()).chain(others);
            return Evaluated::made_of_all(&all.collect::<Vec<Self>>());
        }
        Evaluated::Object(Members {
            values: Rc::new(values),
            others: Rc::new(others),
            size,
        })
    }

    /// Entries, or if these are many what any of them may be.
    pub fn few(entries: Vec<Entry<T>>) -> Vec<Entry<T>> {
        if entries.len() <= MANY {
            return entries;
        }
        let (keys, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        vec![(Evaluated::one_of(keys), Evaluated::one_of(values))]
    }

    /// Whether it may be this name, as a key.
    pub fn may_be_named(&self, name: &str) -> bool {
        match self {
            Evaluated::Unknown(perhaps) if perhaps.is_one_of_values() => {
                let mut values = perhaps.values.iter();
                values.any(|one| one.may_be_named(name))
            }
            value => match value.known_text() {
                Some(known) => known == name,
                // Letters may be written in several ways that are the same to Terraform.
                None if !name.is_ascii() => true,
                None => value.as_text().ascii().is_none_or(|text| text.may_be(name)),
            },
        }
    }

    /// Whether not all of it is known, but for what is within a collection.
    pub fn is_partly_known(&self) -> bool {
        match self {
            Evaluated::Unknown(_) | Evaluated::Several(_) => true,
            Evaluated::Text(text) => text.as_known().is_none(),
            Evaluated::List(items) => !items.are_all(),
            Evaluated::Object(members) => !members.are_all(),
            _ => false,
        }
    }

    /// The same of it or of anything within it.
    pub fn is_partly_known_within(&self) -> bool {
        self.is_partly_known()
            || match self {
                Evaluated::List(items) => {
                    items.values.iter().any(Evaluated::is_partly_known_within)
                }
                Evaluated::Object(members) => members
                    .values
                    .values()
                    .any(Evaluated::is_partly_known_within),
                _ => false,
            }
    }

    /// Whether it may be a text, a number or a truth.
    pub fn may_be_plain(&self) -> bool {
        !matches!(self, Evaluated::List(_) | Evaluated::Object(_))
    }

    /// What it is as a text: nothing but unknown where it is none, and cannot be made one.
    pub fn as_text(&self) -> PartText {
        match self {
            Evaluated::Text(text) => text.clone(),
            Evaluated::Bool(truth) => PartText::known(truth.to_string()),
            Evaluated::Number(number) => PartText::known(number.to_string()),
            other => PartText::unknown().made_of(&other.origins()),
        }
    }

    /// Its text, or that of a number or a truth, if that is known in full.
    pub fn known_text(&self) -> Option<String> {
        match self {
            Evaluated::Text(text) => {
                let known = text.as_known().filter(|text| are_in_one_form(text));
                known.map(str::to_owned)
            }
            Evaluated::Bool(truth) => Some(truth.to_string()),
            Evaluated::Number(number) => Some(number.to_string()),
            _ => None,
        }
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
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Evaluated::Text(text) => Decimal::parse(text.as_known()?),
            other => other.as_plain_number(),
        }
    }

    /// The same, if it is whole.
    pub fn as_whole(&self) -> Option<i64> {
        self.as_number()?.as_whole()
    }

    /// The place in a list that it names.
    pub fn as_place(&self) -> Option<usize> {
        usize::try_from(self.as_whole()?).ok()
    }

    fn as_plain_number(&self) -> Option<Decimal> {
        match self {
            Evaluated::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether both are the same value; none where nobody can tell.
    pub fn is(&self, other: &Self) -> Option<bool> {
        use Evaluated::{Bool, List, NotMade, Null, Number, Object, One, Several, Text, Unknown};
        match (self, other) {
            (Null, Null) => Some(true),
            (Bool(one), Bool(other)) => Some(one == other),
            (Number(one), Number(other)) => Some(one == other),
            (Text(one), Text(other)) => match (one.as_known(), other.as_known()) {
                (Some(one), Some(other)) if one == other => Some(true),
                // Letters may be written in several ways that are the same to Terraform.
                (Some(one), Some(other)) => (one.is_ascii() && other.is_ascii()).then_some(false),
                _ => (!one.may_be_as(other)).then_some(false),
            },
            // What is written as a text may have been made one.
            (Text(_), Bool(_) | Number(_)) | (Bool(_) | Number(_), Text(_)) => {
                (!self.as_text().may_be_as(&other.as_text())).then_some(false)
            }
            // A list is another value than a tuple or a set of the same, and a map than an object.
            (List(one), List(other)) => {
                let are_in_order = [one, other].map(|items| items.places == Places::InOrder);
                let values = || one.values.iter().zip(&*other.values);
                let are_other = one.values.len() != other.values.len()
                    || all(values().map(|(one, other)| one.is(other))) == Some(false);
                (are_in_order == [true, true] && are_other).then_some(false)
            }
            (Object(one), Object(other)) => {
                let values = || one.values.values().zip(other.values.values());
                let are_other = !one.values.keys().eq(other.values.keys())
                    || all(values().map(|(one, other)| one.is(other))) == Some(false);
                (one.are_all() && other.are_all() && are_other).then_some(false)
            }
            // It is something, and if it is a text, then that of a policy.
            (One(_), Null) | (Null, One(_)) => Some(false),
            (One(_), Text(text)) | (Text(text), One(_)) if text.as_known() == Some("") => {
                Some(false)
            }
            (NotMade(..) | One(_) | Several(_) | Unknown(_), _)
            | (_, NotMade(..) | One(_) | Several(_) | Unknown(_)) => None,
            // What is of another type is another value.
            _ => Some(false),
        }
    }

    /// The values of a collection with the key of each, and what others there may be; none where it is no
    /// collection, or is not known.
    pub fn entries(&self) -> Option<Entries<T>> {
        match self {
            Evaluated::List(items) => {
                let values = items.values.iter().enumerate();
                let entries = values.map(|(place, value)| {
                    let key = match items.places {
                        Places::InOrder => Evaluated::place(place),
                        Places::Set => value.clone(),
                        // It may be a set.
                        Places::Unknown => Evaluated::one_of([value.clone(), Evaluated::nothing()]),
                    };
                    (key, value.clone())
                });
                let others = items.others.as_ref().map(|others| {
                    let keys = match items.places {
                        Places::InOrder => Evaluated::nothing(),
                        _ => Evaluated::Unknown(others.clone()),
                    };
                    (keys, Evaluated::Unknown(others.clone()))
                });
                Some((entries.collect(), others.into_iter().collect()))
            }
            Evaluated::Object(members) => {
                let entries = members.values.iter();
                let entries = entries.map(|(key, value)| (Evaluated::text(key), value.clone()));
                Some((entries.collect(), members.others.to_vec()))
            }
            _ => None,
        }
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Evaluated::Number(number.into())
    }

    /// A place in a list, or how many there are.
    pub fn place(place: usize) -> Self {
        i64::try_from(place).map_or_else(|_| Evaluated::nothing(), Evaluated::whole)
    }

    /// How many values a collection has, where that is known.
    pub fn length(&self) -> Option<usize> {
        match self {
            Evaluated::List(items) => {
                (items.are_all() && items.are_each_one()).then(|| items.values.len())
            }
            Evaluated::Object(members) => members.are_all().then(|| members.values.len()),
            // Terraform counts what is seen as one letter.
            Evaluated::Text(text) => text.as_known().filter(|text| text.is_ascii()).map(str::len),
            _ => None,
        }
    }
}

/// So many keys are kept apart of which nobody can tell whether they are there.
const MANY: usize = 32;

/// Whether Terraform keeps the letters of a text as they are: a mark that may be put together with the letter before
/// it becomes one with that.
fn are_in_one_form(text: &str) -> bool {
    let is_mark =
        |letter: char| letter > '\u{2ff}' && letter.width() == Some(0) && !is_no_mark(letter);
    !text.contains(is_mark)
}

/// Whether a letter without a width of its own only says how others are shown.
fn is_no_mark(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Values, each once. Of two that are not known in full nobody can tell that they are the same.
pub(super) fn each_once<T: Made>(
    values: impl IntoIterator<Item = Evaluated<T>>,
) -> Vec<Evaluated<T>> {
    let mut each: Vec<Evaluated<T>> = Vec::new();
    let mut places: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for value in values {
        let known = value.known_text();
        let is_told = known.is_some() || matches!(value, Evaluated::Null);
        if let Some(&place) = places.get(&known).filter(|_| is_told) {
            each[place] = each[place].clone().or_same(&value);
            continue;
        }
        if is_told {
            places.insert(known, each.len());
        }
        each.push(value);
    }
    each
}

/// How many values there are in some, with those within these: what is shared is gone through each time.
pub(super) fn size_of<'v, T: 'v>(values: impl Iterator<Item = &'v Evaluated<T>>) -> usize {
    let sizes = values.map(|value| match value {
        Evaluated::List(items) => items.size + 1,
        Evaluated::Object(members) => members.size + 1,
        Evaluated::Unknown(perhaps) => perhaps.size + 1,
        _ => 1,
    });
    sizes.sum()
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
