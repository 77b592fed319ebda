//! The principal whose policies are reviewed.

use std::fmt;

use crate::policies::{LoadedPolicy, OtherHolders, PolicyOwner};
use crate::text::Untrusted;

/// A role, user or group, and whether all of its policies are loaded.
///
/// An action is gone only when none of its policies grants it any more, so what another policy
/// still grants is unknown as long as [`Principal::all_policies_loaded`] is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// The ARN or name, when the inputs have it.
    pub name: Option<Untrusted>,
    /// Whether the loaded policies are known to be all that the principal has.
    pub all_policies_loaded: bool,
    /// The ARNs of all who have the policies, where it was said that the findings are those of all of
    /// them; nobody where they are the findings of one, or of those who have a policy in an account.
    pub everywhere: Vec<Untrusted>,
}

impl Principal {
    /// Whose the policies are, as far as the ARNs tell; of several that share kind and name, or the
    /// permission set that they are made of, without an ARN.
    pub fn owner(&self) -> Option<PolicyOwner> {
        let [first, others @ ..] = self.everywhere.as_slice() else {
            return PolicyOwner::from_arn(self.name.as_ref()?.raw());
        };
        let first = PolicyOwner::from_arn(first.raw())?;
        if others.is_empty() {
            return Some(first);
        }
        let first = PolicyOwner { arn: None, ..first };
        let is_same = |other: &Untrusted| {
            PolicyOwner::from_arn(other.raw())
                .is_some_and(|other| first.may_be(&other) || first.shares_permission_set(&other))
        };
        others.iter().all(is_same).then_some(first)
    }

    /// The role, user or group that has a `policy`: whom it was fetched for, or else this principal.
    pub fn holder(&self, policy: &LoadedPolicy) -> Option<PolicyOwner> {
        policy.origin.owner.clone().or_else(|| self.owner())
    }

    /// Who else has a `policy`, or may have it: what one does not use is not taken from them, so that it
    /// stays as it is and a new one takes its place for this principal alone. None where it is known
    /// that nobody has, where nobody knows, and where the findings are those of all of them.
    pub fn shares<'p>(&self, policy: &'p LoadedPolicy) -> Option<&'p OtherHolders> {
        let others = policy.origin.others.as_ref();
        let is_changed_for_all = !self.everywhere.is_empty() || policy.is_aws_managed();
        others.filter(|others| others.are_any() && !is_changed_for_all)
    }

    /// What messages and the screen call it: the last part of an ARN.
    ///
    /// ```
    /// use iam_refine::review::Principal;
    /// let role = Principal {
    ///     name: Some("arn:aws:iam::123456789012:role/app/MyRole".into()),
    ///     ..Principal::default()
    /// };
    /// assert_eq!(role.display_name().to_string(), "MyRole");
    /// assert_eq!(Principal::default().display_name().to_string(), "the principal");
    /// ```
    pub fn display_name(&self) -> Untrusted {
        match self.name.as_ref().map(Untrusted::raw) {
            Some(arn) => arn.rsplit('/').next().unwrap_or(arn).into(),
            None => "the principal".into(),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.display_name().fmt(f)
    }
}
