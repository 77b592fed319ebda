//! Where the statements and entries of a policy stand in its text.

use std::cell::OnceCell;
use std::ops::Range;

use super::blocks::{cannot_go, directive_above, directive_in};
use super::list::Arrangement;
use super::policy_tree::{PolicyTree, StatementForm, Syntax};
use super::yaml::{column, is_alone, items, past_comments, with_comments, with_comments_around};
use crate::iam::{ActionPattern, StatementEdit};
use crate::text::{Lines, Source};

/// The places of a policy's parts, as bytes of the source's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The policy object, braces included.
    pub policy: Range<usize>,
    /// The first member of the policy object, from which the file's indentation is read off.
    pub first_member: Range<usize>,
    /// The statements, in the order of the text.
    pub statements: Vec<StatementPlace>,
    /// The list that they stand in, if they do.
    pub statement_list: Option<Range<usize>>,
    /// How that list is written.
    pub written: Written,
    /// How it and the lists in it are written.
    pub syntax: Syntax,
}

/// How the statements of a list are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// In brackets.
    List(Arrangement),
    /// As blocks.
    Blocks,
}

/// Where a statement and its parts stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StatementPlace {
    /// The statement object, braces included.
    pub range: Range<usize>,
    /// The name of its `Action` or `NotAction` element, quotes included.
    pub name: Range<usize>,
    /// The value of that element: a string, a list, or lists that are joined.
    pub value: Range<usize>,
    /// What stands in the lists, in order, and between them; the value itself where there is no list.
    pub elements: Vec<Element>,
    /// The lists in order: one as a rule, several where they are joined, none where the value is one
    /// string.
    pub lists: Vec<ListPlace>,
    /// How it is written; and why it may not be removed, for whatever reason.
    pub form: StatementForm,
    /// Why an entry that is written as it is has to stay: in some place nothing else is there.
    pub needs_literal: Option<String>,
}

/// A list of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListPlace {
    /// Its bytes, brackets included.
    pub range: Range<usize>,
    /// Which of the elements stand in it.
    pub elements: Range<usize>,
    /// How they stand in it.
    pub arrangement: Arrangement,
}

/// What stands in a list of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Its bytes, quotes included where it is a string.
    pub range: Range<usize>,
    /// Which of the entries it is, or comes to.
    pub entries: Range<usize>,
    /// Why it cannot be edited; none where it is an entry, written as it is.
    pub opaque: Option<String>,
    /// Whether it may come to what is written beside it too.
    pub may_repeat: bool,
    /// For each of its entries why that one cannot be edited, where it is told of it alone.
    pub own_reasons: Vec<Option<String>>,
}

/// Where an entry stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// It is written there as it is, quotes included.
    Literal(Range<usize>),
    /// What is written there comes to it, and perhaps to others, and cannot be edited for this
    /// reason.
    Opaque(Range<usize>, &'a str),
}

impl Layout {
    /// Takes over what the tree says beside its values, and finds out what cannot be edited as it is
    /// written.
    pub fn take_from(&mut self, source: &Source, tree: &PolicyTree) {
        self.syntax = tree.syntax;
        for (statement, form) in self.statements.iter_mut().zip(&tree.forms) {
            statement.form.clone_from(form);
        }
        for statement in &mut self.statements {
            let expressions = statement
                .opaque()
                .map(|element| &source.text()[element.range.clone()]);
            statement.form.perhaps = expressions.flat_map(entries_in).collect();
        }
        if self.syntax == Syntax::Json {
            return;
        }
        let text = source.text();
        // Looked for only where something is in the way, and then for all at once.
        let lines: OnceCell<Lines> = OnceCell::new();
        let at = |reason: &str, place: usize| {
            let line = lines.get_or_init(|| Lines::of(text)).at(place);
            format!("{reason}, {}:{line}", source.name().raw())
        };
        if self.syntax == Syntax::Yaml {
            self.policy = with_comments_around(text, &self.policy);
        }
        let has_comments = self.syntax.has_comments();
        for statement in &mut self.statements {
            if self.syntax == Syntax::Yaml {
                statement.widen(text);
            }
            statement.arrange(text, has_comments);
            for list in &statement.lists {
                if let Arrangement::Mixed(place) = list.arrangement {
                    let reason = if is_comment_at(text, place) {
                        at(
                            "a comment that is no line of its own with # stands between the entries",
                            place,
                        )
                    } else {
                        at("something stands between the entries", place)
                    };
                    for element in &mut statement.elements[list.elements.clone()] {
                        element.opaque.get_or_insert_with(|| reason.clone());
                    }
                }
            }
        }
        let ranges: Vec<Range<usize>> = (self.statements.iter())
            .map(|statement| statement.range.clone())
            .collect();
        let Some(list) = &self.statement_list else {
            return;
        };
        if text[list.clone()].starts_with('[') {
            let arrangement = Arrangement::of(text, list, &ranges, has_comments);
            for (place, statement) in self.statements.iter_mut().enumerate() {
                let obstacle = match arrangement {
                    Arrangement::Mixed(place) if is_comment_at(text, place) => Some((
                        "a comment that is no line of its own with # stands between the statements",
                        place,
                    )),
                    Arrangement::Mixed(place) => {
                        Some(("something stands between the statements", place))
                    }
                    _ if has_comments => directive_in(text, &statement.range)
                        .or_else(|| directive_above(text, &ranges, place)),
                    _ => None,
                };
                let obstacle = obstacle.map(|(reason, place)| at(reason, place));
                statement.form.stays_for(obstacle);
            }
            self.written = Written::List(arrangement);
        } else {
            for (place, statement) in self.statements.iter_mut().enumerate() {
                let obstacle = cannot_go(text, &ranges, place);
                let obstacle = obstacle.map(|(reason, place)| at(reason, place));
                statement.form.stays_for(obstacle);
            }
            self.written = Written::Blocks;
        }
    }

