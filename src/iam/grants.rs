//! Entries of policies, found by what they could grant.

use std::cmp::Ordering;

use super::{Action, ActionPattern, ServicePrefix};
use super::{order_ignoring_case, starts_with_ignoring_case};

/// Many entries, each with a value: an action is compared only with those whose text before the
/// first wildcard it starts with, however many entries there are.
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
    /// In the order of their starts.
    entries: Vec<Entry<'a, T>>,
}

#[derive(Clone, Debug)]
struct Entry<'a, T> {
    pattern: &'a ActionPattern,
    value: T,
    start: Start<'a>,
    /// The last entry before this one whose start this one's start begins with. All starts of a
    /// text lie on the way from the last entry that is not behind the text, up along these.
    above: Option<usize>,
}

/// A service, or for `*` none, and what stands before the first wildcard of a name.
#[derive(Clone, Copy, Debug)]
struct Start<'a> {
    service: Option<&'a ServicePrefix>,
    name: &'a str,
}

impl<T: Copy> Grants<'_, T> {
    /// The values of the entries that grant `action`.
    pub fn of<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = T> + 's {
        let in_service = Start {
            service: Some(&action.service),
            name: action.name.as_str(),
        };
        self.starting(in_service)
            .chain(self.starting(Start::NOTHING))
            .filter(|entry| entry.pattern.matches(action))
            .map(|entry| entry.value)
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
        let everything = pattern.service().map(|_| self.starting(Start::NOTHING));
        self.starting(Start::of(pattern))
            .chain(everything.into_iter().flatten())
            .map(|entry| entry.value)
    }

    /// The entries whose start `text` begins with.
    fn starting(&self, text: Start<'_>) -> impl Iterator<Item = &Entry<'_, T>> {
        let not_behind = |entry: &Entry<'_, T>| entry.start.order(text).is_le();
        let last = self.entries.partition_point(not_behind).checked_sub(1);
        let entry = |at: usize| &self.entries[at];
        let way = std::iter::successors(last, move |&at| entry(at).above);
        way.map(entry)
            .filter(move |entry| text.begins_with(entry.start))
    }
}

impl<'a, T> FromIterator<(&'a ActionPattern, T)> for Grants<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a ActionPattern, T)>>(entries: I) -> Self {
        let entry = |(pattern, value)| Entry {
            pattern,
            value,
            start: Start::of(pattern),
            above: None,
        };
        let mut entries: Vec<Entry<'a, T>> = entries.into_iter().map(entry).collect();
        entries.sort_by(|a, b| a.start.order(b.start));
        for at in 1..entries.len() {
            let mut above = Some(at - 1);
            while let Some(place) = above
                && !entries[at].start.begins_with(entries[place].start)
            {
                above = entries[place].above;
            }
            entries[at].above = above;
        }
        Grants { entries }
    }
}

impl<'a> Start<'a> {
    /// The start of `*`.
    const NOTHING: Start<'static> = Start {
        service: None,
        name: "",
    };

    fn of(pattern: &'a ActionPattern) -> Self {
        match pattern {
            ActionPattern::Everything => Start::NOTHING,
            ActionPattern::InService { service, name } => Start {
                service: Some(service),
                name: name.literal_prefix(),
            },
        }
    }

    fn order(self, other: Start<'_>) -> Ordering {
        let names = || order_ignoring_case(self.name, other.name);
        self.service.cmp(&other.service).then_with(names)
    }

    fn begins_with(self, other: Start<'_>) -> bool {
        self.service == other.service && starts_with_ignoring_case(self.name, other.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            }
        }
    }
}
