//! A title for a statement: its `Sid`, its effect, and what it is on.

use serde_json::Value;

use crate::iam::{Actions, Effect, ServicePrefix, Statement};
use crate::text::{list, printable, some_of};

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

/// What a statement is on, and under which conditions: ` on bucket/*, if StringEquals aws:PrincipalOrgID`.
pub fn statement_scope(statement: &Statement) -> String {
    format!("{}{}", resources(statement), condition_in_words(statement))
}

/// Under which conditions a statement holds: `, if StringEquals aws:PrincipalOrgID`; empty where it has
/// none.
pub fn condition_in_words(statement: &Statement) -> String {
    let Some(Value::Object(operators)) = statement.elements.get("Condition") else {
        return String::new();
    };
    let conditions = operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flat_map(|keys| keys.keys());
        keys.map(move |key| format!("{} {}", printable(operator), printable(key)))
    });
    let conditions: Vec<String> = conditions.collect();
    if conditions.is_empty() {
        return String::new();
    }
    format!(", if {}", some_of(&conditions, CONDITIONS))
}

/// How many conditions a sentence names.
const CONDITIONS: usize = 2;

/// That a statement is on resources of other services than all of these alone: `on s3 resources only`.
/// None where it may be on one of theirs, or where that is not known.
pub fn on_other_services<'a>(
    statement: &Statement,
    mut services: impl Iterator<Item = &'a ServicePrefix>,
) -> Option<String> {
    let names: Vec<&str> = match statement.elements.get("Resource")? {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let mut owners: Vec<String> = names
        .iter()
        .map(|name| service_of_arn(name).map(str::to_owned))
        .collect::<Option<_>>()?;
    owners.sort();
    owners.dedup();
    let is_theirs = |service: &ServicePrefix| {
        owners
            .iter()
            .any(|own| own.eq_ignore_ascii_case(service.as_str()))
    };
    if owners.is_empty() || services.any(is_theirs) {
        return None;
    }
    Some(format!("on {} resources only", list(&owners)))
}

/// The service that an ARN is of; none where it may be of several, or is no ARN.
fn service_of_arn(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let service = (parts.next() == Some("arn")).then(|| parts.nth(1))??;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    (!service.is_empty() && service.chars().all(is_plain)).then_some(service)
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
        // A star alone would look like one that is on everything.
        Some(resource) if is_arn && !matches!(resource, "" | "*") => resource,
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
