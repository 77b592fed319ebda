//! A source that is ahead of its state: what it gives to more than the state knows stays as it is until it is
//! applied.

use crate::accounts::arn;
use crate::source_uses::{
    COMPLETE, DOCUMENT, ROLE, World, block, finding, inline, live, resource, role,
};
use serde_json::{Value, json};

/// An attachment of which no state has anything.
fn attachment(arguments: &str) -> String {
    block("aws_iam_role_policy_attachment", "z", arguments)
}

/// A resource of a state at a key.
fn at(key: impl Into<Value>, mut resource: Value) -> Value {
    let key: Value = key.into();
    let address = resource["address"].as_str().unwrap();
    resource["address"] = format!("{address}[{key}]").into();
    resource
}

#[test]
fn who_gets_a_managed_policy_by_a_block_that_is_repeated_counts() {
    let why = |key: &str| format!("no state has what aws_iam_role_policy_attachment.z{key} makes");
    let literal = arn("policy/m");
    for (arguments, key) in [
        (
            "  for_each   = { a = aws_iam_policy.m.arn }\n  role       = \"z\"\n  policy_arn = each.value\n",
            "[\"a\"]".to_owned(),
        ),
        (
            "  for_each   = local.policies\n  role       = \"z\"\n  policy_arn = each.value.arn\n",
            "[\"a\"]".to_owned(),
        ),
        (
            &format!(
                "  for_each   = toset([\"{literal}\"])\n  role       = \"z\"\n  policy_arn = each.value\n"
            ),
            format!("[\"{literal}\"]"),
        ),
        (
            "  for_each   = toset([\"m\"])\n  role       = \"z\"\n  \
             policy_arn = \"arn:aws:iam::123456789012:policy/${each.value}\"\n",
            "[\"m\"]".to_owned(),
        ),
        (
            "  count      = 1\n  role       = \"z\"\n  policy_arn = aws_iam_policy.m.arn\n",
            "[0]".to_owned(),
        ),
    ] {
        let world = World::managed().with_block(&attachment(arguments));
        let world =
            world.with_block("locals {\n  policies = { a = { arn = aws_iam_policy.m.arn } }\n}\n");
        world.stays(COMPLETE, &why(&key));
        // Where it is applied it is known.
        let values = json!({"role": "z", "policy_arn": literal});
        let key: Value = serde_json::from_str(&key.replace(['[', ']'], "")).unwrap();
        let applied = world.with(at(
            key,
            resource("aws_iam_role_policy_attachment", "z", values),
        ));
        let run = applied.refine(COMPLETE);
        let said = "role z has it too and has no finding";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    // What nobody can read is believed to be as the state has it.
    let gives = |own: &str| attachment(&format!("{own}  policy_arn = aws_iam_policy.m.arn\n"));
    for (own, what) in [
        (
            "  for_each   = toset(var.roles)\n  role       = each.value\n",
            "for whom this is",
        ),
        (
            "  count      = var.n\n  role       = \"z\"\n",
            "how often this is made",
        ),
    ] {
        let own = gives(own);
        let world = World::managed().with_block(&own);
        world.is_noted(COMPLETE, &own, &format!("{what} {TAKEN}"));
    }
    let none = gives("  count      = 0\n  role       = \"z\"\n");
    World::managed()
        .with_block(&none)
        .is_edited_in_silence(COMPLETE);
}

#[test]
fn who_gets_a_managed_policy_by_a_name_that_is_put_together_counts() {
    let why = "no state has what aws_iam_role_policy_attachment.z makes";
    for policy in [
        "\"${local.prefix}/m\"",
        "\"${local.prefix}/${local.name}\"",
        "join(\"/\", [var.prefix, \"m\"])",
        "format(\"arn:aws:iam::%s:policy/m\", var.account)",
        "format(\"%s/%s\", local.prefix, local.name)",
        "element(split(\",\", \"arn:aws:iam::123456789012:policy/m,x\"), 0)",
    ] {
        let arguments = format!("  role       = \"z\"\n  policy_arn = {policy}\n");
        let world = World::managed().with_block(&attachment(&arguments));
        let locals =
            "locals {\n  prefix = \"arn:aws:iam::${var.account}:policy\"\n  name = \"m\"\n}\n";
        world.with_block(locals).stays(COMPLETE, why);
    }
    for other in [
        "\"${local.prefix}/other\"",
        "\"arn:aws:iam::123456789012:policy/mm\"",
        "\"arn:aws:iam::123456789012:policy/x/m\"",
        "\"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
        "aws_iam_policy.other.arn",
    ] {
        let arguments = format!("  role       = \"z\"\n  policy_arn = {other}\n");
        let world = World::managed().with_block(&attachment(&arguments));
        world.is_edited(COMPLETE);
    }
}

#[test]
fn who_gets_a_managed_policy_by_another_type_of_block_counts() {
    let reference = "  instance_arn = \"x\"\n  customer_managed_policy_reference {\n    name = \"m\"\n    \
        path = \"/\"\n  }\n";
    let set = block(
        "aws_ssoadmin_customer_managed_policy_attachment",
        "z",
        reference,
    );
    let why = "no state has what aws_ssoadmin_customer_managed_policy_attachment.z makes";
    World::managed().with_block(&set).stays(COMPLETE, why);
    let other = set.replace("\"m\"", "\"n\"");
    World::managed().with_block(&other).is_edited(COMPLETE);
    for (kind, arguments) in [
        (
            "aws_cloudformation_stack",
            "  parameters = { P = aws_iam_policy.m.arn }\n",
        ),
        (
            "aws_cloudformation_stack",
            "  template_body = <<-EOT\n    ${aws_iam_policy.m.arn}\n  EOT\n",
        ),
        (
            "null_resource",
            "  provisioner \"local-exec\" {\n    command = \"attach ${aws_iam_policy.m.arn}\"\n  }\n",
        ),
    ] {
        let why = format!("{kind}.z names aws_iam_policy.m, and may give it to somebody");
        let world = World::managed().with_block(&block(kind, "z", arguments));
        world.stays(COMPLETE, &why);
    }
    for (kind, arguments) in [
        (
            "local_file",
            "  content = \"see ${aws_iam_policy.m.arn}\"\n",
        ),
        ("aws_sqs_queue", "  depends_on = [aws_iam_policy.m]\n"),
        (
            "aws_sqs_queue",
            "  tags = { policy = aws_iam_policy.m.name }\n",
        ),
    ] {
        let world = World::managed().with_block(&block(kind, "z", arguments));
        let world = world.with_block("locals {\n  m = \"m\"\n}\n");
        world.is_edited(COMPLETE);
    }
}

#[test]
fn whom_a_list_has_got_since_counts() {
    let world = |arguments: &str, values: Value| {
        let world = World::managed();
        let all = format!("  name = \"b\"\n  policy_arn = aws_iam_policy.m.arn\n{arguments}");
        let world = world.with_block(&block("aws_iam_policy_attachment", "b", &all));
        let world =
            world.with_block("variable \"more\" {}\nlocals {\n  roles = [\"app\", \"oth\"]\n}\n");
        world.with(resource("aws_iam_policy_attachment", "b", values))
    };
    let applied = json!({"name": "else", "policy_arn": arn("policy/m"), "roles": ["app"]});
    for (arguments, other) in [
        ("  roles = [\"app\", \"oth\"]\n", "roles is oth"),
        ("  roles = local.roles\n", "roles is oth"),
    ] {
        let why = format!("here {other}, and the state has app for aws_iam_policy_attachment.b");
        world(arguments, applied.clone()).stays(COMPLETE, &why);
    }
    let users = world(
        "  roles = [\"app\"]\n  users = [\"ann\"]\n",
        applied.clone(),
    );
    users.stays(COMPLETE, "here users is ann, and the state has nobody");
    for arguments in [
        "  roles = [\"app\"]\n",
        "  roles = [aws_iam_role.app.name]\n",
        "  roles = [aws_iam_role.app.id]\n",
        "  roles = var.more\n",
        "  roles = [\"app\", aws_iam_role.app.name, \"app\"]\n",
        "  roles = concat([\"app\"], var.more)\n",
        // It may be the one that is written too.
        "  roles = [aws_iam_role.app.name, var.more]\n",
    ] {
        world(arguments, applied.clone()).is_edited(COMPLETE);
    }
    // The role of one attachment is another one.
    let moved = World::managed();
    let text = moved.text.replace(
        "role       = aws_iam_role.app.name",
        "role       = aws_iam_role.new.name",
    );
    let moved = World { text, ..moved };
    let new = ROLE.replace("\"app\"", "\"new\"");
    moved
        .with_block(&new)
        .stays(COMPLETE, "here role is new, and the state has app");
}

#[test]
fn what_is_attached_by_a_list_of_policies_or_for_each_counts() {
    let own = "  role_name   = \"zed\"\n  policy_arns = [\"arn:aws:iam::aws:policy/X\", aws_iam_policy.m.arn]\n";
    let kind = "aws_iam_role_policy_attachments_exclusive";
    let values = json!({"role_name": "zed", "policy_arns": ["arn:aws:iam::aws:policy/X"]});
    let world = World::managed().with_block(&block(kind, "z", own));
    let world = world.with(resource(kind, "z", values));
    world.stays(
        COMPLETE,
        "here policy_arns is arn:aws:iam::123456789012:policy/m, and the state has",
    );
    let role = |argument: &str| {
        let own = format!(
            "  for_each = {{ a = aws_iam_policy.m.arn }}\n  name = each.key\n  {argument}\n"
        );
        World::managed().with_block(&block("aws_iam_role", "new", &own))
    };
    let why = "aws_iam_policy.m is a permissions boundary here";
    role("permissions_boundary = each.value").stays(COMPLETE, why);
    let why = "aws_iam_policy.m is attached here, and no state has it so";
    role("managed_policy_arns = [each.value]").stays(COMPLETE, why);
}

#[test]
fn a_folder_with_a_file_that_changes_the_others_stays_as_it_is() {
    for (name, is_left) in [
        ("root/override.tf", true),
        ("root/more_override.tf", true),
        ("root/overrides.tf", false),
    ] {
        let world = World::managed();
        world.write(name, "locals {\n  a = 1\n}\n");
        if is_left {
            world.stays(
                COMPLETE,
                "changes the blocks beside it, which is not looked into",
            );
        } else {
            world.is_edited(COMPLETE);
        }
    }
    // Where the state lies is nothing to what is made.
    for (settings, is_left) in [
        ("terraform {\n  backend \"local\" {}\n}\n", false),
        (
            "terraform {\n  backend \"local\" {}\n}\nprovider \"aws\" {}\n",
            true,
        ),
    ] {
        let world = World::managed();
        world.write("root/backend_override.tf", settings);
        if is_left {
            world.stays(COMPLETE, "backend_override.tf changes the blocks beside it");
        } else {
            world.is_edited_in_silence(COMPLETE);
        }
    }
}

#[test]
fn whom_an_inline_policy_has_got_since_counts() {
    let world = |repeated: &str, role_name: &str| {
        let own = format!(
            "  {repeated}\n  name   = \"app\"\n  role   = {role_name}\n  policy = data.aws_iam_policy_document.d.json\n"
        );
        let own = block("aws_iam_role_policy", "app", &own);
        World::of(&[ROLE, &own, DOCUMENT], vec![role("app")])
    };
    let mut one = inline("app", "app");
    one["values"]["policy"] = live().into();
    for (repeated, role_name, key) in [
        (
            "for_each = toset([\"app\", \"oth\"])",
            "each.value",
            "\"oth\"",
        ),
        (
            "for_each = { app = \"app\", oth = \"oth\" }",
            "each.value",
            "\"oth\"",
        ),
        ("count = 2", "[\"app\", \"oth\"][count.index]", "1"),
    ] {
        let first = if key == "1" { json!(0) } else { json!("app") };
        let world = world(repeated, role_name).with(at(first, one.clone()));
        let why = format!("no state has what aws_iam_role_policy.app[{key}] makes");
        world.stays(&[], &why);
    }
    let world = world("for_each = toset([\"app\"])", "each.value").with(at("app", one));
    world.is_edited(&[]);
}

#[test]
fn whom_a_module_that_is_repeated_has_got_since_counts() {
    let modules_json = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "m"}]}"#;
    let inner = format!(
        "variable \"role\" {{}}\n{}{DOCUMENT}",
        block(
            "aws_iam_role_policy",
            "app",
            "  name   = \"app\"\n  role   = var.role\n  policy = data.aws_iam_policy_document.d.json\n",
        )
    );
    let run = |keys: &str| {
        let call = format!(
            "module \"m\" {{\n  source   = \"./m\"\n  for_each = toset([{keys}])\n  role     = each.value\n}}\n"
        );
        let world = World::of(&[ROLE, &call], vec![role("app")]);
        world.write("root/.terraform/modules/modules.json", modules_json);
        world.write("root/m/main.tf", &inner);
        let mut own = inline("app", "app");
        own["address"] = "module.m[\"app\"].aws_iam_role_policy.app".into();
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": world.resources,
            "child_modules": [{"address": "module.m[\"app\"]", "resources": [own]}],
        }}});
        world.refine_with(&state, COMPLETE)
    };
    let edited = run("\"app\"");
    assert!(
        edited.stdout.contains("sqs:DeleteMessage"),
        "{}",
        edited.stderr
    );
    let left = run("\"app\", \"oth\"");
    let why = "no state has what aws_iam_role_policy.app of module.m[\"oth\"] makes";
    assert!(
        left.stdout.is_empty() && left.stderr.contains(why),
        "{}",
        left.stderr
    );
}

