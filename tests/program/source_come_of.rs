//! What a value comes of that is not known: nothing of it is lost on the way, in whichever order it is written and by
//! whichever functions it goes.

use crate::accounts::arn;
use crate::source_ahead::{OF_A_GROUP, TAKEN, of_a_group};
use crate::source_given::may_give;
use crate::source_uses::{COMPLETE, World, block, resource, role};
use serde_json::json;

fn command(line: &str) -> String {
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = {line}\n  }}\n");
    block("null_resource", "z", &provisioner)
}

fn attachment(policy_arn: &str) -> String {
    let own = format!("  role       = \"o\"\n  policy_arn = {policy_arn}\n");
    block("aws_iam_role_policy_attachment", "z", &own)
}

const NOT_MADE: &str = "no state has what aws_iam_role_policy_attachment.z makes";

/// A policy that is repeated, and variables of which nobody can tell anything.
fn repeated() -> World {
    let mut world = World::managed()
        .with_block("variable \"a\" {}\nvariable \"c\" {}\nvariable \"k\" {}\n")
        .with(role("o"));
    let plain = "resource \"aws_iam_policy\" \"m\" {\n";
    let each = format!("{plain}  for_each = toset([\"m\"])\n");
    world.text = world.text.replace(plain, &each);
    let own = "= aws_iam_policy.m.arn";
    world.text = world.text.replace(own, "= aws_iam_policy.m[\"m\"].arn");
    world.resources[1]["index"] = "m".into();
    world.resources[1]["address"] = "aws_iam_policy.m[\"m\"]".into();
    world
}

/// A module `k`, which no state has anything of.
fn with_module(world: World, call: &str, inner: &str) -> World {
    let call = format!("module \"k\" {{\n  source = \"./k\"\n{call}}}\n");
    let world = world.with_block(&call);
    let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "k", "Dir": "k"}]}"#;
    world.write("root/.terraform/modules/modules.json", modules);
    world.write("root/k/main.tf", inner);
    world
}

#[test]
fn a_resource_may_be_called_as_one() {
    let other =
        "resource \"aws_iam_role\" \"o\" {\n  name = \"o\"\n  assume_role_policy = \"{}\"\n";
    let of_it = "is used here for something else too";
    for (text, why) in [
        (
            format!(
                "{other}}}\n{}",
                block(
                    "aws_iam_role_policy",
                    "z",
                    "  role   = aws_iam_role.o.name\n  policy = resource.aws_iam_policy.m.policy\n",
                )
            ),
            of_it.to_owned(),
        ),
        (
            command("\"attach ${resource.aws_iam_policy.m.arn}\""),
            may_give("null_resource.z"),
        ),
        (
            attachment("resource.aws_iam_policy.m.arn"),
            NOT_MADE.to_owned(),
        ),
        (
            format!("{other}  permissions_boundary = resource.aws_iam_policy.m.arn\n}}\n"),
            "is a permissions boundary here".to_owned(),
        ),
        (
            format!("{other}  managed_policy_arns = [resource.aws_iam_policy.m.arn]\n}}\n"),
            "is attached here, and no state has it so".to_owned(),
        ),
        // What a block of this name binds is none.
        (
            block(
                "aws_x",
                "z",
                "  dynamic \"resource\" {\n    for_each = [aws_iam_policy.m]\n    content {\n      \
                 x = resource.value.policy\n    }\n  }\n",
            ),
            of_it.to_owned(),
        ),
    ] {
        let world = World::managed().with(role("o")).with_block(&text);
        world.stays(COMPLETE, &why);
    }
    let own = attachment("aws_iam_policy.m.arn")
        .replace("aws_iam_policy", "resource.aws_iam_policy")
        .replace("\"o\"", "resource.aws_iam_role.app.name");
    let values = json!({"role": "app", "policy_arn": arn("policy/m")});
    let made = resource("aws_iam_role_policy_attachment", "z", values);
    let world = World::managed().with_block(&own).with(made);
    world.is_edited_in_silence(COMPLETE);
}

