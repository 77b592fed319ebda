//! `refine --account --check --baseline`: what is unused that an earlier run did not know.

use std::fs;

use serde_json::{Value, json};

use crate::accounts::{account, arn, finding, refine, refine_in, usual};
use crate::run::folder;

#[test]
fn a_check_of_an_account_passes_what_its_baseline_knows() {
    let home = folder();
    let known = refine(home.path(), &account(), &usual(), &["--format", "json"]);
    assert_eq!(known.exit, 0, "{}", known.stderr);
    fs::write(home.path().join("known.json"), &known.stdout).expect("written");
    let check = || refine_in(home.path(), &["--check", "--baseline", "known.json"]);
    let same = check();
    assert_eq!(
        (same.exit, same.stdout.as_str()),
        (0, ""),
        "{}",
        same.stderr
    );
    assert!(
        same.stderr
            .contains("\nnothing is unused that the baseline does not have\n"),
        "{}",
        same.stderr
    );

    // Both who share a policy use less of it now, and one less of its own.
    let fewer = ["sqs:SetQueueAttributes", "sqs:SendMessage", "sns:*"];
    let findings = home.path().join("findings");
    let reader = finding("1", "role/Reader", &fewer).to_string();
    fs::write(findings.join("more/0.json"), reader).expect("written");
    let more = check();
    assert_eq!(more.exit, 1, "{}", more.stderr);
    let new = format!(
        "Own of role Reader: sqs:SendMessage\n{}: sqs:SendMessage\n2 actions are unused that the baseline \
         does not have\n",
        arn("policy/Shared")
    );
    assert!(more.stderr.contains(&new), "{}", more.stderr);
    // As JSON it is printed all the same, to be the next baseline.
    let json = refine_in(
        home.path(),
        &["--check", "--baseline", "known.json", "--format", "json"],
    );
    assert_eq!(json.exit, 1, "{}", json.stderr);
    fs::write(home.path().join("known.json"), &json.stdout).expect("written");
    assert_eq!(check().exit, 0);
}

