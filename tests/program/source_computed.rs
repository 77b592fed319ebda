//! What is written in a list and comes of an expression beside it too: what is said of it, and what a plan then
//! does.

use std::fs;

use serde_json::{Value, json};

use crate::plan_world::configuration;
use crate::run::{Run, RunIt, iam_refine};
use crate::source_uses::{COMPLETE, ROLE, World, block, inline, resource, role};

const SEND: &str = "sqs:SendMessage";
const DELETE: &str = "sqs:DeleteMessage";

/// A root module in which the actions of a policy are what is written, with `more` in the file; AWS has these two.
fn world(actions: &str, more: &str) -> World {
    let own = "  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n";
    let own = block("aws_iam_role_policy", "app", own);
    let document = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = {actions}\n    resources = \
         [\"*\"]\n  }}\n}}\n"
    );
    World::of(
        &[ROLE, &own, &document, more],
        vec![role("app"), inline("app", "app")],
    )
}

fn policy(actions: &[&str]) -> String {
    policy_of(&[actions])
}

fn policy_of(statements: &[&[&str]]) -> String {
    let statements = statements.iter();
    let statements =
        statements.map(|actions| json!({"Effect": "Allow", "Action": actions, "Resource": "*"}));
    json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()}).to_string()
}

/// Whether the plan by which the policy becomes this passes with the record.
fn verify(world: &World, after: &[&str]) -> Run {
    verify_all(world, &[after])
}

/// Whether the plan by which the policy has these statements passes with the record.
fn verify_all(world: &World, after: &[&[&str]]) -> Run {
    let mut changed = world.resources[1].clone();
    let before = changed.as_object_mut().unwrap().remove("values").unwrap();
    let mut new = before.clone();
    new["policy"] = policy_of(after).into();
    let is_same = new == before;
    let action = if is_same { "no-op" } else { "update" };
    changed["change"] =
        json!({"actions": [action], "before": before, "after": new, "after_unknown": {}});
    let plan = json!({
        "format_version": "1.2", "planned_values": {}, "resource_changes": [changed],
        "prior_state": {"format_version": "1.0",
            "values": {"root_module": {"resources": world.resources}}},
        "configuration": configuration(&[], &["aws"]),
    });
    world.write("plan.json", &plan.to_string());
    let mut command = iam_refine();
    command.current_dir(world.folder.path());
    let arguments = [
        "verify",
        "plan.json",
        "f.json",
        "--decisions",
        "record.json",
    ];
    command.args(arguments).run()
}

