//! A policy that is too long when it is refined is refused, or written as several: what is written
//! then, what stands in the way, and what is told.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, folder, iam_refine};
use iam_refine::document::Document;
use iam_refine::iam::quota::size;
use iam_refine::proof::prove_pieces;
use iam_refine::text::Source;
use serde_json::{Value, json};
use tempfile::TempDir;

const UNUSED: &str = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;

/// A document with a wildcard of which something goes and so many actions, each of a dozen characters
/// with its quotes and comma.
fn document(actions: usize) -> Value {
    let mut list: Vec<String> = (0..actions)
        .map(|number| format!("sqs:A{number:04}"))
        .collect();
    list.push("sqs:Se*".to_owned());
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Queues", "Effect": "Allow", "Action": list, "Resource": "*"}]})
}

/// How long that is when it is refined.
fn refined_size(actions: usize) -> usize {
    let text = document(actions).to_string();
    size(&text.replace("sqs:Se*", "sqs:SendMessage"))
}

fn of_user(actions: usize) -> Value {
    json!({"UserName": "Ann", "PolicyName": "Queues", "PolicyDocument": document(actions)})
}

fn managed(actions: usize) -> Value {
    json!({"PolicyVersion": {"VersionId": "v2", "IsDefaultVersion": true,
        "Document": document(actions)}})
}

/// A folder with `policy.json` and its findings.
fn with(policy: &Value) -> TempDir {
    let at = folder();
    fs::write(at.path().join("policy.json"), policy.to_string()).unwrap();
    fs::write(at.path().join("findings.json"), UNUSED).unwrap();
    at
}

fn refine(at: &Path, arguments: &[&str]) -> Run {
    let mut run = iam_refine();
    run.current_dir(at).env("XDG_STATE_HOME", at.join("state"));
    run.args(["refine", "policy.json", "findings.json"]);
    run.args(arguments).run()
}

/// What is in a folder, but for what a run was given.
fn made(at: &Path) -> Vec<String> {
    let names = fs::read_dir(at).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let given = ["policy.json", "findings.json"];
    let mut names: Vec<String> = names.filter(|name| !given.contains(&&**name)).collect();
    names.sort();
    names
}

#[track_caller]
fn is_refused(policy: &Value, arguments: &[&str], words: &[&str]) {
    let at = with(policy);
    let run = refine(at.path(), arguments);
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert_eq!(made(at.path()), Vec::<String>::new(), "{}", run.stderr);
    for words in words {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("aws iam"), "{}", run.stderr);
}

#[track_caller]
fn is_done(policy: &Value, arguments: &[&str]) -> Run {
    let run = refine(with(policy).path(), arguments);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run
}

#[test]
fn what_aws_would_refuse_is_written_nowhere() {
    const SPLIT: &str = "--if-too-long split makes several policies of it";
    let long = managed(600);
    let told = [
        "comes to 7,316 characters of 6,144 for a managed policy",
        "nothing was written",
        SPLIT,
    ];
    assert_eq!(refined_size(600), 7_316);
    is_refused(&long, &[], &told);
    is_refused(&long, &["-o", "out.json", "--record", "record.json"], &told);
    is_refused(&long, &["-o", "out/"], &told);
    is_refused(&long, &["--diff"], &told);
    is_refused(&document(600), &["--in-place", "--quota", "managed"], &told);
    is_refused(
        &document(600),
        &["--quota", "7315"],
        &["7,316 characters of 7,315 as asked for"],
    );
    is_refused(
        &long,
        &["--quota", "5000"],
        &["7,316 characters of 5,000 as asked for"],
    );
    is_refused(&long, &["--quota", "7316"], &told);
    is_refused(&long, &["--quota", "role"], &told);
    let user = of_user(170);
    is_refused(
        &user,
        &[],
        &[
            "characters of 2,048 over all inline policies of the user",
            SPLIT,
        ],
    );
    let any = &[
        "characters of 10,240 for any policy",
        "--quota NUMBER",
        SPLIT,
    ];
    is_refused(&document(1_000), &[], any);
}

#[test]
fn what_aws_may_take_is_written() {
    is_done(&document(600), &[]);
    is_done(&document(600), &["--quota", "role"]);
    is_done(&document(600), &["--quota", "7316"]);
    is_done(&document(1_000), &["--quota", "20000"]);
    is_done(&managed(500), &[]);
    let no_quota = ["--quota", "0"];
    assert_eq!(refine(with(&document(1)).path(), &no_quota).exit, 2);
}

#[test]
fn what_may_be_too_long_is_not_split_and_it_is_told_how() {
    let told = is_done(&document(600), &["--if-too-long", "split"]).stderr;
    assert!(
        told.contains("it is not split, since AWS takes it if it is inline"),
        "{told}"
    );
    let told = is_done(
        &document(600),
        &["--if-too-long", "split", "--quota", "role"],
    )
    .stderr;
    assert!(!told.contains("it is not split"), "{told}");
    let told = is_done(&document(400), &["--if-too-long", "split"]).stderr;
    assert!(!told.contains("it is not split"), "{told}");
}

