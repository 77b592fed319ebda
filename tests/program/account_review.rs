//! A whole account through the program: what is refused, what blocks a policy, what goes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use iam_refine::account::{AccountPolicy, AccountReview, Decided, changes};
use iam_refine::iam::{Action, quota};
use iam_refine::review::journal::Changed;
use iam_refine::review::{Accept, Decision};
use serde_json::{Value, json};

use crate::accounts::{
    account, arn, cases, finding, opened, refine, refine_case, refine_in, usual,
};
use crate::run::{RunIt, folder, iam_refine};

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
    assert_eq!(
        own_of_reader(&opened(&account(), &findings)).unused,
        Some(2)
    );
    let details = &mut findings[0]["findingDetails"][0]["unusedPermissionDetails"];
    details["actions"][0]["lastAccessed"] = json!("2026-09-30T00:00:00Z");
    assert_eq!(
        own_of_reader(&opened(&account(), &findings)).unused,
        Some(1)
    );
}

#[test]
fn what_was_used_lately_of_many_is_told_once() {
    let mut findings = usual();
    let told = |findings: &[Value]| {
        let run = refine(folder().path(), &account(), findings, &[]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stderr
    };
    for finding in &mut findings[..2] {
        let details = &mut finding["findingDetails"][0]["unusedPermissionDetails"];
        details["actions"][0]["lastAccessed"] = json!("2026-09-30T00:00:00Z");
    }
    let together = "\
warning: in 2 files: reported as unused, and used within 90 days before the finding, so it stays
  findings/more/0.json: sqs:SetQueueAttributes; last used on 2026-09-30 00:00 UTC
  findings/1.json: sqs:SetQueueAttributes; last used on 2026-09-30 00:00 UTC
help: if the analyzer looks at fewer days, say how many: --unused-for DAYS
";
    let both = told(&findings);
    assert!(both.contains(together), "{both}");
    assert_eq!(both.matches("--unused-for").count(), 1, "{both}");
    let one = told(&[&findings[..1], &usual()[1..]].concat());
    let alone = "warning: findings/more/0.json: reported as unused, and used within 90 days before the \
                 finding, so it stays: sqs:SetQueueAttributes; last used on";
    assert!(one.contains(alone), "{one}");
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
    let refined = one
        .refine_decided(&decided(&one), &BTreeMap::new())
        .unwrap();
    assert_eq!(changes(&refined).count(), 1);
    let faults = one
        .refine_decided(&decided(&other), &BTreeMap::new())
        .unwrap_err();
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
    for option in ["--compare", "--record"] {
        let options = [option, "some.json"];
        let run = refine(folder().path(), &account(), &usual(), &options);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{option}");
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
}

#[test]
fn of_policies_with_one_text_each_is_decided_as_it_was() {
    let document =
        json!({"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]});
    let role = |name: &str| {
        json!({"RoleName": name, "Arn": arn(&format!("role/{name}")), "Path": "/",
               "AttachedManagedPolicies": [],
               "RolePolicyList": [{"PolicyName": "Send", "PolicyDocument": document}]})
    };
    let names = ["Ada", "Bea", "Cai"];
    let account = json!({"RoleDetailList": names.map(role), "UserDetailList": [],
                         "GroupDetailList": [], "Policies": []});
    let unused = |name: &str| finding(name, &format!("role/{name}"), &["sqs:SendMessage"]);
    let at = folder();
    let run = refine(at.path(), &account, &names.map(unused), &["-o", "all"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // Of one of them it is decided otherwise.
    let path = at.path().join("all/role-Bea-Send/record.json");
    let record = fs::read_to_string(&path).unwrap();
    fs::write(&path, record.replace("\"accepted\"", "\"rejected\"")).unwrap();
    fs::remove_file(at.path().join("all/SHA256SUMS")).unwrap();
    let run = refine_in(at.path(), &["--decisions", "all", "-o", "again"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("warning: all/"), "{}", run.stderr);
    for (name, changes) in [("Ada", true), ("Bea", false), ("Cai", true)] {
        let written = at.path().join(format!("again/role-{name}-Send"));
        assert_eq!(written.exists(), changes, "{name}");
    }
    assert!(
        at.path()
            .join("again/unchanged/role-Bea-Send.json")
            .exists()
    );
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
    let (told, _) = run.stderr.rsplit_once("SHA-256 of its SHA256SUMS").unwrap();
    insta::assert_snapshot!(told);
    let overview = fs::read_to_string(at.path().join("out/REVIEW.md")).unwrap();
    assert!(overview.contains("## Delete the role?"), "{overview}");
    assert!(
        overview.contains("| role idle | never | 2026-10-01 |"),
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
        let at = folder();
        let out = at.path().to_str().unwrap();
        used_on("2026-09-20", details, &["--unused-for", "5", "-o", out]);
        let overview = fs::read_to_string(at.path().join("REVIEW.md")).unwrap();
        let row = "| role idle | 2026-09-20 | 2026-10-01 |";
        assert!(overview.contains(row), "{overview}");
    }
    fs::write(&idle, never).unwrap();

    // An archived one was put aside: the role counts as using everything.
    let archived = fs::read_to_string(&idle)
        .unwrap()
        .replace("ACTIVE", "ARCHIVED");
    fs::write(&idle, archived).unwrap();
    let run = refine_case(at.path(), &["shared.account.json", "unused-role"]);
    assert!(
        run.stdout.contains("the finding of role idle is archived"),
        "{}",
        run.stdout
    );
}

#[test]
fn an_archived_finding_takes_nothing_away() {
    let mut findings = usual();
    findings[0]["status"] = json!("ARCHIVED");
    let at = folder();
    let run = refine(at.path(), &account(), &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "this finding is archived, someone meant these permissions to stay";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    for (policy, changes) in [("role-Reader-Own", false), ("group-Ops-Own", true)] {
        assert_eq!(
            at.path().join("changes").join(policy).exists(),
            changes,
            "{policy}"
        );
    }
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

    // Two findings for one role, whose name is spelled in two ways: the newer is named.
    let mut findings = usual();
    let mut older = finding("9", "role/READER", &["sqs:SendMessage"]);
    older["analyzedAt"] = json!("2026-09-01T00:00:00Z");
    findings.push(older);
    let run = refine(folder().path(), &account(), &findings, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "too\nhelp: give the newer alone: \"findings/more/0.json\"\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);

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
    assert_eq!(run.exit, 0);
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
fn hidden_files_are_no_findings() {
    let at = folder();
    fs::create_dir_all(at.path().join("findings/.git")).unwrap();
    fs::write(at.path().join("findings/.DS_Store"), "\0").unwrap();
    fs::write(at.path().join("findings/.git/index"), "\0").unwrap();
    let run = refine(at.path(), &account(), &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
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
fn a_policy_that_was_changed_after_its_finding_stays() {
    let mut account = account();
    for policy in account["Policies"].as_array_mut().unwrap() {
        policy["PolicyVersionList"][0]["CreateDate"] = json!("2026-10-05T00:00:00Z");
    }
    let at = folder();
    let run = refine(at.path(), &account, &usual(), &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "  it was changed after the finding of 2026-10-01 of role Reader, which does not tell what of it is \
                used: Shared\n";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}
