//! A file and the policies in it.

use std::fmt;
use std::sync::Arc;

use super::Document;
use super::edit::edited;
use super::meaning::{LastingTold, StayingStatement, Told};
use super::policy_tree::{ReadPolicy, all_or_problems};
use super::splice::splice;
use crate::iam::{ActionPattern, StatementEdit};
use crate::text::{Json, Problems, Source};

/// Finds the policies in a file of one format, in the order of the text.
pub type Reader = fn(&Source) -> Result<Vec<ReadPolicy>, Problems>;

/// A file that holds policies: all of its text, and how they are found in it.
pub struct File {
    source: Source,
    reader: Reader,
    /// How many policies it holds.
    policies: usize,
    /// What is told of each beside its text, as far as the list goes.
    told: Vec<LastingTold>,
}

impl File {
    /// Reads the policies that `reader` finds in a file, in the order of its text.
    ///
    /// # Errors
    /// All that is wrong with the file, or with the policies in it.
    pub fn read(source: Source, reader: Reader) -> Result<Vec<Document>, Problems> {
        let read = reader(&source)?;
        Ok(File::begin(source, reader, read.len()).all(read))
    }

    /// Begins to make the documents of a file whose policies, so many, are read already. In another text
    /// `reader` finds them again.
    pub fn begin(source: Source, reader: Reader, policies: usize) -> InTurn {
        InTurn::of(File {
            source,
            reader,
            policies,
            told: Vec::new(),
        })
    }

    /// Reads the policies of the same file with what is told of each of them, as far as the list goes.
    ///
    /// # Errors
    /// What is told is wrong: expressions come to what is no action.
    pub fn knowing(&self, told: &[Told]) -> Result<Vec<Document>, Problems> {
        let read = (self.reader)(&self.source)?;
        let lasting: Vec<LastingTold> = (told.iter().zip(&read))
            .map(|(told, read)| told.lasting(&read.tree))
            .collect();
        let stays: Vec<_> = told.iter().map(|told| told.stays.as_slice()).collect();
        self.with(self.source.clone(), read, lasting, &stays)
    }

    /// Reads the policies of the same file with another text.
    ///
    /// # Errors
    /// All that is wrong with the text.
    pub fn read_again(&self, text: &str) -> Result<Vec<Document>, Problems> {
        let source = self.source.part(self.source.name().raw(), text);
        let read = (self.reader)(&source)?;
        self.with(source, read, self.told.clone(), &[])
    }

    /// The documents of the policies that are `read` in a text of this file, with what is told of each.
    fn with(
        &self,
        source: Source,
        read: Vec<ReadPolicy>,
        told: Vec<LastingTold>,
        stays: &[&[StayingStatement]],
    ) -> Result<Vec<Document>, Problems> {
        let read = read.into_iter().enumerate().map(|(place, read)| {
            let stays = stays.get(place).copied().unwrap_or_default();
            read.told(&source, told.get(place), stays)
        });
        let read = all_or_problems(read)?;
        let documents = InTurn::of(File {
            source,
            reader: self.reader,
            policies: read.len(),
            told,
        });
        Ok(documents.all(read))
    }

    /// A file that holds one policy in JSON and nothing else.
    pub(super) fn of_one_policy(source: Source) -> Self {
        let reader = |source: &Source| {
            let tree = Json::parse(source)?.into();
            Ok(vec![ReadPolicy::of(source, tree)?])
        };
        File {
            source,
            reader,
            policies: 1,
            told: Vec::new(),
        }
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

/// A file whose documents are made one by one, in the order of its text.
pub struct InTurn {
    file: Arc<File>,
    next: usize,
}

impl InTurn {
    fn of(file: File) -> Self {
        InTurn {
            file: Arc::new(file),
            next: 0,
        }
    }

    /// The document of the policy that is next.
    pub fn document(&mut self, read: ReadPolicy) -> Document {
        let place = self.next;
        self.next += 1;
        Document::in_file(Arc::clone(&self.file), place, read)
    }

    fn all(mut self, read: Vec<ReadPolicy>) -> Vec<Document> {
        let read = read.into_iter();
        read.map(|read| self.document(read)).collect()
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
