//! How many actions there are of each access level, the most far-reaching first.

use super::{Catalogue, Level};
use crate::iam::Action;

/// The access levels in the order of what they can do, the most far-reaching first. What nobody knows
/// may reach far.
const MOST_FIRST: [Option<Level>; 6] = [
    Some(Level::PermissionsManagement),
    Some(Level::Write),
    None,
    Some(Level::Tagging),
    Some(Level::Read),
    Some(Level::List),
];

/// How many actions there are of each access level. They are compared level by level: one that manages
/// permissions is more than any number that write, and so on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LevelCounts([usize; MOST_FIRST.len()]);

impl LevelCounts {
    /// Each level with how many are of it, the most far-reaching first; those that have none are left
    /// out. `None` is what the catalogue does not tell the level of.
    pub fn iter(&self) -> impl Iterator<Item = (Option<Level>, usize)> {
        let counts = MOST_FIRST.into_iter().zip(self.0);
        counts.filter(|(_, count)| *count > 0)
    }
}

/// The place of a level among all, the most far-reaching first.
pub fn reach(level: Option<Level>) -> usize {
    match level {
        Some(Level::PermissionsManagement) => 0,
        Some(Level::Write) => 1,
        None => 2,
        Some(Level::Tagging) => 3,
        Some(Level::Read) => 4,
        Some(Level::List) => 5,
    }
}

impl Catalogue {
    /// The access level of an action, as far as it is known.
    pub fn level(&self, action: &Action) -> Option<Level> {
        self.action(action)?.level
    }

    /// How many of `actions` there are of each access level.
    ///
    /// ```
    /// use iam_refine::catalogue::{Catalogue, Level};
    /// use iam_refine::iam::Action;
    ///
    /// let actions: Vec<Action> = ["s3:GetObject", "s3:PutBucketPolicy", "s3:ListBucket", "s3:GetAcl"]
    ///     .map(|action| action.parse().unwrap())
    ///     .to_vec();
    /// let levels = Catalogue::built_in().levels_of(&actions);
    /// let counts: Vec<_> = levels.iter().collect();
    /// assert_eq!(counts[0], (Some(Level::PermissionsManagement), 1));
    /// assert_eq!(counts[1], (None, 1));
    /// ```
    pub fn levels_of<'a>(&self, actions: impl IntoIterator<Item = &'a Action>) -> LevelCounts {
        let actions = actions.into_iter();
        actions.map(|action| self.level(action)).collect()
    }
}

impl FromIterator<Option<Level>> for LevelCounts {
    fn from_iter<I: IntoIterator<Item = Option<Level>>>(levels: I) -> Self {
        let mut counts = LevelCounts::default();
        for level in levels {
            counts.0[reach(level)] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_its_place() {
        for (place, level) in MOST_FIRST.into_iter().enumerate() {
            assert_eq!(reach(level), place);
        }
    }
}
