//! The visited prefixes as rows, each with its place under the one it extends.

use std::ops::Range;

use super::walkthrough::Walkthrough;
use crate::refine::{Emitted, NodeId, Safety, Step, StepDecision, Trie};

/// What to do with siblings in a row of which nothing stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// One row for all of them.
    Joined,
    /// One row for all of them, but the last step keeps a row of its own: it is being explained.
    LastApart,
    /// A row for each of the prefixes.
    Apart,
    /// A row for each step, prefixes that are only passed through included: what was told stays in sight.
    Steps,
}

impl Grouping {
    /// Whether prefixes that are only passed through share the row of their child.
    fn passes(self) -> bool {
        match self {
            Grouping::Joined | Grouping::LastApart | Grouping::Apart => true,
            Grouping::Steps => false,
        }
    }
}

/// The rows of a walk, in the order of its steps. An opened prefix with one child shares the row of that
/// child, unless it is itself an action or a sibling makes it unsafe, and but where each step has a row.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The rows from the root down.
    pub rows: Vec<Row>,
}

/// One or several visited prefixes.
#[derive(Clone, Debug)]
pub struct Row {
    /// The steps it shows, the last of which visits [`Row::nodes`]' last.
    pub steps: Range<usize>,
    /// The prefix, or the siblings of which nothing stays.
    pub nodes: Vec<NodeId>,
    /// The row of the prefix that it extends.
    pub parent: Option<usize>,
    /// How many rows there are above it.
    pub depth: usize,
    /// What it adds to the prefix it extends; of several siblings the first.
    pub label: String,
    /// How many actions beneath stay.
    pub stays: usize,
    /// How many actions beneath go.
    pub goes: usize,
    /// Whether the prefix may be emitted.
    pub safety: Safety,
    /// The entries that are emitted at this prefix.
    pub emitted: Vec<Emitted>,
}

impl Outline {
    /// The rows of the first `steps` steps of a walk.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
    /// let mut unused = UnusedActions::default();
    /// unused.add("s3:GetBucketAcl".parse()?, None);
    /// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
    /// let pattern = "s3:Get*".parse()?;
    /// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
    /// let outline = Outline::new(&walk, walk.steps().len(), Grouping::Joined);
    /// assert_eq!(outline.rows[1].label, "Accelerate");
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn new(walk: &Walkthrough, steps: usize, runs: Grouping) -> Self {
        let mut growing = Growing {
            trie: walk.trie(),
            runs,
            rows: Vec::new(),
            row_of: Vec::new(),
            waiting: None,
        };
        let steps = &walk.steps()[..steps];
        for (at, step) in steps.iter().enumerate() {
            growing.add(at, step, at + 1 == steps.len());
        }
        Outline { rows: growing.rows }
    }
}

/// A row of a trie on which nothing is decided yet.
#[cfg(feature = "tui")]
#[derive(Clone, Debug)]
pub(crate) struct TrieRow {
    /// The prefix; one that only leads on shares the row of what it leads to.
    pub(crate) node: NodeId,
    /// How many rows there are above it.
    pub(crate) depth: usize,
    /// How many letters the row above has.
    pub(crate) above: usize,
    /// The words that it adds to these, as they are cut.
    pub(crate) words: Vec<String>,
}

#[cfg(feature = "tui")]
impl TrieRow {
    /// What it adds to the row above, with `dot` where words are cut; where names are cut within words it is not seen
    /// where.
    pub(crate) fn label(&self, dot: &str) -> String {
        let is_word = |word: &String| !word.starts_with(|letter: char| letter.is_ascii_lowercase());
        let at_words = self.words.iter().skip(1).all(is_word);
        self.words.join(if at_words { dot } else { "" })
    }
}

/// The rows of a trie from the prefix `from` on, depth first, as the walk goes.
#[cfg(feature = "tui")]
pub(crate) fn rows_from(walk: &Walkthrough, from: NodeId) -> impl Iterator<Item = TrieRow> {
    rows_as_opened(walk, from, |_| true)
}

/// The same, without what is beneath rows that are not opened.
#[cfg(feature = "tui")]
pub(crate) fn rows_as_opened(
    walk: &Walkthrough,
    from: NodeId,
    is_opened: impl Fn(NodeId) -> bool,
) -> impl Iterator<Item = TrieRow> {
    let trie = walk.trie();
    let root = walk.steps().first().map_or(NodeId::ROOT, |step| step.node);
    let mut waiting: Vec<(NodeId, usize)> = vec![(root, 0)];
    let mut has_begun = false;
    std::iter::from_fn(move || {
        while let Some((first, depth)) = waiting.pop() {
            let parent = trie.node(first).parent;
            let above = parent.map_or(0, |parent| trie.prefix_name(parent).len());
            let mut node = first;
            // Where a service begins it is named, as it is where something is decided.
            let mut words = vec![match trie.node(first).parent {
                Some(_) if !trie.is_service_root(first) => {
                    trie.prefix_name(first)[above..].to_owned()
                }
                _ => trie.prefix(first).to_string(),
            }];
            while has_begun && let Some(child) = trie.only_child(node) {
                let cut = trie.prefix_name(node).len();
                words.push(trie.prefix_name(child)[cut..].to_owned());
                node = child;
            }
            has_begun |= first == from;
            // What is on the way to where it begins is opened already.
            if !has_begun || is_opened(node) {
                let children: Vec<NodeId> = trie.children(node).collect();
                waiting.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
            }
            if has_begun {
                return Some(TrieRow {
                    node,
                    depth,
                    above,
                    words,
                });
            }
        }
        None
    })
}

