//! What would be written of an account.

use crate::text::Untrusted;

/// What would be written, as found out by the [`Host`](crate::tui::Host).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Where a review would be written, in a sentence.
    Files(String),
    /// What would be written of an account.
    Folder(FolderPreview),
}

/// What would be written of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderPreview {
    /// The folder that would be written, as a path.
    pub folder: Untrusted,
    /// The policies that change, in the order of the list.
    pub changing: Vec<Changing>,
    /// Policies of which something is accepted that cannot be brought to AWS, and why.
    pub kept: Vec<(String, String)>,
}

/// A policy of which something goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changing {
    /// The policy as the list calls it.
    pub name: String,
    /// How many actions it would no longer allow.
    pub goes: usize,
    /// How many known actions it allows now.
    pub granted: usize,
    /// How many of those that go stay allowed to some who have it, by another policy.
    pub still_granted: usize,
    /// Whether nothing is left of it.
    pub is_emptied: bool,
}

impl FolderPreview {
    /// Whether there is something to write.
    pub fn can_be_written(&self) -> bool {
        !self.changing.is_empty()
    }
}
