//! Entries of policies, found by what they could grant.

use std::ops::Range;

use super::glob::reads_whole;
use super::{Action, ActionPattern, Glob, ServicePrefix};
use super::{order_ignoring_case, run_starting_with, starts_with_ignoring_case};

/// Many entries, each with a value: an action is compared only with those of its service whose
/// text before the first wildcard it starts with, however many entries there are.
///
/// ```
/// use iam_refine::iam::{ActionPattern, Grants};
/// let entries: [ActionPattern; 2] = ["s3:Get*".parse()?, "s3:PutObject".parse()?];
/// let grants: Grants<'_, usize> = entries.iter().zip([1, 2]).collect();
/// assert_eq!(grants.of(&"s3:GetObject".parse()?).next(), Some(1));
/// assert_eq!(grants.of(&"s3:PutObject".parse()?).next(), Some(2));
/// assert!(!grants.any_of(&"s3:ListBucket".parse()?));
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Grants<'a, T> {
    /// The values of the entries `*`.
    everything: Vec<T>,
    /// The others, in the order of their services and their starts.
    entries: Vec<Entry<'a, T>>,
    /// Each service, in order, with which of them are about it.
    services: Vec<(&'a ServicePrefix, Range<usize>)>,
}

/// What [`Grants`] have for one service.
#[derive(Clone, Copy, Debug)]
pub struct GrantsInService<'g, T> {
    everything: &'g [T],
    entries: &'g [Entry<'g, T>],
}

#[derive(Clone, Debug)]
struct Entry<'a, T> {
    service: &'a ServicePrefix,
    value: T,
    /// What stands before the first wildcard of the name.
    start: &'a str,
    /// The name from its first wildcard on.
    rest: &'a str,
    /// The last entry of the service before this one whose start this one's start begins with. All
    /// starts of a text lie on the way from the last entry that is not behind the text, up along
    /// these.
    above: Option<usize>,
}

impl<'a, T: Copy> Grants<'a, T> {
    /// The services that entries are about, in order.
    pub fn services(&self) -> impl Iterator<Item = &'a ServicePrefix> {
        self.services.iter().map(|(service, _)| *service)
    }

    /// The entries that could grant actions of `service`.
    pub fn in_service(&self, service: &ServicePrefix) -> GrantsInService<'_, T> {
        let found = (self.services).binary_search_by(|(candidate, _)| (*candidate).cmp(service));
        GrantsInService {
            everything: &self.everything,
            entries: found.map_or(&[], |at| &self.entries[self.services[at].1.clone()]),
        }
    }

    /// The values of the entries that grant `action`.
    pub fn of<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = T> + 's {
        self.in_service(&action.service).of(action.name.as_str())
    }

    /// Whether an entry grants `action`.
    pub fn any_of(&self, action: &Action) -> bool {
        self.of(action).next().is_some()
    }

    /// The values of all entries that could include `pattern`: no other does.
    pub fn that_may_include<'s>(
        &'s self,
        pattern: &'s ActionPattern,
    ) -> impl Iterator<Item = T> + 's {
        let in_service = match pattern {
            ActionPattern::Everything => None,
            ActionPattern::InService { service, name } => {
                Some(self.in_service(service).starting(name.literal_prefix()))
            }
        };
        let in_service = in_service.into_iter().flatten().map(|entry| entry.value);
        in_service.chain(self.everything.iter().copied())
    }
}

