//! `refine --account … --if-too-long split`: which policies are split, what is written of them, and why
//! others stay. The scripts are run by `tests/scripts/run`.

use std::fs;
use std::path::Path;

use crate::accounts::{account, arn, finding, refine, refine_in, usual, with_one_of_aws};
use crate::run::{Run, RunIt, folder, iam_refine};
use iam_refine::document::Document;
use iam_refine::iam::quota::size;
use iam_refine::proof::prove_pieces;
use iam_refine::text::Source;
use serde_json::{Value, json};

/// What the statements of the account allow, and so many actions more.
fn with_more(document: &mut Value, count: usize) {
    let action = &mut document["Statement"][0]["Action"];
    let mut actions = match action.take() {
        Value::Array(actions) => actions,
        one => vec![one],
    };
    document["Statement"] = json!([{"Effect": "Allow", "Action": [], "Resource": "*"}]);
    actions.extend((0..count).map(|place| json!(format!("s3:More{place:04}"))));
    document["Statement"][0]["Action"] = json!(actions);
}

/// The account with a managed policy, one of AWS and an inline one that are too long when they are
/// refined.
fn too_long() -> Value {
    let mut account = with_one_of_aws();
    let roles = account["RoleDetailList"].as_array_mut().unwrap();
    let own = &mut roles[0]["RolePolicyList"][0]["PolicyDocument"];
    own["Statement"][0]["Action"] = json!("sqs:*");
    with_more(own, 715);
    for policy in account["Policies"].as_array_mut().unwrap() {
        let count = match policy["PolicyName"].as_str() {
            Some("Shared") => 600,
            Some("Queues") => 1_200,
            _ => continue,
        };
        with_more(&mut policy["PolicyVersionList"][0]["Document"], count);
    }
    account
}

fn findings() -> Vec<Value> {
    let mut findings = usual();
    findings[3] = finding("4", "user/Ann", &["sns:Publish", "sqs:SetQueueAttributes"]);
    findings
}

fn run(at: &Path, account: &Value, options: &[&str]) -> Run {
    let run = refine(at, account, &findings(), options);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run
}

/// The texts of the policies in a folder, in their order.
fn pieces(at: &Path) -> Vec<String> {
    let names = fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("after"));
    names.sort_by_key(|name| (name != "after.json", name.clone()));
    let text = |name: &String| fs::read_to_string(at.join(name)).unwrap();
    names.iter().map(text).collect()
}

#[test]
fn what_is_too_long_stays_unless_it_is_to_be_split() {
    let at = folder();
    let told = run(at.path(), &too_long(), &["-o", "changes"]);
    assert!(!at.path().join("changes/policy-Shared").exists());
    let review = fs::read_to_string(at.path().join("changes/REVIEW.md")).unwrap();
    for name in ["| Shared |", "| Queues |", "| Own of role Reader |"] {
        let row = review.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(row.contains("refined, AWS would refuse it"), "{row}");
        assert!(!row.contains("it is not split"), "{}", told.stderr);
    }
}

#[test]
fn each_kind_of_policy_is_split_into_what_says_the_same() {
    let at = folder();
    let account = too_long();
    run(
        at.path(),
        &account,
        &["-o", "changes", "--if-too-long", "split"],
    );
    let options = ["--format", "json", "--if-too-long", "split"];
    let json: Value = serde_json::from_str(&run(at.path(), &account, &options).stdout).unwrap();
    let refined = |name: &str| {
        let policies = json["policies"].as_array().unwrap().iter();
        let mut called = policies.filter(|policy| policy["policy"] == name);
        called.find(|policy| policy["action"] == "split").unwrap()["refined"].to_string()
    };
    let mut reviews = String::new();
    for (name, called, count) in [
        ("role-Reader-Own", "Own", 2),
        ("policy-Shared", "Shared", 2),
        ("aws-Queues", "Queues", 3),
    ] {
        let changes = at.path().join("changes").join(name);
        let pieces = pieces(&changes);
        assert_eq!(pieces.len(), count, "{name}");
        let whole = Document::parse(Source::from_text(name, &refined(called))).unwrap();
        let texts: Vec<&String> = pieces.iter().collect();
        assert_eq!(prove_pieces(&whole, &texts, 6_144), [], "{name}");
        assert!(pieces.iter().all(|piece| size(piece) <= 6_144));
        let review = fs::read_to_string(changes.join("REVIEW.md")).unwrap();
        let happens = review
            .lines()
            .find(|line| line.starts_with("| what happens"));
        reviews += happens.unwrap();
        reviews.push('\n');
    }
    insta::assert_snapshot!(reviews);
    // The inline policy itself goes.
    assert!(
        !at.path()
            .join("changes/role-Reader-Own/after.json")
            .exists()
    );
    assert!(
        at.path()
            .join("changes/role-Reader-Own/after-1.json")
            .exists()
    );
}

