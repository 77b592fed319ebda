//! A policy cut into several that say the same together.
//!
//! A piece is the document with statements left out, and of one or two of the others with some of
//! their entries left out: edits that only keep. So all that stands beside the statements stands in
//! each piece, and each byte of a piece is one of the document's.
//!
//! Statements come in the order of the document. A new piece begins when the next whole statement
//! does not fit. One that fits in no piece is cut between the entries of its `Action`, where the
//! service changes if that takes no piece more. Nothing else is ever cut: the parts of a `NotAction` would
//! be about every action together, and a statement with a part of its `Resource` is another one.

use std::fmt;
use std::ops::Range;

use super::Document;
use super::policy_tree::Syntax;
use crate::iam::quota::{MOST_ATTACHED, size};
use crate::iam::{ActionPattern, Actions, EntryEdit, StatementEdit};
use crate::text::grouped;

impl Document {
    /// The texts of policies of at most `most` characters each, as IAM counts them, that say together
    /// what this one says: itself, if it is not longer.
    ///
    /// ```
    /// use iam_refine::document::Document;
    /// use iam_refine::text::Source;
    /// let text = r#"{"Statement": {"Effect": "Deny", "Action": ["s3:Get*", "ec2:Run*"]}}"#;
    /// let document = Document::parse(Source::from_text("policy.json", text))?;
    /// let pieces = document.split(60).map_err(|why| why.to_string());
    /// let piece = |action| text.replace("[\"s3:Get*\", \"ec2:Run*\"]", action);
    /// let expected = [piece("[\"s3:Get*\"]"), piece("[\"ec2:Run*\"]")];
    /// assert_eq!(pieces.as_deref(), Ok(&expected[..]));
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    ///
    /// # Errors
    /// A statement that fits in no piece and cannot be cut.
    pub fn split(&self, most: usize) -> Result<Vec<String>, NotSplit> {
        if self.size() <= most {
            return Ok(vec![self.source().original()]);
        }
        let cutter = Cutter::new(self, most)?;
        let pieces = cutter.pieces()?;
        if pieces.len() > MOST_ATTACHED {
            return Err(NotSplit {
                statement: None,
                why: Why::TooMany(pieces.len()),
            });
        }
        Ok(pieces.iter().filter_map(|piece| self.only(piece)).collect())
    }

    /// The document with nothing but these parts of its statements.
    fn only(&self, piece: &Piece) -> Option<String> {
        let first = piece.parts.first()?.statement;
        let edits: Vec<Option<StatementEdit>> = (0..self.policy().statements.len())
            .map(|statement| {
                let place = statement.checked_sub(first);
                let Some(part) = place.and_then(|place| piece.parts.get(place)) else {
                    return Some(StatementEdit::removed());
                };
                let entries = part.entries.clone()?;
                Some(StatementEdit {
                    entries: entries.map(EntryEdit::Kept).collect(),
                })
            })
            .collect();
        self.rewrite::<ActionPattern>(&edits)
    }
}

/// Why a policy cannot be cut into pieces that are short enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSplit {
    /// The statement that stands in the way, from 0; none where it is the file.
    pub statement: Option<usize>,
    why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The file holds other policies too, which would be in each piece.
    OneOfSeveral,
    /// The file is a source that makes the policy.
    NotJson,
    /// So many pieces are more than anybody can have.
    TooMany(usize),
    /// Something among the entries is no entry, and cannot be left out of a piece.
    Opaque,
    /// The statement takes so many characters in a document of its own, and all of them stand in
    /// one piece.
    NotAction(usize),
    /// So many are taken with one entry alone.
    Rest(usize),
}

impl fmt::Display for NotSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::OneOfSeveral => f.write_str("the file holds other policies too"),
            Why::NotJson => f.write_str("it is written in a source, which has to be cut by hand"),
            Why::TooMany(pieces) => write!(
                f,
                "it would take {} policies or more, and AWS attaches {MOST_ATTACHED} at most to a role",
                grouped(pieces)
            ),
            Why::Opaque => {
                f.write_str("what stands among the actions of this statement is not known")
            }
            Why::NotAction(size) => write!(
                f,
                "this statement takes {} characters in a policy of its own, and a NotAction is not \
                 cut: its parts would be about every action together",
                grouped(size)
            ),
            Why::Rest(size) => write!(
                f,
                "this statement takes {} characters in a policy of its own with a single action, and \
                 nothing but Action is cut",
                grouped(size)
            ),
        }
    }
}

/// A policy of its own.
struct Piece {
    /// Of statements that follow each other.
    parts: Vec<Part>,
    size: usize,
}

/// A statement in a piece.
struct Part {
    statement: usize,
    /// Which of its entries; none where it stands whole.
    entries: Option<Range<usize>>,
}

/// The sizes of all that may be left out. What is left out goes with one comma, so they add up.
struct Cutter<'a> {
    document: &'a Document,
    most: usize,
    /// What is around the statements.
    envelope: usize,
    statements: Sizes,
}

