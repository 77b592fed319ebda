//! Writes a policy back with other entries, and every other byte as it was.
//!
//! A change is a list of [`Splice`]s over the source's text. What no splice touches is copied, so
//! indentation, key order, line ends, escapes and odd spacing are preserved by construction.
//!
//! The lines of a diff are kept few: where entries go and new ones come at the same place, the
//! new ones take the places of the old ones first, commas and white space included; only what is
//! left over is inserted or removed.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Document;
use super::blocks::block_removals;
use super::file::Syntax;
use super::layout::{
    Layout, StatementPlace, WIDEST, Written, begins_line, indentation, indentation_unit,
    line_end_before,
};
use super::list::{Arrangement, Fate, LineList, Marks};
use super::splice::{Splice, removals};
use super::yaml::{column, items};
use crate::iam::{ActionPattern, EntryEdit, StatementEdit};

impl Document {
    /// The text with its statements changed: `edits` has one for each, and none for those that stay
    /// as they are. `None` when no statement is left: that is no policy any more.
    ///
    /// The text is the whole file, byte order mark included. Where it holds other policies too,
    /// these stay as they are.
    ///
    /// ```
    /// use iam_refine::document::Document;
    /// use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
    /// use iam_refine::text::Source;
    /// let text = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:Get*",  "s3:List*"]}}"#;
    /// let document = Document::parse(Source::from_text("policy.json", text))?;
    /// let new: ActionPattern = "s3:GetObject*".parse()?;
    /// let edit = StatementEdit { entries: [EntryEdit::New(new), EntryEdit::Kept(1)].into() };
    /// assert_eq!(document.rewrite(&[Some(edit)]), Some(text.replace("Get*", "GetObject*")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// When `edits` asks for what cannot be, as in [`rewrite`](super::rewrite).
    pub fn rewrite<N: AsRef<ActionPattern>>(
        &self,
        edits: &[Option<StatementEdit<N>>],
    ) -> Option<String> {
        super::rewrite(&[(self, edits)])
    }
}

/// What to change so that the statements of `document` are as `edits` wants them. `None` when no
/// statement is left.
pub(super) fn edited<N: AsRef<ActionPattern>>(
    document: &Document,
    edits: &[Option<StatementEdit<N>>],
) -> Option<Vec<Splice>> {
    let text = document.source().text();
    let places = &document.layout.statements;
    assert_eq!(edits.len(), places.len(), "every statement needs its edit");
    let statements = document.policy().statements.iter();
    let goes: Vec<bool> = (edits.iter().zip(statements))
        .map(|(edit, statement)| edit.as_ref().is_some_and(|edit| edit.removes(statement)))
        .collect();
    let must_stay =
        |place: &StatementPlace| place.opaque().next().is_some() || place.must_stay.is_some();
    let no_loss = (goes.iter().zip(places)).all(|(goes, place)| !goes || !must_stay(place));
    assert!(no_loss, "what cannot be edited must stay");
    if goes.iter().all(|&goes| goes) {
        return None;
    }
    let mut splices = Vec::new();
    for ((edit, place), goes) in edits.iter().zip(places).zip(&goes) {
        if let Some(edit) = edit.as_ref().filter(|_| !goes) {
            splices.extend(EntryList::new(text, &document.layout, place).splices(edit));
        }
    }
    let statements: Vec<_> = places.iter().map(|place| place.range.clone()).collect();
    splices.extend(removed_statements(document, &statements, goes));
    Some(splices)
}

fn removed_statements(
    document: &Document,
    statements: &[Range<usize>],
    goes: Vec<bool>,
) -> Vec<Splice> {
    let text = document.source().text();
    let layout = &document.layout;
    match (&layout.written, &layout.statement_list) {
        (Written::Blocks, _) => block_removals(text, statements, &goes),
        (Written::List(Arrangement::Lines), Some(list)) => {
            let added = Vec::new();
            LineList::new(text, Marks::Brackets, list, statements).splices(&Fate { goes, added })
        }
        _ => removals(text, statements, &goes),
    }
}

