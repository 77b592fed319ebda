//! Every shape of input through the program: what comes out, what is said, what to do next; and
//! what is refused.

mod program;

use std::fs;
use std::path::Path;

use program::{Run, RunIt, example, folder, iam_refine};

/// What a run came to, as a reader would see it.
fn shown(run: &Run) -> String {
    format!(
        "exit {}\n{}\n--\n{}",
        run.exit,
        run.stdout.trim_end(),
        run.stderr.trim_end()
    )
}

fn refine(files: &[&str]) -> Run {
    let files = files.iter().map(|name| example(name));
    iam_refine().arg("refine").args(files).run()
}

/// Refines `text` with the finding of the examples, for `MyRole`.
fn refused(text: &str) -> String {
    let folder = folder();
    let path = folder.path().join("answer.json");
    fs::write(&path, text).expect("written");
    let run = iam_refine()
        .arg("refine")
        .args([path.display().to_string(), example("get-finding-v2.json")])
        .run();
    assert_eq!(
        (run.exit, run.stdout.as_str()),
        (2, ""),
        "{text}: {}",
        run.stderr
    );
    let at = format!("{}/", folder.path().display());
    run.stderr.replace(&at, "").trim_end().to_owned()
}

#[test]
fn every_shape_of_a_policy_is_refined() {
    for (name, policy) in [
        ("role_policy", "get-role-policy.json"),
        ("policy_version", "get-policy-version.json"),
        (
            "policy_version_not_default",
            "get-policy-version.not-default.json",
        ),
        ("recommended_policy", "get-recommended-policy-v2.json"),
    ] {
        insta::assert_snapshot!(name, shown(&refine(&[policy, "get-finding-v2.json"])));
    }
}

#[test]
fn a_bare_document_and_one_in_a_string_are_refined_as_in_a_wrapper() {
    let wrapped = refine(&["get-role-policy.json", "get-finding-v2.json"]);
    let text = fs::read_to_string(example("get-role-policy.json")).expect("the example");
    let envelope: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let bare = envelope["PolicyDocument"].to_string();
    let encoded = bare
        .replace('"', "%22")
        .replace('{', "%7B")
        .replace(' ', "%20");
    let in_strings =
        [&bare, &encoded].map(|text| serde_json::Value::from(text.as_str()).to_string());
    for policy in [&bare].into_iter().chain(&in_strings) {
        let run = iam_refine()
            .args(["refine", "-", &example("get-finding-v2.json")])
            .run_with(policy);
        assert_eq!(run.exit, 0, "{policy}: {}", run.stderr);
        let value = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
        assert_eq!(value(&run.stdout), value(&wrapped.stdout), "{policy}");
    }
}

#[test]
fn a_report_serves_for_users_and_groups() {
    for (name, policy) in [
        ("user_policy", "get-user-policy.json"),
        ("group_policy", "get-group-policy.json"),
    ] {
        let run = refine(&[policy, "get-service-last-accessed-details.json"]);
        insta::assert_snapshot!(name, shown(&run));
    }
}

