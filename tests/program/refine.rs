//! `refine`: where the policy goes, what is refused, and how it exits.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::run::{RunIt, example, folder, iam_refine};

const POLICY: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#;
const REFINED: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}]}"#;
const FINDINGS: &str = r#"[{"serviceNamespace": "s3", "actions": ["PutObject"]}]"#;

/// Writes policy and findings into `folder` and gives their paths.
fn files(folder: &Path) -> [String; 2] {
    let policy = folder.join("policy.json");
    let findings = folder.join("findings.json");
    fs::write(&policy, POLICY).expect("written");
    fs::write(&findings, FINDINGS).expect("written");
    [policy, findings].map(|path| path.display().to_string())
}

#[test]
fn the_policy_goes_to_standard_output_and_the_summary_to_standard_error() {
    let folder = folder();
    let run = iam_refine().arg("refine").args(files(folder.path())).run();
    assert_eq!((run.exit, run.stdout.as_str()), (0, REFINED));
    assert!(run.stderr.contains("✓ 1 unused gone"), "{}", run.stderr);
}

#[test]
fn with_nothing_to_change_the_same_bytes_come_out() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let odd =
        "\u{feff}{\"Statement\" :\r\n\t{\"Effect\":\"Allow\",\"Action\":\"s3:\\u0047et*\"}}  ";
    fs::write(&policy, odd).expect("written");
    let run = iam_refine().args(["refine", &policy, &findings]).run();
    assert_eq!(run.stdout, odd);
}

#[test]
fn a_check_writes_nothing_and_exits_1_when_something_could_be_removed() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let check = || {
        iam_refine()
            .args(["refine", "--check", &policy, &findings])
            .run()
    };
    let run = check();
    assert_eq!((run.exit, run.stdout.as_str()), (1, ""));
    assert_eq!(fs::read_to_string(&policy).expect("read"), POLICY);
    fs::write(&policy, REFINED).expect("written");
    assert_eq!(check().exit, 0);
    // Also when that is all of it; without --check that has an exit code of its own.
    fs::write(&policy, POLICY.replace("\"s3:GetObject\",", "")).expect("written");
    assert_eq!(check().exit, 1);
    let whole = iam_refine().args(["refine", &policy, &findings]).run();
    assert_eq!((whole.exit, whole.stdout.as_str()), (4, ""));
}

#[test]
fn in_place_keeps_the_mode_and_the_old_bytes_and_follows_a_link() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    // No usual umask lets a new file have this mode.
    fs::set_permissions(&policy, fs::Permissions::from_mode(0o666)).expect("mode");
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(&policy, &link).expect("link");
    let run = iam_refine()
        .env("XDG_STATE_HOME", folder.path())
        .args(["refine", "--in-place"])
        .arg(&link)
        .arg(&findings)
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(fs::read_to_string(&policy).expect("read"), REFINED);
    assert!(link.symlink_metadata().expect("link").is_symlink());
    let mode = fs::metadata(&policy).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
    let (_, kept) = run
        .stderr
        .split_once("the old bytes are in ")
        .expect("it says where");
    let kept = kept.lines().next().expect("a line").trim();
    assert_eq!(fs::read_to_string(kept).expect("kept"), POLICY);
    let mode = fs::metadata(kept).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "for its owner alone");
}

#[test]
fn several_policies_are_written_together_or_not_at_all() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let out = folder.path().join("out");
    let second = folder.path().join("second.json");
    fs::write(&second, POLICY).expect("written");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("second.json"), "mine").expect("written");
    let refine = || {
        iam_refine()
            .args(["refine", &policy, &findings])
            .arg(&second)
            .arg("-o")
            .arg(&out)
            .run()
    };
    let run = refine();
    assert_eq!(run.exit, 2);
    assert!(!out.join("policy.json").exists(), "nothing was written");
    fs::remove_file(out.join("second.json")).expect("removed");
    assert_eq!(refine().exit, 0);
    // Trying again finds everything done.
    assert_eq!(refine().exit, 0);
}

