//! A sign beside a sentence.

/// A sign beside a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It holds.
    Holds,
    /// It asks for attention.
    Caution,
    /// Nobody knows.
    Unknown,
    /// It does not hold, and that is a fault.
    Broken,
}
