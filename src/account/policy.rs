//! The policies of an account, each with what it could lose.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::count::Count;
use super::{AccountReview, Blocker, PrincipalPlace};
use crate::catalogue::LevelCounts;
use crate::findings::Findings;
use crate::iam::quota::Owner;
use crate::refine::HeldBack;

/// The place of a policy in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyPlace {
    /// A policy that is embedded in a principal.
    Inline {
        /// The role, user or group.
        owner: PrincipalPlace,
        /// Which of its inline policies.
        policy: usize,
    },
    /// A managed policy, by its place among those of the account, from 0.
    Managed(usize),
}

/// How a policy is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountPolicyKind {
    /// It is embedded in one principal, and is put in its own place.
    Inline,
    /// It is managed by the account, and gets a new version.
    Managed,
    /// It is AWS's own and cannot be changed: a new policy takes its place.
    AwsManaged,
}

/// One policy of an account.
#[derive(Clone, Debug)]
pub struct AccountPolicy {
    /// Where it is found in the account.
    pub place: PolicyPlace,
    /// How a change of it is brought to AWS.
    pub kind: AccountPolicyKind,
    /// The roles, users and groups that it is attached to or embedded in.
    pub attached_to: Vec<PrincipalPlace>,
    /// The roles and users that have it, those of a group among them. What it loses is lost to all
    /// of these.
    pub holders: Vec<PrincipalPlace>,
    /// How many known actions it allows.
    pub granted: usize,
    /// How many of these no holder uses, as far as the holders have findings, less what is asked to
    /// be kept. They go unless something blocks that, those of a `NotAction` where that is asked for.
    /// None where no holder has a finding: nobody knows.
    pub unused: Option<usize>,
    /// The access levels of those that refining takes away; none where nothing is known of the holders.
    pub unused_levels: LevelCounts,
    /// How long it is, as IAM counts.
    pub size: usize,
    /// Why it is not narrowed; nothing when it is.
    pub blockers: Vec<Blocker>,
}

impl AccountPolicy {
    /// Whether it may be narrowed.
    pub fn is_refined(&self) -> bool {
        self.blockers.is_empty()
    }
}

impl AccountReview {
    pub(super) fn all_policies(&self) -> Vec<AccountPolicy> {
        let principals = self.account.principals.iter().enumerate();
        let inline = principals.flat_map(|(at, principal)| {
            let owner = PrincipalPlace(at);
            let policies = 0..principal.inline.len();
            policies.map(move |policy| PolicyPlace::Inline { owner, policy })
        });
        let managed = (0..self.account.managed.len()).map(PolicyPlace::Managed);
        let mut policies: Vec<AccountPolicy> = (inline.chain(managed))
            .map(|place| self.account_policy(place))
            .collect();
        policies.sort_by_cached_key(|policy| {
            let loses = Reverse((policy.is_refined(), policy.unused));
            (loses, self.name(policy), policy.place)
        });
        policies
    }

    fn account_policy(&self, place: PolicyPlace) -> AccountPolicy {
        let policy = self.policy_at(place);
        let attached_to = self.holding.attached_to(place);
        let holders: BTreeSet<PrincipalPlace> = (attached_to.iter())
            .flat_map(|&principal| self.users_of(principal))
            .collect();
        let holders: Vec<PrincipalPlace> = holders.into_iter().collect();
        let unused = self.unused_by_all(place, &holders);
        let count = Count::of(
            policy.document.policy(),
            unused,
            &HeldBack::used(&self.recently_used_by(&holders)),
            &self.catalogue,
            &self.options,
        );
        AccountPolicy {
            place,
            kind: match place {
                PolicyPlace::Inline { .. } => AccountPolicyKind::Inline,
                PolicyPlace::Managed(_) if policy.is_aws_managed() => AccountPolicyKind::AwsManaged,
                PolicyPlace::Managed(_) => AccountPolicyKind::Managed,
            },
            blockers: self.blockers(place, &attached_to, &holders),
            attached_to,
            granted: count.granted,
            unused: self.counted_unused(&holders, &count),
            unused_levels: count.unused_levels,
            size: policy.document.size(),
            holders,
        }
    }

    /// How many of the actions that are counted none of `holders` uses, if anything is known of them.
    fn counted_unused(&self, holders: &[PrincipalPlace], count: &Count) -> Option<usize> {
        let mut findings = holders.iter().filter_map(|&holder| self.finding(holder));
        let first = findings.next()?;
        let uses_nothing = |finding: &Findings| finding.unused_role.is_some();
        Some(if uses_nothing(first) && findings.all(uses_nothing) {
            count.granted
        } else {
            count.unused
        })
    }

    /// The principal itself, or the members of a group.
    pub(super) fn users_of(&self, place: PrincipalPlace) -> Vec<PrincipalPlace> {
        match self.principal(place).owner.kind {
            Owner::Group => self.holding.members(place).to_vec(),
            Owner::Role | Owner::User => vec![place],
        }
    }
}