#[test]
fn a_record_that_cannot_be_written_stops_everything_before() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let (record, out) = (
        folder.path().join("record.json"),
        folder.path().join("out.json"),
    );
    fs::write(&record, "mine").expect("written");
    let run = iam_refine()
        .args(["refine", &policy, &findings, "--record"])
        .arg(&record)
        .arg("-o")
        .arg(&out)
        .run();
    assert_eq!(run.exit, 2);
    assert!(!out.exists());
    let check = ["refine", &policy, &findings, "--check", "--record"];
    let run = iam_refine().args(check).arg(&record).run();
    assert_eq!(run.exit, 2, "before it tells what it found");
}

#[test]
fn a_reader_of_standard_error_that_went_away_is_no_reason_to_stop() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let program = env!("CARGO_BIN_EXE_iam-refine");
    let script = format!(
        "{program} refine --in-place {policy} {findings} 2>&1 | true; \
                          exit ${{PIPESTATUS[0]}}"
    );
    let status = std::process::Command::new("bash")
        .env("XDG_STATE_HOME", folder.path())
        .args(["-c", &script])
        .status();
    assert_eq!(status.expect("it runs").code(), Some(0));
    assert_eq!(fs::read_to_string(&policy).expect("read"), REFINED);
    // Nor is one that takes nothing, where there is a note to tell.
    let old = example("get-policy-version.not-default.json");
    let script = format!("{program} verify {old} {old} {findings} 2>/dev/full >/dev/null");
    let status = std::process::Command::new("bash")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-c", &script])
        .status();
    assert_eq!(status.expect("it runs").code(), Some(0));
}

#[test]
fn whether_a_version_is_in_force_is_not_guessed() {
    let folder = folder();
    let text = fs::read_to_string(example("get-policy-version.json")).expect("it is there");
    let text = text.replace(
        "\"IsDefaultVersion\": true",
        "\"IsDefaultVersion\": \"false\"",
    );
    let path = folder.path().join("version.json");
    fs::write(&path, text).expect("written");
    let run = iam_refine()
        .arg("refine")
        .arg(&path)
        .arg(example("article.findings.json"))
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = "\"IsDefaultVersion\" must be true or false, and this is a string";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn the_white_space_of_a_permission_set_counts_too() {
    let folder = folder();
    let refine = |blanks: usize, of_a_set: bool| {
        let blanks = " ".repeat(blanks);
        let policy = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}}}{blanks}"#
        );
        let answer = serde_json::json!({"InlinePolicy": policy}).to_string();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("policy.json"), if of_a_set { &answer } else { &policy }).expect("written");
        let findings = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;
        fs::write(at("findings.json"), findings).expect("written");
        fs::remove_file(at("out.json")).ok();
        let mut command = iam_refine();
        command.current_dir(folder.path());
        command.args([
            "refine",
            "policy.json",
            "findings.json",
            "-o",
            "out.json",
            "--everywhere",
        ]);
        let run = command.run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let bytes = fs::read_to_string(at("out.json")).expect("written").len();
        (bytes, run.stderr)
    };
    let (bytes, _) = refine(0, true);
    let (most, fits) = refine(32_768 - bytes, true);
    assert_eq!(most, 32_768);
    assert!(!fits.contains("refuse") && !fits.contains("OVER"), "{fits}");
    let (_, too_long) = refine(32_769 - bytes, true);
    for told in [
        "; OVER the limit with white space\n",
        "warning: AWS will refuse it: 32,769 bytes of 32,768 for the inline policy of a permission \
         set, white space included; write it with less white space (jq -c .), or try \
         refine --if-too-long keep\n",
    ] {
        assert!(too_long.contains(told), "{too_long}");
    }
    let (_, other) = refine(40_000, false);
    assert!(!other.contains("OVER"), "{other}");
}

