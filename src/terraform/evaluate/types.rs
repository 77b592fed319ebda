//! The types that variables say: what is given to one is made that.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

use super::collections::of_one_type;
use super::origins::{Of, Origin};
use super::perhaps::{Made, Perhaps};
use super::unify::unified;
use super::value::{Evaluated, Members};
use super::{Evaluating, Scope};

impl<S: Scope> Evaluating<'_, S> {
    /// A value of a type, as `map(object({ arn = string, path = optional(string, "/") }))`.
    pub(super) fn converted(
        &mut self,
        value: Evaluated<S::One>,
        kind: &Expression,
    ) -> Evaluated<S::One> {
        if !self.scope.enters() {
            return Evaluated::one_of([value, Evaluated::made_of(Origin::GivenUp)]);
        }
        let converted = match kind {
            kind if matches!(value, Evaluated::Unknown(_)) => self.perhaps_converted(value, kind),
            Expression::Variable(name) => plain(value, name.as_str()),
            // The way of Terraform before 0.12; `"list"` and `"map"` are of whatever there is.
            Expression::String(name) => plain(value, name.as_str()),
            Expression::FuncCall(call) => self.made_of(value, call),
            Expression::Parenthesis(inner) => self.converted(value, inner.inner()),
            _ => Evaluated::one_of([value]),
        };
        self.scope.leaves();
        converted
    }

    /// The same of what may be one of several values, or something else: that may have what a type says for what is
    /// not given.
    fn perhaps_converted(
        &mut self,
        value: Evaluated<S::One>,
        kind: &Expression,
    ) -> Evaluated<S::One> {
        let Evaluated::Unknown(perhaps) = value else {
            return value;
        };
        let values = perhaps.values.iter().cloned();
        let mut all: Vec<Evaluated<S::One>> =
            values.map(|value| self.converted(value, kind)).collect();
        if !perhaps.of.is_empty() {
            let defaults = self.defaults(kind);
            all.push(Evaluated::made_of(perhaps.of.and(&defaults)));
        }
        Evaluated::one_of(all)
    }

    /// What a type says for what is not given.
    fn defaults(&mut self, kind: &Expression) -> Of {
        match kind {
            Expression::FuncCall(call) => {
                let is_optional = call.name.name.as_str() == "optional";
                let args = call.args.iter().enumerate();
                let all = args.map(|(place, arg)| match place {
                    1 if is_optional => self.value(arg).origins(),
                    _ => self.defaults(arg),
                });
                Of::all(all.collect::<Vec<_>>())
            }
            Expression::Object(object) => {
                let all = object.iter().map(|(_, kind)| self.defaults(kind.expr()));
                Of::all(all.collect::<Vec<_>>())
            }
            Expression::Array(kinds) => {
                let all = kinds.iter().map(|kind| self.defaults(kind));
                Of::all(all.collect::<Vec<_>>())
            }
            Expression::Parenthesis(inner) => self.defaults(inner.inner()),
            _ => Of::default(),
        }
    }

    fn made_of(&mut self, value: Evaluated<S::One>, call: &FuncCall) -> Evaluated<S::One> {
        if matches!(value, Evaluated::Null) {
            return value;
        }
        let Some(of) = call.args.get(0) else {
            return Evaluated::one_of([value]);
        };
        match (call.name.name.as_str(), value, of) {
            ("list" | "set", Evaluated::List(items), of) => {
                let values = items.values.iter();
                let values = values.map(|one| self.converted(one.clone(), of));
                let mut values: Vec<Evaluated<S::One>> = values.collect();
                if is_any(of) {
                    values = unified(values);
                }
                let others = items.others.clone();
                let others = others.map(|others| self.other_converted(others, of));
                if call.name.name.as_str() == "set" {
                    Evaluated::set(values, others)
                } else {
                    Evaluated::list_in(values, others, items.have_order())
                }
            }
            ("map", Evaluated::Object(members), of) => {
                let values = members.values.iter();
                let values =
                    values.map(|(key, one)| (key.clone(), self.converted(one.clone(), of)));
                let values = values.collect();
                let others = members.others.clone();
                let others = others.map(|(keys, others)| (keys, self.other_converted(others, of)));
                match Evaluated::object_in(values, others) {
                    Evaluated::Object(members) if is_any(of) => of_one_type(&members),
                    other => other,
                }
            }
            ("object", Evaluated::Object(members), Expression::Object(of)) => {
                self.as_object(&members, of)
            }
            ("optional", value, of) => self.converted(value, of),
            // What a block makes is an object, whose attributes are asked for as they are.
            ("tuple", Evaluated::List(items), Expression::Array(kinds))
                if items.have_order() && items.values.len() == kinds.len() =>
            {
                let both = items.values.iter().zip(kinds.iter());
                let values = both.map(|(one, kind)| self.converted(one.clone(), kind));
                Evaluated::list(values.collect())
            }
            ("object", value @ Evaluated::One(_), _) | (_, value @ Evaluated::NotMade(..), _) => {
                value
            }
            (_, value, _) => Evaluated::one_of([value]),
        }
    }

    fn other_converted(&mut self, others: Perhaps<S::One>, kind: &Expression) -> Perhaps<S::One> {
        Perhaps::one_of([self.converted(Evaluated::Unknown(others), kind)])
    }

    fn as_object(&mut self, members: &Members<S::One>, of: &Object) -> Evaluated<S::One> {
        let mut values = BTreeMap::new();
        for (key, kind) in of {
            let name = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    name.as_str()
                }
                ObjectKey::Expression(Expression::String(name)) => name.as_str(),
                ObjectKey::Expression(_) => {
                    return Evaluated::made_of_all([&Evaluated::Object(members.clone())]);
                }
            };
            let given = members.values.get(name).cloned();
            let value = match (given, &members.others) {
                (Some(Evaluated::Null), _) | (None, None) => self.without(kind.expr()),
                // It may be given.
                (None, Some((_, others))) => {
                    let given = self.converted(Evaluated::Unknown(others.clone()), kind.expr());
                    Evaluated::one_of([given, self.without(kind.expr())])
                }
                (Some(value), _) => self.converted(value, kind.expr()),
            };
            values.insert(name.to_owned(), value);
        }
        Evaluated::object(values)
    }

    /// What an attribute is that is not given, or given as `null`.
    fn without(&mut self, kind: &Expression) -> Evaluated<S::One> {
        let Expression::FuncCall(call) = kind else {
            return Evaluated::Null;
        };
        match (call.name.name.as_str(), call.args.get(0), call.args.get(1)) {
            ("optional", Some(of), Some(default)) => {
                let default = self.value(default);
                self.converted(default, of)
            }
            _ => Evaluated::Null,
        }
    }
}

/// Whether a type is whichever the values have, the same one for all of them.
fn is_any(of: &Expression) -> bool {
    matches!(of, Expression::Variable(name) if name.as_str() == "any")
}

/// A value of a plain type.
fn plain<T: Made>(value: Evaluated<T>, kind: &str) -> Evaluated<T> {
    match (kind, &value) {
        ("list" | "set", Evaluated::List(items)) => items.with(unified(items.values.to_vec())),
        ("map", Evaluated::Object(members)) => of_one_type(members),
        ("any", _)
        | (_, Evaluated::Null)
        | ("string", Evaluated::Text(_) | Evaluated::NotMade(..) | Evaluated::One(_))
        | ("tuple", Evaluated::List(_))
        | ("object", Evaluated::Object(_)) => value,
        ("string", Evaluated::Bool(_) | Evaluated::Number(_)) => Evaluated::Text(value.as_text()),
        ("number", _) => (value.as_number()).map_or_else(Evaluated::nothing, Evaluated::Number),
        ("bool", _) => (value.as_bool()).map_or_else(Evaluated::nothing, Evaluated::Bool),
        _ => Evaluated::one_of([value]),
    }
}
