//! What becomes of a statement's entries.

use super::{ActionPattern, Statement};

/// What the entries of one statement become, in the order in which they are written: those kept in
/// the order they had. None are left: the statement goes, unless something stands beside them that
/// nobody knows the actions of.
///
/// `N` is a new entry: the pattern alone, or the pattern with the reason why it may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementEdit<N = ActionPattern> {
    /// The entries of its `Action` or `NotAction`.
    pub entries: Vec<EntryEdit<N>>,
}

/// One entry of a statement that is edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryEdit<N = ActionPattern> {
    /// The entry that had this place among the old ones, exactly as it was written.
    Kept(usize),
    /// An entry that takes its place among the kept ones, to be written.
    New(N),
}

impl<N> StatementEdit<N> {
    /// The edit that leaves no entry, and so removes a statement of which all entries are known.
    pub const REMOVED: Self = StatementEdit {
        entries: Vec::new(),
    };

    /// Whether nothing is left of `statement`, which this edits, so that all of it goes. What is not
    /// known stays, and its statement with it.
    pub fn removes(&self, statement: &Statement) -> bool {
        self.entries.is_empty() && !statement.has_unknown_entries
    }

    /// The places, among the old entries, of those that are kept.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        self.entries.iter().filter_map(|entry| match entry {
            EntryEdit::Kept(place) => Some(*place),
            EntryEdit::New(_) => None,
        })
    }

    /// The new entries, in the order in which they are written.
    pub fn new_entries(&self) -> impl Iterator<Item = &N> + '_ {
        self.entries.iter().filter_map(|entry| match entry {
            EntryEdit::Kept(_) => None,
            EntryEdit::New(new) => Some(new),
        })
    }
}

impl<N: AsRef<ActionPattern>> StatementEdit<N> {
    /// The patterns that the statement then has, `old` being those it had. A kept entry that is not
    /// among them is left out.
    pub fn patterns<'a>(
        &'a self,
        old: &'a [ActionPattern],
    ) -> impl Iterator<Item = &'a ActionPattern> + 'a {
        self.entries.iter().filter_map(|entry| match entry {
            EntryEdit::Kept(place) => old.get(*place),
            EntryEdit::New(new) => Some(new.as_ref()),
        })
    }
}

impl AsRef<ActionPattern> for ActionPattern {
    fn as_ref(&self) -> &ActionPattern {
        self
    }
}
