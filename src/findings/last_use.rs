//! When something was used last, as far as that is told, and by whom.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::{UnusedActions, UnusedInService};
use crate::iam::{Action, ServicePrefix};
use crate::text::{Untrusted, day};

/// When something was used last, and who says so.
///
/// ```
/// use iam_refine::findings::{LastUse, When};
/// let (start, end) = ("2026-02-13T00:30:00Z".parse()?, "2026-02-14T22:44:00Z".parse()?);
/// let seen = LastUse { when: When::Between(start, end), told_by: Some("seen.json".into()) };
/// assert_eq!(seen.to_string(), "between 2026-02-13 and 2026-02-14");
/// assert_eq!(seen.latest(), end);
/// assert_eq!(LastUse::from(start).to_string(), "on 2026-02-13");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When that was.
    pub when: When,
    /// The file that tells; none where it is the finding itself.
    pub told_by: Option<Untrusted>,
}

/// A moment, as exactly as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this moment.
    At(Timestamp),
    /// Some time between these.
    Between(Timestamp, Timestamp),
    /// Some time before this.
    By(Timestamp),
}

impl From<Timestamp> for LastUse {
    fn from(at: Timestamp) -> Self {
        LastUse {
            when: When::At(at),
            told_by: None,
        }
    }
}

impl LastUse {
    /// The latest moment that it may have been.
    pub fn latest(&self) -> Timestamp {
        match self.when {
            When::At(at) | When::Between(_, at) | When::By(at) => at,
        }
    }

    /// The earliest moment that it may have been; none where that is not known.
    pub fn earliest(&self) -> Option<Timestamp> {
        match self.when {
            When::At(at) | When::Between(at, _) => Some(at),
            When::By(_) => None,
        }
    }

    /// The later of two. Of a moment and a span of time that it lies in, the moment: the two may tell
    /// of the same use.
    #[must_use]
    pub fn later(self, other: LastUse) -> LastUse {
        if self.holds(&other) {
            other
        } else if other.holds(&self) || self.latest() >= other.latest() {
            self
        } else {
            other
        }
    }

    /// Whether `other` tells of a moment within the span of time that this one tells.
    fn holds(&self, other: &LastUse) -> bool {
        let is_exact = |one: &LastUse| matches!(one.when, When::At(_));
        let is_after_start = self.earliest() <= other.earliest();
        !is_exact(self) && is_exact(other) && is_after_start && other.latest() <= self.latest()
    }

    /// `2026-02-14`, or `by 2026-02-14` where the day is not known, for where room is short.
    pub fn in_short(&self) -> String {
        let last = day(self.latest());
        match self.when {
            When::Between(start, _) if day(start) != last => format!("by {last}"),
            When::At(_) | When::Between(..) => last.to_string(),
            When::By(_) => format!("by {last}"),
        }
    }
}

impl fmt::Display for LastUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = day(self.latest());
        match self.when {
            When::Between(start, _) if day(start) != last => {
                write!(f, "between {} and {last}", day(start))
            }
            When::At(_) | When::Between(..) => write!(f, "on {last}"),
            When::By(_) => write!(f, "on {last} or before"),
        }
    }
}

/// What was seen used, and when last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenUse {
    services: BTreeMap<ServicePrefix, LastUse>,
    actions: BTreeMap<Action, LastUse>,
}

impl SeenUse {
    /// Adds an action. Of two uses the later stays.
    pub fn add(&mut self, action: Action, last: LastUse) {
        add_to(&mut self.actions, action, last);
    }

    /// Adds a service of which nobody says what was used. Of two uses the later stays.
    pub fn add_service(&mut self, service: ServicePrefix, last: LastUse) {
        add_to(&mut self.services, service, last);
    }

    /// Adds all that `other` saw.
    pub fn add_all(&mut self, other: SeenUse) {
        for (service, last) in other.services {
            self.add_service(service, last);
        }
        for (action, last) in other.actions {
            self.add(action, last);
        }
    }

    /// The last uses that a finding tells, as one that `told_by` tells.
    pub(super) fn told(unused: &UnusedActions, told_by: &Untrusted) -> Self {
        let last_use = |at| LastUse {
            when: When::At(at),
            told_by: Some(told_by.clone()),
        };
        let mut seen = SeenUse::default();
        for (service, unused) in unused.services() {
            match unused {
                UnusedInService::Wholly(at) => {
                    let at = at.iter();
                    at.for_each(|&at| seen.add_service(service.clone(), last_use(at)));
                }
                UnusedInService::Actions(actions) => {
                    for (name, at) in actions {
                        let action = Action::new(service.clone(), name.clone());
                        let at = at.iter();
                        at.for_each(|&at| seen.add(action.clone(), last_use(at)));
                    }
                }
            }
        }
        seen
    }

    /// When `action` was seen used last, if it was.
    pub fn last_use(&self, action: &Action) -> Option<&LastUse> {
        self.actions.get(action)
    }

    /// When anything of `service` was seen used last, if it was.
    pub fn service_last_use(&self, service: &ServicePrefix) -> Option<LastUse> {
        let of_service = self.actions.iter();
        let of_service = of_service.filter(|(action, _)| action.service == *service);
        let all = self.services.get(service).into_iter();
        let all = all.chain(of_service.map(|(_, last)| last)).cloned();
        all.reduce(LastUse::later)
    }

    /// The services of which something was seen used, in order.
    pub fn services(&self) -> Vec<&ServicePrefix> {
        let of_actions = self.actions.keys().map(|action| &action.service);
        let mut all: Vec<&ServicePrefix> = self.services.keys().chain(of_actions).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The actions that were seen used, in order, with the last use of each.
    pub fn actions(&self) -> impl Iterator<Item = (&Action, &LastUse)> {
        self.actions.iter()
    }
}

fn add_to<K: Ord>(uses: &mut BTreeMap<K, LastUse>, key: K, last: LastUse) {
    let last = match uses.remove(&key) {
        Some(known) => known.later(last),
        None => last,
    };
    uses.insert(key, last);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("2026-02-{day}T00:00:00Z").parse().unwrap()
    }

    #[test]
    fn the_later_use_stays_and_of_one_use_the_more_exact_time() {
        let exact = |day: &str| LastUse::from(at(day));
        let span = |start: &str, end: &str| LastUse {
            when: When::Between(at(start), at(end)),
            told_by: None,
        };
        let by = |end: &str| LastUse {
            when: When::By(at(end)),
            told_by: None,
        };
        for (one, other, later) in [
            (exact("03"), exact("04"), exact("04")),
            (exact("03"), span("01", "04"), exact("03")),
            (exact("03"), span("04", "05"), span("04", "05")),
            (exact("06"), span("04", "05"), exact("06")),
            (exact("03"), by("05"), exact("03")),
            (exact("06"), by("05"), exact("06")),
            (span("01", "04"), span("02", "05"), span("02", "05")),
        ] {
            assert_eq!(one.clone().later(other.clone()), later);
            assert_eq!(other.later(one), later);
        }
        assert_eq!(span("03", "03").to_string(), "on 2026-02-03");
        assert_eq!(span("01", "03").in_short(), "by 2026-02-03");
        assert_eq!(by("03").to_string(), "on 2026-02-03 or before");
    }
}
