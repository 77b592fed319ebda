//! Whether the comments in a list of entries are still with what they are about.

use std::collections::BTreeSet;
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
    /// How many elements stand before the end of its list.
    list_end: usize,
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
    let is_kept = |element: usize| {
        old_elements[element]
            .1
            .is_none_or(|entry| kept(entry).is_some())
    };
    let may_be_gone = |number: usize| {
        let comment = &before[number];
        let about = if comment.is_behind {
            comment.place - 1..comment.place
        } else {
            let mut headings = before[number + 1..].iter().filter(|next| !next.is_behind);
            let next = headings.next().map_or(comment.list_end, |next| next.place);
            let next = next.min(comment.list_end);
            let mut breaks = breaks.iter().filter(|place| **place > comment.place);
            comment.place..breaks.next().map_or(next, |place| next.min(*place))
        };
        let is_prose = comment.is_behind || !is_directive(comment.text);
        let heads_some = !about.is_empty() || is_followed(&before[number + 1..], comment);
        is_prose && heads_some && !about.into_iter().any(is_kept)
    };
    let is_same = |old: &Comment<'_>, new: &Comment<'_>| {
        let stays_behind = || match old_elements[old.place - 1].1.and_then(&kept) {
            Some(entry) => new_elements[new.place - 1].1 == Some(entry),
            None => true,
        };
        old.text == new.text && old.is_behind == new.is_behind && (!old.is_behind || stays_behind())
    };
    // How many of the new ones may be those met so far.
    let mut met = BTreeSet::from([0]);
    for (number, comment) in before.iter().enumerate() {
        let there = met
            .iter()
            .filter(|&&at| after.get(at).is_some_and(|new| is_same(comment, new)));
        let mut next: BTreeSet<usize> = there.map(|at| at + 1).collect();
        if may_be_gone(number) {
            next.append(&mut met);
        }
        met = next;
    }
    met.contains(&after.len())
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
    let text = document.source().text();
    for list in document.action_lists(statement) {
        let first = elements.partition_point(|(range, _)| range.end <= list.start);
        let behind = elements.partition_point(|(range, _)| range.start < list.end);
        let own_elements = &elements[first..behind];
        // Where there are no brackets, the list begins behind the colon and ends with its last line.
        let bracket = usize::from(text[list.clone()].starts_with('['));
        let starts = std::iter::once(list.start + bracket);
        let starts = starts.chain(own_elements.iter().map(|(range, _)| range.end));
        let ends = own_elements.iter().map(|(range, _)| range.start);
        let gaps = starts.zip(ends.chain(std::iter::once(list.end - bracket)));
        for (place, (start, end)) in (first..).zip(gaps) {
            let lines: Vec<&str> = text[start..end].split('\n').collect();
            for (line, part) in lines.iter().enumerate() {
                let part = part.trim().trim_start_matches(',').trim();
                if part.starts_with(['#', '/']) {
                    found.push(Comment {
                        text: part,
                        place,
                        is_behind: line == 0 && place > first,
                        list_end: behind,
                    });
                } else if part.is_empty() && line > 0 && line + 1 < lines.len() {
                    breaks.push(place);
                }
            }
        }
    }
    (found, breaks)
}
