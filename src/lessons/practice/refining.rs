//! A wildcard to be refined by hand: its names, what is unused of them, and what the engine makes of it.

use std::sync::Arc;

use super::judge::Judgement;
use super::trap::{Trap, of_step, traps};
use super::writing::Writing;
use crate::catalogue::Catalogue;
use crate::explain::Walkthrough;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, Name, ServicePrefix};
use crate::refine::{Curation, Fate, GrantedAction, Granularity, Keep, Step, Universe};
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
    /// What is written already.
    begun: Vec<ActionPattern>,
}

impl Refining {
    /// The wildcard `pattern` on these names, cut so. None where it is not narrowed on them.
    pub(in crate::lessons) fn new(
        pattern: &ActionPattern,
        names: &[(Name, Lot)],
        known: &Arc<Catalogue>,
        granularity: Granularity,
    ) -> Option<Self> {
        let refining = Self::of(pattern, names, known, granularity)?;
        refining.is_narrowed().then_some(refining)
    }

    /// The same, narrowed or not. None where there are no names.
    pub(super) fn of(
        pattern: &ActionPattern,
        names: &[(Name, Lot)],
        known: &Arc<Catalogue>,
        granularity: Granularity,
    ) -> Option<Self> {
        let service = pattern.service().filter(|_| !names.is_empty())?;
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
        Some(Refining {
            service: service.clone(),
            walk,
            granularity,
            known: Arc::clone(known),
            begun: Vec::new(),
        })
    }

    /// Whether something else takes the place of the wildcard.
    fn is_narrowed(&self) -> bool {
        self.walk.plan().replacements().is_some() && !self.walk.steps().is_empty()
    }

    /// The same, with entries written already: somebody tried.
    pub(in crate::lessons) fn begun_with(mut self, entries: Vec<ActionPattern>) -> Self {
        self.begun = entries;
        self
    }

    /// The wildcard that is to be refined.
    pub fn wildcard(&self) -> &ActionPattern {
        &self.walk.plan().old
    }

    /// Where its names are cut.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// Whether more than a star is left of it behind a prefix.
    pub(super) fn leaves_rest(&self) -> bool {
        self.wildcard().name().as_prefix_star().is_none()
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
        if !self.is_narrowed() {
            return vec![self.wildcard()];
        }
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

    /// The trap that is the point of the set, the rarest in it, and the first step that has it.
    fn first_trap(&self) -> Option<(Trap, &Step)> {
        let steps = self.walk.steps().iter().enumerate();
        let first = |at: usize, step: &Step| of_step(&self.walk, at, step).into_iter().min();
        let found = steps.filter_map(|(at, step)| Some((first(at, step)?, step)));
        found.min_by_key(|(trap, _)| *trap)
    }

    /// That trap, and the first action that its step is about.
    pub(super) fn pointed_trap(&self) -> Option<(Trap, Action)> {
        let (trap, step) = self.first_trap()?;
        let (first, _) = self.walk.trie().beneath(step.node).next()?;
        Some((trap, self.action(&first.name)))
    }

    /// The traps that are in it.
    pub(super) fn traps(&self) -> std::collections::BTreeSet<Trap> {
        traps(&self.walk)
    }
}

/// All that is known in a set: the names that are shown, and which of them are unused.
pub(super) fn universe(service: &ServicePrefix, names: &[(Name, Lot)]) -> Option<Universe> {
    let actions = names.iter();
    let actions = actions.map(|(name, lot)| (Action::new(service.clone(), name.clone()), *lot));
    universe_of(&actions.collect::<Vec<_>>())
}

/// The same, of any services.
pub(super) fn universe_of(actions: &[(Action, Lot)]) -> Option<Universe> {
    let lines: Vec<String> = actions.iter().map(|(one, _)| one.to_string()).collect();
    let catalogue = Catalogue::parse(&Source::from_text("practice", &lines.join("\n"))).ok()?;
    let mut unused = UnusedActions::default();
    for (action, lot) in actions {
        if *lot != Lot::Stays {
            unused.add(action.clone(), None);
        }
    }
    Some(Universe::new(Arc::new(catalogue), Arc::new(unused), []))
}

impl Writing for Refining {
    fn asked(&self) -> String {
        format!(
            "What takes the place of {}? Write all of it.",
            self.wildcard()
        )
    }

    fn known(&self) -> Vec<String> {
        Vec::new()
    }

