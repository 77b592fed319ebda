//! Templates with their stacks and what AWS has of these: a patch of what goes, and what stays with the
//! reason.

use std::fs;
use std::process::Command;

use crate::run::{Run, RunIt, folder, iam_refine};
use tempfile::TempDir;

pub const TEMPLATE: &str = "\
Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
        - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
      - PolicyName: app
        PolicyDocument:
          Version: '2012-10-17'
          Statement:
          - Effect: Allow
            Action:
            - sqs:Send*      # the app
            - 's3:ListBucket'
            Resource: !Sub 'arn:${AWS::Partition}:s3:::*'
          # old queue
          - Effect: Allow
            Action: kms:*
            Resource: '*'
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles: [!Ref AppRole]
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: [s3:GetObject, 's3:ListBucket']
          Resource: '*'
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref AppRole]
      PolicyDocument:
        Statement:
        - Effect: Allow
          Action: [sqs:SendMessage, kms:Decrypt]
          Resource: '*'
";

pub const APP: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["sqs:Send*", "s3:ListBucket"], "Resource": "arn:aws:s3:::*"},
    {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}"#;
pub const SHARED: &str = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}}"#;
pub const MORE: &str = r#"{"Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage", "kms:Decrypt"], "Resource": "*"}]}"#;

/// A template with a stack, what AWS has of it, and a finding.
pub struct World(TempDir);

impl World {
    pub fn new() -> Self {
        let world = World(folder());
        world.write("template.yaml", TEMPLATE);
        world.write("stack.json", &stack("app", ""));
        world.write("app.json", &role_policy("app-AppRole-1A", "app", APP));
        world.write("account.json", &account("123456789012", "app", 1));
        world.write(
            "finding.json",
            &finding("123456789012", "app-AppRole-1A", UNUSED),
        );
        world
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    /// `iam-refine refine` with these arguments.
    pub fn refine(&self, arguments: &str) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path()).arg("refine");
        command.arg("--states-complete");
        command.args(arguments.split_whitespace()).run()
    }

    pub fn refined(&self) -> Run {
        self.refine("template.yaml stack.json account.json finding.json")
    }

    /// The template after the patch is applied.
    pub fn patched(&self, patch: &str) -> String {
        self.write("refined.patch", patch);
        let git = |arguments: &[&str]| {
            let mut git = Command::new("git");
            let run = git
                .current_dir(self.0.path())
                .args(arguments)
                .output()
                .unwrap();
            assert!(
                run.status.success(),
                "{}",
                String::from_utf8_lossy(&run.stderr)
            );
        };
        git(&["init", "-q"]);
        git(&["apply", "refined.patch"]);
        self.read("template.yaml")
    }
}

/// The resources of a stack, whose physical ids end with `end`.
pub fn stack(name: &str, end: &str) -> String {
    format!(
        r#"{{"StackResourceSummaries": [
        {{"LogicalResourceId": "AppRole", "PhysicalResourceId": "{name}-AppRole-1A{end}", "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}},
        {{"LogicalResourceId": "Shared", "PhysicalResourceId": "arn:aws:iam::123456789012:policy/{name}-Shared-1A{end}", "ResourceType": "AWS::IAM::ManagedPolicy", "ResourceStatus": "CREATE_COMPLETE"}},
        {{"LogicalResourceId": "More", "PhysicalResourceId": "{name}-More-1A{end}", "ResourceType": "AWS::IAM::Policy", "ResourceStatus": "CREATE_COMPLETE"}}]}}"#
    )
}

/// What `aws iam get-role-policy` prints.
pub fn role_policy(role: &str, name: &str, document: &str) -> String {
    format!(r#"{{"RoleName": "{role}", "PolicyName": "{name}", "PolicyDocument": {document}}}"#)
}

/// What `aws iam get-account-authorization-details` prints of the account with the stack `name`.
pub fn account(id: &str, name: &str, attachments: usize) -> String {
    format!(
        r#"{{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [
        {{"RoleName": "{name}-AppRole-1A", "RoleId": "AROAEXAMPLEID00000001", "Arn": "arn:aws:iam::{id}:role/{name}-AppRole-1A", "Path": "/",
          "RolePolicyList": [{{"PolicyName": "app", "PolicyDocument": {APP}}}, {{"PolicyName": "more", "PolicyDocument": {MORE}}}],
          "AttachedManagedPolicies": [{{"PolicyName": "{name}-Shared-1A", "PolicyArn": "arn:aws:iam::{id}:policy/{name}-Shared-1A"}}]}}],
        "Policies": [{{"PolicyName": "{name}-Shared-1A", "Arn": "arn:aws:iam::{id}:policy/{name}-Shared-1A", "DefaultVersionId": "v1",
          "AttachmentCount": {attachments}, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
          "PolicyVersionList": [{{"VersionId": "v1", "IsDefaultVersion": true, "Document": {SHARED}}}]}}]}}"#
    )
}

