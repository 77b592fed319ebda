//! What a key asks of the trie of a wildcard.

/// What a key asks of the trie of a wildcard, or of the marks on its prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrieMessage {
    /// Folds what is selected and all beneath it.
    FoldAll,
    /// Unfolds what is selected and all beneath it.
    UnfoldAll,
    /// Keep, drop, as found, and again.
    Mark,
    /// The same in one of several entries, which was chosen.
    MarkIn(usize),
    /// Writes the children of a safe prefix in its stead, or again itself.
    Split,
    /// Leaves an unsafe prefix whole, after asking why, or no more.
    Whole,
    /// Sets the mark that was asked about.
    ConfirmMark,
    /// Lets go what is held back at the cursor.
    LetGo,
    /// Takes back the mark that is selected among the reasons.
    TakeBack,
}