/// The entries of one `Action` or `NotAction` element in its text.
struct EntryList<'a> {
    text: &'a str,
    layout: &'a Layout,
    place: &'a StatementPlace,
    /// Where what is in the list stands.
    elements: Vec<Range<usize>>,
    /// The same from their dashes on, where they have any.
    items: Option<Vec<Range<usize>>>,
    /// The comma and white space between new entries.
    separator: String,
}

impl<'a> EntryList<'a> {
    fn new(text: &'a str, layout: &'a Layout, place: &'a StatementPlace) -> Self {
        let elements = place.elements.iter().map(|element| element.range.clone());
        let elements: Vec<_> = elements.collect();
        let items = place
            .has_dashes(text)
            .then(|| items(text, place.value.start, &elements));
        let items = items.and_then(Result::ok);
        let separator = match &items {
            Some(items) => between_dashes(text, &items[0], &elements[0]),
            None => separator(text, place, &elements, layout.syntax),
        };
        EntryList {
            text,
            layout,
            place,
            separator,
            items,
            elements,
        }
    }

    /// The list, where it is one in lines.
    fn in_lines(&self) -> LineList<'_> {
        let (marks, elements) = match &self.items {
            Some(items) => (Marks::Dashes, items),
            None => (Marks::Brackets, &self.elements),
        };
        LineList::new(self.text, marks, &self.place.value, elements)
    }

    /// What to change so that the entries are as `edit` wants them.
    fn splices<N: AsRef<ActionPattern>>(&self, edit: &StatementEdit<N>) -> Vec<Splice> {
        self.refuse_what_cannot_be(edit);
        let wanted = self.wanted(edit);
        if !self.place.is_list && wanted.len() > 1 {
            let written = self.place.value.start..self.elements[0].end;
            return vec![Splice::new(written, self.as_new_list(&wanted))];
        }
        let count = self.elements.len();
        let mut changes = Changes {
            splices: Vec::new(),
            fate: Fate {
                goes: vec![false; count],
                added: Vec::new(),
            },
        };
        let mut next_old = 0;
        let mut new = Vec::new();
        for element in wanted {
            match element {
                EntryEdit::New(text) => new.push(text),
                EntryEdit::Kept(index) => {
                    self.replace_run(next_old..index, &new, &mut changes);
                    new.clear();
                    next_old = index + 1;
                }
            }
        }
        self.replace_run(next_old..count, &new, &mut changes);
        changes.splices.extend(match self.place.arrangement {
            Arrangement::Lines => self.in_lines().splices(&changes.fate),
            _ => removals(self.text, &self.elements, &changes.fate.goes),
        });
        changes.splices
    }

    fn refuse_what_cannot_be<N>(&self, edit: &StatementEdit<N>) {
        let mut next_old = 0;
        for index in edit.kept() {
            assert!(next_old <= index, "kept entries are out of order");
            next_old = index + 1;
        }
        let count = (self.place.elements.last()).map_or(0, |last| last.entries.end);
        assert!(next_old <= count, "there is no such entry");
        let kept: Vec<usize> = edit.kept().collect();
        for opaque in self.place.opaque() {
            let all_kept = (opaque.entries.clone()).all(|entry| kept.binary_search(&entry).is_ok());
            let is_alone = !self.place.is_list && edit.new_entries().next().is_some();
            assert!(all_kept && !is_alone, "what cannot be edited must stay");
        }
    }

    /// The elements that `edit` wants, the new ones as they are written. What cannot be edited is
    /// among them, whether or not any entry comes of it.
    fn wanted<N: AsRef<ActionPattern>>(&self, edit: &StatementEdit<N>) -> Vec<EntryEdit<String>> {
        let opaque = |from: usize, to: usize| {
            let indices = (from..to).filter(|&index| self.place.elements[index].opaque.is_some());
            indices.map(EntryEdit::Kept)
        };
        let mut wanted = Vec::new();
        let mut next = 0;
        for entry in edit.entries.iter() {
            match entry {
                EntryEdit::New(entry) => wanted.push(EntryEdit::New(entry.as_ref().to_string())),
                EntryEdit::Kept(entry) => {
                    let element = self.place.element_of(*entry);
                    // Several entries may come of one element.
                    if element >= next {
                        wanted.extend(opaque(next, element));
                        wanted.push(EntryEdit::Kept(element));
                        next = element + 1;
                    }
                }
            }
        }
        wanted.extend(opaque(next, self.elements.len()));
        wanted
    }

    /// Puts `new` where the neighbouring entries `old` stand (none, where new ones only come in
    /// between): one for one as far as that goes, then in addition or in removal.
    fn replace_run(&self, old: Range<usize>, new: &[String], changes: &mut Changes) {
        let entries = &self.elements;
        for (index, entry) in old.clone().zip(new) {
            let text = self.spelled(entry, index);
            changes
                .splices
                .push(Splice::new(entries[index].clone(), text));
        }
        for index in old.clone().skip(new.len()) {
            changes.fate.goes[index] = true;
        }
        let added = new.get(old.len()..).unwrap_or_default();
        if added.is_empty() {
            return;
        }
        let like = old.end.saturating_sub(1);
        let added: Vec<String> = added
            .iter()
            .map(|entry| self.spelled(entry, like))
            .collect();
        let separator = &self.separator;
        if old.end > 0 && self.place.arrangement == Arrangement::Lines {
            changes.fate.added.push((old.end - 1, added));
        } else if old.end > 0 {
            let text = added.iter().flat_map(|text| [separator, text]);
            let text = text.map(String::as_str).collect();
            changes
                .splices
                .push(Splice::insert(entries[old.end - 1].end, text));
        } else {
            let text = added.iter().flat_map(|text| [text, separator]);
            let text = text.map(String::as_str).collect();
            changes.splices.push(Splice::insert(entries[0].start, text));
        }
    }

    /// A list in place of the one string: a line for each entry where the element has a line of
    /// its own, otherwise on one line.
    fn as_new_list(&self, wanted: &[EntryEdit<String>]) -> String {
        if self.layout.syntax == Syntax::Yaml {
            return self.as_new_yaml_list(wanted);
        }
        let entries: Vec<_> = wanted.iter().map(|entry| self.written(entry)).collect();
        let name = self.place.name.start;
        if self.layout.syntax == Syntax::Hcl {
            // What stands beside it stays aligned.
            return format!("[{}]", entries.join(", "));
        }
        if !begins_line(self.text, name) {
            return format!("[{}]", entries.join(&self.separator));
        }
        let outer = format!(
            "{}{}",
            line_end_before(self.text, name),
            indentation(self.text, name).unwrap_or_default()
        );
        let inner = format!("{outer}{}", self.indentation_unit());
        format!("[{inner}{}{outer}]", entries.join(&format!(",{inner}")))
    }

    /// The same in YAML: an element behind a dash on each line, two columns deeper than the name, or a list
    /// in brackets where the statement is in braces or a comment stands behind the one string.
    fn as_new_yaml_list(&self, wanted: &[EntryEdit<String>]) -> String {
        if self.place.value.start < self.elements[0].start {
            let line_end = line_end_before(self.text, self.place.name.start);
            let own_column = column(self.text, self.place.name.start);
            let dash = format!("{line_end}{}- ", " ".repeat(own_column + 2));
            let entries = wanted.iter().map(|entry| self.written(entry));
            return entries.flat_map(|entry| [dash.clone(), entry]).collect();
        }
        let entries: Vec<_> = wanted
            .iter()
            .map(|entry| self.written_in(entry, true))
            .collect();
        format!("[{}]", entries.join(", "))
    }

    /// The file's own: that of the policy's elements, else that of the statement's.
    fn indentation_unit(&self) -> &str {
        let Layout {
            policy,
            first_member,
            ..
        } = self.layout;
        indentation_unit(self.text, policy.start, first_member.start)
            .or_else(|| indentation_unit(self.text, self.place.range.start, self.place.name.start))
            .unwrap_or_default()
    }

    fn written(&self, element: &EntryEdit<String>) -> String {
        self.written_in(element, false)
    }

    fn written_in(&self, element: &EntryEdit<String>, in_brackets: bool) -> String {
        match element {
            EntryEdit::Kept(index) => self.text[self.elements[*index].clone()].to_owned(),
            EntryEdit::New(entry) => self.quotes(0).around(entry, in_brackets),
        }
    }

    /// A new entry as it is written in the place of an old one, or behind it.
    fn spelled(&self, entry: &str, like: usize) -> String {
        let is_in_brackets =
            self.items.is_none() && self.place.is_list || self.place.is_in_braces(self.text);
        self.quotes(like).around(entry, is_in_brackets)
    }

    /// Those of an old entry; of the first one that is literal, if that one is not.
    fn quotes(&self, like: usize) -> Quotes {
        if self.layout.syntax != Syntax::Yaml {
            return Quotes::Double;
        }
        let is_literal = |index: &usize| self.place.elements[*index].opaque.is_none();
        let like = Some(like).filter(is_literal);
        let like = like.or_else(|| (0..self.elements.len()).find(is_literal));
        match like.map(|index| self.text.as_bytes()[self.elements[index].start]) {
            Some(b'"') => Quotes::Double,
            Some(b'\'') => Quotes::Single,
            _ => Quotes::Plain,
        }
    }
}

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Double,
    Single,
    /// Without, where YAML can do without.
    Plain,
}

