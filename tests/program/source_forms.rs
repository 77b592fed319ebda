//! Policies of Terraform files in the forms that people write them in.

use serde_json::{Value, json};

use crate::accounts::arn;
use crate::source_uses::{
    COMPLETE, DOCUMENT, ENCODED, ROLE, World, block, inline, live, resource, role,
};

/// With an inline policy that is this expression, beside these blocks.
fn taking(policy: &str, blocks: &[&str]) -> World {
    let own = format!("  role   = aws_iam_role.app.id\n  policy = {policy}\n");
    let own = block("aws_iam_role_policy", "app", &own);
    let resources = vec![role("app"), inline("app", "app")];
    World::of(&[&[ROLE, &own], blocks].concat(), resources)
}

const BUCKET: &str = "resource \"aws_s3_bucket_policy\" \"b\" {\n  policy = POLICY\n}\n";

#[test]
fn what_comes_to_one_document_or_to_nothing_is_followed() {
    let counted = DOCUMENT.replace("{\n  statement", "{\n  count = 1\n  statement");
    for policy in [
        "one(data.aws_iam_policy_document.d[*].json)",
        "join(\"\", data.aws_iam_policy_document.d.*.json)",
        "join(\"\", data.aws_iam_policy_document.d[*].json)",
        "try(data.aws_iam_policy_document.d[0].json, \"\")",
        "try(data.aws_iam_policy_document.d[0].json, null)",
        "coalesce(one(data.aws_iam_policy_document.d[*].json), \"\")",
        "element(data.aws_iam_policy_document.d.*.json, 0)",
        "element(concat(data.aws_iam_policy_document.d.*.json, [\"\"]), 0)",
        "concat(data.aws_iam_policy_document.d.*.json, [\"\"])[0]",
        "\"${join(\"\", data.aws_iam_policy_document.d.*.json)}\"",
    ] {
        let world = taking(policy, &[&counted]);
        world.is_edited(&[]);
        let other = BUCKET.replace("POLICY", policy);
        let why = "data.aws_iam_policy_document.d is used here for something else too";
        world.with_block(&other).stays(&[], why);
    }
    let other = DOCUMENT.replace("\"d\"", "\"e\"");
    // What Terraform takes of two is known here.
    for policy in [
        "try(data.aws_iam_policy_document.d[0].json, data.aws_iam_policy_document.e.json)",
        "try(data.aws_iam_policy_document.d[0].json, \"{}\")",
        "true ? data.aws_iam_policy_document.d[0].json : data.aws_iam_policy_document.e.json",
        "join(\",\", data.aws_iam_policy_document.d.*.json)",
    ] {
        let world = taking(policy, &[&counted, &other]);
        world.is_edited(&[]);
        let used = BUCKET.replace("POLICY", policy);
        let why = "data.aws_iam_policy_document.d is used here for something else too";
        world.with_block(&used).stays(&[], why);
    }
    let maybe = DOCUMENT.replace("{\n  statement", "{\n  count = var.n\n  statement");
    taking(
        "try(data.aws_iam_policy_document.d[0].json, data.aws_iam_policy_document.e.json)",
        &[&maybe, &other],
    )
    .stays(&[], "which is not read");
    for policy in [
        "upper(data.aws_iam_policy_document.d[0].json)",
        "coalesce(var.policy, data.aws_iam_policy_document.d[0].json)",
    ] {
        taking(policy, &[&counted, &other]).stays(&[], "which is not read");
    }
}

#[test]
fn a_local_value_that_is_a_document_is_followed() {
    let locals = "locals {\n  doc = data.aws_iam_policy_document.d.json\n  more = local.doc\n}\n";
    for policy in ["local.doc", "local.more"] {
        let world = taking(policy, &[DOCUMENT, locals]);
        world.is_edited(&[]);
        let why = "data.aws_iam_policy_document.d is used here for something else too";
        let other = BUCKET.replace("POLICY", "local.doc");
        world.with_block(&other).stays(&[], why);
    }
    let around = "locals {\n  doc = local.more\n  more = local.doc\n}\n";
    taking("local.doc", &[around]).stays(&[], "takes itself");
    let variable = "locals {\n  doc = var.policy\n}\n";
    let why = "the policy comes from var.policy, which is not followed";
    taking("local.doc", &[variable]).stays(&[], why);
}

