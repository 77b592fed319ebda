//! Whose a policy is.

use std::fmt;

use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, PrincipalId, PrincipalName, VersionId};
use crate::text::{Fields, Json, quoted};

/// What the name of a role begins with that IAM Identity Center makes of a permission set.
const OF_PERMISSION_SET: &str = "AWSReservedSSO_";

/// Why the policies of a role cannot be changed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// It is service-linked: its service made it and keeps it.
    ServiceLinked,
    /// IAM Identity Center made it of a permission set, and would make it so again.
    PermissionSet,
}

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

    /// Why its policies cannot be changed by hand, as far as its name and ARN tell.
    ///
    /// ```
    /// use iam_refine::policies::{Locked, PolicyOwner};
    /// let lock = |role| {
    ///     let arn = format!("arn:aws:iam::123456789012:role/{role}");
    ///     PolicyOwner::from_arn(&arn).unwrap().locked()
    /// };
    /// let service_linked = "aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    /// assert_eq!(lock(service_linked), Some(Locked::ServiceLinked));
    /// let made = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef";
    /// assert_eq!(lock(made), Some(Locked::PermissionSet));
    /// assert_eq!(lock("app/MyRole"), None);
    /// ```
    pub fn locked(&self) -> Option<Locked> {
        let arn = self.arn.as_ref().map_or("", Arn::as_str);
        if arn.contains(":role/aws-service-role/") {
            Some(Locked::ServiceLinked)
        } else if self.kind == Owner::Role && self.name.as_str().starts_with(OF_PERMISSION_SET) {
            Some(Locked::PermissionSet)
        } else {
            None
        }
    }

    /// The name of the permission set that IAM Identity Center made this role of:
    /// `AWSReservedSSO_NAME_` and 16 hexadecimal digits.
    ///
    /// ```
    /// use iam_refine::policies::PolicyOwner;
    /// let arn = "arn:aws:iam::123456789012:role/AWSReservedSSO_Read_Only_0123456789abcdef";
    /// let role = PolicyOwner::from_arn(arn).unwrap();
    /// assert_eq!(role.permission_set().unwrap().as_str(), "Read_Only");
    /// ```
    pub fn permission_set(&self) -> Option<PrincipalName> {
        if self.locked() != Some(Locked::PermissionSet) {
            return None;
        }
        let made_of = self.name.as_str().strip_prefix(OF_PERMISSION_SET)?;
        let (name, digits) = made_of.rsplit_once('_')?;
        let is_made = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        PrincipalName::parse(name).filter(|_| is_made)
    }

    /// Whether both are made of one permission set, in accounts that may differ.
    pub fn shares_permission_set(&self, other: &PolicyOwner) -> bool {
        let own_set = self.permission_set();
        own_set.is_some() && own_set == other.permission_set()
    }

    /// Whether both may be the same, as far as it is known. AWS has no two names that differ in
    /// case alone.
    pub fn may_be(&self, other: &PolicyOwner) -> bool {
        let same_arn = match (&self.arn, &other.arn) {
            (Some(own_arn), Some(other_arn)) => {
                own_arn.as_str().eq_ignore_ascii_case(other_arn.as_str())
            }
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

/// The id of a role, user or group, in a member that may be absent.
pub(super) fn principal_id(
    fields: &mut Fields<'_>,
    object: &Json,
    key: &str,
) -> Option<PrincipalId> {
    let found = PrincipalId::parse(fields.text(object, key)?);
    let help = "an id has letters and digits alone; give the file as it was printed";
    must_be(fields, object, key, ("id of IAM", help), found)
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
        let my_role = role("arn:aws:iam::123456789012:role/MyRole");
        assert!(my_role.may_be(&role("arn:aws:iam::123456789012:role/myrole")));
        assert!(!my_role.may_be(&role("arn:aws:iam::210987654321:role/MyRole")));
        assert!(!my_role.may_be(&role("arn:aws:iam::123456789012:user/MyRole")));
        let unknown = PolicyOwner {
            arn: None,
            ..role("arn:aws:iam::210987654321:role/MyRole")
        };
        assert!(my_role.may_be(&unknown) && unknown.may_be(&my_role));
    }
}
