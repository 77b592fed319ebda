//! `review --plain`: what is told on lines, for those who hear what was appended and see nothing else.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, example, folder, iam_refine};

/// What a reader would spell out, or draw with.
const DRAWN: [char; 14] = [
    '│', '─', '├', '└', '✓', '✗', '→', '·', '▸', '▾', '−', '…', '\r', '\u{1b}',
];

fn review(folder: &Path, files: [&str; 2], more: &[&str], answers: &str) -> Run {
    let run = iam_refine()
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(["review", "--plain"])
        .args(files)
        .args(more)
        .arg("-o")
        .arg(folder.join("refined.json"))
        .run_with(answers);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    assert!(!run.stdout.contains(DRAWN), "{}", run.stdout);
    run
}

/// What is told of the article's policy for these answers.
fn article(answers: &str) -> String {
    let folder = folder();
    let files = [
        &example("article.policy.json"),
        &example("article.findings.json"),
    ];
    review(folder.path(), files.map(String::as_str), &[], answers).stdout
}

/// What is told of a policy of which some was used before.
fn used(folder: &Path, more: &[&str], answers: &str) -> String {
    let files = [
        "tests/data/used/policy.json",
        "tests/data/used/finding.json",
    ];
    review(folder, files, more, answers).stdout
}

/// What was said after the `count`th question of those that end with `question`.
fn after<'a>(told: &'a str, question: &str, count: usize) -> &'a str {
    let mut parts = told.split(question);
    parts
        .nth(count)
        .unwrap_or_else(|| panic!("no {question:?} {count} times in\n{told}"))
}

#[test]
fn an_answer_tells_what_changed_and_not_all_again() {
    let told =
        article("s\nt\nkeep GetBucketPolicy the audit\nfly\nkeep GetBucketPolicy the audit\n");
    let question = "(a, r, s, go, why, ?). Accept? ";
    assert!(after(&told, question, 0).contains("[2 of 2]"), "{told}");
    let kept = after(&told, question, 2);
    let expected = "accepted, edited.\n\
         Stays now: s3:GetBucketPolicy; s3:GetBucketPolicyStatus.\n\
         Written now: s3:GetBucketPolicy*, 2 actions.\n\
         Mark: keep s3:GetBucketPolicy: the audit\n\
         s3:Get* is accepted (a, r, s, go, why, ?). Leave it accepted? ";
    assert!(kept.starts_with(expected), "{told}");
    // It was said once what it is.
    assert_eq!(told.matches("s3:Get* becomes").count(), 1, "{told}");
}

#[test]
fn what_goes_is_named_with_its_level_and_last_use() {
    let at = folder();
    let told = used(at.path(), &[], "go\nwhy\n");
    let line = told
        .lines()
        .find(|line| line.contains(" go ("))
        .expect("a line");
    assert!(
        line.contains("s3:GetObjectTagging, Read, last used on 2026-02-03"),
        "{line}"
    );
    assert!(
        line.contains("s3:GetObjectAcl, Read, no use recorded"),
        "{line}"
    );
    for whole in [
        "\n  s3:GetObjectTagging, Read, last used on 2026-02-03\n",
        "Still granted elsewhere:",
        "\"Resource\": \"*\"",
    ] {
        assert!(told.contains(whole), "{whole}\n{told}");
    }
    assert!(told.contains("that go are named by go.\n"), "{told}");
    // Capitals are read letter by letter.
    assert!(
        !told.contains("ELSEWHERE") && !told.contains("HELD"),
        "{told}"
    );
}

#[test]
fn of_many_that_go_a_line_names_some_and_an_answer_all() {
    let told = article("go\n");
    let said = "lambda:DeleteFunction, Write; and 3 more: go names them all.";
    assert!(told.contains(said), "{told}");
    let (_, all) = told.split_once("8 actions go:\n").expect("all");
    let lines = all.lines().take_while(|line| line.starts_with("  lambda:"));
    assert_eq!(lines.count(), 8, "{told}");
}

#[test]
fn actions_of_a_list_that_go_alike_are_one_question_or_each_its_own() {
    let together = article("a\n");
    assert!(
        together.contains("9 proposals to decide for the principal, in 2 questions."),
        "{together}"
    );
    assert!(
        together.contains("accepted. 8 unused gone by it, 8 gone in all, 22 undecided."),
        "{together}"
    );
    let apart = article("each\na\nr why not\nkeep Add x\n");
    assert!(apart.contains("[1 of 9]"), "{apart}");
    assert!(
        apart.contains("accepted. 1 unused gone by it, 1 gone in all, 29 undecided."),
        "{apart}"
    );
    assert!(
        apart.contains(
            "rejected, with a reason. It is left as it was: 1 gone in all, 28 undecided."
        ),
        "{apart}"
    );
    assert!(apart.contains("[3 of 9]"), "{apart}");
    // What is together is neither marked nor shown as a trie.
    let marked = article("keep lambda:Add x\nt\n");
    assert!(
        marked.contains("These are asked about together: answer each first."),
        "{marked}"
    );
}

#[test]
fn what_was_used_before_is_accepted_only_after_it_is_named() {
    for (answer, becomes) in [("n", "undecided"), ("", "undecided"), ("y", "accepted")] {
        let at = folder();
        let told = used(at.path(), &[], &format!("a\n{answer}\nb\n"));
        let asked = "These were used before, and would go:\n  s3:GetObjectTagging  2026-02-03\n\
                     [y/N] Accept it, these too? ";
        assert!(told.contains(asked), "{told}");
        let last = told
            .lines()
            .rfind(|line| line.starts_with("s3:GetObject* is "))
            .expect("asked");
        assert!(
            last.starts_with(&format!("s3:GetObject* is {becomes}")),
            "{answer}: {told}"
        );
    }
}

