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

/// Whether a comment, with what it begins with, is meant for a program and not for people.
///
/// ```
/// use iam_refine::document::is_directive;
/// assert!(is_directive("# checkov:skip=CKV_AWS_356: needed"));
/// assert!(!is_directive("// Only for the migration."));
/// ```
pub fn is_directive(comment: &str) -> bool {
    let words = comment.trim_start_matches(['#', '/', '*', ' ', '\t']);
    DIRECTIVES
        .iter()
        .any(|directive| words.starts_with(directive))
}

/// Whether what begins a comment stands right before a place.
pub(super) fn begins_comment(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.ends_with(['#', '/', '*'])
}

/// Where a comment says something to another program, wherever in a text. What only looks like one, in
/// a string, counts too.
pub(super) fn directive_in_text(text: &str) -> Option<usize> {
    let places = DIRECTIVES.iter().filter_map(|directive| {
        let mut places = text.match_indices(directive).map(|(at, _)| at);
        places.find(|&at| begins_comment(text, at))
    });
    places.min()
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
