//! What YAML and CSV say, as far as Terraform surely reads it so.
//!
//! Terraform reads YAML 1.2 with what is left of 1.1 (`y` is true, `017` is 15, a date is written anew), and
//! CSV by the rules of RFC 4180. What is read here is what tools and people write for it; of anything else
//! nothing is said, and the text remains something that nobody looked into.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, options};

use super::decimal::Decimal;
use super::perhaps::Made;
use super::value::Evaluated;

/// How deep collections may be in one another.
const DEEPEST: usize = 32;

/// What YAML says.
pub(super) fn yaml<T: Made>(text: &str) -> Option<Evaluated<T>> {
    let options = options! { emit_comments: false };
    let events = Parser::new_from_str_with_options(text, options);
    let events = events.map(|event| Some(event.ok()?.0));
    let mut events: std::vec::IntoIter<Event<'_>> = events.collect::<Option<Vec<_>>>()?.into_iter();
    let documents = events
        .as_slice()
        .iter()
        .filter(|event| matches!(event, Event::DocumentStart(..)));
    if documents.count() != 1 {
        return None;
    }
    let first =
        events.find(|event| !matches!(event, Event::StreamStart | Event::DocumentStart(..)))?;
    value(first, &mut events, 0)
}

/// The value that begins with `event`.
fn value<'t, T: Made>(
    event: Event<'t>,
    rest: &mut impl Iterator<Item = Event<'t>>,
    depth: usize,
) -> Option<Evaluated<T>> {
    if depth > DEEPEST {
        return None;
    }
    match event {
        Event::Scalar(text, style, 0, None) => scalar(&text, style),
        Event::SequenceStart(_, 0, None) => {
            let mut values = Vec::new();
            loop {
                match rest.next()? {
                    Event::SequenceEnd => return Some(Evaluated::list(values)),
                    event => values.push(value(event, rest, depth + 1)?),
                }
            }
        }
        Event::MappingStart(_, 0, None) => {
            let mut members = BTreeMap::new();
            loop {
                match rest.next()? {
                    Event::MappingEnd => return Some(Evaluated::object(members)),
                    Event::Scalar(name, style, 0, None) => {
                        let name = key(name, style)?;
                        let event = rest.next()?;
                        let member = value(event, rest, depth + 1)?;
                        // Of a name that stands twice the last counts, or none, by the reader.
                        if members.insert(name, member).is_some() {
                            return None;
                        }
                    }
                    _ => return None,
                }
            }
        }
        // An alias, a tag, an anchor.
        _ => None,
    }
}

fn key(name: Cow<'_, str>, style: ScalarStyle) -> Option<String> {
    let is_text = style != ScalarStyle::Plain || is_surely_text(&name) || is_whole_number(&name);
    is_text.then(|| name.into_owned())
}

fn scalar<T: Made>(text: &str, style: ScalarStyle) -> Option<Evaluated<T>> {
    if style != ScalarStyle::Plain || is_surely_text(text) {
        return Some(Evaluated::text(text));
    }
    match text {
        "" | "~" | "null" => Some(Evaluated::Null),
        "true" => Some(Evaluated::Bool(true)),
        "false" => Some(Evaluated::Bool(false)),
        _ if is_whole_number(text) => Decimal::parse(text).map(Evaluated::Number),
        _ => None,
    }
}

/// Whether a plain scalar is a whole number in every YAML, written as Terraform writes it: the number of an account.
fn is_whole_number(text: &str) -> bool {
    let is_octal = text.starts_with('0') && text.len() > 1;
    let is_whole = text.bytes().all(|digit| digit.is_ascii_digit()) && !text.is_empty();
    is_whole && !is_octal && text.len() < 16
}

/// Words that are no texts in some YAML, or may be none.
const NO_TEXTS: [&str; 10] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
];

/// Whether a plain scalar is a text in every YAML: it begins with a letter, or as a path does, and is none of
/// the words that are truths or nothing.
fn is_surely_text(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_alphabetic() || "/_".contains(first));
    begins && !NO_TEXTS.contains(&text.to_ascii_lowercase().as_str())
}

/// What CSV says: for each line an object with the names of the first one. Where anything is in quotes
/// nothing is said.
pub(super) fn csv<T: Made>(text: &str) -> Option<Evaluated<T>> {
    let text = text.replace("\r\n", "\n");
    if text.contains(['"', '\r']) {
        return None;
    }
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let names: Vec<&str> = lines.next()?.split(',').collect();
    let rows = lines.map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let fields = (fields.len() == names.len()).then_some(fields)?.into_iter();
        let members = names.iter().zip(fields);
        let members: BTreeMap<String, Evaluated<T>> = members
            .map(|(name, field)| ((*name).to_owned(), Evaluated::text(field)))
            .collect();
        // A name that stands twice is refused.
        (members.len() == names.len()).then(|| Evaluated::object(members))
    });
    Some(Evaluated::list(rows.collect::<Option<Vec<_>>>()?))
}
