//! What AWS has beside Terraform files and their state: who has a managed policy, who is in a group, and
//! whether the state is still true.

use std::fs;

use crate::accounts::arn;
use crate::run::{Run, RunIt, folder, iam_refine};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const FILES: &str = r#"resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}

resource "aws_iam_policy" "shared" {
  name = "shared"
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:DeleteMessage"], Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.shared.arn
}

resource "aws_iam_role_policy" "own" {
  name = "own"
  role = aws_iam_role.app.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "*" }]
  })
}
"#;

fn policy(actions: &[&str]) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

const SHARED: [&str; 2] = ["sqs:SendMessage", "sqs:DeleteMessage"];
const OWN: [&str; 2] = ["s3:GetObject", "s3:PutObject"];

fn state() -> Value {
    let resource = |kind: &str, name: &str, values: Value| json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values});
    let resources = vec![
        resource(
            "aws_iam_role",
            "app",
            json!({"name": "app", "arn": arn("role/app")}),
        ),
        resource(
            "aws_iam_policy",
            "shared",
            json!({"name": "shared", "arn": arn("policy/shared"), "policy": policy(&SHARED).to_string()}),
        ),
        resource(
            "aws_iam_role_policy_attachment",
            "app",
            json!({"role": "app", "policy_arn": arn("policy/shared")}),
        ),
        resource(
            "aws_iam_role_policy",
            "own",
            json!({"name": "own", "role": "app", "policy": policy(&OWN).to_string()}),
        ),
    ];
    json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
}

/// The account that the state made, and nothing else.
fn account() -> Value {
    json!({
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [{
            "RoleName": "app", "Arn": arn("role/app"),
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy(&OWN)}],
            "AttachedManagedPolicies": [{"PolicyName": "shared", "PolicyArn": arn("policy/shared")}],
        }],
        "Policies": [{
            "PolicyName": "shared", "Arn": arn("policy/shared"), "DefaultVersionId": "v1",
            "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0,
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": policy(&SHARED)}],
        }],
    })
}

fn finding(principal: &str, unused: &[(&str, &str)]) -> Value {
    let details = unused.iter().map(|(service, action)| {
        json!({"unusedPermissionDetails": {"serviceNamespace": service, "actions": [{"action": action}]}})
    });
    json!({
        "id": principal, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
        "resource": arn(principal), "findingType": "UnusedPermission",
        "findingDetails": details.collect::<Vec<_>>(),
    })
}

const BOTH: [(&str, &str); 2] = [("sqs", "DeleteMessage"), ("s3", "PutObject")];

struct World(TempDir);

impl World {
    fn new(account: &Value, findings: &[Value]) -> Self {
        let world = World(folder());
        world.write("main.tf", FILES);
        world.write("state.json", &state().to_string());
        world.write("account.json", &account.to_string());
        for (number, finding) in findings.iter().enumerate() {
            world.write(&format!("findings/{number}.json"), &finding.to_string());
        }
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn refine(&self, more: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path());
        let files = ["refine", ".", "state.json", "findings"];
        command.args(files).args(more).run()
    }

    fn with_account(&self) -> Run {
        self.refine(&["account.json"])
    }
}

fn goes(run: &Run, action: &str) -> bool {
    let lines: Vec<&str> = run.stdout.lines().collect();
    let has = |sign: char| {
        let mut lines = lines.iter().filter(|line| line.starts_with(sign));
        lines.any(|line| line.contains(action))
    };
    has('-') && !has('+')
}

#[test]
fn an_account_tells_who_has_a_managed_policy() {
    let world = World::new(&account(), &[finding("role/app", &BOTH)]);
    let without = world.refine(&[]);
    assert!(!goes(&without, "sqs:DeleteMessage") && goes(&without, "s3:PutObject"));
    let said = "give what `aws iam get-account-authorization-details --output json` prints in account 123456789012";
    assert!(without.stderr.contains(said), "{}", without.stderr);
    let run = world.with_account();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        goes(&run, "sqs:DeleteMessage") && goes(&run, "s3:PutObject"),
        "{}",
        run.stderr
    );
}

