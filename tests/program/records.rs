//! Decisions that outlive the program: the record, and the review on plain lines that makes one.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, folder, iam_refine};
use serde_json::Value;

/// A folder with the article's policy and findings.
fn article() -> tempfile::TempDir {
    let folder = folder();
    for name in ["policy.json", "findings.json"] {
        let from = format!("{}/assets/demo/{name}", env!("CARGO_MANIFEST_DIR"));
        fs::copy(from, folder.path().join(name)).expect("copied");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Run {
    iam_refine()
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(arguments)
        .run_with(input)
}

fn review(folder: &Path, more: &[&str], answers: &str) -> Run {
    let files = ["review", "--plain", "policy.json", "findings.json"];
    run(folder, &[&files[..], more].concat(), answers)
}

/// What `refine` makes of the decisions in `record.json`.
fn replay(folder: &Path) -> Run {
    // Some are longer than AWS takes.
    let files = [
        "refine",
        "policy.json",
        "findings.json",
        "--quota",
        "1000000000",
    ];
    run(
        folder,
        &[&files[..], &["--decisions", "record.json"]].concat(),
        "",
    )
}

fn written(folder: &Path) -> String {
    fs::read_to_string(folder.join("policy.refined.json")).expect("written")
}

#[test]
fn answers_decide_as_keys_do() {
    let folder = article();
    let run_review = review(folder.path(), &[], "A\nw\ny\n");
    assert_eq!(run_review.exit, 0, "{}", run_review.stderr);
    let refined = run(
        folder.path(),
        &["refine", "policy.json", "findings.json"],
        "",
    );
    assert_eq!(written(folder.path()), refined.stdout);
}

#[test]
fn a_review_on_lines_only_appends() {
    let folder = article();
    let answers = "a\nr\ns\nb\nu\nU\nfly\n?\nn\nt\nA\nb\nt\nd\nq\ny\n";
    let run = review(folder.path(), &[], answers);
    assert_eq!(run.exit, 0);
    assert!(
        !run.stdout.contains(['\r', '\u{1b}']),
        "lines are only appended"
    );
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn leaving_says_what_becomes_of_the_decisions() {
    let folder = article();
    let left = review(folder.path(), &[], "a\nq\nn\nq\ny\n");
    let asked = "8 decisions are saved, but not written.\n[y/N] Leave? ";
    assert_eq!(left.stdout.matches(asked).count(), 2, "{}", left.stdout);
    // A file where the folder of decisions would be.
    fs::remove_dir_all(folder.path().join("state")).expect("removed");
    fs::write(folder.path().join("state"), "").expect("written");
    let lost = review(folder.path(), &[], "a\nq\ny\n");
    let asked = "8 decisions will be lost.\n[y/N] Leave? ";
    assert!(
        lost.stdout.contains(asked),
        "{}{}",
        lost.stdout,
        lost.stderr
    );
    assert!(
        lost.stderr.ends_with("Nothing was written.\n"),
        "{}",
        lost.stderr
    );
}

#[test]
fn what_nobody_reported_is_dropped_only_when_that_is_confirmed() {
    let dropped = |confirmation: &str| {
        let folder = article();
        let answers = format!("s\ndrop GetObject trial\n{confirmation}\nq\ny\n");
        review(folder.path(), &[], &answers).stdout
    };
    for not in ["", "n", "nope"] {
        let told = dropped(not);
        assert!(told.contains("s3:GetObjectTagging"), "{told}");
        assert!(told.contains("[y/N] Let them go? Not done."), "{told}");
    }
    assert!(dropped("y").contains("accepted, edited."));
}

#[test]
fn where_nothing_would_be_dropped_nothing_is_asked() {
    let dropped = |prefix: &str| {
        let folder = article();
        let answers = format!("s\ndrop {prefix} trial\nq\ny\n");
        let told = review(folder.path(), &[], &answers).stdout;
        assert!(!told.contains("Let them go?"), "{told}");
        told
    };
    let told = dropped("sqs:Send");
    let refused = "s3:Get* grants nothing of sqs: name a prefix in s3.";
    assert!(told.contains(refused), "{told}");
    assert!(dropped("GetNoSuchThing").contains("No change."));
    assert!(dropped("s3:GetNoSuchThing").contains("No change."));
}

#[test]
fn when_the_answers_end_nothing_is_written_and_nothing_is_lost() {
    let folder = article();
    let cut_off = review(folder.path(), &[], "A\n");
    assert_eq!(cut_off.exit, 0);
    assert!(
        cut_off
            .stdout
            .contains("The answers end here; nothing is written.")
    );
    assert!(!folder.path().join("policy.refined.json").exists());
    let resumed = review(folder.path(), &[], "\nw\ny\n");
    assert!(
        resumed.stderr.contains("Resume 9 of 9 saved decisions?"),
        "{}",
        resumed.stderr
    );
    assert!(written(folder.path()).contains("s3:GetStorage*"));
}

#[test]
fn a_review_that_was_left_may_be_begun_anew_and_is_kept() {
    let folder = article();
    review(folder.path(), &[], "A\n");
    let anew = review(folder.path(), &[], "n\nw\nq\n");
    assert!(
        anew.stderr.contains("your earlier decisions are saved in"),
        "{}",
        anew.stderr
    );
    assert!(
        anew.stdout.contains("Nothing is accepted"),
        "{}",
        anew.stdout
    );
}

/// The journals in the state folder of `folder`.
fn journals(folder: &Path) -> Vec<std::path::PathBuf> {
    let reviews = fs::read_dir(folder.join("state/iam-refine/reviews")).expect("a folder");
    let paths = reviews.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect()
}

#[test]
fn a_damaged_line_in_what_was_saved_is_told_and_nothing_of_it_is_lost() {
    let no_text: &[u8] = b"{\xff\n";
    // JSON that this version does not know, which another one may have written.
    let other: &[u8] = b"[{\"decision\": \"later\"}]\n";
    let from_there = |line| format!("line {line} of what was saved cannot be read");
    let cases = [
        (3, no_text, from_there(4), Some("Resume ")),
        (3, other, from_there(4), Some("Resume ")),
        (4, other, from_there(5), Some("Resume ")),
        (
            0,
            no_text,
            "no saved review, or one of another version".to_owned(),
            None,
        ),
    ];
    for (at, damage, told, resumed) in cases {
        let folder = article();
        review(folder.path(), &[], "a\nr\n");
        let path = journals(folder.path()).remove(0);
        let bytes = fs::read(&path).expect("read");
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        assert_eq!(lines.len(), 4, "{}", String::from_utf8_lossy(&bytes));
        lines.insert(at, damage);
        let damaged = lines.concat();
        fs::write(&path, &damaged).expect("written");

        let stopped = review(folder.path(), &[], "");
        assert_eq!(fs::read(&path).expect("read"), damaged);
        assert!(stopped.stderr.contains(&told), "{}", stopped.stderr);

        let anew = review(folder.path(), &[], "y\nq\n");
        let asked = resumed.unwrap_or("Begin a new review? What was saved is kept.");
        assert!(anew.stderr.contains(asked), "{}", anew.stderr);
        assert!(anew.stderr.contains("your earlier decisions are saved in"));
        let kept = journals(folder.path()).into_iter();
        let kept = kept.filter(|path| fs::read(path).expect("read") == damaged);
        assert_eq!(kept.count(), 1);
    }
}

#[test]
fn marks_are_set_with_a_reason_and_refused_without_effect() {
    let folder = article();
    let answers = "R\nb\nkeep GetBucketAcl\nkeep GetBucketAcl disaster recovery\n\
                   split GetJobTagging\nsplit GetStorage\nw\ny\n";
    let run = review(folder.path(), &[], answers);
    assert!(run.stdout.contains("Say why"), "{}", run.stdout);
    assert!(run.stdout.contains("No change"), "{}", run.stdout);
    let written = written(folder.path());
    assert!(written.contains("\"s3:GetBucketAcl\""), "{written}");
    assert!(written.contains("s3:GetStorageLens*") && !written.contains("s3:GetStorage*"));
    assert!(
        written.contains("lambda:AddPermission"),
        "what was rejected stays"
    );
}

#[test]
fn a_record_replayed_gives_the_same_bytes() {
    let folder = article();
    let answers = "a\nr\nA\nb\nkeep GetBucketAcl recovery\ncut character\nw\ny\n";
    let reviewed = review(folder.path(), &["--record", "record.json"], answers);
    assert_eq!(reviewed.exit, 0, "{}", reviewed.stderr);
    let replayed = replay(folder.path());
    assert_eq!(replayed.exit, 0, "{}", replayed.stderr);
    assert_eq!(replayed.stdout, written(folder.path()));
    let record = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    let last = record["policies"][0]["entries"]
        .as_array()
        .and_then(|all| all.last());
    let last = last.expect("an entry");
    assert_eq!(last["granularity"], "character");
    assert_eq!(last["marks"][0]["reason"], "recovery");
    assert_eq!(last["removes"]["s3:GetBucketLocation"], Value::Null);
    assert!(last["stays"]["AWS never tracks"].is_array());
    assert_eq!(record["policies"][0]["proof"]["nothing added"], true);
}

#[test]
fn decisions_that_come_to_something_else_today_are_left_undecided() {
    let folder = article();
    review(folder.path(), &["--record", "record.json"], "A\nw\ny\n");
    let catalogue = format!("{}/assets/s3-2024-06-10.txt", env!("CARGO_MANIFEST_DIR"));
    let arguments = [
        "refine",
        "policy.json",
        "findings.json",
        "--decisions",
        "record.json",
        "--catalogue",
        &catalogue,
    ];
    let replayed = run(folder.path(), &arguments, "");
    assert!(
        replayed
            .stderr
            .contains("s3:Get* does not come to what was decided on any more")
    );
    assert!(
        replayed.stdout.contains("s3:Get*") && !replayed.stdout.contains("lambda:AddPermission")
    );
}

#[test]
fn what_is_decided_beyond_a_record_is_resumed_with_it_and_without() {
    let folder = article();
    let first = review(folder.path(), &["--record", "record.json"], "a\nw\ny\n");
    assert_eq!(first.exit, 0, "{}", first.stderr);
    fs::remove_dir_all(folder.path().join("state")).unwrap();
    let given = ["--decisions", "record.json"];
    let cut_off = review(folder.path(), &given, "A\n");
    assert!(!cut_off.stderr.contains("Resume"), "{}", cut_off.stderr);
    let resumes = |arguments: &[&str], answers: &str| {
        let run = review(folder.path(), arguments, answers);
        let asks = run.stderr.contains("Resume 9 of 9 saved decisions?");
        assert!(asks, "{}", run.stderr);
    };
    resumes(&given, "\n");
    let output = ["-o", "again.refined.json", "--record", "again.json"];
    resumes(&output, "\nw\ny\n");
    let text = fs::read_to_string(folder.path().join("again.json")).unwrap();
    let again: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(again["replayed"]["file"], "record.json");
    let policies = again["policies"].as_array().unwrap().iter();
    let entries = policies.flat_map(|policy| policy["entries"].as_array().unwrap());
    let (as_there, since): (Vec<_>, Vec<_>) = entries.partition(|entry| entry["was"].is_null());
    assert_eq!((as_there.len(), since.len()), (8, 1));
    assert!(
        as_there
            .iter()
            .all(|entry| entry["decided"]["with"] == "review")
    );
    assert_eq!(since[0]["was"]["decision"], "undecided");
    assert!(since[0]["decided"].is_null());
    // Another record begins anew, and what was saved is named.
    let other = review(folder.path(), &["--decisions", "again.json"], "");
    assert!(!other.stderr.contains("Resume"), "{}", other.stderr);
    assert!(
        other.stderr.contains("your earlier decisions are saved in"),
        "{}",
        other.stderr
    );
}

#[test]
fn a_record_of_another_policy_is_refused() {
    let folder = article();
    review(folder.path(), &["--record", "record.json"], "A\nw\ny\n");
    let policy = folder.path().join("policy.json");
    let text = fs::read_to_string(&policy).expect("read");
    fs::write(&policy, text + "\n").expect("written");
    let replayed = replay(folder.path());
    assert_eq!(replayed.exit, 2);
    assert!(
        replayed
            .stderr
            .contains("not the policy that was decided on")
    );
    assert_eq!(replayed.stdout, "");
}

/// The record of `a.json` and `b.json`, which are equal; all of `a.json` was accepted, and all of
/// `b.json` rejected.
fn record_of_equal_policies(at: &Path) {
    let policy = fs::read_to_string(at.join("policy.json")).expect("read");
    for name in ["a.json", "b.json"] {
        fs::write(at.join(name), &policy).expect("written");
    }
    let refine = [
        "refine",
        "a.json",
        "b.json",
        "findings.json",
        "--record",
        "two.json",
        "-o",
        "out",
    ];
    let made = run(at, &refine, "");
    assert_eq!(made.exit, 0, "{}", made.stderr);
    let text = fs::read_to_string(at.join("two.json")).expect("read");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    let rejected = record["policies"][1]["entries"].as_array_mut();
    for entry in rejected.expect("entries") {
        entry["decision"] = "rejected".into();
    }
    fs::write(at.join("two.json"), record.to_string()).expect("written");
}

#[test]
fn each_of_two_equal_policies_is_the_one_that_was_decided_on_in_any_order_and_beside_others() {
    let folder = article();
    let at = folder.path();
    record_of_equal_policies(at);
    let text = fs::read_to_string(at.join("policy.json")).expect("read");
    fs::write(at.join("c.json"), text.clone() + "\n").expect("written");
    let replay = |files: &[&str], to: &str| {
        let rest = ["findings.json", "--decisions", "two.json", "-o", to];
        run(at, &[&["refine"], files, &rest].concat(), "")
    };
    let done = replay(&["c.json", "b.json", "a.json"], "again");
    assert_eq!(done.exit, 0, "{}", done.stderr);
    let read = |file: &str| fs::read_to_string(at.join(file)).unwrap_or_default();
    assert_eq!(read("again/a.json"), read("out/a.json"));
    assert_ne!(read("again/a.json"), text);
    // What stays as it is may be written or left out.
    for unchanged in ["b.json", "c.json"] {
        let written = read(&format!("again/{unchanged}"));
        assert!(
            written.is_empty() || written == read(unchanged),
            "{unchanged}"
        );
    }
    let note = "of which nothing was decided in two.json: c.json\n";
    assert!(done.stderr.contains(note), "{}", done.stderr);

    // Three that are equal, and nothing tells which two it were.
    for name in ["x.json", "y.json", "z.json"] {
        fs::write(at.join(name), &text).expect("written");
    }
    fs::write(at.join("a.json"), text + " ").expect("written");
    for (files, message) in [
        (&["x.json", "y.json", "z.json"][..], "which was decided on?"),
        (
            &["a.json", "b.json", "x.json"],
            "a.json is not the policy that was decided on",
        ),
        (
            &["b.json"],
            "a.json was decided on, and is not given as it was",
        ),
        (
            &["a.json", "b.json"],
            "a.json is not the policy that was decided on",
        ),
    ] {
        let refused = replay(files, "refused");
        assert_eq!(
            (refused.exit, refused.stdout.as_str()),
            (2, ""),
            "{files:?}"
        );
        assert!(
            refused.stderr.contains(message),
            "{files:?}: {}",
            refused.stderr
        );
        assert!(!at.join("refused").exists());
    }
}

#[test]
fn a_record_of_a_later_format_is_not_taken_for_one_that_is_broken() {
    let folder = article();
    let refused = |record: &str| {
        fs::write(folder.path().join("record.json"), record).expect("written");
        let replayed = replay(folder.path());
        assert_eq!(replayed.exit, 2);
        replayed.stderr
    };
    insta::assert_snapshot!(refused(r#"{"format": "iam-refine decisions 3", "polices": []}"#), @r#"
    error: record.json: this is no decision record that this version reads: its format is "iam-refine decisions 3"
    help: a newer version wrote it: use that one
    "#);
    insta::assert_snapshot!(refused(r#"{"format": "iam-refine review 1"}"#), @r#"
    error: record.json is no decision record: its format is "iam-refine review 1"
    help: give what --record wrote, or what `refine --format json` printed
    "#);
    assert!(refused("{}").contains("is no decision record"));
}

/// What becomes of the record of a review in which all was accepted when it is changed before it is
/// replayed.
fn changed_record(change: impl Fn(&mut Value)) -> Run {
    let folder = article();
    review(folder.path(), &["--record", "record.json"], "A\nw\ny\n");
    let path = folder.path().join("record.json");
    let text = fs::read_to_string(&path).expect("read");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut record);
    let text = serde_json::to_string_pretty(&record).expect("JSON");
    fs::write(&path, text).expect("written");
    replay(folder.path())
}

#[test]
fn an_entry_of_another_policy_than_it_is_listed_with_is_refused() {
    let replayed = changed_record(|record| {
        record["policies"][0]["entries"][1]["policy"] = 1.into();
    });
    assert_eq!((replayed.exit, replayed.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(replayed.stderr);
}

#[test]
fn an_entry_that_is_decided_twice_is_refused() {
    let replayed = changed_record(|record| {
        let entries = &mut record["policies"][0]["entries"];
        let mut again = entries[1].clone();
        again["decision"] = "rejected".into();
        entries.as_array_mut().expect("entries").push(again);
    });
    assert_eq!((replayed.exit, replayed.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(replayed.stderr);
}

/// A policy whose statements allow these entries, and findings beside it.
fn policy_of(entries: impl Iterator<Item = Value>) -> tempfile::TempDir {
    let folder = folder();
    let statements: Vec<Value> = entries
        .map(|entry| serde_json::json!({"Effect": "Allow", "Action": entry, "Resource": "*"}))
        .collect();
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": statements});
    let unused = serde_json::json!([
        {"serviceNamespace": "s3", "actions": ["DeleteBucket", "PutObject"]},
    ]);
    for (name, value) in [("policy.json", policy), ("findings.json", unused)] {
        fs::write(folder.path().join(name), value.to_string()).expect("written");
    }
    folder
}

#[test]
fn what_goes_and_stays_of_equal_entries_is_told_once_in_a_record() {
    let folder = policy_of((0..200).map(|_| "*".into()));
    // It is longer than AWS takes.
    let record = [
        "refine",
        "policy.json",
        "findings.json",
        "--quota",
        "1000000000",
    ];
    let refined = run(
        folder.path(),
        &[&record[..], &["--record", "record.json"]].concat(),
        "",
    );
    assert_eq!(refined.exit, 0, "{}", refined.stderr);
    let text = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    assert!(text.len() < 8 << 20, "{} bytes", text.len());
    let recorded: Value = serde_json::from_str(&text).expect("JSON");
    let entries = &recorded["policies"][0]["entries"];
    assert_eq!(entries[0]["goes"][0]["action"], "s3:DeleteBucket");
    assert!(entries[0].get("goesAndStaysAs").is_none());
    for other in [1, 199] {
        let first = serde_json::json!({"policy": 0, "statement": 0, "entry": 0});
        assert_eq!(entries[other]["goesAndStaysAs"], first);
        assert!(entries[other].get("goes").is_none() && entries[other].get("stays").is_none());
    }
    assert_eq!(replay(folder.path()).stdout, refined.stdout);
}

#[test]
fn entries_of_which_something_else_goes_are_told_each() {
    let folder = policy_of((0..3).map(|_| "s3:*".into()));
    let record = ["--record", "record.json"];
    // A mark on the second keeps what goes of the others.
    let reviewed = review(
        folder.path(),
        &record,
        "a\na\nb\nkeep PutObject the audit\na\nw\ny\n",
    );
    assert_eq!(reviewed.exit, 0, "{}{}", reviewed.stdout, reviewed.stderr);
    let text = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let recorded: Value = serde_json::from_str(&text).expect("JSON");
    let entries = recorded["policies"][0]["entries"].as_array();
    let told: Vec<Option<usize>> = (entries.expect("entries").iter())
        .map(|entry| Some(entry["goes"].as_array()?.len()))
        .collect();
    assert_eq!(told, [Some(1), Some(0), None]);
}

#[test]
fn a_record_that_is_larger_than_a_policy_may_be_is_read_again() {
    let folder = policy_of(std::iter::once("s3:*".into()));
    // Each action that goes names the finding that reports it.
    let unused = ["PutObject", "GetBucketAcl", "GetObjectTagging"];
    let unused = unused.map(|name| serde_json::json!({"action": name}));
    let finding = serde_json::json!({
        "id": "f".repeat(6 << 20),
        "status": "ACTIVE",
        "resource": "arn:aws:iam::111122223333:role/app",
        "analyzedAt": "2026-10-01T12:00:00Z",
        "findingDetails": [
            {"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": unused}},
        ],
    });
    fs::write(folder.path().join("findings.json"), finding.to_string()).expect("written");
    let refined = run(
        folder.path(),
        &[
            "refine",
            "policy.json",
            "findings.json",
            "--record",
            "record.json",
            "-o",
            "refined.json",
        ],
        "",
    );
    assert_eq!(refined.exit, 0, "{}", refined.stderr);
    let record = fs::metadata(folder.path().join("record.json")).expect("a record");
    assert!(record.len() > 16 << 20, "{}", record.len());
    for with in ["--decisions", "--baseline"] {
        let check = [
            "refine",
            "policy.json",
            "findings.json",
            with,
            "record.json",
            "--check",
        ];
        let again = run(folder.path(), &check, "");
        let is_known = with == "--baseline";
        assert_eq!(again.exit, i32::from(!is_known), "{with}: {}", again.stderr);
    }
}

#[test]
fn a_rejection_has_a_reason_which_is_shown_saved_recorded_and_taken_back() {
    let folder = article();
    let reviewed = review(folder.path(), &[], "each\nr the nightly\u{1b} job \nb\n");
    let told =
        "is rejected, because: the nightly\\u{1b} job (a, r, s, go, why, ?). Leave it rejected? ";
    assert!(reviewed.stdout.contains(told), "{}", reviewed.stdout);
    // The next run goes on with it; one reason is given, and one taken back.
    let record = ["--record", "record.json"];
    let answers = "\neach\nr second\nr third\nu\nr\nA\nw\ny\n";
    let resumed = review(folder.path(), &record, answers);
    assert_eq!(resumed.exit, 0, "{}", resumed.stderr);
    let reasons = |name: &str| -> Vec<Value> {
        let record = fs::read_to_string(folder.path().join(name)).expect("a record");
        let record: Value = serde_json::from_str(&record).expect("JSON");
        let entries = record["policies"][0]["entries"].as_array();
        let entries = entries.expect("entries").iter().take(4);
        entries
            .map(|entry| serde_json::json!([entry["decision"], entry["reason"]]))
            .collect()
    };
    let expected = [
        serde_json::json!(["rejected", "the nightly\u{1b} job"]),
        serde_json::json!(["rejected", "second"]),
        serde_json::json!(["rejected", null]),
        serde_json::json!(["accepted", null]),
    ];
    assert_eq!(reasons("record.json"), expected);
    let replayed = [
        "refine",
        "policy.json",
        "findings.json",
        "--decisions",
        "record.json",
        "--record",
        "again.json",
    ];
    assert_eq!(run(folder.path(), &replayed, "").exit, 0);
    assert_eq!(reasons("again.json"), expected);
}

#[test]
fn a_record_tells_who_decided_with_what_and_when() {
    let folder = article();
    let decided = |command: &[&str], names: [Option<&str>; 2]| {
        let mut program = iam_refine();
        program
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .env("SOURCE_DATE_EPOCH", "1795392000")
            .args(command)
            .args(["policy.json", "findings.json"]);
        for (variable, name) in ["USER", "LOGNAME"].into_iter().zip(names) {
            match name {
                Some(name) => program.env(variable, name),
                None => program.env_remove(variable),
            };
        }
        let run = program.run_with("A\nw\ny\n");
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let record = match fs::read_to_string(folder.path().join("record.json")) {
            Ok(record) => record,
            Err(_) => run.stdout,
        };
        let record: Value = serde_json::from_str(&record).expect("JSON");
        record["decided"].clone()
    };
    let by = |by: Value, with: &str| serde_json::json!({"by": by, "with": with, "at": "2026-11-23T00:00:00Z", "version": env!("CARGO_PKG_VERSION")});
    let refine = ["refine", "--format", "json"];
    let known = decided(&refine, [Some("ann"), Some("other")]);
    assert_eq!(known, by("ann".into(), "refine"));
    let known = decided(&refine, [Some(""), Some("bob")]);
    assert_eq!(known, by("bob".into(), "refine"));
    assert_eq!(decided(&refine, [None, None]), by(Value::Null, "refine"));
    let review = ["review", "--plain", "--record", "record.json"];
    assert_eq!(
        decided(&review, [Some("ann"), None]),
        by("ann".into(), "review")
    );
}

#[test]
fn a_record_tells_of_each_action_its_level_its_last_use_and_its_finding() {
    let folder = folder();
    for name in ["policy.json", "finding.json"] {
        let from = format!("{}/tests/data/used/{name}", env!("CARGO_MANIFEST_DIR"));
        fs::copy(from, folder.path().join(name)).expect("copied");
    }
    let answers = "A\ny\nw\ny\n";
    let command = [
        "review",
        "--plain",
        "policy.json",
        "finding.json",
        "--record",
        "record.json",
        "--keep",
        "s3:GetObjectAcl=the audit",
    ];
    let reviewed = run(folder.path(), &command, answers);
    assert_eq!(reviewed.exit, 0, "{}", reviewed.stderr);
    let record = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    let policy = &record["policies"][0];
    let goes: Vec<&Value> = (policy["entries"].as_array().expect("entries").iter())
        .flat_map(|entry| entry["goes"].as_array().expect("what goes"))
        .collect();
    let tagging = serde_json::json!({
        "action": "s3:GetObjectTagging",
        "level": "Read",
        "lastUsed": "2026-02-03T00:00:00Z",
        "finding": "11111111-2222-3333-4444-555555555555",
    });
    assert!(goes.contains(&&tagging), "{goes:?}");
    let id = "11111111-2222-3333-4444-555555555555";
    let expected = serde_json::json!([
        {
            "action": "s3:GetObject",
            "level": "Read",
            "lastUsed": "2026-10-01T11:59:00Z",
            "finding": id,
            "because": "held back",
            "used": "2026-10-01T11:59:00Z",
        },
        {
            "action": "s3:GetObjectAcl",
            "level": "Read",
            "lastUsed": null,
            "finding": id,
            "because": "kept everywhere",
            "pattern": "s3:GetObjectAcl",
            "reason": "the audit",
        },
        {
            "action": "sqs:DeleteQueue",
            "level": "Write",
            "lastUsed": null,
            "finding": id,
            "because": "held back",
            "tearsDown": "sqs:CreateQueue",
        },
    ]);
    assert_eq!(policy["exceptions"], expected);
}

#[test]
fn a_statement_that_no_policy_has_is_told_of() {
    let folder = article();
    review(folder.path(), &["--record", "record.json"], "A\nw\ny\n");
    let path = folder.path().join("record.json");
    let text = fs::read_to_string(&path).expect("read");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    record["policies"][0]["entries"][0]["statement"] = u64::MAX.into();
    fs::write(&path, record.to_string()).expect("written");
    let replayed = replay(folder.path());
    assert_eq!(replayed.exit, 0, "{}", replayed.stderr);
    let told = "does not come to what was decided on any more";
    assert!(replayed.stderr.contains(told), "{}", replayed.stderr);
}

#[test]
fn policies_whose_names_are_no_text_have_journals_of_their_own() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = article();
    let names = [&b"\xfe.json"[..], b"\xff.json"].map(OsStr::from_bytes);
    for name in names {
        let copied = fs::copy(folder.path().join("policy.json"), folder.path().join(name));
        if copied.is_err() {
            return; // Not every file system has such names.
        }
    }
    let review = |name, answers| {
        let mut review = iam_refine();
        review
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .args(["review", "--plain", "findings.json"])
            .arg(name);
        review.run_with(answers).stderr
    };
    review(names[0], "A\n");
    let other = review(names[1], "");
    assert!(!other.contains("You left a review"), "{other}");
    let again = review(names[0], "\n");
    assert!(
        again.contains("You left a review of these files."),
        "{again}"
    );
}

#[test]
fn what_is_dropped_by_hand_is_asked_for_and_told() {
    let folder = article();
    let answers = "A\nb\ndrop GetStorage too much\nn\ndrop GetStorage too much\ny\nw\ny\n";
    let reviewed = review(folder.path(), &["--record", "record.json"], answers);
    assert!(
        reviewed.stdout.contains("Let them go?"),
        "{}",
        reviewed.stdout
    );
    assert!(reviewed.stdout.contains("Not done."), "{}", reviewed.stdout);
    assert!(!written(folder.path()).contains("s3:GetStorage"));
    let replayed = replay(folder.path());
    assert!(
        replayed.stderr.contains("4 dropped by hand"),
        "{}",
        replayed.stderr
    );
}

#[test]
fn what_does_not_end_is_no_answer() {
    let folder = article();
    let run = review(folder.path(), &[], &"a".repeat(1 << 20));
    assert!(
        run.stdout
            .ends_with("This is longer than an answer; nothing is written.\n"),
        "{}",
        run.stdout.len()
    );
    assert!(run.stdout.len() < 10_000, "{}", run.stdout.len());
}

#[test]
fn a_record_goes_to_a_file_that_is_one() {
    let folder = article();
    let run = run(
        folder.path(),
        &["refine", "policy.json", "findings.json", "--record", "-"],
        "",
    );
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("--format json"), "{}", run.stderr);
    assert!(!folder.path().join("-").exists());
}

#[test]
fn with_everywhere_the_record_and_the_journal_tell_who_counts() {
    let folder = folder();
    for name in ["policy.json", "dev.json", "prod.json", "idle.json"] {
        let from = env!("CARGO_MANIFEST_DIR");
        let from = format!("{from}/tests/data/cases/everywhere/{name}");
        fs::copy(from, folder.path().join(name)).expect("copied");
    }
    let run = |arguments: &str, input: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(folder.path(), &arguments, input)
    };
    let files = "policy.json dev.json prod.json --everywhere";
    let reviewed = run(
        &format!("review --plain {files} --record record.json"),
        "A\nw\ny\n",
    );
    assert_eq!(reviewed.exit, 0, "{}", reviewed.stderr);
    let record = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    let whom = |at: usize, key: &str| record["everywhere"][at][key].as_str().expect("a text");
    assert_eq!(whom(0, "principal"), "arn:aws:iam::111122223333:role/app");
    assert_eq!(whom(1, "principal"), "arn:aws:iam::444455556666:role/app");
    assert_eq!((whom(1, "file"), whom(1, "id")), ("prod.json", "b"));
    assert_eq!(record["principal"], "2 principals");
    assert_eq!(record["finding"]["id"], Value::Null);
    assert_eq!(record["finding"]["analyzedAt"], "2026-10-01T12:00:00Z");
    let replayed = run(&format!("refine {files} --decisions record.json"), "");
    assert_eq!(replayed.stdout, written(folder.path()));

    // Another one who has the policy may use what the others do not, though it uses nothing here.
    let left = run(&format!("review --plain {files}"), "a\n");
    assert!(left.stderr.contains("are saved"), "{}", left.stderr);
    let same = run(&format!("review --plain {files}"), "n\nq\n");
    assert!(
        !same.stderr.contains("the findings, catalogue"),
        "{}",
        same.stderr
    );
    run(&format!("review --plain {files}"), "a\n");
    let other = run(&format!("review --plain idle.json {files}"), "n\nq\n");
    assert!(
        other.stderr.contains("the findings, catalogue"),
        "{}",
        other.stderr
    );
}

/// A policy on a few actions of SQS and its findings, reviewed with these answers.
fn on_lines(answers: &str) -> String {
    let folder = folder();
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "sqs", "actions":
        ["ListQueues", "ListDeadLetterSourceQueues", "ListQueueTags", "GetQueueUrl"]}]"#;
    fs::write(folder.path().join("policy.json"), policy).expect("written");
    fs::write(folder.path().join("findings.json"), findings).expect("written");
    let run = review(folder.path(), &[], answers);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn a_prefix_is_left_whole_and_a_drop_beneath_takes_that_back() {
    let told = on_lines(
        "whole sqs:\nwhole Send\nwhole Lis\nwhole List weekly audit\nwhole ListQueue\n\
         b\ndrop ListMessageMoveTasks\ny\nq\ny\n",
    );
    for sentence in [
        "Left whole at its root it stays as it was: that is the same as rejecting: r.",
        "sqs:Send is safe: it is written anyway.",
        "sqs:Lis is no prefix of sqs:* as its names are cut; t shows which are.",
        "It leaves 3 unused: sqs:ListDeadLetterSourceQueues, sqs:ListQueues, sqs:ListQueueTags.",
        "Written now: sqs:List*, 4 actions, left whole.",
        "Mark: whole sqs:List: weekly audit",
        "It starts with sqs:List, which is left whole.",
        "sqs:List is left whole no more then.",
    ] {
        assert!(told.contains(sentence), "{sentence}\n{told}");
    }
    let end = &told[told.rfind("left whole no more").expect("taken back")..];
    assert!(!end.contains("whole sqs:List:"), "{end}");
}

#[test]
fn on_lines_a_policy_is_fitted_after_a_question() {
    let told = on_lines("fit 300\nn\nfit 300\ny\nfit 20\nfit x\nA\nu\nu\nfit\nq\n");
    let row = "At most 300: ";
    assert_eq!(told.matches(row).count(), 2, "{told}");
    for sentence in [
        " of 4 unused gone; ",
        "[y/N] Leave these whole? Not done.",
        "Left whole; what was decided stays as it was.",
        "Nothing makes it fit 20 characters: with all gone it is ",
        "Say how many characters, as in fit 5120",
        "It fits with all that is unused gone.",
    ] {
        assert!(told.contains(sentence), "{sentence}\n{told}");
    }
}

#[test]
fn a_mark_that_is_taken_back_leaves_nothing_accepted() {
    let folder = policy_of(std::iter::once("s3:*".into()));
    let reviewed = review(
        folder.path(),
        &[],
        "keep PutObject the audit\nclear\nw\ny\n",
    );
    let told = "Nothing is accepted";
    assert!(reviewed.stdout.contains(told), "{}", reviewed.stdout);
    let after_resuming = review(folder.path(), &[], "\nw\ny\n");
    let told = "Nothing is accepted";
    assert!(
        after_resuming.stdout.contains(told),
        "{}",
        after_resuming.stdout
    );
}

#[test]
fn what_was_left_whole_to_fit_is_there_when_the_review_is_resumed() {
    let folder = folder();
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "sqs", "actions": ["ListQueues", "ListQueueTags"]}]"#;
    fs::write(folder.path().join("policy.json"), policy).expect("written");
    fs::write(folder.path().join("findings.json"), findings).expect("written");
    review(folder.path(), &[], "fit 400\ny\nA\nq\ny\n");
    let record = ["--record", "record.json"];
    let resumed = review(folder.path(), &record, "\nw\ny\n");
    assert_eq!(resumed.exit, 0, "{}{}", resumed.stdout, resumed.stderr);
    let refined = written(folder.path());
    assert!(refined.contains("sqs:List*"), "{refined}");
    let record = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    let mark = &record["policies"][0]["entries"][0]["marks"][0];
    assert_eq!(mark["mark"], "whole");
    assert_eq!(mark["by"], "fit");
    assert_eq!(mark["reason"], "to fit 400 characters");
    // It is replayed to the same.
    assert_eq!(replay(folder.path()).stdout, refined);
    // All of it is taken back at once, also then.
    let undone = review(folder.path(), &[], "u\nu\nn\nq\ny\n").stdout;
    let last = &undone[undone.rfind("[1 of 1]").expect("asked again")..];
    assert!(!last.contains("whole"), "{undone}");
}
