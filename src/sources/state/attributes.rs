//! The attributes of a resource that matter here, whatever else it has.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What a state says of an IAM resource. What is missing or of another kind is none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// The ARN of a role, user, group or managed policy.
    #[serde(deserialize_with = "text")]
    pub arn: Option<String>,
    /// The name of one, or of an inline policy.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// The document of a policy, as JSON.
    #[serde(deserialize_with = "text")]
    pub policy: Option<String>,
    /// The role that a policy is embedded in or attached to.
    #[serde(deserialize_with = "text")]
    pub role: Option<String>,
    /// The user.
    #[serde(deserialize_with = "text")]
    pub user: Option<String>,
    /// The group.
    #[serde(deserialize_with = "text")]
    pub group: Option<String>,
    /// The roles that `aws_iam_policy_attachment` attaches to.
    #[serde(deserialize_with = "texts")]
    pub roles: Vec<String>,
    /// The users.
    #[serde(deserialize_with = "texts")]
    pub users: Vec<String>,
    /// The groups.
    #[serde(deserialize_with = "texts")]
    pub groups: Vec<String>,
    /// The ARN of the policy that is attached.
    #[serde(deserialize_with = "text")]
    pub policy_arn: Option<String>,
    /// The ARN of the permissions boundary of a role or user.
    #[serde(deserialize_with = "text")]
    pub permissions_boundary: Option<String>,
    /// The ARNs of what is attached to a role, whoever attached it.
    #[serde(deserialize_with = "texts")]
    pub managed_policy_arns: Vec<String>,
    /// The names of what is embedded in a role, whoever embedded it.
    #[serde(deserialize_with = "texts")]
    pub inline_policy: Vec<String>,
    /// How many principals a managed policy is attached to, as AWS counts them.
    #[serde(deserialize_with = "count")]
    pub attachment_count: Option<u64>,
}

fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    Ok(json.deserialize_any(AnyValue)?.text())
}

fn texts<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<String>, D::Error> {
    Ok(match json.deserialize_any(AnyValue)? {
        Plain::List(texts) => texts,
        _ => Vec::new(),
    })
}

fn count<'de, D: Deserializer<'de>>(json: D) -> Result<Option<u64>, D::Error> {
    Ok(match json.deserialize_any(AnyValue)? {
        Plain::Number(number) => Some(number),
        _ => None,
    })
}

/// A value as far as it can matter: a state has anything anywhere, and none of it is an error.
pub(super) enum Plain {
    Text(String),
    Number(u64),
    /// The texts of a list, and the names of the objects in it.
    List(Vec<String>),
    Other,
}

impl Plain {
    pub(super) fn text(self) -> Option<String> {
        match self {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Plain, E> {
        Ok(Plain::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
        Ok(Plain::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Plain, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = list.next_element::<TextOrName>()? {
            texts.extend(value.0);
        }
        Ok(Plain::List(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Plain, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Plain::Other)
    }
}

/// A text in a list, or the `name` of an object there.
struct TextOrName(Option<String>);

impl<'de> Deserialize<'de> for TextOrName {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TextOrNameVisitor).map(TextOrName)
    }
}

struct TextOrNameVisitor;

impl<'de> Visitor<'de> for TextOrNameVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<String>, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<String>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<String>, A::Error> {
        let mut name = None;
        while let Some(key) = object.next_key::<String>()? {
            if key == "name" {
                name = object.next_value::<Plain>()?.text();
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(name)
    }
}
