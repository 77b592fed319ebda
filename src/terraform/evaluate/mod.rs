//! What expressions come to, as Terraform evaluates them, as far as that is known: a value, something that
//! is not made yet, or that nobody can tell. What is not known in a list or a map leaves the rest known.
//!
//! What the names in an expression refer to, the one who asks tells: a [`Scope`].

mod collections;
mod decimal;
mod each;
mod encoded;
mod functions;
mod numbers;
mod operators;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod types;
mod unify;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use hcl_edit::expr::{
    BinaryOp, Conditional, Expression, FuncCall, Object, ObjectKey, Traversal, TraversalOperator,
    UnaryOp,
};
use hcl_edit::template::Element;

use decimal::Decimal;
pub(crate) use text::PartText;
pub(crate) use value::Evaluated;
use value::Items;
use value::Places;

/// What the names in expressions refer to.
pub(crate) trait Scope {
    /// What a block makes once.
    type One: Clone + fmt::Debug;

    /// What `first` refers to with the `names` that follow it, as `local` and `roles`, and how many of these
    /// were taken for that.
    fn named(&self, first: &str, names: &[&str]) -> (Evaluated<Self::One>, usize);

    /// An attribute of what a block makes, or an output of a module.
    fn attribute(&self, one: &Self::One, name: &str) -> Evaluated<Self::One>;

    /// The text of a file, by its path as Terraform reads it; none where it is not known.
    fn file(&self, path: &str) -> Option<String>;

    /// Goes one step deeper; not where that would be too deep, or too long.
    fn enters(&self) -> bool;

    /// Comes back from one.
    fn leaves(&self);
}

/// A number with a fraction is read exactly with as many letters.
const EXACT: usize = 15;

/// Evaluates an expression.
pub(crate) fn evaluate<S: Scope>(expression: &Expression, scope: &S) -> Evaluated<S::One> {
    Evaluating::in_scope(scope).value(expression)
}

/// Makes a value of the type that a variable says, as `map(object({ arn = string }))`.
pub(crate) fn convert<S: Scope>(
    value: Evaluated<S::One>,
    kind: &Expression,
    scope: &S,
) -> Evaluated<S::One> {
    Evaluating::in_scope(scope).converted(value, kind)
}

struct Evaluating<'s, S: Scope> {
    scope: &'s S,
    /// What `for` binds, the innermost last.
    bound: Vec<(String, Evaluated<S::One>)>,
    /// Whether Terraform may refuse something of it, since it is not known in full.
    may_fail: bool,
    /// Whether it is a file that is filled in, where nothing is named but what it is given.
    is_file: bool,
}

impl<'s, S: Scope> Evaluating<'s, S> {
    fn in_scope(scope: &'s S) -> Self {
        Evaluating {
            scope,
            bound: Vec::new(),
            may_fail: false,
            is_file: false,
        }
    }
}

