//! Policies of one principal, in files of several shapes.
//!
//! A document by itself, or in an answer: `aws iam get-policy-version`, and `get-role-policy`,
//! `get-user-policy`, `get-group-policy`; `aws sso-admin get-inline-policy-for-permission-set`.
//!
//! ```json
//! {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
//! {"PolicyVersion": {"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": []}}}
//! {"RoleName": "MyRole", "PolicyName": "Mine", "PolicyDocument": {"Statement": []}}
//! {"InlinePolicy": "{\"Statement\": []}"}
//! ```

use super::embedded::{document, in_file};
use super::owner::{policy_name, principal_name, version};
use super::recommended;
use super::{LoadedPolicy, Locked, Origin, PolicyOwner};
use crate::document::Document;
use crate::iam::quota::{Owner, PolicyKind};
use crate::iam::{Arn, PolicyName};
use crate::text::{Fields, Json, Problem, Problems, Shape, Source, recognise};

/// Reads the policies of a file: of a bare document one, of an answer of AWS those inside it.
///
/// ```
/// use iam_refine::text::{Json, Source};
/// use iam_refine::policies::read;
/// let text = r#"{"RoleName": "MyRole", "PolicyName": "Mine", "PolicyDocument":
///     {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}}"#;
/// let source = Source::from_text("get-role-policy.json", text);
/// let policy = read(&source, &Json::parse(&source)?)?.remove(0);
/// assert_eq!(policy.origin.name.unwrap().as_str(), "Mine");
/// assert!(policy.document.source().text().starts_with(r#"{"Statement""#));
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
///
/// # Errors
/// All that is wrong with the file or the policies in it; a file that holds the policies of a
/// whole account, or none.
pub fn read(source: &Source, json: &Json) -> Result<Vec<LoadedPolicy>, Problems> {
    read_shape(source, json, recognise(json))
}

/// [`read`], for a file that was recognised as being of this `shape`.
///
/// # Errors
/// As [`read`].
pub fn read_shape(
    source: &Source,
    json: &Json,
    shape: Shape,
) -> Result<Vec<LoadedPolicy>, Problems> {
    let respelled = || json.respelled(source, &KEYS);
    let policy = match shape {
        Shape::PolicyDocument if is_whole(source, json) => {
            LoadedPolicy::bare(Document::from_json(source.clone(), json)?)
        }
        Shape::PolicyDocument => within(source, json, json)?,
        Shape::PolicyText => in_a_string(source, json)?,
        Shape::PolicyVersion => managed(source, &respelled()?)?,
        Shape::InlinePolicy => inline(source, &respelled()?)?,
        Shape::PermissionSetPolicy => of_permission_set(source, json)?,
        Shape::WrappedPolicy => match json.get_spelled("Policy") {
            Some(document) => within(source, json, document)?,
            None => return Err(source.error("this holds no policy").into()),
        },
        Shape::RecommendedPolicy => return recommended::read(source, json),
        Shape::AuthorizationDetails => return Err(whole_account(source, json).into()),
        _ => return Err(source.error("this holds no policy").into()),
    };
    Ok(vec![policy])
}

/// The keys of the answers that are read.
const KEYS: [&str; 10] = [
    "PolicyVersion",
    "Document",
    "VersionId",
    "IsDefaultVersion",
    "CreateDate",
    "PolicyName",
    "PolicyDocument",
    "RoleName",
    "UserName",
    "GroupName",
];

/// Whether a value is all that a file holds.
fn is_whole(source: &Source, json: &Json) -> bool {
    source.text().trim().len() == json.range.len()
}

/// A document that is one of several in a file, or the only thing of worth in it, with a name that
/// may stand beside it.
fn within(source: &Source, json: &Json, document: &Json) -> Result<LoadedPolicy, Problems> {
    let beside = ["PolicyName", "Name"];
    let beside = beside
        .iter()
        .find_map(|key| json.get_spelled(key)?.as_str());
    let name = beside.and_then(PolicyName::parse);
    let called = match &name {
        _ if is_whole(source, json) => in_file(source, name.as_ref()),
        Some(name) => in_file(source, Some(name)),
        None => format!(
            "{} (policy at {})",
            source.name(),
            source.position(json.range.start)
        ),
    };
    let document = super::embedded::document(source, document, &called)?;
    let bare = LoadedPolicy::bare(document);
    Ok(LoadedPolicy {
        origin: Origin {
            is_in_answer: true,
            name,
            ..bare.origin
        },
        ..bare
    })
}

/// A document as a member of an answer has it, by itself.
fn in_a_string(source: &Source, json: &Json) -> Result<LoadedPolicy, Problems> {
    let document = document(source, json, &in_file(source, None))?;
    let bare = LoadedPolicy::bare(document);
    Ok(LoadedPolicy {
        origin: Origin {
            is_in_answer: true,
            ..bare.origin
        },
        ..bare
    })
}

/// Reads what `aws iam get-policy-version` prints of the policy with this ARN, which it does not tell.
///
/// # Errors
/// All that is wrong with it.
pub fn read_version(source: &Source, json: &Json, arn: &Arn) -> Result<LoadedPolicy, Problems> {
    let json = json.respelled(source, &KEYS)?;
    let name = PolicyName::parse(arn.name());
    let mut fields = Fields::new(source);
    let version = json.get("PolicyVersion").unwrap_or(&json);
    let called = in_file(source, name.as_ref());
    let policy = managed_version(&mut fields, version, &called);
    fields.finish()?;
    let policy = policy.ok_or_else(|| Problems::from(source.error("this holds no policy")))?;
    Ok(LoadedPolicy {
        origin: Origin {
            name,
            arn: Some(arn.clone()),
            ..policy.origin
        },
        ..policy
    })
}

