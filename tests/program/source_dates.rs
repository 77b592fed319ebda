//! When roles were made and used and policies changed: what AWS tells of it beside Terraform files and
//! templates holds for these as it does for an account.

use std::fs;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::accounts::arn;
use crate::run::{Run, RunIt, folder, iam_refine};

const FILES: &str = r#"resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}

resource "aws_iam_policy" "shared" {
  name = "shared"
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:DeleteMessage"], Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.shared.arn
}
"#;

const TEMPLATE: &str = "\
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      ManagedPolicyArns: [!Ref Shared]
      AssumeRolePolicyDocument: {}
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
        - Effect: Allow
          Action:
          - sqs:SendMessage
          - sqs:DeleteMessage
          Resource: '*'
";

const LONG_AGO: &str = "2020-01-01T00:00:00Z";
const DAY_BEFORE: &str = "2026-10-26T00:00:00Z";

fn document() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": "*"}]})
}

fn state(role_made_on: &str) -> Value {
    let resource = |kind: &str, name: &str, values: Value| json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values});
    let resources = [
        resource(
            "aws_iam_role",
            "app",
            json!({"name": "app", "arn": arn("role/app"), "create_date": role_made_on}),
        ),
        resource(
            "aws_iam_policy",
            "shared",
            json!({"name": "shared", "arn": arn("policy/shared"), "policy": document().to_string()}),
        ),
        resource(
            "aws_iam_role_policy_attachment",
            "app",
            json!({"role": "app", "policy_arn": arn("policy/shared")}),
        ),
    ];
    json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
}

fn stack() -> Value {
    let resource = |id: &str, kind: &str, physical: &str| json!({"StackName": "App", "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/App/x", "LogicalResourceId": id, "PhysicalResourceId": physical, "ResourceType": kind, "ResourceStatus": "CREATE_COMPLETE"});
    json!({"StackResources": [
        resource("App", "AWS::IAM::Role", "app"),
        resource("Shared", "AWS::IAM::ManagedPolicy", &arn("policy/shared")),
    ]})
}

/// What AWS has: the roles, each with the day it was made on and that it was used on, and the day that the
/// policy which all have was changed on.
fn account(roles: &[(&str, &str, Option<&str>)], policy_changed_on: &str) -> Value {
    let role = |(name, made_on, used_on): &(&str, &str, Option<&str>)| {
        json!({
            "RoleName": name, "Arn": arn(&format!("role/{name}")), "CreateDate": made_on,
            "RoleLastUsed": used_on.map_or(json!({}), |day| json!({"LastUsedDate": day})),
            "AttachedManagedPolicies": [{"PolicyName": "shared", "PolicyArn": arn("policy/shared")}],
        })
    };
    json!({
        "UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": roles.iter().map(role).collect::<Vec<_>>(),
        "Policies": [{
            "PolicyName": "shared", "Arn": arn("policy/shared"), "DefaultVersionId": "v2",
            "AttachmentCount": roles.len(), "PermissionsBoundaryUsageCount": 0,
            "UpdateDate": policy_changed_on,
            "PolicyVersionList": [{"VersionId": "v2", "IsDefaultVersion": true, "Document": document()}],
        }],
    })
}

/// That the role does not use `sqs:DeleteMessage`.
fn finding() -> Value {
    json!({
        "id": "app", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
        "resource": arn("role/app"), "findingType": "UnusedPermission",
        "findingDetails": [{"unusedPermissionDetails":
            {"serviceNamespace": "sqs", "actions": [{"action": "DeleteMessage"}]}}],
    })
}