#[test]
fn what_is_perhaps_not_given_is_perhaps_what_its_type_says() {
    let inner = format!(
        "variable \"role\" {{\n  type = object({{ name = string, boundary = optional(string, \"{}\") }})\n}}\n\
         resource \"aws_iam_role\" \"b\" {{\n  name                 = var.role.name\n  assume_role_policy   = \"{{}}\"\n  \
         permissions_boundary = var.role.boundary\n}}\n",
        arn("policy/m")
    );
    let world = |given: &str| {
        let call = format!("  role = {{ name = \"b\", {given} }}\n");
        with_module(repeated(), &call, &inner)
    };
    let why = "is a permissions boundary here";
    let other = arn("policy/other");
    world("boundary = null").stays(COMPLETE, why);
    world("").stays(COMPLETE, why);
    world(&format!("boundary = var.c ? null : \"{other}\"")).stays(COMPLETE, why);
    world(&format!("boundary = \"{other}\"")).is_edited_in_silence(COMPLETE);
    // Nobody can tell what an attribute of a resource is that is not written.
    let inner = inner
        .replace("boundary = optional", "permissions_boundary = optional")
        .replace("var.role.boundary", "var.role.permissions_boundary");
    let call = "  role = aws_iam_role.app\n";
    with_module(repeated(), call, &inner).stays(COMPLETE, why);
}

#[test]
fn what_a_function_writes_that_is_not_looked_into_may_be_any_text() {
    let world = |arn: &str| {
        World::managed()
            .with(role("o"))
            .with_block(&attachment(arn))
    };
    for written in [
        "base64decode(\"YXJuOmF3czppYW06OjEyMzQ1Njc4OTAxMjpwb2xpY3kvbQ==\")",
        "strrev(\"m/ycilop:210987654321::mai:swa:nra\")",
        "regex(\"^(.*)-x$\", \"arn:aws:iam::123456789012:policy/m-x\")[0]",
        "provider::text::reversed(\"m/ycilop:210987654321::mai:swa:nra\")",
        "formatlist(\"arn:aws:iam::123456789012:policy/%s\", regexall(\"[a-z]\", \"m n\"))[0]",
    ] {
        let text = attachment(written);
        world(written).is_noted(COMPLETE, &text, TAKEN);
    }
    // These give back what stands in what they are given.
    for part in [
        "flatten([[arn, \"arn:aws:iam::123456789012:policy/n\"]])[1]",
        "transpose({ a = [\"arn:aws:iam::123456789012:policy/n\"] })[\"a\"]",
    ] {
        let part = part.replace("arn, ", "\"arn:aws:iam::aws:policy/X\", ");
        world(&part).is_edited_in_silence(COMPLETE);
    }
    let own = "yamldecode(\"a: arn:aws:iam::123456789012:policy/m\").a";
    world(own).stays(COMPLETE, NOT_MADE);
}

#[test]
fn who_is_in_a_group_is_not_told_by_a_text_that_its_name_is_a_part_of() {
    for groups in [
        "regexall(\"[a-z]\", \"x g\")",
        "split(var.s, \"x,g\")",
        // Nor by a hash, nor by a number.
        "[\"x\", md5(\"x\")]",
        "[\"${length(var.s) + 0}\"]",
    ] {
        let own = format!("  user   = \"carl\"\n  groups = {groups}\n");
        let text = block("aws_iam_user_group_membership", "n", &own);
        let why = "no state has what aws_iam_user_group_membership.n makes";
        of_a_group(&text).stays(OF_A_GROUP, why);
    }
}

#[test]
fn a_key_may_look_as_what_nobody_can_tell() {
    let own = "  for_each   = toset([\"…\"])\n  role       = \"o\"\n  policy_arn = aws_iam_policy.m[\"m\"].arn\n";
    let text = block("aws_iam_role_policy_attachment", "z", own);
    let why = "no state has what aws_iam_role_policy_attachment.z[\"…\"] makes";
    repeated().with_block(&text).stays(COMPLETE, why);
}

#[test]
fn one_of_very_many_comes_of_all() {
    // 65 are more than are kept apart.
    let others: Vec<String> = (0..65).map(|at| format!("\"x{at}\"")).collect();
    let locals = format!(
        "locals {{\n  all = [{}, aws_iam_policy.m[\"m\"].arn]\n}}\n",
        others.join(", ")
    );
    let line = command("\"attach ${local.all[var.c]}\"");
    let world = repeated().with_block(&locals).with_block(&line);
    world.stays(COMPLETE, &may_give("null_resource.z"));
}

#[test]
fn what_stands_at_a_key_in_either_of_two_maps_counts() {
    let other = format!("\"{}\"", arn("policy/other"));
    let own = "aws_iam_policy.m[\"m\"].arn";
    for (one, other) in [(own, other.as_str()), (other.as_str(), own)] {
        let text = format!(
            "  for_each   = var.c ? {{ a = {one} }} : {{ a = {other} }}\n  role       = \"o\"\n  policy_arn = each.value\n"
        );
        let text = block("aws_iam_role_policy_attachment", "z", &text);
        let why = "no state has what aws_iam_role_policy_attachment.z[\"a\"] makes";
        repeated().with_block(&text).stays(COMPLETE, why);
    }
}

