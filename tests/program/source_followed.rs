//! Ways by which the ARN or the text of a policy comes to a block: each is gone, though nobody can tell what comes of it;
//! and what another thing comes of costs nothing.

use std::fmt::Write as _;

use crate::accounts::arn;
use crate::source_ahead::TAKEN;
use crate::source_given::{WRITTEN_DOWN, may_give};
use crate::source_uses::{
    COMPLETE, DOCUMENT, ENCODED, ROLE, World, block, inline, live, resource, role,
};
use serde_json::json;

const VARIABLES: &str =
    "variable \"t\" {\n  type = map(any)\n}\nvariable \"x\" {\n  type = string\n}\n";

fn stack(body: &str) -> String {
    block(
        "aws_cloudformation_stack",
        "z",
        &format!("  template_body = {body}\n"),
    )
}

fn command(line: &str) -> String {
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = {line}\n  }}\n");
    block("null_resource", "z", &provisioner)
}

const STACK: &str = "aws_cloudformation_stack.z";

fn world(blocks: &[&str]) -> World {
    World::managed().with_block(&[&[VARIABLES], blocks].concat().concat())
}

#[track_caller]
fn stays(blocks: &[&str], address: &str) {
    world(blocks).stays(COMPLETE, &may_give(address));
}

/// Writes down where the module `k` is.
fn in_module(world: &World, text: &str) {
    let modules = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "k", "Source": "./k", "Dir": "k"}]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    world.write("root/k/main.tf", text);
}

#[test]
fn each_dynamic_block_is_made_for_what_it_says_itself() {
    let set = |made_for: &str, value: &str| {
        format!(
            "  dynamic \"set\" {{\n    for_each = {made_for}\n    content {{\n      value = {value}\n    }}\n  }}\n"
        )
    };
    let own = "{ a = aws_iam_policy.m.arn }";
    let nested = |outer: &str, made_for: &str, inner: &str| {
        format!(
            "  dynamic \"{outer}\" {{\n    for_each = {made_for}\n    content {{\n      dynamic \"b\" {{\n        for_each = \
             {inner}\n        content {{\n          x = b.value\n        }}\n      }}\n    }}\n  }}\n"
        )
    };
    for arguments in [
        [set("var.t", "set.value"), set(own, "set.value")].concat(),
        [
            nested("a", "var.t", "{ q = \"y\" }"),
            nested("c", "{ a = { z = aws_iam_policy.m.arn } }", "c.value"),
        ]
        .concat(),
        set(own, "path.value").replace("\"set\"", "\"path\""),
    ] {
        stays(&[&block("helm_release", "z", &arguments)], "helm_release.z");
    }
    let other = [set("[\"y\"]", "set.value"), set("var.t", "set.value")].concat();
    world(&[&block("helm_release", "z", &other)]).is_edited_in_silence(COMPLETE);
}

