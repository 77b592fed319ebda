//! Whose a policy is.

use std::fmt;

use crate::iam::quota::Owner;
use crate::text::{Fields, Json, quoted};

/// The role, user or group that a policy is embedded in, or was fetched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOwner {
    /// What it is.
    pub kind: Owner,
    /// Its name, without a path.
    pub name: String,
    /// Its ARN, when it is told.
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
        (is_arn(arn) && is_name(name)).then(|| PolicyOwner {
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
    if !is_name(text) {
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
    if !is_arn(text) {
        let message = format!("{} is no ARN", quoted(text));
        let place = object.get(key).unwrap_or(object);
        let help = "an ARN is written as in arn:aws:iam::123456789012:policy/MyPolicy";
        fields.wrong(place, message, help);
        return None;
    }
    Some(text.to_owned())
}

pub(super) fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && (text.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. Only the resource may have anything but letters,
/// digits and hyphens: IAM allows every visible character in a path.
pub(super) fn is_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let is_plain =
        |part: &str| (part.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    parts.next() == Some("arn")
        && parts.by_ref().take(4).all(is_plain)
        && parts.next().is_some_and(|resource| {
            !resource.is_empty() && resource.bytes().all(|byte| byte.is_ascii_graphic())
        })
}

#[cfg(test)]
mod tests {
    use super::{PolicyOwner, is_arn, is_name};

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

    #[test]
    fn a_name_has_up_to_128_letters_that_need_no_quotes() {
        assert!(is_name("-My_Role+=,.@") && is_name(&"a".repeat(128)));
        for name in ["", "My Role", "$(reboot)", "Rôle", &"a".repeat(129)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn an_arn_has_six_parts_and_only_the_last_one_anything_special() {
        for arn in [
            "arn:aws:iam::123456789012:role/it's/MyRole",
            "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:s3:::bucket:with:colons",
        ] {
            assert!(is_arn(arn), "{arn}");
        }
        for text in [
            "arn:",
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:",
            "arn:aws:iam::$(reboot):role/MyRole",
            "arn:'aws':iam::123456789012:role/MyRole",
            "arn:aws:iam::123456789012:role/My Role",
        ] {
            assert!(!is_arn(text), "{text}");
        }
    }
}
