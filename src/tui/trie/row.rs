//! A row of the trie pane.

use crate::refine::NodeId;

/// What a row of the trie pane is about: small and `Copy`, as the tree needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowId {
    /// A prefix and what is beneath it.
    Node(NodeId),
    /// The action that a node with something beneath it itself is.
    Own(NodeId),
    /// Those children of a node of which nothing is left, in one row.
    Gathered(NodeId),
}

/// A row of the trie pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrieRow {
    /// The node or nodes that the row is about.
    pub id: RowId,
    /// The last node of the run of only children that begins here and is one row.
    pub last: NodeId,
    /// How many rows it is beneath.
    pub depth: usize,
    /// How many actions beneath stay.
    pub stays: usize,
    /// How many actions beneath go.
    pub goes: usize,
    /// Whether something is beneath it, and whether that is seen.
    pub fold: Option<bool>,
}
