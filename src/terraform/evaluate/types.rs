//! The types that variables say: what is given to one is made that.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

use super::collections::of_one_type;
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
            return Evaluated::Unknown;
        }
        let converted = match kind {
            Expression::Variable(name) => plain(value, name.as_str()),
            // The way of Terraform before 0.12; `"list"` and `"map"` are of whatever there is.
            Expression::String(name) => plain(value, name.as_str()),
            Expression::FuncCall(call) => self.made_of(value, call),
            Expression::Parenthesis(inner) => self.converted(value, inner.inner()),
            _ => Evaluated::Unknown,
        };
        self.scope.leaves();
        converted
    }

    fn made_of(&mut self, value: Evaluated<S::One>, call: &FuncCall) -> Evaluated<S::One> {
        if matches!(value, Evaluated::Null) {
            return value;
        }
        let Some(of) = call.args.get(0) else {
            return Evaluated::Unknown;
        };
        match (call.name.name.as_str(), value, of) {
            ("list" | "set", Evaluated::List(items), of) => {
                let values = items.values.iter();
                let values = values.map(|one| self.converted(one.clone(), of));
                let mut values: Vec<Evaluated<S::One>> = values.collect();
                if is_any(of) {
                    values = unified(values);
                }
                if call.name.name.as_str() == "set" {
                    Evaluated::set(values, items.are_all)
                } else {
                    Evaluated::list_in(values, items.are_all, items.have_order())
                }
            }
            ("map", Evaluated::Object(members), of) => {
                let values = members.values.iter();
                let values =
                    values.map(|(key, one)| (key.clone(), self.converted(one.clone(), of)));
                match Evaluated::object(values.collect(), members.are_all) {
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
                Evaluated::list(values.collect(), true)
            }
            ("object", value @ Evaluated::One(_), _) | (_, value @ Evaluated::NotMade(_), _) => {
                value
            }
            _ => Evaluated::Unknown,
        }
    }

    fn as_object(&mut self, members: &Members<S::One>, of: &Object) -> Evaluated<S::One> {
        let mut values = BTreeMap::new();
        for (key, kind) in of {
            let name = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    name.as_str()
                }
                ObjectKey::Expression(Expression::String(name)) => name.as_str(),
                ObjectKey::Expression(_) => return Evaluated::Unknown,
            };
            let given = members.values.get(name).cloned();
            let value = match given {
                Some(Evaluated::Null) | None => self.without(kind.expr(), members.are_all),
                Some(value) => self.converted(value, kind.expr()),
            };
            values.insert(name.to_owned(), value);
        }
        Evaluated::object(values, true)
    }

    /// What an attribute is that is not given, or given as `null`.
    fn without(&mut self, kind: &Expression, are_all: bool) -> Evaluated<S::One> {
        let Expression::FuncCall(call) = kind else {
            return if are_all {
                Evaluated::Null
            } else {
                Evaluated::Unknown
            };
        };
        if !are_all {
            return Evaluated::Unknown;
        }
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
fn plain<T: Clone>(value: Evaluated<T>, kind: &str) -> Evaluated<T> {
    match (kind, &value) {
        ("list" | "set", Evaluated::List(items)) => items.with(unified(items.values.to_vec())),
        ("map", Evaluated::Object(members)) => of_one_type(members),
        ("any", _)
        | (_, Evaluated::Null)
        | ("string", Evaluated::Text(_) | Evaluated::NotMade(_) | Evaluated::One(_))
        | ("tuple", Evaluated::List(_))
        | ("object", Evaluated::Object(_)) => value,
        ("string", Evaluated::Bool(_) | Evaluated::Number(_)) => Evaluated::Text(value.as_text()),
        ("number", _) => (value.as_number()).map_or(Evaluated::Unknown, Evaluated::Number),
        ("bool", _) => value.as_bool().map_or(Evaluated::Unknown, Evaluated::Bool),
        _ => Evaluated::Unknown,
    }
}
