//! Writing is all or nothing: whatever ends the program, refuses its bytes or stands in its way,
//! a file is the old one or the new one, whole, and what was decided is still there.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Run, RunIt, folder, iam_refine};
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
    program_named("refine", folder, arguments)
}

fn program_named(name: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = iam_refine();
    command
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .args([name, "policy.json", "findings.json"])
        // The policies are longer than AWS takes.
        .args(["--quota", "1000000"].iter().filter(|_| name == "refine"))
        .args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    program(folder, arguments).run()
}

/// The same run, by a shell that allows its files so many blocks of 1,024 bytes.
fn limited(folder: &Path, whole: &Command, blocks: u32) -> Command {
    let mut command = Command::new("bash");
    let script = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
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
    println!("{killed} of {times} were killed; {kept} of those in place left the old file");
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
fn a_file_with_several_names_is_not_written_in_place() {
    let (folder, old) = large_policy();
    let at = |name: &str| folder.path().join(name);
    fs::hard_link(at("policy.json"), at("other.json")).unwrap();
    let run = run(folder.path(), &["--in-place"]);
    assert_eq!(run.exit, 2);
    let refused = "error: policy.json has 2 names (hard links), and writing it in place would leave the \
                   others behind\nhelp: write elsewhere with -o, or replace it by a copy of its own \
                   first; nothing was written\n";
    assert_eq!(run.stderr, refused);
    let review =
        program_named("review", folder.path(), &["--plain", "--in-place"]).run_with("A\nw\ny\n");
    assert_eq!(review.exit, 2, "{}", review.stdout);
    for name in ["policy.json", "other.json"] {
        assert_eq!(fs::read_to_string(at(name)).unwrap(), old);
    }
    // A link of another kind is followed.
    fs::remove_file(at("other.json")).unwrap();
    std::os::unix::fs::symlink("policy.json", at("other.json")).unwrap();
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command.env("XDG_STATE_HOME", at("state"));
    let run = command
        .args(["refine", "other.json", "findings.json", "--in-place"])
        .args(["--quota", "1000000"])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_ne!(fs::read_to_string(at("policy.json")).unwrap(), old);
    assert!(at("other.json").is_symlink());
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
    let first = limited(folder.path(), &review(), 100).run_with("A\nw\ny\n");
    let told = first.stdout + &first.stderr;
    assert!(told.contains("File too large"), "{told}");
    let policy = folder.path().join("policy.json");
    assert_eq!(fs::read_to_string(&policy).unwrap(), old);

    let second = review().run_with("\nw\ny\n");
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
    writeln!(answers, "w\ny").unwrap();
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
    if !Path::new("/dev/full").exists() {
        return; // Not every system has it.
    }
    let mut with_record = program(folder.path(), &["--record", "record.json"]);
    let [mut help, mut version, mut of_command] = [iam_refine(), iam_refine(), iam_refine()];
    help.arg("--help");
    version.arg("--version");
    of_command.args(["refine", "-h"]);
    for command in [
        &mut program(folder.path(), &[]),
        &mut with_record,
        &mut help,
        &mut version,
        &mut of_command,
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = command
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("No space left on device"), "{told}");
        let prints_policy = command
            .get_args()
            .any(|argument| argument == "findings.json");
        let said = "standard output cannot be written, and what is there is not whole";
        assert_eq!(told.contains(said), prints_policy, "{told}");
        let tells_of_record = told.contains("the record was written, to record.json");
        assert_eq!(tells_of_record, folder.path().join("record.json").exists());
        let _ = fs::remove_file(folder.path().join("record.json"));
    }
}

