//! `explain`: the walk through one wildcard as text, Markdown and JSON.

use crate::run::{RunIt, example, folder, iam_refine};

fn explain(arguments: &[&str]) -> String {
    let run = iam_refine().arg("explain").args(arguments).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn the_article_as_text() {
    insta::assert_snapshot!(explain(&["s3:Get*"]));
}

#[test]
fn one_step_as_text_has_the_rule_with_its_line_marked() {
    insta::assert_snapshot!(explain(&["s3:Get*", "--step", "11"]));
}

#[test]
fn the_article_as_markdown() {
    insta::assert_snapshot!(explain(&["s3:Get*", "--format", "markdown"]));
}

#[test]
fn one_step_as_json() {
    let json = explain(&["s3:Get*", "--step", "11", "--format", "json"]);
    insta::assert_snapshot!(json);
    let whole = explain(&["s3:Get*", "--format", "json"]);
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    assert_eq!(whole["steps"].as_array().map(Vec::len), Some(17));
    assert_eq!(whole["result"].as_array().map(Vec::len), Some(7));
}

#[test]
fn with_todays_actions_the_bucket_is_opened() {
    let text = explain(&["s3:Get*", &example("article.findings.json")]);
    let opened = "GetBucket is unsafe: 14 unused actions start with it, GetBucketAcl for one.";
    assert!(text.contains(opened), "{text}");
    assert!(text.contains("→ s3:GetBucketAbac"), "{text}");
}

#[test]
fn what_stays_or_goes_without_a_walk_says_why() {
    let findings = example("article.findings.json");
    let told = |pattern: &str| explain(&[pattern, &findings]);
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let list = first_line(told("s3:List*"));
    assert!(
        list.starts_with("s3:List* stays as it is: none of the "),
        "{list}"
    );
    assert!(list.ends_with(" it grants is reported unused."), "{list}");
    assert_eq!(
        first_line(told("s3:GetBucketAcl")),
        "s3:GetBucketAcl is removed: it is reported unused."
    );
    assert!(told("nosuch:Get*").contains("the catalogue of 2026-10-27 does not have nosuch"));
}

#[test]
fn literals_of_a_policy_are_known_too() {
    let folder = folder();
    let policy = folder.path().join("policy.json");
    let text = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:GetJobXyz"], "Resource": "*"}}"#;
    std::fs::write(&policy, text).expect("written");
    let policy = policy.display().to_string();
    let text = explain(&["s3:Get*", &example("article.findings.json"), &policy]);
    assert!(text.contains("→ s3:GetJob*"), "{text}");
}

#[test]
fn keeps_and_granularity_are_minded() {
    let text = explain(&[
        "s3:Get*",
        "--granularity",
        "name",
        "--keep",
        "s3:GetBucketAcl=audit",
    ]);
    assert!(text.contains("→ s3:GetBucketAcl"), "{text}");
    assert!(!text.contains("s3:GetAccess*"), "{text}");
}

#[test]
fn wrong_steps_and_patterns_say_what_is_right() {
    let run = iam_refine()
        .args(["explain", "s3:Get*", "--step", "18"])
        .run();
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("give a number from 1 to 17"),
        "{}",
        run.stderr
    );
    let run = iam_refine().args(["explain", "Get*"]).run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("has no colon"), "{}", run.stderr);
    let alone = [
        "explain",
        "s3:Get*",
        "--catalogue",
        "assets/s3-2024-06-10.txt",
    ];
    assert_eq!(iam_refine().args(alone).run().exit, 2);
}

#[test]
fn what_a_review_would_hold_back_is_noted_and_what_was_used_of_late_stays() {
    let folder = folder();
    let findings = folder.path().join("findings.json");
    let finding = r#"{"id": "1", "status": "ACTIVE", "analyzedAt": "2026-10-20T08:00:00Z",
        "resource": "arn:aws:iam::111122223333:role/Reporter",
        "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": [
            {"action": "DeleteQueue"},
            {"action": "PurgeQueue", "lastAccessed": "2026-10-01T00:00:00Z"}]}}]}"#;
    std::fs::write(&findings, finding).expect("written");
    let findings = findings.display().to_string();
    let run = iam_refine().args(["explain", "sqs:*", &findings]).run();
    let note = "note: told as `refine` does it; `review` holds back what changes or removes what is still made: \
                sqs:DeleteQueue (CreateQueue stays)\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    assert!(
        run.stderr.contains("so it stays: sqs:PurgeQueue"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("19 stay and 1 goes"), "{}", run.stdout);
    let literal = iam_refine()
        .args(["explain", "sqs:PurgeQueue", &findings])
        .run();
    let said = "sqs:PurgeQueue stays as it is: it is reported unused and held back.";
    assert!(literal.stdout.starts_with(said), "{}", literal.stdout);
    assert!(!literal.stderr.contains("told as"), "{}", literal.stderr);
}