#[test]
fn a_template_file_is_edited_in_its_file() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \
        \"Action\": [\n      \"sqs:SendMessage\",\n      \"sqs:DeleteMessage\"\n    ],\n    \
        \"Resource\": \"${resource}\"\n  }]\n}\n";
    let template = |template: &str| {
        let vars = "  vars = {\n    resource = \"*\"\n  }\n";
        format!("data \"template_file\" \"t\" {{\n  template = {template}\n{vars}}}\n")
    };
    let file = "file(\"${path.module}/app.json\")";
    let world = |of: &str| {
        let world = taking("data.template_file.t.rendered", &[&template(of)]);
        world.write("root/app.json", text);
        world.write(".git/HEAD", "");
        world
    };
    let run = world(file).refine(&[]);
    let gone =
        "-      \"sqs:SendMessage\",\n-      \"sqs:DeleteMessage\"\n+      \"sqs:SendMessage\"\n";
    assert!(run.stdout.contains("--- a/app.json"), "{}", run.stderr);
    assert!(run.stdout.contains(gone), "{}", run.stdout);
    let other = BUCKET.replace("POLICY", "data.template_file.t.rendered");
    let why = "data.template_file.t is used here for something else too";
    world(file).with_block(&other).stays(&[], why);
    let why = "the policy comes from data.template_file.t.rendered, which is not followed";
    world("file(var.path)").stays(&[], why);
}

#[test]
fn a_number_or_a_truth_in_a_document_is_the_text_that_terraform_makes_of_it() {
    for (sid, made) in [("0", "0"), ("12", "12"), ("true", "true"), ("\"x\"", "x")] {
        let said = format!("statement {{\n    sid       = {sid}");
        let document = DOCUMENT.replace("statement {", &said);
        let mut world = taking("data.aws_iam_policy_document.d.json", &[&document]);
        let with_sid =
            |sid: &str| live().replacen("\"Effect\"", &format!("\"Sid\":\"{sid}\",\"Effect\""), 1);
        world.resources[1]["values"]["policy"] = with_sid(made).into();
        world.is_edited(&[]);
        world.resources[1]["values"]["policy"] = with_sid("other").into();
        world.stays(&[], "has another policy than the source");
    }
}

#[test]
fn a_document_that_may_have_principals_has_none_where_it_is_the_policy_of_a_role() {
    let principals =
        |kind: &str, body: &str| format!("statement {{\n    {kind} {{\n      {body}\n    }}");
    let dynamic = "for_each = var.principals\n      content {\n        type = \"AWS\"\n      }";
    let document = |inner: String| DOCUMENT.replace("statement {", &inner);
    let may_have = document(principals("dynamic \"principals\"", dynamic));
    taking("data.aws_iam_policy_document.d.json", &[&may_have]).is_edited(&[]);
    let has = document(principals("principals", "type = \"AWS\""));
    let why = "the document has principals";
    taking("data.aws_iam_policy_document.d.json", &[&has]).stays(&[], why);
}

/// What a `data "aws_iam_policy"` looked up.
fn looked_up(name: &str) -> Value {
    let values = json!({"arn": arn(&format!("policy/{name}")), "name": name, "id": arn(&format!("policy/{name}")), "policy": live()});
    let mut data = resource("aws_iam_policy", "other", values);
    data["mode"] = "data".into();
    data["address"] = "data.aws_iam_policy.other".into();
    data
}

#[test]
fn what_is_looked_up_by_what_nobody_can_tell_is_as_the_state_has_it() {
    let data = "data \"aws_iam_policy\" \"other\" {\n  arn = var.arn\n}\n";
    let taken = block(
        "aws_iam_role_policy",
        "other",
        "  count  = 0\n  role   = \"other\"\n  policy = data.aws_iam_policy.other.policy\n",
    );
    let world = || World::managed().with_block(data).with_block(&taken);
    let why = "the text of aws_iam_policy.m may be taken from AWS here";
    world().stays(COMPLETE, why);
    world().with(looked_up("m")).stays(COMPLETE, why);
    let what = "which policy this is about cannot be read here";
    world().with(looked_up("n")).is_noted(COMPLETE, data, what);
    // What stands there says more than the state.
    let own = data.replace("var.arn", "aws_iam_policy.m.arn");
    let world = World::managed().with_block(&own).with_block(&taken);
    world.with(looked_up("n")).stays(COMPLETE, why);
}

