//! Whether what goes in one place is granted in another.

use crate::iam::{Action, Policy};

/// A statement of one of the principal's loaded policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The place of the policy among the principal's.
    pub policy: usize,
    /// The place of the statement in it.
    pub statement: usize,
}

/// Where the principal's `policies` allow `action` (on some resource, under some condition).
/// Nothing found means gone only when all policies of the principal are among them.
pub fn still_granted<'a>(
    action: &'a Action,
    policies: &'a [Policy],
) -> impl Iterator<Item = Place> + 'a {
    policies.iter().enumerate().flat_map(move |(policy, p)| {
        let allowing = p
            .statements
            .iter()
            .enumerate()
            .filter(|(_, s)| s.allows(action));
        allowing.map(move |(statement, _)| Place { policy, statement })
    })
}
