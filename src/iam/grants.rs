//! Entries of policies, found by the action they grant.

use std::collections::BTreeMap;

use super::{Action, ActionPattern, Name, ServicePrefix};

/// Many entries, each with a value: an action is compared only with the wildcards that speak of
/// its service, however many entries there are.
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
    literals: BTreeMap<(&'a ServicePrefix, &'a Name), Vec<T>>,
    /// By service; under none the pattern `*`.
    wildcards: BTreeMap<Option<&'a ServicePrefix>, Vec<(&'a ActionPattern, T)>>,
}

impl<'a, T: Copy> Grants<'a, T> {
    /// The values of the entries that grant `action`, those of literals first.
    pub fn of<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = T> + use<'s, 'a, T> {
        let literals = self.literals.get(&(&action.service, &action.name));
        let wildcards = [Some(&action.service), None]
            .into_iter()
            .filter_map(|service| self.wildcards.get(&service))
            .flatten()
            .filter(|(pattern, _)| pattern.matches(action));
        literals
            .into_iter()
            .flatten()
            .copied()
            .chain(wildcards.map(|(_, value)| *value))
    }

    /// Whether an entry grants `action`.
    pub fn any_of(&self, action: &Action) -> bool {
        self.of(action).next().is_some()
    }
}

impl<'a, T> Extend<(&'a ActionPattern, T)> for Grants<'a, T> {
    fn extend<I: IntoIterator<Item = (&'a ActionPattern, T)>>(&mut self, entries: I) {
        for (pattern, value) in entries {
            if let ActionPattern::InService { service, name } = pattern
                && let Some(name) = name.as_literal()
            {
                let values = self.literals.entry((service, name)).or_default();
                values.push(value);
            } else {
                let entries = self.wildcards.entry(pattern.service()).or_default();
                entries.push((pattern, value));
            }
        }
    }
}

impl<'a, T> FromIterator<(&'a ActionPattern, T)> for Grants<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a ActionPattern, T)>>(entries: I) -> Self {
        let mut grants = Grants::default();
        grants.extend(entries);
        grants
    }
}

impl<T> Default for Grants<'_, T> {
    fn default() -> Self {
        Grants {
            literals: BTreeMap::new(),
            wildcards: BTreeMap::new(),
        }
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
        }
    }
}
