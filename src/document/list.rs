//! Lists with comments in them: whole lines go, and each comment stays with what it is about.
//!
//! A comment behind an element is about that one. A comment on a line of its own heads the elements up
//! to the next such comment or empty line, and goes when all of these go; so does not what is meant for
//! another program or was an entry once. Where comments stand otherwise, nothing in the list is edited.

use std::ops::Range;

use super::comment::{comments, is_heading};
use super::kept::kept_pattern;
use super::layout::{indentation, line_end_before};
use super::splice::{Splice, removals};
use crate::iam::ActionPattern;

/// How the elements of a list in brackets stand in its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// With commas and white space between them.
    Plain,
    /// With comments, each at the end of a line.
    Lines,
    /// With something else between them, which begins here.
    Mixed(usize),
}

impl Arrangement {
    /// How `elements` stand in the list at `list`, brackets included.
    pub fn of(
        text: &str,
        list: &Range<usize>,
        elements: &[Range<usize>],
        has_comments: bool,
    ) -> Self {
        let mut is_plain = true;
        for gap in gaps(list, elements) {
            let found = match comments(text, gap.clone()) {
                Ok(found) => found,
                Err(other) => return Arrangement::Mixed(other),
            };
            if let Some(first) = found.first() {
                is_plain = false;
                if !has_comments {
                    return Arrangement::Mixed(first.start);
                }
            }
            if let Some(inside) = found.iter().find(|comment| !ends_line(text, comment)) {
                return Arrangement::Mixed(inside.start);
            }
        }
        if is_plain {
            return Arrangement::Plain;
        }
        // With a comment in the list, each line has its elements and their commas.
        let opening = text[list.start..]
            .find('\n')
            .map_or(list.end, |at| list.start + at);
        let closing = text[..list.end].rfind('\n').unwrap_or(list.start);
        let misplaced = elements
            .iter()
            .find(|element| element.start < opening || element.end > closing);
        let misplaced = misplaced.map(|element| element.start);
        let late_comma = (gaps(list, elements).skip(1)).find_map(|gap| late_comma(text, gap));
        match misplaced.or(late_comma) {
            Some(place) => Arrangement::Mixed(place),
            None => Arrangement::Lines,
        }
    }
}

/// What is before, between and behind the elements of a list.
fn gaps<'a>(
    list: &Range<usize>,
    elements: &'a [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + 'a {
    let starts = std::iter::once(list.start + 1).chain(elements.iter().map(|element| element.end));
    let ends = elements.iter().map(|element| element.start);
    starts
        .zip(ends.chain(std::iter::once(list.end.saturating_sub(1))))
        .map(|(start, end)| start..end)
}

fn ends_line(text: &str, comment: &Range<usize>) -> bool {
    let is_one_line = !text[comment.clone()].contains('\n');
    let rest = text[comment.end..].split('\n').next().unwrap_or_default();
    is_one_line && rest.trim().is_empty()
}

/// A comma that does not follow its element in the same line.
fn late_comma(text: &str, gap: Range<usize>) -> Option<usize> {
    let comma = comma_in(text, gap.clone())?;
    (!text[gap.start..comma].trim().is_empty() || text[gap.start..comma].contains('\n'))
        .then_some(comma)
}

/// The comma of a gap, which is no part of a comment.
fn comma_in(text: &str, gap: Range<usize>) -> Option<usize> {
    let comments = comments(text, gap.clone()).unwrap_or_default();
    let commas = text[gap.clone()]
        .match_indices(',')
        .map(|(at, _)| gap.start + at);
    commas
        .into_iter()
        .find(|comma| !comments.iter().any(|comment| comment.contains(comma)))
}

/// What becomes of the elements of a list.
#[derive(Default)]
pub(super) struct Fate {
    /// For each, whether it goes without another in its place.
    pub goes: Vec<bool>,
    /// What is added behind elements that stay, in order.
    pub added: Vec<(usize, Vec<String>)>,
}