pub const UNUSED: &str = r#"{"unusedPermissionDetails": {"serviceNamespace": "kms"}},
    {"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": [{"action": "ListBucket"}]}},
    {"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": [{"action": "SetQueueAttributes"}]}}"#;

pub fn finding(account: &str, role: &str, unused: &str) -> String {
    format!(
        r#"{{"id": "{account}-{role}", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resourceType": "AWS::IAM::Role",
        "resource": "arn:aws:iam::{account}:role/{role}", "findingType": "UnusedPermission", "findingDetails": [{unused}]}}"#
    )
}

/// What the template is with all of it gone.
fn refined_template() -> String {
    let without = |text: String, gone: &str| {
        assert!(text.contains(gone));
        text.replacen(gone, "", 1)
    };
    let text = without(TEMPLATE.to_owned(), "            - 's3:ListBucket'\n");
    let text = without(
        text,
        "          # old queue\n          - Effect: Allow\n            Action: kms:*\n            Resource: '*'\n",
    );
    without(without(text, ", 's3:ListBucket'"), ", kms:Decrypt")
}

#[test]
fn a_patch_takes_out_what_is_unused() {
    let world = World::new();
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "template.yaml:11 makes AppRole.Policies[0] of stack.json, of role app-AppRole-1A\n"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(world.patched(&run.stdout), refined_template());
    // What is written now is not what AWS has.
    let again = world.refined();
    assert!(
        again
            .stderr
            .contains("deploy the template first, and fetch anew what AWS has"),
        "{}",
        again.stderr
    );
    assert_eq!(again.stdout, "");
}

#[test]
fn an_empty_line_before_what_follows_stays() {
    let world = World::new();
    world.replace("template.yaml", "  Shared:\n", "\n  Shared:\n");
    world.replace(
        "template.yaml",
        "          # old queue\n",
        "\n          # old queue\n",
    );
    let text = world.patched(&world.refined().stdout);
    let left = "            Resource: !Sub 'arn:${AWS::Partition}:s3:::*'\n\n  Shared:\n";
    assert!(text.contains(left), "{text}");
}

#[test]
fn answers_of_single_policies_do_for_them() {
    let world = World::new();
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    let missing = "More.PolicyDocument of stack.json: what AWS has of it is not given, an inline policy of role app-AppRole-1A";
    assert!(run.stderr.contains(missing), "{}", run.stderr);
    let fetch =
        "aws iam get-role-policy --role-name app-AppRole-1A --policy-name more --output json";
    assert!(run.stderr.contains(fetch), "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "what AWS has of arn:aws:iam::123456789012:policy/app-Shared-1A is not given"
        ),
        "{}",
        run.stderr
    );
    // A bare document does not tell whose it is.
    world.write("bare.json", APP);
    let run = world.refine("template.yaml stack.json bare.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("this does not tell whose policy it is"),
        "{}",
        run.stderr
    );
}

#[test]
fn in_place_and_check() {
    let world = World::new();
    assert_eq!(
        world
            .refine("template.yaml stack.json account.json finding.json --check")
            .exit,
        1
    );
    let run = world.refine("template.yaml stack.json account.json finding.json --in-place");
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(world.read("template.yaml"), refined_template());
    let crlf = World::new();
    let text = format!("\u{feff}{}", TEMPLATE.replace('\n', "\r\n"));
    crlf.write("template.yaml", &text);
    crlf.refine("template.yaml stack.json account.json finding.json --in-place");
    assert_eq!(
        crlf.read("template.yaml"),
        format!("\u{feff}{}", refined_template().replace('\n', "\r\n"))
    );
    let refused = world.refine("template.yaml stack.json account.json finding.json --everywhere");
    assert_eq!(refused.exit, 2);
    assert!(
        refused
            .stderr
            .contains("--everywhere does not go with Terraform files or a template"),
        "{}",
        refused.stderr
    );
}

