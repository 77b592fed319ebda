//! What goes wrong with AWS, and what the user is told: always the way out.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::aws::{Aws, SHARED, a_role, with_rules};
use crate::run::Run;

/// Something that goes wrong: its name, and the rules for it.
type Situation = (&'static str, Value);

fn on(call: &str, fault: &Value) -> Value {
    json!([{"on": [call], "do": fault}])
}

/// What goes wrong before anything is answered.
fn at_the_beginning() -> Vec<Situation> {
    let first = "get-caller-identity";
    let identity = |fault: Value| on(first, &fault);
    vec![
        ("nothing", json!([])),
        ("no credentials", identity("no-credentials".into())),
        (
            "no credentials, as of 2026",
            identity(
                json!({"fail": {"exit": 253, "text": "\naws: [ERROR]: An error occurred (NoCredentials): Unable to locate credentials. You can configure credentials by running \"aws login\".\n"}}),
            ),
        ),
        ("an expired session of SSO", identity("expired-sso".into())),
        (
            "an expired session of `aws login`",
            identity(
                json!({"fail": {"exit": 255, "text": "\nYour session has expired. Please reauthenticate using 'aws login'.\n"}}),
            ),
        ),
        ("an expired token", identity("expired-token".into())),
        ("no such profile", identity("no-profile".into())),
        ("no network", identity("unreachable".into())),
        ("`aws` says nothing", identity("silence".into())),
        (
            "`aws` prints something else",
            identity(json!({"print": "hello\n"})),
        ),
    ]
}

/// What goes wrong with one of the calls.
fn meanwhile() -> Vec<Situation> {
    vec![
        ("no such role", on("get-role", &"no-such-entity".into())),
        (
            "the role may not be read",
            on("get-role", &"access-denied".into()),
        ),
        (
            "an inline policy may not be read",
            on("get-role-policy", &"access-denied".into()),
        ),
        (
            "the inline policies may not be listed",
            on("list-role-policies", &"access-denied".into()),
        ),
        (
            "a policy is gone meanwhile",
            on("get-policy", &"no-such-entity".into()),
        ),
        (
            "the analyzers may not be listed",
            on("list-analyzers", &"access-denied".into()),
        ),
        ("no region", on("list-analyzers", &"no-region".into())),
        (
            "the findings may not be listed",
            on("list-findings-v2", &"access-denied".into()),
        ),
        (
            "a finding may not be read",
            on("get-finding-v2", &"access-denied".into()),
        ),
        (
            "an `aws` older than November 2023",
            on("list-findings-v2", &"unknown".into()),
        ),
        (
            "no report may be made",
            on(
                "generate-service-last-accessed-details",
                &"access-denied".into(),
            ),
        ),
        (
            "the report is gone",
            on(
                "get-service-last-accessed-details",
                &"no-such-entity".into(),
            ),
        ),
        (
            "the report cannot be made",
            on(
                "get-service-last-accessed-details",
                &json!({"set": {"/JobStatus": "FAILED", "/Error": {"Message": "Try later"}}}),
            ),
        ),
        (
            "the session expires meanwhile",
            on("get-policy-version", &"expired-token".into()),
        ),
        (
            "too many calls, once",
            json!([{"on": ["get-policy"], "calls": [1], "do": "throttle"}]),
        ),
        (
            "too many calls",
            on("list-role-policies", &"throttle".into()),
        ),
        (
            "an `aws` that complains and answers",
            on("get-role", &json!({"complain": "urllib3 is old\n"})),
        ),
        (
            "one page of several",
            on("list-attached-role-policies", &json!({"page": 1})),
        ),
        ("half an answer", on("list-role-policies", &"half".into())),
        (
            "it dies in the middle",
            on("list-role-policies", &"die-halfway".into()),
        ),
    ]
}

#[test]
fn every_error_names_its_way_out() {
    let mut table = String::new();
    for (name, rules) in [at_the_beginning(), meanwhile()].concat() {
        let aws = Aws::with(&with_rules(a_role(), rules.clone()));
        let run = aws.fetch(&["--role", "MyRole"]);
        let _ = writeln!(table, "# {name}: exit {}\n{}", run.exit, run.stderr);
        let manifest = aws.path().join("answers/manifest.json");
        assert_eq!(manifest.exists(), run.exit < 2, "{name}: {}", run.stderr);
        if run.exit != 0 {
            assert!([1, 2].contains(&run.exit), "{name}: {}", run.stderr);
            assert!(run.stderr.contains("\nhelp: "), "{name}: {}", run.stderr);
            assert_eq!(
                helps(&said_by_the_first_version(&rules)),
                helps(&run),
                "{name}"
            );
        }
    }
    insta::assert_snapshot!(table);
}

/// What is said where `aws` is one of version 1, which has other words and exit codes.
fn said_by_the_first_version(rules: &Value) -> Run {
    let mut world = with_rules(a_role(), rules.clone());
    world["cli"] = "aws-cli/1.45.11 Python/3.11.7 Linux/6.8 botocore/1.43.11".into();
    Aws::with(&world).fetch(&["--role", "MyRole"])
}

/// How it ends, and the ways out that it names.
fn helps(run: &Run) -> (i32, Vec<&str>) {
    let helps = run.stderr.lines().filter(|line| line.starts_with("help: "));
    (run.exit, helps.collect())
}

#[test]
fn without_the_program_it_is_told_how_to_get_it() {
    let aws = Aws::with(&a_role());
    let fetch = |path: &str| {
        let mut command = aws.program(&["fetch", "--role", "MyRole", "-o", "answers"]);
        // The last one counts; the first is the played one.
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let mut again = std::process::Command::new(command.get_program());
        again.args(&arguments[..arguments.len() - 1]).arg(path);
        again.current_dir(aws.path());
        command = again;
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (exit, said) = fetch("/nowhere/aws");
    assert_eq!(exit, Some(2));
    assert!(
        said.contains("install the AWS CLI") && said.contains("--aws PATH"),
        "{said}"
    );
    std::fs::write(aws.path().join("plain"), "no program").unwrap();
    let (exit, said) = fetch("./plain");
    assert_eq!(exit, Some(2));
    assert!(
        said.contains("cannot be run") && said.contains("--aws PATH"),
        "{said}"
    );
    assert!(!aws.path().join("answers").exists());
}

#[test]
fn throttled_calls_are_made_again_and_fewer_at_a_time() {
    let attached: Vec<String> = (0..12)
        .map(|it| format!("arn:aws:iam::123456789012:policy/P{it}"))
        .collect();
    let mut world = a_role();
    world["roles"][0]["attached"] = json!(attached);
    let policies = attached
        .iter()
        .map(|arn| json!({"arn": arn, "versions": [{"id": "v1", "document": ["s3:Get*"]}]}));
    world["policies"] = policies.collect();
    world["rules"] = json!([
        {"on": ["get-policy"], "calls": [1, 2], "do": "throttle"},
        {"on": ["get-policy-version"], "do": {"sleep": 60}},
    ]);
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    assert_eq!(aws.manifest()["unanswered"], json!([]));
    let calls = aws.calls();
    let throttled = calls
        .iter()
        .filter(|call| call.words().contains("get-policy "));
    assert_eq!(throttled.count(), 12 + 2);
}

#[test]
fn whoever_reads_the_folder_is_told_again_what_is_missing() {
    for (call, permission) in [
        ("list-role-policies", "iam:ListRolePolicies"),
        ("get-policy-version", "iam:GetPolicyVersion"),
        ("list-entities-for-policy", "iam:ListEntitiesForPolicy"),
        ("list-findings-v2", "access-analyzer:ListFindings"),
    ] {
        let rules = json!([{"on": [call], "do": "access-denied"}]);
        let aws = Aws::with(&with_rules(a_role(), rules));
        let fetched = aws.fetched_in_part(&["--role", "MyRole"]);
        let refined = aws.refine(&["answers", "--diff"]);
        for run in [&fetched, &refined] {
            assert!(run.stderr.contains(permission), "{call}: {}", run.stderr);
        }
    }
}

#[test]
fn who_may_use_something_unseen_loses_nothing() {
    let mut world = a_role();
    world["roles"][0]["inline"] = json!({});
    world["roles"][0]["attached"] = json!([SHARED]);
    let unused = json!({"lambda": ["GetFunction"]});
    for finding in [0, 2] {
        world["analyzers"][0]["findings"][finding]["unused"] = unused.clone();
    }
    let refined = |rules: Value| {
        let aws = Aws::with(&with_rules(world.clone(), rules));
        aws.fetch(&["--account"]);
        let run = aws.refine(&["--account", "answers"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stderr + &run.stdout
    };
    let of_both = refined(json!([]));
    assert!(of_both.contains("1 policy loses something"), "{of_both}");
    let other = "11111111-aaaa-4444-8888-000000000003";
    let of_one = refined(json!([{"on": ["get-finding-v2", other], "do": "access-denied"}]));
    assert!(of_one.contains("0 policies lose something"), "{of_one}");
    assert!(
        of_one.contains("AWS did not answer what role Other does not use"),
        "{of_one}"
    );
}

#[test]
fn who_is_allowed_nothing_stops_nobody_else() {
    let mut world = a_role();
    world["analyzers"] = json!([]);
    world["roles"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "Empty"}));
    let lambda = json!({"services": {"lambda": {}}});
    world["last_accessed"]["arn:aws:iam::123456789012:role/Other"] = lambda;
    let aws = Aws::with(&world);
    aws.fetched(&["--account"]);
    let run = aws.refine(&["--account", "answers"]);
    assert!([0, 4].contains(&run.exit), "{}", run.stderr);
    let said = run.stdout + &run.stderr;
    assert!(!said.contains("lists no service"), "{said}");
    // Nor does an empty report stop a review by the findings.
    world = a_role();
    world["last_accessed"] = json!({});
    aws.becomes(&world);
    assert_eq!(aws.run(&["fetch", "--role", "MyRole", "-o", "one"]).exit, 0);
    let run = aws.refine(&["one", "--diff"]);
    assert!([0, 4].contains(&run.exit), "{}", run.stderr);
}
