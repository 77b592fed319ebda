//! What `refine --account … -o FOLDER` writes for people: which policies get a folder, and what the
//! `REVIEW.md` in it tells.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use iam_refine::account::AccountReview;
use iam_refine::catalogue::Catalogue;
use serde_json::{Value, json};

use crate::accounts::{
    account, arn, finding, finding_that_ann_uses_no_queues, opened, refine, refine_in, usual,
    with_one_of_aws,
};
use crate::run::folder;

#[test]
fn who_was_made_by_a_stack_is_said() {
    let mut made = account();
    for (role, stack) in [(0, "StackSet-readers"), (1, "writers")] {
        made["RoleDetailList"][role]["Tags"] = json!([
            {"Key": "team", "Value": "queues"},
            {"Key": "aws:cloudformation:stack-name", "Value": stack}]);
    }
    let at = folder();
    let run = refine(at.path(), &made, &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let said = "2 roles and users with policies of their own are made by CloudFormation, by \
                StackSet-readers and writers";
    assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
    let review = |name: &str| {
        fs::read_to_string(at.path().join("changes").join(name).join("REVIEW.md")).unwrap()
    };
    let of = "the CloudFormation stack StackSet-readers made role Reader";
    assert!(review("role-Reader-Own").contains(of));
    // Of a policy that is attached nobody can tell.
    assert!(!review("policy-Shared").contains("CloudFormation"));
    let without = refine(folder().path(), &account(), &usual(), &[]);
    assert!(
        !without.stderr.contains("CloudFormation"),
        "{}",
        without.stderr
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
        "SHA256SUMS",
        "apply-all.sh",
        "group-Ops-Own",
        "policy-Shared",
        "role-Reader-Own",
        "rollback-all.sh",
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
    let script = |name: &str| {
        let version = format!("written_by='iam-refine {}'", env!("CARGO_PKG_VERSION"));
        let script = read(&format!("policy-Shared/{name}"));
        script.replace(&version, "written_by='iam-refine …'")
    };
    insta::assert_snapshot!("apply", script("apply.sh"));
    insta::assert_snapshot!("rollback", script("rollback.sh"));

    let again = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(again.exit, 2);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
    assert_eq!(read("role-Reader-Own/after.json"), after.to_string());
}

#[test]
fn what_a_not_action_loses_with_a_service_is_counted_and_asked_about_again() {
    let document = json!({"Statement": [
        {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]});
    let account = json!({"RoleDetailList": [{"RoleName": "Wide", "Arn": arn("role/Wide"), "Path": "/",
        "RolePolicyList": [{"PolicyName": "All", "PolicyDocument": document}]}],
        "UserDetailList": [], "GroupDetailList": [], "Policies": []});
    let findings = [finding(
        "1",
        "role/Wide",
        &["sqs:*", "nobodyknows:*", "s3:GetObjectAcl"],
    )];
    let at = folder();
    let left = refine(at.path(), &account, &findings, &[]);
    let told = "0 policies lose something, 1 nothing, 0 cannot be narrowed\n  NotAction is left as it is, and \
                grants what is unused (refine --not-action extend appends that): All of role Wide\n";
    assert!(left.stdout.contains(told), "{}", left.stdout);
    let options = ["--not-action", "extend", "-o", "out"];
    let run = refine(at.path(), &account, &findings, &options);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("left as it is"), "{}", run.stdout);
    let read =
        |name: &str| fs::read_to_string(at.path().join("out/role-Wide-All").join(name)).unwrap();
    let after: Value = serde_json::from_str(&read("after.json")).unwrap();
    assert_eq!(
        after["Statement"][0]["NotAction"],
        json!(["iam:*", "nobodyknows:*", "s3:GetObjectAcl", "sqs:*"])
    );
    let unused = read("unused.txt");
    for line in [
        "sqs:*",
        "nobodyknows:*",
        "sqs:SendMessage",
        "s3:GetObjectAcl",
    ] {
        assert!(unused.lines().any(|one| one == line), "{line} in {unused}");
    }
    let sqs = unused
        .lines()
        .filter(|line| line.starts_with("sqs:"))
        .count()
        - 1;
    assert!(sqs > 15, "{unused}");
    let review = read("REVIEW.md");
    assert!(review.contains(&format!("{} go,", sqs + 1)), "{review}");
    assert!(review.contains("SendMessage"), "{review}");

    let json = refine(
        at.path(),
        &account,
        &findings,
        &["--not-action", "extend", "--format", "json"],
    );
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let policy = &json["policies"][0];
    assert_eq!(policy["removed"].as_array().unwrap().len(), sqs + 1);
    assert_eq!(policy["unused"], sqs + 1);
    assert!(policy["granted"].as_u64().unwrap() > 10_000, "{policy}");

    // Nobody is asked where no day is known, and that is said.
    let mut undated = findings.clone();
    undated[0].as_object_mut().unwrap().remove("analyzedAt");
    fs::remove_dir_all(at.path().join("out")).unwrap();
    let run = refine(at.path(), &account, &undated, &options);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!at.path().join("out/role-Wide-All/unused.txt").exists());
    let review = read("REVIEW.md");
    assert!(
        review.contains("| asked again | **not asked**: of none of 1 role or user"),
        "{review}"
    );
}

#[test]
fn checksums_tell_whether_a_folder_is_as_it_was_written() {
    let at = folder();
    let run = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    let changes = at.path().join("changes");
    let sums = fs::read_to_string(changes.join("SHA256SUMS")).unwrap();
    let named: BTreeSet<&str> = sums.lines().map(|line| &line[66..]).collect();
    for file in [
        "REVIEW.md",
        "apply-all.sh",
        "policy-Shared/apply.sh",
        "policy-Shared/record.json",
    ] {
        assert!(named.contains(file), "{sums}");
    }
    let check = |name: &str| {
        let mut check = std::process::Command::new("sha256sum");
        check
            .current_dir(&changes)
            .args(["--check", "--quiet", name]);
        check.status().unwrap().success()
    };
    assert!(check("SHA256SUMS"));
    let told = run
        .stderr
        .split("SHA-256 of its SHA256SUMS, for an approval: ")
        .nth(1)
        .unwrap();
    fs::write(
        at.path().join("told"),
        format!("{}  SHA256SUMS\n", told.lines().next().unwrap()),
    )
    .unwrap();
    assert!(check("../told"), "{}", run.stderr);
    let review = changes.join("policy-Shared/REVIEW.md");
    fs::write(
        &review,
        fs::read_to_string(&review).unwrap() + "one line more\n",
    )
    .unwrap();
    assert!(!check("SHA256SUMS"));
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
            "iam:GenerateServiceLastAccessedDetails",
            "iam:GetAccountSummary",
            "iam:GetGroup",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:GetServiceLastAccessedDetails",
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
fn the_overview_tells_what_happens_to_each_policy() {
    let mut account = with_one_of_aws();
    // Of these two nothing is left.
    let sends = json!([{"PolicyName": "Own", "PolicyDocument": {"Statement":
        [{"Effect": "Allow", "Action": "sqs:SetQueueAttributes", "Resource": "*"}]}}]);
    account["RoleDetailList"][1]["RolePolicyList"] = sends;
    let mut findings = usual();
    findings[3] = finding_that_ann_uses_no_queues();
    let pattern = &mut account["Policies"][0]["PolicyVersionList"][0]["Document"]["Statement"][0];
    pattern["Action"] = json!(["sqs:SetQueueAttributes"]);
    findings[0]["findingDetails"][0]["unusedPermissionDetails"]["actions"] = json!([
        {"action": "SetQueueAttributes", "lastAccessed": "2026-02-03T00:00:00Z"}]);
    let at = folder();
    let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(at.path().join("changes").join(name)).unwrap();
    let rows = table_rows(&read("REVIEW.md"));
    assert_eq!(rows[0][2..5], ["what happens", "loses", "used before"]);
    let of = |name: &str| rows.iter().find(|row| row[0] == name).unwrap();
    let happens = |name: &str| (of(name)[2].clone(), of(name)[4].clone());
    let told = |what: &str, used: &str| (what.to_owned(), used.to_owned());
    assert_eq!(happens("Own of role Reader"), told("narrowed", "1"));
    assert_eq!(happens("Own of role Writer"), told("deleted", "0"));
    assert_eq!(happens("Shared"), told("detached", "1"));
    assert_eq!(happens("Queues"), told("replaced", "1"));
    for (folder, happens) in [
        ("role-Reader-Own", "narrowed: `after.json` takes the place"),
        ("role-Writer-Own", "deleted: nothing is left of it"),
        ("policy-Shared", "detached: nothing is left of it"),
        ("aws-Queues", "replaced: a policy of the account"),
    ] {
        let review = read(&format!("{folder}/REVIEW.md"));
        let row = format!("| what happens | {happens}");
        assert!(review.contains(&row), "{review}");
    }
    let review = read("policy-Shared/REVIEW.md");
    let row = "| actions | 1 allowed, 1 go, 1 of these used before |";
    assert!(review.contains(row), "{review}");
}

#[test]
fn what_is_written_for_little_is_a_poor_trade() {
    let at = folder();
    let run = refine(at.path(), &account(), &usual(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(at.path().join("changes").join(name)).unwrap();
    let overview = read("REVIEW.md");
    assert_eq!(overview.matches(", poor trade? |").count(), 1, "{overview}");
    assert!(overview.contains("| 91 → 408, poor trade? |"), "{overview}");
    assert!(overview.contains("*Poor trade?* Little goes"), "{overview}");
    let row = "| poor trade? | 1 action goes, and it grows by 317 characters";
    let ops = read("group-Ops-Own/REVIEW.md");
    assert!(ops.contains(row), "{ops}");
    assert!(!read("policy-Shared/REVIEW.md").contains("poor trade"));
}

#[test]
fn a_diff_is_shown_without_the_indentation_of_the_account_file() {
    let at = folder();
    refine(at.path(), &account(), &usual(), &[]);
    let pretty = serde_json::to_string_pretty(&account()).unwrap();
    fs::write(at.path().join("account.json"), &pretty).unwrap();
    let run = refine_in(at.path(), &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let read = |name: &str| {
        fs::read_to_string(at.path().join("changes/role-Reader-Own").join(name)).unwrap()
    };
    let review = read("REVIEW.md");
    for line in [
        "without the indentation that all lines have in the files.",
        "\n   \"Statement\": [\n",
        "\n-        \"sqs:Se*\",\n",
    ] {
        assert!(review.contains(line), "{review}");
    }
    // The files themselves have it.
    assert!(read("before.json").contains("\n            \"Statement\": ["));
    assert!(read("after.json").contains("\n            \"Statement\": ["));
}

/// An account in which so many roles share a policy, each of which uses two actions of it, no two
/// the same two; with their findings.
fn each_uses_two(roles: usize) -> (Value, Vec<Value>) {
    let names: Vec<String> = (0..roles)
        .map(|role| format!("sqs:Queue{role:02}"))
        .collect();
    let role = |number: usize| {
        json!({"RoleName": format!("R{number:02}"), "Arn": arn(&format!("role/R{number:02}")), "Path": "/",
               "AttachedManagedPolicies": [{"PolicyArn": arn("policy/Shared")}]})
    };
    let finding = |number: usize| {
        let uses = [number, (number + 1) % roles];
        let unused = names.iter().enumerate();
        let unused = unused.filter(|(place, _)| !uses.contains(place));
        let mut unused: Vec<&str> = unused.map(|(_, name)| name.as_str()).collect();
        unused.push("sqs:SendMessage");
        finding(&number.to_string(), &format!("role/R{number:02}"), &unused)
    };
    let mut actions = names.clone();
    actions.push("sqs:SendMessage".to_owned());
    let shared = json!({"PolicyName": "Shared", "Arn": arn("policy/Shared"), "DefaultVersionId": "v1",
        "AttachmentCount": roles, "PermissionsBoundaryUsageCount": 0, "PolicyVersionList": [
        {"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Statement":
            [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}}]});
    let account = json!({"RoleDetailList": (0..roles).map(role).collect::<Vec<_>>(),
        "UserDetailList": [], "GroupDetailList": [], "Policies": [shared]});
    (account, (0..roles).map(finding).collect())
}

#[test]
fn where_many_keep_actions_each_action_is_told_once() {
    let kept_for = |roles: usize| {
        let (account, findings) = each_uses_two(roles);
        let at = folder();
        let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let path = at.path().join("changes/policy-Shared/REVIEW.md");
        let rows = table_rows(&fs::read_to_string(path).unwrap());
        let kept = rows
            .into_iter()
            .filter(|row| row[0].starts_with("kept for"));
        kept.collect::<Vec<_>>()
    };
    let few = kept_for(8);
    assert_eq!(few.len(), 8);
    assert_eq!(few[0][0], "kept for role R00 and role R01, who may use it");
    assert_eq!(few[0][2], "sqs Queue01");
    let many = kept_for(9);
    assert_eq!(many.len(), 1);
    assert_eq!(
        many[0][0],
        "kept for several of the 9 who have it, who may use it"
    );
    assert_eq!(many[0][2].matches("Queue").count(), 9);
}

#[test]
fn what_aws_never_tells_of_is_looked_at_first() {
    let mut account = account();
    let inline = &mut account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"];
    inline["Statement"][0]["Action"] = json!(["iam:PassRole", "iam:GetRole", "sqs:SendMessage"]);
    let mut findings = usual();
    let wholly = json!({"unusedPermissionDetails": {"serviceNamespace": "iam"}});
    findings[0]["findingDetails"]
        .as_array_mut()
        .unwrap()
        .push(wholly);
    let at = folder();
    let run = refine(at.path(), &account, &findings, &["-o", "changes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(at.path().join("changes").join(name)).unwrap();
    let overview = read("REVIEW.md");
    let told = "goes, and AWS never tells whether it is used, since it is no call: iam:PassRole";
    assert!(overview.contains(told), "{overview}");
    let review = read("role-Reader-Own/REVIEW.md");
    let row = "| AWS does not tell | Permissions management | **iam** PassRole |";
    assert!(
        review.contains(row) || review.contains("| AWS does not tell | Write | **iam** PassRole |"),
        "{review}"
    );
}