#[test]
fn without_a_stack_places_are_told() {
    let world = World::new();
    let run = world.refine("template.yaml account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    for part in [
        "there is no stack, so nobody can tell what the template makes; nothing is edited",
        "template.yaml:16:15: s3:ListBucket in AppRole.Policies[0]: 1 action is reported as unused",
        "aws cloudformation list-stack-resources --stack-name STACK",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[test]
fn what_is_cut_short_is_refused() {
    let refused = |stack: &str, message: &str| {
        let world = World::new();
        world.write("stack.json", stack);
        let run = world.refined();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    };
    let own = stack("app", "");
    refused(
        &own.replacen('{', "{\"NextToken\": \"x\", ", 1),
        "this is cut short: more resources follow",
    );
    let one = |number: usize| {
        format!(
            r#"{{"StackName": "app", "LogicalResourceId": "R{number}", "PhysicalResourceId": "r", "ResourceType": "A::B::C", "ResourceStatus": "CREATE_COMPLETE"}}"#
        )
    };
    let all: Vec<String> = (0..100).map(one).collect();
    let described = format!(r#"{{"StackResources": [{}]}}"#, all.join(", "));
    refused(
        &described,
        "this may be cut short: describe-stack-resources prints 100 resources at most",
    );
    refused(
        &format!(r#"{{"StackResources": [{}, {}]}}"#, one(1), one(1)),
        "the file has this resource twice",
    );
    refused(
        &format!(
            r#"{{"StackResources": [{}, {}]}}"#,
            one(1),
            one(2).replace("app", "b")
        ),
        "the file has resources of several stacks",
    );
    refused(
        &format!(r#"{{"StackResources": [{}]}}"#, one(1)),
        "this stack has none of the resources of template.yaml",
    );
    refused(
        &own.replace("\"LogicalResourceId\": \"More\", ", ""),
        "this resource has no \"LogicalResourceId\"",
    );
}

#[test]
fn nothing_tells_how_many_stacks_a_template_has() {
    let world = World::new();
    let mut command = iam_refine();
    command.current_dir(world.0.path());
    let run = command
        .args([
            "refine",
            "template.yaml",
            "stack.json",
            "account.json",
            "finding.json",
        ])
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let said = "nothing tells which stacks are made of template.yaml; given are stack.json";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("--states-complete"), "{}", run.stderr);
}

/// A world with a second stack in another account.
fn two_stacks() -> World {
    let world = World::new();
    let second = stack("two", "").replace("123456789012", "999999999999");
    world.write("stack2.json", &second);
    world.write("account2.json", &account("999999999999", "two", 1));
    let unused = UNUSED.replace("ListBucket", "GetObject");
    world.write(
        "finding2.json",
        &finding("999999999999", "two-AppRole-1A", &unused),
    );
    world
}

#[test]
fn what_several_stacks_have_is_one_policy() {
    let world = two_stacks();
    let all = "template.yaml stack.json stack2.json account.json account2.json finding.json finding2.json";
    let run = world.refine(all);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let makes = "makes AppRole.Policies[0] of stack.json and AppRole.Policies[0] of stack2.json, of role app-AppRole-1A and role two-AppRole-1A";
    assert!(run.stderr.contains(makes), "{}", run.stderr);
    let gone: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with('-') && !line.starts_with("---"))
        .collect();
    assert!(
        run.stdout.contains("-            Action: kms:*\n"),
        "{}",
        run.stdout
    );
    assert!(
        !gone.iter().any(|line| line.contains("s3:ListBucket")),
        "{gone:?}"
    );
    // Who has no finding uses everything.
    let run = world.refine(&all.replace(" finding2.json", ""));
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("role two-AppRole-1A has it too and has no finding"),
        "{}",
        run.stderr
    );
    // In one of them it is another policy.
    world.replace("account2.json", "sqs:Send*", "sqs:Receive*");
    let run = world.refine(all);
    assert!(!run.stdout.contains("kms:*"), "{}", run.stdout);
    assert!(run.stderr.contains("AppRole.Policies[0] of stack2.json: AWS has another policy than the template: statement 1 of the template is not there, and statement 1 there is not in the template"), "{}", run.stderr);
}

#[test]
fn one_answer_is_not_taken_for_two_policies() {
    // The same template in two accounts, with a role of one name.
    let world = World::new();
    world.write(
        "stack2.json",
        &stack("app", "").replace("123456789012", "999999999999"),
    );
    world.write(
        "finding2.json",
        &finding("999999999999", "app-AppRole-1A", UNUSED),
    );
    let run =
        world.refine("template.yaml stack.json stack2.json app.json finding.json finding2.json");
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("what AWS has of it does not tell in which account it is"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_being_changed_stays() {
    let world = World::new();
    world.replace(
        "stack.json",
        "\"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"CREATE_COMPLETE\"",
        "\"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"UPDATE_IN_PROGRESS\"",
    );
    let run = world.refined();
    assert!(
        run.stderr.contains(
            "AppRole.Policies[0] of stack.json: its resource is being changed, or could not be"
        ),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("kms:*"), "{}", run.stdout);
}

#[test]
fn macros_and_unknown_holders_are_named() {
    let world = World::new();
    world.write(
        "template.yaml",
        &format!("Transform: [MyMacro]\n{TEMPLATE}"),
    );
    let run = world.refined();
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("template.yaml:1:13: passed over: the macro MyMacro may make something else of what is written here"), "{}", run.stderr);
    let world = World::new();
    world.replace(
        "template.yaml",
        "      PolicyName: more\n      Roles: [!Ref AppRole]\n",
        "      PolicyName: more\n      Roles: [!ImportValue role]\n",
    );
    let run = world.refined();
    assert!(
        run.stderr.contains(
            "which role has it comes from !ImportValue role, which the stack does not tell"
        ),
        "{}",
        run.stderr
    );
    let world = World::new();
    world.replace(
        "template.yaml",
        "Statement:\n        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]",
        "Statement: &s\n        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]",
    );
    assert!(world.refined().stderr.contains("this has an anchor"));
}

#[test]
fn a_name_that_is_computed_is_found_by_its_parts_and_statements() {
    let world = World::new();
    world.replace(
        "template.yaml",
        "PolicyName: more",
        "PolicyName: !Join ['-', [mo, !Ref AWS::Region]]",
    );
    world.replace("account.json", "\"more\"", "\"mo-us-east-1\"");
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("+          Action: [sqs:SendMessage]\n"),
        "{}",
        run.stdout
    );
    world.replace(
        "account.json",
        "{\"PolicyName\": \"app\"",
        &format!(
            "{{\"PolicyName\": \"mo-2\", \"PolicyDocument\": {MORE}}}, {{\"PolicyName\": \"app\""
        ),
    );
    let run = world.refined();
    assert!(run.stderr.contains("nobody can tell which it is of the inline policies of role app-AppRole-1A: mo-2 and mo-us-east-1"), "{}", run.stderr);
}

#[test]
fn what_a_condition_left_out_is_not_there() {
    let world = World::new();
    world.replace("template.yaml", "          # old queue\n          - Effect", "          - !If [c, {Effect: Allow, Action: ['ec2:*', 's3:ListBucket'], Resource: '*'}, !Ref AWS::NoValue]\n          # old queue\n          - Effect");
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // What nothing has no finding is about.
    assert!(!run.stdout.contains("+          - !If"), "{}", run.stdout);
    assert!(
        run.stdout.contains("-            Action: kms:*\n"),
        "{}",
        run.stdout
    );
    world.replace("account.json", "{\"Effect\": \"Allow\", \"Action\": \"kms:*\"", "{\"Effect\": \"Allow\", \"Action\": [\"ec2:*\", \"s3:ListBucket\"], \"Resource\": \"*\"}, {\"Effect\": \"Allow\", \"Action\": \"kms:*\"");
    let run = world.refined();
    assert!(run.stdout.contains("+          - !If [c, {Effect: Allow, Action: ['ec2:*'], Resource: '*'}, !Ref AWS::NoValue]\n"), "{}", run.stdout);
}

#[test]
fn what_sam_makes_is_found_by_its_names() {
    let world = World::new();
    world.write(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Policies:\n        - S3ReadPolicy: { BucketName: !Ref Bucket }\n        - Statement:\n            - Effect: Allow\n              \
         Action: sqs:Send*\n              Resource: '*'\n            # old queue\n            - Effect: Allow\n              \
         Action:\n                - kms:*\n              Resource: '*'\n",
    );
    world.write("stack.json", r#"{"StackResourceSummaries": [
        {"LogicalResourceId": "Fn", "PhysicalResourceId": "app-Fn-1A", "ResourceType": "AWS::Lambda::Function", "ResourceStatus": "UPDATE_COMPLETE"},
        {"LogicalResourceId": "FnRole", "PhysicalResourceId": "app-FnRole-1ABCDEF23456", "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}]}"#);
    world.write(
        "app.json",
        &role_policy("app-FnRole-1ABCDEF23456", "FnRolePolicy1", APP)
            .replace(", \"s3:ListBucket\"", "")
            .replace("arn:aws:s3:::*", "*"),
    );
    world.replace("finding.json", "app-AppRole-1A", "app-FnRole-1ABCDEF23456");
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let left = "              Action: sqs:Send*\n              Resource: '*'\n";
    assert!(world.patched(&run.stdout).ends_with(left), "{}", run.stdout);

    // A role that a condition gives it is not there where SAM made one.
    let given = |role: &str| {
        let text = world.read("template.yaml");
        let (before, behind) = text.split_once("      Policies:\n").unwrap();
        world.write(
            "given.yaml",
            &format!("{before}      Role: {role}\n      Policies:\n{behind}"),
        );
        world.write(
            "given.yaml",
            &world
                .read("given.yaml")
                .replace("sqs:Send*", "['sqs:Send*', 'kms:*']"),
        );
        world.replace("app.json", "\"sqs:Send*\"", "\"sqs:Send*\", \"kms:*\"");
        let run = world.refine("given.yaml stack.json app.json finding.json");
        world.replace("app.json", "\"sqs:Send*\", \"kms:*\"", "\"sqs:Send*\"");
        (run.stdout.contains("kms:*"), run.stderr)
    };
    world.replace(
        "app.json",
        ",\n    {\"Effect\": \"Allow\", \"Action\": \"kms:*\", \"Resource\": \"*\"}",
        "",
    );
    let (goes, told) = given("!If [Own, 'arn:aws:iam::123456789012:role/own', !Ref AWS::NoValue]");
    assert!(goes, "{told}");
    let (goes, told) = given("arn:aws:iam::123456789012:role/own");
    assert!(!goes, "{told}");
}

#[test]
fn folders_json_and_what_is_not_read() {
    let world = World::new();
    fs::create_dir(world.0.path().join("templates")).unwrap();
    world.write("templates/app.yaml", TEMPLATE);
    world.write(
        "templates/queue.json",
        r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}"#,
    );
    world.write("templates/broken.yml", "Resources:\n  A: {Type: \n");
    let run = world.refine("templates stack.json account.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("--- a/templates/app.yaml\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("warning: templates/broken.yml:"),
        "{}",
        run.stderr
    );
    let run = world.refine("templates template.yaml stack.json account.json finding.json");
    assert!(
        run.stderr.contains("holds templates, and is given beside"),
        "{}",
        run.stderr
    );
    world.write(
        "templates/broken.json",
        "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Res",
    );
    let run = world.refine("templates stack.json account.json finding.json");
    assert!(
        run.stderr.contains("warning: templates/broken.json:"),
        "{}",
        run.stderr
    );
    // What is to be kept has to hold.
    world.write(
        "templates/broken.yml",
        "# iam-refine:keep sqs:* queues\nResources:\n  A: {Type: \n",
    );
    let run = world.refine("templates stack.json account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("it tells what is to be kept, and is not read"),
        "{}",
        run.stderr
    );
    world.write("templates/broken.yml", "");
    world.write("templates/copy.yaml", TEMPLATE);
    let run = world.refine("templates stack.json account.json finding.json");
    assert!(run.stderr.contains("nobody can tell which template this stack is made of: templates/app.yaml and templates/copy.yaml"), "{}", run.stderr);
    world.write("broken.yaml", "Resources:\n  A: {Type: \n");
    let run = world.refine("broken.yaml stack.json account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("broken.yaml:2:6: this is not YAML"),
        "{}",
        run.stderr
    );
    world.write("serverless.yml", "service: x\nprovider:\n  name: aws\n");
    let run = world.refine("serverless.yml account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("this is a file of the Serverless Framework, which is not read"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_is_left_of_a_policy() {
    let world = World::new();
    world.write(
        "finding.json",
        &finding(
            "123456789012",
            "app-AppRole-1A",
            r#"{"unusedPermissionDetails": {"serviceNamespace": "s3"}}"#,
        ),
    );
    let run = world.refined();
    assert_eq!(run.exit, 4, "{}", run.stderr);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("s3:GetObject"), "{}", run.stdout);
}

#[test]
fn a_finding_for_somebody_else_is_passed_over() {
    let world = World::new();
    world.write("finding.json", &finding("123456789012", "other", UNUSED));
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "this finding is for arn:aws:iam::123456789012:role/other, which no stack has"
        ),
        "{}",
        run.stderr
    );
    // The same name in another account.
    world.write(
        "finding.json",
        &finding("999999999999", "app-AppRole-1A", UNUSED),
    );
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

#[test]
fn what_the_cdk_makes_is_told_and_not_edited() {
    let world = World::new();
    let metadata = "  More:\n    Type: AWS::IAM::Policy\n    Metadata: {'aws:cdk:path': App/Role/DefaultPolicy/Resource}\n";
    world.replace(
        "template.yaml",
        "  More:\n    Type: AWS::IAM::Policy\n",
        metadata,
    );
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("the template is made by `cdk synth`"),
        "{}",
        run.stderr
    );
    let place = "kms:Decrypt in App/Role/DefaultPolicy/Resource: 1 action is reported as unused";
    assert!(run.stderr.contains(place), "{}", run.stderr);

    // Nor is what it makes without saying where.
    let world = World::new();
    let metadata = "  CDKMetadata:\n    Type: AWS::CDK::Metadata\n  More:\n";
    world.replace("template.yaml", "  More:\n", metadata);
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("cdk synth"), "{}", run.stderr);

    // It costs itself among those that people write.
    let world = World::new();
    world.write(
        "made.yaml",
        "Resources:\n  CDKMetadata:\n    Type: AWS::CDK::Metadata\n",
    );
    let run = world.refine(". stack.json account.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("made.yaml: passed over: `cdk synth` made this"),
        "{}",
        run.stderr
    );
}

