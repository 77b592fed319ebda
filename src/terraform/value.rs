//! What an expression says as far as it is plain.

use hcl_edit::expr::{Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::Element;
use hcl_edit::visit::{Visit, visit_expr, visit_object_key};

use super::references::as_address;

/// What an argument says, as far as it is plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string without `${…}`, with its escapes decoded.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// `null`: as if the argument were not there.
    Null,
    /// A reference and nothing else, such as `data.aws_iam_policy_document.app.json`. So is
    /// `"${aws_iam_role.app.id}"`.
    Reference(String),
    /// The same of what has indices, without these: `aws_iam_role.app[0].name` is `aws_iam_role.app.name`. So is
    /// what comes to it if it is there: `one(aws_iam_role.app[*].name)`, `try(aws_iam_role.app[0].name, "")`.
    Indexed(String),
    /// A string with `${…}` or `%{…}` in it, or a heredoc: what is literal behind the last of these.
    EndsIn(String),
    /// A list; so is what `toset` or `tolist` makes of one.
    List(Vec<Value>),
    /// An object whose names are all literal, with what each is.
    Object(Vec<(String, Value)>),
    /// Anything else.
    Expression,
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it refers to, if that is all, without indices.
    pub fn as_reference(&self) -> Option<&str> {
        match self {
            Value::Reference(reference) | Value::Indexed(reference) => Some(reference),
            _ => None,
        }
    }

    pub(super) fn of(expression: &Expression) -> Self {
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(truth) => Value::Bool(*truth.value()),
            Expression::Number(number) => Value::Number(number.value().to_string()),
            Expression::String(text) => Value::Text(text.value().clone()),
            Expression::Array(list) => Value::List(list.iter().map(Value::of).collect()),
            Expression::Object(_) => members(expression).map_or(Value::Expression, |members| {
                let members = members.into_iter();
                Value::Object(
                    members
                        .map(|(name, value)| (name, Value::of(value)))
                        .collect(),
                )
            }),
            Expression::FuncCall(call) if as_collection(call).is_some() => {
                as_collection(call).map_or(Value::Expression, Value::of)
            }
            other => match (Value::refers(other), other) {
                (Some(reference), _) => reference,
                (None, Expression::StringTemplate(template)) => Value::EndsIn(end(template)),
                (None, Expression::HeredocTemplate(heredoc)) => {
                    Value::EndsIn(end(&heredoc.template))
                }
                _ => Value::Expression,
            },
        }
    }

    /// The reference that an expression is and nothing else.
    pub(super) fn refers(expression: &Expression) -> Option<Self> {
        let reference = reference(expression)?;
        Some(if is_indexed(expression) {
            Value::Indexed(reference)
        } else {
            Value::Reference(reference)
        })
    }
}

/// The members of an object whose names are all literal.
pub(super) fn members(expression: &Expression) -> Option<Vec<(String, &Expression)>> {
    let members = expression.as_object()?.iter();
    let members = members.map(|(key, value)| Some((name(key)?, value.expr())));
    members.collect()
}

fn is_empty(expression: &Expression) -> bool {
    match expression {
        Expression::Null(_) => true,
        Expression::Object(object) => object.is_empty(),
        Expression::Array(list) => list.is_empty(),
        _ => expression.as_str().is_some_and(str::is_empty),
    }
}

/// What a function makes another collection of that has the same in it.
fn as_collection(call: &FuncCall) -> Option<&Expression> {
    let makes_one = ["toset", "tolist", "tomap"].contains(&call.name.name.as_str());
    let is_plain = makes_one && !call.name.is_namespaced() && !call.args.expand_final();
    let mut args = call.args.iter();
    let only = args.next().filter(|_| is_plain)?;
    args.next().is_none().then_some(only)
}

/// The name of a member, if it is literal.
fn name(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
            Some(name.as_str().to_owned())
        }
        ObjectKey::Expression(Expression::String(text)) => Some(text.value().clone()),
        ObjectKey::Expression(_) => None,
    }
}

/// What is literal behind the last `${…}` or `%{…}`.
fn end<'a>(template: impl IntoIterator<Item = &'a Element>) -> String {
    let last = template.into_iter().last();
    let end = last.and_then(|last| last.as_literal());
    end.map_or_else(String::new, |end| end.to_string())
}

