//! A `NotAction` that grows by hand: what is unused of what it grants, and what the engine appends.

use std::sync::Arc;

use super::judge::{Judgement, Miss, MissKind};
use super::writing::Writing;
use crate::catalogue::Catalogue;
use crate::explain::Walkthrough;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::lessons::asked::appended::Growing;
use crate::lessons::asked::found::found_idle;
use crate::refine::{Fate, Granularity, Universe};
use crate::text::Source;

/// A `NotAction` to be extended by hand, and some of the actions that there are.
#[derive(Clone, Debug)]
pub struct Extending {
    growing: Growing,
    /// What is written already.
    begun: Vec<ActionPattern>,
}

impl Extending {
    /// A `NotAction` of these `entries`, where these actions are known and unused or not, and nothing was used of
    /// some services. None where nothing is appended, or one of the actions cannot be.
    pub(in crate::lessons) fn new(
        entries: Vec<ActionPattern>,
        actions: &[(Action, bool)],
        idle: &[ServicePrefix],
        known: &Arc<Catalogue>,
    ) -> Option<Self> {
        if actions.is_empty() {
            return None;
        }
        let lines: Vec<String> = (actions.iter()).map(|(one, _)| one.to_string()).collect();
        let listed = Source::from_text("practice", &lines.join("\n"));
        let listed = Catalogue::parse(&listed).ok()?;
        let mut unused = UnusedActions::default();
        for (action, _) in actions.iter().filter(|(_, is_unused)| *is_unused) {
            unused.add(action.clone(), None);
        }
        for service in idle {
            unused.add_service(service.clone(), None);
        }
        let universe = Universe::new(Arc::new(listed), Arc::new(unused), []);
        let growing = Growing::new(entries, universe, known);
        (!growing.additions.is_empty()).then(|| Extending {
            begun: growing.entries.clone(),
            growing,
        })
    }

    /// The same, with other entries written already: somebody tried.
    pub(in crate::lessons) fn begun_with(mut self, entries: Vec<ActionPattern>) -> Self {
        self.begun = entries;
        self
    }

    /// What the `NotAction` names to begin with.
    pub fn entries(&self) -> &[ActionPattern] {
        &self.growing.entries
    }

    /// What the engine appends to it.
    pub fn additions(&self) -> &[ActionPattern] {
        &self.growing.additions
    }

    /// The services of which nothing was used.
    pub fn idle(&self) -> impl Iterator<Item = &ServicePrefix> {
        self.growing.universe.unused.wholly_unused()
    }

    /// The actions that are listed.
    fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.growing.universe.actions()
    }

    /// Whether something that is appended has names beside it that are granted: a prefix of it would take these too.
    pub(super) fn has_trap(&self) -> bool {
        let mut appended = self.actions().filter(|one| self.growing.is_to_go(one));
        appended.any(|action| self.growing.is_beside_granted(&action))
    }

    /// What is wrong with an entry that is not in the result.
    fn miss(&self, entry: &ActionPattern) -> Miss {
        let miss = |kind, because: Option<Action>, sentence| Miss {
            kind,
            because,
            sentence,
        };
        let matched = self.actions().find(|action| entry.matches(action));
        let Some(first) = matched else {
            let sentence = format!("{entry} names none of these actions.");
            return miss(MissKind::GrantsNothing, None, sentence);
        };
        if let Some(taken) = self.growing.taken_by(entry) {
            let sentence = if entry.is_literal() {
                format!("{taken} is not reported: it is to stay granted, so nothing may name it.")
            } else {
                format!("{entry} takes {taken} away too, which is not reported.")
            };
            return miss(MissKind::TakesUsed, Some(taken), sentence);
        }
        let named = self.entries().iter().find(|old| entry.is_included_in(old));
        if let Some(old) = named {
            let sentence = format!("{old} names {first} already: the statement never granted it.");
            return miss(MissKind::NamedAlready, Some(first), sentence);
        }
        if self.growing.is_idle(&first.service) {
            let sentence = format!(
                "Of {} nothing was used: one entry names all of it, {first} and whatever else it has.",
                first.service
            );
            return miss(MissKind::InFull, Some(first), sentence);
        }
        let sentence = format!(
            "{entry} takes away nothing that is not reported today; but AWS may add what nobody has reported then. \
             {first} is named in full."
        );
        miss(MissKind::NotTheRule, Some(first), sentence)
    }

    /// An entry that stood there and is written no more.
    fn no_longer(&self, old: &ActionPattern) -> Option<Miss> {
        let listed = self.actions().find(|action| old.matches(action));
        let because = listed.or_else(|| self.growing.known(old).next())?;
        Some(Miss {
            kind: MissKind::NamedNoMore,
            sentence: format!(
                "{old} stood there: without it {because} would be granted, which it never was."
            ),
            because: Some(because),
        })
    }

    /// What is unused and granted still: an entry that is lacking.
    fn granted_still(&self, lacking: &ActionPattern, written: &[ActionPattern]) -> Option<Miss> {
        let named = |action: &Action| written.iter().any(|entry| entry.matches(action));
        let mut unused = self.actions().filter(|action| lacking.matches(action));
        let first = unused.next()?;
        let open = std::iter::once(first.clone())
            .chain(unused)
            .find(|action| !named(action));
        let sentence = match (&open, lacking.is_literal()) {
            (Some(open), true) => {
                format!("{open} is unused, but no entry names it: it is granted still.")
            }
            (Some(open), false) => format!(
                "Of {} nothing was used, but {open} is granted still.",
                open.service
            ),
            // It is named, but by an entry that is not the right one, of which that is told.
            (None, true) => return None,
            (None, false) => format!(
                "Of {} nothing was used, not {first} nor what else it has: no entry names all of it.",
                first.service
            ),
        };
        Some(Miss {
            kind: MissKind::GrantedStill,
            because: Some(open.unwrap_or(first)),
            sentence,
        })
    }
}

