//! Who has a policy by the state, and who will have it as the files say.

use crate::accounts::arn;
use crate::source_uses::{COMPLETE, DOCUMENT, World, block, finding, live, resource, role};
use serde_json::{Value, json};

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
