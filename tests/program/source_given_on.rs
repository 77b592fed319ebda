//! Policies that are written in one module and made in another one, which is given their text: by an argument, a
//! map of them, or back by an output.

use crate::accounts::arn;
use crate::run::Run;
use crate::source_uses::{
    COMPLETE, DOCUMENT, ENCODED, ROLE, World, block, inline, live, resource, role,
};
use serde_json::{Value, json};

/// A module as there are many: it makes what it is given a managed policy.
const POLICY_MODULE: &str = "variable \"policy\" {\n  type    = string\n  default = \"\"\n}\n\
    variable \"name\" {\n  type = string\n}\n\
    variable \"create\" {\n  type    = bool\n  default = true\n}\n\
    resource \"aws_iam_policy\" \"policy\" {\n  count  = var.create ? 1 : 0\n  name   = var.name\n  \
    policy = var.policy\n}\n\
    output \"arn\" {\n  value = try(aws_iam_policy.policy[0].arn, null)\n}\n\
    output \"policy\" {\n  value = try(aws_iam_policy.policy[0].policy, null)\n}\n";

const FAR: &str = "root/.terraform/modules/m";
const NEAR: &str = "root/modules/m";

/// A root module with a role, which calls a module that is in this folder and has this text.
struct Given {
    world: World,
    calls: Vec<&'static str>,
    children: Vec<Value>,
}

impl Given {
    fn of(folder: &str, module: &str, blocks: &[&str]) -> Self {
        let world = World::of(&[&[ROLE], blocks].concat(), vec![role("app")]);
        world.write(&format!("{folder}/main.tf"), module);
        Given {
            world,
            calls: Vec::new(),
            children: Vec::new(),
        }
        .in_folder(folder)
    }

    fn in_folder(self, folder: &str) -> Self {
        let folder = folder.strip_prefix("root/").unwrap();
        let called = |name: &str| json!({"Key": name, "Source": "ns/m/aws", "Dir": folder});
        let mut modules = vec![json!({"Key": "", "Source": "", "Dir": "."})];
        modules.extend(["m", "n"].map(called));
        let modules = json!({"Modules": modules});
        self.world
            .write("root/.terraform/modules/modules.json", &modules.to_string());
        self
    }

    /// With a managed policy that a call has made at an address, and that is attached to a role.
    fn making(mut self, address: &'static str, name: &str, holder: &str) -> Self {
        let (module, block) = address.split_once(".aws_").unwrap();
        let values = json!({"name": name, "arn": arn(&format!("policy/{name}")), "policy": live()});
        let mut made = resource("aws_iam_policy", "", values);
        made["address"] = address.into();
        made["name"] = block.split(['.', '[']).nth(1).unwrap().into();
        self.children
            .push(json!({"address": module, "resources": [made]}));
        let attached = json!({"role": holder, "policy_arn": arn(&format!("policy/{name}"))});
        let attachment = resource("aws_iam_role_policy_attachment", name, attached);
        self.world.resources.push(attachment);
        self.calls.push(address);
        self
    }

    fn refine(&self, options: &[&str]) -> Run {
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": self.world.resources, "child_modules": self.children,
        }}});
        self.world.refine_with(&state, options)
    }

    #[track_caller]
    fn is_edited(&self) -> Run {
        let run = self.refine(COMPLETE);
        let gone = run
            .stdout
            .lines()
            .filter(|line| line.starts_with('-') && line.contains("sqs:DeleteMessage"));
        assert_eq!(gone.count(), 1, "{}\n{}", run.stdout, run.stderr);
        run
    }

    #[track_caller]
    fn stays(&self, why: &str) {
        let run = self.refine(COMPLETE);
        assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{why}\n{}", run.stderr);
    }

    /// The same with one more block in the root module.
    fn with(mut self, block: &str) -> Self {
        self.world.text.push_str(block);
        self
    }
}

/// A call of the module.
fn call(name: &str, policy: &str) -> String {
    let near = "\"./modules/m\"";
    call_of(near, name, policy)
}

