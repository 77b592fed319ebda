//! A trie as it is unfolded. Only the rows that are unfolded are ever listed.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::row::{RowId, TrieRow};
use super::subject::{MadeOf, Subject, Telling};
use crate::refine::{
    Curation, EntryOutcome, Fate, Granularity, HeldBack, Mark, NodeId, Safety, Trie,
};
use crate::review::{EntryReview, Review};

/// Unsafe nodes are unfolded at first until this many rows are seen.
const ROWS_AT_FIRST: usize = 24;

/// Fewer rows than this are unfolded at first whatever they are of, where several entries are shown.
const FEW: usize = 12;

/// A trie that was shown, and which rows of it are seen.
#[derive(Clone, Debug)]
pub struct OpenedTrie {
    pub(super) trie: Trie,
    telling: Telling,
    made_of: MadeOf,
    marks: Vec<Mark>,
    held: Arc<HeldBack>,
    granularity: Granularity,
    /// What each node gives to the policy.
    emitted: BTreeMap<NodeId, Vec<String>>,
    pub(super) open: HashSet<RowId>,
    rows: Vec<TrieRow>,
    cursor: usize,
}

/// What is unfolded of a trie, and where its cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SavedPosition {
    open: HashSet<RowId>,
    cursor: usize,
}

impl OpenedTrie {
    /// Builds the trie of `subject`; none where no entry is. What was unfolded `before` stays so as far
    /// as the nodes are the same: marks do not change them, the granularity does.
    pub(super) fn new(
        review: &Review,
        subject: Subject,
        before: Option<OpenedTrie>,
    ) -> Option<Self> {
        let state = review.state();
        let entry = match subject.wildcard() {
            Some(place) => Some((place, state.entry(place)?)),
            None => None,
        };
        let curation = entry.map_or(Curation::NONE, |(place, _)| {
            state.curation(review.input(), place)
        });
        let granularity = match entry {
            Some((_, entry)) => entry.granularity,
            None => subject.granularity(review),
        };
        let entry = entry.map(|(_, entry)| entry);
        let mut opened = OpenedTrie {
            trie: Trie::new(subject.expansion(review), granularity, curation),
            telling: subject.telling(review),
            made_of: subject.made_of(review),
            marks: entry.map_or_else(Vec::new, |entry| entry.marks.clone()),
            held: entry.map_or_else(Arc::default, |entry| Arc::clone(&entry.held)),
            granularity,
            emitted: entry.map_or_else(BTreeMap::new, emitted_by),
            open: HashSet::from([RowId::Node(NodeId::ROOT)]),
            rows: Vec::new(),
            cursor: 0,
        };
        match before.filter(|before| before.granularity == granularity) {
            Some(before) => opened.unfold_as(&before),
            None => opened.unfold_at_first(),
        }
        Some(opened)
    }

    /// Whether it is opened as all that it is of is marked and cut now, with the same held back.
    pub(super) fn is_of(&self, review: &Review, subject: Subject) -> bool {
        let place = subject.wildcard();
        match place.and_then(|place| review.state().entry(place)) {
            Some(entry) => {
                self.marks == entry.marks
                    && self.granularity == entry.granularity
                    && self.held == entry.held
            }
            None => self.made_of.is(&subject.made_of(review)),
        }
    }

    /// What its rows say of actions.
    pub(crate) fn telling(&self) -> Telling {
        self.telling
    }

    /// The trie as it is marked and cut now.
    pub fn trie(&self) -> &Trie {
        &self.trie
    }

    /// The rows that are to be seen.
    pub fn rows(&self) -> &[TrieRow] {
        &self.rows
    }

    /// The row that the cursor is on, counted from 0.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row the cursor is on.
    pub fn current(&self) -> Option<&TrieRow> {
        self.rows.get(self.cursor)
    }

    /// The marks on its prefixes.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The entries that a row gives to the policy, itself and not what is beneath it.
    pub fn emitted(&self, row: &TrieRow) -> &[String] {
        let entries = self.emitted_there(row);
        // A star that is written for a prefix is written for its own name too: it is said once, above.
        match (row.id, entries) {
            (RowId::Own(_), [only]) if only.ends_with('*') => &[],
            _ => entries,
        }
    }

    fn emitted_there(&self, row: &TrieRow) -> &[String] {
        let node = match row.id {
            RowId::Node(node) if row.fold.is_none() || self.is_emitted(node) => node,
            RowId::Own(node) => node,
            _ => return &[],
        };
        // A safe run of only children is emitted at its first node, an action at its last.
        let mut nodes = self.emitted.range(node..=row.last);
        nodes.next().map_or(&[], |(_, entries)| entries)
    }

    /// Whether all that stays of a row is held back.
    pub(crate) fn is_held(&self, row: &TrieRow) -> bool {
        if self.held.is_empty() || row.stays == 0 {
            return false;
        }
        match row.id {
            RowId::Own(node) => {
                let own = self.trie.own_action(node);
                own.is_some_and(|action| action.fate == Fate::Held)
            }
            RowId::Node(_) | RowId::Gathered(_) => {
                let beneath = self.trie.beneath(self.representative(row));
                let mut stays = beneath.filter(|(_, fate)| fate.stays());
                stays.all(|(_, fate)| fate == Fate::Held)
            }
        }
    }

    /// Whether anything of the wildcard is held back.
    pub(crate) fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether the row is written and has something beneath it to be written in its stead.
    pub(crate) fn can_split(&self, row: &TrieRow) -> bool {
        let several = self.trie.node(self.representative(row)).stays > 1;
        several && self.emitted(row).iter().any(|entry| entry.contains('*'))
    }

