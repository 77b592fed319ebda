//! Searching statements, entries and the nodes of tries for a text, ignoring case.

use crate::explain::policy_name;
use crate::iam::Actions;
use crate::refine::{NodeId, Trie};
use crate::review::{EntryPlace, StatementReview, statement_title};
use crate::tui::policy::{OutlineRow, PolicyOutline};
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::trie::RowId;

/// Where a text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// In a row of the policy.
    Row(OutlineRow),
    /// In a node of the trie of a wildcard.
    Node(EntryPlace, NodeId),
}

/// Where something stands when all is read from the top: policy, statement, entry; then the entry
/// itself, what replaces it, its trie.
type Order = [usize; 5];

impl Hit {
    /// Where it stands among all hits, as the policy is shown.
    pub(crate) fn order(self, outline: &PolicyOutline) -> Order {
        let of = |place: EntryPlace, kind, index| {
            let [policy, statement, entry] = outline.rank(place);
            [policy, statement, entry, kind, index]
        };
        let first = |policy, statement| {
            let entry = 0;
            outline.rank(EntryPlace {
                policy,
                statement,
                entry,
            })
        };
        match self {
            Hit::Row(OutlineRow::Policy(policy)) => [first(policy, 0)[0], 0, 0, 0, 0],
            Hit::Row(OutlineRow::Statement { policy, statement }) => {
                let [policy, statement, _] = first(policy, statement);
                [policy, statement, 0, 0, 0]
            }
            Hit::Row(OutlineRow::Denies { policy, statement }) => {
                let [policy, statement, _] = first(policy, statement);
                [policy, statement, 0, 1, 0]
            }
            Hit::Row(OutlineRow::Literals { first, .. }) => of(first, 0, 0),
            Hit::Row(OutlineRow::Entry(place)) => of(place, 1, 0),
            Hit::Row(OutlineRow::New { place, index }) => of(place, 2, index),
            Hit::Node(place, node) => of(place, 3, node.0 as usize),
        }
    }
}

impl ReviewScreen {
    /// Where the cursor stands: the first and the last position of its row.
    pub(crate) fn order(&self) -> (Order, Order) {
        let row = self.outline.current().unwrap_or(OutlineRow::Policy(0));
        let on_node = (self.place())
            .filter(|_| self.cursor_pane == Pane::Trie)
            .and_then(|place| Some((place, *self.trie()?.current()?)));
        let Some((place, row)) = on_node else {
            let position = Hit::Row(row).order(&self.outline);
            return (position, position);
        };
        let first = match row.id {
            RowId::Node(node) | RowId::Own(node) | RowId::Gathered(node) => node,
        };
        (
            Hit::Node(place, first).order(&self.outline),
            Hit::Node(place, row.last).order(&self.outline),
        )
    }

    /// Everything in which `text` is found, in the order in which it is shown. The tries of all
    /// wildcards that something is proposed for are opened.
    pub(crate) fn hits(&mut self, text: &str) -> Vec<Hit> {
        let wanted = Wanted::new(text);
        let mut hits = Vec::new();
        if text.is_empty() {
            return hits;
        }
        let policies = self.review.state().policies();
        for policy in 0..policies {
            if policies > 1 && self.is_in_name(&wanted, policy) {
                hits.push(Hit::Row(OutlineRow::Policy(policy)));
            }
            let statements = self.review.state().statements(policy).len();
            for statement in 0..statements {
                self.add_statement(&wanted, policy, statement, &mut hits);
            }
        }
        hits.sort_by_key(|hit| hit.order(&self.outline));
        hits
    }

    /// Whether it is in what a policy is called, or whose it is.
    fn is_in_name(&self, wanted: &Wanted<'_>, policy: usize) -> bool {
        let block = &self.review.policy(policy).loaded.origin.block;
        let mut holders = block.iter().flat_map(|block| &block.holders);
        wanted.is_in(&policy_name(&self.review, policy)) || holders.any(|one| wanted.is_in(one))
    }

