//! What the rows of the trie are called.

use super::opened::OpenedTrie;
use super::row::{RowId, TrieRow};
use super::subject::Telling;
use crate::explain::from_a_word;
use crate::refine::{Fate, MarkKind, NodeId};
use crate::text::counted;

impl OpenedTrie {
    /// What a row is called: what its prefix adds to the one above it.
    pub fn label(&self, row: &TrieRow) -> String {
        match row.id {
            RowId::Gathered(node) => self.gathered_label(node, row),
            // It stands right beneath its prefix, to which it adds nothing.
            RowId::Own(node) => self.trie().prefix_name(node).to_owned(),
            RowId::Node(node) => self.node_label(node, row),
        }
    }

    /// The whole name of a row, with its service.
    pub(crate) fn full_name(&self, row: &TrieRow) -> String {
        let trie = self.trie();
        match (row.id, trie.grants(row.last)) {
            (RowId::Gathered(_), _) => counted(row.goes, "unused action", "unused actions"),
            (_, None) => "all services".to_owned(),
            (_, Some(grants)) => format!("{}:{}", grants.service, trie.prefix_name(row.last)),
        }
    }

    /// Why nothing stays of a row: it is reported, it was dropped by hand, or some of each.
    pub fn gone_word(&self, row: &TrieRow) -> &'static str {
        let dropped = self.dropped(row);
        match (row.id, dropped) {
            (RowId::Node(_) | RowId::Own(_), 0) if row.goes == 1 => "unused",
            (_, 0) => "all unused",
            (_, all) if all == row.goes && all == 1 => "dropped",
            (_, all) if all == row.goes => "all dropped",
            _ => "all go",
        }
    }

    /// How many actions of a row were dropped by hand.
    fn dropped(&self, row: &TrieRow) -> usize {
        if !self.has_drops() {
            return 0;
        }
        let trie = self.trie();
        let dropped = |node| {
            let fates = trie.beneath(node).map(|(_, fate)| fate);
            fates.filter(|fate| *fate == Fate::Dropped).count()
        };
        match row.id {
            RowId::Node(node) => dropped(node),
            RowId::Own(node) => {
                let action = trie.own_action(node);
                usize::from(action.is_some_and(|action| action.fate == Fate::Dropped))
            }
            RowId::Gathered(parent) => self.gathered(parent).map(dropped).sum(),
        }
    }

    /// Whether something was dropped by hand.
    pub fn has_drops(&self) -> bool {
        let mut marks = self.marks().iter();
        marks.any(|mark| mark.kind == MarkKind::Drop)
    }

    fn node_label(&self, node: NodeId, row: &TrieRow) -> String {
        let trie = self.trie();
        if self.telling() != Telling::Prefixes && trie.grants(node).is_none() {
            return self.full_name(row);
        }
        let Some(parent) = trie.node(node).parent else {
            let name = trie.prefix_name(row.last);
            return if name.is_empty() {
                trie.wildcard().pattern.to_string()
            } else {
                name.to_owned()
            };
        };
        if trie.is_service_root(node) {
            if self.telling() != Telling::Prefixes {
                return self.full_name(row);
            }
            let service = trie.grants(node).map(|grants| grants.service.as_str());
            return format!("{}:*", service.unwrap_or_default());
        }
        let is_star = self.emitted(row).iter().any(|entry| entry.ends_with('*'));
        let name = self.behind(parent, trie.prefix_name(row.last));
        // Of a run of only children all is said, also where what is written is shorter.
        if is_star && row.last == node && self.is_emitted(node) {
            format!("{name}*")
        } else {
            name.to_owned()
        }
    }

    /// The one entry that is written for a row, as a label: what it adds to the row above.
    pub(crate) fn entry_as_label(&self, row: &TrieRow) -> Option<String> {
        let trie = self.trie();
        let [only] = self.emitted(row) else {
            return None;
        };
        let (_, name) = only.split_once(':')?;
        let (RowId::Node(node) | RowId::Own(node)) = row.id else {
            return None;
        };
        let parent = trie.node(node).parent?;
        let above = trie.prefix_name(parent);
        let is_longer = name.len() > above.len() && name.starts_with(above);
        is_longer.then(|| self.behind(parent, name).to_owned())
    }

    /// What a name adds to that of a node which it begins with. A wildcard may end within a word: what lies beneath
    /// it begins where that does.
    fn behind<'n>(&self, parent: NodeId, name: &'n str) -> &'n str {
        let above = self.trie().prefix_name(parent).len();
        match self.trie().node(parent).parent {
            None => from_a_word(name, above),
            Some(_) => &name[above..],
        }
    }

    /// What is written for a row, where its label and those above it do not say it.
    pub(crate) fn becomes(&self, row: &TrieRow) -> Option<String> {
        let trie = self.trie();
        let emitted = self.emitted(row);
        let service = trie.grants(row.last).map(|grants| &grants.service)?;
        let named = format!("{service}:{}", trie.prefix_name(row.last));
        let is_said = match emitted {
            [] => true,
            [only] => match only.strip_suffix('*') {
                Some(prefix) => self.label(row).ends_with('*') && prefix == named,
                None => *only == named,
            },
            _ => false,
        };
        (!is_said).then(|| emitted.join(" "))
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