#[test]
fn what_is_wrong_with_one_of_several_findings_in_a_file_is_told_at_its_line() {
    let finding = |more: &str, action: &str| {
        format!(
            r#"{{"id": "1", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/R", {more}
                "findingDetails": [{{"unusedPermissionDetails": {{"serviceNamespace": "sqs",
                  "actions": [{{"action": "{action}"}}]}}}}]}}"#
        )
        .replace('\n', " ")
    };
    let last = finding("", "SetQueueAttributes");
    let other = finding(r#""x": 1,"#, "SendMessage").replace(r#""id": "1""#, r#""id": "2""#);
    let page = finding(r#""nextToken": "t","#, "SendMessage");
    let later = finding(
        r#""analyzedAt": "2026-10-01T00:00:00Z", "nextToken": "t","#,
        "PurgeQueue",
    );
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    fs::write(at("policy.json"), policy).expect("written");
    for (findings, told) in [
        (
            [&last, &last],
            "f.jsonl:2:1: this is the same page as \"f.jsonl\" in line 1",
        ),
        (
            [&last, &later],
            "f.jsonl:2:1: this has the same finding id as \"f.jsonl\" in line 1",
        ),
        (
            [&last, &other],
            "f.jsonl:2:1: \"f.jsonl\" in line 1 holds a finding for arn",
        ),
        ([&other, &page], "f.jsonl:2:1: this is one page of several"),
    ] {
        let lines = findings.map(String::as_str).join("\n");
        fs::write(at("f.jsonl"), lines).expect("written");
        let mut command = iam_refine();
        command.current_dir(folder.path());
        let run = command.args(["refine", "policy.json", "f.jsonl"]).run();
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
    // Of a file that holds nothing else there is no line to tell.
    fs::write(at("f.jsonl"), &page).expect("written");
    let mut command = iam_refine();
    command.current_dir(folder.path());
    let run = command.args(["refine", "policy.json", "f.jsonl"]).run();
    assert!(
        run.stderr.starts_with("error: f.jsonl: this is one page"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_principal_that_is_no_arn_is_told() {
    let folder = folder();
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
    let finding = |resource: &str| {
        format!(
            r#"{{"id": "1", "status": "ACTIVE", "resource": "{resource}", "findingDetails":
                [{{"unusedPermissionDetails": {{"serviceNamespace": "sqs",
                  "actions": [{{"action": "SetQueueAttributes"}}]}}}}]}}"#
        )
    };
    let refine = |resource: &str| {
        let at = |name: &str| folder.path().join(name);
        fs::write(at("policy.json"), policy).expect("written");
        fs::write(at("finding.json"), finding(resource)).expect("written");
        let mut command = iam_refine();
        command.current_dir(folder.path());
        let run = command
            .args(["refine", "policy.json", "finding.json"])
            .run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stderr
    };
    let told = "warning: finding.json:1:45: \"MyRole\" is not the ARN of a role or a user, so nobody \
                can tell whether the policies are its";
    assert!(refine("MyRole").contains(told), "{}", refine("MyRole"));
    assert!(refine("arn:aws:iam::123456789012:policy/P").contains("is not the ARN of a role"));
    let good = refine("arn:aws:iam::123456789012:role/app/MyRole");
    assert!(!good.contains("warning"), "{good}");
}

#[test]
fn a_file_given_twice_is_refused() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let again = format!("{}/again.json", folder.path().display());
    std::os::unix::fs::symlink("policy.json", &again).expect("a link");
    let run = iam_refine()
        .args(["refine", &policy, &again, &findings])
        .run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("is given twice"), "{}", run.stderr);
    for options in [
        &["refine", "-", &findings, "--keep-file", "-"][..],
        &["refine", &policy, "-", "--compare", "-"],
        &["explain", "s3:*", "-", "--catalogue", "-"],
        &["refine", "--account", "-", &findings, "--keep-file", "-"],
        &["verify", "-", &policy, "-"],
        &["verify", &policy, &policy, "-", "--catalogue", "-"],
    ] {
        let run = iam_refine().args(options).run_with(POLICY);
        assert_eq!(run.exit, 2);
        let told = "standard input is given twice";
        assert!(run.stderr.contains(told), "{options:?}: {}", run.stderr);
    }
}

#[test]
fn a_diff_is_one_that_git_applies() {
    let folder = folder();
    files(folder.path());
    let refine = |policy: &str| {
        iam_refine()
            .current_dir(folder.path())
            .args(["refine", "--diff", policy, "findings.json"])
            .run()
    };
    assert_eq!(refine("./policy.json").stdout, refine("policy.json").stdout);
    fs::write(
        folder.path().join("change.diff"),
        refine("./policy.json").stdout,
    )
    .expect("written");
    let applied = std::process::Command::new("git")
        .current_dir(folder.path())
        .args(["apply", "change.diff"])
        .status();
    assert!(applied.expect("git runs").success());
    let policy = fs::read_to_string(folder.path().join("policy.json")).expect("read");
    assert_eq!(policy, REFINED);
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let target = folder.path().join("out.json");
    let refine = || {
        iam_refine()
            .args(["refine", &policy, &findings, "-o"])
            .arg(&target)
            .run()
    };
    assert_eq!(refine().exit, 0);
    assert_eq!(fs::read_to_string(&target).expect("read"), REFINED);
    fs::write(&target, "mine").expect("written");
    let run = refine();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("already exists"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(&target).expect("read"), "mine");
}

#[test]
fn several_policies_go_into_a_folder() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let second = folder.path().join("second.json");
    fs::write(&second, POLICY.replace("s3:GetObject", "s3:Put*")).expect("written");
    let out = folder.path().join("out");
    let several = |where_to: &[&str]| {
        iam_refine()
            .arg("refine")
            .args([&policy, &findings])
            .arg(&second)
            .args(where_to)
            .run()
    };
    let run = several(&[]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("give a folder with -o"),
        "{}",
        run.stderr
    );
    let run = several(&["-o", &out.display().to_string()]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(
        fs::read_to_string(out.join("policy.json")).expect("read"),
        REFINED
    );
    let second = fs::read_to_string(out.join("second.json")).expect("read");
    assert!(
        !second.contains("s3:Put*") && second.contains("s3:PutBucket"),
        "{second}"
    );

    // Of two that are called alike neither is written.
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let alike = other.join("policy.json");
    fs::write(&alike, POLICY).expect("written");
    let alone = folder.path().join("alone");
    let run = iam_refine()
        .arg("refine")
        .args([&policy, &findings])
        .arg(&alike)
        .arg("-o")
        .arg(&alone)
        .run();
    assert_eq!(run.exit, 2);
    let told = "two policies would be written to";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(!alone.join("policy.json").exists());
}

#[test]
fn the_policy_or_the_findings_may_come_on_standard_input() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let run = iam_refine()
        .args(["refine", "-", &findings])
        .run_with(POLICY);
    assert_eq!((run.exit, run.stdout.as_str()), (0, REFINED));
    let run = iam_refine()
        .args(["refine", &policy, "-"])
        .run_with(FINDINGS);
    assert_eq!(run.stdout, REFINED);
    let run = iam_refine().args(["refine", "-", "-"]).run_with(FINDINGS);
    assert_eq!(run.exit, 2);
}

