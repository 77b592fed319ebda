//! The functions that write values as texts of other languages, and read these.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::decimal::Decimal;
use super::origins::Of;
use super::perhaps::{Made, Perhaps};
use super::tables;
use super::text::PartText;
use super::value::{Evaluated, Items, Members};

/// What a function makes; none where it is none of these.
pub(super) fn call<T: Made>(name: &str, values: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let made = match (name, values) {
        ("jsonencode", [value]) => json(value),
        ("base64encode", [value]) => base64(&value.as_text()),
        // How it is written is not looked into.
        ("yamlencode" | "base64gzip" | "textencodebase64" | "urlencode", [value, ..]) => {
            letters_of(value)
        }
        ("jsondecode", [value]) => {
            let text = value.known_text();
            let read = text.and_then(|text| serde_json::from_str(&text).ok());
            return read.map(|read| value_of(&read));
        }
        ("yamldecode", [value]) => return tables::yaml(&value.known_text()?),
        ("csvdecode", [value]) => return tables::csv(&value.known_text()?),
        _ => return None,
    };
    Some(Evaluated::Text(made))
}

/// A text of which nothing is known but that it has in it what texts there are in a value.
pub(super) fn letters_of<T: Made>(value: &Evaluated<T>) -> PartText {
    let mut text = PartText::unknown();
    add_letters(value, &mut text);
    text
}

fn add_letters<T: Made>(value: &Evaluated<T>, text: &mut PartText) {
    match value {
        Evaluated::List(items) => {
            items.values.iter().for_each(|one| add_letters(one, text));
            add_origins(items.others.as_ref().map(Perhaps::origins), text);
        }
        Evaluated::Object(members) => {
            for (name, one) in members.values.iter() {
                add_letters(&Evaluated::<T>::text(name), text);
                add_letters(one, text);
            }
            add_origins(members.of_others(), text);
        }
        value => {
            let known = std::mem::replace(text, PartText::unknown());
            *text = known.with_letters_of(&value.as_text());
        }
    }
}

fn add_origins(of: Option<Of>, text: &mut PartText) {
    let known = std::mem::replace(text, PartText::unknown());
    *text = known.made_of(&of.unwrap_or_default());
}

/// JSON as Terraform writes it: without blanks, with the members in the order of their names.
fn json<T: Made>(value: &Evaluated<T>) -> PartText {
    match value {
        Evaluated::Null => PartText::known("null"),
        Evaluated::Bool(_) | Evaluated::Number(_) => value.as_text(),
        Evaluated::Text(text) => in_quotes(text),
        Evaluated::List(items) => list(items),
        Evaluated::Object(members) if members.says_policy() => {
            let text = object(members);
            let of = text.origins().in_policy();
            text.only_of(of).of_policy()
        }
        Evaluated::Object(members) => object(members),
        other => other.as_text(),
    }
}

fn list<T: Made>(items: &Items<T>) -> PartText {
    if !items.have_order() && items.values.len() > 1 {
        let list = Evaluated::List(items.clone());
        let within = PartText::known("[").then(&letters_of(&list));
        return within.then(&PartText::known("]"));
    }
    let values = items.values.iter().map(json);
    let others = items.others.as_ref().map(Perhaps::origins);
    put_together(['[', ']'], values, others)
}

fn object<T: Made>(members: &Members<T>) -> PartText {
    let values = members.values.iter().map(|(name, value)| {
        let name = in_quotes(&PartText::known(name));
        name.then(&PartText::known(":")).then(&json(value))
    });
    put_together(['{', '}'], values, members.of_others())
}

/// Values with commas between them, or, where these are not all, with whatever there may be.
fn put_together(
    ends: [char; 2],
    values: impl Iterator<Item = PartText>,
    others: Option<Of>,
) -> PartText {
    let mut text = PartText::known(ends[0]);
    let others = others.map(|of| PartText::unknown().made_of(&of));
    for (place, value) in values.enumerate() {
        if let Some(others) = &others {
            text = text.then(others);
        } else if place > 0 {
            text = text.then(&PartText::known(","));
        }
        text = text.then(&value);
    }
    if let Some(others) = &others {
        text = text.then(others);
    }
    text.then(&PartText::known(ends[1]))
}

/// A text in quotes: letters that are written otherwise are so in each part that is known.
fn in_quotes(text: &PartText) -> PartText {
    let quote = || PartText::known("\"");
    let written = text.map(escaped).with_letters_of(text);
    quote().then(&written).then(&quote())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// What JSON says: a list is a tuple, and an object has all its members.
fn value_of<T: Made>(json: &serde_json::Value) -> Evaluated<T> {
    match json {
        serde_json::Value::Null => Evaluated::Null,
        serde_json::Value::Bool(truth) => Evaluated::Bool(*truth),
        serde_json::Value::Number(number) => {
            let number = number
                .as_i64()
                .and_then(|one| Decimal::parse(&one.to_string()));
            number.map_or_else(Evaluated::nothing, Evaluated::Number)
        }
        serde_json::Value::String(text) => Evaluated::text(text),
        serde_json::Value::Array(values) => Evaluated::list(values.iter().map(value_of).collect()),
        serde_json::Value::Object(members) => {
            let members = members.iter();
            let members: BTreeMap<String, Evaluated<T>> = members
                .map(|(name, value)| (name.clone(), value_of(value)))
                .collect();
            Evaluated::object(members)
        }
    }
}

/// A text in base 64, whose letters are still somewhere in it.
fn base64(text: &PartText) -> PartText {
    let encoded = text.as_known().map(crate::text::base64);
    let encoded = encoded.map_or_else(PartText::unknown, PartText::known);
    encoded.with_letters_of(text)
}
