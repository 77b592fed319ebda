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
mod origins;
mod perhaps;
mod policies;
mod shape;
mod tables;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod traversals;
mod types;
mod unify;
mod value;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use hcl_edit::expr::{BinaryOp, Conditional, Expression, FuncCall, Object, ObjectKey, UnaryOp};
use hcl_edit::template::Element;

use decimal::Decimal;
pub(crate) use origins::{Asked, Of, Origin};
pub(crate) use perhaps::{Made, Perhaps};
pub(crate) use text::PartText;
use value::Refused;
pub(crate) use value::{Evaluated, Several};

/// What the names in expressions refer to.
pub(crate) trait Scope {
    /// What a block makes once.
    type One: Made;

    /// What `first` refers to with the `names` that follow it, as `local` and `roles`, and how many of these
    /// were taken for that.
    fn named(&self, first: &str, names: &[&str]) -> (Evaluated<Self::One>, usize);

    /// An attribute of what a block makes, or an output of a module.
    fn attribute(&self, one: &Self::One, name: &str) -> Evaluated<Self::One>;

    /// The text of a file, by its path as Terraform reads it; none where it is not known.
    fn file(&self, path: &str) -> Option<String>;

    /// The folder in which the names are.
    fn folder(&self) -> Rc<Path>;

    /// Goes one step deeper; not where that would be too deep, or too long.
    fn enters(&self) -> bool;

    /// Comes back from one.
    fn leaves(&self);
}

/// A number with a fraction is read exactly with as many letters.
const EXACT: usize = 15;

/// Evaluates an expression around which these names are bound, the innermost last.
pub(crate) fn evaluate<S: Scope>(
    expression: &Expression,
    scope: &S,
    bound: Vec<(String, Evaluated<S::One>)>,
) -> Evaluated<S::One> {
    let mut evaluating = Evaluating::in_scope(scope);
    evaluating.bound = bound;
    evaluating.value(expression).unwrap_or_else(Evaluated::from)
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
    /// What else may be named in a file that is filled in, where nothing is but what it is given; none elsewhere.
    others: Option<Evaluated<S::One>>,
}

impl<'s, S: Scope> Evaluating<'s, S> {
    fn in_scope(scope: &'s S) -> Self {
        Evaluating {
            scope,
            bound: Vec::new(),
            may_fail: false,
            others: None,
        }
    }
}