#[test]
fn a_kept_action_stays() {
    let folder = folder();
    let run = iam_refine()
        .args(["refine", "--keep", "s3:Put*=quarterly job"])
        .args(files(folder.path()))
        .run();
    assert_eq!(run.stdout, POLICY);
    assert!(
        run.stderr.contains("1 unused kept as asked"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_entry_that_another_one_covers_is_not_counted() {
    let lesson = "assets/lessons/3-sibling-trap";
    let run = iam_refine()
        .args(["refine", "--keep", "vpc-lattice:ListService*"])
        .args([
            format!("{lesson}/policy.json"),
            format!("{lesson}/findings.json"),
        ])
        .run();
    let written = run.stdout.matches("vpc-lattice:").count();
    let told = format!("vpc-lattice:List* → {written} entries");
    assert!(run.stderr.contains(&told), "{}{}", run.stderr, run.stdout);
}

#[test]
fn a_not_action_is_left_alone_unless_it_is_to_be_extended() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let text = r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}"#;
    fs::write(&policy, text).expect("written");
    let run = iam_refine().args(["refine", &policy, &findings]).run();
    assert_eq!(run.stdout, text);
    let told = "1 unused still granted by a NotAction, to which nothing is appended";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let run = iam_refine()
        .args(["refine", &policy, &findings, "--not-action", "extend"])
        .run();
    assert_eq!(
        run.stdout,
        text.replace("\"iam:*\"", "[\"iam:*\",\"s3:PutObject\"]")
    );
}

#[test]
fn problems_of_all_files_are_told_with_their_place() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    fs::write(&policy, POLICY.replace("s3:Get", "s3Get")).expect("written");
    fs::write(&findings, FINDINGS.replace("PutObject", "Put*")).expect("written");
    let run = iam_refine().args(["refine", &policy, &findings]).run();
    assert_eq!(run.exit, 2);
    let at = format!("{}/", folder.path().display());
    insta::assert_snapshot!(run.stderr.replace(&at, ""));
}

