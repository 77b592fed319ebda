//! Whole runs of the program on many files: a fetched account, and the sources of a root module with its
//! state. Beside each the floor: reading the same files and parsing them.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use criterion::{Criterion, criterion_group};
use iam_refine::terraform::read_blocks;
use iam_refine::text::Source;
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_iam-refine");
const ACCOUNT: &str = "123456789012";
const ROLES: usize = 200;
const MODULES: usize = 200;

criterion_group!(benches, account, root_module);

fn account(criterion: &mut Criterion) {
    let home = tempfile::tempdir().expect("a folder");
    fetch(home.path());
    let mut group = criterion.benchmark_group(format!("account of {ROLES} roles"));
    group.sample_size(20);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| parse_all(&home.path().join("account")));
    });
    group.bench_function("refine", |bencher| {
        bencher.iter(|| refine(home.path(), &["--account", "account", "--check"]));
    });
    group.finish();
}

/// Fetches an account, by an `aws` that knows its answers, into the folder `account`.
fn fetch(home: &Path) {
    let arn = |number| format!("arn:aws:iam::{ACCOUNT}:role/app-{number}");
    let roles: Vec<Value> = (0..ROLES)
        .map(|number| {
            json!({"Path": "/", "RoleName": format!("app-{number}"), "RoleId": format!("AROA{number:017}"),
                "Arn": arn(number), "CreateDate": "2024-01-01T00:00:00+00:00",
                "AssumeRolePolicyDocument": {}, "InstanceProfileList": [], "AttachedManagedPolicies": [],
                "Tags": [], "RoleLastUsed": {},
                "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy()}]})
        })
        .collect();
    let answers = home.join("answers");
    fs::create_dir(&answers).expect("made");
    let keep = |name: &str, answer: &Value| {
        fs::write(answers.join(name), answer.to_string()).expect("written");
    };
    keep(
        "get-caller-identity",
        &json!({"UserId": "AIDA", "Account": ACCOUNT, "Arn": format!("arn:aws:iam::{ACCOUNT}:user/ann")}),
    );
    keep(
        "get-account-authorization-details",
        &json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}),
    );
    let analyzer = format!("arn:aws:access-analyzer:eu-west-1:{ACCOUNT}:analyzer/unused");
    keep(
        "list-analyzers",
        &json!({"analyzers": [{"arn": analyzer, "name": "unused", "type": "ACCOUNT_UNUSED_ACCESS",
            "createdAt": "2025-01-01T00:00:00+00:00", "status": "ACTIVE",
            "configuration": {"unusedAccess": {"unusedAccessAge": 90}}}]}),
    );
    let finding = |number: usize| {
        json!({"id": format!("finding-{number}"), "resource": arn(number), "resourceType": "AWS::IAM::Role",
            "resourceOwnerAccount": ACCOUNT, "findingType": "UnusedPermission", "status": "ACTIVE",
            "createdAt": "2026-09-01T00:00:00+00:00", "analyzedAt": "2026-10-20T00:00:00+00:00",
            "updatedAt": "2026-10-20T00:00:00+00:00"})
    };
    let findings: Vec<Value> = (0..ROLES).map(finding).collect();
    keep("list-findings-v2", &json!({"findings": findings}));
    for number in 0..ROLES {
        let mut answer = finding(number);
        answer["findingDetails"] = unused();
        keep(&format!("finding-{number}"), &answer);
    }
    let aws = home.join("aws");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n*--version*) echo aws-cli/2.30.0; exit ;;\nesac\n\
         for word; do case \"$word\" in get-finding-v2 | iam | sts | accessanalyzer) ;;\n\
         *) [ ! -e '{answers}'/\"$word\" ] || {{ cat '{answers}'/\"$word\"; exit; }} ;;\nesac; done\nexit 254\n",
        answers = answers.display()
    );
    fs::write(&aws, script).expect("written");
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("set");
    let fetched = (program(home).args(["fetch", "--account", "-o", "account", "--aws", "./aws"]))
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&fetched.stderr).into_owned();
    assert!(fetched.status.success(), "{told}");
    fs::remove_dir_all(answers).expect("removed");
}

