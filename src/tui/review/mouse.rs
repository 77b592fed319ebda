//! The mouse: a click selects, a click on a box decides, a turn of the wheel goes to its pane.

use ratatui::layout::{Position, Rect};

use super::pane::Pane;
use super::screen::ReviewScreen;
use super::{deciding, moving};
use crate::tui::policy::box_columns;
use crate::tui::shell::Shell;

pub(crate) fn click(shell: &mut Shell, screen: &mut ReviewScreen, at: Position) {
    let seen = screen.seen;
    if let Some(index) = row_at(seen.policy, seen.policy_top, at)
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
        if let Some(opened) = screen.shown_trie_mut() {
            opened.put_cursor(index);
        }
    } else if seen.why.contains(at) {
        screen.show(Pane::Why);
    }
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
