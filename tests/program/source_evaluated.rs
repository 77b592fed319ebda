//! Whom the blocks of a tree give something to, in whichever way that is written: it is evaluated, as Terraform
//! does, and held against the state.

use crate::accounts::arn;
use crate::run::Run;
use crate::source_ahead::TAKEN;
use crate::source_uses::{COMPLETE, World, block, finding, is_believed, resource, role};
use serde_json::{Value, json};

/// A role that the state has.
fn made_role(name: &str) -> String {
    block("aws_iam_role", name, &format!("  name = \"{name}\"\n"))
}

/// An attachment of the state at a key.
fn attached(name: &str, key: &Value, role: &str) -> Value {
    let values = json!({"role": role, "policy_arn": arn("policy/m")});
    let mut attached = resource("aws_iam_role_policy_attachment", name, values);
    let address = attached["address"].as_str().unwrap();
    attached["address"] = match key {
        Value::Null => address.into(),
        key => format!("{address}[{key}]").into(),
    };
    attached
}

/// A world in which `text` gives the policy to `app`, who has it, and perhaps to `oth`, who has it not.
fn world(text: &str) -> World {
    World::managed()
        .with_block(text)
        .with(attached("x", &json!("app"), "app"))
}

fn attachment(each: &str, role: &str) -> String {
    let own = format!(
        "  for_each   = {each}\n  role       = {role}\n  policy_arn = aws_iam_policy.m.arn\n"
    );
    block("aws_iam_role_policy_attachment", "x", &own)
}

#[test]
fn keys_are_evaluated_in_whichever_form_they_are_written() {
    let other = made_role("oth");
    let roles = "locals {\n  a     = { app = { name = \"app\", on = true } }\n  b     = { oth = { name = \"oth\", on = true } }\n  \
        roles = [{ name = \"app\" }, { name = \"oth\" }]\n  off   = { oth = { name = \"oth\", on = false } }\n}\n\
        resource \"aws_thing\" \"both\" {\n  names = [\"app\", \"oth\"]\n}\n\
        resource \"aws_thing\" \"one\" {\n  names = [\"app\"]\n}\n";
    for (keys, without) in [
        ("aws_thing.both.names", "aws_thing.one.names"),
        (
            "toset([aws_iam_role.app.name, aws_iam_role.oth.name])",
            "toset([aws_iam_role.app.name])",
        ),
        (
            "{ for r in local.roles : r.name => r }",
            "{ for r in local.roles : r.name => r if r.name != \"oth\" }",
        ),
        ("merge(local.a, local.b)", "merge(local.a, {})"),
        (
            "toset(concat([\"app\"], [\"oth\"]))",
            "toset(concat([\"app\"], []))",
        ),
        (
            "toset([for name in [\"app\", \"oth\"] : name])",
            "toset([for name in [\"app\"] : name])",
        ),
        (
            "{ for k, v in merge(local.a, local.b) : k => v if v.on }",
            "{ for k, v in merge(local.a, local.off) : k => v if v.on }",
        ),
        (
            "toset(keys(merge(local.a, local.b)))",
            "toset(keys(local.a))",
        ),
        (
            "toset(values(merge(local.a, local.b))[*].name)",
            "toset(values(local.a)[*].name)",
        ),
        (
            "toset(local.roles[*].name)",
            "toset(slice(local.roles[*].name, 0, 1))",
        ),
        (
            "zipmap([\"app\", \"oth\"], [1, 2])",
            "zipmap([\"app\"], [1])",
        ),
        (
            "toset(split(\",\", \"app,oth\"))",
            "toset(split(\",\", \"app\"))",
        ),
        (
            "toset(compact([\"app\", lower(\"OTH\")]))",
            "toset(compact([\"app\", \"\"]))",
        ),
        (
            "setunion([\"app\"], [\"oth\"])",
            "setsubtract([\"app\", \"oth\"], [\"oth\"])",
        ),
        (
            "length(local.roles) > 1 ? toset([\"app\", \"oth\"]) : toset([])",
            "length(local.roles) > 2 ? toset([\"oth\"]) : toset([\"app\"])",
        ),
        (
            "toset(flatten([for r in local.roles : [r.name]]))",
            "toset(distinct(flatten([[\"app\"], [[\"app\"]]])))",
        ),
        (
            "toset([for p in setproduct([\"app\", \"oth\"], [\"x\"]) : p[0]])",
            "toset([for p in setproduct([\"app\"], [\"x\", \"y\"]) : p[0]])",
        ),
        (
            "toset([\"app\", try(local.a.app.none, \"oth\")])",
            "toset([\"app\", try(local.a.app.name, \"oth\")])",
        ),
        (
            "toset([\"app\", lookup(local.b.oth, \"name\", \"app\")])",
            "toset([\"app\", lookup(local.b.oth, \"none\", \"app\")])",
        ),
    ] {
        let ahead = world(&attachment(keys, "each.key"))
            .with_block(roles)
            .with_block(&other);
        ahead.stays(
            COMPLETE,
            "no state has what aws_iam_role_policy_attachment.x[\"oth\"] makes",
        );
        let applied = world(&attachment(without, "each.key"))
            .with_block(roles)
            .with_block(&other);
        let run = applied.refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{without}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains(TAKEN), "{without}: {}", run.stderr);
    }
}

