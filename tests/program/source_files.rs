//! A policy in a file of its own: where it is edited, and whether something else may read it.

use std::fs;

use crate::source_uses::{COMPLETE, IN_FILE, World, in_file, live};

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
fn a_script_beside_the_module_that_names_its_file_reads_it_too() {
    let own = World::inline();
    let text = own.text.replace(
        "data.aws_iam_policy_document.d.json",
        "file(\"${path.module}/p.json\")",
    );
    for (file, is_left) in [("apply.sh", true), ("Makefile", true), ("README.md", false)] {
        let world = World::of(&[&text], World::inline().resources);
        world.write("root/p.json", &live());
        world.is_edited(COMPLETE);
        world.write(
            &format!("root/{file}"),
            "aws iam put-role-policy --policy-document file://p.json\n",
        );
        if is_left {
            world.stays(COMPLETE, "may be read elsewhere too");
        } else {
            world.is_edited(COMPLETE);
        }
    }
}
