//! The document inside an answer: an object, a JSON text in a string, or that percent-encoded.
//!
//! The AWS command line prints an object. The API itself, and so most programs that keep its
//! answers, has a string in which every character that is special in a URL is spelled `%XX`.
//!
//! ```json
//! {"Statement": []}
//! "{\"Statement\": []}"
//! "%7B%22Statement%22%3A%20%5B%5D%7D"
//! ```

use crate::document::Document;
use crate::iam::{PolicyName, starts_with_ignoring_case};
use crate::text::{Json, JsonValue, Problems, Source, parse_parts};

/// Reads the JSON of a file. One that holds a percent-encoded object and nothing else, as the API
/// has it on the wire, is the string that stands for it in an answer.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(source: &Source) -> Result<Json, Problems> {
    percent_encoded(source).map_or_else(|| Json::parse(source), Ok)
}

/// Like [`parse`], of a file that may hold several values, each as if it had a file of its own.
///
/// # Errors
/// As [`parse`].
pub fn parse_each(source: &Source) -> Result<Vec<Json>, Problems> {
    percent_encoded(source).map_or_else(|| parse_parts(source), |json| Ok(vec![json]))
}

fn percent_encoded(source: &Source) -> Option<Json> {
    let text = source.text();
    let encoded = text.trim();
    let start = text.len() - text.trim_start().len();
    starts_with_ignoring_case(encoded, "%7B").then(|| Json {
        range: start..start + encoded.len(),
        value: JsonValue::String(encoded.to_owned()),
    })
}

/// Reads the document that is `json`, a value of `source`. Its own text is that of the object, or
/// what the string says; messages call the policy `name`.
///
/// # Errors
/// All that is wrong with the document: at its place in the file, or in the decoded text.
pub(super) fn document(source: &Source, json: &Json, name: &str) -> Result<Document, Problems> {
    if json.as_object().is_some() {
        return Document::of_part(source, json, name);
    }
    let wrong = |message: &str| {
        let problem = source.error_at(json.range.clone(), message);
        Problems::from(problem.help("give the file as the aws command printed it"))
    };
    let Some(text) = json.as_str() else {
        let message = format!(
            "a policy document must be an object or a string, and this is {}",
            json.kind()
        );
        return Err(wrong(&message));
    };
    if text.trim_start().starts_with('{') {
        return Document::parse(source.part(name, text));
    }
    if !text.contains('%') {
        return Err(wrong("this string is no policy document"));
    }
    let decoded = percent_decoded(text)
        .ok_or_else(|| wrong("this string is neither JSON nor percent-encoded JSON"))?;
    Document::parse(source.part(&format!("{name}, decoded"), &decoded))
}

/// The text that `encoded` spells; none for a `%` without two hexadecimal digits, or what is not
/// UTF-8. A plus sign means itself: the encoding is that of RFC 3986.
fn percent_decoded(encoded: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let value = digit(bytes.get(at + 1))? * 16 + digit(bytes.get(at + 2))?;
            decoded.push(u8::try_from(value).ok()?);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

/// What messages call a policy inside a file.
pub(super) fn in_file(source: &Source, policy: Option<&PolicyName>) -> String {
    match policy {
        Some(policy) => format!("{} (policy {policy})", source.name()),
        None => format!("{} (the policy in it)", source.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_spell_bytes_and_plus_signs_themselves() {
        assert_eq!(percent_decoded("a%7b+%C3%a4").as_deref(), Some("a{+ä"));
        for broken in ["%", "%7", "%7x", "%+7", "%C3", "a%é"] {
            assert_eq!(percent_decoded(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_a_string_says_is_decoded_once() {
        let text = r#"["{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:Get%2A\"}}"]"#;
        let source = Source::from_text("a.json", text);
        let json = Json::parse(&source).unwrap();
        let problems = document(&source, &json.as_array().unwrap()[0], "a").unwrap_err();
        assert!(problems.to_string().contains("s3:Get%2A"), "{problems}");
    }
}
