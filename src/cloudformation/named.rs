//! What a value comes to, as far as a template tells: a text, a resource of its own, or what nobody can tell.

use std::collections::BTreeSet;

use super::function::{Call, may_be_nothing, references};
use crate::text::{Json, JsonValue, Source};

/// A text, as far as a template tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// This one.
    Text(String),
    /// One with these parts in this order, and anything between them: `!Sub '${AWS::StackName}-app'`.
    Parts(Vec<String>),
}

/// What a template tells of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The text that it comes to, as far as that is written.
    pub name: Name,
    /// The resource or parameter that it refers to and to nothing beside: `!Ref Role`, `!GetAtt Policy.PolicyArn`.
    pub is: Option<String>,
    /// The resources and parameters that it is put together of.
    pub of: BTreeSet<String>,
    /// The value, as far as it is short: `!ImportValue policy`.
    pub shown: String,
}

impl Told {
    /// What a template tells of a value.
    pub(super) fn of(source: &Source, json: &Json) -> Self {
        let mut of = BTreeSet::new();
        references(source, json, &mut |named| {
            of.insert(named.to_owned());
        });
        let call = Call::of(source, json);
        let name = name(source, json);
        let shown = match (&call, &name, json.as_opaque()) {
            (Some(call), ..) => call.shown(),
            (_, _, Some(opaque)) => opaque.text.clone(),
            (_, Name::Text(text), _) => text.clone(),
            _ => json.as_str().unwrap_or("what is no text").to_owned(),
        };
        Told {
            name,
            is: call
                .and_then(|call| call.referred(source))
                .map(str::to_owned),
            of,
            shown,
        }
    }

    /// That nobody can tell, of what is called so.
    pub(super) fn nothing(source: &Source, json: &Json, shown: &str) -> Self {
        Told {
            name: Name::any(),
            is: None,
            shown: shown.to_owned(),
            ..Told::of(source, json)
        }
    }
}

impl Name {
    /// Any name.
    pub(super) fn any() -> Self {
        Name::Parts(vec![String::new(), String::new()])
    }

    /// How it ends, as far as that is written.
    pub fn end(&self) -> &str {
        match self {
            Name::Text(text) => text,
            Name::Parts(parts) => parts.last().map_or("", String::as_str),
        }
    }

    /// What of it is written.
    pub fn parts(&self) -> &[String] {
        match self {
            Name::Text(text) => std::slice::from_ref(text),
            Name::Parts(parts) => parts,
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

    /// Whether it may be this in some case: of the names of roles, users, groups and managed policies no two differ
    /// in that alone.
    pub fn may_be_in_any_case(&self, name: &str) -> bool {
        let begins_so = |first: &String| {
            let start = name.as_bytes().get(..first.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(first.as_bytes()))
        };
        match self {
            Name::Text(text) => text.eq_ignore_ascii_case(name),
            Name::Parts(parts) if !parts.first().is_none_or(begins_so) => false,
            Name::Parts(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|part| part.to_ascii_lowercase()).collect();
                has_parts(&name.to_ascii_lowercase(), &parts)
            }
        }
    }

    /// Adds what follows.
    fn push(&mut self, more: &Name) {
        let (first, rest) = match more.parts() {
            [] => return,
            [first, rest @ ..] => (first, rest),
        };
        let mut parts = self.parts().to_vec();
        match parts.last_mut() {
            Some(last) => last.push_str(first),
            None => parts.push(first.clone()),
        }
        parts.extend(rest.iter().cloned());
        *self = match parts.as_mut_slice() {
            [only] => Name::Text(std::mem::take(only)),
            _ => Name::Parts(parts),
        };
    }

    fn push_text(&mut self, text: &str) {
        self.push(&Name::Text(text.to_owned()));
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

/// The text that a value comes to.
pub(super) fn name(source: &Source, json: &Json) -> Name {
    match &json.value {
        JsonValue::String(text) => return of_text(text),
        JsonValue::Number(_, written) => return Name::Text(written.to_string()),
        JsonValue::Bool(truth) => return Name::Text(truth.to_string()),
        _ => {}
    }
    let Some(call) = Call::of(source, json) else {
        return Name::any();
    };
    let arguments = call.argument.as_array();
    let told = match (call.name, arguments) {
        ("Fn::Sub", _) => call.text().map(|text| substituted(source, text, &call)),
        ("Fn::Join", Some([delimiter, list])) => {
            let list = list.as_array().zip(delimiter.as_str());
            list.map(|(list, delimiter)| joined(source, list, delimiter))
        }
        ("Fn::Select", Some([at, list])) => selected(source, at, list),
        _ => None,
    };
    told.unwrap_or_else(Name::any)
}

/// A text as it is written. What is looked up when it is deployed, `{{resolve:ssm:name}}`, may be anything.
fn of_text(text: &str) -> Name {
    let mut name = Name::Text(String::new());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{resolve:") {
        name.push_text(before);
        name.push(&Name::any());
        rest = behind.split_once("}}").map_or("", |(_, behind)| behind);
    }
    name.push_text(rest);
    name
}

/// A text with its variables, as far as the call tells these.
fn substituted(source: &Source, text: &str, call: &Call<'_>) -> Name {
    let mut name = Name::Text(String::new());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        name.push_text(before);
        let (variable, behind) = behind.split_once('}').unwrap_or((behind, ""));
        match (variable.strip_prefix('!'), call.variable(variable)) {
            (Some(literal), _) => name.push_text(&format!("${{{literal}}}")),
            (None, Some(value)) => name.push(&self::name(source, value)),
            (None, None) => name.push(&Name::any()),
        }
        rest = behind;
    }
    name.push_text(rest);
    name
}

/// A list that is joined. What may be none takes a delimiter with it.
fn joined(source: &Source, list: &[Json], delimiter: &str) -> Name {
    let mut name = Name::Text(String::new());
    let mut is_after_none = true;
    for one in list {
        let is_none = may_be_nothing(source, one);
        if !is_after_none && !is_none {
            name.push_text(delimiter);
        }
        let is_computed = one.as_array().is_some() || one.as_object().is_some();
        if is_none || is_computed && Call::of(source, one).is_none() {
            name.push(&Name::any());
        } else {
            name.push(&self::name(source, one));
        }
        is_after_none = is_none;
    }
    name
}

/// One of a list that is written.
fn selected(source: &Source, at: &Json, list: &Json) -> Option<Name> {
    let Name::Text(at) = name(source, at) else {
        return None;
    };
    let list = list.as_array()?;
    if list.iter().any(|one| may_be_nothing(source, one)) {
        return None;
    }
    Some(name(source, list.get(at.parse::<usize>().ok()?)?))
}

/// Whether two values are written alike, so that they come to the same.
pub(super) fn are_alike(one: &Json, other: &Json) -> bool {
    match (&one.value, &other.value) {
        (JsonValue::Object(one), JsonValue::Object(other)) => {
            let members = one.iter().zip(other);
            one.len() == other.len()
                && members.into_iter().all(|(one, other)| {
                    one.name == other.name && are_alike(&one.value, &other.value)
                })
        }
        (JsonValue::Array(one), JsonValue::Array(other)) => {
            let mut both = one.iter().zip(other);
            one.len() == other.len() && both.all(|(one, other)| are_alike(one, other))
        }
        (JsonValue::Opaque(_), _) | (_, JsonValue::Opaque(_)) => false,
        (one, other) => one == other,
    }
}
