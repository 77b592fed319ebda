//! A write of many files that is killed in the middle of it: the next run completes it, or nothing was
//! written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::run::{RunIt, folder, iam_refine};
use serde_json::json;

const FILES: usize = 40;

/// A root module of many files with a policy each, its state and a finding.
fn world(folder: &Path) {
    fs::create_dir(folder.join("root")).unwrap();
    let mut resources = vec![json!({
        "address": "aws_iam_role.app", "mode": "managed", "type": "aws_iam_role", "name": "app",
        "values": {"name": "app", "arn": "arn:aws:iam::123456789012:role/app"},
    })];
    for number in 0..FILES {
        let name = format!("p{number}");
        let mut text = String::new();
        let _ = write!(
            text,
            "resource \"aws_iam_role_policy\" \"{name}\" {{\n  role   = \"app\"\n  policy = jsonencode({{\n    \
             Statement = [{{ Effect = \"Allow\", Action = [\"sqs:SendMessage\", \"sqs:PurgeQueue\"], \
             Resource = \"*\" }}]\n  }})\n}}\n"
        );
        fs::write(folder.join(format!("root/{name}.tf")), text).unwrap();
        let policy = json!({"Statement": [{"Effect": "Allow", "Resource": "*",
            "Action": ["sqs:SendMessage", "sqs:PurgeQueue"]}]});
        resources.push(json!({
            "address": format!("aws_iam_role_policy.{name}"), "mode": "managed",
            "type": "aws_iam_role_policy", "name": name,
            "values": {"name": name, "role": "app", "policy": policy.to_string()},
        }));
    }
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    fs::write(folder.join("state.json"), state.to_string()).unwrap();
    let finding = json!({
        "id": "f", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
        "resource": "arn:aws:iam::123456789012:role/app", "resourceType": "AWS::IAM::Role",
        "findingType": "UnusedPermission", "findingDetails": [{"unusedPermissionDetails": {
            "serviceNamespace": "sqs", "actions": [{"action": "PurgeQueue"}]}}],
    });
    fs::write(folder.join("f.json"), finding.to_string()).unwrap();
}

fn refine(folder: &Path) -> std::process::Command {
    let mut command = iam_refine();
    command.current_dir(folder.join("root"));
    command.env("XDG_STATE_HOME", folder.join("home"));
    command.args(["refine", ".", "../state.json", "../f.json"]);
    command
}

/// How many files have been written.
fn written(folder: &Path) -> usize {
    let texts =
        (0..FILES).map(|number| fs::read_to_string(folder.join(format!("root/p{number}.tf"))));
    texts
        .filter(|text| !text.as_ref().unwrap().contains("PurgeQueue"))
        .count()
}

#[test]
fn a_write_that_is_killed_is_completed_by_the_next_run_or_was_none() {
    let mut cut_off = 0;
    for round in 0..20 {
        if cut_off > 2 {
            break;
        }
        let folder = folder();
        let folder = folder.path();
        world(folder);
        let mut writing = refine(folder);
        writing.arg("--in-place").stderr(Stdio::null());
        let mut writing = writing.spawn().unwrap();
        // Until the first ones have taken their places.
        while written(folder) <= round % 8 && writing.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        writing.kill().unwrap();
        writing.wait().unwrap();
        let before = written(folder);
        let looked = refine(folder).arg("--check").run();
        assert_eq!(written(folder), before, "{}", looked.stderr);
        let run = refine(folder).arg("--in-place").run();
        let after = written(folder);
        assert!(
            after == 0 || after == FILES,
            "{before}, then {after}: {}",
            run.stderr
        );
        if before > 0 && before < FILES {
            cut_off += 1;
            let said = "an earlier run was cut off while it wrote, and is completed";
            assert!(run.stderr.contains(said), "{}", run.stderr);
            // All is passed over then, since the state is older; it is not to end with that nothing is changed.
            let last = run.stderr.lines().last().unwrap();
            assert!(
                last.starts_with("note: before all this, an earlier run"),
                "{last}"
            );
            let said = "the next run that writes completes or undoes it";
            assert!(looked.stderr.contains(said), "{}", looked.stderr);
        }
        let left = fs::read_dir(folder.join("root")).unwrap();
        assert_eq!(left.count(), FILES, "nothing is left behind");
    }
    assert!(cut_off > 0, "none was cut off in the middle");
}