/// A world with a group, whose inline policy has one member, who has a finding.
pub fn of_a_group(more: &str) -> World {
    let group = "resource \"aws_iam_group\" \"g\" {\n  name = \"g\"\n}\n";
    let own = "  name   = \"p\"\n  group  = aws_iam_group.g.name\n  policy = data.aws_iam_policy_document.d.json\n";
    let own = block("aws_iam_group_policy", "p", own);
    let values = json!({"name": "p", "group": "g", "policy": live()});
    let made = [
        resource(
            "aws_iam_group",
            "g",
            json!({"name": "g", "arn": arn("group/g")}),
        ),
        resource("aws_iam_group_policy", "p", values),
    ];
    let document: Value = serde_json::from_str(&live()).unwrap();
    let account = json!({
        "RoleDetailList": [{"RoleName": "app", "Arn": arn("role/app"), "RolePolicyList": [],
            "AttachedManagedPolicies": []}],
        "Policies": [],
        "UserDetailList": [{"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["g"],
            "UserPolicyList": [], "AttachedManagedPolicies": []}],
        "GroupDetailList": [{"GroupName": "g", "Arn": arn("group/g"), "AttachedManagedPolicies": [],
            "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": document}]}],
    });
    let world = World::of(&[ROLE, group, &own, DOCUMENT, more], made.to_vec()).with(role("app"));
    let world = world.with(resource(
        "aws_iam_group_membership",
        "m",
        json!({"name": "m", "group": "g", "users": ["ann"]}),
    ));
    world.write("account.json", &account.to_string());
    world.write("ann.json", &finding("user/ann").to_string());
    world
}

