//! What some statements are about together, over all actions there could be.

use std::collections::{BTreeMap, BTreeSet};

use super::correspondence::Placed;
use super::effort::Effort;
use super::{Side, Spot};
use crate::iam::inclusion::{Inclusion, Search};
use crate::iam::{
    Action, ActionPattern, Actions, Glob, Grants, Name, ServicePrefix, run_starting_with,
};

/// The union of what the entries of `Action`s match and what those of `NotAction`s do not.
#[derive(Debug)]
pub(super) struct Language<'p> {
    named: Entries<'p>,
    /// The entries of each `NotAction`.
    all_but: Vec<(Spot, Entries<'p>)>,
    effort: Effort,
}

/// Entries, each once, found by what they grant.
#[derive(Clone, Debug)]
pub(super) struct Entries<'p> {
    /// Where each stands first; nowhere if it is no policy's.
    spots: BTreeMap<&'p ActionPattern, Option<Spot>>,
    grants: Grants<'p, &'p ActionPattern>,
}

/// A part of a language: an entry of an `Action`, or all that a `NotAction` leaves.
#[derive(Clone, Debug)]
pub(super) enum Portion<'p> {
    Entry(&'p ActionPattern),
    AllBut(Entries<'p>),
}

/// Whether a portion is in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    Nothing,
    Known(Action),
    /// No known action, but this name would.
    Unknown(Action),
    TooComplex,
}

impl Escape {
    /// The first name that escapes in a service; else whether some search was given up.
    fn first(searches: impl Iterator<Item = (ServicePrefix, Inclusion)>) -> Self {
        let mut escape = Escape::Nothing;
        for (service, inclusion) in searches {
            match inclusion {
                Inclusion::Included => {}
                Inclusion::Escapes(name) => {
                    let name = Name::from(name.as_str());
                    return Escape::Unknown(Action::new(service, name));
                }
                Inclusion::TooComplex => escape = Escape::TooComplex,
            }
        }
        escape
    }
}

/// The names of a service that one pattern matches, another one as well if there is one, and
/// others do not.
struct Names {
    own: Glob,
    also: Option<Glob>,
    none_of: Vec<Glob>,
}

/// The known actions of the services that matter, in order.
pub(super) type Known = BTreeMap<ServicePrefix, Vec<Action>>;

