//! What is given a managed policy or a group, by blocks of whichever type and in whichever form: what may give the
//! policy to somebody keeps it as it is, and of what nobody can tell a note stands at the block.

use crate::accounts::arn;
use crate::source_ahead::{OF_A_GROUP, TAKEN, of_a_group};
use crate::source_uses::{COMPLETE, World, block, resource};
use serde_json::{Value, json};

pub const WRITTEN_DOWN: &str =
    "the ARN of aws_iam_policy.m is written down here: whoever reads it may give it to somebody";

pub fn may_give(address: &str) -> String {
    format!("{address} names aws_iam_policy.m, and may give it to somebody")
}

/// The policy with a file of Terraform in JSON beside it.
fn with_json(json: &Value) -> World {
    let world = World::managed();
    world.write("root/x.tf.json", &json.to_string());
    world
}

#[test]
fn blocks_of_json_are_what_they_are_in_hcl() {
    let m = arn("policy/m");
    let command = |line: &str| json!({"local-exec": {"command": line}});
    for provisioner in [
        command("attach ${self.triggers.a}"),
        json!([command("attach ${self.triggers.a}")]),
        json!({"local-exec": [{"command": "true"}, {"command": "attach ${self.triggers.a}"}]}),
    ] {
        let one = json!({"triggers": {"a": m}, "provisioner": provisioner});
        let world = with_json(&json!({"resource": {"null_resource": {"z": one}}}));
        world.stays(COMPLETE, &may_give("null_resource.z"));
    }
    for (refers, name) in [
        (json!({"name": "m"}), true),
        (
            json!([{"name": "${aws_iam_policy.m.name}", "path": "/"}]),
            true,
        ),
        (json!({"name": "other"}), false),
    ] {
        let one = json!({"customer_managed_policy_reference": refers, "instance_arn": "${var.i}"});
        let kind = "aws_ssoadmin_customer_managed_policy_attachment";
        let world = with_json(&json!({"resource": {kind: {"z": one}}}));
        if name {
            world.stays(COMPLETE, &format!("no state has what {kind}.z makes"));
        } else {
            world.is_edited_in_silence(COMPLETE);
        }
    }
    let dynamic = json!({"customer_managed_policy_reference": {"for_each": ["m"], "content": {"name": "${customer_managed_policy_reference.value}"}}});
    let kind = "aws_ssoadmin_customer_managed_policy_attachment";
    let world = with_json(&json!({"resource": {kind: {"z": {"dynamic": dynamic}}}}));
    world.stays(COMPLETE, &format!("no state has what {kind}.z makes"));
    // These are arguments of other blocks.
    for other in [
        json!({"locals": {"provisioner": "x", "content": "y", "lifecycle": 1}}),
        json!({"resource": {"local_file": {"f": {"content": "x"}}}}),
    ] {
        with_json(&other).is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn a_session_of_terraform_itself_that_has_the_policy_keeps_it() {
    for policy in [
        "aws_iam_policy.m.arn".to_owned(),
        format!("\"{}\"", arn("policy/m")),
    ] {
        for (text, address) in [
            (
                format!(
                    "provider \"aws\" {{\n  assume_role {{\n    policy_arns = [{policy}]\n  }}\n}}\n"
                ),
                "provider.aws",
            ),
            (
                format!(
                    "terraform {{\n  backend \"s3\" {{\n    key = \"a\"\n    bucket = \"b\"\n    region = \"c\"\n    assume_role = {{ policy_arns = [{policy}] }}\n  }}\n}}\n"
                ),
                "terraform",
            ),
        ] {
            World::managed()
                .with_block(&text)
                .stays(COMPLETE, &may_give(address));
        }
    }
    let tags = "provider \"aws\" {\n  default_tags {\n    tags = { policy = aws_iam_policy.m.arn }\n  }\n}\n";
    World::managed()
        .with_block(tags)
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn what_runs_is_asked_wherever_it_stands_and_however_the_arn_is_put_together() {
    let parts =
        "locals {\n  parts = join(\"/\", [\"arn:aws:iam::123456789012:policy\", \"m\"])\n}\n";
    let external = |program: &str| {
        format!("data \"external\" \"z\" {{\n  program = [\"sh\", {program}]\n}}\n")
    };
    let action = |arn: &str| {
        format!(
            "action \"local_command\" \"z\" {{\n  config {{\n    arguments = [{arn}]\n  }}\n}}\n"
        )
    };
    let ephemeral =
        |arn: &str| format!("ephemeral \"shell_script\" \"z\" {{\n  input = {arn}\n}}\n");
    let stack = |arn: &str| {
        block(
            "aws_cloudformation_stack",
            "z",
            &format!("  parameters = {{ P = {arn} }}\n"),
        )
    };
    for arn in ["aws_iam_policy.m.arn", "local.parts", "\"${local.parts}\""] {
        for (text, address) in [
            (external(arn), "data.external.z"),
            (
                format!("check \"c\" {{\n{}}}\n", external(arn)),
                "data.external.z",
            ),
            (action(arn), "action.local_command.z"),
            (ephemeral(arn), "ephemeral.shell_script.z"),
            (stack(arn), "aws_cloudformation_stack.z"),
        ] {
            let world = World::managed().with_block(parts).with_block(&text);
            world.stays(COMPLETE, &may_give(address));
        }
    }
    let other = external("\"arn:aws:iam::123456789012:policy/mm\"");
    World::managed()
        .with_block(&other)
        .is_edited_in_silence(COMPLETE);
    let named = external("aws_iam_policy.m.name");
    World::managed()
        .with_block(&named)
        .is_noted(COMPLETE, &named, TAKEN);
}

#[test]
fn a_document_that_is_about_the_policy_gives_it_to_nobody() {
    let document = "data \"aws_iam_policy_document\" \"z\" {\n  statement {\n    actions   = [\"iam:AttachRolePolicy\"]\n    \
        resources = [aws_iam_policy.m.arn, \"arn:aws:iam::123456789012:policy/m\"]\n  }\n}\n";
    let world = World::managed().with_block(document);
    world.is_edited_in_silence(COMPLETE);
    of_a_group("data \"aws_iam_policy_document\" \"z\" {\n  statement {\n    actions   = [\"iam:AddUserToGroup\"]\n    \
        resources = [aws_iam_group.g.arn]\n  }\n}\n")
        .is_edited_in_silence(OF_A_GROUP);
}

#[test]
fn an_arn_within_what_is_deployed_counts() {
    let whole = arn("policy/m");
    let computed = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:policy/m";
    for arn in [whole.as_str(), computed] {
        for body in [
            format!("jsonencode({{ a = [\"{arn}\"] }})"),
            format!("yamlencode({{ a = \"{arn}\" }})"),
            format!("base64encode(\"{arn}\")"),
            format!("<<-EOT\n    arns: [{arn}]\n    b: c\n  EOT"),
        ] {
            for (kind, argument) in [
                ("aws_cloudformation_stack", "template_body"),
                ("aws_cloudcontrolapi_resource", "desired_state"),
                ("aws_ssm_document", "content"),
                ("kubectl_manifest", "yaml_body"),
            ] {
                let text = block(kind, "z", &format!("  {argument} = {body}\n"));
                let why = may_give(&format!("{kind}.z"));
                World::managed().with_block(&text).stays(COMPLETE, &why);
            }
        }
    }
    let other = block(
        "kubectl_manifest",
        "z",
        "  yaml_body = yamlencode({ a = \"arn:aws:iam::123456789012:policy/mm\" })\n",
    );
    World::managed()
        .with_block(&other)
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn all_that_a_block_stands_for_counts_however_many_there_are() {
    let names = |last: &str| {
        let names: Vec<String> = (0..150).map(|at| format!("\"n{at}\"")).collect();
        format!("toset([{}, \"{last}\"])", names.join(", "))
    };
    let each = |last: &str| {
        let own = "  parameters = { P = \"arn:aws:iam::123456789012:policy/${each.value}\" }\n";
        let own = format!("  for_each = {}\n{own}", names(last));
        World::managed().with_block(&block("aws_cloudformation_stack", "z", &own))
    };
    each("m").stays(COMPLETE, &may_give("aws_cloudformation_stack.z"));
    each("zz").is_edited_in_silence(COMPLETE);
}

#[test]
fn the_name_given_to_what_runs_is_noted() {
    let command =
        "  provisioner \"local-exec\" {\n    command = \"find ${aws_iam_policy.m.name}\"\n  }\n";
    for (kind, arguments) in [
        ("null_resource", command),
        (
            "aws_lambda_invocation",
            "  input = jsonencode({ policy = aws_iam_policy.m.name })\n",
        ),
        (
            "aws_cloudformation_stack",
            "  parameters = { PolicyName = aws_iam_policy.m.name }\n",
        ),
    ] {
        let text = block(kind, "z", arguments);
        World::managed()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
    let queue = block("aws_sqs_queue", "z", "  name = aws_iam_policy.m.name\n");
    World::managed()
        .with_block(&queue)
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn an_argument_of_arns_of_policies_that_nobody_can_tell_is_noted() {
    for (kind, arguments) in [
        (
            "aws_budgets_budget_action",
            "  definition {\n    iam_action_definition {\n      policy_arn = var.p\n    }\n  }\n",
        ),
        ("vault_aws_secret_backend_role", "  policy_arns = [var.p]\n"),
    ] {
        let text = block(kind, "z", arguments);
        World::managed()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
    let other = "  policy_arns = [\"arn:aws:iam::aws:policy/${var.p}\"]\n";
    let other = block("vault_aws_secret_backend_role", "z", other);
    World::managed()
        .with_block(&other)
        .is_edited_in_silence(COMPLETE);
    let of_eks = "  policy_arn = var.p\n";
    let of_eks = block("aws_eks_access_policy_association", "z", of_eks);
    let of_a_firewall = "  firewall_policy_arn = aws_networkfirewall_firewall_policy.x.arn\n";
    let of_a_firewall = block("aws_networkfirewall_firewall", "z", of_a_firewall);
    World::managed()
        .with_block(&of_a_firewall)
        .with_block("resource \"aws_networkfirewall_firewall_policy\" \"x\" {}\n")
        .is_edited_in_silence(COMPLETE);
    World::managed()
        .with_block(&of_eks)
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn an_argument_in_an_object_of_an_argument_is_what_its_name_says() {
    let nested =
        "  definition = { iam_action_definition = { policy_arn = aws_iam_policy.m.arn } }\n";
    let text = block("awscc_budgets_budgets_action", "z", nested);
    World::managed()
        .with_block(&text)
        .stays(COMPLETE, &may_give("awscc_budgets_budgets_action.z"));
    for (kind, arguments) in [
        (
            "terraform_data",
            "  triggers_replace = { policy = aws_iam_policy.m.arn }\n",
        ),
        (
            "terraform_data",
            "  input = { policy_arn = aws_iam_policy.m.arn }\n",
        ),
        (
            "x_y",
            "  settings = { retention_policy = 7, arn = aws_iam_policy.m.arn }\n",
        ),
    ] {
        let text = block(kind, "z", arguments);
        let world = World::managed().with_block(&text);
        world.is_edited(COMPLETE);
        let run = world.refine(COMPLETE);
        assert!(run.stderr.contains(WRITTEN_DOWN), "{}", run.stderr);
    }
}

#[test]
fn what_an_object_has_beside_the_policy_is_not_the_policy() {
    let groups = "locals {\n  groups = {\n    a = { policies = { x = aws_iam_policy.m.arn }, types = [\"t3\"], zone = var.zone }\n  }\n}\n";
    let call = "module \"n\" {\n  source   = \"./n\"\n  for_each = { for k, v in local.groups : k => v }\n  \
        policies = each.value.policies\n  types    = try(each.value.types, null)\n}\n";
    let world = || {
        let world = World::managed().with_block(groups).with_block(call);
        world.write(
            "root/.terraform/modules/modules.json",
            r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "n", "Dir": "n"}]}"#,
        );
        world
    };
    let variables = "variable \"policies\" {}\nvariable \"types\" {}\n";
    let scaling =
        "termination_policies = var.types\n  tags = { a = var.types }\n  value = var.types";
    let scaling = block("aws_autoscaling_group", "this", &format!("  {scaling}\n"));
    let without = world();
    without.write("root/n/main.tf", &format!("{variables}{scaling}"));
    without.is_edited_in_silence(COMPLETE);
    let run = without.refine(COMPLETE);
    assert!(!run.stderr.contains(WRITTEN_DOWN), "{}", run.stderr);
    let with = world();
    let scaling = scaling.replace("var.types", "var.policies");
    with.write("root/n/main.tf", &format!("{variables}{scaling}"));
    with.stays(COMPLETE, &may_give("aws_autoscaling_group.this"));
}

#[test]
fn a_block_that_writes_it_down_twice_is_noted_once() {
    let text = "  value       = aws_iam_policy.m.arn\n  other_value = aws_iam_policy.m.arn\n";
    let world = World::managed().with_block(&block("aws_ssm_parameter", "z", text));
    let run = world.refine(COMPLETE);
    assert_eq!(
        run.stderr.matches(WRITTEN_DOWN).count(),
        1,
        "{}",
        run.stderr
    );
}

#[test]
fn what_the_state_has_otherwise_is_not_known_to_be_the_policy() {
    let attachment = "  role       = \"zed\"\n  policy_arn = var.on ? aws_iam_policy.m.arn : aws_iam_policy.o.arn\n";
    let attachment = block("aws_iam_role_policy_attachment", "z", attachment);
    let exclusive = "  role_name   = \"zed\"\n  policy_arns = [var.on ? aws_iam_policy.m.arn : aws_iam_policy.o.arn]\n";
    let kind = "aws_iam_role_policy_attachments_exclusive";
    let made = resource(kind, "z", json!({"role_name": "zed", "policy_arns": []}));
    let world = World::managed()
        .with_block(&block(kind, "z", exclusive))
        .with(made);
    world.stays(
        COMPLETE,
        "here policy_arns is a list of 1, and the state has nobody",
    );
    let values = json!({"role": "zed", "policy_arn": arn("policy/o")});
    let made = resource("aws_iam_role_policy_attachment", "z", values);
    let world = World::managed().with_block(&attachment);
    world.stays(
        COMPLETE,
        "no state has what aws_iam_role_policy_attachment.z makes",
    );
    let world = world.with(made);
    world.is_noted(
        COMPLETE,
        &attachment,
        "which policy this is about cannot be read here",
    );
    for argument in [
        "managed_policy_arns  = var.on ? [aws_iam_policy.m.arn] : []",
        "permissions_boundary = var.on ? aws_iam_policy.m.arn : null",
    ] {
        let role = block(
            "aws_iam_role",
            "zed",
            &format!("  name = \"zed\"\n  {argument}\n"),
        );
        let values = json!({"name": "zed", "arn": arn("role/zed"), "managed_policy_arns": []});
        let world = World::managed().with_block(&role);
        let world = world.with(resource("aws_iam_role", "zed", values));
        world.is_noted(
            COMPLETE,
            &role,
            "which policy this is about cannot be read here",
        );
    }
}

/// The policy with a call of a module that was downloaded, which calls another one.
fn with_far(call: &str) -> World {
    let world = World::managed().with_block(call);
    let module = |key: &str, folder: &str| json!({"Key": key, "Source": "ns/m/aws", "Dir": folder});
    let modules = json!({"Modules": [
        {"Key": "", "Dir": "."},
        module("far", ".terraform/modules/far"),
        module("far.in", ".terraform/modules/far/in"),
    ]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    world
}

#[test]
fn a_downloaded_module_that_cannot_be_read_is_asked_for_what_it_and_those_in_it_say() {
    let call = "module \"far\" {\n  source = \"ns/m/aws\"\n}\n";
    let attachment =
        |policy: &str| format!("policy_arn = \"arn:aws:iam::123456789012:{policy}\"\n}}\n");
    with_far(call).is_edited_in_silence(COMPLETE);
    for file in ["main.tf", "x.tf.json", "in/main.tf"] {
        let world = with_far(call);
        let path = format!("root/.terraform/modules/far/{file}");
        world.write(&path, &attachment("policy/mm"));
        world.is_edited_in_silence(COMPLETE);
        world.write(&path, &attachment("policy/m"));
        world.is_noted(COMPLETE, call, "which policy this is about");
    }
}

#[test]
fn what_is_deployed_from_a_file_is_asked_for_in_that() {
    let stack = |body: &str| {
        let body = format!("  template_body = {body}\n");
        block("aws_cloudformation_stack", "z", &body)
    };
    for body in [
        "file(\"t.yaml\")",
        "file(\"${path.module}/t.yaml\")",
        "templatefile(\"t.yaml\", {})",
    ] {
        let text = stack(body);
        let world = World::managed().with_block(&text);
        world.write("root/t.yaml", &format!("a: {}\n", arn("policy/mm")));
        world.is_edited_in_silence(COMPLETE);
        world.write("root/t.yaml", &format!("a: {}\n", arn("policy/m")));
        world.stays(COMPLETE, &may_give("aws_cloudformation_stack.z"));
    }
    let text = stack("file(var.template)");
    World::managed()
        .with_block(&text)
        .is_noted(COMPLETE, &text, TAKEN);
}

#[test]
fn a_module_that_is_not_read_is_asked_by_what_it_is_given() {
    let call =
        |argument: &str| format!("module \"far\" {{\n  source = \"ns/m/aws\"\n  {argument}\n}}\n");
    let may_be = "\"arn:aws:iam::${var.v}:policy/${var.v}\"";
    for argument in [
        format!("arns = [{may_be}]"),
        format!("roles = {{ x = {{ attach = [{may_be}] }} }}"),
        "policy_arns = var.v".to_owned(),
    ] {
        let call = call(&argument);
        World::managed()
            .with_block(&call)
            .is_noted(COMPLETE, &call, TAKEN);
    }
    for argument in [
        "name = var.v",
        "arns = [\"arn:aws:iam::${var.v}:role/${var.v}\"]",
    ] {
        with_far(&call(argument)).is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn what_a_module_that_is_not_read_only_writes_down_says_nothing_of_whom_it_attaches_it_to() {
    let call = "module \"far\" {\n  source = \"ns/m/aws\"\n  policy = aws_iam_policy.m.arn\n}\n";
    let world = with_far(call);
    let below = |kind: &str, values: Value| {
        let mut one = resource(kind, "x", values);
        one["address"] = format!("module.far.{kind}.x").into();
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": world.resources,
            "child_modules": [{"address": "module.far", "resources": [one]}],
        }}});
        let options = [COMPLETE, &["--format", "markdown"]].concat();
        world.refine_with(&state, &options)
    };
    let said = format!("main.tf:{} gives it to nobody else", world.line_of(call));
    for (kind, values) in [
        ("aws_ssm_parameter", json!({"value": arn("policy/m")})),
        (
            "aws_sqs_queue",
            json!({"tags": {"policy": arn("policy/m")}}),
        ),
        (
            "aws_iam_role_policy_attachment",
            json!({"role": "app", "policy_arn": arn("policy/m")}),
        ),
    ] {
        let run = below(kind, values);
        assert!(
            run.stdout.contains(&said),
            "{kind}: {}{}",
            run.stdout,
            run.stderr
        );
    }
}

/// A root module whose policy is in a module of its own, with a file of the root module that is not read.
fn with_unread(unread: &str) -> (World, Value) {
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let world = World::managed();
    let inner = world.text.clone() + "output \"arn\" {\n  value = aws_iam_policy.m.arn\n}\n";
    let resources: Vec<Value> = world
        .resources
        .iter()
        .map(|one| {
            let mut one = one.clone();
            one["address"] = format!("module.m.{}", one["address"].as_str().unwrap()).into();
            one
        })
        .collect();
    let world = World {
        text: call.to_owned(),
        ..world
    };
    world.write("root/m/main.tf", &inner);
    world.write("root/x.tf", unread);
    world.write(
        "root/.terraform/modules/modules.json",
        r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "m"}]}"#,
    );
    let state = json!({"format_version": "1.0", "values": {"root_module": {
        "child_modules": [{"address": "module.m", "resources": resources}],
    }}});
    (world, state)
}

#[test]
fn a_file_that_is_not_read_counts_in_whichever_folder() {
    for named in [
        "policy_arn = module.m.arn".to_owned(),
        format!("policy_arn = \"{}\"", arn("policy/m")),
    ] {
        let broken = format!(
            "resource \"aws_iam_role_policy_attachment\" \"z\" {{\n  role = \"z\"\n  {named}\n"
        );
        let (world, state) = with_unread(&broken);
        let run = world.refine_with(&state, COMPLETE);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        let why = "this file is not read, and names aws_iam_policy.m: it may give it to somebody";
        let mut lines = run.stderr.lines();
        let is_said = lines.any(|line| line.contains("x.tf") && line.contains(why));
        assert!(is_said, "{}", run.stderr);
    }
    let (world, state) = with_unread("locals {\n  module.m.arns = 1\n");
    let run = world.refine_with(&state, COMPLETE);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let note = "this file is not read, so for whom something is in it is taken to be as the states have it";
    let mut lines = run.stderr.lines();
    let is_said = lines.any(|line| line.starts_with("note: x.tf") && line.contains(note));
    assert!(is_said, "{}", run.stderr);
    let record = ["--record", "../record.json"];
    world.refine_with(&state, &[COMPLETE, &record].concat());
    let record = std::fs::read_to_string(world.folder.path().join("record.json")).unwrap();
    assert!(record.contains("x.tf"), "{record}");
}

#[test]
fn a_block_in_a_file_that_is_not_read_is_not_sought_elsewhere() {
    let world = World::inline();
    let world = World {
        text: world.text.clone() + "locals {\n",
        ..world
    };
    let run = world.refine(COMPLETE);
    assert!(
        run.stderr
            .contains("see what is said of the files that are not read"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stderr.contains("give the folder of the root module"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_may_put_somebody_into_a_group_is_noted() {
    let group = "aws_iam_group.g.name";
    let external = format!("data \"external\" \"z\" {{\n  program = [\"sh\", {group}]\n}}\n");
    for text in [
        block("aws_cloudformation_stack", "z", &format!("  parameters = {{ Group = {group} }}\n")),
        block("aws_cloudformation_stack", "z", "  parameters = { Group = \"g\" }\n"),
        block("aws_cloudformation_stack", "z", &format!("  template_body = jsonencode({{ GroupName = {group} }})\n")),
        block("aws_cloudcontrolapi_resource", "z", "  desired_state = jsonencode({ GroupName = \"g\", Users = [\"bob\"] })\n"),
        external,
        block("null_resource", "z", &format!("  triggers = {{ g = {group} }}\n  provisioner \"local-exec\" {{\n    command = \"add ${{self.triggers.g}}\"\n  }}\n")),
        block("null_resource", "z", "  provisioner \"local-exec\" {\n    command = \"aws iam add-user-to-group --group-name ${var.g}\"\n  }\n"),
        "locals {\n  names = [aws_iam_group.g.name]\n}\nmodule \"far\" {\n  source = \"ns/m/aws\"\n  x      = local.names\n}\n".to_owned(),
    ] {
        let at = text.find("module").map_or(text.as_str(), |at| &text[at..]);
        of_a_group(&text).is_noted(OF_A_GROUP, at, TAKEN);
    }
    let json = json!({"resource": {"null_resource": {"z": {"provisioner": {"local-exec": {
        "command": "aws iam add-user-to-group --user-name bob --group-name ${aws_iam_group.g.name}"}}}}}});
    let world = of_a_group("");
    world.write("root/x.tf.json", &json.to_string());
    let run = world.refine(OF_A_GROUP);
    let is_said = run
        .stderr
        .lines()
        .any(|line| line.starts_with("note: x.tf.json:1:") && line.contains(TAKEN));
    assert!(is_said, "{}", run.stderr);
    // What is about other groups is no membership.
    for other in [
        block(
            "aws_cloudformation_stack",
            "z",
            "  parameters = { SecurityGroup = aws_security_group.x.id }\n",
        ),
        block(
            "null_resource",
            "z",
            "  provisioner \"local-exec\" {\n    command = \"aws logs create-log-group --log-group-name ${var.g}\"\n  }\n",
        ),
        block("aws_sqs_queue", "z", "  name = \"g\"\n"),
    ] {
        of_a_group(&other).is_edited_in_silence(OF_A_GROUP);
    }
}

#[test]
fn a_text_that_says_to_attach_the_policy_keeps_it_wherever_it_stands() {
    let arn = "${aws_iam_policy.m.arn}";
    let command = format!("aws iam attach-role-policy --policy-arn {arn} --role-name z");
    for (kind, arguments) in [
        ("aws_instance", format!("  user_data = \"{command}\"\n")),
        (
            "aws_codebuild_project",
            format!("  source {{\n    buildspec = \"phases: {{build: {{commands: ['{command}']}}}}\"\n  }}\n"),
        ),
        (
            "aws_ecs_task_definition",
            format!("  container_definitions = jsonencode([{{ command = [\"sh\", \"-c\", \"{command}\"] }}])\n"),
        ),
        (
            "aws_sfn_state_machine",
            "  definition = jsonencode({ States = { A = { Resource = \"arn:aws:states:::aws-sdk:iam:attachRolePolicy\", \
             Parameters = { RoleName = \"z\", PolicyArn = aws_iam_policy.m.arn } } } })\n"
                .to_owned(),
        ),
        (
            "aws_scheduler_schedule",
            "  target {\n    arn   = \"arn:aws:scheduler:::aws-sdk:iam:attachUserPolicy\"\n    \
             input = jsonencode({ UserName = \"z\", PolicyArn = aws_iam_policy.m.arn })\n  }\n"
                .to_owned(),
        ),
        (
            "aws_instance",
            format!("  user_data = \"put-role-permissions-boundary --permissions-boundary {arn}\"\n"),
        ),
    ] {
        let world = World::managed().with_block(&block(kind, "z", &arguments));
        world.stays(COMPLETE, &may_give(&format!("{kind}.z")));
    }
    // What watches who does that, and what only is called after it.
    for (kind, arguments) in [
        (
            "aws_cloudwatch_event_rule",
            "  event_pattern = jsonencode({ detail = { eventName = [\"AttachRolePolicy\"], \
             requestParameters = { policyArn = [aws_iam_policy.m.arn] } } })\n",
        ),
        (
            "aws_ssm_parameter",
            "  name  = \"/iam/permissions-boundary\"\n  value = aws_iam_policy.m.arn\n",
        ),
    ] {
        let world = World::managed().with_block(&block(kind, "z", arguments));
        world.is_edited(COMPLETE);
        let run = world.refine(COMPLETE);
        assert!(run.stderr.contains(WRITTEN_DOWN), "{kind}: {}", run.stderr);
    }
}
