//! Small input that is hard: it comes to an end, and to what it should. Where time goes with more
//! than the size, or memory does, these do not end.

use std::fs;
use std::process::Command;

use crate::run::{Run, RunIt, folder, iam_refine};

/// Refines `policy` under `findings`, with `more` on the command line.
fn refine(policy: &str, findings: &str, more: &[&str]) -> Run {
    let folder = folder();
    let [policy_file, findings_file] =
        [("policy", policy), ("findings", findings)].map(|(name, text)| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        });
    iam_refine()
        .arg("refine")
        .args([policy_file, findings_file])
        .args(more)
        .run()
}

fn allowing(entries: &[String]) -> String {
    let entries = entries.join("\",\"");
    format!(r#"{{"Statement": {{"Effect": "Allow", "Action": ["{entries}"], "Resource": "*"}}}}"#)
}

fn entries_of(run: &Run) -> Vec<String> {
    let policy: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    match &policy["Statement"]["Action"] {
        serde_json::Value::String(entry) => vec![entry.clone()],
        list => serde_json::from_value(list.clone()).unwrap(),
    }
}

/// Policies of as many statements as are asked for, of which every other one goes.
fn with_statements(count: usize) -> String {
    let statements = (0..count).map(|place| {
        let name = ["GetBucketAcl", "GetObject"][place % 2];
        format!(r#"{{"Effect":"Allow","Action":"s3:{name}","Resource":"*"}}"#)
    });
    let statements: Vec<String> = statements.collect();
    format!(r#"{{"Statement":[{}]}}"#, statements.join(","))
}

#[test]
fn very_many_statements_take_little_memory() {
    let folder = folder();
    let [policy, findings] = ["policy", "findings"].map(|name| folder.path().join(name));
    fs::write(&policy, with_statements(30_000)).unwrap();
    let unused = r#"[{"serviceNamespace": "s3", "actions": ["GetObject"]}]"#;
    fs::write(&findings, unused).unwrap();
    // Kilobytes that it may have; its own code is not counted.
    let run = Command::new("sh")
        .args([
            "-c",
            "ulimit -d 68000 && exec \"$0\" refine --quota 1000000 \"$@\"",
        ])
        .arg(iam_refine().get_program())
        .args([policy, findings])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        with_statements(30_000).replace(
            r#",{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
            "",
        )
    );
}

const SQS: &str = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue"]}]"#;

#[test]
fn patterns_that_are_hard_to_compare_are_refined() {
    let tails = (20..28).flat_map(|length| "abcdef".chars().map(move |letter| (letter, length)));
    let entries: Vec<String> = tails
        .map(|(letter, length)| format!("ec2:*{letter}{}*", "?".repeat(length)))
        .collect();
    let findings = r#"[{"serviceNamespace": "ec2",
        "actions": ["DescribeInstanceImageMetadata", "DisableImageDeregistrationProtection"]}]"#;
    let run = refine(&allowing(&entries), findings, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stderr.contains("2 unused gone"), "{}", run.stderr);
}