impl Fate {
    /// That of the elements of one list among several.
    pub fn of(&self, list: &Range<usize>) -> Fate {
        let added = self.added.iter().filter(|(at, _)| list.contains(at));
        Fate {
            goes: self.goes[list.clone()].to_vec(),
            added: (added.map(|(at, added)| (at - list.start, added.clone()))).collect(),
        }
    }
}

/// What sets the elements of a list apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// Brackets around all of them and commas between them.
    Brackets,
    /// A dash before each, with which it begins.
    Dashes,
}

/// A list in lines.
pub(super) struct LineList<'a> {
    text: &'a str,
    marks: Marks,
    elements: &'a [Range<usize>],
    /// For each element its comma.
    commas: Vec<Option<usize>>,
    lines: Vec<Line>,
    /// Whether what is above the first element is about all of them, and stays, unless each has its own.
    keeps_first_heading: bool,
}

/// A line of the list, or several that one element takes. The first has the opening bracket, or the name
/// of what has dashes; the last the closing one.
struct Line {
    /// With its line end.
    range: Range<usize>,
    /// Which elements begin in it.
    elements: Range<usize>,
    is: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bracket,
    Elements,
    Empty,
    /// One that is about what is below it.
    Comment,
    OtherComment,
}

impl<'a> LineList<'a> {
    /// Takes in a list whose arrangement is in lines.
    pub fn new(
        text: &'a str,
        marks: Marks,
        list: &Range<usize>,
        elements: &'a [Range<usize>],
    ) -> Self {
        let commas = match marks {
            Marks::Brackets => gaps(list, elements)
                .skip(1)
                .map(|gap| comma_in(text, gap))
                .collect(),
            Marks::Dashes => vec![None; elements.len()],
        };
        let mut lines = Vec::new();
        let (mut at, mut next) = (list.start, 0);
        while at < list.end {
            let first = next;
            let mut end = line_end(text, at);
            while next < elements.len() && elements[next].start < end {
                end = line_end(text, elements[next].end);
                next += 1;
            }
            let content = text[at..end.min(list.end)].trim();
            let is_closing = marks == Marks::Brackets && end >= list.end;
            let is = if at == list.start || is_closing {
                Kind::Bracket
            } else if first < next {
                Kind::Elements
            } else if content.is_empty() {
                Kind::Empty
            } else if is_heading(content) {
                Kind::Comment
            } else {
                Kind::OtherComment
            };
            lines.push(Line {
                range: at..end,
                elements: first..next,
                is,
            });
            at = end;
        }
        LineList {
            text,
            marks,
            elements,
            commas,
            lines,
            keeps_first_heading: false,
        }
    }

    /// The same, where what is above the first element is about all of them, and stays, unless each has one of
    /// its own.
    pub fn keeping_first_heading(self) -> Self {
        LineList {
            keeps_first_heading: true,
            ..self
        }
    }

    /// What to change so that the elements are as `fate` wants them.
    pub fn splices(&self, fate: &Fate) -> Vec<Splice> {
        let mut splices = self.removed(&fate.goes);
        for (behind, added) in &fate.added {
            splices.extend(self.added(*behind, added, &fate.goes));
        }
        splices.extend(self.last_comma(fate));
        splices
    }

