//! The types that variables say: what is given to one is made that.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

use super::collections::of_one_type;
use super::origins::{Of, Origin};
use super::perhaps::{Made, Perhaps};
use super::unify::unified_in_list;
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
        if let Some(of) = &perhaps.other {
            let defaults = self.defaults(kind);
            all.push(Evaluated::made_of(of.and(&defaults)));
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
                    1 if is_optional => self.given(arg).origins(),
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

    fn given(&mut self, default: &Expression) -> Evaluated<S::One> {
        self.value(default).unwrap_or_else(Evaluated::from)
    }

    fn made_of(&mut self, value: Evaluated<S::One>, call: &FuncCall) -> Evaluated<S::One> {
        let Some(of) = call.args.get(0) else {
            return Evaluated::one_of([value]);
        };
        if matches!(value, Evaluated::Null) {
            let default = call.args.get(1);
            let default = default.filter(|_| call.name.name.as_str() == "optional");
            let default = default.map(|default| self.given(default));
            return default.map_or(value, |default| self.converted(default, of));
        }
        match (call.name.name.as_str(), value, of) {
            ("list" | "set", Evaluated::List(items), of) => {
                let values = items.values.iter();
                let values = values.map(|one| self.converted(one.clone(), of));
                let mut values: Vec<Evaluated<S::One>> = values.collect();
                let others = items.others.clone();
                let others = others.map(|others| self.other_converted(others, of));
                if is_any(of) {
                    values = match unified_in_list(&values, others.as_ref()) {
                        Some(unified) => unified,
                        None => return Evaluated::one_of([Evaluated::List(items)]),
                    };
                }
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
                let others = members.others.iter();
                let others =
                    others.map(|(key, one)| (key.clone(), self.converted(one.clone(), of)));
                match Evaluated::object_in(values, others.collect()) {
                    Evaluated::Object(members) if is_any(of) => of_one_type(&members)
                        .unwrap_or_else(|| Evaluated::one_of([Evaluated::Object(members)])),
                    other => other,
                }
            }
            (
                "object",
                value @ (Evaluated::Object(_) | Evaluated::One(_)),
                Expression::Object(of),
            ) => self.as_object(&value, of),
            ("optional", value, of) => self.converted(value, of),
            ("tuple", Evaluated::List(items), Expression::Array(kinds))
                if items.have_order() && items.values.len() == kinds.len() =>
            {
                let both = items.values.iter().zip(kinds.iter());
                let values = both.map(|(one, kind)| self.converted(one.clone(), kind));
                Evaluated::list(values.collect())
            }
            (_, value @ Evaluated::NotMade(..), _) => value,
            (_, value, _) => Evaluated::one_of([value]),
        }
    }

    fn other_converted(&mut self, others: Perhaps<S::One>, kind: &Expression) -> Perhaps<S::One> {
        Perhaps::one_of([self.converted(Evaluated::Unknown(others), kind)])
    }

    /// An object of a type. What a block makes is one.
    fn as_object(&mut self, value: &Evaluated<S::One>, of: &Object) -> Evaluated<S::One> {
        let mut values = BTreeMap::new();
        for (key, kind) in of {
            let name = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    name.as_str()
                }
                ObjectKey::Expression(Expression::String(name)) => name.as_str(),
                ObjectKey::Expression(_) => {
                    return Evaluated::made_of_all([value]);
                }
            };
            let given = match value {
                Evaluated::Object(members) => members.perhaps_given(name),
                value => self.member(value, name).unwrap_or_else(Evaluated::from),
            };
            let value = self.converted(given, kind.expr());
            values.insert(name.to_owned(), value);
        }
        Evaluated::object(values)
    }
}

impl<T: Made> Members<T> {
    /// What there is of a name, or `null`.
    fn perhaps_given(&self, name: &str) -> Evaluated<T> {
        match (self.values.get(name), self.perhaps_at(name)) {
            (Some(value), _) => value.clone(),
            (None, None) => Evaluated::Null,
            (None, Some(other)) => Evaluated::one_of([other, Evaluated::Null]),
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
        ("list" | "set", Evaluated::List(items)) => match items.unified() {
            Some(values) => items.with(values),
            None => Evaluated::one_of([value]),
        },
        ("map", Evaluated::Object(members)) => {
            of_one_type(members).unwrap_or_else(|| Evaluated::one_of([value]))
        }
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