#[test]
fn what_nobody_can_tell_is_noted_by_its_place() {
    for keys in [
        "toset(var.roles)",
        "concat([\"app\"], var.roles)",
        "{ for r in var.roles : r => r }",
        "merge({ app = 1 }, var.roles)",
        "toset(yamldecode(file(\"x.yaml\")))",
        "jsondecode(file(\"${path.module}/x.json\")).roles",
        "var.on ? toset([\"app\", \"oth\"]) : toset([\"app\"])",
        "toset([\"app\", \"${var.prefix}-oth\"])",
        "data.aws_iam_roles.all.names",
        "local.a",
        "provider::x::y([\"app\"])",
    ] {
        let endless = "locals {\n  a = local.b\n  b = local.a\n}\n";
        let world = world(&attachment(keys, "each.key")).with_block(endless);
        is_believed(&world.refine(COMPLETE), "main.tf:16");
    }
    // What gives it is told; to whom, is not.
    for role in [
        "var.role",
        "data.aws_iam_role.r.name",
        "\"${var.role}\"",
        "nosuch.thing.name",
    ] {
        let text = attachment("toset([\"app\"])", role);
        is_believed(&world(&text).refine(COMPLETE), "main.tf:16");
    }
    // Nobody can tell which policy it is.
    let own = "  role       = \"oth\"\n  policy_arn = var.arn\n";
    let text = block("aws_iam_role_policy_attachment", "x", own);
    is_believed(
        &World::managed().with_block(&text).refine(COMPLETE),
        "main.tf:16",
    );
    let text = block(
        "aws_iam_role",
        "x",
        "  name                = \"oth\"\n  managed_policy_arns = var.arns\n",
    );
    is_believed(
        &World::managed().with_block(&text).refine(COMPLETE),
        "main.tf:16",
    );
}

#[test]
fn what_is_believed_is_in_the_report_and_in_the_record() {
    let world = world(&attachment("toset(var.roles)", "each.key"));
    let markdown = world.refine(&["--states-complete", "--format", "markdown"]);
    let said = "Taken to be as the states have it, since it cannot be read: `main.tf:16`.";
    assert!(markdown.stdout.contains(said), "{}", markdown.stdout);
    let record = world.refine(&["--states-complete", "--format", "json"]);
    let record: Value = serde_json::from_str(&record.stdout).unwrap();
    assert_eq!(
        record["policies"][0]["block"]["asInStates"],
        json!(["main.tf:16"])
    );
    let plain = World::managed().refine(&["--states-complete", "--format", "json"]);
    assert!(!plain.stdout.contains("asInStates"), "{}", plain.stdout);
}