#[test]
fn what_functions_take_out_of_collections_is_gone_after() {
    for (locals, asked) in [
        (
            "all = merge([for t in var.t : t.on ? { app = { arn = aws_iam_policy.m.arn } } : {}]...)",
            "local.all[\"app\"].arn",
        ),
        (
            "by  = merge({ a = [{ arn = aws_iam_policy.m.arn }] }, var.t)",
            "flatten(values(local.by))[*].arn",
        ),
        (
            "by  = merge({ a = [{ arn = aws_iam_policy.m.arn }] }, var.t)",
            "[for p in flatten(values(local.by)) : p.arn]",
        ),
        (
            "by  = merge({ a = { app = aws_iam_policy.m.arn } }, var.t)",
            "merge(values(local.by)...)[\"app\"]",
        ),
        (
            "irsa = var.x == \"\" ? null : { policies = { app = aws_iam_policy.m.arn } }",
            "[for i in local.irsa[*] : i.policies[\"app\"]]",
        ),
        (
            "ps = { a = { key = aws_iam_policy.m.arn }, b = var.t }",
            "[for each in local.ps : each.key]",
        ),
    ] {
        let locals = format!("locals {{\n  {locals}\n}}\n");
        stays(&[&locals, &stack(&format!("jsonencode({asked})"))], STACK);
    }
    // A list becomes a set by the type of a variable, or by a function.
    let run = command("\"attach ${each.key}\"")
        .replace("  provisioner", "  for_each = var.arns\n  provisioner");
    let call =
        "module \"k\" {\n  source = \"./k\"\n  arns   = [{ a = aws_iam_policy.m.arn }[var.x]]\n}\n";
    let called = world(&[call]);
    in_module(
        &called,
        &format!("variable \"arns\" {{\n  type = set(string)\n}}\n{run}"),
    );
    called.stays(COMPLETE, &may_give("null_resource.z"));
    let own = run.replace(
        "var.arns",
        "setunion([{ a = aws_iam_policy.m.arn }[var.x]], [])",
    );
    stays(&[&own], "null_resource.z");
}

#[test]
fn what_a_text_or_a_loop_is_put_together_of_is_gone_after() {
    let own = arn("policy/m");
    let heredoc = format!("<<EOT\n%{{ if var.x == \"\" }}{own}%{{ endif }}\nEOT");
    for body in [
        heredoc.as_str(),
        "\"%{ if var.t == null }a%{ else }${aws_iam_policy.m.arn}%{ endif }\"",
        "jsonencode(lookup(var.t, \"a\", aws_iam_policy.m.arn))",
        "jsonencode(flatten([var.t, [{ a = aws_iam_policy.m.arn }]])[1].a)",
        "jsonencode([for o in flatten([for t in var.t : { a = aws_iam_policy.m.arn }]) : o.a])",
        "jsonencode({ for q in [\"k\", var.x] : q => { a = aws_iam_policy.m.arn }... }[\"k\"][0].a)",
        "jsonencode([for p in [for p in [{ a = aws_iam_policy.m.arn }] : p] : p.a if var.x == \"\"])",
        "jsonencode([for k, v in toset([{ a = aws_iam_policy.m.arn }[var.x]]) : k])",
        "jsonencode([for k, v in { (aws_iam_policy.m.arn) = var.x, (var.x) = 1 } : k])",
    ] {
        stays(&[&stack(body)], STACK);
    }
}

#[test]
fn what_stands_in_for_null_counts() {
    let text = format!(
        "variable \"p\" {{\n  default  = \"{}\"\n  nullable = NULL\n}}\n{}",
        arn("policy/m"),
        stack("jsonencode({ a = var.p })")
    );
    for (nullable, is_it) in [("false", true), ("true", false)] {
        let called =
            world(&["module \"k\" {\n  source = \"./k\"\n  p = var.x == \"\" ? \"x\" : null\n}\n"]);
        in_module(&called, &text.replace("NULL", nullable));
        if is_it {
            called.stays(COMPLETE, &may_give(STACK));
        } else {
            called.is_edited(COMPLETE);
        }
    }
}

