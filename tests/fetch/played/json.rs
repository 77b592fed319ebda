//! What is printed: JSON whose fields keep the order in which AWS prints them.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// What is printed.
pub enum Json {
    /// Named fields.
    Object(Vec<(String, Json)>),
    /// A list.
    List(Vec<Json>),
    /// Any other value.
    Value(Value),
    /// No JSON at all, but this text.
    Text(String),
}

/// Those of `fields` that have a value: AWS leaves the others out.
pub fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let there = fields
        .into_iter()
        .filter(|(_, value)| !matches!(value, Json::Value(Value::Null)));
    Json::Object(
        there
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

pub fn list(items: impl IntoIterator<Item = Json>) -> Json {
    Json::List(items.into_iter().collect())
}

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Json::Value(value.into())
    }
}

impl Json {
    /// What `--output json` prints: indented, with a newline at its end.
    pub fn printed(&self) -> Vec<u8> {
        if let Json::Text(text) = self {
            return text.clone().into_bytes();
        }
        let mut out = Vec::new();
        let indented = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, indented);
        self.serialize(&mut serializer).expect("it is JSON");
        out.push(b'\n');
        out
    }

    /// Puts `value` where `path` points: `/Role/Arn`. A field that is not there is added.
    pub fn set(&mut self, path: &[&str], value: &Value) {
        let [name, rest @ ..] = path else {
            *self = Json::Value(value.clone());
            return;
        };
        match self {
            Json::Object(fields) => {
                let at = fields.iter().position(|(field, _)| field == name);
                let at = at.unwrap_or_else(|| {
                    fields.push(((*name).to_owned(), Json::Value(Value::Null)));
                    fields.len() - 1
                });
                fields[at].1.set(rest, value);
            }
            Json::List(items) => {
                let at: usize = name.parse().expect("a number points into a list");
                items[at].set(rest, value);
            }
            Json::Value(_) | Json::Text(_) => {
                *self = Json::Object(Vec::new());
                self.set(path, value);
            }
        }
    }

    /// Cuts its lists to `most` items, as a first page has them.
    pub fn cut(&mut self, most: usize) {
        if let Json::Object(fields) = self {
            for (_, value) in fields.iter_mut() {
                if let Json::List(items) = value {
                    items.truncate(most);
                }
            }
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Json::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Json::Value(value) => value.serialize(serializer),
            Json::Text(text) => text.serialize(serializer),
        }
    }
}