impl<'g, T: Copy> GrantsInService<'g, T> {
    /// The values of the entries that grant the action `name`.
    pub fn of(self, name: &'g str) -> impl Iterator<Item = T> + 'g {
        self.starting(name)
            .filter(|entry| reads_whole(entry.rest, &name[entry.start.len()..]))
            .map(|entry| entry.value)
            .chain(self.everything.iter().copied())
    }

    /// The values of all entries that could grant an action that `pattern` grants too: no other
    /// does.
    pub fn that_may_meet(self, pattern: &'g Glob) -> impl Iterator<Item = T> + 'g {
        let start = pattern.literal_prefix();
        let wider = self.starting(start);
        let wider = wider.filter(|entry| entry.start.len() < start.len());
        wider
            .chain(run_starting_with(self.entries, start, |entry| entry.start))
            .map(|entry| entry.value)
            .chain(self.everything.iter().copied())
    }

    /// The entries whose start `text` begins with.
    fn starting(self, text: &'g str) -> impl Iterator<Item = &'g Entry<'g, T>> {
        let entries = self.entries;
        let not_behind = |entry: &Entry<'g, T>| order_ignoring_case(entry.start, text).is_le();
        let last = entries.partition_point(not_behind).checked_sub(1);
        std::iter::successors(last, |&at| entries[at].above)
            .map(|at| &entries[at])
            .filter(|entry| starts_with_ignoring_case(text, entry.start))
    }
}

impl<'a, T> FromIterator<(&'a ActionPattern, T)> for Grants<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a ActionPattern, T)>>(entries: I) -> Self {
        let mut everything = Vec::new();
        let mut in_services: Vec<Entry<'a, T>> = Vec::new();
        for (pattern, value) in entries {
            match pattern {
                ActionPattern::Everything => everything.push(value),
                ActionPattern::InService { service, name } => {
                    let (start, rest) = name.as_str().split_at(name.literal_prefix().len());
                    in_services.push(Entry {
                        service,
                        value,
                        start,
                        rest,
                        above: None,
                    });
                }
            }
        }
        in_services.sort_by(|a, b| {
            (a.service.cmp(b.service)).then_with(|| order_ignoring_case(a.start, b.start))
        });
        let mut services = Vec::new();
        let mut end = 0;
        for entries in in_services.chunk_by_mut(|a, b| a.service == b.service) {
            find_above(entries);
            services.push((entries[0].service, end..end + entries.len()));
            end += entries.len();
        }
        Grants {
            everything,
            entries: in_services,
            services,
        }
    }
}

/// Sets for each of a service's entries, which are in order, which one is above it.
fn find_above<T>(entries: &mut [Entry<'_, T>]) {
    for at in 1..entries.len() {
        let mut above = Some(at - 1);
        while let Some(place) = above
            && !starts_with_ignoring_case(entries[at].start, entries[place].start)
        {
            above = entries[place].above;
        }
        entries[at].above = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::Name;
    use proptest::prelude::*;

    /// All names of one to three letters.
    fn words() -> impl Iterator<Item = Name> {
        let letters = ["", "b", "c", "x"];
        let words = letters.into_iter().flat_map(move |a| {
            let words = letters.into_iter();
            words.flat_map(move |b| letters.map(|c| format!("{a}{b}{c}")))
        });
        words.map(|word| Name::from(word.as_str()))
    }

    proptest! {
        #[test]
        fn finds_what_comparing_with_every_entry_finds(
            entries in proptest::collection::vec("\\*|[aA]:[bBc*?]{1,3}|b:[bB*]{1,2}", 0..12),
            actions in proptest::collection::vec("[aAb]:[bBc]{1,3}", 1..6),
        ) {
            let entries: Vec<ActionPattern> =
                entries.iter().map(|text| text.parse().unwrap()).collect();
            let grants: Grants<'_, usize> = entries.iter().zip(0..).collect();
            for action in &actions {
                let action: Action = action.parse().unwrap();
                let mut found: Vec<usize> = grants.of(&action).collect();
                found.sort_unstable();
                let matching = |place: &usize| entries[*place].matches(&action);
                let wanted: Vec<usize> = (0..entries.len()).filter(matching).collect();
                prop_assert_eq!(found, wanted);
            }
            for entry in &entries {
                let candidates: Vec<usize> = grants.that_may_include(entry).collect();
                let including = |place: &usize| entry.is_included_in(&entries[*place]);
                for place in (0..entries.len()).filter(including) {
                    prop_assert!(candidates.contains(&place), "{entry} is in {}", entries[place]);
                }
                let ActionPattern::InService { service, name } = entry else {
                    continue;
                };
                let candidates: Vec<usize> =
                    grants.in_service(service).that_may_meet(name).collect();
                let meeting = |place: &usize| {
                    let word = |word| Action::new(service.clone(), word);
                    let mut words = words().map(word);
                    words.any(|action| entry.matches(&action) && entries[*place].matches(&action))
                };
                for place in (0..entries.len()).filter(meeting) {
                    let found = candidates.iter().filter(|other| **other == place).count();
                    prop_assert_eq!(found, 1, "{} meets {}", entry, &entries[place]);
                }
            }
        }
    }
}
