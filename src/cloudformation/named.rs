//! What a template calls policies and those who have them.

use std::collections::BTreeSet;

use super::function::Call;
use super::template::{Holder, Membership, Name, Who};
use crate::iam::quota::Owner;
use crate::text::{Json, JsonValue, Source};

impl Name {
    /// Any name.
    pub(super) fn any() -> Self {
        Name::Parts(vec![String::new(), String::new()])
    }

    /// Whether it is written how it ends.
    pub(super) fn has_end(&self) -> bool {
        match self {
            Name::Text(_) => true,
            Name::Parts(parts) => parts.last().is_some_and(|last| !last.is_empty()),
        }
    }

    /// Whether it is written that it ends so.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        match self {
            Name::Text(text) => text.ends_with(end),
            Name::Parts(parts) => parts.last().is_some_and(|last| last.ends_with(end)),
        }
    }

    /// Whether some of it is written.
    pub fn is_told(&self) -> bool {
        match self {
            Name::Text(_) => true,
            Name::Parts(parts) => parts.iter().any(|part| !part.is_empty()),
        }
    }

    /// Whether a policy may be called so.
    ///
    /// ```
    /// use iam_refine::cloudformation::Name;
    /// let name = Name::Parts(vec![String::new(), "-app".to_owned()]);
    /// assert!(name.may_be("prod-app") && !name.may_be("prod-app-2"));
    /// ```
    pub fn may_be(&self, name: &str) -> bool {
        match self {
            Name::Text(text) => text == name,
            Name::Parts(parts) => has_parts(name, parts),
        }
    }
}

/// Whether a text is these parts with anything between them.
fn has_parts(text: &str, parts: &[String]) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let Some(mut text) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return text.is_empty();
    };
    for part in middle {
        match text.find(part.as_str()) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last.as_str())
}

/// The name that a value comes to.
pub(super) fn name(source: &Source, json: &Json) -> Name {
    match &json.value {
        JsonValue::String(text) => return Name::Text(text.clone()),
        JsonValue::Number(_, written) => return Name::Text(written.to_string()),
        _ => {}
    }
    let Some(call) = Call::of(source, json) else {
        return Name::any();
    };
    match (call.name, call.argument.as_array()) {
        ("Fn::Sub", list) => {
            let text = list.and_then(<[Json]>::first).unwrap_or(call.argument);
            text.as_str()
                .map_or_else(Name::any, |text| Name::Parts(around_variables(text)))
        }
        ("Fn::Join", Some([delimiter, list])) => {
            let parts = list.as_array().zip(delimiter.as_str());
            parts.map_or_else(Name::any, |(list, delimiter)| {
                Name::Parts(joined(source, list, delimiter))
            })
        }
        _ => Name::any(),
    }
}

/// What stands around each `${…}` of a text.
fn around_variables(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("${") {
        parts.push(before.to_owned());
        rest = variable.split_once('}').map_or("", |(_, behind)| behind);
    }
    parts.push(rest.to_owned());
    parts
}

/// What is literal of a list that is joined.
fn joined(source: &Source, list: &[Json], delimiter: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (at, one) in list.iter().enumerate() {
        let own = match name(source, one) {
            Name::Text(text) => vec![text],
            Name::Parts(parts) => parts,
        };
        for (number, part) in own.into_iter().enumerate() {
            if number > 0 {
                parts.push(String::new());
            }
            if let Some(last) = parts.last_mut() {
                if at > 0 && number == 0 {
                    last.push_str(delimiter);
                }
                last.push_str(&part);
            }
        }
    }
    parts
}

/// Whom `Roles`, `Users` and `Groups` of a policy name.
pub(super) fn holders(
    source: &Source,
    properties: &Json,
    parameters: &BTreeSet<&str>,
) -> Vec<Holder> {
    let mut all = Vec::new();
    for (key, kind) in [
        ("Roles", Owner::Role),
        ("Users", Owner::User),
        ("Groups", Owner::Group),
    ] {
        let Some(named) = properties.get(key).filter(|named| !named.is_null()) else {
            continue;
        };
        let list = named.as_array().unwrap_or(std::slice::from_ref(named));
        all.extend(list.iter().map(|one| Holder {
            kind,
            who: holder(source, one, parameters),
        }));
    }
    all
}

/// Whom a resource of this type puts into groups.
pub(super) fn memberships(
    source: &Source,
    (resource, logical_id, kind): (usize, &str, &str),
    properties: &Json,
    parameters: &BTreeSet<&str>,
) -> Vec<Membership> {
    let list = |key: &str| {
        let named = properties.get(key).filter(|named| !named.is_null());
        named.map_or(&[][..], |named| {
            named.as_array().unwrap_or(std::slice::from_ref(named))
        })
    };
    let who = |json: &Json| holder(source, json, parameters);
    let membership = |group, user| Membership {
        resource,
        group,
        user,
    };
    match kind {
        "AWS::IAM::User" => {
            let user = || Who::Resource(logical_id.to_owned());
            let groups = list("Groups").iter();
            groups.map(|group| membership(who(group), user())).collect()
        }
        "AWS::IAM::UserToGroupAddition" => {
            let added = list("GroupName").iter().flat_map(|group| {
                let users = list("Users").iter();
                users.map(move |user| membership(who(group), who(user)))
            });
            added.collect()
        }
        _ => Vec::new(),
    }
}

/// Who a value names.
pub(super) fn holder(source: &Source, json: &Json, parameters: &BTreeSet<&str>) -> Who {
    if let Some(name) = json.as_str() {
        return Who::Named(name.to_owned());
    }
    let Some(call) = Call::of(source, json) else {
        let reason = json
            .as_opaque()
            .map_or("what is no name", |opaque| &opaque.text);
        return Who::Unknown(reason.to_owned());
    };
    let substituted = || {
        let text = call.argument.as_str().filter(|_| call.name == "Fn::Sub")?;
        let variable = text.strip_prefix("${")?.strip_suffix('}')?;
        (!variable.contains(['$', '{', '}', '.', '!'])).then_some(variable)
    };
    let resource = call.reference().or_else(substituted);
    match resource.filter(|name| !parameters.contains(name) && !name.starts_with("AWS::")) {
        Some(resource) => Who::Resource(resource.to_owned()),
        None => Who::Unknown(call.shown()),
    }
}