impl<'a> Cutter<'a> {
    fn new(document: &'a Document, most: usize) -> Result<Self, NotSplit> {
        if document.file().policies() != 1 {
            return Err(NotSplit {
                statement: None,
                why: Why::OneOfSeveral,
            });
        }
        if document.layout.syntax != Syntax::Json {
            return Err(NotSplit {
                statement: None,
                why: Why::NotJson,
            });
        }
        let places = 0..document.policy().statements.len();
        if let Some(opaque) =
            (places.clone()).find(|&place| document.opaque_ranges(place).count() > 0)
        {
            return Err(NotSplit {
                statement: Some(opaque),
                why: Why::Opaque,
            });
        }
        let text = document.source().text();
        let sizes = places
            .clone()
            .map(|place| size(&text[document.statement_range(place)]));
        let statements = Sizes::new(sizes);
        Ok(Cutter {
            document,
            most,
            envelope: document.size() - statements.listed(places),
            statements,
        })
    }

    fn pieces(&self) -> Result<Vec<Piece>, NotSplit> {
        let mut pieces: Vec<Piece> = Vec::new();
        for statement in 0..self.document.policy().statements.len() {
            let size = self.statements.listed(statement..statement + 1);
            let part = Part {
                statement,
                entries: None,
            };
            let alone = self.envelope + size;
            match pieces.last_mut() {
                Some(last) if last.size + 1 + size <= self.most => {
                    last.size += 1 + size;
                    last.parts.push(part);
                }
                _ if alone <= self.most => pieces.push(Piece {
                    parts: vec![part],
                    size: alone,
                }),
                _ => pieces.extend(self.cut(statement)?),
            }
        }
        Ok(pieces)
    }

    /// The pieces that hold a statement which is too long for one.
    fn cut(&self, statement: usize) -> Result<Vec<Piece>, NotSplit> {
        let not_split = |why| NotSplit {
            statement: Some(statement),
            why,
        };
        let alone = self.envelope + self.statements.listed(statement..statement + 1);
        let Actions::Action(entries) = &self.document.policy().statements[statement].actions else {
            return Err(not_split(Why::NotAction(alone)));
        };
        let text = self.document.source().text();
        let sizes = (0..entries.len())
            .map(|entry| size(&text[self.document.entry_range(statement, entry)]));
        let sizes = Sizes::new(sizes);
        let around = alone - sizes.listed(0..entries.len());
        let list = List {
            entries,
            sizes,
            room: self.most.saturating_sub(around),
        };
        let fewest = list.pieces(0);
        if fewest > MOST_ATTACHED {
            return Err(NotSplit {
                statement: None,
                why: Why::TooMany(fewest),
            });
        }
        let mut pieces = Vec::new();
        let mut start = 0;
        while start < entries.len() {
            let end = list.end_of_piece(start);
            if end == start {
                let with_one = around + list.sizes.listed(start..start + 1);
                return Err(not_split(Why::Rest(with_one)));
            }
            pieces.push(Piece {
                parts: vec![Part {
                    statement,
                    entries: Some(start..end),
                }],
                size: around + list.sizes.listed(start..end),
            });
            start = end;
        }
        Ok(pieces)
    }
}

/// The entries of a statement that is cut.
struct List<'a> {
    entries: &'a [ActionPattern],
    sizes: Sizes,
    /// What the entries of a piece may take.
    room: usize,
}

impl List<'_> {
    /// Where to cut the entries from `start` on: before the service that does not fit, if then all of
    /// it fits in the next piece and no piece more is needed; otherwise behind the last entry that fits.
    fn end_of_piece(&self, start: usize) -> usize {
        let longest = self.longest(start);
        let Some(next) = self.entries.get(longest) else {
            return longest;
        };
        let is_other = |entry: &ActionPattern| entry.service() != next.service();
        let before = self.entries[start..longest].iter().rposition(is_other);
        let Some(begin) = before.map(|before| start + before + 1) else {
            return longest;
        };
        let end = self.longest(begin);
        let is_whole = self.entries.get(end).is_none_or(is_other)
            || self.entries[longest..end].iter().any(is_other);
        if is_whole && self.pieces(begin) <= self.pieces(longest) {
            begin
        } else {
            longest
        }
    }

    /// The end of the longest run of entries from `start` on that fits in a piece.
    fn longest(&self, start: usize) -> usize {
        self.sizes.longest(start, self.room)
    }

    /// How few pieces the entries from `start` on fit in.
    fn pieces(&self, mut start: usize) -> usize {
        let mut pieces = 0;
        while start < self.entries.len() {
            start = self.longest(start).max(start + 1);
            pieces += 1;
        }
        pieces
    }
}

/// What the elements of a list take.
struct Sizes {
    /// Of those before each place and of all, each with a comma.
    up_to: Vec<usize>,
}

impl Sizes {
    fn new(sizes: impl Iterator<Item = usize>) -> Self {
        let mut up_to = vec![0];
        let mut sum = 0;
        up_to.extend(sizes.map(|size| {
            sum += size + 1;
            sum
        }));
        Sizes { up_to }
    }

    /// The end of the longest run from `start` on that takes no more than `room`.
    fn longest(&self, start: usize, room: usize) -> usize {
        let most = self.up_to[start] + room + 1;
        let end = self.up_to.partition_point(|&up_to| up_to <= most);
        start.max(end - 1)
    }

    /// Those of a range, with the commas between them.
    fn listed(&self, range: Range<usize>) -> usize {
        (self.up_to[range.end] - self.up_to[range.start]).saturating_sub(1)
    }
}
