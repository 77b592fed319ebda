//! What is known is what Terraform says.

use hcl_edit::parser::parse_expr;

use super::super::{Evaluating, Refused};
use super::{Value, World, shown};

/// Expressions with what Terraform 1.11.4 makes of them, as `jsonencode` writes it, or `!` where it fails: a
/// tab stands between.
const OF_TERRAFORM: &str = include_str!("../../../../tests/data/terraform/expressions.txt");

#[test]
fn what_is_known_is_what_terraform_says() {
    let (mut known, mut wrong) = (0, Vec::new());
    for line in OF_TERRAFORM.lines() {
        let (expression, said) = line.rsplit_once('\t').expect(line);
        let parsed = parse_expr(expression).expect(expression);
        let value = Evaluating::in_scope(&World::default()).value(&parsed);
        let has_order = value.as_ref().is_ok_and(has_order) || value.is_err();
        let value = value.map_or_else(|Refused| "failed".to_owned(), |value| shown(&value));
        let said = match said {
            "!" => "failed".to_owned(),
            json => in_letters(&serde_json::from_str(json).expect(json)),
        };
        if value.contains(['?', '…']) || !has_order {
            continue;
        }
        known += 1;
        if value != said {
            wrong.push(format!("{expression} is {value} here, and {said} there"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The others are not known here, which is never wrong.
    assert!(known > 3_130, "{known} of {}", OF_TERRAFORM.lines().count());
}

/// Whether the order of all lists in a value is known.
fn has_order(value: &Value) -> bool {
    match value {
        Value::List(items) => {
            (items.have_order() || items.values.len() < 2) && items.values.iter().all(has_order)
        }
        Value::Object(members) => members.values.values().all(has_order),
        _ => true,
    }
}

/// The same as [`shown`] of what is known.
fn in_letters(json: &serde_json::Value) -> String {
    match json {
        serde_json::Value::Null => "null".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => json.to_string(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_letters).collect();
            format!("[{}]", items.join(" "))
        }
        serde_json::Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(key, value)| format!("{key}={}", in_letters(value)))
                .collect();
            format!("{{{}}}", members.join(" "))
        }
    }
}
