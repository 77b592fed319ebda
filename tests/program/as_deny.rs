//! `refine --as-deny`: what goes, as a Deny beside the policies.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::run::{Run, RunIt, example, folder, iam_refine};
use iam_refine::catalogue::Catalogue;
use iam_refine::document::{Document, deny_text};
use iam_refine::findings::UnusedActions;
use iam_refine::iam::Policy;
use iam_refine::proof::{Knowledge, Part, prove_as_deny};
use iam_refine::refine::{DenyBy, Going, Universe};
use iam_refine::text::Source;
use serde_json::{Value, json};

const POLICY: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#;
const FINDINGS: &str = r#"[{"serviceNamespace": "s3", "actions": ["PutObject"]}]"#;

/// Writes a policy and findings into `folder` and refines them there with these arguments.
fn refine(folder: &Path, policy: &str, findings: &str, arguments: &[&str]) -> Run {
    fs::write(folder.join("policy.json"), policy).expect("written");
    fs::write(folder.join("findings.json"), findings).expect("written");
    let mut command = iam_refine();
    command
        .current_dir(folder)
        .args(["refine", "policy.json", "findings.json"]);
    command.args(arguments).run()
}

/// What is denied by the policy that is printed.
fn denied(policy: &str, findings: &str, arguments: &[&str]) -> (Value, String) {
    let folder = folder();
    let run = refine(
        folder.path(),
        policy,
        findings,
        &[&["--as-deny"], arguments].concat(),
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    (action(&run.stdout), run.stderr)
}

/// The `Action` of a Deny policy; null where nothing was printed.
fn action(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let deny: Value = serde_json::from_str(text).expect("JSON");
    deny["Statement"][0]["Action"].clone()
}

#[test]
fn what_goes_is_denied_and_the_policy_stays_as_it_is() {
    let folder = folder();
    let run = refine(
        folder.path(),
        POLICY,
        FINDINGS,
        &["--as-deny", "-o", "deny.json"],
    );
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let read = |name| fs::read_to_string(folder.path().join(name)).expect("read");
    let deny: Value = serde_json::from_str(&read("deny.json")).expect("JSON");
    let statement = json!({"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": "*"});
    assert_eq!(
        deny,
        json!({"Version": "2012-10-17", "Statement": [statement]})
    );
    assert_eq!(read("policy.json"), POLICY);
    for told in [
        "deny   1 action, ",
        "aws iam create-policy --policy-name POLICY_NAME --policy-document file://deny.json",
        "aws iam attach-role-policy --role-name ROLE_NAME --policy-arn NEW_POLICY_ARN",
        "aws iam detach-role-policy --role-name ROLE_NAME --policy-arn NEW_POLICY_ARN",
        "policies of the principal that are not loaded",
    ] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    let again = refine(
        folder.path(),
        POLICY,
        FINDINGS,
        &["--as-deny", "-o", "deny.json"],
    );
    assert!(
        again.stderr.contains("deny.json is already up to date"),
        "{}",
        again.stderr
    );
}

#[test]
fn what_another_statement_still_allows_is_told_and_not_denied() {
    let policy = r#"{"Statement": [
        {"Effect": "Allow", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::a/*"},
        {"Effect": "Allow", "NotAction": ["iam:*", "s3:DeleteObject"], "Resource": "arn:aws:s3:::b/*"}]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["PutObject", "DeleteObject"]}]"#;
    let (denied_now, told) = denied(policy, findings, &[]);
    assert_eq!(denied_now, json!(["s3:DeleteObject"]));
    let note = "not denied, but goes later: statement 2 of policy.json allows s3:PutObject too";
    assert!(told.contains(note), "{told}");
    let (denied_now, _) = denied(policy, findings, &["--not-action", "extend"]);
    assert_eq!(denied_now, json!(["s3:DeleteObject", "s3:PutObject"]));
}

#[test]
fn with_nothing_to_deny_nothing_is_written() {
    let folder = folder();
    let run = refine(
        folder.path(),
        POLICY,
        FINDINGS,
        &[
            "--as-deny",
            "-o",
            "deny.json",
            "--record",
            "record.json",
            "--keep",
            "s3:Put*",
        ],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("there is nothing to deny; nothing was written"),
        "{}",
        run.stderr
    );
    for name in ["deny.json", "record.json"] {
        assert!(!folder.path().join(name).exists(), "{name}");
    }
    // What was never allowed is not denied.
    let (nothing, _) = denied(
        POLICY,
        r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#,
        &[],
    );
    assert_eq!(nothing, Value::Null);
}

#[test]
fn a_policy_of_which_nothing_is_left_is_denied_whole() {
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["PutObject", "GetObject"]}]"#;
    let (all, _) = denied(POLICY, findings, &[]);
    assert_eq!(all, json!(["s3:GetObject", "s3:PutObject"]));
}

#[test]
fn a_wildcard_that_goes_as_a_whole_is_denied_as_it_is_written() {
    let policy = |more: &str| {
        format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Action": ["newsvc:*", "sqs:*", "s3:GetObject"{more}],
                "Resource": "*"}}]}}"#
        )
    };
    let findings = r#"[{"serviceNamespace": "newsvc"}, {"serviceNamespace": "sqs"}]"#;
    let (whole, _) = denied(&policy(""), findings, &[]);
    assert_eq!(whole, json!(["newsvc:*", "sqs:*"]));
    // Nothing is known of the new service, and something of it stays.
    let (known, _) = denied(
        &policy(""),
        findings,
        &["--keep", "newsvc:Read", "--keep", "sqs:ReceiveMessage"],
    );
    let names: Vec<&str> = known
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        names.contains(&"sqs:SendMessage") && !names.contains(&"sqs:ReceiveMessage"),
        "{names:?}"
    );
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("sqs:") && !name.contains('*')),
        "{names:?}"
    );
    // A service of which `*` allowed everything.
    let everything = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let (service, told) = denied(everything, findings, &[]);
    assert_eq!(service, json!(["newsvc:*", "sqs:*"]));
    assert!(
        told.contains("stays allowed by `*` until the policies are refined"),
        "{told}"
    );
}

#[test]
fn what_does_not_fit_one_policy_by_name_is_denied_by_prefixes() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#;
    let catalogue =
        "ec2:RunA\nec2:DeleteA\nec2:DeleteB\nec2:DeleteC\nec2:Deregister\nec2:DeregisterAll\n";
    let findings = r#"[{"serviceNamespace": "ec2", "actions": ["DeleteA", "DeleteB", "DeleteC", "Deregister"]}]"#;
    let folder = folder();
    fs::write(folder.path().join("catalogue"), catalogue).expect("written");
    let deny = |quota: &str| {
        let arguments = ["--as-deny", "--catalogue", "catalogue", "--quota", quota];
        action(&refine(folder.path(), policy, findings, &arguments).stdout)
    };
    let names = json!([
        "ec2:DeleteA",
        "ec2:DeleteB",
        "ec2:DeleteC",
        "ec2:Deregister"
    ]);
    assert_eq!(deny("141"), names);
    assert_eq!(deny("140"), json!(["ec2:Delete*", "ec2:Deregister"]));
}

#[test]
fn what_is_too_long_even_so_is_several_policies_in_a_folder() {
    let folder = folder();
    let [policy, findings] = ["policy", "findings"].map(|what| {
        let example = example(&format!("article.{what}.json"));
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join(example);
        fs::read_to_string(example).expect("read")
    });
    let run = |arguments: &[&str]| {
        let arguments = [&["--as-deny", "--quota", "400"], arguments].concat();
        refine(folder.path(), &policy, &findings, &arguments)
    };
    let printed = run(&[]);
    assert_eq!((printed.exit, printed.stdout.as_str()), (2, ""));
    assert!(
        printed.stderr.contains("give a folder with -o"),
        "{}",
        printed.stderr
    );
    let in_a_file = run(&["-o", "deny.json"]);
    assert_eq!(in_a_file.exit, 2);
    assert!(
        in_a_file.stderr.contains("they go into a folder: -o deny;"),
        "{}",
        in_a_file.stderr
    );
    let written = run(&["-o", "deny"]);
    assert_eq!(written.exit, 0, "{}", written.stderr);
    let mut files: Vec<_> = fs::read_dir(folder.path().join("deny"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("read"));
    let all: Vec<Value> = texts
        .flat_map(|text| {
            assert!(
                text.split_whitespace().collect::<String>().len() <= 400,
                "{text}"
            );
            action(&text).as_array().expect("a list").clone()
        })
        .collect();
    assert!(files.len() > 2 && all.len() > 20, "{files:?} {all:?}");
    assert!(files[0].ends_with("deny-1.json"), "{files:?}");
    let in_order = |all: &[Value]| all.windows(2).all(|two| two[0].as_str() < two[1].as_str());
    assert!(in_order(&all), "{all:?}");
    for number in 1..=files.len() {
        let attach = format!(
            "attach-role-policy --role-name ROLE_NAME --policy-arn NEW_POLICY_ARN_{number}"
        );
        assert!(written.stderr.contains(&attach), "{}", written.stderr);
    }
    // Another run that comes to fewer is not mixed with it.
    let fewer = refine(
        folder.path(),
        &policy,
        &findings,
        &["--as-deny", "-o", "deny"],
    );
    assert_eq!(fewer.exit, 2, "{}", fewer.stderr);
    assert!(!folder.path().join("deny/deny.json").exists());
}

#[test]
fn the_record_says_that_it_was_a_deny_and_is_replayed() {
    let folder = folder();
    let path = folder.path();
    let run = refine(
        path,
        POLICY,
        FINDINGS,
        &["--record", "refined.record.json", "-o", "refined.json"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let arguments = [
        "--as-deny",
        "--decisions",
        "refined.record.json",
        "--record",
        "record.json",
    ];
    let run = refine(path, POLICY, FINDINGS, &arguments);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(action(&run.stdout), json!(["s3:PutObject"]));
    let record = |name| {
        let text = fs::read_to_string(path.join(name)).expect("read");
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    assert_eq!(record("record.json")["asDeny"], json!(true));
    assert_eq!(record("refined.record.json").get("asDeny"), None);
    // And the record of a Deny refines the policy when the time has come.
    let run = refine(path, POLICY, FINDINGS, &["--decisions", "record.json"]);
    assert_eq!(run.stdout, POLICY.replace(",\"s3:PutObject\"", ""));
}

#[test]
fn the_record_is_replayed_beside_the_deny_that_it_led_to() {
    let folder = folder();
    let path = folder.path();
    let arguments = ["--as-deny", "--record", "record.json", "-o", "deny.json"];
    let run = refine(path, POLICY, FINDINGS, &arguments);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // As they come weeks later: another folder, another order, the Deny among them.
    fs::create_dir(path.join("later")).expect("made");
    fs::copy(path.join("policy.json"), path.join("later/policy.json")).expect("copied");
    fs::copy(path.join("deny.json"), path.join("later/a.json")).expect("copied");
    let mut again = iam_refine();
    again.current_dir(path).args([
        "refine",
        "later/a.json",
        "later/policy.json",
        "findings.json",
    ]);
    let run = again
        .args(["--decisions", "record.json", "-o", "narrowed"])
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let note = "of which nothing was decided in record.json: later/a.json\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let read = |file: &str| fs::read_to_string(path.join(file)).expect("read");
    let narrowed = POLICY.replace(",\"s3:PutObject\"", "");
    assert_eq!(read("narrowed/policy.json"), narrowed);
}

#[test]
fn it_is_no_way_to_write_policies_and_not_for_an_account() {
    let folder = folder();
    for other in [
        &["--in-place"][..],
        &["--check"],
        &["--diff"],
        &["--format", "json"],
        &["--account", "a.json"],
    ] {
        let run = refine(
            folder.path(),
            POLICY,
            FINDINGS,
            &[&["--as-deny"], other].concat(),
        );
        assert_eq!(run.exit, 2, "{}", run.stderr);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
        assert!(run.stderr.contains(other[0]), "{}", run.stderr);
    }
}

#[test]
fn what_is_not_known_of_a_statement_may_still_allow_all_of_it() {
    let catalogue = Catalogue::parse(&Source::from_text(
        "catalogue",
        "s3:GetObject\ns3:PutObject",
    ));
    let catalogue = Arc::new(catalogue.expect("a catalogue"));
    let unused = Arc::new(UnusedActions::default());
    let denied = |[before, after]: [&Policy; 2]| {
        let universe = Universe::new(Arc::clone(&catalogue), Arc::clone(&unused), [before]);
        let entries = Going::new(&universe, [before], [after]).deny_entries(DenyBy::Name);
        entries.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let parts = |[before, after]: [&Policy; 2], entry: &str| {
        let knowledge = Knowledge::new(&catalogue, &unused, [before]);
        let deny = deny_text(&[entry.parse().expect("an entry")]);
        let faults = prove_as_deny(&knowledge, &[before], &[after], &[deny], 6_144);
        faults.iter().map(|fault| fault.part).collect::<Vec<_>>()
    };
    let policy = |element: &str, entries: &str, is_known: bool| {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "{element}": [{entries}], "Resource": "*"}}}}"#
        );
        let document = Document::parse(Source::from_text("policy.json", &text));
        let mut policy = document.expect("a policy").policy().clone();
        policy.statements[0].has_unknown_entries = !is_known;
        policy
    };
    let both = |is_known| {
        [r#""s3:GetObject", "s3:PutObject""#, r#""s3:GetObject""#]
            .map(|entries| policy("Action", entries, is_known))
    };
    let [before, after] = &both(true);
    assert_eq!(denied([before, after]), ["s3:PutObject"]);
    assert_eq!(parts([before, after], "s3:PutObject"), []);
    let [before, after] = &both(false);
    assert!(denied([before, after]).is_empty());
    assert!(parts([before, after], "s3:PutObject").contains(&Part::NothingLost));
    // Of a NotAction it allows less: no wildcard is certain to have been allowed.
    let both = |is_known| {
        [r#""iam:*""#, r#""iam:*", "s3:*""#].map(|entries| policy("NotAction", entries, is_known))
    };
    let [before, after] = &both(true);
    assert_eq!(denied([before, after]), ["s3:*"]);
    assert_eq!(parts([before, after], "s3:*"), []);
    let [before, after] = &both(false);
    assert_eq!(denied([before, after]), ["s3:GetObject", "s3:PutObject"]);
    assert_eq!(parts([before, after], "s3:*"), [Part::NothingElseTouched]);
}
