//! The order of the policies in the list.

use std::cmp::Reverse;

use super::state::AccountList;
use super::status::PolicyStatus;
use crate::account::AccountPolicy;

/// The order of the policies in the list. Those that are alike stay in the account's order, which has
/// the ones that lose most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// By how many unused actions each has.
    #[default]
    Unused,
    /// By the access levels of these.
    Level,
    /// By how long it would be.
    Size,
    /// By what it is called.
    Name,
    /// By what is left to decide.
    Decided,
}

impl Order {
    /// The one after it; the first after the last.
    pub(crate) fn next(self) -> Self {
        match self {
            Order::Unused => Order::Level,
            Order::Level => Order::Size,
            Order::Size => Order::Name,
            Order::Name => Order::Decided,
            Order::Decided => Order::Unused,
        }
    }

    /// What comes first, in words.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Order::Unused => "most unused first",
            Order::Level => "most far-reaching unused access first",
            Order::Size => "longest first",
            Order::Name => "by name",
            Order::Decided => "to review first, then decided",
        }
    }
}

impl AccountList {
    /// Brings these, the indices of policies, into the order that is shown.
    pub(super) fn sort(&self, indices: &mut [usize]) {
        let subject = |index: usize| self.account.policies().get(index);
        match self.policies.order {
            Order::Unused => indices.sort_unstable(),
            Order::Level => indices.sort_by_cached_key(|&index| {
                let is_refined = |index| subject(index).is_some_and(AccountPolicy::is_refined);
                let levels = subject(index).map(|subject| subject.unused_levels);
                (Reverse((is_refined(index), levels)), index)
            }),
            Order::Size => indices.sort_by_cached_key(|&index| {
                let size = subject(index).map(|subject| self.size(subject).alone);
                (Reverse(size), index)
            }),
            Order::Name => indices.sort_by_cached_key(|&index| {
                let listed = &self.policies.all()[index];
                (listed.name.to_lowercase(), listed.owners.clone(), index)
            }),
            Order::Decided => {
                indices.sort_by_cached_key(|&index| (stage(self.status(index)), index));
            }
        }
    }
}

/// How far a policy is: what is left to review comes first.
fn stage(status: PolicyStatus) -> usize {
    match status {
        _ if status.is_to_review() => 0,
        PolicyStatus::Decided { .. } => 1,
        PolicyStatus::NothingUnused | PolicyStatus::ToReview => 2,
        PolicyStatus::Blocked => 3,
    }
}
