//! Reads JSON with the place of every value.
//!
//! The text is parsed twice: by `serde_json`, which decides what is JSON and what it means, and by
//! `jsonc-parser`, which knows the places. Two equal keys in one object are refused, since parsers
//! disagree on which of them wins: analysing the one and leaving the other would be unsafe.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::foreign::{instead_of_json, look_alike};
use super::{Json, JsonValue, Member, Problem, Problems, Source, quoted};

impl Json {
    /// Reads a file that holds one JSON value.
    ///
    /// # Errors
    /// What is not JSON, is nested 128 levels deep or more, or has a key twice in one object.
    pub fn parse(source: &Source) -> Result<Json, Problems> {
        serde_json::from_str::<WellFormed>(source.text())
            .map_err(|error| not_json(source, &error))?;
        let mut problems = Problems::default();
        let whole = 0..source.text().len();
        let json = Placing::of(source, &whole, &mut problems).value()?;
        if problems.0.is_empty() {
            Ok(json)
        } else {
            Err(problems)
        }
    }

    /// Reads a file that holds one JSON value, or several objects and lists, one after the other.
    ///
    /// # Errors
    /// As [`Json::parse`], with the place of the value that it is about.
    pub fn parse_each(source: &Source) -> Result<Vec<Json>, Problems> {
        let mut problems = Problems::default();
        let mut values = Vec::new();
        for range in values_of(source)? {
            values.push(Placing::of(source, &range, &mut problems).value()?);
        }
        if problems.0.is_empty() {
            Ok(values)
        } else {
            Err(problems)
        }
    }
}

/// The bytes that each value takes. Behind the first, anything but an object or a list is a slip.
fn values_of(source: &Source) -> Result<Vec<Range<usize>>, Problems> {
    let text = source.text();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<WellFormed>();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    loop {
        let start = stream.byte_offset();
        let begins = text[start..].trim_start().chars().next();
        if !ranges.is_empty() && begins.is_some_and(|first| !matches!(first, '{' | '[')) {
            return Err(trailing(source));
        }
        match stream.next() {
            Some(Ok(WellFormed)) => ranges.push(start..stream.byte_offset()),
            Some(Err(error)) => return Err(not_json(source, &error).into()),
            None if ranges.is_empty() => return Err(source.error("the file is empty").into()),
            None => return Ok(ranges),
        }
    }
}

/// What `serde_json` says of a text behind the one value that a file holds.
fn trailing(source: &Source) -> Problems {
    match Json::parse(source) {
        Err(problems) => problems,
        Ok(_) => source.error("this is not JSON").into(),
    }
}

/// What `serde_json` takes for JSON, with nothing of it kept.
struct WellFormed;