/// A last-accessed report of the role, by when it used `sqs:DeleteMessage` last.
fn report(delete_used_on: Option<&str>) -> Value {
    let used = |name: &str, day: Option<&str>| match day {
        Some(day) => {
            json!({"ActionName": name, "LastAccessedEntity": arn("role/app"), "LastAccessedTime": day})
        }
        None => json!({"ActionName": name}),
    };
    json!({
        "JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL",
        "JobCreationDate": "2026-10-27T00:00:00Z", "JobCompletionDate": "2026-10-27T00:00:00Z",
        "ServicesLastAccessed": [{
            "ServiceName": "SQS", "ServiceNamespace": "sqs", "LastAuthenticated": DAY_BEFORE,
            "LastAuthenticatedEntity": arn("role/app"), "TotalAuthenticatedEntities": 1,
            "TrackedActionsLastAccessed":
                [used("SendMessage", Some(DAY_BEFORE)), used("DeleteMessage", delete_used_on)],
        }],
    })
}

/// The same role and policy as Terraform files, as a template and in AWS.
struct World(TempDir);

impl World {
    fn new(role_made_on: &str) -> Self {
        let world = World(folder());
        world.write("root/main.tf", FILES);
        world.write("template.yaml", TEMPLATE);
        world.write("state.json", &state(role_made_on).to_string());
        world.write("stack.json", &stack().to_string());
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn given(&self, name: &str, json: &Value) -> &Self {
        self.write(name, &json.to_string());
        self
    }

    /// Writes the folder `fetched` as `fetch --account` would, by an analyzer that looks at so many days.
    fn fetched(&self, account: &Value, report: &Value, days: u32) -> &Self {
        let mut answers = Vec::new();
        for (file, json, arguments, about) in [
            (
                "account.json",
                account,
                &["iam", "get-account-authorization-details"],
                None,
            ),
            (
                "report.json",
                report,
                &["iam", "get-service-last-accessed-details"],
                Some(arn("role/app")),
            ),
        ] {
            let text = json.to_string();
            let hash = Sha256::digest(&text);
            let hash = hash
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            self.write(&format!("fetched/{file}"), &text);
            answers.push(json!({"arguments": arguments, "file": file, "sha256": hash,
                                "at": "2026-10-27T08:00:01Z", "about": about}));
        }
        let manifest = json!({
            "format": 1, "of": {"account": "123456789012"}, "account": "123456789012",
            "caller": "arn:aws:sts::123456789012:assumed-role/Audit/me", "aws": "aws-cli/2", "asked": {},
            "startedAt": "2026-10-27T08:00:00Z", "completedAt": "2026-10-27T08:00:04Z",
            "analyzer": {"arn": "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/a", "days": days},
            "answers": answers, "unanswered": [], "notes": [],
        });
        self.given("fetched/manifest.json", &manifest)
    }

    /// What `refine` says of the Terraform files and of the template, with these beside.
    fn refine(&self, files: &[&str]) -> [Run; 2] {
        let run = |source: &[&str]| {
            let mut command = iam_refine();
            command.current_dir(self.0.path()).arg("refine");
            command.args(source).args(files).run()
        };
        [
            run(&["root", "state.json"]),
            run(&["template.yaml", "stack.json", "--states-complete"]),
        ]
    }

    /// All stays, and each says so and why.
    fn stays(&self, files: &[&str], why: &str) {
        for run in self.refine(files) {
            assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
            assert!(run.stderr.contains(why), "{}", run.stderr);
        }
    }

    fn goes(&self, files: &[&str]) {
        for run in self.refine(files) {
            assert_eq!(run.exit, 0, "{}", run.stderr);
            let mut gone = run.stdout.lines().filter(|line| line.starts_with('-'));
            assert!(
                gone.any(|line| line.contains("sqs:DeleteMessage")),
                "{}",
                run.stdout
            );
        }
    }
}

const FILE_OF_FINDING: [&str; 2] = ["account.json", "finding.json"];

#[test]
fn a_finding_about_an_earlier_role_of_the_name_is_passed_over() {
    let world = World::new(LONG_AGO);
    world.given("finding.json", &finding());
    world.given(
        "account.json",
        &account(&[("app", LONG_AGO, None)], LONG_AGO),
    );
    world.goes(&FILE_OF_FINDING);
    let made_again = account(&[("app", "2026-10-25T00:00:00Z", None)], LONG_AGO);
    world.given("account.json", &made_again);
    world.stays(&FILE_OF_FINDING, "it is about another one of the same name");
}

#[test]
fn a_state_tells_too_when_a_role_was_made() {
    let world = World::new("2026-10-25T00:00:00Z");
    world.given("finding.json", &finding());
    let [run, _] = world.refine(&["finding.json", "--states-complete"]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("role app was made on 2026-10-25"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_role_that_is_not_used_at_all_and_was_used_since_counts_as_using_everything() {
    let world = World::new(LONG_AGO);
    world.given("finding.json", &finding());
    let unused_role = json!({
        "id": "idle", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
        "resource": arn("role/idle"), "findingType": "UnusedIAMRole",
        "findingDetails": [{"unusedIamRoleDetails": {}}],
    });
    world.given("idle.json", &unused_role);
    let files = [&FILE_OF_FINDING[..], &["idle.json"]].concat();
    let roles = |used_on| [("app", LONG_AGO, None), ("idle", LONG_AGO, used_on)];
    world.given("account.json", &account(&roles(None), LONG_AGO));
    world.goes(&files);
    world.given("account.json", &account(&roles(Some(DAY_BEFORE)), LONG_AGO));
    world.stays(&files, "the account that it was used on 2026-10-26");
}

#[test]
fn what_is_granted_for_fewer_days_than_a_report_is_asked_about_stays() {
    let old = account(&[("app", LONG_AGO, None)], LONG_AGO);
    let world = World::new(LONG_AGO);
    world.fetched(&old, &report(None), 90).goes(&["fetched"]);
    let young_role = account(&[("app", "2026-10-20T00:00:00Z", None)], LONG_AGO);
    world.fetched(&young_role, &report(None), 90);
    world.stays(&["fetched"], "was made on 2026-10-20, within the days");
    let young_policy = account(&[("app", LONG_AGO, None)], DAY_BEFORE);
    world.fetched(&young_policy, &report(None), 90);
    world.stays(
        &["fetched"],
        "this policy was changed on 2026-10-26, within the days",
    );
}

#[test]
fn a_policy_that_was_changed_after_the_finding_is_named() {
    let world = World::new(LONG_AGO);
    world.given("finding.json", &finding());
    world.given(
        "account.json",
        &account(&[("app", LONG_AGO, None)], DAY_BEFORE),
    );
    for run in world.refine(&FILE_OF_FINDING) {
        let told = "this policy was changed on 2026-10-26, after the finding";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn what_was_used_within_the_days_of_the_analyzer_stays() {
    let world = World::new(LONG_AGO);
    let account = account(&[("app", LONG_AGO, None)], LONG_AGO);
    let used_in_june = report(Some("2026-06-01T00:00:00Z"));
    world
        .fetched(&account, &used_in_june, 90)
        .goes(&["fetched"]);
    world
        .fetched(&account, &used_in_june, 180)
        .stays(&["fetched"], "nothing changes");
}

#[test]
fn what_a_report_of_a_fetched_account_saw_used_stays() {
    let world = World::new(LONG_AGO);
    let account = account(&[("app", LONG_AGO, None)], LONG_AGO);
    world
        .fetched(&account, &report(Some(DAY_BEFORE)), 90)
        .given("finding.json", &finding());
    let why = "used and unused in what was given, so counted as used: sqs:DeleteMessage";
    world.stays(&["fetched", "finding.json"], why);
}

#[test]
fn where_an_account_shows_no_other_policy_none_is_said_to_be_there() {
    let world = World::new(LONG_AGO);
    world.given("finding.json", &finding());
    let told = "other policies of app are not loaded";
    let [run, _] = world.refine(&["finding.json", "--states-complete"]);
    assert!(run.stderr.contains(told), "{}", run.stderr);
    world.given(
        "account.json",
        &account(&[("app", LONG_AGO, None)], LONG_AGO),
    );
    for run in world.refine(&FILE_OF_FINDING) {
        assert!(!run.stderr.contains(told), "{}", run.stderr);
    }
}
