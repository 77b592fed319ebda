//! Whose a policy of Terraform files is, and what else it is used for. Where that is not known, it stays
//! as it is, and why is told.

use std::fs;

use crate::accounts::arn;
use crate::run::{Run, RunIt, folder, iam_refine};
use crate::source_ahead::TAKEN;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A root module with a role, of which `sqs:DeleteMessage` is reported as unused.
pub struct World {
    pub folder: TempDir,
    pub text: String,
    pub resources: Vec<Value>,
    pub finding: Value,
}

pub const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name               = \"app\"\n  \
    assume_role_policy = \"{}\"\n}\n";

pub const DOCUMENT: &str = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    \
    actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n    resources = [\"*\"]\n  }\n}\n";

/// What each of the two forms of a policy is called where others refer to it.
pub const ENCODED: &str = "jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [{ Effect = \
    \"Allow\", Action = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"], Resource = \"*\" }]\n  })";

pub fn block(kind: &str, name: &str, arguments: &str) -> String {
    format!("resource \"{kind}\" \"{name}\" {{\n{arguments}}}\n")
}

pub fn resource(kind: &str, name: &str, values: impl Into<Value>) -> Value {
    json!({
        "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
        "values": values.into(),
    })
}

pub fn live() -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": "*",
    }]})
    .to_string()
}

pub fn role(name: &str) -> Value {
    resource(
        "aws_iam_role",
        name,
        json!({"name": name, "arn": arn(&format!("role/{name}"))}),
    )
}

pub fn inline(name: &str, role: &str) -> Value {
    let values = json!({"name": name, "role": role, "policy": live()});
    resource("aws_iam_role_policy", name, values)
}

impl World {
    /// With an inline policy whose document is a block of its own.
    pub fn inline() -> Self {
        let own =
            "  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n";
        let own = block("aws_iam_role_policy", "app", own);
        World::of(
            &[ROLE, &own, DOCUMENT],
            vec![role("app"), inline("app", "app")],
        )
    }

    /// With a managed policy that is attached to the role.
    pub fn managed() -> Self {
        let own = block(
            "aws_iam_policy",
            "m",
            &format!("  name   = \"m\"\n  policy = {ENCODED}\n"),
        );
        let attachment =
            "  role       = aws_iam_role.app.name\n  policy_arn = aws_iam_policy.m.arn\n";
        let attachment = block("aws_iam_role_policy_attachment", "a", attachment);
        let m = json!({"name": "m", "arn": arn("policy/m"), "policy": live()});
        let a = json!({"role": "app", "policy_arn": arn("policy/m")});
        World::of(
            &[ROLE, &own, &attachment],
            vec![
                role("app"),
                resource("aws_iam_policy", "m", m),
                resource("aws_iam_role_policy_attachment", "a", a),
            ],
        )
    }

    pub fn of(blocks: &[&str], resources: Vec<Value>) -> Self {
        World {
            folder: folder(),
            text: blocks.concat(),
            resources,
            finding: finding("role/app"),
        }
    }

    pub fn with_block(mut self, block: &str) -> Self {
        self.text.push_str(block);
        self
    }

    pub fn with(mut self, resource: Value) -> Self {
        self.resources.push(resource);
        self
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn refine(&self, options: &[&str]) -> Run {
        self.write("root/main.tf", &self.text);
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": self.resources,
        }}});
        self.refine_with(&state, options)
    }

    pub fn refine_with(&self, state: &Value, options: &[&str]) -> Run {
        self.write("root/main.tf", &self.text);
        self.write("state.json", &state.to_string());
        self.write("f.json", &self.finding.to_string());
        let mut command = iam_refine();
        command.current_dir(self.folder.path().join("root"));
        command.args(["refine", ".", "../state.json", "../f.json"]);
        command.args(options).run()
    }

    /// Asserts that it is edited.
    pub fn is_edited(&self, options: &[&str]) {
        let run = self.refine(options);
        assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    }

    /// The same, and that nothing is said of what is believed or written down.
    pub fn is_edited_in_silence(&self, options: &[&str]) {
        let run = self.refine(options);
        assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
        let is_told = run.stderr.contains("note: main.tf:");
        assert!(!is_told, "{}", run.stderr);
    }

    /// Asserts that it is edited, and that a note says so `what` at the first line of a block.
    #[track_caller]
    pub fn is_noted(&self, options: &[&str], block: &str, what: &str) {
        let run = self.refine(options);
        assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
        let place = format!("note: main.tf:{}:", self.line_of(block));
        let mut lines = run.stderr.lines();
        let is_said = lines.any(|line| line.starts_with(&place) && line.contains(what));
        assert!(is_said, "{place} {what}\n{}", run.stderr);
    }

    /// The line that a block begins in.
    pub fn line_of(&self, block: &str) -> usize {
        let at = self.text.find(block).expect("it is in the text");
        1 + self.text[..at].lines().count()
    }

    /// Asserts that it stays, and that `why` is told.
    pub fn stays(&self, options: &[&str], why: &str) {
        let run = self.refine(options);
        assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{why}\n{}", run.stderr);
    }
}

