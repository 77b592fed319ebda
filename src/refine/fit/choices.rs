//! What of one wildcard could be left whole, and what each prefix costs.
//!
//! The prefixes are those at which the walk through the trie stops or goes on, nested as strings are:
//! `ListServices` is within `ListService` although the two are siblings in the trie, for what is
//! written for `ListService` grants it too. So of two prefixes one is within the other or they have
//! nothing in common, and what sizes and excesses come to is a sum.

use std::collections::BTreeSet;
use std::ops::Range;

use super::excess::Excess;
use crate::iam::{Action, ActionPattern, ActionPrefix, Grants, ServicePrefix};
use crate::refine::expansion::ServiceStatus;
use crate::refine::marks::{Curation, Mark, MarkKind, Rule};
use crate::refine::shortest::Emitted;
use crate::refine::trie::{NodeId, Safety, Trie};
use crate::refine::universe::Universe;

/// A wildcard that is narrowed, as it stands in its statement.
pub struct Narrowing<'a> {
    /// Its trie, under what a person asked for.
    pub trie: &'a Trie,
    /// What that is. It binds: nothing is left whole that a mark drops, nor above one that splits.
    pub curation: Curation<'a>,
    /// The new entries that are written in its place: those that no other entry covers.
    pub written: BTreeSet<&'a ActionPattern>,
    /// The entries that stand beside it and stay as they are: what they cover is not written.
    pub beside: &'a Grants<'a, &'a ActionPattern>,
    /// What goes of its statement when it is narrowed: what something else grants all the same is no
    /// excess of this one.
    pub goes: &'a BTreeSet<Action>,
    /// The characters that it takes as it was.
    pub old_size: usize,
    /// Whether it is all of an `Action` that is a string, and becomes a list where it is replaced by
    /// several entries.
    pub is_only_string: bool,
    /// All that is known of its actions.
    pub universe: &'a Universe,
}

/// The prefixes of one wildcard, each with what it costs to leave it whole or to go on within it.
pub struct Choices {
    /// Each before those within it, in the order of the names.
    pub(super) prefixes: Vec<Choice>,
}

/// A prefix that can be left whole, or opened.
pub(super) struct Choice {
    pub(super) prefix: ActionPrefix,
    /// The first place after those within it.
    pub(super) end: usize,
    /// The characters of what is written there when it is opened, without those within it.
    pub(super) opened: usize,
    /// The characters of what is written when it is left whole, and what then stays; none where it may
    /// not be, or where that is not shorter than the narrowest.
    pub(super) whole: Option<(usize, Excess)>,
}

impl Choices {
    /// What could be left whole of a wildcard.
    pub fn of(narrowing: &Narrowing<'_>) -> Self {
        let trie = narrowing.trie;
        let mut nodes: Vec<(ActionPrefix, NodeId, usize)> = (trie.steps().iter())
            .filter(|step| trie.node(step.node).safety != Safety::AllUnused)
            .map(|step| {
                let size = narrowing.size_if_written(step.emitted());
                (trie.prefix(step.node), step.node, size)
            })
            .collect();
        nodes.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)));
        let mut prefixes: Vec<Choice> = Vec::new();
        let mut ids = Vec::new();
        for (prefix, id, opened) in nodes {
            match prefixes.last_mut() {
                // Two spellings of one prefix.
                Some(last) if last.prefix == prefix => last.opened += opened,
                _ => {
                    ids.push(id);
                    prefixes.push(Choice {
                        prefix,
                        end: prefixes.len() + 1,
                        opened,
                        whole: None,
                    });
                }
            }
        }
        let mut choices = Choices { prefixes };
        choices.nest();
        choices.price(narrowing, &ids);
        choices
    }

    /// The characters of the narrowest that can be written.
    pub(super) fn narrowest(&self, places: Range<usize>) -> usize {
        self.prefixes[places]
            .iter()
            .map(|choice| choice.opened)
            .sum()
    }

    /// The characters of the shortest that can be written, with the most that may be left whole.
    pub(super) fn shortest(&self) -> usize {
        let mut shortest = vec![0; self.prefixes.len()];
        for (place, choice) in self.prefixes.iter().enumerate().rev() {
            let mut opened = choice.opened;
            let mut within = place + 1;
            while within < choice.end {
                opened += shortest[within];
                within = self.prefixes[within].end;
            }
            let whole = choice.whole.map_or(opened, |(size, _)| size);
            shortest[place] = opened.min(whole);
        }
        shortest.first().copied().unwrap_or_default()
    }

    /// Finds where what is within each prefix ends.
    fn nest(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for place in 0..self.prefixes.len() {
            while let Some(&last) = open.last() {
                let (above, here) = (&self.prefixes[last].prefix, &self.prefixes[place].prefix);
                if here.properly_extends(above) {
                    break;
                }
                self.prefixes[last].end = place;
                open.pop();
            }
            open.push(place);
        }
        for last in open {
            self.prefixes[last].end = self.prefixes.len();
        }
    }

    fn price(&mut self, narrowing: &Narrowing<'_>, ids: &[NodeId]) {
        let all = self.narrowest(0..self.prefixes.len());
        for (place, &id) in ids.iter().enumerate() {
            let narrowest = self.narrowest(place..self.prefixes[place].end);
            let Some((size, excess)) = narrowing.left_whole(id, all > narrowest) else {
                continue;
            };
            if size < narrowest {
                self.prefixes[place].whole = Some((size, excess));
            }
        }
    }
}

