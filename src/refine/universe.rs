//! All names that could matter: the catalogue's, those in the findings, the literals of the
//! policies and of what is to be kept.
//!
//! Names that the findings report count even when the catalogue does not have them, so an old
//! catalogue never grants a named unused action anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::marks::Keep;
use crate::catalogue::{Catalogue, Service};
use crate::findings::{UnusedActions, UnusedInService, UsedActions};
use crate::iam::{Action, ActionPattern, Name, Policy, ServicePrefix};

/// What is known when a principal's policies are refined.
#[derive(Clone, Debug)]
pub struct Universe {
    /// The actions that AWS has, as far as they are known.
    pub catalogue: Arc<Catalogue>,
    /// The actions that the findings report.
    pub unused: Arc<UnusedActions>,
    /// The actions that a report saw used.
    pub used: Arc<UsedActions>,
    /// Names other than the catalogue's and the unused ones: literals of the policies and the
    /// keeps, and what was used.
    others: BTreeMap<ServicePrefix, BTreeSet<Name>>,
}

impl Universe {
    /// The universe of a principal with these `policies`.
    pub fn new<'p>(
        catalogue: Arc<Catalogue>,
        unused: Arc<UnusedActions>,
        policies: impl IntoIterator<Item = &'p Policy>,
    ) -> Self {
        let statements = policies.into_iter().flat_map(|policy| &policy.statements);
        let literals = statements
            .flat_map(|statement| statement.actions.entries())
            .filter_map(ActionPattern::as_action);
        let mut universe = Universe {
            catalogue,
            unused,
            used: Arc::default(),
            others: BTreeMap::new(),
        };
        universe.add(literals);
        universe
    }

    /// The same with the actions that `keeps` name one by one: what is asked to be kept is kept
    /// also when nothing else knows it.
    #[must_use]
    pub fn with_kept(mut self, keeps: &[Keep]) -> Self {
        self.add(keeps.iter().filter_map(|keep| keep.pattern.as_action()));
        self
    }

    /// The names that it has beside those of the catalogue and the unused ones.
    pub fn names_beside_catalogue(&self) -> Vec<Action> {
        let others = self.others.iter();
        let actions = others.flat_map(|(service, names)| {
            let action = |name: &Name| Action::new(service.clone(), name.clone());
            names.iter().map(action)
        });
        actions.collect()
    }

    /// The same with the names of other policies.
    #[must_use]
    pub fn with_names(mut self, names: &[Action]) -> Self {
        self.add(names.iter().cloned());
        self
    }

    /// The same with the actions that a report saw used.
    #[must_use]
    pub fn with_used(mut self, used: Arc<UsedActions>) -> Self {
        self.add(used.actions());
        self.used = used;
        self
    }

    /// The same for a policy of which nothing is unused yet.
    #[must_use]
    pub fn with_nothing_unused(&self) -> Self {
        Universe {
            unused: Arc::default(),
            ..self.clone()
        }
    }

    /// The same as it was on `date`, as far as `pattern` is about it: without the actions that the
    /// catalogue knows to be newer. The findings are those of today.
    #[must_use]
    pub fn as_of(&self, date: Date, pattern: &ActionPattern) -> Self {
        Universe {
            catalogue: Arc::new(self.catalogue.as_of(date, pattern.service())),
            ..self.clone()
        }
    }

    fn add(&mut self, actions: impl Iterator<Item = Action>) {
        for action in actions {
            if !self.catalogue.contains(&action) && !self.unused.contains_name(&action) {
                let names = self.others.entry(action.service).or_default();
                names.insert(action.name);
            }
        }
    }

    /// The services that anything is known of, in order, in the catalogue's spelling.
    pub fn services(&self) -> Vec<ServicePrefix> {
        let mut services: BTreeSet<ServicePrefix> =
            self.catalogue.service_names().cloned().collect();
        // BTreeSet::extend keeps the element that already exists, and so its spelling.
        services.extend(self.unused.services().map(|(service, _)| service.clone()));
        services.extend(self.others.keys().cloned());
        services.into_iter().collect()
    }

    /// Every known action, in order.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        let services = self.services().into_iter();
        services.flat_map(|service| {
            let names = self.names(&service).into_iter();
            let actions = names.map(|name| Action::new(service.clone(), name.clone()));
            actions.collect::<Vec<Action>>()
        })
    }

    /// Those that the findings report, by their names or with their services.
    pub fn unused_actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.unused.services().flat_map(|(service, _)| {
            let names = self.names_with_unused(service).into_iter();
            let unused = names.filter(|(_, is_unused)| *is_unused);
            unused.map(|(name, _)| Action::new(service.clone(), name.clone()))
        })
    }

    /// Every known name of `service`, in order, in the catalogue's spelling where it has it.
    pub fn names(&self, service: &ServicePrefix) -> Vec<&Name> {
        let names = self.names_with_unused(service).into_iter();
        names.map(|(name, _)| name).collect()
    }

    /// The same, each with whether the findings report it.
    pub(super) fn names_with_unused(&self, service: &ServicePrefix) -> Vec<(&Name, bool)> {
        let (wholly, reported) = match self.unused.in_service(service) {
            Some(UnusedInService::Wholly(_)) => (true, None),
            Some(UnusedInService::Actions(reported)) => (false, Some(reported)),
            None => (false, None),
        };
        let mut reported = reported.into_iter().flat_map(BTreeMap::keys).peekable();
        let known = self.names_beside_reported(service);
        let mut names = Vec::with_capacity(known.len());
        for name in known {
            let mut is_unused = wholly;
            while let Some(next) = reported.next_if(|next| *next <= name) {
                if next == name {
                    is_unused = true;
                } else {
                    names.push((next, true));
                }
            }
            names.push((name, is_unused));
        }
        names.extend(reported.map(|name| (name, true)));
        names
    }

    /// One of these names, however `name` spells it. None when nobody knows it.
    pub(super) fn name_with_unused(
        &self,
        service: &ServicePrefix,
        name: &Name,
    ) -> Option<(&Name, bool)> {
        let (wholly, reported) = match self.unused.in_service(service) {
            Some(UnusedInService::Wholly(_)) => (true, None),
            Some(UnusedInService::Actions(reported)) => (false, reported.get_key_value(name)),
            None => (false, None),
        };
        let listed = self.catalogue.service(service);
        let listed = listed.and_then(|listed| Some(&listed.action(name)?.name));
        let other = || self.others.get(service)?.get(name);
        match listed.or_else(other) {
            Some(known) => Some((known, wholly || reported.is_some())),
            None => reported.map(|(name, _)| (name, true)),
        }
    }

    /// All known names of `service`, in the catalogue or not, in order.
    fn names_beside_reported(&self, service: &ServicePrefix) -> Vec<&Name> {
        let listed = self.catalogue.service(service).into_iter();
        let listed = listed.flat_map(Service::actions).map(|action| &action.name);
        let mut names: Vec<&Name> = listed.collect();
        if let Some(others) = self.others.get(service) {
            names.extend(others);
            // A stable sort keeps the catalogue's spelling before the others'.
            names.sort();
            names.dedup();
        }
        names
    }

    /// Whether the catalogue has `service`.
    pub fn knows_service(&self, service: &ServicePrefix) -> bool {
        self.catalogue.service(service).is_some()
    }

    /// Whether `action` is known: to the catalogue, the findings, the policies or the keeps.
    pub fn knows(&self, action: &Action) -> bool {
        let others = self.others.get(&action.service);
        self.catalogue.contains(action)
            || self.unused.contains_name(action)
            || others.is_some_and(|names| names.contains(&action.name))
    }

    /// Whether the findings report `action`.
    pub fn is_unused(&self, action: &Action) -> bool {
        self.unused.contains(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalogue_or_a_finding_has_is_nothing_beside_them() {
        let mut unused = UnusedActions::default();
        unused.add("s3:GetNothingYet".parse().unwrap(), None);
        let others = ["s3:GetObject", "s3:GetNothingYet", "s3:OfAPolicy"];
        let others = others.map(|action| action.parse::<Action>().unwrap());
        let universe =
            Universe::new(Catalogue::built_in(), Arc::new(unused), []).with_names(&others);
        assert_eq!(universe.names_beside_catalogue(), others[2..]);
    }

    #[test]
    fn a_name_is_looked_up_as_it_is_listed() {
        let mut unused = UnusedActions::default();
        for action in ["s3:GETOBJECT", "s3:GetNothingYet", "sqs:SendMessage"] {
            unused.add(action.parse().unwrap(), None);
        }
        unused.add_service(ServicePrefix::parse("ec2").unwrap(), None);
        let others = [
            "s3:getobject",
            "s3:OfAPolicy",
            "sqs:OfAPolicy",
            "ec2:OfAPolicy",
            "x:One",
        ];
        let others = others.map(|action| action.parse::<Action>().unwrap());
        let universe =
            Universe::new(Catalogue::built_in(), Arc::new(unused), []).with_names(&others);
        for service in universe.services() {
            let listed = universe.names_with_unused(&service);
            for (name, is_unused) in &listed {
                for spelled in [name.as_str().to_owned(), name.as_str().to_uppercase()] {
                    let found = universe.name_with_unused(&service, &Name::from(spelled.as_str()));
                    let (found, found_unused) = found.expect("it is listed");
                    assert_eq!(found.as_str(), name.as_str());
                    assert_eq!(found_unused, *is_unused, "{service}:{name}");
                }
            }
            let unknown = universe.name_with_unused(&service, &Name::from("NoSuchActionAnywhere"));
            assert_eq!(unknown, None);
        }
    }
}