impl Writing for Extending {
    fn asked(&self) -> String {
        "Write the whole NotAction, so that nothing unused is granted.".to_owned()
    }

    fn known(&self) -> Vec<String> {
        let statement = format!("it was: {}", self.growing.statement());
        let idle = found_idle(&self.growing.universe.unused);
        std::iter::once(statement).chain(idle).collect()
    }

    fn rule(&self) -> String {
        "A NotAction grants what it does not name. What is not unused stays granted, also what AWS may add to it."
            .to_owned()
    }

    fn listed(&self) -> Vec<(Action, Fate)> {
        let fate = |action: &Action| {
            if self.growing.universe.is_unused(action) {
                Fate::Goes
            } else {
                Fate::Stays
            }
        };
        self.actions()
            .map(|action| (action.clone(), fate(&action)))
            .collect()
    }

    fn shown(&self, entry: &ActionPattern) -> String {
        entry.to_string()
    }

    fn walks(&self) -> Vec<&Walkthrough> {
        Vec::new()
    }

    fn cuts(&self, action: &Action) -> Vec<usize> {
        let service = action.service.as_str().len() + 1;
        let cuts = Granularity::Word.cuts(action.name.as_str(), 0);
        std::iter::once(service)
            .chain(cuts.map(|cut| service + cut))
            .collect()
    }

    fn has_rest(&self, _: &Action) -> bool {
        false
    }

    fn read(&self, typed: &str) -> Result<ActionPattern, String> {
        if typed.contains(':') || typed == "*" {
            return typed.parse().map_err(|error| format!("{typed}: {error}"));
        }
        Err(format!("{typed}: say of which service, as in s3:{typed}"))
    }

    fn begun(&self) -> &[ActionPattern] {
        &self.begun
    }

    fn wanted(&self) -> Vec<ActionPattern> {
        self.entries()
            .iter()
            .chain(self.additions())
            .cloned()
            .collect()
    }

    fn left_out(&self) -> Vec<ActionPattern> {
        Vec::new()
    }

    fn judge(&self, written: &[ActionPattern]) -> Judgement {
        let wanted = self.wanted();
        let entries = written.iter().map(|entry| {
            let miss = (!wanted.contains(entry)).then(|| self.miss(entry));
            (entry.clone(), miss)
        });
        let is_lacking = |entry: &&ActionPattern| !written.contains(entry);
        let gone = self.entries().iter().filter(is_lacking);
        let gone = gone.filter_map(|old| self.no_longer(old));
        let lacking = self.additions().iter().filter(is_lacking);
        let still = lacking.filter_map(|new| self.granted_still(new, written));
        Judgement {
            entries: entries.collect(),
            lost: gone.chain(still).collect(),
        }
    }

    fn hint(&self, action: &Action) -> Option<String> {
        self.decided(action)?;
        Some(format!(
            "Is {} used, is it named already, and was anything of its service used?",
            self.shown(&ActionPattern::from(action))
        ))
    }

    fn decided(&self, action: &Action) -> Option<String> {
        Some(self.growing.why(action))
    }

    fn point(&self) -> Option<&'static str> {
        Some(
            "what a NotAction names is taken away: an entry names what is unused, and nothing else.",
        )
    }

    fn instructive(&self) -> Option<Action> {
        let mut appended = self.actions().filter(|one| self.growing.is_to_go(one));
        let first = appended.next()?;
        let mut all = std::iter::once(first.clone()).chain(appended);
        let telling = all.find(|action| self.growing.is_beside_granted(action));
        Some(telling.unwrap_or(first))
    }
}