pub fn finding(of: &str) -> Value {
    json!({
        "id": of, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resource": arn(of),
        "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
        "findingDetails": [{"unusedPermissionDetails": {
            "serviceNamespace": "sqs", "actions": [{"action": "DeleteMessage"}],
        }}],
    })
}

pub const COMPLETE: &[&str] = &["--states-complete"];

/// Asserts that the policy is edited, and that the block at a place is noted.
#[track_caller]
pub fn is_believed(run: &Run, place: &str) {
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let start = format!("note: {place}:");
    let mut lines = run.stderr.lines();
    let is_said = lines.any(|line| line.starts_with(&start) && line.contains(TAKEN));
    assert!(is_said, "{place}: {}", run.stderr);
}

#[test]
fn what_is_one_role_s_alone_is_edited() {
    World::inline().is_edited(&[]);
    World::managed().is_edited(COMPLETE);
    World::managed().stays(&[], "a state does not tell who else has a managed policy");
}

#[test]
fn what_a_policy_is_taken_on_for_keeps_it_as_it_is() {
    let why = "is used here for something else too";
    let whole = "output \"p\" {\n  value = aws_iam_role_policy.app\n}\n";
    let given =
        "aws_iam_role_policy.app is used here for something else too: all of it, with its policy";
    World::inline().with_block(whole).stays(&[], given);
    let text = "output \"p\" {\n  value = aws_iam_role_policy.app.policy\n}\n";
    let leave_out = "help: leave it out of this output";
    World::inline().with_block(text).stays(&[], leave_out);
    for other in [
        text,
        "output \"p\" {\n  value = [for p in [aws_iam_role_policy.app] : p.policy]\n}\n",
        "locals {\n  p = data.aws_iam_policy_document.d\n}\noutput \"p\" {\n  value = local.p.json\n}\n",
        "locals {\n  p = data.aws_iam_policy_document.d\n}\noutput \"p\" {\n  value = local.p\n}\n",
        "module \"m\" {\n  source = \"ns/m/aws\"\n  policy = aws_iam_role_policy.app.policy\n}\n",
        "resource \"aws_x\" \"x\" {\n  for_each = aws_iam_role_policy.app\n  y = each.value.policy\n}\n",
        "resource \"aws_x\" \"x\" {\n  for_each = toset([aws_iam_role_policy.app.policy])\n  y = each.key\n}\n",
    ] {
        World::inline().with_block(other).stays(&[], why);
    }
    let other_role = |dynamic: &str| {
        let arguments = "  name = \"other\"\n  assume_role_policy = \"{}\"\n";
        let dynamic = format!("  dynamic \"inline_policy\" {{\n{dynamic}  }}\n");
        block("aws_iam_role", "other", &format!("{arguments}{dynamic}"))
    };
    for other in [
        "output \"p\" {\n  value = values(aws_iam_policy.m)[*].policy\n}\n".to_owned(),
        // In a dynamic block each one is called by the block's name.
        other_role(
            "    for_each = aws_iam_policy.m\n    content {\n      name   = inline_policy.key\n      \
             policy = inline_policy.value.policy\n    }\n",
        ),
        "resource \"aws_x\" \"x\" {\n  for_each = { for k, v in aws_iam_policy.m : v.policy => k }\n  \
         y = each.key\n}\n"
            .to_owned(),
        "resource \"aws_x\" \"x\" {\n  for_each = { for k, v in aws_iam_policy.m : k => { arn = v.policy } }\n  \
         y = each.value.arn\n}\n"
            .to_owned(),
    ] {
        World::managed().with_block(&other).stays(COMPLETE, why);
    }
}

