//! The sign before a sentence.

/// What the sign before a sentence says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// What the sentence says is proved or safe.
    Holds,
    /// What the sentence says asks for attention.
    Caution,
    /// What the sentence says is not known.
    Unknown,
    /// It does not hold, and that is a fault.
    Broken,
}
