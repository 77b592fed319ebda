//! Reads JSON with the place of every value.
//!
//! The text is read twice: by `serde_json`, which decides what is JSON, and then for the places,
//! where it is known to be JSON. Two equal keys in one object are refused, since parsers disagree on
//! which of them wins: analysing the one and leaving the other would be unsafe.

use std::fmt;
use std::ops::Range;

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
        let mut reader = Reader::of(source);
        let json = reader.value_at(0)?;
        reader.finish(json)
    }

    /// Reads a file that holds one JSON value, or several objects and lists, one after the other.
    ///
    /// # Errors
    /// As [`Json::parse`], with the place of the value that it is about.
    pub fn parse_each(source: &Source) -> Result<Vec<Json>, Problems> {
        let mut reader = Reader::of(source);
        let mut values = Vec::new();
        for start in starts_of_values(source)? {
            values.push(reader.value_at(start)?);
        }
        reader.finish(values)
    }
}

/// Where each value begins, or the white space before it. Behind the first, anything but an object or a list is a slip.
fn starts_of_values(source: &Source) -> Result<Vec<usize>, Problems> {
    let text = source.text();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<WellFormed>();
    let mut starts: Vec<usize> = Vec::new();
    loop {
        let start = stream.byte_offset();
        let begins = text[start..].trim_start().chars().next();
        if !starts.is_empty() && begins.is_some_and(|first| !matches!(first, '{' | '[')) {
            return Err(trailing(source));
        }
        match stream.next() {
            Some(Ok(WellFormed)) => starts.push(start),
            Some(Err(error)) => return Err(not_json(source, &error).into()),
            None if starts.is_empty() => return Err(source.error("the file is empty").into()),
            None => return Ok(starts),
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

/// What `serde_json` found wrong, with its place.
fn not_json(source: &Source, error: &serde_json::Error) -> Problem {
    if source.text().trim_ascii().is_empty() {
        return source.error("the file is empty");
    }
    let place = place_of(source, error);
    if let Some(problem) = look_alike(source, &place).or_else(|| instead_of_json(source)) {
        return problem;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if message == "recursion limit exceeded" {
        return source
            .error_at(place, "nested 128 levels deep or more")
            .help("no policy and no finding is nested that deep; is it the right file?");
    }
    if error.is_eof() {
        return source
            .error_at(place, "this is not JSON: the file ends in the middle")
            .help("is the file complete? A bracket or a quotation mark is not closed");
    }
    let message = match message {
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" => {
            "an unfinished escape, or half of a surrogate pair"
        }
        other => other,
    };
    source
        .error_at(place, format!("this is not JSON: {message}"))
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

/// Goes through a text that is JSON. What is `None` is none, which `serde_json` has ruled out.
struct Reader<'a> {
    source: &'a Source,
    /// How far it is read.
    at: usize,
    /// What is wrong although it is JSON.
    problems: Problems,
}

impl<'a> Reader<'a> {
    fn of(source: &'a Source) -> Self {
        Reader {
            source,
            at: 0,
            problems: Problems::default(),
        }
    }

    fn value_at(&mut self, start: usize) -> Result<Json, Problems> {
        self.at = start;
        self.value().ok_or_else(|| {
            let place = self.source.character_at(self.at);
            self.source.error_at(place, "this is not JSON").into()
        })
    }

    /// What was `read`, if nothing was wrong.
    fn finish<T>(mut self, read: T) -> Result<T, Problems> {
        if self.problems.0.is_empty() {
            return Ok(read);
        }
        let start = |problem: &Problem| problem.range().map_or(0, |range| range.start);
        self.problems.0.sort_by_key(start);
        Err(self.problems)
    }

    fn value(&mut self) -> Option<Json> {
        let first = self.next()?;
        let start = self.at;
        let value = match first {
            b'{' => JsonValue::Object(self.members()?),
            b'[' => JsonValue::Array(self.elements()?),
            b'"' => JsonValue::String(self.string()?),
            b't' => self.word("true", JsonValue::Bool(true))?,
            b'f' => self.word("false", JsonValue::Bool(false))?,
            b'n' => self.word("null", JsonValue::Null)?,
            _ => self.number()?,
        };
        Some(Json {
            range: start..self.at,
            value,
        })
    }

    fn members(&mut self) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        self.list(b'}', |reader| {
            reader.next()?;
            let start = reader.at;
            let name = reader.string()?;
            let name_range = start..reader.at;
            reader.skip(b':')?;
            members.push(Member {
                name,
                name_range,
                value: reader.value()?,
            });
            Some(())
        })?;
        members.shrink_to_fit();
        self.refuse_repeated(&members);
        Some(members)
    }

    fn elements(&mut self) -> Option<Vec<Json>> {
        let mut elements = Vec::new();
        self.list(b']', |reader| {
            elements.push(reader.value()?);
            Some(())
        })?;
        elements.shrink_to_fit();
        Some(elements)
    }

    /// Reads from an opening bracket to the `closing` one, with commas between what `read` reads.
    fn list(&mut self, closing: u8, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.next()? != closing {
            read(self)?;
            while self.next()? != closing {
                self.skip(b',')?;
                read(self)?;
            }
        }
        self.skip(closing)
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.skip(b'"')?;
        let mut is_escaped = false;
        loop {
            let rest = self.bytes().get(self.at..)?;
            self.at += memchr::memchr2(b'"', b'\\', rest)?;
            if self.bytes()[self.at] == b'"' {
                break;
            }
            is_escaped = true;
            // What is escaped may be a quotation mark, or a backslash.
            self.at += 2;
        }
        self.at += 1;
        let written = self.source.text().get(start..self.at)?;
        if is_escaped {
            serde_json::from_str(written).ok()
        } else {
            Some(written[1..written.len() - 1].to_owned())
        }
    }

    fn number(&mut self) -> Option<JsonValue> {
        let is_of_number =
            |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let rest = self.bytes().get(self.at..)?;
        let range = self.at..self.at + rest.iter().take_while(is_of_number).count();
        let written = &self.source.text()[range.clone()];
        let number = written.parse().ok()?;
        self.at = range.end;
        Some(JsonValue::Number(number, written.into()))
    }

    fn word(&mut self, word: &str, value: JsonValue) -> Option<JsonValue> {
        let is_there = self.bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        is_there.then_some(value)
    }

    /// The next byte that is no white space, which is not taken yet.
    fn next(&mut self) -> Option<u8> {
        let is_white_space = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        let rest = self.bytes().get(self.at..)?;
        self.at += rest.iter().take_while(is_white_space).count();
        self.bytes().get(self.at).copied()
    }

    fn skip(&mut self, wanted: u8) -> Option<()> {
        let is_there = self.next()? == wanted;
        self.at += 1;
        is_there.then_some(())
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.text().as_bytes()
    }

    fn refuse_repeated(&mut self, members: &[Member]) {
        let mut sorted: Vec<&Member> = members.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        for equal in sorted.chunk_by(|a, b| a.name == b.name) {
            for second in &equal[1..] {
                // Telling a place means counting the lines before it.
                if self.problems.are_full() {
                    return;
                }
                let (name, second) = (&second.name, second.name_range.clone());
                let problem = twice(self.source, name, &equal[0].name_range, second);
                self.problems.add(problem);
            }
        }
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
        let messages = [
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
        insta::assert_snapshot!(messages, @r"
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
        let texts = [
            "{} x",
            "{}\n{\"a\" 1}",
            "{}\n{\"a\": 1, \"a\": 2}",
            "{}\n[",
            "",
            "{}, {}",
        ];
        insta::assert_snapshot!(texts.map(first_line).join("\n"), @r#"
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
