//! What modules and blocks stand for, once each: at a key of `count` or `for_each`, or at none.

use std::path::Path;
use std::rc::Rc;

use super::Value;
use super::names::Placed;
use crate::sources::{Module, Resource};
use crate::terraform::{Asked, Origin};

/// A module as it is called once.
#[derive(Debug)]
pub(in crate::sources) struct ModuleOnce<'a> {
    /// Its folder, which is empty where that is not known.
    pub folder: Rc<Path>,
    /// The module; none where `terraform init` has not written down where that is.
    pub module: Option<Module<'a>>,
    /// The names of the calls, from the root module on.
    pub names: Vec<String>,
    /// The state of its root module in which it is looked for, by its place.
    pub state: usize,
    /// The keys of the calls, from the root module on; nothing for a call that is not repeated.
    pub keys: Vec<String>,
    /// Who calls it; none of a root module.
    pub called: Option<CalledOnce<'a>>,
}

/// A call of a module, once.
#[derive(Debug)]
pub(in crate::sources) struct CalledOnce<'a> {
    /// Where the call stands.
    pub around: Rc<ModuleOnce<'a>>,
    /// The block; none where it is not found.
    pub call: Option<Placed<'a>>,
    /// Which one of those that it stands for.
    pub each: Each<'a>,
}

/// A block of a resource or of data, once.
#[derive(Debug)]
pub(in crate::sources) struct BlockOnce<'a> {
    /// Where it stands.
    pub module: Rc<ModuleOnce<'a>>,
    /// The block.
    pub placed: Placed<'a>,
    /// Which one of those that it stands for.
    pub each: Each<'a>,
    /// The keys of the modules, and its own.
    pub keys: Vec<String>,
    /// What the state has of it; nothing where it is not made.
    pub made: Option<&'a Resource>,
}

/// One of those that a block stands for.
#[derive(Clone, Debug)]
pub(in crate::sources) enum Each<'a> {
    /// It is not repeated.
    Once,
    /// That of a `count`, with `count.index`.
    Count(Value<'a>),
    /// That of a `for_each`, with `each.key` and `each.value`.
    Keyed(Value<'a>, Value<'a>),
}

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Repeated {
    /// Not at all.
    Once,
    /// By `count`.
    Count,
    /// By `for_each`.
    ForEach,
}

impl<'a> Each<'a> {
    /// The one at a key of a state, which may have any of these values.
    pub fn at(repeated: Repeated, key: &str, any: &Value<'a>) -> Self {
        let index = || key.parse().map_or_else(|_| Value::nothing(), Value::whole);
        match repeated {
            Repeated::Once => Each::Once,
            Repeated::Count => Each::Count(index()),
            Repeated::ForEach => Each::Keyed(Value::text(key), any.clone()),
        }
    }

    /// This or another one at the same key.
    pub fn or(self, other: &Each<'a>) -> Self {
        match (self, other) {
            (Each::Keyed(key, value), Each::Keyed(_, other)) if value.is(other) == Some(true) => {
                Each::Keyed(key, value.or_same(other))
            }
            (Each::Keyed(key, value), Each::Keyed(_, other)) => {
                Each::Keyed(key, Value::one_of([value, other.clone()]))
            }
            (own, _) => own,
        }
    }

    /// What it is called among those that are repeated.
    fn key(&self) -> Value<'a> {
        match self {
            Each::Once => Value::nothing(),
            Each::Count(key) | Each::Keyed(key, _) => key.clone(),
        }
    }

    /// One of which nobody knows the key.
    pub fn other(repeated: Repeated, (key, value): (Value<'a>, Value<'a>)) -> Self {
        match repeated {
            Repeated::Once => Each::Once,
            Repeated::Count => Each::Count(Value::nothing()),
            Repeated::ForEach => Each::Keyed(key, value),
        }
    }
}

/// What a block or a call stands for in all.
#[derive(Debug)]
pub(in crate::sources) struct All<T> {
    /// How it is repeated.
    pub repeated: Repeated,
    /// Those that are known: by what is written, or where that cannot be read by what the state has.
    pub known: Vec<Rc<T>>,
    /// What stands for others of which nobody can tell how many there are, and at which keys.
    pub others: Vec<Rc<T>>,
    /// Whether some of those that are known may be there no more, since something decides that of which nobody
    /// can tell.
    pub may_be_fewer: bool,
}

impl<T> All<T> {
    /// Nothing.
    pub fn none() -> Self {
        All {
            repeated: Repeated::Once,
            known: Vec::new(),
            others: Vec::new(),
            may_be_fewer: false,
        }
    }

    /// What is known, and then what stands for others.
    pub fn each(&self) -> impl Iterator<Item = &Rc<T>> {
        self.known.iter().chain(&self.others)
    }
}

impl<'a> ModuleOnce<'a> {
    /// What it is called among those that its call stands for, as it is written and as far as that is known.
    pub fn key(&self) -> (&str, Value<'a>) {
        let each = self.called.as_ref().map(|called| called.each.key());
        (last(&self.keys), each.unwrap_or_else(Value::nothing))
    }

    /// That all that it puts out is asked for.
    pub fn asked(&self) -> Origin {
        match (&self.called, self.names.last()) {
            (Some(called), Some(name)) => Origin::Asked(Asked {
                address: format!("module.{name}"),
                attribute: String::new(),
                folder: Rc::clone(&called.around.folder),
            }),
            _ => Origin::Untold,
        }
    }

    /// Whether it stands for others of which nobody can tell.
    pub fn is_other(&self) -> bool {
        self.keys.iter().any(|key| key == OTHER)
    }
}

impl<'a> BlockOnce<'a> {
    /// What it is called among those that its block stands for, as it is written and as far as that is known.
    pub fn key(&self) -> (&str, Value<'a>) {
        (last(&self.keys), self.each.key())
    }

    /// Whether it stands for others of which nobody can tell.
    pub fn is_other(&self) -> bool {
        self.keys.iter().any(|key| key == OTHER)
    }

    /// That an attribute is asked for, or all of it where that is empty.
    pub fn asked(&self, attribute: &str) -> Origin {
        Origin::Asked(Asked {
            address: self.placed.block.address(),
            attribute: attribute.to_owned(),
            folder: Rc::clone(&self.module.folder),
        })
    }

    /// Where it is decided how often it is made, of one of which nobody can tell: at itself, or at the outermost call
    /// of which nobody can.
    pub fn decided_at(&self) -> Placed<'a> {
        let mut found = self.placed;
        let mut module = Some(&self.module);
        while let Some(called) = module.and_then(|module| module.called.as_ref()) {
            let is_other =
                module.is_some_and(|module| module.keys.last().is_some_and(|key| key == OTHER));
            if let (true, Some(call)) = (is_other, called.call) {
                found = call;
            }
            module = Some(&called.around);
        }
        found
    }
}

fn last(keys: &[String]) -> &str {
    keys.last().map_or("", String::as_str)
}

/// What is written for the key of one of which nobody can tell: no key of a state is so.
pub(super) const OTHER: &str = "\0";
