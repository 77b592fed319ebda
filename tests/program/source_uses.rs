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
fn a_policy_in_a_file_of_its_own_is_edited_there() {
    let template = IN_FILE.replace("\"*\"", "\"${queue}\"");
    for (call, text) in [
        ("file(\"${path.module}/policies/app.json\")", IN_FILE),
        ("file(\"policies/app.json\")", IN_FILE),
        ("\"${file(\"${path.module}/policies/app.json\")}\"", IN_FILE),
        ("file(\"${path.root}/./policies/app.json\")", IN_FILE),
        (
            "templatefile(\"${path.module}/policies/app.json\", { queue = var.q })",
            template.as_str(),
        ),
    ] {
        let run = in_file(call, text).refine(&[]);
        assert_eq!(run.exit, 0, "{call}: {}", run.stderr);
        let patch = "--- a/policies/app.json\n+++ b/policies/app.json\n@@ -3,8 +3,7 @@\n";
        assert!(
            run.stdout.starts_with(patch),
            "{call}: {}{}",
            run.stdout,
            run.stderr
        );
        assert!(
            run.stdout.contains("-      \"sqs:DeleteMessage\"\n"),
            "{}",
            run.stdout
        );
        assert!(!run.stdout.contains("main.tf"), "{}", run.stdout);
        let said = "policies/app.json:1 makes aws_iam_role_policy.app, of role app";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let world = in_file("file(\"policies/app.json\")", IN_FILE);
    for listed in [".github/CODEOWNERS", ".prettierignore"] {
        world.write(listed, "root/policies/app.json @team\n");
    }
    let run = world.refine(&["--in-place"]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let path = world.folder.path().join("root/policies/app.json");
    let written = IN_FILE.replace(",\n      \"sqs:DeleteMessage\"", "");
    assert_eq!(fs::read_to_string(path).unwrap(), written);
}

#[test]
fn a_file_that_something_else_may_read_stays_as_it_is() {
    let call = "file(\"${path.module}/policies/app.json\")";
    let own_name = "app.json may be read elsewhere too: ";
    for (name, text, why) in [
        (
            "root/out.tf",
            "output \"p\" {\n  value = file(\"policies/app.json\")\n}\n",
            "out.tf",
        ),
        (
            "root/far.tf",
            "locals {\n  p = file(\"${path.module}/policies/${var.x}.json\")\n}\n",
            "far.tf:2, whose path is not plain",
        ),
        (
            "root/far.tf",
            "locals {\n  p = [for p in var.p : file(p)]\n}\n",
            "far.tf:2, whose path is not plain",
        ),
        (
            "root/far.tf",
            "data \"local_file\" \"f\" {\n  filename = var.f\n}\n",
            "far.tf:1, whose path is not plain",
        ),
        (
            "root/far.tf",
            "locals {\n  p = file (\"${path.module}/policies/${var.x}.json\")\n}\n",
            "far.tf:2, whose path is not plain",
        ),
        (
            "root/far.tf",
            "module \"m\" {\n  source = \"ns/m/aws\"\n  file   = \"policies/${var.x}.json\"\n}\n",
            "far.tf:3, whose path is not plain",
        ),
        (
            "root/far.tf",
            "module \"m\" {\n  source = \"ns/m/aws\"\n  file   = \"policies/${var.x}\"\n}\n",
            "far.tf:3, whose path is not plain",
        ),
        (
            "root/far.tf",
            "locals {\n  all = fileset(\"${path.module}/policies\", \"*\")\n}\n",
            "far.tf:2, where a folder around it is named",
        ),
        (
            "far/main.tf",
            "locals {\n  p = file(\"../root/policies/app.json\")\n}\n",
            "far/main.tf",
        ),
        (
            "far/main.tf",
            "locals {\n  p = file(\"../root/policies/${each.key}.json\")\n}\n",
            "far/main.tf",
        ),
        (
            "deploy.sh",
            "aws iam put-role-policy --policy-document file://root/policies/app.json\n",
            "deploy.sh",
        ),
    ] {
        let world = in_file(call, IN_FILE);
        world.write(".git/HEAD", "");
        world.write(name, text);
        world.stays(&[], &format!("{own_name}{why}"));
    }
    // What is called otherwise is another file, and prose reads none.
    let others = "locals {\n  p = file(\"own_app.json\")\n  q = file(\"app.json-old\")\n}\n\nvariable \"v\" {\n  \
                  description = \"a file (of JSON)\"\n}\n";
    let world = in_file(call, IN_FILE).with_block(others);
    world.write(".git/HEAD", "");
    world.write("far/main.tf", others);
    world.is_edited(&[]);
    let twice = format!("locals {{\n  p = {call}\n}}\n");
    in_file(call, IN_FILE)
        .with_block(&twice)
        .stays(&[], "app.json is named several times in this file");
}

#[test]
fn a_file_that_a_template_of_the_tree_reads_stays_as_it_is() {
    let call = "file(\"${path.module}/policies/app.json\")";
    let world = in_file(call, IN_FILE);
    world.write(
        "root/user_data.txt",
        "echo '${file(\"policies/app.json\")}'\n",
    );
    world.stays(
        COMPLETE,
        "app.json may be read elsewhere too: root/user_data.txt",
    );
    // What only writes of it is nobody who reads it.
    world.write("root/user_data.txt", "see policies/app.json\n");
    assert!(world.refine(COMPLETE).stdout.contains("policies/app.json"));
}

#[test]
fn without_a_repository_nobody_can_tell_who_else_reads_a_file() {
    let call = "file(\"${path.module}/policies/app.json\")";
    let world = in_file(call, IN_FILE);
    fs::remove_dir_all(world.folder.path().join(".git")).unwrap();
    world.stays(
        &[],
        "no repository tells how far to look for what else reads app.json",
    );
    assert!(world.refine(COMPLETE).stdout.contains("policies/app.json"));
}

#[test]
fn a_file_that_a_link_leads_to_stays_as_it_is() {
    let call = "file(\"${path.module}/policies/app.json\")";
    for link in ["root/policies/b.json", "other/p.json"] {
        let world = in_file(call, IN_FILE);
        world.write(".git/HEAD", "");
        world.write("other/x", "");
        let own = world.folder.path().join("root/policies/app.json");
        std::os::unix::fs::symlink(own, world.folder.path().join(link)).unwrap();
        world.stays(&[], "app.json may be read elsewhere too");
        if link.starts_with("root") {
            world.stays(COMPLETE, "b.json, a link to it");
        } else {
            let run = world.refine(COMPLETE);
            let said = "its file is named elsewhere too, of which you say that it makes nothing: other/p.json";
            assert!(run.stderr.contains(said), "{}", run.stderr);
        }
    }
}

#[test]
fn a_file_whose_path_is_computed_is_told_by_what_that_comes_to() {
    let call = "file(\"${path.module}/policies/app.json\")";
    let reading = |path: &str| {
        let world = in_file(call, IN_FILE);
        world.write(".git/HEAD", "");
        let text = format!(
            "variable \"x\" {{}}\nlocals {{\n  name = \"app\"\n  of   = {{ linux = \"${{path.module}}/scripts/a.sh\" }}\n}}\n\
             resource \"aws_instance\" \"i\" {{\n  user_data = {path}\n}}\n"
        );
        world.write("root/far.tf", &text);
        world
    };
    for other in [
        "templatefile(local.of[\"linux\"], {})",
        "file(lookup(local.of, var.x))",
        "file(local.of[var.x])",
        "templatefile(local.name == \"x\" ? var.x : local.of.linux, {})",
        "file(\"${path.module}/scripts/${var.x}\")",
        "[for one in var.x : file(\"scripts/${one}\")]",
        "file(\"${path.module}/policies/b${var.x}\")",
        "file(null)",
    ] {
        reading(other).is_edited(&[]);
    }
    for own in [
        "file(\"policies/${local.name}${\".json\"}\")",
        "file(var.x ? local.of.linux : \"${path.module}/policies/${local.name}${\".json\"}\")",
        "file(\"${path.module}/policies/${var.x}\")",
        "file(\"${path.module}/policies/a${var.x}\")",
        "file(var.x ? local.of.linux : var.x)",
        "base64encode(templatefile(\"${path.root}/${var.x}\", {}))",
    ] {
        reading(own).stays(&[], "far.tf:7, whose path is not plain");
    }
}

#[test]
fn where_the_state_is_kept_names_no_file() {
    let world = in_file("file(\"${path.module}/policies/app.json\")", IN_FILE);
    world.write(".git/HEAD", "");
    let kept =
        "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key    = \"policies\"\n  }\n}\n";
    world.write("root/backend.tf", kept);
    world.is_edited(&[]);
    let local = "locals {\n  folder = \"policies\"\n}\n";
    world.write("root/backend.tf", local);
    world.stays(&[], "backend.tf:2, where a folder around it is named");
}

#[test]
fn a_file_whose_path_or_text_is_not_plain_stays_as_it_is() {
    let call = "file(\"${path.module}/policies/app.json\")";
    let cases = [
        (
            "file(\"../app.json\")",
            "the policy is in a file outside of its module",
        ),
        (
            "file(\"/etc/app.json\")",
            "the policy is in a file outside of its module",
        ),
        (
            "file(\"policies/none.json\")",
            "policies/none.json is not there, or is a link",
        ),
        (
            "file(\"policies/${var.x}.json\")",
            "whose path is not plain",
        ),
        ("file(local.path)", "whose path is not plain"),
    ];
    for (call, why) in cases {
        in_file(call, IN_FILE).stays(&[], why);
    }
    let world = in_file(call, IN_FILE);
    fs::rename(
        world.folder.path().join("root/policies/app.json"),
        world.folder.path().join("root/policies/real.txt"),
    )
    .unwrap();
    std::os::unix::fs::symlink(
        "real.txt",
        world.folder.path().join("root/policies/app.json"),
    )
    .unwrap();
    world.stays(&[], "policies/app.json is not there, or is a link");
    let trust = IN_FILE.replace("\"Resource\"", "\"Principal\": \"*\", \"Resource\"");
    in_file(call, &trust).stays(
        &[],
        "a statement with Principal belongs to a resource policy",
    );
    let broken = IN_FILE.replace("[{", "[");
    in_file(call, &broken).stays(&[], "policies/app.json:4");
    // What `file` reads has no templates in it, and what it means has to be what AWS has.
    let other = IN_FILE.replace("sqs:SendMessage", "sqs:*");
    in_file(call, &other).stays(&[], "run `terraform apply` first");
}

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
fn whoever_the_state_says_has_a_managed_policy_counts() {
    let m = arn("policy/m");
    let holder = |kind: &str, values: Value| World::managed().with(resource(kind, "x", values));
    for (kind, values, why) in [
        (
            "aws_iam_user_policy_attachments_exclusive",
            json!({"user_name": "bob", "policy_arns": [m]}),
            "user bob has it too and has no finding",
        ),
        (
            "aws_iam_role_policy_attachments_exclusive",
            json!({"role_name": "zz", "policy_arns": [m]}),
            "role zz has it too and has no finding",
        ),
        (
            "aws_iam_group_policy_attachments_exclusive",
            json!({"group_name": "ops", "policy_arns": [m]}),
            "group ops has it",
        ),
        (
            "aws_ssoadmin_customer_managed_policy_attachment",
            json!({"customer_managed_policy_reference": [{"name": "m", "path": "/"}]}),
            "aws_ssoadmin_customer_managed_policy_attachment.x names it",
        ),
        (
            "aws_ssoadmin_permissions_boundary_attachment",
            json!({"permissions_boundary": [{
                "customer_managed_policy_reference": [{"name": "m", "path": "/"}],
                "managed_policy_arn": null,
            }]}),
            "aws_ssoadmin_permissions_boundary_attachment.x names it",
        ),
        (
            "awscc_sso_permission_set",
            json!({"customer_managed_policy_references": [{"name": "m", "path": "/"}]}),
            "awscc_sso_permission_set.x names it",
        ),
        (
            "awscc_sso_permission_set",
            json!({"permissions_boundary": {"customer_managed_policy_reference": {"name": "m"}}}),
            "awscc_sso_permission_set.x names it",
        ),
        (
            "aws_cloudformation_stack",
            json!({"parameters": {"Policies": [m]}}),
            "aws_cloudformation_stack.x names it",
        ),
        (
            "aws_iam_role_policy_attachment",
            json!({"role": "zz"}),
            "the state does not tell what aws_iam_role_policy_attachment.x attaches",
        ),
        (
            "aws_iam_policy_attachment",
            json!({"policy_arn": m, "roles": []}),
            "the state does not tell to whom aws_iam_policy_attachment.x attaches it",
        ),
    ] {
        holder(kind, values).stays(COMPLETE, why);
    }
    let mut boundary = resource("aws_iam_role", "x", json!({"permissions_boundary": m}));
    boundary["mode"] = "data".into();
    boundary["address"] = "data.aws_iam_role.x".into();
    World::managed()
        .with(boundary)
        .stays(COMPLETE, "aws_iam_role.x names it");

    // What only writes of it is no holder.
    let text = json!({"content": format!("see {m}"), "other": arn("policy/other")});
    holder("local_file", text).is_edited(COMPLETE);
}

#[test]
fn whoever_the_source_says_will_have_a_managed_policy_counts() {
    let attachment = block(
        "aws_iam_role_policy_attachment",
        "new",
        "  role       = \"new\"\n  policy_arn = aws_iam_policy.m.arn\n",
    );
    let why = "no state has what aws_iam_role_policy_attachment.new makes";
    World::managed()
        .with_block(&attachment)
        .stays(COMPLETE, why);
    let locals = "locals {\n  m = aws_iam_policy.m.arn\n}\n";
    let by_local = attachment.replace("aws_iam_policy.m.arn", "local.m");
    let by_local = World::managed().with_block(locals).with_block(&by_local);
    by_local.stays(COMPLETE, why);
    let locals = "locals {\n  n = local.m\n  m = aws_iam_policy.m.arn\n}\n";
    let by_locals = attachment.replace("aws_iam_policy.m.arn", "local.n");
    let by_locals = World::managed().with_block(locals).with_block(&by_locals);
    by_locals.stays(COMPLETE, why);
    let own = "  managed_policy_arns = [aws_iam_policy.m.arn]\n";
    let own = World::managed().with_block(&block("aws_iam_role", "new", own));
    own.stays(
        COMPLETE,
        "aws_iam_policy.m is attached here, and no state has it so",
    );
    let boundary = block(
        "aws_iam_role",
        "new",
        "  count = 1\n  permissions_boundary = aws_iam_policy.m.arn\n",
    );
    let why = "aws_iam_policy.m is a permissions boundary here";
    World::managed().with_block(&boundary).stays(COMPLETE, why);
    let of_none = boundary.replace("count = 1", "count = 0");
    World::managed().with_block(&of_none).is_edited(COMPLETE);
    let by_arn = boundary.replace("aws_iam_policy.m.arn", &format!("\"{}\"", arn("policy/m")));
    World::managed().with_block(&by_arn).stays(COMPLETE, why);
}

#[test]
fn whoever_the_source_says_will_have_a_managed_policy_by_its_arn_counts() {
    let attachment = |policy: &str| {
        let own = format!("  role       = \"new\"\n  policy_arn = {policy}\n");
        block("aws_iam_role_policy_attachment", "new", &own)
    };
    let why = "no state has what aws_iam_role_policy_attachment.new makes";
    for policy in [
        "\"arn:aws:iam::123456789012:policy/m\"",
        "\"arn:aws:iam::${var.account}:policy/m\"",
    ] {
        World::managed()
            .with_block(&attachment(policy))
            .stays(COMPLETE, why);
    }
    for other in [
        "arn:aws:iam::123456789012:policy/other",
        "arn:aws:iam::999999999999:policy/m",
    ] {
        let other = attachment(&format!("\"{other}\""));
        World::managed().with_block(&other).is_edited(COMPLETE);
    }
    for (said, is_it) in [
        ("name = \"m\"", true),
        ("arn = aws_iam_policy.m.arn", true),
        ("name = var.name", true),
        ("name = \"other\"", false),
    ] {
        let data = format!("data \"aws_iam_policy\" \"q\" {{\n  {said}\n}}\n");
        let world = World::managed().with_block(&data);
        let world = world.with_block(&attachment("data.aws_iam_policy.q.arn"));
        if is_it {
            world.stays(COMPLETE, why);
        } else {
            world.is_edited(COMPLETE);
        }
    }
    // A boundary of which nobody can tell which one it is shows in the state.
    let boundary = "data \"aws_iam_policy\" \"b\" {\n  name = var.boundary\n}\n\
         resource \"aws_iam_role\" \"x\" {\n  count = 0\n  permissions_boundary = data.aws_iam_policy.b.arn\n}\n";
    World::managed().with_block(boundary).is_edited(COMPLETE);
}

#[test]
fn whoever_a_module_gives_a_managed_policy_to_counts() {
    let modules_json = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "m"}, {"Key": "far", "Dir": ".terraform/modules/far"}]}"#;
    let call = "module \"m\" {\n  source = \"./m\"\n  p      = { x = aws_iam_policy.m.arn }\n}\n";
    let inner = "variable \"p\" {}\nlocals {\n  q = var.p\n}\nresource \"aws_iam_role_policy_attachment\" \"new\" {\n  \
         role       = \"app\"\n  policy_arn = local.q[\"x\"]\n}\n";
    let with = |call: &str, inner: &str| {
        let world = World::managed().with_block(call);
        world.write("root/.terraform/modules/modules.json", modules_json);
        world.write("root/m/main.tf", inner);
        world
    };
    let why = "no state has what aws_iam_role_policy_attachment.new of module.m makes";
    with(call, inner).stays(COMPLETE, why);
    let mut applied = resource(
        "aws_iam_role_policy_attachment",
        "new",
        json!({"role": "app", "policy_arn": arn("policy/m")}),
    );
    applied["address"] = "module.m.aws_iam_role_policy_attachment.new".into();
    let state = |world: &World, inner: &[&Value]| {
        json!({"format_version": "1.0", "values": {"root_module": {
            "resources": world.resources,
            "child_modules": [{"address": "module.m", "resources": inner}],
        }}})
    };
    let world = with(call, inner);
    let run = world.refine_with(&state(&world, &[&applied]), COMPLETE);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    // What a module makes may be given out to others.
    let policy = "resource \"aws_iam_policy\" \"m\"";
    let mut world = with("module \"m\" {\n  source = \"./m\"\n}\n", "");
    let at = world.text.find(policy).unwrap();
    let end = at + world.text[at..].find("})\n}\n").unwrap() + "})\n}\n".len();
    let own = world.text[at..end].to_owned();
    world.text.replace_range(at..end, "");
    world.text = world.text.replace("aws_iam_policy.m.arn", "module.m.arn");
    let output = "output \"arn\" {\n  value = aws_iam_policy.m.arn\n}\n";
    world.write("root/m/main.tf", &format!("{own}{output}"));
    let mut inner = world.resources.remove(1);
    inner["address"] = "module.m.aws_iam_policy.m".into();
    let run = world.refine_with(&state(&world, &[&inner]), COMPLETE);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let world = world.with_block(&block(
        "aws_iam_role_policy_attachment",
        "new",
        "  role       = \"new\"\n  policy_arn = module.m.arn\n",
    ));
    let run = world.refine_with(&state(&world, &[&inner]), COMPLETE);
    let why = "no state has what aws_iam_role_policy_attachment.new makes";
    assert!(
        run.stdout.is_empty() && run.stderr.contains(why),
        "{}",
        run.stderr
    );
}

