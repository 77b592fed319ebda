//! One pattern and everything it grants, each action with what becomes of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::marks::{Curation, Fate};
use super::universe::Universe;
use crate::iam::{
    Action, ActionPattern, ActionPrefix, Glob, Name, ServicePrefix, run_starting_with,
};

/// A pattern and the known actions it grants: one service's, or for `*` those of all.
#[derive(Clone, Debug)]
pub struct EntryExpansion {
    /// The entry of the policy.
    pub pattern: ActionPattern,
    /// What it grants, by service, in order.
    pub services: Vec<ServiceGrants>,
}

/// The actions of one service that a pattern grants.
#[derive(Clone, Debug)]
pub struct ServiceGrants {
    /// The service, as the pattern spells it; for `*` as the catalogue does.
    pub service: ServicePrefix,
    /// The part of the pattern behind the colon.
    pub glob: Glob,
    /// What the findings and the catalogue say of the service as a whole.
    pub status: ServiceStatus,
    /// The known actions, in the order of their folded names.
    pub actions: Vec<GrantedAction>,
    /// Of a wholly unused service: the kept patterns, each cut down to what the wildcard grants.
    pub kept_patterns: Vec<Glob>,
}

/// What is known of a service as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceStatus {
    /// The catalogue has it, with its actions by name.
    Listed,
    /// A finding reports every action of it, known or not.
    WhollyUnused,
    /// The catalogue does not have it: all that is known of it is what is unused.
    Unlisted,
}

/// A known action that a pattern grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedAction {
    /// Its name, in the catalogue's spelling.
    pub name: Name,
    /// Whether it stays or goes, and why.
    pub fate: Fate,
}

impl EntryExpansion {
    /// Looks up what `pattern` grants and decides the fate of each action.
    pub fn new(pattern: &ActionPattern, universe: &Universe, curation: Curation<'_>) -> Self {
        let services = match pattern {
            ActionPattern::Everything => universe.services(),
            ActionPattern::InService { service, .. } => vec![service.clone()],
        };
        let glob = pattern.name();
        EntryExpansion {
            pattern: pattern.clone(),
            services: services
                .into_iter()
                .map(|service| ServiceGrants::new(service, glob.clone(), universe, curation))
                .collect(),
        }
    }

    /// What several patterns grant together, with every service that one of them is about. An action that
    /// several grant stays where one of them lets it stay.
    pub fn of_all(expansions: impl IntoIterator<Item = EntryExpansion>) -> Self {
        let mut services: BTreeMap<ServicePrefix, ServiceGrants> = BTreeMap::new();
        for grants in expansions.into_iter().flat_map(|one| one.services) {
            match services.entry(grants.service.clone()) {
                Entry::Vacant(vacant) => {
                    let everything = ActionPattern::Everything.name();
                    vacant.insert(ServiceGrants {
                        glob: everything.clone(),
                        ..grants
                    });
                }
                Entry::Occupied(mut occupied) => occupied.get_mut().join(grants),
            }
        }
        EntryExpansion {
            pattern: ActionPattern::Everything,
            services: services.into_values().collect(),
        }
    }

    /// How many known actions stay.
    pub fn stays(&self) -> usize {
        self.services.iter().map(|grants| grants.count(true)).sum()
    }

    /// How many known actions go.
    pub fn goes(&self) -> usize {
        self.services.iter().map(|grants| grants.count(false)).sum()
    }

    /// Whether anything it grants goes, or stays only since a prefix is left whole: whether there is
    /// something to write it anew for.
    pub fn has_unsafe(&self) -> bool {
        self.services.iter().any(ServiceGrants::has_unsafe)
    }

    /// Whether this is a wildcard of one service that the catalogue does not have.
    pub fn is_unlisted(&self) -> bool {
        self.pattern.service().is_some()
            && (self.services.iter()).any(|grants| grants.status == ServiceStatus::Unlisted)
    }

    /// The unused actions that stay granted, since the catalogue does not have their service.
    pub fn excepted(&self) -> Vec<Action> {
        self.services
            .iter()
            .filter(|grants| grants.status == ServiceStatus::Unlisted)
            .flat_map(|grants| {
                let going = grants
                    .actions
                    .iter()
                    .filter(|granted| !granted.fate.stays());
                going.map(|granted| Action::new(grants.service.clone(), granted.name.clone()))
            })
            .collect()
    }

