//! A template with its stack, what AWS has of it, and a finding.
#![allow(dead_code)]

use std::fs;
use std::path::Path;
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

    pub fn path(&self) -> &Path {
        self.0.path()
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