#[test]
fn what_a_module_that_is_not_read_does_with_a_policy_shows_in_the_state() {
    let call =
        "module \"far\" {\n  source = \"ns/m/aws\"\n  policies = [aws_iam_policy.m.arn]\n}\n";
    let account = json!({
        "UserDetailList": [], "GroupDetailList": [],
        "Policies": [{"PolicyName": "m", "Arn": arn("policy/m"), "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "Document": serde_json::from_str::<Value>(&live()).unwrap()}]}],
        "RoleDetailList": [{"RoleName": "app", "Path": "/", "Arn": arn("role/app"), "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "m", "PolicyArn": arn("policy/m")}]}],
    });
    let world = |call: &str| {
        let world = World::managed().with_block(call);
        world.write("account.json", &account.to_string());
        world
    };
    world("").is_edited(&["../account.json"]);
    let why = "aws_iam_policy.m is given to module.far here, which is not read, and no state has that it attaches it";
    world(call).stays(&["../account.json"], why);
    world(call).is_edited(&["../account.json", "--states-complete"]);
    let named = call.replace(".arn", ".name");
    world(&named).is_edited(&["../account.json"]);
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
fn of_two_findings_for_one_who_is_known_by_name_neither_counts() {
    let mut world = World::inline();
    world.resources[0] = role("another");
    world.write("g.json", &finding("role/path/app").to_string());
    // Whichever is given first.
    let run = world.refine(&["../g.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("may both be about role app"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_of_a_group_is_told_of_where_a_finding_is_about_a_user() {
    let values = json!({"name": "g", "group": "ops", "policy": live()});
    let own = "  group  = \"ops\"\n  policy = data.aws_iam_policy_document.d.json\n";
    let own = block("aws_iam_group_policy", "g", own);
    let user = resource(
        "aws_iam_user",
        "bob",
        json!({"name": "bob", "arn": arn("user/bob")}),
    );
    let world = World::of(
        &[&own, DOCUMENT],
        vec![user, resource("aws_iam_group_policy", "g", values)],
    );
    world.write("u.json", &finding("user/bob").to_string());
    world.stays(
        &["../u.json"],
        "group ops has it, and nothing here tells all members",
    );
}

#[test]
fn what_a_link_leads_to_is_not_edited() {
    let world = World::inline();
    world.write("shared/iam.tf", &world.text);
    let mut linked = World::of(&[], world.resources);
    linked.folder = world.folder;
    let target = linked.folder.path().join("root");
    fs::create_dir_all(&target).unwrap();
    std::os::unix::fs::symlink("../shared/iam.tf", target.join("iam.tf")).unwrap();
    linked.stays(&[], "iam.tf:9:1: passed over: this file is a link");

    // What another root has by a link is a part of that too.
    let world = World::inline();
    world.write(".git/HEAD", "");
    fs::create_dir_all(world.folder.path().join("other")).unwrap();
    let link = world.folder.path().join("other/main.tf");
    std::os::unix::fs::symlink("../root/main.tf", link).unwrap();
    world.stays(
        &[],
        "its module is called elsewhere too: other/main.tf, a link to it",
    );
    world.is_edited(COMPLETE);

    // What makes nothing makes nothing there either.
    let world = World::inline();
    world.write(".git/HEAD", "");
    world.write(
        "root/versions.tf",
        "terraform {\n  required_version = \">= 1\"\n}\n",
    );
    fs::create_dir_all(world.folder.path().join("other")).unwrap();
    let link = world.folder.path().join("other/versions.tf");
    std::os::unix::fs::symlink("../root/versions.tf", link).unwrap();
    world.is_edited(&[]);
    world.write(
        "root/versions.tf",
        "module \"m\" {\n  source = \"ns/m/aws\"\n}\n",
    );
    world.stays(&[], "other/versions.tf, a link to it");
}

#[test]
fn a_root_module_that_is_given_by_a_link_has_its_own_path_in_the_patch() {
    let world = World::inline();
    world.refine(&[]);
    std::os::unix::fs::symlink("root", world.folder.path().join("link")).unwrap();
    let mut command = iam_refine();
    command.current_dir(world.folder.path());
    let run = command
        .args(["refine", "link", "state.json", "f.json"])
        .run();
    assert!(
        run.stdout.starts_with("--- a/root/main.tf\n"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn a_copy_that_is_thrown_away_is_not_edited() {
    let world = World::inline();
    world.refine(&[]);
    let copy = world.folder.path().join(".terragrunt-cache/x/y");
    fs::create_dir_all(&copy).unwrap();
    fs::copy(
        world.folder.path().join("root/main.tf"),
        copy.join("main.tf"),
    )
    .unwrap();
    let mut command = iam_refine();
    command.current_dir(copy);
    let run = command
        .args(["refine", ".", "../../../state.json", "../../../f.json"])
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("what is changed in it is lost"),
        "{}",
        run.stderr
    );
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
