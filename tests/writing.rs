//! Writing is all or nothing: whatever ends the program, refuses its bytes or stands in its way,
//! a file is the old one or the new one, whole, and what was decided is still there.

#![allow(clippy::unwrap_used)] // A test may.

mod program;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use program::{Run, RunIt, folder, iam_refine};
use tempfile::TempDir;

const FINDINGS: &str = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;

/// A policy whose bytes take a while to write, and its findings.
fn large_policy() -> (TempDir, String) {
    let folder = folder();
    let sid = "a".repeat(400_000);
    let text = format!(
        r#"{{"Statement": [{{"Sid": "{sid}", "Effect": "Allow", "Action": ["s3:GetBucketAcl", "s3:PutObject"], "Resource": "*"}}]}}"#
    );
    fs::write(folder.path().join("policy.json"), &text).unwrap();
    fs::write(folder.path().join("findings.json"), FINDINGS).unwrap();
    (folder, text)
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = iam_refine();
    command
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(["refine", "policy.json", "findings.json"])
        .args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    program(folder, arguments).run()
}

/// The same run, by a shell that allows its files so many blocks of 1,024 bytes.
fn limited(folder: &Path, whole: &Command, blocks: u32) -> Command {
    let mut command = Command::new("bash");
    // Without this a file that grows too large ends the program, as a kill would.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.arg("-c").arg(script);
    command.arg(whole.get_program()).args(whole.get_args());
    command.current_dir(folder);
    for (name, value) in whole.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
}

