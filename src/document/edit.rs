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
use super::align::{Around, aligned};
use super::blocks::block_removals;
use super::layout::{
    Layout, ListPlace, StatementPlace, WIDEST, Written, begins_line, indentation, indentation_unit,
    line_end_before,
};
use super::list::{Arrangement, Fate, LineList, Marks, dash};
use super::policy_tree::Syntax;
use super::splice::{Splice, removals, splice_part};
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
    let places = &document.layout.statements;
    assert_eq!(edits.len(), places.len(), "every statement needs its edit");
    let statements = document.policy().statements.iter();
    let goes: Vec<bool> = (edits.iter().zip(statements))
        .map(|(edit, statement)| edit.as_ref().is_some_and(|edit| edit.removes(statement)))
        .collect();
    let mut edited = edits.iter().zip(&goes).zip(places);
    let lost = edited.find_map(|((edit, goes), place)| place.cannot_be(edit.as_ref()?, *goes));
    assert!(lost.is_none(), "what cannot be edited must stay");
    if goes.iter().all(|&goes| goes) {
        return None;
    }
    let mut splices = Vec::new();
    for (at, (edit, goes)) in edits.iter().zip(&goes).enumerate() {
        if let Some(edit) = edit.as_ref().filter(|_| !goes) {
            splices.extend(EntryList::new(document, at).splices(edit));
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
            let lines = LineList::new(text, Marks::Brackets, list, statements);
            lines.keeping_first_heading().splices(&Fate { goes, added })
        }
        _ => removals(text, statements, &goes),
    }
}

/// The entries of one `Action` or `NotAction` element in its text.
struct EntryList<'a> {
    text: &'a str,
    layout: &'a Layout,
    place: &'a StatementPlace,
    /// The entries as they were.
    old: &'a [ActionPattern],
    /// Where what is in the lists and between them stands.
    elements: Vec<Range<usize>>,
}

impl<'a> EntryList<'a> {
    fn new(document: &'a Document, statement: usize) -> Self {
        let layout = &document.layout;
        let place = &layout.statements[statement];
        let elements = place.elements.iter().map(|element| element.range.clone());
        EntryList {
            text: document.source().text(),
            layout,
            place,
            old: document.policy().statements[statement].actions.entries(),
            elements: elements.collect(),
        }
    }

    /// What to change so that the entries are as `edit` wants them.
    fn splices<N: AsRef<ActionPattern>>(&self, edit: &StatementEdit<N>) -> Vec<Splice> {
        self.refuse_what_cannot_be(edit);
        if self.place.lists.is_empty() && edit.entries.len() > 1 {
            let written = self.place.value.start..self.elements[0].end;
            return vec![Splice::new(written, self.as_new_list(edit))];
        }
        let count = self.elements.len();
        let mut changes = Changes {
            splices: Vec::new(),
            fate: Fate {
                goes: vec![false; count],
                added: Vec::new(),
            },
        };
        let mut next = 0;
        let mut new = Vec::new();
        for entry in edit.entries.iter() {
            match entry {
                EntryEdit::New(entry) => new.push(entry.as_ref()),
                EntryEdit::Kept(entry) => {
                    let element = self.place.element_of(*entry);
                    // Several entries may come of one element.
                    if element >= next {
                        self.replace_run(next..element, &new, &mut changes);
                        new.clear();
                        next = element + 1;
                    }
                }
            }
        }
        self.replace_run(next..count, &new, &mut changes);
        let Changes { mut splices, fate } = changes;
        for list in &self.place.lists {
            let elements = &self.elements[list.elements.clone()];
            let goes = &fate.goes[list.elements.clone()];
            splices.extend(match list.arrangement {
                Arrangement::Lines => {
                    let fate = fate.of(&list.elements);
                    let items = self.items(list);
                    let (marks, elements) = match &items {
                        Some(items) => (Marks::Dashes, items.as_slice()),
                        None => (Marks::Brackets, elements),
                    };
                    LineList::new(self.text, marks, &list.range, elements).splices(&fate)
                }
                // An empty list has no white space.
                _ if !elements.is_empty() && goes.iter().all(|&goes| goes) => {
                    let inside = list.range.start + 1..list.range.end - 1;
                    vec![Splice::remove(inside)]
                }
                _ => removals(self.text, elements, goes),
            });
            let has_columns = self.layout.syntax == Syntax::Hcl;
            if has_columns && list.arrangement == Arrangement::Lines {
                let (own, others) = splices.into_iter().partition(|one| one.is_in(&list.range));
                splices = others;
                splices.push(self.in_columns(&list.range, own));
            }
        }
        splices
    }