#[test]
fn for_programs_the_policies_of_one_that_is_split_are_listed() {
    let at = folder();
    let told = run(
        at.path(),
        &too_long(),
        &["--format", "json", "--if-too-long", "split"],
    );
    let json: Value = serde_json::from_str(&told.stdout).unwrap();
    let policies = json["policies"].as_array().unwrap();
    let shared = policies
        .iter()
        .find(|policy| policy["policy"] == "Shared")
        .unwrap();
    assert_eq!(shared["action"], "split");
    assert_eq!(shared["split"].as_array().unwrap().len(), 2);
    let own = policies.iter().filter(|policy| policy["action"] != "split");
    assert!(own.into_iter().all(|policy| policy.get("split").is_none()));
}

#[test]
fn what_cannot_be_split_stays_and_it_is_told_why() {
    let split = ["-o", "changes", "--if-too-long", "split"];
    let reviewed = |account: &Value, more: Option<Value>| {
        let at = folder();
        let findings: Vec<Value> = findings().into_iter().chain(more).collect();
        let run = refine(at.path(), account, &findings, &split);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(!at.path().join("changes/policy-Shared").exists());
        fs::read_to_string(at.path().join("changes/REVIEW.md")).unwrap()
    };
    // A role that AWS makes of a permission set has it.
    let mut account = too_long();
    let attached = json!([{"PolicyArn": arn("policy/Shared")}]);
    account["RoleDetailList"][4]["AttachedManagedPolicies"] = attached;
    let shared = |policy: &&mut Value| policy["PolicyName"] == "Shared";
    let mut policies = account["Policies"].as_array_mut().unwrap().iter_mut();
    policies.find(shared).unwrap()["AttachmentCount"] = json!(3);
    let review = reviewed(&account, None);
    let why = "it is not split: nothing can be attached to role AWSReservedSSO";
    assert!(review.contains(why), "{review}");
    // It is long by what is not cut.
    let mut account = too_long();
    let mut policies = account["Policies"].as_array_mut().unwrap().iter_mut();
    let policy = policies.find(shared).unwrap();
    let document = &mut policy["PolicyVersionList"][0]["Document"];
    let long: Vec<String> = (0..700)
        .map(|place| format!("arn:aws:s3:::b{place:04}"))
        .collect();
    let more = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": long});
    document["Statement"].as_array_mut().unwrap().push(more);
    let review = reviewed(&account, None);
    let why = "it is not split: statement 2 of what is left: this statement takes";
    assert!(review.contains(why), "{review}");
}

#[test]
fn what_fits_is_narrowed_as_it_is_without_the_option() {
    let (plain, split) = (folder(), folder());
    run(plain.path(), &account(), &["-o", "changes"]);
    run(
        split.path(),
        &account(),
        &["-o", "changes", "--if-too-long", "split"],
    );
    let mut files = 0;
    for entry in fs::read_dir(plain.path().join("changes")).unwrap() {
        let name = entry.unwrap().file_name();
        let [plain, split] = [&plain, &split].map(|at| at.path().join("changes").join(&name));
        if plain.is_dir() {
            for entry in fs::read_dir(&plain).unwrap() {
                let file = entry.unwrap().file_name();
                let [one, other] = [&plain, &split].map(|at| fs::read(at.join(&file)).unwrap());
                assert_eq!(one, other, "{}", file.display());
                files += 1;
            }
        }
    }
    assert!(files > 8);
}

