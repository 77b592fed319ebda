//! Who else has a managed policy: a new version of it changes what each of them may do.
//!
//! `aws iam list-entities-for-policy` names them, those of whom it is the permissions boundary among
//! them; `aws iam get-policy` counts them.
//!
//! ```json
//! {"PolicyGroups": [], "PolicyUsers": [], "IsTruncated": false,
//!  "PolicyRoles": [{"RoleName": "MyRole", "RoleId": "AROAEXAMPLEID00000001"}]}
//! {"Policy": {"PolicyName": "Mine", "Arn": "arn:aws:iam::123456789012:policy/Mine",
//!     "DefaultVersionId": "v3", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0}}
//! ```

use std::fmt;

use super::PolicyOwner;
use super::owner::{arn, policy_name, principal_name, version};
use crate::findings::More;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, VersionId};
use crate::text::{AS_PRINTED, Fields, Json, Problems, Source};

/// Who has a managed policy beside the one whose policies are reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherHolders {
    /// The other roles, users and groups, as far as they are named; the roles first.
    pub named: Vec<PolicyOwner>,
    /// Whether it is the permissions boundary of anybody, the reviewed one among them.
    pub is_boundary: bool,
    /// How many more have it that are not named; none where nobody knows.
    pub unnamed: Option<u64>,
}

/// What `aws iam get-policy` tells of a managed policy: all but what it grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDetail {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: PolicyName,
    /// The version that is in force.
    pub default_version: VersionId,
    /// To how many it is attached, as AWS counts them.
    pub attachments: Option<u64>,
    /// Of how many it is the permissions boundary, as AWS counts them.
    pub boundary_uses: Option<u64>,
}

impl OtherHolders {
    /// Reads who has a policy beside the `reviewed` one, from the answer that names them and from what
    /// AWS counts. Where neither is there, or one tells of more than are named, others may have it.
    ///
    /// ```
    /// use iam_refine::policies::{OtherHolders, PolicyOwner};
    /// use iam_refine::text::{Json, Source};
    /// let text = r#"{"PolicyGroups": [], "PolicyUsers": [], "IsTruncated": false,
    ///     "PolicyRoles": [{"RoleName": "MyRole"}, {"RoleName": "Other"}]}"#;
    /// let source = Source::from_text("list-entities-for-policy.json", text);
    /// let reviewed = PolicyOwner::from_arn("arn:aws:iam::123456789012:role/MyRole").unwrap();
    /// let json = Json::parse(&source)?;
    /// let others = OtherHolders::read(Some((&source, &json)), None, &reviewed)?;
    /// assert!(others.are_any());
    /// assert_eq!(others.to_string(), "shared with role Other");
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    ///
    /// # Errors
    /// All that is wrong with the answer that names them.
    pub fn read(
        entities: Option<(&Source, &Json)>,
        detail: Option<&PolicyDetail>,
        reviewed: &PolicyOwner,
    ) -> Result<Self, Problems> {
        let attachments = detail.and_then(|detail| detail.attachments);
        let boundary_uses = detail.and_then(|detail| detail.boundary_uses);
        let is_boundary = boundary_uses.is_some_and(|count| count > 0);
        let Some((source, json)) = entities else {
            return Ok(OtherHolders {
                named: Vec::new(),
                is_boundary,
                // One of those that AWS counts is the reviewed one.
                unnamed: boundary_uses
                    .and(attachments)
                    .map(|count| count.saturating_sub(1)),
            });
        };
        let (mut named, more) = entities_of(source, json)?;
        let counted = attachments.max(boundary_uses).unwrap_or(0);
        let unnamed = counted.saturating_sub(named.len() as u64);
        named.retain(|owner| !reviewed.may_be(owner));
        Ok(OtherHolders {
            named,
            is_boundary,
            unnamed: more.is_none().then_some(unnamed),
        })
    }

    /// Whether anybody else has it, or may have it: then it is not changed for the reviewed one alone.
    pub fn are_any(&self) -> bool {
        !self.named.is_empty() || self.is_boundary || self.unnamed != Some(0)
    }
}

/// `shared with role Other and 2 more`: to be read after what the policy is called, and "is".
impl fmt::Display for OtherHolders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more =
            (self.named.len().saturating_sub(1) as u64).saturating_add(self.unnamed.unwrap_or(0));
        match (self.named.first(), self.unnamed) {
            (None, Some(0)) if self.is_boundary => return f.write_str("a permissions boundary"),
            (None, Some(0)) => return f.write_str("shared with nobody"),
            (None, Some(1)) => f.write_str("shared with 1 other"),
            (None, Some(unnamed)) => write!(f, "shared with {unnamed} others"),
            (None, None) => f.write_str("perhaps shared with others"),
            (Some(first), _) if more == 0 => write!(f, "shared with {first}"),
            (Some(first), _) => write!(f, "shared with {first} and {more} more"),
        }?;
        if self.unnamed.is_none() && !self.named.is_empty() {
            f.write_str(", and perhaps with others")?;
        }
        if self.is_boundary {
            f.write_str(", and a permissions boundary")?;
        }
        Ok(())
    }
}

