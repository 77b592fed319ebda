//! What the proof knows of actions: gathered anew from the inputs, not taken from the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Catalogue, Service};
use crate::findings::{UnusedActions, UnusedInService, UsedActions};
use crate::iam::{Action, ActionPattern, Name, Policy, ServicePrefix};
use crate::refine::Keep;

/// The names of the catalogue, the findings, the policies and the keeps.
#[derive(Clone, Debug)]
pub struct Knowledge<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) unused: &'a UnusedActions,
    /// The literals of the principal's policies and of the keeps, by service.
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
        knowledge.add(entries);
        knowledge
    }

    /// The same with the actions that `keeps` name one by one.
    #[must_use]
    pub fn with_kept(mut self, keeps: &[Keep]) -> Self {
        self.add(keeps.iter().map(|keep| &keep.pattern));
        self
    }

    fn add<'p>(&mut self, patterns: impl Iterator<Item = &'p ActionPattern>) {
        for action in patterns.filter_map(ActionPattern::as_action) {
            let names = self.literals.entry(action.service).or_default();
            names.insert(action.name);
        }
    }

    /// The same with the actions that a report saw used.
    #[must_use]
    pub fn with_used(mut self, used: &UsedActions) -> Self {
        for action in used.actions() {
            let names = self.literals.entry(action.service).or_default();
            names.insert(action.name);
        }
        self
    }

    /// Every known action of `service`, in order.
    pub(super) fn actions_of(&self, service: &ServicePrefix) -> Vec<Action> {
        self.actions_in(service, |_| true)
    }

    /// The known actions that `pattern` grants in `service`, in order.
    pub(super) fn granted_in(
        &self,
        service: &ServicePrefix,
        pattern: &ActionPattern,
    ) -> Vec<Action> {
        match pattern.as_action() {
            // A literal is known by being written.
            Some(action) if action.service == *service => vec![action],
            Some(_) => Vec::new(),
            None => self.actions_in(service, |name| {
                pattern.matches_parts(service, name.as_str())
            }),
        }
    }

    fn actions_in(
        &self,
        service: &ServicePrefix,
        speaks_of: impl Fn(&Name) -> bool,
    ) -> Vec<Action> {
        let listed = self.catalogue.service(service).into_iter();
        let reported = match self.unused.in_service(service) {
            Some(UnusedInService::Actions(reported)) => Some(reported.keys()),
            _ => None,
        };
        let mut names: Vec<&Name> = listed
            .flat_map(Service::actions)
            .map(|known| &known.name)
            .chain(self.literals.get(service).into_iter().flatten())
            .chain(reported.into_iter().flatten())
            .filter(|name| speaks_of(name))
            .collect();
        // A stable sort keeps the first of equal names, and so the catalogue's spelling.
        names.sort();
        names.dedup();
        let action = |name: &Name| Action::new(service.clone(), name.clone());
        names.into_iter().map(action).collect()
    }

    /// Whether the catalogue does not have `service`, so that of it only single actions are known,
    /// unused ones. A service that is reported as a whole goes whether or not anything is known.
    pub(super) fn is_unlisted(&self, service: &ServicePrefix) -> bool {
        self.catalogue.service(service).is_none() && !self.unused.is_wholly_unused(service)
    }

    /// The services that `pattern` speaks of.
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