#[test]
fn what_is_asked_for_no_more_than_an_arn_takes_nothing_on() {
    let attachment = |own: &str| {
        let text = format!("{own}  role       = aws_iam_role.app.name\n");
        let mut world = World::managed();
        let at = world
            .text
            .find("resource \"aws_iam_role_policy_attachment\"")
            .unwrap();
        world.text.truncate(at);
        world.with_block(&block("aws_iam_role_policy_attachment", "a", &text))
    };
    let keyed = |mut world: World| {
        world.resources[2]["address"] = "aws_iam_role_policy_attachment.a[\"m\"]".into();
        world
    };
    let each = |each: &str, asks: &str| {
        keyed(attachment(&format!(
            "  for_each   = {each}\n  policy_arn = {asks}\n"
        )))
    };
    each("{ m = aws_iam_policy.m }", "each.value.arn").is_edited(COMPLETE);
    attachment("  policy_arn = values({ k = aws_iam_policy.m })[0].arn\n").is_edited(COMPLETE);
    attachment("  policy_arn = [for p in [aws_iam_policy.m] : p.arn][0]\n").is_edited(COMPLETE);
    let why = "is used here for something else too";
    each("{ m = aws_iam_policy.m }", "each.value.policy").stays(COMPLETE, why);
    each("{ m = aws_iam_policy.m.policy }", "each.value").stays(COMPLETE, why);
    each("toset([aws_iam_policy.m.policy])", "\"x\"").stays(COMPLETE, why);
    attachment("  policy_arn = [for p in [aws_iam_policy.m] : p.policy][0]\n").stays(COMPLETE, why);
    // Whether it is there says nothing of it.
    let there = |asks: &str| format!("aws_iam_policy.m != null ? aws_iam_policy.m{asks} : null");
    attachment(&format!("  policy_arn = {}\n", there(".arn"))).is_edited(COMPLETE);
    attachment(&format!("  policy_arn = ({}).policy\n", there(""))).stays(COMPLETE, why);
    for other in [there(""), there(".policy")] {
        let topic = block("aws_sns_topic", "t", &format!("  name = {other}\n"));
        World::managed().with_block(&topic).stays(COMPLETE, why);
    }
    for (asks, is_other) in [("arn", false), ("policy", true)] {
        let dynamic = format!(
            "  dynamic \"y\" {{\n    for_each = [aws_iam_policy.m]\n    content {{\n      z = y.value.{asks}\n    \
             }}\n  }}\n"
        );
        let world = World::managed().with_block(&block("aws_ssm_x", "x", &dynamic));
        if is_other {
            world.stays(COMPLETE, why);
        } else {
            world.is_edited(COMPLETE);
        }
    }
}

#[test]
fn a_managed_policy_whose_text_is_read_back_from_aws_stays() {
    let why = "the text of aws_iam_policy.m may be taken from AWS here";
    let read = |by: &str| format!("data \"aws_iam_policy\" \"m\" {{\n  {by}\n}}\n");
    let taken = block(
        "aws_iam_role_policy",
        "other",
        "  count  = 0\n  role   = \"other\"\n  policy = data.aws_iam_policy.m.policy\n",
    );
    let own_arn = format!("arn = \"{}\"", arn("policy/m"));
    for by in [
        "arn = aws_iam_policy.m.arn",
        "arn = var.arn",
        "name = \"m\"",
        &own_arn,
    ] {
        let world = World::managed().with_block(&read(by));
        world.is_edited(COMPLETE);
        world.with_block(&taken).stays(COMPLETE, why);
    }
    for (arguments, is_taken) in [
        ("  y = each.value.arn\n", false),
        ("  y = each.value.policy\n", true),
        ("  y = data.aws_iam_policy.m\n", true),
    ] {
        let each = format!("  for_each = data.aws_iam_policy.m\n{arguments}");
        let world = World::managed().with_block(&read("name = \"m\""));
        let world = world.with_block(&block("aws_iam_group_policy_attachment", "x", &each));
        if is_taken {
            world.stays(COMPLETE, why);
        } else {
            world.is_edited(COMPLETE);
        }
    }
    for by in [
        "arn = \"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
        "arn = \"arn:${var.partition}:iam::aws:policy/ReadOnlyAccess\"",
        "name = \"n\"",
    ] {
        let world = World::managed().with_block(&read(by)).with_block(&taken);
        world.is_edited(COMPLETE);
    }
}

