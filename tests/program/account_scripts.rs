//! The scripts of `refine --account … -o FOLDER`, run against an `aws` that is played. In changed worlds
//! and with faults `tests/scripts/run` runs them.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::accounts::{
    account, finding, finding_that_ann_uses_no_queues, refine, usual, with_one_of_aws,
};
use crate::run::folder;

#[test]
fn a_name_that_begins_with_a_hyphen_is_no_option_of_a_script() {
    let named = |account: Value| -> Value {
        let text = account.to_string();
        let text = text
            .replace("Reader", "-Reader")
            .replace("\"Own\"", "\"-Own\"");
        serde_json::from_str(&text).unwrap()
    };
    let at = folder();
    let mut findings: Vec<Value> = usual().into_iter().map(named).collect();
    findings[3] = finding_that_ann_uses_no_queues();
    let wholly = json!({"unusedPermissionDetails": {"serviceNamespace": "sns"}});
    let details = findings[1]["findingDetails"].as_array_mut().unwrap();
    details.push(wholly);
    let account = named(with_one_of_aws());
    let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let mut options = 0;
    for folder in ["role--Reader--Own", "role-Writer--Own", "aws-Queues"] {
        for script in ["apply.sh", "rollback.sh"] {
            let path = at.path().join("changes").join(folder).join(script);
            let text = fs::read_to_string(path).unwrap();
            options += text.matches("-name=-").count() + text.matches("-name=$").count();
            for odd in ["-name -", "-name '-", "-name\" \"$"] {
                assert!(!text.contains(odd), "{folder}/{script}: {odd} in {text}");
            }
        }
    }
    assert!(options > 20, "{options}");
}

