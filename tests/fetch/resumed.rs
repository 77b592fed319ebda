//! A run that is killed is resumed by the next one, which asks only for what is missing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::aws::{Aws, a_role, with_rules};

const TIMES: [&str; 3] = ["startedAt", "completedAt", "at"];

/// The folder without the times at which things were asked.
fn timeless(aws: &Aws) -> BTreeMap<String, String> {
    let mut answers = aws.answers();
    let manifest = answers.get_mut("manifest.json").unwrap();
    let mut value: Value = serde_json::from_str(manifest).unwrap();
    forget_times(&mut value);
    *manifest = value.to_string();
    answers
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !TIMES.contains(&name.as_str()));
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

/// Calls that each run begins with.
fn is_greeting(words: &str) -> bool {
    ["--version", "sts get-caller-identity"].contains(&words)
}

/// What was asked twice.
fn twice(aws: &Aws) -> BTreeSet<String> {
    let asked = aws.asked();
    let twice = asked.windows(2).filter(|pair| pair[0] == pair[1]);
    let twice = twice.map(|pair| pair[0].clone());
    twice.filter(|words| !is_greeting(words)).collect()
}

fn killed_and_resumed(world: &Value, arguments: &[&str]) {
    let whole = Aws::with(world);
    whole.fetched(arguments);
    let calls = whole.calls().len();
    assert!(twice(&whole).is_empty());
    for number in 1..=calls {
        // What runs beside it is answered, and kept, before.
        let rules = json!([{"calls": [number], "do": {"kill-parent": "answers/unfinished.jsonl"}}]);
        let aws = Aws::with(&with_rules(world.clone(), rules));
        let run = aws.fetch(arguments);
        assert_eq!(
            run.exit, -1,
            "it is killed at call {number}: {}",
            run.stderr
        );
        assert!(!aws.path().join("answers/manifest.json").exists());
        aws.fetched(arguments);
        let killed: BTreeSet<String> = aws
            .calls()
            .iter()
            .filter(|call| call.end.is_none())
            .map(crate::aws::Call::words)
            .collect();
        assert_eq!(killed.len(), 1, "{killed:?}");
        let twice = twice(&aws);
        assert!(twice.is_subset(&killed), "{twice:?} beside {killed:?}");
        assert_eq!(timeless(&aws), timeless(&whole), "killed at call {number}");
    }
}

#[test]
fn killed_at_any_call_a_role_comes_out_as_if_it_had_not_been() {
    killed_and_resumed(&a_role(), &["--role", "MyRole"]);
}

#[test]
fn killed_at_any_call_an_account_comes_out_as_if_it_had_not_been() {
    killed_and_resumed(&a_role(), &["--account"]);
}

#[test]
fn what_was_denied_is_asked_for_again_and_nothing_else_is() {
    let rules = json!([{"on": ["get-policy-version"], "do": "access-denied"}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    let run = aws.fetched_in_part(&["--role", "MyRole"]);
    assert!(
        run.stderr.contains("iam:GetPolicyVersion"),
        "{}",
        run.stderr
    );
    assert_eq!(aws.manifest()["unanswered"].as_array().unwrap().len(), 2);
    aws.becomes(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    assert_eq!(aws.manifest()["unanswered"], json!([]));
    let twice = twice(&aws);
    assert_eq!(twice.len(), 2, "{twice:?}");
    assert!(
        twice
            .iter()
            .all(|words| words.contains("get-policy-version"))
    );
}

#[test]
fn a_folder_that_was_begun_otherwise_is_left_alone() {
    let rules = json!([{"on": ["get-policy"], "calls": [1], "do": {"kill-parent": "answers/unfinished.jsonl"}}]);
    let mut world = with_rules(a_role(), rules);
    world["profiles"]["prod"] = json!({"region": "eu-west-1"});
    world["profiles"]["stranger"] = json!({"account": "999999999999", "region": "eu-west-1"});
    let aws = Aws::with(&world);
    assert_eq!(aws.fetch(&["--role", "MyRole"]).exit, -1);
    let before = aws.answers();
    for other in [
        &["--role", "Other"][..],
        &["--account"],
        &["--role", "MyRole", "--profile", "prod"],
        &["--role", "MyRole", "--profile", "stranger"],
        &["--role", "MyRole", "--region", "us-east-1"],
    ] {
        let run = aws.fetch(other);
        assert_eq!(run.exit, 2, "{other:?} {}", run.stderr);
        assert!(
            run.stderr.contains("was begun for something else"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("\nhelp: "), "{}", run.stderr);
        assert_eq!(aws.answers(), before, "{other:?}");
    }
}

#[test]
fn a_damaged_log_loses_a_call_and_no_more() {
    let rules = json!([{"on": ["get-policy"], "calls": [1], "do": {"kill-parent": "answers/unfinished.jsonl"}}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    assert_eq!(aws.fetch(&["--role", "MyRole"]).exit, -1);
    let log = aws.path().join("answers/unfinished.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    // A power cut in the middle of a line.
    std::fs::write(&log, &text[..text.len() - 20]).unwrap();
    aws.becomes(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    let whole = Aws::with(&a_role());
    whole.fetched(&["--role", "MyRole"]);
    assert_eq!(timeless(&aws), timeless(&whole));
}