fn call_of(source: &str, name: &str, policy: &str) -> String {
    format!(
        "module \"{name}\" {{\n  source = {source}\n  name   = \"{name}\"\n  policy = {policy}\n}}\n"
    )
}

fn attachment(name: &str, policy: &str) -> String {
    format!(
        "resource \"aws_iam_role_policy_attachment\" \"{name}\" {{\n  role       = \
         aws_iam_role.app.name\n  policy_arn = {policy}\n}}\n"
    )
}

const OF_DOCUMENT: &str = "data.aws_iam_policy_document.d.json";
const MADE: &str = "module.m.aws_iam_policy.policy[0]";
const USED: &str = "data.aws_iam_policy_document.d is used here for something else too";

/// The document in the root module, given to a module that makes a managed policy of it.
fn given(folder: &str, module: &str) -> Given {
    let source = if folder == FAR {
        "\"ns/m/aws\""
    } else {
        "\"./modules/m\""
    };
    let call = call_of(source, "m", OF_DOCUMENT);
    let world = Given::of(
        folder,
        module,
        &[DOCUMENT, &call, &attachment("m", "module.m.arn")],
    );
    world.making(MADE, "m", "app")
}

#[test]
fn a_document_that_is_given_to_a_module_is_edited_where_it_stands() {
    for folder in [FAR, NEAR] {
        let run = given(folder, POLICY_MODULE).is_edited();
        assert!(run.stdout.contains("+++ b/main.tf"), "{}", run.stdout);
        let is_told = |line: &str| line.starts_with("note: ") && line.contains(".tf:");
        assert!(!run.stderr.lines().any(is_told), "{}", run.stderr);
    }
}

#[test]
fn a_module_that_is_not_there_is_not_looked_into() {
    let world = given(FAR, "");
    std::fs::remove_dir_all(world.world.folder.path().join(FAR)).unwrap();
    world.stays("written in a module that is downloaded (.terraform/modules/m)");
}

#[test]
fn what_a_module_does_with_it_beside_its_policy_keeps_it_as_it_is() {
    let other = |block: &str| format!("{POLICY_MODULE}{block}");
    for folder in [FAR, NEAR] {
        for harmless in [
            "locals {\n  text = var.policy\n}\n",
            "resource \"aws_s3_bucket\" \"b\" {\n  count  = var.policy == \"\" ? 1 : 0\n  bucket = \"b\"\n}\n",
            "output \"there\" {\n  value = var.policy\n}\n",
            "resource \"aws_s3_bucket\" \"b\" {\n  bucket     = \"b\"\n  depends_on = [aws_iam_policy.policy]\n}\n",
        ] {
            given(folder, &other(harmless)).is_edited();
        }
        for used in [
            "resource \"aws_s3_bucket_policy\" \"b\" {\n  policy = var.policy\n}\n",
            "locals {\n  text = replace(var.policy, \"a\", \"b\")\n}\nresource \"aws_sns_topic\" \"t\" {\n  policy = local.text\n}\n",
            "resource \"aws_sns_topic\" \"t\" {\n  policy = aws_iam_policy.policy[0].policy\n}\n",
            "resource \"aws_sns_topic\" \"t\" {\n  for_each = toset([var.policy])\n  name = \"t\"\n}\n",
            "resource \"aws_sns_topic\" \"t\" {\n  for_each = { a = var.policy }\n  policy = each.value\n}\n",
            "resource \"aws_sns_topic\" \"t\" {\n  dynamic \"x\" {\n    for_each = [var.policy]\n    content {\n      p = x.value\n    }\n  }\n}\n",
            "module \"far\" {\n  source = \"ns/x/aws\"\n  policy = var.policy\n}\n",
            "data \"aws_iam_policy_document\" \"e\" {\n  source_policy_documents = [var.policy]\n}\n",
        ] {
            given(folder, &other(used)).stays(USED);
        }
    }
}

#[test]
fn what_is_given_back_is_followed_to_whoever_asks_for_it() {
    let module = format!(
        "{POLICY_MODULE}output \"there\" {{\n  value = {{ p = aws_iam_policy.policy }}\n}}\n"
    );
    for output in [
        "module.m.policy",
        "module.m.there.p[0].policy",
        "module.m.there",
    ] {
        let used = format!("output \"p\" {{\n  value = {output}\n}}\n");
        given(FAR, &module).with(&used).stays(USED);
    }
    let name = "output \"p\" {\n  value = module.m.arn\n}\n";
    given(FAR, &module).with(name).is_edited();
}