/// Gives the role a name of its own, and takes away what tells the account of the stack.
fn named(world: &World) {
    world.replace(
        "template.yaml",
        "    Properties:\n      AssumeRole",
        "    Properties:\n      RoleName: app-AppRole-1A\n      AssumeRole",
    );
    world.replace(
        "stack.json",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
        "app-Shared-1A",
    );
}

#[test]
fn its_resources_and_its_id_tell_the_account_of_a_stack() {
    let tells = [
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""https://sqs.eu-west-1.amazonaws.com/123456789012/app-Q-1A", "ResourceType": "AWS::SQS::Queue""#,
            true,
        ),
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""arn:aws:sns:eu-west-1:123456789012:app-T-1A", "ResourceType": "AWS::SNS::Topic""#,
            true,
        ),
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1", "ResourceType": "Custom::Layer""#,
            false,
        ),
    ];
    for (what, tells, is_told) in tells {
        let world = World::new();
        named(&world);
        world.replace("stack.json", what, tells);
        let run = world.refine("template.yaml stack.json app.json finding.json");
        assert_eq!(
            run.stdout.contains("s3:ListBucket"),
            is_told,
            "{tells}: {}",
            run.stderr
        );
    }
    let world = World::new();
    named(&world);
    world.replace("stack.json", "app-More-1A", "app-More-1ABCDEF23456");
    let one = |id: &str, name: &str, kind: &str| {
        format!(
            r#"{{"StackResources": [{{"StackName": "app", "StackId":
            "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1", "LogicalResourceId": "{id}",
            "PhysicalResourceId": "{name}", "ResourceType": "{kind}", "ResourceStatus": "CREATE_COMPLETE"}}]}}"#
        )
    };
    let more = one("More", "app-More-1ABCDEF23456", "AWS::IAM::Policy");
    world.write("one.json", &more);
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);
    assert!(
        run.stderr.contains("AppRole.Policies[0] of app,"),
        "{}",
        run.stderr
    );
    // A name that somebody gave may be that of another stack, in another account.
    world.write(
        "one.json",
        &one("AppRole", "app-AppRole-1A", "AWS::IAM::Role"),
    );
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    // So may one that is listed in an account that is told.
    world.write("one.json", &more);
    let shared = r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#;
    let topic =
        r#""arn:aws:sns:eu-west-1:210987654321:app-T-1A", "ResourceType": "AWS::SNS::Topic""#;
    world.replace("stack.json", shared, topic);
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
}

