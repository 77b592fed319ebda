//! Input that means harm, or that nobody thought of: it is refused with a reason, or read without
//! harm, and what is told of it never commands the terminal that shows it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{RunIt, folder, iam_refine};

/// A colour, a cleared screen, a line that reads backwards, and a letter without width.
const EVIL: &str = "\\u001b[31m\\u001b[2J\\u202e\\u200bevil\\u0007";

/// The same, as it is in a file's name.
const EVIL_RAW: &str = "\u{1b}[31m\u{202e}\u{200b}evil";

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// What a terminal would obey, or nobody would see.
fn is_harmful(letter: char) -> bool {
    letter.is_control() && letter != '\n'
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check(what: &str, text: &str) {
    assert!(!text.contains(is_harmful), "{what}: {text:?}");
}

/// A policy, findings and a file's name with all that could do harm in every place that is free.
fn evil(folder: &Path) -> String {
    let name = format!("policy{EVIL_RAW}.json");
    let policy = format!(
        r#"{{"Id": "{EVIL}", "Statement": [
            {{"Sid": "{EVIL}", "Effect": "Allow", "Action": ["sqs:*", "nosuch:Thing"], "Resource": "{EVIL}",
              "Condition": {{"StringEquals": {{"{EVIL}": "{EVIL}"}}}}}},
            {{"Sid": "{EVIL}2", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}},
            {{"Effect": "Deny", "Action": "sqs:Send*", "Resource": "{EVIL}"}}]}}"#
    );
    let findings = format!(
        r#"{{"id": "{EVIL}", "resource": "arn:aws:iam::123456789012:role/{EVIL}", "findingDetails": [
            {{"unusedPermissionDetails": {{"serviceNamespace": "sqs", "actions": [{{"action": "PurgeQueue"}}]}}}},
            {{"unusedPermissionDetails": {{"serviceNamespace": "nosuchservice", "actions": [{{"action": "Other"}}]}}}}]}}"#
    );
    write(folder, &name, &policy);
    write(folder, "findings.json", &findings);
    name
}

#[test]
fn nothing_from_a_file_commands_the_terminal() {
    let folder = folder();
    let policy = evil(folder.path());
    let files = [policy.as_str(), "findings.json"];
    let run = |before: &[&str], after: &[&str], input: &str| {
        let mut command = iam_refine();
        command.current_dir(folder.path());
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        command.args([before, &files, after].concat());
        command.run_with(input)
    };
    // Both outputs are for people: everything in them is made safe.
    let answers = "?\nt\nd\ns\nk s3:Get*=\u{1b}[2J\nA\nu\nA\nw\n";
    for (before, after, input, exit) in [
        (&["refine", "--check"][..], &[][..], "", 1),
        (&["review", "--plain"], &[], answers, 0),
        (&["explain", "sqs:*"], &[], "", 0),
        (&["explain", "sqs:*", "--format", "markdown"], &[], "", 0),
        (&["picture", "sqs:*"], &["--detail", "all"], "", 0),
        (&["refine"], &["--keep", "s3Get"], "", 2),
        (&["verify", policy.as_str()], &[], "", 1),
    ] {
        let run = run(before, after, input);
        assert_eq!(run.exit, exit, "{before:?}: {}{}", run.stdout, run.stderr);
        check("standard error", &run.stderr);
        check("standard output", &run.stdout);
    }
    // What is a policy or a patch has the file's own bytes; what is said of it is safe.
    for arguments in [&["refine"][..], &["refine", "--diff"]] {
        let run = run(arguments, &[], "");
        assert_eq!(run.exit, 0, "{}", run.stderr);
        check("standard error", &run.stderr);
    }
    let json = run(&["refine", "--format", "json"], &[], "");
    assert_eq!(json.exit, 0, "{}", json.stderr);
    check("JSON", &json.stdout);
    let record: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        record["finding"]["id"],
        "\u{1b}[31m\u{1b}[2J\u{202e}\u{200b}evil\u{7}"
    );
    let verdict = run(&["verify", &policy], &["--format", "json"], "");
    assert_eq!(verdict.exit, 1, "{}", verdict.stderr);
    check("JSON", &verdict.stdout);
}

