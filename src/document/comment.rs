//! Comments between the parts of a list or of a block.

use std::ops::Range;

/// What comments begin with that are meant for other programs, or for this one.
const DIRECTIVES: [&str; 16] = [
    "bridgecrew:",
    "cfn-lint",
    "cfn_nag",
    "checkov:",
    "iam-refine:",
    "infracost:",
    "kics-scan",
    "nosec",
    "nosemgrep",
    "prowler:",
    "semgrep",
    "snyk:",
    "tflint-",
    "tfsec:",
    "trivy:",
    "ts:",
];

/// Those that speak of the line that they end, and of nothing else.
const OF_THEIR_LINE: [&str; 3] = ["nosemgrep", "tfsec:", "trivy:"];

/// Whether a comment, with what it begins with, is meant for a program and not for people: it begins
/// with the name of one, with a word such as `tool:verb` or `tool(verb)`, or is one word in capitals.
///
/// ```
/// use iam_refine::document::is_directive;
/// assert!(is_directive("# checkov:skip=CKV_AWS_356: needed"));
/// assert!(is_directive("# trunk-ignore(trivy)") && is_directive("// NOSONAR"));
/// assert!(!is_directive("// Only for the migration.") && !is_directive("# s3:Get* is read at night"));
/// assert!(!is_directive("# Reading: all buckets") && !is_directive("# TODO (ann) less"));
/// ```
pub fn is_directive(comment: &str) -> bool {
    let words = words(comment);
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_capitals = |word: &str| word.len() > 4 && word.bytes().all(|b| b.is_ascii_uppercase());
    let is_followed = |at: usize| {
        let next = first.as_bytes().get(at + 1);
        at > 0 && next.is_some_and(u8::is_ascii_lowercase)
    };
    DIRECTIVES.iter().any(|own| words.starts_with(own))
        || first.find([':', '(']).is_some_and(is_followed)
        || is_capitals(words.trim_end_matches(['*', '/']).trim_end())
}

/// Whether a comment is about what is below it: neither for another program nor something that was an
/// entry once.
///
/// ```
/// use iam_refine::document::is_heading;
/// assert!(is_heading("# what the job writes"));
/// assert!(!is_heading("# \"s3:PutObject\",") && !is_heading("# tfsec:ignore:aws-iam"));
/// ```
pub fn is_heading(comment: &str) -> bool {
    !is_directive(comment) && !words(comment).starts_with('"')
}

fn words(comment: &str) -> &str {
    comment.trim_start_matches(['#', '/', '*', ' ', '\t'])
}

/// Where a comment begins in a line, outside of strings.
pub(super) fn comment_in_line(line: &str) -> Option<usize> {
    let mut in_string = false;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => in_string = !in_string,
            '\\' if in_string => _ = letters.next(),
            '#' if !in_string => return Some(at),
            '/' if !in_string && line[at + 1..].starts_with(['/', '*']) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether a line is one comment and nothing else. A comment of several lines is none.
pub(super) fn is_comment_line(line: &str) -> bool {
    let line = line.trim();
    let end = line.find("*/");
    let is_within_line = line.starts_with("/*") && end == Some(line.len().saturating_sub(2));
    is_within_line || end.is_none() && (line.starts_with('#') || line.starts_with("//"))
}

/// Whether what begins a comment stands right before a place.
fn begins_comment(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.ends_with(['#', '/', '*'])
}

/// Whether what begins at a place speaks of what stands before it in its line alone.
fn is_of_its_line(text: &str, at: usize) -> bool {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    let before = line.trim_end_matches([' ', '\t', '#', '/', '*']);
    let said = words(&text[at..]);
    !before.trim().is_empty() && OF_THEIR_LINE.iter().any(|own| said.starts_with(own))
}

/// Where a comment says something to another program, wherever in a text, that is not about its line alone:
/// that goes when the line does. What only looks like one, in a string, counts too if it has the name of one.
pub(super) fn directive_in_text(text: &str) -> Option<usize> {
    let named = DIRECTIVES.iter().filter_map(|directive| {
        let mut places = text.match_indices(directive).map(|(at, _)| at);
        places.find(|&at| begins_comment(text, at) && !is_of_its_line(text, at))
    });
    let mut start = 0;
    let lines = text.split_inclusive('\n').filter_map(|line| {
        let place = start;
        start += line.len();
        let at = comment_in_line(line)?;
        let is_about_more =
            is_directive(line[at..].trim_end()) && !is_of_its_line(text, place + at);
        is_about_more.then_some(place + at)
    });
    named.chain(lines).min()
}

/// The comments in a part of a text that has nothing else but commas and white space; where something
/// else begins, if it has.
pub(super) fn comments(text: &str, part: Range<usize>) -> Result<Vec<Range<usize>>, usize> {
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let rest = &text[at..part.end];
        let length = if rest.starts_with('#') || rest.starts_with("//") {
            let line = rest.split('\n').next().unwrap_or_default();
            line.trim_end_matches('\r').len()
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + "*/".len())
        } else {
            let letter = rest.chars().next().unwrap_or(',');
            if letter != ',' && !letter.is_whitespace() {
                return Err(at);
            }
            at += letter.len_utf8();
            continue;
        };
        found.push(at..at + length);
        at += length;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_in_a_line_is_outside_of_strings_and_begins_with_a_mark() {
        let comment = |line: &'static str| comment_in_line(line).map(|at| &line[at..]);
        assert_eq!(comment(r#""a:A", # one // two"#), Some("# one // two"));
        assert_eq!(comment(r#""a:A", // one"#), Some("// one"));
        assert_eq!(comment(r#""a:A", /* one */"#), Some("/* one */"));
        assert_eq!(comment(r##""a\"#:A", "b//c""##), None);
        assert_eq!(comment("Resource: arn:x/job:nightly"), None);
    }

    #[test]
    fn a_word_in_capitals_is_for_a_program_from_five_letters_on() {
        assert!(is_directive("# LINTS") && !is_directive("# TODO"));
    }
}
