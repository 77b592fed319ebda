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
        let name = |action: &Granted| New {
            service: self.service.to_owned(),
            glob: action.name.clone(),
            claim: "Name".to_owned(),
            grants: 1,
        };
        if !ancestors_open {
            return Vec::new();
        }
        if self.is_open(node) {
            let own = |leaf: &&(Vec<String>, Granted)| leaf.0 == node && leaf.1.stays;
            return self
                .leaves
                .iter()
                .filter(own)
                .map(|(_, action)| name(action))
                .collect();
        }
        let claim = format!("SafePrefix({})", self.parent(node));
        if node.is_empty() {
            return vec![self.model.glob_of(self.service, "*", claim)];
        }
        let beneath = self.beneath(node);
        if let [only] = beneath.as_slice() {
            return vec![name(only)];
        }
        let prefix = self.prefix(node);
        let mut new: Vec<New> = Vec::new();
        for rest in residuals(self.model.glob(), &prefix) {
            let glob = format!("{prefix}{rest}");
            let taking: Vec<_> = beneath.iter().filter(|a| matches(&glob, &a.name)).collect();
            match taking.as_slice() {
                [] => {}
                [only] => new.push(name(only)),
                _ => new.push(self.model.glob_of(self.service, &glob, claim.clone())),
            }
        }
        new
    }

    fn is_open(&self, node: &[String]) -> bool {
        let prefix = self.prefix(node);
        let spelled = format!("{}:{prefix}", self.service);
        let goes = |(_, action): &(_, Granted)| !action.stays && starts_with(&action.name, &prefix);
        status(self.model.world, self.service) == Standing::WhollyUnused
            || self.leaves.iter().any(goes)
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
