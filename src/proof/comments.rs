//! Whether the comments in a list of entries are still with what they are about.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::document::{Document, is_heading};
use crate::iam::ActionPattern;

/// What stands in the lists of a statement's entries, or between them.
struct Written<'a> {
    elements: Vec<Element<'a>>,
    comments: Vec<Comment<'a>>,
    /// How many elements stand before each empty line.
    breaks: Vec<usize>,
}

struct Element<'a> {
    range: Range<usize>,
    /// Which entry it is, if it is one that may be edited.
    entry: Option<(usize, &'a ActionPattern)>,
}

/// A comment in a list.
struct Comment<'a> {
    text: &'a str,
    /// How many elements stand before it.
    place: usize,
    /// Which of these it follows in its line: it is about all of them.
    behind: Range<usize>,
    /// Which of the lists it stands in.
    list: usize,
    /// Which elements stand in that.
    elements: Range<usize>,
}

/// Whether of the comments among the entries of a statement only those are gone that are about entries
/// that are gone, and the others stand where they stood among what is left and what took the place of
/// the rest. `kept` says for an old entry which of the new ones it is.
pub(super) fn comments_stay(
    old: (&Document, usize),
    new: (&Document, usize),
    kept: impl Fn(usize) -> Option<usize>,
) -> bool {
    let (old, new) = (Written::of(old), Written::of(new));
    let Some(images) = images(&old, &new, kept) else {
        return false;
    };
    let comparison = Comparison {
        replaced: replaced(&old, &new, &images),
        is_left: is_left(&new, &images),
        old,
        new,
        images,
    };
    // How many of the new ones may be those met so far.
    let mut met = BTreeSet::from([0]);
    for number in 0..comparison.old.comments.len() {
        let there = met.iter().filter(|&&at| comparison.is_same(number, at));
        let mut next: BTreeSet<usize> = there.map(|at| at + 1).collect();
        if comparison.may_be_gone(number) {
            next.append(&mut met);
        }
        met = next;
    }
    met.contains(&comparison.new.comments.len())
}

/// For each old element which of the new ones it is, if it is there still; none at all where one that
/// cannot be edited is not there.
fn images(
    old: &Written<'_>,
    new: &Written<'_>,
    kept: impl Fn(usize) -> Option<usize>,
) -> Option<Vec<Option<usize>>> {
    let opaque = |(_, element): &(usize, &Element<'_>)| element.entry.is_none();
    let mut others = new.elements.iter().enumerate().filter(opaque);
    let images = old.elements.iter().map(|element| {
        let Some((entry, _)) = element.entry else {
            return others.next().map(|(at, _)| Some(at));
        };
        let entry = kept(entry);
        let is_it = |new: &Element<'_>| entry.is_some() && new.entry.map(|own| own.0) == entry;
        Some(new.elements.iter().position(is_it))
    });
    images.collect()
}

struct Comparison<'a> {
    old: Written<'a>,
    new: Written<'a>,
    images: Vec<Option<usize>>,
    /// Whether each new element is an old one.
    is_left: Vec<bool>,
    /// For each new element that is none, the old ones that it may have replaced.
    replaced: Vec<Vec<usize>>,
}

fn is_left(new: &Written<'_>, images: &[Option<usize>]) -> Vec<bool> {
    let mut is_left = vec![false; new.elements.len()];
    images
        .iter()
        .flatten()
        .for_each(|image| is_left[*image] = true);
    is_left
}

/// For each new element the old ones that are gone and included it, and stood between the same that are left.
fn replaced(old: &Written<'_>, new: &Written<'_>, images: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut last = None;
    let before = images.iter().map(|image| {
        let before = last;
        last = image.or(last);
        before
    });
    let before: Vec<Option<usize>> = before.collect();
    let mut next = None;
    let mut behind: Vec<Option<usize>> = (images.iter().rev())
        .map(|image| {
            next = image.or(next);
            next
        })
        .collect();
    behind.reverse();
    let gone: Vec<usize> = (0..images.len())
        .filter(|old| images[*old].is_none())
        .collect();
    let replaced_by = |(at, element): (usize, &Element<'_>)| {
        let entry = element.entry.map(|(_, pattern)| pattern);
        let stands_so = |element: &usize| {
            before[*element].is_none_or(|image| image < at)
                && behind[*element].is_none_or(|image| at < image)
        };
        let includes = |element: &usize| {
            let gone = old.elements[*element].entry.map(|(_, pattern)| pattern);
            gone.zip(entry)
                .is_some_and(|(old, new)| new.is_included_in(old))
        };
        let gone = gone.iter().copied();
        gone.filter(stands_so).filter(includes).collect()
    };
    new.elements.iter().enumerate().map(replaced_by).collect()
}

impl Comment<'_> {
    fn is_behind(&self) -> bool {
        !self.behind.is_empty()
    }
}

