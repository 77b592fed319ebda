//! Policies that AWS refuses for their length.

use std::fmt;

use crate::iam::quota::PolicyKind;
use crate::review::{Review, ReviewedPolicy};
use crate::text::grouped;

/// A policy that is longer than AWS takes. Displayed, it tells by how much, and what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The characters that count against the quota.
    size: usize,
    kind: PolicyKind,
}

impl TooLong {
    /// What a policy of this `kind` is that comes to `size` characters; nothing when AWS takes it.
    pub fn of(size: usize, kind: PolicyKind) -> Option<Self> {
        (size > kind.quota()).then_some(TooLong { size, kind })
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elsewhere = match self.kind {
            PolicyKind::Inline(_) => "move some statements to a managed policy",
            PolicyKind::Managed | PolicyKind::Unknown => "split it over several policies",
        };
        write!(
            f,
            "{} characters of {} {}; try --granularity character, reject in the review what takes \
             most, or {elsewhere}",
            grouped(self.size),
            grouped(self.kind.quota()),
            self.kind.quota_scope()
        )
    }
}

/// The characters of the policy at `place` that count against its quota, as it would be written
/// now: those of the other inline policies of the principal too, as far as they are loaded.
pub fn counted_size(review: &Review, place: usize) -> usize {
    let kind = review.input().policies[place].loaded.kind;
    let counts = |other: &ReviewedPolicy<'_>| match kind {
        PolicyKind::Inline(_) => other.loaded.kind == kind,
        PolicyKind::Managed | PolicyKind::Unknown => other.place == place,
    };
    let counted = review.policies().filter(counts);
    counted.map(|other| other.outcome.size).sum()
}
