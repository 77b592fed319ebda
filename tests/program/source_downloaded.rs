//! What a module does that was downloaded, or is not there, with a managed policy.

use crate::accounts::arn;
use crate::source_ahead::TAKEN;
use crate::source_given::{WRITTEN_DOWN, may_give};
use crate::source_passed_on::{STACK, stack};
use crate::source_uses::{COMPLETE, World, block, live, resource};
use serde_json::json;

pub const FAR: &str = "root/.terraform/modules/far/main.tf";

const GIVES_BACK: &str = "variable \"named\" {}\nvariable \"more\" {}\n\
    resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n\
    output \"id\" {\n  value = aws_sqs_queue.q.id\n}\noutput \"named\" {\n  value = var.named\n}\n";

#[test]
fn a_module_that_is_not_read_may_give_it_to_more_than_an_account_shows() {
    let call = "module \"d\" {\n  source     = \"ns/x/aws\"\n  policy_arn = aws_iam_policy.m.arn\n  roles = [\"app\", \"other\"]\n}\n";
    let world = World::managed();
    let own = world
        .text
        .split("resource \"aws_iam_role_policy_attachment\"")
        .next()
        .unwrap();
    let world = World::of(&[own, call], world.resources[..2].to_vec());
    let mut attached = resource(
        "aws_iam_role_policy_attachment",
        "x",
        json!({"role": "app", "policy_arn": arn("policy/m")}),
    );
    attached["address"] = "module.d.aws_iam_role_policy_attachment.x".into();
    let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": world.resources,
        "child_modules": [{"address": "module.d", "resources": [attached]}]}}});
    let document: serde_json::Value = serde_json::from_str(&live()).unwrap();
    let account = json!({"UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": [{"RoleName": "app", "Arn": arn("role/app"), "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "m", "PolicyArn": arn("policy/m")}]}],
        "Policies": [{"PolicyName": "m", "Arn": arn("policy/m"), "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]});
    world.write("account.json", &account.to_string());
    let run = world.refine_with(&state, &["../account.json"]);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let place = format!("note: main.tf:{}:", world.line_of(call));
    let mut lines = run.stderr.lines();
    assert!(
        lines.any(|line| line.starts_with(&place) && line.contains(TAKEN)),
        "{}",
        run.stderr
    );
}

#[test]
fn a_module_that_is_not_there_may_find_the_policy_by_its_name() {
    let call = |argument: &str| {
        format!("module \"far\" {{\n  source = \"ns/far/aws\"\n  {argument}\n}}\n")
    };
    let world = |text: &str| {
        let world = World::managed().with_block(text);
        let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far"}]}"#;
        world.write("root/.terraform/modules/modules.json", modules);
        world
    };
    for argument in [
        "sets = [{ name = \"Ops\", customer_managed_policy_attachments = [{ name = \"m\", path = \"/\" }] }]",
        "policy_names = [\"x\", \"m\"]",
        "permissions_boundary_name = \"m\"",
        "policy_names = var.c ? [\"m\"] : []",
    ] {
        let text = call(argument);
        world(&text).is_noted(COMPLETE, &text, TAKEN);
    }
    for argument in [
        "name = \"m\"",
        "policy_names = [\"n\"]",
        "sets = [{ name = \"m\" }]",
    ] {
        world(&call(argument)).is_edited_in_silence(COMPLETE);
    }
}

/// A module that was downloaded, and is given the ARN of the policy: it gives that back, and something else.
fn downloaded(blocks: &[&str]) -> World {
    let call = "module \"far\" {\n  source = \"ns/m/aws\"\n  named  = aws_iam_policy.m.arn\n  \
                more   = [\"${module.far.id}/a\", \"${module.far.id}/b\"]\n}\n";
    let blocks = [&[call], blocks].concat();
    let world = World::managed().with_block(&blocks.concat());
    let modules = json!({"Modules": [{"Key": "", "Dir": "."},
        {"Key": "far", "Source": "ns/m/aws", "Dir": ".terraform/modules/far"}]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    world
}

#[test]
fn what_a_downloaded_module_gives_back_is_what_its_output_says() {
    let chart = |value: &str| {
        block(
            "helm_release",
            "z",
            &format!("  values = [\"x: ${{{value}}}\"]\n"),
        )
    };
    let (id, named, all) = (
        chart("module.far.id"),
        chart("module.far.named"),
        chart("jsonencode(module.far)"),
    );
    let world = downloaded(&[&id]);
    world.write(FAR, GIVES_BACK);
    world.is_edited_in_silence(COMPLETE);
    // What is there is another version than what is called.
    let mut world = downloaded(&[&id]);
    let (any, newer) = ("\"ns/m/aws\"", "\"ns/m/aws?ref=v2\"");
    world.text = world.text.replace(any, newer);
    world.write(FAR, GIVES_BACK);
    world.stays(COMPLETE, &may_give("helm_release.z"));
    for (other, is_there) in [(&named, true), (&all, true), (&id, false), (&named, false)] {
        let world = downloaded(&[other]);
        if is_there {
            world.write(FAR, GIVES_BACK);
        }
        world.stays(COMPLETE, &may_give("helm_release.z"));
    }
}

#[test]
fn what_a_downloaded_module_does_with_what_it_is_given_counts() {
    let world = downloaded(&[]);
    let attachment = block(
        "aws_iam_role_policy_attachment",
        "z",
        "  role       = \"zed\"\n  policy_arn = var.named\n",
    );
    world.write(FAR, &format!("{GIVES_BACK}{attachment}"));
    let why = "no state has what aws_iam_role_policy_attachment.z of module.far makes";
    world.stays(COMPLETE, why);
    let world = downloaded(&[]);
    world.write(
        FAR,
        &format!("{GIVES_BACK}{}", stack("parameters = { P = var.named }")),
    );
    world.stays(COMPLETE, &may_give(STACK));
}

#[test]
fn a_downloaded_module_whose_call_was_changed_since_is_not_read() {
    let git = "git::https://h/x.git";
    let registry = "registry.terraform.io/acme/x/aws";
    let (v1, v2) = (format!("{git}?ref=v1"), format!("{git}?ref=v2"));
    for (source, said, is_it) in [
        (v1.as_str(), format!("source = \"{v1}\""), true),
        (v1.as_str(), format!("source = \"{v2}\""), false),
        (v1.as_str(), format!("source = \"{git}\""), false),
        (v1.as_str(), "source = \"./x\"".to_owned(), false),
        (registry, "source = \"acme/x/aws\"".to_owned(), true),
        (
            registry,
            "source = \"acme/x/aws\"\n  version = \"~> 1.0\"".to_owned(),
            true,
        ),
        (
            registry,
            "source = \"acme/x/aws\"\n  version = \"~> 2.0\"".to_owned(),
            false,
        ),
        (registry, "source = \"acme/y/aws\"".to_owned(), false),
    ] {
        let call =
            format!("module \"far\" {{\n  {said}\n  policy_arns = [aws_iam_policy.m.arn]\n}}\n");
        let world = World::managed().with_block(&call);
        let modules = json!({"Modules": [{"Key": "", "Dir": "."},
            {"Key": "far", "Source": source, "Version": "1.2.0", "Dir": ".terraform/modules/far"}]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        world.write(FAR, "variable \"policy_arns\" {}\n");
        if is_it {
            world.is_edited_in_silence(COMPLETE);
        } else {
            world.is_noted(COMPLETE, &call, TAKEN);
        }
    }
}

#[test]
fn what_attaches_something_else_than_policies_has_to_be_in_no_state() {
    let target = |id: &str| {
        block(
            "aws_lb_target_group_attachment",
            "z",
            &format!("  target_id = {id}\n"),
        )
    };
    // What is not there may give back what it is given.
    let id = target("module.far.id");
    let line = "  target_id = module.far.id";
    downloaded(&[&id]).is_noted(COMPLETE, line, WRITTEN_DOWN);
    let world = downloaded(&[&id]);
    world.write(FAR, GIVES_BACK);
    world.is_edited_in_silence(COMPLETE);
    // Those of other providers may attach it, by its name too.
    for (kind, said, is_it) in [
        (
            "corp_role_attachment",
            "policies = [aws_iam_policy.m.arn]",
            true,
        ),
        ("corp_role_attachment", "policies = [\"m\"]", true),
        ("corp_role_attachment", "policies = [\"n\"]", false),
        ("corp_role_attachment", "name = \"m\"", false),
        (
            "aws_iot_policy_attachment",
            "policy = aws_iot_policy.p.name",
            false,
        ),
        ("corp_iam_attachment", "what = aws_iam_policy.m.arn", true),
    ] {
        let own = block(kind, "z", &format!("  {said}\n"));
        let world = World::managed().with_block(&own);
        if is_it {
            world.stays(COMPLETE, &format!("no state has what {kind}.z makes"));
        } else {
            world.is_edited_in_silence(COMPLETE);
        }
    }
}
