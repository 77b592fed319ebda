//! What a key asks of the list of an account's policies.

/// What a key asks of the list of an account's policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListMessage {
    /// Opens the policy under the cursor.
    Open,
}
