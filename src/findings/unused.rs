//! The actions that findings report as unused.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::UsedActions;
use crate::iam::{Action, Name, ServicePrefix};

/// The actions nobody was seen to use, by service.
///
/// ```
/// use iam_refine::findings::UnusedActions;
/// let mut unused = UnusedActions::default();
/// unused.add("s3:GetBucketAcl".parse()?, None);
/// assert!(unused.contains(&"s3:getbucketacl".parse()?));
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnusedActions {
    services: BTreeMap<ServicePrefix, UnusedInService>,
}

/// What is unused of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnusedInService {
    /// Every action of the service, known today or not. The time is the last access to the service,
    /// when the finding has it.
    Wholly(Option<Timestamp>),
    /// These actions, each with its last access when the finding has it. None means: never, as far
    /// back as AWS looked.
    Actions(BTreeMap<Name, Option<Timestamp>>),
}

impl UnusedInService {
    /// Whether the action of this name is reported, by name or with its whole service.
    pub fn contains(&self, name: &Name) -> bool {
        match self {
            UnusedInService::Wholly(_) => true,
            UnusedInService::Actions(actions) => actions.contains_key(name),
        }
    }
}

impl UnusedActions {
    /// Adds one action and when it was last accessed. A wholly unused service stays so; of two
    /// times for one action the later stays.
    pub fn add(&mut self, action: Action, last_accessed: Option<Timestamp>) {
        let service = self
            .services
            .entry(action.service)
            .or_insert_with(|| UnusedInService::Actions(BTreeMap::new()));
        if let UnusedInService::Actions(actions) = service {
            let known = actions.entry(action.name).or_default();
            *known = last_accessed.max(*known);
        }
    }

    /// Adds a whole service and when it was last accessed; of two times the later stays.
    pub fn add_service(&mut self, service: ServicePrefix, last_accessed: Option<Timestamp>) {
        let known = match self.services.get(&service) {
            Some(UnusedInService::Wholly(known)) => *known,
            _ => None,
        };
        let later = last_accessed.max(known);
        self.services
            .insert(service, UnusedInService::Wholly(later));
    }

    /// Adds all that `other` reports.
    pub fn add_all(&mut self, other: UnusedActions) {
        for (service, unused) in other.services {
            match unused {
                UnusedInService::Wholly(last_accessed) => self.add_service(service, last_accessed),
                UnusedInService::Actions(actions) => {
                    for (name, last_accessed) in actions {
                        self.add(Action::new(service.clone(), name), last_accessed);
                    }
                }
            }
        }
    }

    /// What both report: actions, and services that are wholly unused by both. Of two times for
    /// one the later stays.
    #[must_use]
    pub fn common_with(&self, other: &UnusedActions) -> UnusedActions {
        let mut common = UnusedActions::default();
        for (service, ours) in &self.services {
            let Some(theirs) = other.services.get(service) else {
                continue;
            };
            if let (UnusedInService::Wholly(last_used), UnusedInService::Wholly(other_last_used)) =
                (ours, theirs)
            {
                common.add_service(service.clone(), *last_used.max(other_last_used));
                continue;
            }
            let (named, against) = match ours {
                UnusedInService::Actions(actions) => (actions, other),
                UnusedInService::Wholly(_) => match theirs {
                    UnusedInService::Actions(actions) => (actions, self),
                    UnusedInService::Wholly(_) => continue,
                },
            };
            for (name, last_accessed) in named {
                let action = Action::new(service.clone(), name.clone());
                if against.contains(&action) {
                    let last_accessed = against.last_accessed(&action).max(*last_accessed);
                    common.add(action, last_accessed);
                }
            }
        }
        common
    }

    /// Takes out what was used after all: actions, and services that are not wholly unused. Returns
    /// what was taken out, as `s3:GetObject` or `s3:*`.
    pub fn take_out(&mut self, used: &UsedActions) -> Vec<String> {
        let mut taken = Vec::new();
        self.services.retain(|service, unused| match unused {
            UnusedInService::Wholly(_) => {
                let stays = used.service_last_used(service).is_none();
                if !stays {
                    taken.push(format!("{service}:*"));
                }
                stays
            }
            UnusedInService::Actions(actions) => {
                actions.retain(|name, _| {
                    let action = Action::new(service.clone(), name.clone());
                    let stays = used.last_used(&action).is_none();
                    if !stays {
                        taken.push(action.to_string());
                    }
                    stays
                });
                !actions.is_empty()
            }
        });
        taken
    }

