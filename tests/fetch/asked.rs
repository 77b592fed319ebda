//! What `aws` is asked, and how: only reads, by lists of arguments, with nothing on standard input.

use std::collections::BTreeSet;

use iam_refine::aws::{Read, ReadCommand};
use serde_json::json;

use crate::aws::{ANALYZER, Aws, ROLE, a_role, a_user};
use crate::run::RunIt;

/// The calls for a test's role, as a snapshot.
fn asked(aws: &Aws) -> String {
    aws.asked().join("\n")
}

#[test]
fn a_role_is_asked_for_with_these_calls() {
    let mut world = a_role();
    world["generations"] = json!([
        {"job": "22222222-bbbb-4444-8888-000000000001", "principal": ROLE, "policies": [["s3:GetObject"]]},
        {"job": "22222222-bbbb-4444-8888-000000000002", "principal": ROLE, "status": "FAILED"},
    ]);
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    insta::assert_snapshot!(asked(&aws));
}

#[test]
fn a_user_is_asked_for_with_those_of_the_groups() {
    let aws = Aws::with(&a_user());
    aws.fetched(&["--user", "ann"]);
    insta::assert_snapshot!(asked(&aws));
}

#[test]
fn an_account_with_an_analyzer_is_asked_for_its_findings() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--account"]);
    insta::assert_snapshot!(asked(&aws));
}

#[test]
fn an_account_without_an_analyzer_is_asked_for_reports_of_all_but_service_linked_roles() {
    let mut world = a_user();
    world["roles"] = json!([
        {"name": "One"},
        {"name": "AWSServiceRoleForSupport", "path": "/aws-service-role/support.amazonaws.com/"},
    ]);
    let aws = Aws::with(&world);
    aws.fetched(&["--account"]);
    insta::assert_snapshot!(asked(&aws));
}

#[test]
fn what_is_said_to_be_asked_is_what_is_asked() {
    let mut role = a_role();
    role["generations"] = json!([
        {"job": "22222222-bbbb-4444-8888-000000000001", "principal": ROLE, "policies": [["s3:GetObject"]]},
    ]);
    let mut asked = BTreeSet::new();
    for (world, of) in [
        (role, &["--role", "MyRole"][..]),
        (a_user(), &["--user", "ann"]),
        (a_user(), &["--account"]),
    ] {
        let aws = Aws::with(&world);
        aws.fetched(of);
        let calls = aws.calls().into_iter().skip(1);
        asked.extend(calls.map(|call| call.arguments[1].clone()));
    }
    let known: BTreeSet<String> = Read::all()
        .map(|read| ReadCommand::new(read).sub_command())
        .collect();
    assert_eq!(asked, known);
}

#[test]
fn every_call_reads_and_is_made_in_the_same_way() {
    let aws = Aws::with(&a_role());
    let mut fetch = aws.program(&["fetch", "-o", "answers", "--role", "MyRole"]);
    // What the user types, or pipes, is not for `aws`.
    let run = fetch.run_with("typed\n");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let calls = aws.calls();
    let [version, identity, rest @ ..] = &calls[..] else {
        panic!("there are calls");
    };
    assert_eq!(version.arguments, ["--version"]);
    assert_eq!(identity.words(), "sts get-caller-identity");
    // It may open a browser, or ask for a token: nothing else may do so at the same time.
    assert!(rest.iter().all(|call| call.start >= identity.end.unwrap()));
    for call in &calls {
        assert_eq!(call.input, "empty", "{call:?}");
        assert_eq!(call.folder, aws.path().canonicalize().unwrap());
        let of_all = [
            ("AWS_CLI_AUTO_PROMPT", "off"),
            ("AWS_CLI_ERROR_FORMAT", "legacy"),
            ("AWS_MAX_ATTEMPTS", "8"),
            ("AWS_PAGER", ""),
            ("AWS_RETRY_MODE", "standard"),
        ];
        let of_all = of_all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(call.environment, of_all.into());
    }
    for call in calls.iter().skip(1) {
        let sub_command = &call.arguments[1];
        let reads = sub_command.starts_with("get-")
            || sub_command.starts_with("list-")
            || sub_command == "generate-service-last-accessed-details";
        assert!(reads, "{sub_command}");
        assert_eq!(call.option("--output"), Some("json"));
        assert_eq!(call.option("--color"), Some("off"));
    }
}