/// The keys of the answers that are read.
const KEYS: [&str; 14] = [
    "PolicyRoles",
    "PolicyUsers",
    "PolicyGroups",
    "RoleName",
    "UserName",
    "GroupName",
    "IsTruncated",
    "Marker",
    "Policy",
    "PolicyName",
    "Arn",
    "DefaultVersionId",
    "AttachmentCount",
    "PermissionsBoundaryUsageCount",
];

/// All who are named, and whether more follow.
fn entities_of(source: &Source, json: &Json) -> Result<(Vec<PolicyOwner>, Option<More>), Problems> {
    let json = &json.respelled(source, &KEYS)?;
    let mut fields = Fields::new(source);
    let more = More::read(&mut fields, json);
    let mut named = Vec::new();
    for (list, key, kind) in [
        ("PolicyRoles", "RoleName", Owner::Role),
        ("PolicyUsers", "UserName", Owner::User),
        ("PolicyGroups", "GroupName", Owner::Group),
    ] {
        if json.get(list).is_none_or(Json::is_null) {
            let message = format!("this does not tell who has the policy: no \"{list}\"");
            fields.wrong(json, message, AS_PRINTED);
        }
        for entity in fields.list(json, list).unwrap_or_default() {
            let name = principal_name(&mut fields, entity, key);
            if entity.get(key).is_none_or(Json::is_null) {
                let message = format!("this {} has no \"{key}\"", kind.as_str());
                fields.wrong(entity, message, AS_PRINTED);
            }
            named.extend(name.map(|name| PolicyOwner {
                kind,
                name,
                arn: None,
            }));
        }
    }
    fields.finish()?;
    Ok((named, more))
}

impl PolicyDetail {
    /// Reads what `aws iam get-policy` prints.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        let json = json.respelled(source, &KEYS)?;
        let policy = json.get("Policy").unwrap_or(&json);
        let mut fields = Fields::new(source);
        for key in ["Arn", "PolicyName", "DefaultVersionId"] {
            if policy.get(key).is_none_or(Json::is_null) {
                fields.wrong(policy, format!("this policy has no \"{key}\""), AS_PRINTED);
            }
        }
        let arn = arn(&mut fields, policy, "Arn");
        let name = policy_name(&mut fields, policy, "PolicyName");
        let default_version = version(&mut fields, policy, "DefaultVersionId");
        let attachments = fields.count(policy, "AttachmentCount");
        let boundary_uses = fields.count(policy, "PermissionsBoundaryUsageCount");
        fields.finish()?;
        let (Some(arn), Some(name), Some(default_version)) = (arn, name, default_version) else {
            return Err(source.error("this tells of no managed policy").into());
        };
        Ok(PolicyDetail {
            arn,
            name,
            default_version,
            attachments,
            boundary_uses,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reviewed() -> PolicyOwner {
        PolicyOwner::from_arn("arn:aws:iam::123456789012:role/app/MyRole").unwrap()
    }

    fn with_source<T>(
        text: &str,
        read: impl Fn(&Source, &Json) -> Result<T, Problems>,
    ) -> Result<T, Problems> {
        let source = Source::from_text("answer.json", text);
        read(&source, &Json::parse(&source)?)
    }

    fn detail(attachments: Option<u64>, boundary_uses: Option<u64>) -> PolicyDetail {
        let read = with_source(
            r#"{"Policy": {"Arn": "arn:aws:iam::123456789012:policy/P", "PolicyName": "P",
                "DefaultVersionId": "v3", "AttachmentCount": 7}}"#,
            PolicyDetail::read,
        );
        let read = read.unwrap();
        assert_eq!((read.attachments, read.boundary_uses), (Some(7), None));
        PolicyDetail {
            attachments,
            boundary_uses,
            ..read
        }
    }

    fn entities(text: &str, detail: Option<&PolicyDetail>) -> Result<String, Problems> {
        with_source(text, |source, json| {
            let others = OtherHolders::read(Some((source, json)), detail, &reviewed())?;
            assert_eq!(others.are_any(), others.to_string() != "shared with nobody");
            Ok(others.to_string())
        })
    }

    const ALONE: &str =
        r#"{"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": [{"RoleName": "myrole"}]}"#;

