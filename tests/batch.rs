//! `batch`: a line in, a line out, in order.

mod program;

use program::{RunIt, iam_refine};
use serde_json::{Value, json};

fn batch(lines: &[String]) -> (i32, Vec<Value>) {
    let run = iam_refine().arg("batch").run_with(&lines.join("\n"));
    let answers = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    (run.exit, answers.collect())
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
    let mut child = iam_refine()
        .arg("batch")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
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