/// What is given beside its state.
pub const OF_A_GROUP: &[&str] = &["../account.json", "../ann.json"];

#[test]
fn who_is_in_a_group_by_the_source_alone_counts() {
    let (world, options) = (of_a_group, OF_A_GROUP);
    let members = |group: &str, users: &str| {
        let arguments = format!("  name  = \"m\"\n  group = {group}\n  users = {users}\n");
        block("aws_iam_group_membership", "m", &arguments)
    };
    world(&members("aws_iam_group.g.name", "[\"ann\"]")).is_edited(options);
    world(&members("\"g\"", "var.users")).is_edited(options);
    let grown = members("aws_iam_group.g.name", "[\"ann\", \"carl\"]");
    let why = "here users is carl, and the state has ann for aws_iam_group_membership.m";
    world(&grown).stays(options, why);
    let new = |arguments: &str| block("aws_iam_user_group_membership", "n", arguments);
    for (arguments, key) in [
        ("  user   = \"carl\"\n  groups = [\"g\"]\n", ""),
        (
            "  user   = \"carl\"\n  groups = [aws_iam_group.g.name]\n",
            "",
        ),
        ("  user   = \"carl\"\n  groups = var.groups\n", ""),
        (
            "  for_each = toset([\"carl\"])\n  user   = each.value\n  groups = [\"g\"]\n",
            "[\"carl\"]",
        ),
        (
            "  for_each = { carl = [\"g\"] }\n  user   = each.key\n  groups = each.value\n",
            "[\"carl\"]",
        ),
    ] {
        let why = format!("no state has what aws_iam_user_group_membership.n{key} makes");
        world(&new(arguments)).stays(options, &why);
    }
    world(&new("  user   = \"carl\"\n  groups = [\"h\"]\n")).is_edited(options);
    // What is not read may put somebody into it.
    let command = |line: &str| {
        block(
            "null_resource",
            "z",
            &format!("  provisioner \"local-exec\" {{\n    command = \"{line}\"\n  }}\n"),
        )
    };
    for unread in [
        "module \"far\" {\n  source = \"ns/m/aws\"\n  groups = [aws_iam_group.g.name]\n  user   = \"v\"\n}\n".to_owned(),
        "module \"far\" {\n  source = \"ns/m/aws\"\n  group  = \"g\"\n}\n".to_owned(),
        command("aws iam add-user-to-group --group-name ${aws_iam_group.g.name} --user-name v"),
    ] {
        world(&unread).is_noted(options, &unread, TAKEN);
    }
    let run = world(&command("echo done")).refine(options);
    assert!(!run.stderr.contains(TAKEN), "{}", run.stderr);
}

