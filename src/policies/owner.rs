//! Whose a policy is.

use std::fmt;

use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};
use crate::text::{Fields, Json, quoted};

/// The role, user or group that a policy is embedded in, or was fetched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOwner {
    /// Whether it is a role, a user or a group.
    pub kind: Owner,
    /// Its name, without a path.
    pub name: PrincipalName,
    /// Its ARN, where the inputs name it.
    pub arn: Option<Arn>,
}

impl PolicyOwner {
    /// The owner that an ARN names; none when it names something else.
    ///
    /// ```
    /// use iam_refine::policies::PolicyOwner;
    /// let owner = PolicyOwner::from_arn("arn:aws:iam::123456789012:role/app/MyRole").unwrap();
    /// assert_eq!(owner.to_string(), "role MyRole");
    /// assert_eq!(PolicyOwner::from_arn("arn:aws:iam::123456789012:policy/Mine"), None);
    /// ```
    pub fn from_arn(arn: &str) -> Option<Self> {
        let (resource, name) = arn.splitn(6, ':').nth(5)?.split_once('/')?;
        let kind = *[Owner::Role, Owner::User, Owner::Group]
            .iter()
            .find(|kind| kind.as_str() == resource)?;
        Some(PolicyOwner {
            kind,
            name: PrincipalName::parse(name.rsplit('/').next()?)?,
            arn: Some(Arn::parse(arn)?),
        })
    }

    /// Whether both may be the same, as far as it is known. AWS has no two names that differ in
    /// case alone.
    pub fn may_be(&self, other: &PolicyOwner) -> bool {
        let same_arn = match (&self.arn, &other.arn) {
            (Some(own), Some(other)) => own.as_str().eq_ignore_ascii_case(other.as_str()),
            _ => true,
        };
        let same_name = self.name.as_str().eq_ignore_ascii_case(other.name.as_str());
        self.kind == other.kind && same_name && same_arn
    }
}

impl fmt::Display for PolicyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.name)
    }
}

/// The name of a policy, in a member that may be absent. People paste the commands that we print,
/// so a name is one that IAM allows or is refused.
pub(super) fn policy_name(fields: &mut Fields<'_>, object: &Json, key: &str) -> Option<PolicyName> {
    let found = fields.text(object, key)?;
    is_allowed(fields, object, key, PolicyName::parse(found))
}

/// The name of a role, user or group, in a member that may be absent.
pub(super) fn principal_name(
    fields: &mut Fields<'_>,
    object: &Json,
    key: &str,
) -> Option<PrincipalName> {
    let found = fields.text(object, key)?;
    is_allowed(fields, object, key, PrincipalName::parse(found))
}

fn is_allowed<N>(
    fields: &mut Fields<'_>,
    object: &Json,
    key: &str,
    parsed: Option<N>,
) -> Option<N> {
    let help = "a name has letters, digits and _+=,.@- alone; give the file as it was printed";
    must_be(fields, object, key, ("name that IAM allows", help), parsed)
}

/// The ARN in a member that may be absent.
pub(super) fn arn(fields: &mut Fields<'_>, object: &Json, key: &str) -> Option<Arn> {
    let found = Arn::parse(fields.text(object, key)?);
    let help = "an ARN is written as in arn:aws:iam::123456789012:policy/MyPolicy";
    must_be(fields, object, key, ("ARN", help), found)
}

/// The version of a managed policy in a member that may be absent.
pub(super) fn version(fields: &mut Fields<'_>, object: &Json, key: &str) -> Option<VersionId> {
    let found = VersionId::parse(fields.text(object, key)?);
    let help = "a version is written as in v3; give the file as it was printed";
    must_be(fields, object, key, ("version of a policy", help), found)
}

/// What was `parsed` from a member; where that failed, it is told that the member is no `what`.
fn must_be<T>(
    fields: &mut Fields<'_>,
    object: &Json,
    key: &str,
    (what, help): (&str, &'static str),
    parsed: Option<T>,
) -> Option<T> {
    if parsed.is_none() {
        let place = object.get(key).unwrap_or(object);
        let text = place.as_str().unwrap_or_default();
        fields.wrong(place, format!("{} is no {what}", quoted(text)), help);
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::PolicyOwner;

    #[test]
    fn owners_of_two_accounts_are_not_the_same() {
        let role = |arn: &str| PolicyOwner::from_arn(arn).unwrap();
        let own = role("arn:aws:iam::123456789012:role/MyRole");
        assert!(own.may_be(&role("arn:aws:iam::123456789012:role/myrole")));
        assert!(!own.may_be(&role("arn:aws:iam::210987654321:role/MyRole")));
        assert!(!own.may_be(&role("arn:aws:iam::123456789012:user/MyRole")));
        let unknown = PolicyOwner {
            arn: None,
            ..role("arn:aws:iam::210987654321:role/MyRole")
        };
        assert!(own.may_be(&unknown) && unknown.may_be(&own));
    }
}
