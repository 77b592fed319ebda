//! `verify` of a plan of Terraform: whether it takes away what is unused, and does nothing else.

use crate::run::{Run, RunIt, folder, iam_refine};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::123456789012:role/app";

const FINDING: &str = r#"{"id": "f", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
    "resource": "arn:aws:iam::123456789012:role/app", "resourceType": "AWS::IAM::Role",
    "findingType": "UnusedPermission", "findingDetails": [{"unusedPermissionDetails": {
        "serviceNamespace": "sqs", "actions": [{"action": "DeleteMessage"}]}}]}"#;

fn policy(actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": actions, "Resource": "*",
    }]})
    .to_string()
}

const BEFORE: &[&str] = &["sqs:SendMessage", "sqs:DeleteMessage"];

fn inline(policy: &str) -> Value {
    json!({"name": "app", "role": "app", "policy": policy})
}

fn change(
    kind: &str,
    actions: &[&str],
    before: impl Into<Value>,
    after: impl Into<Value>,
) -> Value {
    let (before, after): (Value, Value) = (before.into(), after.into());
    json!({
        "address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
    })
}

fn updated(after: &[&str]) -> Value {
    let (before, after) = (inline(&policy(BEFORE)), inline(&policy(after)));
    change("aws_iam_role_policy", &["update"], before, after)
}

fn plan(changes: &[Value]) -> Value {
    let resource = |kind: &str, values: Value| {
        json!({"address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
               "values": values})
    };
    json!({
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [
            resource("aws_iam_role", json!({"name": "app", "arn": ROLE})),
            resource("aws_iam_role_policy", inline(&policy(BEFORE))),
        ]}}},
    })
}

fn verify_with(plan: &Value, options: &[&str]) -> Run {
    let folder = folder();
    let write = |name: &str, value: &Value| {
        std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    };
    write("plan.json", plan);
    std::fs::write(folder.path().join("finding.json"), FINDING).unwrap();
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command
        .args(["verify", "plan.json", "finding.json"])
        .args(options)
        .run()
}

fn verify(changes: &[Value]) -> Run {
    verify_with(&plan(changes), &[])
}

