//! `batch`: a line in, a line out, in order.

use std::process::{Child, Stdio};

use crate::run::{RunIt, iam_refine};
use serde_json::{Value, json};

fn batch(lines: &[String]) -> (i32, Vec<Value>) {
    let run = iam_refine().arg("batch").run_with(&lines.join("\n"));
    let answers = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    (run.exit, answers.collect())
}

/// A line with a long policy, and what else it says.
fn long_line(more: &Value) -> String {
    let mut actions: Vec<String> = (0..700).map(|number| format!("sqs:A{number:03}")).collect();
    actions.push("sqs:Se*".to_owned());
    let policy = json!({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}});
    let findings = json!([{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]);
    let mut line = json!({"policy": policy, "findings": findings});
    for (name, value) in more.as_object().expect("an object") {
        line[name] = value.clone();
    }
    line.to_string()
}

#[test]
fn a_line_says_what_is_done_if_its_policy_is_too_long() {
    let (exit, answers) = batch(&[
        long_line(&json!({})),
        long_line(&json!({"quota": "managed"})),
        long_line(&json!({"quota": "managed", "if_too_long": "split"})),
        long_line(&json!({"quota": 4000, "if_too_long": "split"})),
        long_line(&json!({"quota": 100, "if_too_long": "split"})),
        long_line(&json!({"quota": 10, "if_too_long": "refuse"})),
        long_line(&json!({"quota": "all"})),
        long_line(&json!({"quota": 0.5})),
        long_line(&json!({"if_too_long": true})),
        long_line(&json!({"quota": null, "if_too_long": null})),
    ]);
    assert_eq!(exit, 1);
    let notes = |answer: usize| answers[answer]["notes"].to_string();
    for unsplit in [0, 1, 5, 9] {
        assert_eq!(answers[unsplit]["policy"], answers[0]["policy"]);
        assert_eq!(answers[unsplit]["action"], "create_policy");
        assert_eq!(answers[unsplit].get("policies"), None);
    }
    let note = "refined it comes to 7,776 characters of 6,144 for a managed policy";
    assert!(!notes(0).contains("refined it comes") && notes(1).contains(note));
    assert!(notes(5).contains("refined it comes to 7,776 characters of 10 as asked for"));
    for split in [2, 3] {
        assert_eq!(answers[split].get("policy"), None);
        assert_eq!(answers[split]["action"], "create_policy");
        assert_eq!(answers[split]["proof"]["nothing_lost"], true);
        let policies = answers[split]["policies"].as_array().expect("a list");
        assert_eq!(policies.len(), 2);
        let actions = |policy: &Value| policy["Statement"]["Action"].as_array().cloned();
        let together: Vec<Value> = policies.iter().filter_map(actions).flatten().collect();
        assert_eq!(json!(together), answers[0]["policy"]["Statement"]["Action"]);
    }
    for (failed, why) in [
        (4, "this cannot be split: it would take"),
        (6, "this is no \"quota\""),
        (7, "this is no \"quota\""),
        (8, "this is no \"if_too_long\""),
    ] {
        let error = answers[failed]["error"].to_string().replace("\\\"", "\"");
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn the_options_hold_for_lines_that_say_nothing_else() {
    let arguments = ["batch", "--if-too-long", "split", "--quota", "managed"];
    let lines = [long_line(&json!({})), long_line(&json!({"quota": "role"}))];
    let run = iam_refine().args(arguments).run_with(&lines.join("\n"));
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let first = run.stdout.lines().next().expect("an answer");
    let start = "{\"id\":null,\"action\":\"create_policy\",\"policies\":[{\"Statement\":{";
    assert!(first.starts_with(start), "{first}");
    assert_eq!(run.stdout.matches("\"policies\":").count(), 1);
}

#[test]
fn a_field_of_a_line_that_is_not_read_is_named() {
    let (exit, answers) = batch(&[
        long_line(&json!({"if_to_long": "split", "team": 1})),
        long_line(&json!({"id": 1})),
    ]);
    assert_eq!(exit, 0);
    let notes = answers[0]["notes"].to_string();
    let told =
        r#"not read in this line: \"if_to_long\" and \"team\"; a line has id, policy, findings"#;
    assert!(notes.contains(told), "{notes}");
    assert!(!answers[1]["notes"].to_string().contains("not read"));
}

/// The program, waiting for lines.
fn started() -> Child {
    let mut batch = iam_refine();
    batch.arg("batch").stdin(Stdio::piped());
    let batch = batch.stdout(Stdio::piped()).stderr(Stdio::piped());
    batch.spawn().expect("it runs")
}

fn line(id: u32, action: &str, findings: &Value) -> String {
    let policy = json!({"Statement": [{"Effect": "Allow", "Action": [action], "Resource": "*"}]});
    json!({"id": id, "policy": policy, "findings": findings}).to_string()
}

#[test]
fn each_line_gets_its_answer_in_order() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let (exit, answers) = batch(&[
        line(1, "sqs:*", &unused),
        line(2, "sqs:SendMessage", &unused),
        line(3, "s3:GetObject", &unused),
    ]);
    assert_eq!(exit, 0);
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[0]["action"], "create_policy");
    assert_eq!(answers[0]["removed"], json!(["sqs:SendMessage"]));
    assert_eq!(answers[0]["proof"]["nothing_added"], true);
    assert!(
        answers[0]["policy"]
            .to_string()
            .contains("sqs:ReceiveMessage")
    );
    assert_eq!(answers[1]["action"], "detach_policy");
    assert_eq!(answers[1]["policy"], Value::Null);
    assert_eq!(answers[2]["action"], "none");
    assert_eq!(
        answers[2]["policy"]["Statement"][0]["Action"],
        json!(["s3:GetObject"])
    );
}

