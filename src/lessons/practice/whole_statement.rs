//! A whole statement to be refined by hand: several wildcards, names in full beside them, and one action that is kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::judge::Judgement;
use super::refining::{Lot, Refining, universe_of};
use super::trap::Trap;
use super::writing::Writing;
use crate::catalogue::Catalogue;
use crate::explain::Walkthrough;
use crate::iam::{Action, ActionPattern, Name, ServicePrefix};
use crate::refine::{
    Curation, Fate, Granularity, Keep, SettledStatement, plan_entry, settle_entries,
};
use crate::text::list;

/// An `Allow` statement of which each entry is refined, on a few names of its services.
#[derive(Clone, Debug)]
pub struct WholeStatement {
    /// As it is written.
    pub(super) entries: Vec<ActionPattern>,
    /// Its wildcards, in their order, each with the names that it alone grants.
    pub(super) parts: Vec<Refining>,
    kept: Vec<KeptAction>,
    /// What the engine makes of all of it.
    settled: SettledStatement,
    /// All actions of AWS, to tell what an entry would grant that the statement never did.
    pub(super) known: Arc<Catalogue>,
}

/// An unused action that somebody keeps.
#[derive(Clone, Debug)]
pub(super) struct KeptAction {
    pub(super) action: Action,
    /// Why, as that person says.
    pub(super) reason: &'static str,
}

/// A wildcard of a statement, and the names that it grants.
#[derive(Clone, Debug)]
pub(super) struct WildcardNames {
    pub(super) wildcard: ActionPattern,
    pub(super) names: Vec<(Name, Lot)>,
}

impl WholeStatement {
    /// A statement of these entries, of which the wildcards grant these names. None where a wildcard is not narrowed, where
    /// two of them grant the same name, or where another entry grants what is not listed.
    pub(super) fn new(
        entries: Vec<ActionPattern>,
        wildcards: &[WildcardNames],
        kept: Vec<KeptAction>,
        known: &Arc<Catalogue>,
    ) -> Option<Self> {
        let parts = wildcards.iter().map(|one| {
            let WildcardNames { wildcard, names } = one;
            Refining::new(wildcard, names, known, Granularity::Word)
        });
        let parts: Vec<Refining> = parts.collect::<Option<_>>()?;
        let lots = wildcards.iter().flat_map(|one| {
            let service = one.wildcard.service().into_iter();
            service.flat_map(|service| {
                let names = one.names.iter();
                names.map(|(name, lot)| (Action::new(service.clone(), name.clone()), *lot))
            })
        });
        let lots: Vec<(Action, Lot)> = lots.collect();
        let granted = |action: &Action| {
            let granting = wildcards.iter().filter(|one| one.wildcard.matches(action));
            granting.count()
        };
        let is_listed =
            |literal: &ActionPattern| lots.iter().any(|(action, _)| literal.matches(action));
        let mut literals = entries.iter().filter(|entry| entry.is_literal());
        if lots.iter().any(|(action, _)| granted(action) != 1) || !literals.all(is_listed) {
            return None;
        }
        let universe = universe_of(&lots)?;
        let keeps: Vec<Keep> = kept
            .iter()
            .map(|kept| Keep::of(ActionPattern::from(&kept.action)))
            .collect();
        let curation = Curation {
            keeps: &keeps,
            ..Curation::NONE
        };
        let plans = entries
            .iter()
            .map(|entry| plan_entry(entry, &universe, curation, Granularity::Word));
        let plans: Vec<_> = plans.collect();
        let settled = settle_entries(&plans.iter().collect::<Vec<_>>(), |_| true)?;
        Some(WholeStatement {
            entries,
            parts,
            kept,
            settled,
            known: Arc::clone(known),
        })
    }

    /// The entries of the statement, as it is written.
    pub fn entries(&self) -> &[ActionPattern] {
        &self.entries
    }

    /// Its wildcards, each with the names that it grants.
    pub fn parts(&self) -> &[Refining] {
        &self.parts
    }

    /// The names that stand beside the wildcards.
    pub fn beside(&self) -> impl Iterator<Item = &ActionPattern> {
        self.entries.iter().filter(|entry| entry.is_literal())
    }

    /// The services that it is about.
    fn services(&self) -> BTreeSet<&ServicePrefix> {
        self.parts.iter().map(|part| &part.service).collect()
    }

    /// Whether entries are written without their service: there is but one.
    fn is_short(&self) -> bool {
        self.services().len() == 1
    }

    /// The wildcard that grants an action.
    pub(super) fn part_of(&self, action: &Action) -> Option<&Refining> {
        self.parts
            .iter()
            .find(|part| part.wildcard().matches(action))
    }

    /// Whether an action is named in full beside the wildcards.
    pub(super) fn is_beside(&self, action: &Action) -> bool {
        self.beside().any(|literal| literal.matches(action))
    }

    /// The rarest trap in it, the part that has it, and what that is about.
    fn first_trap(&self) -> Option<(Trap, Action)> {
        let traps = self.parts.iter().filter_map(Refining::pointed_trap);
        traps.min_by_key(|(trap, _)| *trap)
    }

