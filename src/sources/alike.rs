//! Whether a statement of a source and one that AWS has are the same but for their actions, as far as they are
//! literal.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::iam::{Actions, Statement};

/// Whether all but the actions is the same, as far as it is compared.
pub(super) fn is_alike(source: &Statement, live: &Statement) -> bool {
    let same_element = matches!(
        (&source.actions, &live.actions),
        (Actions::Action(_), Actions::Action(_)) | (Actions::NotAction(_), Actions::NotAction(_))
    );
    source.effect == live.effect
        && same_element
        && same_sid(source, live)
        && may_be_same_resources(source, live)
        && may_be_same_condition(source, live)
}

/// Whether both may speak of the same resources: those that are literal are all there, and no others
/// where all are literal.
fn may_be_same_resources(source: &Statement, live: &Statement) -> bool {
    ["Resource", "NotResource"].into_iter().all(|element| {
        let own = source.elements.get(element).map(texts);
        let other = live.elements.get(element).map(texts).unwrap_or_default();
        let own = own.unwrap_or_default();
        let is_known = |text: &&str| is_literal_arn(text);
        let are_all_known = own.iter().copied().all(is_literal_arn);
        own.iter()
            .copied()
            .filter(is_known)
            .all(|text| other.contains(text))
            && (!are_all_known || other.len() == own.len())
    })
}

/// The texts of a list, or the one that stands in its place.
fn texts(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

/// Whether a text is a resource, and no expression that comes to one. `&{…}` is Terraform's way to write
/// IAM's own `${…}`.
fn is_literal_arn(text: &str) -> bool {
    (text == "*" || text.starts_with("arn:"))
        && !["${", "%{", "&{"].iter().any(|sign| text.contains(sign))
}

/// Whether both may have the same condition: where one is written, and nothing decides whether it is
/// made, AWS has one too, and else it has none.
fn may_be_same_condition(source: &Statement, live: &Statement) -> bool {
    let has_own = live.elements.get("Condition").is_some();
    match source.elements.get("Condition") {
        None => !has_own,
        // Blocks of Terraform; what a dynamic one makes is no object.
        Some(Value::Array(blocks)) if blocks.iter().any(Value::is_object) => has_own,
        Some(Value::Object(operators)) if !operators.is_empty() => has_own,
        Some(_) => true,
    }
}

fn same_sid(source: &Statement, live: &Statement) -> bool {
    let sid = source.sid().unwrap_or_default();
    !is_literal_sid(sid) || sid == live.sid().unwrap_or_default()
}

/// A `Sid` has letters and digits alone, so that one with others is an expression.
pub(super) fn is_literal_sid(sid: &str) -> bool {
    sid.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
