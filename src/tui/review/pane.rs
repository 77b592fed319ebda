//! The panes of a review.

/// One of the panes of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The policy, as the change being made.
    Policy,
    /// The trie of the wildcard under the policy's cursor.
    Trie,
    /// The reasons for what the cursor is on.
    Why,
    /// The diff of the bytes that would be written.
    Diff,
}

impl Pane {
    /// All of them, in the order of their numbers.
    pub const ALL: [Pane; 4] = [Pane::Policy, Pane::Trie, Pane::Why, Pane::Diff];

    /// Its name, as its title shows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Pane::Policy => "Policy",
            Pane::Trie => "Trie",
            Pane::Why => "Why",
            Pane::Diff => "Diff",
        }
    }

    /// Its number, counted from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The one after it; the first after the last.
    pub(crate) fn next(self) -> Self {
        Pane::ALL[self.number() % Pane::ALL.len()]
    }

    /// The one before it; the last before the first.
    pub(crate) fn previous(self) -> Self {
        let before = self.number() + Pane::ALL.len() - 2;
        Pane::ALL[before % Pane::ALL.len()]
    }
}
