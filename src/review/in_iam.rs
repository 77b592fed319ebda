//! What a policy is in IAM, as a record keeps it: by what it is told from others, and what the
//! commands that take back a change have to name.

use serde::{Deserialize, Serialize};

use super::Principal;
use crate::iam::quota::{Owner, PolicyKind};
use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};
use crate::policies::{InAws, LoadedPolicy, PolicyOwner};
use crate::text::Untrusted;

/// A policy as IAM knows it, as far as that was told. A record may say anything, so that all of it is
/// parsed when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InIam {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Untrusted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arn: Option<Untrusted>,
    /// The version that was in force, of a managed policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Untrusted>,
    /// The ARN of the one that has it, or `role NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<Untrusted>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "managed")]
    Managed,
    #[serde(rename = "inline")]
    Inline,
    #[serde(rename = "of a permission set")]
    PermissionSet,
}

impl InIam {
    /// What is known of a policy of `principal`; none of a bare document.
    pub(super) fn of(policy: &LoadedPolicy, principal: &Principal) -> Option<Self> {
        let kind = match policy.kind {
            PolicyKind::Managed => Kind::Managed,
            PolicyKind::Inline(_) => Kind::Inline,
            PolicyKind::PermissionSet => Kind::PermissionSet,
            PolicyKind::Unknown => return None,
        };
        let origin = &policy.origin;
        let holder = principal.holder(policy);
        Some(InIam {
            kind,
            name: origin.name.as_ref().map(|name| name.as_str().into()),
            arn: origin.arn.as_ref().map(|arn| arn.as_str().into()),
            version: (origin.version.as_ref()).map(|version| version.as_str().into()),
            holder: holder.as_ref().map(shown),
        })
    }

    /// The same of a policy that is made of a source.
    pub(super) fn made(policy: &InAws) -> Self {
        InIam {
            kind: match policy.arn {
                Some(_) => Kind::Managed,
                None => Kind::Inline,
            },
            name: policy.name.as_ref().map(|name| name.as_str().into()),
            arn: policy.arn.as_ref().map(|arn| arn.as_str().into()),
            version: None,
            holder: policy.owner.as_ref().map(shown),
        }
    }

    /// Whether it is managed, inline in its holder, or of a permission set.
    pub fn kind(&self) -> PolicyKind {
        match self.kind {
            Kind::Managed => PolicyKind::Managed,
            Kind::Inline => {
                PolicyKind::Inline(self.holder().map_or(Owner::Role, |holder| holder.kind))
            }
            Kind::PermissionSet => PolicyKind::PermissionSet,
        }
    }

    /// Its name.
    pub fn name(&self) -> Option<PolicyName> {
        PolicyName::parse(self.name.as_ref()?.raw())
    }

    /// Its ARN, if it is managed.
    pub fn arn(&self) -> Option<Arn> {
        Arn::parse(self.arn.as_ref()?.raw())
    }

    /// The version that was in force, if it is managed.
    pub fn version(&self) -> Option<VersionId> {
        VersionId::parse(self.version.as_ref()?.raw())
    }

    /// The role, user or group that has it.
    pub fn holder(&self) -> Option<PolicyOwner> {
        owner(self.holder.as_ref()?.raw())
    }

    /// Whether it is the same policy as another; none where that is not known.
    pub(super) fn is(&self, other: &InIam) -> Option<bool> {
        if self.kind != other.kind {
            return Some(false);
        }
        if let (Some(own), Some(other)) = (&self.arn, &other.arn) {
            return Some(own == other);
        }
        let is_same_name = self.name.as_ref()? == other.name.as_ref()?;
        if !is_same_name {
            return Some(false);
        }
        Some(self.holder()?.may_be(&other.holder()?))
    }
}

/// A role, user or group as a record has it: by its ARN, or else `role NAME`.
pub(super) fn shown(owner: &PolicyOwner) -> Untrusted {
    match &owner.arn {
        Some(arn) => arn.as_str().into(),
        None => owner.to_string().into(),
    }
}

/// What is shown so.
pub(super) fn owner(text: &str) -> Option<PolicyOwner> {
    PolicyOwner::from_arn(text).or_else(|| {
        let (kind, name) = text.split_once(' ')?;
        let kinds = [Owner::Role, Owner::User, Owner::Group];
        Some(PolicyOwner {
            kind: kinds.into_iter().find(|own| own.as_str() == kind)?,
            name: PrincipalName::parse(name)?,
            arn: None,
        })
    })
}