impl Quotes {
    /// An entry in these quotes. It holds nothing that has to be escaped in any.
    fn around(self, entry: &str, is_in_brackets: bool) -> String {
        let begins_plainly = entry.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let needs_quotes = !begins_plainly || is_in_brackets && entry.contains('?');
        match self {
            Quotes::Double => format!("\"{entry}\""),
            Quotes::Plain if !needs_quotes => entry.to_owned(),
            Quotes::Single | Quotes::Plain => format!("'{entry}'"),
        }
    }
}

/// What stands between the elements of a list of YAML behind dashes, as before the first.
fn between_dashes(text: &str, item: &Range<usize>, element: &Range<usize>) -> String {
    let line_end = line_end_before(text, item.start);
    let indentation = indentation(text, item.start).unwrap_or_default();
    let dash = &text[item.start..element.start];
    let dash = if dash.contains('\n') { "- " } else { dash };
    format!("{line_end}{indentation}{dash}")
}

/// The comma and white space between two entries: what most often stands there, as far as it is for
/// readability. Where there is but one entry, a line for each if that one has a line of its own.
fn separator(
    text: &str,
    place: &StatementPlace,
    elements: &[Range<usize>],
    syntax: Syntax,
) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in elements.windows(2) {
        let between = &text[pair[0].end..pair[1].start];
        if between.len() <= WIDEST && !between.contains(['#', '/']) {
            *counts.entry(between).or_default() += 1;
        }
    }
    if let Some((most_often, _)) = counts.into_iter().max_by_key(|&(_, count)| count) {
        return most_often.to_owned();
    }
    let first = elements[0].start;
    let is_minified =
        !syntax.has_comments() && text[place.name.end..place.value.start].ends_with(':');
    if place.is_list && begins_line(text, first) {
        let line_end = line_end_before(text, first);
        format!(
            ",{line_end}{}",
            indentation(text, first).unwrap_or_default()
        )
    } else if is_minified {
        // No white space after the colon: none after the comma either.
        ",".to_owned()
    } else {
        ", ".to_owned()
    }
}

/// What becomes of an entry list, as it is found out.
struct Changes {
    splices: Vec<Splice>,
    fate: Fate,
}