    fn rule(&self) -> String {
        let behind = if self.leaves_rest() {
            format!("what is left of {} after it", self.wildcard().name())
        } else {
            "a star".to_owned()
        };
        let kept = if self.names().any(|one| one.fate == Fate::Kept) {
            " What is kept stays too, and makes no prefix unsafe."
        } else {
            ""
        };
        let cut = match self.granularity {
            Granularity::Character => "Names are cut at every character here. ",
            Granularity::Word | Granularity::Name => "",
        };
        format!(
            "{cut}Each entry is a name in full; or, where several names lie beneath it, the shortest safe prefix and \
             {behind}. All that is not marked stays.{kept}"
        )
    }

    fn listed(&self) -> Vec<(Action, Fate)> {
        let names = self.names().map(|one| (self.action(&one.name), one.fate));
        names.collect()
    }

    fn shown(&self, entry: &ActionPattern) -> String {
        entry.name().to_string()
    }

    fn walks(&self) -> Vec<&Walkthrough> {
        vec![&self.walk]
    }

    fn cuts(&self, action: &Action) -> Vec<usize> {
        let root = self.wildcard().name().literal_prefix().len();
        self.granularity.cuts(action.name.as_str(), root).collect()
    }

    fn has_rest(&self, _: &Action) -> bool {
        self.leaves_rest()
    }

    fn read(&self, typed: &str) -> Result<ActionPattern, String> {
        let whole = if typed.contains(':') {
            typed.to_owned()
        } else {
            format!("{}:{typed}", self.service)
        };
        whole.parse().map_err(|error| format!("{typed}: {error}"))
    }

    fn begun(&self) -> &[ActionPattern] {
        &self.begun
    }

    fn wanted(&self) -> Vec<ActionPattern> {
        self.result().into_iter().cloned().collect()
    }

    fn left_out(&self) -> Vec<ActionPattern> {
        let left_out = self.walk.left_out().into_iter();
        left_out.map(|out| out.entry.clone()).collect()
    }

    fn judge(&self, written: &[ActionPattern]) -> Judgement {
        self.compare(written)
    }

    /// What is decided before the last step that has it beneath: the last one is to be found.
    fn hint(&self, action: &Action) -> Option<String> {
        let above = self.walk.steps_above(action);
        let (_, before) = above.split_last()?;
        let told = match before.last() {
            Some(at) => format!("{}.", self.walk.narration(*at).verdict.found),
            None => format!("{} is asked about first.", self.wildcard().name()),
        };
        let next = match self.granularity {
            Granularity::Word => "with the next word",
            Granularity::Character => "with the next letter",
            Granularity::Name => "with the whole name",
        };
        Some(format!(
            "{told} Ask again {next} of {}: does an unused name start so, and how many lie beneath?",
            action.name
        ))
    }

    /// By the last step that has it beneath, and before it by those that only its letters or a sibling decide.
    fn decided(&self, action: &Action) -> Option<String> {
        if !self.is_narrowed() {
            let whole = self.wildcard();
            let is_kept = self.names().any(|one| one.fate == Fate::Kept);
            return Some(if is_kept {
                format!("All that is unused of {whole} is kept, so it stays as it is.")
            } else {
                format!("No name of {whole} is unused, so it stays as it is.")
            });
        }
        let above = self.walk.steps_above(action);
        let (last, before) = above.split_last()?;
        let traps = |at: usize| of_step(&self.walk, at, &self.walk.steps()[at]);
        let is_told = |at: &&usize| {
            let traps = traps(**at);
            traps.contains(&Trap::Sibling) || traps.contains(&Trap::OwnName)
        };
        let told = before.iter().filter(is_told).chain([last]);
        let told = told.map(|at| self.walk.narration(*at).sentence);
        // What a step writes may be left out in the end.
        let is_left_out = above.iter().any(|at| traps(*at).contains(&Trap::LeftOut));
        let closing = self.walk.closing().filter(|_| is_left_out);
        let closing = closing.map(|closing| format!("In the end {closing}"));
        let told = told.chain(closing);
        Some(told.collect::<Vec<_>>().join(" "))
    }

    /// The first one at whose step there is the rarest trap of the set.
    fn point(&self) -> Option<&'static str> {
        self.first_trap().map(|(trap, _)| trap.point())
    }

    fn instructive(&self) -> Option<Action> {
        self.pointed_trap().map(|(_, action)| action)
    }
}