/// A root module that calls one module many times, with a policy of its own for each.
fn root_module(criterion: &mut Criterion) {
    let home = tempfile::tempdir().expect("a folder");
    write_root(&home);
    let mut group = criterion.benchmark_group(format!("root module of {MODULES} roles"));
    group.sample_size(20);
    group.bench_function("parse", |bencher| {
        let findings = home.path().join("findings");
        bencher.iter(|| parse_all(home.path()) + parse_all(&findings));
    });
    group.bench_function("refine", |bencher| {
        let arguments = [
            ".",
            "state.json",
            "findings",
            "--states-complete",
            "--check",
        ];
        bencher.iter(|| refine(home.path(), &arguments));
    });
    group.finish();
}

fn write_root(home: &TempDir) {
    let mut resources = Vec::new();
    let findings = home.path().join("findings");
    fs::create_dir(&findings).expect("made");
    let mut text = String::new();
    for number in 0..MODULES {
        let _ = write!(
            text,
            "resource \"aws_iam_role\" \"r{number}\" {{\n  name               = \"app-{number}\"\n  \
             assume_role_policy = \"{{}}\"\n}}\n\nresource \"aws_iam_role_policy\" \"p{number}\" {{\n  name   = \
             \"own\"\n  role   = aws_iam_role.r{number}.name\n  policy = \
             data.aws_iam_policy_document.d{number}.json\n}}\n\ndata \"aws_iam_policy_document\" \
             \"d{number}\" {{\n  statement {{\n    actions   = [\"s3:Get*\", \"sqs:*\"]\n    resources = \
             [\"*\"]\n  }}\n}}\n\n"
        );
        let name = format!("app-{number}");
        let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
        let resource = |kind: &str, label: &str, values: &Value| {
            json!({"address": format!("{kind}.{label}{number}"), "mode": "managed", "type": kind,
                "name": format!("{label}{number}"), "values": values,
                "provider_name": "registry.terraform.io/hashicorp/aws"})
        };
        resources.push(resource(
            "aws_iam_role",
            "r",
            &json!({"id": name, "name": name, "arn": arn, "path": "/", "assume_role_policy": "{}"}),
        ));
        resources.push(resource(
            "aws_iam_role_policy",
            "p",
            &json!({"id": format!("{name}:own"), "name": "own", "role": name, "policy": policy().to_string()}),
        ));
        let finding = json!({"id": name, "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
            "resource": arn, "findingType": "UnusedPermission", "findingDetails": unused()});
        fs::write(findings.join(format!("{name}.json")), finding.to_string()).expect("written");
    }
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    let files = [("main.tf", text), ("state.json", state.to_string())];
    for (name, text) in files {
        fs::write(home.path().join(name), text).expect("written");
    }
}

/// What each role is allowed.
fn policy() -> Value {
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "sqs:*"], "Resource": "*"}]})
}

/// What each role does not use of it.
fn unused() -> Value {
    let of = |service: &str, names: &[&str]| {
        let actions: Vec<Value> = names.iter().map(|name| json!({"action": name})).collect();
        json!({"unusedPermissionDetails": {"serviceNamespace": service, "actions": actions}})
    };
    json!([
        of(
            "s3",
            &["GetBucketAcl", "GetBucketWebsite", "GetObjectTorrent"]
        ),
        of("sqs", &["AddPermission", "CreateQueue", "PurgeQueue"]),
    ])
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("left"));
    command
}

/// Runs `refine`, which has to find something to remove.
fn refine(folder: &Path, arguments: &[&str]) {
    let run = program(folder)
        .arg("refine")
        .args(arguments)
        .output()
        .expect("it starts");
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

/// Reads all files of a folder, each by the parser of its language and no further.
fn parse_all(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("it is there");
    let files = entries
        .map(|entry| entry.expect("read").path())
        .filter(|path| path.is_file());
    files.map(|path| parse(&path)).sum()
}

fn parse(path: &PathBuf) -> usize {
    let text = fs::read_to_string(path).expect("read");
    if path.extension().is_some_and(|extension| extension == "tf") {
        let _ = read_blocks(&Source::from_text("main.tf", &text));
    } else {
        let _: Value = serde_json::from_str(&text).expect("JSON");
    }
    text.len()
}
