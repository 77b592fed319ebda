//! The managed policies that any value names, however deep.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Attributes;
use super::plain::Plain;

/// Reads any value for the sake of the managed policies that are named in it, and keeps nothing else: by
/// their ARNs, or by their names where IAM Identity Center refers to them. What is a text itself comes out.
pub(super) struct Named<'a, 'n> {
    /// The names that the value stands under.
    under: Under<'n>,
    arns: &'a mut Vec<(String, Vec<String>)>,
    customer_managed: &'a mut Vec<String>,
}

/// The name that a value stands under, and those around it.
#[derive(Clone, Copy)]
struct Under<'n> {
    name: &'n str,
    around: Option<&'n Under<'n>>,
}

impl Under<'_> {
    /// The names from the outermost on.
    fn path(self) -> Vec<String> {
        let mut path = self.around.map_or_else(Vec::new, |around| around.path());
        path.push(self.name.to_owned());
        path
    }
}

impl<'a, 'n> Named<'a, 'n> {
    /// What the attribute `name` has of these, for all the attributes to keep.
    pub(super) fn under(name: &'n str, attributes: &'a mut Attributes) -> Self {
        Named {
            under: Under { name, around: None },
            arns: &mut attributes.other_policy_arns,
            customer_managed: &mut attributes.customer_managed,
        }
    }
}

impl Named<'_, '_> {
    /// What stands in it, under these names.
    fn inner<'n>(&mut self, under: Under<'n>) -> Inner<'_, 'n> {
        Inner(Named {
            under,
            arns: self.arns,
            customer_managed: self.customer_managed,
        })
    }
}

/// A value in another one, whose texts count.
pub(super) struct Inner<'a, 'n>(pub(super) Named<'a, 'n>);

impl<'de> DeserializeSeed<'de> for Inner<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, json: D) -> Result<(), D::Error> {
        let under = self.0.under;
        let text = self.0.inner(under).0.deserialize(json)?;
        let arns = text.iter().flat_map(|text| policy_arns_in(text));
        self.0
            .arns
            .extend(arns.map(|arn| (arn.to_owned(), under.path())));
        Ok(())
    }
}

/// The ARNs of managed policies in a text, wherever they stand. A comma may be of a name, and may stand between two.
fn policy_arns_in(text: &str) -> Vec<&str> {
    const SIGN: &str = ":policy/";
    let is_of_arn = |letter: char| letter.is_ascii_alphanumeric() || "-:".contains(letter);
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@_-/".contains(letter);
    let mut found = Vec::new();
    for (at, _) in text.match_indices(SIGN) {
        let before = text[..at].trim_end_matches(is_of_arn);
        let Some(start) = text[before.len()..at].rfind("arn:") else {
            continue;
        };
        let start = before.len() + start;
        let is_of_iam = text[start..at].split(':').nth(2) == Some("iam");
        let name = &text[at + SIGN.len()..];
        let end = name.len() - name.trim_start_matches(is_of_name).len();
        let whole = &text[start..at + SIGN.len() + end];
        if is_of_iam {
            found.push(whole);
            let comma = whole.find(',').map(|comma| &whole[..comma]);
            found.extend(comma);
        }
    }
    found
}

impl<'de> DeserializeSeed<'de> for Named<'_, '_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Named<'_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let under = self.under;
        while list.next_element_seed(self.inner(under))?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            if REFERENCES.contains(&key.as_str()) {
                let references = object.next_value::<Plain>()?.texts();
                self.customer_managed.extend(references);
            } else {
                let around = self.under;
                let under = Under {
                    name: &key,
                    around: Some(&around),
                };
                object.next_value_seed(self.inner(under))?;
            }
        }
        Ok(None)
    }
}

/// How permission sets of IAM Identity Center refer to managed policies, by their names.
pub(super) const REFERENCES: [&str; 2] = [
    "customer_managed_policy_reference",
    "customer_managed_policy_references",
];
