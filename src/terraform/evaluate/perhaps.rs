//! What something may be of which nobody can tell what it is.

use std::rc::Rc;

use super::origins::{Of, Origin};
use super::text::PartText;
use super::value::{Entry, Evaluated, Items, MOST, Members, Several, size_of};

/// What a block makes once, or a module that is called, or a text that is written in some place.
pub(crate) trait Made: Clone + std::fmt::Debug {
    /// What all of it comes of.
    fn origins(&self) -> Of;
}

/// What something may be: one of these values, or something else that is made of other things.
#[derive(Clone, Debug)]
pub(crate) struct Perhaps<T> {
    /// The values, of which none is unknown itself. They need not be all.
    pub values: Rc<Vec<Evaluated<T>>>,
    /// What else it may be is made of; none where it is one of the values.
    pub other: Option<Of>,
    /// How many values there are in all, with those within these.
    pub(super) size: usize,
}

/// So many values are kept apart.
const MANY: usize = 64;

impl<T: Made> Perhaps<T> {
    /// Something that is made of this.
    pub fn made_of(of: Of) -> Self {
        Perhaps {
            values: Rc::default(),
            other: Some(of),
            size: 0,
        }
    }

    /// One of these values.
    pub fn one_of(all: impl IntoIterator<Item = Evaluated<T>>) -> Self {
        let (mut values, mut other) = (Vec::new(), None::<Of>);
        for value in all {
            match value {
                Evaluated::Unknown(perhaps) => {
                    perhaps.values.iter().for_each(|one| add(&mut values, one));
                    other = match (other, perhaps.other) {
                        (Some(one), Some(other)) => Some(one.and(&other)),
                        (one, other) => one.or(other),
                    };
                }
                value => add(&mut values, &value),
            }
        }
        let size = size_of(values.iter());
        if values.is_empty() || values.len() > MANY || size > MOST {
            let values = values.iter().map(Evaluated::origins);
            return Perhaps::made_of(Of::all(values.chain(other)));
        }
        Perhaps {
            values: Rc::new(values),
            other,
            size,
        }
    }

    /// All that it may come of.
    pub fn origins(&self) -> Of {
        let values = self.values.iter().map(Evaluated::origins);
        Of::all(values.chain(self.other.clone()))
    }

    /// The same that comes of something else too.
    pub fn and_of(mut self, of: &Of) -> Self {
        self.other = Some(self.other.unwrap_or_default().and(of));
        self
    }

    /// Whether it is one of the values.
    pub fn is_one_of_values(&self) -> bool {
        self.other.is_none()
    }

    /// What else it may be, if anything.
    pub fn else_of(&self) -> Option<Evaluated<T>> {
        self.other.clone().map(Evaluated::made_of)
    }

    /// Each of the values, and what else it may be.
    pub fn each(&self) -> impl Iterator<Item = Evaluated<T>> {
        self.values.iter().cloned().chain(self.else_of())
    }

    /// Another value where it is one of these, unless that is refused, and what else it may be.
    pub fn map<M: IntoIterator<Item = Evaluated<T>>>(
        &self,
        change: impl FnMut(&Evaluated<T>) -> M,
    ) -> Self {
        let changed: Vec<Evaluated<T>> = self.values.iter().flat_map(change).collect();
        Perhaps::one_of(changed.into_iter().chain(self.else_of()))
    }
}

/// Adds a value; of one that is there already only what it comes of.
fn add<T: Made>(values: &mut Vec<Evaluated<T>>, value: &Evaluated<T>) {
    let is_it = |one: &Evaluated<T>| match (one, value) {
        (Evaluated::Text(one), Evaluated::Text(other)) => one == other,
        (Evaluated::Null, Evaluated::Null) => true,
        (Evaluated::Bool(one), Evaluated::Bool(other)) => one == other,
        (Evaluated::Number(one), Evaluated::Number(other)) => one == other,
        (Evaluated::List(one), Evaluated::List(other)) => Rc::ptr_eq(&one.values, &other.values),
        (Evaluated::Object(one), Evaluated::Object(other)) => {
            Rc::ptr_eq(&one.values, &other.values)
        }
        _ => false,
    };
    // Of more than are kept it is told what they come of alone.
    let place = values.iter().take(MANY + 1).position(is_it);
    match place {
        Some(place) => values[place] = values[place].clone().or_same(value),
        None => values.push(value.clone()),
    }
}

impl<T: Made> Evaluated<T> {
    /// Something of which nobody can tell what it is, made of this.
    pub fn made_of(of: impl Into<Of>) -> Self {
        Evaluated::Unknown(Perhaps::made_of(of.into()))
    }

    /// A number, a truth or a hash of which nobody can tell what it is: nothing of what it is made of is found again in
    /// it.
    pub fn nothing() -> Self {
        Evaluated::made_of(Of::default())
    }