#[test]
fn the_record_is_written_though_nobody_reads_the_policy() {
    for more in [&[][..], &["--diff"]] {
        let (folder, _) = large_policy();
        let arguments = [&["--record", "record.json"], more].concat();
        let mut child = program(folder.path(), &arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert!(child.wait().unwrap().success());
        let record = fs::read_to_string(folder.path().join("record.json")).unwrap();
        assert!(record.contains("s3:GetBucketAcl"));
    }
}

#[test]
fn record_and_policies_are_written_together_or_not_at_all() {
    for arguments in [
        &["second.json", "--record", "record.json"][..],
        &["-o", "out.json", "--record", "./out.json"],
        &["-o", "none/out.json", "--record", "record.json"],
        &["-o", "out.json", "--record", "none/record.json"],
        &["--in-place", "--record", "none/record.json"],
    ] {
        let (folder, old) = large_policy();
        let policy = folder.path().join("policy.json");
        fs::copy(&policy, folder.path().join("second.json")).unwrap();
        let before = names(folder.path());
        let run = run(folder.path(), arguments);
        assert_eq!(run.exit, 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(fs::read_to_string(policy).unwrap(), old);
        let mut after = names(folder.path());
        after.retain(|name| name != "state");
        assert_eq!(after, before, "{arguments:?}");
    }
}

/// Of two runs that narrow one policy each by something else, the second one refuses, or goes on
/// with what the first one wrote.
#[test]
fn of_two_runs_at_once_on_one_file_neither_is_lost() {
    const UNUSED: [(&str, &str); 2] = [("s3", "GetBucketAcl"), ("sqs", "SendMessage")];
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let old = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:GetBucketAcl", "sqs:SendMessage", "s3:PutObject"], "Resource": "*"}}"#;
    for (service, action) in UNUSED {
        let finding = format!(r#"[{{"serviceNamespace": "{service}", "actions": ["{action}"]}}]"#);
        fs::write(path(service), finding).unwrap();
    }
    for round in 0..40 {
        fs::write(path("policy.json"), old).unwrap();
        let runs = UNUSED.map(|(service, action)| {
            let mut refine = iam_refine();
            let child = refine
                .current_dir(folder.path())
                .env("XDG_STATE_HOME", folder.path().join("state"))
                .args(["refine", "--in-place", "policy.json", service])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn();
            (action, child.unwrap())
        });
        let ended = runs.map(|(action, child)| (action, child.wait_with_output().unwrap()));
        let now = fs::read_to_string(path("policy.json")).unwrap();
        for (action, output) in ended {
            let told = String::from_utf8(output.stderr).unwrap();
            let is_gone = !now.contains(action);
            assert_eq!(
                output.status.success(),
                is_gone,
                "round {round}: {now} {told}"
            );
            let is_refused = told.contains("has changed since it was read")
                || told.contains("another program is writing over");
            assert_eq!(!output.status.success(), is_refused, "{told}");
        }
    }
    let beside = names(folder.path());
    assert_eq!(beside, ["policy.json", "s3", "sqs", "state"]);
}

#[test]
fn a_file_that_another_program_holds_is_not_written_over() {
    let (folder, old) = large_policy();
    let path = folder.path().join("policy.json");
    let holder = fs::File::open(&path).unwrap();
    holder.lock().unwrap();
    let refused = run(folder.path(), &["--in-place"]);
    assert_eq!(refused.exit, 2);
    let told = "policy.json\nhelp: run it again on the new text when that has ended; nothing was \
                written";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), old);
    drop(holder);
    assert_eq!(run(folder.path(), &["--in-place"]).exit, 0);
}

/// What is half written can be read by nobody but the user, as the policy that it is to replace.
#[test]
fn a_private_policy_is_private_at_every_moment() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, old) = large_policy();
    let policy = folder.path().join("policy.json");
    let mut modes = Vec::new();
    // It is there for as long as the disk takes, and may be missed.
    for _ in 0..100 {
        fs::write(&policy, &old).unwrap();
        fs::set_permissions(&policy, fs::Permissions::from_mode(0o600)).unwrap();
        let mut command = program(folder.path(), &["--in-place"]);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut writing = command.spawn().unwrap();
        while writing.try_wait().unwrap().is_none() {
            let names = names(folder.path()).into_iter();
            let half_written = names.filter(|name| name.starts_with(".iam-refine-"));
            let metadata =
                half_written.filter_map(|name| fs::metadata(folder.path().join(name)).ok());
            modes.extend(metadata.map(|file| file.permissions().mode() & 0o777));
        }
        if !modes.is_empty() {
            break;
        }
    }
    assert!(!modes.is_empty(), "what it was writing");
    assert!(modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
}

#[test]
fn a_journal_that_is_set_aside_is_named_though_no_new_one_can_begin() {
    let (folder, _) = large_policy();
    let review = || {
        let mut command = iam_refine();
        command
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .args(["review", "--plain", "policy.json", "findings.json"]);
        command
    };
    assert_eq!(review().run_with("A\n").exit, 0);
    let refused = limited(folder.path(), &review(), 0).run_with("n\n");
    assert_eq!(refused.exit, 2, "{}", refused.stderr);
    let told = refused.stderr;
    let (_, kept) = told
        .split_once("your earlier decisions are saved in ")
        .unwrap();
    let kept = fs::read_to_string(kept.lines().next().unwrap()).unwrap();
    assert!(kept.contains("s3:GetBucketAcl"), "{kept}");
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
            .args(["refine", "p", "f", "--quota", "1000000"])
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

#[test]
fn a_file_where_a_folder_would_be_is_told() {
    let (folder, old) = large_policy();
    let account = r#"{"RoleDetailList": [{"RoleName": "R", "Arn": "arn:aws:iam::123456789012:role/R",
        "RolePolicyList": []}]}"#;
    let finding = r#"{"id": "1", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/R",
        "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "sqs"}}]}"#;
    fs::write(folder.path().join("account.json"), account).unwrap();
    fs::write(folder.path().join("finding.json"), finding).unwrap();
    let out = "policy.json/out";
    let refused = |arguments: &[&str]| {
        let mut command = iam_refine();
        command.current_dir(folder.path());
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        let run = command.args(arguments).run();
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(!run.stderr.contains("already exists"), "{}", run.stderr);
        let error = run.stderr.split("error: ").nth(1);
        error.expect("an error").to_owned()
    };
    assert_eq!(
        refused(&[
            "refine",
            "--account",
            "account.json",
            "finding.json",
            "-o",
            out
        ]),
        "the folder policy.json/out cannot be written: Not a directory (os error 20)\n\
         help: a file stands where a folder would be: write elsewhere; what was there is as it was\n"
    );
    assert_eq!(
        refused(&[
            "refine",
            "policy.json",
            "findings.json",
            "-o",
            out,
            "--quota",
            "1000000"
        ]),
        "policy.json/out cannot be written: Not a directory (os error 20)\n\
         help: a file stands where a folder would be: write elsewhere; what was there is as it was\n"
    );
    assert_eq!(
        refused(&[
            "review",
            "--plain",
            "policy.json",
            "findings.json",
            "-o",
            out
        ]),
        "policy.json is no folder\nhelp: give another name\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("policy.json")).unwrap(),
        old
    );
}