/// The names in a folder, but for those that the program makes beside.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Kills the program after ever other times while it writes, so many times.
fn kill_while_writing(times: u32) {
    let (folder, old) = large_policy();
    let path = |name: &str| folder.path().join(name);
    let new = run(folder.path(), &[]).stdout;
    assert_ne!(new, old);
    let begun = Instant::now();
    assert_eq!(run(folder.path(), &["-o", "timed.json"]).exit, 0);
    let whole = begun.elapsed();
    let (mut killed, mut kept) = (0, 0);
    for round in 0..times {
        fs::write(path("policy.json"), &old).unwrap();
        let _ = fs::remove_file(path("out.json"));
        let in_place = round % 2 == 0;
        let arguments: &[&str] = if in_place {
            &["--in-place"]
        } else {
            &["-o", "out.json"]
        };
        let mut child = program(folder.path(), arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From before the first byte to after the last one.
        std::thread::sleep(whole * (round % 50 + 1) / 40);
        let _ = child.kill();
        killed += u32::from(!child.wait().unwrap().success());
        if in_place {
            let now = fs::read_to_string(path("policy.json")).unwrap();
            assert!(now == old || now == new, "{} bytes", now.len());
            kept += u32::from(now == old);
        } else if let Ok(now) = fs::read_to_string(path("out.json")) {
            assert!(now == new, "{} bytes", now.len());
        }
    }
    assert!(killed > 0 && kept > 0, "killed {killed}, old {kept}");
    // Whatever was kept of the old bytes is whole, or was never named.
    assert_eq!(run(folder.path(), &["--in-place"]).exit, 0);
    assert_eq!(fs::read_to_string(path("policy.json")).unwrap(), new);
}

#[test]
fn a_program_killed_while_it_writes_leaves_the_old_file_or_the_new_one() {
    kill_while_writing(30);
}

#[test]
#[ignore = "takes minutes"]
fn a_program_killed_a_thousand_times_leaves_the_old_file_or_the_new_one() {
    kill_while_writing(1_000);
}

#[test]
fn where_the_bytes_do_not_fit_it_is_told_and_nothing_is_changed() {
    for (blocks, arguments) in [
        (100, &["--in-place"][..]),
        (100, &["-o", "out.json"]),
        (0, &["--record", "record.json"]),
    ] {
        let (folder, old) = large_policy();
        let before = names(folder.path());
        let whole = program(folder.path(), arguments);
        let run = limited(folder.path(), &whole, blocks).run();
        assert_eq!(run.exit, 2, "{}", run.stderr);
        let told = &run.stderr;
        assert!(told.contains("File too large"), "{told}");
        assert!(
            told.contains("make room there, or write elsewhere"),
            "{told}"
        );
        let policy = fs::read_to_string(folder.path().join("policy.json")).unwrap();
        assert_eq!(policy, old);
        let after: Vec<String> = names(folder.path());
        let added: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
        assert!(
            added.is_empty() || added == ["state"],
            "{added:?} for {arguments:?}"
        );
    }
}

#[test]
fn a_review_that_could_not_be_written_is_still_there() {
    let (folder, old) = large_policy();
    let review = || {
        let mut command = iam_refine();
        command
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .args([
                "review",
                "--plain",
                "--in-place",
                "policy.json",
                "findings.json",
            ]);
        command
    };
    let first = limited(folder.path(), &review(), 100).run_with("A\nw\n");
    let told = first.stdout + &first.stderr;
    assert!(told.contains("File too large"), "{told}");
    let policy = folder.path().join("policy.json");
    assert_eq!(fs::read_to_string(&policy).unwrap(), old);

    let second = review().run_with("\nw\n");
    assert_eq!(second.exit, 0, "{}{}", second.stdout, second.stderr);
    let now = fs::read_to_string(&policy).unwrap();
    assert!(!now.contains("GetBucketAcl") && now.contains("PutObject"));
}

#[test]
fn a_policy_that_changed_since_it_was_read_is_not_written_beside_it() {
    let (folder, _) = large_policy();
    let mut review = iam_refine();
    let mut review = review
        .current_dir(folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .args(["review", "--plain", "policy.json", "findings.json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = review.stdin.take().unwrap();
    let mut said = BufReader::new(review.stdout.take().unwrap()).lines();
    writeln!(answers, "A").unwrap();
    let accepted = said.find(|line| line.as_ref().unwrap().contains("All were asked"));
    assert!(accepted.is_some());
    fs::write(folder.path().join("policy.json"), "{}").unwrap();
    writeln!(answers, "w").unwrap();
    drop(answers);
    let told: Vec<String> = said.map(Result::unwrap).collect();
    let told = told.join("\n");
    assert!(
        told.contains("policy.json has changed since it was read"),
        "{told}"
    );
    review.wait().unwrap();
    assert!(!folder.path().join("policy.refined.json").exists());
}

#[test]
fn a_run_that_is_refused_or_aborted_makes_no_folder() {
    let (folder, _) = large_policy();
    let make = |name: &str| fs::create_dir(folder.path().join(name)).unwrap();
    for name in ["one", "two"] {
        make(name);
        let copy = folder.path().join(name).join("policy.json");
        fs::copy(folder.path().join("policy.json"), copy).unwrap();
    }
    let refused = ["one/policy.json", "-o", "out/deep", "two/policy.json"];
    let refused = run(folder.path(), &refused);
    assert!(
        refused.stderr.contains("two policies would be written to"),
        "{}",
        refused.stderr
    );
    fs::copy(
        folder.path().join("policy.json"),
        folder.path().join("second.json"),
    )
    .unwrap();
    let aborted = iam_refine()
        .current_dir(folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .args(["review", "--plain", "policy.json", "second.json"])
        .args(["findings.json", "-o", "out/deep"])
        .run_with("A\nq\n");
    assert_eq!(aborted.exit, 0, "{}", aborted.stderr);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_full_standard_output_is_told() {
    let (folder, _) = large_policy();
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        return; // Not every system has it.
    };
    let mut command = program(folder.path(), &[]);
    let output = command
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("No space left on device"), "{told}");
}

#[test]
fn what_stands_in_the_way_is_told_and_is_still_there() {
    let (folder, old) = large_policy();
    let make = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        path
    };
    make("a-folder");
    fs::write(make("taken").join("policy.json"), "mine").unwrap();
    for (arguments, told) in [
        (&["-o", "none/out.json"][..], "none"),
        (&["-o", "findings.json"], "already exists"),
        (&["-o", "/dev/null"], "already exists"),
        (&["-o", "/dev/stdout"], "already exists"),
        (&["-o", "taken"], "already exists"),
        (&["-o", "/proc/out.json"], "cannot be written"),
        (
            &["-o", "out.json", "--record", "a-folder"],
            "already exists",
        ),
        (
            &["-o", "out.json", "--record", "none/r.json"],
            "none/r.json",
        ),
    ] {
        let run = run(folder.path(), arguments);
        assert_eq!(run.exit, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    let path = |name: &str| folder.path().join(name);
    assert_eq!(fs::read_to_string(path("policy.json")).unwrap(), old);
    assert_eq!(fs::read_to_string(path("findings.json")).unwrap(), FINDINGS);
    assert_eq!(
        fs::read_to_string(path("taken/policy.json")).unwrap(),
        "mine"
    );
}

/// The folder of an account is there whole or not at all, and no half of it beside.
#[test]
fn where_the_folder_of_an_account_does_not_fit_nothing_of_it_is_left() {
    let folder = folder();
    let policy =
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetBucketA*", "Resource": "*"}}"#;
    let role = r#""RoleName": "Mine", "Arn": "arn:aws:iam::123456789012:role/Mine""#;
    let account = format!(
        r#"{{"RoleDetailList": [{{{role}, "RolePolicyList": [{{"PolicyName": "Own", "PolicyDocument": {policy}}}]}}]}}"#
    );
    fs::write(folder.path().join("account.json"), account).unwrap();
    let finding = r#"{"id": "1", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/Mine", "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": [{"action": "GetBucketAcl"}]}}]}"#;
    fs::write(folder.path().join("findings.json"), finding).unwrap();
    let before = names(folder.path());
    let arguments = ["refine", "--account", "account.json", "findings.json", "-o"];
    let mut whole = iam_refine();
    whole.current_dir(folder.path()).args(arguments);
    let run = limited(folder.path(), whole.arg("out"), 1).run();
    assert_eq!(run.exit, 2, "{}", run.stderr);
    let told = "error: the folder out cannot be written: File too large (os error 27)\n\
                help: make room there, or write elsewhere; what was there is as it was";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert_eq!(names(folder.path()), before);
}

/// Where the old bytes cannot be kept they are not written over.
#[test]
fn without_a_place_for_the_old_bytes_nothing_is_written_in_place() {
    let (folder, old) = large_policy();
    fs::write(folder.path().join("state"), "a file, no folder").unwrap();
    let run = run(folder.path(), &["--in-place"]);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(run.stderr.contains("the old bytes cannot be kept"));
    let now = fs::read_to_string(folder.path().join("policy.json")).unwrap();
    assert_eq!(now, old);
}

/// A named pipe that gives `text` once.
fn pipe(path: &Path, text: &str) -> std::thread::JoinHandle<()> {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
    let (path, text): (PathBuf, String) = (path.to_owned(), text.to_owned());
    std::thread::spawn(move || fs::write(path, text).unwrap())
}

#[test]
fn policies_and_findings_may_come_through_pipes_that_are_read_once() {
    let (folder, old) = large_policy();
    let expected = run(folder.path(), &[]).stdout;
    for arguments in [&[][..], &["-o", "out.json"], &["--in-place"]] {
        let (policy, findings) = (folder.path().join("p"), folder.path().join("f"));
        let writers = [pipe(&policy, &old), pipe(&findings, FINDINGS)];
        let mut command = iam_refine();
        command
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"));
        let mut child = command
            .args(["refine", "p", "f"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || std::io::read_to_string(stdout).unwrap());
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill().unwrap();
                panic!("it waits for ever with {arguments:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        let printed = reader.join().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
        match arguments {
            [] => assert_eq!(printed, expected),
            ["-o", name] => {
                let written = fs::read_to_string(folder.path().join(name));
                assert_eq!(written.unwrap(), expected, "{told}");
            }
            _ => {
                assert_eq!(output.status.code(), Some(2), "{told}");
                assert!(told.contains("p cannot be written in place"), "{told}");
            }
        }
        fs::remove_file(policy).unwrap();
        fs::remove_file(findings).unwrap();
    }
}