    /// Takes out all that is reported of `service`.
    pub(super) fn take_out_service(&mut self, service: &ServicePrefix) {
        self.services.remove(service);
    }

    /// Takes out the services that are reported whole and were used at `since` or later: when.
    pub(super) fn take_out_services_used_since(
        &mut self,
        since: Timestamp,
    ) -> BTreeMap<ServicePrefix, Timestamp> {
        let mut used = BTreeMap::new();
        self.services.retain(|service, unused| match unused {
            UnusedInService::Wholly(Some(at)) if *at >= since => {
                used.insert(service.clone(), *at);
                false
            }
            _ => true,
        });
        used
    }

    /// All times of a last use, in no order.
    pub(super) fn last_uses(&self) -> impl Iterator<Item = Timestamp> {
        let services = self.services.values();
        services.flat_map(|unused| {
            let (wholly, named) = match unused {
                UnusedInService::Wholly(last_used) => (*last_used, None),
                UnusedInService::Actions(actions) => (None, Some(actions)),
            };
            let named = named.into_iter().flat_map(BTreeMap::values);
            wholly.into_iter().chain(named.copied().flatten())
        })
    }

    /// The actions that are reported by name and were used at `since` or later: when.
    pub(super) fn used_since(&self, since: Timestamp) -> BTreeMap<Action, Timestamp> {
        let used = self.named().filter_map(|action| {
            let at = self.last_accessed(&action).filter(|at| *at >= since)?;
            Some((action, at))
        });
        used.collect()
    }

    /// Whether `action` is reported, by name or with its whole service.
    pub fn contains(&self, action: &Action) -> bool {
        let unused = self.in_service(&action.service);
        unused.is_some_and(|unused| unused.contains(&action.name))
    }

    /// Whether `action` is reported by its own name, not only with its whole service.
    pub fn contains_name(&self, action: &Action) -> bool {
        matches!(self.services.get(&action.service),
            Some(UnusedInService::Actions(actions)) if actions.contains_key(&action.name))
    }

    /// What is unused of `service`, if anything.
    pub fn in_service(&self, service: &ServicePrefix) -> Option<&UnusedInService> {
        self.services.get(service)
    }

    /// Whether the whole of `service` is reported.
    pub fn is_wholly_unused(&self, service: &ServicePrefix) -> bool {
        matches!(self.in_service(service), Some(UnusedInService::Wholly(_)))
    }

    /// The services of which the whole is reported, in order.
    pub fn wholly_unused(&self) -> impl Iterator<Item = &ServicePrefix> {
        let wholly = self.services();
        let wholly = wholly.filter(|(_, unused)| matches!(unused, UnusedInService::Wholly(_)));
        wholly.map(|(service, _)| service)
    }

    /// When `action`, or its wholly unused service, was last accessed, as in the findings.
    pub fn last_accessed(&self, action: &Action) -> Option<Timestamp> {
        match self.services.get(&action.service)? {
            UnusedInService::Wholly(last_accessed) => *last_accessed,
            UnusedInService::Actions(actions) => *actions.get(&action.name)?,
        }
    }

    /// When a wholly unused service was last accessed, as in the findings.
    pub fn service_last_accessed(&self, service: &ServicePrefix) -> Option<Timestamp> {
        match self.services.get(service)? {
            UnusedInService::Wholly(last_accessed) => *last_accessed,
            UnusedInService::Actions(_) => None,
        }
    }

    /// The services with something unused, in order.
    pub fn services(&self) -> impl Iterator<Item = (&ServicePrefix, &UnusedInService)> {
        self.services.iter()
    }

    /// The actions that are reported by name, in order. Wholly unused services name none.
    pub fn named(&self) -> impl Iterator<Item = Action> + '_ {
        self.services.iter().flat_map(|(service, unused)| {
            let names: Box<dyn Iterator<Item = &Name>> = match unused {
                UnusedInService::Wholly(_) => Box::new(std::iter::empty()),
                UnusedInService::Actions(actions) => Box::new(actions.keys()),
            };
            names.map(move |name| Action::new(service.clone(), name.clone()))
        })
    }

    /// Whether nothing is reported at all.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }
}
