//! Whether the comments in a list of entries are still with what they are about.

use std::ops::Range;

use crate::document::{Document, is_directive};

/// A comment in a list.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Comment<'a> {
    text: &'a str,
    /// How many elements stand before it.
    place: usize,
    /// Whether it follows one of these in its line.
    is_behind: bool,
}

/// Whether of the comments among the entries of a statement only those are gone that are about entries
/// that are gone. `kept` says for an old entry which of the new ones it is.
pub(super) fn comments_stay(
    old: (&Document, usize),
    new: (&Document, usize),
    kept: impl Fn(usize) -> Option<usize>,
) -> bool {
    let (old_elements, new_elements) = (elements(old), elements(new));
    let (before, breaks) = comments(old, &old_elements);
    let (after, _) = comments(new, &new_elements);
    let mut rest = after.iter();
    let is_part = |comment: &Comment<'_>| before.iter().any(|own| own.text == comment.text);
    if !after.iter().all(is_part) || after.len() > before.len() {
        return false;
    }
    for (number, comment) in before.iter().enumerate() {
        let mut ahead = rest.clone();
        if ahead
            .next()
            .is_some_and(|next| next.text == comment.text && next.is_behind == comment.is_behind)
        {
            rest = ahead;
            continue;
        }
        // It is gone, so all that it is about has to be.
        let about = if comment.is_behind {
            comment.place.saturating_sub(1)..comment.place
        } else {
            let mut headings = before[number + 1..].iter().filter(|next| !next.is_behind);
            let next = headings
                .next()
                .map_or(old_elements.len(), |next| next.place);
            let mut breaks = breaks.iter().filter(|place| **place > comment.place);
            comment.place..breaks.next().map_or(next, |place| next.min(*place))
        };
        let stays = |element: usize| {
            old_elements[element]
                .1
                .is_none_or(|entry| kept(entry).is_some())
        };
        let may_go = !is_directive(comment.text) || comment.is_behind;
        if !may_go
            || about.clone().any(stays)
            || (about.is_empty() && !is_followed(&before[number + 1..], comment))
        {
            return false;
        }
    }
    rest.next().is_none()
}

/// Whether a comment is the first of several lines above the same element.
fn is_followed(next: &[Comment<'_>], comment: &Comment<'_>) -> bool {
    next.first()
        .is_some_and(|next| next.place == comment.place && !next.is_behind)
}

/// Where each element stands, and which entry it is, if it is one that may be edited.
fn elements((document, statement): (&Document, usize)) -> Vec<(Range<usize>, Option<usize>)> {
    let entries = document.policy().statements[statement]
        .actions
        .entries()
        .len();
    let mut elements: Vec<(Range<usize>, Option<usize>)> = (0..entries)
        .filter(|&entry| document.place(statement, entry).is_editable())
        .map(|entry| (document.entry_range(statement, entry), Some(entry)))
        .chain(document.opaque_ranges(statement).map(|range| (range, None)))
        .collect();
    elements.sort_by_key(|(range, _)| range.start);
    elements
}

/// The comments between elements, in order, and how many elements stand before each empty line.
fn comments<'a>(
    (document, statement): (&'a Document, usize),
    elements: &[(Range<usize>, Option<usize>)],
) -> (Vec<Comment<'a>>, Vec<usize>) {
    let (mut found, mut breaks) = (Vec::new(), Vec::new());
    if !document.has_action_list(statement) {
        return (found, breaks);
    }
    let list = document.actions_range(statement);
    let text = document.source().text();
    let starts = std::iter::once(list.start + 1).chain(elements.iter().map(|(range, _)| range.end));
    let ends = elements
        .iter()
        .map(|(range, _)| range.start)
        .chain(std::iter::once(list.end - 1));
    for (place, (start, end)) in starts.zip(ends).enumerate() {
        let lines: Vec<&str> = text[start..end].split('\n').collect();
        for (line, part) in lines.iter().enumerate() {
            let part = part.trim().trim_start_matches(',').trim();
            if part.starts_with(['#', '/']) {
                found.push(Comment {
                    text: part,
                    place,
                    is_behind: line == 0 && place > 0,
                });
            } else if part.is_empty() && line > 0 && line + 1 < lines.len() {
                breaks.push(place);
            }
        }
    }
    (found, breaks)
}
