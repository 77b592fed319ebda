//! What is said with `--states-complete` is held against all that is given: a finding of whatever status and what AWS
//! has may show that there is another state or stack after all.

use std::fs;

use crate::run::{Run, RunIt, folder, iam_refine};
use crate::template_world;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A module that `dev` calls, of which a state is given, and `prod`, of which none is.
struct World(TempDir);

const MODULE: &str = r#"resource "aws_iam_role_policy" "this" {
  name = "queue"
  role = var.role
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["sqs:*"], Resource = "*" }]
  })
}

resource "aws_iam_policy" "this" {
  name = "${var.role}-topic"
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["sns:*"], Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = var.role
  policy_arn = aws_iam_policy.this.arn
}
"#;

fn arn(what: &str) -> String {
    format!("arn:aws:iam::123456789012:{what}")
}

fn allowing(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [action], "Resource": "*"}]})
}

impl World {
    fn new() -> Self {
        let world = World(folder());
        world.write(".git/HEAD", "");
        world.write("modules/queue/main.tf", MODULE);
        let role = "resource \"aws_iam_role\" \"app\" {\n  name = var.name\n}\n";
        let call = "module \"queue\" {\n  source = \"../modules/queue\"\n  role   = aws_iam_role.app.name\n}\n";
        for root in ["dev", "prod"] {
            world.write(&format!("{root}/main.tf"), &format!("{role}\n{call}"));
            let modules = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"queue","Source":"../modules/queue","Dir":"../modules/queue"}]}"#;
            world.write(&format!("{root}/.terraform/modules/modules.json"), modules);
        }
        world.write("dev.json", &state().to_string());
        world.write("found.json", &finding("dev-app", "ACTIVE").to_string());
        world.write("account.json", &account().to_string());
        world
    }

    /// The same, where nothing but workspaces may make more of it.
    fn in_workspaces() -> Self {
        let world = World::new();
        fs::remove_dir_all(world.0.path().join("prod")).unwrap();
        let main = fs::read_to_string(world.0.path().join("dev/main.tf")).unwrap();
        let named = main.replace("var.name", "\"${terraform.workspace}-app\"");
        world.write("dev/main.tf", &named);
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn refine(&self, more: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path());
        command.args([
            "refine",
            "dev",
            "dev.json",
            "found.json",
            "--states-complete",
        ]);
        let run = command.args(more).run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run
    }

    /// That both policies go without this, and stay with it.
    fn is_contradicted_by(&self, name: &str, value: &Value, said: &str) {
        let before = self.refine(&["account.json"]);
        assert!(
            goes(&before, "sqs:*") && goes(&before, "sns:*"),
            "{}",
            before.stderr
        );
        self.write(name, &value.to_string());
        let both = [name, "account.json"];
        let given = if name == both[1] { &both[1..] } else { &both };
        let run = self.refine(given);
        assert!(!goes(&run, "sqs:*"), "{}", run.stdout);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

fn goes(run: &Run, action: &str) -> bool {
    let mut lines = run.stdout.lines().filter(|line| line.starts_with('-'));
    lines.any(|line| line.contains(action))
}

fn state() -> Value {
    let resource = |module: &str, kind: &str, name: &str, values: Value| json!({"address": format!("{module}{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values});
    let of_module = |kind: &str, values: Value| resource("module.queue.", kind, "this", values);
    json!({"format_version": "1.0", "values": {"root_module": {
        "resources": [resource("", "aws_iam_role", "app", json!({"name": "dev-app", "arn": arn("role/dev-app")}))],
        "child_modules": [{"address": "module.queue", "resources": [
            of_module("aws_iam_role_policy", json!({"name": "queue", "role": "dev-app", "policy": allowing("sqs:*").to_string()})),
            of_module("aws_iam_policy", json!({"name": "dev-app-topic", "arn": arn("policy/dev-app-topic"), "policy": allowing("sns:*").to_string()})),
            of_module("aws_iam_role_policy_attachment", json!({"role": "dev-app", "policy_arn": arn("policy/dev-app-topic")})),
        ]}],
    }}})
}

fn finding(role: &str, status: &str) -> Value {
    let unused = |service: &str, action: &str| json!({"unusedPermissionDetails": {"serviceNamespace": service, "actions": [{"action": action}]}});
    json!({
        "id": format!("{role}-{status}"), "status": status, "analyzedAt": "2026-10-20T00:00:00Z",
        "resource": arn(&format!("role/{role}")), "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
        "findingDetails": [unused("sqs", "PurgeQueue"), unused("sns", "DeleteTopic")],
    })
}

fn role(name: &str, queue: &str, topic: &Value) -> Value {
    json!({
        "RoleName": name, "Arn": arn(&format!("role/{name}")),
        "RolePolicyList": [{"PolicyName": queue, "PolicyDocument": allowing("sqs:*")}],
        "AttachedManagedPolicies": topic,
    })
}

fn topic(name: &str) -> Value {
    json!({
        "PolicyName": name, "Arn": arn(&format!("policy/{name}")), "DefaultVersionId": "v1",
        "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": allowing("sns:*")}],
    })
}

/// What the state of dev made, and a role that something else made.
fn account() -> Value {
    let attached =
        json!([{"PolicyName": "dev-app-topic", "PolicyArn": arn("policy/dev-app-topic")}]);
    json!({
        "UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": [role("dev-app", "queue", &attached), role("another", "by-hand", &json!([]))],
        "Policies": [topic("dev-app-topic")],
    })
}

#[test]
fn a_finding_of_whatever_status_shows_that_somebody_is_there() {
    let said = "its module is called elsewhere too: prod/main.tf:5; and there is a finding for \
                arn:aws:iam::123456789012:role/prod-app, which no state has";
    for status in ["ACTIVE", "ARCHIVED", "RESOLVED"] {
        World::new().is_contradicted_by("other.json", &finding("prod-app", status), said);
    }
    // One of another type that is about the same kind of thing does as well, and what AWS makes by itself does not.
    let mut other = finding("prod-app", "ACTIVE");
    other["findingType"] = "UnusedIAMUserAccessKey".into();
    World::new().is_contradicted_by("other.json", &other, said);
    let world = World::new();
    let linked = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    world.write("other.json", &finding(linked, "ARCHIVED").to_string());
    assert!(goes(
        &world.refine(&["other.json", "account.json"]),
        "sqs:*"
    ));
}

#[test]
fn whom_no_state_has_and_who_has_a_copy_in_aws_contradicts() {
    let mut copied = account();
    let roles = copied["RoleDetailList"].as_array_mut().unwrap();
    roles.push(role("prod-app", "queue", &json!([])));
    let said = "module.queue.aws_iam_role_policy.this: AWS has a policy of the same statements that no state has: \
                role prod-app of account 123456789012";
    let help = "give what made it too; where something else did, leave out what AWS has of it";
    for world in [World::new(), World::in_workspaces()] {
        world.is_contradicted_by("account.json", &copied, said);
        let run = world.refine(&["account.json"]);
        assert!(run.stderr.contains(help), "{}", run.stderr);
        // The other policy has no copy.
        assert!(goes(&run, "sns:*"), "{}", run.stderr);
    }
    // Of a managed policy it is the copy itself, whoever has it.
    let mut copied = account();
    copied["Policies"]
        .as_array_mut()
        .unwrap()
        .push(topic("prod-app-topic"));
    let world = World::in_workspaces();
    world.write("account.json", &copied.to_string());
    let run = world.refine(&["account.json"]);
    assert!(
        goes(&run, "sqs:*") && !goes(&run, "sns:*"),
        "{}",
        run.stdout
    );
    let said = "that no state has: arn:aws:iam::123456789012:policy/prod-app-topic";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_copy_in_a_role_that_the_states_know_contradicts_too() {
    let world = World::in_workspaces();
    let main = fs::read_to_string(world.0.path().join("dev/main.tf")).unwrap();
    world.write(
        "dev/main.tf",
        &format!("{main}\nresource \"aws_iam_role\" \"b\" {{\n  name = \"b\"\n}}\n"),
    );
    let mut state = state();
    let b = json!({"address": "aws_iam_role.b", "mode": "managed", "type": "aws_iam_role", "name": "b",
        "values": {"name": "b", "arn": arn("role/b")}});
    state["values"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
        .push(b);
    world.write("dev.json", &state.to_string());
    let mut copied = account();
    let roles = copied["RoleDetailList"].as_array_mut().unwrap();
    roles.push(role("b", "queue", &json!([])));
    world.write("account.json", &copied.to_string());
    let run = world.refine(&["account.json"]);
    assert!(!goes(&run, "sqs:*"), "{}", run.stdout);
    let said =
        "AWS has a policy of the same statements that no state has: role b of account 123456789012";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn where_nothing_can_make_more_of_it_a_copy_is_nothing_to_it() {
    let world = World::in_workspaces();
    world.write(
        "dev/main.tf",
        &fs::read_to_string(world.0.path().join("dev/main.tf"))
            .unwrap()
            .replace("${terraform.workspace}", "dev"),
    );
    let mut copied = account();
    let roles = copied["RoleDetailList"].as_array_mut().unwrap();
    roles.push(role("prod-app", "queue", &json!([])));
    world.write("account.json", &copied.to_string());
    let run = world.refine(&["account.json"]);
    assert!(goes(&run, "sqs:*"), "{}", run.stderr);
}

#[test]
fn that_there_are_no_workspaces_is_a_claim() {
    let world = World::in_workspaces();
    let run = world.refine(&["account.json", "--format", "markdown"]);
    let said = "By `--states-complete`: there is no other state (dev/main.tf:2:10: terraform.workspace: each workspace \
                has a state of its own).";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    // Who has the same name in another account is of another workspace.
    let far = finding("dev-app", "ARCHIVED")
        .to_string()
        .replace("123456789012", "210987654321");
    let said = "there is a finding for arn:aws:iam::210987654321:role/dev-app, which no state has and another one may have made";
    let far: Value = serde_json::from_str(&far).unwrap();
    world.is_contradicted_by("far.json", &far, said);
    // Any other role need not be.
    let world = World::in_workspaces();
    world.write("other.json", &finding("another", "ARCHIVED").to_string());
    assert!(goes(
        &world.refine(&["other.json", "account.json"]),
        "sqs:*"
    ));
}

const ID: &str = "AppRole-0A1B2C3D4E5F";

/// A template with a stack whose role has a name that CloudFormation made up.
fn template() -> template_world::World {
    let world = template_world::World::new();
    for name in ["stack.json", "account.json", "finding.json"] {
        let text = world.read(name).replace("AppRole-1A", ID);
        world.write(name, &text);
    }
    world
}

#[test]
fn another_stack_of_a_template_shows_in_a_finding_or_in_aws() {
    let world = template();
    let before = world.refined();
    assert!(before.stdout.contains("kms:*"), "{}", before.stderr);
    let markdown =
        world.refine("template.yaml stack.json account.json finding.json --format markdown");
    let claim = "By `--states-complete`: template.yaml has no other stacks.";
    assert!(markdown.stdout.contains(claim), "{}", markdown.stdout);

    let prod = template_world::finding(
        "123456789012",
        "prod-AppRole-9Z8Y7X6W5V4U",
        template_world::UNUSED,
    );
    world.write("prod.json", &prod.replace("ACTIVE", "ARCHIVED"));
    let files = "template.yaml stack.json account.json finding.json";
    let run = world.refine(&format!("{files} prod.json"));
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let said = "role/prod-AppRole-9Z8Y7X6W5V4U, which no stack has and another one may have made";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    world.write(
        "prod.json",
        &prod.replace("prod-AppRole-9Z8Y7X6W5V4U", "another"),
    );
    let run = world.refine(&format!("{files} prod.json"));
    assert_eq!(run.stdout, before.stdout, "{}", run.stderr);

    let mut account: Value = serde_json::from_str(&world.read("account.json")).unwrap();
    let mut copy = account["RoleDetailList"][0].clone();
    copy["RoleName"] = "prod-AppRole-9Z8Y7X6W5V4U".into();
    copy["Arn"] = arn("role/prod-AppRole-9Z8Y7X6W5V4U").into();
    copy["RolePolicyList"].as_array_mut().unwrap().truncate(1);
    copy["AttachedManagedPolicies"] = json!([]);
    account["RoleDetailList"].as_array_mut().unwrap().push(copy);
    world.write("account.json", &account.to_string());
    let run = world.refined();
    assert!(
        !run.stdout.contains("kms:*") && run.stdout.contains("kms:Decrypt"),
        "{}",
        run.stdout
    );
    let said = "AppRole.Policies[0]: AWS has a policy of the same statements that no stack has: role \
                prod-AppRole-9Z8Y7X6W5V4U of account 123456789012";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_finding_that_is_active_in_one_file_and_put_away_in_another_is_refused() {
    for status in ["RESOLVED", "ARCHIVED"] {
        let world = World::new();
        let mut away = finding("dev-app", status);
        away["id"] = "dev-app-ACTIVE".into();
        world.write("away.json", &away.to_string());
        let mut command = iam_refine();
        command.current_dir(world.0.path());
        command.args([
            "refine",
            "dev",
            "dev.json",
            "found.json",
            "away.json",
            "--states-complete",
        ]);
        let run = command.run();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        let said = format!(
            "this is the finding dev-app-ACTIVE with the status {status}, and found.json has it as ACTIVE"
        );
        let turned =
            "this is the finding dev-app-ACTIVE with the status ACTIVE, and away.json has it as";
        assert!(
            run.stderr.contains(&said) || run.stderr.contains(turned),
            "{}",
            run.stderr
        );
    }
}
