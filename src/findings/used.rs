//! The actions that a report saw used.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::iam::{Action, Name, ServicePrefix};

/// The actions and services that were used, and when last.
///
/// ```
/// use iam_refine::findings::UsedActions;
/// let mut used = UsedActions::default();
/// let at = "2024-07-20T11:00:00Z".parse()?;
/// used.add("lambda:ListFunctions".parse()?, at);
/// assert_eq!(used.last_used(&"lambda:listfunctions".parse()?), Some(at));
/// assert_eq!(used.service_last_used(&"lambda:Invoke".parse::<iam_refine::iam::Action>()?.service), Some(at));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedActions {
    services: BTreeMap<ServicePrefix, UsedService>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct UsedService {
    last: Timestamp,
    actions: BTreeMap<Name, Timestamp>,
}

impl UsedActions {
    /// Adds an action, and with it its service. Of two times the later stays.
    pub fn add(&mut self, action: Action, at: Timestamp) {
        let service = self.service(action.service, at);
        let last = service.actions.entry(action.name).or_insert(at);
        *last = at.max(*last);
    }

    /// Adds a service without naming an action. Of two times the later stays.
    pub fn add_service(&mut self, service: ServicePrefix, at: Timestamp) {
        self.service(service, at);
    }

    fn service(&mut self, service: ServicePrefix, at: Timestamp) -> &mut UsedService {
        let used = self.services.entry(service).or_insert_with(|| UsedService {
            last: at,
            actions: BTreeMap::new(),
        });
        used.last = at.max(used.last);
        used
    }

    /// Adds all that `other` saw.
    pub fn add_all(&mut self, other: UsedActions) {
        for (service, used) in other.services {
            self.add_service(service.clone(), used.last);
            for (name, at) in used.actions {
                self.add(Action::new(service.clone(), name), at);
            }
        }
    }

    /// When `action` was used last, if that was seen.
    pub fn last_used(&self, action: &Action) -> Option<Timestamp> {
        let service = self.services.get(&action.service)?;
        service.actions.get(&action.name).copied()
    }

    /// When anything of `service` was used last, if that was seen.
    pub fn service_last_used(&self, service: &ServicePrefix) -> Option<Timestamp> {
        self.services.get(service).map(|used| used.last)
    }

    /// The actions that were seen, in order.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.services.iter().flat_map(|(service, used)| {
            let names = used.actions.keys();
            names.map(|name| Action::new(service.clone(), name.clone()))
        })
    }

    /// Whether no use of any service or action is known.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }
}
