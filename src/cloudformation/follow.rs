//! A template with what its aliases stand for in their places.
//!
//! What is edited stays where it is written. Who gets something is read here, however that is written.

use std::borrow::Cow;

use super::yaml::Yaml;
use crate::text::{Json, JsonValue, Member};

/// So many values are put in the places of aliases; more than any template needs.
const MOST: usize = 200_000;

/// The name under which other mappings are merged into one.
pub(super) const MERGED: &str = "<<";

/// What a file says, with what its aliases stand for in their places, and what is merged in beside the rest. Those that
/// would be too many stay.
pub(super) fn followed(file: &Yaml) -> Cow<'_, Json> {
    if file.aliased.is_empty() {
        return Cow::Borrowed(&file.json);
    }
    let mut following = Following {
        file,
        left: MOST,
        is_within_alias: false,
    };
    Cow::Owned(following.value(&file.json))
}

struct Following<'f> {
    file: &'f Yaml,
    /// How many more values may be put somewhere else.
    left: usize,
    is_within_alias: bool,
}

impl Following<'_> {
    fn value(&mut self, json: &Json) -> Json {
        if self.is_within_alias {
            self.left = self.left.saturating_sub(1);
        }
        let value = match &json.value {
            JsonValue::Opaque(_) => return self.alias(json),
            JsonValue::Array(list) => {
                JsonValue::Array(list.iter().map(|one| self.value(one)).collect())
            }
            JsonValue::Object(members) => JsonValue::Object(self.members(members)),
            other => other.clone(),
        };
        Json {
            range: json.range.clone(),
            value,
        }
    }

    fn alias(&mut self, json: &Json) -> Json {
        let file = self.file;
        match file.aliased.get(&json.range.start) {
            Some(anchored) if self.left > 0 => {
                let is_within = std::mem::replace(&mut self.is_within_alias, true);
                let value = self.value(anchored);
                self.is_within_alias = is_within;
                value
            }
            _ => json.clone(),
        }
    }

    /// The members of a mapping. What it says itself goes before what is merged into it.
    fn members(&mut self, own: &[Member]) -> Vec<Member> {
        let mut all: Vec<Member> = Vec::new();
        let mut merged = Vec::new();
        for member in own {
            let member = Member {
                value: self.value(&member.value),
                ..member.clone()
            };
            if member.name == MERGED {
                merged.push(member);
            } else {
                all.push(member);
            }
        }
        for member in merged {
            let several = member.value.as_array();
            let several = several.unwrap_or(std::slice::from_ref(&member.value));
            if several.iter().any(|one| one.as_object().is_none()) {
                all.push(member);
                continue;
            }
            for more in several.iter().filter_map(Json::as_object).flatten() {
                if all.iter().all(|one| one.name != more.name) {
                    all.push(more.clone());
                }
            }
        }
        all
    }
}
