//! `--compare`: what AWS recommends, beside what is proposed here.

use std::path::{Path, PathBuf};

use crate::run::{RunIt, example, folder, iam_refine};

/// AWS's answer for policies, by what it calls each: another policy in its place, or none.
fn answer(policies: &[(&str, Option<&str>)]) -> String {
    let steps = policies.iter().map(|(id, recommended)| {
        let step = match recommended {
            Some(text) => serde_json::json!({
                "recommendedAction": "CREATE_POLICY",
                "existingPolicyId": id,
                "recommendedPolicy": text,
            }),
            None => serde_json::json!({
                "recommendedAction": "DETACH_POLICY",
                "existingPolicyId": id,
            }),
        };
        serde_json::json!({ "unusedPermissionsRecommendedStep": step })
    });
    serde_json::json!({
        "recommendationType": "UnusedPermissionRecommendation",
        "resourceArn": "arn:aws:iam::123456789012:role/MyRole",
        "status": "SUCCEEDED",
        "recommendedSteps": steps.collect::<Vec<_>>(),
    })
    .to_string()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

/// What is said of AWS's answer when the article's example is refined.
fn told(answer: &str, catalogue: &[&str]) -> String {
    let folder = folder();
    let run = iam_refine()
        .args(["refine", "--check"])
        .args(catalogue)
        .args([
            example("article.policy.json"),
            example("article.findings.json"),
        ])
        .arg("--compare")
        .arg(write(folder.path(), "answer.json", answer))
        .run();
    assert_eq!(run.exit, 1, "{}", run.stderr);
    let lines = run
        .stderr
        .lines()
        .skip_while(|line| !line.starts_with("AWS "));
    let lines = lines.take_while(|line| line.starts_with("AWS ") || line.starts_with("  "));
    lines.collect::<Vec<_>>().join("\n")
}

const JUNE: [&str; 2] = ["--catalogue", "assets/s3-2024-06-10.txt"];

#[test]
fn the_answer_that_aws_published_is_the_same() {
    let published = std::fs::read_to_string(example("article.refined.json")).expect("the example");
    let answer = answer(&[("policy-id", Some(&published))]);
    insta::assert_snapshot!(told(&answer, &JUNE), @"AWS    11 same, of the entries compared");
    // Of the actions of today some are newer than the finding, and so than AWS's answer.
    insta::assert_snapshot!("of_today", told(&answer, &[]));
}

#[test]
fn what_differs_is_told_with_the_action_that_tells() {
    let published = std::fs::read_to_string(example("article.refined.json")).expect("the example");
    for (from, to) in [
        (r#""s3:GetMulti*""#, r#""s3:GetM*""#),
        (r#""s3:GetObject*""#, r#""s3:GetObject""#),
    ] {
        assert!(published.contains(from));
        let other = published.replace(from, to);
        insta::assert_snapshot!(
            to.trim_matches('"').replace([':', '*'], "-"),
            told(&answer(&[("policy-id", Some(&other))]), &JUNE)
        );
    }
    insta::assert_snapshot!("detached", told(&answer(&[("policy-id", None)]), &JUNE));
}

const SQS: &str = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
const SNS: &str = r#"{"Statement": {"Effect": "Allow", "Action": "sns:P*", "Resource": "*"}}"#;
const UNUSED: &str = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]},
    {"serviceNamespace": "sns", "actions": ["PutDataProtectionPolicy"]}]"#;