#[test]
fn each_call_makes_what_it_is_given() {
    let two = DOCUMENT.replace("\"d\"", "\"e\"");
    let text = [
        &two,
        DOCUMENT,
        &call("m", OF_DOCUMENT),
        &call("n", "data.aws_iam_policy_document.e.json"),
        &attachment("m", "module.m.arn"),
        &attachment("n", "module.n.arn"),
    ];
    let world = |holder: &str| {
        let world = Given::of(NEAR, POLICY_MODULE, &text);
        let made = "module.n.aws_iam_policy.policy[0]";
        world.making(MADE, "m", "app").making(made, "n", holder)
    };
    let run = world("app").refine(COMPLETE);
    assert_eq!(
        run.stdout.matches("-    actions   = [\"sqs:Send").count(),
        2,
        "{}",
        run.stderr
    );
    // Nobody tells what the other role uses.
    let mut world = world("zed");
    world.world.resources.push(role("zed"));
    let attached = world.world.text.replace(
        "\"n\" {\n  role       = aws_iam_role.app.name",
        "\"n\" {\n  role       = \"zed\"",
    );
    world.world.text = attached;
    world.is_edited();
}

#[test]
fn one_document_that_two_calls_are_given_is_one_policy() {
    let made = "module.n.aws_iam_policy.policy[0]";
    let attached = attachment("n", "module.n.arn").replace("aws_iam_role.app.name", "\"zed\"");
    let two = |holder: &str| {
        let attached = if holder == "zed" {
            attached.clone()
        } else {
            attachment("n", "module.n.arn")
        };
        let world = given(NEAR, POLICY_MODULE)
            .with(&call("n", OF_DOCUMENT))
            .with(&attached);
        world.making(made, "n", holder)
    };
    two("app").is_edited();
    let mut other = two("zed");
    other.world.resources.push(role("zed"));
    let run = other.refine(COMPLETE);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert!(run.stderr.contains("role zed has it too"), "{}", run.stderr);
    // One that is not applied yet has nobody's finding.
    let ahead = given(NEAR, POLICY_MODULE).with(&call("n", OF_DOCUMENT));
    ahead.stays("no state has what aws_iam_policy.policy[0] of module.n makes");
}

#[test]
fn a_text_that_may_be_given_to_something_else_stays() {
    let other = DOCUMENT.replace("\"d\"", "\"e\"");
    let either =
        "var.on ? data.aws_iam_policy_document.d.json : data.aws_iam_policy_document.e.json";
    let call = call_of("\"ns/m/aws\"", "m", either);
    let attachment = attachment("m", "module.m.arn");
    let world = Given::of(FAR, POLICY_MODULE, &[DOCUMENT, &other, &call, &attachment]);
    world
        .making(MADE, "m", "app")
        .stays("written in a module that is downloaded");
    let known = either.replace("var.on", "true");
    let call = call_of("\"ns/m/aws\"", "m", &known);
    let world = Given::of(FAR, POLICY_MODULE, &[DOCUMENT, &other, &call, &attachment]);
    world.making(MADE, "m", "app").is_edited();
}

#[test]
fn a_text_in_a_map_is_followed_to_whoever_asks_for_it_there() {
    let locals = "variable \"k\" {}\nlocals {\n  docs = { k = { doc = data.aws_iam_policy_document.d.json, name = \"n\" } }\n  \
        all  = values(local.docs)[*].doc\n  one  = local.docs[\"k\"]\n}\n";
    let other = |policy: &str| {
        let block = format!(
            "resource \"aws_iam_role_policy\" \"q\" {{\n  name   = \"q\"\n  role   = \"zed\"\n  policy = {policy}\n}}\n"
        );
        let world = World::inline();
        world.write("root/other.tf", &format!("{locals}{block}"));
        world
    };
    for asked in [
        "local.docs[\"k\"].doc",
        "local.docs[var.k].doc",
        "values(local.docs)[0].doc",
        "[for one in local.docs : one.doc][0]",
        "lookup(local.docs, \"k\", null).doc",
        "join(\"\", values(local.docs)[*].doc)",
        "local.all[0]",
        "local.one.doc",
    ] {
        let run = other(asked).refine(COMPLETE);
        assert!(run.stdout.is_empty(), "{asked}");
        assert!(run.stderr.contains("other.tf:"), "{asked}: {}", run.stderr);
    }
    // What is beside it there has nothing of it.
    other("jsonencode({ a = local.docs[\"k\"].name })").is_edited(COMPLETE);
}