    /// The same places in the part of the text that begins at `start`.
    pub fn in_part_from(mut self, start: usize) -> Self {
        let place = |range: &mut Range<usize>| *range = range.start - start..range.end - start;
        place(&mut self.policy);
        place(&mut self.first_member);
        self.statement_list.iter_mut().for_each(place);
        for statement in &mut self.statements {
            place(&mut statement.range);
            place(&mut statement.name);
            place(&mut statement.value);
            for list in &mut statement.lists {
                place(&mut list.range);
            }
            for element in &mut statement.elements {
                place(&mut element.range);
            }
        }
        self
    }
}

impl Place<'_> {
    /// The bytes of the text.
    pub fn range(&self) -> &Range<usize> {
        match self {
            Place::Literal(range) | Place::Opaque(range, _) => range,
        }
    }

    /// Whether the entry can be replaced or removed.
    pub fn is_editable(&self) -> bool {
        matches!(self, Place::Literal(_))
    }
}

impl ListPlace {
    /// Whether it is a list of YAML whose elements stand behind dashes.
    pub fn has_dashes(&self, text: &str) -> bool {
        !text[self.range.start..].starts_with('[')
    }
}

impl StatementPlace {
    fn arrange(&mut self, text: &str, has_comments: bool) {
        for list in &mut self.lists {
            let elements = self.elements[list.elements.clone()].iter();
            let elements: Vec<_> = elements.map(|element| element.range.clone()).collect();
            list.arrangement = if list.has_dashes(text) {
                match items(text, list.range.start, &elements) {
                    Ok(_) => Arrangement::Lines,
                    Err(place) => Arrangement::Mixed(place),
                }
            } else {
                Arrangement::of(text, &list.range, &elements, has_comments)
            };
        }
    }

    /// Whether the statement is written in braces.
    pub fn is_in_braces(&self, text: &str) -> bool {
        let dash = usize::from(text[self.range.start..].starts_with('-'));
        let start = past_comments(text, self.range.start + dash, self.range.end);
        text[start..].starts_with('{')
    }

    /// Takes into the value all of the lines that may change with it where YAML has no brackets: from
    /// the colon of its name to the last line of a list, with the comments behind it that are indented
    /// as the list is.
    fn widen(&mut self, text: &str) {
        let is_flow = self.is_in_braces(text) || text[self.value.start..].starts_with('[');
        let colon = past_comments(text, self.name.end, text.len());
        if is_flow || self.name.is_empty() || !text[colon..].starts_with(':') {
            return;
        }
        let behind_colon = colon + ":".len();
        let (Some(list), Some(end)) = (self.lists.first_mut(), self.elements.last()) else {
            if is_alone(text, behind_colon, &self.value) && column(text, colon) <= WIDEST {
                self.value = behind_colon..with_comments(text, self.value.end, usize::MAX);
            }
            return;
        };
        let dash = past_comments(text, behind_colon, text.len());
        let end = with_comments(text, end.range.end, column(text, dash));
        list.range = behind_colon..end;
        self.value = list.range.clone();
    }