impl Comparison<'_> {
    fn may_be_gone(&self, number: usize) -> bool {
        let comments = &self.old.comments;
        let comment = &comments[number];
        let about = if comment.is_behind() {
            comment.behind.clone()
        } else {
            let end = comment.elements.end;
            let mut headings = comments[number + 1..]
                .iter()
                .filter(|next| !next.is_behind());
            let next = headings.next().map_or(end, |next| next.place.min(end));
            let mut breaks = (self.old.breaks.iter()).filter(|place| **place > comment.place);
            comment.place..breaks.next().map_or(next, |place| next.min(*place))
        };
        let may_go = comment.is_behind() || is_heading(comment.text);
        let is_followed = comments[number + 1..]
            .first()
            .is_some_and(|next| next.place == comment.place && !next.is_behind());
        let heads_some = !about.is_empty() || is_followed;
        may_go
            && heads_some
            && !about
                .into_iter()
                .any(|element| self.images[element].is_some())
    }

    /// Whether an old comment may be the new one at `at`: it says the same and stands at the same place.
    fn is_same(&self, number: usize, at: usize) -> bool {
        let comment = &self.old.comments[number];
        let Some(other) = self.new.comments.get(at) else {
            return false;
        };
        let says_the_same = comment.text == other.text
            && comment.is_behind() == other.is_behind()
            && comment.list == other.list;
        says_the_same && self.stands_between_the_same(comment, other)
    }

    fn stands_between_the_same(&self, comment: &Comment<'_>, other: &Comment<'_>) -> bool {
        let mut old = comment.elements.clone();
        let what_is_left_stays_on_its_side = old.all(|element| {
            let image = self.images[element];
            image.is_none_or(|image| (element < comment.place) == (image < other.place))
        });
        let mut added = (other.elements.clone()).filter(|at| !self.is_left[*at]);
        let what_is_new_stands_with_what_it_replaces = added.all(|element| {
            let mut replaced = self.replaced_by(element, comment).peekable();
            let is_before = element < other.place;
            // Of what replaces those that a comment is behind, the first stands before it.
            replaced.peek().is_none()
                || replaced
                    .any(|old| comment.behind.contains(&old) || (old < comment.place) == is_before)
        });
        what_is_left_stays_on_its_side
            && what_is_new_stands_with_what_it_replaces
            && (!comment.is_behind() || self.is_behind_the_same(comment, other))
    }

    /// Whether an element that a comment is behind is what the other one is behind, or was replaced by
    /// that.
    fn is_behind_the_same(&self, comment: &Comment<'_>, other: &Comment<'_>) -> bool {
        if let Some(image) = self.images[comment.place - 1] {
            return image + 1 == other.place;
        }
        let mut replaced = self.replaced_by(other.place - 1, comment).peekable();
        replaced.peek().is_none() || replaced.any(|old| comment.behind.contains(&old))
    }

    /// The old elements in the list of a comment that a new one may have replaced.
    fn replaced_by<'s>(
        &'s self,
        new: usize,
        comment: &'s Comment<'_>,
    ) -> impl Iterator<Item = usize> + 's {
        let replaced = self.replaced[new].iter().copied();
        replaced.filter(|old| comment.elements.contains(old))
    }
}

impl<'a> Written<'a> {
    fn of((document, statement): (&'a Document, usize)) -> Self {
        let elements = elements(document, statement);
        let mut written = Written {
            elements: Vec::new(),
            comments: Vec::new(),
            breaks: Vec::new(),
        };
        for (list, range) in document.action_lists(statement).enumerate() {
            let first = elements.partition_point(|element| element.range.end <= range.start);
            let behind = elements.partition_point(|element| element.range.start < range.end);
            written.add_list(document, list, &range, &elements, first..behind);
        }
        written.elements = elements;
        written
    }

    /// Adds the comments and empty lines of a list, in which some of the `all` elements stand.
    fn add_list(
        &mut self,
        document: &'a Document,
        list: usize,
        range: &Range<usize>,
        all: &[Element<'_>],
        elements: Range<usize>,
    ) {
        let own_elements = &all[elements.clone()];
        let text = document.source().text();
        // Where there are no brackets, the list begins behind the colon and ends with its last line.
        let bracket = usize::from(text[range.clone()].starts_with('['));
        let starts = own_elements.iter().map(|element| element.range.end);
        let starts = std::iter::once(range.start + bracket).chain(starts);
        let ends = own_elements.iter().map(|element| element.range.start);
        let gaps = starts.zip(ends.chain(std::iter::once(range.end - bracket)));
        let mut first_in_line = elements.start;
        for (place, (start, end)) in (elements.start..).zip(gaps) {
            let behind = first_in_line..place;
            if text[start..end].contains('\n') {
                first_in_line = place;
            }
            let lines: Vec<&str> = text[start..end].split('\n').collect();
            for (line, part) in lines.iter().enumerate() {
                let part = part.trim().trim_start_matches(',').trim();
                if part.starts_with(['#', '/']) {
                    self.comments.push(Comment {
                        text: part,
                        place,
                        behind: if line == 0 {
                            behind.clone()
                        } else {
                            place..place
                        },
                        list,
                        elements: elements.clone(),
                    });
                } else if part.is_empty() && line > 0 && line + 1 < lines.len() {
                    self.breaks.push(place);
                }
            }
        }
    }
}

fn elements(document: &Document, statement: usize) -> Vec<Element<'_>> {
    let entries = document.policy().statements[statement].actions.entries();
    let literal = (entries.iter().enumerate())
        .filter(|(entry, _)| document.place(statement, *entry).is_editable())
        .map(|(entry, pattern)| Element {
            range: document.entry_range(statement, entry),
            entry: Some((entry, pattern)),
        });
    let opaque = document.opaque_ranges(statement);
    let opaque = opaque.map(|range| Element { range, entry: None });
    let mut elements: Vec<Element<'_>> = literal.chain(opaque).collect();
    elements.sort_by_key(|element| element.range.start);
    elements
}
