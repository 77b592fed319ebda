//! All keys in a list: what is typed to search it, and which row is selected.

use super::action::Motion;
use super::command::Command;
use super::update::motion::moved;

/// How many rows a page key moves.
const PAGE: usize = 10;

/// The list of all keys while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// What was typed to search it.
    typed: String,
    /// The row that is selected.
    cursor: usize,
}

impl Help {
    /// What was typed to search it.
    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    /// The row that is selected, of those that what was typed leaves.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Changes what is typed. Other rows are left then, and the first of them is selected.
    pub(super) fn type_in(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.typed);
        self.cursor = 0;
    }

    /// Selects another one of `rows` rows.
    pub(super) fn move_by(&mut self, motion: Motion, rows: usize) {
        self.cursor = moved(self.cursor, rows, motion, PAGE);
    }

    /// The rows of a list of commands in which what was typed is found. Those that mean something
    /// `here` alone, in the list itself, are left out.
    pub(super) fn rows<'c, M, A, C: PartialEq + Copy>(
        &self,
        listed: &[&'c Command<M, A, C>],
        here: C,
        ascii: bool,
    ) -> Vec<&'c Command<M, A, C>> {
        let wanted = self.typed.to_lowercase();
        let is_found = |command: &&Command<M, A, C>| {
            let text = format!("{} {}", command.keys_text(ascii), command.help);
            text.to_lowercase().contains(&wanted)
        };
        let listed = listed.iter().copied();
        let listed = listed.filter(|command| command.contexts != [here]);
        listed.filter(is_found).collect()
    }
}