#[test]
fn what_is_not_as_the_state_has_it_stays() {
    let mut world = given(FAR, POLICY_MODULE);
    let less = live().replace("\"sqs:DeleteMessage\"", "\"sqs:ReceiveMessage\"");
    world.children[0]["resources"][0]["values"]["policy"] = less.into();
    world.stays("has another policy than the source");
    let ignored = POLICY_MODULE.replace(
        "  policy = var.policy\n",
        "  policy = var.policy\n  lifecycle {\n    ignore_changes = [policy]\n  }\n",
    );
    given(FAR, &ignored).stays("written in a module that is downloaded");
    let attached = "resource \"aws_iam_role_policy_attachment\" \"x\" {\n  role       = \"zed\"\n  policy_arn = aws_iam_policy.policy[0].arn\n}\n";
    given(FAR, &format!("{POLICY_MODULE}{attached}"))
        .stays("no state has what aws_iam_role_policy_attachment.x of module.m makes");
    let broken = given(FAR, POLICY_MODULE);
    broken.world.write(&format!("{FAR}/x.tf"), "locals {");
    broken.stays("written in a module that is downloaded");
    let laid_over = given(FAR, POLICY_MODULE);
    let over = "resource \"aws_iam_policy\" \"policy\" {\n  policy = \"{}\"\n}\n";
    laid_over.world.write(&format!("{FAR}/x_override.tf"), over);
    laid_over.stays("there are two blocks aws_iam_policy.policy");
}

/// A module that makes each policy of a map.
const OF_MAP: &str = "variable \"policies\" {\n  type = map(string)\n}\n\
    resource \"aws_iam_policy\" \"each\" {\n  for_each = var.policies\n  name     = each.key\n  policy   = each.value\n}\n\
    output \"arns\" {\n  value = { for k, p in aws_iam_policy.each : k => p.arn }\n}\n";

fn of_map(policies: &str, more: &[&str]) -> Given {
    let call =
        format!("module \"m\" {{\n  source   = \"./modules/m\"\n  policies = {policies}\n}}\n");
    let attachment = attachment("a", "module.m.arns[\"a\"]");
    let world = Given::of(NEAR, OF_MAP, &[more, &[&call, &attachment]].concat());
    world.making("module.m.aws_iam_policy.each[\"a\"]", "a", "app")
}

#[test]
fn a_map_of_policies_is_followed() {
    let locals = "locals {\n  all = { a = data.aws_iam_policy_document.d.json }\n}\n";
    of_map("{ a = data.aws_iam_policy_document.d.json }", &[DOCUMENT]).is_edited();
    of_map("local.all", &[DOCUMENT, locals]).is_edited();
    of_map("merge(local.all, {})", &[DOCUMENT, locals]).is_edited();
    let ahead =
        "{ a = data.aws_iam_policy_document.d.json, b = data.aws_iam_policy_document.d.json }";
    of_map(ahead, &[DOCUMENT])
        .stays("no state has what aws_iam_policy.each[\"b\"] of module.m makes");
    let used = "resource \"aws_sns_topic\" \"t\" {\n  policy = local.all[\"a\"]\n}\n";
    of_map("local.all", &[DOCUMENT, locals, used]).stays(USED);
}

