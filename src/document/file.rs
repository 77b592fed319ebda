//! A file and the policies in it.

use std::fmt;
use std::sync::Arc;

use super::Document;
use super::edit::edited;
use super::meaning::{Locks, Meanings, Told};
use super::splice::splice;
use crate::iam::{ActionPattern, StatementEdit};
use crate::text::{Json, Problems, Source};

/// Finds the policies in a file of one format: the tree of each, in the order of the text.
pub type Reader = fn(&Source) -> Result<Vec<PolicyTree>, Problems>;

/// A policy as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTree {
    /// The policy document, in which every value knows its bytes.
    pub json: Json,
    /// How its statements and lists are written.
    pub syntax: Syntax,
    /// For each statement how it is written; as any where the list is shorter.
    pub forms: Vec<StatementForm>,
}

/// How a statement is written, beside what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementForm {
    /// Why it may not be removed, though all of its entries may go.
    pub must_stay: Option<String>,
    /// Whether it is made as often as something says: several times, once, or not at all.
    pub repeats: bool,
    /// Whether it is computed as a whole: it may be any statement, one that denies too.
    pub is_computed: bool,
}

/// How the statements and the lists of a policy are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Commas between elements, none behind the last, and no comments.
    Json,
    /// The same with `${…}` and `%{…}` in it.
    JsonTemplate,
    /// Terraform's: comments, and a comma behind the last element where one likes. Statements may be
    /// blocks, with no commas at all.
    Hcl,
    /// YAML's: comments; elements behind dashes, each on lines of its own, or in brackets as in JSON; texts
    /// with quotes of either kind or without.
    Yaml,
}

impl Syntax {
    /// Whether there may be comments.
    pub fn has_comments(self) -> bool {
        matches!(self, Syntax::Hcl | Syntax::Yaml)
    }
}

impl StatementForm {
    /// Takes over why the statement may not be removed, unless another reason is there.
    pub(super) fn stays_for(&mut self, reason: Option<String>) {
        self.must_stay = self.must_stay.take().or(reason);
    }
}

/// A tree in JSON, of which every statement may go.
impl From<Json> for PolicyTree {
    fn from(json: Json) -> Self {
        PolicyTree {
            json,
            syntax: Syntax::Json,
            forms: Vec::new(),
        }
    }
}

/// A file that holds policies: all of its text, and how they are found in it.
pub struct File {
    source: Source,
    reader: Reader,
    /// How many policies it holds.
    policies: usize,
    /// What is known of the expressions in each, as far as the list goes.
    meanings: Vec<Meanings>,
    /// For each which of its statements stay as they are, and why.
    locks: Vec<Locks>,
}

impl File {
    /// Reads the policies that `reader` finds in a file, in the order of its text.
    ///
    /// # Errors
    /// All that is wrong with the file, or with the policies in it.
    pub fn read(source: Source, reader: Reader) -> Result<Vec<Document>, Problems> {
        File::read_with(source, reader, Vec::new(), Vec::new(), &[])
    }

    /// Reads the policies of the same file with what is told of each, in their order.
    ///
    /// # Errors
    /// What is told of them is wrong: they come to what is no action.
    pub fn knowing(&self, told: &[Told]) -> Result<Vec<Document>, Problems> {
        let trees = (self.reader)(&self.source)?;
        let locks = trees.iter().zip(told);
        let locks = locks.map(|(tree, told)| Locks::of(tree, &told.locks));
        let meanings = told.iter().map(|told| told.meanings.clone()).collect();
        let stays: Vec<_> = told.iter().map(|told| told.stays.as_slice()).collect();
        let locks = locks.collect();
        File::read_with(self.source.clone(), self.reader, meanings, locks, &stays)
    }

    fn read_with(
        source: Source,
        reader: Reader,
        meanings: Vec<Meanings>,
        locks: Vec<Locks>,
        stays: &[&[(usize, String)]],
    ) -> Result<Vec<Document>, Problems> {
        let mut trees = reader(&source)?;
        for (tree, meanings) in trees.iter_mut().zip(&meanings) {
            tree.tell(meanings);
        }
        for (tree, locks) in trees.iter_mut().zip(&locks) {
            tree.lock(locks);
        }
        for (tree, stays) in trees.iter_mut().zip(stays) {
            for (statement, reason) in *stays {
                let count = tree.forms.len().max(statement + 1);
                tree.forms.resize(count, StatementForm::default());
                tree.forms[*statement].stays_for(Some(reason.clone()));
            }
        }
        let file = Arc::new(File {
            source,
            reader,
            policies: trees.len(),
            meanings,
            locks,
        });
        let (mut documents, mut problems) = (Vec::new(), Problems::default());
        for (place, tree) in trees.iter().enumerate() {
            match Document::in_file(Arc::clone(&file), place, tree) {
                Ok(document) => documents.push(document),
                Err(wrong) => problems.0.extend(wrong.0),
            }
        }
        if problems.0.is_empty() {
            Ok(documents)
        } else {
            Err(problems)
        }
    }

    /// A file that holds one policy in JSON and nothing else.
    pub(super) fn of_one_policy(source: Source) -> Self {
        File {
            source,
            reader: |source| Ok(vec![Json::parse(source)?.into()]),
            policies: 1,
            meanings: Vec::new(),
            locks: Vec::new(),
        }
    }

    /// Reads the policies of the same file with another text.
    ///
    /// # Errors
    /// All that is wrong with the text.
    pub fn read_again(&self, text: &str) -> Result<Vec<Document>, Problems> {
        let source = self.source.part(self.source.name().raw(), text);
        File::read_with(
            source,
            self.reader,
            self.meanings.clone(),
            self.locks.clone(),
            &[],
        )
    }

    /// How many policies it holds.
    pub fn policies(&self) -> usize {
        self.policies
    }

    /// The file's name and its text as it was read, with all policies in it.
    pub fn source(&self) -> &Source {
        &self.source
    }
}

/// A document with what becomes of its statements: for each an edit, or none for those that stay as
/// they are.
pub type Edited<'a, N> = (&'a Document, &'a [Option<StatementEdit<N>>]);

/// The whole text of a file, byte order mark included, with its policies changed. One of which no
/// statement would be left is no policy any more, and stays as it is. `None` when that is so with
/// all of them.
///
/// # Panics
/// When the edits ask for what cannot be: more or fewer statements than there are, an entry that is
/// not there or cannot be edited, or kept entries out of order; and when the documents are not of
/// one file. A wrong policy must not be written.
pub fn rewrite<N: AsRef<ActionPattern>>(documents: &[Edited<'_, N>]) -> Option<String> {
    let (first, _) = documents.first()?;
    let file = first.file();
    let mut splices = Vec::new();
    let mut is_left = false;
    for (document, edits) in documents {
        assert!(
            Arc::ptr_eq(document.file(), file),
            "a file is rewritten with its own documents"
        );
        if let Some(document_splices) = edited(document, edits) {
            is_left = true;
            splices.extend(document_splices);
        }
    }
    let text = file.source.text();
    is_left.then(|| file.source.restored(splice(text, splices)))
}

/// Two files of the same name and text.
impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("File").field(&self.source).finish()
    }
}