    pub(crate) fn is_emitted(&self, node: NodeId) -> bool {
        let safety = self.trie.node(node).safety;
        matches!(safety, Safety::Safe | Safety::Unlisted | Safety::Whole)
            && self.emitted.contains_key(&node)
    }

    /// The node that says most of a row: of a safe run the first, which is emitted, of others the
    /// last, which has the longest name.
    pub fn representative(&self, row: &TrieRow) -> NodeId {
        match row.id {
            RowId::Node(node) if self.is_emitted(node) => node,
            _ => row.last,
        }
    }

    /// What is unfolded, and where the cursor is.
    pub(crate) fn saved_position(&self) -> SavedPosition {
        SavedPosition {
            open: self.open.clone(),
            cursor: self.cursor,
        }
    }

    /// Folds and puts the cursor as they were.
    pub(crate) fn return_to(&mut self, saved: SavedPosition) {
        self.open = saved.open;
        self.rebuild();
        self.put_cursor(saved.cursor);
    }

    /// Unfolds or folds a row, and puts the cursor on it.
    pub fn set_open(&mut self, id: RowId, open: bool) {
        if open {
            self.open.insert(id);
        } else {
            self.open.remove(&id);
        }
        self.rebuild();
        self.put_cursor_on(|row| row.id == id);
    }

    /// Unfolds or folds the row the cursor is on and all that is beneath it. The root stays open:
    /// there would be nothing left to see.
    pub fn set_open_with_beneath(&mut self, open: bool) {
        let Some(row) = self.current().copied() else {
            return;
        };
        let (RowId::Node(node) | RowId::Own(node) | RowId::Gathered(node)) = row.id;
        for beneath in node.0..self.trie.node(node).end.0 {
            let beneath = NodeId(beneath);
            for id in [RowId::Node(beneath), RowId::Gathered(beneath)] {
                if open {
                    self.open.insert(id);
                } else if id != RowId::Node(NodeId::ROOT) {
                    self.open.remove(&id);
                }
            }
        }
        self.rebuild();
        self.put_cursor_on(|other| other.id == row.id);
    }

    /// Puts the cursor on the row at `index`, or on the last one.
    pub fn put_cursor(&mut self, index: usize) {
        self.cursor = index.min(self.rows.len().saturating_sub(1));
    }

    /// Puts the cursor on the row that the one it is on is beneath. Returns whether there is one.
    pub fn go_to_parent(&mut self) -> bool {
        let Some(depth) = self.current().map(|row| row.depth) else {
            return false;
        };
        let parent = self.rows[..self.cursor]
            .iter()
            .rposition(|row| row.depth < depth);
        self.cursor = parent.unwrap_or(self.cursor);
        parent.is_some()
    }

    /// Puts the cursor on the row of `node` and unfolds what hides it.
    pub fn reveal(&mut self, node: NodeId) {
        let mut at = node;
        while let Some(parent) = self.trie.node(at).parent {
            self.open.insert(RowId::Node(parent));
            if self.is_gathering(parent) && self.is_gathered(at) {
                self.open.insert(RowId::Gathered(parent));
            }
            at = parent;
        }
        self.rebuild();
        self.put_cursor_on(|row| match row.id {
            RowId::Node(first) => (first..=row.last).contains(&node),
            RowId::Own(action) => action == node,
            RowId::Gathered(_) => false,
        });
    }

    fn put_cursor_on(&mut self, is_it: impl Fn(&TrieRow) -> bool) {
        // An action that others extend has a row of its own behind that of its prefix.
        if let Some(index) = self.rows.iter().rposition(is_it) {
            self.cursor = index;
        }
    }

    fn unfold_as(&mut self, before: &OpenedTrie) {
        self.open.clone_from(&before.open);
        self.rebuild();
        let Some(on) = before.current() else { return };
        let is_there = self.rows.iter().any(|row| row.id == on.id);
        match on.id {
            // What shares a row now with others that go is unfolded there.
            RowId::Node(node) if !is_there && node < self.trie.node(NodeId::ROOT).end => {
                self.reveal(node);
            }
            _ => self.put_cursor_on(|row| row.id == on.id),
        }
    }

    /// Unfolds unsafe nodes from the top, as long as all still fits a screen.
    fn unfold_at_first(&mut self) {
        self.rebuild();
        let mut at = 0;
        while at < self.rows.len() {
            let row = self.rows[at];
            let safety = self.trie.node(row.last).safety;
            let is_worth_it = matches!(safety, Safety::Unsafe | Safety::Split)
                || self.granularity == Granularity::Name
                || self.telling != Telling::Prefixes && self.rows.len() < FEW;
            if row.fold == Some(false) && is_worth_it && matches!(row.id, RowId::Node(_)) {
                self.open.insert(row.id);
                let folded = std::mem::take(&mut self.rows);
                self.rebuild();
                if self.rows.len() > ROWS_AT_FIRST && self.granularity != Granularity::Name {
                    self.open.remove(&row.id);
                    self.rows = folded;
                }
            }
            at += 1;
        }
    }

    fn rebuild(&mut self) {
        self.rows = self.unfolded_rows();
        self.put_cursor(self.cursor);
    }
}

/// What each node of a wildcard gives to the policy.
fn emitted_by(entry: &EntryReview) -> BTreeMap<NodeId, Vec<String>> {
    let mut emitted: BTreeMap<NodeId, Vec<String>> = BTreeMap::new();
    if let EntryOutcome::Narrowed(entries) = &entry.plan.outcome {
        for new in entries {
            let of_node = emitted.entry(new.node).or_default();
            of_node.push(new.entry.to_string());
        }
    }
    emitted
}