impl<'p> Language<'p> {
    pub fn of(side: Side, statements: &[Placed<'p>], effort: &Effort) -> Self {
        Self::with(side, statements, [], effort)
    }

    /// The same with patterns that are no policy's.
    pub fn with(
        side: Side,
        statements: &[Placed<'p>],
        patterns: impl IntoIterator<Item = &'p ActionPattern>,
        effort: &Effort,
    ) -> Self {
        let mut named = Vec::new();
        let mut all_but = Vec::new();
        for &(statement, one) in statements {
            let spot = |entry| Spot {
                side,
                statement,
                entry,
            };
            match &one.actions {
                Actions::Action(entries) => {
                    let places = entries.iter().enumerate();
                    named.extend(places.map(|(place, entry)| (entry, Some(spot(Some(place))))));
                }
                Actions::NotAction(entries) => all_but.push((spot(None), Entries::of(entries))),
            }
        }
        let patterns = patterns.into_iter().map(|pattern| (pattern, None));
        Language {
            named: named.into_iter().chain(patterns).collect(),
            all_but,
            effort: effort.clone(),
        }
    }

    pub fn matches(&self, action: &Action) -> bool {
        self.named.grants.any_of(action) || self.leaves(action).is_some()
    }

    /// Where `action` is named: the first entry that names it, if one does.
    pub fn spot(&self, action: &Action) -> Option<Spot> {
        let naming = self.named.grants.of(action);
        let spots =
            naming.filter_map(|entry| Some((entry.service().is_none(), self.named.spots[entry]?)));
        let first = spots.min().map(|(_, spot)| spot);
        first.or_else(|| self.leaves(action))
    }

    fn leaves(&self, action: &Action) -> Option<Spot> {
        let leaving = (self.all_but.iter()).find(|(_, entries)| !entries.grants.any_of(action));
        leaving.map(|(spot, _)| *spot)
    }

    /// Whether an entry here is just `portion`.
    pub fn has(&self, portion: &Portion<'_>) -> bool {
        match portion {
            Portion::Entry(entry) => self.named.spots.contains_key(entry),
            Portion::AllBut(excluded) => {
                let mut all = self.all_but.iter();
                all.any(|(_, entries)| entries.spots.keys().eq(excluded.spots.keys()))
            }
        }
    }

    /// The entries of `Action`s that include `pattern`.
    pub fn including<'s>(
        &'s self,
        pattern: &'s ActionPattern,
    ) -> impl Iterator<Item = &'p ActionPattern> + 's {
        self.named.including(pattern, &self.effort)
    }

    /// The actions of `known` that this language has, in order.
    pub fn known_in<'k>(&self, known: &'k Known) -> BTreeSet<&'k Action> {
        if !self.all_but.is_empty() {
            let actions = known.values().flatten();
            return actions.filter(|action| self.matches(action)).collect();
        }
        let entries = self.named.spots.keys();
        entries
            .flat_map(|entry| Portion::Entry(entry).known_in(known))
            .collect()
    }

    /// What of `portion` is not in this language: a known action where there is one.
    pub fn escape(&self, portion: &Portion<'_>, known: &Known) -> Escape {
        if self.has_at_once(portion) {
            return Escape::Nothing;
        }
        let mut actions = portion.known_in(known).into_iter();
        if let Some(action) = actions.find(|action| !self.matches(action)) {
            return Escape::Known(action.clone());
        }
        let services = self.telling_services(portion, known).into_iter();
        Escape::first(services.map(|service| {
            let inclusion = self.search(&service, portion.names(&service));
            (service, inclusion)
        }))
    }

    /// Whether `portion` is in this language for a reason that is quick to see, as it usually does:
    /// the entry stands here, or a `NotAction` that leaves out no more.
    fn has_at_once(&self, portion: &Portion<'_>) -> bool {
        match portion {
            Portion::Entry(_) => self.has(portion),
            Portion::AllBut(excluded) => self.all_but.iter().any(|(_, entries)| {
                let mut left_out = entries.spots.keys();
                left_out.all(|entry| excluded.including(entry, &self.effort).next().is_some())
            }),
        }
    }

    /// The services in which to search: those that a pattern mentions, and one that none does,
    /// which stands for all others.
    fn telling_services(&self, portion: &Portion<'_>, known: &Known) -> BTreeSet<ServicePrefix> {
        let excluded = match portion {
            Portion::Entry(ActionPattern::InService { service, .. }) => {
                return BTreeSet::from([service.clone()]);
            }
            Portion::Entry(ActionPattern::Everything) => None,
            Portion::AllBut(entries) => Some(entries),
        };
        let left_out = self.all_but.iter().map(|(_, entries)| entries);
        let entries = left_out.chain(excluded).chain([&self.named]);
        let mut services: BTreeSet<ServicePrefix> = entries
            .flat_map(|entries| entries.grants.services().cloned())
            .collect();
        let mut others = (0..).filter_map(|n| ServicePrefix::parse(&format!("other{n}")));
        services
            .extend(others.find(|other| !services.contains(other) && !known.contains_key(other)));
        services
    }

    /// What this language has within `entry` and `other` has not, of names that nobody knows: the
    /// known ones, and so all literals of both, are taken to be looked through.
    pub fn escape_within(
        &self,
        entry: &ActionPattern,
        other: &Language<'_>,
        known: &Known,
    ) -> Escape {
        let portion = Portion::Entry(entry);
        let mut services = self.telling_services(&portion, known);
        services.extend(other.telling_services(&portion, known));
        Escape::first(services.into_iter().flat_map(|service| {
            let within = self.wildcards_within(&entry.name(), &service).into_iter();
            within.map(move |names| {
                let inclusion = other.search(&service, names);
                (service.clone(), inclusion)
            })
        }))
    }

    /// The parts of this language within `entry` that are no single names.
    fn wildcards_within(&self, entry: &Glob, service: &ServicePrefix) -> Vec<Names> {
        let meeting = self.named.that_may_meet(service, entry).into_iter();
        let within = meeting.filter(|glob| !glob.is_literal()).map(|wildcard| {
            let (own, also) = if self.effort.covers(entry, &wildcard) {
                (wildcard, None)
            } else if self.effort.covers(&wildcard, entry) {
                (entry.clone(), None)
            } else {
                (entry.clone(), Some(wildcard))
            };
            Names {
                own,
                also,
                none_of: Vec::new(),
            }
        });
        let left = self.all_but.iter().map(|(_, entries)| Names {
            own: entry.clone(),
            also: None,
            none_of: entries.that_may_meet(service, entry),
        });
        within.chain(left).collect()
    }

    /// Whether this language has all these `names` of `service`.
    fn search(&self, service: &ServicePrefix, names: Names) -> Inclusion {
        let Names {
            own,
            also,
            mut none_of,
        } = names;
        // Whatever can begin like nothing that `own` matches says nothing of it.
        none_of.extend(self.named.that_may_meet(service, &own));
        if none_of.iter().any(|glob| self.effort.covers(glob, &own)) {
            return Inclusion::Included;
        }
        let left_out =
            (self.all_but.iter()).map(|(_, entries)| entries.that_may_meet(service, &own));
        let each_of: Vec<Vec<Glob>> = also
            .map(|glob| vec![glob])
            .into_iter()
            .chain(left_out)
            .collect();
        let search = Search {
            own: &own,
            none_of: &none_of.iter().collect::<Vec<_>>(),
            each_of: &each_of
                .iter()
                .map(|set| set.iter().collect())
                .collect::<Vec<_>>(),
        };
        self.effort.search(search)
    }
}

