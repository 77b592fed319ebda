//! `verify`, through the program.

use crate::run::{RunIt, example, folder, iam_refine};

fn verify(refined: &str, more: &[&str]) -> crate::run::Run {
    iam_refine()
        .args(["verify", "--catalogue", "assets/s3-2024-06-10.txt"])
        .args([
            &example("article.policy.json"),
            refined,
            &example("article.findings.json"),
        ])
        .args(more)
        .run()
}

#[test]
fn the_answer_that_aws_published_holds() {
    let run = verify(&example("article.refined.json"), &[]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    ✓ nothing added
    ✓ unused gone
    ✓ nothing lost
    ✓ nothing else touched
    note: 30 unused gone
    Judged by the actions known on 2024-06-10.
    ");
}

#[test]
fn each_fault_is_told_with_its_place_and_a_witness() {
    let folder = folder();
    let path = folder.path().join("refined.json");
    let published = std::fs::read_to_string(example("article.refined.json")).expect("the example");
    let wrong = published
        .replace("\"s3:GetMulti*\"", "\"s3:GetB*\"")
        .replace("function:my-lambda", "function:*");
    std::fs::write(&path, wrong).expect("written");
    let path = path.display().to_string();
    let run = verify(&path, &[]);
    assert_eq!(run.exit, 1, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout.replace(&path, "refined.json"), @r"
    ✓ nothing added
    ✗ unused gone
      refined.json:18:9: statement 2: s3:GetB* grants what is unused: s3:GetBucketAcl, s3:GetBucketCORS, s3:GetBucketLocation, 11 more
    ✗ nothing lost
      tests/data/examples/article.policy.json:22:7: statement 2: s3:Get* granted what stays and is not granted any more: s3:GetMultiRegionAccessPoint, s3:GetMultiRegionAccessPointPolicy, s3:GetMultiRegionAccessPointPolicyStatus, 1 more
    ✗ nothing else touched
      refined.json:4:5: statement 1: its Resource has changed
    note: 16 unused gone
    Judged by the actions known on 2024-06-10.
    ");

    let json = verify(&path, &["--format", "json"]);
    assert_eq!(json.exit, 1, "{}", json.stderr);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["parts"]["nothing added"], true);
    let fault = &json["faults"][0];
    assert_eq!(fault["part"], "unused gone");
    assert_eq!(fault["entry"], "s3:GetB*");
    assert_eq!(fault["witness"], "s3:GetBucketAcl");
    assert_eq!(
        (&fault["statement"], &fault["line"]),
        (&2.into(), &18.into())
    );
}

#[test]
fn what_is_refined_here_holds() {
    for name in ["article", "inline-lambda"] {
        let policy = example(&format!("{name}.policy.json"));
        let findings = example(&format!("{name}.findings.json"));
        let refined = iam_refine().args(["refine", &policy, &findings]).run();
        assert_eq!(refined.exit, 0, "{}", refined.stderr);
        let run = iam_refine()
            .args(["verify", &policy, "-", &findings])
            .run_with(&refined.stdout);
        assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn what_aws_recommends_is_read_where_it_stands() {
    let answer = example("get-recommended-policy-v2.json");
    let findings = r#"[{"serviceNamespace": "lambda", "actions": ["UpdateFunctionCode"]}]"#;
    let run = iam_refine()
        .args(["verify", &answer, &answer, "-"])
        .run_with(findings);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);

    let original = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
    let recommended = original
        .replace("sqs:Se*", "sqs:SendMessage")
        .replace('"', "\\\"");
    let answer = format!(
        r#"{{"status": "SUCCEEDED", "recommendedSteps": [{{"unusedPermissionsRecommendedStep":
            {{"recommendedAction": "CREATE_POLICY", "recommendedPolicy": "{recommended}"}}}}]}}"#
    );
    let folder = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let findings = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;
    let run = iam_refine()
        .arg("verify")
        .arg(write("original.json", original))
        .arg(write("answer.json", &answer))
        .arg(write("findings.json", findings))
        .run();
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn bad_input_is_told_with_exit_code_2() {
    let policy = example("article.policy.json");
    let findings = example("article.findings.json");
    for (refined, told) in [
        ("get-finding-recommendation.in-progress.json", "status"),
        (
            "get-finding-recommendation.json",
            "this string is no policy document",
        ),
        ("article.findings.json", "this holds no policy"),
    ] {
        let run = iam_refine()
            .args(["verify", &policy, &example(refined), &findings])
            .run();
        assert_eq!(run.exit, 2, "{}", run.stdout);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    let run = iam_refine().args(["verify", "-", "-", &findings]).run();
    assert_eq!(run.exit, 2);
    let run = iam_refine().args(["verify", &policy, &policy]).run();
    assert_eq!(run.exit, 2);
}

#[test]
fn what_was_used_and_no_catalogue_has_must_not_be_lost() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    let original = write("policy.json", policy);
    let refined = write("refined.json", &policy.replace("sqs:*", "sqs:SendMessage"));
    let catalogue = write("catalogue.txt", "sqs:PurgeQueue\nsqs:SendMessage\n");
    let used = "2024-07-20T11:00:00+00:00";
    let report = format!(
        r#"{{"JobStatus": "COMPLETED", "JobCompletionDate": "{used}", "ServicesLastAccessed": [
            {{"ServiceNamespace": "sqs", "LastAuthenticated": "{used}", "TrackedActionsLastAccessed": [
              {{"ActionName": "PurgeQueue"}},
              {{"ActionName": "SendMessage", "LastAccessedTime": "{used}"}},
              {{"ActionName": "BrandNew", "LastAccessedTime": "{used}"}}]}}]}}"#
    );
    let report = write("report.json", &report);
    let run = iam_refine()
        .args([
            "verify",
            &original,
            &refined,
            &report,
            "--catalogue",
            &catalogue,
        ])
        .run();
    assert_eq!(run.exit, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("✗ nothing lost"), "{}", run.stdout);
    assert!(run.stdout.contains("sqs:BrandNew"), "{}", run.stdout);
}

#[test]
fn what_takes_too_long_to_tell_of_an_unused_service_does_not_pass() {
    let folder = folder();
    let marks = "?".repeat(30);
    let policy = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "sqs:*a{marks}*", "Resource": "*"}}}}"#
    );
    let findings = r#"[{"serviceNamespace": "sqs"}]"#;
    for (name, text) in [
        ("policy.json", policy.as_str()),
        ("findings.json", findings),
    ] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command.args(["verify", "policy.json", "policy.json", "findings.json"]);
    command.args(["--keep", &format!("sqs:*b{marks}*=x")]);
    command.args(["--keep", &format!("sqs:*a?{marks}=x")]);
    let run = command.run();
    assert_eq!(run.exit, 1, "{}{}", run.stdout, run.stderr);
    for told in ["✗ unused gone", "takes too long; taken for unused\n"] {
        assert!(run.stdout.contains(told), "{}", run.stdout);
    }
}

#[test]
fn what_is_wrong_with_any_file_is_told_together() {
    let folder = folder();
    for name in ["policy.json", "refined.json", "findings.json"] {
        std::fs::write(folder.path().join(name), "{\"Statement\": x}").expect("written");
    }
    let mut command = iam_refine();
    command.current_dir(folder.path());
    let run = command
        .args(["verify", "policy.json", "refined.json", "findings.json"])
        .run();
    assert_eq!(run.exit, 2, "{}", run.stdout);
    for name in ["policy.json", "refined.json", "findings.json"] {
        let told = format!("error: {name}:1:15: ");
        assert!(run.stderr.contains(&told), "{}", run.stderr);
    }
}