#[test]
fn what_does_not_change_is_no_longer_than_it_was() {
    let mut unchanged = document(1_000);
    unchanged["Statement"][0]["Action"]
        .as_array_mut()
        .unwrap()
        .pop();
    let printed = is_done(&unchanged, &["--quota", "managed"]).stdout;
    assert_eq!(printed, unchanged.to_string());
    let printed = is_done(
        &unchanged,
        &["--quota", "managed", "--if-too-long", "split"],
    )
    .stdout;
    assert_eq!(printed, unchanged.to_string());
}

#[test]
fn a_check_and_a_record_tell_what_they_told() {
    let at = with(&managed(600));
    assert_eq!(refine(at.path(), &["--check"]).exit, 1);
    let record = refine(at.path(), &["--format", "json"]);
    assert_eq!(record.exit, 0, "{}", record.stderr);
    assert!(serde_json::from_str::<Value>(&record.stdout).is_ok());
}

#[test]
fn several_policies_take_the_place_of_a_long_one() {
    let at = with(&managed(1_200));
    let split = ["--if-too-long", "split", "-o"];
    let into = |target: &str| refine(at.path(), &[&split[..], &[target]].concat());
    let run = into("out.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let names = ["out-1.json", "out-2.json", "out-3.json"];
    assert_eq!(made(at.path()), names);
    let pieces = names.map(|name| fs::read_to_string(at.path().join(name)).unwrap());
    let whole = document(1_200)
        .to_string()
        .replace("sqs:Se*", "sqs:SendMessage");
    let whole = Document::parse(Source::from_text("whole", &whole)).unwrap();
    assert_eq!(prove_pieces(&whole, &pieces, 6_144), []);
    let told = run.stderr.lines().filter(|line| !line.starts_with("note"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));

    // Once more: all is there.
    let again = into("out.json");
    assert_eq!(again.exit, 0, "{}", again.stderr);
    for name in names {
        assert!(
            again
                .stderr
                .contains(&format!("{name} is already up to date"))
        );
    }
    assert!(!again.stderr.contains("aws iam"));
    // One of them was lost: all are told.
    fs::remove_file(at.path().join("out-2.json")).unwrap();
    let told = into("out.json").stderr;
    assert_eq!(
        told.matches("aws iam create-policy --").count(),
        2,
        "{told}"
    );

    fs::create_dir(at.path().join("folder")).unwrap();
    assert_eq!(into("folder").exit, 0);
    let names = ["policy-1.json", "policy-2.json", "policy-3.json"];
    assert_eq!(made(&at.path().join("folder")), names);
}

#[test]
fn what_is_there_already_is_not_mixed_with_the_pieces() {
    let split = ["--if-too-long", "split", "-o", "out.json"];
    for (there, told) in [
        (
            "out.json",
            "out.json is there, and is none of the 2 policies",
        ),
        (
            "out-3.json",
            "out-3.json is there, and is none of the 2 policies",
        ),
        ("out-1.json", "out-1.json already exists"),
        ("out-2.json", "out-2.json already exists"),
    ] {
        let at = with(&managed(600));
        fs::write(at.path().join(there), "mine").unwrap();
        let run = refine(
            at.path(),
            &[&split[..], &["--record", "record.json"]].concat(),
        );
        assert_eq!(run.exit, 2, "{there}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{there}: {}", run.stderr);
        assert_eq!(made(at.path()), [there]);
        assert_eq!(fs::read_to_string(at.path().join(there)).unwrap(), "mine");
    }
}

#[test]
fn two_policies_do_not_share_a_piece() {
    let at = with(&document(600));
    let other = document(1).to_string();
    fs::write(at.path().join("policy-1.json"), &other).unwrap();
    let run = refine(
        at.path(),
        &[
            "policy-1.json",
            "--quota",
            "managed",
            "--if-too-long",
            "split",
            "-o",
            "out",
        ],
    );
    assert_eq!(run.exit, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("policy-1.json would be written twice"),
        "{}",
        run.stderr
    );
}

#[test]
fn several_policies_go_to_no_place_of_one() {
    const WAY_OUT: &str = "give a file or a folder with -o";
    let split = |arguments: &[&'static str]| {
        [&["--if-too-long", "split", "--quota", "managed"], arguments].concat()
    };
    let on_output =
        "policy.json is split into 2 policies, and these do not fit on one standard output";
    let long = document(600);
    is_refused(&long, &split(&[]), &[on_output, WAY_OUT]);
    is_refused(&long, &split(&["--record", "record.json"]), &[on_output]);
    is_refused(
        &long,
        &split(&["--in-place"]),
        &["do not fit in the place of one", WAY_OUT],
    );
    is_refused(
        &long,
        &split(&["--diff"]),
        &["do not fit in a diff of one", WAY_OUT],
    );
}

#[test]
fn an_inline_policy_that_is_short_enough_becomes_one_managed_policy() {
    let split = ["--if-too-long", "split"];
    let policy = of_user(170);
    let printed = is_done(&policy, &split).stdout;
    let whole = document(170)
        .to_string()
        .replace("sqs:Se*", "sqs:SendMessage");
    assert_eq!(printed, whole);
    let at = with(&policy);
    let run = refine(at.path(), &[&split[..], &["-o", "out.json"]].concat());
    assert_eq!(made(at.path()), ["out.json"]);
    assert_eq!(
        fs::read_to_string(at.path().join("out.json")).unwrap(),
        whole
    );
    let told = run.stderr.lines().filter(|line| line.contains("aws iam"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_cannot_be_split_is_refused_at_its_place() {
    let split = ["--if-too-long", "split", "-o", "out.json"];
    let mut of_not_action = managed(10);
    let long: Vec<String> = (0..700).map(|number| format!("s3:A{number:04}")).collect();
    let statement = json!({"Effect": "Deny", "NotAction": long, "Resource": "*"});
    let document = &mut of_not_action["PolicyVersion"]["Document"];
    document["Statement"]
        .as_array_mut()
        .unwrap()
        .push(statement);
    is_refused(
        &of_not_action,
        &split,
        &[
            "policy.json (the policy in it):1:205: this cannot be split",
            "a NotAction is not cut",
        ],
    );
    let set = json!({"InlinePolicy": self::document(1_000).to_string()});
    is_refused(&set, &split, &["a policy of a permission set is not split"]);
    let made = json!({"RoleName": "AWSReservedSSO_Dev_0123456789abcdef", "PolicyName": "P",
        "PolicyDocument": self::document(1_000)});
    is_refused(
        &made,
        &split,
        &["a policy of a permission set is not split"],
    );
}

#[test]
fn a_policy_is_kept_short_enough_by_what_stays_and_is_named() {
    // `sqs:*Permission` is not left; of the rest some is.
    let policy = json!({"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]});
    let unused = json!([{"serviceNamespace": "sqs",
        "actions": ["ListQueues", "GetQueueUrl", "AddPermission", "DeleteMessage"]}]);
    let at = with(&policy);
    fs::write(at.path().join("findings.json"), unused.to_string()).unwrap();
    let plain = refine(at.path(), &[]);
    let plain_size = size(&plain.stdout);
    let quota = (plain_size - 1).to_string();
    let keep = ["--if-too-long", "keep", "--quota", &quota];

    let refused = refine(at.path(), &keep[2..]);
    assert_eq!((refused.exit, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.contains("--if-too-long keep"),
        "{}",
        refused.stderr
    );
    let kept = refine(
        at.path(),
        &[&keep[..], &["--record", "record.json"]].concat(),
    );
    assert_eq!(kept.exit, 0, "{}", kept.stderr);
    assert!(size(&kept.stdout) < plain_size);
    assert!(
        kept.stdout.contains("\"sqs:ListQueue*\""),
        "{}",
        kept.stdout
    );
    assert!(
        kept.stderr.contains("but 1 left whole (1 Read)"),
        "{}",
        kept.stderr
    );
    assert!(
        !kept.stderr.contains("nothing of it is left whole"),
        "{}",
        kept.stderr
    );
    let record = fs::read_to_string(at.path().join("record.json")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(
        record["policies"][0]["entries"][0]["marks"],
        json!([{"mark": "whole", "prefix": "sqs:ListQueue", "by": "fit",
            "reason": format!("to fit {quota} characters")}])
    );
    // The record is replayed; where more may be written, what it left is looked at anew.
    let decisions = ["--decisions", "record.json"];
    assert_eq!(refine(at.path(), &decisions).stdout, kept.stdout);
    let more = ["--if-too-long", "keep", "--quota", "6144"];
    let longer = refine(at.path(), &[&decisions[..], &more].concat());
    assert_eq!(longer.stdout, plain.stdout, "{}", longer.stderr);

    // It cannot be shorter than this without what manages permissions.
    let short = refine(at.path(), &["--if-too-long", "keep", "--quota", "70"]);
    assert_eq!((short.exit, short.stdout.as_str()), (2, ""));
    assert!(
        short.stderr.contains("are the shortest without"),
        "{}",
        short.stderr
    );
    // What could go is told whatever it comes to.
    assert_eq!(
        refine(at.path(), &[&keep[..], &["--check"]].concat()).exit,
        1
    );
}

#[test]
fn a_quota_that_is_no_number_of_characters_is_refused_for_that() {
    for quota in ["-5", "0", "all"] {
        let mut run = iam_refine();
        let run = run
            .args(["refine", "p.json", "f.json", "--quota", quota])
            .run();
        assert_eq!(run.exit, 2);
        let told = "a quota is managed, role, user, group, or a number of characters, 1 at least";
        assert!(run.stderr.contains(told), "{quota}: {}", run.stderr);
        assert!(!run.stderr.contains("tip:"), "{quota}: {}", run.stderr);
    }
}
