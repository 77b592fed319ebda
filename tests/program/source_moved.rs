//! Blocks that are called otherwise than in the state, as Terraform renames what they made before it plans.

use serde_json::{Value, json};

use crate::accounts::arn;
use crate::source_uses::{COMPLETE, DOCUMENT, ROLE, World, block, inline, resource, role};

fn moved(from: &str, to: &str) -> String {
    format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n")
}

/// The inline policy of a role, of a block with this name.
fn own(name: &str, more: &str) -> String {
    let arguments = format!(
        "{more}  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n"
    );
    block("aws_iam_role_policy", name, &arguments)
}

fn at(mut resource: Value, address: &str) -> Value {
    resource["address"] = address.into();
    resource
}

#[test]
fn what_is_called_otherwise_now_is_found() {
    let inline = inline("app", "app");
    for (blocks, text, address) in [
        (
            moved("aws_iam_role_policy.app", "aws_iam_role_policy.new"),
            own("new", ""),
            "aws_iam_role_policy.app",
        ),
        // One leads on to the next.
        (
            moved("aws_iam_role_policy.b", "aws_iam_role_policy.new")
                + &moved("aws_iam_role_policy.app", "aws_iam_role_policy.b"),
            own("new", ""),
            "aws_iam_role_policy.app",
        ),
        (
            moved("aws_iam_role_policy.app", "aws_iam_role_policy.new[\"k\"]"),
            own("new", "  for_each = toset([\"k\"])\n"),
            "aws_iam_role_policy.app",
        ),
        (
            moved("aws_iam_role_policy.app[0]", "aws_iam_role_policy.app"),
            own("app", ""),
            "aws_iam_role_policy.app[0]",
        ),
        // Terraform needs no word of this.
        (
            String::new(),
            own("app", "  count = 1\n"),
            "aws_iam_role_policy.app",
        ),
        (String::new(), own("app", ""), "aws_iam_role_policy.app[0]"),
    ] {
        let world = World::of(
            &[ROLE, &text, DOCUMENT, &blocks],
            vec![role("app"), at(inline.clone(), address)],
        );
        world.is_edited(&[]);
    }
}

#[test]
fn what_no_move_is_about_is_not_found() {
    let inline = inline("app", "app");
    for (blocks, text, address) in [
        (
            moved("aws_iam_role_policy.b", "aws_iam_role_policy.new"),
            own("new", ""),
            "aws_iam_role_policy.app",
        ),
        // Of another key.
        (
            moved("aws_iam_role_policy.app[1]", "aws_iam_role_policy.new"),
            own("new", ""),
            "aws_iam_role_policy.app[0]",
        ),
        // In a circle.
        (
            moved("aws_iam_role_policy.app", "aws_iam_role_policy.b")
                + &moved("aws_iam_role_policy.b", "aws_iam_role_policy.app"),
            own("new", ""),
            "aws_iam_role_policy.app",
        ),
        (
            moved("aws_iam_role_policy", "aws_iam_role_policy.new"),
            own("new", ""),
            "aws_iam_role_policy.app",
        ),
    ] {
        let world = World::of(
            &[ROLE, &text, DOCUMENT, &blocks],
            vec![role("app"), at(inline.clone(), address)],
        );
        world.stays(&[], "no block aws_iam_role_policy.");
    }
}

/// The managed policy with its attachment under another name.
fn attached(moved: &str) -> World {
    let mut world = World::managed().with_block(moved);
    world.text = world
        .text
        .replace("_attachment\" \"a\"", "_attachment\" \"b\"");
    world
}

#[test]
fn an_attachment_that_is_called_otherwise_is_no_new_one() {
    let why = "no state has what aws_iam_role_policy_attachment.b makes";
    attached("").stays(COMPLETE, why);
    let kind = "aws_iam_role_policy_attachment";
    attached(&moved(&format!("{kind}.a"), &format!("{kind}.b"))).is_edited(COMPLETE);
    // Where something is there already both stay as they are.
    let b = json!({"role": "app", "policy_arn": arn("policy/other")});
    let taken = attached(&moved(&format!("{kind}.a"), &format!("{kind}.b")));
    let taken = taken.with(resource(kind, "b", b));
    taken.stays(COMPLETE, "here policy_arn is");
}

#[test]
fn modules_are_moved_with_all_that_is_in_them() {
    let of = |module: &str| {
        let in_module = |one: Value| {
            let address = format!("module.{module}.{}", one["address"].as_str().unwrap());
            at(one, &address)
        };
        let all = [role("app"), inline("app", "app")].map(in_module);
        json!({"format_version": "1.0", "values": {"root_module": {"resources": [],
            "child_modules": [{"address": format!("module.{module}"), "resources": all}]}}})
    };
    let call = |each: &str| format!("module \"new\" {{\n  source = \"./m\"\n{each}}}\n");
    for (text, made) in [
        (call("") + &moved("module.old", "module.new"), "old"),
        (
            call("  for_each = toset([\"k\"])\n") + &moved("module.old", "module.new[\"k\"]"),
            "old",
        ),
        (
            call("  for_each = toset([\"k\"])\n") + &moved("module.old", "module.new"),
            "old[\"k\"]",
        ),
    ] {
        let world = World::of(&[&text], Vec::new());
        world.write(
            "root/m/main.tf",
            &[ROLE, &own("app", ""), DOCUMENT].concat(),
        );
        let modules = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."},
            {"Key": "new", "Source": "./m", "Dir": "m"}]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        let run = world.refine_with(&of(made), COMPLETE);
        assert!(
            run.stdout.contains("sqs:DeleteMessage"),
            "{text}: {}",
            run.stderr
        );
    }
}
