//! Moving: it never decides, and it stops at the ends.

use super::pane::Pane;
use super::screen::ReviewScreen;
use crate::refine::NodeId;
use crate::review::EntryPlace;
use crate::tui::motion::{Motion, moved};
use crate::tui::policy::PolicyOutline;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::steps::ANSWER_FIRST;
use crate::tui::trie::RowId;

/// Moves in the steps of a wildcard or in a pane, as far as nothing lies over them; else it scrolls.
pub(crate) fn move_by(shell: &mut Shell, screen: &mut ReviewScreen, motion: Motion) {
    let is_open = shell.overlay != Overlay::None;
    if let Some(steps) = screen.steps_mut().filter(|_| !is_open) {
        if !steps.move_by(motion) {
            shell.tell(ANSWER_FIRST);
        }
        return;
    }
    if let Some(state) = screen.cases_mut().filter(|_| !is_open) {
        return state.move_by(motion);
    }
    let shown = screen.pane;
    match shown {
        Pane::Policy if !is_open => {
            let page = usize::from(screen.seen.policy.height);
            let rows = screen.outline.rows().len();
            let to = moved(screen.outline.cursor(), rows, motion, page);
            put_policy_cursor(screen, to);
        }
        Pane::Trie if !is_open => {
            let page = usize::from(screen.seen.trie.height);
            if let Some(opened) = screen.shown_trie_mut() {
                opened.put_cursor(moved(opened.cursor(), opened.rows().len(), motion, page));
            }
        }
        Pane::Why if !is_open && moves_to_mark(screen, motion) => {}
        _ => scroll_by(shell, screen, motion),
    }
}

/// Puts the policy's cursor on a row. On a new entry the trie shows where it comes from.
pub(crate) fn put_policy_cursor(screen: &mut ReviewScreen, row: usize) {
    screen.outline.put_cursor(row);
    let node: Option<NodeId> = screen.current_emitted().map(|emitted| emitted.node);
    if let (Some(node), Some(place)) = (node, screen.place()) {
        screen.tries.prepare(&screen.review, place);
        if let Some(opened) = screen.tries.get_mut(place) {
            opened.reveal(node);
        }
    }
}

/// Goes to the next row that is decided by itself, or to the one before.
pub(crate) fn to_entry(shell: &mut Shell, screen: &mut ReviewScreen, forward: bool) {
    let rows = screen.outline.rows();
    let is_entry = |row: &usize| screen.is_decided_alone(rows[*row].row);
    let cursor = screen.outline.cursor();
    let to = if forward {
        (cursor + 1..rows.len()).find(is_entry)
    } else {
        (0..cursor).rev().find(is_entry)
    };
    match (to, forward) {
        (Some(row), _) => put_policy_cursor(screen, row),
        (None, true) => shell.tell("No entry is further down"),
        (None, false) => shell.tell("No entry is further up"),
    }
}

fn scroll_by(shell: &Shell, screen: &mut ReviewScreen, motion: Motion) {
    let (lines, seen) = shell.seen.scrolled;
    let top = match screen.pane {
        Pane::Diff => &mut screen.scroll.diff,
        Pane::Policy | Pane::Trie | Pane::Why => &mut screen.scroll.why,
    };
    let tops = lines.saturating_sub(seen) + 1;
    *top = moved(*top, tops, motion, seen);
}

/// The marks stand first among the reasons: one goes through them before the text moves.
fn moves_to_mark(screen: &mut ReviewScreen, motion: Motion) -> bool {
    let is_at_top = screen.scroll.why == 0;
    match motion {
        Motion::Down if is_at_top && screen.mark + 1 < screen.marks().len() => screen.mark += 1,
        Motion::Up if is_at_top && screen.mark > 0 => screen.mark -= 1,
        _ => return false,
    }
    true
}

pub(crate) fn fold(screen: &mut ReviewScreen) {
    match screen.pane {
        Pane::Policy => {
            let Some(row) = screen.outline.current() else {
                return;
            };
            if screen.outline.is_open(&screen.review, row) {
                screen.outline.flip(&screen.review, row);
            } else {
                screen.outline.go_to_parent();
            }
        }
        Pane::Trie => {
            let moved =
                screen
                    .shown_trie_mut()
                    .is_some_and(|opened| match opened.current().copied() {
                        // The root stays open: there would be nothing left to see.
                        Some(row)
                            if row.fold == Some(true) && row.id != RowId::Node(NodeId::ROOT) =>
                        {
                            opened.set_open(row.id, false);
                            true
                        }
                        _ => opened.go_to_parent(),
                    });
            if !moved {
                screen.show(Pane::Policy);
            }
        }
        Pane::Why | Pane::Diff => screen.show(screen.cursor_pane),
    }
}

pub(crate) fn unfold(screen: &mut ReviewScreen) {
    if !unfold_row(screen) {
        match screen.pane {
            Pane::Policy => screen.show(Pane::Trie),
            Pane::Trie => screen.show(Pane::Why),
            Pane::Why | Pane::Diff => {}
        }
    }
}

pub(crate) fn open(screen: &mut ReviewScreen) {
    if screen.pane == Pane::Policy
        && let Some(row) = screen.outline.current()
        && row.entry().is_none()
        && PolicyOutline::can_fold(&screen.review, row)
    {
        screen.outline.flip(&screen.review, row);
    } else if screen.pane == Pane::Trie
        && let Some(opened) = screen.shown_trie_mut()
        && let Some(row) = opened.current().copied()
        && let Some(is_open) = row.fold
        && row.id != RowId::Node(NodeId::ROOT)
    {
        opened.set_open(row.id, !is_open);
    } else {
        unfold(screen);
    }
}

/// Unfolds the row under the cursor, if it is folded.
fn unfold_row(screen: &mut ReviewScreen) -> bool {
    match screen.pane {
        Pane::Policy => {
            let folded = screen.outline.current().filter(|row| {
                PolicyOutline::can_fold(&screen.review, *row)
                    && !screen.outline.is_open(&screen.review, *row)
            });
            if let Some(row) = folded {
                screen.outline.flip(&screen.review, row);
            }
            folded.is_some()
        }
        Pane::Trie => {
            let opened = screen.shown_trie_mut();
            opened.is_some_and(|opened| match opened.current().copied() {
                Some(row) if row.fold == Some(false) => {
                    opened.set_open(row.id, true);
                    true
                }
                _ => false,
            })
        }
        Pane::Why | Pane::Diff => false,
    }
}

pub(crate) fn to_undecided(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    place: Option<EntryPlace>,
) {
    match place {
        Some(place) => {
            screen.outline.reveal(&screen.review, place);
            if screen.pane == Pane::Diff {
                screen.show(Pane::Policy);
            }
        }
        None => shell.tell("Nothing undecided in that direction"),
    }
}
