//! A policy in a file of its own that lies in a folder which a block takes as a whole: what packs, deploys or uploads it. And
//! what lies in the repository beside the root modules that are given.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::run::Run;
use crate::source_uses::{COMPLETE, World, in_file};
use serde_json::json;

pub const CALL: &str = "file(\"${path.module}/policies/app.json\")";

/// With the policy of the role in a file of its own.
pub fn world() -> World {
    with_file("policies/app.json")
}

/// The same, in another file below the module's folder.
fn with_file(path: &str) -> World {
    let world = in_file(
        &CALL.replace("policies/app.json", path),
        crate::source_uses::IN_FILE,
    );
    world.write(&format!("root/{path}"), crate::source_uses::IN_FILE);
    world
}

/// Asserts that a file stays, since a text may take it.
#[track_caller]
pub fn is_taken(path: &str, name: &str, text: &str) -> Run {
    let world = with_file(path);
    world.write(name, text);
    let run = world.refine(COMPLETE);
    assert_eq!(run.stdout, "", "{path} {name}: {text}");
    let is_read = Path::new(name).extension().is_some_and(|end| end == "tf");
    let file = name.strip_prefix("root/").filter(|_| is_read);
    let said = format!("may be read elsewhere too: {}:", file.unwrap_or(name));
    assert!(run.stderr.contains(&said), "{name}: {text}\n{}", run.stderr);
    // What is to be taken out by hand is named.
    let unused = "; role app does not use sqs:DeleteMessage, which it grants\n";
    assert!(run.stderr.contains(unused), "{}", run.stderr);
    run
}

/// Asserts that a file is edited beside a text.
#[track_caller]
pub fn is_not_taken(path: &str, name: &str, text: &str) {
    let world = with_file(path);
    world.write("root/other/app.json", "{}");
    world.write(name, text);
    let run = world.refine(COMPLETE);
    assert!(
        run.stdout.contains("DeleteMessage"),
        "{name}: {text}\n{}",
        run.stderr
    );
}

fn packed(path: &str) -> String {
    format!(
        "data \"archive_file\" \"a\" {{\n  type        = \"zip\"\n  source_dir  = {path}\n  output_path = \"x.zip\"\n}}\n"
    )
}

#[test]
fn a_file_in_a_folder_that_a_block_takes_as_a_whole_stays_as_it_is() {
    for (path, dir) in [
        ("lambda/conf/app.json", "\"${path.module}/lambda\""),
        ("lambda/conf/app.json", "\"./lambda/\""),
        ("lambda/conf/app.json", "\"lambda\""),
        (
            "lambda/conf/app.json",
            "join(\"/\", [path.module, \"lambda\"])",
        ),
        ("lambda/conf/app.json", "\"${local.base}/lambda\""),
        ("policies/app.json", "path.module"),
        ("policies/app.json", "abspath(path.module)"),
        ("policies/app.json", "\"${path.module}\""),
        ("policies/app.json", "\"${abspath(path.root)}/.\""),
        ("policies/app.json", "\".\""),
        ("app.json", "path.root"),
        (
            "policies/app.json",
            "\"${path.module}/policies/${local.x}\"",
        ),
        (
            "policies/app.json",
            "format(\"%s/policies/%s.json\", path.module, \"app\")",
        ),
    ] {
        is_taken(path, "root/far.tf", &packed(dir));
    }
    for (path, dir) in [
        ("lambda-prod/app.json", "\"lambda-${var.env}\""),
        (
            "policies/app.json",
            "trimsuffix(\"${path.module}/policies/\", \"/\")",
        ),
        (
            "policies/app.json",
            "replace(\"${path.module}/policies\", \"//\", \"/\")",
        ),
        ("policies/app.json", "\"pol${var.x}/${each.value}.json\""),
        ("app-prod.json", "\"app-${var.env}.json\""),
        ("app-prod.json", "\"./app-${var.env}.json\""),
    ] {
        is_taken(path, "root/far.tf", &packed(dir));
    }
    for given in [
        "locals {\n  src_prefix = \"${path.module}/policies\"\n}\n",
        "module \"z\" {\n  source = \"ns/z/aws\"\n  name   = \"policies\"\n}\n",
    ] {
        is_taken("policies/app.json", "root/far.tf", given);
    }
    let command = |command: &str| {
        format!(
            "resource \"null_resource\" \"n\" {{\n  provisioner \"local-exec\" {{\n    command = \"{command}\"\n  }}\n}}\n"
        )
    };
    for run in [
        "aws s3 cp --recursive ${path.module}/policies s3://b/",
        "aws s3 sync policies s3://b/",
        "aws s3 sync . s3://b/",
        "cd ${path.module} && zip -r x.zip *",
        "echo uploading && aws s3 cp policies s3://b/",
        "aws s3 sync ${path.module} s3://b/",
        "cd policies && for f in *; do put $f; done",
    ] {
        is_taken("policies/app.json", "root/far.tf", &command(run));
    }
    is_taken(
        "policies/app.json",
        "root/far.tf",
        "module \"m\" {\n  source = \"ns/m/aws\"\n  dir    = path.module\n}\n",
    );
}

