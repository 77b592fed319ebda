//! What AWS calls its policies and those who have them. Each is parsed, so that a command made of
//! them is one that AWS can be given.

use std::fmt;

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. Only the resource may have anything but letters,
/// digits and hyphens: IAM allows every visible character in a path.
///
/// ```
/// use iam_refine::iam::Arn;
/// let arn = Arn::parse("arn:aws-cn:iam::123456789012:role/app/MyRole").unwrap();
/// assert_eq!(arn.partition(), "aws-cn");
/// assert_eq!(arn.account().unwrap().as_str(), "123456789012");
/// assert_eq!(arn.name(), "MyRole");
/// assert_eq!(Arn::parse("MyRole"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arn(String);

impl Arn {
    /// Reads an ARN; none when `text` is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let is_plain =
            |part: &str| (part.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_arn = parts.next() == Some("arn")
            && parts.by_ref().take(4).all(is_plain)
            && parts.next().is_some_and(|resource| {
                !resource.is_empty() && resource.bytes().all(|byte| byte.is_ascii_graphic())
            });
        is_arn.then(|| Arn(text.to_owned()))
    }

    /// The ARN of a managed policy of an account.
    pub fn of_policy(partition: &str, account: &AccountId, name: &PolicyName) -> Self {
        Arn(format!("arn:{partition}:iam::{account}:policy/{name}"))
    }

    /// The whole ARN, as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition of AWS that it is in: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// The account it belongs to; `aws` for AWS's own policies, none where none is named.
    pub fn account(&self) -> Option<AccountId> {
        AccountId::parse(self.part(4))
    }

    /// Its last part: of a policy or a principal its name, without a path.
    pub fn name(&self) -> &str {
        let resource = self.0.rsplit(['/', ':']).next();
        resource.unwrap_or_default()
    }

    /// Whether it is that of a role or a user, as its resource tells: `role/MyRole`.
    pub fn is_of_role_or_user(&self) -> bool {
        let kind = self.part(5).split('/').next();
        kind == Some("role") || kind == Some("user")
    }

    fn part(&self, place: usize) -> &str {
        self.0.split(':').nth(place).unwrap_or_default()
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is parsed by a rule.
macro_rules! parsed {
    ($(#[$doc:meta])* $name:ident, $is_one:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Reads one; none when `text` is none.
            pub fn parse(text: &str) -> Option<Self> {
                $is_one(text).then(|| Self(text.to_owned()))
            }

            /// The text as it was parsed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

parsed!(
    /// The name of a policy: up to 128 letters, digits and `_+=,.@-`.
    PolicyName,
    is_name
);

impl PolicyName {
    /// The name of a policy that takes the place of this one: the first, second, third try.
    ///
    /// ```
    /// use iam_refine::iam::PolicyName;
    /// let name = PolicyName::parse("ReadOnlyAccess").unwrap();
    /// assert_eq!(name.successor(1).as_str(), "ReadOnlyAccess-refined");
    /// assert_eq!(name.successor(2).as_str(), "ReadOnlyAccess-refined-2");
    /// ```
    #[must_use]
    pub fn successor(&self, number: usize) -> Self {
        let ending = match number {
            0 | 1 => "-refined".to_owned(),
            number => format!("-refined-{number}"),
        };
        let room = LONGEST_NAME.saturating_sub(ending.len());
        let name: String = self.0.chars().take(room).collect();
        PolicyName(name + &ending)
    }
}

parsed!(
    /// The name of a role, user or group, without a path.
    PrincipalName,
    is_name
);

parsed!(
    /// What AWS calls a role, user or group for good: of two that have a name one after the other each
    /// has its own.
    PrincipalId,
    is_principal_id
);

parsed!(
    /// The version of a managed policy: `v3`.
    VersionId,
    is_version
);

parsed!(
    /// The number of an account, or `aws`.
    AccountId,
    is_account
);

/// What IAM allows for a name, in characters.
const LONGEST_NAME: usize = 128;

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && (text.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// `AROA` and more capitals and digits, as far as AWS promises anything.
fn is_principal_id(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && (text.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `v` and a number; IAM allows more after a dot.
fn is_version(text: &str) -> bool {
    let Some((number, more)) = text
        .strip_prefix('v')
        .map(|id| id.split_once('.').unwrap_or((id, "")))
    else {
        return false;
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !number.is_empty() && is_number(number) && more.bytes().all(is_plain)
}

fn is_account(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::{Arn, PolicyName, VersionId};

    #[test]
    fn a_name_has_up_to_128_letters_that_need_no_quotes() {
        let is_name = |text: &str| PolicyName::parse(text).is_some();
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
            assert!(Arn::parse(arn).is_some(), "{arn}");
        }
        for text in [
            "arn:",
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:",
            "arn:aws:iam::$(reboot):role/MyRole",
            "arn:'aws':iam::123456789012:role/MyRole",
            "arn:aws:iam::123456789012:role/My Role",
        ] {
            assert!(Arn::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_version_is_a_letter_and_a_number() {
        for version in ["v1", "v12", "v3.a-B"] {
            assert!(VersionId::parse(version).is_some(), "{version}");
        }
        for text in ["", "v", "3", "v3`", "v3\"", "latest"] {
            assert!(VersionId::parse(text).is_none(), "{text}");
        }
    }
}
