//! The trie of one wildcard: a node for every prefix its names can be cut at, safe or not.
//!
//! Nodes are in an array in depth-first order: a node, then all that is beneath it. So the nodes
//! beneath a node are those up to its [`Node::end`], and skipping them is one jump.

use std::cmp::Ordering;
use std::ops::Range;

use super::expansion::{EntryExpansion, GrantedAction, ServiceGrants, ServiceStatus};
use super::granularity::Granularity;
use super::marks::{Curation, Fate, Mark, MarkKind};
use crate::iam::{Action, ActionPrefix};

/// The place of a node in its trie; the root is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every trie.
    pub const ROOT: NodeId = NodeId(0);

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whether a node's prefix may be emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// No unused action starts with the prefix.
    Safe,
    /// Safe, but a mark asks for its children instead.
    Split,
    /// An unused action starts with the prefix.
    Unsafe,
    /// Unsafe, but a mark asks to write it all the same: what is unused under it stays.
    Whole,
    /// It starts with a prefix that is left whole, which grants all that it could emit.
    WithinWhole,
    /// No action beneath stays, so nothing is emitted.
    AllUnused,
    /// A service the catalogue does not have, under `*`: it stays whole.
    Unlisted,
}

/// One prefix of the trie.
#[derive(Clone, Debug)]
pub struct Node {
    /// The node it is a child of; none for the root.
    pub parent: Option<NodeId>,
    /// The first node after all that is beneath it.
    pub end: NodeId,
    /// Whether its prefix may be emitted.
    pub safety: Safety,
    /// How many actions beneath it stay, itself included.
    pub stays: usize,
    /// How many actions beneath it go, itself included.
    pub goes: usize,
    /// Which service of the wildcard; none for the root of `*`.
    service: Option<usize>,
    /// The length of the prefix's name.
    length: usize,
    /// The actions beneath, in the order of the trie.
    leaves: Range<usize>,
}

/// The trie of one wildcard.
#[derive(Clone, Debug)]
pub struct Trie {
    wildcard: EntryExpansion,
    granularity: Granularity,
    nodes: Vec<Node>,
    /// Places of actions in their service, in the order of the trie, service after service.
    order: Vec<(usize, usize)>,
}

impl Trie {
    /// Cuts the names that `wildcard` grants and judges every prefix.
    pub fn new(wildcard: EntryExpansion, granularity: Granularity, curation: Curation<'_>) -> Self {
        let mut trie = Trie {
            granularity,
            nodes: Vec::new(),
            order: Vec::new(),
            wildcard,
        };
        if trie.wildcard.pattern.service().is_none() {
            trie.nodes.push(Node::new(None, None, 0, 0));
            for service in 0..trie.wildcard.services.len() {
                trie.grow_service(service, Some(NodeId::ROOT));
            }
        } else {
            trie.grow_service(0, None);
        }
        trie.close_nodes();
        for id in trie.ids() {
            trie.nodes[id.index()].safety = trie.judge(id, curation);
        }
        trie.judge_within_whole();
        trie
    }

    /// The wildcard this is the trie of.
    pub fn wildcard(&self) -> &EntryExpansion {
        &self.wildcard
    }

