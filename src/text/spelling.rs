//! Keys in other spellings than AWS's command line has: `FindingDetails` of PowerShell and the SDKs
//! for .NET and Go, `finding_details` of the SDKs for Ruby and Rust.
//!
//! The rule is one for all answers of AWS: a key is the one that is meant if both have the same
//! letters, whatever their case and whatever hyphens and underscores stand between them. Policy
//! documents are no answers: in them case matters, as it does to IAM.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Json, JsonValue, Member, Problem, Problems, Source, quoted};

impl Json {
    /// The same answer with its keys spelled as in `keys`. What stands under other keys, and what is
    /// a policy document, stays as it is.
    ///
    /// # Errors
    /// One key in two spellings in one object: nobody can tell which of them counts.
    pub fn respelled(&self, source: &Source, keys: &[&'static str]) -> Result<Json, Problems> {
        let mut problems = Problems::default();
        let json = respelled(self, source, &Keys::new(keys), &mut problems);
        if problems.0.is_empty() {
            Ok(json)
        } else {
            Err(problems)
        }
    }

    /// The value of the member called `name` in any spelling, if this is an object that has one.
    pub fn get_spelled(&self, name: &str) -> Option<&Json> {
        let as_written = self.get(name);
        as_written.or_else(|| {
            let members = self.as_object()?.iter();
            let mut alike = members.filter(|member| is_spelled(&member.name, name));
            alike.next().map(|member| &member.value)
        })
    }
}

/// The keys whose values are policy documents, or have nothing that is read.
const OPAQUE: [&str; 3] = ["Document", "PolicyDocument", "AssumeRolePolicyDocument"];

/// The keys that are meant, found by their letters.
struct Keys(BTreeMap<Vec<u8>, &'static str>);

impl Keys {
    fn new(keys: &[&'static str]) -> Self {
        Keys(keys.iter().map(|key| (letters(key), *key)).collect())
    }

    fn meant_by(&self, name: &str) -> Option<&'static str> {
        self.0.get(&letters(name)).copied()
    }
}

fn respelled(json: &Json, source: &Source, keys: &Keys, problems: &mut Problems) -> Json {
    let value = match &json.value {
        JsonValue::Array(elements) => {
            let elements = elements.iter();
            let elements = elements.map(|one| respelled(one, source, keys, problems));
            JsonValue::Array(elements.collect())
        }
        JsonValue::Object(members) => {
            let mut read: Vec<Member> = Vec::with_capacity(members.len());
            // Other keys stand once as they are.
            let mut seen: BTreeMap<&str, &Member> = BTreeMap::new();
            for member in members {
                let key = keys.meant_by(&member.name);
                if let Some(key) = key {
                    match seen.entry(key) {
                        Entry::Vacant(free) => {
                            free.insert(member);
                        }
                        Entry::Occupied(first) => {
                            problems.add(in_two_spellings(source, key, first.get(), member));
                        }
                    }
                }
                let name = key.unwrap_or(&member.name);
                let is_read = key.is_some() && !OPAQUE.contains(&name);
                read.push(Member {
                    name: name.to_owned(),
                    name_range: member.name_range.clone(),
                    value: if is_read {
                        respelled(unwrapped(&member.value), source, keys, problems)
                    } else {
                        member.value.clone()
                    },
                });
            }
            JsonValue::Object(read)
        }
        other => other.clone(),
    };
    Json {
        range: json.range.clone(),
        value,
    }
}

/// The word that stands for a constant: PowerShell prints `{"Value": "ACTIVE"}` for it.
fn unwrapped(json: &Json) -> &Json {
    match json.as_object() {
        Some([only]) if is_spelled(&only.name, "Value") && only.value.as_str().is_some() => {
            &only.value
        }
        _ => json,
    }
}

/// Whether both are one key: they have the same letters and digits.
fn is_spelled(name: &str, key: &str) -> bool {
    name == key || letters(name) == letters(key)
}

fn letters(name: &str) -> Vec<u8> {
    let letters = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    letters.map(|byte| byte.to_ascii_lowercase()).collect()
}

fn in_two_spellings(source: &Source, name: &str, first: &Member, second: &Member) -> Problem {
    let place = source.position(first.name_range.start);
    let message = format!(
        "{} is spelled in two ways in this object, first at {place}",
        quoted(name)
    );
    let problem = source.error_at(second.name_range.clone(), message);
    problem.help("keep one of the two: nobody can tell which of them counts")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn respelled(text: &str) -> Result<String, Problems> {
        let source = Source::from_text("a.json", text);
        let json =
            Json::parse(&source)?.respelled(&source, &["id", "findingDetails", "Document"])?;
        Ok(json.to_value().to_string())
    }

    #[test]
    fn keys_are_known_by_their_letters() {
        let plain = r#"{"findingDetails":[{"id":"a"}],"other":{"ID":1}}"#;
        for text in [
            plain,
            r#"{"FindingDetails": [{"Id": "a"}], "other": {"ID": 1}}"#,
            r#"{"finding_details": [{"id": {"Value": "a"}}], "other": {"ID": 1}}"#,
            r#"{"finding-details": [{"ID": {"value": "a"}}], "other": {"ID": 1}}"#,
        ] {
            assert_eq!(respelled(text).unwrap(), plain);
        }
    }

    #[test]
    fn documents_are_left_alone() {
        let text = r#"{"Document":{"Id":1,"id":2}}"#;
        assert_eq!(respelled(text).unwrap(), text);
    }

    #[test]
    fn one_key_in_two_spellings_is_refused() {
        let message = respelled(r#"{"id": 1, "Id": 2}"#).unwrap_err().to_string();
        assert!(
            message.starts_with("error: a.json:1:11: \"id\" is spelled in two ways"),
            "{message}"
        );
        assert!(respelled(r#"{"other": 1, "Other": 2}"#).is_ok());
    }
}