#[test]
fn what_the_user_set_is_passed_on() {
    let aws = Aws::with(&a_role());
    let set = [
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_MAX_ATTEMPTS", "3"),
        ("AWS_PROFILE", "default"),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        // A pager and questions would wait for ever.
        ("AWS_PAGER", "less"),
        ("AWS_CLI_AUTO_PROMPT", "on"),
    ];
    let run = aws
        .program(&["fetch", "-o", "answers", "--role", "MyRole"])
        .envs(set)
        .output()
        .unwrap();
    assert!(run.status.success());
    for call in aws.calls() {
        let of = |name: &str| call.environment[name].as_str();
        assert_eq!(of("AWS_RETRY_MODE"), "adaptive");
        assert_eq!(of("AWS_MAX_ATTEMPTS"), "3");
        assert_eq!(of("AWS_PROFILE"), "default");
        assert_eq!(of("AWS_ACCESS_KEY_ID"), "AKIAEXAMPLE");
        assert_eq!((of("AWS_PAGER"), of("AWS_CLI_AUTO_PROMPT")), ("", "off"));
    }
}

#[test]
fn arguments_pass_no_shell() {
    let profile = "a b; touch evil $(touch evil) `touch evil` \"'\\ *";
    let mut world = a_role();
    world["profiles"][profile] = json!({"region": "eu-west-1"});
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole", "--profile", profile]);
    assert!(!aws.path().join("evil").exists());
    for call in aws.calls().iter().skip(1) {
        assert_eq!(call.option("--profile"), Some(profile));
    }
}