#[test]
fn of_one_entry_many_times_the_new_ones_are_written_once() {
    let run = refine(&allowing(&vec!["sqs:*".to_owned(); 2_000]), SQS, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let once = refine(&allowing(&["sqs:*".to_owned()]), SQS, &[]);
    assert_eq!(entries_of(&run), entries_of(&once));
}

#[test]
fn everything_many_times_is_refined_as_everything_once() {
    let run = refine(&allowing(&vec!["*".to_owned(); 1_500]), SQS, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let once = refine(&allowing(&["*".to_owned()]), SQS, &[]);
    assert_eq!(entries_of(&run), entries_of(&once));
}

#[test]
fn a_verdict_on_patterns_that_are_hard_to_compare_comes_to_an_end_and_says_so() {
    let letters = || ('a'..='x').cycle();
    let entries = |more: usize| -> Vec<String> {
        let letters = letters()
            .zip(letters().skip(5 * more))
            .take(240)
            .enumerate();
        letters
            .map(|(at, (first, last))| {
                let length = 20 + (at * (1 + 6 * more)) % 23;
                format!(
                    "ec2:*{first}{}*{last}*{}",
                    "?".repeat(length),
                    "x*".repeat(more)
                )
            })
            .collect()
    };
    let folder = folder();
    let files = [allowing(&entries(0)), allowing(&entries(1)), SQS.to_owned()];
    let paths = ["original", "refined", "findings"].map(|name| folder.path().join(name));
    for (path, text) in paths.iter().zip(&files) {
        fs::write(path, text).unwrap();
    }
    let run = iam_refine().arg("verify").args(&paths).run();
    assert_eq!(run.exit, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("takes too long; taken for an addition"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_left_of_a_long_wildcard_behind_a_prefix_can_be_read_again() {
    // The wildcard has 511 characters, and behind the prefix of two names it would have 613.
    let wildcard = format!("s3:{}", "*a".repeat(254));
    let (start, rest) = (format!("B{}", "b".repeat(101)), "a".repeat(260));
    let stay = ["X", "Y"].map(|letter| format!("s3:{start}{letter}{rest}"));
    let folder = folder();
    let catalogue = folder.path().join("catalogue");
    fs::write(
        &catalogue,
        format!("{}\n{}\ns3:C{rest}\n", stay[0], stay[1]),
    )
    .unwrap();
    let findings = format!(r#"[{{"serviceNamespace": "s3", "actions": ["C{rest}"]}}]"#);
    let more = ["--catalogue", catalogue.to_str().unwrap()];
    let run = refine(&allowing(&[wildcard]), &findings, &more);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(entries_of(&run), stay);
}

#[test]
fn what_a_long_keep_leaves_of_a_wildcard_is_written_only_if_it_can_be_read_again() {
    let wildcard = format!("sqs:{}", "*a".repeat(250));
    let findings = r#"[{"serviceNamespace": "sqs"}]"#;
    let keep = format!("sqs:{}*", "b".repeat(400));
    let policy = allowing(&[wildcard, "s3:Get*".to_owned()]);
    let run = refine(&policy, findings, &["--keep", &keep]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(entries_of(&run), ["s3:Get*"]);
}

#[test]
fn a_service_too_long_to_be_written_is_refused() {
    let long = "x".repeat(600);
    let findings = format!(r#"[{{"serviceNamespace": "{long}"}}]"#);
    let policy = r#"{"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}"#;
    let run = refine(policy, &findings, &["--not-action", "extend"]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("is not the prefix of a service"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_key_many_times_in_a_long_text_is_told() {
    let padding = " ".repeat(1_000_000);
    let policy = format!("{{{padding}\"a\": 1{}}}", ",\"a\": 1".repeat(20_000));
    let run = refine(&policy, SQS, &[]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("the key \"a\" stands twice"),
        "{}",
        run.stderr
    );
    let more = "and more than 900 more\n";
    assert!(run.stderr.ends_with(more), "{}", run.stderr);
}

#[test]
fn keys_that_nobody_reads_are_passed_over() {
    let more: Vec<String> = (0..60_000)
        .map(|place| format!(", \"k{place}\": 1"))
        .collect();
    let more = more.concat();
    let findings = format!(
        r#"{{"id": "1", "status": "ACTIVE", "analyzedAt": "2026-10-01T00:00:00Z",
            "resource": "arn:aws:iam::111122223333:role/R", "findingDetails":
            [{{"unusedPermissionDetails": {{"serviceNamespace": "sqs", "actions":
              [{{"action": "PurgeQueue"}}]}}}}]{more}}}"#
    );
    let run = refine(&allowing(&["sqs:P*".to_owned()]), &findings, &[]);
    assert!(run.stderr.contains("1 unused gone"), "{}", run.stderr);
}

#[test]
fn white_space_that_nobody_reads_is_not_repeated() {
    let spaces = " ".repeat(100_000);
    let policy =
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": ["sqs:*",{spaces}"s3:Foo"]}}}}"#);
    let run = refine(&policy, SQS, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // What stood there still does, once.
    assert!(run.stdout.contains(&spaces));
    assert!(run.stdout.len() < 2 * spaces.len());
    assert!(entries_of(&run).len() > 10);
}

#[test]
fn a_statement_goes_from_among_white_space() {
    let spaces = " ".repeat(400_000);
    let statement =
        |action: &str| format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#);
    let policy = format!(
        r#"{{"Statement": [{},{spaces}{},{}]}}"#,
        statement("s3:GetObject"),
        statement("sqs:PurgeQueue"),
        statement("s3:PutObject"),
    );
    let run = refine(&policy, SQS, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("sqs"));
}
