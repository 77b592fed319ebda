//! What a proof finds wrong.

use std::fmt;

use crate::iam::{Action, ActionPattern};

/// The part of the proof that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Something is granted that was not.
    NothingAdded,
    /// Something unused is granted by what replaces a wildcard.
    UnusedGone,
    /// Something that stays is not granted any more.
    NothingLost,
    /// A wildcard could have been a shorter one.
    Shortest,
    /// Something other than the actions has changed.
    NothingElseTouched,
}

impl Part {
    /// All parts, in the order in which they are listed.
    pub const ALL: [Part; 5] = [
        Part::NothingAdded,
        Part::UnusedGone,
        Part::NothingLost,
        Part::Shortest,
        Part::NothingElseTouched,
    ];

    /// The words shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::NothingAdded => "nothing added",
            Part::UnusedGone => "unused gone",
            Part::NothingLost => "nothing lost",
            Part::Shortest => "shortest",
            Part::NothingElseTouched => "nothing else touched",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One way in which a part of the proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The part that does not hold.
    pub part: Part,
    /// The place of the statement in the old policy, when it is one statement's fault.
    pub statement: Option<usize>,
    /// The entry at fault, old or new, when it is one entry's.
    pub entry: Option<ActionPattern>,
    /// An action (or, for one that nobody knows, a name) that shows it.
    pub witness: Option<Action>,
    /// What is wrong, in a sentence.
    pub what: String,
}

impl Fault {
    pub(super) fn new(part: Part, what: impl Into<String>) -> Self {
        Fault {
            part,
            statement: None,
            entry: None,
            witness: None,
            what: what.into(),
        }
    }

    pub(super) fn entry(mut self, entry: &ActionPattern) -> Self {
        self.entry = Some(entry.clone());
        self
    }

    pub(super) fn witness(mut self, witness: Action) -> Self {
        self.witness = Some(witness);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.part)?;
        if let Some(statement) = self.statement {
            write!(f, "statement {}: ", statement + 1)?;
        }
        if let Some(entry) = &self.entry {
            write!(f, "{entry}: ")?;
        }
        f.write_str(&self.what)?;
        if let Some(witness) = &self.witness {
            write!(f, " ({witness})")?;
        }
        Ok(())
    }
}
