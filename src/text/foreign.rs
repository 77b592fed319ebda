//! Texts and bytes that are given in the place of JSON: what they are, and how to get JSON.

use std::ops::Range;

use super::{Problem, Source};

/// What archives and compressed files begin with, what they are called, and how to open them.
const PACKED: [(&[u8], &str, &str); 5] = [
    (b"PK\x03\x04", "a zip archive", "unzip FILE"),
    (b"\x1f\x8b", "compressed with gzip", "gunzip FILE"),
    (b"BZh", "compressed with bzip2", "bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unzstd FILE"),
];

/// What a packed file is, and what to do about it.
pub(super) fn packed(source: &Source, bytes: &[u8]) -> Option<Problem> {
    let (_, what, command) = PACKED.iter().find(|(magic, ..)| bytes.starts_with(magic))?;
    let problem = source.error(format!("this is {what}"));
    Some(problem.help(format!("unpack it first: {command}")))
}

/// What a text is that cannot be read as one, as it begins: packed, or in UTF-16, with a mark or
/// without.
pub fn no_text(name: &str, start: &[u8]) -> Option<Problem> {
    let source = Source::from_text(name, "");
    let is_utf_16 = match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, b, c, d, ..] => [[a, c], [b, d]].contains(&[&0; 2]) && [a, b, c, d] != [&0; 4],
        _ => false,
    };
    let utf_16 = || {
        let problem = source.error("this is in UTF-16, and text is read in UTF-8");
        problem.help("save it as UTF-8: `iconv -f UTF-16 -t UTF-8 FILE`")
    };
    packed(&source, start).or_else(|| is_utf_16.then(utf_16))
}

const ADD_OUTPUT: &str = "add `--output json` to the aws command";

/// What a text is that is no JSON, and what to do about it.
pub(super) fn instead_of_json(source: &Source) -> Option<Problem> {
    let text = source.text();
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())?
        .trim_end();
    let start = text.find(first)?;
    let (message, help) = if is_python(text) {
        (
            "this is a Python value as `print` shows it, and no JSON",
            "print it with `json.dumps(answer, default=str)`",
        )
    } else if is_table(text) {
        (
            "this is the table of an aws command, and no JSON",
            ADD_OUTPUT,
        )
    } else if is_text_output(first) {
        (
            "this is the text output of an aws command, and no JSON",
            ADD_OUTPUT,
        )
    } else if is_yaml(first) {
        (
            "this is YAML, and no JSON",
            "if an aws command printed it, add `--output json` to that; else write it as JSON",
        )
    } else {
        return None;
    };
    Some(
        source
            .error_at(start..start + first.len(), message)
            .help(help),
    )
}

fn is_python(text: &str) -> bool {
    let inside =
        text.trim_start_matches(|letter: char| letter.is_whitespace() || "[({".contains(letter));
    let is_opened = inside.len() < text.trim_start().len();
    is_opened && inside.starts_with('\'') && text.contains("': ")
}

/// `---------` above lines that begin with `|`.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_rule = |line: &str| line.len() > 2 && line.bytes().all(|byte| b"-+".contains(&byte));
    lines.next().is_some_and(is_rule) && lines.next().is_some_and(|line| line.starts_with('|'))
}

/// `POLICYVERSION<TAB>…`, the name of a structure before its values.
fn is_text_output(first: &str) -> bool {
    first.split_once('\t').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase())
    })
}

/// `RoleName: R`, or the same in a list.
fn is_yaml(first: &str) -> bool {
    let entry = first.strip_prefix("- ").unwrap_or(first);
    entry == "---"
        || first.starts_with("%YAML")
        || entry.split_once(':').is_some_and(|(key, value)| {
            let is_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !key.is_empty()
                && key.bytes().all(is_key)
                && (value.is_empty() || value.starts_with(' '))
        })
}

/// A character between the elements of JSON that looks like one that may stand there: a blank that
/// is none, a quotation mark of a text program.
pub(super) fn look_alike(source: &Source, place: &Range<usize>) -> Option<Problem> {
    let letter = source.text()[place.clone()].chars().next()?;
    let (what, help) = match letter {
        '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '\u{ab}' | '\u{bb}' => (
            "a quotation mark of a text program",
            "write a straight one, \", in its place; text programs change them",
        ),
        '\u{a0}' => (
            "a no-break space",
            "write a blank in its place; web pages and chats change them",
        ),
        letter if letter.is_whitespace() && !letter.is_ascii() => (
            "a blank of another kind",
            "write a blank in its place; web pages and chats change them",
        ),
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {
            ("a character that nobody sees", "take it out")
        }
        _ => return None,
    };
    let message = format!("this is not JSON: {} is {what}", letter.escape_unicode());
    Some(source.error_at(place.clone(), message).help(help))
}