#[test]
fn what_is_missing_is_named() {
    let run = iam_refine()
        .args(["refine", &example("article.policy.json")])
        .run();
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("none of the files holds findings"),
        "{}",
        run.stderr
    );
    let run = iam_refine()
        .args(["refine", &example("article.findings.json")])
        .run();
    assert!(
        run.stderr.contains("none of the files is a policy"),
        "{}",
        run.stderr
    );
    let run = iam_refine().args(["refine", "nowhere.json"]).run();
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("nowhere.json cannot be read"),
        "{}",
        run.stderr
    );
    let run = iam_refine().args(["refine", "tests"]).run();
    assert_eq!(run.exit, 2);
}

#[test]
fn a_finding_that_is_newer_than_the_catalogue_is_a_note_beside_the_proof() {
    let noted = |day: &str| {
        let folder = folder();
        let [policy, findings] = files(folder.path());
        let finding = format!(
            r#"{{"id": "1", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/MyRole",
                "analyzedAt": "{day}T00:00:00Z", "findingDetails": [{{"unusedPermissionDetails":
                {{"serviceNamespace": "s3", "actions": [{{"action": "PutObject"}}]}}}}]}}"#
        );
        fs::write(&findings, finding).expect("written");
        let run = iam_refine().args(["refine", &policy, &findings]).run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stderr
            .contains("note   the finding is newer than the catalogue of ")
    };
    assert!(!noted("2024-06-11") && noted("2099-01-01"));
}

#[test]
fn a_hyphen_is_no_file_to_write_to() {
    let folder = folder();
    let run = iam_refine()
        .arg("refine")
        .args(files(folder.path()))
        .args(["-o", "-"])
        .run();
    assert_eq!(run.exit, 2, "{}", run.stderr);
    let told = "without -o the policy is printed on standard output";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn what_holds_the_policy_already_is_told_when_it_is_written_again() {
    let folder = folder();
    let out = folder.path().join("out.json").display().to_string();
    let write = || {
        iam_refine()
            .arg("refine")
            .args(files(folder.path()))
            .args(["-o", &out])
            .run()
    };
    assert!(write().stderr.contains(&format!("wrote {out}")));
    let again = write();
    assert_eq!(again.exit, 0, "{}", again.stderr);
    assert!(
        again
            .stderr
            .contains(&format!("{out} is already up to date"))
    );
    assert!(!again.stderr.contains("wrote"), "{}", again.stderr);
}

#[test]
fn a_name_that_a_line_cannot_hold_is_spelled_out_in_a_patch() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    let odd = folder.path().join("a\n\u{1b}[31m\"b.json");
    fs::rename(policy, &odd).expect("renamed");
    let odd = odd.display().to_string();
    let run = iam_refine()
        .args(["refine", "--diff", &odd, &findings])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let mut lines = run.stdout.lines();
    let [old, new] = [lines.next(), lines.next()].map(Option::unwrap_or_default);
    assert!(old.starts_with("--- \"a/"), "{old}");
    assert!(old.ends_with("a\\012\\033[31m\\\"b.json\""), "{old}");
    assert!(new.starts_with("+++ \"b/"), "{new}");
    assert!(lines.next().is_some_and(|line| line.starts_with("@@")));
}

#[test]
fn a_file_that_is_protected_is_not_written_over() {
    let folder = folder();
    let [policy, findings] = files(folder.path());
    fs::set_permissions(&policy, fs::Permissions::from_mode(0o444)).expect("protected");
    let run = iam_refine()
        .args(["refine", "--in-place", &policy, &findings])
        .run();
    // Nothing is protected from root.
    let is_protected = fs::OpenOptions::new().write(true).open(&policy).is_err();
    let (exit, text) = if is_protected {
        (2, POLICY)
    } else {
        (0, REFINED)
    };
    assert_eq!(run.exit, exit, "{}", run.stderr);
    assert_eq!(fs::read_to_string(&policy).expect("read"), text);
    let mode = fs::metadata(&policy).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o444);
}

#[test]
fn a_folder_is_no_file() {
    let folder = folder();
    let [policy, _] = files(folder.path());
    let run = iam_refine()
        .args(["refine", &policy])
        .arg(folder.path())
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = "is a folder\nhelp: give the files in it; a folder of findings goes with --account";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}
