//! What names refer to in a module that is called once.

use std::path::Path;
use std::rc::Rc;

use super::once::{All, BlockOnce, Each, ModuleOnce, Repeated};
use super::{DEEPEST, Evaluation, LONGEST, Thing, Value};
use crate::terraform::{Of, Origin, Scope, Several, convert};

/// A module, and which one of those that a block in it stands for.
pub(super) struct Here<'e, 'a> {
    pub evaluation: &'e Evaluation<'a>,
    pub module: &'e Rc<ModuleOnce<'a>>,
    pub each: &'e Each<'a>,
    /// The block that `self` is, where that may be asked for.
    pub block: Option<&'e Rc<BlockOnce<'a>>>,
}

impl<'a> Scope for Here<'_, 'a> {
    type One = Thing<'a>;

    fn named(&self, first: &str, names: &[&str]) -> (Value<'a>, usize) {
        match (first, names) {
            ("local", [name, ..]) => (self.evaluation.local(self.module, name), 1),
            ("var", [name, ..]) => (self.evaluation.variable(self.module, name), 1),
            ("each" | "count", [name, ..]) => (self.of_each(first, name), 1),
            ("module", [name, ..]) => {
                let called = self.evaluation.called(self.module, name);
                (collected(&called, Thing::Module, ModuleOnce::key), 1)
            }
            ("self", _) => match self.block {
                Some(block) => (Value::One(Thing::Block(Rc::clone(block))), 0),
                None => (Value::nothing(), names.len()),
            },
            ("path", ["module" | "root", ..]) => (self.evaluation.path(self.module, names[0]), 1),
            ("data" | "ephemeral", [kind, name, ..]) => {
                (self.block(&format!("{first}.{kind}.{name}")), 2)
            }
            ("resource", [kind, name, ..]) => (self.block(&format!("{kind}.{name}")), 2),
            // All that there are of these.
            ("local" | "data" | "ephemeral", _) => (Value::made_of(Origin::GivenUp), names.len()),
            ("path" | "terraform" | "tofu", _) | (_, []) => (Value::nothing(), names.len()),
            (kind, [name, ..]) => (self.block(&format!("{kind}.{name}")), 1),
        }
    }

    fn attribute(&self, one: &Thing<'a>, name: &str) -> Value<'a> {
        match one {
            Thing::Block(block) => self.evaluation.attribute(block, name),
            Thing::Module(module) => self.evaluation.output(module, name),
            Thing::Text(_) => Value::made_of_all([&Value::One(one.clone())]),
        }
    }

    fn file(&self, path: &str) -> Option<String> {
        self.evaluation.file(self.module, path)
    }

    fn folder(&self) -> Rc<Path> {
        Rc::clone(&self.module.folder)
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
            _ => Value::nothing(),
        }
    }

    /// What a block of an address makes; of several that are laid over each other it may be what any makes.
    fn block(&self, address: &str) -> Value<'a> {
        let names = self.evaluation.names(self.module);
        let placed = names.map_or(Vec::new(), |names| names.blocks(address).to_vec());
        let all = placed.into_iter().map(|placed| {
            let all = self.evaluation.blocks(self.module, placed);
            collected(&all, Thing::Block, BlockOnce::key)
        });
        one_of(all)
    }
}

/// The only one of some values, or what may be any of them; of none of them nobody can tell what it is.
fn one_of<'a>(values: impl Iterator<Item = Value<'a>>) -> Value<'a> {
    let mut values: Vec<Value<'a>> = values.collect();
    match values.len() {
        0 => Value::made_of(Origin::Untold),
        1 => values.remove(0),
        _ => Value::one_of(values),
    }
}

