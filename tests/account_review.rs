//! A whole account through the program: what is refused, what blocks a policy, what is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use iam_refine::account::{AccountPolicy, AccountReview, Decided, changes};
use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{Action, quota};
use iam_refine::intake::Intake;
use iam_refine::review::journal::Changed;
use iam_refine::review::{Accept, Decision};
use iam_refine::text::Source;
use serde_json::{Value, json};

mod program;
use program::{Run, RunIt, folder, iam_refine};

/// Two roles that share a policy, a role of a service, one of Identity Center, and a group.
fn account() -> Value {
    let document = |actions: &[&str]| {
        json!({"Version": "2012-10-17", "Statement":
            [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
    };
    let inline =
        |actions: &[&str]| json!([{"PolicyName": "Own", "PolicyDocument": document(actions)}]);
    let attached = |name: &str| json!([{"PolicyArn": arn(name)}]);
    let managed = |name: &str, actions: &[&str], attachments: u64, bounds: u64| {
        json!({"PolicyName": name, "Arn": arn(&format!("policy/{name}")),
               "DefaultVersionId": "v3", "AttachmentCount": attachments,
               "PermissionsBoundaryUsageCount": bounds,
               "PolicyVersionList": [{"VersionId": "v3", "IsDefaultVersion": true,
                                      "Document": document(actions)}]})
    };
    json!({
        "RoleDetailList": [
            {"RoleName": "Reader", "Arn": arn("role/Reader"), "Path": "/",
             "RolePolicyList": inline(&["sqs:Se*", "sns:Publish"]),
             "AttachedManagedPolicies": attached("policy/Shared")},
            {"RoleName": "Writer", "Arn": arn("role/Writer"), "Path": "/",
             "RolePolicyList": inline(&["sns:Publish"]),
             "AttachedManagedPolicies": attached("policy/Shared"),
             "PermissionsBoundary": {"PermissionsBoundaryArn": arn("policy/Bound")}},
            {"RoleName": "Silent", "Arn": arn("role/Silent"), "Path": "/",
             "RolePolicyList": inline(&["sqs:*"])},
            {"RoleName": "Linked", "Arn": arn("role/aws-service-role/x/Linked"),
             "Path": "/aws-service-role/x/", "RolePolicyList": inline(&["sqs:*"])},
            {"RoleName": "AWSReservedSSO_Admin_1", "Arn": arn("role/AWSReservedSSO_Admin_1"),
             "Path": "/", "RolePolicyList": inline(&["sqs:*"])}],
        "UserDetailList": [{"UserName": "Ann", "Arn": arn("user/Ann"), "GroupList": ["Ops"]}],
        "GroupDetailList": [
            {"GroupName": "Ops", "Arn": arn("group/Ops"), "GroupPolicyList": inline(&["sns:*"])},
            {"GroupName": "Empty", "Arn": arn("group/Empty"), "GroupPolicyList": inline(&["sns:*"])}],
        "Policies": [managed("Shared", &["sqs:Se*"], 2, 0), managed("Bound", &["*"], 0, 1),
                     managed("Unseen", &["sns:*"], 1, 0), managed("Idle", &["sns:*"], 0, 0)]
    })
}

fn arn(what: &str) -> String {
    format!("arn:aws:iam::123456789012:{what}")
}

fn finding(id: &str, principal: &str, unused: &[&str]) -> Value {
    let detail = |action: &&str| {
        let (service, name) = action.split_once(':').expect("it can be");
        let mut detail = json!({"serviceNamespace": service});
        if name != "*" {
            detail["actions"] = json!([{"action": name}]);
        }
        json!({"unusedPermissionDetails": detail})
    };
    json!({"id": id, "resource": arn(principal), "status": "ACTIVE",
           "analyzedAt": "2026-10-01T00:00:00Z",
           "findingDetails": unused.iter().map(detail).collect::<Vec<_>>()})
}

fn usual() -> Vec<Value> {
    vec![
        finding("1", "role/Reader", &["sqs:SetQueueAttributes", "sns:*"]),
        finding(
            "2",
            "role/Writer",
            &["sqs:SetQueueAttributes", "sqs:SendMessage"],
        ),
        finding("3", "role/AWSReservedSSO_Admin_1", &["sqs:*"]),
        finding("4", "user/Ann", &["sns:Publish"]),
    ]
}

/// Runs `refine --account` in a folder of its own.
fn refine(at: &Path, account: &Value, findings: &[Value], options: &[&str]) -> Run {
    fs::create_dir_all(at.join("findings/more")).expect("it can be");
    fs::write(at.join("account.json"), account.to_string()).expect("it can be");
    for (place, finding) in findings.iter().enumerate() {
        let below = if place == 0 { "more/" } else { "" };
        fs::write(
            at.join(format!("findings/{below}{place}.json")),
            finding.to_string(),
        )
        .expect("it can be");
    }
    refine_in(at, options)
}

/// Runs `refine --account` on what is there.
fn refine_in(at: &Path, options: &[&str]) -> Run {
    let mut run = iam_refine();
    run.current_dir(at)
        .args(["refine", "--account", "account.json", "findings"]);
    run.args(options).run()
}

#[test]
fn the_overview_tells_what_goes_and_what_blocks() {
    let at = folder();
    let run = refine(at.path(), &account(), &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
    let check = refine(at.path(), &account(), &usual(), &["--check"]);
    assert_eq!((check.exit, check.stdout.as_str()), (1, ""));
    assert!(check.stderr.contains("lose something"));
    let nothing = finding("1", "role/Reader", &["ec2:RunInstances"]);
    let at = folder();
    assert_eq!(
        refine(at.path(), &account(), &[nothing], &["--check"]).exit,
        0
    );
}

#[test]
fn programs_get_every_policy_as_json() {
    let at = folder();
    let run = refine(at.path(), &account(), &usual(), &["--format", "json"]);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let policies = told["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 11);
    let of = |name: &str, holder: &str| {
        let is = |policy: &&Value| policy["policy"] == name && policy["holders"][0] == holder;
        policies.iter().find(is).unwrap()
    };
    let shared = of("Shared", "role Reader");
    assert_eq!(shared["action"], "narrow");
    assert_eq!(shared["removed"], json!(["sqs:SetQueueAttributes"]));
    assert_eq!(
        shared["refined"]["Statement"][0]["Action"],
        json!(["sqs:SendMessage"])
    );
    let own = of("Own", "role Reader");
    assert_eq!(
        own["removed"],
        json!(["sns:Publish", "sqs:SetQueueAttributes"])
    );
    assert_eq!(
        of("Own", "role Silent")["reasons"],
        json!(["role Silent has no finding, so it counts as using all"])
    );
}

#[test]
fn a_folder_holds_policies_scripts_and_reviews() {
    let at = folder();
    fs::create_dir(at.path().join("changes")).unwrap();
    let run = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let changes = at.path().join("changes");
    let mut names: Vec<String> = fs::read_dir(&changes)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "REVIEW.md",
        "apply-all.sh",
        "group-Ops-Own",
        "policy-Shared",
        "role-Reader-Own",
    ];
    assert_eq!(names, expected);
    let read = |name: &str| fs::read_to_string(changes.join(name)).unwrap();
    let after: Value = serde_json::from_str(&read("role-Reader-Own/after.json")).unwrap();
    assert_eq!(after["Statement"][0]["Action"], json!(["sqs:SendMessage"]));
    let before: Value = serde_json::from_str(&read("role-Reader-Own/before.json")).unwrap();
    assert_eq!(
        before,
        account()["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"]
    );
    let mode = fs::metadata(changes.join("policy-Shared/apply.sh"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o100, 0o100);
    insta::assert_snapshot!("overview", read("REVIEW.md"));
    insta::assert_snapshot!("shared", read("policy-Shared/REVIEW.md"));
    insta::assert_snapshot!("apply", read("policy-Shared/apply.sh"));
    insta::assert_snapshot!("rollback", read("policy-Shared/rollback.sh"));

    let again = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(again.exit, 2);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
    assert_eq!(read("role-Reader-Own/after.json"), after.to_string());
}

/// The account and the findings brought together.
fn opened(account: &Value, findings: &[Value]) -> AccountReview {
    let intake = findings.iter().fold(Intake::new(), |intake, finding| {
        intake.text("finding.json", &finding.to_string())
    });
    let opened = intake.account(Source::from_text("account.json", &account.to_string()));
    opened.expect("they fit")
}

#[test]
fn a_policy_is_judged_by_the_oldest_finding() {
    let mut findings = usual();
    findings[1]["analyzedAt"] = json!("2026-09-01T00:00:00Z");
    let opened = opened(&account(), &findings);
    let mut subjects = opened.policies().iter();
    let is_shared = |subject: &&AccountPolicy| opened.name(subject) == "Shared";
    let shared = subjects.find(is_shared).unwrap();
    let date = opened.input(shared).unwrap().finding_date().unwrap();
    assert_eq!(date.to_string(), "2026-09-01");
}

/// The policy of the role called Reader, in its account.
fn own_of_reader(opened: &AccountReview) -> &AccountPolicy {
    let mut subjects = opened.policies().iter();
    let is_own = |subject: &&AccountPolicy| opened.name(subject) == "Own of role Reader";
    subjects.find(is_own).expect("it is there")
}

#[test]
fn what_was_just_used_does_not_count_as_unused() {
    let mut findings = usual();
    assert_eq!(own_of_reader(&opened(&account(), &findings)).unused, 2);
    let details = &mut findings[0]["findingDetails"][0]["unusedPermissionDetails"];
    details["actions"][0]["lastAccessed"] = json!("2026-09-30T00:00:00Z");
    assert_eq!(own_of_reader(&opened(&account(), &findings)).unused, 1);
}

#[test]
fn what_stays_of_entries_that_do_not_change_is_counted() {
    let mut account = account();
    let policy = &mut account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"];
    policy["Statement"][0]["Action"] =
        json!(["sqs:SetQueueAttributes", "sqs:SendMessage", "sns:Publish"]);
    let opened = opened(&account, &usual());
    let own = own_of_reader(&opened);
    let refined = opened.refine_all(Accept::Entries).unwrap();
    let mut changed = changes(&refined).filter(|(refined, _)| refined.policy.place == own.place);
    let (_, change) = changed.next().expect("it changes");
    assert_eq!(change.goes.len(), 2);
    assert_eq!(change.stays.values().sum::<usize>(), 1);
}

#[test]
fn a_journal_knows_who_had_which_policy() {
    // Either way it is kept, and stands at the same place of the list.
    let [before, after] = [2, 3].map(|role| {
        let mut account = account();
        let unseen = json!([{"PolicyArn": arn("policy/Unseen")}]);
        account["RoleDetailList"][role]["AttachedManagedPolicies"] = unseen;
        opened(&account, &usual()).heading()
    });
    assert_eq!(before.compare(&before), Changed::Same);
    assert_eq!(before.compare(&after), Changed::OtherPolicies);
}

#[test]
fn decisions_on_another_reading_of_an_account_are_not_passed_over() {
    let decided = |account: &AccountReview| {
        let own = account.policies().iter().find_map(|subject| {
            let mut review = account.review(subject)?;
            review.accept_all(Accept::Entries);
            Some((subject.place, review))
        });
        Decided::from_iter(own)
    };
    let [one, other] = [(); 2].map(|()| opened(&account(), &usual()));
    let refined = one.refine_decided(&decided(&one)).unwrap();
    assert_eq!(changes(&refined).count(), 1);
    let faults = one.refine_decided(&decided(&other)).unwrap_err();
    assert!(
        faults[0].what.ends_with("is about another policy"),
        "{}",
        faults[0]
    );
}

#[test]
fn what_another_policy_of_a_holder_allows_is_not_gone() {
    let opened = opened(&account(), &usual());
    let mut subjects = opened.policies().iter();
    let shared = subjects
        .find(|subject| opened.name(subject) == "Shared")
        .unwrap();
    let mut review = opened.review(shared).unwrap();
    review.decide(&review.undecided(), Decision::Accepted);
    assert_eq!((review.now().gone, review.now().granted_beside), (0, 1));
    let action: Action = "sqs:SetQueueAttributes".parse().unwrap();
    let holders: Vec<&str> = (review.granting_elsewhere(&[action]))
        .map(|(other, _)| other.holder.as_str())
        .collect();
    assert_eq!(holders, ["role Reader"]);
    assert!(review.input().principal.all_policies_loaded);
}

#[test]
fn what_an_account_does_not_take_is_refused_and_not_passed_over() {
    for option in ["--compare", "--decisions", "--record"] {
        let options = [option, "some.json"];
        let run = refine(folder().path(), &account(), &usual(), &options);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{option}");
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
}

#[test]
fn without_a_count_the_boundaries_that_are_shown_decide() {
    let mut account = account();
    for policy in account["Policies"].as_array_mut().unwrap() {
        policy["PermissionsBoundaryUsageCount"] = Value::Null;
    }
    let at = folder();
    let run = refine(at.path(), &account, &usual(), &["-o", "changes"]);
    let told = "4 policies have no \"PermissionsBoundaryUsageCount\"";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let told = "it is the permissions boundary of role Writer: Bound";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let review = fs::read_to_string(at.path().join("changes/policy-Shared/REVIEW.md")).unwrap();
    let told = "no user or role in it has this policy as its permissions boundary";
    assert!(review.contains(told), "{review}");
    // Without the users nobody knows whose boundary it is.
    account.as_object_mut().unwrap().remove("UserDetailList");
    let run = refine(folder().path(), &account, &usual(), &[]);
    let told = "the file does not tell whether it is a permissions boundary: ";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

/// Writes the files of `tests/data/cases` that are called so into a folder.
fn cases(at: &Path, files: &[&str]) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
    for file in files {
        let to = at.join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("it can be");
        fs::copy(cases.join(file), to).expect("it can be");
    }
}

fn refine_case(at: &Path, arguments: &[&str]) -> Run {
    let mut run = iam_refine();
    run.current_dir(at).args(["refine", "--account"]);
    run.args(arguments).run()
}

#[test]
fn an_odd_policy_costs_itself_alone() {
    let at = folder();
    cases(at.path(), &["unused-queues/good.json"]);
    let account = |document: &str| {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
        let text = fs::read_to_string(cases.join("two-roles.account.json")).unwrap();
        let odd = text.replace(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}]}"#,
            document,
        );
        fs::write(at.path().join("account.json"), &odd).unwrap();
        refine_case(at.path(), &["account.json", "unused-queues"])
    };
    let mut told = String::new();
    for document in [
        r#"{"Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}"#,
        "{}",
        r#"{"Statement":{"Effect":"Allow","Action":["s3: X","s3:"],"Resource":"*"}}"#,
        r#""%7B%7D""#,
        "7",
    ] {
        let run = account(document);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(run.stdout.contains("20      21"), "{}", run.stdout);
        told += &(run.stdout + &run.stderr + "\n");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_an_unreadable_policy_grants_is_unknown() {
    let mut account = account();
    let odd = json!({"PolicyName": "Odd", "PolicyDocument": {"Statement": []}});
    let own = account["RoleDetailList"][0]["RolePolicyList"].as_array_mut();
    own.unwrap().push(odd.clone());
    let sends = json!({"PolicyName": "Own", "PolicyDocument": {"Statement":
        [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}});
    account["RoleDetailList"][1]["RolePolicyList"] = json!([sends, odd]);
    let at = folder();
    let run = refine(at.path(), &account, &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let review = |name: &str| {
        fs::read_to_string(at.path().join("changes").join(name).join("REVIEW.md")).unwrap()
    };
    for name in ["role-Reader-Own", "policy-Shared"] {
        let review = review(name);
        let told = "Odd of role Reader cannot be read, so it is unknown what it still grants";
        assert!(review.contains(told), "{review}");
        assert!(
            !review.contains("No other policy of those who have it"),
            "{review}"
        );
    }
    let writer = review("role-Writer-Own");
    assert!(writer.contains("| Shared | role Writer |"), "{writer}");
    assert!(writer.contains("This may not be all"), "{writer}");
    assert!(!review("group-Ops-Own").contains("cannot be read"));
    assert!(review(".").contains("| Odd of role Reader | role Reader | account.json:1:"));
    let json = refine(folder().path(), &account, &usual(), &["--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["unreadable"][0]["policy"], "Odd of role Reader");
    assert_eq!(json["unreadable"][0]["attachedTo"], json!(["role Reader"]));
    // It counts against the quota that it shares.
    let opened = opened(&account, &usual());
    let growing = |opened: &AccountReview| opened.unreadable()[0].size;
    assert_eq!(growing(&opened), r#"{"Statement":[]}"#.len());
}

#[test]
fn what_lies_beside_findings_is_passed_over_with_a_note() {
    let at = folder();
    cases(
        at.path(),
        &[
            "two-roles.account.json",
            "beside/done.json",
            "beside/good.json",
            "beside/role.json",
        ],
    );
    let beside = at.path().join("beside");
    let good = fs::read_to_string(beside.join("good.json")).unwrap();
    let odd = good
        .replace("\"sqs\"", "\"s qs\"")
        .replace(":role/good", ":role/old");
    fs::write(beside.join("README.md"), "# Findings\n").unwrap();
    fs::write(beside.join("notes.txt"), "to do: role old\n").unwrap();
    fs::write(beside.join("photo.png"), [0x89, b'P', b'N', b'G', 0xff]).unwrap();
    fs::write(beside.join("zodd.json"), odd).unwrap();
    fs::write(beside.join("short.json"), &good[..good.len() / 2]).unwrap();
    std::os::unix::fs::symlink("nowhere", beside.join("gone.json")).unwrap();
    let run = refine_case(at.path(), &["two-roles.account.json", "beside"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(format!("{}\n{}", run.stdout, run.stderr));
    // What is named has to be of use.
    let named = |file: &str| {
        let run = refine_case(
            at.path(),
            &["two-roles.account.json", "beside/good.json", file],
        );
        (run.exit, run.stdout.is_empty())
    };
    assert_eq!(named("beside/README.md"), (2, true));
    assert_eq!(named("beside/zodd.json"), (2, true));
    assert_eq!(named("beside/nosuch.json"), (2, true));
    assert_eq!(named("beside/done.json"), (0, false));
    assert_eq!(named("beside/role.json"), (0, false));
    // A folder with nothing else is no folder of findings.
    for file in [
        "done.json",
        "gone.json",
        "good.json",
        "role.json",
        "zodd.json",
    ] {
        fs::remove_file(beside.join(file)).unwrap();
    }
    let run = refine_case(at.path(), &["two-roles.account.json", "beside"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.starts_with("error: beside/README.md:1:1"),
        "{}",
        run.stderr
    );
}

#[test]
fn one_file_may_hold_the_findings_of_all() {
    let at = folder();
    cases(
        at.path(),
        &["two-roles.account.json", "list.json", "lines.jsonl"],
    );
    let list = fs::read_to_string(at.path().join("list.json")).unwrap();
    let each = list.trim().trim_start_matches('[').trim_end_matches(']');
    let joined = each.replace("}\n,\n{", "}{");
    assert_ne!(each, joined);
    fs::write(at.path().join("joined.json"), joined).unwrap();
    let expected = refine_case(at.path(), &["two-roles.account.json", "list.json"]);
    assert_eq!(expected.exit, 0, "{}", expected.stderr);
    assert!(
        expected.stdout.contains("P of role good"),
        "{}",
        expected.stdout
    );
    assert!(
        !expected.stdout.contains("has no finding"),
        "{}",
        expected.stdout
    );
    for file in ["lines.jsonl", "joined.json"] {
        let run = refine_case(at.path(), &["two-roles.account.json", file]);
        assert_eq!(
            (run.exit, &run.stdout),
            (0, &expected.stdout),
            "{}",
            run.stderr
        );
    }
    // In a folder each of them costs itself alone.
    fs::create_dir(at.path().join("all")).unwrap();
    let odd = list
        .replacen("\"sqs\"", "\"s qs\"", 2)
        .replacen("\"s qs\"", "\"sqs\"", 1);
    fs::write(at.path().join("all/list.json"), odd).unwrap();
    let run = refine_case(at.path(), &["two-roles.account.json", "all"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("warning: all/list.json:4:"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout
            .contains("the finding of role old was passed over"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_role_that_is_not_used_keeps_nothing_for_others() {
    let at = folder();
    let files = [
        "shared.account.json",
        "unused-role/busy.json",
        "unused-role/idle.json",
    ];
    cases(at.path(), &files);
    let run = refine_case(
        at.path(),
        &["shared.account.json", "unused-role", "-o", "out"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stderr);
    let overview = fs::read_to_string(at.path().join("out/REVIEW.md")).unwrap();
    assert!(overview.contains("## Delete the role?"), "{overview}");
    assert!(
        overview.contains("| role idle | 2026-10-01 |"),
        "{overview}"
    );
    let json = refine_case(
        at.path(),
        &["shared.account.json", "unused-role", "--format", "json"],
    );
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["unusedRoles"], json!(["role idle"]));
    assert_eq!(
        json["policies"][0]["refined"]["Statement"][0]["Action"],
        json!(["s3:GetObject"])
    );

    // What only such roles have is left to whoever deletes them.
    fs::remove_file(at.path().join("unused-role/busy.json")).unwrap();
    let text = fs::read_to_string(at.path().join("shared.account.json")).unwrap();
    let text = text.replace("\"AttachedManagedPolicies\":[{", "\"Attached\":[{");
    let text = text.replacen("role/idle\",", "role/idle\",\"AttachedManagedPolicies\":[{\"PolicyArn\":\"arn:aws:iam::111122223333:policy/M\"}],", 1);
    let text = text.replace("\"AttachmentCount\":2", "\"AttachmentCount\":1");
    fs::write(at.path().join("shared.account.json"), text).unwrap();
    let run = refine_case(at.path(), &["shared.account.json", "unused-role"]);
    let told = "role idle is not used: delete the role?: M";
    assert!(run.stdout.contains(told), "{}", run.stdout);

    // The analyzer may look at fewer days than are asked for: who was used in them is no such role.
    let idle = at.path().join("unused-role/idle.json");
    let never = fs::read_to_string(&idle).unwrap();
    let used_on = |day: &str, details: &str, options: &[&str]| {
        let used = details.replace("DAY", &format!("{day}T08:00:00Z"));
        fs::write(&idle, never.replace("{\"unusedIamRoleDetails\":{}}", &used)).unwrap();
        refine_case(
            at.path(),
            &[&["shared.account.json", "unused-role"], options].concat(),
        )
    };
    for details in [
        r#"{"unusedIamRoleDetails":{"lastAccessed":"DAY"}}"#,
        r#"{"Value":{"LastAccessed":"DAY"}}"#,
    ] {
        let within = used_on("2026-09-20", details, &[]);
        assert!(
            within
                .stdout
                .contains("the finding of role idle was passed over"),
            "{}",
            within.stdout
        );
        for told in [
            "passed over: arn:aws:iam::111122223333:role/idle was used on 2026-09-20 08:00 UTC, \
             within 90 days before the finding",
            "--unused-for DAYS",
        ] {
            assert!(within.stderr.contains(told), "{}", within.stderr);
        }
        let told = "role idle is not used, last on 2026-09-20: delete the role?: M";
        let before = used_on("2026-09-20", details, &["--unused-for", "5"]);
        assert!(before.stdout.contains(told), "{}", before.stdout);
    }
    fs::write(&idle, never).unwrap();

    // An archived one was put aside: the role counts as using everything.
    let archived = fs::read_to_string(&idle)
        .unwrap()
        .replace("ACTIVE", "ARCHIVED");
    fs::write(&idle, archived).unwrap();
    let run = refine_case(at.path(), &["shared.account.json", "unused-role"]);
    assert!(
        run.stdout
            .contains("the finding of role idle was passed over"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_two_findings_or_two_roles_could_mean_is_not_guessed() {
    // A role that stands twice.
    let mut twice = account();
    let reader = twice["RoleDetailList"][0].clone();
    twice["RoleDetailList"].as_array_mut().unwrap().push(reader);
    let run = refine(folder().path(), &twice, &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("the account has role Reader twice"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stdout.contains("  Own of role Reader\n"),
        "{}",
        run.stdout
    );

    // A role without an ARN is not the one of another account.
    let mut without = account();
    without["RoleDetailList"][0]
        .as_object_mut()
        .unwrap()
        .remove("Arn");
    let mut findings = usual();
    let is_narrowed = |findings: &[Value]| {
        let run = refine(folder().path(), &without, findings, &[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stdout.contains("  Own of role Reader\n")
    };
    assert!(is_narrowed(&findings));
    findings[0]["resource"] = json!("arn:aws:iam::210987654321:role/Reader");
    assert!(!is_narrowed(&findings));
}

#[test]
fn what_is_not_known_of_a_group_is_not_known_of_its_members() {
    let mut account = account();
    // AWS has no two groups that differ in case alone.
    account["UserDetailList"][0]["GroupList"] = json!(["OPS"]);
    let ops = &mut account["GroupDetailList"][0];
    ops["AttachedManagedPolicies"] = json!([{"PolicyArn": arn("policy/Unknown")}]);
    let at = folder();
    let run = refine(at.path(), &account, &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let path = at.path().join("changes/group-Ops-Own/REVIEW.md");
    let review = fs::read_to_string(path).unwrap();
    let told = "other policies of Ops are not loaded and may still grant what goes here";
    assert!(review.contains(told), "{review}");
}

#[test]
fn a_user_whose_groups_are_not_told_may_be_in_any() {
    for groups in [None, Some(Value::Null)] {
        let mut account = account();
        let user = account["UserDetailList"][0].as_object_mut().unwrap();
        user.remove("GroupList");
        user.extend(groups.map(|groups| ("GroupList".to_owned(), groups)));
        let at = folder();
        let run = refine(at.path(), &account, &usual(), &[]);
        assert_eq!(run.exit, 2, "{}", run.stderr);
        let told = "this user has no \"GroupList\"";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn what_stays_as_a_finding_was_passed_over_says_so() {
    let stays = |findings: &[Value], more: &[(&str, &str)]| {
        let at = folder();
        fs::create_dir_all(at.path().join("findings")).unwrap();
        for (name, text) in more {
            fs::write(at.path().join("findings").join(name), text).unwrap();
        }
        let run = refine(at.path(), &account(), findings, &[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let said = "the finding of role Writer was passed over, so it counts as using all";
        (
            run.stdout.contains(said),
            run.stdout.contains("role Writer has no finding"),
        )
    };
    let mut without = usual();
    let own = without.remove(1);
    assert_eq!(stays(&usual(), &[]), (false, false));
    assert_eq!(stays(&without, &[]), (false, true));
    let mut twice = usual();
    twice.push(own.clone());
    twice[4]["id"] = "other".into();
    assert_eq!(stays(&twice, &[]), (true, false));
    let resolved = own.to_string().replace("ACTIVE", "RESOLVED");
    assert_eq!(stays(&without, &[("own.json", &resolved)]), (true, false));
    let broken = own.to_string().replace("serviceNamespace", "service");
    assert_eq!(stays(&without, &[("own.json", &broken)]), (true, false));
}

#[test]
fn what_does_not_fit_together_is_passed_over_or_refused() {
    let nameless = json!([{"serviceNamespace": "s3", "actions": ["GetObject"]}]);
    let stranger = finding("9", "role/Gone", &["sqs:*"]);
    let twice = finding("9", "role/Reader", &["sqs:*"]);
    let report = json!({"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T00:00:00Z",
        "ServicesLastAccessed": [{"ServiceNamespace": "s3"}]});
    let policy = json!({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}});
    let mut told = String::new();
    for odd in [nameless, twice, report, policy] {
        let mut findings = usual();
        findings.push(odd);
        let at = folder();
        let run = refine(at.path(), &account(), &findings, &[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        told += &run.stderr;
        let run = refine_in(at.path(), &["findings/4.json"]);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    }
    let run = refine(
        folder().path(),
        &account(),
        std::slice::from_ref(&stranger),
        &[],
    );
    assert_eq!(run.exit, 2);
    told += &run.stderr;
    let run = refine(folder().path(), &account(), &[], &[]);
    assert_eq!(run.exit, 2);
    told += &run.stderr;
    let run = refine(folder().path(), &usual()[0], &usual(), &[]);
    assert_eq!(run.exit, 2);
    told += &run.stderr;
    let mut findings = usual();
    findings.push(stranger);
    let run = refine(folder().path(), &account(), &findings, &[]);
    assert_eq!(run.exit, 0);
    told += &run.stderr;
    insta::assert_snapshot!(told);
}

#[test]
fn what_aws_does_not_take_is_not_written() {
    let mut account = account();
    let long: Vec<String> = (0..900)
        .map(|number| format!("sqs:Action{number:03}"))
        .collect();
    account["Policies"][0]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] = json!(
        long.iter()
            .map(String::as_str)
            .chain(["sqs:Se*"])
            .collect::<Vec<_>>()
    );
    let run = refine(folder().path(), &account, &usual(), &["--format", "json"]);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let is_shared = |policy: &&Value| policy["policy"] == "Shared";
    let shared = told["policies"]
        .as_array()
        .unwrap()
        .iter()
        .find(is_shared)
        .unwrap();
    assert_eq!(shared["action"], "none");
    let reason = shared["reasons"][0].as_str().unwrap();
    assert!(reason.contains("of 6,144 for a managed policy"), "{reason}");
    let at = folder();
    refine(at.path(), &account, &usual(), &["-o", "changes"]);
    let changes = at.path().join("changes");
    assert!(changes.join("role-Reader-Own/apply.sh").exists());
    assert!(!changes.join("policy-Shared").exists());
    let review = fs::read_to_string(changes.join("REVIEW.md")).unwrap();
    let told = "refined, AWS would refuse it: 14,501 characters of 6,144 for a managed policy; try";
    assert!(review.contains(told), "{review}");
}

/// The account with one of AWS's own policies, attached to a role and a group.
fn with_one_of_aws() -> Value {
    let mut account = account();
    let arn = "arn:aws:iam::aws:policy/Queues";
    let attached = json!({"PolicyArn": arn});
    let policy = json!({"PolicyName": "Queues", "Arn": arn, "DefaultVersionId": "v1",
        "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document":
            {"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]}}]});
    let policies = account["Policies"].as_array_mut();
    policies.expect("it is a list").push(policy);
    let reader = &mut account["RoleDetailList"][0]["AttachedManagedPolicies"];
    let reader = reader.as_array_mut().expect("it is a list");
    reader.push(attached.clone());
    account["GroupDetailList"][0]["AttachedManagedPolicies"] = json!([attached]);
    account
}

fn finding_that_ann_uses_no_queues() -> Value {
    finding("4", "user/Ann", &["sns:Publish", "sqs:SetQueueAttributes"])
}

/// What `refine --format json` tells of the policies that are called `name`.
fn told_of(name: &str, account: &Value, findings: &[Value]) -> Vec<Value> {
    let run = refine(folder().path(), account, findings, &["--format", "json"]);
    let told: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let policies = told["policies"].as_array().expect("it is a list").iter();
    policies
        .filter(|own| own["policy"] == name)
        .cloned()
        .collect()
}

#[test]
fn what_no_command_can_bring_to_aws_stays() {
    // All of it goes, and nobody but AWS can detach it.
    let mut locked = account();
    for role in locked["RoleDetailList"].as_array_mut().unwrap() {
        let is_locked = role["RoleName"] == "AWSReservedSSO_Admin_1";
        let attached = if is_locked {
            json!([{"PolicyArn": arn("policy/Shared")}])
        } else {
            json!([])
        };
        role["AttachedManagedPolicies"] = attached;
    }
    locked["Policies"][0]["AttachmentCount"] = json!(1);
    let shared = told_of("Shared", &locked, &usual()).remove(0);
    let reason = "nothing is left, and AWS keeps it attached to role AWSReservedSSO_Admin_1";
    assert_eq!(
        (&shared["action"], &shared["reasons"][0]),
        (&json!("none"), &json!(reason))
    );

    // A command needs its name.
    let mut nameless = account();
    let own = nameless["RoleDetailList"][0]["RolePolicyList"][0]
        .as_object_mut()
        .unwrap();
    own.remove("PolicyName");
    let findings = usual();
    let run = refine(folder().path(), &nameless, &findings, &[]);
    let told =
        "the file does not tell its name or version, or whose it is: a policy without a name";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn no_two_folders_or_new_policies_are_called_alike() {
    let mut account = with_one_of_aws();
    let own = account["RoleDetailList"][0]["RolePolicyList"]
        .as_array_mut()
        .unwrap();
    let mut alike = own[0].clone();
    alike["PolicyName"] = json!("own");
    own.push(alike);
    account["Policies"][3]["PolicyName"] = json!("queues-Refined");
    let mut findings = usual();
    findings[3] = finding_that_ann_uses_no_queues();
    let at = folder();
    let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // Some file systems have no two names that differ in case alone; nor has AWS.
    for name in ["role-Reader-Own", "role-Reader-own-2", "aws-Queues"] {
        assert!(at.path().join("changes").join(name).is_dir(), "{name}");
    }
    let apply = fs::read_to_string(at.path().join("changes/aws-Queues/apply.sh")).unwrap();
    assert!(
        apply.contains("create-policy --policy-name Queues-refined-2 "),
        "{apply}"
    );
}

#[test]
fn hidden_files_are_no_findings() {
    let at = folder();
    fs::create_dir_all(at.path().join("findings/.git")).unwrap();
    fs::write(at.path().join("findings/.DS_Store"), "\0").unwrap();
    fs::write(at.path().join("findings/.git/index"), "\0").unwrap();
    let run = refine(at.path(), &account(), &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn the_permissions_that_the_scripts_need_are_told() {
    let at = folder();
    let mut findings = usual();
    findings[3] = finding_that_ann_uses_no_queues();
    let run = refine(at.path(), &with_one_of_aws(), &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let review = |name: &str| {
        let path = at.path().join("changes").join(name).join("REVIEW.md");
        fs::read_to_string(path).unwrap()
    };
    let needed = |review: &str, script: &str| -> Vec<String> {
        let line = review.lines().find(|line| line.contains(script)).unwrap();
        let quoted = line.split('`').skip(3).step_by(2);
        quoted.map(str::to_owned).collect()
    };
    let queues = review("aws-Queues");
    assert_eq!(
        needed(&queues, "- `apply.sh` needs"),
        [
            "access-analyzer:CheckNoNewAccess",
            "access-analyzer:ValidatePolicy",
            "iam:AttachGroupPolicy",
            "iam:AttachRolePolicy",
            "iam:CreatePolicy",
            "iam:DetachGroupPolicy",
            "iam:DetachRolePolicy",
            "iam:GetAccountSummary",
            "iam:GetGroup",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListAttachedGroupPolicies",
            "iam:ListAttachedRolePolicies",
            "iam:ListEntitiesForPolicy",
        ]
    );
    assert!(needed(&queues, "- `rollback.sh` needs").contains(&"iam:DeletePolicy".to_owned()));
    assert_eq!(
        needed(&review("role-Reader-Own"), "- `rollback.sh` needs"),
        ["iam:GetRolePolicy", "iam:PutRolePolicy"]
    );
    let all = needed(&review("."), "All `apply.sh` together");
    assert!(
        all.contains(&"iam:CreatePolicyVersion".to_owned()),
        "{all:?}"
    );
    let catalogue = Catalogue::built_in();
    for permission in &all {
        assert!(
            catalogue.contains(&permission.parse().unwrap()),
            "{permission}"
        );
    }
}

#[test]
fn who_may_still_do_what_goes_is_named() {
    let at = folder();
    let mut account = account();
    // Shared keeps it for the sake of the role Writer, which has no other policy with it.
    let own = json!([{"PolicyName": "Own", "PolicyDocument": {"Statement":
        [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}}]);
    account["RoleDetailList"][1]["RolePolicyList"] = own;
    let run = refine(at.path(), &account, &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let told = "1 of the 5 actions lost, counted for each policy, is still allowed";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let review = |name: &str| {
        let path = at.path().join("changes").join(name).join("REVIEW.md");
        fs::read_to_string(path).unwrap()
    };
    let own = review("role-Writer-Own");
    assert!(
        own.contains("| Shared | role Writer | **sqs** SendMessage |\n"),
        "{own}"
    );
    let row = "| Own of role Writer | 1 | Shared | role Writer |";
    assert!(review(".").contains(row), "{}", review("."));
    let known = "No other policy of those who have it allows any of this.";
    assert!(review("policy-Shared").contains(known));
    assert!(!own.contains(known));

    // A policy that the file does not hold may allow it, or not.
    account["RoleDetailList"][0]["AttachedManagedPolicies"] =
        json!([{"PolicyArn": arn("policy/Shared")}, {"PolicyArn": arn("policy/Unknown")}]);
    let at = folder();
    refine(at.path(), &account, &usual(), &["-o", "changes"]);
    let path = at.path().join("changes/role-Reader-Own/REVIEW.md");
    let own = fs::read_to_string(path).unwrap();
    assert!(!own.contains(known), "{own}");
    assert!(
        own.contains("other policies of Reader are not loaded"),
        "{own}"
    );
}

#[test]
fn what_the_policy_of_a_group_grants_is_not_gone_and_not_granted_by_none() {
    let mut account = account();
    // Bob has no finding, so nothing goes of what the group has.
    account["UserDetailList"] = json!([
        {"UserName": "Ann", "Arn": arn("user/Ann"), "GroupList": ["Ops"],
         "UserPolicyList": [{"PolicyName": "Own", "PolicyDocument": {"Statement":
            [{"Effect": "Allow", "Action": ["sns:Publish", "sqs:SendMessage"], "Resource": "*"}]}}]},
        {"UserName": "Bob", "Arn": arn("user/Bob"), "GroupList": ["Ops"]}]);
    let mut findings = usual();
    let unused = ["sns:Publish", "sns:Subscribe", "ses:SendEmail"];
    findings[3] = finding("4", "user/Ann", &unused);
    let at = folder();
    let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let path = at.path().join("changes/user-Ann-Own/REVIEW.md");
    let review = fs::read_to_string(path).unwrap();
    let row = "| Own of group Ops | user Ann | **sns** Publish |";
    assert!(review.contains(row), "{review}");
    // The group allows to subscribe; to send mail nobody does.
    let none = "- 1 unused granted by none of the policies that are read";
    assert!(review.contains(none), "{review}");
}

#[test]
fn a_review_is_evidence_with_the_risky_first() {
    let mut account = account();
    let own = json!([{"PolicyName": "Own", "PolicyDocument": {"Statement":
        [{"Effect": "Allow", "Action": ["sqs:*", "s3:GetObject*", "s3:PutBucketPolicy"], "Resource": "*"}]}}]);
    account["RoleDetailList"][0]["RolePolicyList"] = own;
    let mut findings = usual();
    let report = |actions: Value| json!({"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": actions}});
    findings[0]["id"] = json!("a|b`c*<i>");
    findings[0]["findingDetails"] = json!([
        report(json!([
            {"action": "GetObject", "lastAccessed": "2026-09-20T00:00:00Z"},
            {"action": "GetObjectAcl"},
            {"action": "GetObjectTagging", "lastAccessed": "2026-02-03T00:00:00Z"},
            {"action": "GetObjectTorrent"},
            {"action": "PutBucketPolicy"}])),
        {"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": [
            {"action": "PurgeQueue"}, {"action": "ListQueues"}]}}]);
    let at = folder();
    let keep = "s3:GetObjectAcl=<b>|audit`s*";
    let options = ["-o", "changes", "--keep", keep];
    let run = refine(at.path(), &account, &findings, &options);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let path = at.path().join("changes/role-Reader-Own/REVIEW.md");
    let review = fs::read_to_string(path).unwrap();
    let rows = table_rows(&review);
    let rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    insta::assert_snapshot!("evidence", rows.join("\n"));
}

/// The rows of all tables of a text in Markdown, cell by cell as one sees them.
fn table_rows(markdown: &str) -> Vec<Vec<String>> {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cell: Option<String> = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => {
                if let Some(row) = rows.last_mut() {
                    row.extend(cell.take());
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html} in {markdown}"),
            _ => {}
        }
    }
    rows
}

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

/// What becomes of two inline policies of one role, each of which grows by eight characters, when
/// its quota has `room` for more.
fn two_that_grow(room: usize) -> Vec<Value> {
    let document = |padding: usize| {
        json!({"Statement": [
            {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "x".repeat(padding)}]})
    };
    let size = quota::size(&document(0).to_string());
    let mut account = account();
    account["RoleDetailList"][0]["RolePolicyList"] = json!([
        {"PolicyName": "Own", "PolicyDocument": document(5120 - size)},
        {"PolicyName": "Other", "PolicyDocument": document(5120 - size - room)}]);
    let run = refine(folder().path(), &account, &usual(), &["--format", "json"]);
    let told: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let policies = told["policies"]
        .as_array()
        .expect("it is a list")
        .iter()
        .cloned();
    let of_reader = |policy: &Value| {
        policy["holders"] == json!(["role Reader"]) && policy["policy"] != "Shared"
    };
    policies.filter(of_reader).collect()
}

#[test]
fn inline_policies_that_grow_share_the_quota_of_their_role() {
    let narrowed = |room| {
        let policies = two_that_grow(room);
        assert_eq!(policies.len(), 2);
        let narrowed = policies
            .iter()
            .filter(|policy| policy["action"] == "narrow");
        let kept = policies.iter().filter(|policy| policy["action"] == "none");
        for policy in kept {
            let reason = policy["reasons"][0].as_str().unwrap();
            assert!(reason.contains(" of 10,240 "), "{reason}");
        }
        narrowed.count()
    };
    assert_eq!([7, 8, 15, 16].map(narrowed), [0, 1, 1, 2]);
}

#[test]
fn what_is_to_mind_of_a_finding_stands_beside_the_policy() {
    let mut findings = usual();
    findings[0]["status"] = json!("ARCHIVED");
    let at = folder();
    let run = refine(at.path(), &account(), &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let review = |name: &str| {
        fs::read_to_string(at.path().join("changes").join(name).join("REVIEW.md")).unwrap()
    };
    for (name, is_told) in [
        ("role-Reader-Own", true),
        ("policy-Shared", true),
        ("group-Ops-Own", false),
    ] {
        assert_eq!(review(name).contains("archived"), is_told, "{name}");
    }
}

#[test]
fn an_account_may_be_larger_than_other_files() {
    let at = folder();
    let mut account = account();
    account["Description"] = json!("x".repeat(17 << 20));
    let run = refine(at.path(), &account, &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let findings = at.path().join("findings/0.json");
    fs::write(findings, account.to_string()).unwrap();
    let run = refine_in(at.path(), &[]);
    assert!(
        run.stderr
            .contains("passed over: the file is larger than 16 MiB"),
        "{}",
        run.stderr
    );
    assert_eq!(run.exit, 0);
}

/// A folder that is written, and an `aws` that answers what stands in `answers`, in a file for each
/// operation, and notes its calls in `calls`.
struct Played {
    at: tempfile::TempDir,
}

impl Played {
    fn new() -> Self {
        let at = folder();
        let run = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let aws = "#!/bin/sh\necho \"$2\" >>\"$PLAYED/calls\"\n\
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
            ("get-caller-identity", "123456789012"),
            ("get-policy", "v3"),
            ("get-policy-version", "true"),
            ("list-entities-for-policy", "role\tWriter\nrole\tReader"),
            ("list-policy-versions", "1"),
            ("validate-policy", "0"),
            ("check-no-new-access", "PASS"),
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

    /// Runs a script of the policy Shared. Returns its exit code, what it says when it stops, and
    /// which calls it made that change something.
    fn run(&self, script: &str, arguments: &[&str]) -> (i32, String, Vec<String>) {
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
            .output()
            .expect("there is a shell");
        let calls = fs::read_to_string(at.join("calls")).unwrap_or_default();
        let reads = ["get-", "list-", "validate-", "check-"];
        let changes = calls
            .lines()
            .filter(|call| !reads.iter().any(|read| call.starts_with(read)));
        (
            output.status.code().expect("it ended"),
            String::from_utf8(output.stderr).expect("it is text"),
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

/// An account in which role Reader has this policy and nothing else.
fn reader_with(document: &Value) -> Value {
    json!({"RoleDetailList": [
        {"RoleName": "Reader", "Arn": arn("role/Reader"), "Path": "/",
         "RolePolicyList": [{"PolicyName": "Own", "PolicyDocument": document}]}]})
}

#[test]
fn the_exit_codes_are_those_of_the_policy_alone() {
    let allow = |action: &str| json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    let alone = |document: &Value, finding: &Value, options: &[&str]| {
        let at = folder();
        fs::write(at.path().join("policy.json"), document.to_string()).expect("it can be");
        fs::write(at.path().join("finding.json"), finding.to_string()).expect("it can be");
        let mut run = iam_refine();
        run.current_dir(at.path());
        run.args(["refine", "policy.json", "finding.json"]);
        run.args(options).run().exit
    };
    let unused = finding("1", "role/Reader", &["sqs:SetQueueAttributes"]);
    for (document, exit, checked) in [
        (allow("sqs:SendMessage"), 0, 0),
        (allow("sqs:Se*"), 0, 1),
        (allow("sqs:SetQueueAttributes"), 4, 1),
        (json!({"Statement": []}), 2, 2),
    ] {
        let account = reader_with(&document);
        let findings = std::slice::from_ref(&unused);
        for (options, exit) in [
            (&[][..], exit),
            (&["-o", "out"], exit),
            (&["--format", "json"], exit),
            (&["--check"], checked),
        ] {
            let at = folder();
            let run = refine(at.path(), &account, findings, options);
            assert_eq!(run.exit, exit, "{document} {options:?}\n{}", run.stderr);
            assert_eq!(alone(&document, &unused, options), exit, "{document}");
            let is_written = options.contains(&"-o") && exit != 2;
            assert_eq!(at.path().join("out").exists(), is_written);
            let told = run.stderr.contains("Nothing would be left of a policy");
            assert_eq!(told, exit == 4, "{}", run.stderr);
            if exit == 2 {
                assert!(run.stderr.contains("account.json:1:"), "{}", run.stderr);
                assert!(run.stdout.is_empty());
            }
        }
    }
}

#[test]
fn that_a_policy_was_changed_after_its_finding_is_told() {
    let mut account = account();
    for policy in account["Policies"].as_array_mut().unwrap() {
        policy["PolicyVersionList"][0]["CreateDate"] = json!("2026-10-05T00:00:00Z");
    }
    let at = folder();
    let run = refine(at.path(), &account, &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "warning: account.json (policy Shared): this policy was changed on 2026-10-05, after the \
                finding in \"";
    assert_eq!(run.stderr.matches(told).count(), 2, "{}", run.stderr);
    // Of a policy that stays as it is it does not matter.
    assert!(
        !run.stderr
            .contains("(policy Bound): this policy was changed")
    );
}
