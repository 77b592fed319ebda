//! `verify` of a plan of Terraform: what else it does with who may do what.

use crate::plan_world::{
    block, change, configuration, good, inline, plan, policy, verify, verify_with,
};
use serde_json::{Value, json};

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

/// A plan that makes a role, or finds it there, and attaches something to what `reference` names; to whom
/// is told where `told` has it.
fn giving(role: &Value, told: &Value, reference: &str, provider: &str) -> Value {
    let mut given = change(
        "aws_iam_role_policy_attachment",
        &["create"],
        Value::Null,
        json!({"policy_arn": "arn:aws:iam::123456789012:policy/p"}),
    );
    for (key, value) in told.as_object().unwrap() {
        given["change"][key]["role"] = value.clone();
    }
    let mut plan = plan(&[good(), role.clone(), given]);
    let mut attachment = block("aws_iam_role_policy_attachment", "app", provider);
    let references = json!([format!("{reference}.name"), reference]);
    attachment["expressions"] = json!({"role": {"references": references}});
    let blocks = [
        block("aws_iam_role", "app", "aws"),
        block("aws_iam_role_policy", "app", "aws"),
        block("aws_iam_role", "new", "aws"),
        attachment,
    ];
    plan["configuration"] = configuration(&blocks, &["aws", "aws.b"]);
    plan
}

fn new_role(action: &str, mut after: Value) -> Value {
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"}}});
    after["assume_role_policy"] = trust.to_string().into();
    let mut role = change("aws_iam_role", &[action], Value::Null, after);
    role["address"] = "aws_iam_role.new".into();
    role["name"] = "new".into();
    role
}

#[test]
fn who_is_made_by_the_plan_may_get_something() {
    let exit = |action: &str, reference: &str, provider: &str| {
        let role = new_role(action, json!({"name": "svc"}));
        let told = json!({"after": "svc"});
        verify_with(&giving(&role, &told, reference, provider), &[]).exit
    };
    assert_eq!(exit("create", "aws_iam_role.new", "aws"), 0);
    // One that is there, one of whom nobody knows who that is, and one of another account.
    assert_eq!(exit("no-op", "aws_iam_role.new", "aws"), 1);
    assert_eq!(exit("create", "data.aws_iam_role.new", "aws"), 1);
    assert_eq!(exit("create", "module.x.role", "aws"), 1);
    assert_eq!(exit("create", "aws_iam_role.new", "aws.b"), 1);
}

#[test]
fn a_name_that_is_made_of_that_of_a_new_role_is_another() {
    let run = |role: &Value, told: Value| {
        verify_with(&giving(role, &told, "aws_iam_role.new", "aws"), &[])
    };
    let role = new_role("create", json!({"name": "svc"}));
    // As `"${aws_iam_role.new.name}-admin"` makes it, who is there already.
    let another = run(&role, json!({"after": "svc-admin"}));
    assert_eq!(another.exit, 1, "{}", another.stdout);
    // As `aws_iam_role.new.id` does, and a text that is made with it.
    let unknown = json!({"after_unknown": true});
    let not_told = run(&role, unknown.clone());
    assert_eq!(not_told.exit, 1, "{}", not_told.stdout);
    let why = "for whom is known only after apply; refer to the new one by its name";
    assert!(not_told.stdout.contains(why), "{}", not_told.stdout);
    // Nor is another attribute its name.
    let boundary = "aws_iam_role.new.permissions_boundary\",\"aws_iam_role.new";
    let mut plan = giving(&role, &json!({"after": "svc"}), "aws_iam_role.new", "aws");
    let text = plan
        .to_string()
        .replace("aws_iam_role.new.name\",\"aws_iam_role.new", boundary);
    plan = serde_json::from_str(&text).unwrap();
    assert_eq!(verify_with(&plan, &[]).exit, 1);
    // Nobody is there whose name begins with one that does not exist yet.
    let mut nameless = new_role("create", json!({"name_prefix": "svc"}));
    nameless["change"]["after_unknown"]["name"] = true.into();
    assert_eq!(run(&nameless, unknown).exit, 0);
}

