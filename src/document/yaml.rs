//! Where things stand in YAML, which has no brackets to tell: behind which dash, in which column, and with
//! which comments.

use std::ops::Range;

use super::layout::{begins_line, line_start};

/// Where something begins behind `at`, up to `end`, that is neither white space nor a comment of YAML.
///
/// ```
/// use iam_refine::document::past_comments;
/// assert_eq!(past_comments("a: # why\n  - b", 2, 13), 11);
/// ```
pub fn past_comments(text: &str, mut at: usize, end: usize) -> usize {
    while let Some(letter) = text.get(at..end).and_then(|rest| rest.chars().next()) {
        if letter == '#' {
            at += text[at..end].find('\n').unwrap_or(end - at);
        } else if letter.is_whitespace() {
            at += letter.len_utf8();
        } else {
            break;
        }
    }
    at
}

/// The end of what ends at `end`, with the comment behind it in its line and those on the lines that
/// follow, as far as they are indented by `column` or more.
pub fn with_comments(text: &str, end: usize, column: usize) -> usize {
    let mut at = content_end(text, end);
    let behind = text[end..at].trim_start();
    if !behind.is_empty() && !behind.starts_with('#') {
        return end;
    }
    let mut end = at;
    while let Some(line) = line_after(text, at) {
        let content = text[line.clone()].trim_start();
        if content.starts_with('#') && line.len() - content.len() >= column {
            end = line.end;
        } else if !content.trim_end().is_empty() {
            break;
        }
        at = line.end;
    }
    end
}

/// What a mapping takes, with the comments between it and the colon of its key and those behind it.
pub(super) fn with_comments_around(text: &str, mapping: &Range<usize>) -> Range<usize> {
    let end = with_comments(text, mapping.end, column(text, mapping.start));
    let mut start = mapping.start;
    if begins_line(text, start) {
        let mut line = line_start(text, start);
        while let Some(above) = line.checked_sub(1).map(|end| line_start(text, end)..end) {
            let content = text[above.clone()].trim();
            if content.is_empty() || content.starts_with('#') {
                line = above.start;
                continue;
            }
            // The line of the key.
            let colon = text[above.clone()].find(':');
            start = colon.map_or(line, |colon| above.start + colon + 1);
            break;
        }
    }
    start..end
}

/// How far a place is from the start of its line, in bytes.
pub fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset)
}

/// The elements of a list of YAML, each from its dash on.
///
/// # Errors
/// Where something stands beside the dash of an element that is not the element.
pub(super) fn items(
    text: &str,
    start: usize,
    elements: &[Range<usize>],
) -> Result<Vec<Range<usize>>, usize> {
    let mut items = Vec::with_capacity(elements.len());
    let mut at = start;
    for element in elements {
        let dash = past_comments(text, at, element.start);
        let is_alone = begins_line(text, dash)
            && text[dash..element.start]
                .strip_prefix('-')
                .is_some_and(|rest| rest.trim().is_empty());
        if !is_alone {
            return Err(element.start);
        }
        items.push(dash..element.end);
        at = element.end;
    }
    Ok(items)
}

/// Whether nothing but blanks stands between `start` and a value in the same line, and nothing behind it.
pub(super) fn is_alone(text: &str, start: usize, value: &Range<usize>) -> bool {
    let before = &text[start..value.start];
    let behind = &text[value.end..content_end(text, value.end)];
    !before.is_empty() && before.bytes().all(|byte| byte == b' ') && behind.trim().is_empty()
}

/// The end of the line that holds `offset`, without the line feed: what is before that may be another in
/// the next line.
fn content_end(text: &str, offset: usize) -> usize {
    text[offset..]
        .find('\n')
        .map_or(text.len(), |at| offset + at)
}

/// The line that follows the one that holds `offset`, without its line end.
fn line_after(text: &str, offset: usize) -> Option<Range<usize>> {
    let start = offset + text[offset..].find('\n')? + 1;
    (start < text.len()).then(|| start..content_end(text, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_takes_the_comments_from_the_colon_of_its_key_on() {
        let text =
            "A: b\nPolicy: # why\n\n  # more: all\n  Version: c\n  # last\n# of another\nD: e\n";
        let start = text.find("Version").unwrap();
        let mapping = start..start + "Version: c".len();
        assert_eq!(
            &text[with_comments_around(text, &mapping)],
            " # why\n\n  # more: all\n  Version: c\n  # last"
        );
        assert_eq!(past_comments("a: # why", 2, 8), 8);
    }
}
