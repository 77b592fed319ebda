//! The mouse: a click selects, a click on a box decides, a turn of the wheel goes to its pane.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::pane::Pane;
use super::screen::ReviewScreen;
use super::{deciding, moving};
use crate::tui::policy::box_columns;
use crate::tui::shell::Shell;
use crate::tui::trie::TrieRow;

pub(crate) fn click(shell: &mut Shell, screen: &mut ReviewScreen, at: Position) {
    let seen = screen.seen;
    let tab = seen.tabs.iter().position(|tab| tab.contains(at));
    if let Some(tab) = tab {
        screen.show(Pane::ALL[tab]);
    } else if let Some(index) = row_at(seen.policy, seen.policy_top, at)
        && index < screen.outline.rows().len()
    {
        screen.show(Pane::Policy);
        moving::put_policy_cursor(screen, index);
        let in_pane = usize::from(at.x - seen.policy.x);
        if box_columns(&screen.outline.rows()[index]).contains(&in_pane) {
            deciding::cycle(shell, screen);
        }
    } else if let Some(index) = row_at(seen.trie, seen.trie_top, at) {
        screen.show(Pane::Trie);
        let column = usize::from(at.x - seen.trie.x);
        if let Some(opened) = screen.shown_trie_mut() {
            opened.put_cursor(index);
            // The triangle before a row folds it and unfolds it.
            if let Some(row) = opened.current().copied()
                && let Some(is_open) = row.fold
                && sign_columns(&row).contains(&column)
                && opened.rows().get(index) == Some(&row)
            {
                opened.set_open(row.id, !is_open);
            }
        }
    } else if seen.why.contains(at) {
        screen.show(Pane::Why);
    }
}

/// The columns of the pane where the sign of a row of the trie stands that folds it.
fn sign_columns(row: &TrieRow) -> Range<usize> {
    let start = 2 + 2 * row.depth;
    start..start + 2
}

/// The row of a list that a click at `at` means.
fn row_at(area: Rect, top: usize, at: Position) -> Option<usize> {
    area.contains(at).then(|| top + usize::from(at.y - area.y))
}

impl ReviewScreen {
    /// Goes to the pane that is seen at `at`.
    pub(crate) fn show_pane_at(&mut self, at: Position) {
        let seen = self.seen;
        let panes = [
            (seen.policy, Pane::Policy),
            (seen.trie, Pane::Trie),
            (seen.why, Pane::Why),
        ];
        let pane = panes.into_iter().find(|(area, _)| area.contains(at));
        if let Some((_, pane)) = pane {
            self.show(pane);
        }
    }
}