#[test]
fn a_policy_that_is_written_in_an_argument_is_edited_there() {
    let heredoc = "<<EOF\n{\n  \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"sqs:SendMessage\", \
                   \"sqs:DeleteMessage\"], \"Resource\": \"*\"}]\n}\nEOF";
    for policy in [ENCODED, heredoc] {
        let call = call_of("\"ns/m/aws\"", "m", policy);
        let world = Given::of(
            FAR,
            POLICY_MODULE,
            &[&call, &attachment("m", "module.m.arn")],
        );
        let run = world.making(MADE, "m", "app").is_edited();
        assert!(
            run.stderr
                .contains("makes module.m.aws_iam_policy.policy[0]"),
            "{}",
            run.stderr
        );
    }
    of_map(&format!("{{\n    a = {ENCODED}\n  }}"), &[]).is_edited();
    let locals = format!("locals {{\n  all = {{\n    a = {ENCODED}\n  }}\n}}\n");
    of_map("local.all", &[&locals]).is_edited();
}

#[test]
fn what_is_named_after_a_key_has_nothing_of_what_is_at_it() {
    let locals = "locals {\n  all   = { a = data.aws_iam_policy_document.d.json }\n  more  = merge(local.all, var.more)\n  \
                  names = { for name, data in var.names : name => data if data != \"\" }\n  \
                  keys  = [for key, text in local.more : key]\n}\n";
    let world = |block: &str| of_map("local.all", &[DOCUMENT, locals, block]);
    let topic = |arguments: &str| format!("resource \"aws_sns_topic\" \"t\" {{\n{arguments}}}\n");
    for harmless in [
        // What `for` calls `data` is none.
        "  for_each = local.names\n  name = \"x-${each.key}\"\n  tags = { data = each.value }\n",
        "  for_each = local.more\n  name = \"x-${each.key}\"\n",
        "  for_each = { for key, text in local.more : key => 1 }\n  name = each.value\n",
        "  for_each = zipmap(var.names, values(local.all))\n  name = each.key\n",
        "  for_each = toset(local.keys)\n  name = each.key\n  display_name = local.keys[0]\n",
        "  for_each = toset(keys(local.more))\n  name = each.value\n",
        "  count = length(local.more)\n  name = \"x-${count.index}-${var.name}\"\n",
        "  name = \"x-${length(local.more)}-${var.name}\"\n",
    ] {
        let run = world(&topic(harmless)).refine(COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{harmless}\n{}",
            run.stderr
        );
    }
    for used in [
        "  for_each = local.more\n  name = \"x-${each.key}\"\n  policy = each.value\n",
        "  for_each = local.more\n  policy = lookup(local.more, each.key)\n",
        "  for_each = toset(concat(values(local.all), var.names))\n  name = each.key\n",
        "  for_each = setunion(values(local.all), var.names)\n  name = each.key\n",
        "  for_each = { for key, text in local.more : text => key }\n  name = each.key\n",
        "  for_each = { for key, text in local.more : key => { p = text } }\n  name = each.value.p\n",
        "  for_each = merge([{ x = { p = local.more } }, var.more]...)\n  policy = each.value.p[\"a\"]\n",
        "  for_each = zipmap(values(local.more), var.names)\n  name = each.key\n",
        "  policy = values(local.more)[0]\n",
    ] {
        world(&topic(used)).stays(USED);
    }
    let given = |texts: &str, kind: &str| {
        let set = format!("module \"s\" {{\n  source = \"./modules/s\"\n  texts  = {texts}\n}}\n");
        let given = of_map("local.all", &[DOCUMENT, locals, &set]);
        let listed = "root/.terraform/modules/modules.json";
        let path = given.world.folder.path().join(listed);
        let modules = std::fs::read_to_string(&path).unwrap();
        let own = "[{\"Key\": \"s\", \"Source\": \"./modules/s\", \"Dir\": \"modules/s\"}, ";
        std::fs::write(&path, modules.replacen('[', own, 1)).unwrap();
        let topic = topic("  for_each = var.texts\n  name = each.key\n");
        let text = format!("variable \"texts\" {{\n  type = {kind}\n}}\n{topic}");
        given.world.write("root/modules/s/main.tf", &text);
        given
    };
    given("values(local.all)", "set(string)").stays(USED);
    given("local.more", "map(string)").is_edited();
}

