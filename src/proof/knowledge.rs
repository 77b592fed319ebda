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
    pub(super) fn actions_of(&self, service: &ServicePrefix) -> BTreeSet<Action> {
        let listed = self.catalogue.service(service).into_iter();
        let names = listed
            .flat_map(Service::actions)
            .map(|known| &known.name)
            .chain(self.literals.get(service).into_iter().flatten())
            .map(|name| Action::new(service.clone(), name.clone()));
        // Unlike `collect`, this keeps the first of equal names, and so the catalogue's spelling.
        let mut actions = BTreeSet::new();
        actions.extend(names);
        if let Some(UnusedInService::Actions(reported)) = self.unused.in_service(service) {
            actions.extend(
                reported
                    .keys()
                    .map(|name| Action::new(service.clone(), name.clone())),
            );
        }
        actions
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