#[test]
fn what_is_no_baseline_of_this_account_is_refused() {
    let home = folder();
    let known = refine(home.path(), &account(), &usual(), &["--format", "json"]).stdout;
    let refuses = |baseline: &str, why: &str| {
        fs::write(home.path().join("known.json"), baseline).expect("written");
        let run = refine_in(home.path(), &["--check", "--baseline", "known.json"]);
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(run.stderr.contains(why), "{}", run.stderr);
    };
    refuses(
        &known.replace(
            "\"account\": \"123456789012\"",
            "\"account\": \"999999999999\"",
        ),
        "the baseline is of account 999999999999",
    );
    refuses("{}", "known.json: this is no overview of an account");
    refuses("[", "this is no overview of an account");
    let record = json!({"format": "iam-refine decisions 2", "policies": []});
    refuses(&record.to_string(), "this is no overview of an account");
    let without_check = refine_in(home.path(), &["--baseline", "known.json"]);
    assert_eq!(without_check.exit, 2, "{}", without_check.stderr);
    // An account whose id nobody knows is compared by its policies alone.
    let mut nameless: Value = serde_json::from_str(&known).expect("JSON");
    nameless["account"] = Value::Null;
    fs::write(home.path().join("known.json"), nameless.to_string()).expect("written");
    let run = refine_in(home.path(), &["--check", "--baseline", "known.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn a_role_that_is_not_used_at_all_is_found_and_is_new() {
    let home = folder();
    let mut findings = usual();
    findings.truncate(2);
    // Of both who share a policy nothing is found but what is used.
    for finding in &mut findings {
        finding["findingDetails"] =
            json!([{"unusedPermissionDetails": {"serviceNamespace": "s3"}}]);
    }
    let check = |options: &[&str]| refine_in(home.path(), &[&["--check"], options].concat());
    let known = refine(home.path(), &account(), &findings, &["--format", "json"]);
    assert_eq!(known.exit, 0, "{}", known.stderr);
    fs::write(home.path().join("known.json"), &known.stdout).expect("written");
    let nothing = check(&[]);
    assert_eq!(nothing.exit, 0, "{}", nothing.stderr);
    let stay = "stay for these reasons, so nothing is said of them\n";
    assert!(nothing.stderr.ends_with(stay), "{}", nothing.stderr);
    let unused = json!({"id": "9", "resource": arn("role/Silent"), "status": "ACTIVE",
        "findingType": "UnusedIAMRole", "analyzedAt": "2026-10-01T00:00:00Z",
        "findingDetails": [{"unusedIamRoleDetails": {}}]});
    fs::write(home.path().join("findings/unused.json"), unused.to_string()).expect("written");
    assert_eq!(check(&[]).exit, 1);
    let new = check(&["--baseline", "known.json"]);
    assert_eq!(new.exit, 1, "{}", new.stderr);
    let told =
        "role Silent is not used at all\n1 role is not used at all that the baseline has used\n";
    assert!(new.stderr.contains(told), "{}", new.stderr);
}

#[test]
fn where_nothing_is_judged_nothing_is_checked() {
    let home = folder();
    let of_nobody = [finding("1", "role/Gone", &["sqs:SendMessage"])];
    let check = refine(home.path(), &account(), &of_nobody, &["--check"]);
    assert_eq!(check.exit, 2, "{}", check.stderr);
    let told = "error: nothing was checked: no policy is judged";
    assert!(check.stderr.contains(told), "{}", check.stderr);
    for options in [&["-o", "changes"][..], &["--format", "json"], &[]] {
        let run = refine_in(home.path(), options);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let told = "warning: nothing that counts is found of any role or user";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    // The review tells why of each policy.
    assert!(home.path().join("changes/REVIEW.md").exists());
}

#[test]
fn what_stays_since_it_would_be_too_long_is_found_all_the_same() {
    let account = json!({"UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": [{"RoleName": "A", "Arn": arn("role/A"), "CreateDate": "2025-01-01T00:00:00Z",
            "RolePolicyList": [], "AttachedManagedPolicies":
                [{"PolicyName": "P", "PolicyArn": arn("policy/P")}]}],
        "Policies": [{"PolicyName": "P", "Arn": arn("policy/P"), "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "CreateDate": "2025-01-01T00:00:00Z", "Document":
                    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]});
    let found = |actions: &[&str]| {
        let actions: Vec<_> = actions.iter().map(|name| json!({"action": name})).collect();
        vec![
            json!({"id": "1", "status": "ACTIVE", "resource": arn("role/A"),
            "analyzedAt": "2026-11-01T00:00:00Z", "findingType": "UnusedPermission",
            "findingDetails": [{"unusedPermissionDetails":
                {"serviceNamespace": "s3", "actions": actions}}]}),
        ]
    };
    let home = folder();
    let check = |actions: &[&str], options: &[&str]| {
        let options = [&["--check"], options].concat();
        refine(home.path(), &account, &found(actions), &options)
    };
    let run = check(&["GetBucketAcl"], &["--format", "json"]);
    assert_eq!(run.exit, 1, "{}", run.stderr);
    let overview: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(overview["policies"][0]["action"], "none");
    assert_eq!(
        overview["policies"][0]["wouldGo"],
        json!(["s3:GetBucketAcl"])
    );
    fs::write(home.path().join("known.json"), &run.stdout).unwrap();
    let known = ["--baseline", "known.json"];
    assert_eq!(check(&["GetBucketAcl"], &known).exit, 0);
    let new = check(&["GetBucketAcl", "PutObject"], &known);
    assert_eq!(new.exit, 1, "{}", new.stderr);
    assert!(new.stderr.contains("s3:PutObject"), "{}", new.stderr);
}