#[test]
fn what_a_module_that_is_not_applied_looks_up_is_not_what_another_one_does() {
    let modules = "module \"a\" {\n  source = \"./look\"\n  arn    = var.arn\n}\n\
                   module \"b\" {\n  source = \"./look\"\n  arn    = ARN\n}\n";
    let module = "variable \"arn\" {}\ndata \"aws_iam_policy\" \"other\" {\n  arn = var.arn\n}\n\
        resource \"aws_iam_role_policy\" \"other\" {\n  count = 0\n  role = \"other\"\n  policy = \
        data.aws_iam_policy.other.policy\n}\n";
    let mut data = looked_up("n");
    data["address"] = "module.a.data.aws_iam_policy.other".into();
    let world = |arn: &str| {
        let world = World::managed().with_block(&modules.replace("ARN", arn));
        world.write("root/look/main.tf", module);
        let all = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."},
            {"Key": "a", "Source": "./look", "Dir": "look"}, {"Key": "b", "Source": "./look", "Dir": "look"}]});
        world.write("root/.terraform/modules/modules.json", &all.to_string());
        world.write(".git/HEAD", "");
        world
    };
    let refine = |world: &World| {
        let child = json!({"address": "module.a", "resources": [data]});
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": world.resources, "child_modules": [child]}}});
        world.refine_with(&state, COMPLETE)
    };
    for (arn, is_edited) in [
        ("var.other", false),
        ("aws_iam_policy.m.arn", false),
        ("\"arn:aws:iam::123456789012:policy/n\"", true),
    ] {
        let world = world(arn);
        let run = refine(&world);
        assert_eq!(!run.stdout.is_empty(), is_edited, "{arn}: {}", run.stderr);
    }
}

/// A state as `terraform state pull` prints it, with providers.
fn raw(resources: &[(&str, &str, &str, Value)]) -> Value {
    let resources = resources.iter().map(|(mode, kind, provider, attributes)| {
        json!({"mode": mode, "type": kind, "name": if *kind == "aws_iam_role" { "app" } else { "x" },
            "provider": format!("provider[\"registry.terraform.io/hashicorp/aws\"]{provider}"),
            "instances": [{"attributes": attributes}]})
    });
    json!({"version": 4, "lineage": "x", "resources": resources.collect::<Vec<Value>>()})
}

#[test]
fn the_account_of_a_provider_is_told_by_whatever_is_made_through_it() {
    let own = format!("  provider = aws.two\n  role     = \"app\"\n  policy = {ENCODED}\n");
    let own = block("aws_iam_role_policy", "x", &own);
    let providers = "provider \"aws\" {\n  alias = \"two\"\n}\n";
    let refine = |more: &[(&str, &str, &str, Value)]| {
        let mut all = vec![
            (
                "managed",
                "aws_iam_role",
                "",
                json!({"name": "app", "arn": arn("role/app")}),
            ),
            (
                "managed",
                "aws_iam_role_policy",
                ".two",
                json!({"name": "x", "role": "app", "policy": live()}),
            ),
        ];
        all.extend_from_slice(more);
        let world = World::of(&[ROLE, providers, &own], Vec::new());
        world.refine_with(&raw(&all), &[])
    };
    let queue = |account: &str| json!({"arn": format!("arn:aws:sqs:eu-west-2:{account}:q")});
    let ours = "123456789012";
    assert_eq!(refine(&[]).stdout, "");
    let embedded = json!({"name": "app", "arn": arn("role/app"), "inline_policy": [{"name": "x", "policy": live()}]});
    let perhaps = refine(&[("managed", "aws_iam_role", "", embedded)]);
    let why = "whether aws_iam_role_policy.x makes its inline policy x nobody can tell";
    assert!(perhaps.stderr.contains(why), "{}", perhaps.stderr);
    for told in [
        ("managed", "aws_sqs_queue", ".two", queue(ours)),
        (
            "data",
            "aws_caller_identity",
            ".two",
            json!({"account_id": ours, "user_id": "SECRET"}),
        ),
        (
            "data",
            "aws_iam_role",
            ".two",
            json!({"arn": arn("role/other")}),
        ),
    ] {
        let run = refine(std::slice::from_ref(&told));
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{told:?}: {}",
            run.stderr
        );
        // Of two accounts nobody can tell which it is.
        let other = ("managed", "aws_sqs_queue", ".two", queue("210987654321"));
        assert_eq!(refine(&[told, other]).stdout, "");
    }
    for not_told in [
        ("managed", "aws_sqs_queue", "", queue(ours)),
        ("managed", "aws_sqs_queue", ".two", queue("210987654321")),
        (
            "managed",
            "aws_sqs_queue",
            ".two",
            json!({"account_id": ours}),
        ),
        ("data", "aws_sqs_queue", ".two", queue(ours)),
        (
            "managed",
            "aws_ram_resource_share_accepter",
            ".two",
            queue(ours),
        ),
        (
            "data",
            "aws_iam_policy",
            ".two",
            json!({"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ),
    ] {
        assert_eq!(
            refine(std::slice::from_ref(&not_told)).stdout,
            "",
            "{not_told:?}"
        );
    }
}

/// With a module that is given this argument, and says these blocks.
fn with_module(given: &str, blocks: &str) -> World {
    let call = format!("module \"x\" {{\n  source = \"./x\"\n  o      = {given}\n}}\n");
    let world = World::managed().with_block(&call);
    world.write("root/x/main.tf", &format!("variable \"o\" {{}}\n{blocks}"));
    let all = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "x", "Source": "./x", "Dir": "x"}]});
    world.write("root/.terraform/modules/modules.json", &all.to_string());
    world.write(".git/HEAD", "");
    world
}