#[test]
fn what_stays_of_a_service_that_nobody_knows_is_excepted_by_name() {
    let findings = json!([
        {"serviceNamespace": "sqs", "actions": ["PurgeQueue"]},
        {"serviceNamespace": "newsvc", "actions": ["GetThing"]}
    ]);
    let (_, answers) = batch(&[line(1, "*", &findings)]);
    let answer = &answers[0];
    let entries = answer["policy"]["Statement"][0]["Action"]
        .as_array()
        .unwrap();
    assert!(entries.contains(&json!("newsvc:*")));
    assert_eq!(answer["proof"]["excepted"], json!(["newsvc:GetThing"]));
    assert_eq!(answer["removed"], json!(["sqs:PurgeQueue"]));
    let notes = answer["notes"].to_string();
    assert!(
        notes.contains("does not have newsvc, so it stays whole"),
        "{notes}"
    );
    assert!(
        notes.contains("1 unused action stays granted: newsvc:GetThing"),
        "{notes}"
    );
    assert!(
        notes.contains("nor the findings or the policies name are denied"),
        "{notes}"
    );
    assert!(
        !notes.contains("2026-10-27 does not have are denied"),
        "{notes}"
    );
}

#[test]
fn a_bad_line_costs_itself_alone() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let (exit, answers) = batch(&[
        "{".to_owned(),
        json!({"id": "x", "policy": {}}).to_string(),
        line(3, "sqs:SendMessage", &unused),
    ]);
    assert_eq!(exit, 1);
    assert!(
        answers[0]["error"]
            .as_str()
            .expect("an error")
            .contains("line 1")
    );
    assert_eq!(answers[1]["id"], "x");
    assert_eq!(answers[2]["action"], "detach_policy");
}

#[test]
fn a_line_that_is_no_text_costs_itself_alone() {
    use std::io::Write;
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let mut child = started();
    let mut lines = b"\xff\n".to_vec();
    lines.extend(line(2, "sqs:SendMessage", &unused).bytes());
    let mut stdin = child.stdin.take().expect("an input");
    stdin.write_all(&lines).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(output.status.code(), Some(1));
    assert!(answers[0].contains("error"));
    assert!(answers[1].contains("detach_policy"));
}

#[test]
fn a_list_of_finding_objects_is_its_pages() {
    let page = |token: Option<&str>, action: &str| {
        json!({
            "id": "f", "status": "ACTIVE", "nextToken": token,
            "findingDetails": [{"unusedPermissionDetails":
                {"serviceNamespace": "sqs", "actions": [{"action": action}]}}],
        })
    };
    let pages = json!([
        page(Some("more"), "SendMessage"),
        page(None, "ReceiveMessage")
    ]);
    let (_, answers) = batch(&[line(1, "sqs:*", &pages)]);
    assert_eq!(
        answers[0]["removed"],
        json!(["sqs:ReceiveMessage", "sqs:SendMessage"])
    );
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let ids = [
        "123456789012345678901234567890",
        "1.10",
        r#"{"a":  ["\u0041", -0]}"#,
        "null",
    ];
    let good = line(7, "sqs:*", &unused);
    let good = ids.map(|id| good.replacen("\"id\":7", &format!("\"id\":{id}"), 1));
    let bad = ids.map(|id| format!("{{\"id\": {id}, \"policy\": {{}}}}"));
    let run = iam_refine()
        .arg("batch")
        .run_with(&[good, bad].concat().join("\r\n"));
    assert_eq!(run.stdout.lines().count(), 2 * ids.len());
    for (answer, id) in run.stdout.lines().zip([ids, ids].concat()) {
        assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
    }
}