impl<'de> Deserialize<'de> for WellFormed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_ignored_any`, which lets half a surrogate pair and any depth pass.
        deserializer.deserialize_any(WellFormed)
    }
}

impl<'de> Visitor<'de> for WellFormed {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while let Some(WellFormed) = elements.next_element()? {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while let Some((WellFormed, WellFormed)) = members.next_entry()? {}
        Ok(self)
    }
}

/// JSON and nothing more. Each by name: the defaults allow all of it.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// What `serde_json` found wrong, with its place.
fn not_json(source: &Source, error: &serde_json::Error) -> Problem {
    if source.text().trim_ascii().is_empty() {
        return source.error("the file is empty");
    }
    let place = place_of(source, error);
    if let Some(problem) = look_alike(source, &place).or_else(|| instead_of_json(source)) {
        return problem;
    }
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    if told == "recursion limit exceeded" {
        return source
            .error_at(place, "nested 128 levels deep or more")
            .help("no policy and no finding is nested that deep; is it the right file?");
    }
    if error.is_eof() {
        return source
            .error_at(place, "this is not JSON: the file ends in the middle")
            .help("is the file complete? A bracket or a quotation mark is not closed");
    }
    let told = match told {
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" => {
            "an unfinished escape, or half of a surrogate pair"
        }
        other => other,
    };
    source
        .error_at(place, format!("this is not JSON: {told}"))
        .help(
            "JSON has double quotes, a comma between elements and none after the last, and no \
             comments",
        )
}

/// `serde_json` counts columns in bytes, and gives 0 for the line end of the line before.
fn place_of(source: &Source, error: &serde_json::Error) -> Range<usize> {
    let lines = source.text().split_inclusive('\n');
    let line_start: usize = lines.take(error.line() - 1).map(str::len).sum();
    let offset = (line_start + error.column()).saturating_sub(1);
    source.character_at(offset)
}

/// Makes a tree with our own types of a value that is a part of a file.
struct Placing<'a> {
    source: &'a Source,
    /// The bytes of the file that are read.
    part: &'a Range<usize>,
    /// What is wrong although it is JSON.
    problems: &'a mut Problems,
}

impl<'a> Placing<'a> {
    fn of(source: &'a Source, part: &'a Range<usize>, problems: &'a mut Problems) -> Self {
        Placing {
            source,
            part,
            problems,
        }
    }

    fn value(&mut self) -> Result<Json, Problems> {
        let text = &self.source.text()[self.part.clone()];
        let tree = parse_to_ast(text, &CollectOptions::default(), &strict());
        let tree = tree.map_err(|error| {
            let (range, start) = (error.range(), self.part.start);
            let place = start + range.start..start + range.end;
            self.source.error_at(place, error.kind().to_string())
        })?;
        let value = tree.value;
        let value = value.ok_or_else(|| self.source.error("the file is empty"))?;
        Ok(self.placed(&value))
    }

    fn placed(&mut self, tree: &ast::Value<'_>) -> Json {
        let value = match tree {
            ast::Value::Object(object) => JsonValue::Object(self.members(object)),
            ast::Value::Array(array) => {
                let elements = array.elements.iter();
                JsonValue::Array(elements.map(|element| self.placed(element)).collect())
            }
            ast::Value::StringLit(text) => JsonValue::String(text.value.to_string()),
            ast::Value::NumberLit(number) => {
                if let Ok(value) = number.value.parse() {
                    JsonValue::Number(value, number.value.to_owned())
                } else {
                    let place = self.bytes_of(tree);
                    let problem = self.source.error_at(place, "this is not a number");
                    self.problems.add(problem);
                    JsonValue::Null
                }
            }
            ast::Value::BooleanLit(truth) => JsonValue::Bool(truth.value),
            ast::Value::NullKeyword(_) => JsonValue::Null,
        };
        Json {
            range: self.bytes_of(tree),
            value,
        }
    }

    fn members(&mut self, object: &ast::Object<'_>) -> Vec<Member> {
        let mut first_places: HashMap<&str, Range<usize>> = HashMap::new();
        let mut members = Vec::new();
        for property in &object.properties {
            let name = property.name.as_str();
            let name_range = self.bytes_of(&property.name);
            match first_places.get(name) {
                None => {
                    first_places.insert(name, name_range.clone());
                }
                // Telling a place means counting the lines before it.
                Some(first) if !self.problems.are_full() => {
                    let problem = twice(self.source, name, first, name_range.clone());
                    self.problems.add(problem);
                }
                Some(_) => {}
            }
            members.push(Member {
                name: name.to_owned(),
                name_range,
                value: self.placed(&property.value),
            });
        }
        members
    }

    /// The bytes in the file.
    fn bytes_of(&self, node: &impl Ranged) -> Range<usize> {
        let (range, start) = (node.range(), self.part.start);
        start + range.start..start + range.end
    }
}

fn twice(source: &Source, name: &str, first: &Range<usize>, second: Range<usize>) -> Problem {
    let first = source.position(first.start);
    source
        .error_at(
            second,
            format!(
                "the key {} stands twice in this object, first at {first}",
                quoted(name)
            ),
        )
        .help("keep one of the two: programs disagree on which of them counts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn parse(text: &str) -> Result<Json, Problems> {
        Json::parse(&Source::from_text("p.json", text))
    }

    fn first_line(text: &str) -> String {
        let shown = parse(text).unwrap_err().to_string();
        shown.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn values_know_their_place() {
        let text = "{ \"ä\": [1, \"\\u0062\", {\"x\": null}] }";
        let json = parse(text).unwrap();
        let list = json.get("ä").unwrap().as_array().unwrap();
        assert_eq!(&text[json.member("ä").unwrap().name_range.clone()], "\"ä\"");
        assert_eq!(&text[list[1].range.clone()], "\"\\u0062\"");
        assert_eq!(list[1].as_str(), Some("b"));
        assert_eq!(&text[list[2].range.clone()], "{\"x\": null}");
        assert_eq!(list[0].as_u64(), Some(1));
        assert!(list[2].get("x").unwrap().is_null());
    }

    #[test]
    fn what_is_not_json_is_pointed_at() {
        let told = [
            "{\n  \"ä\": 1,\n}",
            "{\"ä\" 1}",
            "{\"a\":\n",
            "{} x",
            "[\"a\tb\"]",
            "[\"\\ud800\"]",
            "[1e999]",
            "['a']",
            " \n",
        ]
        .map(first_line)
        .join("\n");
        insta::assert_snapshot!(told, @r"
        error: p.json:3:1: this is not JSON: trailing comma
        error: p.json:1:6: this is not JSON: expected `:`
        error: p.json:1:6: this is not JSON: the file ends in the middle
        error: p.json:1:4: this is not JSON: trailing characters
        error: p.json:1:4: this is not JSON: control character (\u0000-\u001F) found while parsing a string
        error: p.json:1:9: this is not JSON: an unfinished escape, or half of a surrogate pair
        error: p.json:1:6: this is not JSON: number out of range
        error: p.json:1:2: this is not JSON: expected value
        error: p.json: the file is empty
        ");
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(127)).is_ok());
        assert!(first_line(&nested(128)).ends_with("nested 128 levels deep or more"));
        assert!(first_line(&nested(100_000)).ends_with("nested 128 levels deep or more"));
    }

    #[test]
    fn a_key_may_stand_once_however_it_is_spelled() {
        let problems =
            parse("{\"a\": 1, \"b\": {\"c\": 1, \"\\u0063\": 2}, \"a\": 3}").unwrap_err();
        let messages: Vec<_> = problems.0.iter().map(Problem::message).collect();
        assert_eq!(
            messages,
            [
                "the key \"c\" stands twice in this object, first at 1:16",
                "the key \"a\" stands twice in this object, first at 1:2",
            ]
        );
    }

    #[test]
    fn values_one_after_the_other_know_their_places() {
        let each = |text: &str| Json::parse_each(&Source::from_text("p.json", text));
        let text = " {\"a\": 1}\n[2, {\"a\": 3}]{\"a\": 1}";
        let values = each(text).unwrap();
        let places: Vec<&str> = values.iter().map(|one| &text[one.range.clone()]).collect();
        assert_eq!(places, ["{\"a\": 1}", "[2, {\"a\": 3}]", "{\"a\": 1}"]);
        let inner = &values[1].as_array().unwrap()[1];
        assert_eq!(
            &text[inner.member("a").unwrap().name_range.clone()],
            "\"a\""
        );
        assert_eq!(each("7").unwrap().len(), 1);
        let first_line = |text: &str| {
            let shown = each(text).unwrap_err().to_string();
            shown.lines().next().unwrap_or_default().to_owned()
        };
        let told = [
            "{} x",
            "{}\n{\"a\" 1}",
            "{}\n{\"a\": 1, \"a\": 2}",
            "{}\n[",
            "",
            "{}, {}",
        ];
        insta::assert_snapshot!(told.map(first_line).join("\n"), @r#"
        error: p.json:1:4: this is not JSON: trailing characters
        error: p.json:2:6: this is not JSON: expected `:`
        error: p.json:2:10: the key "a" stands twice in this object, first at 2:2
        error: p.json:2:1: this is not JSON: the file ends in the middle
        error: p.json: the file is empty
        error: p.json:1:3: this is not JSON: trailing characters
        "#);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Any letters that JSON has; numbers; objects that may have a key twice.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[\\[\\]{}:,\"\\\\a0-9.eE+u \\-\n\t]{0,12}",
            "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
            "\\{\"[ab]\":[0-9]{1,2},\"[ab]\":\\[\"a?\"\\]\\}",
        ]
    }

    proptest! {
        #[test]
        fn both_parsers_read_the_same(value in any_value(), pretty in any::<bool>()) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            prop_assert_eq!(parse(&text).unwrap().to_value(), serde_json::from_str::<Value>(&text).unwrap());
        }

        #[test]
        fn any_text_is_read_as_serde_reads_it_unless_a_key_stands_twice(text in any_text()) {
            match serde_json::from_str::<Value>(&text) {
                Err(_) => prop_assert!(parse(&text).is_err()),
                Ok(value) => match parse(&text) {
                    Ok(json) => prop_assert_eq!(json.to_value(), value),
                    Err(problems) => {
                        let twice = |problem: &Problem| problem.message().contains("stands twice");
                        prop_assert!(problems.0.iter().all(twice), "{}", problems);
                    }
                },
            }
        }
    }
}
