//! Values of which only texts, numbers and truths matter.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value as far as it can matter: a state has anything anywhere, and none of it is an error.
pub(super) enum Plain {
    Text(String),
    Number(u64),
    Truth(bool),
    /// The texts of a list, and the names of the objects in it; of an object its own name.
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

    pub(super) fn number(self) -> Option<u64> {
        match self {
            Plain::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn texts(self) -> Vec<String> {
        match self {
            Plain::List(texts) => texts,
            Plain::Text(text) => vec![text],
            _ => Vec::new(),
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

    fn visit_bool<E>(self, truth: bool) -> Result<Plain, E> {
        Ok(Plain::Truth(truth))
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

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Plain, A::Error> {
        let name = TextOrNameVisitor.visit_map(object)?;
        Ok(Plain::List(name.into_iter().collect()))
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
