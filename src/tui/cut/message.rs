//! What a key asks about where names are cut.

/// What a key asks about where the names of a wildcard are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutMessage {
    /// Shows what each granularity of the wildcard comes to.
    Show,
    /// Shows what each comes to for all wildcards together.
    ShowAll,
    /// Goes to the next granularity.
    Next,
    /// Goes to the granularity before.
    Previous,
    /// Shows by name what would have been granted unasked, or the figures again.
    Names,
    /// Cuts the names as chosen.
    Take,
}