#[test]
fn a_name_of_several_lines_is_told_in_one() {
    let folder = folder();
    let evil = |name: &str| format!("{name}\nerror: done\u{1b}[2J");
    evil_files(folder.path(), &evil("policy"));
    let [policy, out, gone] = ["policy", "out", "gone"].map(evil);
    fs::create_dir(folder.path().join(evil("folder"))).unwrap();
    let commands: [&[&str]; 14] = [
        &["refine", &policy, "findings.json", "-o", &out],
        &["refine", &policy, "findings.json", "-o", &policy],
        &["refine", &policy, "findings.json", "-o", &evil("no/x")],
        &["refine", &policy, &policy, "findings.json", "-o", &out],
        &["refine", &gone, "findings.json"],
        &["refine", &evil("folder"), "findings.json"],
        &["refine", &policy, "findings.json", "--record", &policy],
        &["refine", &policy, "findings.json", "--decisions", &gone],
        &["refine", &policy, "findings.json", "--decisions", &policy],
        &[
            "refine",
            &policy,
            "findings.json",
            "--catalogue",
            &evil("folder"),
        ],
        &[
            "refine",
            "--account",
            &policy,
            "findings.json",
            "-o",
            &evil("folder"),
        ],
        &["refine", "--account", &policy, &evil("folder")],
        &["learn", &gone],
        &["refine", &policy, "findings.json", "--in-place"],
    ];
    for arguments in commands {
        let mut command = iam_refine();
        command.current_dir(folder.path()).args(arguments);
        command.env("XDG_STATE_HOME", folder.path().join(evil("state")));
        let run = command.run();
        let told = &run.stderr;
        check(&format!("{arguments:?}"), told);
        assert!(
            told.contains("\\nerror: done\\u{1b}"),
            "{arguments:?}: {told}"
        );
        assert!(!told.contains("\nerror: done"), "{arguments:?}: {told}");
    }
}

/// A policy of this name and findings for it.
fn evil_files(folder: &Path, name: &str) {
    let policy = r#"{"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}"#;
    let findings = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue"]}]"#;
    write(folder, name, policy);
    write(folder, "findings.json", findings);
}

#[test]
fn a_catalogue_of_others_commands_no_terminal() {
    let folder = folder();
    let name = format!("catalogue{EVIL_RAW}.txt");
    let text = format!(
        "date 2026-10-01\nsince 2024-06-10\nsource {EVIL_RAW}\u{9b}2J\n\ns3\n R- GetObject\n"
    );
    write(folder.path(), &name, &text);
    let mut command = iam_refine();
    command.current_dir(folder.path());
    let run = command
        .args(["catalogue", "info", "--catalogue", &name])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    check("standard output", &run.stdout);
    for part in [
        "catalogue\\u{1b}[31m",
        "source     \\u{1b}[31m",
        "\\u{9b}2J",
    ] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
}

