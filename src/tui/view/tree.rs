//! The tree widget, wrapped.
//!
//! The widget keeps what is unfolded and selected by paths of ids, and acts on its own. Here the
//! model does: before each drawing the widget is told the rows that are seen, and only where it
//! scrolled to is its own. A folded row gets a stand-in child, so that its sign is drawn without
//! building what is beneath it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use tui_tree_widget::{Tree, TreeItem, TreeState};

use crate::refine::NodeId;
use crate::tui::look::Look;
use crate::tui::tries::{RowId, TrieRow};

/// Stands for all that is beneath a folded row; no row has this id.
const STAND_IN: RowId = RowId::Gathered(NodeId(u32::MAX));

/// The cells that the cursor and the sign of folding take before a row's text.
const BEFORE_TEXT: usize = 4;

/// What of a tree is to be drawn.
#[derive(Clone, Copy)]
pub(super) struct Unfolded<'r> {
    /// The rows that are seen, in the order they are read.
    pub(super) rows: &'r [TrieRow],
    /// The row the cursor is on.
    pub(super) cursor: usize,
    /// Whether keys act on it.
    pub(super) is_focused: bool,
}

/// Where a tree scrolled to.
#[derive(Debug, Default)]
pub(in crate::tui) struct TreeView {
    state: TreeState<RowId>,
}

impl TreeView {
    /// Draws a tree. `text` gives the text of a row in so many cells, and is asked for the rows
    /// around the cursor alone. Returns the first row seen.
    pub(super) fn draw<'a>(
        &mut self,
        frame: &mut Frame<'_>,
        area: Rect,
        tree: Unfolded<'_>,
        look: &Look,
        text: impl Fn(&TrieRow, usize) -> Line<'a>,
    ) -> usize {
        let Unfolded { rows, cursor, .. } = tree;
        let height = usize::from(area.height);
        let top = self.state.get_offset();
        let near = top.min(cursor).saturating_sub(height)..top.max(cursor) + 2 * height;
        let line = |index: usize| {
            let row = &rows[index];
            let room = usize::from(area.width).saturating_sub(BEFORE_TEXT + 2 * row.depth);
            if near.contains(&index) {
                text(row, room)
            } else {
                Line::raw(" ")
            }
        };
        let items = items(rows, line);
        self.follow(rows, cursor);
        let cursor_sign = format!("{} ", look.glyphs.cursor);
        let closed = format!("{} ", look.glyphs.closed);
        let open = format!("{} ", look.glyphs.open);
        if let Ok(widget) = Tree::new(&items) {
            let mut widget = widget
                .highlight_symbol(&cursor_sign)
                .node_closed_symbol(&closed)
                .node_open_symbol(&open)
                .node_no_children_symbol("  ");
            if tree.is_focused {
                widget = widget.highlight_style(look.selected);
            }
            frame.render_stateful_widget(widget, area, &mut self.state);
        }
        self.state.get_offset()
    }

    /// Unfolds and selects what the rows say.
    fn follow(&mut self, rows: &[TrieRow], cursor: usize) {
        self.state.close_all();
        let mut path: Vec<RowId> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            path.truncate(row.depth);
            path.push(row.id);
            if row.fold == Some(true) {
                self.state.open(path.clone());
            }
            if index == cursor {
                self.state.select(path.clone());
            }
        }
    }
}

/// The items of `rows`, built from the last to the first, each with what is beneath it.
fn items<'a>(rows: &[TrieRow], line: impl Fn(usize) -> Line<'a>) -> Vec<TreeItem<'a, RowId>> {
    // The items that wait for what they are beneath, by depth, the last one first.
    let mut waiting: Vec<Vec<TreeItem<'a, RowId>>> = Vec::new();
    for (index, row) in rows.iter().enumerate().rev() {
        if waiting.len() < row.depth + 2 {
            waiting.resize_with(row.depth + 2, Vec::new);
        }
        let mut beneath = std::mem::take(&mut waiting[row.depth + 1]);
        beneath.reverse();
        if row.fold == Some(false) {
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
