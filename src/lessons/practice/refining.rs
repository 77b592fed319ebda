//! A wildcard to be refined by hand: its names, what is unused of them, and what the engine makes of it.

use std::sync::Arc;

use super::subject::Subject;
use super::trap::{Trap, of_step, traps};
use crate::catalogue::Catalogue;
use crate::explain::Walkthrough;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, Name, ServicePrefix};
use crate::refine::{Curation, GrantedAction, Granularity, Keep, Step, Universe};
use crate::text::Source;

/// What becomes of a name of a set before anything is refined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Lot {
    Stays,
    Unused,
    /// Reported, and kept by somebody.
    Kept,
}

/// A wildcard to be refined by hand, on a few names of its service.
#[derive(Clone, Debug)]
pub struct Refining {
    /// The service that the names are of.
    pub(super) service: ServicePrefix,
    walk: Walkthrough,
    /// Where names are cut.
    pub(super) granularity: Granularity,
    /// All actions of AWS, to tell what an entry would grant beyond the wildcard.
    pub(super) known: Arc<Catalogue>,
}

impl Refining {
    /// The wildcard `pattern` on these names, cut so. None where it is not narrowed on them.
    pub(in crate::lessons) fn new(
        pattern: &ActionPattern,
        names: &[(Name, Lot)],
        known: &Arc<Catalogue>,
        granularity: Granularity,
    ) -> Option<Self> {
        let service = pattern.service()?;
        let universe = universe(service, names)?;
        let kept = names.iter().filter(|(_, lot)| *lot == Lot::Kept);
        let action = |name: &Name| Action::new(service.clone(), name.clone());
        let keeps: Vec<Keep> = kept
            .map(|(name, _)| Keep::of(ActionPattern::from(&action(name))))
            .collect();
        let curation = Curation {
            keeps: &keeps,
            ..Curation::NONE
        };
        let walk = Walkthrough::new(pattern, &universe, curation, granularity).of_some();
        let is_narrowed = walk.plan().replacements().is_some() && !walk.steps().is_empty();
        is_narrowed.then(|| Refining {
            service: service.clone(),
            walk,
            granularity,
            known: Arc::clone(known),
        })
    }

    /// The wildcard that is to be refined.
    pub fn wildcard(&self) -> &ActionPattern {
        &self.walk.plan().old
    }

    /// Where its names are cut.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// Its names in their order, each with what becomes of it.
    pub fn names(&self) -> impl Iterator<Item = &GrantedAction> {
        let services = &self.walk.trie().wildcard().services;
        services.iter().flat_map(|grants| &grants.actions)
    }

    /// The names that have to go, in their order.
    pub fn unused(&self) -> impl Iterator<Item = &Name> {
        let going = self.names().filter(|one| !one.fate.stays());
        going.map(|one| &one.name)
    }

    /// The names that stay, in their order.
    pub fn staying(&self) -> impl Iterator<Item = &Name> {
        let staying = self.names().filter(|one| one.fate.stays());
        staying.map(|one| &one.name)
    }

    /// What the engine writes in the place of the wildcard.
    pub fn result(&self) -> Vec<&ActionPattern> {
        let left_out = self.walk.left_out();
        let emitted = self.walk.result_after(self.walk.steps().len()).into_iter();
        let entries = emitted.map(|new| &new.entry);
        entries
            .filter(|entry| left_out.iter().all(|out| out.entry != *entry))
            .collect()
    }

    /// The steps by which the engine comes to it.
    pub fn walk(&self) -> &Walkthrough {
        &self.walk
    }

    /// The same, without what is known beside it.
    pub(in crate::lessons) fn into_walk(self) -> Walkthrough {
        self.walk
    }

    /// What is decided of a name: by the last step that has it beneath, and before it by those that only
    /// its letters or a sibling decide.
    pub fn decided(&self, name: &Name) -> Option<String> {
        let trie = self.walk.trie();
        let steps = self.walk.steps().iter().enumerate();
        let above = steps.filter(|(_, step)| {
            let mut beneath = trie.beneath(step.node);
            beneath.any(|(action, _)| action.name == *name)
        });
        let above: Vec<(usize, &Step)> = above.collect();
        let (last, before) = above.split_last()?;
        let is_told = |(at, step): &&(usize, &Step)| {
            let traps = of_step(&self.walk, *at, step);
            traps.contains(&Trap::Sibling) || traps.contains(&Trap::OwnName)
        };
        let told = before.iter().filter(is_told).chain([last]);
        let told: Vec<String> = told
            .map(|(at, _)| self.walk.narration(*at).sentence)
            .collect();
        Some(told.join(" "))
    }

    /// The name whose step has a trap in it that a set about `subject` is for, or else the rarest, the first one:
    /// how that is decided is worth the most to be told.
    pub fn instructive(&self, subject: Subject) -> Option<&Name> {
        let trie = self.walk.trie();
        let steps = self.walk.steps().iter().enumerate();
        let rank = |(at, step): &(usize, &Step)| {
            let traps = of_step(&self.walk, *at, step).into_iter();
            traps.map(|trap| trap.rank_in(subject)).min()
        };
        let ranked = steps.filter_map(|step| Some((rank(&step)?, step.1)));
        let (_, step) = ranked.min_by_key(|(rank, _)| *rank)?;
        let first = trie.beneath(step.node).next().map(|(action, _)| action)?;
        let mut names = self.names().map(|one| &one.name);
        names.find(|name| **name == first.name)
    }

    /// What is to be learnt from how a name is decided, in a sentence: the point of `subject`, where it is that.
    pub fn point(&self, name: &Name, subject: Subject) -> Option<&'static str> {
        let trie = self.walk.trie();
        let steps = self.walk.steps().iter().enumerate();
        let above = steps.filter(|(_, step)| {
            let mut beneath = trie.beneath(step.node);
            beneath.any(|(action, _)| action.name == *name)
        });
        let traps = above.flat_map(|(at, step)| of_step(&self.walk, at, step));
        let found = traps.min_by_key(|trap| trap.rank_in(subject))?;
        Some(found.point())
    }

    /// The traps that are in it.
    pub(super) fn traps(&self) -> std::collections::BTreeSet<Trap> {
        traps(&self.walk)
    }
}

/// All that is known in a set: the names that are shown, and which of them are unused.
pub(super) fn universe(service: &ServicePrefix, names: &[(Name, Lot)]) -> Option<Universe> {
    let lines: Vec<String> = (names.iter())
        .map(|(name, _)| format!("{service}:{name}"))
        .collect();
    let catalogue = Catalogue::parse(&Source::from_text("practice", &lines.join("\n"))).ok()?;
    let mut unused = UnusedActions::default();
    for (name, lot) in names {
        if *lot != Lot::Stays {
            unused.add(Action::new(service.clone(), name.clone()), None);
        }
    }
    Some(Universe::new(Arc::new(catalogue), Arc::new(unused), []))
}
