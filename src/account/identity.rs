//! A policy and those who have it, by the names that AWS's commands take.

use super::{AccountPolicy, AccountPolicyKind, AccountReview, PrincipalPlace};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PolicyName, PrincipalName, VersionId};

/// A role, user or group, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalIdentity {
    /// Whether it is a role, a user or a group.
    pub kind: Owner,
    /// Its name in IAM, without a path.
    pub name: PrincipalName,
    /// The users who are in it, for a group.
    pub members: Vec<PrincipalName>,
}

impl PrincipalIdentity {
    fn of(review: &AccountReview, place: PrincipalPlace) -> Self {
        let owner = &review.principal(place).owner;
        let members = match owner.kind {
            Owner::Group => review.users_of(place),
            Owner::Role | Owner::User => Vec::new(),
        };
        let name = |member| review.principal(member).owner.name.clone();
        PrincipalIdentity {
            kind: owner.kind,
            name: owner.name.clone(),
            members: members.into_iter().map(name).collect(),
        }
    }
}

/// A policy by the names that AWS knows it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyIdentity {
    /// A policy that is embedded in a principal.
    Inline {
        /// The principal that it is embedded in.
        owner: PrincipalIdentity,
        /// What the policy is called.
        name: PolicyName,
        /// The account, where the file tells it.
        account: Option<AccountId>,
    },
    /// A managed policy of the account.
    Managed {
        /// Its version, and whom it is attached to.
        version: PolicyVersion,
        /// The account, where the file tells it.
        account: Option<AccountId>,
    },
    /// One of AWS's own policies. A new one takes its place, and the ARN of that needs the account.
    AwsManaged {
        /// The name that AWS gave its policy.
        name: PolicyName,
        /// Its version, and whom it is attached to.
        version: PolicyVersion,
        /// The account that it is attached in.
        account: AccountId,
    },
}

/// A version of a managed policy, and whom the policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// The ARN of the policy, which all of its versions share.
    pub arn: Arn,
    /// The version, as `v3`.
    pub id: VersionId,
    /// Whom the policy is attached to.
    pub attached_to: Vec<PrincipalIdentity>,
}

impl PolicyVersion {
    /// Whether it is one of AWS's own policies.
    pub fn is_of_aws(&self) -> bool {
        (self.arn.account()).is_some_and(|account| account.as_str() == "aws")
    }
}

impl PolicyIdentity {
    /// What AWS calls `policy`; none where the file does not have all of it.
    pub(super) fn of(review: &AccountReview, policy: &AccountPolicy) -> Option<Self> {
        let owner = |&place: &PrincipalPlace| &review.principal(place).owner;
        let mut arns = (policy.attached_to.iter()).filter_map(|place| owner(place).arn.as_ref());
        let account = arns.find_map(Arn::account);
        let origin = &review.policy(policy).origin;
        let version = || {
            let attached_to = policy.attached_to.iter();
            let attached_to = attached_to.map(|&place| PrincipalIdentity::of(review, place));
            Some(PolicyVersion {
                arn: origin.arn.clone()?,
                id: origin.version.clone()?,
                attached_to: attached_to.collect(),
            })
        };
        Some(match policy.kind {
            AccountPolicyKind::Inline => PolicyIdentity::Inline {
                owner: PrincipalIdentity::of(review, *policy.attached_to.first()?),
                name: origin.name.clone()?,
                account,
            },
            AccountPolicyKind::Managed => PolicyIdentity::Managed {
                version: version()?,
                account,
            },
            AccountPolicyKind::AwsManaged => PolicyIdentity::AwsManaged {
                name: PolicyName::parse(&review.name(policy))?,
                version: version()?,
                account: account?,
            },
        })
    }
}