#[test]
fn what_another_file_lays_over_a_value_counts_with_it() {
    let locals = |value: &str| format!("locals {{\n  t = {value}\n}}\n");
    let attachment = "  role       = aws_iam_role.app.name\n  policy_arn = module.k.arn\n";
    let attachment = block("aws_iam_role_policy_attachment", "a", attachment);
    let call = "module \"k\" {\n  source = \"./k\"\n}\n";
    let policy = format!(
        "resource \"aws_iam_policy\" \"m\" {{\n  name   = \"m\"\n  policy = {ENCODED}\n}}\noutput \"arn\" {{\n  value = \
         aws_iam_policy.m.arn\n}}\n"
    );
    let attached = json!({"role": "app", "policy_arn": arn("policy/m")});
    let attached = resource("aws_iam_role_policy_attachment", "a", attached);
    let values = json!({"name": "m", "arn": arn("policy/m"), "policy": live()});
    let mut made = resource("aws_iam_policy", "m", values);
    made["address"] = "module.k.aws_iam_policy.m".into();
    let state = json!({"format_version": "1.0", "values": {"root_module": {
        "resources": [role("app"), attached],
        "child_modules": [{"address": "module.k", "resources": [made]}],
    }}});
    for (value, over, is_it) in [
        ("module.k.arn", "module.k.arn", true),
        ("\"x\"", "module.k.arn", true),
        ("\"x\"", "\"y\"", false),
    ] {
        let body = stack("jsonencode({ a = local.t })");
        let text = [ROLE, &attachment, call, &locals(value), &body];
        let world = World::of(&text, Vec::new());
        in_module(&world, &policy);
        world.write("root/x_override.tf", &locals(over));
        let run = world.refine_with(&state, COMPLETE);
        let is_refused = run
            .stderr
            .contains("aws_cloudformation_stack.z names aws_iam_policy.m");
        assert_eq!(is_refused, is_it, "{value} {over}\n{}", run.stderr);
    }
}

#[test]
fn one_of_very_many_is_found() {
    let many: Vec<String> = (0..21_000).map(|at| format!("\"a{at}\"")).collect();
    let locals = format!(
        "locals {{\n  pols = {{ a = aws_iam_policy.m.arn }}\n  all = [{}, local.pols[var.x]]\n}}\n",
        many.join(", ")
    );
    let text = stack("jsonencode(local.all)");
    world(&[&locals, &text]).stays(COMPLETE, &may_give(STACK));
}

#[test]
fn whether_a_file_counts_does_not_hang_on_its_name() {
    let vault = |file: &str| {
        let arguments = format!("  policy_arns = jsondecode(file({file}))\n");
        block("vault_aws_secret_backend_role", "z", &arguments)
    };
    for file in ["\"arns.json\"", "\"${path.module}/arns.json\""] {
        let read = world(&[&vault(file)]);
        read.write("root/arns.json", &format!("[\"{}\"]", arn("policy/m")));
        read.stays(COMPLETE, &may_give("vault_aws_secret_backend_role.z"));
    }
    let script = format!("aws iam get-policy --policy-arn {}\n", arn("policy/m"));
    let zip = |argument: &str| {
        format!(
            "data \"archive_file\" \"a\" {{\n  type = \"zip\"\n  output_path = \"a.zip\"\n  {argument}\n}}\n{}",
            block(
                "aws_lambda_function",
                "z",
                "  filename = data.archive_file.a.output_path\n"
            )
        )
    };
    for text in [
        block("aws_instance", "z", "  user_data = file(\"code/run.sh\")\n"),
        block(
            "aws_codebuild_project",
            "z",
            "  source {\n    buildspec = file(\"code/run.sh\")\n  }\n",
        ),
        block(
            "aws_s3_object",
            "z",
            "  source = \"${path.module}/code/run.sh\"\n",
        ),
        zip("source_file = \"${path.module}/code/run.sh\""),
        zip("source_dir = \"code\""),
        zip("source {\n    content = file(\"code/run.sh\")\n    filename = \"run.sh\"\n  }"),
    ] {
        let read = world(&[&text]);
        read.write("root/code/run.sh", "echo\n");
        read.is_edited_in_silence(COMPLETE);
        read.write("root/code/run.sh", &script);
        let run = read.refine(COMPLETE);
        assert!(run.stderr.contains(WRITTEN_DOWN), "{text}\n{}", run.stderr);
    }
}

