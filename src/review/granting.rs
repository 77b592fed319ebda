//! Where actions would be granted if it were written now.

use super::{OtherPolicy, Review};
use crate::iam::{Action, Allowed};

/// A statement of one of the reviewed policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantingStatement {
    /// The place of the policy among the reviewed ones, from 0.
    pub policy: usize,
    /// Which of the statements it had when it was read.
    pub statement: usize,
}

impl Review {
    /// For each of `actions` the statements of `policies` that would allow it (on some resource, under
    /// some condition) if it were written now, in order.
    pub fn granting_now<'a>(
        &self,
        policies: &[usize],
        actions: &'a [Action],
    ) -> impl Iterator<Item = (&'a Action, Vec<GrantingStatement>)> {
        let statements = policies.iter().flat_map(|&policy| {
            let outcome = &self.outcomes()[policy];
            let places = outcome.places_written().into_iter();
            let places = places.map(move |statement| GrantingStatement { policy, statement });
            outcome.policy.statements.iter().zip(places)
        });
        let allowed: Allowed<'_, GrantingStatement> = statements.collect();
        actions.iter().map(move |action| {
            let mut places: Vec<GrantingStatement> = allowed.of(action).collect();
            places.sort_unstable();
            places.dedup();
            (action, places)
        })
    }

    /// The policies that are loaded and not reviewed and that allow some of `actions` as they are,
    /// each with how many.
    pub fn granting_elsewhere(
        &self,
        actions: &[Action],
    ) -> impl Iterator<Item = (&OtherPolicy, usize)> {
        let others = self.input().others.iter();
        let counted = others.map(|other| {
            let allowed = Allowed::by(&other.policy.document.policy().statements);
            let granted = actions.iter().filter(|action| allowed.any_of(action));
            (other, granted.count())
        });
        counted.filter(|(_, granted)| *granted > 0)
    }
}