    /// What becomes of each name that stands beside the wildcards.
    pub fn told_beside(&self) -> Vec<String> {
        let named = self.beside().filter_map(ActionPattern::as_action);
        named
            .filter_map(|action| self.decided_beside(&action))
            .collect()
    }

    /// What becomes of an action as it is named in full.
    fn decided_beside(&self, action: &Action) -> Option<String> {
        let name = &action.name;
        let is_unused = self.fate(action) == Some(Fate::Goes);
        self.is_beside(action).then(|| {
            if is_unused {
                format!("{name} also stands there in full: it is unused there too, and goes.")
            } else {
                format!(
                    "{name} also stands there in full: it is not reported, so it stays as it is."
                )
            }
        })
    }

    fn fate(&self, action: &Action) -> Option<Fate> {
        let mut listed = self.listed().into_iter();
        listed
            .find(|(other, _)| other == action)
            .map(|(_, fate)| fate)
    }
}

impl Writing for WholeStatement {
    fn asked(&self) -> String {
        "Write every entry of what it becomes.".to_owned()
    }

    fn known(&self) -> Vec<String> {
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let statement = format!("it was: Allow on *, Action: {}", list(&entries));
        let kept = self.kept.iter();
        let kept = kept.map(|kept| format!("kept: {}, since {}", kept.action, kept.reason));
        std::iter::once(statement).chain(kept).collect()
    }

    fn rule(&self) -> String {
        "Each wildcard becomes names in full, and, where several lie beneath it, the shortest safe prefix and what is left \
         of that wildcard. A name in full that stands there goes if it is unused, and else stays as it is."
            .to_owned()
    }

    fn listed(&self) -> Vec<(Action, Fate)> {
        self.parts.iter().flat_map(Writing::listed).collect()
    }

    fn groups(&self) -> Vec<(usize, String)> {
        let mut begins = 0;
        let groups = self.parts.iter().map(|part| {
            let group = (begins, part.wildcard().to_string());
            begins += part.names().count();
            group
        });
        groups.collect()
    }

    fn note(&self, action: &Action) -> &'static str {
        if self.is_beside(action) {
            "and in full"
        } else {
            ""
        }
    }

    fn shown(&self, entry: &ActionPattern) -> String {
        if self.is_short() && entry.service().is_some() {
            entry.name().to_string()
        } else {
            entry.to_string()
        }
    }

    fn walks(&self) -> Vec<&Walkthrough> {
        self.parts.iter().map(Refining::walk).collect()
    }

    fn cuts(&self, action: &Action) -> Vec<usize> {
        let service = if self.is_short() {
            0
        } else {
            action.service.as_str().len() + 1
        };
        let cuts = self.part_of(action).map(|part| part.cuts(action));
        let cuts = cuts.into_iter().flatten();
        cuts.map(|cut| service + cut).collect()
    }

    fn has_rest(&self, action: &Action) -> bool {
        self.part_of(action)
            .is_some_and(|part| part.has_rest(action))
    }

    fn read(&self, typed: &str) -> Result<ActionPattern, String> {
        match &self.parts[..] {
            [first, ..] if self.is_short() => first.read(typed),
            _ if typed.contains(':') || typed == "*" => {
                typed.parse().map_err(|error| format!("{typed}: {error}"))
            }
            parts => {
                let service = parts.first().map_or("s3", |part| part.service.as_str());
                Err(format!(
                    "{typed}: say of which service, as in {service}:{typed}"
                ))
            }
        }
    }

    fn begun(&self) -> &[ActionPattern] {
        &[]
    }

    fn wanted(&self) -> Vec<ActionPattern> {
        self.settled.edit.patterns(&self.entries).cloned().collect()
    }

    /// What stands there already is not left out where it stands.
    fn left_out(&self) -> Vec<ActionPattern> {
        let places = 0..self.entries.len();
        let left_out = places.flat_map(|place| self.settled.left_out(place));
        let left_out = left_out.filter(|out| out.entry != out.covered_by);
        left_out.map(|out| out.entry.clone()).collect()
    }

    fn judge(&self, written: &[ActionPattern]) -> Judgement {
        self.compare(written)
    }

    fn hint(&self, action: &Action) -> Option<String> {
        let hint = self.part_of(action)?.hint(action)?;
        let beside = if self.is_beside(action) {
            format!(" {} stands there in full, too: is it unused?", action.name)
        } else {
            String::new()
        };
        Some(hint + &beside)
    }

    fn decided(&self, action: &Action) -> Option<String> {
        let decided = self.part_of(action)?.decided(action);
        let told: Vec<String> = decided
            .into_iter()
            .chain(self.decided_beside(action))
            .collect();
        Some(told.join(" "))
    }

    fn point(&self) -> Option<&'static str> {
        self.first_trap().map(|(trap, _)| trap.point())
    }

    fn instructive(&self) -> Option<Action> {
        self.first_trap().map(|(_, action)| action)
    }
}
