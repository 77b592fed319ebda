//! Expressions as values that know their bytes. What is not literal is opaque.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::structure::Attribute;

use super::value::reference;
pub(super) use crate::document::{Places as Tree, allow};
use crate::text::{Json, JsonValue, Member};

impl Tree<'_> {
    /// What an expression says.
    pub(super) fn value(&self, expression: &Expression) -> Json {
        let range = expression.span().unwrap_or_default();
        let value = match expression {
            Expression::Null(_) => JsonValue::Null,
            Expression::Bool(truth) => JsonValue::Bool(*truth.value()),
            Expression::Number(_) => return self.number(range),
            Expression::String(text) => JsonValue::String(text.value().clone()),
            Expression::Array(list) => {
                JsonValue::Array(list.iter().map(|element| self.value(element)).collect())
            }
            Expression::Object(object) => match self.members(object) {
                Some(members) => JsonValue::Object(members),
                None => return self.opaque(range, "a key of it is computed"),
            },
            other => return self.opaque(range, &why(other)),
        };
        Json { range, value }
    }

    /// The members of an object; none where a key is computed.
    fn members(&self, object: &Object) -> Option<Vec<Member>> {
        let members = object.iter().map(|(key, value)| {
            let name = match key {
                ObjectKey::Ident(name) => name.as_str(),
                ObjectKey::Expression(key) => key.as_str()?,
            };
            Some(Member {
                name: name.to_owned(),
                name_range: key.span().unwrap_or_default(),
                value: self.element(name, value.expr()),
            })
        });
        members.collect()
    }

    /// An argument of a block as a member of an object.
    pub(super) fn member(&self, name: &str, attribute: &Attribute) -> Member {
        Member {
            name: name.to_owned(),
            name_range: attribute.key.span().unwrap_or_default(),
            value: self.element(name, &attribute.value),
        }
    }

    /// The value of an element of a policy. Lists that are joined are read where they hold actions.
    fn element(&self, name: &str, expression: &Expression) -> Json {
        let parts = match name {
            "Action" | "NotAction" => joined(expression),
            _ => Vec::new(),
        };
        if !parts.iter().any(|part| part.is_array()) {
            return self.value(expression);
        }
        let parts = parts.into_iter().map(|part| {
            if part.is_array() {
                return self.value(part);
            }
            let mut part = self.opaque(part.span().unwrap_or_default(), &why(part));
            if let JsonValue::Opaque(opaque) = &mut part.value {
                opaque.may_be_nothing = true;
            }
            part
        });
        Json {
            range: expression.span().unwrap_or_default(),
            value: JsonValue::Joined(parts.collect()),
        }
    }

    fn number(&self, range: Range<usize>) -> Json {
        let written = &self.source().text()[range.clone()];
        match serde_json::from_str(written) {
            Ok(number) => Json {
                range,
                value: JsonValue::Number(number, written.into()),
            },
            Err(_) => self.opaque(range, "it is a number that JSON does not have"),
        }
    }
}

/// The lists that an expression joins to one; nothing where it is something else.
fn joined(expression: &Expression) -> Vec<&Expression> {
    match expression {
        Expression::FuncCall(call) => {
            let is_plain = !call.name.is_namespaced() && !call.args.expand_final();
            let joins = ["concat", "distinct", "toset", "sort"].contains(&call.name.name.as_str());
            let part = |part| match joined(part) {
                inner if inner.is_empty() => vec![part],
                inner => inner,
            };
            if is_plain && joins {
                call.args.iter().flat_map(part).collect()
            } else {
                Vec::new()
            }
        }
        Expression::Parenthesis(inner) => joined(inner.inner()),
        _ => Vec::new(),
    }
}

/// Why an expression is no literal value.
pub(super) fn why(expression: &Expression) -> String {
    if let Some(reference) = reference(expression) {
        return format!("it comes from {reference}");
    }
    match expression {
        Expression::FuncCall(call) => format!("it comes from {}(…)", call.name.name.as_str()),
        Expression::StringTemplate(_) => "it is written with ${…}".to_owned(),
        Expression::HeredocTemplate(_) => "it is a heredoc".to_owned(),
        Expression::Conditional(_) => "it depends on a condition".to_owned(),
        Expression::ForExpr(_) => "it comes from a for expression".to_owned(),
        Expression::Parenthesis(inner) => match inner.inner() {
            Expression::String(_) => "it stands in parentheses".to_owned(),
            inner => why(inner),
        },
        _ => "it is computed".to_owned(),
    }
}
