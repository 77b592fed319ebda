//! Who names a managed policy, or puts somebody into a group, in a file of the repository that is of no root module which is
//! given.

use crate::accounts::arn;
use crate::source_ahead::{OF_A_GROUP, TAKEN, of_a_group};
use crate::source_uses::{COMPLETE, World, block};
use serde_json::json;

/// Asserts that a file beside is noted as one that names the managed policy.
#[track_caller]
fn is_noted(name: &str, text: &str, what: &str) {
    let world = World::managed();
    world.write(".git/HEAD", "");
    world.write(name, text);
    let run = world.refine(COMPLETE);
    assert!(run.stdout.contains("DeleteMessage"), "{}", run.stderr);
    let place = format!("note: {name}:");
    let mut lines = run.stderr.lines();
    let is_said = lines.any(|line| line.starts_with(&place) && line.contains(what));
    assert!(is_said, "{name}: {text}\n{}", run.stderr);
}

#[test]
fn whoever_names_a_managed_policy_outside_of_terraform_is_noted() {
    for name in [
        "root/attach.sh",
        "root/Makefile",
        ".github/workflows/x.yml",
        "svc/serverless.yml",
        "cdk/x.ts",
        "other/prod.tfvars.json",
    ] {
        let text = "x: arn:aws:iam::123456789012:policy/m\n";
        is_noted(name, text, "the ARN of aws_iam_policy.m is named here");
    }
    let program = "arns = iam.list_attached_role_policies(RoleName=x)[\"AttachedPolicies\"]\n\
                   iam.attach_role_policy(PolicyArn='arn:aws:iam::123456789012:policy/m')\n";
    is_noted(
        "root/attach.py",
        program,
        "the ARN of aws_iam_policy.m is named here",
    );
    // A configuration that has words of AWS's answers is none of these.
    is_noted(
        "cdk/stacks.json",
        "{\"Stacks\": [{\"arns\": [\"arn:aws:iam::123456789012:policy/m\"]}], \"StackResources\": []}\n",
        "the ARN of aws_iam_policy.m is named here",
    );
    let large = format!(
        "# {}\nlocals {{\n  a = \"arn:aws:iam::123456789012:policy/m\"\n}}\n",
        "x".repeat(1 << 20)
    );
    is_noted(
        "other/main.tf",
        &large,
        "the ARN of aws_iam_policy.m is named here",
    );
    for silent in [
        "README.md",
        "notes.txt",
        "old.patch",
        "web/node_modules/x/index.js",
    ] {
        let world = World::managed();
        world.write(".git/HEAD", "");
        world.write(silent, "arn:aws:iam::123456789012:policy/m\n");
        world.is_edited_in_silence(COMPLETE);
        assert!(!world.refine(COMPLETE).stderr.contains(silent));
    }
}

#[test]
fn a_root_module_that_asks_for_a_managed_policy_by_its_name_is_noted() {
    let by_name = "aws_iam_policy.m may be asked for here by its name";
    for text in [
        "data \"aws_iam_policy\" \"x\" {\n  name = \"m\"\n}\n",
        "resource \"aws_ssoadmin_customer_managed_policy_attachment\" \"x\" {\n  customer_managed_policy_reference {\n    name = \"m\"\n  }\n}\n",
        "locals {\n  a = [for n in [\"m\"] : \"arn:aws:iam::${var.account}:policy/${n}\"]\n}\n",
        "locals {\n  a = format(\"arn:aws:iam::%s:policy/%s\", var.account, \"m\")\n}\n",
    ] {
        is_noted("other/main.tf", text, by_name);
    }
    is_noted(
        "svc/t.yaml",
        "x: !Join ['', ['arn:aws:iam::', !Ref A, ':policy/', m]]\n",
        by_name,
    );
    let world = World::managed();
    world.write(".git/HEAD", "");
    world.write("other/main.tf", "data \"aws_iam_policy\" \"x\" {\n  name = \"n\"\n}\nresource \"aws_iam_policy\" \"m\" {\n  name = \"m\"\n}\n");
    assert!(!world.refine(COMPLETE).stderr.contains("other/main.tf"));
}

#[test]
fn a_root_module_that_reads_an_output_which_has_a_managed_policy_is_noted() {
    let output = "output \"policy_arn\" {\n  value = aws_iam_policy.m.arn\n}\n";
    for (name, text) in [
        (
            "other/main.tf",
            "locals {\n  a = data.terraform_remote_state.core.outputs.policy_arn\n}\n",
        ),
        (
            "live/terragrunt.hcl",
            "inputs = { a = dependency.core.outputs[\"policy_arn\"] }\n",
        ),
    ] {
        let world = World::managed().with_block(output);
        world.write(".git/HEAD", "");
        world.write(name, text);
        let run = world.refine(COMPLETE);
        let said = "an output that has aws_iam_policy.m may be read here";
        assert!(run.stderr.contains(said), "{name}\n{}", run.stderr);
        world.write(name, &text.replace("policy_arn", "policy_arns"));
        assert!(!world.refine(COMPLETE).stderr.contains(said));
    }
}