#[test]
fn roles_and_data_that_are_referred_to_are_those_of_the_state() {
    let roles = "resource \"aws_iam_role\" \"r\" {\n  for_each = toset([\"app\", \"oth\"])\n  name = each.key\n}\n\
        data \"aws_iam_role\" \"d\" {\n  name = \"oth\"\n}\nresource \"aws_iam_role\" \"new\" {\n  name_prefix = \"new\"\n}\n\
        resource \"aws_iam_role\" \"p\" {\n  name = \"${var.prefix}p\"\n}\n";
    let why = |other: &str| format!("here role is {other}, and the state has app");
    for (said, other) in [
        ("aws_iam_role.r[\"oth\"].name", "oth"),
        ("aws_iam_role.r[\"oth\"].id", "oth"),
        ("values(aws_iam_role.r)[1].name", "oth"),
        ("data.aws_iam_role.d.name", "oth"),
        ("data.aws_iam_role.d.id", "oth"),
        ("aws_iam_role.new.name", "aws_iam_role.new.name"),
        ("aws_iam_role.p.name", "aws_iam_role.p.name"),
    ] {
        let text = attachment("toset([\"app\"])", said).replace("each.key", said);
        world(&text).with_block(roles).stays(COMPLETE, &why(other));
    }
    for said in [
        "aws_iam_role.r[\"app\"].name",
        "aws_iam_role.app.name",
        "aws_iam_role.app.id",
    ] {
        let text = attachment("toset([\"app\"])", said);
        let run = world(&text).with_block(roles).refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{said}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains(TAKEN), "{said}: {}", run.stderr);
    }
    // What a variable makes of the name is as the state has it.
    let by_state = "resource \"aws_iam_role\" \"v\" {\n  name = \"${var.prefix}p\"\n}\n";
    let mut made = role("v");
    made["values"] = json!({"name": "app", "arn": arn("role/app")});
    let text = attachment("toset([\"app\"])", "aws_iam_role.v.name");
    let mut world = world(&text).with_block(by_state).with(made);
    is_known(&world.refine(COMPLETE));
    world.text = world.text.replace("${var.prefix}p", "${var.prefix}q");
    world.stays(COMPLETE, &why("…q"));
}

/// A root module whose module `m` gives the policy to whom it is called for.
fn calling(call: &str, inner: &str, made: &[(&str, &str)]) -> (World, Run) {
    let world = World::managed().with_block(call);
    let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "m"}, {"Key": "n", "Dir": "n"}, {"Key": "far", "Dir": ".terraform/modules/far"}]}"#;
    world.write("root/.terraform/modules/modules.json", modules);
    world.write("root/m/main.tf", inner);
    let given = "variable \"role\" {\n  default = \"app\"\n}\noutput \"names\" {\n  value = { name = var.role }\n}\n";
    world.write("root/n/main.tf", given);
    let modules = made.iter().map(|(address, role)| {
        let values = json!({"role": role, "policy_arn": arn("policy/m")});
        let mut attached = resource("aws_iam_role_policy_attachment", "x", values);
        attached["address"] = format!("{address}.aws_iam_role_policy_attachment.x").into();
        json!({"address": address, "resources": [attached]})
    });
    let state = json!({"format_version": "1.0", "values": {"root_module": {
        "resources": world.resources, "child_modules": modules.collect::<Vec<_>>(),
    }}});
    let run = world.refine_with(&state, COMPLETE);
    (world, run)
}

const GIVES: &str = "variable \"role\" {}\nvariable \"arns\" {}\nresource \"aws_iam_role_policy_attachment\" \"x\" {\n  \
    role       = var.role\n  policy_arn = var.arns[0]\n}\n";