impl<'p> Entries<'p> {
    pub fn of(entries: &'p [ActionPattern]) -> Self {
        entries.iter().map(|entry| (entry, None)).collect()
    }

    fn including<'s>(
        &'s self,
        pattern: &'s ActionPattern,
        effort: &'s Effort,
    ) -> impl Iterator<Item = &'p ActionPattern> + 's {
        let candidates = self.grants.that_may_include(pattern);
        candidates.filter(|wide| effort.includes(wide, pattern))
    }

    /// The names of those that could grant an action of `service` that `glob` matches too.
    fn that_may_meet(&self, service: &ServicePrefix, glob: &Glob) -> Vec<Glob> {
        let in_service = self.grants.in_service(service);
        in_service
            .that_may_meet(glob)
            .map(ActionPattern::name)
            .collect()
    }
}

impl<'p> FromIterator<(&'p ActionPattern, Option<Spot>)> for Entries<'p> {
    fn from_iter<I: IntoIterator<Item = (&'p ActionPattern, Option<Spot>)>>(entries: I) -> Self {
        let mut spots = BTreeMap::new();
        for (entry, spot) in entries {
            spots.entry(entry).or_insert(spot);
        }
        let grants = spots.keys().map(|entry| (*entry, *entry)).collect();
        Entries { spots, grants }
    }
}

impl Portion<'_> {
    /// The actions of `known` that are in it, in order.
    pub fn known_in<'k>(&self, known: &'k Known) -> Vec<&'k Action> {
        match self {
            Portion::Entry(ActionPattern::InService { service, name }) => {
                let actions = known.get(service).map_or(&[][..], Vec::as_slice);
                let start = name.literal_prefix();
                let run = run_starting_with(actions, start, |action| action.name.as_str());
                let matching = run
                    .iter()
                    .filter(|action| name.matches(action.name.as_str()));
                matching.collect()
            }
            Portion::Entry(ActionPattern::Everything) => known.values().flatten().collect(),
            Portion::AllBut(entries) => (known.values().flatten())
                .filter(|action| !entries.grants.any_of(action))
                .collect(),
        }
    }

    /// Its names in `service`, which it is about.
    fn names(&self, service: &ServicePrefix) -> Names {
        let everything = Glob::everything();
        let (own, none_of) = match self {
            Portion::Entry(entry) => (entry.name(), Vec::new()),
            Portion::AllBut(entries) => {
                let none_of = entries.that_may_meet(service, &everything);
                (everything, none_of)
            }
        };
        Names {
            own,
            also: None,
            none_of,
        }
    }
}
