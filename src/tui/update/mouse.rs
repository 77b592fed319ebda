//! The mouse: a click selects, a click on a box decides, the wheel scrolls.

use ratatui::layout::{Position, Rect};

use super::super::action::Motion;
use super::super::model::{Model, Overlay, Pane};
use super::super::view::box_columns;
use super::{deciding, motion, move_by, show};

/// How many rows a turn of the wheel moves.
const WHEEL: usize = 3;

pub(super) fn click(model: &mut Model, column: u16, row: u16) {
    if model.overlay != Overlay::None {
        return;
    }
    let at = Position { x: column, y: row };
    if let Some(index) = row_at(model.seen.policy, model.seen.policy_top, at)
        && index < model.outline.rows().len()
    {
        show(model, Pane::Policy);
        motion::put_policy_cursor(model, index);
        let in_pane = usize::from(column - model.seen.policy.x);
        if box_columns(&model.outline.rows()[index]).contains(&in_pane) {
            deciding::cycle(model);
        }
    } else if let Some(index) = row_at(model.seen.trie, model.seen.trie_top, at) {
        show(model, Pane::Trie);
        if let Some(opened) = model.trie_mut() {
            opened.put_cursor(index);
        }
    } else if model.seen.why.contains(at) {
        model.pane = Pane::Why;
    }
}

pub(super) fn wheel(model: &mut Model, column: u16, row: u16, down: bool) {
    let at = Position { x: column, y: row };
    if model.overlay == Overlay::None {
        if model.seen.policy.contains(at) {
            show(model, Pane::Policy);
        } else if model.seen.trie.contains(at) {
            show(model, Pane::Trie);
        } else if model.seen.why.contains(at) {
            model.pane = Pane::Why;
        }
    }
    let motion = if down { Motion::Down } else { Motion::Up };
    let turns = if model.steps.is_some() { 1 } else { WHEEL };
    for _ in 0..turns {
        move_by(model, motion);
    }
}

/// The row of a list that a click at `at` means.
fn row_at(area: Rect, top: usize, at: Position) -> Option<usize> {
    area.contains(at).then(|| top + usize::from(at.y - area.y))
}
