//! The trie pane: which prefixes of a wildcard are safe, how many actions stay and go beneath each,
//! and the marks on them.

mod draw;
mod labels;
mod marking;
mod message;
mod opened;
mod row;
mod rows;
mod subject;
mod tree;
mod tries;
mod unmarked;

pub use message::TrieMessage;

pub(crate) use draw::{columns, draw, mark_on, run_of};
pub(crate) use marking::{can_split, left_whole, update};
pub(crate) use opened::{OpenedTrie, SavedPosition};
pub(crate) use row::{RowId, TrieRow};
pub(crate) use subject::{Subject, Telling};
pub(crate) use tries::Tries;
pub(crate) use unmarked::{has_wildcards, named as names_of_entries};