#[test]
fn one_of_several_new_roles_may_get_something() {
    let role = new_role("create", json!({"name": "svc"}));
    let mut plan = giving(&role, &json!({"after": "svc"}), "aws_iam_role.new", "aws");
    for (references, exit) in [
        (["aws_iam_role.new", "each.key"], 0),
        (["aws_iam_role.new", "count.index"], 0),
        (["aws_iam_role.new", "var.name"], 1),
    ] {
        let blocks = plan["configuration"]["root_module"]["resources"].as_array_mut();
        blocks.unwrap().last_mut().unwrap()["expressions"] =
            json!({"role": {"references": references}});
        assert_eq!(verify_with(&plan, &[]).exit, exit, "{references:?}");
    }
}

#[test]
fn whom_a_new_role_lets_do_what_it_may_is_no_pass() {
    let run = |trust: Value| {
        let mut role = new_role("create", json!({"name": "svc"}));
        role["change"]["after"]["assume_role_policy"] = trust;
        verify(&[good(), role])
    };
    let statement = |principal: Value| json!({"Effect": "Allow", "Principal": principal});
    let policy = |statements: Value| Value::from(json!({"Statement": statements}).to_string());
    let service = statement(json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}));
    let passed = run(policy(json!([service])));
    assert_eq!(passed.exit, 0, "{}", passed.stdout);
    let note = "note: aws_iam_role.new is created, which ec2.amazonaws.com and lambda.amazonaws.com may assume";
    assert!(passed.stdout.contains(note), "{}", passed.stdout);
    let app = "arn:aws:iam::123456789012:role/app";
    for (trust, why) in [
        (
            policy(json!([service, statement(json!({"AWS": app}))])),
            "arn:aws:iam::123456789012:role/app may assume it",
        ),
        (policy(statement("*".into())), "* may assume it"),
        (
            policy(json!([statement(
                json!({"Federated": "cognito-identity.amazonaws.com"})
            )])),
            "cognito-identity.amazonaws.com may assume it",
        ),
        (
            policy(json!([{"Effect": "Allow", "NotPrincipal": {"AWS": app}}])),
            "is not told",
        ),
        ("{}".into(), "is not told"),
        (Value::Null, "is not told"),
    ] {
        let run = run(trust);
        assert_eq!(run.exit, 1, "{why}: {}", run.stdout);
        assert!(run.stdout.contains(why), "{why}: {}", run.stdout);
    }
    let mut unknown = new_role("create", json!({"name": "svc"}));
    unknown["change"]["after_unknown"]["assume_role_policy"] = true.into();
    let run = verify(&[good(), unknown]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "who may assume it is known only after apply";
    assert!(run.stdout.contains(why), "{}", run.stdout);
}

