//! The preview of what would be written of a review, shown before it is written.

mod draw;

/// The preview, and where one is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WritePreview {
    /// Where it would be written, or why it cannot be, once that was found out.
    pub(crate) target: Option<Result<String, String>>,
    /// The first line that is seen.
    pub(crate) top: usize,
    /// The line in which what is searched for was found.
    pub(crate) found: Option<usize>,
}

pub(crate) use draw::{COLUMNS, draw, lines};