/// What is said of a block of which something cannot be read.
pub const TAKEN: &str = "cannot be read here, so it is taken to be as the states have it";

#[test]
fn what_an_arn_that_is_put_together_is_given_to_counts() {
    let whole = "arn:aws:iam::123456789012:policy/${aws_iam_policy.m.name}";
    for arn in [
        format!("\"{whole}\""),
        "format(\"%s:policy/%s\", \"arn:aws:iam::123456789012\", aws_iam_policy.m.name)".to_owned(),
    ] {
        let call = format!("module \"far\" {{\n  source = \"ns/m/aws\"\n  arns   = [{arn}]\n}}\n");
        let world = World::managed().with_block(&call);
        let run = world.refine(&[COMPLETE, &["--format", "markdown"]].concat());
        let said = format!("main.tf:{} gives it to nobody else", world.line_of(&call));
        assert!(run.stdout.contains(&said), "{arn}: {}", run.stdout);
        let parameter = block("aws_ssm_parameter", "z", &format!("  value = {arn}\n"));
        let run = World::managed().with_block(&parameter).refine(COMPLETE);
        assert!(
            run.stderr.contains("is written down here"),
            "{arn}: {}",
            run.stderr
        );
        let stack = block(
            "aws_cloudformation_stack",
            "z",
            &format!("  parameters = {{ P = {arn} }}\n"),
        );
        let why = "aws_cloudformation_stack.z names aws_iam_policy.m, and may give it to somebody";
        World::managed().with_block(&stack).stays(COMPLETE, why);
    }
    for command in [
        format!("aws iam attach-role-policy --policy-arn {whole} --role-name z"),
        "aws iam attach-role-policy --policy-arn arn:aws:iam::${var.account}:policy/m --role-name z".to_owned(),
    ] {
        let arguments = format!("  provisioner \"local-exec\" {{\n    command = \"{command}\"\n  }}\n");
        let why = "null_resource.z names aws_iam_policy.m, and may give it to somebody";
        World::managed().with_block(&block("null_resource", "z", &arguments)).stays(COMPLETE, why);
    }
    // By its name it may be anything.
    let call =
        "module \"far\" {\n  source = \"ns/m/aws\"\n  policy_names = [aws_iam_policy.m.name]\n}\n";
    let world = World::managed().with_block(call);
    world.is_noted(COMPLETE, call, TAKEN);
}

