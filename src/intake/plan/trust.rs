//! Who may assume a role that a plan makes.

use serde_json::Value;

use crate::text::{Untrusted, list};

/// Who may assume a role, as the policy of that says.
pub(super) enum Trusted {
    /// Services of AWS alone, by their names.
    Services(String),
    /// Somebody who is there already, as far as anybody knows.
    Others(String),
    /// It is no policy that is understood.
    NotTold,
}

impl Trusted {
    /// By the text of the policy.
    pub(super) fn by(policy: &str) -> Self {
        let Ok(policy) = serde_json::from_str::<Value>(policy) else {
            return Trusted::NotTold;
        };
        let statements = match policy.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => return Trusted::NotTold,
        };
        let (mut services, mut others) = (Vec::new(), Vec::new());
        for statement in statements {
            if statement.get("Effect").and_then(Value::as_str) == Some("Deny") {
                continue;
            }
            match statement.get("Principal") {
                Some(Value::Object(principals)) => {
                    for (kind, names) in principals {
                        let named = if kind == "Service" {
                            &mut services
                        } else {
                            &mut others
                        };
                        named.extend(texts(names));
                    }
                }
                Some(Value::String(all)) => others.push(all.clone()),
                _ => return Trusted::NotTold,
            }
        }
        let shown = |names: Vec<String>| {
            let names = names
                .into_iter()
                .map(|name| Untrusted::from(name).to_string());
            list(&names.collect::<Vec<_>>())
        };
        if others.is_empty() {
            Trusted::Services(shown(services))
        } else {
            Trusted::Others(shown(others))
        }
    }
}

/// The texts of a list, or the one in its place; of anything else all of it.
fn texts(names: &Value) -> Vec<String> {
    match names {
        Value::Array(names) => names.iter().flat_map(texts).collect(),
        Value::String(name) => vec![name.clone()],
        other => vec![other.to_string()],
    }
}