#[test]
fn a_script_that_a_command_goes_to_is_looked_into() {
    let script = format!(
        "aws iam attach-role-policy --policy-arn {}\n",
        arn("policy/m")
    );
    for (line, path) in [
        (
            "\"${path.module}/../scripts/attach.sh other\"",
            "scripts/attach.sh",
        ),
        (
            "\"cd scripts && ./attach.sh other\"",
            "root/scripts/attach.sh",
        ),
        ("\"make attach\"", "root/Makefile"),
    ] {
        let text = command(line);
        let run = world(&[&text]);
        std::fs::create_dir_all(run.folder.path().join(".git")).unwrap();
        run.write(path, "echo\n");
        run.is_edited_in_silence(COMPLETE);
        run.write(path, &script);
        run.stays(COMPLETE, &may_give("null_resource.z"));
    }
    // One that is not there is noted.
    for line in ["\"./attach.sh\"", "\"sh ${path.module}/attach.sh other\""] {
        let text = command(line);
        world(&[&text]).is_noted(COMPLETE, &text, TAKEN);
    }
    world(&[&command("\"echo x > ./out.json\"")]).is_edited_in_silence(COMPLETE);
}

#[test]
fn what_a_policy_says_of_another_one_gives_it_to_nobody() {
    let statement = "{ Effect = \"Deny\", Action = \"iam:*\", Resource = aws_iam_policy.m.arn }";
    let heredoc = format!(
        "<<EOF\n{{\"Statement\": [{{\"Effect\": \"Deny\", \"Action\": \"iam:*\", \"Resource\": \"{}\"}}]}}\nEOF",
        arn("policy/m")
    );
    for content in [
        format!("jsonencode({{ Version = \"2012-10-17\", Statement = [{statement}] }})"),
        format!("jsonencode({{ Statement = {statement}, Id = var.x }})"),
        heredoc,
    ] {
        let organization = block(
            "aws_organizations_policy",
            "z",
            &format!("  content = {content}\n"),
        );
        world(&[&organization]).is_edited_in_silence(COMPLETE);
    }
    for content in [
        "jsonencode({ Statement = [{ Effect = \"Deny\" }], Attach = aws_iam_policy.m.arn })",
        "jsonencode({ Statement = [aws_iam_policy.m.arn] })",
    ] {
        stays(&[&stack(content)], STACK);
    }
    // The text of a document within another one is its text all the same.
    let taken = block(
        "aws_sns_topic_policy",
        "z",
        "  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \
         jsondecode(data.aws_iam_policy_document.d.json).Statement[0].Action }] })\n",
    );
    let used = "data.aws_iam_policy_document.d is used here for something else too";
    World::inline().with_block(&taken).stays(&[], used);
}

#[test]
fn a_block_that_may_ask_for_itself_is_called_after_its_address() {
    let provisioner =
        "  provisioner \"local-exec\" {\n    command = \"put '${self.policy}'\"\n  }\n";
    let managed = World::managed();
    let own = managed.text.replacen(
        "  name   = \"m\"\n",
        &format!("  name   = \"m\"\n{provisioner}"),
        1,
    );
    let managed = World {
        text: own,
        ..managed
    };
    managed.stays(
        COMPLETE,
        "aws_iam_policy.m.policy is used here for something else too",
    );
    let inline_own = World::inline();
    let own = inline_own.text.replace(
        "  role   = aws_iam_role.app.id\n",
        &format!("  role   = aws_iam_role.app.id\n{provisioner}"),
    );
    let inline_own = World {
        text: own,
        ..inline_own
    };
    inline_own.stays(
        &[],
        "aws_iam_role_policy.app.policy is used here for something else too",
    );
}