#[test]
fn what_names_no_folder_around_a_file_takes_nothing() {
    for more in [
        packed("\"${path.module}/src\""),
        packed("\"${path.module}/../policies\""),
        packed("\"${path.module}/policies-old\""),
        packed("\"${path.module}/${local.name}.zip\""),
        "locals {\n  a = basename(path.module)\n  b = \"${path.module}/x.json\"\n  c = join(\"/\", [path.module, \"x.json\"])\n  \
         d = \"${var.x}-${var.y}\"\n  e = replace(path.cwd, \"/.*/\", \".\")\n  f = \"arn:aws:s3:::policies/*\"\n  \
         g = \"${aws_s3_bucket.b.arn}/*\"\n  h = \"a/${var.x}\"\n  i = [\"policies:Get*\", \"*\"]\n}\n"
            .to_owned(),
        "variable \"x\" {\n  description = \"the policies of .\"\n}\n".to_owned(),
        "resource \"aws_iam_role\" \"b\" {\n  count = 0\n  name  = \"policies\"\n  tags  = { Module = path.module }\n}\n"
            .to_owned(),
        "resource \"null_resource\" \"n\" {\n  provisioner \"local-exec\" {\n    working_dir = path.module\n    \
         command     = \"cd ${path.module} && aws policies x | jq .\"\n  }\n}\n"
            .to_owned(),
        "# aws s3 sync policies, policies/app.json\n".to_owned(),
        "data \"http\" \"h\" {\n  url = \"https://x/y/${local.name}.json\"\n}\n".to_owned(),
        "resource \"aws_sqs_queue\" \"q\" {\n  count = 0\n  name  = \"${var.d}.json\"\n}\n".to_owned(),
        "resource \"aws_s3_object\" \"o\" {\n  key    = \"policies/${var.d}.json\"\n  source = \"${path.module}/x\"\n}\n"
            .to_owned(),
        "locals {\n  p = file(\"${path.module}/other/app.json\")\n  q = fileset(\"${path.module}/src\", \"*\")\n}\n"
            .to_owned(),
        "terraform {\n  cloud {\n    workspaces {\n      tags = [\"policies\"]\n    }\n  }\n}\n".to_owned(),
    ] {
        is_not_taken("policies/app.json", "root/far.tf", &more);
    }
}

#[test]
fn another_root_module_that_joins_the_names_of_a_path_is_named() {
    for text in [
        "locals {\n  d = join(\"/\", [path.module, \"..\", \"root\", \"policies\"])\n}\n",
        "locals {\n  d = join(\"/\", [path.module, \"..\", \"root\", \"policies\", \"${var.n}.json\"])\n}\n",
    ] {
        let world = world();
        world.write("other/main.tf", text);
        let run = world.refine(COMPLETE);
        let said = "of which you say that it makes nothing: other/main.tf:2";
        assert!(run.stderr.contains(said), "{text}: {}", run.stderr);
        world.stays(&[], "app.json may be read elsewhere too: other/main.tf:2");
    }
}

