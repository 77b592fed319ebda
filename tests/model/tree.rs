//! What a wildcard is replaced by, prefix by prefix.
//!
//! A *node* is a sequence of tokens, compared ignoring case. It is *open* when its prefix is not
//! safe, or split by a mark. What is emitted is said by one sentence about each node whose ancestors
//! are all open.

use std::collections::BTreeSet;

use iam_refine::refine::{Granularity, MarkKind};

use super::definition::{Granted, Model};
use super::known::{Standing, status};
use super::pattern::{literal_prefix, matches, residuals, same, starts_with};

/// A new entry.
pub struct New {
    pub service: String,
    pub glob: String,
    pub claim: String,
    pub grants: usize,
}

impl New {
    pub fn folded(&self) -> (String, String) {
        (self.service.to_lowercase(), self.glob.to_lowercase())
    }

    pub fn line(&self) -> String {
        format!(
            "{}:{} {} {}",
            self.service, self.glob, self.claim, self.grants
        )
    }
}

/// The names of one service that an entry grants, cut into tokens.
pub struct Tree<'m> {
    model: &'m Model<'m>,
    service: &'m str,
    /// What every name starts with: the root.
    root: &'m str,
    leaves: Vec<(Vec<String>, Granted)>,
}

impl<'m> Tree<'m> {
    pub fn new(model: &'m Model<'m>, service: &'m str) -> Self {
        let root = literal_prefix(model.glob());
        let granted = model.granted_in(service).into_iter();
        Tree {
            model,
            service,
            root,
            leaves: granted
                .map(|action| {
                    let tokens = tokens(&action.name[root.len()..], model.world.granularity);
                    (tokens, action)
                })
                .collect(),
        }
    }

    /// Every prefix of every name, the root too. (In order: of two nodes that spell one prefix the
    /// first is the one whose claim is written.)
    pub fn nodes(&self) -> BTreeSet<Vec<String>> {
        let prefixes = |tokens: &[String]| -> Vec<Vec<String>> {
            (0..=tokens.len())
                .map(|length| tokens[..length].to_vec())
                .collect()
        };
        let root = [Vec::new()];
        root.into_iter()
            .chain(self.leaves.iter().flat_map(|(tokens, _)| prefixes(tokens)))
            .collect()
    }

    /// What a node emits: nothing unless all its ancestors are open.
    pub fn emitted(&self, node: &[String]) -> Vec<New> {
        let ancestors_open = (0..node.len()).all(|length| self.is_open(&node[..length]));
        if !ancestors_open || self.is_within_whole(node) {
            return Vec::new();
        }
        if self.is_whole(node) {
            let prefix = self.prefix(node);
            let claim = format!("WholePrefix({}:{prefix})", self.service);
            let starting = self.leaves.iter().map(|(_, action)| action);
            let starting = starting.filter(|action| starts_with(&action.name, &prefix));
            return self.prefix_entries(node, &starting.collect::<Vec<_>>(), &claim);
        }
        if self.is_open(node) {
            let own = |leaf: &&(Vec<String>, Granted)| leaf.0 == node && leaf.1.stays;
            return self
                .leaves
                .iter()
                .filter(own)
                .map(|(_, action)| self.name(action))
                .collect();
        }
        let claim = format!("SafePrefix({})", self.parent(node));
        self.prefix_entries(node, &self.beneath(node), &claim)
    }

    /// The prefix of a node with what is left of the entry behind it, as far as two or more of these
    /// names take it; and the name that alone does.
    fn prefix_entries(&self, node: &[String], names: &[&Granted], claim: &str) -> Vec<New> {
        let name = |action: &Granted| self.name(action);
        if node.is_empty() {
            return vec![self.model.glob_of(self.service, "*", claim.to_owned())];
        }
        if let [only] = names {
            return vec![name(only)];
        }
        let prefix = self.prefix(node);
        let mut new: Vec<New> = Vec::new();
        for rest in residuals(self.model.glob(), &prefix) {
            let glob = format!("{prefix}{rest}");
            let taking: Vec<_> = names.iter().filter(|a| matches(&glob, &a.name)).collect();
            match taking.as_slice() {
                [] => {}
                [only] => new.push(name(only)),
                _ => new.push(self.model.glob_of(self.service, &glob, claim.to_owned())),
            }
        }
        new
    }

    fn name(&self, action: &Granted) -> New {
        New {
            service: self.service.to_owned(),
            glob: action.name.clone(),
            claim: "Name".to_owned(),
            grants: 1,
        }
    }

    /// Whether a mark leaves an unsafe prefix whole, and no name that starts with it goes.
    fn is_whole(&self, node: &[String]) -> bool {
        let prefix = self.prefix(node);
        let spelled = format!("{}:{prefix}", self.service);
        let mut starting = (self.leaves.iter())
            .map(|(_, action)| action)
            .filter(|action| starts_with(&action.name, &prefix));
        self.is_unsafe(&prefix)
            && status(self.model.world, self.service) == Standing::Listed
            && starting.all(|action| action.stays)
            && (self.model.marks_of(MarkKind::Whole)).any(|mark| same(&mark.prefix, &spelled))
    }

    /// Whether a node starts with another that is left whole.
    fn is_within_whole(&self, node: &[String]) -> bool {
        let prefix = self.prefix(node);
        self.nodes().iter().any(|other| {
            let shorter = self.prefix(other);
            shorter.len() < prefix.len() && starts_with(&prefix, &shorter) && self.is_whole(other)
        })
    }

    /// Whether an action starts with `prefix` that goes, or stays only since a prefix of it is left
    /// whole.
    fn is_unsafe(&self, prefix: &str) -> bool {
        self.leaves.iter().any(|(_, action)| {
            (!action.stays || action.is_whole()) && starts_with(&action.name, prefix)
        })
    }

    fn is_open(&self, node: &[String]) -> bool {
        let prefix = self.prefix(node);
        let spelled = format!("{}:{prefix}", self.service);
        status(self.model.world, self.service) == Standing::WhollyUnused
            || self.is_unsafe(&prefix)
            || self
                .model
                .marks_of(MarkKind::Split)
                .any(|mark| same(&mark.prefix, &spelled))
    }

    fn beneath(&self, node: &[String]) -> Vec<&Granted> {
        let under = self
            .leaves
            .iter()
            .filter(|(tokens, _)| tokens.starts_with(node));
        under.map(|(_, action)| action).collect()
    }

    /// What a node spells, as the first of its names does.
    fn prefix(&self, node: &[String]) -> String {
        let length = self.root.len() + node.concat().len();
        let under = self
            .leaves
            .iter()
            .filter(|(tokens, _)| tokens.starts_with(node));
        match under.min_by_key(|(tokens, _)| tokens.clone()) {
            Some((_, action)) if !node.is_empty() => action.name[..length].to_owned(),
            _ => self.root.to_owned(),
        }
    }

    fn parent(&self, node: &[String]) -> String {
        match node.split_last() {
            Some((_, parent)) => format!("{}:{}", self.service, self.prefix(parent)),
            None => "everything".to_owned(),
        }
    }
}

/// The tokens of what follows the root, in lower case.
fn tokens(text: &str, granularity: Granularity) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for letter in text.chars() {
        let begins = match granularity {
            Granularity::Word => letter.is_ascii_uppercase(),
            Granularity::Character => true,
            Granularity::Name => false,
        };
        match tokens.last_mut() {
            Some(token) if !begins => token.push(letter),
            _ => tokens.push(letter.to_string()),
        }
    }
    tokens.iter().map(|token| token.to_lowercase()).collect()
}