#[test]
fn of_documents_that_a_block_is_repeated_for_each_is_edited() {
    let document = DOCUMENT.replacen("{\n", "{\n  for_each = { a = 1 }\n", 1);
    let role_policy = |policy: &str| {
        let arguments = format!(
            "  for_each = data.aws_iam_policy_document.d\n  role     = aws_iam_role.app.id\n  policy   = {policy}\n"
        );
        block("aws_iam_role_policy", "app", &arguments)
    };
    let world = |policy: &str, more: &str| {
        let mut made = inline("app", "app");
        made["address"] = "aws_iam_role_policy.app[\"a\"]".into();
        let blocks = [ROLE, &document, &role_policy(policy), more];
        World::of(&blocks, vec![role("app"), made])
    };
    let topic = |argument: &str| {
        let each = "  for_each = data.aws_iam_policy_document.d\n";
        block("aws_sns_topic", "t", &format!("{each}{argument}\n"))
    };
    for policy in [
        "each.value.json",
        "data.aws_iam_policy_document.d[each.key].json",
    ] {
        world(policy, "").is_edited_in_silence(COMPLETE);
        world(policy, &topic("  name = each.key")).is_edited_in_silence(COMPLETE);
        for other in [
            "  policy = each.value.json",
            "  tags = each.value",
            "  name = each.key\n  dynamic \"x\" {\n    for_each = [each.value]\n    content {\n      y = x.value.json\n    }\n  }",
        ] {
            world(policy, &topic(other)).stays(COMPLETE, USED);
        }
        let of_texts =
            "  for_each = { for key, one in data.aws_iam_policy_document.d : one.json => 1 }";
        let of_texts = block(
            "aws_sns_topic",
            "t",
            &format!("{of_texts}\n  name = each.key\n"),
        );
        world(policy, &of_texts).stays(COMPLETE, USED);
    }
}

/// A role that embeds the policies of a map, each called by its key, of which the state has these.
fn of_keys(policies: &str, made: &[&str], more: &[&str]) -> World {
    let arguments = "  for_each = local.all\n  role     = aws_iam_role.app.id\n  name     = each.key\n  policy   = each.value\n";
    let own = block("aws_iam_role_policy", "app", arguments);
    let locals = format!("locals {{\n  all = {policies}\n}}\nvariable \"x\" {{}}\n");
    let made = made.iter().map(|name| {
        let mut made = inline("app", "app");
        made["address"] = format!("aws_iam_role_policy.app[\"{name}\"]").into();
        made["values"]["name"] = (*name).into();
        made
    });
    let blocks = [&[ROLE, DOCUMENT, &own, &locals], more].concat();
    World::of(&blocks, [role("app")].into_iter().chain(made).collect())
}

/// Asserts that all policies are edited.
fn each_is_edited(world: &World) {
    let run = world.refine(COMPLETE);
    assert!(!run.stderr.contains("passed over"), "{}", run.stderr);
    world.is_edited(COMPLETE);
}

const OTHER: &str = "data \"aws_iam_policy_document\" \"o\" {\n  statement {\n    \
    actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n    resources = [\"*\"]\n  }\n}\n";