#[test]
fn what_a_role_shows_of_its_policies_is_theirs_however_they_name_it() {
    let other = "resource \"aws_iam_role\" \"q\" {\n  name = \"q\"\n  assume_role_policy = \"{}\"\n  dynamic \"inline_policy\" \
                 {\n    for_each = aws_iam_role.app.inline_policy\n    content {\n      name   = \"x\"\n      policy = \
                 inline_policy.value.policy\n    }\n  }\n}\n";
    for named in [
        "aws_iam_role.app.id",
        "local.r",
        "\"app\"",
        "{ a = aws_iam_role.app.name }[var.x]",
    ] {
        let own = format!("  role   = {named}\n  policy = data.aws_iam_policy_document.d.json\n");
        let own = block("aws_iam_role_policy", "app", &own);
        let locals = "locals {\n  r = aws_iam_role.app.id\n}\n";
        let resources = vec![role("app"), inline("app", "app")];
        let blocks = [ROLE, &own, DOCUMENT, locals, VARIABLES];
        World::of(&blocks, resources.clone()).is_edited(&[]);
        let world = World::of(&[&blocks, &[other][..]].concat(), resources);
        world.stays(&[], "is used here for something else too");
    }
}

#[test]
fn what_is_none_of_those_that_a_value_may_be_is_not_noted() {
    let other = |name: &str| {
        block(
            "aws_iam_policy",
            name,
            &format!("  name   = \"{name}\"\n  policy = \"{{}}\"\n"),
        )
    };
    let made = |name: &str| {
        let values = json!({"name": name, "arn": arn(&format!("policy/{name}")), "policy": live()});
        resource("aws_iam_policy", name, values)
    };
    let attachment = |what: &str| {
        let arguments = format!("  role       = \"zed\"\n  policy_arn = {what}\n");
        block("aws_iam_role_policy_attachment", "z", &arguments)
    };
    let boundary = |what: &str| {
        let arguments = format!(
            "  name = \"q\"\n  assume_role_policy = \"{{}}\"\n  permissions_boundary = {what}\n"
        );
        block("aws_iam_role", "q", &arguments)
    };
    for (text, is_other) in [
        (
            attachment("var.x == \"\" ? aws_iam_policy.o.arn : aws_iam_policy.p.arn"),
            true,
        ),
        (
            attachment("{ a = aws_iam_policy.o.arn, b = aws_iam_policy.p.arn }[var.x]"),
            true,
        ),
        (
            boundary("var.x == \"\" ? aws_iam_policy.o.arn : null"),
            true,
        ),
        (
            boundary("var.x == \"\" ? \"arn:aws:iam::aws:policy/ReadOnlyAccess\" : null"),
            true,
        ),
        (
            boundary("var.x == \"\" ? aws_iam_policy.o.arn : var.x"),
            false,
        ),
        (
            boundary("var.x == \"\" ? aws_iam_policy.o.arn : aws_thing.y.arn"),
            false,
        ),
    ] {
        let attached = json!({"role": "zed", "policy_arn": arn("policy/o")});
        let world = World::managed()
            .with(made("o"))
            .with(made("p"))
            .with(role("q"))
            .with(resource("aws_iam_role_policy_attachment", "z", attached))
            .with_block(&[VARIABLES, &other("o"), &other("p"), &text].concat());
        if is_other {
            world.is_edited_in_silence(COMPLETE);
        } else {
            world.is_noted(COMPLETE, &text, TAKEN);
        }
    }
    stays_or_not_of_a_group();
}

/// A membership whose group nobody can tell, and that no state has.
fn stays_or_not_of_a_group() {
    use crate::source_ahead::{OF_A_GROUP, of_a_group};
    let member = |group: &str| {
        let other = block("aws_iam_group", "h", "  name = \"ops\"\n");
        let arguments = format!("  user   = \"carl\"\n  groups = [{group}]\n");
        let member = block("aws_iam_user_group_membership", "n", &arguments);
        of_a_group(&format!("{VARIABLES}{other}{member}"))
    };
    let of_another = member("var.x == \"\" ? aws_iam_group.h.name : \"x\"").refine(OF_A_GROUP);
    assert!(
        !of_another
            .stderr
            .contains("no state has what aws_iam_user_group_membership.n"),
        "{}",
        of_another.stderr
    );
    let of_it =
        member("var.x == \"\" ? aws_iam_group.h.name : aws_iam_group.g.name").refine(OF_A_GROUP);
    assert!(
        of_it.stderr.contains("aws_iam_user_group_membership.n"),
        "{}",
        of_it.stderr
    );
}