#[test]
fn the_lines_are_told_where_one_file_names_it_more_than_once() {
    let world = world().with_block(&format!("output \"p\" {{\n  value = {CALL}\n}}\n"));
    let lines = world
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("app.json"));
    let lines: Vec<String> = lines.map(|(at, _)| (at + 1).to_string()).collect();
    let said = format!(
        "app.json is named several times in this file: lines {}",
        lines.join(" and ")
    );
    world.stays(COMPLETE, &said);
}

#[test]
fn a_root_module_that_reads_the_file_is_named_where_the_states_are_complete() {
    let world = world();
    world.write(
        "other/main.tf",
        "locals {\n  p = file(\"../root/policies/app.json\")\n}\n",
    );
    let run = world.refine(COMPLETE);
    assert!(run.stdout.contains("DeleteMessage"), "{}", run.stderr);
    let said = "aws_iam_role_policy.app: its file is named elsewhere too, of which you say that it makes nothing: other/main.tf";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let run = world.refine(&["--states-complete", "--format", "markdown"]);
    let said = "By `--states-complete`: other/main.tf:2 makes nothing of it.";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    world.stays(&[], "app.json may be read elsewhere too: other/main.tf");
}

#[test]
fn what_a_run_that_was_killed_left_of_a_file_takes_nothing() {
    let copy = format!("locals {{\n  x = {CALL}\n}}\n");
    let left = "root/.iam-refine-aB3dE5aB3dE5.unfinished";
    is_not_taken("policies/app.json", left, &copy);
    // These are only called like that, or are folders.
    for name in [
        "root/.iam-refine-backup",
        "root/.iam-refine-deploy",
        "root/.iam-refine-aB3dE5aB3dE5.unfinished.sh",
        "root/.iam-refine-backup/main.tf",
        "root/.iam-refine-aB3dE5aB3dE5.unfinished/main.tf",
    ] {
        let world = with_file("policies/app.json");
        world.write(name, &copy);
        let run = world.refine(COMPLETE);
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
}

#[test]
fn nothing_is_removed_because_of_what_it_is_called() {
    let world = with_file("policies/app.json");
    let names = [".iam-refine-backup", ".iam-refine-aB3dE5aB3dE5.unfinished"];
    let path = |name: &str| format!("root/policies/{name}");
    let hours_ago = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for name in names {
        world.write(&path(name), "mine");
        let file = File::open(world.folder.path().join(path(name))).unwrap();
        file.set_modified(hours_ago).unwrap();
    }
    let run = world.refine(&["--states-complete", "--in-place"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let read = |path: &str| fs::read_to_string(world.folder.path().join(path)).unwrap();
    assert_ne!(read("root/policies/app.json"), crate::source_uses::IN_FILE);
    for name in names {
        assert_eq!(read(&path(name)), "mine");
    }
}

#[test]
fn what_an_argument_comes_to_takes_a_file_as_its_letters_do() {
    let local = |value: &str, path: &str| format!("locals {{\n  x = {value}\n}}\n{}", packed(path));
    let object = |source: &str| {
        format!(
            "resource \"aws_s3_object\" \"o\" {{\n  for_each = toset([\"app\"])\n  bucket   = \"b\"\n  key      = each.key\n  \
             source   = {source}\n}}\n"
        )
    };
    let run = |environment: &str| {
        format!(
            "variable \"on\" {{}}\nlocals {{\n  dir   = \"policies\"\n  words = {{ policies = \"x\" }}\n}}\n\
             resource \"null_resource\" \"z\" {{\n  provisioner \"local-exec\" {{\n    command     = \"./sync.sh\"\n    \
             environment = {environment}\n  }}\n}}\n"
        )
    };
    let of_data = |input: &str, dir: &str| {
        format!(
            "resource \"terraform_data\" \"d\" {{\n  count = 0\n  input = {input}\n}}\n{}",
            packed(dir)
        )
    };
    let dynamic = |dir: &str| {
        format!(
            "resource \"x_upload\" \"u\" {{\n  count = 0\n  dynamic \"item\" {{\n    for_each = [\"policies\"]\n    content {{\n      \
             source_dir = {dir}\n    }}\n  }}\n}}\n"
        )
    };
    for text in [
        run("{ DIR = local.dir }"),
        run("merge({ A = \"x\" }, var.on ? { DIR = local.dir } : {})"),
        run("merge({ A = \"x\" }, { (var.on) = local.dir })"),
        run("{ for k, v in { DIR = local.dir } : k => v if var.on }"),
        run("{ (local.dir) = \"1\" }"),
        of_data("\"policies\"", "\"x\""),
        of_data("path.module", "terraform_data.d[0].output"),
        dynamic("item.value"),
        "resource \"x_upload\" \"u\" {\n  count         = 0\n  source_prefix = \"${path.module}/policies\"\n}\n".to_owned(),
        dynamic("abspath(item.value)"),
        local("path.module", "abspath(local.x)"),
        "resource \"x_upload\" \"u\" {\n  count   = 0\n  options = { source = \"policies\" }\n}\n"
            .to_owned(),
        local("path.module", "local.x"),
        local("\"policies\"", "\"${path.module}/${local.x}\""),
        local("{ a = path.root }", "local.x[\"a\"]"),
        local("abspath(path.module)", "local.x"),
        local("\"${path.module}/../..\"", "local.x"),
        local("path.module", "\"ns/z\"").replace(
            "data \"archive_file\"",
            "module \"m\" {\n  source = \"ns/z/aws\"\n  dir = local.x\n}\ndata \"archive_file\"",
        ),
        packed("dirname(\"${path.module}/policies/index.js\")"),
        packed("trimspace(\"policies\\n\")"),
        packed("\"${path.module}/..\""),
        object("replace(\"${path.module}/policies/NAME.json\", \"NAME\", each.key)"),
        object("join(\"/\", [path.module, \"policies\", \"${each.key}.json\"])"),
    ] {
        is_taken("policies/app.json", "root/far.tf", &text);
    }
    for text in [
        local("\"${path.module}/../..\"", "\"${local.x}/src\""),
        local("trimsuffix(var.zone, \".\")", "local.x"),
        object("\"${path.module}/other/${each.key}.json\""),
    ] {
        is_not_taken("policies/app.json", "root/far.tf", &text);
    }
}

/// A module `name` that gives its role what its own `policy.json` allows.
fn module(world: &World, name: &str) {
    let own = format!(
        "resource \"aws_iam_role_policy\" \"this\" {{\n  role   = var.role\n  name   = \"{name}\"\n  policy = \
                       file(\"${{path.module}}/policy.json\")\n}}\nvariable \"role\" {{}}\n"
    );
    world.write(&format!("root/modules/{name}/main.tf"), &own);
    world.write(
        &format!("root/modules/{name}/policy.json"),
        crate::source_uses::IN_FILE,
    );
}

#[test]
fn modules_whose_files_have_one_name_are_edited() {
    let calls = ["a", "b"].map(|name| {
        format!("module \"{name}\" {{\n  source = \"./modules/{name}\"\n  role   = aws_iam_role.app.id\n}}\n")
    });
    let world = World::of(&[crate::source_uses::ROLE, &calls.concat()], Vec::new());
    world.write(".git/HEAD", "");
    let modules = ["a", "b"].map(|name| {
        module(&world, name);
        json!({"Key": name, "Source": format!("./modules/{name}"), "Dir": format!("modules/{name}")})
    });
    let [a, b] = modules;
    let modules = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."}, a, b]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    let of_module = |name: &str| {
        let mut policy = crate::source_uses::inline(name, "app");
        policy["address"] = format!("module.{name}.aws_iam_role_policy.this").into();
        policy["name"] = "this".into();
        json!({"address": format!("module.{name}"), "resources": [policy]})
    };
    let state = json!({"format_version": "1.0", "values": {"root_module": {
        "resources": [crate::source_uses::role("app")], "child_modules": [of_module("a"), of_module("b")],
    }}});
    for options in [COMPLETE, &[]] {
        let run = world.refine_with(&state, options);
        for name in ["a", "b"] {
            let file = format!("+++ b/modules/{name}/policy.json");
            assert!(run.stdout.contains(&file), "{}", run.stderr);
        }
    }
}
