//! An `aws` that prints what it should not: it ends in a message, within bounds, and obeys nothing.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::aws::{Aws, ROLE, a_role, with_rules};
use crate::run::Run;

/// Every call that is made for a role.
const CALLS: [&str; 14] = [
    "--version",
    "get-caller-identity",
    "get-role",
    "list-role-policies",
    "get-role-policy",
    "list-attached-role-policies",
    "get-policy",
    "get-policy-version",
    "list-entities-for-policy",
    "list-analyzers",
    "list-findings-v2",
    "get-finding-v2",
    "generate-service-last-accessed-details",
    "get-service-last-accessed-details",
];

/// Fetches with these rules, and reads what was fetched.
fn fetch_and_refine(world: &Value, rules: Value) -> [Run; 2] {
    let aws = Aws::with(&with_rules(world.clone(), rules));
    let fetched = aws.fetch(&["--role", "MyRole"]);
    let is_helped = fetched.exit == 0 || fetched.stderr.contains("\nhelp: ");
    assert!(is_helped, "{}", fetched.stderr);
    [fetched, aws.refine(&["answers", "--diff"])]
}

/// It ends by itself and well, with a way out where it could not do its work, and with nothing in its
/// words that a terminal would obey.
fn assert_is_decent(run: &Run, what: &str) {
    assert!(
        [0, 1, 2, 4].contains(&run.exit),
        "{what}: {} {}",
        run.exit,
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{what}: {}", run.stderr);
    assert!(run.exit != 2 || run.stderr.contains("error: "), "{what}");
    let obeyed = |letter: char| {
        letter.is_control() && letter != '\n' && letter != '\t'
            || ('\u{202a}'..='\u{202e}').contains(&letter)
            || ('\u{2066}'..='\u{2069}').contains(&letter)
    };
    assert!(!run.stderr.contains(obeyed), "{what}: {:?}", run.stderr);
    assert!(
        run.stderr.len() < 20_000,
        "{what}: {} bytes",
        run.stderr.len()
    );
}

#[test]
fn whatever_a_call_prints_it_ends_in_a_message() {
    let faults = [
        json!("silence"),
        json!("half"),
        json!("die-halfway"),
        json!("no-text"),
        json!({"print": "\u{1b}]0;evil\u{7}\u{202e}"}),
        json!({"print": "{}"}),
        json!({"print": "[]"}),
        json!({"print": "null\n"}),
        json!({"nested": 100_000}),
    ];
    for call in CALLS {
        // What is said first, what has to be there, and what may be missing meet all of them.
        let meets_all = ["get-caller-identity", "get-role", "list-role-policies"].contains(&call);
        let is_usual = |fault: &&Value| **fault == "half" || **fault == json!({"print": "{}"});
        let faults = faults.iter().filter(|fault| meets_all || is_usual(fault));
        for fault in faults {
            let what = format!("{call}: {fault}");
            let rules = json!([{"on": [call], "do": fault}]);
            for run in fetch_and_refine(&a_role(), rules) {
                assert_is_decent(&run, &what);
            }
        }
    }
}

#[test]
fn whatever_a_call_complains_of_is_told_as_text() {
    let evil = "\u{1b}]0;evil\u{7}\u{202e}\u{9b}2J";
    let said = json!({"fail": {"exit": 254, "text": format!("\nAn error occurred (Evil{evil}) when calling the {evil} operation: {evil}\n")}});
    let long = json!({"fail": {"exit": 255, "text": "x y\n".repeat(1 << 20)}});
    for call in CALLS {
        let faults = [Some(&said), Some(&long).filter(|_| call == "get-role")];
        for fault in faults.into_iter().flatten() {
            let rules = json!([{"on": [call], "do": fault}]);
            for run in fetch_and_refine(&a_role(), rules) {
                assert_is_decent(&run, call);
            }
        }
    }
}

#[test]
fn names_and_ids_that_are_none_are_asked_nothing() {
    let set = |path: &str, value: Value| json!({"set": {path: value}});
    let evil = "x\u{1b}[31m\n\u{202e}";
    let rows = [
        ("get-role", set("/Role/Arn", json!("not an ARN"))),
        ("get-role", set("/Role/Arn", json!(evil))),
        ("get-role", set("/Role/Arn", Value::Null)),
        ("get-role", set("/Role", json!([]))),
        (
            "list-role-policies",
            set("/PolicyNames/0", json!("file:///etc/passwd")),
        ),
        (
            "list-role-policies",
            set("/PolicyNames/0", json!("--output")),
        ),
        ("list-role-policies", set("/PolicyNames/0", json!(evil))),
        ("list-role-policies", set("/PolicyNames/0", json!(7))),
        ("list-role-policies", set("/PolicyNames", json!("a"))),
        (
            "list-attached-role-policies",
            set("/AttachedPolicies/0/PolicyArn", json!("file:///etc/passwd")),
        ),
        (
            "list-attached-role-policies",
            set("/AttachedPolicies/0/PolicyArn", json!(evil)),
        ),
        (
            "get-policy",
            set("/Policy/DefaultVersionId", json!("file:///etc/passwd")),
        ),
        ("get-policy", set("/Policy/DefaultVersionId", json!("--x"))),
        (
            "list-analyzers",
            set("/analyzers/0/arn", json!("file:///etc/passwd")),
        ),
        (
            "list-findings-v2",
            set("/findings/0/id", json!("file:///etc/passwd")),
        ),
        ("list-findings-v2", set("/findings/0/id", json!("http://x"))),
        ("list-findings-v2", set("/findings/0/id", json!("-x"))),
        ("list-findings-v2", set("/findings/0/id", json!(evil))),
        (
            "generate-service-last-accessed-details",
            set("/JobId", json!("file:///etc/passwd")),
        ),
    ];
    for (call, fault) in rows {
        let what = format!("{call}: {fault}");
        let aws = Aws::with(&with_rules(a_role(), json!([{"on": [call], "do": fault}])));
        let run = aws.fetch(&["--role", "MyRole"]);
        assert_is_decent(&run, &what);
        let is_helped = run.exit == 0 || run.stderr.contains("\nhelp: ");
        assert!(is_helped, "{what}: {}", run.stderr);
        for call in aws.calls() {
            let is_hostile = |argument: &String| {
                argument.contains("://") || argument.contains('\u{1b}') || argument == "--x"
            };
            assert!(
                !call.arguments.iter().any(is_hostile),
                "{what}: {}",
                call.words()
            );
        }
        assert_is_decent(&aws.refine(&["answers", "--diff"]), &what);
    }
}

#[test]
fn a_marker_is_no_file_and_does_not_come_for_ever() {
    for marker in [
        json!("file:///etc/passwd"),
        json!("AAIB0001=="),
        json!("--x"),
        json!(7),
    ] {
        let mut fields = serde_json::Map::new();
        fields.insert("/IsTruncated".to_owned(), true.into());
        fields.insert("/Marker".to_owned(), marker.clone());
        let rules = json!([{"on": ["get-service-last-accessed-details"], "do": {"set": fields}}]);
        let aws = Aws::with(&with_rules(a_role(), rules));
        let begun = Instant::now();
        let run = aws.fetch(&["--role", "MyRole"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{marker}");
        assert_is_decent(&run, &marker.to_string());
        let words: Vec<String> = aws.asked();
        assert!(!words.iter().any(|it| it.contains("file://")), "{words:#?}");
        assert!(words.len() < 30, "{}", words.len());
    }
}

#[test]
fn the_answer_about_another_role_is_refused() {
    let mut world = a_role();
    world["roles"][1]["inline"] = json!({"ReadBuckets": ["ec2:*"]});
    // A proxy or a cache that mixes answers up.
    for call in [
        "get-role",
        "get-role-policy",
        "get-policy-version",
        "get-finding-v2",
    ] {
        let other = json!({
            "MyRole": "Other",
            "policy/Shared": "policy/Wrong",
            "000000000001": "000000000003",
        });
        let mut world = world.clone();
        world["policies"].as_array_mut().unwrap().push(json!({
            "arn": "arn:aws:iam::123456789012:policy/Wrong",
            "versions": [{"id": "v9", "document": ["ec2:*"]}, {"id": "v2", "document": ["ec2:*"]}],
        }));
        let rules = json!([{"on": [call], "do": {"instead": other}}]);
        let [fetched, refined] = fetch_and_refine(&world, rules);
        assert_is_decent(&fetched, call);
        assert_is_decent(&refined, call);
        assert_ne!([fetched.exit, refined.exit], [0, 0], "{call}");
        // What is asked after it would be asked of the other one.
        assert_eq!(fetched.exit == 2, call == "get-role", "{call}");
        assert!(
            !refined.stdout.contains("ec2:") || call == "get-policy-version",
            "{call}"
        );
    }
}

#[test]
fn more_than_anybody_reads_is_refused_within_bounds() {
    for (call, target, most) in [
        ("get-role-policy", &["--role", "MyRole"][..], 150),
        ("get-caller-identity", &["--role", "MyRole"], 60),
        ("get-account-authorization-details", &["--account"], 700),
    ] {
        let rules = json!([{"on": [call], "do": {"megabytes": 300}}]);
        let aws = Aws::with(&with_rules(a_role(), rules));
        let (said, peak) = peak_of(aws.program(&[&["fetch", "-o", "answers"], target].concat()));
        assert!(
            said.contains("MiB") || said.contains("KiB"),
            "{call}: {said}"
        );
        assert!(peak < most * 1024, "{call}: {peak} KiB at most {most} MiB");
    }
}

/// What a program says, and the most memory that it had, in KiB.
fn peak_of(mut command: Command) -> (String, u64) {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let child = child.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(line) = line else {
                break; // It has ended.
            };
            peak = line.trim().trim_end_matches(" kB").parse().unwrap();
            thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (said, watcher.join().unwrap())
}

#[test]
fn a_hanging_aws_can_be_interrupted_and_resumed() {
    let rules = json!([{"on": ["get-policy"], "do": "hang"}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    let mut child = aws
        .program(&["fetch", "--role", "MyRole", "-o", "answers"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    aws.wait_for("get-policy ");
    let killed = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let ended = Instant::now();
    child.wait().unwrap();
    assert!(ended.elapsed() < Duration::from_secs(5));
    aws.becomes(&a_role());
    aws.fetched(&["--role", "MyRole"]);
}

#[test]
fn a_role_that_is_named_hostilely_in_the_answers_is_shown_as_text() {
    let mut world = a_role();
    let evil = "\u{1b}]0;evil\u{7}\u{202e}";
    world["analyzers"][0]["managed_by"] = evil.into();
    world["analyzers"][0]["findings"][1]["resource"] = format!("{ROLE}{evil}").into();
    world["cli"] = format!("aws-cli/2.31.0 {evil}").into();
    world["roles"][0]["tags"] = json!({evil: evil});
    let aws = Aws::with(&world);
    let run = aws.fetched(&["--role", "MyRole"]);
    assert_is_decent(&run, "names");
    let rules =
        json!([{"on": ["list-findings-v2"], "do": {"set": {"/findings/0/resource": evil}}}]);
    let run = Aws::with(&with_rules(world, rules)).fetched(&["--role", "MyRole"]);
    assert_is_decent(&run, "names");
}
