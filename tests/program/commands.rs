//! What is said of bringing a policy to AWS: that it works, that AWS refuses it, and how to go
//! back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::run::{Run, RunIt, example, folder, iam_refine};
use serde_json::{Value, json};

const UNUSED: &str = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;

/// What `get-user-policy` prints of a policy that holds a wildcard and `literals` actions.
fn of_user(name: &str, literals: usize) -> Value {
    let mut actions: Vec<String> = (0..literals)
        .map(|number| format!("sqs:Action{number:03}"))
        .collect();
    actions.push("sqs:Se*".to_owned());
    json!({"UserName": "Ann", "PolicyName": name, "PolicyDocument":
        {"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}})
}

/// Writes each of `policies` into `at`, and findings, and runs the program on them there.
fn run(at: &Path, command: &[&str], policies: &[Value], input: &str) -> Run {
    fs::write(at.join("findings.json"), UNUSED).unwrap();
    let mut run = iam_refine();
    run.current_dir(at).args(command).arg("findings.json");
    run.env("XDG_STATE_HOME", at.join("state"));
    for (number, policy) in policies.iter().enumerate() {
        let name = format!("{number}.json");
        fs::write(at.join(&name), policy.to_string()).unwrap();
        run.arg(name);
    }
    run.run_with(input)
}

#[test]
fn what_aws_refuses_for_its_length_is_told_beside_the_command_in_a_review() {
    let (fits, long) = (of_user("Queues", 60), of_user("Queues", 150));
    let at = folder();
    let told = run(at.path(), &["refine", "-o", "out"], &[fits], "");
    assert_eq!((told.exit, told.stderr.contains("refuse")), (0, false));
    let warning = "warning: AWS will refuse it: 2,478 characters of 2,048 over all inline policies \
                   of the user; try refine --if-too-long keep or split,";
    let long = std::slice::from_ref(&long);
    let told = run(at.path(), &["review", "--plain"], long, "A\nw\ny\n");
    assert!(told.stdout.contains(warning), "{}", told.stdout);
}

#[test]
fn inline_policies_of_one_user_are_counted_together() {
    let two = [of_user("One", 65), of_user("Two", 65)];
    let told = |policies: &[Value]| {
        let at = folder();
        run(at.path(), &["refine", "-o", "out"], policies, "").stderr
    };
    assert!(!told(&two[..1]).contains("refined it comes to"));
    let told = told(&two);
    let refused =
        "refined it comes to 2,236 characters of 2,048 over all inline policies of the user";
    assert_eq!(told.matches(refused).count(), 2, "{told}");
    assert_eq!(told.matches("; OVER the quota").count(), 2, "{told}");
}

#[test]
fn the_commands_that_are_printed_go_there_and_back() {
    let at = folder();
    let policy = of_user("Queues", 0);
    let only = std::slice::from_ref(&policy);
    let told = run(at.path(), &["refine", "-o", "out.json"], only, "");
    let commands = told.stderr.lines().filter_map(|line| {
        let at = line.find("aws iam")?;
        Some(&line[at..])
    });
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 3, "{}", told.stderr);

    // A server of one policy, which takes no file but one that holds a policy document.
    let document = policy["PolicyDocument"].to_string();
    fs::write(at.path().join("held"), &document).unwrap();
    let aws = at.path().join("aws");
    let script = "#!/bin/sh\n\
        case \"$2\" in\n\
        get-user-policy) cat held ;;\n\
        put-user-policy) for last; do :; done; cp \"${last#file://}\" held ;;\n\
        esac\n";
    fs::write(&aws, script).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", at.path().display(), env!("PATH"));
    let mut held = Vec::new();
    for command in commands {
        let mut sh = Command::new("sh");
        let status = sh.args(["-c", command]).current_dir(at.path());
        assert!(status.env("PATH", &path).status().unwrap().success());
        held.push(fs::read_to_string(at.path().join("held")).unwrap());
    }
    let refined = document.replace("sqs:Se*", "sqs:SendMessage");
    assert_eq!(held, [document.clone(), refined, document]);
}

#[test]
fn a_diff_of_what_stands_in_an_answer_says_that_it_is_of_that_alone() {
    let diff = |policy: &str, findings: &str| {
        let mut run = iam_refine();
        run.args(["refine", "--diff", &example(policy), &example(findings)]);
        run.run()
    };
    let bare = diff("article.policy.json", "article.findings.json");
    assert!(!bare.stderr.contains("the diff is of"), "{}", bare.stderr);
    let inside = diff("get-role-policy.json", "article.findings.json");
    let note = "get-role-policy.json (policy MyRolePolicy): the diff is of the policy alone";
    assert!(inside.stderr.contains(note), "{}", inside.stderr);
    let label = "get-role-policy.json (policy MyRolePolicy)\n";
    assert_eq!(inside.stdout.matches(label).count(), 2, "{}", inside.stdout);
}
