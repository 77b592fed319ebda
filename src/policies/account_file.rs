//! What `aws iam get-account-authorization-details` prints, read as an [`Account`].
//!
//! ```json
//! {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [
//!    {"RoleName": "MyRole", "Arn": "arn:aws:iam::123456789012:role/MyRole",
//!     "RolePolicyList": [{"PolicyName": "Mine", "PolicyDocument": {"Statement": []}}],
//!     "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::123456789012:policy/Shared"}]}],
//!  "Policies": [{"Arn": "arn:aws:iam::123456789012:policy/Shared", "DefaultVersionId": "v2",
//!     "PolicyVersionList": [{"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": []}}]}]}
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::{
    Account, AccountPrincipal, BoundaryUses, ManagedPolicy, PrincipalDates, UnreadablePolicy,
};
use super::answer::{inline_of, managed_version};
use super::embedded::in_file;
use super::owner::{arn, policy_name, principal_id, principal_name};
use super::{LoadedPolicy, Locked, Origin, PolicyOwner};
use crate::findings::More;
use crate::iam::quota::{self, Owner};
use crate::iam::{Arn, PrincipalName};
use crate::text::{
    AS_PRINTED, Fields, Json, Problem, Problems, Source, Untrusted, counted, some_of,
};

impl Account {
    /// Reads the policies and principals of an account. A policy that cannot be read costs itself
    /// alone; the notes name it.
    ///
    /// # Errors
    /// All that is wrong with the file, or with what it tells of its principals: a holder that is
    /// not seen would lose what it needs. For that reason also a file that is cut short.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        let json = &json.respelled(source, &READ)?;
        let mut fields = Fields::new(source);
        if More::read(&mut fields, json).is_some() {
            let problem = source.error("this is cut short: more principals or policies follow");
            fields.wrong_with(problem.help(
                "fetch all of it, without --max-items and --no-paginate: \
                 aws iam get-account-authorization-details --output json",
            ));
        }
        let mut account = Account::empty(source.name().clone());
        for keys in &KEYS {
            for detail in fields.list(json, keys.list).unwrap_or_default() {
                account.add_principal(&mut fields, detail, keys);
            }
        }
        let details = fields.list(json, "Policies").unwrap_or_default();
        let shows_boundaries = ["RoleDetailList", "UserDetailList"]
            .iter()
            .all(|key| json.get(key).is_some_and(|list| list.as_array().is_some()));
        account.add_managed(source, details, shows_boundaries);
        fields.finish()?;
        let unreadable = account.unreadable.iter();
        let warnings: Vec<Problem> = unreadable.flat_map(UnreadablePolicy::warnings).collect();
        account.notes.extend(warnings);
        account.notes.extend(account.uncounted_boundaries(source));
        account.notes.extend(account.made_by_stacks(source));
        Ok(account)
    }

    /// Adds a role, user or group with its inline policies.
    fn add_principal(&mut self, fields: &mut Fields<'_>, detail: &Json, keys: &Keys) {
        let Some(mut principal) = principal(fields, detail, keys) else {
            return;
        };
        let policies = fields.list(detail, keys.inline).unwrap_or_default();
        let named = |policy: &Json| {
            policy
                .get("PolicyName")
                .and_then(Json::as_str)
                .map(str::to_owned)
        };
        let twice = Twice::among(policies.iter().map(named));
        for policy in policies {
            let name = named(policy);
            let read = twice.refuse(fields.source, policy, name.as_deref(), "name");
            let read = read.and_then(|()| {
                let mut fields = Fields::new(fields.source);
                let read = inline_of(&mut fields, policy, Some(principal.owner.clone()));
                let source = fields.source;
                fields.finish()?;
                read.ok_or_else(|| at(source, policy, "this holds no policy").into())
            });
            match read {
                Ok(read) => principal.inline.push(Arc::new(read)),
                Err(problems) => self.unreadable.push(UnreadablePolicy {
                    name: called(name.as_deref(), Some(&principal.owner)).into(),
                    arn: None,
                    embedded_in: Some(self.principals.len()),
                    size: size_of(fields.source, policy.get("PolicyDocument")),
                    problems,
                }),
            }
        }
        self.add(principal);
    }

    /// Adds the managed policies.
    fn add_managed(&mut self, source: &Source, details: &[Json], shows_boundaries: bool) {
        let arn_of = |detail: &Json| detail.get("Arn").and_then(Json::as_str).map(str::to_owned);
        let twice = Twice::among(details.iter().map(arn_of));
        for detail in details {
            let arn = arn_of(detail);
            let read = twice.refuse(source, detail, arn.as_deref(), "ARN");
            let read = read.and_then(|()| managed(source, detail, shows_boundaries));
            match read {
                Ok(read) => self.managed.push(read),
                Err(problems) => {
                    let own_name = detail.get("PolicyName").and_then(Json::as_str);
                    let of_arn = arn.as_deref().and_then(|arn| arn.rsplit('/').next());
                    self.unreadable.push(UnreadablePolicy {
                        name: called(own_name.or(of_arn), None).into(),
                        arn: arn.as_deref().and_then(Arn::parse),
                        embedded_in: None,
                        size: 0,
                        problems,
                    });
                }
            }
        }
    }

    /// That some principals with policies of their own were made by stacks.
    fn made_by_stacks(&self, source: &Source) -> Option<Problem> {
        let principals = self.principals.iter().filter(|own| !own.inline.is_empty());
        let made: Vec<_> = principals.filter(|own| own.stack.is_some()).collect();
        let stacks: BTreeSet<String> = made
            .iter()
            .filter_map(|own| Some(own.stack.as_ref()?.to_string()))
            .collect();
        let stacks: Vec<String> = stacks.into_iter().collect();
        let these = counted(
            made.len(),
            "role or user with policies of its own is",
            "roles and users with policies of their own are",
        );
        let message = format!("{these} made by CloudFormation, by {}", some_of(&stacks, 5));
        let note = source.note(message);
        (!made.is_empty()).then(|| note.help(MADE_BY_STACK))
    }

    /// That the boundaries of principals decide where AWS's count is not in the file.
    fn uncounted_boundaries(&self, source: &Source) -> Option<Problem> {
        let is_uncounted = |policy: &&ManagedPolicy| policy.boundary_uses == BoundaryUses::AsShown;
        let count = self.managed.iter().filter(is_uncounted).count();
        let these_have = match count {
            0 => return None,
            1 => "1 policy has".to_owned(),
            count => format!("{count} policies have"),
        };
        let message = format!(
            "{these_have} no \"PermissionsBoundaryUsageCount\": the boundaries of all users and \
             roles in this file decide what is a permissions boundary"
        );
        Some(source.note(message))
    }
}

