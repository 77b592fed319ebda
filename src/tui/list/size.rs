//! How long a policy would be, and with what else that is counted.

use super::state::AccountList;
use crate::account::{AccountPolicy, PolicyPlace};

/// The size of a policy, as it would be written now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// The size of the policy alone, in characters.
    pub(crate) alone: usize,
    /// The size of all that shares its quota, in characters.
    pub(crate) counted: usize,
    quota: usize,
}

impl Size {
    pub(crate) fn is_over(self) -> bool {
        self.counted > self.quota
    }
}

impl AccountList {
    /// The size of the policy, and of the other inline policies of the same principal.
    pub(crate) fn size(&self, subject: &AccountPolicy) -> Size {
        let sharing = self.account.sharing_quota(subject.place).into_iter();
        Size {
            alone: self.size_at(subject.place),
            counted: sharing.map(|place| self.size_at(place)).sum(),
            quota: self.account.policy(subject).kind.quota(),
        }
    }

    fn size_at(&self, place: PolicyPlace) -> usize {
        let document = &self.account.policy_at(place).document;
        match self.decided.get(&place) {
            Some(review) => review.outcomes()[0].size,
            None => document.size(),
        }
    }
}