    /// Every action with what becomes of it, in order.
    pub fn actions(&self) -> impl Iterator<Item = (Action, Fate)> + '_ {
        self.services.iter().flat_map(|grants| {
            grants.actions.iter().map(|granted| {
                let action = Action::new(grants.service.clone(), granted.name.clone());
                (action, granted.fate)
            })
        })
    }

    /// The actions that start with `prefix` and make it unsafe: those that go, and those that stay
    /// only since a prefix is left whole.
    pub fn unsafe_under(&self, prefix: &ActionPrefix) -> Vec<Action> {
        let spoken_of = |grants: &&ServiceGrants| {
            prefix
                .service()
                .is_none_or(|service| *service == grants.service)
        };
        self.services
            .iter()
            .filter(spoken_of)
            .flat_map(|grants| {
                grants
                    .starting_with(prefix.name())
                    .iter()
                    .filter(|granted| !granted.fate.is_safe())
                    .map(|granted| Action::new(grants.service.clone(), granted.name.clone()))
            })
            .collect()
    }
}

impl ServiceGrants {
    fn new(
        service: ServicePrefix,
        glob: Glob,
        universe: &Universe,
        curation: Curation<'_>,
    ) -> Self {
        let status = if universe.unused.is_wholly_unused(&service) {
            ServiceStatus::WhollyUnused
        } else if universe.knows_service(&service) {
            ServiceStatus::Listed
        } else {
            ServiceStatus::Unlisted
        };
        let names = if glob.is_literal() {
            // A list may have very many of these: they are looked up, not searched for.
            let name = Name::from(glob.as_str());
            let known = universe.name_with_unused(&service, &name);
            known.into_iter().collect()
        } else {
            universe.names_with_unused(&service)
        };
        let actions = names
            .into_iter()
            .filter(|(name, _)| glob.matches(name.as_str()))
            .map(|(name, is_unused)| {
                let action = Action::new(service.clone(), name.clone());
                let fate = match curation.fate(&action, is_unused) {
                    // A wildcard stays whole where its service is not listed.
                    Fate::Dropped if status == ServiceStatus::Unlisted => Fate::Stays,
                    fate => fate,
                };
                GrantedAction {
                    name: action.name,
                    fate,
                }
            })
            .collect();
        let kept_patterns = if status == ServiceStatus::WhollyUnused {
            curation.kept_within(&service, &glob)
        } else {
            Vec::new()
        };
        ServiceGrants {
            service,
            glob,
            status,
            actions,
            kept_patterns,
        }
    }

    /// Adds what another pattern grants of the same service.
    fn join(&mut self, other: ServiceGrants) {
        self.kept_patterns.extend(other.kept_patterns);
        self.actions.extend(other.actions);
        // Of equal names one that stays comes first, and is the one that is left.
        (self.actions).sort_by(|a, b| {
            let staying = |granted: &GrantedAction| !granted.fate.stays();
            (&a.name, staying(a)).cmp(&(&b.name, staying(b)))
        });
        self.actions
            .dedup_by(|later, first| later.name == first.name);
    }

    /// Whether anything of it goes, or stays only since a prefix is left whole. Of a wholly unused
    /// service the actions nobody knows go too, unless a kept pattern is as wide as the wildcard.
    pub fn has_unsafe(&self) -> bool {
        let known = || self.actions.iter().any(|granted| !granted.fate.is_safe());
        match self.status {
            ServiceStatus::Unlisted => false,
            ServiceStatus::Listed => known(),
            ServiceStatus::WhollyUnused => known() || !self.kept_patterns.contains(&self.glob),
        }
    }

    /// The actions whose names start with `prefix`, ignoring case: a run, as names are in order.
    pub fn starting_with(&self, prefix: &str) -> &[GrantedAction] {
        run_starting_with(&self.actions, prefix, |granted| granted.name.as_str())
    }

    /// Whether no action that makes it unsafe starts with `prefix`. Of a wholly unused service every string
    /// is an action that goes, known or not, so no prefix of it is safe.
    pub fn is_safe(&self, prefix: &str) -> bool {
        self.status != ServiceStatus::WhollyUnused
            && self
                .starting_with(prefix)
                .iter()
                .all(|granted| granted.fate.is_safe())
    }

    fn count(&self, stays: bool) -> usize {
        self.actions
            .iter()
            .filter(|granted| granted.fate.stays() == stays)
            .count()
    }
}