#[test]
fn who_has_it_and_no_state_has_counts_by_an_own_finding() {
    let mut both = account();
    let other = json!({"RoleName": "other", "Arn": arn("role/team/other"), "RolePolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn("policy/shared")}]});
    both["RoleDetailList"].as_array_mut().unwrap().push(other);
    both["Policies"][0]["AttachmentCount"] = 2.into();
    let own = finding("role/app", &BOTH);
    let run = World::new(&both, std::slice::from_ref(&own)).with_account();
    assert!(
        !goes(&run, "sqs:DeleteMessage") && goes(&run, "s3:PutObject"),
        "{}",
        run.stderr
    );
    let said = "role other has it too and has no finding";
    assert!(run.stderr.contains(said), "{}", run.stderr);

    let uses = |action| finding("role/team/other", &[("sqs", action)]);
    let run = World::new(&both, &[own.clone(), uses("SendMessage")]).with_account();
    assert!(
        !goes(&run, "sqs:DeleteMessage"),
        "the other one uses it: {}",
        run.stdout
    );
    let run = World::new(&both, &[own, uses("DeleteMessage")]).with_account();
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stderr);
    assert!(
        run.stderr.contains("of role app and role other"),
        "{}",
        run.stderr
    );
}

#[test]
fn of_a_group_its_members_have_it() {
    let mut group = account();
    group["GroupDetailList"] = json!([{"GroupName": "ops", "Arn": arn("group/ops"), "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn("policy/shared")}]}]);
    group["Policies"][0]["AttachmentCount"] = 2.into();
    let app = finding("role/app", &BOTH);
    let run = World::new(&group, std::slice::from_ref(&app)).with_account();
    assert!(!goes(&run, "sqs:DeleteMessage"));
    assert!(
        run.stderr.contains("group ops has no members to be seen"),
        "{}",
        run.stderr
    );

    group["UserDetailList"] = json!([{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["OPS"],
        "UserPolicyList": [], "AttachedManagedPolicies": []}]);
    let run = World::new(&group, std::slice::from_ref(&app)).with_account();
    assert!(!goes(&run, "sqs:DeleteMessage"));
    assert!(
        run.stderr
            .contains("user ann has it too and has no finding"),
        "{}",
        run.stderr
    );
    let ann = finding("user/ann", &[("sqs", "DeleteMessage")]);
    let run = World::new(&group, &[app, ann]).with_account();
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stderr);
}

#[test]
fn what_the_account_does_not_show_whole_or_has_otherwise_stays() {
    type Change<'a> = &'a dyn Fn(&mut Value);
    let change = |change: Change<'_>| {
        let mut changed = account();
        change(&mut changed);
        World::new(&changed, &[finding("role/app", &BOTH)]).with_account()
    };
    let cases: [(&str, &str, Change<'_>); 8] = [
        (
            "sqs:DeleteMessage",
            "AWS counts 3 attachments, and the account shows 1",
            &|account| {
                account["Policies"][0]["AttachmentCount"] = 3.into();
            },
        ),
        (
            "sqs:DeleteMessage",
            "AWS counts 1 uses as a permissions boundary",
            &|account| {
                account["Policies"][0]["PermissionsBoundaryUsageCount"] = 1.into();
            },
        ),
        (
            "sqs:DeleteMessage",
            "it is the permissions boundary of role app",
            &|account| {
                account["RoleDetailList"][0]["PermissionsBoundary"] =
                    json!({"PermissionsBoundaryArn": arn("policy/shared")});
            },
        ),
        (
            "sqs:DeleteMessage",
            "the account does not tell how many have it",
            &|account| {
                account["Policies"][0]
                    .as_object_mut()
                    .unwrap()
                    .remove("AttachmentCount");
            },
        ),
        (
            "sqs:DeleteMessage",
            "the account has no such policy",
            &|account| {
                account["Policies"] = json!([]);
            },
        ),
        (
            "sqs:DeleteMessage",
            "AWS has another policy than the state",
            &|account| {
                account["Policies"][0]["PolicyVersionList"][0]["Document"] = policy(&["sqs:*"]);
            },
        ),
        (
            "s3:PutObject",
            "AWS has another policy than the state",
            &|account| {
                account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"] =
                    policy(&["s3:GetObject"]);
            },
        ),
        (
            "s3:PutObject",
            "AWS has no such inline policy of role app",
            &|account| {
                account["RoleDetailList"][0]["RolePolicyList"] = json!([]);
            },
        ),
    ];
    for (action, why, make) in cases {
        let run = change(make);
        assert_eq!(run.exit, 0, "{why}: {}", run.stderr);
        assert!(!goes(&run, action), "{why}: {}", run.stdout);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
    }
    let run = change(&|account| account["RoleDetailList"][0]["RoleName"] = "another".into());
    let why = "the account has no role app: run `terraform apply` first";
    assert!(
        !goes(&run, "s3:PutObject") && run.stderr.contains(why),
        "{}",
        run.stderr
    );
}

#[test]
fn whom_a_newer_state_has_and_the_account_does_not_keeps_the_policy_as_it_is() {
    let world = World::new(&account(), &[finding("role/app", &BOTH)]);
    let mut state = state();
    let resources = &mut state["values"]["root_module"]["resources"];
    resources.as_array_mut().unwrap().push(json!({
        "address": "aws_iam_role_policy_attachment.late", "mode": "managed",
        "type": "aws_iam_role_policy_attachment", "name": "late",
        "values": {"role": "late", "policy_arn": arn("policy/shared")},
    }));
    world.write("state.json", &state.to_string());
    let run = world.with_account();
    assert!(!goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
    let why = "a state has it attached to role late, and what AWS has does not";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn an_account_is_needed_for_each_account_of_a_policy() {
    let other = account()
        .to_string()
        .replace("123456789012", "210987654321");
    let world = World::new(&account(), &[finding("role/app", &BOTH)]);
    world.write("other.json", &other);
    let run = world.refine(&["other.json"]);
    assert!(
        !goes(&run, "sqs:DeleteMessage") && goes(&run, "s3:PutObject"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("in account 123456789012"),
        "{}",
        run.stderr
    );
    let run = world.refine(&["other.json", "account.json"]);
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stderr);
    world.write("again.json", &account().to_string());
    let run = world.refine(&["again.json", "account.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let said = "account 123456789012 is given twice";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_the_account_has_beside_is_named() {
    let mut more = account();
    let beside = json!({"PolicyName": "by-hand", "PolicyDocument": policy(&["ec2:*"])});
    more["RoleDetailList"][0]["RolePolicyList"]
        .as_array_mut()
        .unwrap()
        .push(beside);
    let run = World::new(&more, &[finding("role/app", &BOTH)]).with_account();
    let said = "its inline policy by-hand is made by no resource that is read";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_policy_that_the_account_does_not_show_attached_is_named() {
    let mut detached = account();
    detached["RoleDetailList"][0]["AttachedManagedPolicies"] = json!([]);
    detached["Policies"][0]["AttachmentCount"] = 0.into();
    let run = World::new(&detached, &[finding("role/app", &BOTH)]).with_account();
    assert!(!goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
    let said = "a state has it attached to role app, and what AWS has does not";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_group_has_the_members_that_a_newer_state_has() {
    let mut group = account();
    group["GroupDetailList"] = json!([{"GroupName": "ops", "Arn": arn("group/ops"), "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn("policy/shared")}]}]);
    group["UserDetailList"] = json!([{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["ops"],
        "UserPolicyList": [], "AttachedManagedPolicies": []}]);
    group["Policies"][0]["AttachmentCount"] = 2.into();
    let found = [finding("role/app", &BOTH), finding("user/ann", &BOTH)];
    let world = World::new(&group, &found);
    assert!(goes(&world.with_account(), "sqs:DeleteMessage"));
    for (kind, values) in [
        (
            "aws_iam_group_membership",
            json!({"name": "m", "group": "ops", "users": ["ann", "carl"]}),
        ),
        (
            "aws_iam_user_group_membership",
            json!({"user": "carl", "groups": ["ops"]}),
        ),
    ] {
        let mut state = state();
        let resources = &mut state["values"]["root_module"]["resources"];
        resources.as_array_mut().unwrap().push(
            json!({"address": format!("{kind}.m"), "mode": "managed", "type": kind, "name": "m", "values": values}),
        );
        world.write("state.json", &state.to_string());
        let run = world.with_account();
        assert!(!goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
        let said = "user carl has it too and has no finding";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn who_is_in_a_group_of_which_no_account_is_told_may_have_what_it_has() {
    let mut group = account();
    group["GroupDetailList"] = json!([{"GroupName": "ops", "Arn": arn("group/ops"), "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn("policy/shared")}]}]);
    group["UserDetailList"] = json!([{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["ops"],
        "UserPolicyList": [], "AttachedManagedPolicies": []}]);
    group["Policies"][0]["AttachmentCount"] = 2.into();
    let found = [finding("role/app", &BOTH), finding("user/ann", &BOTH)];
    let world = World::new(&group, &found);
    let resource = |kind: &str, values: Value| json!({"address": format!("{kind}.m"), "mode": "managed", "type": kind, "name": "m", "values": values});
    // Printed, a state of two accounts does not tell of which one a membership is.
    let with = |user: &str, group: &str| {
        let mut state = state();
        let resources = &mut state["values"]["root_module"]["resources"];
        let resources = resources.as_array_mut().unwrap();
        let far = json!({"name": "far", "arn": "arn:aws:iam::999999999999:role/far"});
        resources.push(resource("aws_iam_role", far));
        let values = json!({"user": user, "groups": [group]});
        resources.push(resource("aws_iam_user_group_membership", values));
        world.write("state.json", &state.to_string());
        world.with_account()
    };
    let run = with("bob", "Ops");
    assert!(!goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
    let said = "user bob may have it by group ops: the state is of several accounts";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(goes(&with("ann", "ops"), "sqs:DeleteMessage"));
    assert!(goes(&with("bob", "devs"), "sqs:DeleteMessage"));
}

#[test]
fn who_is_put_into_a_group_through_a_provider_that_makes_nothing_else_may_have_what_it_has() {
    let mut group = account();
    group["GroupDetailList"] = json!([{"GroupName": "ops", "Arn": arn("group/ops"), "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn("policy/shared")}]}]);
    group["UserDetailList"] = json!([{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["ops"],
        "UserPolicyList": [], "AttachedManagedPolicies": []}]);
    group["Policies"][0]["AttachmentCount"] = 2.into();
    let found = [finding("role/app", &BOTH), finding("user/ann", &BOTH)];
    let world = World::new(&group, &found);
    let of = |kind: &str, name: &str, provider: &str, values: &Value| {
        json!({"mode": "managed", "type": kind, "name": name, "provider": provider,
            "instances": [{"attributes": values}]})
    };
    let aws = "provider[\"registry.terraform.io/hashicorp/aws\"]";
    let with = |user: &str| {
        let state = state();
        let resources = state["values"]["root_module"]["resources"].as_array();
        let own = resources.unwrap().iter().map(|one| {
            of(
                one["type"].as_str().unwrap(),
                one["name"].as_str().unwrap(),
                aws,
                &one["values"],
            )
        });
        let values = json!({"user": user, "groups": ["ops"]});
        let other = of(
            "aws_iam_user_group_membership",
            "m",
            &format!("{aws}.iam"),
            &values,
        );
        let resources: Vec<Value> = own.chain([other]).collect();
        let raw = json!({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x",
            "outputs": {}, "resources": resources});
        world.write("state.json", &raw.to_string());
        world.with_account()
    };
    let run = with("ann");
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stderr);
    let run = with("bob");
    assert!(!goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
    let said = "user bob may have it by group ops: no state tells in which account that is";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn other_inline_policies_that_the_account_shows_count_for_the_quota() {
    let mut full = account();
    let mut long = policy(&["ec2:*"]);
    long["Statement"][0]["Resource"] = "a".repeat(9_900).into();
    let beside = json!({"PolicyName": "by-hand", "PolicyDocument": long});
    let policies = &mut full["RoleDetailList"][0]["RolePolicyList"];
    policies.as_array_mut().unwrap().push(beside);
    policies[0]["PolicyDocument"] = policy(&["s3:*"]);
    let world = World::new(&full, &[finding("role/app", &BOTH)]);
    world.write(
        "main.tf",
        &FILES.replace("\"s3:GetObject\", \"s3:PutObject\"", "\"s3:*\""),
    );
    let own = policy(&OWN).to_string();
    let state = state().to_string();
    let all = policy(&["s3:*"]).to_string();
    let escaped = |text: &str| text.replace('"', "\\\"");
    world.write("state.json", &state.replace(&escaped(&own), &escaped(&all)));
    let run = world.with_account();
    assert_eq!(run.exit, 4, "{}", run.stderr);
    let why = "aws_iam_role_policy.own comes to";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(run.stderr.contains("10,240"), "{}", run.stderr);
    assert!(!run.stdout.contains("s3:"), "{}", run.stdout);
}

#[test]
fn names_that_are_in_two_accounts_are_told_with_these() {
    let elsewhere = |text: String| text.replace("123456789012", "210987654321");
    let world = World::new(&account(), &[finding("role/app", &BOTH)]);
    world.write("other.json", &elsewhere(account().to_string()));
    world.write("other-state.json", &elsewhere(state().to_string()));
    let run = world.refine(&[
        "account.json",
        "other.json",
        "other-state.json",
        "--states-complete",
    ]);
    let said = "role app of account 210987654321 has it too and has no finding";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    world.write(
        "findings/other.json",
        &elsewhere(finding("role/app", &BOTH).to_string()).replace("\"id\":\"", "\"id\":\"2"),
    );
    let run = world.refine(&[
        "account.json",
        "other.json",
        "other-state.json",
        "--states-complete",
    ]);
    let said = "makes aws_iam_policy.shared in state.json and aws_iam_policy.shared in other-state.json, of role \
                app of account 123456789012 and role app of account 210987654321";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stdout);
}

#[test]
fn a_finding_that_is_resolved_and_names_nothing_used_is_passed_over() {
    let mut resolved = finding("role/other", &BOTH);
    resolved["status"] = "RESOLVED".into();
    let run = World::new(&account(), &[finding("role/app", &BOTH), resolved]).with_account();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(goes(&run, "sqs:DeleteMessage"), "{}", run.stderr);
    let said = "note: findings/1.json:1:";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr.contains("this finding is resolved"),
        "{}",
        run.stderr
    );
}

impl World {
    /// Writes the folder `app` as `fetch --role app` would: these `others` have the managed policy too.
    fn fetched_role(&self, own: &Value, shared: &Value, others: &[&str]) {
        let roles = others.iter().chain(&["app"]);
        let roles: Vec<Value> = roles.map(|role| json!({"RoleName": role})).collect();
        let count = roles.len();
        let shared_arn = arn("policy/shared");
        let answers = [
            (
                vec!["iam", "get-role", "--role-name", "app"],
                json!({"Role": {"RoleName": "app", "Arn": arn("role/app"), "CreateDate": "2024-01-01T00:00:00Z"}}),
            ),
            (
                vec!["iam", "list-role-policies", "--role-name", "app"],
                json!({"PolicyNames": ["own"]}),
            ),
            (
                vec![
                    "iam",
                    "get-role-policy",
                    "--role-name",
                    "app",
                    "--policy-name",
                    "own",
                ],
                json!({"RoleName": "app", "PolicyName": "own", "PolicyDocument": own}),
            ),
            (
                vec!["iam", "list-attached-role-policies", "--role-name", "app"],
                json!({"AttachedPolicies": [{"PolicyName": "shared", "PolicyArn": shared_arn}]}),
            ),
            (
                vec!["iam", "get-policy", "--policy-arn", &shared_arn],
                json!({"Policy": {"PolicyName": "shared", "Arn": shared_arn, "DefaultVersionId": "v1",
                    "AttachmentCount": count, "PermissionsBoundaryUsageCount": 0}}),
            ),
            (
                vec![
                    "iam",
                    "get-policy-version",
                    "--policy-arn",
                    &shared_arn,
                    "--version-id",
                    "v1",
                ],
                json!({"PolicyVersion": {"Document": shared, "VersionId": "v1", "IsDefaultVersion": true}}),
            ),
            (
                vec![
                    "iam",
                    "list-entities-for-policy",
                    "--policy-arn",
                    &shared_arn,
                ],
                json!({"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": roles, "IsTruncated": false}),
            ),
            (
                vec!["accessanalyzer", "get-finding-v2", "--id", "f"],
                finding("role/app", &BOTH),
            ),
        ];
        let mut listed = Vec::new();
        for (number, (arguments, answer)) in answers.iter().enumerate() {
            let (file, text) = (format!("{number}.json"), answer.to_string());
            let hash = Sha256::digest(&text);
            let hash = hash
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            self.write(&format!("app/{file}"), &text);
            listed.push(json!({"arguments": arguments, "file": file, "sha256": hash,
                               "at": "2026-10-27T08:00:01Z"}));
        }
        let manifest = json!({
            "format": 1, "of": {"role": "app"}, "account": "123456789012",
            "caller": "arn:aws:sts::123456789012:assumed-role/Audit/me", "aws": "aws-cli/2", "asked": {},
            "startedAt": "2026-10-27T08:00:00Z", "completedAt": "2026-10-27T08:00:04Z",
            "answers": listed, "unanswered": [], "notes": [],
        });
        self.write("app/manifest.json", &manifest.to_string());
    }

    /// What `refine` makes of the files with the folder `app` beside them.
    fn with_role(&self, more: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path());
        command
            .args(["refine", ".", "state.json", "app"])
            .args(more)
            .run()
    }
}

#[test]
fn what_was_fetched_of_a_role_has_its_findings_and_tells_who_has_its_policies() {
    let world = World::new(&account(), &[]);
    world.fetched_role(&policy(&OWN), &policy(&SHARED), &[]);
    let run = world.with_role(&[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        goes(&run, "s3:PutObject") && goes(&run, "sqs:DeleteMessage"),
        "{}",
        run.stderr
    );

    // Who has it too counts as using everything, until a finding tells more.
    world.fetched_role(&policy(&OWN), &policy(&SHARED), &["other"]);
    let run = world.with_role(&[]);
    assert!(
        goes(&run, "s3:PutObject") && !goes(&run, "sqs:DeleteMessage"),
        "{}",
        run.stderr
    );
    let said = "role other has it too and has no finding";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    world.write("other.json", &finding("role/other", &BOTH).to_string());
    assert!(goes(&world.with_role(&["other.json"]), "sqs:DeleteMessage"));
}

#[test]
fn what_was_fetched_of_a_role_is_held_against_the_state() {
    let world = World::new(&account(), &[]);
    let said = "AWS has another policy than the state";
    world.fetched_role(&policy(&["s3:GetObject"]), &policy(&SHARED), &[]);
    let run = world.with_role(&[]);
    assert!(
        !goes(&run, "s3:PutObject") && goes(&run, "sqs:DeleteMessage"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains(said), "{}", run.stderr);

    world.fetched_role(&policy(&OWN), &policy(&["sqs:*"]), &[]);
    let run = world.with_role(&[]);
    assert!(
        goes(&run, "s3:PutObject") && !goes(&run, "sqs:DeleteMessage"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains(said), "{}", run.stderr);

    world.write("account.json", &account().to_string());
    let run = world.with_role(&["account.json"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("what AWS has of role app is given twice"),
        "{}",
        run.stderr
    );
}