/// All that something stands for: itself, or the list of a `count`, or the map of a `for_each`.
fn collected<'a, T>(
    all: &All<T>,
    thing: impl Fn(Rc<T>) -> Thing<'a>,
    key: impl Fn(&T) -> (&str, Value<'a>),
) -> Value<'a> {
    let known = all.known.iter();
    let things = known.map(|one| (key(one).0.to_owned(), Value::One(thing(Rc::clone(one)))));
    if !all.others.is_empty() || all.may_be_fewer {
        let others = all.others.iter();
        let others = others.map(|one| (key(one).1, Value::One(thing(Rc::clone(one)))));
        return Value::Several(Several {
            values: Rc::new(things.collect()),
            others: Rc::new(others.collect()),
        });
    }
    match all.repeated {
        Repeated::Once => {
            let only = things.map(|(_, thing)| thing).next();
            only.unwrap_or_else(Value::nothing)
        }
        Repeated::Count => Value::list(things.map(|(_, thing)| thing).collect()),
        Repeated::ForEach => Value::object(things.collect()),
    }
}

impl<'a> Evaluation<'a> {
    /// A local value; of one that leads to itself nobody can tell.
    fn local(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let key = (Rc::as_ptr(module), name.to_owned());
        let meanwhile = Value::made_of(Origin::GivenUp);
        self.locals.of_with(key, meanwhile, || {
            let names = self.names(module);
            let said = names.map_or(Vec::new(), |names| names.locals(name).to_vec());
            let said = said.into_iter();
            one_of(said.map(|said| self.value_in(module, &Each::Once, said)))
        })
    }

    fn variable(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let key = (Rc::as_ptr(module), name.to_owned());
        let meanwhile = Value::made_of(Origin::GivenUp);
        self.variables
            .of_with(key, meanwhile, || self.variable_of(module, name))
    }

    /// What the call of a module gives to a variable, or what it is without that. Nobody knows what is given to
    /// those of a root module.
    fn variable_of(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let names = self.names(module);
        let variables = names.map_or(Vec::new(), |names| {
            names.blocks(&format!("variable.{name}")).to_vec()
        });
        let call = module.called.as_ref().and_then(|called| called.call);
        let given = match call {
            Some(call) => call.argument(name).map(|given| self.given(module, given)),
            // It may be anything, or not be given.
            None => Some(Value::one_of([Value::made_of(Origin::Untold), Value::Null])),
        };
        let values = variables.iter().map(|variable| {
            let is_nullable = call.is_some()
                && variable.argument("nullable").is_none_or(|nullable| {
                    let value = self.value_in(module, &Each::Once, nullable);
                    value.as_bool() != Some(false)
                });
            let default = variable.argument("default");
            let default = default.map(|default| self.value_in(module, &Each::Once, default));
            let value = match (given.clone(), default) {
                (None, None) => Value::made_of(Origin::Untold),
                (None, Some(default)) => default,
                (Some(Value::Null), Some(default)) if !is_nullable => default,
                // It may be `null`.
                (Some(given @ Value::Unknown(_)), Some(default)) if !is_nullable => {
                    Value::one_of([given, default])
                }
                (Some(given), _) => given,
            };
            let kind = variable.argument("type").map(|kind| self.expression(kind));
            let here = Here {
                evaluation: self,
                module,
                each: &Each::Once,
                block: None,
            };
            match kind {
                Some(Some(kind)) => convert(value, &kind, &here),
                Some(None) => Value::one_of([value]),
                None => value,
            }
        });
        let values: Vec<Value<'a>> = values.collect();
        match (values.is_empty(), given) {
            (true, Some(given)) => given,
            _ => one_of(values.into_iter()),
        }
    }

    pub(super) fn output(&self, module: &Rc<ModuleOnce<'a>>, name: &str) -> Value<'a> {
        let key = (Rc::as_ptr(module), name.to_owned());
        let meanwhile = Value::made_of(Origin::GivenUp);
        self.outputs.of_with(key, meanwhile, || {
            let names = self.names(module);
            let outputs = names.map_or(Vec::new(), |names| {
                names.blocks(&format!("output.{name}")).to_vec()
            });
            let values = outputs.iter().filter_map(|output| output.argument("value"));
            let values = values.map(|value| self.value_in(module, &Each::Once, value));
            let values: Vec<Value<'a>> = values.collect();
            if values.is_empty() {
                // It may be anything that the module is given, to which this leads.
                let asked: Of = module.asked().into();
                return Value::made_of(asked.and(&Origin::Untold.into()));
            }
            one_of(values.into_iter())
        })
    }
}