impl<S: Scope> Evaluating<'_, S> {
    fn value(&mut self, expression: &Expression) -> Evaluated<S::One> {
        if !self.scope.enters() {
            return Evaluated::Unknown;
        }
        let value = self.of(expression);
        self.scope.leaves();
        self.may_fail |= match &value {
            Evaluated::Unknown | Evaluated::Several(_) => true,
            Evaluated::Text(text) => text.as_known().is_none(),
            Evaluated::List(items) => !items.are_all,
            Evaluated::Object(members) => !members.are_all,
            _ => false,
        };
        value
    }

    fn of(&mut self, expression: &Expression) -> Evaluated<S::One> {
        match expression {
            Expression::Null(_) => Evaluated::Null,
            Expression::Bool(truth) => Evaluated::Bool(*truth.value()),
            Expression::Number(number) => {
                let text = number.value().to_string();
                // With more digits it is read as another one.
                let is_exact = number.value().as_i64().is_some() || text.len() <= EXACT;
                let number = Decimal::parse(&text).filter(|_| is_exact);
                number.map_or(Evaluated::Unknown, Evaluated::Number)
            }
            Expression::String(text) => Evaluated::text(text.as_str()),
            Expression::Array(list) => {
                let values = list.iter().map(|one| self.value(one)).collect();
                whole(Evaluated::list(values, true))
            }
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => {
                self.template(&template.iter().collect::<Vec<&Element>>())
            }
            // How its lines are indented is not looked into.
            Expression::HeredocTemplate(heredoc) => {
                let elements: Vec<&Element> = heredoc.template.iter().collect();
                match self.template(&elements) {
                    Evaluated::Failed => Evaluated::Failed,
                    value => Evaluated::Text(value.as_text().of_lines()),
                }
            }
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Variable(name) => self.variable(name.as_str(), &[]).0,
            Expression::Conditional(condition) => self.conditional(condition),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(operation) => self.unary(operation),
            Expression::BinaryOp(operation) => self.binary(operation),
            Expression::ForExpr(each) => self.each(each),
        }
    }

    fn object(&mut self, object: &Object) -> Evaluated<S::One> {
        let mut members = BTreeMap::new();
        let mut are_all = true;
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    Some(name.as_str().to_owned())
                }
                ObjectKey::Expression(key) => self.value(key).known_text(),
            };
            let value = self.value(value.expr());
            if let Some(key) = key {
                members.insert(key, value);
            } else {
                // It may be one of those before it.
                are_all = false;
                collections::forget(&mut members);
            }
        }
        whole(Evaluated::object(members, are_all))
    }

    fn conditional(&mut self, condition: &Conditional) -> Evaluated<S::One> {
        let truth = self.value(&condition.cond_expr);
        match truth.as_bool() {
            _ if truth.has_failed() => truth,
            Some(truth) => {
                let one = self.value(&condition.true_expr);
                let other = self.value(&condition.false_expr);
                // Both have to be of one type, or Terraform fails.
                if !one.is_of_kind_of(&other) {
                    return Evaluated::Unknown;
                }
                let mut both = unify::unified(vec![one, other]);
                both.swap_remove(usize::from(!truth))
            }
            // It may come to a truth, and then it does not matter to which one.
            None if matches!(truth, Evaluated::Unknown) => {
                let one = self.value(&condition.true_expr);
                let other = self.value(&condition.false_expr);
                if one.is(&other) == Some(true) {
                    one
                } else {
                    Evaluated::Unknown
                }
            }
            None => Evaluated::Unknown,
        }
    }

    fn call(&mut self, call: &FuncCall) -> Evaluated<S::One> {
        let name = call.name.name.as_str();
        let is_of_terraform = match call.name.namespace.as_slice() {
            [] => true,
            [only] => only.as_str() == "core",
            _ => false,
        };
        if !is_of_terraform {
            return Evaluated::Unknown;
        }
        match name {
            "try" => return self.first_of(call),
            "can" => return self.can(call),
            _ => {}
        }
        let values = call.args.iter().map(|argument| self.value(argument));
        let mut values: Vec<Evaluated<S::One>> = values.collect();
        if call.args.expand_final() {
            let last = values.pop();
            match last {
                Some(Evaluated::List(items)) if items.are_all => {
                    values.extend(items.values.iter().cloned());
                }
                _ => return Evaluated::Unknown,
            }
        }
        if values.iter().any(Evaluated::has_failed) {
            return Evaluated::Failed;
        }
        // Others take what is null, or what comes of it is told there.
        let fails_of_null = matches!(
            name,
            "contains" | "join" | "startswith" | "endswith" | "strcontains"
        );
        if fails_of_null && values.iter().any(|value| matches!(value, Evaluated::Null)) {
            return Evaluated::Unknown;
        }
        match (name, values.as_slice()) {
            ("file" | "filebase64", [path]) => match self.file(path) {
                Some(text) if name == "file" => Evaluated::text(text),
                Some(text) => functions::call("base64encode", &[Evaluated::text(text)]),
                None => Evaluated::Unknown,
            },
            ("templatefile", [path, given]) => match self.file(path) {
                Some(text) => self.filled_in(&text, given),
                None => Evaluated::Unknown,
            },
            ("templatestring", [text, given]) => match text.known_text() {
                Some(text) => self.filled_in(&text, given),
                None => Evaluated::Unknown,
            },
            _ => functions::call(name, &values),
        }
    }

    fn file(&self, path: &Evaluated<S::One>) -> Option<String> {
        self.scope.file(&path.known_text()?)
    }

    /// `try`: the first that Terraform does not refuse.
    fn first_of(&mut self, call: &FuncCall) -> Evaluated<S::One> {
        for argument in &call.args {
            let (value, is_told) = self.tried(argument);
            if !is_told {
                return Evaluated::Unknown;
            }
            if !value.has_failed() {
                return value;
            }
        }
        Evaluated::Failed
    }

    /// `can`: whether Terraform does not refuse it.
    fn can(&mut self, call: &FuncCall) -> Evaluated<S::One> {
        match call.args.get(0).map(|argument| self.tried(argument)) {
            Some((value, true)) => Evaluated::Bool(!value.has_failed()),
            _ => Evaluated::Unknown,
        }
    }

    /// What something comes to, and whether it is known that Terraform refuses it, or does not.
    fn tried(&mut self, argument: &Expression) -> (Evaluated<S::One>, bool) {
        let may_fail = std::mem::take(&mut self.may_fail);
        let value = self.value(argument);
        let is_told = !std::mem::replace(&mut self.may_fail, may_fail);
        (value, is_told)
    }

    fn variable(&mut self, first: &str, names: &[&str]) -> (Evaluated<S::One>, usize) {
        let mut bound = self.bound.iter().rev();
        match bound.find(|(name, _)| name == first) {
            Some((_, value)) => (value.clone(), 0),
            None if self.is_file => (Evaluated::Unknown, names.len()),
            None => self.scope.named(first, names),
        }
    }

    fn traversal(&mut self, traversal: &Traversal) -> Evaluated<S::One> {
        let operators: Vec<&TraversalOperator> = traversal
            .operators
            .iter()
            .map(hcl_edit::Decorated::value)
            .collect();
        let (value, taken) = match &traversal.expr {
            Expression::Variable(first) => {
                let names = operators.iter().map_while(|operator| match operator {
                    TraversalOperator::GetAttr(name) => Some(name.as_str()),
                    _ => None,
                });
                self.variable(first.as_str(), &names.collect::<Vec<&str>>())
            }
            other => (self.value(other), 0),
        };
        self.followed(value, &operators[taken..])
    }

    /// What a value has at `.name`, `[key]` and so on.
    fn followed(
        &mut self,
        mut value: Evaluated<S::One>,
        operators: &[&TraversalOperator],
    ) -> Evaluated<S::One> {
        for (place, operator) in operators.iter().enumerate() {
            let rest = &operators[place + 1..];
            value = match operator {
                TraversalOperator::GetAttr(name) => self.member(&value, name.as_str()),
                TraversalOperator::Index(key) => {
                    let key = self.value(key);
                    self.at(&value, &key)
                }
                TraversalOperator::LegacyIndex(place) => {
                    let place = usize::try_from(*place.value()).unwrap_or(usize::MAX);
                    self.at(&value, &Evaluated::place(place))
                }
                TraversalOperator::FullSplat(_) => return self.splat(&value, rest),
                TraversalOperator::AttrSplat(_) => {
                    let is_name =
                        |one: &&&TraversalOperator| matches!(one, TraversalOperator::GetAttr(_));
                    let of_each = rest.iter().take_while(is_name).count();
                    let list = self.splat(&value, &rest[..of_each]);
                    return self.followed(list, &rest[of_each..]);
                }
            };
        }
        value
    }

    /// What each value of a list has; what is no list stands for one of itself, and `null` for an empty one.
    fn splat(
        &mut self,
        value: &Evaluated<S::One>,
        operators: &[&TraversalOperator],
    ) -> Evaluated<S::One> {
        match value {
            Evaluated::Unknown | Evaluated::Failed | Evaluated::NotMade(_) => value.clone(),
            Evaluated::Null => Evaluated::list(Vec::new(), true),
            Evaluated::List(items) => {
                let (are_all, is_in_order) = (items.are_all, items.have_order());
                let values = items.values.iter();
                let values = values.map(|one| self.followed(one.clone(), operators));
                whole(Evaluated::list_in(values.collect(), are_all, is_in_order))
            }
            // A sign before a number is of the whole.
            Evaluated::Number(_) | Evaluated::Several(_) => Evaluated::Unknown,
            single => Evaluated::list(vec![self.followed(single.clone(), operators)], true),
        }
    }

    fn member(&mut self, value: &Evaluated<S::One>, name: &str) -> Evaluated<S::One> {
        match value {
            Evaluated::Object(members) => match members.values.get(name) {
                Some(value) => value.clone(),
                None if members.are_all => Evaluated::Failed,
                None => Evaluated::Unknown,
            },
            Evaluated::One(one) => {
                if !self.scope.enters() {
                    return Evaluated::Unknown;
                }
                let value = self.scope.attribute(one, name);
                self.scope.leaves();
                value
            }
            Evaluated::Several(several) => {
                // One of which a state tells may be there no more.
                self.may_fail = true;
                several.get(name).cloned().unwrap_or(Evaluated::Unknown)
            }
            Evaluated::NotMade(called) => Evaluated::NotMade(format!("{called}.{name}")),
            Evaluated::Unknown => Evaluated::Unknown,
            _ => Evaluated::Failed,
        }
    }

    fn at(&mut self, value: &Evaluated<S::One>, key: &Evaluated<S::One>) -> Evaluated<S::One> {
        match (value, key) {
            (Evaluated::Failed, _) | (_, Evaluated::Failed) => Evaluated::Failed,
            (Evaluated::List(items), key) => match key.as_place() {
                // The values of a set have no places.
                Some(place) if items.places == Places::InOrder => items
                    .values
                    .get(place)
                    .cloned()
                    .unwrap_or(Evaluated::Failed),
                _ => Evaluated::Unknown,
            },
            (
                Evaluated::Object(_)
                | Evaluated::One(_)
                | Evaluated::Several(_)
                | Evaluated::NotMade(_),
                key,
            ) => match key.known_text() {
                Some(name) => self.member(value, &name),
                None => Evaluated::Unknown,
            },
            (Evaluated::Unknown, _) => Evaluated::Unknown,
            _ => Evaluated::Failed,
        }
    }

    fn unary(&mut self, operation: &UnaryOp) -> Evaluated<S::One> {
        let value = self.value(&operation.expr);
        operators::unary(*operation.operator.value(), &value)
    }

    fn binary(&mut self, operation: &BinaryOp) -> Evaluated<S::One> {
        let one = self.value(&operation.lhs_expr);
        let other = self.value(&operation.rhs_expr);
        operators::binary(*operation.operator.value(), &one, &other)
    }
}

/// A collection, unless Terraform refuses one of its values.
fn whole<T: Clone>(collection: Evaluated<T>) -> Evaluated<T> {
    let has_failed = match &collection {
        Evaluated::List(items) => items.values.iter().any(Evaluated::has_failed),
        Evaluated::Object(members) => members.values.values().any(Evaluated::has_failed),
        _ => false,
    };
    if has_failed {
        Evaluated::Failed
    } else {
        collection
    }
}
