//! JSON values that know where in the text they stand.

use std::ops::Range;

use serde_json::{Map, Number, Value};

/// A JSON value and the bytes of the [`Source`](super::Source) it was read from.
///
/// ```
/// use iam_refine::text::{Json, Source};
/// let source = Source::from_text("policy.json", r#"{"Effect": "allow"}"#);
/// let json = Json::parse(&source)?;
/// let effect = json.get("Effect").unwrap();
/// assert_eq!(effect.as_str(), Some("allow"));
/// let problem = source.error_at(effect.range.clone(), "not an effect");
/// assert_eq!(problem.position().unwrap().column, 12);
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json {
    /// The bytes it takes, quotes and brackets included.
    pub range: Range<usize>,
    /// The value itself, without its place.
    pub value: JsonValue,
}

/// A JSON value, of which every part knows its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonValue {
    /// `{…}`: its members, in order, no two of one name.
    Object(Vec<Member>),
    /// `[…]`: its elements, in order.
    Array(Vec<Json>),
    /// `"…"`, with its escapes decoded.
    String(String),
    /// A number, as `serde_json` reads it, and as it is written: that may be more digits.
    Number(Number, Box<str>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`; AWS prints it for a value that is missing.
    Null,
    /// What stands in the text of another format where a value would, and is none: an expression, a
    /// reference. JSON has none of these.
    Opaque(Box<Opaque>),
    /// Lists that are joined to one, and what stands for a list among them: `concat(["a"], var.more)`.
    /// JSON has none of these.
    Joined(Vec<Json>),
}

/// What is written in the place of a value, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// The text as it stands in the file.
    pub text: String,
    /// Why it cannot be edited, as in `it comes from var.more`.
    pub reason: String,
    /// The strings that it comes to where a list has it. None where nobody knows: it may be any.
    pub strings: Option<Vec<Known>>,
    /// Whether it stands for a list, which may be empty.
    pub may_be_nothing: bool,
    /// Whether it may come to what is written beside it too, beyond its `strings`: nobody can tell.
    pub may_repeat: bool,
}

/// A string that an expression comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The string.
    pub text: String,
    /// Why it cannot be edited, where that is told of it alone.
    pub reason: Option<String>,
}

impl From<String> for Known {
    fn from(text: String) -> Self {
        Known { text, reason: None }
    }
}

/// One `"name": value` of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name, with its escapes decoded.
    pub name: String,
    /// The bytes of the name, quotes included.
    pub name_range: Range<usize>,
    /// The value, with its place.
    pub value: Json,
}

impl Json {
    /// The member called `name`, if this is an object that has one.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.as_object()?.iter().find(|member| member.name == name)
    }

    /// The value of the member called `name`, if this is an object that has one.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.member(name).map(|member| &member.value)
    }

    /// Where it begins in `source`; none where that holds nothing else.
    pub fn start_in(&self, source: &super::Source) -> Option<usize> {
        let is_all = source.text().trim().len() == self.range.len();
        (!is_all).then_some(self.range.start)
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&[Member]> {
        match &self.value {
            JsonValue::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_array(&self) -> Option<&[Json]> {
        match &self.value {
            JsonValue::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            JsonValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one that is whole and not negative.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.value {
            JsonValue::Number(number, _) => number.as_u64(),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            JsonValue::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The lists that are joined, if this is that.
    pub fn as_joined(&self) -> Option<&[Json]> {
        match &self.value {
            JsonValue::Joined(parts) => Some(parts),
            _ => None,
        }
    }

    /// What is written here in the place of a value, if it is none.
    pub fn as_opaque(&self) -> Option<&Opaque> {
        match &self.value {
            JsonValue::Opaque(opaque) => Some(opaque),
            _ => None,
        }
    }

    /// Whether this is JSON's `null`.
    pub fn is_null(&self) -> bool {
        self.value == JsonValue::Null
    }

    /// What messages call a value of this kind: `a list`, `a string`, `null`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            JsonValue::Object(_) => "an object",
            JsonValue::Array(_) => "a list",
            JsonValue::String(_) => "a string",
            JsonValue::Number(..) => "a number",
            JsonValue::Bool(_) => "true or false",
            JsonValue::Null => "null",
            JsonValue::Opaque(_) | JsonValue::Joined(_) => "an expression",
        }
    }

    /// The same value in the part of the text that begins at `start`, where it stands in that part.
    ///
    /// ```
    /// use iam_refine::text::{Json, Source};
    /// let json = Json::parse(&Source::from_text("line", r#"{"policy": {"Statement": []}}"#))?;
    /// let policy = json.get("policy").unwrap();
    /// let part = Source::from_text("policy", r#"{"Statement": []}"#);
    /// assert_eq!(policy.in_part_from(policy.range.start), Json::parse(&part)?);
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    #[must_use]
    pub fn in_part_from(&self, start: usize) -> Json {
        let place = |range: &Range<usize>| range.start - start..range.end - start;
        let value = match &self.value {
            JsonValue::Object(members) => {
                let members = members.iter().map(|member| Member {
                    name: member.name.clone(),
                    name_range: place(&member.name_range),
                    value: member.value.in_part_from(start),
                });
                JsonValue::Object(members.collect())
            }
            JsonValue::Array(elements) => {
                let elements = elements.iter().map(|element| element.in_part_from(start));
                JsonValue::Array(elements.collect())
            }
            JsonValue::Joined(parts) => {
                let parts = parts.iter().map(|part| part.in_part_from(start));
                JsonValue::Joined(parts.collect())
            }
            other => other.clone(),
        };
        Json {
            range: place(&self.range),
            value,
        }
    }

    /// The value without its places. What is no value is the text that is written for it.
    pub fn to_value(&self) -> Value {
        self.with_numbers(&|number, _| Value::Number(number.clone()))
    }

    /// The same, to be compared: a number that is written with other digits than `serde_json` would
    /// write it with, such as more of them than a `double` has, is the text that is written.
    pub fn to_exact_value(&self) -> Value {
        self.with_numbers(&|number, written| {
            if number.to_string() == written {
                Value::Number(number.clone())
            } else {
                Value::String(written.to_owned())
            }
        })
    }

    fn with_numbers(&self, of_number: &impl Fn(&Number, &str) -> Value) -> Value {
        match &self.value {
            JsonValue::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|member| (member.name.clone(), member.value.with_numbers(of_number)))
                    .collect::<Map<_, _>>(),
            ),
            JsonValue::Array(elements) | JsonValue::Joined(elements) => (elements.iter())
                .map(|element| element.with_numbers(of_number))
                .collect(),
            JsonValue::String(text) => Value::String(text.clone()),
            JsonValue::Number(number, written) => of_number(number, written),
            JsonValue::Bool(truth) => Value::Bool(*truth),
            JsonValue::Null => Value::Null,
            JsonValue::Opaque(opaque) => Value::String(opaque.text.clone()),
        }
    }
}
