//! What a key asks of the list of an account's policies.

/// What a key asks of the list of an account's policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListMessage {
    /// Opens the policy under the cursor.
    Open,
    /// Selects the policy under the cursor, or no more.
    Select,
    /// Accepts all that is undecided of the selected policies, or of the one under the cursor.
    Accept,
    /// Accepts all that is undecided of the policies that are listed.
    AcceptAll,
    /// Takes back what was accepted in the list last.
    Undo,
    /// Shows the diff of the policy under the cursor, or goes back.
    Diff,
    /// Shows the policies in another order.
    Order,
}