#[test]
fn what_is_not_read_says_what_to_give() {
    let told = [
        "get-account-authorization-details.json",
        "get-recommended-policy-v2.in-progress.json",
        "get-finding-recommendation.json",
        "eventbridge.json",
    ]
    .map(|name| shown(&refine(&[name, "get-finding-v2.json"])))
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn the_days_without_use_can_be_chosen() {
    let report = example("get-service-last-accessed-details.json");
    let policy = r#"{"Statement":{"Effect":"Allow","Action":["lambda:ListFunctions","lambda:UpdateFunctionCode"]}}"#;
    let run = |days: &str| {
        iam_refine()
            .args(["refine", "-", &report, "--unused-for", days])
            .run_with(policy)
    };
    assert_eq!(
        run("3").stdout,
        policy.replace(r#","lambda:UpdateFunctionCode""#, "")
    );
    assert_eq!(run("2").exit, 4);
    let refused = run("0");
    assert_eq!(refused.exit, 2);
    assert!(
        refused.stderr.contains("--unused-for"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_record_says_what_was_used_when() {
    let policy = r#"{"Statement":{"Effect":"Allow","Action":["lambda:List*"]}}"#;
    let report = example("get-service-last-accessed-details.json");
    let run = iam_refine()
        .args(["refine", "-", &report, "--format", "json"])
        .run_with(&policy.replace("List*", "*"));
    assert!(
        run.stdout.contains("\"used on 2024-07-20\": [\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn an_answer_is_never_written_over() {
    let folder = folder();
    let answer = folder.path().join("get-role-policy.json");
    let text = fs::read_to_string(example("get-role-policy.json")).expect("read");
    fs::write(&answer, &text).expect("written");
    let run = iam_refine()
        .args(["refine", "--in-place", &answer.display().to_string()])
        .arg(example("get-finding-v2.json"))
        .run();
    assert_eq!(run.exit, 2);
    let at = format!("{}/", folder.path().display());
    insta::assert_snapshot!(run.stderr.replace(&at, "").trim_end());
    assert_eq!(fs::read_to_string(&answer).expect("read"), text);
}

#[test]
fn what_is_written_is_the_bare_document_and_the_next_command_is_told() {
    let folder = folder();
    let out = folder.path().join("out.json");
    let run = iam_refine()
        .arg("refine")
        .args([
            example("get-role-policy.json"),
            example("get-finding-v2.json"),
        ])
        .arg("-o")
        .arg(&out)
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let written = fs::read_to_string(&out).expect("written");
    assert!(
        written.starts_with("{\n        \"Version\"") && written.ends_with('}'),
        "{written}"
    );
    let next = format!(
        "aws iam put-role-policy --role-name MyRole --policy-name MyRolePolicy --policy-document \
         file://{}\n",
        out.display()
    );
    assert!(run.stderr.contains(&next), "{}", run.stderr);
}

#[test]
fn several_policies_of_one_principal_go_into_a_folder_by_their_names() {
    let folder = folder();
    let out = folder.path().join("out");
    let files = [
        "get-role-policy.json",
        "get-recommended-policy-v2.json",
        "get-finding-v2.json",
    ];
    let run = iam_refine()
        .arg("refine")
        .args(files.map(example))
        .arg("-o")
        .arg(&out)
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(out.join("MyRolePolicy.json").is_file() && out.join("Deploy.json").is_file());
}

#[test]
fn the_same_document_is_read_however_it_is_spelled() {
    let document = r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetBucketWebsite","s3:ListBucket"],"Resource":"a+b c%"}]}"#;
    let string = serde_json::Value::from(document).to_string();
    let encoded: String = document
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    for spelled in [document.to_owned(), string, format!("\"{encoded}\"")] {
        let answer =
            format!(r#"{{"RoleName": "MyRole", "PolicyName": "P", "PolicyDocument": {spelled}}}"#);
        let run = iam_refine()
            .args(["refine", "-", &example("get-finding-v2.json")])
            .run_with(&answer);
        assert_eq!(
            run.stdout,
            document.replace("\"s3:GetBucketWebsite\",", ""),
            "{}",
            run.stderr
        );
        let kept = iam_refine()
            .args([
                "refine",
                "--keep",
                "s3:*",
                "-",
                &example("get-finding-v2.json"),
            ])
            .run_with(&answer);
        assert_eq!(kept.stdout, document, "{}", kept.stderr);
    }
}

#[test]
fn a_batch_reads_every_shape_and_keeps_to_one_line() {
    let answer = fs::read_to_string(example("get-user-policy.json")).expect("read");
    let answer = answer.replace('\n', "");
    let report = fs::read_to_string(example("get-service-last-accessed-details.json"));
    let report = report.expect("read").replace('\n', "");
    let line = format!(r#"{{"id": 1, "policy": {answer}, "findings": {report}}}"#);
    let run = iam_refine().arg("batch").run_with(&line);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let out: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        out["removed"],
        serde_json::json!(["lambda:UpdateFunctionCode"]),
        "{out}"
    );
    assert!(
        out["notes"][0]
            .as_str()
            .is_some_and(|note| note.contains("whom")),
        "{out}"
    );
}

#[test]
fn answers_that_could_be_misread_are_refused() {
    const ALLOW: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;
    let role = |rest: &str| {
        format!("{{\n  \"RoleName\": \"MyRole\",\n  \"PolicyName\": \"P\", {rest}\n}}")
    };
    let told = [
        role(r#""PolicyDocument": "nothing""#),
        role(r#""PolicyDocument": "%7B%2""#),
        role(r#""PolicyDocument": "%7B%FF""#),
        role(r#""PolicyDocument": "{\"Statement\": [}""#),
        role(r#""PolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D""#),
        role(r#""PolicyDocument": ["s3:Get*"]"#),
        role(r#""PolicyDocument": null"#),
        role(&format!(
            r#""PolicyDocument": {}"#,
            ALLOW.replace("s3:Get*", "s3Get")
        )),
        role(&format!(r#""UserName": "Ann", "PolicyDocument": {ALLOW}"#)),
        role(&format!(r#""PolicyDocument": {ALLOW}"#)).replace("\"P\"", r#""P; reboot""#),
        role(&format!(r#""PolicyDocument": {ALLOW}"#)).replace("\"P\"", r#""../\u001b[2J""#),
        role(&format!(r#""PolicyDocument": {ALLOW}"#)).replace("MyRole", "Other"),
        role(&format!(r#""PolicyDocument": {ALLOW}"#)).replace("Role", "User"),
        role(&format!(r#""PolicyDocument": {ALLOW}"#)).replace("RoleName", "GroupName"),
        r#"{"PolicyVersion": {"VersionId": "v1", "IsDefaultVersion": true}}"#.to_owned(),
        r#"{"PolicyVersion": {"Document": {}, "CreateDate": "soon"}}"#.to_owned(),
        r#"{"RecommendationSteps": [], "Status": "SUCCEEDED"}"#.to_owned(),
        r#"{"RecommendationSteps": [], "Status": "FAILED", "Error": {"Code": "X"}}"#.to_owned(),
        r#"{"RecommendationSteps": [], "ResourceArn": "arn:aws:s3:::bucket"}"#.to_owned(),
    ]
    .map(|text| refused(&text))
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_to_be_minded_is_told_at_its_place_in_the_answer() {
    let answer = fs::read_to_string(example("get-role-policy.json")).expect("read");
    let run = iam_refine()
        .args(["refine", "--check", "-", &example("get-finding-v2.json")])
        .run_with(&answer.replace("s3:List*", "*:*"));
    let at = "warning: standard input:11:21:";
    assert!(run.stderr.contains(at), "{}", run.stderr);
}

#[test]
fn names_are_compared_as_aws_does() {
    let answer = fs::read_to_string(example("get-role-policy.json")).expect("read");
    let run = iam_refine()
        .args(["refine", "-", &example("get-finding-v2.json")])
        .run_with(&answer.replace("\"MyRole\"", "\"myrole\""));
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn policies_of_two_principals_are_refused_though_the_report_names_none() {
    let run = refine(&[
        "get-role-policy.json",
        "get-user-policy.json",
        "get-service-last-accessed-details.json",
    ]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("belongs to user Ann, and another one to role MyRole")
    );
}

#[test]
fn keeps_come_from_a_file_too() {
    let folder = folder();
    let keep = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let refine = |path: &str| {
        iam_refine()
            .args(["refine", "--check", "--keep-file", path])
            .args([
                example("bedrock.policy.json"),
                example("bedrock.findings.json"),
            ])
            .run()
    };
    let all = "[[keep]]\npattern = \"bedrock:*\"\nreason = \"quarterly job\"\n";
    assert_eq!(refine(&keep("all.toml", all)).exit, 0);
    let run = refine(&keep("odd.toml", &all.replace("reason", "because")));
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("odd.toml:3:1: unknown field `because`"),
        "{}",
        run.stderr
    );
    assert_eq!(
        refine(Path::new("nowhere.toml").to_str().unwrap_or_default()).exit,
        2
    );
}