    /// How its names are cut.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// Every node, each before what is beneath it.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A node. Panics when `id` is of another trie.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The children of a node, in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let mut next = NodeId(id.0 + 1);
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.node(child).end;
                child
            })
        })
    }

    /// The only child of a node, if it has just one and is no action itself.
    pub fn only_child(&self, id: NodeId) -> Option<NodeId> {
        let mut children = self.children(id);
        let only = children.next()?;
        (children.next().is_none() && self.own_action(id).is_none()).then_some(only)
    }

    /// Whether a node is where a service begins: the root, or under `*` a child of it.
    pub fn is_service_root(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.service.is_some()
            && node
                .parent
                .is_none_or(|parent| self.node(parent).service.is_none())
    }

    /// The prefix that a node stands for.
    pub fn prefix(&self, id: NodeId) -> ActionPrefix {
        match self.grants(id) {
            None => ActionPrefix::of_everything(),
            Some(grants) => ActionPrefix::in_service(grants.service.clone(), self.prefix_name(id)),
        }
    }

    /// The name of a node's prefix, without the service: spelled as its first action is, and the
    /// root's as the wildcard spells it.
    pub fn prefix_name(&self, id: NodeId) -> &str {
        let node = self.node(id);
        match (node.parent, self.grants(id)) {
            (None, Some(grants)) => grants.glob.literal_prefix(),
            (Some(_), Some(grants)) if !node.leaves.is_empty() => {
                let (_, action) = self.order[node.leaves.start];
                &grants.actions[action].name.as_str()[..node.length]
            }
            _ => "",
        }
    }

    /// The service a node is in; none for the root of `*`.
    pub fn grants(&self, id: NodeId) -> Option<&ServiceGrants> {
        Some(&self.wildcard.services[self.node(id).service?])
    }

    /// The actions beneath a node, itself included, in the order of the trie.
    pub fn beneath(&self, id: NodeId) -> impl Iterator<Item = (Action, Fate)> + '_ {
        self.leaves(id).map(|(grants, granted)| {
            let action = Action::new(grants.service.clone(), granted.name.clone());
            (action, granted.fate)
        })
    }

    /// The action whose whole name is the node's prefix, if there is one.
    pub fn own_action(&self, id: NodeId) -> Option<&GrantedAction> {
        let node = self.node(id);
        node.service?;
        let (_, granted) = self.leaves(id).next()?;
        (granted.name.as_str().len() == node.length).then_some(granted)
    }

    /// The unused actions that start with a node's prefix, siblings' included: what makes it
    /// unsafe, or would if it were not left whole.
    pub fn unsafe_because(&self, id: NodeId) -> Vec<Action> {
        self.wildcard.unsafe_under(&self.prefix(id))
    }

    /// Whether the mark is a split that changes nothing as names are cut, since its prefix is not
    /// written; or asks to leave whole what is not: what names are not cut at, or what something
    /// beneath goes of. What is within another prefix that is left whole is so with that.
    pub fn is_idle(&self, mark: &Mark) -> bool {
        match mark.kind {
            MarkKind::Keep | MarkKind::Drop => false,
            MarkKind::Split => !self.opens_split(&mark.prefix),
            MarkKind::Whole => {
                let mut whole = self
                    .ids()
                    .filter(|id| self.node(*id).safety == Safety::Whole);
                !whole.any(|id| {
                    let prefix = self.prefix(id);
                    mark.prefix == prefix || mark.prefix.properly_extends(&prefix)
                })
            }
        }
    }

    /// Whether a split of `prefix` is come to, and opens it: no shorter prefix is emitted already.
    fn opens_split(&self, prefix: &ActionPrefix) -> bool {
        let mut splits = self.ids().filter(|&id| {
            let node = self.node(id);
            node.safety == Safety::Split && node.stays > 1 && self.prefix(id) == *prefix
        });
        splits.any(|id| {
            let above = |id: &NodeId| self.node(*id).parent;
            std::iter::successors(above(&id), above)
                .all(|id| matches!(self.node(id).safety, Safety::Unsafe | Safety::Split))
        })
    }

    /// What is beneath a node, itself included, as the wildcard holds it.
    pub(super) fn leaves(
        &self,
        id: NodeId,
    ) -> impl Iterator<Item = (&ServiceGrants, &GrantedAction)> {
        let leaves = &self.order[self.node(id).leaves.clone()];
        leaves.iter().map(|&(service, action)| {
            let grants = &self.wildcard.services[service];
            (grants, &grants.actions[action])
        })
    }

    /// Adds the node of a service, or the root, and one for each prefix of its names.
    fn grow_service(&mut self, service: usize, parent: Option<NodeId>) {
        let Trie {
            wildcard,
            granularity,
            nodes,
            order,
        } = self;
        let grants = &wildcard.services[service];
        let name = |action: usize| grants.actions[action].name.as_str();
        let root_length = grants.glob.literal_prefix().len();
        let mut sorted: Vec<usize> = (0..grants.actions.len()).collect();
        sorted.sort_by(|a, b| compare_tokens(name(*a), name(*b), root_length, *granularity));

        nodes.push(Node::new(parent, Some(service), root_length, order.len()));
        // The nodes from this root down to the last name.
        let mut path = vec![nodes.len() - 1];
        let mut last = "";
        let mut cuts = Vec::new();
        for action in sorted {
            let this = name(action);
            cuts.clear();
            cuts.extend(granularity.cuts(this, root_length));
            let alike = letters_alike(last, this);
            let shared = path[1..]
                .iter()
                .zip(&cuts)
                .take_while(|(node, cut)| nodes[**node].length == **cut && **cut <= alike)
                .count();
            path.truncate(shared + 1);
            for &cut in &cuts[shared..] {
                let above = path.last().map(|node| node_id(*node));
                nodes.push(Node::new(above, Some(service), cut, order.len()));
                path.push(nodes.len() - 1);
            }
            order.push((service, action));
            for &node in &path {
                nodes[node].leaves.end = order.len();
                nodes[node].count(grants.actions[action].fate);
            }
            if parent.is_some() {
                nodes[0].leaves.end = order.len();
                nodes[0].count(grants.actions[action].fate);
            }
            last = this;
        }
    }

    /// Fills in where what is beneath each node ends, from the last node to the first.
    fn close_nodes(&mut self) {
        for index in (0..self.nodes.len()).rev() {
            let end = self.nodes[index].end.max(node_id(index + 1));
            self.nodes[index].end = end;
            if let Some(parent) = self.nodes[index].parent {
                let above = &mut self.nodes[parent.index()];
                above.end = above.end.max(end);
            }
        }
    }

    /// Whether no action that makes it unsafe starts with the prefix of a node in `grants`. Whatever
    /// starts with it starts with its parent's too, which is judged before; only where that is
    /// unsafe, and nothing beneath goes, are siblings to be asked.
    fn is_safe(&self, id: NodeId, grants: &ServiceGrants) -> bool {
        let node = self.node(id);
        let parent_is_safe = || {
            !self.is_service_root(id)
                && node.parent.is_some_and(|parent| {
                    matches!(self.node(parent).safety, Safety::Safe | Safety::Split)
                })
        };
        node.goes == 0 && (parent_is_safe() || grants.is_safe(self.prefix_name(id)))
    }

    fn judge(&self, id: NodeId, curation: Curation<'_>) -> Safety {
        let node = self.node(id);
        let Some(grants) = self.grants(id) else {
            return match self.wildcard.has_unsafe() {
                false => Safety::Safe,
                true if self.is_left_whole(id, curation) => Safety::Whole,
                true => Safety::Unsafe,
            };
        };
        let is_service_root = self.is_service_root(id);
        let keeps_patterns = is_service_root && !grants.kept_patterns.is_empty();
        // Under `*` a service of which the catalogue lists no action has nothing unused.
        let nothing_known = grants.status == ServiceStatus::Listed && grants.actions.is_empty();
        if is_service_root && grants.status == ServiceStatus::Unlisted {
            Safety::Unlisted
        } else if node.stays == 0 && !keeps_patterns && !nothing_known {
            Safety::AllUnused
        } else if !self.is_safe(id, grants) {
            if self.is_left_whole(id, curation) {
                Safety::Whole
            } else {
                Safety::Unsafe
            }
        } else if !curation.marks.is_empty() && curation.marks(MarkKind::Split, &self.prefix(id)) {
            Safety::Split
        } else {
            Safety::Safe
        }
    }

    /// Whether a mark leaves the prefix of a node whole, and nothing under it was asked to go.
    fn is_left_whole(&self, id: NodeId, curation: Curation<'_>) -> bool {
        if curation.marks.is_empty() || !curation.marks(MarkKind::Whole, &self.prefix(id)) {
            return false;
        }
        let stay = |grants: &ServiceGrants, actions: &[GrantedAction]| {
            grants.status != ServiceStatus::WhollyUnused
                && actions.iter().all(|granted| granted.fate.stays())
        };
        match self.grants(id) {
            None => (self.wildcard.services.iter()).all(|grants| stay(grants, &grants.actions)),
            Some(grants) => stay(grants, grants.starting_with(self.prefix_name(id))),
        }
    }

    /// Judges anew what starts with a prefix that is left whole, beneath it in the trie or beside.
    fn judge_within_whole(&mut self) {
        let is_whole = |id: &NodeId| self.node(*id).safety == Safety::Whole;
        let wholes: Vec<ActionPrefix> = (self.ids().filter(is_whole))
            .map(|id| self.prefix(id))
            .collect();
        if wholes.is_empty() {
            return;
        }
        for id in self.ids() {
            let prefix = self.prefix(id);
            if wholes.iter().any(|whole| prefix.properly_extends(whole)) {
                self.nodes[id.index()].safety = Safety::WithinWhole;
            }
        }
    }
}