#[test]
fn several_policies_are_told_apart_by_what_aws_calls_them() {
    let folder = folder();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    let policies = [write("Queues.json", SQS), write("Topics.json", SNS)];
    let findings = write("findings.json", UNUSED);
    let (sqs, sns) = (
        SQS.replace("Se*", "SendMessage"),
        SNS.replace("P*", "Publish*"),
    );
    let answer = answer(&[
        ("arn:aws:iam::123456789012:policy/app/Topics", Some(&sns)),
        ("Queues", Some(&sqs)),
        ("Elsewhere", None),
    ]);
    let answer = write("answer.json", &answer);
    let run = iam_refine()
        .args(["refine", "--diff"])
        .args(&policies)
        .arg(&findings)
        .arg("--compare")
        .arg(&answer)
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let here = folder.path().display().to_string() + "/";
    let said: Vec<String> = (run.stderr.lines())
        .filter(|line| line.contains("AWS ") || line.contains("would"))
        .map(|line| line.replace(&here, ""))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    note: answer.json:1:586: AWS recommends something for "Elsewhere", which is not loaded
    AWS    1 same, 1 looser, of the entries compared
      Topics.json, statement 1: sns:P*: looser, would also grant a name that no action has yet, such as "sns:publishx"
    "#);

    // The same answer is judged for both.
    let both = serde_json::json!({"Status": "SUCCEEDED", "RecommendationSteps": [
        {"UnusedPermissions": {"RecommendedAction": "CREATE_POLICY", "ExistingPolicyId": "Queues",
            "ExistingPolicy": SQS, "RecommendedPolicy": sqs}},
        {"UnusedPermissions": {"RecommendedAction": "CREATE_POLICY", "ExistingPolicyId": "Topics",
            "ExistingPolicy": SNS, "RecommendedPolicy": SNS}},
    ]});
    let both = write("both.json", &both.to_string());
    let run = iam_refine()
        .arg("verify")
        .args([&both, &both, &findings])
        .run();
    assert_eq!(run.exit, 1, "{}", run.stderr);
    insta::assert_snapshot!("judged", run.stdout.replace(&here, ""));
    let run = iam_refine()
        .arg("verify")
        .args([&policies[0], &answer, &findings])
        .run();
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn the_plain_review_tells_it_entry_by_entry() {
    let folder = folder();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    let run = iam_refine()
        .args(["review", "--plain"])
        .args([write("Queues.json", SQS), write("findings.json", UNUSED)])
        .arg("--compare")
        .arg(write("answer.json", &answer(&[("Queues", Some(SQS))])))
        .run_with("q\n");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let line = run.stdout.lines().find(|line| line.contains("AWS:"));
    assert_eq!(
        line,
        Some("AWS: looser, would also grant sqs:SetQueueAttributes")
    );
}

#[test]
fn an_answer_for_another_principal_is_not_judged_either() {
    let other = answer(&[("policy-id", None)]).replace("MyRole", "Other");
    let folder = folder();
    let run = iam_refine()
        .arg("verify")
        .arg(example("get-role-policy.json"))
        .arg(write(folder.path(), "other.json", &other))
        .arg(example("article.findings.json"))
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let said = "this recommendation is for role Other, and not for role MyRole";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn an_answer_that_is_none_is_refused() {
    let other = answer(&[("policy-id", None)]).replace("MyRole", "Other");
    let folder = folder();
    let other = write(folder.path(), "other.json", &other)
        .display()
        .to_string();
    let page = answer(&[("policy-id", None)]).replacen('{', r#"{"nextToken": "more","#, 1);
    let page = write(folder.path(), "page.json", &page)
        .display()
        .to_string();
    let verified = iam_refine()
        .arg("verify")
        .args([&example("get-role-policy.json"), &page])
        .arg(example("article.findings.json"))
        .run();
    assert_eq!((verified.exit, verified.stdout.as_str()), (2, ""));
    let one_page = "this is one page of a recommendation";
    assert!(verified.stderr.contains(one_page), "{}", verified.stderr);
    for (file, said) in [
        (page, one_page),
        (
            example("get-finding-recommendation.in-progress.json"),
            "IN_PROGRESS",
        ),
        (example("get-finding-recommendation.failed.json"), "FAILED"),
        (
            example("get-recommended-policy-v2.in-progress.json"),
            "IN_PROGRESS",
        ),
        (
            example("article.findings.json"),
            "this is no recommendation",
        ),
        (
            other,
            "this recommendation is for role Other, and not for role MyRole",
        ),
    ] {
        let run = iam_refine()
            .arg("refine")
            .args([
                example("get-role-policy.json"),
                example("article.findings.json"),
            ])
            .args(["--compare", &file])
            .run();
        assert_eq!(run.exit, 2, "{file}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{said} in {}", run.stderr);
    }
}