#[test]
fn words_about_a_role_are_no_change_of_it_and_tags_are() {
    let plan_with = |key: &str, value: [Value; 2]| {
        let [before, after] = value.map(|value| json!({"name": "app", key: value}));
        let role = change("aws_iam_role", &["update"], before, after);
        verify(&[good(), role])
    };
    let run = plan_with("description", ["a".into(), "b".into()]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    let note = "note: aws_iam_role.app is updated";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    // Conditions ask for them, of this role's policies and of others.
    let run = plan_with("tags", [json!({"team": "a"}), json!({"team": "admin"})]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault = "✗ of aws_iam_role.app changes too: tags";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
}

#[test]
fn what_else_a_plan_does_is_noted() {
    let mut second = change(
        "aws_iam_policy",
        &["create"],
        Value::Null,
        json!({"policy": policy(&["*"])}),
    );
    second["address"] = "aws_iam_policy.second".into();
    let queue = |name: &str| json!({"name": name, "redrive_policy": "{\"maxReceiveCount\": 3}"});
    let changes = [
        good(),
        second,
        change(
            "aws_sqs_queue",
            &["update"],
            queue("a"),
            json!({"name": "a"}),
        ),
        change("aws_sqs_queue", &["update"], queue("a"), queue("b")),
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
    let notes: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("note"))
        .collect();
    let others = "note: not judged: 1 aws_instance is replaced and 2 aws_sqs_queue are updated";
    assert_eq!(
        notes[1..],
        ["note: aws_iam_policy.second is created", others]
    );
}

#[test]
fn an_action_that_is_run_is_noted_or_a_fault() {
    let verify_action = |kind: &str, values: Value| {
        let mut plan = plan(&[good()]);
        plan["action_invocations"] = json!([{"address": format!("action.{kind}.x"), "type": kind,
            "name": "x", "config_values": values, "config_unknown": {}, "config_sensitive": {},
            "provider_name": "registry.terraform.io/hashicorp/aws", "lifecycle_action_trigger": {}}]);
        verify_with(&plan, &[])
    };
    let run = verify_action(
        "aws_lambda_invoke",
        json!({"function_name": "x", "payload": "{}"}),
    );
    assert_eq!(run.exit, 0, "{}", run.stdout);
    let note = "note: not judged: 1 aws_lambda_invoke is run";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    let payload = r#"{"arn": "arn:aws:iam::123456789012:policy/app"}"#;
    let run = verify_action(
        "aws_lambda_invoke",
        json!({"function_name": "x", "payload": payload}),
    );
    let fault = "by its payload who may do what changes";
    assert!(
        run.exit == 1 && run.stdout.contains(fault),
        "{}",
        run.stdout
    );
    assert_eq!(verify_action("aws_iam_x", json!({})).exit, 1);
}

#[test]
fn a_resource_of_any_type_may_change_who_may_do_what() {
    let open = || Value::from(policy(&["*"]));
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let roles = |name: &str| json!({"authenticated": name});
    let annotations = |name: &str| json!([{"annotations": {"eks.amazonaws.com/x": role(name)}}]);
    let text = |text: &str| Value::from(text);
    let none = || Value::Null;
    for (kind, by, before, after) in [
        (
            "aws_kms_key",
            "policy",
            policy(&["kms:Decrypt"]).into(),
            open(),
        ),
        ("aws_sqs_queue", "policy", text("{}"), open()),
        ("aws_s3control_bucket_policy", "policy", open(), none()),
        ("aws_opensearch_domain", "access_policies", open(), text("")),
        ("aws_instance", "iam_instance_profile", text("a"), text("b")),
        (
            "aws_lambda_function",
            "role",
            role("a").into(),
            role("b").into(),
        ),
        ("aws_x_pool", "roles", roles("a"), roles("b")),
        (
            "aws_rolesanywhere_profile",
            "role_arns",
            none(),
            json!([role("a")]),
        ),
        ("aws_x_share", "principal", none(), text("999999999999")),
        (
            "aws_function_url",
            "authorization_type",
            text("AWS_IAM"),
            text("NONE"),
        ),
        (
            "kubernetes_service_account",
            "metadata",
            annotations("a"),
            annotations("b"),
        ),
        (
            "aws_x_stack",
            "template_body",
            text("{}"),
            text("AWS::IAM::Role"),
        ),
        (
            "aws_db_snapshot",
            "shared_accounts",
            json!([]),
            json!(["999999999999"]),
        ),
        (
            "aws_x_stack",
            "body",
            text("Statement:\n  A"),
            text("Statement:\n  B"),
        ),
        (
            "aws_api_gateway_method",
            "authorization",
            text("CUSTOM"),
            text("NONE"),
        ),
        ("aws_s3_bucket", "acl", text("private"), text("public-read")),
    ] {
        let [before, after] = [before, after].map(|value| json!({"name": "x", by: value}));
        let change = change(kind, &["update"], before, after);
        let run = verify(&[good(), change]);
        assert_eq!(run.exit, 1, "{kind}: {}{}", run.stdout, run.stderr);
        let fault = format!("✗ {kind}.app is updated: by its {by} who may do what changes");
        assert!(run.stdout.contains(&fault), "{kind}: {}", run.stdout);
    }
}

#[test]
fn any_change_of_some_types_changes_who_may_do_what() {
    for kind in [
        "aws_lambda_permission",
        "aws_kms_grant",
        "aws_cognito_identity_pool_roles_attachment",
        "aws_ram_principal_association",
        "aws_lakeformation_permissions",
        "aws_ram_resource_association",
        "aws_cloudformation_stack",
        "aws_s3_bucket_public_access_block",
    ] {
        let change = change(kind, &["delete"], json!({"x": "a"}), Value::Null);
        let run = verify(&[good(), change]);
        assert_eq!(run.exit, 1, "{kind}: {}", run.stdout);
        let fault = format!("✗ {kind}.app is deleted: who may do what changes by more");
        assert!(run.stdout.contains(&fault), "{kind}: {}", run.stdout);
    }
}

#[test]
fn what_stays_of_a_resource_says_nothing() {
    let role = "arn:aws:iam::123456789012:role/a";
    let function = |code: &str, tag: &str| {
        json!({"role": role, "code": code, "policy": policy(&["*"]), "tags": {"role": tag},
               "environment": [{"variables": {"X": code}}]})
    };
    let updated_function = change(
        "aws_lambda_function",
        &["update"],
        function("1", "a"),
        function("2", "b"),
    );
    // Terraform lists what the provider may fill in, too.
    let mut made = change(
        "aws_sqs_queue",
        &["create"],
        Value::Null,
        json!({"name": "q"}),
    );
    made["change"]["after_unknown"] = json!({"id": true, "policy": true});
    let mut plan = plan(&[good(), updated_function, made]);
    let blocks = plan["configuration"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap();
    let mut queue = block("aws_sqs_queue", "app", "aws");
    queue["expressions"] = json!({"name": {"constant_value": "q"}});
    blocks.push(queue);
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    // What somebody wrote down, and is known only after apply.
    let last = plan["configuration"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
        .last_mut();
    last.unwrap()["expressions"]["policy"] = json!({"references": ["x.y"]});
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("✗ aws_sqs_queue.app is created: by its policy"),
        "{}",
        run.stdout
    );
    // Nor does anybody know of a block that the configuration does not have.
    plan["configuration"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
        .pop();
    assert_eq!(verify_with(&plan, &[]).exit, 1);
}

#[test]
fn what_is_sensitive_may_have_changed() {
    let role = |key: &str| json!({"name": "app", "assume_role_policy": "(sensitive value)", "description": key});
    let mut masked = change("aws_iam_role", &["update"], role("a"), role("b"));
    masked["change"]["after_sensitive"] = json!({"assume_role_policy": true});
    let run = verify(&[good(), masked]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("changes too: assume_role_policy"),
        "{}",
        run.stdout
    );

    let queue = |name: &str| json!({"name": name, "policy": "(sensitive value)"});
    let mut masked = change("aws_sqs_queue", &["update"], queue("a"), queue("b"));
    masked["change"]["before_sensitive"] = json!({"policy": true});
    let run = verify(&[good(), masked]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("is updated: by its policy"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_part_of_a_plan_is_no_pass() {
    let mut plan = plan(&[good()]);
    plan["complete"] = true.into();
    assert_eq!(verify_with(&plan, &[]).exit, 0);
    plan["deferred_changes"] = json!([]);
    assert_eq!(verify_with(&plan, &[]).exit, 0);
    let mut deferred = plan.clone();
    deferred["deferred_changes"] = json!([{"reason": "x", "resource_change": {}}]);
    assert_eq!(verify_with(&deferred, &[]).exit, 1);
    let mut deferred = plan.clone();
    deferred["deferred_action_invocations"] = json!([{"reason": "x", "action_invocation": {}}]);
    assert_eq!(verify_with(&deferred, &[]).exit, 1);
    plan["complete"] = false.into();
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault = "✗ the plan is not all that Terraform would do";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
}

#[test]
fn an_earlier_one_that_is_yet_to_be_deleted_is_not_the_one_of_the_same_address() {
    let mut deposed = change(
        "aws_iam_role_policy",
        &["delete"],
        json!({"name": "app", "role": "old", "policy": policy(&["sqs:DeleteMessage"])}),
        Value::Null,
    );
    let run = verify(&[deposed.clone()]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "the plan takes it from somebody else than the state has it with";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    deposed["change"]["before"]["role"] = "app".into();
    assert_eq!(verify(&[deposed.clone()]).exit, 0);
    deposed["deposed"] = "abcd1234".into();
    let run = verify(&[good(), deposed]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault = "✗ an earlier one of aws_iam_role_policy.app is deleted";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
}
