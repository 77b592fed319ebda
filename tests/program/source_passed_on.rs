//! What is given on by one thing to the next before somebody gets it: by members of objects, texts, data, files, and
//! what Terraform keeps no more of.

use crate::accounts::arn;
use crate::source_ahead::{OF_A_GROUP, TAKEN, of_a_group};
use crate::source_given::{WRITTEN_DOWN, may_give};
use crate::source_uses::{COMPLETE, ROLE, World, block, resource, role};
use serde_json::json;

fn stack(argument: &str) -> String {
    block("aws_cloudformation_stack", "z", &format!("  {argument}\n"))
}

fn command(line: &str) -> String {
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = {line}\n  }}\n");
    block("null_resource", "z", &provisioner)
}

const STACK: &str = "aws_cloudformation_stack.z";

#[track_caller]
fn stays(blocks: &[&str], address: &str) {
    let world = World::managed().with_block(&blocks.concat());
    world.stays(COMPLETE, &may_give(address));
}

#[test]
fn a_member_that_is_asked_for_by_its_key_is_that_member() {
    let objects = "locals {\n  pols = {\n    app   = { arn = aws_iam_policy.m.arn, name = \"x\" }\n    other = { arn = \
        \"arn:aws:iam::aws:policy/x\" }\n  }\n}\n";
    for asked in [
        "local.pols[\"app\"].arn",
        "local.pols.app[\"arn\"]",
        "local.pols[var.key].arn",
    ] {
        stays(
            &[
                objects,
                &stack(&format!("template_body = jsonencode({{ a = {asked} }})")),
            ],
            STACK,
        );
    }
    let each = command("\"attach ${local.pols[each.value].arn}\"")
        .replace("  provisioner", "  for_each = var.users\n  provisioner");
    stays(&[objects, &each], "null_resource.z");
    let other = stack("template_body = jsonencode({ a = local.pols[\"other\"].arn })");
    World::managed()
        .with_block(&[objects, &other].concat())
        .is_edited_in_silence(COMPLETE);
    // Of a list each may be the one.
    let list = "locals {\n  all = [{ arn = aws_iam_policy.m.arn }]\n}\n";
    stays(
        &[
            list,
            &stack("template_body = jsonencode({ a = local.all[0].arn })"),
        ],
        STACK,
    );
}

