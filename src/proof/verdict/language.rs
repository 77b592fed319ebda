//! What some statements speak of together, over all actions there could be.

use std::collections::{BTreeMap, BTreeSet};

use super::correspondence::Placed;
use super::{Side, Spot};
use crate::iam::inclusion::{Inclusion, Search};
use crate::iam::{
    Action, ActionPattern, Actions, Glob, Name, ServicePrefix, starts_with_ignoring_case,
};

/// The union of what the entries of `Action`s match and what those of `NotAction`s do not.
#[derive(Debug, Default)]
pub(super) struct Language<'p> {
    /// The entries of each service, with their places.
    in_service: BTreeMap<&'p ServicePrefix, Vec<(Option<Spot>, &'p ActionPattern)>>,
    /// The places of the entries `*`.
    everything: Vec<Option<Spot>>,
    /// The entries of each `NotAction`.
    all_but: Vec<(Spot, &'p [ActionPattern])>,
}

/// A part of a language: an entry of an `Action`, or all that a `NotAction` leaves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Portion<'p> {
    Entry(&'p ActionPattern),
    AllBut(&'p [ActionPattern]),
}

/// Whether a portion lies in a language.
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

/// A pattern, one that has to match as well, and those that must not.
type Within = (Glob, Option<Glob>, Vec<Glob>);

/// The known actions of the services that matter.
pub(super) type Known = BTreeMap<ServicePrefix, Vec<Action>>;

impl<'p> Language<'p> {
    pub fn of(side: Side, statements: &[Placed<'p>]) -> Self {
        let mut language = Language::default();
        for &(statement, one) in statements {
            let spot = |entry| Spot {
                side,
                statement,
                entry,
            };
            match &one.actions {
                Actions::Action(entries) => {
                    for (place, entry) in entries.iter().enumerate() {
                        language.add(Some(spot(Some(place))), entry);
                    }
                }
                Actions::NotAction(entries) => language.all_but.push((spot(None), entries)),
            }
        }
        language
    }

    pub fn of_patterns(patterns: impl Iterator<Item = &'p ActionPattern>) -> Self {
        let mut language = Language::default();
        language.add_all(patterns);
        language
    }

    /// Adds what is no policy's.
    pub fn add_all(&mut self, patterns: impl Iterator<Item = &'p ActionPattern>) {
        patterns.for_each(|pattern| self.add(None, pattern));
    }

    fn add(&mut self, spot: Option<Spot>, entry: &'p ActionPattern) {
        match entry.service() {
            Some(service) => self
                .in_service
                .entry(service)
                .or_default()
                .push((spot, entry)),
            None => self.everything.push(spot),
        }
    }

    pub fn matches(&self, action: &Action) -> bool {
        !self.everything.is_empty()
            || self
                .entries(&action.service)
                .iter()
                .any(|(_, entry)| entry.matches(action))
            || self.leaves(action).is_some()
    }

    /// Where `action` is spoken of: by the first entry that names it, if one does.
    pub fn spot(&self, action: &Action) -> Option<Spot> {
        let named = self.entries(&action.service).iter();
        let named = named
            .filter(|(_, entry)| entry.matches(action))
            .map(|(spot, _)| *spot);
        (named
            .chain(self.everything.iter().copied())
            .flatten()
            .next())
        .or_else(|| self.leaves(action))
    }

    fn leaves(&self, action: &Action) -> Option<Spot> {
        let leaving = (self.all_but.iter())
            .find(|(_, entries)| !entries.iter().any(|entry| entry.matches(action)));
        leaving.map(|(spot, _)| *spot)
    }

    fn entries(&self, service: &ServicePrefix) -> &[(Option<Spot>, &'p ActionPattern)] {
        self.in_service.get(service).map_or(&[], Vec::as_slice)
    }

    /// What of `portion` does not lie in this language: a known action where there is one.
    pub fn escape(&self, portion: Portion<'_>, known: &Known) -> Escape {
        if let Portion::Entry(entry) = portion
            && self.includes_at_once(entry)
        {
            return Escape::Nothing;
        }
        let mut outside = (known.values().flatten())
            .filter(|action| portion.matches(action) && !self.matches(action));
        if let Some(action) = outside.next() {
            return Escape::Known(action.clone());
        }
        let services = self.telling_services(portion, known).into_iter();
        Escape::first(services.map(|service| {
            let inclusion = self.search(&service, portion);
            (service, inclusion)
        }))
    }

    /// Whether one entry alone includes `entry`: the usual case, and a quick one.
    fn includes_at_once(&self, entry: &ActionPattern) -> bool {
        let entries = entry
            .service()
            .map_or(&[][..], |service| self.entries(service));
        !self.everything.is_empty()
            || entries.iter().any(|(_, own)| *own == entry)
            || entries.iter().any(|(_, own)| entry.is_included_in(own))
    }

    /// The services in which to search: those that a pattern mentions, and one that none does,
    /// which stands for all others.
    fn telling_services(&self, portion: Portion<'_>, known: &Known) -> BTreeSet<ServicePrefix> {
        if let Portion::Entry(ActionPattern::InService { service, .. }) = portion {
            return BTreeSet::from([service.clone()]);
        }
        let mut services: BTreeSet<ServicePrefix> = self
            .in_service
            .keys()
            .map(|service| (*service).clone())
            .collect();
        let left_out = self.all_but.iter().flat_map(|(_, entries)| *entries);
        let own = match portion {
            Portion::Entry(_) => &[],
            Portion::AllBut(entries) => entries,
        };
        services.extend(
            left_out
                .chain(own)
                .filter_map(|entry| entry.service().cloned()),
        );
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
        let mut services = self.telling_services(portion, known);
        services.extend(other.telling_services(portion, known));
        Escape::first(services.into_iter().flat_map(|service| {
            let within = self.wildcards_within(&entry.name(), &service).into_iter();
            within.map(move |(own, each_of, none_of)| {
                let inclusion = other.search_beyond(&service, &own, each_of, none_of);
                (service.clone(), inclusion)
            })
        }))
    }

    /// The parts of this language within `entry` that are no single names: each a pattern, what it
    /// has to match as well, and what it must not match.
    fn wildcards_within(&self, entry: &Glob, service: &ServicePrefix) -> Vec<Within> {
        let everything = (!self.everything.is_empty()).then(Glob::everything);
        let own = self
            .entries(service)
            .iter()
            .map(|(_, pattern)| pattern.name());
        let wildcards = own.filter(|glob| !glob.is_literal()).chain(everything);
        let within = wildcards.map(|wildcard| {
            if wildcard.is_included_in(entry) {
                (wildcard, None, Vec::new())
            } else if entry.is_included_in(&wildcard) {
                (entry.clone(), None, Vec::new())
            } else {
                (entry.clone(), Some(wildcard), Vec::new())
            }
        });
        let left = self.all_but.iter().map(|(_, entries)| {
            let speaking = entries.iter().filter(|entry| entry.covers_service(service));
            let none_of = speaking.map(ActionPattern::name).collect();
            (entry.clone(), None, none_of)
        });
        within.chain(left).collect()
    }

    /// A name that `own` and `each_of` match, and neither `none_of` nor this language has.
    fn search_beyond(
        &self,
        service: &ServicePrefix,
        own: &Glob,
        each_of: Option<Glob>,
        mut none_of: Vec<Glob>,
    ) -> Inclusion {
        let names = self
            .entries(service)
            .iter()
            .map(|(_, pattern)| pattern.name());
        // Whatever can begin like nothing that `own` matches says nothing of it.
        let meets = |glob: &Glob| {
            let (a, b) = (own.literal_prefix(), glob.literal_prefix());
            starts_with_ignoring_case(a, b) || starts_with_ignoring_case(b, a)
        };
        none_of.extend(names.filter(meets));
        if !self.everything.is_empty() || none_of.iter().any(|glob| own.is_included_in(glob)) {
            return Inclusion::Included;
        }
        let mut sets: Vec<Vec<Glob>> = each_of.into_iter().map(|glob| vec![glob]).collect();
        sets.extend(self.all_but.iter().map(|(_, entries)| {
            let speaking = entries.iter().filter(|entry| entry.covers_service(service));
            speaking.map(ActionPattern::name).collect()
        }));
        let search = Search {
            own,
            none_of: &none_of.iter().collect::<Vec<_>>(),
            each_of: &sets
                .iter()
                .map(|set| set.iter().collect())
                .collect::<Vec<_>>(),
        };
        search.run()
    }

    fn search(&self, service: &ServicePrefix, portion: Portion<'_>) -> Inclusion {
        let everything = Glob::everything();
        let of = |entries: &[ActionPattern]| -> Vec<Glob> {
            let speaking = entries.iter().filter(|entry| entry.covers_service(service));
            speaking.map(ActionPattern::name).collect()
        };
        let (own, mut none_of) = match portion {
            Portion::Entry(entry) => (entry.name(), Vec::new()),
            Portion::AllBut(entries) => (everything.clone(), of(entries)),
        };
        if !self.everything.is_empty() {
            none_of.push(everything);
        }
        none_of.extend(self.entries(service).iter().map(|(_, entry)| entry.name()));
        let each_of: Vec<Vec<Glob>> = self
            .all_but
            .iter()
            .map(|(_, entries)| of(entries))
            .collect();
        let search = Search {
            own: &own,
            none_of: &none_of.iter().collect::<Vec<_>>(),
            each_of: &each_of
                .iter()
                .map(|set| set.iter().collect())
                .collect::<Vec<_>>(),
        };
        search.run()
    }
}

impl Portion<'_> {
    pub fn matches(self, action: &Action) -> bool {
        match self {
            Portion::Entry(entry) => entry.matches(action),
            Portion::AllBut(entries) => !entries.iter().any(|entry| entry.matches(action)),
        }
    }
}