#[test]
fn another_member_of_an_object_with_the_arn_in_it_is_not_the_arn() {
    let object = "{\n    arn  = aws_iam_policy.m.arn\n    more = { host = var.host }\n  }";
    let several = format!("{{ a = {object}, b = {{ more = {{ host = 1 }} }} }}");
    let stack = |value: &str| {
        format!("resource \"aws_cloudformation_stack\" \"s\" {{\n  template_body = {value}\n}}\n")
    };
    let each = |of: &str, value: &str| {
        let stack = stack(value);
        stack.replace(
            "  template_body",
            &format!("  for_each = {of}\n  template_body"),
        )
    };
    let names = "may give it to somebody";
    for (given, value, is_named) in [
        (object, stack("var.o.more.host"), false),
        (object, stack("var.o.arn"), true),
        (object, stack("jsonencode(var.o)"), true),
        (object, stack("values(var.o)[0]"), true),
        (object, stack("var.o[var.key]"), true),
        (
            object,
            stack("local.x.more") + "locals {\n  x = var.o\n}\n",
            false,
        ),
        (
            object,
            stack("local.x.arn") + "locals {\n  x = var.o\n}\n",
            true,
        ),
        (
            object,
            stack("local.x.p") + "locals {\n  x = { q = var.o.more, p = var.o.arn }\n}\n",
            true,
        ),
        (
            object,
            stack("local.x.q") + "locals {\n  x = { q = var.o.more, p = var.o.arn }\n}\n",
            false,
        ),
        (
            object,
            stack("local.x") + "locals {\n  x = { q = var.o.more, p = var.o.arn }\n}\n",
            true,
        ),
        (
            "{ \"a.b\" = aws_iam_policy.m.arn, c = 1 }",
            stack("var.o[\"a.b\"]"),
            true,
        ),
        (
            "merge({}, { a = aws_iam_policy.m.arn, c = 1 })",
            stack("local.x") + "locals {\n  x = var.o.a\n}\n",
            true,
        ),
        (&several, each("var.o", "each.value.more.host"), false),
        (
            &several,
            each(
                "{ for k, v in var.o : k => v if var.x }",
                "each.value.more.host",
            ),
            false,
        ),
        (
            &several,
            each("var.x ? var.o : {}", "each.value.more"),
            false,
        ),
        (&several, each("var.x ? var.o : {}", "each.key"), false),
    ] {
        let run = with_module(given, &value).refine(COMPLETE);
        let is_told = run.stderr.contains(names);
        assert_eq!(is_told, is_named, "{given} {value}: {}", run.stderr);
        assert_eq!(run.stdout.is_empty(), is_named, "{}", run.stderr);
    }
}