/// What to do with what a stack made.
pub(crate) const MADE_BY_STACK: &str = "narrow what their templates say, with `iam-refine refine TEMPLATE STACK ACCOUNT FINDINGS...`: \
    a stack does not know of what is changed beside it, and may undo it";

/// What occurs more than once where it may occur once, with its count.
struct Twice(BTreeMap<String, usize>);

impl Twice {
    fn among(keys: impl Iterator<Item = Option<String>>) -> Self {
        let mut counts = BTreeMap::new();
        for key in keys.flatten() {
            *counts.entry(key).or_insert(0) += 1;
        }
        counts.retain(|_, count| *count > 1);
        Twice(counts)
    }

    /// Refuses each of those that share a key: which of them is meant, nobody can tell.
    fn refuse(
        &self,
        source: &Source,
        place: &Json,
        key: Option<&str>,
        what: &str,
    ) -> Result<(), Problems> {
        match key.and_then(|key| self.0.get(key)) {
            None => Ok(()),
            Some(count) => {
                let message =
                    format!("the file has {count} policies of this {what}, and one can be meant");
                Err(at(source, place, &message).help(AS_PRINTED).into())
            }
        }
    }
}

/// A problem with an object as a whole, at its opening brace.
fn at(source: &Source, place: &Json, message: &str) -> Problem {
    source.error_at(place.range.start..place.range.start + 1, message)
}

/// `Send of role Reporter`.
fn called(name: Option<&str>, owner: Option<&PolicyOwner>) -> String {
    let name = name.unwrap_or("a policy without a name");
    match owner {
        Some(owner) => format!("{name} of {owner}"),
        None => name.to_owned(),
    }
}

/// How many characters of a document count against a quota.
fn size_of(source: &Source, document: Option<&Json>) -> usize {
    document.map_or(0, |document| {
        quota::size(&source.text()[document.range.clone()])
    })
}

/// The keys of an account that are read.
const READ: [&str; 36] = [
    "RoleDetailList",
    "UserDetailList",
    "GroupDetailList",
    "Policies",
    "RoleName",
    "UserName",
    "GroupName",
    "RoleId",
    "UserId",
    "GroupId",
    "RolePolicyList",
    "UserPolicyList",
    "GroupPolicyList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "PermissionsBoundaryArn",
    "GroupList",
    "Path",
    "Arn",
    "PolicyArn",
    "PolicyName",
    "PolicyDocument",
    "DefaultVersionId",
    "AttachmentCount",
    "PermissionsBoundaryUsageCount",
    "PolicyVersionList",
    "Document",
    "VersionId",
    "IsDefaultVersion",
    "CreateDate",
    "UpdateDate",
    "RoleLastUsed",
    "LastUsedDate",
    "Tags",
    "Key",
    "Value",
];

/// What the keys of one kind of principal are called.
struct Keys {
    kind: Owner,
    list: &'static str,
    name: &'static str,
    id: &'static str,
    inline: &'static str,
}

