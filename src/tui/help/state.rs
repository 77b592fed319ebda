//! What is typed to search all keys, and which row is selected.

use crate::tui::motion::{Motion, moved};
use crate::tui::typed::Typed;

/// How many rows a page key moves.
const PAGE: usize = 10;

/// The list of all keys while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Help {
    typed: Typed,
    cursor: usize,
}

impl Help {
    /// What was typed to search it.
    pub(crate) fn typed(&self) -> &Typed {
        &self.typed
    }

    /// The row that is selected, of those that what was typed leaves.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Changes what is typed. Other rows are left then, and the first of them is selected.
    pub(crate) fn type_in(&mut self, change: impl FnOnce(&mut Typed)) {
        change(&mut self.typed);
        self.cursor = 0;
    }

    /// Selects another one of `rows` rows.
    pub(crate) fn move_by(&mut self, motion: Motion, rows: usize) {
        self.cursor = moved(self.cursor, rows, motion, PAGE);
    }
}
