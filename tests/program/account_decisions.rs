//! `--decisions` of an account: whose decisions are done again, on which policies.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::accounts::{arn, finding, refine, refine_in};
use crate::run::{Run, RunIt, folder, iam_refine};

const UNUSED: [&str; 1] = ["sqs:SendMessage"];

/// Roles of these names, each with an inline policy `Send` of one text.
fn alike(names: &[&str]) -> Value {
    let document =
        json!({"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]});
    let role = |name: &&str| {
        json!({"RoleName": name, "Arn": arn(&format!("role/{name}")), "Path": "/",
               "AttachedManagedPolicies": [],
               "RolePolicyList": [{"PolicyName": "Send", "PolicyDocument": document}]})
    };
    json!({"RoleDetailList": names.iter().map(role).collect::<Vec<_>>(), "UserDetailList": [],
           "GroupDetailList": [], "Policies": []})
}

fn findings(names: &[&str]) -> Vec<Value> {
    let found = |name: &&str| finding(name, &format!("role/{name}"), &UNUSED);
    names.iter().map(found).collect()
}

/// A folder `all` with what `refine` makes of roles of these names.
fn refined(names: &[&str]) -> tempfile::TempDir {
    let at = folder();
    let run = refine(at.path(), &alike(names), &findings(names), &["-o", "all"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    at
}

fn write(at: &Path, name: &str, text: &str) {
    fs::write(at.join(name), text).expect("it can be");
}

fn read(at: &Path, name: &str) -> String {
    fs::read_to_string(at.join(name)).expect(name)
}

fn parsed(at: &Path, name: &str) -> Value {
    serde_json::from_str(&read(at, name)).expect(name)
}

fn copied(at: &Path, from: &str, to: &str) {
    let mut copy = std::process::Command::new("cp");
    let copy = copy.current_dir(at).args(["-r", from, to]);
    assert!(copy.status().expect("it runs").success());
}

fn replayed(at: &Path, decisions: &str, to: &str) -> Run {
    refine_in(at, &["--decisions", decisions, "-o", to])
}

fn refused(run: &Run, with: &[&str]) {
    assert_eq!(run.exit, 2, "{}", run.stderr);
    for part in with {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

#[test]
fn decisions_are_never_taken_to_the_policy_of_another_role() {
    let at = refined(&["Ada", "Bea"]);
    // Of the account that is left, one policy alone has the text; it is another one.
    write(at.path(), "account.json", &alike(&["Bea"]).to_string());
    fs::remove_file(at.path().join("findings/more/0.json")).unwrap();
    let run = replayed(at.path(), "all/role-Ada-Send/record.json", "again");
    refused(
        &run,
        &["all/role-Ada-Send/record.json: the policy that it decides on is not in this account"],
    );
    let run = replayed(at.path(), "all", "again");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("all/role-Ada-Send/record.json: the policy that"),
        "{}",
        run.stderr
    );
    assert!(at.path().join("again/role-Bea-Send").exists());
}

#[test]
fn a_record_without_a_name_of_iam_is_taken_where_one_policy_alone_has_the_text() {
    let at = refined(&["Ada", "Bea"]);
    let policy = read(at.path(), "all/role-Ada-Send/before.json");
    write(at.path(), "policy.json", &policy);
    let mut alone = iam_refine();
    alone.current_dir(at.path());
    alone.args([
        "refine",
        "policy.json",
        "findings/more/0.json",
        "--record",
        "record.json",
    ]);
    assert_eq!(alone.run().exit, 0);
    refused(
        &replayed(at.path(), "record.json", "again"),
        &[
            "record.json: 2 policies of this account have the text",
            "which one was meant?",
        ],
    );
    write(at.path(), "account.json", &alike(&["Ada"]).to_string());
    fs::remove_file(at.path().join("findings/1.json")).unwrap();
    let run = replayed(at.path(), "record.json", "again");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(at.path().join("again/role-Ada-Send").exists());
    // It tells of whom, though: of Ada.
    write(at.path(), "account.json", &alike(&["Bea"]).to_string());
    write(
        at.path(),
        "findings/more/0.json",
        &findings(&["Bea"])[0].to_string(),
    );
    refused(
        &replayed(at.path(), "record.json", "third"),
        &["nobody decided about role Bea, who had it not"],
    );
}

#[test]
fn who_has_a_policy_only_now_loses_nothing_by_what_was_decided_before() {
    let managed = |holders: &[&str]| {
        let mut account = alike(holders);
        for role in account["RoleDetailList"].as_array_mut().unwrap() {
            role["RolePolicyList"] = json!([]);
            role["AttachedManagedPolicies"] = json!([{"PolicyArn": arn("policy/Shared")}]);
        }
        let document =
            json!({"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]});
        account["Policies"] = json!([{"PolicyName": "Shared", "Arn": arn("policy/Shared"),
            "DefaultVersionId": "v1", "AttachmentCount": holders.len(),
            "PermissionsBoundaryUsageCount": 0, "PolicyVersionList":
                [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]);
        account
    };
    let both = ["Ada", "Bea"];
    let at = folder();
    let run = refine(at.path(), &managed(&both), &findings(&both), &["-o", "all"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // One who has it no more changes nothing.
    write(at.path(), "account.json", &managed(&["Ada"]).to_string());
    let run = replayed(at.path(), "all", "one");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let run = refine(
        at.path(),
        &managed(&both),
        &findings(&both),
        &["--decisions", "one"],
    );
    refused(
        &run,
        &[
            "warning: one/policy-Shared/record.json: Shared is left undecided: nobody decided about role Bea, who had it not",
            "nothing that is decided in one applies to this account",
        ],
    );
}

#[test]
fn where_nothing_comes_to_what_was_decided_it_is_an_error() {
    let at = refined(&["Ada", "Bea"]);
    let other = |name: &str| finding(name, &format!("role/{name}"), &["sqs:SetQueueAttributes"]);
    write(at.path(), "findings/more/0.json", &other("Ada").to_string());
    let run = replayed(at.path(), "all", "again");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("of Send of role Ada 1 entry does not come to what was decided on any more, and is left undecided"),
        "{}", run.stderr
    );
    assert!(read(at.path(), "again/REVIEW.md").contains("1 policy began with"));
    write(at.path(), "findings/1.json", &other("Bea").to_string());
    refused(
        &replayed(at.path(), "all", "third"),
        &["nothing that is decided in all applies to this account"],
    );
    assert!(!at.path().join("third").exists());
}

#[test]
fn an_entry_that_nobody_decided_on_is_no_decision() {
    let at = refined(&["Ada"]);
    let mut record = parsed(at.path(), "all/role-Ada-Send/record.json");
    let entry = &mut record["policies"][0]["entries"][0];
    entry["decision"] = json!("undecided");
    entry["becomes"] = json!(["sqs:Nothing"]);
    write(at.path(), "record.json", &record.to_string());
    let run = replayed(at.path(), "record.json", "again");
    refused(&run, &["nothing that is decided in record.json applies"]);
    assert!(!run.stderr.contains("does not come to"), "{}", run.stderr);
}

#[test]
fn a_folder_of_decisions_is_the_one_that_was_written() {
    let at = refined(&["Ada", "Bea", "Cai"]);
    let ada = "lf/role-Ada-Send/record.json";
    let changed = |change: &dyn Fn(&Path)| {
        let _ = fs::remove_dir_all(at.path().join("lf"));
        let _ = fs::remove_dir_all(at.path().join("out"));
        copied(at.path(), "all", "lf");
        change(at.path());
        replayed(at.path(), "lf", "out")
    };
    let run = changed(&|_| {});
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let sum = iam_refine::text::sha256(&read(at.path(), "all/SHA256SUMS"));
    assert!(
        run.stderr
            .contains(&format!("SHA-256 of its SHA256SUMS: {sum}")),
        "{}",
        run.stderr
    );
    let review = read(at.path(), "out/REVIEW.md");
    assert!(review.contains(&sum), "{review}");
    let record = parsed(at.path(), "out/role-Ada-Send/record.json");
    assert_eq!(record["replayed"]["sha256sums"], json!(sum));

    let edited = |at: &Path| {
        let text = read(at, ada);
        write(at, ada, &text.replace("\"accepted\"", "\"rejected\""));
    };
    let run = changed(&edited);
    refused(
        &run,
        &[
            "lf/role-Ada-Send/record.json has changed since the folder was written",
            "--decisions lf/role-Ada-Send/record.json",
        ],
    );
    assert_eq!(
        replayed(at.path(), ada, "out").exit,
        0,
        "by itself it is taken"
    );
    let run = changed(&|at| fs::remove_file(at.join(ada)).unwrap());
    refused(
        &run,
        &[
            "lf/role-Ada-Send/record.json cannot be read",
            "take its whole folder away",
        ],
    );
    let run = changed(&|at| copied(at, "lf/role-Ada-Send", "lf/role-Zoe-Send"));
    refused(
        &run,
        &["lf/role-Zoe-Send/record.json was not written with the folder"],
    );
    let run = changed(&|at| write(at, "lf/SHA256SUMS", "nothing\n"));
    refused(&run, &["lf/SHA256SUMS: line 1 is no SHA-256 of a file"]);
    for (of, is) in [("nowhere", "No such file"), (".", "is no file")] {
        let run = changed(&|at| {
            fs::remove_file(at.join(ada)).unwrap();
            std::os::unix::fs::symlink(of, at.join(ada)).unwrap();
        });
        refused(&run, &["lf/role-Ada-Send/record.json", is]);
    }
    // A policy is left out by taking its whole folder away.
    let run = changed(&|at| fs::remove_dir_all(at.join("lf/role-Ada-Send")).unwrap());
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!at.path().join("out/role-Ada-Send").exists());
    // Without the sums it is said that nothing tells.
    let run = changed(&|at| {
        fs::remove_file(at.join("lf/SHA256SUMS")).unwrap();
        edited(at);
    });
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("warning: lf has no SHA256SUMS"),
        "{}",
        run.stderr
    );

    // What stays is a decision too.
    fs::remove_dir_all(at.path().join("all")).unwrap();
    fs::rename(at.path().join("out"), at.path().join("all")).unwrap();
    assert!(at.path().join("all/unchanged/role-Ada-Send.json").exists());
    let run = changed(&|at| fs::remove_dir_all(at.join("lf/unchanged")).unwrap());
    refused(
        &run,
        &["lf/unchanged/role-Ada-Send.json is missing: SHA256SUMS names it"],
    );
}

#[test]
fn records_that_contradict_each_other_are_refused() {
    let at = refined(&["Ada", "Bea"]);
    copied(at.path(), "all", "both");
    copied(at.path(), "all/role-Ada-Send", "both/a-copy");
    fs::remove_file(at.path().join("both/SHA256SUMS")).unwrap();
    let run = replayed(at.path(), "both", "again");
    assert_eq!(run.exit, 0, "they say the same: {}", run.stderr);
    let copy = read(at.path(), "both/a-copy/record.json");
    write(
        at.path(),
        "both/a-copy/record.json",
        &copy.replace("\"accepted\"", "\"rejected\""),
    );
    refused(
        &replayed(at.path(), "both", "third"),
        &[
            "both/a-copy/record.json and both/role-Ada-Send/record.json do not decide the same of Send of role Ada",
            "take one of the two away",
        ],
    );
}