/// What an expression refers to, if it is a reference and nothing else.
pub(super) fn reference(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Variable(name) => Some(name.as_str().to_owned()),
        Expression::Traversal(traversal) => {
            let is_plain = |operator: &TraversalOperator| {
                !matches!(
                    operator,
                    TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_)
                )
            };
            let operators = &traversal.operators;
            let plain = operators.iter().all(|operator| is_plain(operator.value()));
            let is_call = matches!(
                traversal.expr,
                Expression::FuncCall(_) | Expression::Parenthesis(_)
            );
            let is_index = is_call && is_indexed(expression) && operators.len() == 1;
            match &traversal.expr {
                of if is_index => only(of),
                _ => plain.then(|| path(traversal)).flatten(),
            }
        }
        // The way of Terraform before 0.12.
        Expression::StringTemplate(template) => {
            let mut elements = template.iter();
            match (elements.next(), elements.next()) {
                (Some(only), None) => reference(&only.as_interpolation()?.expr),
                _ => None,
            }
        }
        Expression::Parenthesis(inner) => reference(inner.inner()),
        Expression::FuncCall(call) => {
            let makes_one = ["one", "try", "coalesce", "element", "join"];
            let is_one = makes_one.contains(&call.name.name.as_str());
            is_one.then(|| only(expression)).flatten()
        }
        _ => None,
    }
}

/// What an expression comes to where that is there: all else in it is empty.
fn only(expression: &Expression) -> Option<String> {
    let mut found = Vec::new();
    add_all(expression, &mut found)?;
    found.dedup();
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Adds all that an expression refers to, where its value is put together of these and nothing else.
fn add_all(expression: &Expression, found: &mut Vec<String>) -> Option<()> {
    match expression {
        _ if is_empty(expression) => {}
        Expression::Array(list) => list.iter().try_for_each(|one| add_all(one, found))?,
        Expression::Parenthesis(inner) => add_all(inner.inner(), found)?,
        Expression::FuncCall(call) => {
            parts(call)?
                .into_iter()
                .try_for_each(|part| add_all(part, found))?;
        }
        Expression::Traversal(traversal) => found.push(path(traversal)?),
        other => found.push(reference(other)?),
    }
    Some(())
}

/// What the value of a call is put together of; none where it may be something else.
fn parts(call: &FuncCall) -> Option<Vec<&Expression>> {
    if call.name.is_namespaced() || call.args.expand_final() {
        return None;
    }
    let parts: Vec<&Expression> = call.args.iter().collect();
    Some(match (call.name.name.as_str(), parts.as_slice()) {
        (
            "one" | "try" | "coalesce" | "concat" | "compact" | "flatten" | "distinct" | "tolist",
            _,
        ) => parts,
        ("element", [list, _]) => vec![list],
        ("join", [between, rest @ ..]) if between.as_str().is_some_and(str::is_empty) => {
            rest.to_vec()
        }
        _ => return None,
    })
}

fn is_indexed(expression: &Expression) -> bool {
    match expression {
        Expression::Traversal(traversal) => {
            let mut operators = traversal.operators.iter();
            operators.any(|operator| {
                let operator = operator.value();
                matches!(
                    operator,
                    TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_)
                )
            })
        }
        Expression::StringTemplate(template) => {
            let mut elements = template.iter();
            let only = elements.next().and_then(|only| only.as_interpolation());
            only.is_some_and(|only| is_indexed(&only.expr))
        }
        Expression::Parenthesis(inner) => is_indexed(inner.inner()),
        Expression::FuncCall(_) => true,
        _ => false,
    }
}

/// The names of a traversal with dots between them, up to a splat, without indices.
fn path(traversal: &Traversal) -> Option<String> {
    let Expression::Variable(first) = &traversal.expr else {
        return None;
    };
    let mut path = first.as_str().to_owned();
    for operator in &traversal.operators {
        match operator.value() {
            TraversalOperator::GetAttr(name) => {
                path.push('.');
                path.push_str(name.as_str());
            }
            TraversalOperator::Index(_)
            | TraversalOperator::LegacyIndex(_)
            | TraversalOperator::AttrSplat(_)
            | TraversalOperator::FullSplat(_) => {}
        }
    }
    Some(as_address(path))
}

/// The texts in an expression, and the names of members.
pub(super) fn texts(expression: &Expression) -> Vec<Value> {
    let mut found = Texts(Vec::new());
    found.visit_expr(expression);
    found.0
}

struct Texts(Vec<Value>);

impl Visit for Texts {
    fn visit_expr(&mut self, expression: &Expression) {
        match expression {
            Expression::String(text) => self.0.push(Value::Text(text.value().clone())),
            Expression::StringTemplate(template) => self.0.push(Value::EndsIn(end(template))),
            Expression::HeredocTemplate(heredoc) => {
                self.0.push(Value::EndsIn(end(&heredoc.template)));
            }
            _ => {}
        }
        visit_expr(self, expression);
    }

    fn visit_object_key(&mut self, key: &ObjectKey) {
        match key {
            ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                self.0.push(Value::Text(name.as_str().to_owned()));
            }
            ObjectKey::Expression(_) => visit_object_key(self, key),
        }
    }
}