/// The order in which a prefix comes right before all that extend it.
fn order(prefix: &ActionPrefix) -> (Option<&str>, String) {
    let service = prefix.service().map(ServicePrefix::as_str);
    (service, prefix.name().to_ascii_lowercase())
}

impl Narrowing<'_> {
    /// The characters of those of `entries` that are written.
    fn size_if_written(&self, entries: &[Emitted]) -> usize {
        let written = |new: &&Emitted| self.written.contains(&new.entry);
        entries
            .iter()
            .filter(written)
            .map(|new| size_of(&new.entry))
            .sum()
    }

    /// The characters of a node that is left whole, and what then stays. None where it may not be.
    /// `more` is whether something else of the wildcard is written then.
    fn left_whole(&self, id: NodeId, more: bool) -> Option<(usize, Excess)> {
        let node = self.trie.node(id);
        let grants = self.trie.grants(id)?;
        let prefix = self.trie.prefix(id);
        let splits = |mark: &Mark| {
            mark.kind == MarkKind::Split
                && (mark.prefix == prefix || mark.prefix.properly_extends(&prefix))
        };
        if node.safety != Safety::Unsafe
            || grants.status != ServiceStatus::Listed
            || self.curation.marks.iter().any(splits)
        {
            return None;
        }
        let starting = grants.starting_with(prefix.name()).iter();
        let excess = starting
            .filter(|granted| !granted.fate.stays())
            .map(|granted| {
                let action = Action::new(grants.service.clone(), granted.name.clone());
                let rule = self.curation.rule_for(&action);
                match rule.map(Rule::kind) {
                    Some(MarkKind::Drop) => None,
                    _ if !self.goes.contains(&action) => Some(Excess::NOTHING),
                    _ => Excess::of(&action, self.universe),
                }
            })
            .sum::<Option<Excess>>()?;
        Some((self.size_whole(id, more), excess))
    }

    fn size_whole(&self, id: NodeId, more: bool) -> usize {
        // Left whole at its root the wildcard stays as it was written.
        let (count, size) = if id == NodeId::ROOT {
            (1, self.old_size + COMMA)
        } else {
            let new = self.trie.emit_whole(id);
            let written = new.iter().filter(|entry| {
                let covers = |other: &Emitted| {
                    other.entry != entry.entry && entry.entry.is_included_in(&other.entry)
                };
                let mut beside = self.beside.that_may_include(&entry.entry);
                !new.iter().any(covers) && !beside.any(|wide| entry.entry.is_included_in(wide))
            });
            let sizes: Vec<usize> = written.map(|new| size_of(&new.entry)).collect();
            (sizes.len(), sizes.iter().sum())
        };
        // A single entry needs no brackets where a string was.
        let narrowest_is_list = self.written.len() > 1;
        let needs_no_list = self.is_only_string && narrowest_is_list && count == 1 && !more;
        if needs_no_list {
            size - BRACKETS.min(size)
        } else {
            size
        }
    }
}

/// The characters of a list's brackets.
const BRACKETS: usize = 2;
/// The character between two entries.
const COMMA: usize = 1;

/// The characters that a new entry takes, with its quotes and a comma.
fn size_of(entry: &ActionPattern) -> usize {
    entry.to_string().len() + 2 + COMMA
}
