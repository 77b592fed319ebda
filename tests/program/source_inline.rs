//! Policies that a role embeds itself, in `inline_policy` blocks.

use serde_json::{Value, json};

use crate::accounts::arn;
use crate::source_uses::{COMPLETE, DOCUMENT, ENCODED, World, live, resource};

/// An `inline_policy` block.
fn embeds(name: &str, policy: &str) -> String {
    format!("  inline_policy {{\n    name   = {name}\n    policy = {policy}\n  }}\n")
}

fn role_block(embedded: &[String]) -> String {
    let embedded = embedded.concat();
    format!(
        "resource \"aws_iam_role\" \"app\" {{\n  name               = \"app\"\n  \
         assume_role_policy = \"{{}}\"\n{embedded}}}\n"
    )
}

/// A role of a state with these policies embedded, by their names.
fn role(names: &[&str]) -> Value {
    let embedded = names
        .iter()
        .map(|name| json!({"name": name, "policy": live()}));
    let embedded: Vec<Value> = embedded.collect();
    let values = json!({"name": "app", "arn": arn("role/app"), "inline_policy": embedded});
    resource("aws_iam_role", "app", values)
}

fn world(embedded: &[String], names: &[&str]) -> World {
    World::of(&[&role_block(embedded), DOCUMENT], vec![role(names)])
}

const BY_DOCUMENT: &str = "data.aws_iam_policy_document.d.json";

#[test]
fn what_a_role_embeds_itself_is_edited() {
    for policy in [BY_DOCUMENT, ENCODED] {
        world(&[embeds("\"x\"", policy)], &["x"]).is_edited(&[]);
        world(&[embeds("\"${var.x}-x\"", policy)], &["y-x"]).is_edited(&[]);
        world(&[embeds("var.x", policy)], &["x"]).is_edited(&[]);
    }
    // Each by its own name; what others have embedded has none here.
    let two = [
        embeds("\"a\"", &ENCODED.replace("DeleteMessage", "ReceiveMessage")),
        embeds("\"b\"", BY_DOCUMENT),
    ];
    let mut world = world(&two, &["b", "a"]);
    let other = live().replace("DeleteMessage", "ReceiveMessage");
    world.resources[0]["values"]["inline_policy"][1]["policy"] = other.into();
    world.is_edited(&[]);
    let run = world.refine(&[]);
    assert!(!run.stderr.contains("passed over"), "{}", run.stderr);
}

#[test]
fn which_block_makes_a_policy_is_not_guessed() {
    let why = "nobody can tell which inline_policy makes it, since names are computed";
    let two = [embeds("var.a", BY_DOCUMENT), embeds("var.b", ENCODED)];
    world(&two, &["a", "b"]).stays(&[], why);
    // Of two, one has its name.
    let two = [embeds("\"a\"", BY_DOCUMENT), embeds("var.b", ENCODED)];
    world(&two, &["a", "b"]).is_edited(&[]);
    let twice = [embeds("\"a\"", BY_DOCUMENT), embeds("\"a\"", ENCODED)];
    world(&twice, &["a"]).stays(&[], "there are two inline policies a");
    let own = [embeds("\"a\"", BY_DOCUMENT)];
    world(&own, &["b"]).stays(&[], "no inline_policy of aws_iam_role.app has its name");
    let dynamic = "  dynamic \"inline_policy\" {\n    for_each = var.x\n    content {\n      policy = x\n    }\n  }\n";
    world(&[dynamic.to_owned()], &["a"]).stays(&[], "a dynamic block makes the inline policies");
    // Without a block of its own it is made by something else.
    world(&[], &["a"]).stays(
        &[],
        "its inline policy a is made by no resource that is read",
    );
}

#[test]
fn what_makes_another_policy_than_the_state_has_waits_for_apply() {
    let own = [embeds("\"a\"", BY_DOCUMENT)];
    let mut other = world(&own, &["a"]);
    other.resources[0]["values"]["inline_policy"][0]["policy"] =
        live().replace("SendMessage", "ReceiveMessage").into();
    other.stays(&[], "has another policy than the source");
    // The same document once more, of which no state has anything.
    let two = [embeds("\"a\"", BY_DOCUMENT), embeds("\"b\"", BY_DOCUMENT)];
    world(&two, &["a"]).stays(
        &[],
        "no state has for each aws_iam_role.app what its inline policies make",
    );
    world(&two, &["a", "b"]).is_edited(&[]);
    let ignored = "  lifecycle {\n    ignore_changes = [inline_policy]\n  }\n";
    let own = [embeds("\"a\"", BY_DOCUMENT), ignored.to_owned()];
    world(&own, &["a"]).stays(
        &[],
        "Terraform ignores changes of the policy of aws_iam_role.app",
    );
    let mut renamed = world(&[embeds("\"a\"", BY_DOCUMENT)], &["a"]);
    renamed.text = renamed.text.replace("= \"app\"", "= \"new\"");
    renamed.stays(&[], "here name is new, and the state has app");
}

#[test]
fn what_else_uses_a_policy_of_a_role_keeps_it_as_it_is() {
    let why = "is used here for something else too";
    let own = || world(&[embeds("\"a\"", ENCODED)], &["a"]);
    for value in [
        "aws_iam_role.app",
        "aws_iam_role.app.inline_policy",
        "[for p in aws_iam_role.app.inline_policy : p.policy]",
    ] {
        let output = format!("output \"o\" {{\n  value = {value}\n}}\n");
        own().with_block(&output).stays(COMPLETE, why);
    }
    let named = "output \"o\" {\n  value = aws_iam_role.app.arn\n}\n";
    own().with_block(named).is_edited(&[]);
    let shared = world(&[embeds("\"a\"", BY_DOCUMENT)], &["a"]);
    let bucket = "resource \"aws_s3_bucket_policy\" \"b\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n";
    shared.with_block(bucket).stays(COMPLETE, why);
}

#[test]
fn a_role_that_is_made_several_times_has_its_policy_each_time() {
    let block = role_block(&[embeds("\"a\"", BY_DOCUMENT)]);
    let block = block
        .replace("  name  ", "  for_each = var.x\n  name  ")
        .replace("\"app\"\n", "each.key\n");
    let of = |index: &str, embedded: Value| {
        json!({"address": format!("aws_iam_role.app[\"{index}\"]"), "mode": "managed", "type": "aws_iam_role",
               "name": "app", "index": index, "values": {"name": index, "arn": arn(&format!("role/{index}")),
               "inline_policy": embedded}})
    };
    let has = json!([{"name": "a", "policy": live()}]);
    let world = |other: Value| {
        World::of(
            &[&block, DOCUMENT],
            vec![of("app", has.clone()), of("other", other)],
        )
    };
    world(has.clone()).stays(&[], "role other has it too and has no finding");
    world(json!([])).stays(
        &[],
        "no state has for each aws_iam_role.app what its inline policies make",
    );
}
