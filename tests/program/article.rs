//! The worked example of the Amazon Science article, through the program.

use crate::run::{RunIt, example, iam_refine};

/// The actions of a policy's statements, as the article prints them.
fn actions(policy: &str) -> Vec<Vec<String>> {
    let policy: serde_json::Value = serde_json::from_str(policy).expect("a policy");
    let statements = policy["Statement"].as_array().expect("a list");
    statements
        .iter()
        .map(|statement| {
            let actions = statement["Action"].as_array().expect("a list").iter();
            actions
                .map(|a| a.as_str().expect("a string").to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn with_the_actions_of_june_2024_it_comes_out_exactly() {
    let run = iam_refine()
        .args(["refine", "--catalogue", "assets/s3-2024-06-10.txt"])
        .args([
            example("article.policy.json"),
            example("article.findings.json"),
        ])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let published = std::fs::read_to_string(example("article.refined.json")).expect("the example");
    assert_eq!(actions(&run.stdout), actions(&published));
}

#[test]
fn with_todays_actions_two_that_are_newer_stay_as_well() {
    let run = iam_refine()
        .arg("refine")
        .args([
            example("article.findings.json"),
            example("article.policy.json"),
        ])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(
        actions(&run.stdout)[1],
        [
            "s3:GetAccess*",
            "s3:GetAccountPublicAccessBlock",
            "s3:GetBucketAbac",
            "s3:GetBucketMetadataTableConfiguration",
            "s3:GetDataAccess",
            "s3:GetJobTagging",
            "s3:GetMulti*",
            "s3:GetObject*",
            "s3:GetStorage*",
            "s3:List*",
        ]
    );
}

#[test]
fn the_diff_holds_the_change_and_nothing_else() {
    let run = iam_refine()
        .args(["refine", "--diff"])
        .args([
            example("article.policy.json"),
            example("article.findings.json"),
        ])
        .run();
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn without_a_terminal_the_demo_prints_trie_diff_and_proof() {
    let run = iam_refine().arg("demo").run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn literals_go_and_sid_and_condition_stay() {
    let run = iam_refine()
        .arg("refine")
        .args([
            example("inline-lambda.policy.json"),
            example("inline-lambda.findings.json"),
        ])
        .run();
    let refined = std::fs::read_to_string(example("inline-lambda.refined.json"));
    assert_eq!(run.stdout, refined.expect("the example"));
}

#[test]
fn where_nothing_is_left_no_policy_is_printed() {
    let run = iam_refine()
        .arg("refine")
        .args([
            example("bedrock.policy.json"),
            example("bedrock.findings.json"),
        ])
        .run();
    assert_eq!(run.exit, 4);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("detach it"), "{}", run.stderr);
}

#[test]
fn the_catalogue_lists_what_a_wildcard_grants_today() {
    let run = iam_refine().args(["catalogue", "list", "S3:get*"]).run();
    assert_eq!(run.stdout.lines().count(), 63);
    assert!(run.stdout.lines().all(|line| line.starts_with("s3:Get")));
}
