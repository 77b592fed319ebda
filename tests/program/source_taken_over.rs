//! What is in AWS though no block makes it: what Terraform keeps no more of, and what it is to take over.

use crate::accounts::arn;
use crate::source_ahead::TAKEN;
use crate::source_uses::{COMPLETE, World, block};

#[test]
fn what_terraform_keeps_no_more_of_still_gives_it() {
    let removed =
        |from: &str, lifecycle: &str| format!("removed {{\n  from = {from}\n{lifecycle}}}\n");
    let stays_in_aws = "  lifecycle {\n    destroy = false\n  }\n";
    for from in [
        "aws_iam_role_policy_attachment.z",
        "aws_iam_role.z",
        "module.x",
        "module.x[0].aws_iam_user_policy_attachment.z",
    ] {
        let text = removed(from, stays_in_aws);
        World::managed()
            .with_block(&text)
            .is_noted(COMPLETE, &text, TAKEN);
    }
    for (from, lifecycle) in [
        (
            "aws_iam_role_policy_attachment.z",
            "  lifecycle {\n    destroy = true\n  }\n",
        ),
        ("aws_iam_role_policy.z", stays_in_aws),
        ("aws_sqs_queue.z", stays_in_aws),
        // Not applied yet, the state has it.
        ("aws_iam_role_policy_attachment.a", stays_in_aws),
    ] {
        World::managed()
            .with_block(&removed(from, lifecycle))
            .is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn what_is_to_be_taken_over_and_has_no_block_is_noted() {
    let import = |to: &str| {
        format!(
            "import {{\n  to = {to}\n  id = \"u/{}\"\n}}\n",
            arn("policy/m")
        )
    };
    let text = import("aws_iam_user_policy_attachment.b");
    World::managed()
        .with_block(&text)
        .is_noted(COMPLETE, &text, TAKEN);
    for to in ["aws_iam_role_policy_attachment.a", "aws_sqs_queue.q"] {
        World::managed()
            .with_block(&import(to))
            .is_edited_in_silence(COMPLETE);
    }
}

#[test]
fn a_policy_that_another_block_is_to_take_over_stays() {
    let other = block(
        "aws_iam_policy",
        "n",
        "  name   = \"m\"\n  policy = \"{}\"\n",
    );
    let import = |to: &str, id: &str| format!("import {{\n  to = {to}\n  id = {id}\n}}\n");
    let literal = format!("\"{}\"", arn("policy/m"));
    let world = |text: &str| World::managed().with_block(&other).with_block(text);
    let why = "aws_iam_policy.m is to be taken over here as another one too";
    for id in [literal.as_str(), "aws_iam_policy.m.arn"] {
        world(&import("aws_iam_policy.n", id)).stays(COMPLETE, why);
    }
    let each = import("aws_iam_policy.n", "each.value");
    let each = each.replace("{\n", &format!("{{\n  for_each = {{ a = {literal} }}\n"));
    world(&each).stays(COMPLETE, why);
    let identity = import("aws_iam_policy.n", &format!("{{ arn = {literal} }}"));
    world(&identity.replace("id =", "identity =")).stays(COMPLETE, why);
    // In another module it is another block.
    let moved = import("module.k.aws_iam_policy.m", &literal);
    let call = "module \"k\" {\n  source = \"./k\"\n}\n";
    let in_module = world(&moved).with_block(call);
    let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "k", "Dir": "k"}]}"#;
    in_module.write("root/.terraform/modules/modules.json", modules);
    let own = block(
        "aws_iam_policy",
        "m",
        "  name   = \"m\"\n  policy = \"{}\"\n",
    );
    in_module.write("root/k/main.tf", &own);
    in_module.stays(COMPLETE, why);
    world(&import("aws_iam_policy.m", &literal)).is_edited_in_silence(COMPLETE);
    world(&import(
        "aws_iam_policy.n",
        "\"arn:aws:iam::123456789012:policy/x\"",
    ))
    .is_edited_in_silence(COMPLETE);
    let attached = format!("\"app/{}\"", arn("policy/m"));
    world(&import("aws_iam_role_policy_attachment.a", &attached)).is_edited_in_silence(COMPLETE);
}
