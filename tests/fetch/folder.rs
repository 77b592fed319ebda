//! The folder that `fetch` leaves: private, whole, and good wherever it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::aws::{Aws, a_role, a_user, refine, with_rules};
use crate::run::{Run, RunIt};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn it_is_the_users_alone_whatever_the_umask() {
    let aws = Aws::with(&a_role());
    // One that is there, and empty, is taken, and becomes so too.
    fs::create_dir(aws.path().join("answers")).unwrap();
    let fetch = aws.program(&["fetch", "--role", "MyRole", "-o", "answers"]);
    let mut shell = Command::new("bash");
    shell
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(fetch.get_program());
    shell.args(fetch.get_args()).current_dir(aws.path());
    shell.env("PLAYED_AWS", aws.path());
    let run = shell.run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let folder = aws.path().join("answers");
    assert_eq!(mode(&folder), 0o700);
    for name in aws.answers().keys() {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[test]
fn an_answer_is_what_aws_printed_byte_by_byte() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    for answer in aws.manifest()["answers"].as_array().unwrap() {
        let arguments: Vec<String> = serde_json::from_value(answer["arguments"].clone()).unwrap();
        let printed = Command::new(crate::aws::program())
            .args(&arguments)
            .args(["--output", "json", "--color", "off"])
            .env("PLAYED_AWS", aws.path())
            .output()
            .unwrap();
        let file = answer["file"].as_str().unwrap();
        assert_eq!(
            String::from_utf8(printed.stdout).unwrap(),
            aws.answers()[file],
            "{file}"
        );
    }
}

#[test]
fn every_file_but_the_manifest_is_in_the_manifest() {
    for (world, target) in [
        (a_role(), ["--role", "MyRole"]),
        (a_user(), ["--user", "ann"]),
    ] {
        let aws = Aws::with(&world);
        aws.fetched(&target);
        let manifest = aws.manifest();
        let files = manifest["answers"].as_array().unwrap().iter();
        let mut files: Vec<String> = files
            .map(|answer| answer["file"].as_str().unwrap().to_owned())
            .collect();
        files.push("manifest.json".to_owned());
        files.sort();
        assert_eq!(aws.answers().into_keys().collect::<Vec<_>>(), files);
        assert_eq!(manifest["format"], 1);
        assert_eq!(manifest["account"], "123456789012");
        assert_eq!(
            manifest["caller"],
            "arn:aws:sts::123456789012:assumed-role/Auditor/ann"
        );
        assert!(
            manifest["aws"]
                .as_str()
                .unwrap()
                .starts_with("aws-cli/2.31.0")
        );
    }
}

#[test]
fn two_programs_at_once_do_not_fill_the_same_folder() {
    let rules = json!([{"on": ["get-policy"], "calls": [1], "do": {"sleep": 3000}}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    let mut first = aws
        .program(&["fetch", "--role", "MyRole", "-o", "answers"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    aws.wait_for("get-policy ");
    let second = aws.fetch(&["--role", "MyRole"]);
    assert_eq!(second.exit, 2);
    assert!(
        second.stderr.contains("another program is writing to"),
        "{}",
        second.stderr
    );
    assert!(second.stderr.contains("\nhelp: "), "{}", second.stderr);
    // The first one is not disturbed.
    assert!(first.wait().unwrap().success());
    assert_eq!(aws.manifest()["unanswered"], json!([]));
}

#[test]
fn it_can_be_moved_and_reviewed_where_it_is_then() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    let here = refine(aws.path(), &["answers", "--diff"]);
    assert!([0, 4].contains(&here.exit), "{}", here.stderr);
    let elsewhere = crate::run::folder();
    fs::rename(aws.path().join("answers"), elsewhere.path().join("moved")).unwrap();
    let there = refine(elsewhere.path(), &["moved", "--diff"]);
    let renamed = |text: &str| text.replace("moved/", "answers/");
    assert_eq!(there.exit, here.exit);
    assert_eq!(renamed(&there.stdout), here.stdout);
    assert_eq!(renamed(&there.stderr), here.stderr);
}

#[test]
fn an_answer_that_was_changed_afterwards_is_refused() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    let good = refine(aws.path(), &["answers", "--diff"]);
    assert!([0, 4].contains(&good.exit), "{}", good.stderr);
    let read = [
        "get-role.",
        "get-role-policy",
        "get-policy-version",
        "get-finding-v2",
        "get-service",
    ];
    for (name, text) in aws.answers() {
        let path = aws.path().join("answers").join(&name);
        if !read.iter().any(|read| name.starts_with(read)) {
            continue;
        }
        let changes = [
            text.replacen('s', "S", 1),
            format!("{text} "),
            String::new(),
        ];
        for changed in changes {
            fs::write(&path, changed).unwrap();
            let run = refine(aws.path(), &["answers", "--diff"]);
            assert_eq!(run.exit, 2, "{name}: {}", run.stderr);
            assert!(
                run.stderr.contains("was changed since it was fetched"),
                "{}",
                run.stderr
            );
            assert!(run.stderr.contains(&name), "{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
        fs::remove_file(&path).unwrap();
        let run = refine(aws.path(), &["answers", "--diff"]);
        assert_eq!(run.exit, 2, "{name}: {}", run.stderr);
        fs::write(&path, text).unwrap();
    }
    assert_eq!(
        refine(aws.path(), &["answers", "--diff"]).stdout,
        good.stdout
    );
}

#[test]
fn a_manifest_leads_to_no_file_outside() {
    let aws = Aws::with(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    let answers = aws.answers();
    let outside = aws.path().join("outside.json");
    let policy = answers
        .keys()
        .find(|name| name.starts_with("get-role-policy"))
        .unwrap();
    fs::copy(aws.path().join("answers").join(policy), &outside).unwrap();
    for name in ["../outside.json", outside.to_str().unwrap()] {
        let manifest = answers["manifest.json"].replace(policy.as_str(), name);
        fs::write(aws.path().join("answers/manifest.json"), manifest).unwrap();
        let run = refine(aws.path(), &["answers", "--diff"]);
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(run.stderr.contains("\nhelp: "), "{}", run.stderr);
    }
}

#[test]
fn a_folder_that_is_not_finished_says_how_it_gets_so() {
    let rules = json!([{"on": ["get-policy"], "calls": [1], "do": {"kill-parent": "answers/unfinished.jsonl"}}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    assert_eq!(aws.fetch(&["--role", "MyRole"]).exit, -1);
    let run = refine(aws.path(), &["answers", "--diff"]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("not fetched to its end"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("resumes"), "{}", run.stderr);
}

#[test]
fn another_folder_is_not_filled() {
    let aws = Aws::with(&a_role());
    fs::create_dir(aws.path().join("answers")).unwrap();
    fs::write(aws.path().join("answers/mine"), "").unwrap();
    let run = aws.fetch(&["--role", "MyRole"]);
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("is not empty"), "{}", run.stderr);
    fs::write(aws.path().join("file"), "").unwrap();
    let run = aws.run(&["fetch", "--role", "MyRole", "-o", "file"]);
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("\nhelp: "), "{}", run.stderr);
    assert_eq!(aws.answers().len(), 1);
}

/// The same run in a shell that does this first.
fn after(aws: &Aws, script: &str, target: &[&str]) -> Run {
    let fetch = aws.program(&[&["fetch", "-o", "answers"], target].concat());
    let mut shell = Command::new("bash");
    shell
        .args(["-c", &format!("{script}; exec \"$0\" \"$@\"")])
        .arg(fetch.get_program());
    shell.args(fetch.get_args()).current_dir(aws.path());
    shell.env("PLAYED_AWS", aws.path());
    shell.run()
}

#[test]
fn a_disk_without_room_ends_in_a_message_and_is_resumed() {
    let mut world = a_role();
    // The report is the largest answer, and is asked for late.
    world["last_accessed"][crate::aws::ROLE]["made_up"] = 400.into();
    let aws = Aws::with(&world);
    let run = after(&aws, "ulimit -f 16", &["--role", "MyRole"]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
    assert!(!aws.path().join("answers/manifest.json").exists());
    aws.fetched(&["--role", "MyRole"]);
    assert_eq!(aws.manifest()["unanswered"], json!([]));
}

#[test]
fn a_folder_that_cannot_be_written_ends_in_a_message() {
    let aws = Aws::with(&a_role());
    // Not even the superuser can make a folder in these.
    for path in ["/proc/answers", "/dev/null/answers"] {
        let run = aws.run(&["fetch", "--role", "MyRole", "-o", path]);
        assert_eq!(run.exit, 2);
        assert!(run.stderr.contains(path), "{}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
}

#[test]
fn answers_of_both_versions_of_aws_are_read_alike() {
    let refined = |cli: &str| {
        let mut world = a_role();
        world["cli"] = cli.into();
        let aws = Aws::with(&world);
        aws.fetched(&["--role", "MyRole"]);
        let run = aws.refine(&["answers", "--diff"]);
        assert!([0, 4].contains(&run.exit), "{}", run.stderr);
        (run.exit, run.stdout, run.stderr)
    };
    let first = refined("aws-cli/1.45.11 Python/3.11.7 Linux/6.8 botocore/1.43.11");
    assert_eq!(
        first,
        refined("aws-cli/2.31.0 Python/3.13.7 Linux/6.8 exe/x86_64")
    );
}

#[test]
fn a_mistyped_name_leaves_the_folder_to_the_right_one_and_nothing_in_it_is_lost() {
    let aws = Aws::with(&a_role());
    assert_eq!(aws.fetch(&["--role", "Typo"]).exit, 2);
    let beside = aws.path().join("answers/mine.txt");
    fs::write(&beside, "mine").unwrap();
    aws.fetched(&["--role", "MyRole"]);
    assert_eq!(aws.manifest()["of"], json!({"role": "MyRole"}));
    assert_eq!(fs::read_to_string(beside).unwrap(), "mine");
}

#[test]
fn what_was_fetched_stands_beside_terraform_files() {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}]});
    let resource = |kind: &str, name: &str, values: serde_json::Value| json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values});
    let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
        resource("aws_iam_role", "r", json!({"name": "MyRole", "arn": crate::aws::ROLE})),
        resource("aws_iam_role_policy", "p", json!({
            "name": "ReadBuckets", "role": "MyRole", "policy": policy.to_string(),
        })),
    ]}}});
    for fetched in [&["--account"][..], &["--role", "MyRole"]] {
        let aws = Aws::with(&a_role());
        aws.fetched(fetched);
        fs::create_dir_all(aws.path().join("infra")).unwrap();
        fs::write(
            aws.path().join("infra/main.tf"),
            "resource \"aws_iam_role_policy\" \"p\" {\n  name   = \"ReadBuckets\"\n  role   = \"MyRole\"\n  policy = \
             jsonencode({\n    Statement = [{ Effect = \"Allow\", Action = [\"s3:Get*\", \"s3:List*\"], Resource = \"*\" \
             }]\n  })\n}\n",
        )
        .unwrap();
        fs::write(aws.path().join("state.json"), state.to_string()).unwrap();
        let run = aws.refine(&["infra", "state.json", "answers"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(run.stdout.contains("+++ b/infra/main.tf"), "{}", run.stderr);
        assert!(
            !run.stdout.contains("\"s3:GetBucketAcl\""),
            "{}",
            run.stdout
        );
        let shared = "policy/Shared is made elsewhere";
        assert!(run.stderr.contains(shared), "{}", run.stderr);
    }
}