    fn add_statement(
        &mut self,
        wanted: &Wanted<'_>,
        policy: usize,
        statement: usize,
        hits: &mut Vec<Hit>,
    ) {
        let (state, input) = (self.review.state(), self.review.input());
        let read = &input.document(policy).policy().statements[statement];
        if wanted.is_in(&statement_title(read)) {
            hits.push(Hit::Row(OutlineRow::Statement { policy, statement }));
        }
        match &state.statements(policy)[statement] {
            StatementReview::Denies => {
                let (Actions::Action(entries) | Actions::NotAction(entries)) = &read.actions;
                if entries.iter().any(|entry| wanted.is_in(&entry.to_string())) {
                    hits.push(Hit::Row(OutlineRow::Denies { policy, statement }));
                }
            }
            StatementReview::NotAction { extension, .. } => {
                let place = EntryPlace {
                    policy,
                    statement,
                    entry: 0,
                };
                let added = extension.additions.iter().map(ToString::to_string);
                add_new(wanted, place, added, hits);
            }
            StatementReview::Entries(entries) => {
                for (entry, review) in entries.iter().enumerate() {
                    let place = EntryPlace {
                        policy,
                        statement,
                        entry,
                    };
                    if wanted.is_in(&review.plan.old.to_string()) {
                        hits.push(Hit::Row(OutlineRow::Entry(place)));
                    }
                    let new = review.plan.replacements().unwrap_or_default();
                    let new = new.iter().map(|emitted| emitted.entry.to_string());
                    add_new(wanted, place, new, hits);
                    if review.plan.changes() || !review.marks.is_empty() {
                        self.tries.prepare(&self.review, place);
                        if let Some(opened) = self.tries.get(place) {
                            wanted.add_nodes(place, opened.trie(), hits);
                        }
                    }
                }
            }
        }
    }
}

fn add_new(
    wanted: &Wanted<'_>,
    place: EntryPlace,
    new: impl Iterator<Item = String>,
    hits: &mut Vec<Hit>,
) {
    for (index, entry) in new.enumerate() {
        if wanted.is_in(&entry) {
            hits.push(Hit::Row(OutlineRow::New { place, index }));
        }
    }
}

/// A text that is searched for.
struct Wanted<'t> {
    text: &'t str,
    /// The service and the name, where both are asked for.
    parts: Option<(&'t str, &'t str)>,
}

impl<'t> Wanted<'t> {
    fn new(text: &'t str) -> Self {
        Wanted {
            text,
            parts: text.split_once(':'),
        }
    }

    fn is_in(&self, text: &str) -> bool {
        contains(text, self.text)
    }

    /// Adds the shortest prefixes of `trie` in which the text is: all that is beneath them has it
    /// too.
    fn add_nodes(&self, place: EntryPlace, trie: &Trie, hits: &mut Vec<Hit>) {
        let mut at = NodeId(NodeId::ROOT.0 + 1);
        let end = trie.node(NodeId::ROOT).end;
        while at < end {
            if self.is_at(trie, at) {
                hits.push(Hit::Node(place, at));
                at = trie.node(at).end;
            } else {
                at = NodeId(at.0 + 1);
            }
        }
    }

    fn is_at(&self, trie: &Trie, node: NodeId) -> bool {
        let name = trie.prefix_name(node);
        let service = trie.grants(node).map(|grants| grants.service.as_str());
        match self.parts {
            Some((wanted, start)) => {
                let starts = crate::iam::starts_with_ignoring_case(name, start);
                service.is_some_and(|name| name.eq_ignore_ascii_case(wanted)) && starts
            }
            None if trie.is_service_root(node) => {
                service.is_some_and(|name| contains(name, self.text))
            }
            None => contains(name, self.text),
        }
    }
}

fn contains(text: &str, wanted: &str) -> bool {
    let mut windows = text.as_bytes().windows(wanted.len().max(1));
    windows.any(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}
