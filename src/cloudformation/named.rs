//! What a value comes to, as far as a template tells: a text, a resource of its own, or what nobody can tell.

use std::collections::BTreeSet;

use super::evaluate::evaluated;
use super::function::{Call, MAPPINGS, references};
use super::said::Said;
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
    /// What it comes from and from nothing beside: `!Ref Role`, `!GetAtt Policy.PolicyArn`, `!FindInMap [Regions, …]`.
    pub is: Option<String>,
    /// What it is put together of: resources and parameters by their names, and mappings, `Mappings.NAME`.
    pub of: BTreeSet<String>,
    /// The value, as far as it is short: `!ImportValue policy`.
    pub shown: String,
}

impl Told {
    /// What a template tells of a value.
    pub(super) fn of(source: &Source, json: &Json) -> Self {
        Told::with_parts(source, json).0
    }

    /// The same, and what is said within it in calls of functions that are not evaluated.
    pub(super) fn with_parts(source: &Source, json: &Json) -> (Self, Vec<Said>) {
        let mut of = BTreeSet::new();
        references(source, json, &mut |named| {
            of.insert(named);
        });
        let call = Call::of(source, json);
        let (name, parts) = evaluated(source, json);
        let shown = match (&call, &name, json.as_opaque()) {
            (Some(call), ..) => call.shown(),
            (_, _, Some(opaque)) => opaque.text.clone(),
            (_, Name::Text(text), _) => text.clone(),
            _ => json.as_str().unwrap_or("what is no text").to_owned(),
        };
        let is = call.as_ref().and_then(|call| {
            let mapping = call.mapping().filter(|_| parts.is_empty());
            mapping.or_else(|| Some(call.referred(source)?.to_owned()))
        });
        let told = Told {
            name,
            is,
            of,
            shown,
        };
        (told, parts)
    }

    /// That nobody can tell, of what is called so, and what is said within it.
    pub(super) fn nothing(source: &Source, json: &Json, shown: &str) -> (Self, Vec<Said>) {
        let (told, parts) = Told::with_parts(source, json);
        let nothing = Told {
            name: Name::any(),
            is: None,
            shown: shown.to_owned(),
            ..told
        };
        (nothing, parts)
    }

    /// The mapping that it is a value of.
    pub fn mapping(&self) -> Option<&str> {
        self.is.as_deref().filter(|is| is.starts_with(MAPPINGS))
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
    pub(super) fn push(&mut self, more: &Name) {
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

    pub(super) fn push_text(&mut self, text: &str) {
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
