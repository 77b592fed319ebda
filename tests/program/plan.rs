//! `verify` of a plan of Terraform: whether it takes away what is unused.

use crate::plan_world::{
    BEFORE, FINDING, ROLE, block, change, configuration, inline, plan, policy, updated, verify,
    verify_with,
};
use crate::run::{RunIt, folder, iam_refine};
use serde_json::{Value, json};

#[test]
fn a_plan_that_takes_away_what_is_unused_holds() {
    let run = verify(&[updated(&["sqs:SendMessage"])]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    aws_iam_role_policy.app, of role app
    ✓ nothing added
    ✓ unused gone
    ✓ nothing lost
    ✓ nothing else touched
    note: 1 unused gone
    Judged by the actions known on 2026-10-27.

    The plan passes: 1 policy is changed as it should be.
    ");
}

#[test]
fn what_a_plan_adds_loses_or_leaves_refutes_it() {
    for (after, fault) in [
        (
            &["sqs:SendMessage", "sqs:PurgeQueue"][..],
            "✗ nothing added",
        ),
        (&["sqs:GetQueueUrl"], "✗ nothing lost"),
        (
            &["sqs:SendMessage", "sqs:DeleteMessage", "sqs:DeleteMessage"],
            "✗ unused gone",
        ),
    ] {
        let run = verify(&[updated(after)]);
        assert_eq!(run.exit, 1, "{after:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(fault), "{after:?}: {}", run.stdout);
    }
    let mut widened = updated(&["sqs:SendMessage"]);
    let after = policy(&["sqs:SendMessage"]).replace("\"*\"", "\"arn:aws:sqs:*:*:a\"");
    widened["change"]["after"]["policy"] = after.into();
    let run = verify(&[widened]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("its Resource has changed"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_known_only_after_apply_is_no_pass() {
    let mut change = updated(&["sqs:SendMessage"]);
    change["change"]["after"]
        .as_object_mut()
        .unwrap()
        .remove("policy");
    change["change"]["after_unknown"] = json!({"policy": true});
    let run = verify(&[change]);
    assert_eq!(run.exit, 1);
    assert!(
        run.stdout.contains("known only after apply"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_waits_for_a_policy_is_judged_once_that_is_applied() {
    let mut unknown = updated(&["sqs:SendMessage"]);
    unknown["address"] = "aws_iam_role_policy.waiting".into();
    unknown["change"]["after"]
        .as_object_mut()
        .unwrap()
        .remove("policy");
    unknown["change"]["after_unknown"] = json!({"policy": true});
    let data = |reason: &str| {
        json!({"address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document",
               "name": "d", "action_reason": reason, "change": {"actions": ["read"]}})
    };
    let waiting = data("read_because_dependency_pending");
    let way_out = "apply the policies first that are as they should be, `terraform apply -target=ADDRESS` of \
                   each, where that shows no other change, and judge the plan of the rest";
    let good = updated(&["sqs:SendMessage"]);
    let run = verify(&[good.clone(), unknown.clone(), waiting.clone()]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(run.stdout.contains(way_out), "{}", run.stdout);
    // It waits for something else, there is no policy to begin with, or nothing is wrong.
    let other = data("read_because_config_unknown");
    for changes in [
        vec![good.clone(), unknown.clone(), other],
        vec![unknown, waiting.clone()],
        vec![good, waiting],
    ] {
        let run = verify(&changes);
        assert!(!run.stdout.contains(way_out), "{}", run.stdout);
    }
}

#[test]
fn whoever_uses_a_policy_too_keeps_all_of_it() {
    let mut plan = plan(&[updated(&["sqs:SendMessage"])]);
    let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
    resources[0]["values"]["arn"] = "arn:aws:iam::123456789012:role/path/other".into();
    resources[0]["values"]["name"] = "other".into();
    resources[1]["values"]["role"] = "other".into();
    for side in ["before", "after"] {
        plan["resource_changes"][0]["change"][side]["role"] = "other".into();
    }
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "nothing counts as unused: no finding is about who has it";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    assert!(run.stdout.contains("✗ nothing lost"), "{}", run.stdout);
}

#[test]
fn who_else_has_a_managed_policy_a_plan_does_not_tell() {
    let arn = "arn:aws:iam::123456789012:policy/app";
    let managed = |actions: &[&str]| json!({"name": "app", "arn": arn, "policy": policy(actions)});
    let (before, after) = (managed(BEFORE), managed(&["sqs:SendMessage"]));
    let mut plan = plan(&[change("aws_iam_policy", &["update"], before.clone(), after)]);
    let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
    let resource = |kind: &str, values: Value| {
        json!({"address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
               "values": values})
    };
    resources[1] = resource("aws_iam_policy", before);
    let attachment = json!({"role": "app", "policy_arn": arn});
    let attachment = resource("aws_iam_role_policy_attachment", attachment);
    resources.as_array_mut().unwrap().push(attachment);
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "a plan does not tell who else has a managed policy";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    let run = verify_with(&plan, &["--states-complete"]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    // Where nothing counts as unused, all is lost, and nothing wider is advised.
    let wide = managed(&["sqs:*"]);
    let narrow = managed(&["sqs:Get*", "sqs:List*"]);
    let mut narrowed = plan.clone();
    narrowed["resource_changes"] =
        json!([change("aws_iam_policy", &["update"], wide.clone(), narrow)]);
    narrowed["prior_state"]["values"]["root_module"]["resources"][1]["values"] = wide;
    let run = verify_with(&narrowed, &[]);
    assert!(run.stdout.contains(why), "{}", run.stdout);
    assert!(run.stdout.contains("✗ nothing lost"), "{}", run.stdout);
    assert!(!run.stdout.contains("advice"), "{}", run.stdout);
    // What attaches it goes with it.
    let gone = |kind: &str, before: Value| change(kind, &["delete"], before, Value::Null);
    let detached = json!({"role": "app", "policy_arn": arn});
    let detached = gone("aws_iam_role_policy_attachment", detached);
    let deleted = gone("aws_iam_policy", managed(&["sqs:DeleteMessage"]));
    plan["resource_changes"] = json!([deleted, detached]);
    plan["prior_state"]["values"]["root_module"]["resources"][1]["values"] =
        managed(&["sqs:DeleteMessage"]);
    let run = verify_with(&plan, &["--states-complete"]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    plan["resource_changes"] = json!([detached]);
    let run = verify_with(&plan, &["--states-complete"]);
    assert_eq!(run.exit, 1, "{}{}", run.stdout, run.stderr);
}

#[test]
fn who_has_a_policy_is_known_where_both_are_made_through_one_provider() {
    let mut plan = plan(&[updated(&["sqs:SendMessage"])]);
    let mut run = |of_role: Option<&str>, of_policy: &str, providers: &[&str]| {
        let role = of_role.map(|provider| block("aws_iam_role", "app", provider));
        let policy = block("aws_iam_role_policy", "app", of_policy);
        let blocks: Vec<Value> = role.into_iter().chain([policy]).collect();
        plan["configuration"] = configuration(&blocks, providers);
        verify_with(&plan, &[])
    };
    let several = ["aws", "aws.b"];
    assert_eq!(run(Some("aws"), "aws", &several).exit, 0);
    assert_eq!(run(Some("aws.b"), "aws.b", &several).exit, 0);
    for (of_role, of_policy) in [("aws", "aws.b"), ("aws.b", "aws")] {
        let run = run(Some(of_role), of_policy, &several);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        let why = "it is made through another provider than role app";
        assert!(run.stdout.contains(why), "{}", run.stdout);
    }
    // Its role is made elsewhere, or a module was given a provider that is not told.
    for (of_role, of_policy) in [(None, "aws"), (Some("aws"), "x:aws")] {
        let run = run(of_role, of_policy, &several);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        let why = "the plan does not tell whether it and role app are made through one provider";
        assert!(run.stdout.contains(why), "{}", run.stdout);
    }
    // The surroundings configure the default one.
    assert_eq!(run(None, "aws.b", &["aws.b"]).exit, 1);
    assert_eq!(run(Some("aws"), "aws.b", &["aws.b"]).exit, 1);
    assert_eq!(run(None, "aws.b", &["aws"]).exit, 1);
    // Where there is one provider, all is made through it.
    assert_eq!(run(None, "x:aws", &["aws"]).exit, 0);
    assert_eq!(run(None, "x:aws", &["aws", "x:aws"]).exit, 1);
}

/// A plan in which role `app` of this account and role `app` of another lose something, each through a provider of
/// its own.
fn of_two_accounts(of_app: &[&str], of_prod: &[&str]) -> Value {
    let other = "arn:aws:iam::222222222222:role/app";
    let mut changed = updated(of_prod);
    changed["name"] = "prod".into();
    changed["address"] = "aws_iam_role_policy.prod".into();
    let mut plan = plan(&[updated(of_app), changed]);
    let resource = |kind: &str, values: Value| {
        json!({"address": format!("{kind}.prod"), "mode": "managed", "type": kind, "name": "prod",
               "values": values})
    };
    let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
    let resources = resources.as_array_mut().unwrap();
    resources.push(resource(
        "aws_iam_role",
        json!({"name": "app", "arn": other}),
    ));
    resources.push(resource("aws_iam_role_policy", inline(&policy(BEFORE))));
    plan["configuration"] = configuration(
        &[
            block("aws_iam_role", "app", "aws"),
            block("aws_iam_role_policy", "app", "aws"),
            block("aws_iam_role", "prod", "aws.prod"),
            block("aws_iam_role_policy", "prod", "aws.prod"),
        ],
        &["aws", "aws.prod"],
    );
    plan
}

#[test]
fn in_which_of_two_accounts_a_role_is_its_provider_tells() {
    let right = of_two_accounts(&["sqs:SendMessage"], BEFORE);
    let run = verify_with(&right, &[]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let whose = "aws_iam_role_policy.app, of role app of account 123456789012";
    assert!(run.stdout.contains(whose), "{}", run.stdout);
    // The finding is about the role of the other account.
    let run = verify_with(&of_two_accounts(BEFORE, &["sqs:SendMessage"]), &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "no finding is about who has it";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    // The roles are both made through one provider, so that it is of two accounts; or the blocks are gone.
    let mut unclear = of_two_accounts(&["sqs:SendMessage"], BEFORE);
    let blocks = &mut unclear["configuration"]["root_module"]["resources"];
    blocks[2]["provider_config_key"] = "aws".into();
    let run = verify_with(&unclear, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "the plan does not tell who has it";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    for gone in [0, 1] {
        let mut unclear = of_two_accounts(&["sqs:SendMessage"], BEFORE);
        let blocks = &mut unclear["configuration"]["root_module"]["resources"];
        blocks.as_array_mut().unwrap().remove(gone);
        let run = verify_with(&unclear, &[]);
        assert_eq!(run.exit, 1, "{}", run.stdout);
    }
}

#[test]
fn of_a_block_that_is_gone_the_plan_does_not_tell_the_provider() {
    let before = inline(&policy(&["sqs:DeleteMessage"]));
    let deleted = change("aws_iam_role_policy", &["delete"], before, Value::Null);
    let mut plan = plan(&[deleted]);
    let role = [block("aws_iam_role", "app", "aws")];
    plan["configuration"] = configuration(&role, &["aws"]);
    assert_eq!(verify_with(&plan, &[]).exit, 0);
    plan["configuration"] = configuration(&role, &["aws", "aws.b"]);
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    // As `jq` may cut it out.
    plan.as_object_mut().unwrap().remove("configuration");
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
}

#[test]
fn a_plan_that_changes_no_policy_is_no_pass_while_something_is_unused() {
    let stays = "✗ the plan changes no policy: 1 unused action stays granted";
    let same = inline(&policy(BEFORE));
    let untouched = change("aws_iam_role_policy", &["no-op"], same.clone(), same);
    for changes in [vec![], vec![untouched]] {
        let run = verify(&changes);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        assert!(run.stdout.contains(stays), "{}", run.stdout);
        let note = "note: aws_iam_role_policy.app is not changed: 1 unused action stays granted";
        assert!(run.stdout.contains(note), "{}", run.stdout);
    }
    // Somebody said that it stays.
    let run = verify_with(&plan(&[]), &["--keep", "sqs:DeleteMessage"]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("The plan changes no policy."),
        "{}",
        run.stdout
    );
    // It is the plan of something else.
    let mut other = plan(&[]);
    other["prior_state"]["values"]["root_module"]["resources"] = json!([]);
    let run = verify_with(&other, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault = "✗ the plan changes no policy: no finding is about anybody whom it has";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
    // It does not tell who has what.
    let mut unclear = plan(&[]);
    unclear.as_object_mut().unwrap().remove("configuration");
    let run = verify_with(&unclear, &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault = "✗ the plan changes no policy: what of 1 policy is unused nobody can tell";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
}

#[test]
fn a_policy_that_is_forgotten_grants_what_it_did() {
    let forgotten = |actions: &[&str]| {
        let before = inline(&policy(actions));
        let change = change(
            "aws_iam_role_policy",
            &["forget"],
            before.clone(),
            Value::Null,
        );
        let mut plan = plan(&[change]);
        plan["prior_state"]["values"]["root_module"]["resources"][1]["values"] = before;
        verify_with(&plan, &[])
    };
    let run = forgotten(BEFORE);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let fault =
        "✗ aws_iam_role_policy.app is forgotten: 1 unused action stays granted, and no later";
    assert!(run.stdout.contains(fault), "{}", run.stdout);
    let run = forgotten(&["sqs:SendMessage"]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    let note = "note: aws_iam_role_policy.app is forgotten: all that it grants stays";
    assert!(run.stdout.contains(note), "{}", run.stdout);
}

#[test]
fn what_is_sensitive_and_not_shown_is_no_pass() {
    for (mask, mark) in [
        (Value::Null, json!({"policy": true})),
        (true.into(), json!({"policy": true})),
        ("(sensitive value)".into(), true.into()),
    ] {
        let mut change = updated(&["sqs:SendMessage"]);
        change["change"]["after"]["policy"] = mask;
        change["change"]["after_sensitive"] = mark;
        let run = verify(&[change]);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        let why = "? its policy is sensitive, and the plan does not show it";
        assert!(run.stdout.contains(why), "{}", run.stdout);
    }
    // Terraform itself prints it.
    let mut change = updated(&["sqs:SendMessage"]);
    change["change"]["after_sensitive"] = json!({"policy": true});
    assert_eq!(verify(&[change]).exit, 0);
}

#[test]
fn a_policy_may_be_deleted_when_nothing_of_it_is_used() {
    let deleted = |actions: &[&str]| {
        let before = inline(&policy(actions));
        change("aws_iam_role_policy", &["delete"], before, Value::Null)
    };
    let run = verify(&[deleted(&["sqs:DeleteMessage"])]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let run = verify(&[deleted(BEFORE)]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(run.stdout.contains("sqs:SendMessage"), "{}", run.stdout);
}

#[test]
fn what_one_block_makes_is_one_policy() {
    // A module that is called twice, two resources that take one document, and a block with `count`.
    let other = "arn:aws:iam::123456789012:role/other";
    let resource = |address: &str, kind: &str, name: &str, values: Value| json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values});
    let one = json!({"aws": {"name": "aws"}});
    let calls = json!({"provider_config": one, "root_module": {"module_calls": {
        "a": {"source": "./m", "module": {"resources": [{"type": "aws_iam_role_policy", "name": "app"}]}},
        "b": {"module": {"resources": [{"type": "aws_iam_role_policy", "name": "app"}]}, "source": "./x/../m"},
    }}});
    let document = |name: &str| {
        json!({"type": "aws_iam_role_policy", "name": name, "expressions": {"policy": {"references": [
            "data.aws_iam_policy_document.d[0].json", "data.aws_iam_policy_document.d",
        ]}}})
    };
    let documents = configuration(&[document("app"), document("second")], &["aws"]);
    let apart = [
        block("aws_iam_role_policy", "app", "aws"),
        block("aws_iam_role_policy", "second", "aws"),
    ];
    let apart = configuration(&apart, &["aws"]);
    let several = |first: &str, second: &str, second_name: &str, configuration: &Value| {
        let mut changed = updated(&["sqs:SendMessage"]);
        changed["address"] = first.into();
        let mut plan = plan(&[changed]);
        plan["configuration"] = configuration.clone();
        let embedded = |role: &str| json!({"name": "app", "role": role, "policy": policy(BEFORE)});
        plan["prior_state"]["values"]["root_module"]["resources"] = json!([
            resource(
                "aws_iam_role.app",
                "aws_iam_role",
                "app",
                json!({"name": "app", "arn": ROLE})
            ),
            resource(
                "aws_iam_role.other",
                "aws_iam_role",
                "other",
                json!({"name": "other", "arn": other})
            ),
            resource(first, "aws_iam_role_policy", "app", embedded("app")),
            resource(
                second,
                "aws_iam_role_policy",
                second_name,
                embedded("other")
            ),
        ]);
        plan
    };
    let (in_a, in_b) = (
        "module.a.aws_iam_role_policy.app",
        "module.b.aws_iam_role_policy.app",
    );
    let (app, second) = ("aws_iam_role_policy.app", "aws_iam_role_policy.second");
    for (second, plan) in [
        (in_b, several(in_a, in_b, "app", &calls)),
        (second, several(app, second, "second", &documents)),
        (
            "aws_iam_role_policy.app[1]",
            several(
                "aws_iam_role_policy.app[0]",
                "aws_iam_role_policy.app[1]",
                "app",
                &apart,
            ),
        ),
    ] {
        // Who has it does not use what goes, and what others have stays.
        let run = verify_with(&plan, &[]);
        assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
        // It goes of the other too, who has no finding.
        let mut both = plan.clone();
        let mut changed = updated(&["sqs:SendMessage"]);
        changed["address"] = second.into();
        changed["change"]["before"]["role"] = "other".into();
        changed["change"]["after"]["role"] = "other".into();
        both["resource_changes"]
            .as_array_mut()
            .unwrap()
            .push(changed);
        let run = verify_with(&both, &[]);
        assert_eq!(run.exit, 1, "{}", run.stdout);
        let why = "no finding is about who has it";
        assert!(run.stdout.contains(why), "{}", run.stdout);
        // What is unused may stay for the other.
        let mut none = plan.clone();
        none["resource_changes"][0]["change"]["after"]["policy"] =
            policy(&["sqs:DeleteMessage", "sqs:SendMessage"]).into();
        let run = verify_with(&none, &[]);
        assert_eq!(run.exit, 0, "{}", run.stdout);
        let why = "note: 1 unused granted as before: others use it, who have the same document";
        assert!(run.stdout.contains(why), "{}", run.stdout);
    }
    // Nobody can tell without the configuration.
    let run = verify_with(&several(app, second, "second", &json!({})), &[]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    // Two blocks that have nothing in common.
    let mut plan = several(app, second, "second", &apart);
    let run = verify_with(&plan, &[]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    plan["resource_changes"][0]["change"]["after"]["policy"] =
        policy(&["sqs:DeleteMessage", "sqs:SendMessage"]).into();
    assert_eq!(verify_with(&plan, &[]).exit, 1);
}

#[test]
fn what_others_use_of_a_document_that_is_in_their_policies_too_stays_in_it() {
    let resource = |kind: &str, name: &str, values: Value| json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values});
    let role = |name: &str| {
        let arn = format!("arn:aws:iam::123456789012:role/{name}");
        resource("aws_iam_role", name, json!({"name": name, "arn": arn}))
    };
    let policy = |statements: &[(&str, &[&str])]| {
        let statements = statements.iter().map(|(sid, actions)| {
            json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"})
        });
        json!({"Statement": statements.collect::<Vec<_>>()}).to_string()
    };
    let embedded = |role: &str, policy: &str| json!({"name": "p", "role": role, "policy": policy});
    // `app` has both documents, and `two` the first alone.
    let app = policy(&[("B", BEFORE), ("T", BEFORE)]);
    let two = policy(&[("B", BEFORE)]);
    let reference =
        |name: &str| json!({"references": [format!("data.aws_iam_policy_document.{name}.json")]});
    let document = |name: &str, taken: Value| json!({"mode": "data", "type": "aws_iam_policy_document", "name": name, "expressions": taken});
    let mut blocks = vec![
        document("b", json!({})),
        document("t", json!({"override_policy_documents": reference("b")})),
    ];
    for (name, written) in [("app", "t"), ("two", "b")] {
        let mut own = block("aws_iam_role_policy", name, "aws");
        own["expressions"] = json!({"policy": reference(written)});
        blocks.push(own);
    }
    let verify = |after: &str, unused_of_two: Option<&str>, blocks: &[Value]| {
        let mut changed = updated(&[]);
        changed["change"]["before"] = embedded("app", &app);
        changed["change"]["after"] = embedded("app", after);
        let mut plan = plan(&[changed]);
        plan["prior_state"]["values"]["root_module"]["resources"] = json!([
            role("app"),
            role("two"),
            resource("aws_iam_role_policy", "app", embedded("app", &app)),
            resource("aws_iam_role_policy", "two", embedded("two", &two)),
        ]);
        plan["configuration"] = configuration(blocks, &["aws"]);
        let folder = folder();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        write("plan.json", &plan.to_string());
        write("finding.json", FINDING);
        let mut command = iam_refine();
        command.current_dir(folder.path());
        command.args(["verify", "plan.json", "finding.json"]);
        if let Some(unused) = unused_of_two {
            let other = FINDING
                .replace("role/app", "role/two")
                .replace("\"f\"", "\"g\"");
            write("two.json", &other.replace("DeleteMessage", unused));
            command.arg("two.json");
        }
        command.run()
    };
    let right = policy(&[("B", BEFORE), ("T", &["sqs:SendMessage"])]);
    let run = verify(&right, Some("PurgeQueue"), &blocks);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let why = "note: 1 unused granted as before: others use it, who have the same document";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    // Who has no finding uses everything.
    assert_eq!(verify(&right, None, &blocks).exit, 0);
    // The other does not use it either, or has nothing to do with it.
    assert_eq!(verify(&right, Some("DeleteMessage"), &blocks).exit, 1);
    let apart = [
        block("aws_iam_role_policy", "app", "aws"),
        block("aws_iam_role_policy", "two", "aws"),
    ];
    assert_eq!(verify(&right, Some("PurgeQueue"), &apart).exit, 1);
    // It stays where nobody else has it.
    let wrong = policy(&[("B", &["sqs:SendMessage"]), ("T", BEFORE)]);
    let run = verify(&wrong, Some("PurgeQueue"), &blocks);
    assert_eq!(run.exit, 1, "{}", run.stdout);
}

#[test]
fn what_a_role_embeds_itself_is_judged_as_a_policy() {
    let role = |policies: &[(&str, &[&str])]| {
        let embedded = policies
            .iter()
            .map(|(name, actions)| json!({"name": name, "policy": policy(actions)}));
        let embedded: Vec<Value> = embedded.collect();
        json!({"name": "app", "arn": ROLE, "inline_policy": embedded})
    };
    let all: [(&str, &[&str]); 2] = [("a", BEFORE), ("b", &["sqs:SendMessage"])];
    let verify = |after: Value, unknown: bool, says: bool| {
        let mut changed = change("aws_iam_role", &["update"], role(&all), after);
        changed["change"]["after_unknown"] = json!({"inline_policy": [{"policy": unknown}]});
        let mut plan = plan(&[changed]);
        plan["prior_state"]["values"]["root_module"]["resources"] = json!([{"address": "aws_iam_role.app", "mode": "managed", "type": "aws_iam_role",
                "name": "app", "values": role(&all)}]);
        let mut own = block("aws_iam_role", "app", "aws");
        if says {
            own["expressions"] = json!({"inline_policy": [{}, {}]});
        }
        plan["configuration"] = configuration(&[own], &["aws"]);
        verify_with(&plan, &[])
    };
    let right = role(&[("a", &["sqs:SendMessage"]), all[1]]);
    let run = verify(right.clone(), false, true);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let name = "aws_iam_role.app, inline policy a, of role app";
    assert!(run.stdout.starts_with(name), "{}", run.stdout);
    // It may be somebody else's where the role does not say it.
    for (after, unknown, says, fault) in [
        (
            right.clone(),
            false,
            false,
            "of aws_iam_role.app changes too: inline_policy",
        ),
        (right, true, true, "known only after apply"),
        (
            role(&[("a", &["sqs:SendMessage"]), ("b", &["sqs:*"])]),
            false,
            true,
            "✗ nothing added",
        ),
        (
            role(&[("a", &["sqs:SendMessage"])]),
            false,
            true,
            "✗ nothing lost",
        ),
        (
            role(&[all[0], all[1], ("c", &["s3:*"])]),
            false,
            true,
            "inline policy c is created",
        ),
        (
            role(&all),
            false,
            true,
            "the plan changes no policy: 1 unused action stays granted",
        ),
    ] {
        let run = verify(after, unknown, says);
        assert_eq!(run.exit, 1, "{fault}: {}", run.stdout);
        assert!(run.stdout.contains(fault), "{fault}: {}", run.stdout);
    }
    let mut tags = role(&[("a", &["sqs:SendMessage"]), all[1]]);
    tags["tags"] = json!({"team": "b"});
    let run = verify(tags, false, true);
    assert!(
        run.stdout.contains("of aws_iam_role.app changes too: tags"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_program_gets_the_same_as_json() {
    let run = verify_with(
        &plan(&[updated(&["sqs:SendMessage"])]),
        &["--format", "json"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["holds"], true);
    let policy = &json["policies"][0];
    assert_eq!(policy["address"], "aws_iam_role_policy.app");
    assert_eq!(policy["holders"], json!(["role app"]));
    assert_eq!(policy["answer"], "holds");
    assert_eq!(policy["verdict"]["gone"], json!(["sqs:DeleteMessage"]));
}

#[test]
fn what_aws_has_may_be_given_beside_a_plan_and_the_plan_first() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "plan.json",
        &plan(&[updated(&["sqs:SendMessage"])]).to_string(),
    );
    write("finding.json", FINDING);
    let account = |actions: &[&str]| {
        json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{
            "RoleName": "app", "Path": "/", "Arn": ROLE, "AttachedManagedPolicies": [],
            "RolePolicyList": [{"PolicyName": "app", "PolicyDocument": policy(actions)}]}]})
        .to_string()
    };
    let verify = |files: &[&str]| {
        let mut command = iam_refine();
        command.current_dir(folder.path());
        command.arg("verify").args(files).run()
    };
    write("account.json", &account(BEFORE));
    let run = verify(&["plan.json", "account.json", "finding.json"]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    write("account.json", &account(&["sqs:SendMessage"]));
    let run = verify(&["plan.json", "finding.json", "account.json"]);
    assert_eq!(run.exit, 1, "{}{}", run.stdout, run.stderr);
    let why = "nothing counts as unused: AWS has another policy than the state";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    let run = verify(&["finding.json", "plan.json"]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    let why = "plan.json is a plan of Terraform, and comes after others";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    let state = json!({"format_version": "1.0", "values": {"root_module": {}}});
    write("state.json", &state.to_string());
    let run = verify(&["plan.json", "finding.json", "state.json"]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    assert!(run.stderr.contains("a plan has its own"), "{}", run.stderr);
}

#[test]
fn what_is_no_plan_is_refused_and_none_of_it_is_shown() {
    let state = json!({"format_version": "1.0", "values": {"root_module": {}}, "x": "canary"});
    let mut errored = plan(&[]);
    errored["errored"] = true.into();
    let mut new = plan(&[]);
    new.as_object_mut().unwrap().remove("prior_state");
    let broken = json!({"format_version": "1.2", "resource_changes": ["canary"]});
    for (plan, why) in [
        (state, "this is a state, and no plan"),
        (errored, "Terraform could not finish this plan"),
        (new, "this plan has no \"prior_state\""),
        (broken, "Terraform writes something else here"),
    ] {
        let run = verify_with(&plan, &[]);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{why}");
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(!run.stderr.contains("canary"), "{}", run.stderr);
    }
    let run = verify_with(&plan(&[]), &["--everywhere"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("--everywhere does not go with a plan"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_members_of_a_change_may_come_in_any_order() {
    let sorted = plan(&[updated(&["sqs:SendMessage"])]);
    let address = "\"address\":\"aws_iam_role_policy.app\",\"change\":";
    let mut text = sorted.to_string();
    assert!(text.contains(address), "{text}");
    // As Terraform writes it, with the type before the change.
    let kind = "\"type\":\"aws_iam_role_policy\",";
    text = text.replacen(address, &format!("{kind}{address}"), 1);
    let folder = folder();
    let path = folder.path().join("plan.json");
    std::fs::write(&path, text).unwrap();
    let mut command = iam_refine();
    let run = command
        .args(["verify".as_ref(), path.as_os_str(), "-".as_ref()])
        .run_with(FINDING);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
}
