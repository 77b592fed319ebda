//! How much of what is unused stays granted.

use std::ops::Add;

use crate::catalogue::{Level, is_sensitive};
use crate::iam::Action;
use crate::refine::Universe;

/// How many unused actions stay granted, by access level. It is compared level by level, the worst
/// first: one of [`Level::Write`] is more than any number of [`Level::Tagging`], and so on with
/// [`Level::Read`] and [`Level::List`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excess {
    /// 32 bits a level, the worst in the highest, so that it is added and compared as a number.
    counts: u128,
}

/// The levels of what may stay granted, the worst first.
const LEVELS: [Level; 4] = [Level::Write, Level::Tagging, Level::Read, Level::List];

impl Excess {
    /// Nothing stays.
    pub const NOTHING: Excess = Excess { counts: 0 };

    /// What it comes to that the unused `action` stays. None where it must never stay for the sake of
    /// length: it manages permissions, it gives others' permissions or reads secrets
    /// ([`is_sensitive`]), or the catalogue does not tell its level.
    pub fn of(action: &Action, universe: &Universe) -> Option<Self> {
        let level = universe.catalogue.level(action)?;
        let place = LEVELS.iter().position(|known| *known == level)?;
        (!is_sensitive(action)).then_some(Excess {
            counts: 1 << shift(place),
        })
    }

    /// How many actions stay.
    pub fn total(self) -> usize {
        self.by_level().map(|(_, count)| count).sum()
    }

    /// How many actions of each level stay, the worst level first, those of which none does left out.
    pub fn by_level(self) -> impl Iterator<Item = (Level, usize)> {
        let count = move |place| ((self.counts >> shift(place)) & u128::from(u32::MAX)) as usize;
        let levels = LEVELS.into_iter().enumerate();
        levels
            .map(move |(place, level)| (level, count(place)))
            .filter(|(_, count)| *count > 0)
    }
}

fn shift(place: usize) -> usize {
    32 * (LEVELS.len() - 1 - place)
}

impl Add for Excess {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Excess {
            counts: self.counts + other.counts,
        }
    }
}

impl std::iter::Sum for Excess {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Excess::NOTHING, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;

    fn of(actions: &[&str]) -> Option<Excess> {
        let universe = Universe::new(Catalogue::built_in(), Arc::default(), []);
        let each = actions
            .iter()
            .map(|action| Excess::of(&action.parse().unwrap(), &universe));
        each.sum::<Option<Excess>>()
    }

    #[test]
    fn one_of_a_worse_level_is_more_than_many_of_a_better() {
        let write = of(&["sqs:CreateQueue"]).unwrap();
        let tagging = of(&["sqs:TagQueue"; 1_000]).unwrap();
        let read = of(&["s3:GetBucketAcl"; 1_000]).unwrap();
        let list = of(&["s3:ListBucket"; 1_000]).unwrap();
        assert!(write > tagging && tagging > read && read > list && list > Excess::NOTHING);
        let all = write + tagging + read + list;
        assert_eq!(all.total(), 3_001);
        let levels: Vec<_> = all.by_level().collect();
        assert_eq!(levels[0], (Level::Write, 1));
        assert_eq!(levels[3], (Level::List, 1_000));
    }

    #[test]
    fn what_manages_permissions_is_sensitive_or_unknown_never_stays() {
        assert_eq!(of(&["iam:PutRolePolicy"]), None);
        assert_eq!(of(&["iam:PassRole"]), None);
        assert_eq!(of(&["secretsmanager:GetSecretValue"]), None);
        assert_eq!(of(&["s3:GetNothingThatAwsHas"]), None);
    }
}