#[test]
fn a_call_that_is_given_something_else_is_nothing_to_the_document() {
    const MAKING: &str = "variable \"policy\" {\n  type = string\n}\nvariable \"role\" {\n  type = string\n}\n\
        resource \"aws_iam_role_policy\" \"p\" {\n  role   = var.role\n  policy = var.policy\n}\n";
    let call = |name: &str, role: &str, policy: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"./k\"\n  role   = {role}\n  policy = {policy}\n}}\n"
        )
    };
    for (policy, is_other) in [
        ("var.x", true),
        ("data.terraform_remote_state.x.outputs.policy", true),
        ("data.http.x.response_body", true),
        ("format(\"{%s}\", var.x)", true),
        (
            "var.x == \"\" ? var.x : data.aws_iam_policy_document.d.json",
            false,
        ),
        (
            "replace(data.aws_iam_policy_document.d.json, \"a\", var.x)",
            false,
        ),
    ] {
        let text = [
            ROLE,
            DOCUMENT,
            VARIABLES,
            "resource \"aws_iam_role\" \"other\" {\n  name = \"other\"\n}\n",
            &call(
                "a",
                "aws_iam_role.app.name",
                "data.aws_iam_policy_document.d.json",
            ),
            &call("b", "aws_iam_role.other.name", policy),
        ];
        let world = World::of(&text, vec![role("app"), role("other")]);
        world.write("root/k/main.tf", MAKING);
        let called = |name: &str| json!({"Key": name, "Source": "./k", "Dir": "k"});
        let modules =
            json!({"Modules": [{"Key": "", "Source": "", "Dir": "."}, called("a"), called("b")]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        let made = |module: &str, role: &str, text: &str| {
            let mut made = resource(
                "aws_iam_role_policy",
                "p",
                json!({"name": "p", "role": role, "policy": text}),
            );
            made["address"] = format!("module.{module}.aws_iam_role_policy.p").into();
            json!({"address": format!("module.{module}"), "resources": [made]})
        };
        let other = live().replace("sqs:DeleteMessage", "sqs:PurgeQueue");
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": world.resources,
            "child_modules": [made("a", "app", &live()), made("b", "other", &other)],
        }}});
        let run = world.refine_with(&state, COMPLETE);
        let is_edited = run.stdout.contains("sqs:DeleteMessage");
        assert_eq!(is_edited, is_other, "{policy}\n{}", run.stderr);
    }
}

#[test]
fn all_outputs_of_another_root_module_may_be_asked_for() {
    let remote = "data \"terraform_remote_state\" \"one\" {\n  backend = \"s3\"\n}\ndata \"tfe_outputs\" \"one\" {\n  \
                  organization = \"o\"\n  workspace = \"one\"\n}\n";
    for (asked, is_it) in [
        ("data.terraform_remote_state.one.outputs", true),
        ("values(data.terraform_remote_state.one.outputs)", true),
        (
            "[for k, v in data.terraform_remote_state.one.outputs : v]",
            true,
        ),
        ("data.terraform_remote_state.one.outputs[var.x]", true),
        ("data.terraform_remote_state.one", true),
        ("data.tfe_outputs.one.values.policy_arn", true),
        (
            "data.tfe_outputs.one.nonsensitive_values[\"policy_arn\"]",
            true,
        ),
        ("data.terraform_remote_state.one.outputs.other", false),
        ("keys(data.terraform_remote_state.one.outputs)", false),
    ] {
        let world = World::managed().with_block(
            "output \"policy_arn\" {\n  value = aws_iam_policy.m.arn\n}\noutput \"other\" {\n  value = \"x\"\n}\n",
        );
        let two = [VARIABLES, remote, &stack(&format!("jsonencode({asked})"))].concat();
        world.write("two/main.tf", &two);
        world.write(
            "two.json",
            &json!({"format_version": "1.0", "values": {"root_module": {}}}).to_string(),
        );
        let run = world.refine(&["../two", "../two=../two.json", "--states-complete"]);
        let is_refused = run
            .stderr
            .contains("aws_cloudformation_stack.z names aws_iam_policy.m");
        assert_eq!(is_refused, is_it, "{asked}\n{}", run.stderr);
    }
}

