//! Which prefixes are emitted: the shortest safe ones.
//!
//! The walk goes down from the root and stops at the first safe prefix on each path. So each
//! emitted prefix is safe and its parent is not. [`Trie::steps`] lists the walk, to explain it;
//! [`Trie::shortest_safe_prefixes`] collects what it emits, to refine the wildcard.

use super::residual::residuals;
use super::trie::{NodeId, Safety, Trie};
use crate::iam::{Action, ActionPattern, ActionPrefix, Glob, LONGEST_PATTERN, Name};

/// A new entry, and why it may stand in the place of the wildcard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// The pattern to write.
    pub entry: ActionPattern,
    /// Why it may be written, for the proof to check.
    pub claim: Claim,
    /// How many known actions that stay it grants.
    pub grants: usize,
    /// The node it comes from.
    pub node: NodeId,
}

/// What makes a new entry right. The proof checks it without asking the trie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// One action that stays, in full.
    Name,
    /// A safe prefix, with the part of the wildcard that is left behind it. The prefix of its
    /// parent is not safe.
    SafePrefix {
        /// The prefix of the parent.
        parent: ActionPrefix,
    },
    /// An unsafe prefix that a mark leaves whole, with the part of the wildcard that is left behind it.
    WholePrefix {
        /// The prefix that the mark is on.
        prefix: ActionPrefix,
    },
    /// What a kept pattern leaves of the wildcard in a wholly unused service.
    KeptPattern,
    /// A whole service of which the catalogue knows nothing, under `*`.
    UnlistedService,
    /// Appended to a `NotAction`, which grants all that it does not name: all that the entry
    /// matches goes.
    Appended,
}

/// What is decided at a visited node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepDecision {
    /// Nothing beneath stays, or a prefix that is left whole grants it: nothing is emitted, and
    /// nothing beneath is visited.
    Nothing,
    /// Not to be emitted: its children are visited. It may itself be an action that stays, or the
    /// root of a wholly unused service with kept patterns; these are emitted.
    Open(Vec<Emitted>),
    /// Safe, or left whole: emitted, and nothing beneath is visited.
    Emit(Vec<Emitted>),
}

/// One step of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node that is visited, each one at most once.
    pub node: NodeId,
    /// What is emitted there, and whether the walk goes on beneath.
    pub decision: StepDecision,
}

impl Step {
    /// What is emitted there.
    pub fn emitted(&self) -> &[Emitted] {
        match &self.decision {
            StepDecision::Nothing => &[],
            StepDecision::Open(entries) | StepDecision::Emit(entries) => entries,
        }
    }
}

impl Trie {
    /// The shortest safe prefixes, in the order in which they are written: by folded name, those
    /// with the shortest residual first.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*};
    /// let mut unused = UnusedActions::default();
    /// unused.add("s3:GetBucketTagging".parse()?, None);
    /// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
    /// let wildcard = EntryExpansion::new(&"s3:*Tagging".parse()?, &universe, Curation::NONE);
    /// let trie = Trie::new(wildcard, Granularity::Word, Curation::NONE);
    /// let entries = trie.shortest_safe_prefixes();
    /// assert_eq!(entries[0].entry.to_string(), "s3:Delete*Tagging");
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn shortest_safe_prefixes(&self) -> Vec<Emitted> {
        let mut emitted: Vec<Emitted> = Vec::new();
        self.walk(|step| match step.decision {
            StepDecision::Nothing => {}
            StepDecision::Open(entries) | StepDecision::Emit(entries) => emitted.extend(entries),
        });
        emitted.sort_by(|a, b| a.entry.cmp(&b.entry));
        emitted.dedup_by(|a, b| a.entry == b.entry);
        emitted
    }

