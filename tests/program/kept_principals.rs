//! Roles and users of which a keep file keeps all, whatever a finding says.

use std::fs;

use serde_json::Value;

use crate::accounts::{account, refine, usual};
use crate::run::{Run, RunIt, folder, iam_refine};
use crate::source_kept::World;

const OF_WRITER: &str =
    "[[keep]]\nprincipal = \"arn:aws:iam::*:role/wr?ter\"\nreason = \"for emergencies\"\n";

/// What goes of each policy, by the overview of `refine --account … --format json`.
fn refined(keep: &str) -> (Run, Value) {
    let home = folder();
    fs::write(home.path().join("team.toml"), keep).expect("written");
    let options = ["--keep-file", "team.toml", "--format", "json"];
    let run = refine(home.path(), &account(), &usual(), &options);
    let overview = serde_json::from_str(&run.stdout).unwrap_or(Value::Null);
    (run, overview)
}

#[test]
fn in_an_account_who_is_kept_counts_as_using_all() {
    let (_, without) = refined("keep = []\n");
    let (run, with) = refined(OF_WRITER);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // Reader and Writer share a policy: what both do not use goes, unless Writer is kept.
    let goes = |overview: &Value| {
        overview
            .to_string()
            .matches("sqs:SetQueueAttributes")
            .count()
    };
    assert!(goes(&with) < goes(&without), "{with:#}");
    let said = "passed over: all of arn:aws:iam::123456789012:role/Writer is kept, says team.toml:2: for emergencies";
    assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
    let home = folder();
    fs::write(home.path().join("team.toml"), OF_WRITER).expect("written");
    let overview = refine(
        home.path(),
        &account(),
        &usual(),
        &["--keep-file", "team.toml"],
    )
    .stdout;
    let stays = "all of role Writer is kept, says team.toml:2: for emergencies";
    assert!(overview.contains(stays), "{overview}");
}

#[test]
fn why_somebody_is_kept_stands_in_the_review() {
    let home = folder();
    fs::write(home.path().join("team.toml"), OF_WRITER).expect("written");
    let options = ["--keep-file", "team.toml", "-o", "changes"];
    let run = refine(home.path(), &account(), &usual(), &options);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let review = fs::read_to_string(home.path().join("changes/REVIEW.md")).expect("written");
    let row = review.lines().find(|line| line.starts_with("| Shared |"));
    let told = "all of role Writer is kept, says team.toml:2: for emergencies";
    assert!(row.is_some_and(|row| row.contains(told)), "{review}");
}

#[test]
fn who_is_kept_and_is_not_in_the_account_is_told() {
    let nobody = "team.toml:2:13: this keeps nobody: the account has no such role or user";
    let (run, _) = refined(&OF_WRITER.replace("wr?ter", "wroter"));
    assert!(run.stderr.contains(nobody), "{}", run.stderr);
    // A group has members, and nobody acts as one.
    let (run, _) = refined(&OF_WRITER.replace("role/wr?ter", "group/Ops"));
    assert!(run.stderr.contains(nobody), "{}", run.stderr);
    // One without a finding is somebody.
    let (run, _) = refined(&OF_WRITER.replace("wr?ter", "Silent"));
    assert!(!run.stderr.contains("keeps nobody"), "{}", run.stderr);
}

#[test]
fn until_a_day_and_no_longer() {
    let (run, _) = refined(&format!("{OF_WRITER}until = \"2026-01-31\"\n"));
    assert!(
        run.stderr
            .contains("team.toml:2:13: this held until 2026-01-31"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stderr.contains("role/Reader is kept"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_policies_of_sources_stay_where_one_who_has_them_is_kept() {
    let world = World::new(
        "  statement {\n    actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\", \"sqs:PurgeQueue\"]\n    resources = [\"*\"]\n  }\n",
    );
    assert!(world.refine(&[]).stdout.contains("-    actions"));
    world.write(".git/HEAD", "");
    world.write(
        "root/keep.toml",
        "[[keep]]\nprincipal = \"arn:aws:iam::*:role/app\"\n",
    );
    let run = world.refine(&[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("kept, says"), "{}", run.stderr);
    assert!(run.stderr.contains("keep.toml:2"), "{}", run.stderr);
}

#[test]
fn alone_a_finding_of_one_who_is_kept_is_refused() {
    let home = folder();
    let path = home.path();
    fs::write(
        path.join("policy.json"),
        r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#,
    )
    .expect("written");
    fs::write(path.join("f.json"), usual()[0].to_string()).expect("written");
    fs::write(path.join("team.toml"), OF_WRITER.replace("wr?ter", "*")).expect("written");
    let files = ["policy.json", "f.json", "--keep-file", "team.toml"];
    for command in [&["refine"][..], &["explain", "sqs:Se*"]] {
        let run = iam_refine()
            .current_dir(path)
            .args(command)
            .args(files)
            .run();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        let said = "f.json: all of arn:aws:iam::123456789012:role/Reader is kept, says team.toml:2: for emergencies";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let line = serde_json::json!({"id": 1, "policy": {"Statement": {"Effect": "Allow", "Action": "sqs:Se*",
        "Resource": "*"}}, "findings": [usual()[0]]});
    let batch = iam_refine()
        .current_dir(path)
        .args(["batch", "--keep-file", "team.toml"])
        .run_with(&line.to_string());
    assert_eq!(batch.exit, 1, "{}", batch.stdout);
    assert!(
        batch.stdout.contains("role/Reader is kept"),
        "{}",
        batch.stdout
    );
}

#[test]
fn with_the_findings_of_all_nobody_is_told_to_leave_one_out() {
    let home = folder();
    let path = home.path();
    fs::write(
        path.join("policy.json"),
        r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#,
    )
    .expect("written");
    for (name, finding) in [("a.json", &usual()[0]), ("b.json", &usual()[1])] {
        fs::write(path.join(name), finding.to_string()).expect("written");
    }
    fs::write(path.join("team.toml"), OF_WRITER).expect("written");
    let files = [
        "refine",
        "policy.json",
        "a.json",
        "b.json",
        "--everywhere",
        "--keep-file",
        "team.toml",
    ];
    let run = iam_refine().current_dir(path).args(files).run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("role/Writer is kept"), "{}", run.stderr);
    // Without its finding what it needs would go.
    assert!(!run.stderr.contains("leave out"), "{}", run.stderr);
}
