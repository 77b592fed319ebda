//! Who was denied something.

use std::fmt;

use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PrincipalName};
use crate::text::Untrusted;

/// Whoever made a call, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A role, in one of its sessions, or a user.
    Known {
        /// The account it is of.
        account: Option<AccountId>,
        /// Whether it is a role or a user.
        kind: Owner,
        /// Its name, without a path.
        name: PrincipalName,
    },
    /// Somebody else: the root user, a service, a federated user, a caller without a name.
    Other {
        /// The account, where it is told.
        account: Option<AccountId>,
        /// As it is called.
        name: Untrusted,
    },
}

impl Caller {
    /// The caller that an ARN names. The session of a role is that role.
    ///
    /// ```
    /// use iam_refine::denials::Caller;
    /// let role = Caller::from_arn("arn:aws:sts::123456789012:assumed-role/MyRole/session");
    /// assert_eq!(role, Caller::from_arn("arn:aws:iam::123456789012:role/app/MyRole"));
    /// assert_eq!(role.unwrap().to_string(), "role MyRole");
    /// ```
    pub fn from_arn(text: &str) -> Option<Self> {
        let arn = Arn::parse(text)?;
        let account = arn.account();
        let resource = text.splitn(6, ':').nth(5).unwrap_or_default();
        let known = match resource.split_once('/') {
            Some(("assumed-role", session)) => {
                Some((Owner::Role, session.split('/').next().unwrap_or_default()))
            }
            Some(("role", _)) => Some((Owner::Role, arn.name())),
            Some(("user", _)) => Some((Owner::User, arn.name())),
            _ => None,
        };
        let known = known.and_then(|(kind, name)| Some((kind, PrincipalName::parse(name)?)));
        Some(match known {
            Some((kind, name)) => Caller::Known {
                account,
                kind,
                name,
            },
            None => Caller::Other {
                account,
                name: text.into(),
            },
        })
    }

    /// The account, where it is told.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Caller::Known { account, .. } | Caller::Other { account, .. } => account.as_ref(),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caller::Known { kind, name, .. } => write!(f, "{} {name}", kind.as_str()),
            Caller::Other { name, .. } => name.fmt(f),
        }
    }
}