#[test]
fn one_that_stops_costs_the_others_nothing_where_that_is_asked_for() {
    let at = folder();
    let run = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let changes = at.path().join("changes");
    let script = fs::read_to_string(changes.join("apply-all.sh")).unwrap();
    let all: Vec<&str> = script
        .lines()
        .filter_map(|line| line.strip_prefix("apply "))
        .collect();
    assert_eq!(all.len(), 3, "{script}");
    let stops = all[1];
    for folder in &all {
        let exit = i32::from(*folder == stops);
        let stub = format!("echo \"$1\" >>ran-{folder}\nexit {exit}\n");
        fs::write(changes.join(folder).join("apply.sh"), stub).unwrap();
    }
    let apply = |options: &[&str]| {
        let mut sh = std::process::Command::new("sh");
        let output = sh
            .current_dir(&changes)
            .arg("apply-all.sh")
            .args(options)
            .output();
        let output = output.unwrap();
        let ran: Vec<&str> = (all.iter().copied())
            .filter(|folder| fs::remove_file(changes.join(format!("ran-{folder}"))).is_ok())
            .collect();
        (
            output.status.code(),
            ran,
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (exit, ran, told) = apply(&[]);
    assert_eq!((exit, ran.len()), (Some(1), 2), "{told}");
    assert!(
        told.contains(&format!("at {stops}")) && told.contains("--keep-going"),
        "{told}"
    );
    for options in [
        &["--keep-going"][..],
        &["--dry-run"],
        &["--dry-run", "--keep-going"],
    ] {
        let (exit, ran, told) = apply(options);
        assert_eq!((exit, ran.len()), (Some(1), 3), "{told}");
        assert!(told.ends_with(&format!(":\n  {stops}\n")), "{told}");
    }
    let (exit, ran, told) = apply(&["--keep"]);
    assert_eq!((exit, ran.len()), (Some(1), 0), "{told}");
    assert!(
        told.contains("usage: sh apply-all.sh [--dry-run] [--keep-going]"),
        "{told}"
    );
    fs::remove_dir_all(changes.join(stops)).unwrap();
    let (exit, ran, told) = apply(&["--keep-going"]);
    assert_eq!((exit, ran.len()), (Some(0), 2), "{told}");
}

/// A folder that is written, and an `aws` that answers what stands in `answers`, in a file for each
/// operation, and notes its calls in `calls`.
struct Played {
    at: tempfile::TempDir,
}

impl Played {
    fn new() -> Self {
        Played::of(&account(), &usual())
    }

    fn of(account: &Value, findings: &[Value]) -> Self {
        let at = folder();
        let run = refine(at.path(), account, findings, &["-o", "changes"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let aws = "#!/bin/sh\n[ \"$1 $2\" != 'configure get' ] || exec cat \"$PLAYED/region\"\n\
                   echo \"$2\" >>\"$PLAYED/calls\"\n\
                   echo \"${AWS_DEFAULT_REGION:-}\" >>\"$PLAYED/regions\"\n\
                   [ ! -e \"$PLAYED/fails-$2\" ] || exit 1\n\
                   case \"$*\" in\n*DefaultVersionId,*) echo true ;;\n\
                   *UsageCount*) echo 0 ;;\n\
                   *) cat \"$PLAYED/answers/$2\" ;;\nesac\n";
        let path = at.path().join("aws");
        fs::write(&path, aws).expect("it can be");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be");
        fs::create_dir(at.path().join("answers")).expect("it can be");
        let played = Played { at };
        for (operation, answer) in [
            (
                "get-caller-identity",
                "123456789012\tarn:aws:sts::123456789012:assumed-role/Admin/ann",
            ),
            ("get-policy", "v3"),
            ("get-policy-version", "true"),
            ("list-entities-for-policy", "role\tWriter\nrole\tReader"),
            ("list-policy-versions", "1"),
            ("validate-policy", "0"),
            ("check-no-new-access", "PASS"),
            ("generate-service-last-accessed-details", "job"),
            ("get-service-last-accessed-details", "COMPLETED -"),
            ("create-policy-version", "v4"),
            ("set-default-policy-version", ""),
            ("delete-policy-version", ""),
        ] {
            played.answers(operation, answer);
        }
        played
    }

    fn answers(&self, operation: &str, answer: &str) {
        let path = self.at.path().join("answers").join(operation);
        fs::write(path, format!("{answer}\n")).expect("it can be");
    }

    /// Runs a script of the policy Shared. Returns its exit code, what it says, and
    /// which calls it made that change something.
    fn run(&self, script: &str, arguments: &[&str]) -> (i32, String, Vec<String>) {
        self.run_noting(script, arguments, "")
    }

    fn run_noting(
        &self,
        script: &str,
        arguments: &[&str],
        note: &str,
    ) -> (i32, String, Vec<String>) {
        let at = self.at.path();
        let _ = fs::remove_file(at.join("calls"));
        let elsewhere = at.join("elsewhere");
        fs::create_dir_all(elsewhere.join("policy-Shared")).expect("it can be");
        let path = std::env::var("PATH").expect("there is one");
        let output = std::process::Command::new("sh")
            .arg(format!("policy-Shared/{script}"))
            .args(arguments)
            .current_dir(at.join("changes"))
            .env("PATH", format!("{}:{path}", at.display()))
            .env("PLAYED", at)
            .env("CDPATH", elsewhere)
            .env("IAM_REFINE_NOTE", note)
            .env_remove("AWS_REGION")
            .env_remove("AWS_DEFAULT_REGION")
            .output()
            .expect("there is a shell");
        let calls = fs::read_to_string(at.join("calls")).unwrap_or_default();
        let reads = ["get-", "list-", "validate-", "check-", "generate-"];
        let changes = calls
            .lines()
            .filter(|call| !reads.iter().any(|read| call.starts_with(read)));
        (
            output.status.code().expect("it ended"),
            [output.stdout, output.stderr]
                .map(|told| String::from_utf8(told).expect("it is text"))
                .concat(),
            changes.map(str::to_owned).collect(),
        )
    }

    /// Asserts that a script stops before it changes anything, and says why.
    fn refuses(&self, script: &str, arguments: &[&str], why: &str) {
        let (exit, told, changes) = self.run(script, arguments);
        assert_eq!((exit, changes), (1, Vec::new()), "{told}");
        assert!(told.contains(why), "{told}");
    }

    fn log(&self) -> Vec<String> {
        let path = self.at.path().join("changes/policy-Shared/applied.log");
        let log = fs::read_to_string(path).unwrap_or_default();
        let lines = log
            .lines()
            .filter(|line| line.contains("version") || line.starts_with("printed"));
        lines.map(str::to_owned).collect()
    }
}

#[test]
fn where_no_region_is_set_up_the_scripts_take_one() {
    let played = Played::new();
    let regions = || {
        let path = played.at.path().join("regions");
        let regions = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        regions.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (exit, told, _) = played.run("apply.sh", &["--dry-run"]);
    assert_eq!(exit, 0, "{told}");
    assert_eq!(regions(), BTreeSet::from(["us-east-1".to_owned()]));
    // The one of the profile is not overridden.
    fs::write(played.at.path().join("region"), "eu-west-1\n").unwrap();
    let (exit, told, _) = played.run("apply.sh", &["--dry-run"]);
    assert_eq!(exit, 0, "{told}");
    assert_eq!(regions(), BTreeSet::from([String::new()]));
}

#[test]
fn the_log_tells_who_applied_with_which_version() {
    let played = Played::new();
    let (exit, told, _) = played.run("apply.sh", &[]);
    assert_eq!(exit, 0, "{told}");
    let log = played.at.path().join("changes/policy-Shared/applied.log");
    let log = fs::read_to_string(log).unwrap();
    let line = log.lines().find(|line| line.starts_with("# apply.sh at "));
    let who = format!(
        " by arn:aws:sts::123456789012:assumed-role/Admin/ann, written by iam-refine {}",
        env!("CARGO_PKG_VERSION")
    );
    assert!(line.unwrap().ends_with(&who), "{log}");
    let record = played.at.path().join("changes/policy-Shared/record.json");
    let record: Value = serde_json::from_str(&fs::read_to_string(record).unwrap()).unwrap();
    assert_eq!(record["decided"]["version"], env!("CARGO_PKG_VERSION"));
    // One of an older version, which did not say so, is read too.
    let path = played.at.path().join("changes/policy-Shared/applied.log");
    fs::write(&path, log.replace(&who, "")).unwrap();
    played.answers("get-policy", "v4");
    let (exit, told, _) = played.run("rollback.sh", &["--dry-run"]);
    assert_eq!(exit, 0, "{told}");
    assert!(
        told.contains("would be done: set-default-version"),
        "{told}"
    );
}

#[test]
fn apply_refuses_what_is_not_as_it_was_reviewed() {
    let played = Played::new();
    played.refuses("apply.sh", &["--force"], "usage: sh apply.sh [--dry-run]");
    // As many, and others.
    played.answers("list-entities-for-policy", "role\tReader\nrole\tStranger");
    played.refuses("apply.sh", &[], "role Stranger");
    played.answers("list-entities-for-policy", "role\tReader");
    played.refuses("apply.sh", &[], "others have it");
    played.answers("list-entities-for-policy", "role\tReader\nrole\tWriter");
    played.answers("check-no-new-access", "FAIL");
    played.refuses(
        "apply.sh",
        &["--dry-run"],
        "allows what before.json does not",
    );
    played.answers("check-no-new-access", "PASS");
    assert_eq!(
        played.run("apply.sh", &["--dry-run"]).2,
        Vec::<String>::new()
    );
    assert!(played.log().is_empty());
    let after = played.at.path().join("changes/policy-Shared/after.json");
    fs::write(&after, fs::read_to_string(&after).unwrap() + " ").unwrap();
    played.refuses("apply.sh", &[], "after.json is not the file");
}

#[test]
fn apply_refuses_what_was_used_since_it_was_found_unused() {
    let played = Played::new();
    let answers = |answer: &str| played.answers("get-service-last-accessed-details", answer);
    let used = "COMPLETED -\nsns\t* Publish\nSQS\t* sendmessage setqueueattributes";
    answers(used);
    let since = "what goes was used since it was found unused:\n\
                 arn:aws:iam::123456789012:role/Reader: SQS:setqueueattributes\n\
                 arn:aws:iam::123456789012:role/Writer: SQS:setqueueattributes\n";
    played.refuses("apply.sh", &["--dry-run"], since);
    played.refuses("apply.sh", &[], since);
    answers("FAILED -");
    played.refuses(
        "apply.sh",
        &[],
        "AWS cannot tell what arn:aws:iam::123456789012:role/Reader uses",
    );
    // Another use of the service than one that goes is none of it.
    answers("COMPLETED -\nsqs\t* SendMessage");
    assert_eq!(played.run("apply.sh", &["--dry-run"]).0, 0);
    let list = played.at.path().join("changes/policy-Shared/unused.txt");
    let unused = fs::read_to_string(&list).unwrap();
    assert_eq!(unused, "sqs:SetQueueAttributes\n");
    fs::write(&list, "").unwrap();
    played.refuses("apply.sh", &[], "unused.txt is not the file");
    fs::write(&list, unused).unwrap();
    let denied = played
        .at
        .path()
        .join("fails-generate-service-last-accessed-details");
    fs::write(&denied, "").unwrap();
    played.refuses("apply.sh", &[], "role/Reader uses now cannot be told");
    fs::remove_file(denied).unwrap();
    let fails = played.at.path().join("fails-create-policy-version");
    fs::write(&fails, "").unwrap();
    assert_eq!(played.run("apply.sh", &[]).0, 1);
    // A version was deleted to make room, and nobody has lost anything.
    let log = played.at.path().join("changes/policy-Shared/applied.log");
    let begun = fs::read_to_string(&log).unwrap() + "finished delete-version v1\n";
    fs::write(&log, begun).unwrap();
    answers(used);
    played.refuses("apply.sh", &[], "was used since");
    answers("COMPLETED -");
    fs::remove_file(fails).unwrap();
    let (exit, told, changes) = played.run("apply.sh", &[]);
    assert_eq!((exit, changes.len()), (0, 1), "{told}");
}

#[test]
fn whose_finding_has_no_date_is_not_asked_about() {
    let mut findings = usual();
    findings[1]["analyzedAt"] = Value::Null;
    let played = Played::of(&account(), &findings);
    let folder = played.at.path().join("changes/policy-Shared");
    let apply = fs::read_to_string(folder.join("apply.sh")).unwrap();
    assert!(apply.contains(
        "begin_report arn:aws:iam::123456789012:role/Reader 2026-09-30T20:00:00 role Reader\n"
    ));
    assert!(!apply.contains("begin_report arn:aws:iam::123456789012:role/Writer"));
    let review = fs::read_to_string(folder.join("REVIEW.md")).unwrap();
    let told = "`apply.sh` asks AWS whether what goes was used since 2026-09-30; not of 1 role or user whose \
                ARN or day of the finding is not known";
    assert!(review.contains(told), "{review}");
}

#[test]
fn what_the_service_was_not_used_at_all_for_is_told_by_any_use_of_it() {
    let played = Played::new();
    let list = played.at.path().join("changes/role-Reader-Own/unused.txt");
    let unused = fs::read_to_string(list).unwrap();
    assert_eq!(unused, "sns:*\nsns:Publish\nsqs:SetQueueAttributes\n");
}

#[test]
fn the_log_tells_what_it_was_applied_for() {
    let played = Played::new();
    let noted = |note: &str| played.run_noting("apply.sh", &[], note);
    let (exit, told, _) = noted("CHG-7\nfinished create-version");
    assert_eq!(exit, 1, "{told}");
    assert!(
        told.contains("IAM_REFINE_NOTE has more than one line"),
        "{told}"
    );
    let (exit, told, _) = noted("CHG-7, approved by $(reboot) `ann`");
    assert_eq!(exit, 0, "{told}");
    let log = played.at.path().join("changes/policy-Shared/applied.log");
    let log = fs::read_to_string(log).unwrap();
    let line = log.lines().find(|line| line.starts_with("# apply.sh at "));
    assert!(
        line.unwrap()
            .ends_with(": CHG-7, approved by $(reboot) `ann`"),
        "{log}"
    );
}

#[test]
fn rollback_undoes_what_apply_wrote_down_and_nothing_else() {
    let played = Played::new();
    played.answers("get-policy", "v4");
    played.refuses("rollback.sh", &[], "there is no applied.log");

    played.answers("get-policy", "v3");
    let fails = played.at.path().join("fails-create-policy-version");
    fs::write(&fails, "").unwrap();
    let (exit, told, _) = played.run("apply.sh", &[]);
    assert_eq!(exit, 1, "{told}");
    assert_eq!(
        played.log(),
        ["begin create-version", "failed create-version"]
    );
    fs::remove_file(&fails).unwrap();
    let (exit, told, changes) = played.run("apply.sh", &[]);
    assert_eq!(
        (exit, changes),
        (0, vec!["create-policy-version".to_owned()]),
        "{told}"
    );
    assert_eq!(
        played.log()[2..],
        [
            "begin create-version",
            "printed v4",
            "finished create-version"
        ]
    );

    // Applied already.
    played.answers("get-policy", "v4");
    let (exit, told, changes) = played.run("apply.sh", &[]);
    assert_eq!((exit, changes), (0, Vec::new()), "{told}");

    // Somebody has got it since, or has changed it.
    played.answers("list-entities-for-policy", "role\tReader\nuser\tBob");
    played.answers("get-policy-version", "true");
    played.refuses("rollback.sh", &[], "user Bob");
    played.answers("list-entities-for-policy", "role\tReader");
    played.answers("get-policy", "v5");
    played.refuses("rollback.sh", &[], "which apply.sh did not make");
}

#[test]
fn one_who_has_the_name_of_another_is_not_the_same() {
    let mut account = account();
    account["RoleDetailList"][0]["RoleId"] = json!("AROAREADER");
    account["RoleDetailList"][1]["RoleId"] = json!("AROAWRITER");
    let played = Played::of(&account, &usual());
    let apply = |played: &Played| played.run("apply.sh", &["--dry-run"]);
    let now = |writer: &str| format!("role\tReader\tAROAREADER\nrole\tWriter\t{writer}");
    played.answers("list-entities-for-policy", &now("AROAWRITER"));
    assert_eq!(apply(&played).0, 0, "{}", apply(&played).1);
    played.answers("list-entities-for-policy", &now("AROAOTHER"));
    played.refuses("apply.sh", &[], "role Writer AROAOTHER");
    // AWS is asked for ids only where the file has those of all.
    account["RoleDetailList"][1]["RoleId"] = Value::Null;
    let played = Played::of(&account, &usual());
    assert_eq!(apply(&played).0, 0, "{}", apply(&played).1);
}

#[test]
fn an_id_that_is_none_is_refused() {
    let mut account = account();
    account["RoleDetailList"][0]["RoleId"] = json!("$(reboot)");
    let run = refine(folder().path(), &account, &usual(), &[]);
    assert_eq!(run.exit, 2);
    let told = "\"$(reboot)\" is no id of IAM";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

/// As many roles with long names as do not fit into one argument of a command; all have the policy
/// called Shared and use nothing of it that is unused.
fn many() -> (Value, Vec<Value>) {
    let name = |number: usize| format!("Role{number:0120}");
    let numbers = 0..1050;
    let role = |number| {
        let arn = format!("arn:aws:iam::123456789012:role/{}", name(number));
        json!({"RoleName": name(number), "Arn": arn, "Path": "/", "AttachedManagedPolicies":
            [{"PolicyArn": "arn:aws:iam::123456789012:policy/Shared"}]})
    };
    let mut account = account();
    account["RoleDetailList"] = json!(numbers.clone().map(role).collect::<Vec<_>>());
    account["Policies"][0]["AttachmentCount"] = json!(numbers.len());
    let unused = ["sqs:SetQueueAttributes"];
    let finding = |number: usize| {
        finding(
            &number.to_string(),
            &format!("role/{}", name(number)),
            &unused,
        )
    };
    (account, numbers.map(finding).collect())
}

#[test]
fn a_policy_may_have_thousands_of_holders() {
    let (account, findings) = many();
    let played = Played::of(&account, &findings);
    let roles = account["RoleDetailList"].as_array().unwrap().iter();
    let roles = roles.map(|role| format!("role\t{}", role["RoleName"].as_str().unwrap()));
    let mut now = roles.collect::<Vec<_>>();
    played.answers("list-entities-for-policy", &now.join("\n"));
    let (exit, told, _) = played.run("apply.sh", &[]);
    assert_eq!(exit, 0, "{told}");
    played.answers("get-policy", "v4");
    now.push("role\tStranger".to_owned());
    played.answers("list-entities-for-policy", &now.join("\n"));
    played.refuses("rollback.sh", &[], "would give them more:\nrole Stranger;");
    now.pop();
    played.answers("list-entities-for-policy", &now.join("\n"));
    let (exit, told, _) = played.run("rollback.sh", &["--dry-run"]);
    assert_eq!(exit, 0, "{told}");
}

#[test]
fn a_dry_run_of_a_rollback_changes_nothing() {
    let played = Played::new();
    played.refuses("rollback.sh", &["--dry-run"], "there is no applied.log");
    let (exit, told, _) = played.run("apply.sh", &[]);
    assert_eq!(exit, 0, "{told}");
    played.answers("get-policy", "v4");
    let log = played.log();
    let (exit, told, changes) = played.run("rollback.sh", &["--dry-run"]);
    assert_eq!((exit, changes), (0, Vec::new()), "{told}");
    assert_eq!(played.log(), log);
    for done in [
        "would be done: set-default-version\n",
        "nothing was changed; without --dry-run: Shared is before.json again\n",
    ] {
        assert!(told.contains(done), "{told}");
    }
    assert!(
        !played
            .at
            .path()
            .join("changes/policy-Shared/rolled-back.log")
            .exists()
    );
    played.answers("list-entities-for-policy", "role\tReader\nuser\tBob");
    played.refuses("rollback.sh", &["--dry-run"], "user Bob");
}

#[test]
fn a_lock_tells_whose_it_is_and_is_never_taken_over() {
    let played = Played::new();
    let lock = played.at.path().join("changes/policy-Shared/applied.lock");
    let held = |holder: &str| {
        let _ = fs::remove_dir_all(&lock);
        fs::create_dir(&lock).unwrap();
        fs::write(lock.join("holder"), holder).unwrap();
    };
    let run = std::process::Command::new("uname").arg("-n").output();
    let host = String::from_utf8(run.unwrap().stdout).unwrap();
    let mut ended = std::process::Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    for (holder, told) in [
        (
            format!("{} {host}", std::process::id()),
            "another script runs here: process",
        ),
        (format!("{} {host}", ended.id()), "was killed: process"),
        ("1 elsewhere\n".to_owned(), "process 1 of elsewhere"),
        (
            String::new(),
            "as it began; when none runs: rm -r applied.lock",
        ),
        ("-1 x\n".to_owned(), "when none runs: rm -r applied.lock"),
    ] {
        held(&holder);
        played.refuses("apply.sh", &[], told);
        played.refuses("apply.sh", &[], "rm -r applied.lock");
        assert_eq!(fs::read_to_string(lock.join("holder")).unwrap(), holder);
    }
    fs::remove_dir_all(&lock).unwrap();
    let (exit, told, _) = played.run("apply.sh", &[]);
    assert_eq!(exit, 0, "{told}");
    assert!(!lock.exists());
}
