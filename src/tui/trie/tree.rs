//! The tree widget, wrapped.
//!
//! The widget keeps what is unfolded, selected and scrolled to, and goes through all nodes to draw
//! a few. Here the model and the view do the keeping: the widget is given the rows that fit the
//! screen, beneath the rows that these lie in, and is scrolled past the latter. So a trie of many
//! thousand open nodes is drawn as fast as a small one. A row whose children are not given gets a
//! stand-in for them, so that its sign is drawn.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::StatefulWidget;
use tui_tree_widget::{Tree, TreeItem, TreeState};

use crate::refine::NodeId;
use crate::tui::look::Look;
use crate::tui::trie::{RowId, TrieRow};

/// Stands for all that is beneath a folded row; no row has this id.
const STAND_IN: RowId = RowId::Gathered(NodeId(u32::MAX));

/// The cells that the cursor and the sign of folding take before a row's text.
pub(super) const BEFORE_TEXT: usize = 4;

/// What of a tree is to be drawn.
#[derive(Clone, Copy)]
pub(crate) struct Unfolded<'r> {
    /// The rows that are seen, in the order they are read.
    pub(crate) rows: &'r [TrieRow],
    /// The row the cursor is on.
    pub(crate) cursor: usize,
    /// Whether keys act on it.
    pub(crate) is_focused: bool,
}

/// Draws a tree from the row at `top` on, after scrolling as little as is needed to see the cursor.
/// `text` gives the text of a row in so many cells, and is asked for the rows that are seen alone.
pub(super) fn draw<'a>(
    frame: &mut Frame<'_>,
    area: Rect,
    tree: Unfolded<'_>,
    look: &Look,
    top: &mut usize,
    text: impl Fn(&TrieRow, usize) -> Line<'a>,
) {
    let Unfolded { rows, cursor, .. } = tree;
    let height = usize::from(area.height);
    *top = scrolled(*top, cursor, rows.len(), height);
    let seen = *top..rows.len().min(*top + height);
    let above = rows_around(rows, *top);
    let given: Vec<usize> = above.iter().copied().chain(seen).collect();
    let line = |index: usize| {
        let row = &rows[index];
        let room = usize::from(area.width).saturating_sub(BEFORE_TEXT + 2 * row.depth);
        if index < *top {
            Line::raw(" ")
        } else {
            text(row, room)
        }
    };
    let items = items(rows, &given, line);
    let mut state = unfolded(rows, &given, cursor);
    let cursor_sign = format!("{} ", look.glyphs.cursor);
    let closed = format!("{} ", look.glyphs.closed);
    let open = format!("{} ", look.glyphs.open);
    let Ok(widget) = Tree::new(&items) else {
        return;
    };
    let mut widget = widget
        .highlight_symbol(&cursor_sign)
        .node_closed_symbol(&closed)
        .node_open_symbol(&open)
        .node_no_children_symbol("  ");
    if tree.is_focused {
        widget = widget.highlight_style(look.selected);
    }
    // The widget can only be scrolled over what it has drawn once, however narrow.
    let narrow = Rect { width: 1, ..area };
    widget
        .clone()
        .render(narrow, &mut Buffer::empty(narrow), &mut state);
    state.scroll_up(given.len());
    state.scroll_down(above.len());
    frame.render_stateful_widget(widget, area, &mut state);
}

/// The first row to be seen: the cursor is seen, and it goes no further than to the last row.
fn scrolled(top: usize, cursor: usize, rows: usize, height: usize) -> usize {
    let lowest = cursor.min(rows.saturating_sub(height));
    let highest = (cursor + 1).saturating_sub(height);
    top.min(lowest).max(highest)
}

/// The rows that the one at `index` lies in, from the outermost on.
fn rows_around(rows: &[TrieRow], index: usize) -> Vec<usize> {
    let mut around = Vec::new();
    let mut depth = rows.get(index).map_or(0, |row| row.depth);
    for above in (0..index).rev() {
        if depth == 0 {
            break;
        }
        if rows[above].depth < depth {
            depth = rows[above].depth;
            around.push(above);
        }
    }
    around.reverse();
    around
}

/// Which of the `given` rows are unfolded and selected.
fn unfolded(rows: &[TrieRow], given: &[usize], cursor: usize) -> TreeState<RowId> {
    let mut state = TreeState::default();
    let mut path: Vec<RowId> = Vec::new();
    for &index in given {
        let row = &rows[index];
        path.truncate(row.depth);
        path.push(row.id);
        if row.fold == Some(true) {
            state.open(path.clone());
        }
        if index == cursor {
            state.select(path.clone());
        }
    }
    state
}

/// The items of the `given` rows, built from the last to the first, each with what is beneath it.
fn items<'a>(
    rows: &[TrieRow],
    given: &[usize],
    line: impl Fn(usize) -> Line<'a>,
) -> Vec<TreeItem<'a, RowId>> {
    // The items that wait for what they are beneath, by depth, the last one first.
    let mut waiting: Vec<Vec<TreeItem<'a, RowId>>> = Vec::new();
    for &index in given.iter().rev() {
        let row = &rows[index];
        if waiting.len() < row.depth + 2 {
            waiting.resize_with(row.depth + 2, Vec::new);
        }
        let mut beneath = std::mem::take(&mut waiting[row.depth + 1]);
        beneath.reverse();
        if row.fold.is_some() && beneath.is_empty() {
            beneath.push(TreeItem::new_leaf(STAND_IN, ""));
        }
        // Ids are those of nodes, so no two are equal.
        let item = TreeItem::new(row.id, line(index), beneath)
            .unwrap_or_else(|_| TreeItem::new_leaf(row.id, line(index)));
        waiting[row.depth].push(item);
    }
    let mut roots = waiting.into_iter().next().unwrap_or_default();
    roots.reverse();
    roots
}