#[test]
fn what_a_module_is_given_for_each_of_is_looked_into() {
    let inner =
        "module \"y\" {\n  source   = \"../y\"\n  for_each = FOR_EACH\n  p        = VALUE\n}\n";
    let several = "{ a = { arn = aws_iam_policy.m.arn, types = [\"t\"] } }";
    let stack = "variable \"p\" {}\nresource \"aws_cloudformation_stack\" \"s\" {\n  template_body = var.p\n}\n";
    for (each, value, is_named) in [
        ("var.o", "try(each.value.types, var.types, [])", false),
        ("var.o", "each.value.arn", true),
        ("var.o", "each.value", true),
        ("var.o", "each.key", false),
        ("var.o", "lookup(each.value, var.x)", true),
        (
            "{ for k, v in var.o : k => v if var.create }",
            "each.value.types",
            false,
        ),
        ("{ for k, v in var.o : k => v.arn }", "each.value", true),
        // Terraform refuses what asks a text for a member.
        (
            "{ for k, v in var.o : k => v.arn }",
            "each.value.types",
            false,
        ),
        ("toset([for v in var.o : v.arn])", "each.key", true),
    ] {
        let blocks = inner.replace("FOR_EACH", each).replace("VALUE", value);
        let world = with_module(several, &blocks);
        world.write("root/y/main.tf", stack);
        let all = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "x", "Source": "./x", "Dir": "x"},
            {"Key": "x.y", "Source": "../y", "Dir": "y"}]});
        world.write("root/.terraform/modules/modules.json", &all.to_string());
        let run = world.refine(COMPLETE);
        assert_eq!(
            run.stdout.is_empty(),
            is_named,
            "{each} {value}: {}",
            run.stderr
        );
    }
}

#[test]
fn many_notes_that_say_the_same_are_one() {
    let output = |number: usize| {
        let value = "  policy_arn = var.arn\n  role = \"app\"\n";
        block(
            "aws_iam_role_policy_attachment",
            &format!("o{number}"),
            value,
        )
    };
    let world = |count: usize| {
        let blocks: String = (0..count).map(output).collect();
        World::managed().with_block(&blocks)
    };
    let notes = |count: usize| {
        let run = world(count).refine(COMPLETE);
        let lines = run.stderr.lines();
        let lines = lines.filter(|line| line.contains("which policy this is about"));
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(notes(10).len(), 10);
    let many = notes(12);
    assert_eq!(many.len(), 1, "{many:?}");
    let world = world(12);
    let second = world.line_of("resource \"aws_iam_role_policy_attachment\" \"o1\"");
    let said = format!("; so are main.tf:{second}, ");
    assert!(
        many[0].contains(&said) && many[0].ends_with("and 6 more"),
        "{many:?}"
    );
}

#[test]
fn a_module_that_is_given_the_text_of_a_document_is_given_no_arn() {
    let call = |value: &str| {
        format!("module \"q\" {{\n  source = \"ns/q/aws\"\n  queue_policy = {value}\n}}\n")
    };
    let world = |value: &str| {
        let world = World::managed()
            .with_block(DOCUMENT)
            .with_block(&call(value));
        let all = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."},
            {"Key": "q", "Source": "registry.terraform.io/ns/q/aws", "Version": "1.0.0", "Dir": ".terraform/modules/q"}]});
        world.write("root/.terraform/modules/modules.json", &all.to_string());
        world
    };
    let value = "[data.aws_iam_policy_document.d.json]";
    world(value).is_edited_in_silence(COMPLETE);
    let what = "which policy this is about cannot be read here";
    world("var.policy").is_noted(COMPLETE, &call("var.policy"), what);
}

/// A root module with two statements of which a variable decides which one is made, each on a resource.
fn alternatives(first: &str, second: &str) -> World {
    let dynamic = |count: &str, resource: &str| {
        format!(
            "  dynamic \"statement\" {{\n    for_each = {count}\n    content {{\n      actions   = \
             [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n      resources = [{resource}]\n    }}\n  }}\n"
        )
    };
    let document = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{}{}}}\n",
        dynamic("var.prod ? [1] : []", first),
        dynamic("var.prod ? [] : [1]", second)
    );
    let mut world = World::inline();
    world.text = world.text.replace(DOCUMENT, &document);
    world
}

