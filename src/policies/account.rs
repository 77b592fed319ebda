//! What `aws iam get-account-authorization-details` prints: all principals of an account, all
//! policies, and who is attached to which.
//!
//! ```json
//! {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [
//!    {"RoleName": "MyRole", "Arn": "arn:aws:iam::123456789012:role/MyRole",
//!     "RolePolicyList": [{"PolicyName": "Mine", "PolicyDocument": {"Statement": []}}],
//!     "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::123456789012:policy/Shared"}]}],
//!  "Policies": [{"Arn": "arn:aws:iam::123456789012:policy/Shared", "DefaultVersionId": "v2",
//!     "PolicyVersionList": [{"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": []}}]}]}
//! ```

use std::sync::Arc;

use super::answer::{inline_of, managed_version};
use super::embedded::in_file;
use super::owner::{arn, policy_name, principal_name};
use super::{LoadedPolicy, Locked, Origin, PolicyOwner};
use crate::findings::More;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PrincipalName};
use crate::text::{AS_PRINTED, Fields, Json, Problems, Source};

/// The principals of an account and its policies.
#[derive(Clone, Debug)]
pub struct Account {
    /// The roles, users and groups, in the order of the file.
    pub principals: Vec<AccountPrincipal>,
    /// The managed policies in their default versions, AWS's own among them where they are
    /// attached.
    pub managed: Vec<ManagedPolicy>,
}

/// A role, user or group.
#[derive(Clone, Debug)]
pub struct AccountPrincipal {
    /// The role, user or group.
    pub owner: PolicyOwner,
    /// The policies that are embedded in it.
    pub inline: Vec<Arc<LoadedPolicy>>,
    /// The ARNs of the managed policies that are attached to it.
    pub attached: Vec<Arn>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<Arn>,
    /// The groups that a user is a member of.
    pub groups: Vec<PrincipalName>,
    /// Why its policies cannot be changed by hand, if so.
    pub locked: Option<Locked>,
}

/// A managed policy of an account.
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    /// Its default version, the one that is in force.
    pub policy: Arc<LoadedPolicy>,
    /// How many principals it is attached to, as AWS counts them.
    pub attachments: Option<u64>,
    /// How many principals it is the permissions boundary of.
    pub boundary_uses: Option<u64>,
}

impl Account {
    /// Reads the policies and principals of an account.
    ///
    /// # Errors
    /// All that is wrong with the file or any policy in it. A file that is cut short: an
    /// attachment that it does not show would lose what it needs.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        let mut fields = Fields::new(source);
        if More::read(&mut fields, json).is_some() {
            let problem = source.error("this is cut short: more principals or policies follow");
            fields.wrong_with(problem.help(
                "fetch all of it, without --max-items and --no-paginate: \
                 aws iam get-account-authorization-details",
            ));
        }
        let mut account = Account {
            principals: Vec::new(),
            managed: Vec::new(),
        };
        for keys in &KEYS {
            for detail in fields.list(json, keys.list).unwrap_or_default() {
                account
                    .principals
                    .extend(principal(&mut fields, detail, keys));
            }
        }
        for detail in fields.list(json, "Policies").unwrap_or_default() {
            account.managed.extend(managed(&mut fields, detail));
        }
        fields.finish()?;
        Ok(account)
    }
}

/// What the keys of one kind of principal are called.
struct Keys {
    kind: Owner,
    list: &'static str,
    name: &'static str,
    inline: &'static str,
}

const KEYS: [Keys; 3] = [
    Keys {
        kind: Owner::Role,
        list: "RoleDetailList",
        name: "RoleName",
        inline: "RolePolicyList",
    },
    Keys {
        kind: Owner::User,
        list: "UserDetailList",
        name: "UserName",
        inline: "UserPolicyList",
    },
    Keys {
        kind: Owner::Group,
        list: "GroupDetailList",
        name: "GroupName",
        inline: "GroupPolicyList",
    },
];

fn principal(fields: &mut Fields<'_>, detail: &Json, keys: &Keys) -> Option<AccountPrincipal> {
    let arn = arn(fields, detail, "Arn");
    if detail.get(keys.name).is_none() {
        let message = format!("this {} has no \"{}\"", keys.kind.as_str(), keys.name);
        fields.wrong(detail, message, AS_PRINTED);
    }
    let name = principal_name(fields, detail, keys.name)?;
    let owner = PolicyOwner {
        kind: keys.kind,
        name,
        arn,
    };
    let inline = fields.list(detail, keys.inline).unwrap_or_default();
    let inline = inline.iter();
    let inline = inline.filter_map(|policy| inline_of(fields, policy, Some(owner.clone())));
    let inline = inline.map(Arc::new).collect();
    let boundary = detail.get("PermissionsBoundary");
    Some(AccountPrincipal {
        inline,
        attached: attached(fields, detail),
        boundary: boundary.and_then(|told| self::arn(fields, told, "PermissionsBoundaryArn")),
        groups: groups(fields, detail),
        locked: locked(fields, detail, &owner),
        owner,
    })
}

fn attached(fields: &mut Fields<'_>, detail: &Json) -> Vec<Arn> {
    let attached = fields.list(detail, "AttachedManagedPolicies");
    let mut arns = Vec::new();
    for policy in attached.unwrap_or_default() {
        match arn(fields, policy, "PolicyArn") {
            Some(arn) => arns.push(arn),
            None => fields.wrong(policy, "this attached policy has no ARN", AS_PRINTED),
        }
    }
    arns
}

fn groups(fields: &mut Fields<'_>, detail: &Json) -> Vec<PrincipalName> {
    let groups = fields.list(detail, "GroupList").unwrap_or_default();
    let mut names = Vec::new();
    for group in groups {
        match group.as_str().and_then(PrincipalName::parse) {
            Some(name) => names.push(name),
            None => fields.wrong(group, "this is no name of a group", AS_PRINTED),
        }
    }
    names
}

fn locked(fields: &mut Fields<'_>, detail: &Json, owner: &PolicyOwner) -> Option<Locked> {
    let path = fields.text(detail, "Path").unwrap_or_default();
    if path.starts_with("/aws-service-role/") {
        Some(Locked::ServiceLinked)
    } else {
        owner.locked()
    }
}

fn managed(fields: &mut Fields<'_>, detail: &Json) -> Option<ManagedPolicy> {
    let policy_arn = arn(fields, detail, "Arn");
    let name = policy_name(fields, detail, "PolicyName");
    let default = fields.text(detail, "DefaultVersionId");
    let versions = fields.list(detail, "PolicyVersionList").unwrap_or_default();
    let is_default = |version: &&Json| {
        let told = version.get("IsDefaultVersion").and_then(Json::as_bool);
        let id = version.get("VersionId").and_then(Json::as_str);
        told.unwrap_or(id.is_some() && id == default)
    };
    let (Some(_), Some(version)) = (&policy_arn, versions.iter().find(is_default)) else {
        let message = "this managed policy has no ARN, or not its default version";
        fields.wrong(detail, message, AS_PRINTED);
        return None;
    };
    let called = in_file(fields.source, name.as_ref());
    let policy = managed_version(fields, version, &called)?;
    let changed_at = fields
        .time(detail, "UpdateDate")
        .max(policy.origin.changed_at);
    Some(ManagedPolicy {
        attachments: fields.count(detail, "AttachmentCount"),
        boundary_uses: fields.count(detail, "PermissionsBoundaryUsageCount"),
        policy: Arc::new(LoadedPolicy {
            origin: Origin {
                arn: policy_arn,
                name,
                changed_at,
                ..policy.origin
            },
            ..policy
        }),
    })
}