#[test]
fn what_is_long_is_read_to_its_end() {
    let own = arn("policy/m");
    let attach = format!("aws iam attach-role-policy --role-name other --policy-arn {own}");
    for length in [500, 17_000, 140_000] {
        let filler = |comment: &str| {
            let line = format!("{comment} {}\n", "x".repeat(60));
            line.repeat(length / line.len())
        };
        let heredoc = |begin: &str, last: &str| format!("{begin}EOT\n{}{last}\nEOT\n", filler("#"));
        let quoted = format!("\"{}${{var.x}} {own}\"", filler("#").replace('\n', " "));
        for (text, address) in [
            (stack(heredoc("<<", &own).trim_end()), STACK),
            (stack(heredoc("<<-", &own).trim_end()), STACK),
            (
                stack(heredoc("<<", &format!("${{var.x}} {own}")).trim_end()),
                STACK,
            ),
            (stack(&quoted), STACK),
            (
                command(heredoc("<<", &attach).trim_end()),
                "null_resource.z",
            ),
            (
                command(heredoc("<<", &format!("{attach} ${{var.x}}")).trim_end()),
                "null_resource.z",
            ),
            (
                block(
                    "aws_ssm_document",
                    "z",
                    &format!("  content = {}", heredoc("<<", &attach)),
                ),
                "aws_ssm_document.z",
            ),
        ] {
            let run = world(&[&text]).refine(COMPLETE);
            // What is too long to be kept is noted.
            let is_told = run.stderr.contains(&may_give(address))
                || length > 100_000 && run.stderr.contains(TAKEN);
            assert!(is_told, "{length} {address}\n{}", run.stderr);
        }
        let data = block(
            "aws_instance",
            "z",
            &format!("  user_data = {}", heredoc("<<", &attach)),
        );
        let run = world(&[&data]).refine(COMPLETE);
        // What is too long to be kept is noted.
        let is_noted = run.stderr.contains(WRITTEN_DOWN) || run.stderr.contains(TAKEN);
        let is_told =
            run.stderr.contains(&may_give("aws_instance.z")) || length > 100_000 && is_noted;
        assert!(is_told, "{length}\n{}", run.stderr);
        let other = block(
            "aws_instance",
            "z",
            &format!("  user_data = {}", heredoc("<<", "echo")),
        );
        world(&[&other]).is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn what_leads_on_too_far_is_noted() {
    let mut locals = "locals {\n  l0 = { a = aws_iam_policy.m.arn }[var.x]\n".to_owned();
    for at in 1..400 {
        let _ = writeln!(locals, "  l{at} = [local.l{}][0]", at - 1);
    }
    locals.push_str("}\n");
    for (last, is_far) in [("l40", false), ("l399", true)] {
        let text = stack(&format!("jsonencode(local.{last})"));
        let world = world(&[&locals, &text]);
        if is_far {
            world.is_noted(COMPLETE, &text, TAKEN);
        } else {
            world.stays(COMPLETE, &may_give(STACK));
        }
    }
    // A file that is too large to be read.
    let text = stack("file(\"${path.module}/large.yaml\")");
    let large = world(&[&text]);
    large.write(
        "root/large.yaml",
        &format!("# {}\n{}\n", "x".repeat(1 << 20), arn("policy/m")),
    );
    large.is_noted(COMPLETE, &text, TAKEN);
}
