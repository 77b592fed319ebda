//! `catalogue`: looking at it, and making one of AWS's service reference.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{RunIt, folder, iam_refine};

/// 2026-11-23.
const NOVEMBER: &str = "1795392000";

fn catalogue(arguments: &[&str]) -> Command {
    let mut command = iam_refine();
    command.arg("catalogue").args(arguments);
    command.env("SOURCE_DATE_EPOCH", NOVEMBER);
    command
}

fn service(name: &str, actions: &[&str]) -> String {
    let actions = actions.iter().map(|action| {
        format!(
            r#"{{"Name": "{action}", "Annotations": {{"Properties": {{"IsWrite": true}}}},
            "SupportedBy": {{"IAM Action Last Accessed": true}}, "Resources": []}}"#
        )
    });
    let actions: Vec<String> = actions.collect();
    format!(
        r#"{{"Name": "{name}", "Actions": [{}], "Version": "v1.4"}}"#,
        actions.join(",")
    )
}

/// A folder as a mirror of the service reference is: the index, and a folder a service.
fn reference(folder: &Path) {
    fs::create_dir_all(folder.join("v1/sqs")).expect("it is there");
    let index = r#"[{"service": "sqs", "url": "https://x/v1/sqs/sqs.json"}]"#;
    fs::write(folder.join("index.json"), index).expect("it is there");
    fs::write(
        folder.join("v1/sqs/sqs.json"),
        service("sqs", &["SendMessage", "New"]),
    )
    .expect("it is there");
    fs::write(folder.join("new.json"), service("newest", &["Do"])).expect("it is there");
    fs::write(folder.join("README.md"), "not JSON").expect("it is there");
}

#[test]
fn a_folder_becomes_a_catalogue_that_can_be_used() {
    let folder = folder();
    reference(folder.path());
    let out = folder.path().join("catalogue.txt");
    let (from, to) = (
        folder.path().to_str().expect("it is there"),
        out.to_str().unwrap(),
    );
    let run = catalogue(&["import", from, "-o", to]).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("2 services, 3 actions"),
        "{}",
        run.stderr
    );
    let text = fs::read_to_string(&out).expect("it is there");
    let (_, body) = text.split_once("\ndate").expect("it is there");
    assert_eq!(
        body,
        " 2026-11-23\nsince 2024-06-10\nsource AWS's service reference\n\n\
         newest\n W+ Do 2026-11-23\n\nsqs\n W+ New 2026-11-23\n W+ SendMessage\n"
    );
    let listed = catalogue(&["list", "sqs:*", "--catalogue", to]).run();
    assert_eq!(listed.stdout, "sqs:New\nsqs:SendMessage\n");
    let again = catalogue(&["import", from, "-o", to]).run();
    assert_eq!(again.exit, 2);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    let printed = catalogue(&["import", from]).run();
    assert_eq!(printed.stdout, text);
}

#[test]
fn files_and_standard_input_are_taken_and_what_is_known_keeps_its_day() {
    let mut import = catalogue(&["import", "-"]);
    let abac = import.run_with(&service("s3", &["GetBucketAbac", "GetObject"]));
    assert_eq!(abac.exit, 0, "{}", abac.stderr);
    let built_in = fs::read_to_string("assets/catalogue.txt").expect("it is there");
    let (_, day) = built_in.split_once(" GetBucketAbac").expect("it is there");
    let day = day.lines().next().expect("it is there");
    assert!(
        abac.stdout
            .contains(&format!("GetBucketAbac{day}\n W+ GetObject\n"))
    );
}

#[test]
fn all_that_is_wrong_with_any_file_is_told_and_nothing_is_written() {
    let folder = folder();
    reference(folder.path());
    fs::write(folder.path().join("a.json"), "{").expect("it is there");
    fs::write(folder.path().join("b.json"), service("s3", &["Get*"])).expect("it is there");
    fs::write(folder.path().join("c.json"), service("SQS", &["A"])).expect("it is there");
    let out = folder.path().join("out.txt");
    let (from, to) = (
        folder.path().to_str().expect("it is there"),
        out.to_str().unwrap(),
    );
    let run = catalogue(&["import", from, "-o", to]).run();
    assert_eq!(run.exit, 2);
    for what in ["a.json:1:", "b.json:1:", "was read from"] {
        assert!(run.stderr.contains(what), "{what}: {}", run.stderr);
    }
    assert!(!out.exists());
    let empty = crate::run::folder();
    let run = catalogue(&["import", empty.path().to_str().expect("it is there")]).run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("none of the files holds an action"));
}

#[test]
fn an_old_catalogue_is_hinted_at_in_one_line() {
    let (policy, findings) = (
        crate::run::example("article.policy.json"),
        crate::run::example("article.findings.json"),
    );
    let run_on = |seconds: &str| {
        let mut command = iam_refine();
        command.args(["refine", &policy, &findings, "--diff"]);
        command.env("SOURCE_DATE_EPOCH", seconds).run()
    };
    assert!(!run_on(NOVEMBER).stderr.contains("days old"));
    // 2027-01-25 is 90 days after the catalogue, and the next day is too late.
    assert!(!run_on("1800835200").stderr.contains("days old"));
    let old = run_on("1800921600");
    let first = old.stderr.lines().next().expect("it is there");
    assert!(
        first.starts_with("note: the built-in catalogue is 91 days old; "),
        "{first}"
    );
    assert_eq!(old.exit, 0);
}

#[test]
fn a_service_that_is_not_there_is_told_with_what_is_near() {
    let list = |pattern: &str| {
        let run = iam_refine().args(["catalogue", "list", pattern]).run();
        (run.exit, run.stdout, run.stderr)
    };
    for (pattern, near) in [
        ("emr:*", "elasticmapreduce"),
        ("SesV2:Send*", "ses"),
        ("lamda:*", "lambda"),
    ] {
        let (exit, stdout, stderr) = list(pattern);
        assert_eq!((exit, stdout.as_str()), (2, ""), "{pattern}");
        assert!(
            stderr.contains(&format!("perhaps it is {near}")),
            "{pattern}: {stderr}"
        );
    }
    let (exit, _, stderr) = list("nosuchthingatall:*");
    assert_eq!(exit, 2);
    assert!(
        stderr.contains("has no service nosuchthingatall"),
        "{stderr}"
    );
    let (exit, stdout, stderr) = list("s3:NoSuch*");
    assert_eq!((exit, stdout.as_str()), (0, ""));
    assert!(stderr.contains("matches s3:NoSuch*"), "{stderr}");
}