#[test]
fn what_is_too_long_is_kept_short_enough_where_that_is_asked_for() {
    let at = folder();
    let findings: Vec<Value> = {
        let mut findings = findings();
        // `SendMessage` stays beside these.
        findings[0] = finding(
            "1",
            "role/Reader",
            &["sqs:SetQueueAttributes", "sqs:ListQueues"],
        );
        findings
    };
    let mut account = too_long();
    let own = &mut account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"];
    // A few characters too long.
    let actions = own["Statement"][0]["Action"].as_array_mut().unwrap();
    actions.truncate(actions.len() - 10);
    let run = refine(
        at.path(),
        &account,
        &findings,
        &["--if-too-long", "keep", "-o", "changes"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let own = at.path().join("changes/role-Reader-Own");
    let after = fs::read_to_string(own.join("after.json")).unwrap();
    assert!(size(&after) <= 10_240, "{}", size(&after));
    assert_eq!(pieces(&own).len(), 1);
    let review = fs::read_to_string(own.join("REVIEW.md")).unwrap();
    assert!(review.contains("left whole"), "{review}");
    assert!(review.contains("to fit"), "{review}");
    let overview = fs::read_to_string(at.path().join("changes/REVIEW.md")).unwrap();
    let row = overview
        .lines()
        .find(|line| line.contains("Own of role Reader"));
    assert!(
        row.unwrap().contains("| narrowed, 1 unused left whole |"),
        "{overview}"
    );
}

#[test]
fn what_was_decided_is_kept_short_enough_too_and_until_then_it_was_not_written() {
    let at = folder();
    let mut account = too_long();
    let own = &mut account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"];
    let actions = own["Statement"][0]["Action"].as_array_mut().unwrap();
    actions.truncate(actions.len() - 10);
    let mut findings = findings();
    findings[0] = finding(
        "1",
        "role/Reader",
        &["sqs:SetQueueAttributes", "sqs:ListQueues"],
    );
    let run = refine(at.path(), &account, &findings, &["-o", "long"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let text = |name: &str| fs::read_to_string(at.path().join(name)).unwrap();
    let record: Value = serde_json::from_str(&text("long/unchanged/role-Reader-Own.json")).unwrap();
    let why = record["policies"][0]["notWritten"].as_str().unwrap();
    assert!(why.contains("characters"), "{why}");
    assert_eq!(record["policies"][0]["entries"][0]["decision"], "accepted");
    let message = format!(
        "User: {} is not authorized to perform: sqs:SetQueueAttributes\n",
        arn("role/Reader")
    );
    fs::write(at.path().join("error.log"), message).unwrap();
    for record in ["long", "long/unchanged/role-Reader-Own.json"] {
        let mut denied = iam_refine();
        let denied = denied.current_dir(at.path());
        let denied = denied.args(["denied", record, "error.log"]).run();
        assert_eq!(denied.exit, 0, "{}", denied.stdout);
        assert!(
            denied.stdout.contains(
                "sqs:SetQueueAttributes, once: not removed here: it stays allowed by statement 1"
            ),
            "{}",
            denied.stdout
        );
    }

    let keep = ["--if-too-long", "keep", "-o", "kept"];
    assert_eq!(refine_in(at.path(), &keep).exit, 0);
    let keep = [
        "--decisions",
        "long",
        "--if-too-long",
        "keep",
        "-o",
        "decided",
    ];
    let run = refine_in(at.path(), &keep);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let after = |of: &str| text(&format!("{of}/role-Reader-Own/after.json"));
    assert_eq!(after("decided"), after("kept"));
}

#[test]
fn what_was_asked_for_in_vain_is_not_advised_again() {
    let row = |options: &[&str]| {
        let run = run(folder().path(), &too_long(), options);
        let row = run.stdout.lines().find(|line| line.ends_with(": Shared"));
        row.unwrap_or_else(|| panic!("{}", run.stdout)).to_owned()
    };
    let advice = row(&[]);
    assert!(
        advice.contains("; try refine --if-too-long keep or split, --gran"),
        "{advice}"
    );
    let kept = row(&["--if-too-long", "keep"]);
    assert!(
        kept.contains("; try refine --if-too-long split, --gran"),
        "{kept}"
    );
    // As it is told of a file alone.
    let (_, shortest) = kept.split_once("; about ").expect("how short it gets");
    let (shortest, rest) = shortest.split_once(' ').unwrap();
    assert!(
        shortest.replace(',', "").parse::<usize>().unwrap() > 6_144,
        "{kept}"
    );
    assert!(
        rest.starts_with("characters are the shortest without leaving"),
        "{kept}"
    );
}

#[test]
fn what_denies_is_not_split() {
    let mut account = too_long();
    let policies = account["Policies"].as_array_mut().unwrap();
    let shared = policies
        .iter_mut()
        .find(|policy| policy["PolicyName"] == "Shared");
    let document = &mut shared.unwrap()["PolicyVersionList"][0]["Document"];
    let deny = json!({"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"});
    document["Statement"].as_array_mut().unwrap().push(deny);
    let at = folder();
    let split = run(
        at.path(),
        &account,
        &["-o", "changes", "--if-too-long", "split"],
    );
    assert!(!at.path().join("changes/policy-Shared").exists());
    assert!(
        split
            .stderr
            .contains("; try refine --if-too-long keep, --gran"),
        "{}",
        split.stderr
    );
    assert!(
        split.stderr.contains("a statement of it denies"),
        "{}",
        split.stderr
    );
    assert!(at.path().join("changes/role-Reader-Own").exists());
}