#[test]
fn what_is_written_in_a_format_is_in_the_text_whichever_verbs_it_has() {
    let own = arn("policy/m");
    for verb in ["%s", "%03d", "%q", "%5s", "%.2f", "%[1]s", "%#v"] {
        for (line, value) in [
            (
                format!("format(\"retry {verb} attach {own} to o\", VALUE)"),
                "3",
            ),
            (
                format!("formatlist(\"retry {verb} attach {own} to o\", VALUE)[0]"),
                "[3]",
            ),
        ] {
            let world = World::managed().with_block(&command(&line.replace("VALUE", value)));
            world.stays(COMPLETE, &may_give("null_resource.z"));
        }
    }
}

#[test]
fn what_stands_in_for_a_value_is_made_the_type_of_the_map() {
    let inner = "variable \"flags\" {\n  type    = map(string)\n  default = {}\n}\nvariable \"role\" {}\nvariable \"arn\" {}\n\
        resource \"aws_iam_role_policy_attachment\" \"z\" {\n  count      = COUNT\n  role       = var.role\n  \
        policy_arn = var.arn\n}\n";
    let call = "  role = \"o\"\n  arn  = aws_iam_policy.m.arn\n";
    let world = |count: &str| {
        let world = World::managed().with(role("o"));
        with_module(world, call, &inner.replace("COUNT", count))
    };
    let run = world("lookup(var.flags, \"skip\", true) == true ? 0 : 1").refine(COMPLETE);
    assert!(run.stderr.contains("taken to be as"), "{}", run.stderr);
    let run = world("lookup(var.flags, \"skip\", \"yes\") == \"yes\" ? 0 : 1").refine(COMPLETE);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    assert!(!run.stderr.contains("taken to be as"), "{}", run.stderr);
}