    fn removed(&self, goes: &[bool]) -> Vec<Splice> {
        let mut splices = Vec::new();
        let mut gone: Vec<bool> = (self.lines.iter())
            .map(|line| {
                line.is == Kind::Elements && goes[line.elements.clone()].iter().all(|&goes| goes)
            })
            .collect();
        for (line, gone) in self.lines.iter().zip(&gone) {
            let places = line.elements.clone();
            if !gone && goes[places.clone()].contains(&true) {
                splices.extend(removals(
                    self.text,
                    &self.elements[places.clone()],
                    &goes[places],
                ));
            }
        }
        self.headings_go(&mut gone);
        self.empty_lines_go(&mut gone);
        let mut removed: Vec<Range<usize>> = Vec::new();
        for (line, _) in self.lines.iter().zip(&gone).filter(|(_, gone)| **gone) {
            match removed
                .last_mut()
                .filter(|last| last.end == line.range.start)
            {
                Some(last) => last.end = line.range.end,
                None => removed.push(line.range.clone()),
            }
        }
        for range in &mut removed {
            if range.end == self.text.len() && !self.text.ends_with('\n') {
                // The text ends in its last line, as it did.
                let before = &self.text[..range.start];
                let before = before.strip_suffix('\n').unwrap_or(before);
                range.start = before.strip_suffix('\r').unwrap_or(before).len();
            }
        }
        splices.extend(removed.into_iter().map(Splice::remove));
        splices
    }

    /// Of each heading, when all goes that it heads.
    fn headings_go(&self, gone: &mut [bool]) {
        let is_heading =
            |place: usize| matches!(self.lines[place].is, Kind::Comment | Kind::OtherComment);
        let mut at = 0;
        while at < self.lines.len() {
            let heading = at..(at..self.lines.len())
                .find(|&place| !is_heading(place))
                .unwrap_or(self.lines.len());
            let headed = heading.end
                ..(heading.end..self.lines.len())
                    .find(|&place| self.lines[place].is != Kind::Elements)
                    .unwrap_or(self.lines.len());
            let is_kept = self.keeps_first_heading
                && !self.each_has_a_heading()
                && (self.lines.get(headed.start)).is_some_and(|line| line.elements.start == 0);
            if !is_kept && !headed.is_empty() && gone[headed.clone()].iter().all(|&gone| gone) {
                for place in heading.clone() {
                    gone[place] = self.lines[place].is == Kind::Comment;
                }
            }
            at = headed.end.max(at + 1);
        }
    }

    /// Whether a comment of its own stands above each element.
    fn each_has_a_heading(&self) -> bool {
        let is_heading = |line: &Line| matches!(line.is, Kind::Comment | Kind::OtherComment);
        (self.lines.windows(2)).all(|two| {
            two[1].is != Kind::Elements || two[1].elements.len() == 1 && is_heading(&two[0])
        })
    }

    /// One empty line between what is left is enough where something went, and none at a bracket.
    fn empty_lines_go(&self, gone: &mut [bool]) {
        let mut at = 0;
        while at < self.lines.len() {
            if !gone[at] {
                at += 1;
                continue;
            }
            let end = (at..self.lines.len())
                .find(|&place| !gone[place])
                .unwrap_or(self.lines.len());
            let before = (0..at).rev().find(|&place| !gone[place]);
            let is = |place: usize| self.lines.get(place).map(|line| line.is);
            let before_is = before.and_then(is);
            if is(end) == Some(Kind::Empty)
                && matches!(before_is, Some(Kind::Empty | Kind::Bracket))
            {
                gone[end] = true;
            } else if is(end) == Some(Kind::Bracket)
                && before_is == Some(Kind::Empty)
                && let Some(place) = before
            {
                gone[place] = true;
            }
            at = end + 1;
        }
        self.list_ends_with_its_last(gone);
    }

    /// Where no bracket ends the list, no empty lines do either.
    fn list_ends_with_its_last(&self, gone: &mut [bool]) {
        if self.marks == Marks::Dashes && gone.last() == Some(&true) {
            let rest = self.lines.iter().zip(gone).rev();
            for (_, gone) in rest.take_while(|(line, gone)| **gone || line.is == Kind::Empty) {
                *gone = true;
            }
        }
    }