fn becomes(world: &World) -> Value {
    let record = fs::read_to_string(world.folder.path().join("record.json")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    record["made"][0]["statements"][0].clone()
}

#[test]
fn what_an_expression_comes_to_as_well_stays_and_is_said_so() {
    for (actions, more, place) in [
        (
            "concat([\"sqs:SendMessage\", \"sqs:DeleteMessage\"], local.more)",
            "locals {\n  more = [\"sqs:DeleteMessage\"]\n}\n",
            "it comes from local.more, main.tf:11",
        ),
        (
            "[\"sqs:SendMessage\", \"sqs:DeleteMessage\", local.more]",
            "locals {\n  more = \"sqs:${join(\"\", [\"Delete\", \"Message\"])}\"\n}\n",
            "it comes from local.more, main.tf:11",
        ),
        (
            "concat([\"sqs:SendMessage\", \"sqs:DeleteMessage\"], 1 > 0 ? [\"sqs:DeleteMessage\"] : [])",
            "",
            "it depends on a condition, main.tf:11",
        ),
    ] {
        let world = world(actions, more);
        let run = world.refine(&["--record", "../record.json"]);
        let said = format!("0 of 1 unused action goes; sqs:DeleteMessage stays: {place}");
        assert!(run.stderr.contains(&said), "{actions}: {}", run.stderr);
        assert!(!run.stderr.contains("unless"), "{}", run.stderr);
        assert!(run.stderr.contains("0 unused gone"), "{}", run.stderr);
        let markdown = world.refine(&["--format", "markdown"]).stdout;
        assert!(!markdown.contains("| goes |"), "{markdown}");
        // What is taken out of the list changes nothing in AWS, and nothing else passes.
        assert_eq!(becomes(&world)["becomes"], Value::Null);
        let run = verify(&world, &[SEND, DELETE]);
        assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
        for other in [&[SEND][..], &[SEND, DELETE, "sqs:PurgeQueue"]] {
            assert_eq!(verify(&world, other).exit, 1, "{other:?}");
        }
    }
}

#[test]
fn what_an_expression_does_not_come_to_is_gone() {
    for (actions, more) in [
        (
            "concat([\"sqs:DeleteMessage\"], local.more)",
            "locals {\n  more = [\"sqs:SendMessage\"]\n}\n",
        ),
        (
            "concat([\"sqs:DeleteMessage\"], 1 > 0 ? [\"sqs:SendMessage\"] : [\"sqs:DeleteMessage\"])",
            "",
        ),
    ] {
        let world = world(actions, more);
        let run = world.refine(&["--record", "../record.json"]);
        assert!(
            run.stderr.contains("1 of 1 unused action goes"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("1 unused gone  "), "{}", run.stderr);
        assert!(!run.stderr.contains("unless"), "{}", run.stderr);
        assert_eq!(becomes(&world)["becomes"], json!([SEND]));
        assert_eq!(becomes(&world)["mayStay"], Value::Null);
        let run = verify(&world, &[SEND]);
        assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(verify(&world, &[SEND, DELETE]).exit, 1);
    }
}

#[test]
fn what_nobody_can_tell_of_an_expression_goes_unless_it_has_it_too() {
    let actions = "concat([\"sqs:SendMessage\", \"sqs:DeleteMessage\"], var.more)";
    let world = world(actions, "variable \"more\" {\n  default = []\n}\n");
    let run = world.refine(&["--record", "../record.json"]);
    let unless = "sqs:DeleteMessage goes unless what is computed beside it grants it too: it comes from var.more, \
                  main.tf:11";
    assert!(run.stderr.contains(unless), "{}", run.stderr);
    let proof = "1 unused gone, 1 of these unless computed too";
    assert!(run.stderr.contains(proof), "{}", run.stderr);
    let run = world.refine(&[]);
    let needs = "`verify` needs a record of it";
    assert!(run.stderr.contains(needs), "{}", run.stderr);
    let markdown = world.refine(&["--format", "markdown"]).stdout;
    assert!(markdown.contains("| goes |"), "{markdown}");
    let told = "goes unless what is computed beside it grants it too, which nobody can tell: sqs:DeleteMessage, it \
                comes from var.more, main.tf:11";
    assert!(markdown.contains(told), "{markdown}");
    assert!(markdown.contains(proof), "{markdown}");
    assert_eq!(becomes(&world)["becomes"], json!([SEND]));
    assert_eq!(becomes(&world)["mayStay"], json!([DELETE]));
    for after in [&[SEND][..], &[SEND, DELETE]] {
        let run = verify(&world, after);
        assert_eq!(run.exit, 0, "{after:?}: {}{}", run.stdout, run.stderr);
    }
    for other in [&[DELETE][..], &[SEND, "sqs:PurgeQueue"]] {
        assert_eq!(verify(&world, other).exit, 1, "{other:?}");
    }
}

#[test]
fn of_two_statements_on_the_same_each_may_have_what_nobody_can_tell() {
    const PURGE: &str = "sqs:PurgeQueue";
    const TAG: &str = "sqs:TagQueue";
    let statement = |actions: &[&str]| {
        format!(
            "  statement {{\n    actions   = concat({actions:?}, var.more)\n    resources = [\"*\"]\n  }}\n"
        )
    };
    let all: [&[&str]; 2] = [&[SEND, DELETE, PURGE], &[SEND, TAG]];
    let document = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{}}}\nvariable \"more\" {{\n  default = []\n}}\n",
        all.map(statement).concat()
    );
    let own = "  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n";
    let own = block("aws_iam_role_policy", "app", own);
    let mut made = inline("app", "app");
    made["values"]["policy"] = policy_of(&all).into();
    let mut world = World::of(&[ROLE, &own, &document], vec![role("app"), made]);
    let unused = [DELETE, PURGE, TAG].map(|one| json!({"action": one.trim_start_matches("sqs:")}));
    world.finding["findingDetails"][0]["unusedPermissionDetails"]["actions"] = json!(unused);
    let run = world.refine(&["--record", "../record.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);

    // What the first one becomes the second may become too, and what that keeps is not for the first.
    let run = verify_all(&world, &[&[SEND], &[SEND, TAG]]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let run = verify_all(&world, &[&[SEND, DELETE, PURGE], &[SEND]]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let wrong: [&[&[&str]]; 4] = [
        &[&[SEND, TAG], &[SEND, TAG]],
        &[&[SEND, DELETE, TAG], &[SEND]],
        &[&[SEND]],
        &[&[SEND], &[SEND], &[SEND, DELETE]],
    ];
    for other in wrong {
        assert_eq!(verify_all(&world, other).exit, 1, "{other:?}");
    }
}

#[test]
fn an_expression_that_comes_to_more_than_the_state_has_is_not_applied_yet() {
    let more = "locals {\n  more = [\"sqs:PurgeQueue\"]\n}\n";
    for actions in [
        "concat([\"sqs:SendMessage\", \"sqs:DeleteMessage\"], local.more)",
        "concat([\"sqs:SendMessage\", \"sqs:DeleteMessage\"], local.more, var.more)",
    ] {
        world(actions, more).stays(COMPLETE, "has another policy than the source");
    }
    // One that came to more is not, either.
    let none = "locals {\n  more = []\n}\n";
    let actions = "concat([\"sqs:DeleteMessage\"], local.more)";
    world(actions, none).stays(COMPLETE, "has another policy than the source");
}

#[test]
fn what_a_module_is_given_it_comes_to_there() {
    let module = "variable \"name\" {}\nvariable \"more\" {\n  type = list(string)\n}\n\
        resource \"aws_iam_role\" \"r\" {\n  name = var.name\n}\n\
        resource \"aws_iam_role_policy\" \"p\" {\n  role = aws_iam_role.r.id\n  policy = jsonencode({ Version = \
        \"2012-10-17\", Statement = [{ Effect = \"Allow\", Action = concat([\"sqs:SendMessage\", \
        \"sqs:DeleteMessage\"], var.more), Resource = \"*\" }] })\n}\n";
    let call = |name: &str, more: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"./m\"\n  name   = \"{name}\"\n  more   = {more}\n}}\n"
        )
    };
    let made = |name: &str, actions: &[&str]| {
        let own = |kind: &str, label: &str, values: Value| {
            let mut made = resource(kind, label, values);
            made["address"] = format!("module.{name}.{kind}.{label}").into();
            made
        };
        let arn = crate::accounts::arn(&format!("role/{name}"));
        let policy = json!({"name": "p", "role": name, "policy": policy(actions)});
        let all = [
            own("aws_iam_role", "r", json!({"name": name, "arn": arn})),
            own("aws_iam_role_policy", "p", policy),
        ];
        json!({"address": format!("module.{name}"), "resources": all})
    };
    let world = World::of(
        &[
            &call("app", "[]"),
            &call("other", "[\"sqs:DeleteMessage\"]"),
        ],
        Vec::new(),
    );
    world.write("root/m/main.tf", module);
    let modules = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."},
        {"Key": "app", "Source": "./m", "Dir": "m"}, {"Key": "other", "Source": "./m", "Dir": "m"}]});
    world.write("root/.terraform/modules/modules.json", &modules.to_string());
    world.write(
        "g.json",
        &crate::source_uses::finding("role/other").to_string(),
    );
    // The provider leaves what is the same to it as it was.
    let both = [SEND, DELETE];
    let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": [],
        "child_modules": [made("app", &both), made("other", &both)]}}});
    let options = [
        "../g.json",
        "--states-complete",
        "--record",
        "../record.json",
    ];
    let run = world.refine_with(&state, &options);
    let said = "sqs:DeleteMessage stays: it comes from var.more, m/main.tf:10, in \
                module.other.aws_iam_role_policy.p alone";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let record = fs::read_to_string(world.folder.path().join("record.json")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    let of = |name: &str| {
        let made = record["made"].as_array().unwrap().iter();
        let mut own = made.filter(|one| one["address"].as_str().unwrap().contains(name));
        own.next().unwrap()["statements"][0]["becomes"].clone()
    };
    assert_eq!(of("app"), json!([SEND]), "{record}");
    assert_eq!(of("other"), Value::Null, "{record}");
}
