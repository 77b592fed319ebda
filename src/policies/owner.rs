//! Whose a policy is.

use std::fmt;

use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, PrincipalName};
use crate::text::{Fields, Json, quoted};

/// The role, user or group that a policy is embedded in, or was fetched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOwner {
    /// Whether it is a role, a user or a group.
    pub kind: Owner,
    /// Its name, without a path.
    pub name: String,
    /// Its ARN, where the inputs name it.
    pub arn: Option<String>,
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
        let name = name.rsplit('/').next()?;
        (Arn::parse(arn).is_some() && PrincipalName::parse(name).is_some()).then(|| PolicyOwner {
            kind,
            name: name.to_owned(),
            arn: Some(arn.to_owned()),
        })
    }

    /// Whether both may be the same, as far as it is known. AWS has no two names that differ in
    /// case alone.
    pub fn may_be(&self, other: &PolicyOwner) -> bool {
        let same_arn = match (&self.arn, &other.arn) {
            (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
            _ => true,
        };
        self.kind == other.kind && self.name.eq_ignore_ascii_case(&other.name) && same_arn
    }
}

impl fmt::Display for PolicyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.name)
    }
}

/// The name of a policy or principal in a member that may be absent. People paste the commands
/// that we print, so a name is one that IAM allows or is refused.
pub(super) fn name(fields: &mut Fields<'_>, object: &Json, key: &str) -> Option<String> {
    let text = fields.text(object, key)?;
    if PolicyName::parse(text).is_none() {
        let message = format!("{} is no name that IAM allows", quoted(text));
        let place = object.get(key).unwrap_or(object);
        let help = "a name has letters, digits and _+=,.@- alone; give the file as it was printed";
        fields.wrong(place, message, help);
        return None;
    }
    Some(text.to_owned())
}

/// The ARN in a member that may be absent.
pub(super) fn arn(fields: &mut Fields<'_>, object: &Json, key: &str) -> Option<String> {
    let text = fields.text(object, key)?;
    if Arn::parse(text).is_none() {
        let message = format!("{} is no ARN", quoted(text));
        let place = object.get(key).unwrap_or(object);
        let help = "an ARN is written as in arn:aws:iam::123456789012:policy/MyPolicy";
        fields.wrong(place, message, help);
        return None;
    }
    Some(text.to_owned())
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
