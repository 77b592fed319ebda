//! What is given on by one thing to the next before somebody gets it: by members of objects, texts, data, files, and
//! what Terraform keeps no more of.

use crate::accounts::arn;
use crate::source_ahead::TAKEN;
use crate::source_given::{WRITTEN_DOWN, may_give};
use crate::source_uses::{COMPLETE, ROLE, World, block, resource, role};
use serde_json::json;

pub fn stack(argument: &str) -> String {
    block("aws_cloudformation_stack", "z", &format!("  {argument}\n"))
}

pub fn command(line: &str) -> String {
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = {line}\n  }}\n");
    block("null_resource", "z", &provisioner)
}

pub const STACK: &str = "aws_cloudformation_stack.z";

#[track_caller]
pub fn stays(blocks: &[&str], address: &str) {
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
                format!("<<-EOT\n    aws iam get-policy --policy-arn {arn}\n  EOT"),
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
fn the_text_that_is_read_back_from_the_role_is_somebody_elses_too() {
    let read = "  role   = \"zed\"\n  policy = one(aws_iam_role.app.inline_policy).policy\n";
    let world = World::inline().with_block(&block("aws_iam_role_policy", "z", read));
    let why = "nobody can tell whether this is data.aws_iam_policy_document.d";
    world.stays(&[], why);
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

#[test]
fn what_a_text_is_put_together_of_counts_within_a_function() {
    let parts =
        "locals {\n  n   = \"m\"\n  arn = \"arn:aws:iam::123456789012:policy/${local.n}\"\n}\n";
    for body in [
        "jsonencode({ a = local.arn })",
        "yamlencode([for n in [\"x\", \"m\"] : \"arn:aws:iam::123456789012:policy/${n}\"])",
        "base64encode(join(\",\", [local.arn, \"x\"]))",
        "templatefile(\"t.yaml\", { arn = local.arn })",
        "jsonencode({ a = join(\"/\", [\"arn:aws:iam::123456789012:policy\", \"m\"]) })",
        "try(jsonencode(lookup({ x = local.arn }, \"x\")), \"\")",
        "one([jsonencode(local.arn)])",
        "jsonencode(flatten([[{ a = local.arn }]])[0].a)",
        "jsonencode(merge({ b = 1 }, { a = local.arn }))",
    ] {
        stays(&[parts, &stack(&format!("template_body = {body}"))], STACK);
    }
    let by_name = stack("template_body = jsonencode({ a = local.n })");
    let world = World::managed().with_block(&[parts, by_name.as_str()].concat());
    world.is_noted(COMPLETE, &by_name, TAKEN);
    for other in [
        "jsonencode(lookup({ x = local.arn, y = \"y${var.y}\" }, \"y\"))",
        "jsonencode(length(local.arn))",
        "jsonencode(sha256(\"${local.arn}${var.x}\"))",
    ] {
        let text = stack(&format!("template_body = {other}"));
        World::managed()
            .with_block(&[parts, text.as_str()].concat())
            .is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn what_a_variable_is_without_being_given_counts() {
    let variable = |more: &str| format!("variable \"arn\" {{\n  {more}\n}}\n");
    let default = variable(&format!("default = \"{}\"", arn("policy/m")));
    stays(&[&default, &stack("parameters = { A = var.arn }")], STACK);
    stays(
        &[&default, &command("\"attach ${var.arn}\"")],
        "null_resource.z",
    );
    let other = variable("default = \"arn:aws:iam::aws:policy/x\"");
    World::managed()
        .with_block(&[other.as_str(), &stack("parameters = { A = var.arn }")].concat())
        .is_edited_in_silence(COMPLETE);
    // Of one that is not told a note stands where it speaks of policies.
    let told = stack("parameters = { PolicyArn = var.arn }");
    let world = World::managed().with_block(&[variable("").as_str(), &told].concat());
    world.is_noted(COMPLETE, &told, TAKEN);
    let ends = stack("parameters = { A = \"arn:aws:iam::123456789012:policy/${var.arn}\" }");
    let world = World::managed().with_block(&[variable("").as_str(), &ends].concat());
    world.is_noted(COMPLETE, &ends, TAKEN);
    let silent = stack("parameters = { Size = var.arn }");
    World::managed()
        .with_block(&[variable("").as_str(), &silent].concat())
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn a_file_counts_through_local_values_too_and_one_that_is_not_found_is_noted() {
    let local = "locals {\n  body = file(\"${path.module}/t.yaml\")\n}\n";
    let deployed = stack("template_body = local.body");
    let world = World::managed().with_block(&[local, &deployed].concat());
    world.is_noted(COMPLETE, &deployed, TAKEN);
    world.write("root/t.yaml", &format!("a: {}\n", arn("policy/mm")));
    world.is_edited_in_silence(COMPLETE);
    world.write("root/t.yaml", &format!("a: {}\n", arn("policy/m")));
    world.stays(COMPLETE, &may_give(STACK));
}

#[test]
fn what_is_called_as_terraforms_own_in_an_inner_block_is_of_the_provider() {
    let inner = "  spec {\n    lifecycle {\n      command = [aws_iam_policy.m.arn]\n    }\n    provider = aws_iam_policy.m.arn\n  }\n";
    let world = World::managed().with_block(&block("kubernetes_deployment", "z", inner));
    let run = world.refine(COMPLETE);
    assert!(run.stderr.contains(WRITTEN_DOWN), "{}", run.stderr);
    let outer = "  lifecycle {\n    replace_triggered_by = [aws_iam_policy.m.id]\n  }\n";
    World::managed()
        .with_block(&block("kubernetes_deployment", "z", outer))
        .is_edited_in_silence(COMPLETE);
    let removed = "removed {\n  from = null_resource.z\n  provisioner \"local-exec\" {\n    command = \"attach ${aws_iam_policy.m.arn}\"\n  }\n}\n";
    stays(&[removed], "removed");
}

#[test]
fn local_values_that_lead_to_themselves_have_an_end() {
    let around = "locals {\n  a = { x = local.a, y = local.a, z = aws_iam_policy.m.arn }\n}\n";
    stays(
        &[around, &stack("parameters = { A = jsonencode(local.a) }")],
        STACK,
    );
    let document = World::inline().with_block(
        "locals {\n  a = { x = local.a, y = local.a, z = data.aws_iam_policy_document.d.json }\n}\n",
    );
    let run = document.refine(&[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn an_arn_within_a_text_that_the_state_has_counts() {
    for (kind, values) in [
        (
            "aws_cloudformation_stack",
            json!({"template_body": format!("{{\"Arns\": [\"{}\"]}}", arn("policy/m"))}),
        ),
        (
            "aws_cloudformation_stack",
            json!({"parameters": {"A": format!("{},x", arn("policy/m"))}}),
        ),
        (
            "aws_cloudcontrolapi_resource",
            json!({"desired_state": format!("a {} b", arn("policy/m"))}),
        ),
        (
            "aws_cloudformation_stack",
            json!({"template_body": format!("{}m {}", arn("policy/m"), arn("role/m"))}),
        ),
    ] {
        let run = World::managed()
            .with(resource(kind, "z", values.clone()))
            .refine(COMPLETE);
        let is_other = values.to_string().contains("policy/mm");
        assert_eq!(run.stdout.is_empty(), !is_other, "{values}: {}", run.stderr);
    }
}

#[test]
fn a_permission_set_that_is_deployed_names_it_by_its_name() {
    let deployed = |name: &str| {
        let state = format!(
            "jsonencode({{ CustomerManagedPolicyReferences = [{{ Name = \"{name}\" }}] }})"
        );
        block(
            "aws_cloudcontrolapi_resource",
            "z",
            &format!("  desired_state = {state}\n"),
        )
    };
    stays(&[&deployed("m")], "aws_cloudcontrolapi_resource.z");
    World::managed()
        .with_block(&deployed("mm"))
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn what_opentofu_does_not_enable_is_not_made() {
    let attachment = |enabled: &str| {
        let lifecycle = format!("  lifecycle {{\n    enabled = {enabled}\n  }}\n");
        let own =
            format!("  role       = \"zed\"\n  policy_arn = aws_iam_policy.m.arn\n{lifecycle}");
        block("aws_iam_role_policy_attachment", "z", &own)
    };
    World::managed()
        .with_block(&attachment("false"))
        .is_edited_in_silence(COMPLETE);
    let perhaps = attachment("var.on");
    World::managed()
        .with_block(&perhaps)
        .is_noted(COMPLETE, &perhaps, TAKEN);
    World::managed().with_block(&attachment("true")).stays(
        COMPLETE,
        "no state has what aws_iam_role_policy_attachment.z makes",
    );
}

#[test]
fn other_arguments_of_what_attaches_policies_count() {
    let list = "  managed_policy_arns = []\n  inline_policies     = [aws_iam_policy.m.arn]\n";
    stays(&[&block("x_role", "z", list)], "x_role.z");
    let new = "  policy_arns = [aws_iam_policy.m.arn]\n";
    stays(&[&block("aws_iam_foo", "z", new)], "aws_iam_foo.z");
}

#[test]
fn an_arn_in_other_letters_is_the_same_policy() {
    let other = resource(
        "aws_iam_role_policy_attachment",
        "z",
        json!({"role": "zed", "policy_arn": arn("policy/M")}),
    );
    let run = World::managed()
        .with(other)
        .with(role("zed"))
        .refine(COMPLETE);
    assert!(run.stdout.is_empty(), "{}", run.stderr);
    assert!(run.stderr.contains("role zed"), "{}", run.stderr);
}

#[test]
fn what_is_asked_whether_it_holds_takes_nothing_on() {
    let json = "data.aws_iam_policy_document.d.json";
    let ask = format!(
        "condition     = length({json}) < 6144\n    error_message = \"${{length({json})}}\"\n"
    );
    let check = format!("check \"c\" {{\n  assert {{\n    {ask}  }}\n}}\n");
    let lifecycle = format!("  lifecycle {{\n    precondition {{\n    {ask}    }}\n  }}\n");
    let queue = block("aws_sqs_queue", "z", &lifecycle);
    let read = "check \"c\" {\n  data \"aws_iam_policy\" \"x\" {\n    arn = aws_iam_policy.m.arn\n  }\n  assert {\n    \
        condition     = length(data.aws_iam_policy.x.policy) < 6144\n    error_message = \"long\"\n  }\n}\n";
    World::managed()
        .with_block(read)
        .is_edited_in_silence(COMPLETE);
    for text in [check, queue] {
        World::inline().with_block(&text).is_edited_in_silence(&[]);
    }
    let run =
        "data \"external\" \"x\" {\n    query = { p = data.aws_iam_policy_document.d.json }\n  }\n";
    for text in [format!("check \"c\" {{\n  {run}}}\n"), run.to_owned()] {
        World::inline()
            .with_block(&text)
            .stays(&[], "is used here for something else too");
    }
}

#[test]
fn a_policy_that_is_required_as_a_boundary_is_noted() {
    let required = "aws_iam_policy.m is required as a permissions boundary here";
    let document = |variable: &str, values: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"dev\" {{\n  statement {{\n    actions = [\"iam:CreateRole\"]\n    \
             condition {{\n      test     = \"StringEquals\"\n      variable = \"{variable}\"\n      values   = {values}\n    }}\n  }}\n}}\n"
        )
    };
    let said = |arn: &str| {
        let condition = format!("{{ StringEquals = {{ \"iam:PermissionsBoundary\" = {arn} }} }}");
        let statement = format!(
            "{{ Effect = \"Allow\", Action = \"iam:CreateRole\", Resource = \"*\", Condition = {condition} }}"
        );
        let policy = format!(
            "  name    = \"dev\"\n  content = jsonencode({{ Statement = [{statement}] }})\n"
        );
        block("aws_organizations_policy", "dev", &policy)
    };
    let key = "iam:PermissionsBoundary";
    let literal = format!("\"{}\"", arn("policy/m"));
    for (text, at) in [
        (document(key, "[aws_iam_policy.m.arn]"), 6),
        (
            document("iam:permissionsboundary", "[aws_iam_policy.m.arn]"),
            6,
        ),
        (document(key, &format!("[{literal}]")), 6),
        (said("aws_iam_policy.m.arn"), 2),
        (said(&literal), 2),
    ] {
        let world = World::managed().with_block(&text);
        let line = text.lines().nth(at).unwrap();
        world.is_noted(COMPLETE, line, required);
    }
    let in_file = block(
        "aws_organizations_policy",
        "dev",
        "  content = file(\"scp.json\")\n",
    );
    let world = World::managed().with_block(&in_file);
    world.write(
        "root/scp.json",
        &json!({"Statement": [{"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*",
            "Condition": {"StringNotEquals": {key: arn("policy/m")}}}]})
        .to_string(),
    );
    world.is_noted(COMPLETE, "  content = file", required);
    for text in [
        document("iam:PolicyARN", "[aws_iam_policy.m.arn]"),
        document(key, "[\"arn:aws:iam::123456789012:policy/n\"]"),
        said("\"arn:aws:iam::123456789012:policy/n\""),
    ] {
        World::managed()
            .with_block(&text)
            .is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn a_comma_may_be_of_the_name() {
    let mut world = World::managed().with(role("o"));
    world.text = world.text.replace("name   = \"m\"", "name   = \"zed,app\"");
    world.resources[1]["values"]["name"] = "zed,app".into();
    let own = arn("policy/zed,app");
    world.resources[1]["values"]["arn"] = own.clone().into();
    world.resources[2]["values"]["policy_arn"] = own.clone().into();
    for policy_arn in ["aws_iam_policy.m.arn".to_owned(), format!("\"{own}\"")] {
        let text = format!("  role       = \"o\"\n  policy_arn = {policy_arn}\n");
        let text = block("aws_iam_role_policy_attachment", "z", &text);
        world.text.push_str(&text);
        world.stays(
            COMPLETE,
            "no state has what aws_iam_role_policy_attachment.z makes",
        );
        world.text = world.text.replace(&text, "");
    }
    world.is_edited_in_silence(COMPLETE);
}

#[test]
fn what_a_dynamic_block_is_made_for_nothing_with_is_given_to_nobody() {
    let queue = |each: &str, given: &str| {
        let content = format!("    content {{\n      create = {given}\n    }}\n");
        let dynamic = format!("  dynamic \"timeouts\" {{\n    for_each = {each}\n{content}  }}\n");
        let locals = "locals {\n  given = null\n}\nvariable \"given\" {}\n";
        World::managed().with_block(&format!(
            "{locals}{}",
            block("aws_sqs_queue", "z", &dynamic)
        ))
    };
    let if_given = "local.given != null ? [local.given] : []";
    let arn = "aws_iam_policy.m.arn";
    queue(if_given, "local.given.create").is_edited_in_silence(COMPLETE);
    for nothing in ["[]", "{}", "toset([])", if_given] {
        queue(nothing, arn).is_edited_in_silence(COMPLETE);
    }
    let line = format!("      create = {arn}");
    for perhaps in [
        "[1]",
        "{ a = 1 }",
        "var.given",
        "var.given != null ? [1] : []",
    ] {
        queue(perhaps, arn).is_noted(COMPLETE, &line, WRITTEN_DOWN);
    }
}

#[test]
fn what_another_provider_attaches_by_its_name_counts() {
    for (kind, argument) in [
        ("corp_iam_policy_attachment", "policy_name = \"m\""),
        ("corp_role_attachment", "policies = [\"m\"]"),
        (
            "corp_iam_policy_attachment",
            "policy_arn = aws_iam_policy.m.arn",
        ),
    ] {
        let text = block(kind, "z", &format!("  role = \"o\"\n  {argument}\n"));
        let why = format!("no state has what {kind}.z makes");
        World::managed().with_block(&text).stays(COMPLETE, &why);
    }
    let other = "  volume = \"m\"\n  target = \"x\"\n";
    World::managed()
        .with_block(&block("corp_volume_attachment", "z", other))
        .is_edited_in_silence(COMPLETE);
}
