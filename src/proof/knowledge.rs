//! What the proof knows of actions: gathered anew from the inputs, not taken from the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Catalogue, Service};
use crate::findings::{UnusedActions, UnusedInService, UsedActions};
use crate::iam::{Action, ActionPattern, Name, Policy, ServicePrefix};
use crate::refine::Keep;

/// The names of the catalogue, the findings, the policies and the keeps, and of what was used.
#[derive(Clone, Debug)]
pub struct Knowledge<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) unused: &'a UnusedActions,
    /// The literals of the principal's policies and of the keeps, and what was used, by service.
    literals: BTreeMap<ServicePrefix, BTreeSet<Name>>,
}

impl<'a> Knowledge<'a> {
    /// Gathers the names of the catalogue, the findings and the policies.
    pub fn new<'p>(
        catalogue: &'a Catalogue,
        unused: &'a UnusedActions,
        policies: impl IntoIterator<Item = &'p Policy>,
    ) -> Self {
        let statements = policies.into_iter().flat_map(|policy| &policy.statements);
        let entries = statements.flat_map(|statement| statement.actions.entries());
        let mut knowledge = Knowledge {
            catalogue,
            unused,
            literals: BTreeMap::new(),
        };
        knowledge.add(entries.filter_map(ActionPattern::as_action));
        knowledge
    }

    /// The same with the actions that `keeps` name one by one.
    #[must_use]
    pub fn with_kept(mut self, keeps: &[Keep]) -> Self {
        self.add(keeps.iter().filter_map(|keep| keep.pattern.as_action()));
        self
    }

    /// The same with the actions that something speaks for.
    #[must_use]
    pub fn with_held<'h>(mut self, held: impl IntoIterator<Item = &'h Action>) -> Self {
        self.add(held.into_iter().cloned());
        self
    }

    fn add(&mut self, actions: impl Iterator<Item = Action>) {
        for action in actions {
            let names = self.literals.entry(action.service).or_default();
            names.insert(action.name);
        }
    }

    /// The same with the actions that a report saw used.
    #[must_use]
    pub fn with_used(mut self, used: &UsedActions) -> Self {
        self.add(used.actions());
        self
    }

    /// Every known action of `service`, in order.
    pub(super) fn actions_of(&self, service: &ServicePrefix) -> Vec<Action> {
        let actions = self.names_in(service, |_| true).into_iter();
        actions
            .map(|(name, _)| Action::new(service.clone(), name.clone()))
            .collect()
    }

    /// The known actions that `pattern` grants in `service`, in order, each with whether it is
    /// reported as unused.
    pub(super) fn granted_in(
        &self,
        service: &ServicePrefix,
        pattern: &ActionPattern,
    ) -> Vec<(Action, bool)> {
        match pattern.as_action() {
            // A literal is known by being written.
            Some(action) if action.service == *service => {
                let unused = self.unused.contains(&action);
                vec![(action, unused)]
            }
            Some(_) => Vec::new(),
            None => {
                let granted = |name: &Name| pattern.matches_parts(service, name.as_str());
                let names = self.names_in(service, granted).into_iter();
                names
                    .map(|(name, unused)| (Action::new(service.clone(), name.clone()), unused))
                    .collect()
            }
        }
    }

    /// The known names of `service` for which `speaks_of` is true, in order, each with whether it
    /// is reported as unused.
    fn names_in(
        &self,
        service: &ServicePrefix,
        speaks_of: impl Fn(&Name) -> bool,
    ) -> Vec<(&Name, bool)> {
        let listed = self.catalogue.service(service).into_iter();
        let listed = listed.flat_map(Service::actions).map(|known| &known.name);
        let written = self.literals.get(service).into_iter().flatten();
        let (reported, wholly) = match self.unused.in_service(service) {
            Some(UnusedInService::Actions(reported)) => (Some(reported.keys()), false),
            Some(UnusedInService::Wholly(_)) => (None, true),
            None => (None, false),
        };
        let spoken_of = |(name, _): &(&Name, bool)| speaks_of(name);
        let listed = listed
            .map(|name| (name, wholly))
            .filter(spoken_of)
            .collect();
        let written = written.map(|name| (name, wholly)).filter(spoken_of);
        let reported = reported.into_iter().flatten().map(|name| (name, true));
        let names = merged(in_order(listed), written);
        merged(names, reported.filter(spoken_of))
    }

    /// Whether the catalogue does not have `service`, so that of it only single actions are known,
    /// unused ones. A service that is reported as a whole goes whether or not anything is known.
    pub(super) fn is_unlisted(&self, service: &ServicePrefix) -> bool {
        self.catalogue.service(service).is_none() && !self.unused.is_wholly_unused(service)
    }

    /// The services that `pattern` is about.
    pub(super) fn services_of(&self, pattern: &ActionPattern) -> BTreeSet<ServicePrefix> {
        match pattern.service() {
            Some(service) => BTreeSet::from([service.clone()]),
            None => self
                .catalogue
                .service_names()
                .chain(self.unused.services().map(|(service, _)| service))
                .chain(self.literals.keys())
                .cloned()
                .collect(),
        }
    }
}

/// The same in order, each name once. The catalogue says that its names are; what is proved does not
/// rest on that.
fn in_order(mut names: Vec<(&Name, bool)>) -> Vec<(&Name, bool)> {
    if !names.is_sorted_by(|(before, _), (after, _)| before < after) {
        names.sort_by_key(|(name, _)| *name);
        names.dedup_by_key(|(name, _)| *name);
    }
    names
}

/// Two lists that are in order as one. Of equal names the spelling of `first` stays, and it is unused
/// if either says so.
fn merged<'n>(
    first: Vec<(&'n Name, bool)>,
    second: impl Iterator<Item = (&'n Name, bool)>,
) -> Vec<(&'n Name, bool)> {
    let mut second = second.peekable();
    let mut both = Vec::with_capacity(first.len());
    for (name, unused) in first {
        while let Some(before) = second.next_if(|(other, _)| *other < name) {
            both.push(before);
        }
        let again = second.next_if(|(other, _)| *other == name);
        both.push((name, unused || again.is_some_and(|(_, unused)| unused)));
    }
    both.extend(second);
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_in_order_are_put_in_order() {
        let [a, b, c, other_a] = ["GetA", "GetB", "GetC", "getA"].map(Name::from);
        let names = |names: &[&Name]| -> Vec<String> {
            let listed = names.iter().map(|name| (*name, false)).collect();
            let names = merged(in_order(listed), std::iter::once((&b, true)));
            names
                .into_iter()
                .map(|(name, unused)| format!("{name} {unused}"))
                .collect()
        };
        let expected = ["GetA false", "GetB true", "GetC false"];
        assert_eq!(names(&[&a, &b, &c]), expected);
        assert_eq!(names(&[&c, &a, &b]), expected);
        assert_eq!(names(&[&a, &c, &b, &other_a, &c]), expected);
    }
}
