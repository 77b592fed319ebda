//! What names refer to in a module that is called once.

use std::rc::Rc;

use super::once::{All, BlockOnce, Each, ModuleOnce, Repeated};
use super::{DEEPEST, Evaluation, LONGEST, Thing, Value};
use crate::terraform::{Scope, convert};

/// A module, and which one of those that a block in it stands for.
pub(super) struct Here<'e, 'a> {
    pub evaluation: &'e Evaluation<'a>,
    pub module: &'e Rc<ModuleOnce<'a>>,
    pub each: &'e Each<'a>,
    /// Names that stand for what nobody knows, whatever else is called so.
    pub bound: &'e [&'e str],
}

impl<'a> Scope for Here<'_, 'a> {
    type One = Thing<'a>;

    fn named(&self, first: &str, names: &[&str]) -> (Value<'a>, usize) {
        if self.bound.contains(&first) {
            return (Value::Unknown, names.len());
        }
        match (first, names) {
            ("local", [name, ..]) => (self.evaluation.local(self.module, name), 1),
            ("var", [name, ..]) => (self.evaluation.variable(self.module, name), 1),
            ("each" | "count", [name, ..]) => (self.of_each(first, name), 1),
            ("module", [name, ..]) => {
                let called = self.evaluation.called(self.module, name);
                (collected(&called, Thing::Module, |one| one.keys.last()), 1)
            }
            ("path", ["module" | "root", ..]) => (self.evaluation.path(self.module, names[0]), 1),
            ("data", [kind, name, ..]) => (self.block(&format!("data.{kind}.{name}")), 2),
            ("path" | "terraform" | "tofu" | "self" | "data", _) | (_, []) => {
                (Value::Unknown, names.len())
            }
            (kind, [name, ..]) => (self.block(&format!("{kind}.{name}")), 1),
        }
    }

    fn attribute(&self, one: &Thing<'a>, name: &str) -> Value<'a> {
        match one {
            Thing::Block(block) => self.evaluation.attribute(block, name),
            Thing::Module(module) => self.evaluation.output(module, name),
            Thing::Text(_) => Value::Unknown,
        }
    }

    fn file(&self, path: &str) -> Option<String> {
        self.evaluation.file(self.module, path)
    }

    fn enters(&self) -> bool {
        let (depth, effort) = (&self.evaluation.depth, &self.evaluation.effort);
        if depth.get() >= DEEPEST || effort.get() >= LONGEST {
            return false;
        }
        depth.set(depth.get() + 1);
        effort.set(effort.get() + 1);
        true
    }

    fn leaves(&self) {
        let depth = &self.evaluation.depth;
        depth.set(depth.get().saturating_sub(1));
    }
}

impl<'a> Here<'_, 'a> {
    fn of_each(&self, first: &str, name: &str) -> Value<'a> {
        match (first, name, self.each) {
            ("count", "index", Each::Count(index)) => index.clone(),
            ("each", "key", Each::Keyed(key, _)) => key.clone(),
            ("each", "value", Each::Keyed(_, value)) => value.clone(),
            _ => Value::Unknown,
        }
    }

    fn block(&self, address: &str) -> Value<'a> {
        let names = self.evaluation.names(self.module);
        match names.and_then(|names| names.block(address)) {
            Some(placed) => {
                let all = self.evaluation.blocks(self.module, placed);
                collected(&all, Thing::Block, |one: &BlockOnce<'a>| one.keys.last())
            }
            None => Value::Unknown,
        }
    }
}

/// All that something stands for: itself, or the list of a `count`, or the map of a `for_each`.
fn collected<'a, T>(
    all: &All<T>,
    thing: impl Fn(Rc<T>) -> Thing<'a>,
    key: impl Fn(&T) -> Option<&String>,
) -> Value<'a> {
    let known = all.known.iter();
    let things = known.map(|one| {
        let key = key(one).cloned().unwrap_or_default();
        (key, Value::One(thing(Rc::clone(one))))
    });
    if !all.others.is_empty() || all.may_be_fewer {
        return Value::Several(Rc::new(things.collect()));
    }
    match all.repeated {
        Repeated::Once => {
            let only = things.map(|(_, thing)| thing).next();
            only.unwrap_or(Value::Unknown)
        }
        Repeated::Count => Value::list(things.map(|(_, thing)| thing).collect(), true),
        Repeated::ForEach => Value::object(things.collect(), true),
    }
}

impl<'a> Evaluation<'a> {
    /// A local value; one that leads to itself is not known.
    fn local(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let key = (Rc::as_ptr(module), name.to_owned());
        self.locals.of_with(key, Value::Unknown, || {
            let said = self.names(module).and_then(|names| names.local(name));
            said.map_or(Value::Unknown, |said| {
                self.value_in(module, &Each::Once, said)
            })
        })
    }

    fn variable(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let key = (Rc::as_ptr(module), name.to_owned());
        self.variables
            .of_with(key, Value::Unknown, || self.variable_of(module, name))
    }

    /// What the call of a module gives to a variable, or what it is without that. Nobody knows what is given to
    /// those of a root module.
    fn variable_of(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let Some(call) = module.called.as_ref().and_then(|called| called.call) else {
            return Value::Unknown;
        };
        let names = self.names(module);
        let variable = names.and_then(|names| names.block(&format!("variable.{name}")));
        let given = call.argument(name).map(|given| self.given(module, given));
        let Some(variable) = variable else {
            return given.unwrap_or(Value::Unknown);
        };
        let is_nullable = variable.argument("nullable").is_none_or(|nullable| {
            self.value_in(module, &Each::Once, nullable).as_bool() != Some(false)
        });
        let value = match (given, variable.argument("default")) {
            (None, None) => return Value::Unknown,
            (None, Some(default)) => self.value_in(module, &Each::Once, default),
            (Some(Value::Null), Some(default)) if !is_nullable => {
                self.value_in(module, &Each::Once, default)
            }
            (Some(given), _) => given,
        };
        let kind = variable.argument("type").map(|kind| self.expression(kind));
        let here = Here {
            evaluation: self,
            module,
            each: &Each::Once,
            bound: &[],
        };
        match kind {
            Some(Some(kind)) => convert(value, &kind, &here),
            Some(None) => Value::Unknown,
            None => value,
        }
    }

    fn output(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let output = self
            .names(module)
            .and_then(|names| names.block(&format!("output.{name}")));
        match output.and_then(|output| output.argument("value")) {
            Some(value) => self.value_in(module, &Each::Once, value),
            None => Value::Unknown,
        }
    }
}