    fn added(&self, behind: usize, added: &[String], goes: &[bool]) -> Vec<Splice> {
        let element = &self.elements[behind];
        let line = self
            .lines
            .iter()
            .find(|line| line.elements.contains(&behind));
        let Some(line) = line.filter(|line| line.elements.end == behind + 1) else {
            let text = added.iter().flat_map(|text| [", ", text]).collect();
            return vec![Splice::insert(element.end, text)];
        };
        let mut splices = Vec::new();
        if self.marks == Marks::Brackets && self.commas[behind].is_none() {
            splices.push(Splice::insert(element.end, ",".to_owned()));
        }
        let end = line.range.start
            + self.text[line.range.clone()]
                .trim_end_matches(['\n', '\r'])
                .len();
        let line_end = match &self.text[end..line.range.end] {
            "" => line_end_before(self.text, element.start),
            own => own,
        };
        let indentation =
            indentation(self.text, self.elements[line.elements.start].start).unwrap_or_default();
        let moved = self.moved_comment(behind, end, added);
        let mut text = String::new();
        for (place, new) in added.iter().enumerate() {
            let is_last = place + 1 == added.len() && goes[behind + 1..].iter().all(|&goes| goes);
            let comma = if is_last && !self.ends_with_comma() {
                ""
            } else {
                ","
            };
            match self.marks {
                Marks::Brackets => text.extend([line_end, indentation, new, comma]),
                Marks::Dashes => {
                    let dash = dash(&self.text[element.clone()]);
                    text.extend([line_end, indentation, dash, new]);
                }
            }
            if let Some((_, comment)) = moved.as_ref().filter(|(to, _)| *to == place) {
                text.push_str(&self.text[comment.clone()]);
            }
        }
        let start = moved.map_or(end, |(_, comment)| comment.start);
        splices.push(Splice::new(start..end, text));
        splices
    }

    /// The comment behind an element, with the white space before it, where it asks to keep something that
    /// one of those is about which are added: it goes behind that one.
    fn moved_comment(
        &self,
        behind: usize,
        line_end: usize,
        added: &[String],
    ) -> Option<(usize, Range<usize>)> {
        let start = match self.commas[behind] {
            Some(comma) => comma + 1,
            None => self.elements[behind].end,
        };
        let rest = start..line_end;
        let kept = kept_pattern(self.text.get(rest.clone())?.trim())?;
        let entries = added.iter().map(|new| {
            let entry = new.trim_matches(['"', '\'']);
            entry.parse::<ActionPattern>().ok()
        });
        let entries: Vec<Option<ActionPattern>> = entries.collect();
        let first = |is_it: &dyn Fn(&ActionPattern) -> bool| {
            let mut entries = entries.iter();
            entries.position(|entry| entry.as_ref().is_some_and(is_it))
        };
        // That two patterns meet does not say that an action is of both.
        let all_of_it =
            |entry: &ActionPattern| entry.is_included_in(&kept) || kept.is_included_in(entry);
        let to = first(&all_of_it).or_else(|| first(&|entry| entry.meets(&kept)))?;
        Some((to, rest))
    }

    fn ends_with_comma(&self) -> bool {
        self.commas.last().is_some_and(Option::is_some)
    }

    /// The comma behind what is the last element now, if none stood behind the last.
    fn last_comma(&self, fate: &Fate) -> Option<Splice> {
        let last = fate.goes.iter().rposition(|&goes| !goes)?;
        let is_added_to = fate.added.iter().any(|(behind, _)| *behind == last);
        let shares_line = self
            .lines
            .iter()
            .any(|line| line.elements.contains(&last) && line.elements.end > last + 1);
        if self.ends_with_comma() || is_added_to || shares_line {
            return None;
        }
        let comma = self.commas[last]?;
        Some(Splice::remove(comma..comma + 1))
    }
}

/// The dash that an element begins with, and the white space behind it.
pub(super) fn dash(element: &str) -> &str {
    let content = element[1..].trim_start();
    let dash = &element[..element.len() - content.len()];
    if dash.contains('\n') { "- " } else { dash }
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}