#[test]
fn names_that_look_like_options_or_files_are_names() {
    let mut world = a_role();
    world["roles"] = json!([{"name": "-Odd=,.@+", "inline": {"-=,.@+": ["s3:Get*"]}}]);
    let aws = Aws::with(&world);
    aws.fetched(&["--role=-Odd=,.@+"]);
    let role: Vec<_> = aws.manifest()["answers"].as_array().unwrap().clone();
    let policy = role
        .iter()
        .find(|answer| answer["arguments"][1] == "get-role-policy");
    assert!(policy.is_some(), "{role:#?}");
    // `aws` would read a file for these.
    for name in ["file:///etc/passwd", "fileb://x", "http://x"] {
        let run = aws.fetch(&["--role", name]);
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(
            run.stderr
                .contains("neither the name nor the ARN of a role"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn the_role_can_be_named_by_its_arn() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--role", ROLE]);
    assert_eq!(aws.manifest()["of"], json!({"role": "MyRole"}));
}

#[test]
fn security_hubs_analyzer_is_found_in_us_east_1() {
    let mut world = a_role();
    world["analyzers"][0]["region"] = "us-east-1".into();
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    let lists: Vec<String> = aws
        .asked()
        .into_iter()
        .filter(|it| it.contains("list-analyzers"))
        .collect();
    assert_eq!(
        lists,
        [
            "accessanalyzer list-analyzers",
            "accessanalyzer list-analyzers --region=us-east-1"
        ]
    );
    assert_eq!(
        aws.manifest()["analyzer"]["arn"],
        ANALYZER.replace("eu-west-1", "us-east-1")
    );
    // Its findings are asked for where it is.
    for call in aws
        .calls()
        .iter()
        .filter(|call| call.option("--analyzer-arn").is_some())
    {
        assert_eq!(call.option("--region"), Some("us-east-1"));
    }
}

#[test]
fn only_an_active_analyzer_of_unused_access_is_asked() {
    let mut world = a_role();
    let one = |name: &str, kind: &str, status: &str| json!({"name": name, "region": "eu-west-1", "type": kind, "status": status});
    let good = world["analyzers"][0].clone();
    world["analyzers"] = json!([
        one("external", "ACCOUNT", "ACTIVE"),
        one("internal", "ACCOUNT_INTERNAL_ACCESS", "ACTIVE"),
        one("creating", "ACCOUNT_UNUSED_ACCESS", "CREATING"),
        one("disabled", "ACCOUNT_UNUSED_ACCESS", "DISABLED"),
        good,
    ]);
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    assert_eq!(aws.manifest()["analyzer"]["arn"], ANALYZER);
}

#[test]
fn an_organizations_analyzer_is_asked_with_the_profile_of_its_account() {
    let mut world = a_role();
    world["profiles"]["prod"] = json!({"region": "eu-west-1"});
    world["profiles"]["audit"] = json!({"region": "eu-west-1", "account": "999999999999"});
    world["analyzers"][0]["account"] = "999999999999".into();
    world["analyzers"][0]["type"] = "ORGANIZATION_UNUSED_ACCESS".into();
    let aws = Aws::with(&world);
    let profiles = ["--profile", "prod", "--findings-profile", "audit"];
    aws.fetched(&[&["--role", "MyRole"], &profiles[..]].concat());
    for call in aws.calls().iter().skip(1) {
        let is_about_findings =
            call.words().contains("list-analyzers") || call.option("--analyzer-arn").is_some();
        let profile = if is_about_findings { "audit" } else { "prod" };
        assert_eq!(call.option("--profile"), Some(profile), "{}", call.words());
    }
    let answers = aws.answers();
    let findings = answers
        .keys()
        .filter(|name| name.starts_with("get-finding-v2"));
    assert_eq!(findings.count(), 1);
    // For the account only the findings about it.
    let aws = Aws::with(&world);
    aws.fetched(&[&["--account"], &profiles[..]].concat());
    let filter = r#""resourceOwnerAccount":{"eq":["123456789012"]}"#;
    assert!(aws.asked().iter().any(|call| call.contains(filter)));
}

#[test]
fn a_report_of_450_services_is_asked_for_page_by_page() {
    let mut world = a_role();
    let report = &mut world["last_accessed"][ROLE];
    report["made_up"] = 448.into();
    report["page"] = 100.into();
    report["in_progress"] = 1.into();
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    let pages = aws.calls();
    let pages = pages
        .iter()
        .filter(|call| call.words().contains("get-service-last-accessed"));
    let markers: Vec<Option<&str>> = pages.map(|call| call.option("--marker")).collect();
    let after = [
        Some("AAIB0100=="),
        Some("AAIB0200=="),
        Some("AAIB0300=="),
        Some("AAIB0400=="),
    ];
    // The first one was still in progress.
    assert_eq!(markers, [&[None, None], &after[..]].concat());
    let mut services = BTreeSet::new();
    for (name, text) in aws.answers() {
        if name.starts_with("get-service-last-accessed-details") {
            let page: serde_json::Value = serde_json::from_str(&text).unwrap();
            for service in page["ServicesLastAccessed"].as_array().unwrap() {
                services.insert(service["ServiceNamespace"].to_string());
            }
        }
    }
    assert_eq!(services.len(), 450);
    // Without an analyzer they are what the review goes by.
    world["analyzers"] = json!([]);
    let last = [
        "made-up-448:DoThis",
        "sqs:GetQueueUrl",
        "made-up-449:DoThis",
    ];
    world["roles"][0]["inline"]["Last"] = json!(last);
    aws.becomes(&world);
    let run = aws.run(&["fetch", "--role", "MyRole", "-o", "again"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let refined = aws.refine(&["again", "--diff"]);
    assert!([0, 4].contains(&refined.exit), "{}", refined.stderr);
    let removed = last.map(|action| {
        refined
            .stdout
            .contains(&format!("-                    \"{action}"))
    });
    assert_eq!(removed, [true, true, false], "{}", refined.stdout);
    assert!(!refined.stderr.contains("one page"), "{}", refined.stderr);
}

#[test]
fn what_was_asked_for_tells_whom_a_report_is_about() {
    let mut world = a_role();
    world["analyzers"] = json!([]);
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    let refined = aws.refine(&["answers", "--format", "json"]);
    assert!(
        !refined.stderr.contains("does not say whom"),
        "{}",
        refined.stderr
    );
}