#[test]
fn more_jobs_than_make_sense_are_not_begun() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let run = iam_refine()
        .args(["batch", "--jobs", "65535"])
        .run_with(&line(1, "sqs:*", &unused));
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("create_policy"), "{}", run.stdout);
    let told = "note: --jobs 65535 is more than 8 for each core; ";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
}

/// A line that takes long: every wildcard of a service, beside many unused actions.
fn costly_line(id: u32) -> String {
    let unused = json!([{"serviceNamespace": "ec2", "actions": ["RunInstances", "StopInstances"]}]);
    let actions: Vec<String> = ('a'..='z')
        .map(|letter| format!("ec2:*{letter}*"))
        .collect();
    let policy = json!({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    json!({"id": id, "policy": policy, "findings": unused}).to_string()
}

#[test]
fn the_order_is_kept_whatever_the_lines_cost_and_however_many_are_worked_on() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let lines: Vec<String> = (0..200)
        .map(|id| match id % 40 {
            0 => costly_line(id),
            7 => json!({"id": id, "policy": {}}).to_string(),
            _ => line(id, "sqs:*", &unused),
        })
        .collect();
    let of = |jobs| {
        let run = iam_refine()
            .args(["batch", "--jobs", jobs])
            .run_with(&lines.join("\n"));
        assert_eq!(run.exit, 1, "{}", run.stderr);
        run.stdout
    };
    let answers = of("8");
    let ids = answers.lines().map(|line| {
        let answer: Value = serde_json::from_str(line).expect("JSON");
        answer["id"].as_u64().expect("an id")
    });
    assert!(ids.eq(0..200));
    assert_eq!(answers, of("1"));
}

#[test]
fn a_line_is_answered_before_the_next_one_is_there() {
    use std::io::{BufRead, BufReader, Write};
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let mut child = started();
    let mut stdin = child.stdin.take().expect("an input");
    let mut answers = BufReader::new(child.stdout.take().expect("an output")).lines();
    for id in 0..3 {
        writeln!(stdin, "{}", line(id, "sqs:*", &unused)).expect("it reads");
        let answer = answers.next().expect("an answer").expect("text");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["id"], id);
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_line_that_is_too_long_costs_itself_alone() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let long = format!("[{}", " ".repeat(17 * 1024 * 1024));
    let (exit, answers) = batch(&[long, line(2, "sqs:*", &unused)]);
    assert_eq!(exit, 1);
    let error = answers[0]["error"].as_str().expect("an error");
    assert!(
        error.starts_with("error: line 1: it is longer than 16 MiB"),
        "{error}"
    );
    assert_eq!(answers[1]["action"], "create_policy");
}

#[test]
fn it_ends_quietly_when_nobody_reads_although_more_may_come() {
    use std::io::{Read, Write};
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]);
    let mut child = started();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("an input");
    writeln!(stdin, "{}", line(1, "sqs:*", &unused)).expect("it reads");
    // The input stays open.
    assert!(child.wait().expect("it ends").success());
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("an output");
    stderr.read_to_string(&mut said).expect("text");
    assert_eq!(said, "");
    drop(stdin);
}

#[test]
fn a_policy_may_stand_in_a_list_as_in_a_file() {
    let unused = json!([{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]);
    let policy = json!({"Statement": [{"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}]});
    let line = |policy: Value| json!({"id": 1, "policy": policy, "findings": unused}).to_string();
    let (exit, answers) = batch(&[
        line(policy.clone()),
        String::new(),
        line(json!([policy])),
        "  \r".to_owned(),
        line(json!({"Policies": [policy]})),
        line(json!([policy, policy])),
        line(json!([])),
    ]);
    assert_eq!((exit, answers.len()), (1, 5), "a blank line has no answer");
    for answer in &answers[1..3] {
        assert_eq!(answer["policy"], answers[0]["policy"], "{answer}");
        assert_eq!(answer["removed"], answers[0]["removed"]);
    }
    let several = answers[3]["error"].as_str().unwrap_or_default();
    assert!(
        several.contains("line 6 policy: a line has one policy"),
        "{several}"
    );
    let none = answers[4]["error"].as_str().unwrap_or_default();
    assert!(
        none.contains("line 7 policy: this holds no policy"),
        "{none}"
    );
}