    /// Where an entry stands, and whether it can be edited there.
    pub fn entry(&self, entry: usize) -> Place<'_> {
        let element = &self.elements[self.element_of(entry)];
        let own_reason = element.own_reasons.get(entry - element.entries.start);
        match (&element.opaque, own_reason.and_then(Option::as_ref)) {
            (None, _) => Place::Literal(element.range.clone()),
            (Some(_), Some(reason)) | (Some(reason), None) => {
                Place::Opaque(element.range.clone(), reason)
            }
        }
    }

    /// Why the statement cannot become what is asked for: nothing is left of it though it has to
    /// stay, or no entry that is written as it is. `is_removed` where no entry is left that is known.
    pub fn cannot_be<N>(&self, edit: &StatementEdit<N>, is_removed: bool) -> Option<&str> {
        if is_removed {
            let opaque = self.opaque().find_map(|element| element.opaque.as_deref());
            return self.form.must_stay.as_deref().or(opaque);
        }
        let has_literal = edit.new_entries().next().is_some()
            || (edit.kept()).any(|entry| self.entry(entry).is_editable());
        let reason = self.needs_literal.as_deref();
        reason.filter(|_| !has_literal)
    }

    /// The elements that cannot be edited.
    pub fn opaque(&self) -> impl Iterator<Item = &Element> {
        (self.elements.iter()).filter(|element| element.opaque.is_some())
    }

    /// Which of the elements an entry is, or comes from.
    pub fn element_of(&self, entry: usize) -> usize {
        (self.elements).partition_point(|element| element.entries.end <= entry)
    }
}

/// Whether a comment begins there.
fn is_comment_at(text: &str, place: usize) -> bool {
    text[place..].starts_with(['#', '/'])
}

/// More white space than this is no indentation, and is not repeated for each new entry: a file of
/// some megabytes would become one of gigabytes.
pub(super) const WIDEST: usize = 256;

/// The white space at the start of the line that holds `offset`; `None` when it is too wide to be
/// indentation.
pub(super) fn indentation(text: &str, offset: usize) -> Option<&str> {
    let line = &text[line_start(text, offset)..offset];
    let width = line.len() - line.trim_start().len();
    (width <= WIDEST).then_some(&line[..width])
}

/// Whether only white space stands before `offset` in its line. The first line has no such place:
/// what stands in it was not put on a line of its own.
pub(super) fn begins_line(text: &str, offset: usize) -> bool {
    // Looking for the start of a line that holds a whole policy would take long.
    let in_line = |letter: char| letter != '\n' && letter.is_whitespace();
    text[..offset].trim_end_matches(in_line).ends_with('\n')
}

/// The line end before the line that holds `offset`.
pub(super) fn line_end_before(text: &str, offset: usize) -> &'static str {
    if text[..line_start(text, offset)].ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

/// By how much a member on its own line is indented more than the object it stands in; `None`
/// when it has no line of its own, or is not indented more.
pub(super) fn indentation_unit<'t>(
    text: &'t str,
    object: &Range<usize>,
    member: usize,
) -> Option<&'t str> {
    if !begins_line(text, member) {
        return None;
    }
    // Where an object was taken out of an answer, the line that it begins in is not whole.
    let brace = object.end.saturating_sub(1);
    let is_own_line = text[..object.end].ends_with('}') && begins_line(text, brace);
    let line = if is_own_line { brace } else { object.start };
    indentation(text, member)?
        .strip_prefix(indentation(text, line)?)
        .filter(|unit| !unit.is_empty())
}

pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}

/// What stands in an expression and may be an entry, in small letters.
fn entries_in(expression: &str) -> impl Iterator<Item = String> + '_ {
    let colons = expression.match_indices(':').map(|(at, _)| at);
    colons.filter_map(|at| {
        let (before, behind) = (&expression[..at], &expression[at + 1..]);
        let is_of_service = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "*?".contains(letter);
        let service = before.trim_end_matches(is_of_service).len();
        let name = behind.len() - behind.trim_start_matches(is_of_name).len();
        let entry = format!("{}:{}", &before[service..], &behind[..name]);
        let is_entry = entry.parse::<ActionPattern>().is_ok();
        is_entry.then(|| entry.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_what_a_member_is_indented_more() {
        fn unit(text: &str) -> Option<&str> {
            let object = text.find('{').unwrap()..text.rfind('}').map_or(text.len(), |end| end + 1);
            indentation_unit(text, &object, text.find('"').unwrap())
        }
        assert_eq!(unit("{\n   \"a\": 1}"), Some("   "));
        assert_eq!(unit("[\n\t{\r\n\t\t\"a\": 1}]"), Some("\t"));
        assert_eq!(unit("{\"a\": 1}"), None);
        assert_eq!(unit("{\n\"a\": 1}"), None);
        assert_eq!(unit("    {\n\t\"a\": 1}"), None);
        assert_eq!(
            unit(&format!("{{\n{}\"a\": 1}}", " ".repeat(256))).map(str::len),
            Some(256)
        );
        assert_eq!(unit(&format!("{{\n{}\"a\": 1}}", " ".repeat(257))), None);
    }

    #[test]
    fn line_ends_are_taken_from_the_line_before() {
        assert_eq!(line_end_before("{\r\n  \"a\"\n}", 5), "\r\n");
        assert_eq!(line_end_before("{\r\n  \"a\"\n}", 9), "\n");
    }
}
