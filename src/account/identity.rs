//! A policy and those who have it, by the names that AWS's commands take.

use super::{AccountPolicy, AccountPolicyKind, AccountReview, PrincipalPlace};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PolicyName, PrincipalId, PrincipalName, VersionId};

/// A role, user or group, by its name, and by its id where the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalIdentity {
    /// Whether it is a role, a user or a group.
    pub kind: Owner,
    /// Its name in IAM, without a path.
    pub name: PrincipalName,
    /// Its id, which tells it from another one that has its name later. None where the file does not
    /// have the ids of all who have a policy.
    pub id: Option<PrincipalId>,
    /// The users who are in it, for a group; all of them with their ids, or none.
    pub members: Vec<PrincipalIdentity>,
}

impl PrincipalIdentity {
    /// Its kind, its name, and its id where that is known.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let id = self.id.as_ref().map(PrincipalId::as_str);
        [self.kind.as_str(), self.name.as_str()]
            .into_iter()
            .chain(id)
    }

    fn of(review: &AccountReview, place: PrincipalPlace) -> Self {
        let principal = review.principal(place);
        let owner = &principal.owner;
        let members = match owner.kind {
            Owner::Group => review.users_of(place),
            Owner::Role | Owner::User => Vec::new(),
        };
        let members = members.into_iter();
        PrincipalIdentity {
            kind: owner.kind,
            name: owner.name.clone(),
            id: principal.id.clone(),
            members: members
                .map(|member| PrincipalIdentity::of(review, member))
                .collect(),
        }
    }

    /// Those at `places`. Their ids are of use when the file has all of them, since they are compared
    /// with all that AWS lists; so are those of their members.
    fn all_of(review: &AccountReview, places: &[PrincipalPlace]) -> Vec<Self> {
        let mut all: Vec<Self> = (places.iter())
            .map(|&place| PrincipalIdentity::of(review, place))
            .collect();
        ids_of_all_or_none(all.iter_mut().flat_map(|one| &mut one.members).collect());
        ids_of_all_or_none(all.iter_mut().collect());
        all
    }
}

fn ids_of_all_or_none(mut all: Vec<&mut PrincipalIdentity>) {
    if all.iter().any(|one| one.id.is_none()) {
        for one in &mut all {
            one.id = None;
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
    /// Those whom the policy is attached to or embedded in.
    pub fn attached_to(&self) -> &[PrincipalIdentity] {
        match self {
            PolicyIdentity::Inline { owner, .. } => std::slice::from_ref(owner),
            PolicyIdentity::Managed { version, .. }
            | PolicyIdentity::AwsManaged { version, .. } => &version.attached_to,
        }
    }

    /// What AWS calls `policy`; none where the file does not have all of it.
    pub(super) fn of(review: &AccountReview, policy: &AccountPolicy) -> Option<Self> {
        let owner = |&place: &PrincipalPlace| &review.principal(place).owner;
        let mut arns = (policy.attached_to.iter()).filter_map(|place| owner(place).arn.as_ref());
        let account = arns.find_map(Arn::account);
        let origin = &review.policy(policy).origin;
        let version = || {
            Some(PolicyVersion {
                arn: origin.arn.clone()?,
                id: origin.version.clone()?,
                attached_to: PrincipalIdentity::all_of(review, &policy.attached_to),
            })
        };
        Some(match policy.kind {
            AccountPolicyKind::Inline => PolicyIdentity::Inline {
                owner: (PrincipalIdentity::all_of(review, &policy.attached_to).into_iter())
                    .next()?,
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