#[test]
fn what_nobody_can_tell_of_other_keys_of_a_map_hides_none_that_are_known() {
    let d = "data.aws_iam_policy_document.d.json";
    let perhaps = format!("var.x == \"y\" ? {{ b = {d} }} : {{}}");
    of_keys(&perhaps, &["b"], &[]).is_edited(COMPLETE);
    let perhaps = format!("var.x == \"y\" ? {{}} : {{ b = {d} }}");
    of_keys(&perhaps, &["b"], &[]).is_edited(COMPLETE);
    let other = "var.x == \"y\" ? { b = data.aws_iam_policy_document.o.json } : {}";
    let merged = format!("merge({{ a = {d} }}, {other})");
    let not_followed = "the policy comes from each.value, which is not followed";
    of_keys(&merged, &["a"], &[OTHER]).is_edited(COMPLETE);
    each_is_edited(&of_keys(&merged, &["a", "b"], &[OTHER]));
    of_keys(&merged, &["a", "b"], &[OTHER]).is_edited_in_silence(COMPLETE);
    let third = OTHER.replace("\"o\"", "\"p\"");
    let more = "var.x != \"z\" ? { c = data.aws_iam_policy_document.p.json } : {}";
    let several = format!("merge({{ a = {d} }}, {other}, {more})");
    each_is_edited(&of_keys(&several, &["a", "b", "c"], &[OTHER, &third]));
    each_is_edited(&of_keys(&several, &["a", "c"], &[OTHER, &third]));
    let of_each = format!(
        "{{ for k, v in {{ a = {d}, b = data.aws_iam_policy_document.o.json }} : k => v if k != var.x }}"
    );
    each_is_edited(&of_keys(&of_each, &["a", "b"], &[OTHER]));
    // Another condition may put it under the same key.
    let same_key = format!(
        "merge({{ a = {d} }}, {other}, {})",
        more.replace("c =", "b =")
    );
    let run = of_keys(&same_key, &["a", "b"], &[OTHER, &third]).refine(COMPLETE);
    assert!(run.stderr.contains(not_followed), "{}", run.stderr);
    let edited = run.stdout.matches("-    actions").count();
    assert_eq!(edited, 1, "{}", run.stdout);
    // The same key may have another one.
    let one_key = format!("merge({{ a = {d} }}, {})", other.replace("b =", "a ="));
    of_keys(&one_key, &["a"], &[OTHER]).stays(COMPLETE, not_followed);
    of_keys(&format!("merge({{ a = {d} }}, var.x)"), &["a"], &[]).stays(COMPLETE, not_followed);
    let topic = block(
        "aws_sns_topic",
        "t",
        "  for_each = local.all\n  policy   = each.value\n",
    );
    of_keys(&merged, &["a"], &[OTHER, &topic]).stays(COMPLETE, USED);
}

#[test]
fn a_key_with_a_part_that_nobody_can_tell_has_the_only_document_that_may_be_there() {
    let of = |documents: &str| {
        format!("{{ for at, text in [{documents}] : \"${{var.x}}-${{at}}\" => text }}")
    };
    let d = "data.aws_iam_policy_document.d.json";
    of_keys(&of(d), &["x-0"], &[]).is_edited(COMPLETE);
    let both = format!("{d}, data.aws_iam_policy_document.o.json");
    let not_followed = "the policy comes from each.value, which is not followed";
    each_is_edited(&of_keys(&of(&both), &["x-0", "x-1"], &[OTHER]));
    let either = of(&both).replace("-${at}", "${at}");
    each_is_edited(&of_keys(&either, &["x0", "x1"], &[OTHER]));
    let either = of(&both).replace("-${at}", "${var.x}");
    of_keys(&either, &["x-0", "x-1"], &[OTHER]).stays(COMPLETE, not_followed);
    of_keys(&of(&format!("{d}, var.x")), &["x-1"], &[]).stays(COMPLETE, not_followed);
    of_keys(&of(&format!("{d}, var.x")), &["x-0"], &[]).is_edited(COMPLETE);
}

#[test]
fn what_a_downloaded_module_writes_itself_is_changed_by_what_its_text_comes_of() {
    let call = "module \"m\" {\n  source          = \"ns/m/aws\"\n  policy_name     = \"m\"\n  \
                policy_resource = \"*\"\n}\n";
    let module = |resource: &str| {
        let policy = ENCODED.replace("\"*\"", resource);
        format!(
            "variable \"policy_name\" {{}}\nvariable \"policy_resource\" {{}}\n\
             locals {{\n  resource = var.policy_resource\n}}\n\
             resource \"aws_iam_policy\" \"policy\" {{\n  count  = 1\n  name   = var.policy_name\n  policy = {policy}\n}}\n"
        )
    };
    for (resource, help) in [
        (
            "local.resource",
            "help: change policy_resource of module.m\n",
        ),
        (
            "\"*\"",
            "help: nothing that module.m gives it is in its text",
        ),
    ] {
        let world = Given::of(FAR, &module(resource), &[call]);
        world.making(MADE, "m", "app").stays(help);
    }
}
