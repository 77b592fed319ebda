//! A text while it is typed to be searched for.

use crate::tui::policy::PolicyOutline;
use crate::tui::review::{Pane, Scroll};
use crate::tui::trie::SavedPosition;
use crate::tui::typed::Typed;
use crate::tui::write::WritePreview;

/// A text that is being typed to be searched for, and where the cursor was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// What was typed so far.
    pub(crate) typed: Typed,
    /// Which of how many places the cursor is at; none when the text is nowhere.
    pub(crate) found: Option<(usize, usize)>,
    pub(crate) from: From,
}

/// Where the cursor was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// In the list of an account, on this row.
    Row(usize),
    /// In the panes of a review.
    Panes(Box<Panes>),
    /// In the preview of what would be written, which is seen meanwhile.
    Preview {
        /// The first line that was seen.
        top: usize,
        /// The preview as it is searched.
        preview: WritePreview,
    },
}

/// Where one was in the panes of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panes {
    pub(crate) pane: Pane,
    pub(crate) cursor_pane: Pane,
    pub(crate) outline: PolicyOutline,
    pub(crate) scroll: Scroll,
    /// Where one was in the trie of the entry under the cursor.
    pub(crate) trie: Option<SavedPosition>,
}