#[test]
fn a_text_with_the_arn_in_it_is_written_down_wherever_it_stands() {
    let literal = arn("policy/m");
    for arn in ["${aws_iam_policy.m.arn}", literal.as_str()] {
        for (kind, argument) in [
            ("aws_instance", "user_data"),
            ("aws_sfn_state_machine", "definition"),
            ("aws_ssm_parameter", "value"),
        ] {
            for text in [
                format!(
                    "<<-EOT\n    aws iam attach-role-policy --policy-arn {arn} --role-name z\n  EOT"
                ),
                format!("\"{arn},arn:aws:iam::aws:policy/ReadOnlyAccess\""),
            ] {
                let world = World::managed().with_block(&block(
                    kind,
                    "z",
                    &format!("  {argument} = {text}\n"),
                ));
                let run = world.refine(COMPLETE);
                assert!(run.stderr.contains(WRITTEN_DOWN), "{text}: {}", run.stderr);
                assert!(run.stdout.contains("sqs:DeleteMessage"), "{text}");
            }
        }
    }
    let list = "  guardrail_policy_arns = \"${aws_iam_policy.m.arn},x\"\n";
    let kind = "aws_chatbot_slack_channel_configuration";
    stays(&[&block(kind, "z", list)], &format!("{kind}.z"));
    let remark = "  description = \"has ${aws_iam_policy.m.arn}\"\n  tags = { a = \"of ${aws_iam_policy.m.arn}\" }\n";
    World::managed()
        .with_block(&block("aws_instance", "z", remark))
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn what_data_makes_of_the_arn_counts_where_it_is_asked_for() {
    let template = |more: &str| {
        format!(
            "data \"template_file\" \"t\" {{\n  template = \"x $${{arn}}\"\n  vars = {{ arn = {more} }}\n}}\n"
        )
    };
    let null = "data \"null_data_source\" \"t\" {\n  inputs = { arn = aws_iam_policy.m.arn }\n}\n";
    let made = block(
        "terraform_data",
        "t",
        "  input = { arn = aws_iam_policy.m.arn }\n",
    );
    for (from, asked) in [
        (
            template("aws_iam_policy.m.arn").as_str(),
            "data.template_file.t.rendered",
        ),
        (null, "data.null_data_source.t.outputs[\"arn\"]"),
        (made.as_str(), "terraform_data.t.output.arn"),
        (made.as_str(), "jsonencode(terraform_data.t.input)"),
    ] {
        stays(
            &[
                from,
                &stack(&format!("template_body = jsonencode({asked})")),
            ],
            STACK,
        );
        stays(&[from, &command(asked)], "null_resource.z");
    }
    let config = "data \"cloudinit_config\" \"t\" {\n  part {\n    content = \"x ${aws_iam_policy.m.arn}\"\n  }\n}\n";
    let instance = block(
        "aws_instance",
        "z",
        "  user_data = data.cloudinit_config.t.rendered\n",
    );
    let run = World::managed()
        .with_block(config)
        .with_block(&instance)
        .refine(COMPLETE);
    assert!(run.stderr.contains(WRITTEN_DOWN), "{}", run.stderr);
    let post =
        "data \"http\" \"t\" {\n  request_body = jsonencode({ a = aws_iam_policy.m.arn })\n}\n";
    stays(&[post], "data.http.t");
    let other = template("aws_iam_role.app.arn");
    let asked = stack("template_body = data.template_file.t.rendered");
    World::managed()
        .with_block(&[&other, asked.as_str()].concat())
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn a_file_that_is_run_or_read_counts() {
    let script = format!(
        "aws iam attach-user-policy --policy-arn {}\n",
        arn("policy/m")
    );
    let read = "data \"local_file\" \"t\" {\n  filename = \"${path.module}/attach.sh\"\n}\n";
    let chart = block("helm_release", "z", "  chart = \"./chart\"\n");
    let remote = command("x").replace("command = x", "script = \"attach.sh\"");
    for (text, address) in [
        (
            command("\"${path.module}/attach.sh --now\""),
            "null_resource.z",
        ),
        (command("\"sh ./attach.sh\""), "null_resource.z"),
        (remote, "null_resource.z"),
        (
            format!(
                "{read}{}",
                stack("template_body = data.local_file.t.content")
            ),
            STACK,
        ),
        (chart, "helm_release.z"),
    ] {
        let world = World::managed().with_block(&text);
        let other = script.replace("policy/m", "policy/mm");
        world.write("root/attach.sh", &other);
        world.write("root/chart/templates/x.yaml", &other);
        world.is_edited_in_silence(COMPLETE);
        world.write("root/attach.sh", &script);
        world.write("root/chart/templates/x.yaml", &script);
        world.stays(COMPLETE, &may_give(address));
    }
}

#[test]
fn a_group_that_is_written_down_or_in_a_file_is_noted() {
    let add = "aws iam add-user-to-group --group-name g --user-name zed";
    let template = "data \"template_file\" \"t\" {\n  template = \"x $${g}\"\n  vars = { g = aws_iam_group.g.name }\n}\n";
    let instance = |text: &str| block("aws_instance", "z", &format!("  user_data = {text}\n"));
    for (before, text) in [
        ("", instance(&format!("\"{add}\""))),
        ("", instance("\"x ${aws_iam_group.g.name}\"")),
        ("", command("\"./add.sh\"")),
        ("", stack("template_body = file(\"t.yaml\")")),
        (template, command("data.template_file.t.rendered")),
    ] {
        let world = of_a_group(&format!("{before}{text}"));
        world.write("root/add.sh", add);
        world.write(
            "root/t.yaml",
            "Type: AWS::IAM::UserToGroupAddition\nGroupName: g\n",
        );
        world.is_noted(OF_A_GROUP, &text, TAKEN);
    }
    for other in [
        instance("\"aws iam add-user-to-group --group-name h\""),
        block(
            "aws_instance",
            "z",
            "  tags = { team = aws_iam_group.g.name }\n",
        ),
        block(
            "x_iam_group_users",
            "z",
            "  group = aws_iam_group.g.name\n  users = [\"ann\"]\n",
        ),
    ] {
        of_a_group(&other).is_edited_in_silence(OF_A_GROUP);
    }
}

#[test]
fn a_module_that_is_not_read_and_has_the_group_is_noted() {
    let call = "module \"staff\" {\n  source = \"ns/m/aws\"\n  name   = \"g\"\n  users  = [\"ann\", \"bob\"]\n}\n";
    for (kind, values) in [
        ("aws_iam_group", json!({"name": "g", "arn": arn("group/g")})),
        (
            "aws_iam_group_membership",
            json!({"name": "x", "group": "g", "users": ["ann"]}),
        ),
        ("aws_iam_group", json!({"name": "h", "arn": arn("group/h")})),
    ] {
        let world = of_a_group(call);
        let modules = json!({"Modules": [{"Key": "", "Dir": "."},
            {"Key": "staff", "Source": "ns/m/aws", "Dir": ".terraform/modules/staff"}]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        let mut one = resource(kind, "this", values.clone());
        one["address"] = format!("module.staff.{kind}.this").into();
        let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": world.resources,
            "child_modules": [{"address": "module.staff", "resources": [one]}]}}});
        let run = world.refine_with(&state, OF_A_GROUP);
        assert_eq!(
            run.stderr.contains(TAKEN),
            values["name"] != "h",
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_module_that_is_not_read_may_give_it_to_more_than_an_account_shows() {
    let call = "module \"d\" {\n  source     = \"ns/x/aws\"\n  policy_arn = aws_iam_policy.m.arn\n  roles = [\"app\", \"other\"]\n}\n";
    let world = World::managed();
    let own = world
        .text
        .split("resource \"aws_iam_role_policy_attachment\"")
        .next()
        .unwrap();
    let world = World::of(&[own, call], world.resources[..2].to_vec());
    let mut attached = resource(
        "aws_iam_role_policy_attachment",
        "x",
        json!({"role": "app", "policy_arn": arn("policy/m")}),
    );
    attached["address"] = "module.d.aws_iam_role_policy_attachment.x".into();
    let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": world.resources,
        "child_modules": [{"address": "module.d", "resources": [attached]}]}}});
    let document: serde_json::Value = serde_json::from_str(&crate::source_uses::live()).unwrap();
    let account = json!({"UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": [{"RoleName": "app", "Arn": arn("role/app"), "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "m", "PolicyArn": arn("policy/m")}]}],
        "Policies": [{"PolicyName": "m", "Arn": arn("policy/m"), "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]});
    world.write("account.json", &account.to_string());
    let run = world.refine_with(&state, &["../account.json"]);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let place = format!("note: main.tf:{}:", world.line_of(call));
    let mut lines = run.stderr.lines();
    assert!(
        lines.any(|line| line.starts_with(&place) && line.contains(TAKEN)),
        "{}",
        run.stderr
    );
}

#[test]
fn what_terraform_keeps_no_more_of_still_gives_it() {
    let removed =
        |from: &str, lifecycle: &str| format!("removed {{\n  from = {from}\n{lifecycle}}}\n");
    let stays_in_aws = "  lifecycle {\n    destroy = false\n  }\n";
    for from in [
        "aws_iam_role_policy_attachment.z",
        "aws_iam_role.z",
        "module.x",
        "module.x[0].aws_iam_user_policy_attachment.z",
    ] {
        let text = removed(from, stays_in_aws);
        World::managed()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
    for (from, lifecycle) in [
        (
            "aws_iam_role_policy_attachment.z",
            "  lifecycle {\n    destroy = true\n  }\n",
        ),
        ("aws_iam_role_policy.z", stays_in_aws),
        ("aws_sqs_queue.z", stays_in_aws),
        // Not applied yet, the state has it.
        ("aws_iam_role_policy_attachment.a", stays_in_aws),
    ] {
        World::managed()
            .with_block(&removed(from, lifecycle))
            .is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn the_text_that_is_read_back_from_the_role_is_somebody_elses_too() {
    let read = "  role   = \"zed\"\n  policy = one(aws_iam_role.app.inline_policy).policy\n";
    let world = World::inline().with_block(&block("aws_iam_role_policy", "z", read));
    world.stays(
        &[],
        "aws_iam_role.app.inline_policy is used here for something else too",
    );
    let other = block("aws_iam_role", "b", "  name = \"b\"\n");
    let read = read.replace("role.app", "role.b");
    let world = World::of(&[ROLE, &other], vec![role("app"), role("b")]);
    let inline = World::inline();
    let world = World::of(
        &[&world.text, &inline.text.replace(ROLE, "")],
        inline.resources,
    )
    .with(role("b"));
    let run = world
        .with_block(&block("aws_sqs_queue", "z", &read))
        .refine(&[]);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
}
