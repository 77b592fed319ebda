//! What the rows of the trie are called.

use super::tries::{OpenedTrie, RowId, TrieRow};
use crate::refine::NodeId;

impl OpenedTrie {
    /// What a row is called: what its prefix adds to the one above it.
    pub fn label(&self, row: &TrieRow) -> String {
        match row.id {
            RowId::Gathered(node) => self.gathered_label(node, row),
            RowId::Own(node) => format!("{} itself", self.trie().prefix_name(node)),
            RowId::Node(node) => self.node_label(node, row),
        }
    }

    fn node_label(&self, node: NodeId, row: &TrieRow) -> String {
        let trie = self.trie();
        let Some(parent) = trie.node(node).parent else {
            let name = trie.prefix_name(row.last);
            return if name.is_empty() {
                trie.wildcard().pattern.to_string()
            } else {
                name.to_owned()
            };
        };
        if trie.is_service_root(node) {
            let service = trie.grants(node).map(|grants| grants.service.as_str());
            return format!("{}:*", service.unwrap_or_default());
        }
        let above = trie.prefix_name(parent).len();
        let is_star = self.emitted(row).iter().any(|entry| entry.ends_with('*'));
        if is_star && self.is_emitted(node) {
            format!("{}*", &trie.prefix_name(node)[above..])
        } else {
            trie.prefix_name(row.last)[above..].to_owned()
        }
    }

    fn gathered_label(&self, parent: NodeId, row: &TrieRow) -> String {
        let gathered = self.gathered(parent).count();
        let all = self.trie().children(parent).count();
        let services = self.trie().grants(parent).is_none();
        let more = if gathered < all { " more" } else { "" };
        if services {
            format!("{gathered}{more} services")
        } else {
            format!("{}{more}", row.goes)
        }
    }
}