#[test]
fn what_only_names_a_policy_is_no_use_of_it() {
    for other in [
        "output \"name\" {\n  value = aws_iam_role_policy.app.name\n}\n",
        "resource \"aws_x\" \"x\" {\n  depends_on = [data.aws_iam_policy_document.d]\n}\n",
        "resource \"aws_x\" \"x\" {\n  for_each = { a = aws_iam_role_policy.app }\n  y = each.value.name\n}\n",
        "resource \"aws_x\" \"x\" {\n  count = length(aws_iam_role_policy.app)\n}\n",
    ] {
        World::inline().with_block(other).is_edited(&[]);
    }
    let named = "output \"arn\" {\n  value = aws_iam_policy.m.arn\n}\n";
    World::managed().with_block(named).is_edited(COMPLETE);
}

#[test]
fn a_local_value_that_is_the_policy_of_one_is_edited() {
    let world = || {
        let own = "  role   = aws_iam_role.app.id\n  policy = local.p\n";
        let own = block("aws_iam_role_policy", "app", own);
        let locals = format!("locals {{\n  other = \"x\"\n  p     = {ENCODED}\n}}\n");
        World::of(
            &[ROLE, &own, &locals],
            vec![role("app"), inline("app", "app")],
        )
    };
    world().is_edited(&[]);
    let why = "local.p is used here for something else too";
    for other in [
        "resource \"aws_s3_bucket_policy\" \"b\" {\n  policy = local.p\n}\n",
        "locals {\n  q = local.p\n}\nresource \"aws_s3_bucket_policy\" \"b\" {\n  policy = local.q\n}\n",
        "output \"p\" {\n  value = \"${local.p}\"\n}\n",
    ] {
        world().with_block(other).stays(&[], why);
    }
    let again = world();
    again.write("root/x_override.tf", "locals {\n  p = var.p\n}\n");
    again.stays(&[], "local.p is given twice");
    let far = "  count  = 0\n  role   = \"x\"\n  policy = local.q\n";
    let far = block("aws_iam_role_policy", "far", far);
    world().with_block(&far).is_edited(&[]);
}

/// With an inline policy in a file that this call reads.
pub fn in_file(call: &str, text: &str) -> World {
    let own = format!("  role   = aws_iam_role.app.id\n  policy = {call}\n");
    let own = block("aws_iam_role_policy", "app", &own);
    let world = World::of(&[ROLE, &own], vec![role("app"), inline("app", "app")]);
    world.write("root/policies/app.json", text);
    world.write(".git/HEAD", "");
    world
}

pub const IN_FILE: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \
    \"Action\": [\n      \"sqs:SendMessage\",\n      \"sqs:DeleteMessage\"\n    ],\n    \"Resource\": \"*\"\n  }]\n}\n";

#[test]
fn a_change_that_terraform_ignores_is_not_made() {
    for ignored in [
        "[policy]",
        "[name, policy]",
        "all",
        "[\"policy\"]",
        "[\"*\"]",
    ] {
        let mut world = World::inline();
        let lifecycle = format!("  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n");
        let policy = "  policy = data.aws_iam_policy_document.d.json\n";
        world.text = world.text.replace(policy, &format!("{policy}{lifecycle}"));
        world.stays(
            &[],
            "Terraform ignores changes of the policy of aws_iam_role_policy.app",
        );
        world.text = world.text.replace(ignored, "[name]");
        world.is_edited(&[]);
    }
}

#[test]
fn what_terraform_ignores_the_changes_of_is_as_the_state_has_it() {
    let ignoring = |block: &str, name: &str| {
        let own = block.trim_end().strip_suffix('}').unwrap();
        format!("{own}  lifecycle {{\n    ignore_changes = [{name}]\n  }}\n}}\n")
    };
    let mut world = World::inline();
    let at = world.text.find("resource \"aws_iam_role_policy\"").unwrap();
    let end = at + world.text[at..].find("\n}\n").unwrap() + 3;
    let own = world.text[at..end].replace("aws_iam_role.app.id", "\"elsewhere\"");
    world.text.replace_range(at..end, &ignoring(&own, "role"));
    world.is_edited_in_silence(&[]);
    // An attachment goes on giving what it gave, and to whom it did.
    let attachment = |name: &str, policy: &str| {
        let own = format!("  role       = \"zed\"\n  policy_arn = {policy}\n");
        ignoring(&block("aws_iam_role_policy_attachment", "z", &own), name)
    };
    let made = |role: &str, policy: &str| {
        let values = json!({"role": role, "policy_arn": arn(policy)});
        resource("aws_iam_role_policy_attachment", "z", values)
    };
    World::managed()
        .with_block(&attachment("role", "aws_iam_policy.m.arn"))
        .with(made("app", "policy/m"))
        .is_edited_in_silence(COMPLETE);
    World::managed()
        .with_block(&attachment("policy_arn", "aws_iam_policy.m.arn"))
        .with(made("zed", "policy/o"))
        .is_edited_in_silence(COMPLETE);
    // What is made anew is made as it is written.
    let why = "no state has what aws_iam_role_policy_attachment.z makes";
    World::managed()
        .with_block(&attachment("role", "aws_iam_policy.m.arn"))
        .stays(COMPLETE, why);
}