/// What `aws iam get-policy-version` prints.
fn managed(source: &Source, json: &Json) -> Result<LoadedPolicy, Problems> {
    let mut fields = Fields::new(source);
    let version = json.get("PolicyVersion").unwrap_or(json);
    fields.truth(version, "IsDefaultVersion");
    let policy = managed_version(&mut fields, version, &in_file(source, None));
    fields.finish()?;
    policy.ok_or_else(|| source.error("this holds no policy").into())
}

/// One version of a managed policy.
pub(super) fn managed_version(
    fields: &mut Fields<'_>,
    json: &Json,
    called: &str,
) -> Option<LoadedPolicy> {
    let source = fields.source;
    let Some(document_json) = json.get("Document") else {
        let message = "this tells of a version of a policy without its document";
        fields.wrong(json, message, FETCH_VERSION);
        return None;
    };
    let mut notes = Vec::new();
    if let Some(is_default) = json.get("IsDefaultVersion")
        && is_default.as_bool() == Some(false)
    {
        let message = "this is not the default version of the policy, so it is not in force";
        let warning = source.warning_at(is_default.range.clone(), message);
        notes.push(warning.help(FETCH_VERSION));
    }
    let origin = Origin {
        is_in_answer: true,
        version: version(fields, json, "VersionId"),
        changed_at: fields.time(json, "CreateDate"),
        notes,
        ..Origin::default()
    };
    Some(LoadedPolicy {
        document: fields.take(document(source, document_json, called))?,
        kind: PolicyKind::Managed,
        origin,
    })
}

const FETCH_VERSION: &str = "fetch the version that is in force: aws iam get-policy-version \
                             --policy-arn POLICY_ARN --version-id VERSION_ID --output json";

/// What `aws iam get-role-policy`, `get-user-policy` and `get-group-policy` print.
fn inline(source: &Source, json: &Json) -> Result<LoadedPolicy, Problems> {
    let mut fields = Fields::new(source);
    let mut owners = Vec::new();
    for (key, kind) in [
        ("RoleName", Owner::Role),
        ("UserName", Owner::User),
        ("GroupName", Owner::Group),
    ] {
        if let Some(name) = principal_name(&mut fields, json, key) {
            owners.push(PolicyOwner {
                kind,
                name,
                arn: None,
            });
        }
    }
    if owners.len() > 1 {
        let message = format!("this policy belongs to {} and {}", owners[0], owners[1]);
        fields.wrong_with(source.error(message).help(ONE_OWNER));
    }
    let policy = inline_of(&mut fields, json, owners.pop());
    fields.finish()?;
    policy.ok_or_else(|| source.error("this holds no policy").into())
}

const ONE_OWNER: &str = "an inline policy has one owner; give the file as it was printed";

/// An inline policy: `PolicyName` and `PolicyDocument`.
pub(super) fn inline_of(
    fields: &mut Fields<'_>,
    json: &Json,
    owner: Option<PolicyOwner>,
) -> Option<LoadedPolicy> {
    let source = fields.source;
    let name = policy_name(fields, json, "PolicyName");
    let Some(document_json) = json.get("PolicyDocument") else {
        let help = "give the answer of `aws iam get-role-policy --output json` as it was printed";
        fields.wrong(json, "this policy has no \"PolicyDocument\"", help);
        return None;
    };
    let called = in_file(source, name.as_ref());
    Some(LoadedPolicy {
        document: fields.take(document(source, document_json, &called))?,
        kind: match &owner {
            Some(owner) if owner.locked() == Some(Locked::PermissionSet) => {
                PolicyKind::PermissionSet
            }
            Some(owner) => PolicyKind::Inline(owner.kind),
            None => PolicyKind::Unknown,
        },
        origin: Origin {
            is_in_answer: true,
            owner,
            name,
            ..Origin::default()
        },
    })
}

/// What `aws sso-admin get-inline-policy-for-permission-set` prints: of a permission set without one
/// an empty text.
fn of_permission_set(source: &Source, json: &Json) -> Result<LoadedPolicy, Problems> {
    let place = json.get_spelled("InlinePolicy").unwrap_or(json);
    if place.as_str().is_some_and(|text| text.trim().is_empty()) {
        let message = "this permission set has no inline policy";
        let problem = source.error_at(place.range.clone(), message);
        return Err(problem.help(ITS_MANAGED_POLICIES).into());
    }
    Ok(LoadedPolicy {
        document: document(source, place, &in_file(source, None))?,
        kind: PolicyKind::PermissionSet,
        origin: Origin {
            is_in_answer: true,
            ..Origin::default()
        },
    })
}

const ITS_MANAGED_POLICIES: &str = "its permissions are in managed policies, if it has any: aws sso-admin \
     list-managed-policies-in-permission-set --instance-arn INSTANCE_ARN --permission-set-arn \
     PERMISSION_SET_ARN --output json; or, if they are yours: aws sso-admin \
     list-customer-managed-policy-references-in-permission-set --instance-arn INSTANCE_ARN \
     --permission-set-arn PERMISSION_SET_ARN --output json";

fn whole_account(source: &Source, json: &Json) -> Problem {
    let first = json.as_object().and_then(<[_]>::first);
    let place = first.map_or(json.range.start..json.range.start + 1, |first| {
        first.name_range.clone()
    });
    source
        .error_at(
            place,
            "this holds the policies of a whole account, and those of one principal are needed",
        )
        .help(
            "for all of them: iam-refine refine --account FILE FINDINGS; for one: aws iam \
             get-role-policy --role-name ROLE_NAME --policy-name POLICY_NAME --output json; or, if managed, aws \
             iam get-policy-version --policy-arn POLICY_ARN --version-id VERSION_ID --output json",
        )
}