#[test]
fn what_looks_the_same_comes_of_both() {
    let own = "aws_iam_policy.m[var.k].arn";
    for (line, second) in [
        ("var.c ? \"attach ${ONE}\" : \"attach ${OTHER}\"", "var.a"),
        (
            "join(\" \", [for k in [ONE, OTHER] : \"attach ${k}\" if k != var.c])",
            "var.a",
        ),
        ("var.c ? upper(ONE) : upper(OTHER)", "var.a"),
        ("join(\" \", distinct([ONE, OTHER]))", "\"aa\""),
        (
            "join(\" \", toset([\"attach ${ONE}\", \"attach ${OTHER}\"]))",
            "var.a",
        ),
    ] {
        for (one, other) in [(own, second), (second, own)] {
            let line = line.replace("ONE", one).replace("OTHER", other);
            let world = repeated().with_block(&command(&line));
            world.stays(COMPLETE, &may_give("null_resource.z"));
        }
    }
    let name = "aws_iam_policy.m[var.k].name";
    for (one, other) in [(name, "var.c"), ("var.c", name)] {
        let given = format!(
            "var.c ? \"arn:aws:iam::${{var.a}}:policy/${{{one}}}\" : \"arn:aws:iam::${{var.a}}:policy/${{{other}}}\""
        );
        repeated()
            .with_block(&attachment(&given))
            .stays(COMPLETE, NOT_MADE);
    }
    // A name that is known is the policy's in either branch.
    let name = "aws_iam_policy.m[\"m\"].name";
    for (one, other) in [(name, "\"m\""), ("\"m\"", name)] {
        let text = command(&format!("\"attach ${{var.c ? {one} : {other}}}\""));
        repeated()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
}

#[test]
fn the_text_of_a_document_may_be_in_either_branch() {
    let inner = "variable \"d\" {}\nvariable \"a\" {}\nvariable \"c\" {}\nlocals {\n  policy = CHOSEN\n}\n\
        resource \"aws_iam_role_policy\" \"z\" {\n  role   = \"o\"\n  policy = local.policy\n}\n";
    let call = "  d = data.aws_iam_policy_document.d.json\n  a = var.a\n  c = var.c\n";
    let joined = |statements: &str| {
        format!("jsonencode({{ Version = \"2012-10-17\", Statement = concat({statements}, []) }})")
    };
    let (own, other) = ("jsondecode(var.d).Statement", "var.a");
    for (one, other) in [
        (joined(own), joined(other)),
        (joined(other), joined(own)),
        ("\"x${var.a}\"".to_owned(), "\"x${var.d}\"".to_owned()),
    ] {
        let chosen = format!("var.c ? {one} : {other}");
        let world = World::inline()
            .with_block("variable \"a\" {}\nvariable \"c\" {}\n")
            .with(role("o"));
        let world = with_module(world, call, &inner.replace("CHOSEN", &chosen));
        let why = "nobody can tell whether this is data.aws_iam_policy_document.d";
        world.stays(&[], why);
    }
}

#[test]
fn what_has_no_order_is_given_to_a_function_in_whichever() {
    for given in [
        "coalesce(toset([\"arn:aws:iam::123456789012:policy/other\", aws_iam_policy.m[var.k].arn])...)",
        "concat([for k in toset([\"arn:aws:iam::123456789012:policy/other\", aws_iam_policy.m[var.k].arn]) : [k]]...)[0]",
        "format(\"%s\", toset([aws_iam_policy.m[var.k].arn])...)",
    ] {
        let world = repeated().with_block(&attachment(given));
        world.stays(COMPLETE, NOT_MADE);
    }
    let users =
        "resource \"aws_iam_group_membership\" \"n\" {\n  users = [\"app\", \"aaa\", \"app\"]\n}\n";
    let values = json!({"role": "app", "policy_arn": arn("policy/m")});
    let made = resource("aws_iam_role_policy_attachment", "x", values);
    for role in [
        "coalesce(aws_iam_group_membership.n.users...)",
        "sort(aws_iam_group_membership.n.users)[1]",
    ] {
        let own = format!("  role       = {role}\n  policy_arn = aws_iam_policy.m.arn\n");
        let text = block("aws_iam_role_policy_attachment", "x", &own);
        let world = World::managed().with_block(users).with_block(&text);
        world.with(made.clone()).is_noted(COMPLETE, &text, TAKEN);
    }
}

#[test]
fn what_a_policy_says_too_is_not_told_by_that() {
    let said = "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = ARN }] })";
    let said = said.replace("ARN", "aws_iam_policy.m[\"m\"].arn");
    let part = "split(\"/\", aws_iam_policy.m[\"m\"].arn)[0]";
    for environment in [
        format!("A = {said}, B = {part}"),
        format!("A = {part}, B = {said}"),
        format!("B = {part}"),
    ] {
        let line = format!("\"run\"\n    environment = {{ {environment} }}");
        let text = command(&line);
        repeated()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
}

#[test]
fn a_key_of_which_nobody_can_tell_comes_of_what_is_repeated() {
    let each = "resource \"null_resource\" \"r\" {\n  for_each = toset([aws_iam_policy.m[var.k].arn])\n}\n";
    let world = |text: &str| repeated().with_block(each).with_block(text);
    for keys in ["null_resource.r", "toset(keys(null_resource.r))"] {
        let own = format!("  for_each   = {keys}\n  role       = \"o\"\n  policy_arn = each.key\n");
        let text = block("aws_iam_role_policy_attachment", "z", &own);
        let run = world(&text).refine(COMPLETE);
        assert!(
            run.stderr.contains("taken to be as"),
            "{keys}: {}",
            run.stderr
        );
    }
    let first = attachment("[for k, v in null_resource.r : k][0]");
    world(&first).stays(COMPLETE, NOT_MADE);
    let line = command("\"attach ${join(\" \", keys(null_resource.r))}\"");
    world(&line).stays(COMPLETE, &may_give("null_resource.z"));
}

#[test]
fn what_a_resource_only_gives_on_may_be_the_arn_of_a_policy() {
    let given = "resource \"terraform_data\" \"x\" {\n  input = var.a\n}\nresource \"null_resource\" \"t\" {\n  \
        triggers = { a = var.a }\n}\nresource \"aws_kms_key\" \"x\" {}\n";
    let taking = |arn: &str| block("aws_kms_thing", "z", &format!("  policy_arns = [{arn}]\n"));
    for arn in [
        "var.a",
        "terraform_data.x.output",
        "null_resource.t.triggers.a",
    ] {
        let text = taking(arn);
        let world = repeated().with_block(given).with_block(&text);
        world.is_noted(COMPLETE, &text, TAKEN);
    }
    let world = repeated().with_block(given);
    world
        .with_block(&taking("aws_kms_key.x.arn"))
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn what_stands_beside_a_policy_is_not_said_by_it() {
    let locals = "locals {\n  p = { a = aws_iam_policy.m.arn }\n}\nvariable \"x\" {}\n";
    let policy = "{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\"}]}";
    let encoded = "${jsonencode({ Statement = [{ Effect = \"Allow\" }] })}";
    for text in [
        format!("\"{encoded}${{local.p[var.x]}}\""),
        format!("\"{policy}${{local.p[var.x]}}\""),
        format!("\"${{local.p[var.x]}}{policy}\""),
        format!(
            "<<-EOT\n    ${{local.p[var.x]}}\n    {}\n  EOT",
            policy.replace('\\', "")
        ),
    ] {
        let world = World::managed().with_block(locals);
        let world = world.with_block(&command(&text));
        world.stays(COMPLETE, &may_give("null_resource.z"));
    }
    // Within it something may not be known.
    let says = policy.replace("}]}", ",\\\"Resource\\\":\\\"${local.p[var.x]}\\\"}]}");
    for text in [
        format!("\"{says}\""),
        format!("<<-EOT\n    {}\n  EOT", says.replace('\\', "")),
    ] {
        let own = format!("  name   = \"p\"\n  policy = {text}\n");
        let world = World::managed().with_block(locals);
        let world = world.with_block(&block("aws_ssm_parameter", "z", &own));
        world.is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn what_is_too_deep_to_be_gone_through_is_so_within_a_policy_too() {
    let deep = |deepest: usize| {
        let locals = (1..=deepest).map(|at| format!("  l{at} = [local.l{}][0]\n", at - 1));
        let locals: String = locals.collect();
        let first = "l0 = { a = data.aws_iam_policy_document.d.json }[var.x]";
        format!("locals {{\n  {first}\n{locals}}}\nvariable \"x\" {{}}\n")
    };
    let said = "jsonencode({ Statement = [{ Effect = \"Allow\", Resource = \"*\", Action = \
        jsondecode(local.lLAST).Statement[0].Action }] })";
    for last in [0, 40, 399] {
        let said = said.replace("LAST", &last.to_string());
        let own = format!("  role   = \"o\"\n  policy = {said}\n");
        let world = World::inline().with(role("o")).with_block(&deep(last));
        let world = world.with_block(&block("aws_iam_role_policy", "z", &own));
        let why = "nobody can tell whether this is data.aws_iam_policy_document.d";
        world.stays(&[], why);
    }
    // Another document has nothing of it.
    let other = "data \"aws_iam_policy_document\" \"e\" {\n  statement {\n    actions = [\"s3:GetObject\"]\n  }\n}\n";
    let own = "  role   = \"o\"\n  policy = { a = data.aws_iam_policy_document.e.json, b = local.l0 }.a\n";
    let world = World::inline()
        .with(role("o"))
        .with_block(&deep(0))
        .with_block(other);
    let world = world.with_block(&block("aws_iam_role_policy", "z", own));
    world.is_edited_in_silence(&[]);
}

#[test]
fn of_a_set_two_may_be_one() {
    for set in [
        "toset([var.a, var.c])",
        "distinct([var.a, var.c])",
        "setunion([var.a], [var.c])",
    ] {
        let given = format!("{{ for u in {set} : \"k\" => aws_iam_policy.m[\"m\"].arn }}[\"k\"]");
        repeated()
            .with_block(&attachment(&given))
            .stays(COMPLETE, NOT_MADE);
    }
    // What Terraform refuses is not known to be something else.
    let text = attachment("{ a = aws_iam_policy.m[\"m\"].arn }.b");
    repeated()
        .with_block(&text)
        .is_noted(COMPLETE, &text, TAKEN);
}

#[test]
fn what_modules_give_back_that_are_not_read_is_asked_for_once() {
    let modules = |count: usize, begin: &str| {
        let call = |at: usize| {
            let given = match at {
                0 => begin.to_owned(),
                at => format!(
                    "\"${{module.b{}.x}}/0\", \"${{module.b{}.x}}/1\"",
                    at - 1,
                    at - 1
                ),
            };
            format!(
                "module \"b{at}\" {{\n  source = \"ns/b/aws\"\n  itself = module.b{at}.y\n  given  = [{given}]\n}}\n"
            )
        };
        let calls: String = (0..count).map(call).collect();
        let keys =
            (0..count).map(|at| json!({"Key": format!("b{at}"), "Dir": ".terraform/modules/b"}));
        let root = json!({"Key": "", "Dir": "."});
        let world = repeated().with_block(&calls);
        let all: Vec<_> = std::iter::once(root).chain(keys).collect();
        world.write(
            "root/.terraform/modules/modules.json",
            &json!({"Modules": all}).to_string(),
        );
        world.write(
            "root/.terraform/modules/b/main.tf",
            "variable \"given\" {}\n",
        );
        world
    };
    // Asked for each time it would be too much to be gone through, which is noted.
    let last = command("\"run ${module.b39.x}\"");
    modules(40, "var.a")
        .with_block(&last)
        .is_edited_in_silence(COMPLETE);
    let world = modules(40, "aws_iam_policy.m[var.k].arn").with_block(&last);
    world.stays(COMPLETE, &may_give("null_resource.z"));
}