#[test]
fn a_boundary_that_nobody_can_tell_is_taken_to_be_as_the_state_has_it() {
    let role = |boundary: &str| {
        block(
            "aws_iam_role",
            "other",
            &format!("  name = \"other\"\n{boundary}"),
        )
    };
    let world = |boundary: &str| {
        let made = resource(
            "aws_iam_role",
            "other",
            json!({"name": "other", "arn": arn("role/other")}),
        );
        World::managed().with_block(&role(boundary)).with(made)
    };
    let run = world("").refine(COMPLETE);
    assert!(!run.stderr.contains(TAKEN), "{}", run.stderr);
    for boundary in ["var.q", "\"arn:aws:iam::${var.q}:policy/${var.q}\""] {
        let boundary = format!("  permissions_boundary = {boundary}\n");
        world(&boundary).is_noted(COMPLETE, &role(&boundary), TAKEN);
    }
}

#[test]
fn a_module_that_terraform_init_has_not_written_down_is_taken_to_be_as_the_states_have_it() {
    let call = "module \"n\" {\n  source = \"./n\"\n}\n";
    let world = World::managed().with_block(call);
    let attached = format!(
        "  role       = \"z\"\n  policy_arn = \"{}\"\n",
        arn("policy/m")
    );
    world.write("root/n/main.tf", &attachment(&attached));
    world.is_noted(COMPLETE, call, TAKEN);
}

