//! A policy and the text it was read from.

use std::ops::Range;
use std::sync::Arc;

use super::edit::edited;
use super::file::File;
use super::grammar::read_policy;
use super::layout::{Layout, Place};
use super::policy_tree::{ReadPolicy, StatementForm, Syntax};
use super::splice::splice;
use crate::iam::{ActionPattern, Policy, StatementEdit, quota};
use crate::text::{Json, Problem, Problems, Source};

/// A policy in its source text.
///
/// ```
/// use iam_refine::document::Document;
/// use iam_refine::text::Source;
/// let text = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"]}}"#;
/// let document = Document::parse(Source::from_text("policy.json", text))?;
/// let entries = document.policy().statements[0].actions.entries();
/// assert_eq!(entries[1].to_string(), "s3:List*");
/// assert_eq!(&text[document.entry_range(0, 1)], "\"s3:List*\"");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    file: Arc<File>,
    place: usize,
    policy: Arc<Policy>,
    warnings: Vec<Problem>,
    pub(super) layout: Layout,
}

impl Document {
    /// Reads a file that holds a policy document and nothing else.
    ///
    /// # Errors
    /// All that is wrong with the file, in the order of its text: what is not JSON, or not a
    /// permissions policy.
    pub fn parse(source: Source) -> Result<Self, Problems> {
        let json = Json::parse(&source)?;
        Self::from_json(source, &json)
    }

    /// Reads the policy document that is `json`, all that `source` holds.
    ///
    /// # Errors
    /// All that is wrong with the policy, in the order of the text.
    pub fn from_json(source: Source, json: &Json) -> Result<Self, Problems> {
        let read = ReadPolicy::of(&source, json.clone().into())?;
        let file = Arc::new(File::of_one_policy(source));
        Ok(Self::in_file(file, 0, read))
    }

    /// The policy that was read, the one at `place` of those in a file.
    pub(super) fn in_file(file: Arc<File>, place: usize, read: ReadPolicy) -> Self {
        Document {
            file,
            place,
            policy: Arc::new(read.policy),
            warnings: read.warnings,
            layout: read.layout,
        }
    }

    /// Reads the policy document that is `json`, a part of `source`, as a document of its own: what
    /// is around it is no part of it, and is not there when it is written. What is wrong with it is
    /// reported at its place in `source`; the document is called `name`.
    ///
    /// # Errors
    /// All that is wrong with the policy, in the order of the text.
    pub fn of_part(source: &Source, json: &Json, name: &str) -> Result<Self, Problems> {
        let (policy, layout, warnings) = read_policy(source, json)?;
        let part = source.part(name, &source.text()[json.range.clone()]);
        Ok(Document {
            file: Arc::new(File::of_one_policy(part)),
            place: 0,
            policy: Arc::new(policy),
            warnings,
            layout: layout.in_part_from(json.range.start),
        })
    }

    /// The policy that the text means: effects, patterns and all other elements as values.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The same, to be kept beside the document without a copy.
    pub fn shared_policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    /// The file it stands in, the same one for all documents of a file.
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Which of the policies of its file it is.
    pub fn place_in_file(&self) -> usize {
        self.place
    }

    /// The name and text of the file it stands in.
    pub fn source(&self) -> &Source {
        self.file.source()
    }

    /// The size that IAM counts with these `edits` done; 0 when no statement is left.
    ///
    /// # Panics
    /// When `edits` asks for what cannot be, as in [`rewrite`](super::rewrite).
    pub fn size_with<N: AsRef<ActionPattern>>(&self, edits: &[Option<StatementEdit<N>>]) -> usize {
        match edited(self, edits) {
            Some(splices) => {
                let text = self.source().text();
                let others = quota::size(text) - self.size();
                quota::size(&splice(text, splices)) - others
            }
            None => 0,
        }
    }

    /// The size that IAM counts: that of the policy, whatever else its file holds.
    pub fn size(&self) -> usize {
        quota::size(&self.source().text()[self.layout.policy.clone()])
    }

