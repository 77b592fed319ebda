//! What a key asks about the length of policies.

/// What a key asks about the length of the policies that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitMessage {
    /// Shows what each length comes to.
    Show,
    /// Shows by name what stays for the selected one, or no more.
    Names,
    /// Leaves whole what the selected one says.
    Take,
}