#[test]
fn notes_and_errors_of_a_batch_are_safe() {
    let policy = format!(
        r#"{{"Statement": {{"Sid": "{EVIL}", "Effect": "Allow", "Action": ["sqs:PurgeQueue", "sqs:SendMessage"]}}}}"#
    );
    let findings = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue"]}]"#;
    let good = format!(r#"{{"id": "1", "policy": {policy}, "findings": {findings}}}"#);
    let bad = good.replace("Statement", EVIL);
    // Blanks between values stay as they are, and what nobody sees becomes an escape.
    let good = good
        .replace('\n', " ")
        .replace("\"Effect\"", "\t\"Effect\"");
    let good = good.replace("evil", "evil\u{202e}\u{9b}2J");
    let run = iam_refine()
        .arg("batch")
        .run_with(&format!("{good}\n{bad}\n"));
    assert_eq!(run.exit, 1, "{}", run.stderr);
    check("standard error", &run.stderr);
    check("standard output", &run.stdout.replace('\t', ""));
    let lines: Vec<serde_json::Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    let sid = lines[0]["policy"]["Statement"]["Sid"].as_str().unwrap();
    assert!(sid.contains("evil\u{202e}\u{9b}2J"), "{sid:?}");
    check("notes", &lines[0]["notes"].to_string());
    let error = lines[1]["error"].as_str().unwrap();
    check("error", error);
}

/// The program with so small a stack, in KiB, as threads or careful systems give.
fn with_stack(kibibytes: u32, folder: &Path, arguments: &[&str]) -> crate::run::Run {
    let whole = iam_refine();
    let mut command = Command::new("bash");
    let script = format!("ulimit -s {kibibytes}; exec \"$0\" \"$@\"");
    command
        .arg("-c")
        .arg(script)
        .arg(whole.get_program())
        .args(arguments);
    command.current_dir(folder);
    for (name, value) in whole.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.run()
}

/// Names as long as there may be, all of capital letters, each the start of the next: a trie of one
/// path, and with others beside it of some hundred thousand nodes.
#[test]
fn deep_and_wide_tries_need_no_deep_stack() {
    let folder = folder();
    let deep = (1..=508).map(|length| format!("s3:{}\n", "A".repeat(length)));
    let wide = (0..200).map(|number| {
        let letters: String = (0..8)
            .map(|bit| if (number >> bit) & 1 == 0 { 'B' } else { 'C' })
            .collect();
        format!("s3:{}\n", letters.repeat(60))
    });
    let catalogue: String = deep.chain(wide).collect();
    write(folder.path(), "catalogue.txt", &catalogue);
    write(
        folder.path(),
        "policy.json",
        r#"{"Statement": {"Effect": "Allow", "Action": ["s3:*", "s3:*A?"], "Resource": "*"}}"#,
    );
    let unused = format!(
        r#"[{{"serviceNamespace": "s3", "actions": ["{}", "{}"]}}]"#,
        "A".repeat(508),
        "BC".repeat(240)
    );
    write(folder.path(), "findings.json", &unused);
    let files = [
        "policy.json",
        "findings.json",
        "--catalogue",
        "catalogue.txt",
    ];
    for command in [
        &["explain", "s3:*"][..],
        &["picture", "s3:*", "--detail", "all"],
    ] {
        let run = with_stack(1024, folder.path(), &[command, &files[..]].concat());
        assert_eq!(run.exit, 0, "{command:?}: {}", run.stderr);
    }
}

#[test]
fn twenty_thousand_entries_are_refined() {
    let folder = folder();
    let entries: Vec<String> = (0..20_000)
        .map(|number| format!("\"s3:Get{number}\""))
        .collect();
    let policy = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": [{}, "s3:List*"], "Resource": "*"}}}}"#,
        entries.join(",")
    );
    write(folder.path(), "policy.json", &policy);
    write(
        folder.path(),
        "findings.json",
        r#"[{"serviceNamespace": "s3", "actions": ["Get7", "ListBucket"]}]"#,
    );
    let mut command = iam_refine();
    let run = command
        .current_dir(folder.path())
        .args([
            "refine",
            "policy.json",
            "findings.json",
            "--quota",
            "1000000",
        ])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("\"s3:Get7\"") && run.stdout.contains("\"s3:Get19999\""));
}

#[test]
fn files_that_are_none_are_told() {
    let folder = folder();
    fs::create_dir(folder.path().join("policy.json")).unwrap();
    write(
        folder.path(),
        "catalogue.txt",
        "s3:GetObject\ns3:getobject\nS3:PutObject\n",
    );
    write(
        folder.path(),
        "good.json",
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
    );
    write(
        folder.path(),
        "findings.json",
        r#"[{"serviceNamespace": "nobody-knows", "actions": ["GetObject"]}]"#,
    );
    let run = |arguments: &[&str]| {
        iam_refine()
            .current_dir(folder.path())
            .args(arguments)
            .run()
    };
    let is_folder = run(&["refine", "policy.json", "findings.json"]);
    assert_eq!(is_folder.exit, 2);
    assert!(
        is_folder.stderr.contains("policy.json"),
        "{}",
        is_folder.stderr
    );
    let vanished = run(&["refine", "good.json", "gone.json"]);
    assert_eq!(vanished.exit, 2);
    assert!(vanished.stderr.contains("gone.json"), "{}", vanished.stderr);
    // Findings for a service that nobody knows change nothing, and are no error.
    let unknown = run(&["refine", "good.json", "findings.json"]);
    assert_eq!(unknown.exit, 0, "{}", unknown.stderr);
    assert!(unknown.stdout.contains("\"s3:*\""));
    // Two spellings of a name are not two actions.
    let spellings = run(&[
        "refine",
        "good.json",
        "findings.json",
        "--catalogue",
        "catalogue.txt",
    ]);
    assert_eq!(spellings.exit, 2, "{}", spellings.stdout);
    let told = "catalogue.txt:2:1: s3:getobject already stands on line 1 as s3:GetObject";
    assert!(spellings.stderr.contains(told), "{}", spellings.stderr);
    if !Path::new("/proc/self/mem").exists() {
        return;
    }
    // A file that opens and cannot be read.
    let unreadable = run(&["refine", "/proc/self/mem", "findings.json"]);
    assert_eq!(unreadable.exit, 2, "{}", unreadable.stderr);
    assert!(unreadable.stderr.contains("/proc/self/mem"));
}
