//! Plans of Terraform, and findings, that `verify` judges.

use crate::run::{Run, RunIt, folder, iam_refine};
use serde_json::{Value, json};

pub const ROLE: &str = "arn:aws:iam::123456789012:role/app";

pub const FINDING: &str = r#"{"id": "f", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
    "resource": "arn:aws:iam::123456789012:role/app", "resourceType": "AWS::IAM::Role",
    "findingType": "UnusedPermission", "findingDetails": [{"unusedPermissionDetails": {
        "serviceNamespace": "sqs", "actions": [{"action": "DeleteMessage"}]}}]}"#;

pub fn policy(actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": actions, "Resource": "*",
    }]})
    .to_string()
}

pub const BEFORE: &[&str] = &["sqs:SendMessage", "sqs:DeleteMessage"];

pub fn inline(policy: &str) -> Value {
    json!({"name": "app", "role": "app", "policy": policy})
}

pub fn change(
    kind: &str,
    actions: &[&str],
    before: impl Into<Value>,
    after: impl Into<Value>,
) -> Value {
    let (before, after): (Value, Value) = (before.into(), after.into());
    json!({
        "address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
    })
}

pub fn updated(after: &[&str]) -> Value {
    let (before, after) = (inline(&policy(BEFORE)), inline(&policy(after)));
    change("aws_iam_role_policy", &["update"], before, after)
}

/// The configuration of a root module with these blocks, and these providers.
pub fn configuration(blocks: &[Value], providers: &[&str]) -> Value {
    let provider = |key: &&str| {
        let whole = "registry.terraform.io/hashicorp/aws";
        (
            (*key).to_owned(),
            json!({"name": "aws", "full_name": whole}),
        )
    };
    let providers: serde_json::Map<String, Value> = providers.iter().map(provider).collect();
    json!({"provider_config": providers, "root_module": {"resources": blocks}})
}

/// A block of a configuration.
pub fn block(kind: &str, name: &str, provider: &str) -> Value {
    json!({"mode": "managed", "type": kind, "name": name, "provider_config_key": provider})
}

pub fn plan(changes: &[Value]) -> Value {
    let resource = |kind: &str, values: Value| {
        json!({"address": format!("{kind}.app"), "mode": "managed", "type": kind, "name": "app",
               "values": values})
    };
    json!({
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [
            resource("aws_iam_role", json!({"name": "app", "arn": ROLE})),
            resource("aws_iam_role_policy", inline(&policy(BEFORE))),
        ]}}},
        "configuration": configuration(
            &[block("aws_iam_role", "app", "aws"), block("aws_iam_role_policy", "app", "aws")],
            &["aws"],
        ),
    })
}

pub fn verify_with(plan: &Value, options: &[&str]) -> Run {
    let folder = folder();
    let write = |name: &str, value: &Value| {
        std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    };
    write("plan.json", plan);
    std::fs::write(folder.path().join("finding.json"), FINDING).unwrap();
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command
        .args(["verify", "plan.json", "finding.json"])
        .args(options)
        .run()
}

pub fn verify(changes: &[Value]) -> Run {
    verify_with(&plan(changes), &[])
}

/// A plan's change that is as it should be, of the policy that the states of these tests have.
pub fn good() -> Value {
    updated(&["sqs:SendMessage"])
}