impl Node {
    fn new(parent: Option<NodeId>, service: Option<usize>, length: usize, leaf: usize) -> Self {
        Node {
            parent,
            end: NodeId::ROOT,
            safety: Safety::Safe,
            stays: 0,
            goes: 0,
            service,
            length,
            leaves: leaf..leaf,
        }
    }

    fn count(&mut self, fate: Fate) {
        if fate.stays() {
            self.stays += 1;
        } else {
            self.goes += 1;
        }
    }
}

fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// How many letters two names begin with that are equal, ignoring case.
fn letters_alike(a: &str, b: &str) -> usize {
    let letters = a.bytes().zip(b.bytes());
    letters
        .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
        .count()
}

/// Orders names token by token, ignoring case, so that what is beneath a node is together. Plain
/// order would put `ListServices` between `ListServiceNames` and `ListServiceTypes`.
fn compare_tokens(a: &str, b: &str, from: usize, granularity: Granularity) -> Ordering {
    let letters = a.bytes().zip(b.bytes()).enumerate().skip(from);
    for (at, (a, b)) in letters {
        if a != b {
            // Up to here both were cut alike; a token that ends comes before one that goes on.
            let cut = |letter| at > from && granularity.cuts_before(letter);
            let letters = || a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
            let order = cut(b).cmp(&cut(a)).then_with(letters);
            if order.is_ne() {
                return order;
            }
        }
    }
    a.len().cmp(&b.len())
}