    const TWO_MORE: &str = r#"{"PolicyGroups": [{"GroupName": "Ops", "GroupId": "AGPAEXAMPLE"}],
        "PolicyUsers": [{"UserName": "MyRole"}], "PolicyRoles": [{"RoleName": "MyRole"}],
        "IsTruncated": false}"#;

    #[test]
    fn whoever_is_named_beside_the_reviewed_one_has_it_too() {
        assert_eq!(entities(ALONE, None).unwrap(), "shared with nobody");
        // Names of users are not those of roles.
        let two = "shared with user MyRole and 1 more";
        assert_eq!(entities(TWO_MORE, None).unwrap(), two);
        assert_eq!(
            entities(TWO_MORE, Some(&detail(Some(3), Some(0)))).unwrap(),
            two
        );
        // Another SDK's spelling.
        let other = TWO_MORE
            .replace("PolicyGroups", "policy_groups")
            .replace("UserName", "userName");
        assert_eq!(entities(&other, None).unwrap(), two);
    }

    #[test]
    fn a_list_that_is_short_is_not_whole() {
        let cut = TWO_MORE.replace("false", "true");
        let and_perhaps = "shared with user MyRole and 1 more, and perhaps with others";
        assert_eq!(entities(&cut, None).unwrap(), and_perhaps);
        let token = ALONE.replacen('{', r#"{"NextToken": "abc", "#, 1);
        assert_eq!(
            entities(&token, None).unwrap(),
            "perhaps shared with others"
        );
        let counted = |attachments, boundary_uses| {
            entities(TWO_MORE, Some(&detail(Some(attachments), boundary_uses))).unwrap()
        };
        assert_eq!(counted(5, Some(0)), "shared with user MyRole and 3 more");
        assert_eq!(counted(0, None), "shared with user MyRole and 1 more");
        let boundary = "shared with user MyRole and 1 more, and a permissions boundary";
        assert_eq!(counted(2, Some(1)), boundary);
        let most = format!("shared with user MyRole and {} more", u64::MAX - 2);
        assert_eq!(counted(u64::MAX, Some(0)), most);
    }

    #[test]
    fn without_the_list_the_counts_decide() {
        let counted = |attachments, boundary_uses| {
            let detail = detail(attachments, boundary_uses);
            OtherHolders::read(None, Some(&detail), &reviewed())
                .unwrap()
                .to_string()
        };
        assert_eq!(counted(Some(1), Some(0)), "shared with nobody");
        assert_eq!(counted(Some(2), Some(0)), "shared with 1 other");
        assert_eq!(counted(Some(3), Some(0)), "shared with 2 others");
        assert_eq!(counted(Some(1), Some(1)), "a permissions boundary");
        for (attachments, boundary_uses) in [(Some(1), None), (None, Some(0)), (None, None)] {
            assert_eq!(
                counted(attachments, boundary_uses),
                "perhaps shared with others"
            );
        }
        let nothing = OtherHolders::read(None, None, &reviewed()).unwrap();
        assert!(nothing.are_any());
    }

    #[test]
    fn nobody_is_lost_in_an_answer_that_cannot_be_read() {
        let of_roles = |roles: &str| {
            format!(r#"{{"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": {roles}}}"#)
        };
        for (text, message) in [
            (
                "{}".to_owned(),
                "this does not tell who has the policy: no \"PolicyRoles\"",
            ),
            ("[]".to_owned(), "no \"PolicyRoles\""),
            (of_roles("null"), "no \"PolicyRoles\""),
            (of_roles("{}"), "must be a list"),
            (of_roles("[null]"), "this role has no \"RoleName\""),
            (
                of_roles(r#"[{"RoleName": null}]"#),
                "this role has no \"RoleName\"",
            ),
            (
                of_roles(r#"[{"UserName": "Ann"}]"#),
                "this role has no \"RoleName\"",
            ),
            (of_roles(r#"[{"RoleName": 7}]"#), "must be a string"),
            (
                of_roles(r#"[{"RoleName": "a; reboot"}]"#),
                "is no name that IAM allows",
            ),
            (
                of_roles(r#"[{"RoleName": "\u001b[2J"}]"#),
                "is no name that IAM allows",
            ),
            (
                of_roles(r#"[{"RoleName": "A", "role_name": "B"}]"#),
                "role_name",
            ),
            (of_roles(r#"[], "policyRoles": []"#), "policyRoles"),
        ] {
            let problems = entities(&text, None).unwrap_err().to_string();
            assert!(problems.contains(message), "{text}: {problems}");
            assert!(!problems.contains('\u{1b}'));
        }
    }

    #[test]
    fn a_policy_is_told_by_names_that_aws_allows() {
        let of = |rest: &str| {
            let text =
                format!(r#"{{"Policy": {{"PolicyName": "P", "DefaultVersionId": "v3", {rest}}}}}"#);
            with_source(&text, PolicyDetail::read)
        };
        let arn = r#""Arn": "arn:aws:iam::123456789012:policy/P""#;
        assert!(of(arn).is_ok());
        for (rest, message) in [
            (r#""Path": "/""#.to_owned(), "this policy has no \"Arn\""),
            (
                r#""Arn": "arn:aws:iam::1:policy/P; reboot""#.to_owned(),
                "is no ARN",
            ),
            (
                format!(r#"{arn}, "AttachmentCount": -1"#),
                "must be a whole number",
            ),
            (
                format!(r#"{arn}, "AttachmentCount": "1""#),
                "must be a whole number",
            ),
            (
                format!(r#"{arn}, "PermissionsBoundaryUsageCount": []"#),
                "must be a whole number",
            ),
        ] {
            let problems = of(&rest).unwrap_err().to_string();
            assert!(problems.contains(message), "{rest}: {problems}");
        }
    }
}
