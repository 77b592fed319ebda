//! Accounts and findings to refine, for the tests that look at it through the program.
#![allow(dead_code)]

use std::fs;
use std::path::Path;

use iam_refine::account::AccountReview;
use iam_refine::intake::Intake;
use iam_refine::text::Source;
use serde_json::{Value, json};

use crate::run::{Run, RunIt, iam_refine};

/// Two roles that share a policy, a role of a service, one of Identity Center, and a group.
pub fn account() -> Value {
    let document = |actions: &[&str]| {
        json!({"Version": "2012-10-17", "Statement":
            [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
    };
    let inline =
        |actions: &[&str]| json!([{"PolicyName": "Own", "PolicyDocument": document(actions)}]);
    let attached = |name: &str| json!([{"PolicyArn": arn(name)}]);
    let managed = |name: &str, actions: &[&str], attachments: u64, bounds: u64| {
        json!({"PolicyName": name, "Arn": arn(&format!("policy/{name}")),
               "DefaultVersionId": "v3", "AttachmentCount": attachments,
               "PermissionsBoundaryUsageCount": bounds,
               "PolicyVersionList": [{"VersionId": "v3", "IsDefaultVersion": true,
                                      "Document": document(actions)}]})
    };
    json!({
        "RoleDetailList": [
            {"RoleName": "Reader", "Arn": arn("role/Reader"), "Path": "/",
             "RolePolicyList": inline(&["sqs:Se*", "sns:Publish"]),
             "AttachedManagedPolicies": attached("policy/Shared")},
            {"RoleName": "Writer", "Arn": arn("role/Writer"), "Path": "/",
             "RolePolicyList": inline(&["sns:Publish"]),
             "AttachedManagedPolicies": attached("policy/Shared"),
             "PermissionsBoundary": {"PermissionsBoundaryArn": arn("policy/Bound")}},
            {"RoleName": "Silent", "Arn": arn("role/Silent"), "Path": "/",
             "RolePolicyList": inline(&["sqs:*"])},
            {"RoleName": "Linked", "Arn": arn("role/aws-service-role/x/Linked"),
             "Path": "/aws-service-role/x/", "RolePolicyList": inline(&["sqs:*"])},
            {"RoleName": "AWSReservedSSO_Admin_1", "Arn": arn("role/AWSReservedSSO_Admin_1"),
             "Path": "/", "RolePolicyList": inline(&["sqs:*"])}],
        "UserDetailList": [{"UserName": "Ann", "Arn": arn("user/Ann"), "GroupList": ["Ops"]}],
        "GroupDetailList": [
            {"GroupName": "Ops", "Arn": arn("group/Ops"), "GroupPolicyList": inline(&["sns:*"])},
            {"GroupName": "Empty", "Arn": arn("group/Empty"), "GroupPolicyList": inline(&["sns:*"])}],
        "Policies": [managed("Shared", &["sqs:Se*"], 2, 0), managed("Bound", &["*"], 0, 1),
                     managed("Unseen", &["sns:*"], 1, 0), managed("Idle", &["sns:*"], 0, 0)]
    })
}

pub fn arn(what: &str) -> String {
    format!("arn:aws:iam::123456789012:{what}")
}

pub fn finding(id: &str, principal: &str, unused: &[&str]) -> Value {
    let detail = |action: &&str| {
        let (service, name) = action.split_once(':').expect("it can be");
        let mut detail = json!({"serviceNamespace": service});
        if name != "*" {
            detail["actions"] = json!([{"action": name}]);
        }
        json!({"unusedPermissionDetails": detail})
    };
    json!({"id": id, "resource": arn(principal), "status": "ACTIVE",
           "analyzedAt": "2026-10-01T00:00:00Z",
           "findingDetails": unused.iter().map(detail).collect::<Vec<_>>()})
}

pub fn usual() -> Vec<Value> {
    vec![
        finding("1", "role/Reader", &["sqs:SetQueueAttributes", "sns:*"]),
        finding(
            "2",
            "role/Writer",
            &["sqs:SetQueueAttributes", "sqs:SendMessage"],
        ),
        finding("3", "role/AWSReservedSSO_Admin_1", &["sqs:*"]),
        finding("4", "user/Ann", &["sns:Publish"]),
    ]
}

/// Runs `refine --account` in a folder of its own.
pub fn refine(at: &Path, account: &Value, findings: &[Value], options: &[&str]) -> Run {
    fs::create_dir_all(at.join("findings/more")).expect("it can be");
    fs::write(at.join("account.json"), account.to_string()).expect("it can be");
    for (place, finding) in findings.iter().enumerate() {
        let below = if place == 0 { "more/" } else { "" };
        fs::write(
            at.join(format!("findings/{below}{place}.json")),
            finding.to_string(),
        )
        .expect("it can be");
    }
    refine_in(at, options)
}

/// Runs `refine --account` on what is there.
pub fn refine_in(at: &Path, options: &[&str]) -> Run {
    let mut run = iam_refine();
    run.current_dir(at)
        .args(["refine", "--account", "account.json", "findings"]);
    run.args(options).run()
}

/// Writes the files of `tests/data/cases` that are called so into a folder.
pub fn cases(at: &Path, files: &[&str]) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
    for file in files {
        let to = at.join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("it can be");
        fs::copy(cases.join(file), to).expect("it can be");
    }
}

pub fn refine_case(at: &Path, arguments: &[&str]) -> Run {
    let mut run = iam_refine();
    run.current_dir(at).args(["refine", "--account"]);
    run.args(arguments).run()
}

/// The account with one of AWS's own policies, attached to a role and a group.
pub fn with_one_of_aws() -> Value {
    let mut account = account();
    let arn = "arn:aws:iam::aws:policy/Queues";
    let attached = json!({"PolicyArn": arn});
    let policy = json!({"PolicyName": "Queues", "Arn": arn, "DefaultVersionId": "v1",
        "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document":
            {"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]}}]});
    let policies = account["Policies"].as_array_mut();
    policies.expect("it is a list").push(policy);
    let reader = &mut account["RoleDetailList"][0]["AttachedManagedPolicies"];
    let reader = reader.as_array_mut().expect("it is a list");
    reader.push(attached.clone());
    account["GroupDetailList"][0]["AttachedManagedPolicies"] = json!([attached]);
    account
}

pub fn finding_that_ann_uses_no_queues() -> Value {
    finding("4", "user/Ann", &["sns:Publish", "sqs:SetQueueAttributes"])
}

/// The account and the findings brought together.
pub fn opened(account: &Value, findings: &[Value]) -> AccountReview {
    let intake = findings.iter().fold(Intake::new(), |intake, finding| {
        intake.text("finding.json", &finding.to_string())
    });
    let opened = intake.account(Source::from_text("account.json", &account.to_string()));
    opened.expect("they fit")
}
