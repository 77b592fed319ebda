//! A root module with a role and one policy of it.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Run, RunIt, folder, iam_refine};

/// A root module with a role, of which `sqs:DeleteMessage` is reported as unused.
pub struct World {
    pub folder: TempDir,
    pub text: String,
    pub resources: Vec<Value>,
}

pub const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name               = \"app\"\n  \
    assume_role_policy = \"{}\"\n}\n";

pub const DOCUMENT: &str = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    \
    actions   = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"]\n    resources = [\"*\"]\n  }\n}\n";

/// What each of the two forms of a policy is called where others refer to it.
pub const ENCODED: &str = "jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [{ Effect = \
    \"Allow\", Action = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"], Resource = \"*\" }]\n  })";

pub fn block(kind: &str, name: &str, arguments: &str) -> String {
    format!("resource \"{kind}\" \"{name}\" {{\n{arguments}}}\n")
}

pub fn resource(kind: &str, name: &str, values: impl Into<Value>) -> Value {
    json!({
        "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
        "values": values.into(),
    })
}

pub fn arn(path: &str) -> String {
    format!("arn:aws:iam::123456789012:{path}")
}

pub fn live() -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": "*",
    }]})
    .to_string()
}

pub fn role(name: &str) -> Value {
    resource(
        "aws_iam_role",
        name,
        json!({"name": name, "arn": arn(&format!("role/{name}"))}),
    )
}

pub fn inline(name: &str, role: &str) -> Value {
    let values = json!({"name": name, "role": role, "policy": live()});
    resource("aws_iam_role_policy", name, values)
}

impl World {
    /// With an inline policy whose document is a block of its own.
    pub fn inline() -> Self {
        let own =
            "  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n";
        let own = block("aws_iam_role_policy", "app", own);
        World::of(
            &[ROLE, &own, DOCUMENT],
            vec![role("app"), inline("app", "app")],
        )
    }

    /// With a managed policy that is attached to the role.
    pub fn managed() -> Self {
        let own = block(
            "aws_iam_policy",
            "m",
            &format!("  name   = \"m\"\n  policy = {ENCODED}\n"),
        );
        let attachment =
            "  role       = aws_iam_role.app.name\n  policy_arn = aws_iam_policy.m.arn\n";
        let attachment = block("aws_iam_role_policy_attachment", "a", attachment);
        let m = json!({"name": "m", "arn": arn("policy/m"), "policy": live()});
        let a = json!({"role": "app", "policy_arn": arn("policy/m")});
        World::of(
            &[ROLE, &own, &attachment],
            vec![
                role("app"),
                resource("aws_iam_policy", "m", m),
                resource("aws_iam_role_policy_attachment", "a", a),
            ],
        )
    }

    pub fn of(blocks: &[&str], resources: Vec<Value>) -> Self {
        World {
            folder: folder(),
            text: blocks.concat(),
            resources,
        }
    }

    pub fn with_block(mut self, block: &str) -> Self {
        self.text.push_str(block);
        self
    }

    pub fn with(mut self, resource: Value) -> Self {
        self.resources.push(resource);
        self
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn refine(&self, options: &[&str]) -> Run {
        self.write("root/main.tf", &self.text);
        let state = json!({"format_version": "1.0", "values": {"root_module": {
            "resources": self.resources,
        }}});
        self.refine_with(&state, options)
    }

    pub fn refine_with(&self, state: &Value, options: &[&str]) -> Run {
        self.write("root/main.tf", &self.text);
        self.write("state.json", &state.to_string());
        self.write("f.json", &finding("role/app").to_string());
        let mut command = iam_refine();
        command.current_dir(self.folder.path().join("root"));
        command.args(["refine", ".", "../state.json", "../f.json"]);
        command.args(options).run()
    }

    /// Asserts that it is edited.
    pub fn is_edited(&self, options: &[&str]) {
        let run = self.refine(options);
        assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    }

    /// Asserts that it stays, and that `why` is told.
    pub fn stays(&self, options: &[&str], why: &str) {
        let run = self.refine(options);
        assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{why}\n{}", run.stderr);
    }
}

pub fn finding(of: &str) -> Value {
    json!({
        "id": of, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z", "resource": arn(of),
        "resourceType": "AWS::IAM::Role", "findingType": "UnusedPermission",
        "findingDetails": [{"unusedPermissionDetails": {
            "serviceNamespace": "sqs", "actions": [{"action": "DeleteMessage"}],
        }}],
    })
}

pub const COMPLETE: &[&str] = &["--states-complete"];
