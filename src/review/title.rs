//! A title for a statement: its `Sid`, its effect, and what it is on.

use serde_json::Value;

use crate::iam::{Actions, Effect, Statement};
use crate::text::printable;

/// `Reading: Allow on function:my-lambda, if conditions hold`.
pub fn statement_title(statement: &Statement) -> String {
    let sid = match statement.sid() {
        Some(sid) if !sid.is_empty() => format!("{}: ", printable(sid)),
        _ => String::new(),
    };
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let not = match &statement.actions {
        Actions::Action(_) => String::new(),
        Actions::NotAction(entries) => {
            let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
            format!(" all but {}", entries.join(", "))
        }
    };
    let on = resources(statement);
    let condition = if statement.elements.get("Condition").is_some() {
        ", if conditions hold"
    } else {
        ""
    };
    format!("{sid}{effect}{not}{on}{condition}")
}

fn resources(statement: &Statement) -> String {
    let (words, value) = match (
        statement.elements.get("Resource"),
        statement.elements.get("NotResource"),
    ) {
        (Some(value), _) => (" on", value),
        (None, Some(value)) => (" on all but", value),
        (None, None) => return String::new(),
    };
    let names: Vec<&str> = match value {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("{words} {}", printable(short_arn(only))),
        [first, rest @ ..] => {
            format!(
                "{words} {} and {} more",
                printable(short_arn(first)),
                rest.len()
            )
        }
    }
}

/// The part of an ARN that says most: what comes after partition, service, region and account.
fn short_arn(arn: &str) -> &str {
    let mut parts = arn.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    match parts.nth(4) {
        Some(resource) if is_arn && !resource.is_empty() => resource,
        _ => arn,
    }
}

#[cfg(test)]
mod tests {
    use super::short_arn;

    #[test]
    fn an_arn_is_called_by_its_resource() {
        let lambda = "arn:aws:lambda:us-east-1:123456789012:function:my-lambda";
        assert_eq!(short_arn(lambda), "function:my-lambda");
        assert_eq!(short_arn("arn:aws:s3:::bucket/*"), "bucket/*");
        assert_eq!(short_arn("*"), "*");
    }
}
