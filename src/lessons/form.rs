//! What stands in tables of `lesson.toml` that can be several things, and in texts that have a form of their own.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use crate::text::quoted;

/// What is wrong with a part of `lesson.toml`, and where, unless it is the part as a whole.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) span: Option<Range<usize>>,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn at(span: Range<usize>, message: String) -> Self {
        Wrong {
            span: Some(span),
            message,
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Wrong::from(message.to_string())
    }
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Wrong {
            span: None,
            message,
        }
    }
}

impl From<toml::de::Error> for Wrong {
    fn from(error: toml::de::Error) -> Self {
        Wrong {
            span: error.span(),
            message: error.message().trim().replace('\n', ", "),
        }
    }
}

/// What a text says: an action, or another thing that is written so.
#[derive(Clone)]
pub(super) struct FromText<T>(pub(super) T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for FromText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for TextVisitor<T> {
    type Value = FromText<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        from_text(text).map(FromText).map_err(E::custom)
    }
}

/// What a text says; why it says nothing.
pub(super) fn from_text<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    let read = text.parse();
    read.map_err(|error| format!("{}: {error}", quoted(text)))
}

/// What a table says that can be several things: the variant of `T` that is called as one of its keys is, with all keys
/// for its fields.
pub(super) fn by_key<'de, T: Deserialize<'de>>(
    table: DeTable<'de>,
    span: Range<usize>,
) -> Result<T, Wrong> {
    T::deserialize(ByKey { table, span })
}

struct ByKey<'de> {
    table: DeTable<'de>,
    span: Range<usize>,
}

impl<'de> Deserializer<'de> for ByKey<'de> {
    type Error = Wrong;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let mut keys: Vec<_> = self.table.keys().cloned().collect();
        keys.sort_by_key(|key| key.span().start);
        let is_telling = |key: &&Spanned<DeString<'_>>| variants.contains(&key.get_ref().as_ref());
        let mut telling = keys.iter().filter(is_telling);
        let Some(key) = telling.next().cloned() else {
            let key = keys.first();
            let alone = key.map_or_else(String::new, |key| {
                format!("; {} alone says nothing", quoted(key.get_ref()))
            });
            let message = format!("one of {} has to be there{alone}", variants.join(", "));
            return Err(Wrong {
                span: key.map(Spanned::span),
                message,
            });
        };
        if let Some(second) = telling.next() {
            let message = format!(
                "{} and {} do not go together: leave one out",
                key.get_ref(),
                second.get_ref()
            );
            return Err(Wrong::at(second.span(), message));
        }
        let (span, whole) = (self.span.clone(), DeValue::Table(self.table));
        let told: DeTable<'de> = [(key, Spanned::new(span.clone(), whole))]
            .into_iter()
            .collect();
        let told = ValueDeserializer::from(Spanned::new(span, DeValue::Table(told)));
        Ok(told.deserialize_enum(name, variants, visitor)?)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let whole = Spanned::new(self.span, DeValue::Table(self.table));
        Ok(ValueDeserializer::from(whole).deserialize_any(visitor)?)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
