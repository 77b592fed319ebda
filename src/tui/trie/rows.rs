//! The rows of an opened trie, as it is unfolded.

use super::opened::OpenedTrie;
use super::row::{RowId, TrieRow};
use crate::refine::{NodeId, Safety};

impl OpenedTrie {
    /// The rows that are to be seen.
    pub(crate) fn unfolded_rows(&self) -> Vec<TrieRow> {
        let mut rows = Vec::new();
        self.add_node(NodeId::ROOT, 0, &mut rows);
        rows
    }

    fn add_node(&self, node: NodeId, depth: usize, rows: &mut Vec<TrieRow>) {
        let id = RowId::Node(node);
        let last = self.end_of_run(node);
        let has_beneath = self.trie.children(last).next().is_some();
        let is_open = self.open.contains(&id);
        rows.push(TrieRow {
            id,
            last,
            depth,
            stays: self.trie.node(node).stays,
            goes: self.trie.node(node).goes,
            fold: has_beneath.then_some(is_open),
        });
        if has_beneath && is_open {
            self.add_beneath(last, depth + 1, rows);
        }
    }

    fn add_beneath(&self, parent: NodeId, depth: usize, rows: &mut Vec<TrieRow>) {
        if let Some(action) = self.trie.own_action(parent) {
            rows.push(TrieRow {
                id: RowId::Own(parent),
                last: parent,
                depth,
                stays: usize::from(action.fate.stays()),
                goes: usize::from(!action.fate.stays()),
                fold: None,
            });
        }
        let is_gathering = self.is_gathering(parent);
        for child in self.trie.children(parent) {
            if !(is_gathering && self.is_gathered(child)) {
                self.add_node(child, depth, rows);
            }
        }
        if is_gathering {
            self.add_gathered(parent, depth, rows);
        }
    }

    fn add_gathered(&self, parent: NodeId, depth: usize, rows: &mut Vec<TrieRow>) {
        let id = RowId::Gathered(parent);
        let is_open = self.open.contains(&id);
        let goes = self
            .gathered(parent)
            .map(|child| self.trie.node(child).goes);
        rows.push(TrieRow {
            id,
            last: parent,
            depth,
            stays: 0,
            goes: goes.sum(),
            fold: Some(is_open),
        });
        if is_open {
            for child in self.gathered(parent) {
                self.add_node(child, depth + 1, rows);
            }
        }
    }

    /// The children of a node that share one row: those of which nothing stays. A larger one keeps
    /// its own row, but for services; and where nothing at all stays there is nothing to show
    /// apart.
    pub(crate) fn gathered(&self, parent: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let some_stay = self.trie.node(parent).safety != Safety::AllUnused;
        let children = self.trie.children(parent);
        children.filter(move |&child| some_stay && self.is_gathered(child))
    }

    /// Whether there are several that share a row.
    pub(crate) fn is_gathering(&self, parent: NodeId) -> bool {
        self.gathered(parent).nth(1).is_some()
    }

    /// Whether it shares a row where there are several such.
    pub(crate) fn is_gathered(&self, child: NodeId) -> bool {
        let node = self.trie.node(child);
        node.safety == Safety::AllUnused
            && (node.goes <= 1 || self.trie.is_service_root(child))
            && !self.is_marked(child)
    }

    /// Whether a mark is on it, or on something beneath it: that stays where it was marked.
    fn is_marked(&self, node: NodeId) -> bool {
        !self.marks().is_empty() && {
            let prefix = self.trie.prefix(node);
            let mut marks = self.marks().iter();
            marks.any(|mark| mark.prefix == prefix || mark.prefix.properly_extends(&prefix))
        }
    }

    /// The last of the only children below `node` that say the same as it does.
    fn end_of_run(&self, node: NodeId) -> NodeId {
        let mut last = node;
        loop {
            let mut children = self.trie.children(last);
            let (Some(only), None) = (children.next(), children.next()) else {
                return last;
            };
            let is_same = self.trie.node(only).safety == self.trie.node(last).safety;
            if !is_same || self.trie.own_action(last).is_some() {
                return last;
            }
            last = only;
        }
    }
}