#[test]
fn what_is_made_anew_is_not_as_the_state_has_it_though_changes_are_ignored() {
    let attachment = |role: &str, trigger: &str| {
        let own = format!(
            "  role       = {role}\n  policy_arn = aws_iam_policy.m.arn\n  lifecycle {{\n    \
             ignore_changes = [policy_arn]\n{trigger}  }}\n"
        );
        block("aws_iam_role_policy_attachment", "z", &own)
    };
    let values = json!({"role": "zed", "policy_arn": arn("policy/o")});
    let made = || resource("aws_iam_role_policy_attachment", "z", values.clone());
    let world = |text: &str| World::managed().with_block(text).with(made());
    world(&attachment("\"zed\"", "")).is_edited_in_silence(COMPLETE);
    // It is for somebody else, who gets the policy by that.
    let why = "here role is amy, and the state has zed";
    world(&attachment("\"amy\"", "")).stays(COMPLETE, why);
    for (role, trigger) in [
        ("var.role", ""),
        ("\"zed\"", "    replace_triggered_by = [aws_iam_role.app]\n"),
    ] {
        let text = attachment(role, trigger);
        world(&text).is_noted(COMPLETE, &text, "cannot be read here");
    }
    let mut tainted = made();
    tainted["tainted"] = true.into();
    let world = World::managed().with_block(&attachment("\"zed\"", ""));
    world.with(tainted).stays(COMPLETE, "here policy_arn is");
}

#[test]
fn the_state_of_another_root_is_told_by_the_names_in_it() {
    let mut world = World::inline();
    world.text = world.text.replace("= \"app\"", "= \"prod-app\"");
    world.stays(
        &[],
        "main.tf:6:12: passed over: here role is prod-app, and the state has app",
    );

    let mut world = World::inline();
    world.text = world
        .text
        .replace("  role   = aws", "  name   = \"other\"\n  role   = aws");
    world.stays(&[], "here name is other, and the state has app");

    let mut world = World::inline();
    world.text = world
        .text
        .replace("  role   = aws", "  name_prefix = \"ot\"\n  role   = aws");
    world.stays(&[], "here name is ot…, and the state has app");
    world.text = world.text.replace("\"ot\"", "\"ap\"");
    world.is_edited(&[]);

    // The policy goes to another role with the next apply.
    let mut world = World::inline().with_block(&ROLE.replace("app", "new"));
    world.text = world
        .text
        .replace("aws_iam_role.app.id", "aws_iam_role.new.id");
    world.stays(&[], "here role is new, and the state has app");
}