const KEYS: [Keys; 3] = [
    Keys {
        kind: Owner::Role,
        list: "RoleDetailList",
        name: "RoleName",
        id: "RoleId",
        inline: "RolePolicyList",
    },
    Keys {
        kind: Owner::User,
        list: "UserDetailList",
        name: "UserName",
        id: "UserId",
        inline: "UserPolicyList",
    },
    Keys {
        kind: Owner::Group,
        list: "GroupDetailList",
        name: "GroupName",
        id: "GroupId",
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
    let boundary = detail.get("PermissionsBoundary");
    Some(AccountPrincipal {
        inline: Vec::new(),
        attached: attached(fields, detail),
        boundary: boundary.and_then(|value| self::arn(fields, value, "PermissionsBoundaryArn")),
        groups: groups(fields, detail, keys.kind),
        locked: locked(fields, detail, &owner),
        id: principal_id(fields, detail, keys.id),
        dates: PrincipalDates {
            created_at: fields.time(detail, "CreateDate"),
            last_used: (detail.get("RoleLastUsed"))
                .and_then(|used| fields.time(used, "LastUsedDate")),
        },
        stack: stack(detail),
        owner,
    })
}

/// The stack that a tag names.
fn stack(detail: &Json) -> Option<Untrusted> {
    let tags = detail.get("Tags").and_then(Json::as_array)?;
    let text = |tag: &'_ Json, key: &str| tag.get(key).and_then(Json::as_str).map(str::to_owned);
    let is_it = |tag: &&Json| text(tag, "Key").as_deref() == Some("aws:cloudformation:stack-name");
    let stack = tags.iter().find(is_it)?;
    text(stack, "Value").map(Untrusted::from)
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

/// The groups of a user. AWS always tells them: a user of whom they are not told may be in any.
fn groups(fields: &mut Fields<'_>, detail: &Json, kind: Owner) -> Vec<PrincipalName> {
    let is_told = detail
        .get("GroupList")
        .is_some_and(|groups| !groups.is_null());
    if kind == Owner::User && !is_told {
        fields.wrong(detail, "this user has no \"GroupList\"", AS_PRINTED);
    }
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

/// A managed policy in its default version.
fn managed(
    source: &Source,
    detail: &Json,
    shows_boundaries: bool,
) -> Result<ManagedPolicy, Problems> {
    let mut fields = Fields::new(source);
    let read = default_version(&mut fields, detail);
    let attachments = fields.count(detail, "AttachmentCount");
    let counted = fields.count(detail, "PermissionsBoundaryUsageCount");
    fields.finish()?;
    let policy = read.ok_or_else(|| at(source, detail, "this holds no policy"))?;
    Ok(ManagedPolicy {
        policy: Arc::new(policy),
        attachments,
        boundary_uses: match counted {
            Some(counted) => BoundaryUses::Counted(counted),
            None if shows_boundaries => BoundaryUses::AsShown,
            None => BoundaryUses::Unknown,
        },
    })
}

fn default_version(fields: &mut Fields<'_>, detail: &Json) -> Option<LoadedPolicy> {
    let policy_arn = arn(fields, detail, "Arn");
    let name = policy_name(fields, detail, "PolicyName");
    let default = fields.text(detail, "DefaultVersionId");
    let versions = fields.list(detail, "PolicyVersionList").unwrap_or_default();
    let is_of_this_id = |version: &Json| {
        let id = version.get("VersionId").and_then(Json::as_str);
        Some(id? == default?)
    };
    let mut is_default = |version: &&Json| {
        let given = fields.truth(version, "IsDefaultVersion");
        given.or_else(|| is_of_this_id(version)).unwrap_or(false)
    };
    let defaults: Vec<&Json> = versions.iter().filter(&mut is_default).collect();
    let (Some(_), Some(&version)) = (&policy_arn, defaults.first()) else {
        let message = "this managed policy has no ARN, or not its default version";
        fields.wrong_with(at(fields.source, detail, message).help(AS_PRINTED));
        return None;
    };
    if let Some(second) = defaults.get(1) {
        let message = "two versions of this policy are the default one, and one can be in force";
        fields.wrong_with(at(fields.source, second, message).help(AS_PRINTED));
    } else if is_of_this_id(version) == Some(false) {
        let message = "this version is the default one, and \"DefaultVersionId\" names another";
        fields.wrong_with(at(fields.source, version, message).help(AS_PRINTED));
    }
    let called = in_file(fields.source, name.as_ref());
    let policy = managed_version(fields, version, &called)?;
    let changed_at = fields
        .time(detail, "UpdateDate")
        .max(policy.origin.changed_at);
    Some(LoadedPolicy {
        origin: Origin {
            arn: policy_arn,
            name,
            changed_at,
            ..policy.origin
        },
        ..policy
    })
}
