//! Moving: it never decides, and it stops at the ends.

use super::super::action::Motion;
use super::super::model::{Model, Overlay, Pane};
use super::super::outline::Outline;
use super::super::tries::RowId;
use super::show;
use crate::refine::NodeId;
use crate::review::EntryPlace;

/// Where a cursor at `at` of `rows` comes to.
pub(in crate::tui) fn moved(at: usize, rows: usize, motion: Motion, page: usize) -> usize {
    let last = rows.saturating_sub(1);
    let page = page.max(2);
    let to = match motion {
        Motion::Down => at + 1,
        Motion::Up => at.saturating_sub(1),
        Motion::First => 0,
        Motion::Last => last,
        Motion::HalfDown => at + page / 2,
        Motion::HalfUp => at.saturating_sub(page / 2),
        // A row of the page before stays in sight.
        Motion::PageDown => at + page - 1,
        Motion::PageUp => at.saturating_sub(page - 1),
    };
    to.min(last)
}

pub(super) fn move_by(model: &mut Model, motion: Motion) {
    match (&model.overlay, model.pane) {
        (Overlay::None, Pane::Policy) => {
            let page = usize::from(model.seen.policy.height);
            let rows = model.outline.rows().len();
            let to = moved(model.outline.cursor(), rows, motion, page);
            put_policy_cursor(model, to);
        }
        (Overlay::None, Pane::Trie) => {
            let page = usize::from(model.seen.trie.height);
            if let Some(opened) = model.trie_mut() {
                opened.put_cursor(moved(opened.cursor(), opened.rows().len(), motion, page));
            }
        }
        _ => scroll_by(model, motion),
    }
}

/// Puts the policy's cursor on a row. On a new entry the trie shows where it comes from.
pub(super) fn put_policy_cursor(model: &mut Model, row: usize) {
    model.outline.put_cursor(row);
    let node: Option<NodeId> = model.current_emitted().map(|emitted| emitted.node);
    if let (Some(node), Some(place)) = (node, model.place()) {
        model.tries.prepare(&model.review, place);
        if let Some(opened) = model.tries.get_mut(place) {
            opened.reveal(node);
        }
    }
}

fn scroll_by(model: &mut Model, motion: Motion) {
    if model.overlay == Overlay::None && model.pane == Pane::Why && moves_to_mark(model, motion) {
        return;
    }
    let (lines, seen) = model.seen.scrolled;
    let top = match (&model.overlay, model.pane) {
        (Overlay::Write, _) => &mut model.scroll.write,
        (_, Pane::Diff) => &mut model.scroll.diff,
        _ => &mut model.scroll.why,
    };
    let tops = lines.saturating_sub(seen) + 1;
    *top = moved(*top, tops, motion, seen);
}

/// The marks stand first among the reasons: one goes through them before the text moves.
fn moves_to_mark(model: &mut Model, motion: Motion) -> bool {
    let is_at_top = model.scroll.why == 0;
    match motion {
        Motion::Down if is_at_top && model.mark + 1 < model.marks().len() => model.mark += 1,
        Motion::Up if is_at_top && model.mark > 0 => model.mark -= 1,
        _ => return false,
    }
    true
}

pub(super) fn fold(model: &mut Model) {
    match model.pane {
        Pane::Policy => {
            let Some(row) = model.outline.current() else {
                return;
            };
            if model.outline.is_open(&model.review, row) {
                model.outline.flip(&model.review, row);
            } else {
                model.outline.go_to_parent();
            }
        }
        Pane::Trie => {
            let moved = model
                .trie_mut()
                .is_some_and(|opened| match opened.current().copied() {
                    // The root stays open: there would be nothing left to see.
                    Some(row) if row.fold == Some(true) && row.id != RowId::Node(NodeId::ROOT) => {
                        opened.set_open(row.id, false);
                        true
                    }
                    _ => opened.go_to_parent(),
                });
            if !moved {
                show(model, Pane::Policy);
            }
        }
        Pane::Why | Pane::Diff => show(model, model.list),
    }
}

pub(super) fn unfold(model: &mut Model) {
    if !unfold_row(model) {
        match model.pane {
            Pane::Policy if model.has_trie() => show(model, Pane::Trie),
            Pane::Policy | Pane::Trie => show(model, Pane::Why),
            Pane::Why | Pane::Diff => {}
        }
    }
}

pub(super) fn open(model: &mut Model) {
    if model.pane == Pane::Policy
        && let Some(row) = model.outline.current()
        && row.entry().is_none()
        && Outline::can_fold(&model.review, row)
    {
        model.outline.flip(&model.review, row);
    } else if model.pane == Pane::Trie
        && let Some(opened) = model.trie_mut()
        && let Some(row) = opened.current().copied()
        && let Some(is_open) = row.fold
        && row.id != RowId::Node(NodeId::ROOT)
    {
        opened.set_open(row.id, !is_open);
    } else {
        unfold(model);
    }
}

pub(super) fn set_open_with_beneath(model: &mut Model, open: bool) {
    if let Some(opened) = model.trie_mut() {
        opened.set_open_with_beneath(open);
    }
}

/// Unfolds the row under the cursor, if it is folded.
fn unfold_row(model: &mut Model) -> bool {
    match model.pane {
        Pane::Policy => {
            let folded = model.outline.current().filter(|row| {
                Outline::can_fold(&model.review, *row)
                    && !model.outline.is_open(&model.review, *row)
            });
            if let Some(row) = folded {
                model.outline.flip(&model.review, row);
            }
            folded.is_some()
        }
        Pane::Trie => {
            let opened = model.trie_mut();
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

pub(super) fn to_undecided(model: &mut Model, place: Option<EntryPlace>) {
    match place {
        Some(place) => {
            model.outline.reveal(&model.review, place);
            if model.pane == Pane::Diff {
                show(model, Pane::Policy);
            }
        }
        None => model.tell("Nothing undecided in that direction"),
    }
}