#[test]
fn a_role_whose_name_would_begin_otherwise_is_another_one() {
    let with = |prefix: &str| {
        let role = block(
            "aws_iam_role",
            "p",
            &format!("  name_prefix = \"{prefix}\"\n"),
        );
        let attached = block(
            "aws_iam_role_policy_attachment",
            "p",
            "  role       = aws_iam_role.p.name\n  policy_arn = aws_iam_policy.m.arn\n",
        );
        let made = [
            resource(
                "aws_iam_role",
                "p",
                json!({"name": "a-1", "arn": arn("role/a-1")}),
            ),
            resource(
                "aws_iam_role_policy_attachment",
                "p",
                json!({"role": "a-1", "policy_arn": arn("policy/m")}),
            ),
        ];
        let world = World::managed().with_block(&role).with_block(&attached);
        let world = made.into_iter().fold(world, World::with);
        world.write("a.json", &finding("role/a-1").to_string());
        world
    };
    let options = [&["../a.json"], COMPLETE].concat();
    with("a-").is_edited(&options);
    let why = "here role is aws_iam_role.p.name, and the state has a-1";
    with("z-").stays(&options, why);
}

#[test]
fn what_only_writes_the_arn_of_a_policy_down_gives_it_to_nobody() {
    let m = arn("policy/m");
    for (kind, arguments, values, line) in [
        (
            "aws_ssm_parameter",
            "  name  = \"/m\"\n  type  = \"String\"\n  value = aws_iam_policy.m.arn\n",
            json!({"name": "/m", "value": m}),
            Some(4),
        ),
        (
            "aws_lambda_function",
            "  environment {\n    variables = { POLICY = aws_iam_policy.m.arn, policy_arn = \"x\" }\n  }\n",
            json!({"environment": [{"variables": {"POLICY": m, "policy_arn": m}}]}),
            Some(3),
        ),
        (
            "github_actions_variable",
            "  dynamic \"value\" {\n    for_each = [1]\n    content {\n      text = aws_iam_policy.m.arn\n    }\n  }\n",
            json!({"value": [{"text": m}]}),
            Some(5),
        ),
        (
            "terraform_data",
            "  input = aws_iam_policy.m.arn\n",
            json!({"input": m}),
            Some(2),
        ),
        // Nobody reads tags to attach what they name.
        (
            "aws_sqs_queue",
            "  tags = { policy = aws_iam_policy.m.arn }\n",
            json!({"tags": {"policy": m}}),
            None,
        ),
    ] {
        let written = block(kind, "z", arguments);
        let world = World::managed()
            .with_block(&written)
            .with(resource(kind, "z", values));
        world.is_edited(COMPLETE);
        let run = world.refine(COMPLETE);
        let told = "the ARN of aws_iam_policy.m is written down here: whoever reads it may give it to somebody";
        assert_eq!(
            run.stderr.contains(told),
            line.is_some(),
            "{kind}: {}",
            run.stderr
        );
        let Some(line) = line else { continue };
        let first = std::fs::read_to_string(world.folder.path().join("root/main.tf")).unwrap();
        let block_at = first
            .lines()
            .position(|one| one.starts_with(&format!("resource \"{kind}\"")))
            .unwrap();
        let place = format!("note: main.tf:{}:", block_at + line);
        let note = run.stderr.lines().find(|one| one.contains(told)).unwrap();
        assert!(note.starts_with(&place), "{place}: {note}");
        let markdown = world.refine(&[COMPLETE, &["--format", "markdown"]].concat());
        assert!(
            markdown.stdout.contains("is written down here"),
            "{}",
            markdown.stdout
        );
    }
    let output = "output \"m\" {\n  value = aws_iam_policy.m.arn\n}\n";
    World::managed().with_block(output).is_edited(COMPLETE);
    // What is named after policies takes them, in whichever resource.
    for (kind, arguments, values) in [
        (
            "aws_budgets_budget_action",
            "  definition {\n    iam_action_definition {\n      policy_arn = aws_iam_policy.m.arn\n      roles      = [\"z\"]\n    }\n  }\n",
            json!({"definition": [{"iam_action_definition": [{"policy_arn": m, "roles": ["z"]}]}]}),
        ),
        (
            "aws_chatbot_slack_channel_configuration",
            "  guardrail_policy_arns = [aws_iam_policy.m.arn]\n",
            json!({"guardrail_policy_arns": [m]}),
        ),
    ] {
        let by_source = World::managed().with_block(&block(kind, "z", arguments));
        by_source.stays(
            COMPLETE,
            &format!("{kind}.z names aws_iam_policy.m, and may give it to somebody"),
        );
        let by_state = World::managed().with(resource(kind, "z", values));
        by_state.stays(
            COMPLETE,
            &format!("{kind}.z names it, and may give it to somebody"),
        );
    }
}