    /// The steps of the walk, from the root on, to explain it.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        self.walk(|step| steps.push(step));
        steps
    }

    fn walk(&self, mut visit: impl FnMut(Step)) {
        let end = self.node(NodeId::ROOT).end;
        let mut at = NodeId::ROOT;
        while at < end {
            let decision = self.decide(at);
            let next = match decision {
                StepDecision::Open(_) => NodeId(at.0 + 1),
                StepDecision::Nothing | StepDecision::Emit(_) => self.node(at).end,
            };
            visit(Step { node: at, decision });
            at = next;
        }
    }

    fn decide(&self, id: NodeId) -> StepDecision {
        match self.node(id).safety {
            Safety::AllUnused | Safety::WithinWhole => StepDecision::Nothing,
            Safety::Unsafe | Safety::Split => StepDecision::Open(self.named_here(id)),
            Safety::Safe => StepDecision::Emit(self.emit_safe(id)),
            Safety::Whole => StepDecision::Emit(self.emit_whole(id)),
            Safety::Unlisted => StepDecision::Emit(self.emit_service(id, Claim::UnlistedService)),
        }
    }

    /// What an opened node emits itself: its own action if it stays, and at the root of a wholly
    /// unused service the kept patterns.
    fn named_here(&self, id: NodeId) -> Vec<Emitted> {
        let own_entry = self
            .own_action(id)
            .filter(|granted| granted.fate.stays())
            .and_then(|granted| self.emit_name(id, &granted.name));
        let mut entries: Vec<Emitted> = own_entry.into_iter().collect();
        if self.is_service_root(id) {
            let kept = self.grants(id).into_iter().flat_map(|g| &g.kept_patterns);
            entries.extend(kept.filter_map(|glob| self.emit_glob(id, glob, Claim::KeptPattern)));
        }
        entries
    }

    /// What a safe node emits: the one action beneath it in full; of several, its prefix with what
    /// is left of the wildcard behind it.
    fn emit_safe(&self, id: NodeId) -> Vec<Emitted> {
        let Some(parent) = self.node(id).parent else {
            return Vec::new();
        };
        let claim = Claim::SafePrefix {
            parent: self.prefix(parent),
        };
        let beneath: Vec<&Name> = self.leaves(id).map(|(_, granted)| &granted.name).collect();
        self.emit_prefix(id, &beneath, &claim)
    }

    /// What a node that is left whole emits: its prefix with what is left of the wildcard behind it,
    /// for all actions that start with it, siblings' included.
    pub(super) fn emit_whole(&self, id: NodeId) -> Vec<Emitted> {
        let starting = (self.grants(id).into_iter())
            .flat_map(|grants| grants.starting_with(self.prefix_name(id)));
        let names: Vec<&Name> = starting.map(|granted| &granted.name).collect();
        let claim = Claim::WholePrefix {
            prefix: self.prefix(id),
        };
        self.emit_prefix(id, &names, &claim)
    }

    /// The prefix of a node with what is left of the wildcard behind it, for those `names` that start
    /// with it: an entry for each residual that two or more of them take, and in full the one that
    /// alone takes one.
    fn emit_prefix(&self, id: NodeId, names: &[&Name], claim: &Claim) -> Vec<Emitted> {
        if self.is_service_root(id) {
            return self.emit_service(id, claim.clone());
        }
        if let [only] = names {
            return self.emit_name(id, only).into_iter().collect();
        }
        let Some(grants) = self.grants(id) else {
            return Vec::new();
        };
        let prefix = self.prefix_name(id);
        let mut entries: Vec<Emitted> = Vec::new();
        for residual in residuals(&grants.glob, prefix) {
            let Some(glob) = Glob::parse(&[prefix, residual].concat()) else {
                continue;
            };
            let mut taking = (names.iter()).filter(|name| glob.matches(name.as_str()));
            if grants.service.as_str().len() + ":".len() + glob.as_str().len() > LONGEST_PATTERN {
                // Behind a prefix a long wildcard can be longer than it was, and not be read again.
                entries.extend(taking.filter_map(|name| self.emit_name(id, name)));
                continue;
            }
            let entry = match (taking.next(), taking.next()) {
                (Some(only), None) => self.emit_name(id, only),
                (Some(_), Some(_)) => self.emit_glob(id, &glob, claim.clone()),
                (None, _) => None,
            };
            entries.extend(entry.filter(|new| entries.iter().all(|old| old.entry != new.entry)));
        }
        entries
    }

    fn emit_name(&self, id: NodeId, name: &Name) -> Option<Emitted> {
        let service = self.grants(id)?.service.clone();
        Some(Emitted {
            entry: ActionPattern::from(&Action::new(service, name.clone())),
            claim: Claim::Name,
            grants: 1,
            node: id,
        })
    }

    fn emit_glob(&self, id: NodeId, glob: &Glob, claim: Claim) -> Option<Emitted> {
        let grants = self.grants(id)?;
        Some(Emitted {
            entry: ActionPattern::InService {
                service: grants.service.clone(),
                name: glob.clone(),
            },
            claim,
            grants: grants
                .starting_with(glob.literal_prefix())
                .iter()
                .filter(|granted| granted.fate.stays() && glob.matches(granted.name.as_str()))
                .count(),
            node: id,
        })
    }

    /// Every action of the service that a node is the root of.
    fn emit_service(&self, id: NodeId, claim: Claim) -> Vec<Emitted> {
        self.emit_glob(id, &Glob::everything(), claim)
            .into_iter()
            .collect()
    }
}