    /// A list with its changes done, and the comments at the ends of its lines one below the other.
    fn in_columns(&self, list: &Range<usize>, changes: Vec<Splice>) -> Splice {
        let old = &self.text[list.clone()];
        let new = splice_part(self.text, list, changes);
        Splice::new(
            list.clone(),
            aligned(old, new, &Around::of(self.text, list)),
        )
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
            let is_alone = self.place.lists.is_empty() && edit.new_entries().next().is_some();
            assert!(all_kept && !is_alone, "what cannot be edited must stay");
        }
    }

    /// Puts `new` where the neighbouring elements `old` stand (none, where new ones only come in
    /// between). What cannot be edited stays.
    fn replace_run(&self, old: Range<usize>, new: &[&ActionPattern], changes: &mut Changes) {
        let is_literal = |&index: &usize| self.place.elements[index].opaque.is_none();
        let literal: Vec<usize> = old.clone().filter(is_literal).collect();
        if literal.is_empty() {
            return self.add_between(new, old, changes);
        }
        // Each is quoted as what stands in its place, as far as that goes.
        let model = |number: usize| literal[number.min(literal.len() - 1)];
        let texts = new.iter().enumerate();
        let texts: Vec<String> = texts
            .map(|(number, entry)| self.spelled(&entry.to_string(), model(number)))
            .collect();
        let mut texts = texts.as_slice();
        for (&index, count) in literal.iter().zip(self.shares(&literal, new)) {
            let (own_texts, rest) = texts.split_at(count);
            texts = rest;
            let Some((first, more)) = own_texts.split_first() else {
                changes.fate.goes[index] = true;
                continue;
            };
            let replaced = Splice::new(self.elements[index].clone(), first.clone());
            changes.splices.push(replaced);
            if !more.is_empty() {
                self.add_behind(index, more.to_vec(), changes);
            }
        }
    }

    /// How many of the `new` ones, in order, take the place of each of these elements: one each as far as
    /// that goes, and the last the rest. Where there are comments, each takes what it included, so
    /// that a comment stays with what it is about.
    fn shares(&self, literal: &[usize], new: &[&ActionPattern]) -> Vec<usize> {
        let mut shares = vec![0; literal.len()];
        let is_in_lines = |&element: &usize| {
            let list = self.list_of(element);
            list.is_some_and(|list| list.arrangement == Arrangement::Lines)
        };
        let has_comments = literal.iter().any(is_in_lines);
        let mut at = 0;
        for entry in new {
            if has_comments {
                let old = |at: usize| &self.old[self.place.elements[literal[at]].entries.start];
                let including = (at..literal.len()).find(|&at| entry.is_included_in(old(at)));
                at = including.unwrap_or(at);
                shares[at] += 1;
            } else {
                shares[at] += 1;
                at = (at + 1).min(literal.len() - 1);
            }
        }
        shares
    }

    /// Adds new entries behind what is before `place`, or else before what is behind it, as one of them
    /// stands in a list.
    fn add_between(&self, new: &[&ActionPattern], place: Range<usize>, changes: &mut Changes) {
        if new.is_empty() {
            return;
        }
        let spelled = |element: usize| -> Vec<String> {
            let new = new.iter().map(ToString::to_string);
            new.map(|entry| self.spelled(&entry, element)).collect()
        };
        let mut before = place.start.checked_sub(1).into_iter().chain(place.clone());
        if let Some(element) = before.find(|&element| self.list_of(element).is_some()) {
            return self.add_behind(element, spelled(element), changes);
        }
        let list = self.list_of(place.end);
        assert!(list.is_some(), "a new entry needs a list to stand in");
        let separator = list.map_or_else(String::new, |list| self.separator(list));
        let added = spelled(place.end).into_iter();
        let text = added.flat_map(|text| [text, separator.clone()]).collect();
        let ahead = Splice::insert(self.elements[place.end].start, text);
        changes.splices.push(ahead);
    }

    /// Adds new entries, as they are written, behind an element that stays in its list.
    fn add_behind(&self, element: usize, added: Vec<String>, changes: &mut Changes) {
        let list = self.list_of(element);
        if list.is_some_and(|list| list.arrangement == Arrangement::Lines) {
            changes.fate.added.push((element, added));
            return;
        }
        let separator = list.map_or_else(String::new, |list| self.separator(list));
        let text = added.iter().flat_map(|text| [&separator, text]);
        let text = text.map(String::as_str).collect();
        let behind = Splice::insert(self.elements[element].end, text);
        changes.splices.push(behind);
    }

    /// The list that an element stands in.
    fn list_of(&self, element: usize) -> Option<&'a ListPlace> {
        let mut lists = self.place.lists.iter();
        lists.find(|list| list.elements.contains(&element))
    }

    /// The comma and white space between new entries of a list.
    fn separator(&self, list: &ListPlace) -> String {
        let elements = &self.elements[list.elements.clone()];
        match self.items(list) {
            Some(items) => {
                let first = &items[0];
                let line_end = line_end_before(self.text, first.start);
                let indentation = indentation(self.text, first.start).unwrap_or_default();
                [line_end, indentation, dash(&self.text[first.clone()])].concat()
            }
            None => separator(self.text, self.place, elements, self.layout.syntax),
        }
    }

    /// The elements of a list from their dashes on, where they have any.
    fn items(&self, list: &ListPlace) -> Option<Vec<Range<usize>>> {
        let elements = &self.elements[list.elements.clone()];
        let items = || items(self.text, list.range.start, elements).ok();
        list.has_dashes(self.text).then(items).flatten()
    }

    /// A list in place of the one string: a line for each entry where the element has a line of
    /// its own, otherwise on one line.
    fn as_new_list<N: AsRef<ActionPattern>>(&self, edit: &StatementEdit<N>) -> String {
        // In YAML what is around one string that can become a list of lines is part of the value.
        let is_in_lines = self.place.value.start < self.elements[0].start;
        let entries = edit.entries.iter().map(|entry| match entry {
            EntryEdit::Kept(_) => self.text[self.elements[0].clone()].to_owned(),
            EntryEdit::New(new) => {
                let new = new.as_ref().to_string();
                self.quotes(0).around(&new, !is_in_lines)
            }
        });
        let entries: Vec<String> = entries.collect();
        let name = self.place.name.start;
        if is_in_lines {
            let line_end = line_end_before(self.text, name);
            let dash = format!("{line_end}{}- ", " ".repeat(column(self.text, name) + 2));
            return entries
                .into_iter()
                .flat_map(|entry| [dash.clone(), entry])
                .collect();
        }
        if self.layout.syntax.has_comments() {
            // What stands beside it stays aligned.
            return format!("[{}]", entries.join(", "));
        }
        if !begins_line(self.text, name) {
            let separator = separator(self.text, self.place, &self.elements, self.layout.syntax);
            return format!("[{}]", entries.join(&separator));
        }
        let outer = format!(
            "{}{}",
            line_end_before(self.text, name),
            indentation(self.text, name).unwrap_or_default()
        );
        let inner = format!("{outer}{}", self.indentation_unit());
        format!("[{inner}{}{outer}]", entries.join(&format!(",{inner}")))
    }

    /// The file's own: that of the policy's elements, else that of the statement's.
    fn indentation_unit(&self) -> &str {
        let Layout {
            policy,
            first_member,
            ..
        } = self.layout;
        indentation_unit(self.text, policy, first_member.start)
            .or_else(|| indentation_unit(self.text, &self.place.range, self.place.name.start))
            .unwrap_or_default()
    }

    /// A new entry as it is written in the place of an old one, or behind it.
    fn spelled(&self, entry: &str, like: usize) -> String {
        let list = self.list_of(like);
        let is_in_brackets = list.is_some_and(|list| !list.has_dashes(self.text));
        let is_in_brackets = is_in_brackets || self.place.is_in_braces(self.text);
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
    if !place.lists.is_empty() && begins_line(text, first) {
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