#[test]
fn what_a_command_or_a_reference_by_name_does_with_a_policy_counts() {
    let command =
        |line: &str| format!("  provisioner \"local-exec\" {{\n    command = \"{line}\"\n  }}\n");
    for (kind, arguments) in [
        (
            "aws_iam_user",
            format!(
                "  name = \"u\"\n{}",
                command("attach ${aws_iam_policy.m.arn}")
            ),
        ),
        (
            "aws_iam_instance_profile",
            command("attach arn:aws:iam::1:policy/${aws_iam_policy.m.name}"),
        ),
        (
            "awscc_sso_permission_set",
            "  customer_managed_policy_references = [{ name = aws_iam_policy.m.name }]\n"
                .to_owned(),
        ),
        (
            "awscc_sso_permission_set",
            "  customer_managed_policy_references = [{ name = \"m\" }]\n".to_owned(),
        ),
    ] {
        let why = format!("{kind}.z names aws_iam_policy.m, and may give it to somebody");
        World::managed()
            .with_block(&block(kind, "z", &arguments))
            .stays(COMPLETE, &why);
    }
    let mut own = World::managed();
    let begin = "resource \"aws_iam_policy\" \"m\" {\n";
    assert!(own.text.contains(begin));
    own.text = own
        .text
        .replace(begin, &format!("{begin}{}", command("attach ${self.arn}")));
    own.stays(
        COMPLETE,
        "aws_iam_policy.m names aws_iam_policy.m, and may give it to somebody",
    );
    let other = "  customer_managed_policy_references = [{ name = \"other\" }]\n";
    World::managed()
        .with_block(&block("awscc_sso_permission_set", "z", other))
        .is_edited(COMPLETE);
}