    /// What to mind about it, in the order of the text.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// How its statements and lists are written.
    pub fn syntax(&self) -> Syntax {
        self.layout.syntax
    }

    /// The bytes of the source's text that it takes.
    pub fn policy_range(&self) -> Range<usize> {
        self.layout.policy.clone()
    }

    /// Why a statement has to stay where it is written, whatever becomes of its entries; none where
    /// it may be removed.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn stays_because(&self, statement: usize) -> Option<&str> {
        self.layout.statements[statement].form.must_stay.as_deref()
    }

    /// How a statement is written.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn form(&self, statement: usize) -> &StatementForm {
        &self.layout.statements[statement].form
    }

    /// Why a statement cannot become what an edit asks for: it would be removed and has to stay, or
    /// it needs an entry that is written as it is, since what is written beside may be an empty list.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn cannot_be<N>(&self, statement: usize, edit: &StatementEdit<N>) -> Option<&str> {
        let is_removed = edit.removes(&self.policy.statements[statement]);
        self.layout.statements[statement].cannot_be(edit, is_removed)
    }

    /// Whether an entry of a statement has to stay that is written as it is: what is written beside it
    /// may be an empty list.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn needs_literal(&self, statement: usize) -> bool {
        self.layout.statements[statement].needs_literal.is_some()
    }

    /// The bytes of the source's text that a statement takes.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn statement_range(&self, statement: usize) -> Range<usize> {
        self.layout.statements[statement].range.clone()
    }

    /// The bytes of the source's text that the value of a statement's `Action` or `NotAction` takes.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn actions_range(&self, statement: usize) -> Range<usize> {
        self.layout.statements[statement].value.clone()
    }

    /// The bytes of each list in that value, brackets included: several where lists are joined, none
    /// where it is one string.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn action_lists(&self, statement: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let lists = self.layout.statements[statement].lists.iter();
        lists.map(|list| list.range.clone())
    }

    /// Where an entry of a statement's `Action` or `NotAction` stands in the source's text.
    ///
    /// # Panics
    /// When the policy has no such statement, or the statement no such entry.
    pub fn place(&self, statement: usize, entry: usize) -> Place<'_> {
        self.layout.statements[statement].entry(entry)
    }

    /// Whether a statement's `Action` or `NotAction` is a list, and not the one entry alone.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn has_action_list(&self, statement: usize) -> bool {
        !self.layout.statements[statement].lists.is_empty()
    }

    /// The bytes of the source's text that an entry of a statement's `Action` or `NotAction`
    /// takes, quotes included.
    ///
    /// # Panics
    /// When the policy has no such statement, or the statement no such entry.
    pub fn entry_range(&self, statement: usize, entry: usize) -> Range<usize> {
        self.place(statement, entry).range().clone()
    }

    /// The bytes of what stands among a statement's entries and cannot be edited, whether or not
    /// any entry comes of it.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn opaque_ranges(&self, statement: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let opaque = self.layout.statements[statement].opaque();
        opaque.map(|element| element.range.clone())
    }

    /// The bytes of what stands among a statement's entries of which its text tells no entry.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn unknown_ranges(&self, statement: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let opaque = self.layout.statements[statement].opaque();
        let unknown = opaque.filter(|element| element.entries.is_empty());
        unknown.map(|element| element.range.clone())
    }

    /// Why what stands among a statement's entries cannot be edited which may come to what is written
    /// beside it too; nothing where none of it may.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn may_repeat(&self, statement: usize) -> impl Iterator<Item = &str> {
        let opaque = self.layout.statements[statement].opaque();
        let repeating = opaque.filter(|element| element.may_repeat);
        repeating.filter_map(|element| element.opaque.as_deref())
    }

    /// Why what stands among a statement's entries cannot be edited, in order.
    ///
    /// # Panics
    /// When the policy has no such statement.
    pub fn opaque_reasons(&self, statement: usize) -> impl Iterator<Item = &str> {
        let opaque = self.layout.statements[statement].opaque();
        opaque.filter_map(|element| element.opaque.as_deref())
    }
}
