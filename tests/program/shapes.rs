//! Every shape of input through the program: what comes out, what is said, what to do next; and
//! what is refused.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, example, folder, iam_refine};

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

const GET_AND_QUEUES: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject*","sqs:*"],"Resource":"*"}]}"#;

/// What `refine` makes of `policy` with the finding `unused`, both in files of their own.
fn refined(policy: &str, unused: &str) -> Run {
    let folder = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    let files = [write("policy.json", policy), write("finding.json", unused)];
    let run = iam_refine().arg("refine").args(files).run();
    let at = format!("{}/", folder.path().display());
    Run {
        stderr: run.stderr.replace(&at, ""),
        stdout: run.stdout.replace(&at, ""),
        ..run
    }
}

const NO_QUEUES: &str = r#"[{"serviceNamespace":"sqs"}]"#;

#[test]
fn a_policy_in_a_wrapper_or_a_list_is_refined() {
    let text = serde_json::Value::from(GET_AND_QUEUES).to_string();
    for wrapped in [
        // jq .PolicyVersion
        format!(r#"{{"Document":{GET_AND_QUEUES},"VersionId":"v1","IsDefaultVersion":true}}"#),
        format!("[{GET_AND_QUEUES}]"),
        format!(r#"[{{"PolicyName":"P","PolicyDocument":{GET_AND_QUEUES}}}]"#),
        format!(r#"{{"Policies":[{{"Policy":{GET_AND_QUEUES}}}]}}"#),
        format!(r#"{{"Policies":[{{"Policy":{text}}}]}}"#),
        format!(r#"{{"Policies":[{{"PolicyName":"P","PolicyDocument":{GET_AND_QUEUES}}}]}}"#),
        format!(r#"{{"Policy":{GET_AND_QUEUES}}}"#),
        format!(r#"{{"policy_name":"P","policy_document":{GET_AND_QUEUES}}}"#),
        format!(r#"{{"policy_version":{{"document":{text},"version_id":"v1"}}}}"#),
    ] {
        let run = refined(&wrapped, NO_QUEUES);
        assert_eq!(run.exit, 0, "{wrapped}: {}", run.stderr);
        let expected = GET_AND_QUEUES.replace(r#","sqs:*""#, "");
        assert_eq!(run.stdout, expected, "{wrapped}");
    }
}

#[test]
fn several_policies_of_a_file_are_refined_each() {
    let other = GET_AND_QUEUES.replace("s3:GetObject*", "sns:Publish");
    for (several, names) in [
        (
            format!("[{GET_AND_QUEUES},\n{other}]"),
            ["policy.json", "policy-2.json"],
        ),
        (
            format!("{GET_AND_QUEUES}\n{other}\n"),
            ["policy.json", "policy-2.json"],
        ),
        (
            format!(
                r#"[{{"PolicyName":"A","PolicyDocument":{GET_AND_QUEUES}}},{{"PolicyName":"B","PolicyDocument":{other}}}]"#
            ),
            ["A.json", "B.json"],
        ),
    ] {
        let folder = folder();
        let at = folder.path();
        fs::write(at.join("policy.json"), &several).expect("written");
        fs::write(at.join("finding.json"), NO_QUEUES).expect("written");
        let mut run = iam_refine();
        run.current_dir(at)
            .args(["refine", "policy.json", "finding.json", "-o", "out"]);
        let run = run.run();
        assert_eq!(run.exit, 0, "{several}: {}", run.stderr);
        for (name, before) in names.iter().zip([GET_AND_QUEUES, &other]) {
            let written = fs::read_to_string(at.join("out").join(name)).expect("written");
            assert_eq!(written, before.replace(r#","sqs:*""#, ""), "{several}");
        }
        let mut run = iam_refine();
        run.current_dir(at)
            .args(["refine", "policy.json", "finding.json", "--in-place"]);
        assert_eq!(run.run().exit, 2, "{several}");
    }
}

#[test]
fn a_finding_is_read_in_the_spelling_of_any_sdk() {
    let plain = r#"{"id":"f","status":"ACTIVE","findingType":"UnusedPermission","analyzedAt":"2024-05-29T07:25:34Z","findingDetails":[{"unusedPermissionDetails":{"serviceNamespace":"sqs","lastAccessed":null}},{"unusedPermissionDetails":{"serviceNamespace":"s3","actions":[{"action":"GetObjectAcl"}]}}]}"#;
    let expected = refined(GET_AND_QUEUES, plain);
    assert_eq!(expected.exit, 0, "{}", expected.stderr);
    for spelled in [
        // Go
        r#"{"Id":"f","Status":"ACTIVE","FindingType":"UnusedPermission","AnalyzedAt":"2024-05-29T07:25:34Z","FindingDetails":[{"Value":{"ServiceNamespace":"sqs","Actions":null,"LastAccessed":null}},{"Value":{"ServiceNamespace":"s3","Actions":[{"Action":"GetObjectAcl","LastAccessed":null}]}}],"NextToken":null,"ResultMetadata":{}}"#,
        // PowerShell
        r#"{"Id":"f","Status":{"Value":"ACTIVE"},"FindingType":{"Value":"UnusedPermission"},"AnalyzedAt":"\/Date(1716967534000)\/","FindingDetails":[{"ExternalAccessDetails":null,"UnusedIamRoleDetails":null,"UnusedPermissionDetails":{"ServiceNamespace":"sqs","Actions":null,"LastAccessed":"0001-01-01T00:00:00"}},{"UnusedPermissionDetails":{"ServiceNamespace":"s3","Actions":[{"Action":"GetObjectAcl"}]}}]}"#,
        // Ruby and Python
        r#"{"id":"f","status":"ACTIVE","finding_type":"UnusedPermission","analyzed_at":"2024-05-29 07:25:34+00:00","finding_details":[{"unused_permission_details":{"service_namespace":"sqs"}},{"unused_permission_details":{"service_namespace":"s3","actions":[{"action":"GetObjectAcl"}]}}]}"#,
    ] {
        let run = refined(GET_AND_QUEUES, spelled);
        assert_eq!(run.stdout, expected.stdout, "{spelled}: {}", run.stderr);
        assert_eq!(run.exit, 0, "{spelled}");
    }
    let list =
        r#"[{"ServiceNamespace":"sqs"},{"service_namespace":"s3","Actions":["GetObjectAcl"]}]"#;
    assert_eq!(refined(GET_AND_QUEUES, list).stdout, expected.stdout);
    let report = r#"{"job_status":"COMPLETED","job_completion_date":"2024-05-29T07:25:34Z","services_last_accessed":[{"service_namespace":"sqs"}]}"#;
    let run = refined(GET_AND_QUEUES, report);
    assert!(!run.stdout.contains("sqs"), "{}{}", run.stdout, run.stderr);
    // What could be meant in two ways is not read in either.
    let told = [
        plain.replace(r#""id":"f""#, r#""id":"f","Id":"g""#),
        plain.replace(r#""actions":["#, r#""Actions":[],"actions":["#),
        plain.replace(r#""status":"ACTIVE""#, r#""Status":{"Value":"RESOLVED"}"#),
        plain.replace(r#""actions":["#, r#""Action":["#),
        r#"{"FindingDetails":[{"Value":{"LastAccessed":null}}]}"#.to_owned(),
    ]
    .map(|text| refined(GET_AND_QUEUES, &text))
    .map(|run| {
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
        run.stderr
    })
    .join("\n");
    insta::assert_snapshot!(told);
}

/// What is said of `text` in the place of a policy.
fn told_of(text: &str) -> String {
    let run = refined(text, NO_QUEUES);
    assert_eq!(
        (run.exit, run.stdout.as_str()),
        (2, ""),
        "{text}: {}",
        run.stderr
    );
    run.stderr
}

#[test]
fn what_is_near_a_policy_or_a_finding_is_called_by_its_name() {
    let policy = r#""PolicyArn": "arn:aws:iam::123456789012:policy/P""#;
    let summary = r#"{"id": "a", "status": "ACTIVE", "findingType": "UnusedPermission"}"#;
    let told = [
        // A resource policy, a service control policy, validate-policy, external access.
        r#"{"Policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\"}]}"}"#,
        r#"{"Policy": {"PolicySummary": {"Id": "p-a", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "{\"Statement\":[]}"}}"#,
        r#"{"Policies": [{"Id": "p-a", "Arn": "arn:aws:organizations::123456789012:policy/o-a/service_control_policy/p-a"}]}"#,
        r#"{"findings": [{"findingDetails": "x", "findingType": "WARNING", "issueCode": "C"}]}"#,
        r#"{"findings": [{"id": "a", "action": ["sts:AssumeRole"], "isPublic": false, "status": "ACTIVE"}]}"#,
        r#"{"findings": [{"id": "a", "findingType": "ExternalAccess", "status": "ACTIVE"}]}"#,
        r#"{"finding": {"id": "a", "condition": {}, "isPublic": false}}"#,
        // Names and ids without what they stand for.
        r#"{"PolicyNames": ["a"]}"#,
        r#"{"PolicyNames": ["a", "b", "; reboot"], "IsTruncated": false}"#,
        r#"{"PolicyNames": []}"#,
        &format!(r#"{{"AttachedPolicies": [{{"PolicyName": "P", {policy}}}]}}"#),
        r#"{"Policies": [{"Arn": "arn:aws:iam::123456789012:policy/P", "DefaultVersionId": "v3"}, {"Arn": "$(reboot)", "DefaultVersionId": "v1"}]}"#,
        r#"{"Versions": [{"VersionId": "v2", "IsDefaultVersion": true}, {"VersionId": "v1", "IsDefaultVersion": false}]}"#,
        r#"{"Roles": [{"RoleName": "MyRole"}]}"#,
        r#"{"analyzers": [{"arn": "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/a", "type": "ACCOUNT"}, {"arn": "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/u", "type": "ACCOUNT_UNUSED_ACCESS"}]}"#,
        r#"{"policyGenerations": [{"jobId": "c557dc4a", "status": "SUCCEEDED"}]}"#,
        r#"{"JobId": "98a765b4"}"#,
        r#"{"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-22T20:40:56Z", "EntityDetailsList": []}"#,
        r#"{"JobStatus": "COMPLETED", "NumberOfServicesAccessible": 2, "AccessDetails": []}"#,
        &format!("[{summary}, {}]", summary.replace("\"a\"", "\"b\"")),
    ]
    .map(told_of)
    .join("\n");
    for line in told.lines().filter(|line| line.starts_with("help: ")) {
        let asks = line.matches(" get-").count() + line.matches(" list-").count();
        let output = line.matches("--output ").count();
        assert!(output >= asks, "{line}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_no_json_is_called_by_its_name() {
    let yaml = "RoleName: R\nPolicyName: P\nPolicyDocument:\n  Version: '2012-10-17'\n";
    let told = [
        yaml,
        "- Effect: Allow\n",
        "---\nRoleName: R\n",
        "POLICYVERSION\t2024-01-01T00:00:00Z\tTrue\tv1\n",
        "-------------\n|  GetRole  |\n+-----------+\n",
        "{'PolicyVersion': {'IsDefaultVersion': True, 'CreateDate': datetime.datetime(2024, 1, 1)}}",
        "[{'Statement': []}]",
        &GET_AND_QUEUES.replacen('{', "{\u{a0}", 1),
        &format!("\u{a0} {GET_AND_QUEUES}"),
        &GET_AND_QUEUES.replace("\"Statement\"", "\u{201c}Statement\u{201d}"),
        &GET_AND_QUEUES.replace(",\"Statement\"", ",\u{200b}\"Statement\""),
        "a policy",
    ]
    .map(told_of)
    .join("\n");
    insta::assert_snapshot!(told);
}

#[test]
fn a_packed_file_is_to_be_unpacked() {
    let folder = folder();
    for (name, bytes, told) in [
        (
            "a.zip",
            &b"PK\x03\x04\x14\0"[..],
            "this is a zip archive\nhelp: unpack it first: unzip FILE",
        ),
        (
            "a.gz",
            b"\x1f\x8b\x08\0",
            "this is compressed with gzip\nhelp: unpack it first: gunzip FILE",
        ),
    ] {
        fs::write(folder.path().join(name), bytes).expect("written");
        let mut run = iam_refine();
        run.current_dir(folder.path()).args(["refine", name]);
        let run = run.run();
        assert_eq!(run.exit, 2);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn wildcards_that_match_nothing_are_named() {
    let policy = r#"{"Statement":{"Effect":"Allow","Action":["sesv2:*","servicequota:Get*","s3:RequestObjectTag*","nosuchthingatall:*","sqs:Se*","new:*","s3:GetObjectAcl"],"Resource":"*"}}"#;
    let unused = r#"[{"serviceNamespace":"s3","actions":["GetObjectAcl"]},{"serviceNamespace":"new","actions":["Thing"]}]"#;
    let run = refined(policy, unused);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "note: policy.json: matches nothing in the catalogue of 2026-10-27, kept as it is: \
                nosuchthingatall:* (there is no service nosuchthingatall), s3:RequestObjectTag*, \
                servicequota:Get* (there is no service servicequota, but servicequotas), sesv2:* \
                (there is no service sesv2, but ses)\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn what_a_finding_reports_and_nobody_knows_is_named() {
    let policy =
        r#"{"Statement":{"Effect":"Allow","Action":["sqs:*","s3:OfAPolicy"],"Resource":"*"}}"#;
    let list = r#"[{"serviceNamespace":"sqs","actions":["NotThere","DeleteQueue"]},
        {"serviceNamespace":"s3","actions":["OfAPolicy"]},{"serviceNamespace":"sesv2"}]"#;
    let run = refined(policy, list);
    let told = "note: finding.json: reported as unused, and not in the catalogue of 2026-10-27, nor in a \
                policy: sesv2:* (there is no service sesv2, but ses), sqs:NotThere\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // AWS may have it by then, and it is told that the finding is newer.
    let finding = |day: &str| {
        format!(
            r#"{{"id": "1", "status": "ACTIVE", "analyzedAt": "{day}T00:00:00Z",
            "resource": "arn:aws:iam::111122223333:role/R", "findingDetails": [{{"unusedPermissionDetails":
            {{"serviceNamespace": "sqs", "actions": [{{"action": "NotThere"}}]}}}}]}}"#
        )
    };
    for (day, is_told) in [("2026-10-20", true), ("2026-11-20", false)] {
        let run = refined(policy, &finding(day));
        let told = "nor in a policy: sqs:NotThere\n";
        assert_eq!(run.stderr.contains(told), is_told, "{}", run.stderr);
    }
}

/// Refines files of `tests/data/cases/everywhere`, from there, and writes into a folder.
fn refine_everywhere(arguments: &str) -> String {
    let folder = folder();
    let out = folder.path().join("out.json");
    let run = iam_refine()
        .current_dir(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/cases/everywhere"
        ))
        .arg("refine")
        .args(arguments.split(' '))
        .arg("-o")
        .arg(&out)
        .run();
    let at = format!("{}/", folder.path().display());
    let said = shown(&run).replace(&at, "");
    let written = fs::read_to_string(&out).unwrap_or_default();
    format!("{arguments}: {said}\n--\n{}", written.trim_end())
}

#[test]
fn a_permission_set_is_changed_and_not_the_roles_that_are_made_of_it() {
    let told = [
        "role-of-set.json set-dev.json",
        "permission-set.json set-dev.json set-prod.json --everywhere",
        "role-of-set.json set-dev.json set-prod.json --everywhere",
        "policy.json set-dev.json",
        "policy.json set-dev.json set-prod.json --everywhere",
        "permission-set.json dev.json",
        "permission-set.json set-dev.json other-set.json --everywhere",
        "role-of-set.json set-prod.json",
        "role-of-set.json set-prod.json --everywhere",
        "role-of-set.json other-set.json --everywhere",
        "no-inline-policy.json set-dev.json",
        "policy.json service-linked.json",
        "policy.json set-dev.json service-linked.json --everywhere",
    ]
    .map(refine_everywhere)
    .join("\n\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn with_everywhere_what_stays_is_told_with_those_who_use_it() {
    let told = [
        "policy.json dev.json prod.json",
        "policy.json dev.json prod.json --everywhere",
        "policy.json dev.json idle.json --everywhere",
        "policy.json dev.json --everywhere",
        "policy.json idle.json --everywhere",
        "role-app.json dev.json prod.json --everywhere",
        "role-app.json set-dev.json prod.json --everywhere",
        "role-app.json set-dev.json set-prod.json --everywhere",
        "policy.json dev.json ../../examples/article.findings.json --everywhere",
        "policy.json dev.json prod.json ../../examples/get-service-last-accessed-details.json --everywhere",
        "policy.json dev.json dev.json --everywhere",
        "--account policy.json dev.json --everywhere",
    ]
    .map(refine_everywhere)
    .join("\n\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn a_refined_policy_is_judged_by_what_nobody_uses() {
    let verify = |more: &str| {
        let arguments = format!("verify policy.json - dev.json {more}");
        iam_refine()
            .current_dir("tests/data/cases/everywhere")
            .args(arguments.trim_end().split(' '))
            .run_with(
                r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Action": ["s3:GetObjectAt*", "s3:GetObjectAn*"], "Resource": "*"}]}"#,
            )
    };
    assert_eq!(verify("").exit, 0, "{}", verify("").stdout);
    let told = verify("prod.json --everywhere");
    insta::assert_snapshot!(shown(&told));
}
