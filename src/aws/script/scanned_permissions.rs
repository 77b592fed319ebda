//! What scripts need to be allowed, found once more by reading them as a shell would.

use std::collections::BTreeSet;

use crate::account::{AccountReview, PolicyIdentity};
use crate::aws::script_folders;
use crate::catalogue::Catalogue;
use crate::findings::{MissingPages, Page};
use crate::policies::Account;
use crate::refine::Options;
use crate::review::Accept;
use crate::text::{Json, Source};

/// The services that scripts call, by the name of the `aws` command and as IAM calls them. Everyone
/// may ask `sts` who they are.
const SERVICES: &[(&str, &str)] = &[("iam", "iam"), ("accessanalyzer", "access-analyzer")];

/// What `script` needs to be allowed, with whatever options; `$1` in an operation stands for each
/// of the `kinds` of principals.
fn permissions(script: &str, kinds: &BTreeSet<&str>) -> BTreeSet<String> {
    let words: Vec<&str> = script.split_whitespace().collect();
    let mut needed = BTreeSet::new();
    for command in words.windows(3) {
        let service = (SERVICES.iter()).find(|(called, _)| *called == command[1]);
        let Some((_, service)) = service.filter(|_| command[0].ends_with("aws")) else {
            continue;
        };
        let operation = command[2].trim_matches('"');
        for kind in kinds {
            let name = camel(&operation.replace("$1", kind));
            needed.insert(format!("{service}:{name}"));
        }
    }
    needed
}

fn camel(operation: &str) -> String {
    let words = operation.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}

/// Policies of each kind, narrowed and emptied, attached to principals of each kind. Where their ids are
/// known, scripts look at these.
fn account(has_ids: bool) -> AccountReview {
    let arn = |resource: &str| format!("arn:aws:iam::123456789012:{resource}");
    let document = |actions: &[&str]| serde_json::json!({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}});
    let (narrow, gone) = (document(&["sqs:Se*"]), document(&["sns:Publish"]));
    let inline = serde_json::json!([{"PolicyName": "Narrow", "PolicyDocument": narrow},
                                    {"PolicyName": "Gone", "PolicyDocument": gone}]);
    let names = ["policy/Narrow", "policy/Gone"].map(arn);
    let of_aws = ["Narrow", "Gone"].map(|name| format!("arn:aws:iam::aws:policy/aws/{name}"));
    let attached: Vec<_> = (names.iter().chain(&of_aws))
        .map(|arn| serde_json::json!({"PolicyArn": arn}))
        .collect();
    let managed: Vec<_> = (names.iter().chain(&of_aws))
        .map(|arn| {
            let document = if arn.ends_with("Gone") {
                &gone
            } else {
                &narrow
            };
            serde_json::json!({"PolicyName": arn.rsplit('/').next(), "Arn": arn,
                "AttachmentCount": 3, "PermissionsBoundaryUsageCount": 0,
                "PolicyVersionList": [
                    {"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
        })
        .collect();
    let account = serde_json::json!({
        "RoleDetailList": [{"RoleName": "Reader", "Arn": arn("role/Reader"),
            "RolePolicyList": inline, "AttachedManagedPolicies": attached}],
        "UserDetailList": [{"UserName": "Ann", "Arn": arn("user/Ann"), "GroupList": ["Ops"],
            "UserPolicyList": inline, "AttachedManagedPolicies": attached}],
        "GroupDetailList": [{"GroupName": "Ops", "Arn": arn("group/Ops"),
            "GroupPolicyList": inline, "AttachedManagedPolicies": attached}],
        "Policies": managed
    });
    let mut account = account;
    for (list, key) in [
        ("RoleDetailList", "RoleId"),
        ("UserDetailList", "UserId"),
        ("GroupDetailList", "GroupId"),
    ] {
        if has_ids {
            account[list][0][key] = serde_json::json!(format!("{key}0123456789"));
        }
    }
    let source = Source::from_text("account.json", &account.to_string());
    let account = Account::read(&source, &Json::parse(&source).unwrap()).unwrap();
    let pages = ["role/Reader", "user/Ann"].map(|principal| {
        let finding = serde_json::json!({"id": principal, "status": "ACTIVE",
            "resource": arn(principal), "analyzedAt": "2026-10-01T00:00:00Z", "findingDetails": [
                {"unusedPermissionDetails": {"serviceNamespace": "sqs",
                    "actions": [{"action": "SetQueueAttributes"}]}},
                {"unusedPermissionDetails": {"serviceNamespace": "sns"}}]});
        let source = Source::from_text(principal, &finding.to_string());
        Page::read(&source, &Json::parse(&source).unwrap()).unwrap()
    });
    AccountReview::open(
        account,
        pages.to_vec(),
        MissingPages::Refused,
        Catalogue::built_in(),
        Options::default(),
    )
    .unwrap()
}

#[test]
fn what_a_script_needs_is_what_its_commands_need() {
    for has_ids in [false, true] {
        needs_are_those_of_the_commands(&account(has_ids));
    }
}

fn needs_are_those_of_the_commands(account: &AccountReview) {
    let refined = account.refine_all(Accept::Entries).unwrap();
    let folders = script_folders(account, &refined).unwrap();
    assert_eq!(folders.len(), 10, "six inline, two managed, two of AWS");
    for folder in &folders {
        let kinds: BTreeSet<&str> = match &folder.change.identity {
            PolicyIdentity::Inline { owner, .. } => BTreeSet::from([owner.kind.as_str()]),
            PolicyIdentity::Managed { .. } | PolicyIdentity::AwsManaged { .. } => {
                BTreeSet::from(["role", "user", "group"])
            }
        };
        let scripts = &folder.scripts;
        for (script, needs) in [
            (&scripts.apply, &scripts.apply_needs),
            (&scripts.rollback, &scripts.rollback_needs),
        ] {
            let needs: BTreeSet<String> = needs.iter().map(ToString::to_string).collect();
            assert!(!needs.is_empty(), "{}", folder.name);
            assert_eq!(
                needs,
                permissions(script, &kinds),
                "{}:\n{script}",
                folder.name
            );
        }
    }
}