struct Growing<'a> {
    trie: &'a Trie,
    runs: Grouping,
    rows: Vec<Row>,
    /// The opened prefixes that have a row, and which.
    row_of: Vec<(NodeId, usize)>,
    /// The first step of a chain of single children that has no row yet.
    waiting: Option<usize>,
}

impl Growing<'_> {
    fn add(&mut self, at: usize, step: &Step, is_last: bool) {
        if self.is_passed_through(step) && !is_last {
            self.waiting.get_or_insert(at);
            return;
        }
        let first = self.waiting.take().unwrap_or(at);
        let parent = self.row_above(step.node);
        let node = self.trie.node(step.node);
        let is_joined = match self.runs {
            Grouping::Joined => true,
            Grouping::LastApart => !is_last,
            Grouping::Apart | Grouping::Steps => false,
        };
        if is_joined
            && first == at
            && step.decision == StepDecision::Nothing
            && let Some(last) = self.rows.last_mut()
            && last.safety == Safety::AllUnused
            && last.parent == parent
        {
            last.steps.end = at + 1;
            last.nodes.push(step.node);
            last.goes += node.goes;
            return;
        }
        if matches!(step.decision, StepDecision::Open(_)) {
            self.row_of.push((step.node, self.rows.len()));
        }
        self.rows.push(Row {
            steps: first..at + 1,
            nodes: vec![step.node],
            parent,
            depth: parent.map_or(0, |row| self.rows[row].depth + 1),
            label: self.label(step.node, parent),
            stays: node.stays,
            goes: node.goes,
            safety: node.safety,
            emitted: step.emitted().to_vec(),
        });
    }

    /// An opened prefix with one child and nothing of its own: no action is called as it is, unused or not.
    fn is_passed_through(&self, step: &Step) -> bool {
        self.runs.passes()
            && self.trie.own_action(step.node).is_none()
            && step.decision == StepDecision::Open(Vec::new())
            && step.node != NodeId::ROOT
            && !self.trie.is_service_root(step.node)
            && !self.is_unsafe_by_a_sibling(step.node)
            && self.trie.children(step.node).count() == 1
    }

    /// Whether nothing beneath it makes it unsafe: that is to be seen, whatever its child is.
    fn is_unsafe_by_a_sibling(&self, id: NodeId) -> bool {
        let node = self.trie.node(id);
        node.safety == Safety::Unsafe && node.goes == 0
    }

    /// The row of the nearest prefix above that has one.
    fn row_above(&mut self, id: NodeId) -> Option<usize> {
        // Rows of prefixes whose beneath is done have no more children.
        while let Some((opened, row)) = self.row_of.last() {
            if id < self.trie.node(*opened).end {
                return Some(*row);
            }
            self.row_of.pop();
        }
        None
    }

    /// The part of a prefix that the row above does not have; the whole where a service begins.
    fn label(&self, id: NodeId, parent: Option<usize>) -> String {
        match parent {
            Some(row) if !self.trie.is_service_root(id) => {
                let above = self.trie.prefix_name(self.rows[row].nodes[0]).len();
                let name = self.trie.prefix_name(id);
                match self.rows[row].parent {
                    None => from_a_word(name, above).to_owned(),
                    Some(_) => name[above..].to_owned(),
                }
            }
            _ if self.trie.grants(id).is_none() => "*".to_owned(),
            _ => self.trie.prefix(id).to_string(),
        }
    }
}

/// What a prefix adds to the first letters of it that stand above, from where a word begins: below `De` the
/// whole of `Delete`.
pub(crate) fn from_a_word(prefix: &str, above: usize) -> &str {
    let is_within = prefix[above..].starts_with(|letter: char| letter.is_ascii_lowercase());
    let word = prefix[..above].rfind(|letter: char| letter.is_ascii_uppercase());
    match word {
        Some(word) if is_within => &prefix[word..],
        _ => &prefix[above..],
    }
}

impl Row {
    /// The sign that says the same as the colour: `✓` safe, `!` unsafe, `✗` all unused, `·` granted by a prefix
    /// that is left whole.
    pub fn glyph(&self) -> char {
        match self.safety {
            Safety::Safe | Safety::Unlisted => '✓',
            Safety::Unsafe | Safety::Split | Safety::Whole => '!',
            Safety::AllUnused => '✗',
            Safety::WithinWhole => '·',
        }
    }

    /// The word that says the same as the sign.
    pub fn word(&self) -> &'static str {
        match self.safety {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
            Safety::Split => "split",
            Safety::Whole => "unsafe, left whole",
            Safety::WithinWhole => "within what is left whole",
            Safety::AllUnused => "all unused",
            Safety::Unlisted => "not in the catalogue",
        }
    }

    /// The label, with how many siblings it is about.
    pub fn full_label(&self) -> String {
        match self.nodes.len() {
            1 => self.label.clone(),
            many => format!("{} and {} more", self.label, many - 1),
        }
    }
}
