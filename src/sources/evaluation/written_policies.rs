//! What is a policy where it is written: what that says of others gives nobody anything.

use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::template::Element;

/// Whether an expression is a policy, or the text of one, that is written there.
pub(super) fn is_document(expression: &Expression) -> bool {
    match expression {
        Expression::Parenthesis(inner) => is_document(inner.inner()),
        Expression::FuncCall(call) => {
            let mut arguments = call.args.iter();
            call.name.name.as_str() == "jsonencode" && arguments.any(is_document)
        }
        Expression::HeredocTemplate(heredoc) => {
            let mut elements = heredoc.template.iter();
            let is_policy = |only: &Element| {
                only.as_literal()
                    .is_some_and(|text| is_text_of_document(text.as_str()))
            };
            elements.all(is_policy)
        }
        Expression::Object(object) => {
            let statements = member(object, "Statement");
            let are_all = object
                .iter()
                .all(|(key, _)| name(key).is_some_and(is_of_policy));
            are_all
                && statements.is_some_and(|statements| match statements {
                    Expression::Array(list) => !list.is_empty() && list.iter().all(is_statement),
                    only => is_statement(only),
                })
        }
        _ => false,
    }
}

fn is_statement(expression: &Expression) -> bool {
    let object = expression.as_object();
    object.is_some_and(|object| member(object, "Effect").is_some())
}

fn member<'o>(object: &'o Object, called: &str) -> Option<&'o Expression> {
    let mut members = object.iter();
    members.find_map(|(key, value)| (name(key) == Some(called)).then_some(value.expr()))
}

/// The name of a member, where that is written.
fn name(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Ident(key) | ObjectKey::Expression(Expression::Variable(key)) => {
            Some(key.as_str())
        }
        ObjectKey::Expression(key) => key.as_str(),
    }
}

/// Whether a policy has a member of this name.
fn is_of_policy(name: &str) -> bool {
    ["Id", "Statement", "Version"].contains(&name)
}

/// Whether a text is that of a policy.
pub(super) fn is_text_of_document(text: &str) -> bool {
    if !text.contains("\"Statement\"") {
        return false;
    }
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let is_statement = |one: &serde_json::Value| one.get("Effect").is_some();
    let are_statements = |statements: &serde_json::Value| match statements {
        serde_json::Value::Array(list) => !list.is_empty() && list.iter().all(is_statement),
        only => is_statement(only),
    };
    json.as_object().is_some_and(|policy| {
        policy.keys().all(|name| is_of_policy(name))
            && policy.get("Statement").is_some_and(are_statements)
    })
}