    /// One of these values.
    pub fn one_of(values: impl IntoIterator<Item = Self>) -> Self {
        Evaluated::Unknown(Perhaps::one_of(values))
    }

    /// Something of which nobody can tell what it is, made of all of these values.
    pub fn made_of_all<'v>(values: impl IntoIterator<Item = &'v Self>) -> Self
    where
        T: 'v,
    {
        Evaluated::made_of(Of::all(values.into_iter().map(Evaluated::origins)))
    }

    /// What something that is not looked into makes of these values, which may be any text.
    pub fn written_anew<'v>(values: impl IntoIterator<Item = &'v Self>) -> Self
    where
        T: 'v,
    {
        let all = Of::all(values.into_iter().map(Evaluated::origins));
        Evaluated::made_of(all.and(&Origin::Untold.into()))
    }

    /// All that may be in it.
    pub fn origins(&self) -> Of {
        match self {
            Evaluated::Null | Evaluated::Bool(_) | Evaluated::Number(_) => Of::default(),
            Evaluated::Unknown(perhaps) => perhaps.origins(),
            Evaluated::Text(text) if text.as_known() == Some("") => text.origins().clone(),
            Evaluated::Text(text) if text.is_policy() => text.origins().in_policy(),
            Evaluated::Text(text) => text.origins().and(&of_text(text)),
            Evaluated::List(items) => {
                let others = items.others.iter().map(Perhaps::origins);
                Of::all(items.values.iter().map(Evaluated::origins).chain(others))
            }
            Evaluated::Object(members) if members.says_policy() => {
                let values = members.values.values().map(Evaluated::origins);
                Of::all(values).in_policy()
            }
            Evaluated::Object(members) => {
                let names = members.values.keys();
                let names = names.map(|name| of_text(&PartText::known(name)));
                let values = members.values.values().map(Evaluated::origins);
                Of::all(names.chain(values).chain(members.of_others()))
            }
            Evaluated::One(one) => one.origins(),
            Evaluated::Several(several) => {
                let entries = several.entries();
                Of::all(
                    entries
                        .iter()
                        .map(|(key, value)| key.origins().and(&value.origins())),
                )
            }
            Evaluated::NotMade(_, of) => of.clone(),
        }
    }

    /// What is asked for in what is known of it, but the texts themselves.
    pub fn asked(&self) -> Of {
        match self {
            Evaluated::Text(text) => text.origins().clone(),
            Evaluated::List(items) => Of::all(items.values.iter().map(Evaluated::asked)),
            Evaluated::Object(members) => Of::all(members.values.values().map(Evaluated::asked)),
            _ => Of::default(),
        }
    }

    /// This, with what the same value comes of elsewhere.
    pub fn or_same(self, same: &Self) -> Self {
        match (self, same) {
            (Evaluated::Text(text), Evaluated::Text(same)) => {
                Evaluated::Text(text.made_of(same.origins()))
            }
            (value, _) => value,
        }
    }

    /// The same that comes of something else too.
    pub fn and_of(self, of: &Of) -> Self {
        if of.is_empty() {
            return self;
        }
        match self {
            Evaluated::Text(text) => Evaluated::Text(text.made_of(of)),
            Evaluated::Unknown(perhaps) => Evaluated::Unknown(perhaps.and_of(of)),
            Evaluated::NotMade(called, own) => Evaluated::NotMade(called, own.and(of)),
            Evaluated::List(items) => {
                let values = items.values.iter().cloned();
                let values = values.map(|one| one.and_of(of)).collect();
                Evaluated::List(Items {
                    values: Rc::new(values),
                    others: items.others.map(|others| others.and_of(of)),
                    ..items
                })
            }
            Evaluated::Object(members) => {
                let values = members.values.iter();
                let values = values.map(|(name, one)| (name.clone(), one.clone().and_of(of)));
                let and_of = |(key, value): Entry<T>| (key.and_of(of), value.and_of(of));
                Evaluated::Object(Members {
                    values: Rc::new(values.collect()),
                    others: Rc::new((members.others.iter().cloned()).map(and_of).collect()),
                    ..members
                })
            }
            other => other,
        }
    }

    /// The keys that a collection may have of which nobody can tell what is in it, with what is at them.
    pub fn perhaps_entries(&self) -> Vec<Entry<T>> {
        let entries = match self {
            // `null` has none, or is refused.
            Evaluated::Unknown(perhaps) if !perhaps.values.is_empty() => {
                let each = perhaps.each().filter(|one| !matches!(one, Evaluated::Null));
                each.flat_map(|one| one.perhaps_entries()).collect()
            }
            Evaluated::Several(several) => several.entries(),
            // What attributes and outputs are called is nothing of what they have.
            Evaluated::One(one) => vec![(Evaluated::nothing(), Evaluated::made_of(one.origins()))],
            value => {
                if let Some((entries, others)) = value.entries() {
                    entries.into_iter().chain(others).collect()
                } else {
                    let any = Evaluated::made_of(value.origins());
                    vec![(any.clone(), any)]
                }
            }
        };
        Evaluated::few(entries)
    }

    /// What is in it, each with its key where it has one, and what it may be.
    pub fn parts(&self) -> Vec<(Option<Self>, Self)> {
        let keyed = |(key, value): Entry<T>| (Some(key), value);
        match self {
            Evaluated::Unknown(perhaps) => perhaps
                .values
                .iter()
                .map(|one| (None, one.clone()))
                .collect(),
            Evaluated::List(items) => {
                let others = items.others.iter().cloned().map(Evaluated::Unknown);
                let values = items.values.iter().cloned().chain(others);
                values.map(|one| (None, one)).collect()
            }
            Evaluated::Object(members) => {
                let values = members.values.iter();
                let values = values.map(|(name, one)| (Evaluated::text(name), one.clone()));
                values
                    .chain(members.others.iter().cloned())
                    .map(keyed)
                    .collect()
            }
            Evaluated::Several(several) => several.entries().into_iter().map(keyed).collect(),
            _ => Vec::new(),
        }
    }

    /// What any of these keys may be, and what is at it.
    pub fn any_entry(&self) -> (Perhaps<T>, Perhaps<T>) {
        let (keys, values): (Vec<_>, Vec<_>) = self.perhaps_entries().into_iter().unzip();
        (Perhaps::one_of(keys), Perhaps::one_of(values))
    }

    /// Any of a collection, wherever in it.
    pub fn any(&self) -> Self {
        Evaluated::Unknown(self.any_entry().1)
    }

    /// A list of which nobody knows which of these are in it, and at which places.
    pub fn scattered(&self) -> Self {
        match self {
            Evaluated::List(items) => Evaluated::list_in(Vec::new(), Some(items.any()), false),
            Evaluated::Unknown(perhaps) => {
                Evaluated::Unknown(perhaps.map(|one| Some(one.scattered())))
            }
            other => other.clone(),
        }
    }
}