#[test]
fn whose_account_it_is_has_to_be_told() {
    let world = World::new();
    named(&world);
    // Another account's role may be called so too.
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("nobody can tell of which account its role app-AppRole-1A is"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("describe-stack-resources"),
        "{}",
        run.stderr
    );
    // A name that a condition may leave out is made up where it looks so, and not otherwise.
    world.replace(
        "template.yaml",
        "RoleName: app-AppRole-1A",
        "RoleName: !If [Prod, app, !Ref AWS::NoValue]",
    );
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    for name in ["stack.json", "app.json", "finding.json"] {
        world.replace(name, "AppRole-1A", "AppRole-1ABCDEF23456");
    }
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);

    // What CloudFormation made up is nobody else's name.
    let world = World::new();
    for name in ["stack.json", "app.json", "finding.json"] {
        world.replace(name, "AppRole-1A", "AppRole-1ABCDEF23456");
    }
    world.replace(
        "stack.json",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
        "app-Shared-1A",
    );
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stderr
    );
    // What the template does not have may be called so by whoever makes it.
    world.replace("template.yaml", "  AppRole:\n", "  OtherRole:\n");
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    assert!(run.stderr.contains("which no stack has"), "{}", run.stderr);
}

#[test]
fn what_is_given_twice_is_refused() {
    let world = World::new();
    world.write("old.json", &account("123456789012", "old", 1));
    let run = world.refine("template.yaml stack.json account.json old.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("the account 123456789012 is given twice"),
        "{}",
        run.stderr
    );
    let run = world.refine("template.yaml stack.json account.json app.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("what AWS has of role app-AppRole-1A is given twice"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_stack_is_given_once() {
    let world = World::new();
    world.write("again.json", &stack("app", ""));
    let run = world.refine("template.yaml stack.json again.json account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("again.json: this has the same resources as stack.json"),
        "{}",
        run.stderr
    );
}

#[test]
fn of_several_templates_one_has_to_have_all_of_a_stack() {
    let world = World::new();
    fs::create_dir(world.0.path().join("t")).unwrap();
    world.write("t/a.yaml", TEMPLATE);
    let alarm = "  Alarm:\n    Type: AWS::CloudWatch::Alarm\n";
    world.write("t/b.yaml", &format!("{TEMPLATE}{alarm}"));
    world.replace("stack.json", "\"ResourceStatus\": \"CREATE_COMPLETE\"}]}", "\"ResourceStatus\": \"CREATE_COMPLETE\"},\n{\"LogicalResourceId\": \"Alarm\", \"PhysicalResourceId\": \"x\", \"ResourceType\": \"AWS::CloudWatch::Alarm\", \"ResourceStatus\": \"CREATE_COMPLETE\"}]}");
    let run = world.refine("t stack.json account.json finding.json");
    assert!(run.stdout.starts_with("--- a/t/b.yaml\n"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("stack.json: this is taken for a stack of t/b.yaml"),
        "{}",
        run.stderr
    );
    world.replace("stack.json", "Alarm\", \"Phys", "Alarm2\", \"Phys");
    let run = world.refine("t stack.json account.json finding.json");
    assert!(
        run.stderr.contains(
            "nobody can tell which template this stack is made of: t/a.yaml and t/b.yaml"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_not_read_is_said() {
    let world = World::new();
    let loops = "  Fn::ForEach::Roles:\n  - N\n  - [a]\n  - 'R${N}': {Type: AWS::IAM::Role}\n  Nested: {Type: AWS::CloudFormation::Stack}\n";
    world.write("template.yaml", &format!("{TEMPLATE}{loops}"));
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("Fn::ForEach::Roles may make policies, which are not read"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr
            .contains("Nested makes stacks of other templates"),
        "{}",
        run.stderr
    );
    // A user of the stack who has no policy that is read is no stranger.
    world.replace("stack.json", "\"StackResourceSummaries\": [", "\"StackResourceSummaries\": [{\"LogicalResourceId\": \"RA\", \"PhysicalResourceId\": \"other\", \"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"CREATE_COMPLETE\"},");
    world.write("finding.json", &finding("123456789012", "other", UNUSED));
    let run = world.refined();
    assert!(!run.stderr.contains("which no stack has"), "{}", run.stderr);
}

#[test]
fn files_that_are_no_templates_are_refused_at_their_place() {
    let said = |bytes: &[u8], message: &str| {
        let world = World::new();
        fs::write(world.0.path().join("template.yaml"), bytes).unwrap();
        let run = world.refined();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    };
    said(b"Resources:\n  A: {Type: \xe9}\n", "template.yaml");
    said(
        TEMPLATE.replace('\n', "\r").as_bytes(),
        "template.yaml:1:11: this line ends with a carriage return alone",
    );
    said(
        b"kind: Pod\n",
        "template.yaml: this is no template: it has no Resources",
    );
    let world = World::new();
    world.write(
        "template.json",
        "{\"Resources\": {\"A\": {\"Type\": \"B\",}}}",
    );
    let run = world.refine("template.json stack.json account.json finding.json");
    assert!(run.stderr.contains("template.json:1:"), "{}", run.stderr);
    let world = World::new();
    world.replace("template.yaml", "Resources", "Resources");
    let run = world.refine(". stack.json account.json finding.json");
    assert!(
        run.stdout.starts_with("--- a/template.yaml\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn something_is_left_where_a_condition_leaves_out_the_rest() {
    let world = World::new();
    let own = "        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]\n          Resource: '*'\n";
    let conditional = "        - !If [c, {Effect: Allow, Action: 's3:GetObject', Resource: '*'}, !Ref AWS::NoValue]\n        - Effect: Allow\n          Action: kms:Decrypt\n          Resource: '*'\n";
    world.replace("template.yaml", own, conditional);
    world.replace(
        "account.json",
        "\"Action\": [\"sqs:SendMessage\", \"kms:Decrypt\"]",
        "\"Action\": [\"kms:Decrypt\"]",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_a_boundary_a_link_or_of_another_type_stays() {
    let world = World::new();
    world.replace(
        "template.yaml",
        "    Properties:\n      AssumeRole",
        "    Properties:\n      PermissionsBoundary: !Ref Shared\n      AssumeRole",
    );
    let run = world.refined();
    assert!(
        run.stderr
            .contains("it is the permissions boundary of AppRole"),
        "{}",
        run.stderr
    );
    let world = World::new();
    world.replace(
        "stack.json",
        "\"ResourceType\": \"AWS::IAM::Policy\"",
        "\"ResourceType\": \"AWS::IAM::RolePolicy\"",
    );
    let run = world.refined();
    assert!(
        run.stderr
            .contains("the stack has another resource of this name"),
        "{}",
        run.stderr
    );
    let world = World::new();
    world.write("real.yaml", TEMPLATE);
    fs::remove_file(world.0.path().join("template.yaml")).unwrap();
    std::os::unix::fs::symlink("real.yaml", world.0.path().join("template.yaml")).unwrap();
    let run = world.refined();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("this file is a link"), "{}", run.stderr);
    let world = World::new();
    world.write(
        "state.json",
        "{\"format_version\": \"1.0\", \"values\": {\"secret\": \"S3CRET\"}}",
    );
    let run = world.refine("template.yaml stack.json account.json state.json finding.json");
    assert!(
        run.stderr.contains("this is a state of Terraform"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("S3CRET"), "{}", run.stderr);
}

#[test]
fn a_stack_within_another_is_given_too() {
    let world = World::new();
    fs::create_dir(world.0.path().join("t")).unwrap();
    world.write("t/template.yaml", TEMPLATE);
    let nested = |name: &str, url: &str| {
        format!(
            "  {name}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"
        )
    };
    let parent = format!(
        "Resources:\n{}{}{}",
        nested("One", "./template.yaml"),
        nested("Two", "template.yaml"),
        nested("Far", "https://host/template.yaml")
    );
    world.write("t/parent.yaml", &parent);
    let made = ["One", "Two", "Far"].map(|name| {
        format!(
            r#"{{"LogicalResourceId": "{name}", "PhysicalResourceId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/1",
                "ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": "CREATE_COMPLETE"}}"#
        )
    });
    world.write(
        "parent.json",
        &format!("{{\"StackResourceSummaries\": [{}]}}", made.join(",")),
    );
    let run = world.refine("t parent.json stack.json account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let said = "Two is a stack of t/template.yaml, and its resources are not given";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(
        run.stderr.matches("is a stack of").count(),
        1,
        "{}",
        run.stderr
    );

    let two = stack("two", "").replace("StackResourceSummaries", "StackResources");
    let id = "\"StackName\": \"Two\", \"StackId\": \"arn:aws:cloudformation:eu-west-1:123456789012:stack/Two/1\", \
              \"LogicalResourceId\"";
    world.write("two.json", &two.replace("\"LogicalResourceId\"", id));
    let run = world.refine("t parent.json stack.json two.json account.json finding.json");
    assert!(!run.stderr.contains("is a stack of"), "{}", run.stderr);
}

#[test]
fn a_comment_in_any_of_the_templates_keeps_what_it_names() {
    let world = World::new();
    fs::create_dir(world.0.path().join("templates")).unwrap();
    world.write("templates/app.yaml", TEMPLATE);
    let queue = |more: &str| {
        let text = format!("Resources:\n  Queue: # bob's\n    Type: AWS::SQS::Queue{more}\n");
        world.write("templates/queue.yaml", &text);
        world.refine("templates stack.json account.json finding.json")
    };
    let gone = "-            - 's3:ListBucket'";
    // In a text it is none.
    let run = queue("\n    Description: 'x # iam-refine:keep s3:List* y'");
    assert!(run.stdout.contains(gone), "{}{}", run.stdout, run.stderr);
    let run = queue(" # iam-refine:keep s3:List* backups");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains(gone), "{}", run.stdout);
    let said = "queue.yaml:3:29: this is in no policy that is refined, so it holds for all of them";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let run = queue(" # iam-refine:keep s3List");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}