#[test]
fn another_provider_may_be_another_account() {
    let mut world = World::inline();
    world.text = world.text.replace(
        "  role   = aws_iam_role.app.id",
        "  provider = aws.b\n  role   = \"app\"",
    );
    // What differs in its region alone is the same account.
    let same = "provider \"aws\" {\n  region  = \"eu-west-1\"\n  profile = \"p\"\n}\n\
                provider \"aws\" {\n  alias   = \"b\"\n  region  = \"us-east-1\"\n  profile = \"p\"\n}\n";
    let with = |providers: &str| World::of(&[&world.text, providers], world.resources.clone());
    let why = "the state does not tell through which provider it was made";
    with(same).is_edited(&[]);
    with(&same.replacen("\"p\"", "\"q\"", 1)).stays(&[], why);
    with(&same.replacen("profile =", "# profile =", 1)).stays(&[], why);
    let role = "  assume_role {\n    role_arn = \"r\"\n  }\n}\n";
    with(same.replacen("}\n", role, 1).as_str()).stays(&[], why);
    with(same.replace("}\n", role).as_str()).is_edited(&[]);
    with("provider \"aws\" {\n  alias  = \"b\"\n  region = \"us-east-1\"\n}\n").is_edited(&[]);
    with("provider \"aws\" {\n  alias = \"b\"\n}\n").stays(&[], why);
    let unread = with(same);
    unread.write("root/more.tf.json", "{\"provider\": {\"aws\": {}}}");
    assert_eq!(unread.refine(&[]).stdout, "");
    let module = |own: &str| {
        let call = "module \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.b }\n}\n";
        let world = with(&[same, call].concat());
        let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "m"}]}"#;
        world.write("root/.terraform/modules/modules.json", modules);
        world.write("root/m/main.tf", own);
        world
    };
    module("provider \"aws\" {\n  alias = \"x\"\n}\n").is_edited(&[]);
    module("provider \"aws\" {\n  region = \"x\"\n}\n").stays(&[], why);
    let alias = "provider \"aws\" {\n  alias   = \"b\"\n  profile = \"b\"\n}\n";
    world = world.with_block(alias);
    world.stays(&[], why);

    // A role that is named and not referred to may be that of another provider of the tree.
    let mut named = World::inline().with_block(alias);
    named.is_edited(&[]);
    named.text = named
        .text
        .replace("role   = aws_iam_role.app.id", "role   = \"app\"");
    named.stays(
        &[],
        "the state does not tell through which provider it was made",
    );

    // The name of a role of another provider is that of another role.
    let mut other = World::inline().with_block(alias);
    other.text = other.text.replace(
        "\"aws_iam_role\" \"app\" {\n",
        "\"aws_iam_role\" \"app\" {\n  provider = aws.b\n",
    );
    other.stays(
        &[],
        "the state does not tell through which provider it was made",
    );

    // The raw state tells it.
    let block = |kind: &str, provider: &str, values: Value| {
        json!({"mode": "managed", "type": kind, "name": "app", "provider": provider,
               "instances": [{"attributes": values}]})
    };
    let raw = |provider: &str| {
        json!({"version": 4, "lineage": "x", "resources": [
            block("aws_iam_role", "aws", json!({"name": "app", "arn": arn("role/app")})),
            block("aws_iam_role_policy", provider, json!({"name": "app", "role": "app", "policy": live()})),
        ]})
    };
    let run = world.refine_with(&raw("aws"), &[]);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let run = world.refine_with(&raw("aws.b"), &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let why = "nobody can tell of which account its role app is";
    assert!(run.stderr.contains(why), "{}", run.stderr);

    // OpenTofu's, with one for each instance.
    let mut each = raw("aws");
    let policy = &mut each["resources"][1];
    policy.as_object_mut().unwrap().remove("provider");
    policy["instances"][0]["instance_provider"] = "aws.b".into();
    let run = world.refine_with(&each, &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn blocks_that_say_what_something_is_called_are_no_use_of_it() {
    for other in [
        "moved {\n  from = aws_iam_role_policy.old\n  to   = aws_iam_role_policy.app\n}\n",
        "import {\n  to = aws_iam_role_policy.app\n  id = \"app:app\"\n}\n",
        "removed {\n  from = aws_iam_role_policy.gone\n}\n",
    ] {
        World::inline().with_block(other).is_edited(&[]);
    }
}

#[test]
fn a_module_may_be_called_as_data_sources_are() {
    let mut world = World::inline();
    world.write("root/m/main.tf", &world.text);
    world.text = "module \"app_data\" {\n  source = \"./m\"\n}\n".to_owned();
    let modules = json!({"Modules": [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "app_data", "Source": "./m", "Dir": "m"},
    ]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    for resource in &mut world.resources {
        let address = format!("module.app_data.{}", resource["address"].as_str().unwrap());
        resource["address"] = address.into();
    }
    world.is_edited(COMPLETE);
}

#[test]
fn what_another_role_has_is_no_use_to_this_one() {
    let other_role = ROLE.replace("\"app\"", "\"other\"");
    let other = format!(
        "  role   = aws_iam_role.other.id\n  policy = {}\n",
        ENCODED.replace("\"sqs:SendMessage\", ", "")
    );
    let other_policy = live().replace("\"sqs:SendMessage\",", "");
    let values = json!({"name": "other", "role": "other", "policy": other_policy});
    let world = World::inline()
        .with_block(&other_role)
        .with_block(&block("aws_iam_role_policy", "other", &other))
        .with(role("other"))
        .with(resource("aws_iam_role_policy", "other", values));
    let mut found = finding("role/other");
    found["findingDetails"][0]["unusedPermissionDetails"]["actions"][0]["action"] =
        "SendMessage".into();
    world.write("g.json", &found.to_string());
    let run = world.refine(&["../g.json"]);
    assert!(
        run.stdout
            .contains("-    actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("✓ 1 unused gone"), "{}", run.stderr);
    assert!(
        !run.stderr.contains("still granted elsewhere"),
        "{}",
        run.stderr
    );
}