impl<S: Scope> Evaluating<'_, S> {
    fn value(&mut self, expression: &Expression) -> Result<Evaluated<S::One>, Refused> {
        if !self.scope.enters() {
            return Ok(Evaluated::made_of(Origin::GivenUp));
        }
        let value = self.of(expression);
        self.scope.leaves();
        self.may_fail |= value.as_ref().is_ok_and(Evaluated::is_partly_known);
        value
    }

    fn values<'e>(
        &mut self,
        all: impl Iterator<Item = &'e Expression>,
    ) -> Result<Vec<Evaluated<S::One>>, Refused> {
        all.map(|one| self.value(one)).collect()
    }

    fn of(&mut self, expression: &Expression) -> Result<Evaluated<S::One>, Refused> {
        Ok(match expression {
            Expression::Null(_) => Evaluated::Null,
            Expression::Bool(truth) => Evaluated::Bool(*truth.value()),
            Expression::Number(number) => {
                let text = number.value().to_string();
                // With more digits it is read as another one, and a zero without its sign.
                let is_exact = number.value().as_i64().is_some() || text.len() <= EXACT;
                let has_sign = number
                    .as_repr()
                    .is_some_and(|written| written.starts_with('-'));
                let is_as_written =
                    |number: &Decimal| is_exact && !(has_sign && *number == Decimal::from(0));
                let number = Decimal::parse(&text).filter(is_as_written);
                number.map_or_else(Evaluated::nothing, Evaluated::Number)
            }
            Expression::String(text) => Evaluated::text(text.as_str()),
            Expression::Array(list) => Evaluated::list(self.values(list.iter())?),
            Expression::Object(object) => self.object(object)?,
            Expression::StringTemplate(template) => {
                self.template(&template.iter().collect::<Vec<&Element>>())?
            }
            // How its lines are indented is not looked into.
            Expression::HeredocTemplate(heredoc) => {
                let elements: Vec<&Element> = heredoc.template.iter().collect();
                Evaluated::Text(self.template(&elements)?.as_text().of_lines())
            }
            Expression::Parenthesis(inner) => self.value(inner.inner())?,
            Expression::Variable(name) => self.variable(name.as_str(), &[]).0,
            Expression::Conditional(condition) => self.conditional(condition)?,
            Expression::FuncCall(call) => self.call(call)?,
            Expression::Traversal(traversal) => self.traversal(traversal)?,
            Expression::UnaryOp(operation) => self.unary(operation)?,
            Expression::BinaryOp(operation) => self.binary(operation)?,
            Expression::ForExpr(each) => self.each(each)?,
        })
    }

    fn object(&mut self, object: &Object) -> Result<Evaluated<S::One>, Refused> {
        let mut members = BTreeMap::new();
        let mut others = Vec::new();
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    Evaluated::text(name.as_str())
                }
                ObjectKey::Expression(key) => self.value(key)?,
            };
            let value = self.value(value.expr())?;
            if let Some(key) = key.known_text() {
                members.insert(key, value);
            } else {
                // It may be one of those before it.
                collections::forget(&mut members, |_| Some(value.clone()));
                others.push((key, value));
            }
        }
        Ok(Evaluated::object_in(members, others))
    }

    fn conditional(&mut self, condition: &Conditional) -> Result<Evaluated<S::One>, Refused> {
        let truth = self.value(&condition.cond_expr)?;
        let one = self.value(&condition.true_expr);
        let other = self.value(&condition.false_expr);
        let is_unknown = matches!(truth, Evaluated::Unknown(_));
        Ok(match (truth.as_bool(), one, other) {
            // The other one may be refused: then nobody knows of which type it is.
            (Some(true), one, other) | (Some(false), other, one) => {
                let both = [one?, other.unwrap_or_else(Evaluated::from)];
                let unified = unify::unified(&both).map(|unified| unified.into_iter().next());
                let [one, _] = both;
                // Terraform refuses what is of no one type.
                (unified.flatten()).unwrap_or_else(|| Evaluated::one_of([one]))
            }
            // It may come to a truth, and then it does not matter to which one.
            (None, Ok(one), Ok(other)) if is_unknown && one.is(&other) == Some(true) => {
                one.or_same(&other)
            }
            (None, one, other) => Evaluated::one_of(one.into_iter().chain(other)),
        })
    }

    fn call(&mut self, call: &FuncCall) -> Result<Evaluated<S::One>, Refused> {
        let name = call.name.name.as_str();
        let is_of_terraform = match call.name.namespace.as_slice() {
            [] => true,
            [only] => only.as_str() == "core",
            _ => false,
        };
        match name {
            "try" if is_of_terraform => return self.first_of(call),
            "can" if is_of_terraform => return Ok(self.can(call)),
            _ => {}
        }
        let mut values = self.values(call.args.iter())?;
        if !is_of_terraform {
            return Ok(Evaluated::written_anew(&values));
        }
        if call.args.expand_final() && !functions::expand(name, &mut values) {
            return Ok(Evaluated::written_anew(&values));
        }
        let made = self.made_by(name, &values)?;
        // What it does not tell in a collection it may refuse.
        self.may_fail |=
            made.is_partly_known_within() && !values.iter().any(Evaluated::is_partly_known_within);
        Ok(made)
    }

    /// What a function makes of its arguments.
    fn made_by(
        &self,
        name: &str,
        values: &[Evaluated<S::One>],
    ) -> Result<Evaluated<S::One>, Refused> {
        let is_read = matches!(
            name,
            "file" | "filebase64" | "templatefile" | "templatestring"
        );
        let [text, given @ ..] = values else {
            return functions::call(name, values);
        };
        if !is_read {
            return functions::call(name, values);
        }
        let perhaps = std::slice::from_ref(text);
        let of_each =
            functions::made_of_each(perhaps, &|text| self.made_by(name, &[text, given].concat()));
        if let Some(of_each) = of_each {
            return Ok(of_each);
        }
        Ok(match (name, self.file(text), given) {
            ("file", Some(text), []) => Evaluated::text(text),
            ("filebase64", Some(text), []) => {
                functions::call("base64encode", &[Evaluated::text(text)])?
            }
            ("templatefile", Some(text), [given]) => self.filled_in(&text, given)?,
            ("templatestring", _, [given]) => match text.known_text() {
                Some(text) => self.filled_in(&text, given)?,
                None => Evaluated::written_anew(values),
            },
            ("templatestring", ..) => Evaluated::written_anew(values),
            _ => {
                let file = Origin::File(self.scope.folder(), text.as_text());
                let all = Of::all(values.iter().map(Evaluated::origins));
                Evaluated::made_of(all.and(&file.into()))
            }
        })
    }

    fn file(&self, path: &Evaluated<S::One>) -> Option<String> {
        self.scope.file(&path.known_text()?)
    }

    /// `try`: the first that Terraform does not refuse.
    fn first_of(&mut self, call: &FuncCall) -> Result<Evaluated<S::One>, Refused> {
        let mut perhaps = Vec::new();
        for argument in &call.args {
            match self.tried(argument) {
                Err(Refused) => {}
                Ok((value, false)) if perhaps.is_empty() => return Ok(value),
                Ok((value, may_fail)) => {
                    perhaps.push(value);
                    if !may_fail {
                        break;
                    }
                }
            }
        }
        if perhaps.is_empty() {
            Err(Refused)
        } else {
            Ok(Evaluated::one_of(perhaps))
        }
    }

    /// `can`: whether Terraform does not refuse it.
    fn can(&mut self, call: &FuncCall) -> Evaluated<S::One> {
        match call.args.get(0).map(|argument| self.tried(argument)) {
            Some(Err(Refused)) => Evaluated::Bool(false),
            Some(Ok((_, false))) => Evaluated::Bool(true),
            _ => Evaluated::nothing(),
        }
    }

    /// What something comes to, and whether Terraform may refuse it all the same.
    fn tried(&mut self, argument: &Expression) -> Result<(Evaluated<S::One>, bool), Refused> {
        let around = std::mem::take(&mut self.may_fail);
        let value = self.value(argument);
        let may_fail = std::mem::replace(&mut self.may_fail, around);
        Ok((value?, may_fail))
    }

    fn variable(&mut self, first: &str, names: &[&str]) -> (Evaluated<S::One>, usize) {
        let mut bound = self.bound.iter().rev();
        match bound.find(|(name, _)| name == first) {
            Some((_, value)) => (value.clone(), 0),
            None => match &self.others {
                Some(others) => (others.clone(), names.len()),
                None => self.scope.named(first, names),
            },
        }
    }

    fn unary(&mut self, operation: &UnaryOp) -> Result<Evaluated<S::One>, Refused> {
        let value = self.value(&operation.expr)?;
        Ok(operators::unary(*operation.operator.value(), &value))
    }

    fn binary(&mut self, operation: &BinaryOp) -> Result<Evaluated<S::One>, Refused> {
        let one = self.value(&operation.lhs_expr);
        let other = self.value(&operation.rhs_expr);
        operators::binary(*operation.operator.value(), &one, &other)
    }
}