fn of_text(text: &PartText) -> Of {
    let has_letters = text.as_known() != Some("") && *text != PartText::unknown();
    if has_letters {
        Origin::Text(text.clone()).into()
    } else {
        Of::default()
    }
}

impl<T: Made> Items<T> {
    /// What any of these may be.
    pub fn any(&self) -> Perhaps<T> {
        let others = self.others.iter().cloned().map(Evaluated::Unknown);
        Perhaps::one_of(self.values.iter().cloned().chain(others))
    }
}

impl<T: Made> Members<T> {
    /// What the names and the values of others may be, if there may be any.
    pub fn any_other(&self) -> Option<(Perhaps<T>, Perhaps<T>)> {
        let (keys, values): (Vec<_>, Vec<_>) = self.others.iter().cloned().unzip();
        (!self.are_all()).then(|| (Perhaps::one_of(keys), Perhaps::one_of(values)))
    }

    /// What these come of.
    pub fn of_others(&self) -> Option<Of> {
        let (keys, values) = self.any_other()?;
        Some(keys.origins().and(&values.origins()))
    }

    /// What may be at a name, if anything.
    pub fn perhaps_at(&self, name: &str) -> Option<Evaluated<T>> {
        let value = self.values.get(name).cloned();
        value.or_else(|| other_at(&self.others, name))
    }
}

impl<T: Made> Several<T> {
    /// The keys of all, with what is at them.
    pub fn entries(&self) -> Vec<Entry<T>> {
        let values = self.values.iter();
        let values = values.map(|(key, value)| (Evaluated::text(key), value.clone()));
        values.chain(self.others.iter().cloned()).collect()
    }

    /// What any of these may be.
    pub fn each(&self) -> Perhaps<T> {
        Perhaps::one_of(self.entries().into_iter().map(|(_, value)| value))
    }

    /// What may be at a key; where nothing is, nobody can tell what that would be.
    pub fn perhaps_at(&self, key: &str) -> Evaluated<T> {
        let value = self.values.get(key).cloned();
        let value = value.or_else(|| other_at(&self.others, key));
        value.unwrap_or_else(Evaluated::nothing)
    }
}

/// What others may be at a name, if any may be called so.
fn other_at<T: Made>(others: &[Entry<T>], name: &str) -> Option<Evaluated<T>> {
    let called = others.iter().filter(|(key, _)| key.may_be_named(name));
    let mut values = called.map(|(_, value)| value.clone()).peekable();
    values.peek().is_some().then(|| Evaluated::one_of(values))
}