#[test]
fn who_names_it_by_its_arn_elsewhere_in_the_repository_is_noted() {
    let attachment = |policy: &str| {
        let own = format!(
            "  role       = \"zed\"\n  policy_arn = \"arn:aws:iam::123456789012:{policy}\"\n"
        );
        block("aws_iam_role_policy_attachment", "z", &own)
    };
    let template = "Resources:\n  U:\n    Type: AWS::IAM::User\n    Properties:\n      ManagedPolicyArns:\n        - arn:aws:iam::123456789012:policy/m\n";
    for (file, text, is_noted) in [
        ("other/main.tf", attachment("policy/m"), true),
        ("other/main.tf", attachment("policy/mm"), false),
        ("stacks/user.yaml", template.to_owned(), true),
        ("notes.md", attachment("policy/m"), false),
        (
            "state.json",
            format!("{{\"arn\": \"{}\"}}", arn("policy/m")),
            false,
        ),
    ] {
        let world = World::managed();
        world.write(".git/HEAD", "");
        world.write(file, &text);
        let run = world.refine(COMPLETE);
        assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
        let start = format!("note: {file}:");
        let mut lines = run.stderr.lines();
        let is_said = lines.any(|line| line.starts_with(&start) && line.contains("is named here"));
        assert_eq!(is_said, is_noted, "{file}: {}", run.stderr);
    }
}

#[test]
fn whoever_asks_for_a_managed_policy_by_its_name_elsewhere_is_noted() {
    let by_name = "aws_iam_policy.m may be asked for here by its name";
    for (name, text) in [
        (
            "site.yml",
            "- iam_role:\n    name: zed\n    managed_policies: [m]\n",
        ),
        (
            "site.yml",
            "- iam_role:\n    managed_policies:\n      - m\n    name: zed\n",
        ),
        (
            "cdk/x.ts",
            "iam.ManagedPolicy.fromManagedPolicyName(this, \"P\", \"m\");\n",
        ),
        (
            "other/main.tf.json",
            "{\"data\": {\"aws_iam_role\": {}, \"aws_iam_policy\": {\"m\": {\"name\": \"m\"}}}}",
        ),
    ] {
        is_noted(name, text, by_name);
    }
    let with_all = "all managed policies may be attached here";
    for (name, text) in [
        (
            "attach.sh",
            "for p in $(aws iam list-policies --scope Local); do aws iam attach-role-policy --policy-arn $p; done\n",
        ),
        (
            "attach.py",
            "for p in iam.get_paginator('list_policies').paginate(): attach(p)\n",
        ),
    ] {
        is_noted(name, text, with_all);
    }
    for (name, text) in [
        (
            "site.yml",
            "- iam_role:\n    managed_policies: [n]\n    name: m\n",
        ),
        ("site.yml", "- iam_role:\n    name: m\n"),
        ("list.sh", "aws iam list-policies --scope Local\n"),
        (
            "other/main.tf",
            "locals {\n  actions = [\"iam:ListPolicies\", \"iam:AttachRolePolicy\"]\n}\n",
        ),
        ("m.tf", "# the managed_policy m-x\n"),
    ] {
        let world = World::managed();
        world.write(".git/HEAD", "");
        world.write(name, text);
        let run = world.refine(COMPLETE);
        assert!(
            !run.stderr.contains(&format!("note: {name}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_command_that_attaches_all_policies_is_noted() {
    let all = "for p in $(aws iam list-policies); do aws iam attach-role-policy --role-name zed --policy-arn $p; done";
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = \"{all}\"\n  }}\n");
    let block = block("null_resource", "z", &provisioner);
    World::managed().with_block(&block).is_noted(
        COMPLETE,
        &block,
        "which policy this is about cannot be read here",
    );
}

#[test]
fn whoever_puts_somebody_into_a_group_outside_of_the_root_module_is_noted() {
    let other = "resource \"aws_iam_user_group_membership\" \"z\" {\n  user   = \"zed\"\n  groups = [\"NAME\"]\n}\n";
    for (file, text) in [
        (
            "root/u.sh",
            "aws iam add-user-to-group --group-name NAME --user-name zed\n",
        ),
        (
            ".github/workflows/u.yml",
            "- run: aws iam add-user-to-group --group-name NAME --user-name zed\n",
        ),
        ("u.yml", "- iam_group:\n    name: NAME\n    users: [zed]\n"),
        (
            "u.py",
            "iam.add_user_to_group(GroupName='NAME', UserName='zed')\n",
        ),
        ("other/main.tf", other),
        (
            "users.yaml",
            "Type: AWS::IAM::UserToGroupAddition\nProperties:\n  GroupName: NAME\n",
        ),
    ] {
        for (group, is_it) in [("g", true), ("G", true), ("h", false)] {
            let world = of_a_group("");
            world.write(".git/HEAD", "");
            world.write(file, &text.replace("NAME", group));
            let run = world.refine(OF_A_GROUP);
            assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
            let start = format!("note: {file}:");
            let said = "somebody may be put into group g here";
            let mut lines = run.stderr.lines();
            let is_said = lines.any(|line| line.starts_with(&start) && line.contains(said));
            assert_eq!(is_said, is_it, "{file} {group}: {}", run.stderr);
        }
    }
}

#[test]
fn a_module_that_is_not_read_and_is_given_the_name_of_the_group_is_noted() {
    for (given, is_noted) in [
        ("people = { zed = { teams = [\"g\"] } }", true),
        ("config = yamldecode(file(\"${path.module}/u.yaml\"))", true),
        ("people = { zed = { teams = [\"h\"] } }", false),
    ] {
        let call = format!("module \"staff\" {{\n  source = \"ns/m/aws\"\n  {given}\n}}\n");
        let world = of_a_group(&call);
        world.write("root/u.yaml", "zed: [g]\n");
        let modules = json!({"Modules": [{"Key": "", "Dir": "."},
            {"Key": "staff", "Source": "ns/m/aws", "Dir": ".terraform/modules/staff"}]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        if is_noted {
            world.is_noted(OF_A_GROUP, &call, TAKEN);
        } else {
            world.is_edited_in_silence(OF_A_GROUP);
        }
    }
}