#[test]
fn a_plan_that_takes_away_what_is_unused_holds() {
    let run = verify(&[updated(&["sqs:SendMessage"])]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    aws_iam_role_policy.app, of role app
    ✓ nothing added
    ✓ unused gone
    ✓ nothing lost
    ✓ nothing else touched
    note: 1 unused gone
    Judged by the actions known on 2026-10-27.
    ");
}

#[test]
fn what_a_plan_adds_loses_or_leaves_refutes_it() {
    for (after, fault) in [
        (
            &["sqs:SendMessage", "sqs:PurgeQueue"][..],
            "✗ nothing added",
        ),
        (&["sqs:GetQueueUrl"], "✗ nothing lost"),
        (
            &["sqs:SendMessage", "sqs:DeleteMessage", "sqs:DeleteMessage"],
            "✗ unused gone",
        ),
    ] {
        let run = verify(&[updated(after)]);
        assert_eq!(run.exit, 1, "{after:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(fault), "{after:?}: {}", run.stdout);
    }
    let mut widened = updated(&["sqs:SendMessage"]);
    let after = policy(&["sqs:SendMessage"]).replace("\"*\"", "\"arn:aws:sqs:*:*:a\"");
    widened["change"]["after"]["policy"] = after.into();
    let run = verify(&[widened]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("its Resource has changed"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_known_only_after_apply_is_no_pass() {
    let mut change = updated(&["sqs:SendMessage"]);
    change["change"]["after"]
        .as_object_mut()
        .unwrap()
        .remove("policy");
    change["change"]["after_unknown"] = json!({"policy": true});
    let run = verify(&[change]);
    assert_eq!(run.exit, 1);
    assert!(
        run.stdout.contains("known only after apply"),
        "{}",
        run.stdout
    );
}

#[test]
fn whoever_uses_a_policy_too_keeps_all_of_it() {
    let mut plan = plan(&[updated(&["sqs:SendMessage"])]);
    let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
    resources[0]["values"]["arn"] = "arn:aws:iam::123456789012:role/path/other".into();
    resources[0]["values"]["name"] = "other".into();
    resources[1]["values"]["role"] = "other".into();
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "nothing counts as unused: no finding is about who has it";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    assert!(run.stdout.contains("✗ nothing lost"), "{}", run.stdout);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_else_changes_who_may_do_what_is_a_fault() {
    let attachment = || json!({"role": "app", "policy_arn": "arn:aws:iam::123456789012:policy/p"});
    let role = |key: &str, value: Value| json!({"name": "app", key: value});
    let boundary = |arn: &str| role("permissions_boundary", arn.into());
    let embeds = |policy: &str| role("inline_policy", json!([{"name": "x", "policy": policy}]));
    let none = Value::Null;
    let mut unknown = change("aws_iam_role", &["update"], boundary("a"), boundary("a"));
    unknown["change"]["after_unknown"] = json!({"inline_policy": [{"policy": true}]});
    let judged = "who may do what changes by more than a policy, which is not judged";
    for (change, fault) in [
        (
            change(
                "aws_iam_role_policy",
                &["delete", "create"],
                none.clone(),
                none.clone(),
            ),
            "✗ aws_iam_role_policy.app is replaced",
        ),
        (
            change(
                "aws_iam_policy",
                &["create", "delete"],
                none.clone(),
                none.clone(),
            ),
            "✗ aws_iam_policy.app is replaced",
        ),
        (
            change(
                "aws_iam_role_policy",
                &["other"],
                none.clone(),
                none.clone(),
            ),
            "✗ aws_iam_role_policy.app is changed in an unknown way",
        ),
        (
            change(
                "aws_iam_role_policy",
                &["create"],
                none.clone(),
                inline(&policy(&["*"])),
            ),
            "✗ aws_iam_role_policy.app is created",
        ),
        (
            change(
                "aws_iam_role_policy_attachment",
                &["delete"],
                attachment(),
                none.clone(),
            ),
            "✗ aws_iam_role_policy_attachment.app is deleted",
        ),
        (
            change(
                "aws_iam_role_policy_attachment",
                &["create"],
                none.clone(),
                attachment(),
            ),
            "✗ aws_iam_role_policy_attachment.app is created",
        ),
        (
            change(
                "aws_iam_policy_attachment",
                &["create"],
                none.clone(),
                json!({"roles": ["new"]}),
            ),
            "✗ aws_iam_policy_attachment.app is created",
        ),
        (
            change(
                "aws_iam_role_policies_exclusive",
                &["create"],
                none.clone(),
                json!({"role_name": "app"}),
            ),
            "✗ aws_iam_role_policies_exclusive.app is created",
        ),
        (
            change(
                "aws_iam_user_group_membership",
                &["delete"],
                json!({"user": "x"}),
                none.clone(),
            ),
            judged,
        ),
        (
            change(
                "aws_ssoadmin_account_assignment",
                &["create"],
                none.clone(),
                json!({}),
            ),
            judged,
        ),
        (
            change(
                "aws_organizations_policy",
                &["update"],
                json!({"content": "a"}),
                json!({"content": "b"}),
            ),
            judged,
        ),
        (
            change("aws_s3_bucket_policy", &["delete"], json!({}), none.clone()),
            judged,
        ),
        (
            change(
                "aws_iam_instance_profile",
                &["create"],
                none.clone(),
                json!({"role": "app"}),
            ),
            judged,
        ),
        (
            change("aws_iam_role", &["delete"], boundary(""), none.clone()),
            "✗ aws_iam_role.app is deleted",
        ),
        (
            change("aws_iam_role", &["update"], boundary(""), boundary("arn:b")),
            "✗ of aws_iam_role.app changes too: permissions_boundary",
        ),
        (
            change("aws_iam_role", &["update"], embeds("a"), embeds("b")),
            "✗ of aws_iam_role.app changes too: inline_policy",
        ),
        (
            change(
                "aws_iam_role",
                &["update"],
                role("assume_role_policy", "a".into()),
                role("assume_role_policy", "b".into()),
            ),
            "✗ of aws_iam_role.app changes too: assume_role_policy",
        ),
        (unknown, "✗ of aws_iam_role.app changes too: inline_policy"),
    ] {
        let run = verify(&[change]);
        assert_eq!(run.exit, 1, "{fault}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(fault), "{fault}: {}", run.stdout);
    }
}

#[test]
fn who_is_made_by_the_plan_may_get_something() {
    let role = |action: &str| {
        let mut role = change(
            "aws_iam_role",
            &[action],
            Value::Null,
            json!({"name": "new"}),
        );
        role["address"] = "aws_iam_role.new".into();
        role["name"] = "new".into();
        role
    };
    let mut given = change(
        "aws_iam_role_policy_attachment",
        &["create"],
        Value::Null,
        json!({"policy_arn": "arn:aws:iam::123456789012:policy/p"}),
    );
    // Its name is told only when it is applied.
    given["change"]["after_unknown"] = json!({"role": true});
    let exit = |role: Value, reference: &str, provider: &str| {
        let mut plan = plan(&[role, given.clone()]);
        let block = |kind: &str, name: &str, provider: &str, references: Value| {
            json!({"type": kind, "name": name, "provider_config_key": provider,
                   "expressions": {"role": {"references": references}}})
        };
        let references = json!([format!("{reference}.name"), reference]);
        plan["configuration"] = json!({"root_module": {"resources": [
            block("aws_iam_role", "new", "aws", json!([])),
            block("aws_iam_role_policy_attachment", "app", provider, references),
        ]}});
        verify_with(&plan, &[]).exit
    };
    assert_eq!(exit(role("create"), "aws_iam_role.new", "aws"), 0);
    // One that is there, one of whom nobody knows who that is, and one of another account.
    assert_eq!(exit(role("no-op"), "aws_iam_role.new", "aws"), 1);
    assert_eq!(exit(role("create"), "data.aws_iam_role.new", "aws"), 1);
    assert_eq!(exit(role("create"), "module.x.role", "aws"), 1);
    assert_eq!(exit(role("create"), "aws_iam_role.new", "aws.b"), 1);
}

#[test]
fn words_about_a_role_are_no_change_of_it() {
    let role = |tag: &str| json!({"name": "app", "description": tag, "tags": {"a": tag}});
    let run = verify(&[change("aws_iam_role", &["update"], role("a"), role("b"))]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("note: aws_iam_role.app is updated"),
        "{}",
        run.stdout
    );
}

#[test]
fn who_else_has_a_managed_policy_a_plan_does_not_tell() {
    let arn = "arn:aws:iam::123456789012:policy/app";
    let managed = |actions: &[&str]| json!({"name": "app", "arn": arn, "policy": policy(actions)});
    let (before, after) = (managed(BEFORE), managed(&["sqs:SendMessage"]));
    let mut plan = plan(&[change("aws_iam_policy", &["update"], before.clone(), after)]);
    let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
    let resource = |kind: &str, values: Value| {
        json!({"address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
               "values": values})
    };
    resources[1] = resource("aws_iam_policy", before);
    let attachment = json!({"role": "app", "policy_arn": arn});
    let attachment = resource("aws_iam_role_policy_attachment", attachment);
    resources.as_array_mut().unwrap().push(attachment);
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "a plan does not tell who else has a managed policy";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    let run = verify_with(&plan, &["--states-complete"]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn what_is_made_through_another_provider_may_be_of_another_account() {
    let mut plan = plan(&[updated(&["sqs:SendMessage"])]);
    let configuration = |provider: &str| {
        json!({"root_module": {"resources": [{
            "address": "aws_iam_role_policy.app", "type": "aws_iam_role_policy", "name": "app",
            "provider_config_key": provider,
        }]}})
    };
    plan["configuration"] = configuration("aws");
    assert_eq!(verify_with(&plan, &[]).exit, 0);
    plan["configuration"] = configuration("aws.b");
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "it is made through another provider than the default one";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    // That of a module is the default one, unless the module configures its own.
    plan["configuration"] = configuration("x:aws");
    assert_eq!(verify_with(&plan, &[]).exit, 0);
    plan["configuration"]["provider_config"] = json!({"x:aws": {"name": "aws"}});
    assert_eq!(verify_with(&plan, &[]).exit, 1);
}

#[test]
fn a_policy_may_be_deleted_when_nothing_of_it_is_used() {
    let deleted = |actions: &[&str]| {
        let before = inline(&policy(actions));
        change("aws_iam_role_policy", &["delete"], before, Value::Null)
    };
    let run = verify(&[deleted(&["sqs:DeleteMessage"])]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let run = verify(&[deleted(BEFORE)]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(run.stdout.contains("sqs:SendMessage"), "{}", run.stdout);
}

#[test]
fn what_one_block_makes_is_one_policy() {
    // A module that is called twice, and two resources that take one document: who has the second uses
    // what goes of the first.
    let other = "arn:aws:iam::123456789012:role/other";
    let resource = |address: &str, kind: &str, name: &str, values: Value| json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values});
    let calls = json!({"root_module": {"module_calls": {
        "a": {"source": "./m", "module": {"resources": [{"type": "aws_iam_role_policy", "name": "app"}]}},
        "b": {"module": {"resources": [{"type": "aws_iam_role_policy", "name": "app"}]}, "source": "./x/../m"},
    }}});
    let document = |name: &str| {
        json!({"type": "aws_iam_role_policy", "name": name, "expressions": {"policy": {"references": [
            "data.aws_iam_policy_document.d[0].json", "data.aws_iam_policy_document.d",
        ]}}})
    };
    let documents = json!({"root_module": {"resources": [document("app"), document("second")]}});
    let several = |first: &str, second: &str, second_name: &str, configuration: &Value| {
        let mut changed = updated(&["sqs:SendMessage"]);
        changed["address"] = first.into();
        let mut plan = plan(&[changed]);
        plan["configuration"] = configuration.clone();
        let embedded = |role: &str| json!({"name": "app", "role": role, "policy": policy(BEFORE)});
        plan["prior_state"]["values"]["root_module"]["resources"] = json!([
            resource(
                "aws_iam_role.app",
                "aws_iam_role",
                "app",
                json!({"name": "app", "arn": ROLE})
            ),
            resource(
                "aws_iam_role.other",
                "aws_iam_role",
                "other",
                json!({"name": "other", "arn": other})
            ),
            resource(first, "aws_iam_role_policy", "app", embedded("app")),
            resource(
                second,
                "aws_iam_role_policy",
                second_name,
                embedded("other")
            ),
        ]);
        plan
    };
    let (in_a, in_b) = (
        "module.a.aws_iam_role_policy.app",
        "module.b.aws_iam_role_policy.app",
    );
    let (app, second) = ("aws_iam_role_policy.app", "aws_iam_role_policy.second");
    for plan in [
        several(in_a, in_b, "app", &calls),
        several(app, second, "second", &documents),
        several(
            "aws_iam_role_policy.app[0]",
            "aws_iam_role_policy.app[1]",
            "app",
            &json!({}),
        ),
    ] {
        let run = verify_with(&plan, &[]);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        let why = "role other has it too and has no finding";
        assert!(run.stdout.contains(why), "{}", run.stdout);
    }
    // Two blocks that have nothing in common.
    let run = verify_with(&several(app, second, "second", &json!({})), &[]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
}

#[test]
fn what_else_a_plan_does_is_noted() {
    let unchanged = inline(&policy(BEFORE));
    let changes = [
        change(
            "aws_iam_role_policy",
            &["no-op"],
            unchanged.clone(),
            unchanged,
        ),
        change(
            "aws_iam_policy",
            &["create"],
            Value::Null,
            json!({"policy": policy(&["*"])}),
        ),
        change("aws_instance", &["update"], Value::Null, Value::Null),
        change(
            "aws_instance",
            &["delete", "create"],
            Value::Null,
            Value::Null,
        ),
        change("aws_instance", &["no-op"], Value::Null, Value::Null),
    ];
    let run = verify(&changes);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    The plan changes no policy.
    note: aws_iam_role_policy.app is not changed: 1 unused action stays granted
    note: aws_iam_policy.app is created
    note: of other resources 1 is replaced and 1 is updated
    ");
}

#[test]
fn a_program_gets_the_same_as_json() {
    let run = verify_with(
        &plan(&[updated(&["sqs:SendMessage"])]),
        &["--format", "json"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["holds"], true);
    let policy = &json["policies"][0];
    assert_eq!(policy["address"], "aws_iam_role_policy.app");
    assert_eq!(policy["holders"], json!(["role app"]));
    assert_eq!(policy["answer"], "holds");
    assert_eq!(policy["verdict"]["gone"], json!(["sqs:DeleteMessage"]));
}

#[test]
fn what_is_no_plan_is_refused_and_none_of_it_is_shown() {
    let state = json!({"format_version": "1.0", "values": {"root_module": {}}, "x": "canary"});
    let mut errored = plan(&[]);
    errored["errored"] = true.into();
    let mut new = plan(&[]);
    new.as_object_mut().unwrap().remove("prior_state");
    let broken = json!({"format_version": "1.2", "resource_changes": ["canary"]});
    for (plan, why) in [
        (state, "this is a state, and no plan"),
        (errored, "Terraform could not finish this plan"),
        (new, "this plan has no \"prior_state\""),
        (broken, "Terraform writes something else here"),
    ] {
        let run = verify_with(&plan, &[]);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{why}");
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(!run.stderr.contains("canary"), "{}", run.stderr);
    }
    let run = verify_with(&plan(&[]), &["--everywhere"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("--everywhere does not go with a plan"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_members_of_a_change_may_come_in_any_order() {
    let sorted = plan(&[updated(&["sqs:SendMessage"])]);
    let address = "\"address\":\"aws_iam_role_policy.app\",\"change\":";
    let mut text = sorted.to_string();
    assert!(text.contains(address), "{text}");
    // As Terraform writes it, with the type before the change.
    let kind = "\"type\":\"aws_iam_role_policy\",";
    text = text.replacen(address, &format!("{kind}{address}"), 1);
    let folder = folder();
    let path = folder.path().join("plan.json");
    std::fs::write(&path, text).unwrap();
    let mut command = iam_refine();
    let run = command
        .args(["verify".as_ref(), path.as_os_str(), "-".as_ref()])
        .run_with(FINDING);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
}