#[track_caller]
fn is_ahead(run: &Run, why: &str) {
    assert!(
        run.stdout.is_empty() && run.stderr.contains(why),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[track_caller]
fn is_known(run: &Run) {
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    assert!(!run.stderr.contains(TAKEN), "{}", run.stderr);
}

#[test]
fn a_module_gives_to_each_that_it_is_called_for() {
    let call = |roles: &str| {
        format!(
            "locals {{\n  roles = {roles}\n}}\nmodule \"m\" {{\n  source   = \"./m\"\n  for_each = local.roles\n  arns     = \
             each.value.arns\n  role     = each.key\n}}\n"
        )
    };
    let both =
        "{ app = { arns = [aws_iam_policy.m.arn] }, oth = { arns = [aws_iam_policy.m.arn] } }";
    let why = "no state has what aws_iam_role_policy_attachment.x of module.m[\"oth\"] makes";
    let made = [("module.m[\"app\"]", "app")];
    is_ahead(&calling(&call(both), GIVES, &made).1, why);
    let other = both.replace(
        "oth = { arns = [aws_iam_policy.m.arn]",
        "oth = { arns = [\"arn:aws:iam::aws:policy/X\"]",
    );
    is_known(&calling(&call(&other), GIVES, &made).1);
    let some =
        "{ for k, v in { app = true, oth = false } : k => { arns = [aws_iam_policy.m.arn] } if v }";
    is_known(&calling(&call(some), GIVES, &made).1);
    let unknown = "{ for r in var.roles : r => { arns = [aws_iam_policy.m.arn] } }";
    is_believed(&calling(&call(unknown), GIVES, &made).1, "main.tf:19");
    // To another one than the state has.
    let swapped = call(both).replace("each.key", "each.key == \"app\" ? \"new\" : each.key");
    is_ahead(
        &calling(&swapped, GIVES, &made).1,
        "here role is new, and the state has app",
    );
}

#[test]
fn what_a_module_is_given_is_followed_into_it_and_out_of_it() {
    let made = [("module.m", "app")];
    let call = |role: &str| {
        let call = "module \"n\" {\n  source = \"./n\"\n  role   = \"oth\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  arns   = \
            [aws_iam_policy.m.arn]\n  role   = ROLE\n}\n";
        call.replace("ROLE", role)
    };
    let why = "here role is oth, and the state has app";
    for role in [
        "\"oth\"",
        "module.n.names.name",
        "module.n.names[\"name\"]",
        "join(\"\", [\"o\", \"th\"])",
    ] {
        is_ahead(&calling(&call(role), GIVES, &made).1, why);
    }
    is_known(&calling(&call("aws_iam_role.app.name"), GIVES, &made).1);
    let own_default = call("null").replace("role   = \"oth\"", "");
    let own_default = own_default.replace("role   = null", "role   = module.n.names.name");
    is_known(&calling(&own_default, GIVES, &made).1);
    // How many are made a literal argument tells.
    let counted = |count: &str| {
        let inner = GIVES.replace("  role ", &format!("  count = {count}\n  role "));
        inner
            + "variable \"on\" {\n  type    = bool\n  default = true\n}\nvariable \"names\" {\n  type    = list(object({ name = string, on = optional(bool, true) }))\n  default = [{ name = \"a\" }]\n}\n"
    };
    let without = call("\"app\"").replace("  arns ", "  on     = false\n  arns ");
    is_known(&calling(&without, &counted("var.on ? 1 : 0"), &[]).1);
    let why = "no state has what aws_iam_role_policy_attachment.x[0] of module.m makes";
    for count in [
        "var.on ? 1 : 0",
        "length(var.names)",
        "var.names[0].on ? 1 : 0",
        "length([for n in var.names : n if n.on])",
    ] {
        is_ahead(&calling(&call("\"app\""), &counted(count), &[]).1, why);
    }
    let none = call("\"app\"").replace(
        "  arns ",
        "  names  = [{ name = \"a\", on = false }]\n  arns ",
    );
    is_known(
        &calling(
            &none,
            &counted("length([for n in var.names : n if n.on])"),
            &[],
        )
        .1,
    );
}

#[test]
fn a_module_that_is_not_read_is_asked_for_each_that_it_is_called_for() {
    let call = |each: &str, arns: &str| {
        format!(
            "module \"far\" {{\n  source   = \"ns/m/aws\"\n  for_each = {each}\n  policies = {arns}\n}}\n"
        )
    };
    let made = [("module.far[\"app\"]", "app")];
    let own = "[aws_iam_policy.m.arn]";
    is_known(&calling(&call("toset([\"app\"])", own), GIVES, &made).1);
    let why = "aws_iam_policy.m is given to module.far[\"oth\"] here, which is not read, and no state has that it attaches it";
    is_ahead(
        &calling(&call("toset([\"app\", \"oth\"])", own), GIVES, &made).1,
        why,
    );
    is_ahead(
        &calling(
            &call(
                "{ app = [aws_iam_policy.m.arn], oth = [aws_iam_policy.m.arn] }",
                "each.value",
            ),
            GIVES,
            &made,
        )
        .1,
        why,
    );
    is_believed(
        &calling(&call("var.roles", own), GIVES, &made).1,
        "main.tf:16",
    );
}

#[test]
fn who_is_in_a_group_by_another_provider_counts() {
    let group = "resource \"aws_iam_group\" \"g\" {\n  name = \"g\"\n}\n";
    let attachment = block(
        "aws_iam_group_policy_attachment",
        "g",
        "  group      = aws_iam_group.g.name\n  policy_arn = aws_iam_policy.m.arn\n",
    );
    let world = |more: &str| {
        let world = World::managed()
            .with_block(group)
            .with_block(&attachment)
            .with_block(more);
        let world = world
            .with(resource(
                "aws_iam_group",
                "g",
                json!({"name": "g", "arn": arn("group/g")}),
            ))
            .with(resource(
                "aws_iam_group_policy_attachment",
                "g",
                json!({"group": "g", "policy_arn": arn("policy/m")}),
            ));
        let document: Value = serde_json::from_str(&crate::source_uses::live()).unwrap();
        let attached = json!([{"PolicyName": "m", "PolicyArn": arn("policy/m")}]);
        let account = json!({
            "RoleDetailList": [{"RoleName": "app", "Path": "/", "Arn": arn("role/app"), "RolePolicyList": [],
                "AttachedManagedPolicies": attached}],
            "Policies": [{"PolicyName": "m", "Arn": arn("policy/m"), "AttachmentCount": 2,
                "PermissionsBoundaryUsageCount": 0, "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}],
            "UserDetailList": [{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["g"],
                "UserPolicyList": [], "AttachedManagedPolicies": []}],
            "GroupDetailList": [{"GroupName": "g", "Arn": arn("group/g"), "AttachedManagedPolicies": attached,
                "GroupPolicyList": []}],
        });
        world.write("account.json", &account.to_string());
        world.write("ann.json", &finding("user/ann").to_string());
        world
    };
    let options = &["../account.json", "../ann.json"];
    for (arguments, other) in [
        (
            "  group_name = aws_iam_group.g.name\n  users = [\"ann\"]\n",
            "",
        ),
        (
            "  group_name = aws_iam_group.g.name\n  users = [\"ann\", \"carl\"]\n",
            "carl",
        ),
        (
            "  user_name = \"carl\"\n  groups = [for g in [aws_iam_group.g.name] : g]\n",
            "carl",
        ),
        ("  user_name = \"carl\"\n  groups = [\"h\"]\n", ""),
    ] {
        let kind = if arguments.contains("user_name") {
            "awscc_iam_user"
        } else {
            "awscc_iam_user_to_group_addition"
        };
        let world = world(&block(kind, "y", arguments));
        if other.is_empty() {
            is_known(&world.refine(options));
        } else {
            world.stays(options, &format!("{other} gets it here by a group"));
        }
    }
    is_believed(
        &world(&block(
            "awscc_iam_user",
            "y",
            "  user_name = \"carl\"\n  groups = var.groups\n",
        ))
        .refine(options),
        "main.tf:23",
    );
    let list = "  user_name = \"carl\"\n  managed_policy_arns = [aws_iam_policy.m.arn]\n";
    world(&block("awscc_iam_user", "y", list)).stays(
        options,
        "aws_iam_policy.m is attached here, and no state has it so",
    );
    let list = "  user_name = \"carl\"\n  managed_policy_arns = var.arns\n";
    is_believed(
        &world(&block("awscc_iam_user", "y", list)).refine(options),
        "main.tf:23",
    );
}

#[test]
fn what_is_not_as_it_is_written_is_not_taken_for_that() {
    let own = |policy: &str| {
        let own = format!("  role       = \"oth\"\n  policy_arn = {policy}\n");
        block("aws_iam_role_policy_attachment", "x", &own)
    };
    let why = "no state has what aws_iam_role_policy_attachment.x makes";
    for said in ["arn = null", "arn = \"\""] {
        let data = format!("data \"aws_iam_policy\" \"q\" {{\n  {said}\n  name = \"m\"\n}}\n");
        let world = World::managed().with_block(&data);
        world
            .with_block(&own("data.aws_iam_policy.q.arn"))
            .stays(COMPLETE, why);
    }
    let placeholder = "resource \"aws_ssm_parameter\" \"p\" {\n  value = \"x\"\n  lifecycle {\n    ignore_changes = [value]\n  }\n}\n";
    let world = World::managed().with_block(placeholder);
    is_believed(
        &world
            .with_block(&own("aws_ssm_parameter.p.value"))
            .refine(COMPLETE),
        "main.tf:22",
    );
    for command in [
        "attach ${aws_iam_policy.m.arn}",
        "attach arn:aws:iam::123456789012:policy/${aws_iam_policy.m.name} x",
    ] {
        let command = format!(
            "  name = \"oth\"\n  provisioner \"local-exec\" {{\n    command = \"{command}\"\n  }}\n"
        );
        let world = World::managed().with_block(&block("aws_iam_role", "x", &command));
        world.stays(
            COMPLETE,
            "aws_iam_role.x names aws_iam_policy.m, and may give it to somebody",
        );
    }
    let mut itself = World::managed();
    itself.text = itself.text.replace(
        "  name   = \"m\"\n",
        "  name   = \"m\"\n  provisioner \"local-exec\" {\n    command = \"attach ${self.arn}\"\n  }\n",
    );
    itself.stays(
        COMPLETE,
        "aws_iam_policy.m names aws_iam_policy.m, and may give it to somebody",
    );
}

#[test]
fn blocks_of_another_folder_that_are_laid_over_each_other_are_noted() {
    let call = "module \"m\" {\n  source = \"./m\"\n  arns   = [aws_iam_policy.m.arn]\n  role   = \"app\"\n}\n";
    let made = [("module.m", "app")];
    let (world, run) = calling(call, GIVES, &made);
    is_known(&run);
    let over = block("aws_iam_role_policy_attachment", "x", "  role = \"oth\"\n");
    world.write("root/m/x_override.tf", &over);
    let state = std::fs::read_to_string(world.folder.path().join("state.json")).unwrap();
    let run = world.refine_with(&serde_json::from_str(&state).unwrap(), COMPLETE);
    is_believed(&run, "m/main.tf:3");
    is_believed(&run, "m/x_override.tf:1");
}

/// An attachment that gives to `app` and perhaps to others, as far as a variable decides.
fn decided(own: &str, key: &str) -> World {
    let text = format!("{own}  policy_arn = aws_iam_policy.m.arn\n");
    let key: Value = serde_json::from_str(key).unwrap();
    World::managed()
        .with_block(&block("aws_iam_role_policy_attachment", "x", &text))
        .with(attached("x", &key, "app"))
}

#[test]
fn what_a_condition_leaves_to_be_made_is_noted_where_the_state_does_not_have_all_of_it() {
    let each = "  role = each.key\n  for_each = ";
    for (own, key, is_noted) in [
        ("  role = \"app\"\n  count = var.on ? 1 : 0\n", "0", false),
        (
            "  role = \"app\"\n  count = (var.on ? 1 : (var.more ? 1 : 0))\n",
            "0",
            false,
        ),
        (
            "  role = [\"app\", \"oth\"][count.index]\n  count = var.on ? 2 : 1\n",
            "0",
            true,
        ),
        (
            "  role = \"app\"\n  count = var.on ? 1 : var.n\n",
            "0",
            false,
        ),
        ("  role = \"oth\"\n  count = var.on ? 1 : 0\n", "5", true),
        // What a condition that is known does not decide is not looked at.
        ("  role = \"app\"\n  count = true ? 1 : var.n\n", "0", false),
        (
            &format!("{each}var.on ? toset([\"app\"]) : toset([])\n"),
            "\"app\"",
            false,
        ),
        (
            &format!("{each}var.on ? toset([\"app\", \"oth\"]) : toset([\"app\"])\n"),
            "\"app\"",
            true,
        ),
        (
            &format!("{each}var.on ? {{ app = 1 }} : {{ app = 2 }}\n"),
            "\"app\"",
            false,
        ),
    ] {
        let run = decided(own, key).refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{own}: {}",
            run.stderr
        );
        assert_eq!(
            run.stderr.contains(TAKEN),
            is_noted,
            "{own}: {}",
            run.stderr
        );
    }
    // What may be there no more is not taken to be there.
    let counted = block(
        "aws_iam_role",
        "c",
        "  name = \"c\"\n  count = var.on ? 1 : 0\n",
    );
    let mut c = role("c");
    c["address"] = "aws_iam_role.c[0]".into();
    let own = "  role = length(aws_iam_role.c) > 0 ? \"app\" : \"oth\"\n";
    let run = decided(own, "null")
        .with_block(&counted)
        .with(c)
        .refine(COMPLETE);
    assert!(run.stderr.contains(TAKEN), "{}", run.stderr);
}

#[test]
fn what_a_condition_decides_is_as_the_state_has_it() {
    let other = |own: &str, values: Value| {
        let text = format!("  name = \"oth\"\n{own}");
        World::managed()
            .with_block(&block("aws_iam_role", "oth", &text))
            .with(resource("aws_iam_role", "oth", values))
    };
    let state = json!({"name": "oth", "arn": arn("role/oth"), "managed_policy_arns": [], "permissions_boundary": ""});
    for own in [
        "  managed_policy_arns = var.on ? [aws_iam_policy.m.arn] : []\n",
        "  permissions_boundary = var.on ? aws_iam_policy.m.arn : null\n",
        "  permissions_boundary = try(var.b, aws_iam_policy.m.arn)\n",
    ] {
        is_believed(&other(own, state.clone()).refine(COMPLETE), "main.tf:16");
    }
    // Of one that the state does not have nothing is known to be otherwise.
    let own = "  managed_policy_arns = var.on ? [aws_iam_policy.m.arn] : []\n";
    let text = block("aws_iam_role", "new", &format!("  name = \"new\"\n{own}"));
    World::managed()
        .with_block(&text)
        .stays(COMPLETE, "is attached here, and no state has it so");
    // Nor which policy is attached, where the state has another one there.
    let o = json!({"name": "o", "arn": arn("policy/o"), "policy": "{}"});
    let z = json!({"role": "zed", "policy_arn": arn("policy/o")});
    let chosen =
        "  role = \"zed\"\n  policy_arn = var.on ? aws_iam_policy.m.arn : aws_iam_policy.o.arn\n";
    let attachment = block("aws_iam_role_policy_attachment", "z", chosen);
    let world = || {
        let policy = block("aws_iam_policy", "o", "  name = \"o\"\n  policy = var.p\n");
        World::managed()
            .with_block(&attachment)
            .with_block(&policy)
            .with(resource("aws_iam_policy", "o", o.clone()))
    };
    let there = world().with(resource("aws_iam_role_policy_attachment", "z", z));
    is_believed(&there.refine(COMPLETE), "main.tf:16");
    let why = "no state has what aws_iam_role_policy_attachment.z makes";
    world().stays(COMPLETE, why);
}

#[test]
fn a_number_that_is_made_a_text_is_no_number_any_more() {
    let locals = "locals {\n  mixed = tomap({ enabled = true, name = \"x\" })\n}\n";
    let role = "local.mixed[\"enabled\"] == true ? \"oth\" : \"app\"";
    let run = decided(&format!("  role = {role}\n"), "null")
        .with_block(locals)
        .refine(COMPLETE);
    assert!(run.stderr.contains(TAKEN), "{}", run.stderr);
}

#[test]
fn an_attribute_is_of_the_type_that_its_provider_says() {
    let made = "resource \"null_resource\" \"n\" {\n  triggers = {\n    on = true\n    of = \"5\"\n  }\n}\n\
        resource \"aws_db_instance\" \"n\" {\n  identifier = null\n}\n\
        resource \"aws_iam_group_membership\" \"n\" {\n  users = [\"zed\", \"app\"]\n}\n\
        resource \"terraform_data\" \"n\" {\n  input = true\n}\n";
    let is_noted = |role: &str| {
        let world = world(&attachment("toset([\"app\"])", role)).with_block(made);
        let run = world.refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{role}: {}",
            run.stderr
        );
        run.stderr.contains(TAKEN)
    };
    for role in [
        "null_resource.n.triggers[\"on\"] == true ? \"app\" : \"zed\"",
        "null_resource.n.triggers.of == \"5\" ? \"app\" : \"zed\"",
        "aws_db_instance.n.identifier == null ? \"app\" : \"zed\"",
        "coalesce(aws_db_instance.n.identifier, \"app\")",
        "tolist(aws_iam_group_membership.n.users)[1]",
        "length(aws_iam_group_membership.n.users) == 2 ? \"app\" : \"zed\"",
    ] {
        assert!(is_noted(role), "{role}");
    }
    for role in [
        "terraform_data.n.input == true ? \"app\" : \"zed\"",
        "contains(aws_iam_group_membership.n.users, \"zed\") ? \"app\" : \"zed\"",
    ] {
        assert!(!is_noted(role), "{role}");
    }
}

#[test]
fn what_a_file_holds_is_read_where_its_path_is_known() {
    let world = |role: &str| {
        let world = world(&attachment("toset([\"app\"])", role));
        world.write("root/role.txt", "app");
        world.write(
            "root/roles.json",
            "{\"own\": [\"app\"], \"zed\": [\"zed\"]}",
        );
        world.write("root/role.tpl", "${name}");
        world.write("outside.txt", "app");
        world
    };
    for own in [
        "file(\"role.txt\")",
        "file(\"${path.module}/role.txt\")",
        "jsondecode(file(\"${path.root}/roles.json\")).own[0]",
        "templatefile(\"role.tpl\", { name = \"app\" })",
    ] {
        let run = world(own).refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{own}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains(TAKEN), "{own}: {}", run.stderr);
    }
    let other = "jsondecode(file(\"roles.json\")).zed[0]";
    world(other).stays(COMPLETE, "here role is zed");
    // What is not there, or elsewhere, nobody can tell.
    for unknown in [
        "file(\"other.txt\")",
        "file(\"../outside.txt\")",
        "file(var.x)",
    ] {
        is_believed(&world(unknown).refine(COMPLETE), "main.tf:16");
    }
}