#[test]
fn what_would_be_written_is_told_before_it_is_asked_for() {
    let at = folder();
    let refined = at.path().join("refined.json");
    let answers = "keep s3:GetObjectAcl the audit\nA\ny\nw\n";
    let told = used(at.path(), &["--keep", "sns:*=alarms"], answers);
    let (_, told) = told.split_once("This would be written:\n").expect("told");
    for said in [
        &format!("Into {}.\n", refined.display()),
        "statement 1: s3:GetObject* becomes ",
        "characters of ",
        "Kept by hand: s3:GetObjectAcl (the audit).\n",
        "Mind: Held back, and stays: s3:GetObject and sqs:DeleteQueue.\n",
        "Mind: Used before, and goes: s3:GetObjectTagging, 2026-02-03 and ses:*, 2025-01-01.\n",
        "It is proved, of the actions known on ",
        "\n--- ",
        "\n-      \"Action\": ",
    ] {
        assert!(told.contains(said), "{said}\n{told}");
    }
    assert!(told.contains("[y/N] Write this? "), "{told}");
    // Nobody answered.
    assert!(!refined.exists());
    let told = used(at.path(), &["--keep", "sns:*=alarms"], "y\nw\nn\nw\ny\n");
    assert!(told.contains("[y/N] Write this? Not done.\n"), "{told}");
    assert!(refined.exists());
}

#[test]
fn what_nobody_reported_is_named_among_what_would_be_written() {
    let told = article("s\ndrop GetStorage too much\ny\nw\n");
    let (_, told) = told.split_once("This would be written:\n").expect("told");
    let named = "  goes, though nobody reported it: s3:GetStorageLensConfiguration\n";
    assert!(told.contains(named), "{told}");
}

#[test]
fn the_riskiest_is_asked_about_first_where_one_wants_that() {
    let at = folder();
    let policy = at.path().join("policy.json");
    let text = r#"{"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["s3:GetBucketAcl", "s3:PutObject", "s3:PutBucketPolicy"]}}"#;
    fs::write(&policy, text).expect("written");
    let findings = at.path().join("findings.json");
    let unused = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "PutObject", "PutBucketPolicy"]}]"#;
    fs::write(&findings, unused).expect("written");
    let files = [&policy, &findings].map(|file| file.to_str().expect("a path"));
    let told = review(at.path(), files, &[], "o\na\na\nb\no\n").stdout;
    let (_, told) = told
        .split_once("What manages permissions is asked about first")
        .expect("said");
    let asked: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(" is removed:"))
        .collect();
    assert!(asked[0].starts_with("s3:PutBucketPolicy"), "{asked:?}");
    assert!(asked[1].starts_with("s3:PutObject"), "{asked:?}");
    assert!(asked[2].starts_with("s3:GetBucketAcl"), "{asked:?}");
    assert!(told.contains("Asked about as they are written."), "{told}");
}

#[test]
fn the_answers_come_last_and_are_those_of_what_one_is_doing() {
    let told = article("?\ns\n?\nR\n?\n");
    let (opening, _) = told.split_once("[1 of 2]").expect("a question");
    assert!(opening.ends_with("? tells the answers.\n\n"), "{opening}");
    let help: Vec<&str> = told.split("To go on:").collect();
    // A mark goes on a wildcard, and at the end there is nothing to decide.
    assert!(
        !help[0].contains("keep PREFIX") && help[0].contains("To decide:"),
        "{told}"
    );
    assert!(help[1].contains("keep PREFIX"), "{told}");
    assert!(!help[2].contains("To decide:"), "{told}");
    assert_eq!(help.len(), 4);
}

#[test]
fn of_many_that_are_held_back_some_are_named_and_all_when_asked_for() {
    let at = folder();
    let (policy, findings) = (
        at.path().join("policy.json"),
        at.path().join("findings.json"),
    );
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    fs::write(&policy, text).expect("written");
    let names = [
        "ListQueues",
        "GetQueueUrl",
        "SendMessage",
        "PurgeQueue",
        "DeleteQueue",
        "TagQueue",
    ];
    let actions = names
        .map(|name| serde_json::json!({"action": name, "lastAccessed": "2026-09-30T00:00:00Z"}));
    let finding = serde_json::json!({
        "id": "1", "status": "ACTIVE", "analyzedAt": "2026-10-20T08:00:00Z",
        "resource": "arn:aws:iam::111122223333:role/Reporter",
        "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": actions}}],
    });
    fs::write(&findings, finding.to_string()).expect("written");
    let files = [&policy, &findings].map(|file| file.to_str().expect("a path"));
    let told = review(at.path(), files, &[], "held\n").stdout;
    let (opening, all) = told.split_once("? tells the answers.").expect("an opening");
    assert!(
        opening.contains("  and 2 more: held names them all.\n"),
        "{told}"
    );
    assert_eq!(opening.matches(": it was used on ").count(), 4, "{told}");
    assert_eq!(all.matches(": it was used on ").count(), 6, "{told}");
    // What is told of a wildcard is what is done.
    let explained = iam_refine().args(["explain", "sqs:*"]).arg(&findings).run();
    assert!(
        explained.stdout.starts_with("sqs:* stays as it is: "),
        "{}",
        explained.stdout
    );
}
