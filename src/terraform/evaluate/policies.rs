//! What is a policy where it is written: what that says of others gives nobody anything.

use super::value::{Evaluated, Members};

impl<T> Members<T> {
    /// Whether this is a policy.
    pub fn says_policy(&self) -> bool {
        let are_of_policy = self.values.keys().all(|name| is_of_policy(name));
        are_of_policy
            && self.are_all()
            && (self.values.get("Statement")).is_some_and(|statements| match statements {
                Evaluated::List(items) => {
                    let mut all = items.values.iter();
                    items.are_all() && !items.values.is_empty() && all.all(is_statement)
                }
                only => is_statement(only),
            })
    }
}

fn is_statement<T>(value: &Evaluated<T>) -> bool {
    matches!(value, Evaluated::Object(members) if members.values.contains_key("Effect"))
}

/// Whether a text is that of a policy.
pub(super) fn is_text_of_policy(text: &str) -> bool {
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

/// Whether a policy has a member of this name.
fn is_of_policy(name: &str) -> bool {
    ["Id", "Statement", "Version"].contains(&name)
}