#[test]
fn of_alternatives_the_one_that_is_made_is_edited() {
    let run = alternatives("\"arn:aws:sqs:::prod\"", "\"*\"").refine(&[]);
    let edited = "-      actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n\
                  +      actions   = [\"sqs:SendMessage\"]\n       resources = [\"*\"]\n";
    assert!(
        run.stdout.contains(edited),
        "{}\n{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(run.stdout.matches("\n-  ").count(), 1, "{}", run.stdout);
    // What the other one would allow, nothing allows.
    for told in ["1 of 1 unused action goes", "✓ 1 unused gone"] {
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("stays"), "{}", run.stderr);
}

#[test]
fn of_alternatives_that_nobody_can_tell_apart_goes_what_both_have() {
    for (first, second) in [
        ("\"*\"", "\"*\""),
        ("var.queue", "\"*\""),
        ("\"*\"", "var.queue"),
    ] {
        let mut world = alternatives(first, second);
        let run = world.refine(&[]);
        let gone = "\n-      actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]";
        assert_eq!(run.stdout.matches(gone).count(), 2, "{}", run.stderr);
        // What one of them alone has is not touched: it may be made or not.
        let actions = "[\"sqs:SendMessage\", \"sqs:DeleteMessage\"]";
        let more = "concat([\"sqs:SendMessage\"], var.more)";
        world.text = world.text.replacen(actions, more, 1);
        let run = world.refine(&[]);
        assert_eq!(run.stdout, "", "{}", run.stderr);
        let why = "nobody can tell whether statement 2 is made, or another one like it that does not have this";
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
}

/// What asks for a local value.
const ASKING: &str = r#""output": {"o": {"value": "${local.a}"}}"#;

#[test]
fn files_in_json_are_read_as_blocks() {
    let with = |json: &str| {
        let world = World::inline();
        world.write("root/x.tf.json", json);
        world
    };
    for harmless in [
        "{}",
        r#"[{"//": "data.aws_iam_policy_document.d"}]"#,
        r#"{"locals": {"a": "${b}", "c": ["$${x}"]}, "variable": {"v": {"default": {"a": "b"}}}}"#,
        r#"{"resource": {"aws_s3_bucket": {"b": [{"bucket": "${aws_iam_role_policy.app.name}"}]}}}"#,
        r#"{"resource": {"aws_x": {"x": {"depends_on": ["data.aws_iam_policy_document.d"]}}}}"#,
        r#"{"locals": [{"a": {"b": ["${data.aws_iam_policy_document.d.json}"]}}]}"#,
    ] {
        with(harmless).is_edited(&[]);
    }
    let used = "is used here for something else too";
    let by_reference = r#""a-${jsonencode(data.aws_iam_policy_document.d.json)}""#;
    for json in [
        format!(r#"{{"output": {{"o": {{"value": {by_reference}}}}}}}"#),
        format!(r#"{{"locals": [{{"a": {{"b": [{by_reference}]}}}}], {ASKING}}}"#),
        format!(r#"{{"locals": {{"a": {{{by_reference}: 1}}}}, {ASKING}}}"#),
        format!(r#"{{"module": {{"m": {{"source": "ns/m/aws", "policy": {by_reference}}}}}}}"#),
        r#"{"resource": {"aws_s3_bucket_policy": {"b": {"policy": "${data.aws_iam_policy_document.d.json}"}}}}"#.to_owned(),
        format!(r#"{{"locals": {{"a": "%{{ for x in aws_iam_role_policy.app.policy }}${{x}}%{{ endfor }}"}}, {ASKING}}}"#),
    ] {
        let run = with(&json).refine(&[]);
        assert!(run.stdout.is_empty() && run.stderr.contains(used), "{json}\n{}", run.stderr);
        assert!(run.stderr.contains("root/x.tf.json:1:") || run.stderr.contains("x.tf.json:1:"), "{}", run.stderr);
    }
    for (json, why) in [
        (
            r#"{"resource": {"aws_iam_role_policy": {"x": {"policy": "{}"}}}}"#,
            "IAM in JSON is not read",
        ),
        (
            r#"{"data": [{"aws_iam_policy": {"x": {}}}]}"#,
            "IAM in JSON is not read",
        ),
        (
            r#"{"provider": {"aws": {"alias": "b"}}}"#,
            "`provider` in JSON is not read",
        ),
        (r#"{"locals": {"a": "${"}}"#, "this is no template"),
        (r#"{"locals": 1}"#, "this is no block"),
        (r#"{"locals": {}"#, "x.tf.json:1"),
    ] {
        let run = with(json).refine(COMPLETE);
        assert!(
            run.stdout.is_empty() && run.stderr.contains(why),
            "{json}\n{}",
            run.stderr
        );
        let beside = "x.tf.json beside it is not read, and may use it too";
        assert!(run.stderr.contains(beside), "{json}\n{}", run.stderr);
    }
    // What a block in JSON makes may ask for the workspace.
    let workspace = r#"{"locals": {"a": "${terraform.workspace}"}}"#;
    assert_eq!(with(workspace).refine(&[]).exit, 2);
}
