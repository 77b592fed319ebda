//! `--everywhere` with fetched accounts: whoever in them has a policy that says the same counts.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::aws::{Aws, refine};
use crate::run::{Run, folder};

/// An account in which role App has a policy, and does not use these actions.
fn account(id: &str, allowed: &[&str], unused: &[&str]) -> Value {
    let finding = json!({"id": format!("11111111-aaaa-4444-8888-{id}"),
        "resource": format!("arn:aws:iam::{id}:role/App"), "unused": {"s3": unused}});
    let findings = if unused.is_empty() {
        json!([])
    } else {
        json!([finding])
    };
    json!({
        "account": id,
        "profiles": {"default": {"region": "eu-west-1"}},
        "roles": [{"name": "App", "inline": {"Buckets": allowed}}, {"name": "Other", "inline": {"Own": ["sqs:*"]}}],
        "analyzers": [{"name": "unused", "region": "eu-west-1", "findings": findings}],
    })
}

/// Fetches accounts into folders of these names, and writes the policy of the first into `policy.json`.
fn fetched(at: &Path, accounts: &[(&str, Value)]) {
    for (place, (name, world)) in accounts.iter().enumerate() {
        let aws = Aws::with(world);
        aws.fetched(&["--account"]);
        let to = at.join(name);
        fs::create_dir(&to).unwrap();
        for (file, text) in aws.answers() {
            fs::write(to.join(file), text).unwrap();
        }
        if place == 0 {
            let answers = aws.answers();
            let is_details = |name: &&String| name.starts_with("get-account-authorization-details");
            let details = &answers[answers.keys().find(is_details).unwrap()];
            let details: Value = serde_json::from_str(details).unwrap();
            let inline = &details["RoleDetailList"][0]["RolePolicyList"][0];
            let text = format!("{:#}\n", inline["PolicyDocument"]);
            fs::write(at.join("policy.json"), text).unwrap();
            let named = json!({"RoleName": "App", "PolicyName": inline["PolicyName"],
                "PolicyDocument": inline["PolicyDocument"]});
            fs::write(at.join("answer.json"), named.to_string()).unwrap();
        }
    }
}

fn refined(at: &Path, files: &str) -> Run {
    let files: Vec<&str> = files.split(' ').collect();
    refine(at, &[&files[..], &["--everywhere"]].concat())
}

const DEV: &str = "111111111111";
const PROD: &str = "222222222222";

#[test]
fn only_what_is_unused_in_all_accounts_goes() {
    let at = folder();
    let used_in_prod = account(PROD, &["s3:Get*"], &["GetBucketAcl"]);
    let in_dev = account(DEV, &["s3:Get*"], &["GetBucketAcl", "GetObject"]);
    fetched(at.path(), &[("dev", in_dev), ("prod", used_in_prod)]);
    let run = refined(at.path(), "policy.json dev prod");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "2 principals count, and what any of them uses stays: role App of 111111111111, \
                role App of 222222222222";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let stays =
        "1 action that others do not use stays because of role App of 222222222222: s3:GetObject";
    assert!(run.stderr.contains(stays), "{}", run.stderr);
    assert!(run.stderr.contains("1 unused gone"), "{}", run.stderr);

    // One finding beside them, of a third one.
    let finding = json!({"id": "3", "status": "ACTIVE", "resource": "arn:aws:iam::333333333333:role/App",
        "analyzedAt": "2026-10-01T00:00:00Z", "findingDetails": [{"unusedPermissionDetails":
        {"serviceNamespace": "s3", "actions": [{"action": "GetBucketAcl"}]}}]});
    fs::write(at.path().join("third.json"), finding.to_string()).unwrap();
    let run = refined(at.path(), "policy.json dev prod third.json");
    assert!(run.stderr.contains("3 principals count"), "{}", run.stderr);
    // And one of somebody who counts already.
    let again = finding.to_string().replace("333333333333", PROD);
    fs::write(at.path().join("third.json"), again).unwrap();
    let run = refined(at.path(), "policy.json dev prod third.json");
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(run.stderr.contains("counts already"), "{}", run.stderr);

    let without = refine(at.path(), &["policy.json", "dev", "prod"]);
    assert_eq!(without.exit, 2, "{}", without.stderr);
    let told = "with --everywhere all count in it who have the policy";
    assert!(without.stderr.contains(told), "{}", without.stderr);
}

#[test]
fn one_of_whom_nothing_is_found_keeps_all() {
    let at = folder();
    let in_dev = account(DEV, &["s3:Get*"], &["GetBucketAcl"]);
    let mut in_prod = account(PROD, &["s3:Get*"], &["GetBucketAcl"]);
    in_prod["roles"][1]["inline"]["Own"] = json!(["s3:Get*"]);
    fetched(at.path(), &[("dev", in_dev), ("prod", in_prod)]);
    let run = refined(at.path(), "policy.json dev prod");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let told = "prod: Own of role Other: role Other has no finding, so it counts as using all";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn an_account_in_which_it_says_something_else_is_told() {
    let at = folder();
    let in_dev = account(DEV, &["s3:Get*"], &["GetBucketAcl"]);
    let in_prod = account(PROD, &["s3:Get*", "s3:Put*"], &["GetBucketAcl"]);
    fetched(at.path(), &[("dev", in_dev), ("prod", in_prod)]);
    // What the bare text is called nobody knows.
    let run = refined(at.path(), "policy.json dev prod");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "prod: nobody in this account has a policy that says the same";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let run = refined(at.path(), "answer.json dev prod");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let told = "prod: Buckets of role App says something else here";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn an_account_in_which_it_cannot_be_read_is_told() {
    let at = folder();
    let in_dev = account(DEV, &["s3:Get*"], &["GetBucketAcl"]);
    let in_prod = account(PROD, &["s3:Get Object"], &["GetBucketAcl"]);
    fetched(at.path(), &[("dev", in_dev), ("prod", in_prod)]);
    // What the bare text is called nobody knows.
    let told = "Buckets of role App cannot be read: ";
    let run = refined(at.path(), "policy.json dev prod");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let run = refined(at.path(), "answer.json dev prod");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains(told), "{}", run.stderr);
}
